"""A warning against the clock: a model officer on a phone with bad coverage, through HTTP, on two platforms.

A tap takes 1.5 s (sending what was typed is one), a character 0.25 s, each way 0.8 s; a message that is lost is sent
again after 5 s. These are added up, not slept; what the service needs is measured and added.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyotp import TOTP

from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.service import Service
from tests.faults.zalo_service import oa_settings, save_webhook
from tests.flows.talk import MORNING, Talk
from tests.flows.warning_station import WarningStation

TAP, SIGN, WAY, AGAIN = 1.5, 0.25, 0.8, 5.0
MOST_SECONDS, MOST_TAPS, MOST_SIGNS = 60, 8, 40
FIRST_PERSON, PEOPLE = 7_200_000, 12
PHONES = {"Hải": 7_300_001, "Lan": 7_300_002, "Minh": 7_300_003}


class App:
    """The app that shows an officer's codes; each is good once."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._used = 0

    async def code(self) -> str:
        while True:
            now = int(time.time()) // 30
            step = max(self._used + 1, now)
            if step <= now + 1:
                self._used = step
                return TOTP(self._secret).at(step * 30)
            await asyncio.sleep(0.5)


class ModelOfficer:
    """Adds up what each step would take on a phone."""

    def __init__(self, fake: FakeTelegram, chat: int) -> None:
        self._fake = fake
        self._chat = chat
        self._seen = 0
        self.begin("")

    def begin(self, name: str) -> None:
        self.name, self.seconds, self.taps, self.signs = name, 0.0, 0, 0

    async def types(self, text: str, wanted: str, *, code: bool = False, lost: bool = False) -> str:
        """``wanted``: what the answer holds; officers are told other things besides."""
        self.seconds += len(text) * SIGN
        self.signs += 0 if code else len(text)
        return await self._said(lambda: self._fake.say(self._chat, text), wanted, lost=lost)

    async def presses(self, label: str, wanted: str, *, lost: bool = False) -> str:
        sends = await self._fake.sends(self._chat)
        shown = next(act for act in reversed(sends) if act.markup)
        rows = [button for row in shown.markup["inline_keyboard"] for button in row]
        data = next(each["callback_data"] for each in rows if each["text"] == label)
        pressed = partial(self._fake.press, self._chat, callback_data=data, unchecked=True)
        return await self._said(pressed, wanted, lost=lost)

    async def answer_lost(self, text: str, unread: str, wanted: str) -> str:
        """What was typed arrives, its answer does not, and the phone sends it once more."""
        self.seconds += AGAIN
        await self._said(lambda: self._fake.say(self._chat, text), unread, lost=False)
        return await self._said(lambda: self._fake.say(self._chat, text), wanted, lost=False)

    async def hears(self, wanted: str) -> str:
        """What comes by itself."""
        for _ in range(200):
            sends = await self._fake.sends(self._chat)
            for place, act in enumerate(sends[self._seen :], self._seen):
                if wanted in str(act.text):
                    self._seen = place + 1
                    return str(act.text)
            await asyncio.sleep(0.1 if len(sends) > self._seen else 0.02)
        raise AssertionError(f"never heard {wanted!r}, only {[act.text for act in sends[self._seen :]]}")

    async def _said(self, act: Callable[[], Awaitable[Any]], wanted: str, *, lost: bool) -> str:
        self.taps += 1
        self.seconds += TAP + WAY + (AGAIN + WAY if lost else 0)
        began = time.monotonic()
        await act()
        said = await self.hears(wanted)
        self.seconds += time.monotonic() - began + WAY
        return said

    @property
    def row(self) -> str:
        return f"{self.name:42} {self.seconds:6.1f} s {self.taps:4} taps {self.signs:4} characters"

    def within(self) -> bool:
        return self.seconds <= MOST_SECONDS and self.taps <= MOST_TAPS and self.signs <= MOST_SIGNS


async def prepared(folder: Path, chats: dict[str, tuple[str, str]], channel: str, first: int) -> dict[str, App]:
    """Officers on duty, their chats, signed templates and residents, in the database of a service to come."""
    talk = await Talk.start(folder)
    talk.clock.advance((datetime.now(UTC) - MORNING).total_seconds())
    station = await WarningStation(talk).open(link=False)
    for name, (where, external_id) in chats.items():
        await station.chat(name, where, external_id)
    wrote = {"last_wrote_at": station.now()} if channel == "zalo-oa" else {}
    await station.people(PEOPLE, first=first, channel=channel, **wrote)
    await talk.stop()
    return {name: App(station.proofs[name].secret) for name in chats}


def kept(service: Service, asked: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(service.database, timeout=10)) as database:
        return list(database.execute(asked))


@pytest.fixture
def table(capsys: pytest.CaptureFixture[str]) -> Callable[[list[str]], None]:
    def show(rows: list[str]) -> None:
        with capsys.disabled():
            print("\n" + "\n".join(rows))

    return show


