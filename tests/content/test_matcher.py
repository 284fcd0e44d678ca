"""From a message to candidates and evidence."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from content.entries import Entry, Kind
from content.files import shipped_catalog
from content.language_tables import language_tables, neighbours, typing_tables
from content.match_values import MatchSource
from content.matcher import Matcher
from content.normalise import fold
from tests.content.catalogue_sample import SOURCES, sample_matcher

MATCHER = sample_matcher()


def first(text: str, *, place_scope: str | None = None) -> str | None:
    found = MATCHER.match(text, place_scope=place_scope).candidates
    return found[0].id if found else None


@pytest.mark.parametrize(
    "text",
    [
        "Xin giấy thông hành ở đâu?",
        unicodedata.normalize("NFD", "Xin giấy thông hành ở đâu?"),
        "xin giay thong hanh o dau",
        "xin giaays thoong hanhf owr ddaau",
        "xin gia61y tho6ng ha2nh o73 d9a6u",
        "xin dấy thông hành ở đâu dậy",
        "xin g\u200biấy thông h\u00adành o dau z",
        "xin giaythonghanh o dau",
        "apply for border pass",
        "អ្នកណាទទួលបានប័ណ្ណឆ្លងដែន",
        "ធ្វើប័ណ្ណ ឆ្លង\u200bដែន នៅណា",
        "មានអ្នកណាធ្វើប័ណ្ណឆ្លងដែន qua cam",
    ],
)
def test_one_question_in_many_spellings(text: str) -> None:
    assert first(text) == "pass.who"


@pytest.mark.parametrize(
    ("text", "entry_id"),
    [
        ("tat may giam sat hanh trinh phat nhieu hong", "fishing.vms"),
        ("go vms bi phat k", "fishing.vms"),
        ("lệ phí làm sổ thông hành", "pass.fee"),
        ("Dinh Ba la cua khau gi", "gates.dong-thap"),
        ("fined for switching off my tracker", "fishing.vms"),
        ("unsubscribe", "service.stop"),
    ],
)
def test_the_right_entry_comes_first(text: str, entry_id: str) -> None:
    assert first(text) == entry_id


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_every_phrasing_without_marks_finds_its_entry(source: MatchSource) -> None:
    for language, texts in source.phrasings.items():
        for text in texts:
            if text not in {
                "kể tên cửa khẩu của tỉnh mình",
                "which gates are in this province",
            }:  # two provinces share them
                assert first(fold(text)) == source.id, (language, text)


def test_marks_break_the_tie_between_words_that_fold_alike() -> None:
    sources = [MatchSource("forbidden", {"vi": ["cấm đường này"]}), MatchSource("cambodia", {"vi": ["cam đường này"]})]
    matcher = Matcher(sources, typing_tables(), language_tables())
    assert matcher.match("cấm đường").candidates[0].id == "forbidden"
    assert matcher.match("cam đường").candidates[0].id == "cambodia"


@pytest.mark.parametrize("text", ["", "   ", "😂😂😂", "?!", "\u200b", "qwrtzx"])
def test_nothing_known_nothing_found(text: str) -> None:
    assert MATCHER.match(text).candidates == ()


def test_language_and_marks_are_told() -> None:
    assert MATCHER.match("lam giay thong hanh").unmarked
    assert not MATCHER.match("làm giấy thông hành").unmarked
    assert MATCHER.match("who can get a border pass").language == "en"
    assert MATCHER.match("ប័ណ្ណឆ្លងដែន").language == "km"
    assert MATCHER.match("😂").language == "none"


def test_a_subject_outside_the_catalogue_is_no_candidate_but_evidence() -> None:
    match = MATCHER.match("giá vàng hôm nay")
    assert "gold" not in {candidate.id for candidate in match.candidates}
    assert match.evidence.neighbour > 1
    assert MATCHER.match("xin sổ thông hành ở đâu").evidence.neighbour < 0.5


def test_unknown_words_lower_what_is_known() -> None:
    sure = MATCHER.match("xin sổ thông hành ở đâu").evidence
    doubtful = MATCHER.match("xin sổ tiết kiệm ngân hàng ở đâu").evidence
    assert sure.known_share > 0.9 > doubtful.known_share
    assert sure.explained > doubtful.explained
    assert sure.likeness > doubtful.likeness


def test_the_place_decides_only_between_equals() -> None:
    shared = "kể tên cửa khẩu của tỉnh mình"
    assert first(shared, place_scope="an-giang") == "gates.an-giang"
    assert first(shared, place_scope="dong-thap") == "gates.dong-thap"
    assert first("An Giang có mấy cửa khẩu", place_scope="dong-thap") == "gates.an-giang"
    assert first("xin sổ thông hành ở đâu", place_scope="dong-thap") == "pass.who"


def test_a_known_place_settles_the_choice_between_provinces() -> None:
    shared = "kể tên cửa khẩu của tỉnh mình"
    open_choice = MATCHER.match(shared).evidence.margin
    assert MATCHER.match(shared, place_scope="an-giang").evidence.margin > open_choice + 0.2


def test_a_named_province_beats_home_and_a_foreign_one_is_told() -> None:
    shared = "kể tên cửa khẩu của tỉnh mình"
    match = MATCHER.match(shared, place_scope="dong-thap", named_scopes=["an-giang"])
    assert match.candidates[0].id == "gates.an-giang"
    assert not match.evidence.elsewhere
    assert MATCHER.match("Tây Ninh có mấy cửa khẩu", named_scopes=["tay-ninh"]).evidence.elsewhere


def test_a_short_follow_up_stays_in_the_topic() -> None:
    text = "còn lệ phí bao nhiêu"
    before = {candidate.id: candidate.score for candidate in MATCHER.match(text).candidates}
    after = {candidate.id: candidate.score for candidate in MATCHER.match(text, topic="crossing").candidates}
    near = {candidate.id: candidate.score for candidate in MATCHER.match(text, topic="pass").candidates}
    assert after["pass.fee"] > before["pass.fee"]
    assert after.get("fishing.vms") == before.get("fishing.vms")
    assert near["pass.fee"] == after["pass.fee"]


def test_a_long_question_is_not_a_follow_up() -> None:
    text = "tiền làm giấy thông hành bao nhiêu mà sao mấy bữa nay nghe ai cũng nói khác"
    assert MATCHER.match(text, topic="fishing") == MATCHER.match(text)


def test_very_long_texts_are_answered_by_their_end() -> None:
    story = "hôm bữa tui đi chợ gặp ông bạn cũ " * 40
    assert first(story + "cho hỏi xin sổ thông hành ở đâu") == "pass.who"


def test_a_foreign_faq_needs_only_ids_and_phrasings() -> None:
    sources = [
        MatchSource("card", {"en": ["my card was stolen", "I lost my card"]}),
        MatchSource("pin", {"en": ["change my pin", "I forgot the pin code"]}),
        MatchSource("karte", {"de": ["meine Karte wurde gestohlen"]}),
    ]
    matcher = Matcher(sources, typing_tables(), language_tables())
    assert matcher.match("someone stole my card").candidates[0].id == "card"
    assert matcher.match("how do I change the pin?").candidates[0].id == "pin"
    assert matcher.match("Karte gestohlen").candidates[0].id == "karte"


def test_titles_are_searched_too() -> None:
    entry = Entry(
        id="x.title",
        topic="crossing",
        scope="national",
        kind=Kind.ANSWER,
        title={"vi": "Hộ chiếu gắn chip", "en": "Chip passport"},
        answers={},
        phrasings={"vi": ("cuốn bát bo mới",)},
        facts=(),
        as_of=date(2026, 11, 20),
        review_by=date(2027, 5, 20),
    )
    entries = [entry, replace(entry, id="x.other", title={"vi": "Sổ đỏ"}, phrasings={"vi": ("giấy đất",)})]
    matcher = Matcher.of_entries(entries, typing_tables(), language_tables())
    assert matcher.match("ho chieu gan chip").candidates[0].id == "x.title"
    assert matcher.match("chip passport").candidates[0].id == "x.title"


def test_an_empty_catalogue_matches_nothing() -> None:
    assert Matcher([], typing_tables(), language_tables()).match("cửa khẩu").candidates == ()


def test_two_matchers_agree() -> None:
    other = sample_matcher()
    for text in ("xin thong hanh", "mấy cửa khẩu", "how much is a pass", "ប័ណ្ណឆ្លងដែន"):
        assert other.match(text) == MATCHER.match(text)


def test_shipped_phrasings_find_their_own_entry() -> None:
    """Every ninth phrasing of the shipped catalogue; a few are shared by entries of two provinces."""
    catalog = shipped_catalog()
    matcher = Matcher.of_entries(catalog, typing_tables(), language_tables(), neighbours=neighbours())
    asked = [(text, entry.id) for entry in catalog for texts in entry.phrasings.values() for text in texts][::9]
    missed = [(text, entry_id) for text, entry_id in asked if matcher.match(text).candidates[0].id != entry_id]
    assert len(asked) > 100
    assert len(missed) / len(asked) <= 0.02, missed
