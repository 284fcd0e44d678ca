"""A campaign in Vietnamese and Khmer as officials make it, sent at the strict fake while residents ask questions."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from broadcasts.approval import SECRECY
from tests.bench.load import percentile
from tests.fakes.telegram.journal import Act
from tests.fakes.telegram_client import FakeTelegram
from tests.faults.officials import Office, Phone
from tests.faults.service import Service

FIRST_CHAT = 6_000_000
FIRST_ASKING = 30_000_000  # who asks while the campaign goes out
CHI, DUNG, GIANG = 501, 502, 503
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WRONG = "Hỏi thêm: gọi 02773 851 234."
QUESTIONS = (
    "vào vùng biên giới có cần xin giấy phép không",
    "di xuat khau lao dong dai loan het bao nhieu tien",
    "tàu cá bị mất kết nối giám sát thì làm sao",
    "mang bao nhieu tien mat qua cua khau phai khai bao",
)


@dataclass(frozen=True, slots=True)
class Mode:
    """How the fake counts, and what the service is told of it. ``asking``: residents a second."""

    replies_count: bool
    telegram_rate: int
    telegram_reply_rate: int
    asking: int


MODES = {
    "replies-count": Mode(replies_count=True, telegram_rate=29, telegram_reply_rate=10, asking=5),
    "replies-free": Mode(replies_count=False, telegram_rate=29, telegram_reply_rate=0, asking=200),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """``rate``: messages of the campaign a second, pauses left out; ``late``: sends begun 2 s after a pause."""

    reports: list[dict[str, Any]]
    log_good: bool
    got: Counter[int]
    corrected: Counter[int]
    sent_before: set[int]
    rate: float
    asked: int
    answered: int
    reply_p50_ms: float
    reply_p95_ms: float
    flood_errors: int
    late: int


def subscribe(database: Path, count: int) -> None:
    """Half of them read Khmer."""
    with sqlite3.connect(database) as connection:
        connection.executemany(
            "INSERT INTO residents (channel, account, external_id, language, last_wrote_on, routine, safety)"
            " VALUES ('telegram', 'main', ?, ?, '2026-11-01', 1, 1)",
            [(str(FIRST_CHAT + number), ("vi", "km")[number % 2]) for number in range(count)],
        )


class WholeCampaign:
    """One installation, three officers with phones, and many who receive."""

    def __init__(self, fake: FakeTelegram, service: Service, people: int, mode: Mode) -> None:
        self._fake = fake
        self._service = service
        self._people = people
        self._mode = mode
        self._office = Office(service)
        self._sent: list[Act] = []
        self._phones = {name: Phone(fake, chat) for name, chat in (("Chi", CHI), ("Dung", DUNG), ("Giang", GIANG))}

    async def go(self) -> Outcome:
        """The whole way, from the first officer to the report."""
        subscribe(self._service.database, self._people)
        await self._staffed()
        number = await self._drafted()
        await self._returned_and_mended(number)
        await self._approved(number)
        run = await self._sending(number)
        asked = int(self._mode.asking * self._people / 24)
        await self._fake.bulk(asked, list(QUESTIONS), first_chat_id=FIRST_ASKING, rate=self._mode.asking)
        begun = time.monotonic()
        late, paused = await self._paused_and_resumed(number)
        second = await self._correcting(run)
        await self._until_sent(number)
        await self._until_sent(second)
        ended = max(act.monotonic for act in await self._to_people())
        await self._all_answered(asked)
        return await self._outcome(number, second, ended - begun - paused, asked, late)

    # --- what officers do -----------------------------------------------------------------------------------------

    async def _command(self, by: str, *words: str) -> Any:
        return await asyncio.to_thread(self._office, by, *words)

    async def _code(self, by: str) -> str:
        return await asyncio.to_thread(self._office.code, by)

    async def _staffed(self) -> None:
        await asyncio.to_thread(self._office.open, Chi="editor", Dung="reviewer", Lan="reviewer", Giang="approver")
        await asyncio.to_thread(self._office.script, "Chi")
        for name, phone in self._phones.items():
            code = (await self._command(name, "officer", "link"))["code"]
            assert "Đã nối" in await phone.says(f"/noi {code}")

    async def _drafted(self) -> int:
        """Chi starts from a template on her phone, and adds what should not be there."""
        chi = self._phones["Chi"]
        await chi.says("/soan")
        while not any("Thành quả phân giới" in each for each in await chi.labels()):
            await chi.press("Xem thêm")
        said = await chi.press("Thành quả phân giới")
        number = int(re.search(r"CD-(\d+)", said)[1])  # type: ignore[index]
        await self._command("", "campaign", "aim", str(number), "--channel", "telegram")
        await self._command("", "campaign", "write", str(number), "vi", f"Tin vùng biên.\n{WRONG}")
        await self._soon(number)
        await self._command("", "campaign", "submit", str(number))
        return number

    async def _soon(self, number: int) -> None:
        at = datetime.now(ZONE) + timedelta(seconds=150)
        await self._command("", "campaign", "time", str(number), at.strftime("%Y-%m-%dT%H:%M"), "--missed", "send")

    async def _opens(self, name: str, number: int) -> str:
        phone = self._phones[name]
        await phone.catch_up()
        await phone.says("/viec")
        return await phone.press(f"CD-{number}")

    async def _returned_and_mended(self, number: int) -> None:
        await self._command("Dung", "campaign", "sign", str(number), "vi")
        giang = self._phones["Giang"]
        assert WRONG in await self._opens("Giang", number)
        await giang.press("Trả lại")
        await giang.says("Số điện thoại này chưa có nguồn")
        await self._command("", "campaign", "write", str(number), "vi", "Bà con vùng biên nhớ mang giấy tờ.")
        await self._soon(number)
        await self._command("", "campaign", "submit", str(number))

    async def _approved(self, number: int) -> None:
        """Dung signs on the phone, Lan at a terminal; Giang ticks and approves on the phone; Chi plans."""
        dung, giang = self._phones["Dung"], self._phones["Giang"]
        await self._opens("Dung", number)
        await dung.press("Ký tiếng Việt")
        assert "[ký: Dung]" in await dung.says(await self._code("Dung"))
        await self._command("Lan", "campaign", "sign", str(number), "km")
        assert SECRECY in await self._opens("Giang", number)
        while any(each.startswith("Đã xem") for each in await giang.labels()):
            await giang.press("Đã xem")
        await giang.press("Duyệt")
        assert "Đã duyệt dấu" in await giang.says(await self._code("Giang"))
        await self._command("", "campaign", "schedule", str(number))

    async def _sending(self, number: int) -> int:
        for _ in range(1000):
            for run, state in self._runs(number):
                if state == "sending":
                    return run
            await asyncio.sleep(0.3)
        raise TimeoutError(f"campaign {number} does not begin")

    async def _paused_and_resumed(self, number: int) -> tuple[int, float]:
        """Once a tenth has it: how many sends began later than 2 s after the pause, and how long it lasted."""
        while len(await self._to_people()) < self._people // 10:
            await asyncio.sleep(0.5)
        giang = self._phones["Giang"]
        await giang.catch_up()
        await self._opens("Giang", number)
        asked = time.monotonic()
        await giang.press("Tạm dừng")
        await asyncio.sleep(6)
        late = [act for act in await self._to_people() if act.monotonic > asked + 2]
        self._had = {act.chat_id for act in await self._to_people()}
        await giang.press("Chạy tiếp")
        return len(late), time.monotonic() - asked

    async def _correcting(self, run: int) -> int:
        """A correction goes to exactly those who have it by then, while the others are being sent to."""
        number = int((await self._command("Chi", "campaign", "correct", str(run), "Đính chính"))["id"])
        for language, words in (("vi", "Đính chính: xin bỏ qua tin trước."), ("km", "កែតម្រូវ៖ សូមកុំយកសារមុន។")):
            await self._command("", "campaign", "write", str(number), language, words)
        at = datetime.now(ZONE) + timedelta(seconds=90)
        await self._command("", "campaign", "time", str(number), at.strftime("%Y-%m-%dT%H:%M"), "--missed", "send")
        await self._command("", "campaign", "submit", str(number))
        await self._command("Dung", "campaign", "sign", str(number), "vi")
        await self._command("Lan", "campaign", "sign", str(number), "km")
        seen = await self._command("Giang", "campaign", "check", str(number))
        ticks = [word for each in seen["ticks"] for word in ("--tick", each)]
        await self._command("Giang", "campaign", "approve", str(number), "--digest", seen["digest"], *ticks)
        await self._command("", "campaign", "schedule", str(number))
        return number

    # --- what is waited for ---------------------------------------------------------------------------------------

    async def _sends(self) -> list[Act]:
        """All so far; only what is new is asked for."""
        self._sent += await self._fake.sends(since=len(self._sent))
        return self._sent

    async def _to_people(self) -> list[Act]:
        last = FIRST_CHAT + self._people
        return [act for act in await self._sends() if FIRST_CHAT <= act.chat_id < last]

    def _runs(self, number: int) -> list[tuple[int, str]]:
        """Read past the service, which has enough to do."""
        with sqlite3.connect(self._service.database, timeout=10) as connection:
            return list(connection.execute("SELECT id, state FROM runs WHERE campaign_id = ?", (number,)))

    async def _until_sent(self, number: int) -> None:
        while not all(state == "done" for _, state in self._runs(number)):
            await asyncio.sleep(2)

    async def _all_answered(self, asked: int) -> None:
        for _ in range(200):
            if len({act.chat_id for act in await self._sends() if act.chat_id >= FIRST_ASKING}) >= asked:
                return
            await asyncio.sleep(0.1)

    async def _outcome(self, first: int, second: int, took: float, asked: int, late: int) -> Outcome:
        to_people = await self._to_people()
        corrections = Counter(act.chat_id for act in to_people if _corrects(act))
        got = Counter(act.chat_id for act in to_people if not _corrects(act))
        replies = [act for act in await self._sends() if act.chat_id >= FIRST_ASKING]
        waits = [act.after for act in replies if act.after is not None]
        answers = (await self._fake.counts()).answers
        return Outcome(
            reports=[await self._command("", "campaign", "report", str(each)) for each in (first, second)],
            log_good=bool((await self._command("", "audit", "verify"))["good"]),
            got=got,
            corrected=corrections,
            sent_before=self._had,
            rate=len(to_people) / took,
            asked=asked,
            answered=len({act.chat_id for act in replies}),
            reply_p50_ms=percentile(waits, 0.5) * 1000,
            reply_p95_ms=percentile(waits, 0.95) * 1000,
            flood_errors=sum(count for answer, count in answers.items() if answer.endswith(" 429")),
            late=late,
        )


def _corrects(act: Act) -> bool:
    return "Đính chính" in str(act.text) or "កែតម្រូវ" in str(act.text)
