"""The control interface under /_control/: what a test does to the fake and asks of it, as JSON."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

from tests.fakes.zalo_oa.actions import Actions
from tests.fakes.zalo_oa.approved import Template
from tests.fakes.zalo_oa.delivery import Webhook
from tests.fakes.zalo_oa.faults import read_fault
from tests.fakes.zalo_oa.groups import Group
from tests.fakes.zalo_oa.journal import to_rows
from tests.fakes.zalo_oa.settings import apply_changes
from tests.fakes.zalo_oa.sign_in import SignInDesk
from tests.fakes.zalo_oa.state import Account

Order = dict[str, Any]
Verb = Callable[[Order], Awaitable[Any]]


class Control:
    """One coroutine per verb; a ValueError, KeyError or TypeError becomes a 400 with its words."""

    def __init__(self, account: Account, sign_in: SignInDesk) -> None:
        self.account = account
        self.actions = Actions(account)
        self._sign_in = sign_in
        self._first_settings = deepcopy(account.settings)
        self._crowds: set[asyncio.Task[None]] = set()
        self.verbs: dict[str, Verb] = {
            verb.__name__: verb
            for verb in (
                *(self.events, self.bulk, self.webhook, self.consent, self.grant, self.revoke, self.clock),
                *(self.residents, self.crowd, self.templates, self.groups, self.phones, self.settings, self.mute),
                *(self.faults, self.clear_faults, self.redeliver, self.duplicates, self.reset),
                *(self.sends, self.calls, self.token_calls, self.deliveries, self.counts, self.state),
                *(self.wait, self.wait_idle, self.wait_deliveries),
            )
        }

    def begin(self) -> None:
        """Set the webhook that the settings name, without a look."""
        if self.account.settings.webhook:
            self.account.webhook = Webhook(self.account, self.account.settings.webhook)

    # -- what residents do

    async def events(self, order: Order) -> Any:
        return [self.actions.act(each) for each in order["events"]]

    async def bulk(self, order: Order) -> Any:
        """``people`` residents from the ``first`` id on write ``texts`` in turn, ``each`` times, at ``rate``/s.

        At a rate this answers at once, and the writing goes on behind it; with rate 0 it is done before.
        """
        crowd = self._write_in_crowd(
            int(order["people"]), int(order["first"]), list(order["texts"]), int(order["each"]), float(order["rate"])
        )
        task = asyncio.get_running_loop().create_task(crowd)
        self._crowds.add(task)
        task.add_done_callback(self._crowds.discard)
        if not order["rate"]:
            await task

    async def _write_in_crowd(self, people: int, first: int, texts: list[str], each: int, rate: float) -> None:
        started = time.monotonic()
        for number in range(people * each):
            if rate > 0:
                ahead = number / rate - (time.monotonic() - started)
                if ahead > 0.002:
                    await asyncio.sleep(ahead)
            elif number % 200 == 199:
                await asyncio.sleep(0)
            who = str(first + number % people)
            self.actions.act({"kind": "text", "resident_id": who, "text": texts[number % len(texts)]})

    # -- the console

    async def webhook(self, order: Order) -> Any:
        """Save an address as the console does: after a look at it, and only if it answers 200. Empty: none."""
        url = str(order["url"])
        old = self.account.webhook
        new = Webhook(self.account, url) if url else None
        status: int | str = await new.probe() if new is not None else 200
        if status != 200 and new is not None:
            await new.close()
            return {"saved": False, "status": status}
        self.account.webhook = new
        if old is not None:
            await old.close()
        return {"saved": True, "status": status}

    async def consent(self, order: Order) -> Any:
        """The administrator opens the consent link, whose parameters are given, and agrees."""
        parameters = {name: str(value) for name, value in order.items()}
        return self._sign_in.agree(parameters, self.account.clock.now())

    async def grant(self, order: Order) -> Any:
        """A fresh pair without a consent, as from the API explorer."""
        pair = self.account.grants.issue(self.account.clock.now())
        return {"number": pair.number, "access_token": pair.access_token, "refresh_token": pair.refresh_token}

    async def revoke(self, order: Order) -> Any:
        self.account.grants.revoke()

    async def clock(self, order: Order) -> Any:
        """``set`` the time (seconds since 1970), ``advance`` it by seconds, ``still``: whether it stands."""
        clock = self.account.clock
        if "set" in order or "still" in order:
            clock.set(float(order.get("set", clock.now())), still=bool(order.get("still", clock.stands_still)))
        clock.advance(float(order.get("advance", 0.0)))
        return {"now": clock.now(), "still": clock.stands_still}

    # -- what the world is like

    async def residents(self, order: Order) -> Any:
        for each in order["residents"]:
            changes = {name: value for name, value in each.items() if name != "resident_id"}
            self.account.residents.change(str(each["resident_id"]), changes, self.account.clock.now())

    async def crowd(self, order: Order) -> Any:
        """``people`` residents from the ``first`` id on, all with the same ``changes``."""
        first, now = int(order["first"]), self.account.clock.now()
        for number in range(int(order["people"])):
            self.account.residents.change(str(first + number), order["changes"], now)

    async def templates(self, order: Order) -> Any:
        for each in order["templates"]:
            template = Template(**each)
            self.account.templates[template.template_id] = template

    async def groups(self, order: Order) -> Any:
        for each in order["groups"]:
            group = Group(**each)
            self.account.groups[group.group_id] = group

    async def phones(self, order: Order) -> Any:
        """The error that each phone number gets; 0: none."""
        self.account.phones |= {str(phone): int(code) for phone, code in order["phones"].items()}

    async def settings(self, order: Order) -> Any:
        apply_changes(self.account.settings, order)

    async def mute(self, order: Order) -> Any:
        """The event names that are switched off in the console; replaces those before."""
        self.account.muted = {str(each) for each in order["names"]}

    async def faults(self, order: Order) -> Any:
        self.account.faults.extend([read_fault(each) for each in order["faults"]])

    async def clear_faults(self, order: Order) -> Any:
        hits = [{"kind": fault.kind, "hits": fault.hits} for fault in self.account.faults]
        self.account.faults.clear()
        return hits

    def _need_webhook(self) -> Webhook:
        if self.account.webhook is None:
            raise ValueError("there is no webhook")
        return self.account.webhook

    async def redeliver(self, order: Order) -> Any:
        self._need_webhook().redeliver(int(order["event"]))

    async def duplicates(self, order: Order) -> Any:
        self._need_webhook().duplicates = int(order["count"])

    async def reset(self, order: Order) -> Any:
        for crowd in list(self._crowds):
            crowd.cancel()
        await self.close()
        self.account.settings = deepcopy(self._first_settings)
        self.account.reset()
        self.begin()

    async def close(self) -> None:
        """Stop delivering."""
        if self.account.webhook is not None:
            await self.account.webhook.close()
            self.account.webhook = None

    # -- what the test asks

    async def sends(self, order: Order) -> Any:
        return to_rows(self.account.journal.sends_to(order.get("recipient"))[int(order.get("since", 0)) :])

    async def calls(self, order: Order) -> Any:
        return to_rows(list(self.account.journal.calls))

    async def token_calls(self, order: Order) -> Any:
        return to_rows(self.account.journal.token_calls)

    async def deliveries(self, order: Order) -> Any:
        return to_rows(self.account.journal.deliveries)

    async def counts(self, order: Order) -> Any:
        return self.account.journal.counts()

    async def state(self, order: Order) -> Any:
        account = self.account
        current, webhook = account.grants.current, account.webhook
        return {
            "now": account.clock.now(),
            "webhook": webhook.url if webhook is not None else None,
            "unsubscribed": webhook.unsubscribed if webhook is not None else False,
            "access_token": current.access_token if current is not None else None,
            "refresh_token": current.refresh_token if current is not None else None,
            "pair": current.number if current is not None else 0,
            "wallet": account.settings.wallet - account.spent["wallet"],
            "assets": to_rows(list(account.assets.by_id.values())),
        }

    async def wait(self, order: Order) -> Any:
        patience, recipient = float(order.get("timeout", 10.0)), order.get("recipient")
        reached = await self.account.journal.wait_for_sends(int(order["count"]), recipient, patience)
        return {"reached": reached, "sends": len(self.account.journal.sends_to(recipient))}

    async def wait_idle(self, order: Order) -> Any:
        """Until no event is being posted or waits for another try."""
        return await _until(lambda: self.account.webhook is None or self.account.webhook.is_idle, order)

    async def wait_deliveries(self, order: Order) -> Any:
        wanted = int(order["count"])
        return await _until(lambda: len(self.account.journal.deliveries) >= wanted, order)


async def _until(done: Callable[[], bool], order: Order) -> dict[str, bool]:
    ends = time.monotonic() + float(order.get("timeout", 10.0))
    while not done():
        if time.monotonic() >= ends:
            return {"reached": False}
        await asyncio.sleep(0.005)
    return {"reached": True}
