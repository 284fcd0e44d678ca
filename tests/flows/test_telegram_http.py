"""The conversation on Telegram: a real process, its webhook, and the fake Bot API server's log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import Service


class Chat:
    """One resident on Telegram; every step waits for the fake to accept the reply."""

    def __init__(self, fake: FakeTelegram, chat_id: int) -> None:
        self.fake = fake
        self.id = chat_id
        self._seen = 0

    async def _new(self, count: int) -> list[str]:
        await self.fake.wait_for(self._seen + count, 20, chat_id=self.id)
        await asyncio.sleep(0.15)  # one more than asked for would be a fault
        sends = (await self.fake.sends(self.id))[self._seen :]
        assert len(sends) == count, [act.text for act in sends]
        self._seen += count
        return [act.text for act in sends]

    async def says(self, text: str, answers: int = 1, **more: object) -> list[str]:
        await self.fake.say(self.id, text, **more)
        return await self._new(answers)

    async def taps(self, label: str, answers: int = 1) -> list[str]:
        await self.fake.press(self.id, label)
        return await self._new(answers)

    async def labels(self) -> list[str]:
        markup = (await self.fake.sends(self.id))[-1].markup or {}
        return [button["text"] for row in markup.get("inline_keyboard", []) for button in row]


@pytest.fixture(params=["webhook", "polling"])
async def fake(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram.start() as started:
        service = Service(tmp_path, started, mode=request.param)
        await service.start()
        await asyncio.sleep(0.5)
        yield started
        service.stop()
        assert "Traceback" not in service.log()
        assert started.token.partition(":")[2] not in service.log()


async def test_from_the_poster_to_erasure(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5001)
    (hello,) = await chat.says("/start g-dinh-ba")
    assert "Đã chọn: cửa khẩu quốc tế Dinh Bà" in hello
    answer, consent = await chat.says("dem 20 trieu qua ben do co phai khai ko", answers=2)
    assert "15.000.000 đồng" in answer
    assert consent.startswith("Khi có nguy hiểm ở cửa khẩu quốc tế Dinh Bà")
    (said,) = await chat.taps("Có")
    assert said.startswith("Đã ghi: đồng ý nhận tin khẩn")
    (said,) = await chat.taps("Không")
    assert "Cột Mốc không gửi tin thường kỳ" in said
    acts = [act for act in await fake.acts() if act.method == "answercallbackquery"]
    assert len(acts) == 2  # the spinner on each button was stopped
    data = await chat.says("/dulieu", answers=2)
    assert "địa chỉ kết thúc bằng …01" in data[0]
    (said,) = await chat.says("/xoa")
    assert "Biên nhận: XD-" in said


async def test_whatever_comes_gets_a_calm_answer(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5002)
    await fake.send_photo(chat.id, "ảnh căn cước")
    (said,) = await chat._new(1)
    assert "không mở và không giữ ảnh này" in said
    await fake.send_voice(chat.id)
    (said,) = await chat._new(1)
    assert "chưa nghe được ghi âm" in said
    await fake.send_contact(chat.id, "+84900000000")
    (said,) = await chat._new(1)
    assert said.startswith("Cột Mốc chỉ đọc được chữ.")
    await fake.send_location(chat.id, 10.9, 105.4)
    await chat._new(1)
    (said,) = await chat.says("a" * 4000)
    assert said.startswith("Tin dài quá.")
    (said,) = await chat.says("😂😂")
    assert said.startswith("Cột Mốc chỉ đọc được chữ.")
    (said,) = await chat.says("\u200b\u202e \u200f")
    assert said.startswith("Cột Mốc chỉ đọc được chữ.")
    (said,) = await chat.says("你好,请问怎么过境?")
    assert said.startswith("Cột Mốc answers in Vietnamese, Khmer and English.")
    (said,) = await chat.says("/khongcolenhnay")
    assert said.startswith("Không có lệnh này.")
    forwarded = await fake.forward(chat.id, "di choi vo xa bien gioi co can xin giay phep ko")
    assert forwarded.update_id
    (said,) = await chat._new(1)
    assert said.startswith("Không cần.")


async def test_what_is_not_for_us_is_left_alone(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5003)
    pushed = await fake.say(chat.id, "/help")
    await chat._new(1)
    assert pushed.message_id is not None
    await fake.edit(chat.id, pushed.message_id, "/nguoitruc")
    await fake.other_bot_says(chat.id, 99, "hello bot")
    await fake.say(-5003, "chuyện riêng trong nhóm", from_id=77)
    await asyncio.sleep(0.6)
    assert await fake.sends(chat.id, 1) == []
    assert await fake.sends(-5003) == []
    await fake.say(-5003, "/start", from_id=77)
    (said,) = await fake.wait_for(1, 10, chat_id=-5003)
    assert said.text.startswith("Cột Mốc chỉ trả lời trong chat riêng")


async def test_blocked_and_back(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5004)
    await chat.says("/start c-29938")
    await fake.block(chat.id)
    await asyncio.sleep(0.5)
    await fake.unblock(chat.id)
    await asyncio.sleep(0.3)
    (said,) = await chat.says("/thongbao")
    assert said.startswith("Hiện không có tin khẩn nào ở xã Tân Thành")


async def test_two_messages_of_one_resident_keep_their_order(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5005)
    for text in ("/help", "/nguoitruc", "/gopy"):
        await fake.say(chat.id, text)
    first, second, third = await chat._new(3)
    assert "/nguoitruc –" in first
    assert second.startswith("Kênh này chưa có giờ trực")
    assert third.startswith("Thấy câu trả lời sai")


async def test_a_429_is_waited_out_and_answered_once(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5006)
    await fake.flood(1.0, chat_id=chat.id)
    (said,) = await chat.says("/help")
    assert "/nguoitruc" in said
    assert await fake.early() == []


async def test_a_broken_server_is_tried_again_a_lost_answer_is_not(fake: FakeTelegram) -> None:
    chat = Chat(fake, 5007)
    await fake.fault("server_error", times=1, chat_id=chat.id, status=500)
    await chat.says("/help")
    await fake.fault("answer_lost", times=1, chat_id=chat.id)
    await chat.says("/help")
    await asyncio.sleep(1.5)
    assert len(await fake.sends(chat.id)) == 2
