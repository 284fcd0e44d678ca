"""Questions that go on from the last answer."""

from __future__ import annotations

import pytest

from content.follow_up import FAMILY, KIN, OFFERED, SAID_ALREADY, SIBLING, TOPIC, Relations
from content.follow_up_shapes import continues, heart, only_an_aspect, only_names, subject_for
from content.match_values import MatchSource
from content.matcher import Matcher
from content.normalise import clean
from content.policy import Answered, Clarify, decide
from content.tokens import tokens
from tests.content.catalogue_sample import NEIGHBOURS, SOURCES, language_tables, sample_matcher, typing_tables

CUSTOMS = [
    MatchSource(
        "customs.cash",
        {"vi": ["mang tiền mặt qua cửa khẩu phải khai bao nhiêu"], "en": ["how much cash to declare at the border"]},
        "crossing",
        subject="Tiền mặt phải khai",
        foreign_subject="Cash to declare",
        related=("customs.gold", "customs.wine"),
    ),
    MatchSource(
        "customs.gold",
        {"vi": ["mang vàng qua cửa khẩu", "đeo dây chuyền vàng"], "en": ["carrying gold across", "gold necklace"]},
        "crossing",
    ),
    MatchSource("customs.wine", {"vi": ["rượu miễn thuế mấy lít"], "en": ["duty free wine"]}, "crossing"),
    MatchSource("fees.japan", {"vi": ["phí đi Nhật bao nhiêu"]}, "labour", subject="Phí đi Nhật"),
    MatchSource("fees.taiwan", {"vi": ["phí đi Đài Loan bao nhiêu"]}, "labour", subject="Phí đi Đài Loan"),
    MatchSource("deposit.all", {"vi": ["ký quỹ đi Nhật, Đài Loan, Hàn"]}, "labour"),
    MatchSource("sea.card", {"vi": ["thẻ vàng là gì", "gỡ thẻ vàng chưa"]}, "fishing"),
]


def customs() -> Matcher:
    return Matcher(CUSTOMS, typing_tables(), language_tables(), neighbours=NEIGHBOURS)


@pytest.mark.parametrize(
    "text", ["Còn hồ sơ?", "con tien thi sao", "vậy trẻ em?", "thế lệ phí", "What about children?", "mấy cái nữa"]
)
def test_shapes_that_go_on(text: str) -> None:
    assert continues(clean(text))


@pytest.mark.parametrize("text", ["hồ sơ gồm gì", "contact the post", "thể lệ", "ngừng nhận tin", "", "cái này là sao"])
def test_shapes_that_stand_for_themselves(text: str) -> None:
    assert not continues(clean(text))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("còn vàng thì sao?", "vàng"),
        ("And gold?", "gold"),
        ("ចុះមាសវិញ", "មាស"),
        ("con vang thi sao", "vang"),
        ("con toi 5 tuoi", "con toi 5 tuoi"),  # a child without marks
        ("vay duoc nhieu khong", "vay duoc nhieu khong"),  # a loan without marks
        ("vậy hả", ""),
        ("rồi sao nữa?", ""),
        ("what else", ""),
        ("ចុះ?", ""),
    ],
)
def test_what_a_follow_up_asks_about(text: str, asked: str) -> None:
    assert heart(clean(text)) == asked


@pytest.mark.parametrize(
    "text", ["ở đâu?", "mat bao lau", "bao nhiêu tiền", "how long does it take", "ប៉ុន្មានថ្ងៃ", "ហៅអ្នកណា"]
)
def test_aspects_say_nothing_of_what(text: str) -> None:
    assert only_an_aspect(clean(text))


@pytest.mark.parametrize("text", ["", "?", "phạt bao nhiêu", "doi o dau", "kia", "how long is the border", "មាសប៉ុន្មាន"])
def test_what_says_something_is_no_mere_aspect(text: str) -> None:
    assert not only_an_aspect(clean(text))


