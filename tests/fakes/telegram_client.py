"""Start the fake Bot API server and speak to its control interface, typed, from a test.

``async with FakeTelegram.start(strict=True) as fake:`` gives a server on a free port that ends with the
block, and also when the test program dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.fakes.telegram.journal import Act, DeliveryAttempt
from tests.fakes.telegram.launch import FakeTelegramError, start_program, stop_program
from tests.fakes.telegram.limits import EarlyRequest
from tests.fakes.telegram.reports import Counts, Pushed

__all__ = ["Act", "Counts", "DeliveryAttempt", "EarlyRequest", "FakeTelegram", "FakeTelegramError", "Pushed"]


class FakeTelegram:
    """A running fake; every method is one order to it or one question."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.token = token
        self.base_url = f"{url}/bot"  # what python-telegram-bot calls base_url
        self.base_file_url = f"{url}/file/bot"
        self._session = session

    @classmethod
    @asynccontextmanager
    async def start(
        cls, *, strict: bool = False, replies_count: bool = True, port: int = 0, **options: Any
    ) -> AsyncIterator[FakeTelegram]:
        """Run the program; ``options`` are fields of Settings and LimitRules, for example ``scale=0.01``.

        Raises FakeTelegramError when it does not come up.
        """
        given = {"port": port, "replies_count": replies_count, **options}
        if strict:
            given["strict"] = True
        program, said = await asyncio.to_thread(start_program, given)
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
                yield cls(said["url"], said["token"], session)
        finally:
            await asyncio.to_thread(stop_program, program)

    @classmethod
    @asynccontextmanager
    async def attach(cls, said: dict[str, str]) -> AsyncIterator[FakeTelegram]:
        """Use a fake that runs already (see ``launch``), made new by a reset."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
            fake = cls(said["url"], said["token"], session)
            await fake.reset()
            yield fake

    async def order(self, verb: str, **order: Any) -> Any:
        """One call of the control interface; raises FakeTelegramError with its words when it refuses."""
        async with self._session.post(f"{self.url}/_control/{verb}", json=order) as answer:
            said = await answer.json()
            if answer.status != 200:
                raise FakeTelegramError(f"{verb}: {said['error']}")
            return said["result"]

    # -- what residents do

    async def push(self, kind: str, **order: Any) -> Pushed:
        """One update of any kind the fake knows; the methods below are this with names."""
        [outcome] = await self.order("updates", updates=[{"kind": kind, **order}])
        return Pushed(**outcome)

    async def say(self, chat_id: int, text: str, **more: Any) -> Pushed:
        """A resident writes ``text`` (also a command). In a group give ``from_id``; ``reply_to``, ``date``
        may follow.
        """
        return await self.push("text", chat_id=chat_id, text=text, **more)

    async def edit(self, chat_id: int, message_id: int, text: str) -> Pushed:
        return await self.push("edited", chat_id=chat_id, message_id=message_id, text=text)

    async def press(self, chat_id: int, button: str | int | None = None, **more: Any) -> Pushed:
        """Press a button, by its text or its place, of the newest message with buttons or of ``message_id``.

        ``callback_data`` names the payload itself; with ``unchecked=True`` it may be one that no message
        carries.
        """
        return await self.push("press", chat_id=chat_id, button=button, **more)

    async def send_photo(self, chat_id: int, caption: str = "", **more: Any) -> Pushed:
        return await self.push("photo", chat_id=chat_id, caption=caption, **more)

    async def send_voice(self, chat_id: int, **more: Any) -> Pushed:
        return await self.push("voice", chat_id=chat_id, **more)

    async def send_sticker(self, chat_id: int, **more: Any) -> Pushed:
        return await self.push("sticker", chat_id=chat_id, **more)

    async def send_contact(self, chat_id: int, phone_number: str, **more: Any) -> Pushed:
        return await self.push("contact", chat_id=chat_id, phone_number=phone_number, **more)

    async def send_location(self, chat_id: int, latitude: float, longitude: float, **more: Any) -> Pushed:
        return await self.push("location", chat_id=chat_id, latitude=latitude, longitude=longitude, **more)

    async def forward(self, chat_id: int, text: str, **more: Any) -> Pushed:
        return await self.push("forwarded", chat_id=chat_id, text=text, **more)

    async def other_bot_says(self, chat_id: int, bot_id: int, text: str) -> Pushed:
        return await self.push("text", chat_id=chat_id, from_id=bot_id, is_bot=True, text=text)

    async def block(self, chat_id: int) -> Pushed:
        """The resident blocks the bot: my_chat_member comes in and sends to the chat are refused with 403."""
        return await self.push("membership", chat_id=chat_id, status="kicked")

    async def unblock(self, chat_id: int) -> Pushed:
        return await self.push("membership", chat_id=chat_id, status="member")

    async def push_raw(self, update: dict[str, Any], **more: Any) -> Pushed:
        return await self.push("raw", update=update, **more)

    async def bulk(
        self,
        conversations: int,
        texts: list[str],
        *,
        first_chat_id: int = 1_000_000,
        each: int = 1,
        rate: float = 0.0,
    ) -> None:
        """So many residents write, ``each`` times; at ``rate`` messages/s this returns at once, else when all
        is queued.
        """
        await self.order(
            "bulk",
            conversations=conversations,
            texts=texts,
            first_chat_id=first_chat_id,
            each=each,
            rate=rate,
        )

    # -- what the world is like

    async def set_chat(self, chat_id: int, state: str | None = None, **more: Any) -> None:
        """State (normal, blocked, never_started, deactivated, not_found, migrated, kicked, left, deleted) and
        looks.
        """
        changes = {"state": state, **more} if state is not None else more
        await self.order("chats", chats=[{"chat_id": chat_id, **changes}])

    async def set_chats(self, states: dict[int, str]) -> None:
        await self.order("chats", chats=[{"chat_id": key, "state": state} for key, state in states.items()])

    async def set_limits(self, **rules: Any) -> None:
        """Fields of LimitRules; ``mode="strict"`` switches the rates on."""
        await self.order("limits", **rules)

    async def set_settings(self, **settings: Any) -> None:
        await self.order("settings", **settings)

    async def age(self, seconds: float) -> None:
        """Every message that is there becomes so much older."""
        await self.order("age", seconds=seconds)

    async def flood(self, retry_after: float, chat_id: int = 0) -> None:
        """Answer the next send (to that chat) with 429 and hold the deadline; chat 0 is the whole bot."""
        await self.order("flood", retry_after=retry_after, chat_id=chat_id)

    async def fault(self, kind: str, **script: Any) -> None:
        """Add a fault; see ``Fault`` for kinds and members."""
        await self.order("faults", faults=[{"kind": kind, **script}])

    async def clear_faults(self) -> list[dict[str, Any]]:
        """End all faults; gives kind and hits of each."""
        hits: list[dict[str, Any]] = await self.order("clear_faults")
        return hits

    async def redeliver(self, update_id: int) -> None:
        await self.order("redeliver", update_id=update_id)

    async def duplicate_next(self, count: int) -> None:
        """Deliver each of the next ``count`` updates to the webhook twice."""
        await self.order("duplicates", count=count)

    async def reset(self) -> None:
        """As it was at the start: no messages, log, chats, faults, updates, webhook; the first settings."""
        await self.order("reset")

    # -- what happened

    async def sends(self, chat_id: int | None = None, since: int = 0) -> list[Act]:
        """Accepted sends in order, from the ``since``-th on."""
        return [Act(**row) for row in await self.order("sends", chat_id=chat_id, since=since)]

    async def standing(self, chat_id: int) -> list[str]:
        """The words of the bot's messages as they are in this chat now, the oldest first."""
        words: list[str] = await self.order("standing", chat_id=chat_id)
        return words

    async def acts(self) -> list[Act]:
        """Accepted edits, deletions, answered buttons and chat actions in order."""
        return [Act(**row) for row in await self.order("acts")]

    async def deliveries(self) -> list[DeliveryAttempt]:
        return [DeliveryAttempt(**row) for row in await self.order("deliveries")]

    async def early(self) -> list[EarlyRequest]:
        """Every request that came before a deadline it had been told, or could not yet know
        (``since_notice``).
        """
        return [EarlyRequest(**row) for row in await self.order("early")]

    async def counts(self) -> Counts:
        return Counts(**await self.order("counts"))

    async def state(self) -> dict[str, Any]:
        state: dict[str, Any] = await self.order("state")
        return state

    async def wait_for(self, sends: int, patience: float = 10.0, chat_id: int | None = None) -> list[Act]:
        """The accepted sends once there are that many (to that chat); raises TimeoutError after ``patience``
        seconds.
        """
        outcome = await self.order("wait", count=sends, timeout=patience, chat_id=chat_id)
        if not outcome["reached"]:
            raise TimeoutError(f"waited {patience} s for {sends} sends, there are {outcome['sends']} in all")
        return await self.sends(chat_id)

    async def wait_for_acts(self, acts: int, patience: float = 10.0) -> list[Act]:
        """The accepted edits, deletions, answers and actions once there are that many; raises TimeoutError."""
        if not (await self.order("wait_acts", count=acts, timeout=patience))["reached"]:
            raise TimeoutError(f"waited {patience} s for {acts} acts")
        return await self.acts()

    async def wait_until_idle(self, patience: float = 10.0) -> None:
        """Until no update is waiting any more; raises TimeoutError."""
        if not (await self.order("wait_idle", timeout=patience))["reached"]:
            raise TimeoutError(f"updates are still waiting after {patience} s")
