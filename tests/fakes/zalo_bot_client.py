"""Start the fake Zalo Bot Platform and speak to its control interface, typed, from a test.

``async with FakeZaloBot.start(poll_status=408) as fake:`` gives a server on a free port that ends with the block,
and also when the test program dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.zalo_bot.journal import Act, DeliveryAttempt, PollMade
from tests.fakes.zalo_bot.launch import FakeZaloBotError, launch, start_program, stop_program
from tests.fakes.zalo_bot.state import opaque_id

__all__ = [
    "Act",
    "Counts",
    "DeliveryAttempt",
    "FakeZaloBot",
    "FakeZaloBotError",
    "PollMade",
    "Pushed",
    "chat",
    "launch",
]


def chat(number: int) -> str:
    """The id of the chat of the ``number``-th resident, as opaque as the platform's own."""
    return opaque_id("chat", number)


@dataclass(frozen=True, slots=True)
class Pushed:
    """The number of an update, by which the journal names it, and the id of its message (None: it has none)."""

    event: int
    message_id: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums; ``answers`` is keyed "method error_code", with 200 for success: "sendMessage 200"."""

    sends: int
    acts: int
    unanswered: int
    polls: int
    polls_at_once: int
    delivery_attempts: int
    undelivered: int
    hangups: int
    answers: dict[str, int]
    pending: int


class FakeZaloBot:
    """A running fake; every method is one order to it or one question."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self._session = session

    @classmethod
    @asynccontextmanager
    async def start(cls, *, port: int = 0, **options: Any) -> AsyncIterator[FakeZaloBot]:
        """Run the program; ``options`` are fields of Settings. Raises FakeZaloBotError when it does not come up."""
        program, said = await asyncio.to_thread(start_program, {"port": port, **options})
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
                yield cls(said["url"], said["token"], session)
        finally:
            await asyncio.to_thread(stop_program, program)

    @classmethod
    @asynccontextmanager
    async def attach(cls, said: dict[str, str]) -> AsyncIterator[FakeZaloBot]:
        """Use a fake that runs already (see ``launch``), made new by a reset."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
            fake = cls(said["url"], said["token"], session)
            await fake.reset()
            yield fake

    async def order(self, verb: str, **order: Any) -> Any:
        """One call of the control interface; raises FakeZaloBotError with its words when it refuses."""
        async with self._session.post(f"{self.url}/_control/{verb}", json=order) as answer:
            said = await answer.json()
            if answer.status != 200:
                raise FakeZaloBotError(f"{verb}: {said['error']}")
            return said["result"]

    async def call(self, method: str, *, token: str = "", **parameters: Any) -> tuple[int, Any]:
        """A call as any bot makes it: the HTTP status and the decoded body, or its text where it is no JSON."""
        url = f"{self.url}/bot{token or self.token}/{method}"
        async with self._session.post(url, json=parameters) as answer:
            return answer.status, await (answer.json() if answer.content_type == "application/json" else answer.text())

    # -- what people do

    async def push(self, kind: str, **order: Any) -> Pushed:
        """One update of any kind the fake knows; the methods below are this with names."""
        [made] = await self.order("events", events=[{"kind": kind, **order}])
        return Pushed(**made)

    async def say(self, chat_id: str, text: str, **more: Any) -> Pushed:
        """A resident writes ``text``. ``group=True`` with ``from_id``, ``is_bot``, ``age`` (seconds) may follow."""
        return await self.push("text", chat_id=chat_id, text=text, **more)

    async def send_photo(self, chat_id: str, caption: str = "", **more: Any) -> Pushed:
        return await self.push("photo", chat_id=chat_id, caption=caption, **more)

    async def send_sticker(self, chat_id: str, **more: Any) -> Pushed:
        return await self.push("sticker", chat_id=chat_id, **more)

    async def send_voice(self, chat_id: str, **more: Any) -> Pushed:
        return await self.push("voice", chat_id=chat_id, **more)

    async def send_unsupported(self, chat_id: str, **more: Any) -> Pushed:
        """A file, a card, or anything of a protected person; ``bare=True``: not even a message comes with it."""
        return await self.push("unsupported", chat_id=chat_id, **more)

    async def push_raw(self, update: Any) -> Pushed:
        return await self.push("raw", update=update)

    # -- what the world is like

    async def know(self, *chat_ids: str) -> None:
        """These have written before: the bot may send to them."""
        await self.order("chats", chats=[{"chat_id": each, "state": "normal"} for each in chat_ids])

    async def set_chat(self, chat_id: str, state: str) -> None:
        """``state``: normal, blocked or gone."""
        await self.order("chats", chats=[{"chat_id": chat_id, "state": state}])

    async def set_settings(self, **settings: Any) -> None:
        await self.order("settings", **settings)

    async def new_month(self, sent: int = 0) -> None:
        await self.order("new_month", sent=sent)

    async def fault(self, kind: str, **script: Any) -> None:
        """Add a fault; see ``Fault`` for kinds and members."""
        await self.order("faults", faults=[{"kind": kind, **script}])

    async def clear_faults(self) -> list[dict[str, Any]]:
        """End all faults; gives kind and hits of each."""
        hits: list[dict[str, Any]] = await self.order("clear_faults")
        return hits

    async def redeliver(self, event: int) -> None:
        await self.order("redeliver", event=event)

    async def duplicate_next(self, count: int) -> None:
        """Deliver each of the next ``count`` updates to the webhook twice."""
        await self.order("duplicates", count=count)

    async def reset(self) -> None:
        """As it was at the start: no chats, log, faults, updates, webhook; the first settings."""
        await self.order("reset")

    # -- what happened

    async def sends(self, chat_id: str | None = None, since: int = 0) -> list[Act]:
        """Accepted sends (to that chat) in order, from the ``since``-th on."""
        return [Act(**row) for row in await self.order("sends", chat_id=chat_id, since=since)]

    async def acts(self) -> list[Act]:
        """Accepted chat actions in order."""
        return [Act(**row) for row in await self.order("acts")]

    async def polls(self) -> list[PollMade]:
        return [PollMade(**row) for row in await self.order("polls")]

    async def deliveries(self) -> list[DeliveryAttempt]:
        return [DeliveryAttempt(**row) for row in await self.order("deliveries")]

    async def counts(self) -> Counts:
        return Counts(**await self.order("counts"))

    async def state(self) -> dict[str, Any]:
        state: dict[str, Any] = await self.order("state")
        return state

    async def wait_for(self, sends: int, patience: float = 10.0, chat_id: str | None = None) -> list[Act]:
        """The accepted sends once there are that many (to that chat); raises TimeoutError after ``patience`` s."""
        outcome = await self.order("wait", count=sends, timeout=patience, chat_id=chat_id)
        if not outcome["reached"]:
            raise TimeoutError(f"waited {patience} s for {sends} sends, there are {outcome['sends']}")
        return await self.sends(chat_id)

    async def wait_until_idle(self, patience: float = 10.0) -> None:
        """Until no update waits for a poll or is being posted; raises TimeoutError."""
        if not (await self.order("wait_idle", timeout=patience))["reached"]:
            raise TimeoutError(f"updates are still waiting after {patience} s")
