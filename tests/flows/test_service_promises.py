"""What the answers about the service itself say it does, it does: each is cited by an entry as ``product:…``."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import Settings
from bot.staff.roles import Officer, Role
from broadcasts.approval import text_mark
from broadcasts.audience import Audience
from broadcasts.recurrence import Schedule
from content import files
from content.entries import LANGUAGES
from handlers.app import build
from tests.flows.talk import Talk, text_of
from tests.warm import warm_folder

ROLES_OF_THREE = (Role.EDITOR, Role.REVIEWER, Role.APPROVER)
EVISA = "khách nước ngoài có e-visa đi cửa khẩu nào được"


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


async def test_an_answer_is_the_stored_text_word_for_word(talk: Talk) -> None:
    (answer,) = await talk.hears(EVISA)
    entry = talk.app.catalog.get(answer.entry_id)
    assert entry is not None
    assert entry.answers["vi"].text in answer.text


async def test_an_answer_names_basis_date_and_source(talk: Talk) -> None:
    (answer,) = await talk.hears(EVISA)
    assert [line.partition(":")[0] for line in answer.text.splitlines()].count("Tính đến") == 1
    assert "\nNguồn: " in answer.text


async def test_a_draft_translation_says_so(talk: Talk) -> None:
    (answer,) = await talk.hears("can i leave here with e-visa?", hint="en")
    assert "Draft translation. The Vietnamese text prevails." in answer.text


async def test_nobody_sits_in_the_chat(talk: Talk) -> None:
    assert text_of(await talk.hears("/nguoitruc")).startswith("Kênh này chưa có giờ trực")


async def test_the_office_is_what_the_settings_say(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path, owner_name="Sở X", office_hours="8:00-16:00", owner_phone="0277 000")
    said = text_of(await talk.hears("/nguoitruc"))
    await talk.stop()
    assert all(each in said for each in ("Sở X", "8:00-16:00", "0277 000"))


async def test_it_answers_at_night_too(talk: Talk) -> None:
    talk.clock.advance(16 * 3600)  # one o'clock in the morning
    assert (await talk.hears(EVISA))[0].decision == "answered"


async def test_a_tip_is_not_taken(talk: Talk) -> None:
    said = await talk.hears("tôi muốn tố giác một nhóm buôn lậu mà giấu tên thì làm sao")
    assert "113" in text_of(said)
    assert said[0].entry_id in ("service.report-anonymous", "safety.report.smuggling")


async def test_regular_messages_reach_only_who_asked_for_them(talk: Talk) -> None:
    """One campaign, from its draft to the channel's log: each message says who sends it and how to stop."""
    for who, wants in (("1001", "Có"), ("1002", "Không"), ("1003", "Có")):
        await talk.hears("/dangky", who=who)
        for label in ("Bỏ qua", "Có", wants):  # no place, urgent notices, regular messages
            await talk.taps(label, who=who)
    await talk.hears("DỪNG", who="1003")
    await talk.hears(EVISA, who="1004")
    before = len(talk.channel.said)
    await sent_to_everybody(talk, "Bà con vào vùng biên nhớ mang giấy tờ.")
    (message,) = talk.channel.said[before:]
    assert message.address.external_id == "1001"
    text = message.message.text
    assert text.startswith("Bà con vào vùng biên nhớ mang giấy tờ.")
    assert "chưa có cơ quan nào" in text  # no owner is set: it says so instead of naming one
    assert "STOP" in text


async def sent_to_everybody(talk: Talk, text: str) -> None:
    """By three officers: written, signed, approved, planned, and its time comes."""
    service = talk.app.campaigning.service
    writer, reader, chief = (Officer(n, f"cán bộ {n}", ((role, ""),)) for n, role in enumerate(ROLES_OF_THREE, start=1))
    number = await service.draft(writer, "Giấy tờ vùng biên")
    await service.write(writer, number, "vi", text)
    await service.aim(writer, number, Audience())
    await service.time(writer, number, Schedule(datetime(2026, 11, 20, 10, 30)))
    await service.submit(writer, number)
    await service.sign(reader, number, "vi", text_mark(text))
    seen = await service.checklist(chief, number)
    await service.approve(chief, number, seen.digest, seen.ticks)
    await service.schedule(writer, number)
    talk.clock.advance((datetime(2026, 11, 20, 3, 30, tzinfo=UTC) - talk.clock.now()).total_seconds())
    await talk.goes_out()


