"""The packed sums are the plain sums."""

from __future__ import annotations

import math

from content.likeness import TELL_UNIT, PhrasingIndex
from content.scoring import IMPACT_UNIT, LENGTH, SATURATION, WEIGHT_UNIT, TermIndex

DOCUMENTS = [[0, 1, 2], [0, 0, 3], [3, 4], *[[0, 5]] * 40]


def plain_bm25(number: int, terms: dict[int, float]) -> float:
    mean = sum(map(len, DOCUMENTS)) / len(DOCUMENTS)
    norm = SATURATION * (1 - LENGTH + LENGTH * len(DOCUMENTS[number]) / mean)
    total = 0.0
    for term, weight in terms.items():
        times = DOCUMENTS[number].count(term)
        found = sum(term in document for document in DOCUMENTS)
        idf = math.log(1 + (len(DOCUMENTS) - found + 0.5) / (found + 0.5))
        total += weight * idf * times * (SATURATION + 1) / (times + norm)
    return total


def test_common_and_rare_terms_add_up_to_bm25() -> None:
    index = TermIndex([DOCUMENTS], 7)
    scores = index.scores({0: WEIGHT_UNIT, 3: WEIGHT_UNIT // 2, 4: WEIGHT_UNIT, 6: WEIGHT_UNIT})
    for number in range(len(DOCUMENTS)):
        wanted = plain_bm25(number, {0: 1.0, 3: 0.5, 4: 1.0, 6: 1.0})
        assert abs(scores[number] / (IMPACT_UNIT * WEIGHT_UNIT) - wanted) < 0.01


def test_lanes_do_not_spill_into_their_neighbours() -> None:
    documents = [list(range(150)), [], list(range(150))]
    scores = TermIndex([documents], 150).scores(dict.fromkeys(range(150), WEIGHT_UNIT))
    assert scores[1] == 0
    assert scores[0] == scores[2] > 0


def test_holds() -> None:
    index = TermIndex([DOCUMENTS], 6)
    assert index.holds(1, 0)
    assert not index.holds(2, 0)
    assert index.holds(2, 4)
    assert not index.holds(0, 4)


def test_an_empty_index_scores_nothing() -> None:
    assert TermIndex([], 0).scores({}) == []


def test_the_closest_phrasing_wins_and_an_equal_one_is_one() -> None:
    tells = [TELL_UNIT, TELL_UNIT // 2, TELL_UNIT // 4]
    index = PhrasingIndex([[frozenset({0, 1}), frozenset({2})], [frozenset({1, 2})]], tells)
    told = {0: TELL_UNIT, 1: TELL_UNIT // 2}
    whole = sum(told.values())
    assert index.closest(0, told, whole) == 1.0
    assert 0 < index.closest(1, told, whole) < 1
    assert index.closest(1, {0: TELL_UNIT}, TELL_UNIT) == 0.0


def test_many_phrasings_and_words_fit_their_lanes() -> None:
    index = PhrasingIndex([[frozenset(range(160))] * 2 + [frozenset()] * 60], [TELL_UNIT] * 160)
    assert index.closest(0, dict.fromkeys(range(160), TELL_UNIT), 160 * TELL_UNIT) == 1.0
