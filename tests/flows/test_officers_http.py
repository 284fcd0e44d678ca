"""Officers and a running service: a chat linked, a calendar read, and a reset that is told where the chat was."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service
from tests.flows.test_campaign_http import Office

PHONE = 7_100_001


def everything_in(folder: Path) -> bytes:
    return b"\x00".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_from_the_command_line_to_the_phone_and_the_calendar(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake, aiohttp.ClientSession() as web:
        service = Service(tmp_path, fake, mode="polling", log_level="DEBUG")
        await service.start()
        office = Office(service)
        for name in ("An", "Bình"):
            office.came(office("", "officer", "add", name, "--role", "administrator"))
        await fake.say(PHONE, f"/noi {office('Bình', 'officer', 'link')['code']}")
        await fake.wait_for(1, 20)
        path = office("An", "officer", "calendar")["address"].partition("/calendar/")[2]
        async with web.get(f"{service.url}/calendar/{path}") as answer:
            calendar = await answer.read()
        async with web.get(f"{service.url}/calendar/x{path}") as answer:
            assert answer.status == 404
        reset = office("An", "officer", "reset", "Bình")
        await fake.wait_for(2, 20)
        await asyncio.sleep(2)
        sends = [(act.chat_id, str(act.text)) for act in await fake.sends()]
        service.stop()
    assert calendar.startswith(b"BEGIN:VCALENDAR\r\n")
    assert calendar.endswith(b"END:VCALENDAR\r\n")
    assert reset["tell"] == ["Bình"]
    assert [chat for chat, _ in sends] == [PHONE, PHONE]
    assert sends[1][1].startswith("Mật khẩu và mã của cán bộ Bình vừa được cấp lại lúc ")
    assert path.removesuffix(".ics").encode() not in everything_in(tmp_path)
    assert str(PHONE) not in service.log()
