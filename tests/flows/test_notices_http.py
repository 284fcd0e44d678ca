"""A notice through HTTP on three channels at once: read, joined late, answered, help asked for and taken, all clear."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert

from bot.storage.db import Database
from bot.storage.schema import duty_shifts, officer_chats, officer_roles
from handlers.http.public import SESSION_COOKIE
from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa, resident
from tests.faults.service import Service
from tests.faults.zalo_service import oa_settings, save_webhook
from tests.handlers.warned import COMMANDER, DUTY, SECOND, THUONG_PHUOC, Warned

EARLY, LATE, LEFT, PHONE = 5_100_001, 5_100_002, 5_100_003, 5_100_009
ZALO = resident(7)
WORDS = "nha so 12 ap 3, hai nguoi gia"


async def until(text: str, read: Callable[[], Awaitable[list[str]]], patience: float = 30) -> str:
    """The newest of some texts that holds this one. Raises AssertionError."""
    for _ in range(int(patience / 0.1)):
        found = [each for each in await read() if text in each]
        if found:
            return found[-1]
        await asyncio.sleep(0.1)
    raise AssertionError(f"{text!r} is not among {await read()}")


class Officers:
    """Who warns writes into the service's own database; one of them is on duty, with a chat on Telegram."""

    def __init__(self, service: Service) -> None:
        self.db = Database(f"sqlite+aiosqlite:///{service.database}")
        self.warned = Warned(self.db)

    async def open(self) -> None:
        now = self._now()
        await self.warned.officers(DUTY, SECOND, COMMANDER)
        async with self.db.transaction() as connection:
            await connection.execute(
                insert(officer_chats).values(
                    channel="telegram",
                    account="main",
                    external_id=str(PHONE),
                    officer_id=DUTY.id,
                    linked_at=now,
                    seen_on=now.date() + timedelta(days=1),  # seen later than any other
                )
            )
            await connection.execute(insert(officer_roles).values(officer_id=DUTY.id, role="duty", area="p-dong-thap"))
            await connection.execute(
                insert(duty_shifts).values(
                    officer_id=DUTY.id,
                    area="p-dong-thap",
                    begins_at=now - timedelta(hours=1),
                    ends_at=now + timedelta(hours=8),
                )
            )

    async def issue(self) -> int:
        self._now()
        return (await self.warned.issued()).notice_id

    async def clear(self, notice_id: int) -> None:
        self._now()
        await self.warned.service.clear(DUTY, notice_id)

    def _now(self) -> datetime:
        now = datetime.now(UTC)
        self.warned.clock.advance((now - self.warned.clock.now()).total_seconds())
        return now


class Phones:
    """What arrived, as texts."""

    def __init__(self, telegram: FakeTelegram, zalo: FakeZaloOa) -> None:
        self._telegram = telegram
        self._zalo = zalo

    async def telegram(self, chat: int) -> list[str]:
        return [str(act.text) for act in await self._telegram.sends(chat)]

    async def zalo(self) -> list[str]:
        return [str(act.text) for act in await self._zalo.sends(ZALO)]

    async def says(self, chat: int, text: str, answer: str) -> str:
        await self._telegram.say(chat, text)
        return await until(answer, lambda: self.telegram(chat))

    async def presses(self, chat: int, label: str, answer: str) -> str:
        await self._telegram.press(chat, label)
        return await until(answer, lambda: self.telegram(chat))

    async def zalo_says(self, text: str, answer: str) -> str:
        await self._zalo.say(ZALO, text)
        return await until(answer, self.zalo)

    async def subscribes(self, chat: int) -> None:
        await self.says(chat, f"/start {THUONG_PHUOC}", "Đã chọn: xã Thường Phước")
        await self.says(chat, "/dangky", "Khi có nguy hiểm")
        await self.presses(chat, "Có", "đồng ý nhận tin khẩn")
        await self.presses(chat, "Không", "không gửi tin thường kỳ")


