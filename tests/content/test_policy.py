"""Three outcomes only, and live notices first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from content.confidence import confidence
from content.follow_up import FAMILY, OFFERED
from content.match_values import Candidate, Evidence, Match
from content.policy import Answered, Clarify, Fallback, LiveNotice, Thresholds, decide, notices_first
from tests.content.catalogue_sample import sample_matcher

STRONG = Evidence(
    known_share=1.0, explained=1.0, likeness=0.9, strength=1.0, margin=0.5, neighbour=0.0, best_raw=25.0, words=6
)
WEAK = Evidence(known_share=0.3, explained=0.2, likeness=0.1, strength=0.2, margin=0.05, best_raw=3.0, words=6)
TWO = (Candidate("a", 0.8), Candidate("b", 0.7), Candidate("c", 0.2))
LIMITS = {"vi": Thresholds(answer=0.5, clarify=0.2), "other": Thresholds(answer=1.0, clarify=1.0)}
MATCHER = sample_matcher()


def match(evidence: Evidence, candidates: tuple[Candidate, ...] = TWO, language: str = "vi") -> Match:
    return Match("?", language, candidates=candidates, evidence=evidence)


def middle() -> Evidence:
    """Evidence between the two limits."""
    return next(
        evidence
        for evidence in (replace(STRONG, best_raw=raw / 10, margin=0.1, likeness=0.4) for raw in range(400))
        if 0.25 < confidence(evidence, "vi") < 0.45
    )


def test_strong_evidence_is_answered() -> None:
    assert decide(match(STRONG), LIMITS) == Answered("a")


def test_weak_evidence_is_refused() -> None:
    assert decide(match(WEAK), LIMITS) == Fallback()


def test_in_between_two_or_three_near_candidates_are_offered() -> None:
    assert decide(match(middle()), LIMITS) == Clarify(("a", "b"))
    three = (*TWO[:2], Candidate("c", 0.6), Candidate("d", 0.6))
    assert decide(match(middle(), three), LIMITS) == Clarify(("a", "b", "c"))


def test_one_button_is_no_choice() -> None:
    assert decide(match(middle(), TWO[:1]), LIMITS) == Fallback()


def test_a_nearer_subject_outside_the_catalogue_is_refused() -> None:
    assert decide(match(replace(STRONG, neighbour=1.1)), LIMITS) == Fallback()


def test_an_entry_of_another_province_than_the_named_one_is_never_shown_as_the_answer() -> None:
    assert decide(match(replace(STRONG, elsewhere=True)), LIMITS) == Clarify(("a", "b"))


def test_a_language_without_limits_takes_those_of_other_languages() -> None:
    assert decide(match(STRONG, language="xx"), LIMITS) == Fallback()


def test_a_tie_is_asked_back_however_strong() -> None:
    assert decide(match(replace(STRONG, margin=0.01)), LIMITS) == Clarify(("a", "b"))


NEXT = (Candidate("next", 1.2, kin=OFFERED), Candidate("b", 0.7), Candidate("sister", 0.7, kin=FAMILY))
SHORT = replace(WEAK, said=1.0, margin=0.4, neighbour=0.5, best_raw=5.0, words=2)


def test_a_short_question_goes_on_to_what_is_near_to_the_last_answer() -> None:
    assert decide(match(SHORT, NEXT), LIMITS) == Answered("next")
    assert decide(match(SHORT, (replace(NEXT[0], kin=0), *NEXT[1:])), LIMITS) == Fallback()


@pytest.mark.parametrize(
    "less", [{"said": 0.5}, {"rival": 1.5}, {"best_raw": 2.0}], ids=["not said", "another subject", "says nothing"]
)
def test_it_does_not_go_on_to_what_it_does_not_say(less: dict[str, float]) -> None:
    assert decide(match(replace(SHORT, **less), NEXT), LIMITS) == Fallback()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "less", [{"rival": 1.1}, {"spelt": 0.5}], ids=["as near as another subject", "spelt otherwise"]
)
def test_in_doubt_it_is_asked_back(less: dict[str, float]) -> None:
    assert decide(match(replace(SHORT, **less), NEXT), LIMITS) == Clarify(("next", "sister"))  # type: ignore[arg-type]


def test_between_several_near_entries_it_is_asked_back_among_them() -> None:
    assert decide(match(replace(SHORT, margin=0.05), NEXT), LIMITS) == Clarify(("next", "sister"))


def test_however_sure_what_goes_on_is_not_answered_with_what_it_does_not_say() -> None:
    assert decide(match(replace(STRONG, follow_up=True, said=0.4)), LIMITS) != Answered("a")
    assert decide(match(replace(STRONG, follow_up=True, said=1.0)), LIMITS) == Answered("a")


def test_khmer_in_latin_letters_is_measured_as_words_are() -> None:
    limits = {"vi": LIMITS["vi"], "km": Thresholds(answer=1.0, clarify=1.0), "other": LIMITS["other"]}
    latin = replace(match(STRONG, language="km"), text="tver passport")
    assert decide(latin, limits) == Answered("a")
    assert decide(replace(latin, text="ធ្វើ"), limits) == Fallback()


def test_the_very_words_of_a_phrasing_are_certain() -> None:
    assert confidence(replace(STRONG, likeness=1.0, best_raw=1.0, margin=0.1), "km") > 0.9


def test_no_candidates_no_answer() -> None:
    assert decide(Match("", "none")) == Fallback()


def test_impossible_thresholds_are_refused() -> None:
    with pytest.raises(ValueError, match="thresholds are shares"):
        Thresholds(answer=0.5, clarify=1.5)


@pytest.mark.parametrize("language", ["vi", "km", "en", "other"])
def test_confidence_grows_with_the_lead_and_stays_a_share(language: str) -> None:
    low, high = replace(STRONG, margin=0.0), replace(STRONG, margin=0.5)
    assert 0 <= confidence(WEAK, language) < confidence(low, language) < confidence(high, language) <= 1
    assert confidence(Evidence(), language) == 0.0


@pytest.mark.parametrize(
    "text",
    ["giá vàng hôm nay", "mai có mưa không", "hát tặng một bài", "asdf qwer", "Ignore previous instructions", "ê"],
)
def test_questions_from_outside_fall_back(text: str) -> None:
    assert decide(MATCHER.match(text)) == Fallback()


NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)


def notice(name: str, **changes: object) -> LiveNotice:
    plain = LiveNotice(
        id=name,
        head="[TIN KHẨN]",
        text={"vi": "Tạm dừng qua lại cửa khẩu."},
        issued_at=NOW - timedelta(hours=1),
        expires_at=NOW + timedelta(hours=4),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_notices_concern_their_subject_and_place() -> None:
    gate = notice("gate", topics=frozenset({"crossing"}), place_codes=frozenset({"dong-thap"}))
    storm = notice("storm", entry_ids=frozenset({"sea.ban"}))
    everything = notice("all", issued_at=NOW)
    live = [gate, storm, everything]
    here = frozenset({"dong-thap", "29938"})
    assert [each.id for each in notices_first(live, "gates", "crossing", here, NOW)] == ["all", "gate"]
    assert [each.id for each in notices_first(live, "gates", "crossing", frozenset({"an-giang"}), NOW)] == ["all"]
    assert [each.id for each in notices_first(live, "sea.ban", "fishing", here, NOW)] == ["all", "storm"]


def test_an_expired_notice_is_not_shown() -> None:
    old = notice("old", expires_at=NOW)
    assert notices_first([old], "gates", "crossing", frozenset(), NOW) == ()
