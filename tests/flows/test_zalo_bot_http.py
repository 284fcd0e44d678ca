"""A Zalo bot through HTTP, polled for and with its webhook: the real service and the fake platform as programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.zalo_bot_client import FakeZaloBot, chat
from tests.faults.service import Service
from tests.faults.zalo_service import bot_settings, settled, until_hooked

AN, BE = chat(1), chat(2)


@pytest.fixture(params=["webhook", "polling"])
async def running(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[FakeZaloBot, Service, str]]:
    # Without a webhook an empty poll lasts 25 s; here a second, so that the service can be stopped soon.
    async with FakeZaloBot.start(scale=0.04) as fake:
        service = Service(tmp_path, None)
        service.add(**bot_settings(fake, service.url if request.param == "webhook" else ""), zalo_bot_rate="100")
        await service.start()
        if request.param == "webhook":
            await until_hooked(fake)
        yield fake, service, request.param
        service.stop()
        assert "Traceback" not in service.log()
        assert fake.token.partition(":")[2] not in service.log()


async def said_to(fake: FakeZaloBot, who: str, count: int) -> str:
    """The newest of what was said, once there are so many, and not one more."""
    await fake.wait_for(count, 20, chat_id=who)
    await asyncio.sleep(0.15)
    sends = await fake.sends(who)
    assert len(sends) == count, [act.text for act in sends]
    return sends[-1].text


async def test_commands_as_words_whatever_comes_and_twice(running: tuple[FakeZaloBot, Service, str]) -> None:
    fake, service, mode = running
    await fake.say(AN, "#xa Tân Thạnh")
    assert (await said_to(fake, AN, 1)).startswith("Đã chọn: xã Tân Thạnh")
    await fake.say(AN, "#hoi di choi vo xa bien gioi co can xin giay phep ko")
    assert "\n1. " in await said_to(fake, AN, 2)
    await fake.say(AN, "#stop")
    assert (await said_to(fake, AN, 3)).startswith("Đã ngừng mọi tin")
    await fake.send_photo(BE, caption="anh nay")
    assert (await said_to(fake, BE, 1)).startswith("Cột Mốc chỉ đọc được chữ, không mở và không giữ ảnh này.")
    await fake.send_unsupported(BE)
    assert (await said_to(fake, BE, 2)).startswith("Cột Mốc chỉ đọc được chữ.")
    await fake.send_unsupported(BE, bare=True)  # nobody knows who
    if mode == "webhook":
        await fake.duplicate_next(1)
    pushed = await fake.say(BE, "#menu")
    assert (await said_to(fake, BE, 3)).startswith("Bấm hoặc nhắn một số:")
    if mode == "webhook":
        await fake.redeliver(pushed.event)
        await fake.wait_until_idle()
        await settled(service)
        await said_to(fake, BE, 3)
    # /dulieu in words, for this platform takes no files.
    await fake.say(AN, "#dulieu")
    whole = await said_to(fake, AN, 5)
    assert whole.startswith(f"channel: zalo-bot\naddress: {AN}\n")
    await fake.say(AN, "#xoa")
    assert "Biên nhận: XD-" in await said_to(fake, AN, 6)
    if mode == "webhook":  # who cannot poll gets nothing either
        await a_refused_token_is_seen_and_nothing_is_lost(fake, service)


async def a_refused_token_is_seen_and_nothing_is_lost(fake: FakeZaloBot, service: Service) -> None:
    await fake.fault("refused", code=401, times=1)
    await fake.say(BE, "#menu")
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            async with session.get(f"{service.url}/readyz") as answer:
                troubles = (await answer.json())["troubles"]
            if troubles:
                break
            await asyncio.sleep(0.05)
    assert troubles == ["zalo-bot: token refused"]
    assert list(service.states().values()).count("stored") == 1  # it waits, and is tried again after a minute
