"""Read the small language tables that ship with the package; the only module of the matcher that opens files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from content.language import LanguageTables
from content.normalise import clean, fold
from content.single_words import Group, SingleWords
from content.vocabulary import Confusion, TypingTables

_FOLDER = files("content") / "data"


def _lines(name: str) -> Iterator[str]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _rows(name: str) -> Iterator[list[str]]:
    lines = _lines(name)
    next(lines)  # the header
    for line in lines:
        yield line.split("\t")


def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def language_tables() -> LanguageTables:
    return LanguageTables(
        syllable_frequency={syllable: float(rate) for syllable, rate in _rows("syllable_frequency.tsv")},
        english_words=_words("english_words.txt"),
        loanwords=_words("loanwords.txt"),
        slang=frozenset(form for form, _, _ in _rows("teencode.tsv")),
        khmer_latin=_words("khmer_latin.txt"),
    )


@cache
def single_words() -> SingleWords:
    return SingleWords(
        Group(tuple(map(str, row["words"])), tuple(row["entries"]), bool(row.get("aspect")))
        for row in _yaml("single_words.yaml")
    )


@cache
def typing_tables() -> TypingTables:
    slang: dict[str, list[str]] = {}
    for form, meaning, _ in _rows("teencode.tsv"):
        slang.setdefault(clean(form), []).append(clean(meaning))
    return TypingTables(
        slang={form: tuple(meanings) for form, meanings in slang.items()},
        real_words=frozenset(clean(form) for form, _, real_word in _rows("teencode.tsv") if real_word == "1"),
        confusions=tuple(Confusion(where, meant, seen) for where, meant, seen in _rows("spelling_confusions.tsv")),
        syllable_frequency=language_tables().syllable_frequency,
    )


@cache
def plain_slang() -> Mapping[str, str]:
    """Short forms that mean one thing only and are no words themselves, folded, to what they mean."""
    tables = typing_tables()
    return {
        fold(form): fold(meanings[0])
        for form, meanings in tables.slang.items()
        if len(meanings) == 1 and form not in tables.real_words and " " not in form
    }


WHERE = "where"  # in the table of neighbours, beside the languages: who takes care of this subject


def _yaml(name: str) -> Any:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), Loader=loader)


@cache
def _neighbours() -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = _yaml("neighbours.yaml")
    return table


@cache
def neighbours() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Subjects that the catalogue does not cover: name to language to phrasings."""
    return {
        name: {language: tuple(map(str, texts)) for language, texts in row.items() if language != WHERE}
        for name, row in _neighbours().items()
    }


@cache
def neighbours_where() -> Mapping[str, str]:
    """Where a subject that is not covered is taken care of, as the key of a sentence; only where that is known."""
    return {name: str(row[WHERE]) for name, row in _neighbours().items() if row.get(WHERE)}
