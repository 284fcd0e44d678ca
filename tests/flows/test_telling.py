""" "Tell me when you know" from the tap to the telling, on a fake channel with a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from bot import errors
from bot.messages import Limits, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage import schema
from broadcasts import waiting
from content import store
from content.judge import HIT
from handlers.chat import dialogue as dialogues
from handlers.chat.telling import LOOK_EVERY, Teller
from handlers.chat.telling_channel import AGAIN_AFTER, quiet
from tests.flows import unanswerable
from tests.flows.talk import Talk, text_of
from tests.flows.unanswerable import ANOTHER, IN_ENGLISH, UNANSWERABLE, WITH_MARKS

ANSWER = "border.rules.permit-to-enter"
TELL = "Báo khi có trả lời"
DAYS = 24 * 3600
TODAY = date(2026, 11, 20)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


async def opt_in(talk: Talk, who: str, question: str = UNANSWERABLE, label: str = TELL) -> None:
    await talk.hears(question, who=who)
    await talk.taps(label, who=who)


async def decide(talk: Talk, *questions: str, entry_id: str = ANSWER) -> int:
    key = talk.app.intake.desk.key
    subjects = [waiting.question_subject(each, key) for each in questions or (UNANSWERABLE,)]
    async with talk.app.db.transaction() as connection:
        return await waiting.decide(connection, subjects, entry_id=entry_id, day=TODAY)


async def told(talk: Talk) -> list[tuple[str, OutgoingMessage]]:
    """What one look of the teller says, and to whom."""
    before = len(talk.channel.said)
    await talk.app.teller.work_off()
    return [(each.address.external_id, each.message) for each in talk.channel.said[before:]]


async def rows(talk: Talk) -> list[str]:
    async with talk.app.db.reading() as connection:
        return [row.state for row in await connection.execute(select(schema.tell_me))]


@pytest.mark.parametrize("question", unanswerable.ALL)
async def test_what_these_tests_ask_has_no_answer(talk: Talk, question: str) -> None:
    """If this fails, the content has come near the question: choose another one in ``unanswerable``."""
    decided = talk.app.intake.desk.judge(question, place_scope="dong-thap")
    assert (decided.name, decided.storable, decided.elsewhere) == ("fallback", True, "")
    assert not decided.match.candidates or decided.match.candidates[0].score < 0.5
    assert decided.match.outside is None or decided.match.outside.score < HIT - 0.2


async def test_told_once_nine_days_later_as_any_answer(talk: Talk) -> None:
    await opt_in(talk, "2002")
    assert await told(talk) == []
    talk.clock.advance(9 * DAYS)
    assert await decide(talk) == 1
    [(who, message)] = await told(talk)
    assert who == "2002"
    heading, _, answer = message.text.partition("\n")
    assert heading == "Ngày 20/11/2026 bà con có hỏi, nay đã có câu trả lời:"
    [asked] = await talk.hears("di choi vo xa bien gioi co can xin giay phep ko", who="3003")
    assert answer == asked.text
    assert (message.entry_id, message.language) == (ANSWER, "vi")
    assert [each.label for each in message.choices()] == [each.label for each in asked.choices()]
    assert await rows(talk) == []
    assert await told(talk) == []
    assert "không giữ dữ liệu nào" in text_of(await talk.hears("/dulieu", who="2002"))


async def test_everybody_of_the_group_and_nobody_else(talk: Talk) -> None:
    near = f"{WITH_MARKS[:-1]} vậy?"
    await opt_in(talk, "1")
    await opt_in(talk, "2", near)
    await opt_in(talk, "3", ANOTHER)
    await talk.hears(UNANSWERABLE, who="4")  # asked, and did not opt in
    assert await decide(talk, UNANSWERABLE, near) == 2
    assert sorted(who for who, _ in await told(talk)) == ["1", "2"]
    assert await rows(talk) == ["waiting"]


async def test_two_wordings_one_telling(talk: Talk) -> None:
    await opt_in(talk, "1")
    talk.clock.advance(700)
    await opt_in(talk, "1", f"{UNANSWERABLE} vay")
    await decide(talk, UNANSWERABLE, f"{UNANSWERABLE} vay")
    assert len(await told(talk)) == 1
    assert await rows(talk) == []


async def test_what_could_not_be_confirmed_is_told_when_it_can(talk: Talk) -> None:
    refer = "crossing.gates.hours-cambodia"
    await opt_in(talk, "1", "cua khau dinh ba may gio dong cua")
    async with talk.app.db.transaction() as connection:
        subject = waiting.entry_subject(refer, talk.app.intake.desk.key)
        assert await waiting.decide(connection, [subject], entry_id=ANSWER, day=TODAY) == 1
    [(_, message)] = await told(talk)
    assert message.entry_id == ANSWER


async def test_in_the_language_of_the_question_or_the_one_chosen(talk: Talk) -> None:
    for who in ("1", "2"):
        await opt_in(talk, who, IN_ENGLISH, label="Tell me when you know")
    await talk.hears("/ngonngu", who="2")
    await talk.taps("ភាសាខ្មែរ", who="2")
    await decide(talk, IN_ENGLISH)
    messages = dict(await told(talk))
    assert messages["1"].text.startswith("You asked on 20 Nov 2026. There is now an answer:\n")
    assert messages["2"].text.startswith("ថ្ងៃទី 20/11/2026 បងប្អូនបានសួរ")


async def test_nobody_is_woken_up(talk: Talk) -> None:
    await opt_in(talk, "1")
    await decide(talk)
    talk.clock.advance(12 * 3600)  # 21:12
    assert await told(talk) == []
    talk.clock.advance(9 * 3600)  # 6:12
    assert await told(talk) == []
    talk.clock.advance(3600)
    assert len(await told(talk)) == 1


@pytest.mark.parametrize("leaving", ["STOP", "/xoa", "dừng"])
async def test_who_stops_or_erases_is_not_told(talk: Talk, leaving: str) -> None:
    """Also when nothing else is kept of this chat."""
    await opt_in(talk, "1")
    await decide(talk)
    await talk.hears(leaving, who="1")
    assert await rows(talk) == []
    assert await told(talk) == []


async def test_a_second_stop_on_the_same_day_still_stops(talk: Talk) -> None:
    await talk.hears("/start c-29938", who="1")
    await talk.hears("STOP", who="1")
    await opt_in(talk, "1")
    talk.clock.advance(60)
    assert await talk.hears("STOP", who="1") == []  # silent, and yet it acts
    await decide(talk)
    assert await told(talk) == []


async def test_after_thirty_days_nobody_is_told(talk: Talk) -> None:
    await opt_in(talk, "1")
    await decide(talk)
    talk.clock.advance(31 * DAYS)
    assert await told(talk) == []


async def test_a_conversation_goes_on_where_it_was(talk: Talk) -> None:
    await opt_in(talk, "1")
    await talk.hears("/khuvuc", who="1")
    await decide(talk)
    assert len(await told(talk)) == 1
    assert text_of(await talk.hears("Tân Hộ Cơ", who="1")).startswith("Đã chọn: xã Tân Hộ Cơ")
    talk.clock.advance(700)
    await opt_in(talk, "2")
    await decide(talk)
    await told(talk)
    async with talk.app.db.reading() as connection:
        address = talk.channel.said[-1].address
        talks = await dialogues.load(connection, [address], talk.clock.now())
    assert talks[address].entry_id == ANSWER  # so that "còn hồ sơ?" is understood


async def test_a_page_is_told_that_it_must_stay_open(tmp_path: Path) -> None:
    page = await Talk.start(tmp_path, subscribable=False)
    await page.hears(UNANSWERABLE)
    said = text_of(await page.taps(TELL))
    assert said.startswith("Dạ được. Khi có câu trả lời, Cột Mốc báo một lần ở trang này, nếu trang đang mở.")
    assert "Câu hỏi chờ trả lời: 1" in text_of(await page.hears("/dulieu"))
    await page.hears("/xoa")
    assert await rows(page) == []
    await page.stop()


async def test_an_entry_that_came_later_than_the_service_is_told(talk: Talk) -> None:
    await opt_in(talk, "1")
    async with talk.app.db.transaction() as connection:
        [body] = [each for each in await store.load_bodies(connection) if each["id"] == ANSWER]
        new = {**body, "id": "crossing.ferry.last"}
        await connection.execute(
            schema.entries.insert().values(
                id=new["id"], topic="crossing", position=999, body=new, digest="d", release_digest="d"
            )
        )
    await decide(talk, entry_id="crossing.ferry.last")
    [(_, message)] = await told(talk)
    assert message.entry_id == "crossing.ferry.last"


@pytest.mark.parametrize("entry_id", ["no.such", "crossing.gates.hours-cambodia"])
async def test_what_is_no_answer_is_not_told(talk: Talk, entry_id: str) -> None:
    await opt_in(talk, "1")
    await decide(talk, entry_id=entry_id)
    assert await told(talk) == []
    assert await rows(talk) == ["waiting"]


# --- what channels do to it ----------------------------------------------------------------------------------------


async def test_what_surely_was_not_sent_is_sent_later_and_once(talk: Talk) -> None:
    for error in (errors.NotSent("x"), errors.ChannelDown("x"), errors.Throttled(30), errors.AccountRejected("x")):
        await opt_in(talk, "1")
        await decide(talk)
        talk.channel.script.append(error)
        assert await told(talk) == []
        assert await rows(talk) == ["waiting"]
        assert await told(talk) == []  # not at once
        talk.clock.advance(2 * AGAIN_AFTER)
        assert len(await told(talk)) == 1
        talk.clock.advance(700)


async def test_it_is_tried_until_the_opt_in_ends(talk: Talk) -> None:
    await opt_in(talk, "1")
    await decide(talk)
    for _ in range(20):
        talk.channel.script.append(errors.NotSent("x"))
        assert await told(talk) == []
        talk.clock.advance(2 * AGAIN_AFTER)
    assert len(await told(talk)) == 1


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errors.OutcomeUnknown("x"), ["unknown"]),
        (errors.ContentRejected("x"), ["refused"]),
        (errors.RecipientGone("blocked"), []),
    ],
)
async def test_what_is_never_repeated(talk: Talk, error: errors.ChannelError, state: list[str]) -> None:
    await opt_in(talk, "1")
    await opt_in(talk, "2")
    await decide(talk)
    talk.channel.script.append(error)
    assert len(await told(talk)) == 1  # one failed, the other one is told all the same
    assert await rows(talk) == state
    talk.clock.advance(DAYS)
    assert await told(talk) == []
    async with talk.app.db.reading() as connection:
        assert (await connection.execute(select(func.max(schema.tell_me.c.external_id)))).scalar() in (None, "")


async def test_a_chat_that_moved_is_told_at_its_new_id(talk: Talk) -> None:
    await opt_in(talk, "1")
    await decide(talk)
    talk.channel.script.append(errors.RecipientMoved("777"))
    assert await told(talk) == []
    assert [who for who, _ in await told(talk)] == ["777"]


async def test_of_a_long_answer_every_part_goes_once(talk: Talk) -> None:
    talk.channel.limits = Limits(text_units=250, utf16=True, button_rows=30)
    await opt_in(talk, "1")
    await decide(talk)
    talk.channel.script.extend([None, errors.Throttled(3), None, errors.ChannelDown("x")])
    parts = [message.text for _, message in await told(talk)]
    assert len(parts) == len(set(parts)) >= 3
    assert parts[0].startswith("Ngày 20/11/2026 bà con có hỏi")
    assert await rows(talk) == []


async def test_half_an_answer_is_unknown_not_repeated(talk: Talk) -> None:
    talk.channel.limits = Limits(text_units=250, utf16=True, button_rows=30)
    await opt_in(talk, "1")
    await decide(talk)
    talk.channel.script.extend([None, *[errors.NotSent("x")] * 5])
    assert len(await told(talk)) == 1
    assert await rows(talk) == ["unknown"]
    assert await told(talk) == []


async def test_the_pace_of_replies_is_kept(talk: Talk) -> None:
    """Tellings and replies draw on one account's pace."""
    pacer = Pacer(rate=2)
    teller = Teller(
        desk=talk.app.intake.desk,
        channels={("fake", "main"): talk.channel},
        pacers={("fake", "main"): pacer},
        clock=talk.clock,
        metrics=Metrics(),
        rng=Random(1),
        owner="us",
        present={},
    )
    for who in range(6):
        await opt_in(talk, str(who))
    await decide(talk)
    pacer.silence(talk.clock.monotonic() + 40)  # a 429 that a reply was given
    before = talk.clock.monotonic()
    while talk.clock.monotonic() < before + 40:
        assert await teller.work_off() == 0
        talk.clock.advance(LOOK_EVERY)
    count = await teller.work_off()
    while count < 6:
        talk.clock.advance(LOOK_EVERY)
        count += await teller.work_off()
    assert count == 6
    assert talk.clock.monotonic() - before >= 40 + 5 / 2


# --- quiet hours ----------------------------------------------------------------------------------------------------


def test_quiet_hours_may_go_past_midnight() -> None:
    night = (time(21), time(7))
    assert [hour for hour in range(24) if quiet(time(hour), *night)] == [0, 1, 2, 3, 4, 5, 6, 21, 22, 23]
    assert [hour for hour in range(24) if quiet(time(hour), time(12), time(14))] == [12, 13]
    assert not any(quiet(time(hour), time(0), time(0)) for hour in range(24))
