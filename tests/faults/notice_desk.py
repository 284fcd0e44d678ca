"""The people who warn: officers with codes and chats on both platforms, templates signed, a campaign planned."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.staff.roles import Role
from broadcasts.approval import text_mark
from broadcasts.audience import Audience
from broadcasts.recurrence import Missed, Schedule
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.notice_people import CHEATED, SLIDING, STORMY, TELEGRAM, ZALO
from tests.flows.talk import MORNING, Talk
from tests.flows.warning_station import WarningStation

PHONES = {"Hải": "7400001", "Minh": "7400002", "Nga": "7400003"}
LAN = resident(1)
CAMPAIGN = "Bà con vào vùng biên nhớ mang giấy tờ tuỳ thân."
NO_QUIET = "03:00-03:01"
TAP = 1.0  # seconds between two acts of one officer: people are no faster, and a chat gets one answer a second
HEARD_WITHIN = 60.0  # seconds that an answer may take while messages go out at the full rate


class TelegramChat:
    """An officer's chat on Telegram; what was read is not read again."""

    def __init__(self, fake: FakeTelegram, chat: str) -> None:
        self._fake = fake
        self._chat = int(chat)
        self._seen = 0

    async def says(self, text: str, wanted: str) -> str:
        await asyncio.sleep(TAP)
        self._seen = len(await self.texts())
        await self._fake.say(self._chat, text)
        return await self.hears(wanted)

    async def presses(self, label: str, wanted: str) -> str:
        """The newest button that is called so."""
        await asyncio.sleep(TAP)
        buttons = [
            button
            for act in await self._fake.sends(self._chat)
            for row in (act.markup or {}).get("inline_keyboard", [])
            for button in row
            if button["text"] == label
        ]
        await self._fake.press(self._chat, callback_data=buttons[-1]["callback_data"], unchecked=True)
        return await self.hears(wanted)

    async def hears(self, wanted: str, patience: float = HEARD_WITHIN) -> str:
        said, self._seen = await _heard(self.texts, self._seen, wanted, patience)
        return said

    async def texts(self) -> list[str]:
        return [str(act.text) for act in await self._fake.sends(self._chat)]


class ZaloChat:
    """An officer's chat on Zalo, where choices are numbered lines."""

    def __init__(self, fake: FakeZaloOa, who: str) -> None:
        self._fake = fake
        self._who = who
        self._seen = 0

    async def says(self, text: str, wanted: str) -> str:
        await asyncio.sleep(TAP)
        self._seen = len(await self.texts())
        await self._fake.say(self._who, text)
        return await self.hears(wanted)

    async def hears(self, wanted: str, patience: float = HEARD_WITHIN) -> str:
        said, self._seen = await _heard(self.texts, self._seen, wanted, patience)
        return said

    async def texts(self) -> list[str]:
        return [act.text for act in await self._fake.sends(self._who)]


async def _heard(texts: Callable[[], Awaitable[list[str]]], seen: int, wanted: str, patience: float) -> tuple[str, int]:
    """The next message that holds these words, and how many were read by then; raises AssertionError."""
    for _ in range(int(patience / 0.1)):
        said = await texts()
        for place in range(seen, len(said)):
            if wanted in said[place]:
                return said[place], place + 1
        await asyncio.sleep(0.1)
    raise AssertionError(f"never heard {wanted!r}, only {said[seen:]}")


@dataclass(frozen=True, slots=True)
class Prepared:
    """``proofs``: by officer, a password and the secret of their app."""

    proofs: dict[str, dict[str, Any]]
    campaign_id: int


async def prepare(folder: Path) -> Prepared:
    """In the database of a service to come, as it was left a minute ago: the campaign begins when that starts."""
    talk = await Talk.start(folder, quiet_hours=NO_QUIET)
    talk.clock.advance((datetime.now(UTC) - MORNING).total_seconds() - 60)
    station = await WarningStation(talk).open(link=False, areas=STORMY)
    await station.sign("storm")
    await station.on_duty("Nga", CHEATED, SLIDING)
    for name, role in (("Chi", Role.EDITOR), ("Dung", Role.REVIEWER), ("Giang", Role.APPROVER)):
        await station.add(name, role)
    for name, chat in PHONES.items():
        await station.chat(name, TELEGRAM, chat)
    await station.chat("Lan", ZALO, LAN)
    campaign_id = await _planned(station)
    await talk.stop()
    proofs = {
        name: {"officer": name, "password": each.password, "secret": each.secret}
        for name, each in station.proofs.items()
    }
    return Prepared(proofs, campaign_id)


async def _planned(station: WarningStation) -> int:
    """By three officers: written, signed, approved, planned."""
    service = station.talk.app.campaigning.service
    chi, dung, giang = [await station.officer(name) for name in ("Chi", "Dung", "Giang")]
    number = await service.draft(chi, "Giấy tờ vùng biên")
    await service.write(chi, number, "vi", CAMPAIGN)
    await service.aim(chi, number, Audience(channels=(TELEGRAM,)))
    soon = (station.now() + timedelta(minutes=1)).astimezone(station.talk.app.campaigning.office.zone)
    at = soon.replace(second=0, microsecond=0, tzinfo=None)  # dates are kept to the minute
    await service.time(chi, number, Schedule(at, missed=Missed.SEND))
    await service.submit(chi, number)
    await service.sign(dung, number, "vi", text_mark(CAMPAIGN))
    seen = await service.checklist(giang, number)
    await service.approve(giang, number, seen.digest, seen.ticks)
    await service.schedule(chi, number)
    return int(number)