async def test_nothing_is_sent_unasked(talk: Talk) -> None:
    """Everybody has agreed to everything, and two days go by."""
    await talk.hears("/start c-29938")
    await talk.hears("BATLAI")
    before = len(talk.channel.said)
    for _ in range(48):
        talk.clock.advance(3600)
        await talk.app.intake.tick()
        await talk.app.intake.work_off()
    assert len(talk.channel.said) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_asks_for_a_code_or_money(language: str) -> None:
    """Money, codes and papers are spoken of only to say that they are never asked for, or what an office asks."""
    asking = re.compile(
        r"(?:cho|gửi|nhập|chụp) (?:Cột Mốc|kênh này) (?:mã|mật khẩu|tiền|ảnh)|send us|enter your (?:code|password)"
    )
    catalog = files.shipped_catalog()
    texts = [entry.answers[language].text for entry in catalog if language in entry.answers]
    assert not [text for text in texts if asking.search(text)]
    never = files.shipped_phrases().say("verify.never", language)
    assert "OTP" in never


async def test_a_channel_runs_when_it_has_its_token(tmp_path: Path) -> None:
    zalo_oa = {
        "zalo_oa_id": "42",
        "zalo_app_id": "7",
        "zalo_app_secret": "secret",
        "zalo_oa_secret": "key",
        "zalo_refresh_token": "token",
    }
    for number, (given, channels) in enumerate(
        (
            ({}, {"web"}),
            ({"telegram_token": "123:abc"}, {"web", "telegram"}),
            ({"zalo_bot_token": "123:abc"}, {"web", "zalo-bot"}),
            (zalo_oa, {"web", "zalo-oa"}),
        )
    ):
        settings = Settings(
            _env_file=None,
            var_dir=tmp_path / str(number),
            cache_dir=warm_folder(),
            **given,  # type: ignore[arg-type]
        )
        app = await build(settings, roles=())
        await app.close()
        assert {name for name, _ in app.channels} == channels


async def test_the_language_is_changed_by_both_words(talk: Talk) -> None:
    for command in ("/ngonngu", "/language"):
        await talk.hears(command)
        assert {"Tiếng Việt", "ភាសាខ្មែរ", "English"} <= set(talk.labels())
    assert text_of(await talk.taps("English")).startswith("From now on in English")


async def test_subscribing_asks_place_notices_messages_topics(talk: Talk) -> None:
    await talk.hears("/dangky")
    assert talk.labels() == ["Bỏ qua"]
    assert "Khi có nguy hiểm" in text_of(await talk.taps("Bỏ qua"))
    assert "tin thường kỳ" in text_of(await talk.taps("Có")).lower()
    await talk.taps("Có")
    assert "Xong" in talk.labels()


async def test_the_erase_button_asks_once(talk: Talk) -> None:
    await talk.hears("/start c-29938")
    await talk.hears("/dulieu")
    sure = await talk.taps("Xoá hết")
    assert "XD-" not in text_of(sure)
    assert "XD-" in text_of(await talk.taps("Xoá hết"))


async def test_thongbao_says_what_is_subscribed_and_that_nothing_is_in_force(talk: Talk) -> None:
    said = text_of(await talk.hears("/thongbao"))
    assert "Hiện không có tin khẩn nào." in said
    assert "Tin thường kỳ:" in said


async def test_a_wrong_answer_can_be_told_in_three_ways(talk: Talk) -> None:
    await talk.hears(EVISA)
    await talk.taps("Không")
    assert talk.labels() == ["Sai hoặc cũ", "Khó hiểu", "Không đúng ý hỏi"]


async def test_gopy_tells_how(talk: Talk) -> None:
    assert "/nguoitruc" in text_of(await talk.hears("/gopy"))


async def test_start_begins_anew(talk: Talk) -> None:
    await talk.hears("qua campuchia can giay gi")
    assert "Không phải các ý này" in talk.labels()
    await talk.hears("/start")
    assert "Menu" in talk.labels()
    assert (await talk.hears("1"))[0].decision != "answered"  # the digit no longer means the first of the old list