async def test_out_within_a_minute_on_a_phone_with_bad_coverage(
    tmp_path: Path, table: Callable[[list[str]], None]
) -> None:
    chats = {name: ("telegram", str(chat)) for name, chat in PHONES.items()}
    apps = await prepared(tmp_path, chats, "telegram", FIRST_PERSON)
    rows = []
    async with FakeTelegram.start(strict=True) as fake:
        service = Service(tmp_path, fake)
        await service.start()
        hai, lan, minh = (ModelOfficer(fake, chat) for chat in PHONES.values())

        hai.begin("four steps, one tap lost")
        await hai.types("khan", "Việc gì?")
        await hai.presses("Sạt lở bờ sông", "Ở đâu?", lost=True)
        await hai.presses("xã Thường Phước", f"SẼ GỬI {PEOPLE} người")
        await hai.types(await apps["Hải"].code(), "ĐANG GỬI TK-0001", code=True)
        assert hai.within(), hai.row
        rows.append(hai.row)
        people = {FIRST_PERSON + number for number in range(PEOPLE)}
        for _ in range(100):
            reached = Counter(act.chat_id for act in await fake.sends() if act.chat_id in people)
            if len(reached) == PEOPLE:
                break
            await asyncio.sleep(0.1)
        assert reached == Counter(people)

        await lan.hears("TK-0001 do Hải phát lúc")
        await minh.hears("TK-0001 do Hải phát lúc")
        lan.begin("second confirmation")
        await lan.presses("Xác nhận", "Gõ mã 6 số")
        await lan.types(await apps["Lan"].code(), "Đã xác nhận TK-0001", code=True, lost=True)
        rows.append(lan.row)
        await hai.hears("TK-0001: Lan đã xác nhận")

        hai.begin("blank and typed place, the answer lost")
        await hai.types("/khan", "Việc gì?")
        await hai.presses("Sơ tán ngay", "đi đến đâu?")
        await hai.types("Trường Trung học Hồng Ngự", "Ở đâu?")
        await hai.types("tan ho co", "Gõ mã 6 số để gửi.")
        already = "Tin này đã phát rồi, không gửi thêm lần nữa.\nTK-0002"
        await hai.answer_lost(await apps["Hải"].code(), "ĐANG GỬI TK-0002", already)
        assert hai.within(), hai.row
        rows.append(hai.row)

        minh.begin("one line, lost once")
        line = "khan satlo tan ho co 6h "
        await minh.types(line + await apps["Minh"].code(), "ĐANG GỬI TK-0003", lost=True)
        minh.signs -= 6  # the code
        assert minh.within(), minh.row
        rows.append(minh.row)
        notices = kept(service, "SELECT issued_by, state FROM notices ORDER BY id")
        service.stop()
        log = service.log()
    table(rows)
    assert notices == [("Hải", "confirmed"), ("Hải", "pending"), ("Minh", "pending")]
    assert "Traceback" not in log
    assert str(PHONES["Hải"]) not in log
    assert "Trường Trung học" not in log


async def test_the_same_by_numbers_on_an_official_account(tmp_path: Path) -> None:
    """No buttons there: a line with a number each, and the call to confirm is answered by number too."""
    hai, lan = resident(1), resident(2)
    chats = {"Hải": ("zalo-oa", hai), "Lan": ("zalo-oa", lan)}
    apps = await prepared(tmp_path, chats, "zalo-oa", int(resident(100)))
    async with FakeZaloOa.start(receipts="none", scale=0.01) as fake:
        service = Service(tmp_path, None, **oa_settings(fake))
        await service.start()
        await save_webhook(fake, service)
        seen: Counter[str] = Counter()

        async def hears(who: str, wanted: str) -> str:
            for _ in range(200):
                sends = await fake.sends(who)
                for place, act in enumerate(sends[seen[who] :], seen[who]):
                    if wanted in act.text:
                        seen[who] = place + 1
                        return str(act.text)
                await asyncio.sleep(0.1)
            raise AssertionError(f"never heard {wanted!r}")

        async def says(who: str, text: str, wanted: str) -> str:
            await fake.say(who, text)
            return await hears(who, wanted)

        people = {resident(100 + number) for number in range(PEOPLE)}
        for who in (lan, *people):  # an account may write to somebody within two days of their last word
            await says(who, "alo", "")
        await says(hai, "TIN KHẨN", "1. Sạt lở bờ sông")
        places = await says(hai, "1", "Ở đâu?")
        number = next(each[0] for each in places.split("\n") if each.endswith("xã Thường Phước"))
        await says(hai, number, f"SẼ GỬI {PEOPLE} người")
        await says(hai, await apps["Hải"].code(), "ĐANG GỬI TK-0001")
        assert "1. Xác nhận" in await hears(lan, "TK-0001 do Hải phát lúc")
        await says(lan, "1", "Gõ mã 6 số")
        await says(lan, await apps["Lan"].code(), "Đã xác nhận TK-0001")
        await hears(hai, "TK-0001: Lan đã xác nhận")
        for who in people:
            await hears(who, "[TIN KHẨN] Sạt lở bờ sông")
        sends = [act.recipient for act in await fake.sends() if "[TIN KHẨN]" in act.text]
        service.stop()
        log = service.log()
    assert Counter(each for each in sends if each in people) == Counter(people)
    assert "Traceback" not in log
    assert hai not in log
