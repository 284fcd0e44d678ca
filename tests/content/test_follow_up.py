"""Questions that go on from the last answer."""

from __future__ import annotations

import pytest

from content.follow_up import KIN, SAID_ALREADY, continues, kinship
from content.match_values import MatchSource
from content.matcher import Matcher
from content.normalise import clean
from tests.content.catalogue_sample import NEIGHBOURS, SOURCES, language_tables, sample_matcher, typing_tables


@pytest.mark.parametrize(
    "text", ["Còn hồ sơ?", "con tien thi sao", "vậy trẻ em?", "thế lệ phí", "What about children?", "mấy cái nữa"]
)
def test_shapes_that_go_on(text: str) -> None:
    assert continues(clean(text))


@pytest.mark.parametrize("text", ["hồ sơ gồm gì", "contact the post", "thể lệ", "ngừng nhận tin", "", "cái này là sao"])
def test_shapes_that_stand_for_themselves(text: str) -> None:
    assert not continues(clean(text))


def test_entries_whose_ids_share_more_are_nearer() -> None:
    sources = [
        MatchSource("crossing.kh.pass", {}, "crossing"),
        MatchSource("crossing.pass.fee", {}, "crossing"),
        MatchSource("crossing.gold", {}, "crossing"),
        MatchSource("sea.flag", {}, "fishing"),
    ]
    assert kinship(sources, "crossing.kh.pass") == {0: SAID_ALREADY, 1: KIN[2], 2: KIN[1]}
    assert kinship(sources, "fishing") == {3: KIN[1]}
    assert kinship(sources, "unknown") == {}


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
