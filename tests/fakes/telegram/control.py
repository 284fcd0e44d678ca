"""The control interface under /_control/: what a test does to the fake and asks of it, as JSON."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from tests.fakes.telegram.faults import read_fault
from tests.fakes.telegram.journal import to_rows
from tests.fakes.telegram.methods import Desk
from tests.fakes.telegram.residents import Residents
from tests.fakes.telegram.settings import apply_changes

Order = dict[str, Any]
Verb = Callable[[Order], Awaitable[Any]]


class Control:
    """One coroutine per verb; a ValueError, KeyError or TypeError becomes a 400 with its words."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.bot = desk.bot
        self.residents = Residents(self.bot)
        self._first_settings = deepcopy(self.bot.settings)
        self._crowds: set[asyncio.Task[None]] = set()
        self.verbs: dict[str, Verb] = {
            "updates": self.updates,
            "bulk": self.bulk,
            "sends": self.sends,
            "acts": self.acts,
            "deliveries": self.deliveries,
            "counts": self.counts,
            "state": self.state,
            "wait": self.wait,
            "wait_acts": self.wait_acts,
            "wait_idle": self.wait_idle,
            "reset": self.reset,
            "chats": self.chats,
            "limits": self.limits,
            "settings": self.settings,
            "flood": self.flood,
            "age": self.age,
            "standing": self.standing,
            "early": self.early,
            "faults": self.faults,
            "clear_faults": self.clear_faults,
            "redeliver": self.redeliver,
            "duplicates": self.duplicates,
        }

    # -- what residents do

    async def updates(self, order: Order) -> Any:
        return [self.residents.act(each) for each in order["updates"]]

    async def bulk(self, order: Order) -> Any:
        """``conversations`` residents from ``first_chat_id`` on write ``texts`` in turn, ``each`` times, at
        ``rate``/s (0: at once). Answers at once; the writing goes on behind it when there is a rate.
        """
        crowd = self._write_in_crowd(
            int(order["conversations"]),
            int(order.get("first_chat_id", 1_000_000)),
            list(order.get("texts", ["/start"])),
            int(order.get("each", 1)),
            float(order.get("rate", 0)),
        )
        task = asyncio.get_running_loop().create_task(crowd)
        self._crowds.add(task)
        task.add_done_callback(self._crowds.discard)
        if not order.get("rate"):
            await task
        return {
            "first_update_id": self.bot.settings.first_update_id,
            "next_update_id": self.bot.queue.next_id,
        }

    async def _write_in_crowd(self, people: int, first: int, texts: list[str], each: int, rate: float) -> None:
        started = time.monotonic()
        number = 0
        for turn in range(each):
            for person in range(people):
                if rate > 0:
                    ahead = number / rate - (time.monotonic() - started)
                    if ahead > 0.002:
                        await asyncio.sleep(ahead)
                elif number % 200 == 199:
                    await asyncio.sleep(0)
                text = texts[(turn * people + person) % len(texts)]
                self.residents.act({"kind": "text", "chat_id": first + person, "text": text})
                number += 1

    # -- what the test asks

    async def sends(self, order: Order) -> Any:
        chat_id, since = order.get("chat_id"), int(order.get("since", 0))
        rows = self.bot.journal.sends[since:]
        return to_rows([act for act in rows if chat_id is None or act.chat_id == chat_id])

    async def acts(self, order: Order) -> Any:
        return to_rows(self.bot.journal.acts)

    async def standing(self, order: Order) -> Any:
        """The words of the bot's messages as they are in a chat now, the oldest first."""
        here = [each for each in self.bot.messages.by_id.values() if each.chat.chat_id == int(order["chat_id"])]
        return [each.content.get("text") or each.content.get("caption", "") for each in here if each.from_bot]

    async def deliveries(self, order: Order) -> Any:
        return to_rows(self.bot.journal.deliveries)

    async def counts(self, order: Order) -> Any:
        queue = self.bot.queue
        unfinished = {"pending": len(queue.pending), "expired": queue.expired, "not_asked_for": queue.dropped}
        return self.bot.journal.counts() | unfinished | {"early": len(self.bot.gate.early)}

    async def state(self, order: Order) -> Any:
        delivery = self.bot.delivery
        return {
            "webhook": asdict(delivery.target) if delivery is not None else None,
            "allowed_updates": sorted(self.bot.queue.allowed),
            "commands": [
                {"scope": scope, "language_code": language, "commands": commands}
                for (scope, language), commands in self.bot.commands.items()
            ],
            "flood_deadline": self.bot.gate.deadline(),
            "presses": {query_id: press.answered for query_id, press in self.bot.presses.items()},
        }

    async def wait(self, order: Order) -> Any:
        timeout = float(order.get("timeout", 10.0))
        reached = await self.bot.journal.wait_for_sends(int(order["count"]), order.get("chat_id"), timeout)
        return {"reached": reached, "sends": len(self.bot.journal.sends)}

    async def wait_acts(self, order: Order) -> Any:
        wanted = int(order["count"])
        return await _until(lambda: len(self.bot.journal.acts) >= wanted, order)

    async def wait_idle(self, order: Order) -> Any:
        """Until every update was confirmed, delivered or expired, and no crowd is writing any more."""
        return await _until(self._is_idle, order)

    def _is_idle(self) -> bool:
        waiting = len(self.bot.queue.pending)
        # Only a short queue is looked through for what has expired: a long one is not idle anyway.
        return not self._crowds and (waiting == 0 or (waiting < 1000 and not self.bot.queue.live()))

    # -- what the test does to the world

    async def reset(self, order: Order) -> Any:
        for crowd in list(self._crowds):
            crowd.cancel()
        await self.desk.receiver.close()
        self.bot.settings = deepcopy(self._first_settings)
        self.bot.reset()
        self.desk.receiver.begin()

    async def chats(self, order: Order) -> Any:
        for chat in order["chats"]:
            changes = {name: value for name, value in chat.items() if name != "chat_id"}
            self.bot.chats.declare(int(chat["chat_id"]), changes)

    async def limits(self, order: Order) -> Any:
        apply_changes(self.bot.settings.limits, order)
        return asdict(self.bot.settings.limits)

    async def settings(self, order: Order) -> Any:
        apply_changes(self.bot.settings, order)
        self.bot.chats.reject_unknown = self.bot.settings.reject_unknown_chats
        self.bot.queue.scale = self.bot.settings.scale

    async def age(self, order: Order) -> Any:
        """Every message that is there becomes so many ``seconds`` older."""
        for message in self.bot.messages.by_id.values():
            message.date -= int(order["seconds"])

    async def flood(self, order: Order) -> Any:
        self.bot.gate.inject(float(order["retry_after"]), int(order.get("chat_id", 0)))

    async def early(self, order: Order) -> Any:
        return [asdict(request) for request in self.bot.gate.early]

    async def faults(self, order: Order) -> Any:
        now = time.monotonic()
        new = [read_fault(each, now) for each in order["faults"]]
        self.bot.faults.replace([*self.bot.faults.faults, *new])

    async def clear_faults(self, order: Order) -> Any:
        hits = [{"kind": fault.kind, "hits": fault.hits} for fault in self.bot.faults.faults]
        self.bot.faults.replace([])
        return hits

    async def redeliver(self, order: Order) -> Any:
        """Deliver again an update that was delivered already; needs a webhook and a known update."""
        if self.bot.delivery is None:
            raise ValueError("an update can only be delivered again to a webhook")
        self.bot.delivery.redeliver(int(order["update_id"]))

    async def duplicates(self, order: Order) -> Any:
        if self.bot.delivery is None:
            raise ValueError("duplicates need a webhook")
        self.bot.delivery.duplicates = int(order["count"])


async def _until(is_so: Callable[[], bool], order: Order) -> dict[str, bool]:
    """Look again every 10 ms, for at most the order's ``timeout`` seconds."""
    ends = time.monotonic() + float(order.get("timeout", 10.0))
    while not is_so():
        if time.monotonic() >= ends:
            return {"reached": False}
        await asyncio.sleep(0.01)
    return {"reached": True}
