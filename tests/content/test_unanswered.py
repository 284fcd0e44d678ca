"""Unanswered questions in groups: what is near-equal, exact sums, the same in any order, nothing rare shown."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import files
from content.judge import UNSTORED_IDS, Fallback, Judgement
from content.match_values import Candidate, Match
from content.unanswered import LEAST, Asked, canonical, grouped, near, often_enough, overview

DAY = date(2026, 11, 20)
FERRY = "pha so thuong may gio chay chuyen cuoi"


def asked(*questions: str) -> list[Asked]:
    """Each on a day of its own."""
    return [Asked(number, text, "vi", "web", DAY + timedelta(number)) for number, text in enumerate(questions, 1)]


def together(one: str, other: str) -> bool:
    return len(grouped(asked(one, other), {"ko": "khong"})) == 1


@pytest.mark.parametrize(
    "other",
    [
        FERRY,
        "Phà Sở Thượng mấy giờ chạy chuyến cuối?",
        "PHÀ  SỞ THƯỢNG, mấy giờ chạy chuyến cuối ạ",
        "cho hỏi phà Sở Thượng mấy giờ chạy chuyến cuối vậy",
        "pha so thuong may gio chay chuyn cuoi",
        "pha so thuong may gio thi chay chuyen cuoi ha",
    ],
)
def test_the_same_question_in_other_clothes(other: str) -> None:
    assert together(FERRY, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("xin giấy phép nuôi chim yến ở đâu", "xin giay phep nuoi yen o dau"),
        ("nuoi chim yen co can xin phep ko", "nuôi chim yến có cần xin phép không"),
        ("សាឡាងសូធឿងរត់ម៉ោងប៉ុន្មាន", "សាឡាងសូធឿងរត់ម៉ោងប៉ុន្មាន?"),
        ("where is the last ferry to tan chau", "Where is the last fery to Tan Chau?"),
    ],
    ids=["one word more", "slang", "khmer", "english slip"],
)
def test_near_equal(one: str, other: str) -> None:
    assert together(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vao khu vuc bien gioi co can xin phep khong", "ra khu vuc bien gioi co can xin phep khong"),
        ("duoc phep chup hinh o cua khau bien gioi", "khong duoc phep chup hinh o cua khau bien gioi"),
        ("nop 20 trieu o dau vay", "nop 30 trieu o dau vay"),
        ("dieu 12345 cua luat nao", "dieu 12346 cua luat nao"),
        ("tu viet nam qua campuchia di duong nao", "tu campuchia qua viet nam di duong nao"),
        (FERRY, "pha so thuong may gio chay"),
        (FERRY, "nuoi chim yen xin phep o dau"),
    ],
    ids=["in or out", "negation", "amount", "long number", "direction", "much shorter", "something else"],
)
def test_another_question(one: str, other: str) -> None:
    assert not together(one, other)


# --- properties -------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(["pha", "chay", "gio", "cuoi", "khong", "ko", "20", "30", "cho", "hoi"]) | st.sampled_from(
    ["phép", "giấy", "xin", "thuyền", "thuyen", "ở", "đâu", "dau", "សាឡាង"]
)
TEXTS = st.lists(WORDS, max_size=7).map(" ".join) | st.text(max_size=12)
QUESTIONS = st.lists(
    st.tuples(TEXTS, st.sampled_from(["vi", "km", "en"]), st.sampled_from(["web", "telegram"]), st.integers(0, 3)),
    max_size=25,
).map(
    lambda rows: [
        Asked(number, text, language, channel, DAY + timedelta(day))
        for number, (text, language, channel, day) in enumerate(rows, 1)
    ]
)


@given(questions=QUESTIONS, chance=st.randoms(use_true_random=False))
def test_the_order_of_the_questions_changes_nothing(questions: list[Asked], chance: object) -> None:
    shuffled = list(questions)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert grouped(shuffled) == grouped(questions)
    assert overview(shuffled) == overview(questions)


@given(questions=QUESTIONS)
def test_every_question_is_in_exactly_one_group(questions: list[Asked]) -> None:
    parts = grouped(questions)
    assert sorted(each.id for part in parts for each in part) == [each.id for each in questions]
    assert all(parts)


@given(questions=QUESTIONS)
def test_the_sums_are_exact(questions: list[Asked]) -> None:
    seen = overview(questions)
    assert seen.total == len(questions)
    for group in seen.groups:
        [part] = [part for part in grouped(questions) if part[0].id == group.id]
        assert group.count == len(part)
        assert group.languages == Counter(each.language for each in part)
        assert group.channels == Counter(each.channel for each in part)
        assert (group.first_day, group.last_day) == (min(e.day for e in part), max(e.day for e in part))
        assert group.days == len({each.day for each in part})


@given(questions=QUESTIONS)
def test_nothing_rare_is_shown(questions: list[Asked]) -> None:
    seen = overview(questions)
    for group in seen.groups:
        [part] = [part for part in grouped(questions) if part[0].id == group.id]
        assert len({(each.day, each.channel) for each in part}) >= LEAST
        assert group.question in {each.question for each in part}
    shown = {group.id for group in seen.groups}
    for part in grouped(questions):
        if part[0].id not in shown:
            assert len({(each.day, each.channel) for each in part}) < LEAST


@given(one=TEXTS, other=TEXTS)
def test_nearness_is_mutual(one: str, other: str) -> None:
    one, other = canonical(one), canonical(other)
    assert near(one, other) == near(other, one)
    assert near(one, one)


@given(text=st.text(max_size=30))
def test_the_canonical_form_is_settled(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


# --- what is never kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry_id", "topic", "score", "kept"),
    [
        ("safety.cambodia.papers-held", "safety", 0.7, False),
        ("labour.scam.cambodia", "labour-export", 0.7, False),
        ("sea.safety.detained-abroad", "fishing", 0.7, False),
        ("labour.scam.cambodia", "labour-export", 0.3, True),
        ("labour.korea.eps-age", "labour-export", 0.7, True),
    ],
)
def test_questions_near_distress_safety_or_trafficking_are_never_kept(
    entry_id: str, topic: str, score: float, kept: bool
) -> None:
    match = Match("?", "vi", candidates=(Candidate("x.y", 0.8), Candidate(entry_id, score, topic=topic)))
    assert Judgement(Fallback(), match).storable is kept


def test_those_entries_are_in_the_catalogue_by_these_names() -> None:
    catalog = files.shipped_catalog()
    for beginning in UNSTORED_IDS:
        assert [entry.id for entry in catalog if entry.id.startswith(beginning)], beginning


# --- what is shown ----------------------------------------------------------------------------------------------


def test_one_person_asking_again_and_again_is_not_enough() -> None:
    same_day = [Asked(number, FERRY, "vi", "web", DAY) for number in range(9)]
    assert not often_enough(same_day)
    assert overview(same_day).groups == ()
    assert overview(same_day).held_back == 9
    elsewhere = [*same_day, Asked(20, FERRY, "vi", "telegram", DAY)]
    assert not often_enough(elsewhere)
    next_day = [*elsewhere, Asked(21, FERRY, "vi", "telegram", DAY + timedelta(1))]
    [group] = overview(next_day).groups
    assert (group.count, group.days, group.channels) == (11, 2, {"telegram": 2, "web": 9})


def test_the_most_usual_wording_stands_for_the_group() -> None:
    """Who adds something of their own is not quoted."""
    mine = f"toi o nha ba Tu, {FERRY}"
    [group] = overview(asked(f"{FERRY} vay chi Nam", FERRY, FERRY, f"{FERRY} vay")).groups
    assert group.question == FERRY
    assert not together(FERRY, mine)


def test_the_most_asked_come_first() -> None:
    yen = "xin giay phep nuoi chim yen o dau"
    seen = overview(asked(yen, FERRY, yen, FERRY, FERRY, yen, FERRY, "chuyen khac han"))
    assert [(group.question, group.count) for group in seen.groups] == [(FERRY, 4), (yen, 3)]
    assert (seen.held_back, seen.total) == (1, 8)