class Page:
    """An open page, by its socket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.frames: list[dict[str, Any]] = []

    async def reads(self) -> None:
        async for frame in self._socket:
            self.frames.append(frame.json())

    async def says(self, text: str) -> None:
        await self._socket.send_json({"type": "text", "id": f"q{len(self.frames)}", "text": text})

    async def texts(self) -> list[str]:
        return [f"{each['type']}: {each.get('text', '')}" for each in self.frames]


async def test_on_telegram_zalo_and_a_page_at_once(tmp_path: Path) -> None:
    async with (
        FakeTelegram.start() as telegram,
        FakeZaloOa.start(receipts="none") as zalo,
        aiohttp.ClientSession() as web,
    ):
        service = Service(tmp_path, telegram, owner_name="Ban chỉ huy thử")
        service.add(**oa_settings(zalo))
        await service.start()
        await save_webhook(zalo, service)
        officers, phones = Officers(service), Phones(telegram, zalo)
        await officers.open()
        await asyncio.sleep(0.5)

        # Before: two on Telegram, one on Zalo, and a page that is open.
        await phones.subscribes(EARLY)
        await phones.subscribes(LEFT)
        await phones.zalo_says(f"/start {THUONG_PHUOC}", "Đã chọn: xã Thường Phước")
        await phones.zalo_says("/dangky", "Khi có nguy hiểm")
        await phones.zalo_says("1", "đồng ý nhận tin khẩn")
        await phones.zalo_says("2", "không gửi tin thường kỳ")
        cookie = hashlib.sha256(b"page").hexdigest()[:22]
        headers = {"Origin": service.url, "Cookie": f"{SESSION_COOKIE}={cookie}"}
        socket = await web.ws_connect(f"{service.url}/chat/ws", headers=headers)
        page = Page(socket)
        reading = asyncio.create_task(page.reads())
        await page.says("toi o xa thuong phuoc")
        await until("Đã chọn: xã Thường Phước", page.texts)
        await phones.says(LEFT, "STOP", "Đã ngừng mọi tin")

        # Issued: everybody who may be told is, by their own way.
        notice = await officers.issue()
        sent = await until("[TIN KHẨN]", lambda: phones.telegram(EARLY))
        assert sent.startswith("[TIN KHẨN] Sạt lở")
        on_zalo = await until("[TIN KHẨN]", phones.zalo)
        assert on_zalo.endswith("Đã đọc thì nhắn: Đã rõ.\nGặp nguy hiểm thì nhắn: Cần giúp.")
        await until("notice: [TIN KHẨN] Sạt lở", page.texts, 10)

        # Late: read with the place, and not sent besides.
        await phones.says(LATE, f"/start {THUONG_PHUOC}", "[TIN KHẨN] Sạt lở")
        await phones.says(LATE, "/dangky", "Khi có nguy hiểm")
        await phones.presses(LATE, "Có", "đồng ý nhận tin khẩn")

        # Answered.
        await phones.zalo_says("da ro", "Đã ghi.")
        numbers = await phones.presses(EARLY, "Cần giúp", "GỌI NGAY")
        assert numbers.startswith("GỌI NGAY")
        await phones.presses(EARLY, "Gửi trực ban", "Đã chuyển cho cán bộ trực")
        await phones.says(EARLY, WORDS, "Đã thêm lời nhắn")
        seen = await until(WORDS, lambda: phones.telegram(PHONE))
        assert f"số {EARLY}" in seen
        await phones.presses(PHONE, "Nhận việc này", "Anh/chị đã nhận YC-1")
        await until("Cán bộ trực đã nhận yêu cầu lúc", lambda: phones.telegram(EARLY))

        # All clear: to whom it was said, and to nobody else.
        await officers.clear(notice)
        for chat in (EARLY, LATE):
            await until("[ĐÃ AN TOÀN]", lambda chat=chat: phones.telegram(chat))
        await until("[ĐÃ AN TOÀN]", phones.zalo)
        await until("notice: [ĐÃ AN TOÀN]", page.texts, 10)
        assert "Hiện không có tin khẩn nào" in await phones.says(LATE, "/thongbao", "Hiện không có tin khẩn nào")
        for chat, times in ((EARLY, 1), (LATE, 1), (LEFT, 0)):
            texts = await phones.telegram(chat)
            assert sum("[TIN KHẨN]" in each for each in texts) == times, chat
            assert sum("[ĐÃ AN TOÀN]" in each for each in texts) == times, chat
        assert sum("[TIN KHẨN]" in each for each in await phones.zalo()) == 1
        await socket.close()
        reading.cancel()
        await officers.db.close()
        service.stop()
    log = service.log()
    assert "Traceback" not in log
    for private in (str(EARLY), str(LATE), str(PHONE), ZALO, cookie, WORDS):
        assert private not in log
