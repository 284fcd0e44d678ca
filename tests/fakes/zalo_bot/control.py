"""The control interface under /_control/: what a test does to the fake and asks of it, as JSON."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

from tests.fakes.zalo_bot.events import make_event
from tests.fakes.zalo_bot.faults import read_fault
from tests.fakes.zalo_bot.journal import to_rows
from tests.fakes.zalo_bot.methods import Desk
from tests.fakes.zalo_bot.settings import apply_changes
from tests.fakes.zalo_bot.state import CHAT_STATES

Order = dict[str, Any]
Verb = Callable[[Order], Awaitable[Any]]


class Control:
    """One coroutine per verb; a ValueError, KeyError or TypeError becomes a 400 with its words."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.bot = desk.bot
        self._first_settings = deepcopy(self.bot.settings)
        self.verbs: dict[str, Verb] = {
            "events": self.events,
            "sends": self.sends,
            "acts": self.acts,
            "polls": self.polls,
            "deliveries": self.deliveries,
            "counts": self.counts,
            "state": self.state,
            "wait": self.wait,
            "wait_idle": self.wait_idle,
            "reset": self.reset,
            "chats": self.chats,
            "settings": self.settings,
            "new_month": self.new_month,
            "faults": self.faults,
            "clear_faults": self.clear_faults,
            "redeliver": self.redeliver,
            "duplicates": self.duplicates,
        }

    # -- what people do

    async def events(self, order: Order) -> Any:
        made = [make_event(self.bot, each) for each in order["events"]]
        for event in made:
            self.desk.receiver.add(event)
        return [{"event": event.number, "message_id": event.message_id} for event in made]

    # -- what the test asks

    async def sends(self, order: Order) -> Any:
        return to_rows(self.bot.journal.sends_to(order.get("chat_id"))[int(order.get("since", 0)) :])

    async def acts(self, order: Order) -> Any:
        return to_rows(self.bot.journal.acts)

    async def polls(self, order: Order) -> Any:
        return to_rows(self.bot.journal.polls)

    async def deliveries(self, order: Order) -> Any:
        return to_rows(self.bot.journal.deliveries)

    async def counts(self, order: Order) -> Any:
        return self.bot.journal.counts() | {"pending": len(self.bot.pending)}

    async def state(self, order: Order) -> Any:
        webhook = self.bot.webhook
        return {
            "webhook": {"url": webhook.url, "secret": webhook.secret} if webhook else None,
            "sent_this_month": self.bot.sent_this_month,
            "chats": {chat.chat_id: chat.state for chat in self.bot.chats.values()},
        }

    async def wait(self, order: Order) -> Any:
        patience, chat_id = float(order.get("timeout", 10.0)), order.get("chat_id")
        reached = await self.bot.journal.wait_for_sends(int(order["count"]), chat_id, patience)
        return {"reached": reached, "sends": len(self.bot.journal.sends_to(chat_id))}

    async def wait_idle(self, order: Order) -> Any:
        """Until no update waits for a poll and none is being posted."""
        ends = time.monotonic() + float(order.get("timeout", 10.0))
        while self.bot.pending or not (self.bot.webhook is None or self.bot.webhook.is_idle):
            if time.monotonic() >= ends:
                return {"reached": False}
            await asyncio.sleep(0.01)
        return {"reached": True}

    # -- what the test does to the world

    async def reset(self, order: Order) -> Any:
        await self.desk.receiver.close()
        self.bot.settings = deepcopy(self._first_settings)
        self.bot.reset()

    async def chats(self, order: Order) -> Any:
        for chat in order["chats"]:
            if chat["state"] not in CHAT_STATES:
                raise ValueError(f"no such state of a chat: {chat['state']}")
            self.bot.chat(str(chat["chat_id"])).state = chat["state"]

    async def settings(self, order: Order) -> Any:
        apply_changes(self.bot.settings, order)

    async def new_month(self, order: Order) -> Any:
        """The monthly count begins anew, or as if ``sent`` messages had been sent already."""
        self.bot.sent_this_month = int(order.get("sent", 0))

    async def faults(self, order: Order) -> Any:
        self.bot.faults.extend([read_fault(each) for each in order["faults"]])

    async def clear_faults(self, order: Order) -> Any:
        hits = [{"kind": fault.kind, "hits": fault.hits} for fault in self.bot.faults]
        self.bot.faults.clear()
        return hits

    async def redeliver(self, order: Order) -> Any:
        if self.bot.webhook is None:
            raise ValueError("an update can only be delivered again to a webhook")
        self.bot.webhook.redeliver(int(order["event"]))

    async def duplicates(self, order: Order) -> Any:
        if self.bot.webhook is None:
            raise ValueError("duplicates need a webhook")
        self.bot.webhook.duplicates = int(order["count"])
