"""Typed words that answer what is on the screen: yes, no, dung, the words of a button, anger, a person, a language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.messages import Address
from bot.storage import schema
from broadcasts import subscribers
from broadcasts.subscribers import Resident
from tests.flows.talk import Talk, text_of
from tests.flows.unanswerable import UNANSWERABLE

EVISA = "khách nước ngoài có e-visa đi cửa khẩu nào được"
STOPPED = "Đã ngừng mọi tin"


@pytest_asyncio.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    started = await Talk.start(tmp_path)
    yield started
    await started.stop()


@pytest_asyncio.fixture
async def page(tmp_path: Path) -> AsyncIterator[Talk]:
    """A channel that never writes first."""
    started = await Talk.start(tmp_path, subscribable=False)
    yield started
    await started.stop()


async def votes(talk: Talk) -> dict[str, int]:
    async with talk.app.db.reading() as connection:
        return {row.verdict: row.count for row in await connection.execute(schema.votes.select())}


async def resident(talk: Talk, who: str = "1001") -> Resident:
    address = Address("fake", "main", who)
    async with talk.app.db.reading() as connection:
        return (await subscribers.load(connection, [address]))[address]


# --- yes and no -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["co", "có", "Có ạ", "phải", "đúng", "dung", "yes", "yep", "បាទ", "មាន", "ត្រូវហើយ"])
async def test_a_yes_under_did_it_help_is_the_button(talk: Talk, said: str) -> None:
    await talk.hears(EVISA)
    await talk.hears(said)
    assert await votes(talk) == {"yes": 1}


@pytest.mark.parametrize("said", ["khong", "không", "khong phai", "hông", "chưa", "no", "nope", "ទេ", "មិនមែន", "អត់ទេ"])
async def test_a_no_under_did_it_help_is_the_button(talk: Talk, said: str) -> None:
    await talk.hears(EVISA)
    await talk.hears(said)
    assert await votes(talk) == {"no": 1}
    assert len(talk.labels()) == 3  # asks why


async def test_ok_is_no_vote_and_no_wish_to_be_told(talk: Talk) -> None:
    await talk.hears(EVISA)
    await talk.hears("ok")
    assert await votes(talk) == {}
    await talk.hears(UNANSWERABLE, who="2")
    await talk.hears("ok", who="2")
    assert "chờ trả lời" not in text_of(await talk.hears("/dulieu", who="2"))


async def test_a_yes_where_we_offered_to_tell_is_the_opt_in_and_a_no_is_not(talk: Talk) -> None:
    await talk.hears(UNANSWERABLE)
    assert text_of(await talk.hears("không")).startswith("Dạ, bà con cứ hỏi")
    await talk.hears(UNANSWERABLE, who="2")
    assert "Khi có câu trả lời, Cột Mốc báo một lần" in text_of(await talk.hears("có", who="2"))


@pytest.mark.parametrize("said", ["không", "khong phai", "no", "ទេ"])
async def test_a_no_to_a_list_is_none_of_these(talk: Talk, said: str) -> None:
    assert (await talk.hears("qua campuchia can giay gi"))[0].decision == "clarify"
    assert (await talk.hears(said))[0].decision == "fallback"


@pytest.mark.parametrize("said", ["có", "co", "không", "no", "yes"])
async def test_a_yes_or_no_to_nothing_is_not_a_question(talk: Talk, said: str) -> None:
    (reply,) = await talk.hears(said)
    assert (reply.decision, talk.labels()) == ("", ["Menu"])
    async with talk.app.db.reading() as connection:
        assert (await connection.execute(schema.unanswered.select())).all() == []


async def test_yes_and_no_stand_directly_under_their_question(talk: Talk) -> None:
    (answer,) = await talk.hears(EVISA)
    assert answer.text.endswith("Câu này có giúp được bà con không?")
    assert talk.labels()[:2] == ["Có", "Không"]
    (later,) = await talk.hears("ai được cấp giấy thông hành")  # the same topic: not asked again
    assert later.text.endswith("Hỏi tiếp:")


async def test_without_buttons_the_related_questions_have_a_heading(tmp_path: Path) -> None:
    plain = await Talk.start(tmp_path, buttons=False)
    (answer,) = await plain.hears(EVISA)
    lines = answer.text.split("\n")
    asked = lines.index("Câu này có giúp được bà con không?")
    assert lines[asked + 1 : asked + 5] == ["Nhắn một số:", "1. Có", "2. Không", "Hỏi tiếp:"]
    await plain.stop()


async def test_the_khmer_yes_under_did_it_help_is_no_i_agree(talk: Talk) -> None:
    await talk.hears("ចូលឃុំព្រំដែនត្រូវសុំច្បាប់ទេ")
    assert talk.labels()[:2] == ["បាទ/ចាស", "ទេ"]


async def test_one_question_at_a_time(talk: Talk) -> None:
    """After /start the place is asked for below the first answer: no second question above it."""
    await talk.hears("/start")
    answer, place = await talk.hears(EVISA)
    assert "giúp được bà con không" not in answer.text
    assert place.text.startswith("Cột Mốc hỏi thêm một câu")
    assert text_of(await talk.hears("có")).startswith("Bà con ở xã, phường nào?")
    assert "Khi có nguy hiểm" in text_of(await talk.hears("không"))  # as "Bỏ qua"


async def test_without_buttons_only_one_list_has_numbers(tmp_path: Path) -> None:
    plain = await Talk.start(tmp_path, buttons=False)
    await plain.hears("/start g-dinh-ba")
    answer, consent = await plain.hears(EVISA)
    assert "1. " not in answer.text.partition("Bản thử nghiệm")[2]
    assert consent.text.endswith("1. Có\n2. Không")
    assert "giúp được bà con không" in text_of(await plain.hears(EVISA))  # asked with the next answer instead
    await plain.stop()


async def test_numbers_belong_to_whatever_list_is_shown_last(tmp_path: Path) -> None:
    plain = await Talk.start(tmp_path, buttons=False)
    for command in ("/help", "/nguoitruc", "/gopy", "/thongbao"):
        await plain.hears(EVISA)
        (shown,) = await plain.hears(command)
        last = shown.text.split("\n")[-1]
        reply = text_of(await plain.hears(last.partition(".")[0]))
        assert "Cảm ơn" not in reply, command  # 1 is no longer the yes of the answer before
        assert reply.startswith(("Bấm hoặc nhắn một số:", "Kênh này chưa có giờ trực")), command
    await plain.stop()


# --- dung -------------------------------------------------------------------------------------------------------


async def test_dung_under_a_question_where_nothing_would_stop_is_yes(talk: Talk) -> None:
    await talk.hears("/khuvuc")
    await talk.hears("tan thanh b")
    assert text_of(await talk.hears("dung")).startswith("Đã chọn: xã Tân Hộ Cơ")


async def test_dung_under_consent_is_asked_back(talk: Talk) -> None:
    await talk.hears("/start g-dinh-ba")
    await talk.hears("/dangky")
    assert "“đúng”" in text_of(await talk.hears("dung"))
    assert (await resident(talk)).safety is None  # neither agreed nor stopped yet
    assert text_of(await talk.taps("Đúng")).startswith("Đã ghi: đồng ý")
    assert "“đúng”" in text_of(await talk.hears("dung"))
    assert text_of(await talk.taps("Dừng nhận tin")).startswith(STOPPED)
    me = await resident(talk)
    assert (me.safety, me.routine) == (False, False)


async def test_dung_twice_is_stop(talk: Talk) -> None:
    await talk.hears("/start g-dinh-ba")
    await talk.hears("/dangky")
    await talk.hears("dung")
    assert text_of(await talk.hears("dung")).startswith(STOPPED)


@pytest.mark.parametrize("said", ["STOP", "Dừng", "DỪNG", "huy", "huỷ", "ឈប់", "cancel"])
async def test_every_other_stop_word_stops_under_any_question(talk: Talk, said: str) -> None:
    await talk.hears("/start g-dinh-ba")
    await talk.hears("/dangky")
    await talk.hears(said)
    me = await resident(talk)
    assert (me.safety, me.routine) == (False, False)


@pytest.mark.parametrize("said", ["dung", "stop", "huy"])
async def test_with_nothing_asked_it_is_stop(talk: Talk, said: str) -> None:
    assert text_of(await talk.hears(said)).startswith(STOPPED)


async def test_no_is_never_stop(talk: Talk) -> None:
    await talk.hears("/start g-dinh-ba")
    await talk.hears("/dangky")
    await talk.hears("có")
    await talk.hears("không")
    me = await resident(talk)
    assert (me.safety, me.routine) == (True, False)


# --- the words of a button --------------------------------------------------------------------------------------


async def test_the_words_of_a_button_press_it(talk: Talk) -> None:
    await talk.hears("/khuvuc")
    assert text_of(await talk.hears("bo qua")).startswith("Dạ, bà con cứ hỏi")  # not the town of Bo
    await talk.hears("toi o tan thanh")
    assert text_of(await talk.hears("Xã Tân Thạnh, Đồng Tháp")).startswith("Đã chọn: xã Tân Thạnh")
    await talk.hears("/chude")
    await talk.hears("Nghề cá")
    assert "Nghề cá (đã chọn)" in talk.labels()
    assert "Bà con có muốn nhận tin thường kỳ về Nghề cá" in text_of(await talk.hears("xong"))
    await talk.hears("/dulieu")
    assert text_of(await talk.hears("xoá hết")) == "Xoá thật?"
    assert "XD-" in text_of(await talk.hears("có"))


async def test_a_number_is_no_cry_for_help(talk: Talk) -> None:
    for number in range(10):
        assert "GỌI NGAY" not in text_of(await talk.hears(str(number))), number


async def test_words_that_press_are_no_cry_for_help(talk: Talk) -> None:
    for said in ("no", "ទេ", "yes", "ok", "menu", "hello"):
        assert "112" not in text_of(await talk.hears(said, who=said)).replace("112, 113", ""), said
    await talk.hears("STOP")
    await talk.hears("START")
    assert "CALL NOW" not in text_of(await talk.hears("both"))


# --- anger ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "tra loi tao lao",
        "trả lời tào lao quá",
        "đồ ngu",
        "do ngu",
        "bot ngu qua",
        "useless",
        "this is useless",
        "vô dụng",
        "stupid bot",
        "you are not helping",
        "អន់ណាស់",
        "បូតឆ្កួត",
        "មិនបានការ",
        "chán quá",
        "đm",
    ],
)
async def test_anger_gets_a_calm_sentence_and_two_ways_out(talk: Talk, said: str) -> None:
    sorry = {"Dạ, Cột Mốc xin lỗi", "We are sorry", "សូមទោស"}
    (reply,) = await talk.hears(said)
    assert reply.text.startswith(tuple(sorry))
    assert len(talk.labels()) == 2
    async with talk.app.db.reading() as connection:
        assert (await connection.execute(schema.unanswered.select())).all() == []
        assert (await connection.execute(schema.statistics.select())).all() == []


@pytest.mark.parametrize("said", ["ngu lai qua dem nha ba con co phai bao khong", "ឆ្កែឆ្កួតខាំ", "deo vang qua bien gioi"])
async def test_words_that_only_look_angry_are_questions(talk: Talk, said: str) -> None:
    assert "xin lỗi vì chưa giúp được" not in text_of(await talk.hears(said))


# --- a person, a language ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["human", "agent", "talk to a person", "gap nguoi that", "gặp cán bộ", "ចង់ជួបមនុស្ស"])
async def test_who_wants_a_person_gets_office_and_phone(tmp_path: Path, said: str) -> None:
    talk = await Talk.start(tmp_path, owner_name="Sở X", office_hours="8:00-16:00", owner_phone="0277 000")
    (reply,) = await talk.hears(said)
    assert "0277 000" in reply.text
    await talk.stop()


@pytest.mark.parametrize("said", ["representative", "quarantine", "counterfeit banknotes", "durian", "smuggler"])
async def test_rare_english_is_not_told_which_languages_are_spoken(talk: Talk, said: str) -> None:
    (reply,) = await talk.hears(said)
    assert "Cột Mốc answers in" not in reply.text


@pytest.mark.parametrize("said", ["dimana kantor imigrasi terdekat", "donde esta la frontera", "ฉันอยากไปเวียดนาม"])
async def test_another_language_is(talk: Talk, said: str) -> None:
    (reply,) = await talk.hears(said)
    assert reply.text.startswith("Cột Mốc answers in")


@pytest.mark.parametrize(
    ("said", "language"), [("tieng khmer", "km"), ("ភាសាខ្មែរ", "km"), ("English please", "en"), ("tiếng Việt", "vi")]
)
async def test_the_name_of_a_language_changes_to_it(talk: Talk, said: str, language: str) -> None:
    assert (await talk.hears(said))[0].language == language
    assert (await talk.hears("0"))[0].language == language


@pytest.mark.parametrize(("said", "language"), [("សួស្តី", "km"), ("ម៉ឺនុយ", "km"), ("xin chào", "vi"), ("hello", "vi")])
async def test_a_first_word_in_khmer_is_answered_in_khmer(talk: Talk, said: str, language: str) -> None:
    assert (await talk.hears(said))[0].language == language


async def test_a_place_name_does_not_change_the_language(talk: Talk) -> None:
    assert (await talk.hears("i live in Thuong Phuoc"))[0].language == "en"
    await talk.hears("/khuvuc", who="2", hint="en")
    assert (await talk.hears("Tân Hộ Cơ", who="2", hint="en"))[0].language == "en"


async def test_help_has_the_word_of_its_language(talk: Talk) -> None:
    assert "/ngonngu" in text_of(await talk.hears("/help"))
    await talk.hears("english")
    said = text_of(await talk.hears("/help"))
    assert "/language" in said
    assert "/ngonngu" not in said


# --- where nothing is pushed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["STOP", "dừng", "/stop", "/dangky", "/chude"])
async def test_a_page_promises_neither_to_send_nor_to_stop(page: Talk, said: str) -> None:
    reply = text_of(await page.hears(said))
    assert reply.startswith("Trang này chỉ trả lời khi bà con hỏi")
    assert "BATLAI" not in reply


async def test_stop_on_a_page_drops_what_was_to_be_told(page: Talk) -> None:
    await page.hears(UNANSWERABLE)
    await page.taps("Báo khi có trả lời")
    assert "Câu nhờ “Báo khi có trả lời” đã bỏ." in text_of(await page.hears("STOP"))
    assert "chờ trả lời" not in text_of(await page.hears("/dulieu"))


async def test_help_on_a_page_names_no_command_that_does_nothing_there(page: Talk) -> None:
    said = text_of(await page.hears("/help"))
    assert "/menu" in said
    assert not [each for each in ("/stop", "/dangky", "/chude") if each in said]


async def test_a_place_chosen_on_a_page_holds_for_the_conversation(page: Talk) -> None:
    await page.hears("toi o Tân Thạnh")
    assert "xã Tân Thạnh" in text_of(await page.hears("/thongbao"))
    assert not (await resident(page)).known
    page.clock.advance(700)
    assert "xã Tân Thạnh" not in text_of(await page.hears("/thongbao"))
