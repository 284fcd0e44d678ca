"""A resident at each channel of one running service, through HTTP: the face of ``Talk``, so that the same dialogues
can be spoken there.
"""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import aiohttp

from bot.testing import ManualClock
from handlers.chat.values import pressed, value
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_bot_client import FakeZaloBot, chat
from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.service import Service
from tests.flows.heard import ZONE, File, Heard, joined, recognised, retimed, unnumbered
from tests.flows.talk import MORNING

LOOK_EVERY = 0.06  # seconds
SILENT_FOR = 600  # seconds after which a conversation is over
PATIENCE = 60.0


class Watch:
    """What has been delivered to the service and what it still works on, looked at once for everybody."""

    def __init__(self, service: Service, fakes: Mapping[str, FakeTelegram | FakeZaloOa | FakeZaloBot]) -> None:
        self.service = service
        self._fakes = fakes
        self.delivered: set[tuple[str, int]] = set()
        self.open: set[tuple[str, str]] = set()
        self._looked = asyncio.Condition()
        self._begun = self._done = 0

    async def run(self) -> None:
        while True:
            self._begun += 1
            delivered = set()
            for channel, fake in self._fakes.items():
                for each in await fake.deliveries():
                    if each.outcome == 200:
                        delivered.add((channel, getattr(each, "update_id", getattr(each, "event", 0))))
            # Only now, for what was delivered before is stored by now.
            with sqlite3.connect(self.service.database, timeout=10) as database:
                rows = database.execute(
                    "SELECT channel, lane FROM inbox WHERE state IN ('stored', 'claimed', 'replying')"
                )
                working = set(rows)
            self.delivered, self.open = delivered, working
            async with self._looked:
                self._done = self._begun
                self._looked.notify_all()
            await asyncio.sleep(LOOK_EVERY)

    async def settled(self, channel: str, event: int | None, lane: str) -> None:
        """Until the event was taken and nothing of this resident is being answered. Raises TimeoutError."""
        first = self._begun + 1  # the look under way may have begun before the event
        async with asyncio.timeout(PATIENCE), self._looked:
            while (
                self._done < first
                or (event is not None and (channel, event) not in self.delivered)
                or (channel, lane) in self.open
            ):
                await self._looked.wait()


class SkippingClock(ManualClock):
    """``skipped``: how far the script went on since it was asked last; time itself cannot be made to pass."""

    def __init__(self) -> None:
        super().__init__(MORNING)
        self.skipped = 0.0
        self.ahead = 0.0  # in all

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        self.skipped += seconds
        self.ahead += seconds


class Desk(ABC):
    """``buttons``: shown as such; else as numbered lines, which ``plain`` scripts want to see as they came."""

    name: ClassVar[str]
    buttons: ClassVar[bool] = True
    subscribable: ClassVar[bool] = True
    files: ClassVar[bool] = True
    longest: ClassVar[int] = 100_000  # characters of one message

    def __init__(self, watch: Watch, number: int, *, plain: bool = False) -> None:
        self.clock = SkippingClock()
        self._watch = watch
        self._number = number
        self._plain = plain
        self._last: dict[str, Heard] = {}
        self._count: dict[str, int] = {}

    async def close(self) -> None:
        """Leave."""
        self._last.clear()

    # --- what a script uses -------------------------------------------------------------------------------------

    async def hears(
        self, text: str = "", *, who: str = "1001", kind: str = "text", value: str = "", hint: str = ""
    ) -> list[Heard]:
        self._pass_time(who)
        if kind == "button":
            value = aged(value, self.clock.ahead)
        return await self._answers(await self._act(who, kind, text, value, hint), who)

    async def pushes(self, act: Awaitable[Any], *, who: str = "1001") -> list[Heard]:
        """Anything else that the platform lets a resident do; ``act`` gives its ``event``."""
        return await self._answers((await act).event, who)

    async def taps(self, label: str, *, who: str = "1001") -> list[Heard]:
        labels = self.labels(who)
        assert label in labels, f"no button {label!r} among {labels}"
        if self.buttons:
            return await self.hears(kind="button", value=self._last[who].values[label], who=who)
        return await self.hears(str(labels.index(label) + 1), who=who)

    def labels(self, who: str = "1001") -> list[str]:
        return list(self._last[who].labels)

    def button(self, label: str, who: str = "1001") -> str:
        return self._last[who].values[label]

    @abstractmethod
    def address(self, who: str = "1001") -> str:
        """The resident's own on this channel."""

    # --- what a channel does ------------------------------------------------------------------------------------

    @abstractmethod
    async def _act(self, who: str, kind: str, text: str, value: str, hint: str) -> int | None:
        """Do it; gives the number of the event that the platform makes of it."""

    @abstractmethod
    async def _new(self, who: str) -> list[Heard]:
        """What came since the last time, as it came."""

    # --- between the two ----------------------------------------------------------------------------------------

    async def _answers(self, event: int | None, who: str) -> list[Heard]:
        await self._watch.settled(self.name, event, self.address(who))
        answers = [self._shown(each) for each in await self._new(who)]
        if answers:
            self._last[who] = answers[-1]
        return answers

    def _shown(self, raw: Heard) -> Heard:
        text = retimed(raw.text, self.clock.now())
        labels = raw.labels
        if not self.buttons:
            shorter, labels = unnumbered(text)
            entry_id, language, decision = recognised(shorter)
            return Heard(text if self._plain else shorter, labels, {}, language, decision, entry_id, raw.attachment)
        entry_id, language, decision = recognised(text)
        return Heard(
            text,
            labels,
            raw.values,
            raw.language or language,
            raw.decision or decision,
            raw.entry_id or entry_id,
            raw.attachment,
        )

    def _pass_time(self, who: str) -> None:
        """A silence ends a conversation; the service's clock cannot be moved, so the end is brought about."""
        if self.clock.skipped > SILENT_FOR:
            with sqlite3.connect(self._watch.service.database, timeout=10) as database:
                database.execute(
                    "DELETE FROM dialogues WHERE channel = ? AND external_id = ?", (self.name, self.address(who))
                )
        self.clock.skipped = 0

    def _since(self, who: str, sends: list[Any]) -> list[Any]:
        new = sends[self._count.get(who, 0) :]
        self._count[who] = len(sends)
        return new


