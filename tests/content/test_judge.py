"""The judge: places that are named, words sent alone, two languages in one message, questions that go on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.place_files import load_gazetteer
from content.files import shipped_catalog
from content.judge import Answered, Clarify, Fallback, Judge, Judgement
from content.match_values import MatchSource
from content.normalise import fold
from tests.warm import warm_judge


def sister(province: str) -> MatchSource:
    texts = [
        "tỉnh có hỗ trợ tiền học tiếng cho người đi làm nước ngoài không",
        "quê tui cho tiền đi xuất khẩu lao động",
    ]
    return MatchSource(f"labour.province.{province}", {"vi": texts}, "labour", province)


SOURCES = [
    sister("dong-thap"),
    sister("vinh-long"),
    sister("an-giang"),
    MatchSource(
        "crossing.papers", {"vi": ["qua cửa khẩu cần giấy tờ gì", "đi Campuchia mang theo giấy gì"]}, "crossing"
    ),
]
CATALOG = shipped_catalog()
JUDGE = Judge(SOURCES, load_gazetteer(), home="dong-thap", outside={})


def first(judged: Judgement) -> str:
    return judged.match.candidates[0].id


@pytest.mark.parametrize(
    ("place", "province"),
    [
        ("quê tui", "dong-thap"),
        ("quê tui ở An Giang", "an-giang"),
        ("bên Trà Vinh cũ", "vinh-long"),
        ("quê Càng Long", "vinh-long"),  # a commune of today, without its province
        ("xã Tri Tôn", "an-giang"),
    ],
)
def test_the_place_in_the_question_beats_the_residents_own(place: str, province: str) -> None:
    judged = JUDGE(f"{place} có hỗ trợ tiền học tiếng cho người đi nước ngoài không", place_scope="dong-thap")
    assert first(judged) == f"labour.province.{province}"


def test_a_place_changes_nothing_where_no_entry_belongs_to_a_province() -> None:
    assert first(JUDGE("tui ở Càng Long, đi Campuchia mang theo giấy gì", place_scope="dong-thap")) == "crossing.papers"


def ask(text: str, *, topic: str | None = None, shown: tuple[str, ...] = ()) -> Judgement:
    """The shipped catalogue, asked in Đồng Tháp."""
    return warm_judge()[1](text, place_scope="dong-thap", topic=topic, shown=shown)


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("hộ chiếu", "crossing.passport.validity-fee"),
        ("ho chieu", "crossing.passport.validity-fee"),
        ("passport", "crossing.passport.validity-fee"),
        ("vay", "labour.loan.amount"),
        ("cho em hỏi về vay tiền ạ", "labour.loan.amount"),
        ("phạt", "crossing.illegal.fine"),
        ("vượt biên", "crossing.illegal.fine"),
        ("visa", "crossing.gates.evisa"),
        ("vàng", "crossing.customs.gold"),
        ("gold", "crossing.customs.gold"),
        ("interest", "labour.loan.interest"),
        ("gate hours", "crossing.gates.hours-cambodia"),
        ("cửa khẩu", "crossing.gates.dong-thap"),
        ("លិខិតឆ្លងដែន", "crossing.passport.validity-fee"),
        ("មាស", "crossing.customs.gold"),
        ("ខ្ចីលុយ", "labour.loan.amount"),
        ("ពិន័យ", "crossing.illegal.fine"),
        ("ការប្រាក់", "labour.loan.interest"),
    ],
)
def test_a_word_sent_alone_is_asked_back(text: str, among: str) -> None:
    outcome = ask(text).outcome
    assert isinstance(outcome, Clarify)
    assert among in outcome.entry_ids
    assert len(outcome.entry_ids) in {2, 3}


def test_what_is_offered_belongs_to_the_place_asked_about() -> None:
    judge = warm_judge()[1]
    outcome = judge("sáp nhập", place_scope="an-giang").outcome
    assert isinstance(outcome, Clarify)
    assert "admin.merge.an-giang" in outcome.entry_ids
    assert "admin.merge.dong-thap" not in outcome.entry_ids
    for text in ("ខ្ញុំ vay ngân hàng ទៅ Đài Loan បានទេបង", "xin hỗ trợ"):
        offered = ask(text).outcome
        assert isinstance(offered, Clarify)
        assert "labour.province.phu-tho" not in offered.entry_ids


@pytest.mark.parametrize(
    ("shown_last", "text", "entry_id"),
    [
        ("labour.fees.japan", "còn Đài Loan", "labour.fees.taiwan"),
        ("labour.fees.taiwan", "con nhat thi sao", "labour.fees.japan"),
        ("labour.fees.japan", "ចុះតៃវ៉ាន់វិញ", "labour.fees.taiwan"),
        ("crossing.customs.cash", "and gold?", "crossing.customs.gold"),
        ("crossing.customs.cash", "ចុះមាស", "crossing.customs.gold"),
        ("crossing.customs.cash", "vàng thì sao", "crossing.customs.gold"),
        ("crossing.customs.gold", "what about alcohol", "crossing.customs.duty-free"),
        ("labour.loan.amount", "lai nhieu", "labour.loan.interest"),
        ("crossing.gates.dong-thap", "còn An Giang", "crossing.gates.an-giang"),
        ("crossing.gates.evisa", "còn Mộc Bài", "crossing.gates.evisa"),  # its list names the gate
    ],
)
def test_a_short_question_goes_on_from_the_last_answer(shown_last: str, text: str, entry_id: str) -> None:
    assert ask(text, topic=shown_last).outcome == Answered(entry_id)


@pytest.mark.parametrize(
    ("shown_last", "text", "first_offered"),
    [
        ("border.rules.overnight-stay", "phạt nhiêu", "border.rules.lodging-notice-fine"),
        ("labour.korea.return-on-time", "báo ở đâu", "labour.return.job-report"),
        ("border.rules.foreigner-permit", "xin o dau", "border.rules.foreigner-permit"),
        ("admin.school.border-students", "bao nhiêu tiền", "admin.school.border-students"),
    ],
)
def test_an_aspect_is_asked_of_what_was_spoken_of(shown_last: str, text: str, first_offered: str) -> None:
    outcome = ask(text, topic=shown_last).outcome
    assert isinstance(outcome, Clarify)
    assert outcome.entry_ids[0] == first_offered


OTHER_THINGS = [
    "giá vàng hôm nay",
    "thời tiết mai",
    "mua xe máy cũ",
    "khám bệnh ở đâu",
    "học phí bao nhiêu",
    "mất ví",
    "đóng bảo hiểm y tế",
    "còn giá vàng",
    "vậy thời tiết",
    "gold price",
    "and football",
    "what about weather",
    "មាសថ្ងៃនេះថ្លៃប៉ុន្មាន",
    "ចុះបាល់ទាត់",
    "cho vay nóng",
    "đổi tiền",
    "đi bệnh viện",
]


@pytest.mark.parametrize("text", OTHER_THINGS)
def test_other_things_are_not_answered_because_of_what_was_spoken_of(text: str) -> None:
    for shown_last in ("crossing.customs.cash", "labour.fees.japan", "labour.loan.amount", "admin.papers.old-names"):
        assert not isinstance(ask(text, topic=shown_last).outcome, Answered), shown_last


def test_asking_how_much_can_be_borrowed_is_not_lost_after_the_loan() -> None:
    outcome = ask("vay dc nhiu", topic="labour.loan.poor-household").outcome
    assert isinstance(outcome, Clarify)
    assert outcome.entry_ids[0] == "labour.loan.amount"


def test_the_entries_on_the_screen_are_meant_first() -> None:
    offered = ("labour.fees.deposit", "labour.korea.eps-deposit", "labour.fees.waiting-refund")
    assert ask("cái đi Hàn EPS", shown=offered).outcome == Answered("labour.korea.eps-deposit")


def test_a_word_that_is_no_part_of_the_subject_stands_for_itself() -> None:
    outcome = ask("cửa khẩu", topic="crossing.customs.gold").outcome
    assert isinstance(outcome, Clarify)
    assert "crossing.gates.dong-thap" in outcome.entry_ids


@pytest.mark.parametrize("text", ["không", "bao nhiêu", "tôi", "ai vậy", "where", "why", "thiệt không"])
def test_words_that_say_nothing_are_not_answered_after_an_answer(text: str) -> None:
    assert not isinstance(ask(text, topic="crossing.customs.cash").outcome, Answered)


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("báo tin", "service.report-anonymous"),
        ("to giac o day", "service.report-anonymous"),
        ("report here", "service.report-anonymous"),
        ("bao tin buon nguoi", "safety.trafficking.report"),
        ("bọn nó đòi tiền chuộc có nên trả không", "safety.cambodia.relative-trapped"),
        ("bon no doi tien chuoc co nen tra khong", "safety.cambodia.relative-trapped"),
        ("they want ransom should we pay", "safety.cambodia.relative-trapped"),
        ("គេទាមទារលុយលោះ តើគួរបង់ទេ", "safety.cambodia.relative-trapped"),
        ("tụi nó đòi 200 triệu mới thả con tui, đưa tiền không", "safety.cambodia.relative-trapped"),
        ("chồng đi biển 3 ngày chưa về", "sea.safety.rescue-number"),
        ("anh rể tui đi câu mực hôm bữa tới giờ chưa vô", "sea.safety.rescue-number"),
        ("my husband went to sea 3 days ago and is not back", "sea.safety.rescue-number"),
        ("ប្តីខ្ញុំចេញសមុទ្រ៣ថ្ងៃមិនទាន់មកវិញ", "sea.safety.rescue-number"),
        ("is Hà Tiên open to foreigners", "crossing.gates.evisa"),
        ("can I cross at Thường Phước with an e-visa", "crossing.gates.evisa"),
        ("knhom chong tov tver ka nov japan", "labour.fees.japan"),
        ("យកលុយឆ្លងដែនបានប៉ុន្មាន", "crossing.customs.cash"),
    ],
)
def test_what_people_asked_and_were_not_understood_in(text: str, entry_id: str) -> None:
    assert ask(text).outcome == Answered(entry_id)


def test_the_answer_about_a_ransom_says_neither_pay_nor_do_not_pay() -> None:
    entry = CATALOG.get("safety.cambodia.relative-trapped")
    assert entry is not None
    words = fold(entry.answers["vi"].text.lower())
    assert "981 84 84 84" in words
    assert not re.search(r"(?:dung|nen|khong nen|phai) (?:tra|chuyen|dua|nop)", words)
    assert not re.search(r"\b(?:pay|send money)\b", entry.answers["en"].text.lower())


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("សុំ giấy thông hành ឲ្យប្រពន្ធ", "crossing.kh.laissez-passer"),
        ("កូនខ្ញុំ bị lừa ទៅខ្មែរ ជួយផង", "safety.scam.easy-job-signs"),
        ("ប៉ូលីសចាប់ឆ្លង vượt biên បង់ប៉ុន្មាន", "crossing.illegal.fine"),
    ],
)
def test_khmer_with_vietnamese_terms_is_not_refused(text: str, among: str) -> None:
    judged = ask(text)
    assert judged.match.language == "km"
    assert not isinstance(judged.outcome, Fallback)
    shown = judged.outcome.entry_ids if isinstance(judged.outcome, Clarify) else (judged.outcome.entry_id,)
    assert among in shown


@pytest.mark.parametrize("text", ["ហាង cà phê នៅជិតនេះ", "ទិញ xe máy cũ នៅណា", "nhập hộ khẩu នៅណា"])
def test_and_what_is_not_ours_still_is(text: str) -> None:
    assert isinstance(ask(text).outcome, Fallback)


def test_a_word_of_every_language_tells_none_of_them() -> None:
    judge = warm_judge()[1]
    assert judge.language_of("passport") == "none"
    assert judge.language_of("làm passport") == "vi"


@settings(max_examples=80, deadline=None)
@given(
    text=st.text(max_size=30) | st.sampled_from(["còn", "ចុះ", "and", "since when", "vay", "ទេ", "?", "còn An Giang"]),
    topic=st.sampled_from([None, "", "crossing", "no.such.entry", "crossing.customs.cash", "admin.merge.overview"]),
    shown=st.sampled_from([(), ("no.such.entry",), ("labour.fees.japan", "crossing.customs.gold")]),
)
def test_whatever_is_said_after_whatever_was_shown_has_an_outcome(
    text: str, topic: str | None, shown: tuple[str, ...]
) -> None:
    outcome = ask(text, topic=topic, shown=shown).outcome
    if isinstance(outcome, Clarify):
        assert 2 <= len(outcome.entry_ids) <= 3
        assert len(set(outcome.entry_ids)) == len(outcome.entry_ids)
        assert all(each in CATALOG for each in outcome.entry_ids)
