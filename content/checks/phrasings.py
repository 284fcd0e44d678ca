"""Whether residents' ways of asking are enough, differ from each other, and lead to one entry only (pure)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from content.catalog import Catalog
from content.checks.faults import Fault
from content.entries import Entry
from content.normalise import clean, fold

ALIKE = 88  # token_set_ratio of two folded phrasings that are one
LEAST_DISTINCT = 20
LEAST_WITHOUT_TITLE = 8  # … of these, in other words than the button's
LEAST = {"km": 8, "en": 8}


def check_phrasings(
    catalog: Catalog,
    neighbours: Mapping[str, Mapping[str, Sequence[str]]],
    function_words: frozenset[str],
    *,
    only: str = "",
) -> Iterator[Fault]:
    """``only``: one entry, the last of the catalogue; the others are read for what they have taken."""
    taken = {
        (language, bare(phrasing)): f"đề tài khác “{subject}”"
        for subject, by_language in neighbours.items()
        for language, phrasings in by_language.items()
        for phrasing in phrasings
    }
    for entry in catalog:
        for language, phrasings in entry.phrasings.items():
            seen: set[str] = set()
            for phrasing in phrasings:
                folded = bare(phrasing)
                if folded in seen:
                    yield Fault(entry.id, f"cách hỏi có hai lần ({language}): “{phrasing}”")
                seen.add(folded)
                other = taken.setdefault((language, folded), entry.id)
                if other != entry.id:
                    yield Fault(entry.id, f"cách hỏi trùng với {other}: “{phrasing}”")
        if only in ("", entry.id):
            yield from _enough(entry, function_words)


def _enough(entry: Entry, function_words: frozenset[str]) -> Iterator[Fault]:
    if not entry.phrasings.get("vi"):
        yield Fault(entry.id, "thiếu cách hỏi tiếng Việt")
        return
    phrasings = entry.phrasings["vi"]
    kept = distinct(phrasings)
    if len(kept) < LEAST_DISTINCT:
        yield Fault(
            entry.id, f"chỉ có {len(kept)} cách hỏi tiếng Việt thật khác nhau, cần {LEAST_DISTINCT}", sparse=True
        )
    if len(kept) < len(phrasings):
        yield Fault(entry.id, f"{len(phrasings) - len(kept)} cách hỏi gần như trùng nhau", warning=True)
    # The place an entry is for has one name; whoever asks about it has no other word for it.
    common = function_words.union(entry.scope.split("-"))
    title = {word for word in words(entry.title.get("vi", "")) if fold(word) not in common}
    free = [each for each in kept if not _shares(words(each), title)]
    if len(free) < LEAST_WITHOUT_TITLE:
        why = f"chỉ có {len(free)} cách hỏi dùng chữ khác nhãn nút, cần {LEAST_WITHOUT_TITLE}"
        yield Fault(entry.id, why, sparse=True)
    for language, least in LEAST.items():
        count = len({bare(each) for each in entry.phrasings.get(language, ())})
        if count < least:
            yield Fault(entry.id, f"chỉ có {count} cách hỏi ({language}), cần {least}", sparse=True)


@lru_cache(maxsize=1 << 16)
def bare(text: str) -> str:
    """Folded, without signs: what is left of a phrasing for whoever types without marks."""
    return " ".join(map(fold, words(text)))


def words(text: str) -> list[str]:
    """In one canonical spelling, with marks, without signs."""
    return "".join([" " if _is_sign(each) else each for each in clean(text)]).split()


@cache
def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "PS"


def _shares(asked: Sequence[str], title: set[str]) -> bool:
    """Whether a word of the title was asked with; typed without marks, every word that folds alike may be meant."""
    if all(each.isascii() for each in asked):
        return not {fold(each) for each in title}.isdisjoint(asked)
    return not title.isdisjoint(asked)


def distinct(phrasings: Sequence[str]) -> list[str]:
    """The phrasings of which each is unlike all those before it."""
    kept: dict[str, str] = {}
    for each in phrasings:
        folded = bare(each)
        if process.extractOne(folded, kept.keys(), scorer=fuzz.token_set_ratio, score_cutoff=ALIKE) is None:
            kept[folded] = each
    return list(kept.values())