def aged(shown: str, seconds: float) -> str:
    """The value of a button as it would be, had it been shown so long ago."""
    days = int(seconds // 86_400)
    today = datetime.now(ZONE).date()
    press = pressed(shown, today)
    return value(date.fromordinal((today - timedelta(days=days)).toordinal()), press.verb, *press.arguments)


class TelegramDesk(Desk):
    name = "telegram"
    longest = 4096

    def __init__(self, watch: Watch, number: int, fake: FakeTelegram, *, plain: bool = False) -> None:
        super().__init__(watch, number, plain=plain)
        self._fake = fake

    def address(self, who: str = "1001") -> str:
        return str(7_000_000_000 + self._number * 10_000 + int(who))

    async def _act(self, who: str, kind: str, text: str, value: str, hint: str) -> int | None:
        chat_id = int(self.address(who))
        if hint:
            await self._fake.set_chat(chat_id, language_code=hint)
        match kind:
            case "text":
                pushed = await self._fake.say(chat_id, text)
            case "button":
                pushed = await self._fake.press(chat_id, callback_data=value, unchecked=True)
            case "photo":
                pushed = await self._fake.send_photo(chat_id)
            case "voice":
                pushed = await self._fake.send_voice(chat_id)
            case _:
                pushed = await self._fake.send_sticker(chat_id)
        return pushed.update_id

    async def _new(self, who: str) -> list[Heard]:
        heard = []
        for act in self._since(who, await self._fake.sends(int(self.address(who)))):
            rows = (act.markup or {}).get("inline_keyboard", [])
            values = {button["text"]: button["callback_data"] for row in rows for button in row}
            file = File(await self._content(act.file_id)) if act.file_id else None
            heard.append(Heard(act.text, tuple(values), values, attachment=file))
        return heard

    async def _content(self, file_id: str) -> bytes:
        async with aiohttp.ClientSession() as session:
            async with session.post(
                f"{self._fake.base_url}{self._fake.token}/getFile", json={"file_id": file_id}
            ) as told:
                path = (await told.json())["result"]["file_path"]
            async with session.get(f"{self._fake.base_file_url}{self._fake.token}/{path}") as answer:
                return await answer.read()


class _ZaloDesk(Desk):
    """Zalo tells nothing of the phone's language: who wants another one chooses it."""

    buttons = False
    files = False
    longest = 2000

    async def _act(self, who: str, kind: str, text: str, value: str, hint: str) -> int | None:
        if hint == "en" and who not in self._count:
            await self._watch.settled(self.name, await self._push(who, "text", "English"), self.address(who))
            await self._new(who)
        return await self._push(who, kind, text)

    @abstractmethod
    async def _push(self, who: str, kind: str, text: str) -> int | None: ...

    @abstractmethod
    async def _texts(self, who: str) -> list[str]: ...

    async def _new(self, who: str) -> list[Heard]:
        texts = self._since(who, await self._texts(who))
        assert all(0 < len(text) <= self.longest for text in texts)
        return [Heard(text) for text in joined(texts)]


class ZaloOaDesk(_ZaloDesk):
    name = "zalo-oa"

    def __init__(self, watch: Watch, number: int, fake: FakeZaloOa, *, plain: bool = False) -> None:
        super().__init__(watch, number, plain=plain)
        self._fake = fake

    def address(self, who: str = "1001") -> str:
        return resident(self._number * 10_000 + int(who))

    async def _push(self, who: str, kind: str, text: str) -> int | None:
        media = {"photo": "image", "voice": "audio", "quiet": "sticker"}.get(kind)
        if media:
            return (await self._fake.send_media(self.address(who), media)).event
        return (await self._fake.say(self.address(who), text)).event

    async def _texts(self, who: str) -> list[str]:
        return [act.text for act in await self._fake.sends(self.address(who))]


class ZaloBotDesk(_ZaloDesk):
    name = "zalo-bot"

    def __init__(self, watch: Watch, number: int, fake: FakeZaloBot, *, plain: bool = False) -> None:
        super().__init__(watch, number, plain=plain)
        self._fake = fake

    def address(self, who: str = "1001") -> str:
        return chat(self._number * 10_000 + int(who))

    async def _push(self, who: str, kind: str, text: str) -> int | None:
        match kind:
            case "photo":
                pushed = await self._fake.send_photo(self.address(who))
            case "voice":
                pushed = await self._fake.send_voice(self.address(who))
            case "quiet":
                pushed = await self._fake.send_sticker(self.address(who))
            case _:
                pushed = await self._fake.say(self.address(who), text)
        return pushed.event

    async def _texts(self, who: str) -> list[str]:
        return [act.text for act in await self._fake.sends(self.address(who))]
