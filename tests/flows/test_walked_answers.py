"""What stands in a reply and around it: who knows, again or not, buttons that differ, phone numbers, votes, banners."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.messages import Address, OutgoingMessage, Update, UpdateKind
from bot.storage import schema
from broadcasts.subscribers import Resident
from content import files
from content.entries import LANGUAGES
from content.judge import Clarify, Fallback, Judgement
from content.match_values import Candidate, Evidence, Match
from handlers.chat import residents
from handlers.chat.context import Turn
from handlers.chat.dialogue import Dialogue
from handlers.chat.fallbacks import fallback
from tests.flows.talk import MORNING, Talk, text_of
from tests.warm import warm_judge

EVISA = "khách nước ngoài có e-visa đi cửa khẩu nào được"
PHRASES = files.shipped_phrases()


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


def turn_of(talk: Talk, text: str, language: str = "vi") -> Turn:
    update = Update("u", Address("fake", "main", "1"), UpdateKind.TEXT, MORNING, text)
    desk, capabilities = talk.app.intake.desk, talk.channel.capabilities
    return Turn(update, MORNING, Resident(update.address), Dialogue(), desk, capabilities, language)


# --- who knows, and again ---------------------------------------------------------------------------------------


async def test_after_none_of_these_the_office_of_the_first_of_them_is_named(talk: Talk) -> None:
    (asked,) = await talk.hears("qua campuchia can giay gi")
    first = talk.app.catalog.get(asked.buttons[0][0].value.split(":")[1].partition("~")[0])
    assert first is not None
    assert first.who["vi"] in text_of(await talk.taps("Không phải các ý này"))


NEAR = Evidence(explained=0.9, likeness=0.4, strength=0.7, margin=0.3, best_raw=9.0, words=7, known_share=1.0)


@pytest.mark.parametrize(
    ("evidence", "score", "outside", "office"),
    [
        (NEAR, 0.8, 0.5, "Hải quan cửa khẩu"),
        (NEAR, 0.8, 0.9, "UBND xã, phường nơi ở"),  # a subject that is not ours is nearer
        (NEAR, 0.4, 0.0, "UBND xã, phường nơi ở"),
        (replace(NEAR, explained=0.2), 0.8, 0.5, "UBND xã, phường nơi ở"),
        (replace(NEAR, words=1), 0.8, 0.5, "UBND xã, phường nơi ở"),
    ],
    ids=["near", "outside", "far", "other words", "one word"],
)
async def test_a_near_miss_names_the_office_of_the_nearest_answer(
    talk: Talk, evidence: Evidence, score: float, outside: float, office: str
) -> None:
    nearest = Candidate("crossing.customs.duty-free", score, topic="crossing")
    match = Match("", "vi", candidates=(nearest,), evidence=evidence, outside=Candidate("other", outside))
    assert talk.app.catalog.get(nearest.id).who["vi"] == "Hải quan cửa khẩu"  # type: ignore[union-attr]
    reply = fallback(turn_of(talk, "mang thuốc tây qua được không"), Judgement(Fallback(), match))
    assert f"Nơi biết rõ: {office}." in reply.messages[0].text


async def test_a_follow_up_without_an_answer_names_the_office_of_what_it_follows(talk: Talk) -> None:
    match = Match("", "vi", evidence=Evidence(follow_up=True))
    turn = replace(turn_of(talk, "còn xe thì sao"), dialogue=Dialogue(entry_id="crossing.customs.duty-free"))
    reply = fallback(turn, Judgement(Fallback(), match))
    assert "Nơi biết rõ: Hải quan cửa khẩu." in reply.messages[0].text


async def test_what_is_far_from_everything_names_the_commune(talk: Talk) -> None:
    assert "Nơi biết rõ: UBND xã, phường nơi ở." in text_of(await talk.hears("pha so thuong may gio chay chuyen cuoi"))


async def test_a_new_question_is_no_second_miss(talk: Talk) -> None:
    again = PHRASES.say("fallback.again", "vi")
    for question in ("pha so thuong may gio chay chuyen cuoi", "mua dien thoai o dau", "thoi tiet ngay mai"):
        said = text_of(await talk.hears(question))
        assert again not in said, question
        assert "Nơi biết rõ:" in said


async def test_the_same_question_once_more_gets_other_words(talk: Talk) -> None:
    again = PHRASES.say("fallback.again", "vi")
    await talk.hears("pha so thuong may gio chay chuyen cuoi")
    assert text_of(await talk.hears("phà sở thượng mấy giờ chạy chuyến cuối?")) == again
    await talk.hears("thoi tiet ngay mai")
    assert text_of(await talk.hears("thoi tiet ngay mai")) == again


# --- buttons ----------------------------------------------------------------------------------------------------


async def test_no_two_buttons_of_an_answer_read_alike(talk: Talk) -> None:
    for entry in talk.app.catalog:
        for language in LANGUAGES:
            turn = turn_of(talk, "?", language)
            labels = [each.label for each in residents.answer(turn, entry).messages[0].choices()]
            assert len(labels) == len(set(labels)), (entry.id, language)


@pytest.mark.parametrize("question", ["passport lost", "qua campuchia can giay gi", "toi muon biet vo vung bien"])
async def test_a_third_choice_is_nearly_as_near_as_the_second(talk: Talk, question: str) -> None:
    _, judge = warm_judge()
    decision = judge(question, place_scope="dong-thap")
    assert isinstance(decision.outcome, Clarify)
    scores = {each.id: each.score for each in decision.match.candidates}
    (asked,) = await talk.hears(question)
    shown = [each.value.split(":")[1].partition("~")[0] for each in asked.choices()[:-1]]
    assert 2 <= len(shown) <= 3
    if len(shown) == 3:
        assert scores[shown[2]] >= residents.NEAR_THIRD * scores[shown[1]]
    else:
        third = decision.outcome.entry_ids[2:]
        assert not third or scores[third[0]] < residents.NEAR_THIRD * scores[shown[1]]


# --- phone numbers ----------------------------------------------------------------------------------------------

PHONE = re.compile(r"(?<![\d.,])(?:11[1-5]|\+84(?: \d+)+|0\d{2,3}(?: \d+)+)(?![\d.,])")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("card", ["abroad", "boat", "general", "held"])
def test_a_distress_card_has_one_number_to_a_line_and_begins_it_with_it(card: str, language: str) -> None:
    numbers = 0
    for line in PHRASES.say(f"distress.{card}", language).split("\n"):
        found = PHONE.findall(line)
        assert len(found) <= 1, line
        assert not found or line.startswith(found[0]), line
        numbers += len(found)
    assert numbers >= 2


# --- votes ------------------------------------------------------------------------------------------------------


async def votes(talk: Talk) -> dict[str, int]:
    async with talk.app.db.reading() as connection:
        return {row.verdict: row.count for row in await connection.execute(schema.votes.select())}


async def test_one_conversation_votes_once_on_an_answer(talk: Talk) -> None:
    (answer,) = await talk.hears(EVISA)
    yes, no = (each.value for each in answer.buttons[0])
    for value in (yes, yes, no, yes, no):
        await talk.hears(kind="button", value=value)
    assert await votes(talk) == {"yes": 1}
    await talk.hears("/start")  # which does not make it another conversation
    await talk.hears(kind="button", value=yes)
    assert await votes(talk) == {"yes": 1}


async def test_a_no_and_its_reason_count_once_each(talk: Talk) -> None:
    await talk.hears(EVISA)
    await talk.taps("Không")
    reason = talk.button("Khó hiểu")
    other = talk.button("Sai hoặc cũ")
    for value in (reason, reason, other):
        assert text_of(await talk.hears(kind="button", value=value)) == "Cảm ơn bà con."
    assert await votes(talk) == {"no": 1, "unclear": 1}


async def test_two_residents_and_two_answers_are_counted_each(talk: Talk) -> None:
    for who in ("1", "2"):
        await talk.hears(EVISA, who=who)
        await talk.taps("Có", who=who)
    await talk.hears("dem 20 trieu qua ben do co phai khai ko", who="1")
    await talk.hears("di choi vo xa bien gioi co can xin giay phep ko z", who="1")
    await talk.taps("Có", who="1")
    async with talk.app.db.reading() as connection:
        rows = (await connection.execute(schema.votes.select())).all()
    assert sorted(row.count for row in rows) == [1, 2]


async def test_the_conversation_does_not_remember_how_one_voted(talk: Talk) -> None:
    states = []
    for who, said in (("1", "có"), ("2", "không")):
        await talk.hears(EVISA, who=who)
        await talk.hears(said, who=who)
        await talk.hears("0", who=who)
    async with talk.app.db.reading() as connection:
        states = [row.state for row in await connection.execute(schema.dialogues.select())]
    assert states[0] == states[1]
    assert states[0]["voted"] == ["crossing.gates.evisa"]


# --- said once --------------------------------------------------------------------------------------------------


def _trials(messages: list[OutgoingMessage]) -> int:
    text = text_of(messages)
    return sum(text.count(PHRASES.say("trial.unsigned", language)) for language in LANGUAGES)


@pytest.mark.parametrize(
    "said",
    [
        "/start",
        "/start g-dinh-ba",
        "xin chào",
        EVISA,
        "can i leave here with e-visa?",
        "ghe chìm, gọi ai cứu nạn trên biển?",
        "em tui qua campuchia lam bi nhot doi 5000 do moi cho ve, giấy tờ bị giữ thì sao?",
        "kênh này của ai",
    ],
)
async def test_that_nothing_is_signed_is_said_once_in_a_reply(talk: Talk, said: str) -> None:
    await talk.hears("/start")
    assert _trials(await talk.hears(said)) <= 1
    talk.clock.advance(30)
    assert _trials(await talk.hears("dem 20 trieu qua ben do co phai khai ko")) <= 1


# --- openings ---------------------------------------------------------------------------------------------------


async def test_hello_is_not_answered_with_who_this_is_twice(talk: Talk) -> None:
    first = text_of(await talk.hears("hello"))
    assert "Cột Mốc" in first
    assert {"Tiếng Việt", "ភាសាខ្មែរ", "English"} <= set(talk.labels())
    assert text_of(await talk.hears("xin chào")).startswith("Dạ, chào bà con.")


async def test_start_typed_by_somebody_new_is_hello_and_batlai_is_asked_in_full(talk: Talk) -> None:
    assert "đây là Cột Mốc" in text_of(await talk.hears("start"))
    assert text_of(await talk.hears("BATLAI", who="2")).startswith("Bà con ở xã, phường nào?")


async def test_the_name_of_a_place_alone_is_a_place(talk: Talk) -> None:
    assert text_of(await talk.hears("tan thanh")).startswith("Có 2 nơi tên gần giống nhau")


async def test_a_short_question_where_a_place_was_asked_for_is_a_question(talk: Talk) -> None:
    await talk.hears("/khuvuc")
    (reply,) = await talk.hears("ngủ lại báo ai")
    assert reply.decision in ("answered", "clarify")
