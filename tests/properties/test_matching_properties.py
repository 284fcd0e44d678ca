"""Whatever is typed: cleaning settles, nothing raises, scores stay shares, equal input gives equal output."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from content.distress_files import load_distress
from content.language import detect
from content.language_tables import language_tables
from content.normalise import clean, fold
from content.policy import Answered, Clarify, Fallback, decide
from content.residue import plain_syllable, plain_vni, released
from content.syllables import SYLLABLES
from content.tokens import MOST_RUNS, MOST_WORDS, tokens
from tests.content.catalogue_sample import SOURCES, sample_matcher

MATCHER = sample_matcher()
FINDER = load_distress()
AWKWARD = "aăâđươ\u0301\u0300\u0323\u0309\u0303\u031b\u200b\u200d\u202e\ufeffĐÐðİßﬁ①\u1160\uffa0 \x00\n"
letters = st.one_of(
    st.characters(), st.sampled_from(AWKWARD), st.integers(0x1780, 0x17F0).map(chr), st.sampled_from("áạảãàêôơưđ")
)
anything = st.text(letters, max_size=60)
WORDS = sorted(
    {word for source in SOURCES for texts in source.phrasings.values() for text in texts for word in text.split()}
)
sentences = st.lists(st.one_of(st.sampled_from(WORDS), st.text(letters, max_size=8)), max_size=14).map(" ".join)


@given(anything)
@settings(max_examples=400, deadline=None)
def test_cleaning_settles_and_composes(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    assert fold(fold(once)) == fold(once)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_decomposed_text_is_the_same_text(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert clean(unicodedata.normalize("NFD", composed)) == clean(composed)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_tokens_are_bounded_and_repeatable(text: str) -> None:
    cut = tokens(clean(text * 20))
    assert len(cut.words) <= MOST_WORDS
    assert len(cut.runs) <= MOST_RUNS
    assert all(word and bare for word, bare in cut.words)
    assert tokens(clean(text * 20)) == cut


@given(st.text("abcdeghiklmnopqrstuvxywfjz0123456789", max_size=14))
@settings(max_examples=300, deadline=None)
def test_raw_keys_become_real_syllables_or_nothing(word: str) -> None:
    assert plain_syllable(word) in SYLLABLES | {None}
    assert plain_vni(word) in SYLLABLES | {None}
    assert all(len(each) <= len(word) for each in released(word))


@given(sentences)
@settings(max_examples=300, deadline=None)
def test_a_match_is_ordered_bounded_and_repeatable(text: str) -> None:
    match = MATCHER.match(text)
    assert match == MATCHER.match(text)
    scores = [candidate.score for candidate in match.candidates]
    assert scores == sorted(scores, reverse=True)
    assert len({candidate.id for candidate in match.candidates}) == len(scores)
    evidence = match.evidence
    for share in (evidence.known_share, evidence.explained, evidence.likeness, evidence.margin):
        assert 0 <= share <= 1 + 1e-9
    assert evidence.best_raw >= 0
    assert match.language in {"vi", "km", "en", "other", "none"}


@given(sentences)
@settings(max_examples=200, deadline=None)
def test_a_decision_is_one_of_three_and_offers_two_or_three(text: str) -> None:
    match = MATCHER.match(text)
    decision = decide(match)
    ids = [candidate.id for candidate in match.candidates]
    match decision:
        case Answered(entry_id):
            assert entry_id == ids[0]
        case Clarify(entry_ids):
            assert 2 <= len(entry_ids) <= 3
            assert list(entry_ids) == [each for each in ids if each in entry_ids]
        case _:
            assert decision == Fallback()


@given(anything)
@settings(max_examples=200, deadline=None)
def test_language_and_distress_never_raise_and_repeat(text: str) -> None:
    assert detect(text, language_tables()) == detect(clean(text), language_tables())
    assert FINDER.find(text) == FINDER.find(text)