def test_another_name_takes_the_place_of_the_one_spoken_of() -> None:
    assert subject_for("phí đi đài loan", "nhật").split() == ["phi", "di"]
    assert "dai loan" in subject_for("phí đi đài loan", "hồ sơ")
    assert only_names("nhật")
    assert only_names("ở mộc bài")
    assert not only_names("phí đi nhật")


def test_entries_that_are_offered_or_share_more_of_their_ids_are_nearer() -> None:
    relations = Relations(
        [
            MatchSource("crossing.kh.pass", {}, "crossing", related=("sea.flag",)),
            MatchSource("crossing.pass.fee", {}, "crossing"),
            MatchSource("crossing.gold", {}, "crossing"),
            MatchSource("sea.flag", {}, "fishing"),
            MatchSource("sea.net", {}, "fishing"),
        ]
    )
    kin = relations.kin("crossing.kh.pass")
    assert kin.nearness == {0: FAMILY, 1: FAMILY, 2: TOPIC, 3: OFFERED}
    assert kin.favour == {0: SAID_ALREADY[False], 1: KIN[FAMILY], 2: KIN[TOPIC], 3: KIN[OFFERED]}
    assert relations.kin("fishing").favour == {3: KIN[TOPIC], 4: KIN[TOPIC]}
    assert relations.kin("unknown").favour == {}
    assert relations.kin(None, ["sea.net"]).nearness == {4: OFFERED}
    named = relations.kin("sea.flag", goes_on=True, named=True)
    assert named.favour[4] == SIBLING
    assert named.favour[3] == SAID_ALREADY[True]


def test_a_long_message_is_no_turn_of_the_conversation() -> None:
    relations = Relations(CUSTOMS)
    text = "còn vàng thì phải khai với ai ở cửa khẩu nào"
    assert not relations.turn(text, tokens(text), "customs.cash").short
    assert relations.turn("còn vàng", tokens("còn vàng"), "customs.cash").goes_on
    assert not relations.turn("còn vàng", tokens("còn vàng"), None).short


@pytest.mark.parametrize("text", ["còn Đài Loan", "con dai loan thi sao", "thế Đài Loan"])
def test_another_name_asks_the_same_of_it(text: str) -> None:
    assert decide(customs().match(text, topic="fees.japan")) == Answered("fees.taiwan")


@pytest.mark.parametrize("text", ["vậy hả", "rồi sao nữa", "what else"])
def test_who_only_wants_more_is_shown_what_is_offered(text: str) -> None:
    assert decide(customs().match(text, topic="customs.cash")) == Clarify(("customs.gold", "customs.wine"))


def test_what_is_on_the_screen_is_meant_first() -> None:
    match = customs().match("vàng", shown=("sea.card", "fees.japan"))
    assert match.candidates[0].id == "sea.card"


@pytest.mark.parametrize("text", ["còn qwrtzx", "bao nhiêu", "là sao", "and zzkjh?"])
def test_what_nobody_knows_is_not_answered_with_the_running_subject(text: str) -> None:
    assert not isinstance(decide(customs().match(text, topic="customs.cash")), Answered)


def test_what_was_spoken_of_completes_a_short_question() -> None:
    sources = [
        *(MatchSource(each.id, each.phrasings, each.topic, each.scope, "Giấy thông hành") for each in SOURCES[2:3]),
        *SOURCES[3:],
        MatchSource("customs.fee", {"vi": ["lệ phí hải quan bao nhiêu", "tiền mặt mang theo"]}, "crossing"),
    ]
    matcher = Matcher(sources, typing_tables(), language_tables(), neighbours=NEIGHBOURS)
    match = matcher.match("còn lệ phí thì sao", topic="pass.who")
    assert match.candidates[0].id == "pass.fee"
    assert match.evidence.follow_up
    assert match.evidence.strength > 0.5


def test_an_unrelated_short_question_is_not_pulled_into_the_topic() -> None:
    matcher = sample_matcher()
    assert matcher.match("ngừng nhận tin", topic="pass.who").candidates[0].id == "service.stop"
    assert matcher.match("qwrtzx", topic="pass.who").candidates == ()
    assert matcher.match("còn qwrtzx", topic="pass.who").evidence.explained < 0.8
