"""What each lever of the matcher buys: ``python -m tests.bench.ablation FILE…`` (labelled tables as for evaluate).

Every row is the whole matcher without one part, or a peer that ranks the same strings; the place of the resident is
the installation's province. Peers do not refuse, so only their ranking is compared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import bm25s
from rapidfuzz import fuzz, process

from content import files
from content.evaluate import Outcome, Row, evaluate, read_rows
from content.files import catalog_of
from content.language_tables import language_tables, neighbours, typing_tables
from content.match_values import MatchSource
from content.matcher import Matcher
from content.normalise import clean, fold
from content.policy import Answered, decide
from content.vocabulary import TypingTables

HOME = "dong-thap"


def sources(hands: Sequence[str] | None = None) -> list[MatchSource]:
    return [MatchSource.of_entry(entry) for entry in catalog_of(files.shipped_bodies(hands=hands))]


def titles_only(given: Sequence[MatchSource]) -> list[MatchSource]:
    return [
        replace(each, phrasings={language: texts[-1:] for language, texts in each.phrasings.items()}) for each in given
    ]


def ask_of(
    given: Sequence[MatchSource],
    *,
    typing: TypingTables | None = None,
    outside: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> Callable[[str], Outcome]:
    matcher = Matcher(
        given,
        typing_tables() if typing is None else typing,
        language_tables(),
        neighbours=neighbours() if outside is None else outside,
    )

    def ask(text: str) -> Outcome:
        match = matcher.match(text, place_scope=HOME)
        decided = decide(match)
        return Outcome(
            tuple(each.id for each in match.shown), decided.entry_id if isinstance(decided, Answered) else None
        )

    return ask


def strings_of(given: Sequence[MatchSource]) -> tuple[list[str], list[str]]:
    pairs = [(fold(clean(text)), each.id) for each in given for texts in each.phrasings.values() for text in texts]
    return [text for text, _ in pairs], [entry_id for _, entry_id in pairs]


def best_of_each(strings: Sequence[str], ids: Sequence[str], scorer: Callable[..., float]) -> Callable[[str], Outcome]:
    def ask(text: str) -> Outcome:
        found = process.extract(fold(clean(text)), strings, scorer=scorer, limit=30)
        return Outcome(tuple(dict.fromkeys(ids[at] for _, _, at in found))[:3], None)

    return ask


def bm25_of(given: Sequence[MatchSource]) -> Callable[[str], Outcome]:
    """One document an entry, folded words."""
    ids = [each.id for each in given]
    documents = [" ".join(fold(clean(text)) for texts in each.phrasings.values() for text in texts) for each in given]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(documents, stopwords=None, show_progress=False), show_progress=False)
    known = set(index.vocab_dict)

    def ask(text: str) -> Outcome:
        words = [word for word in fold(clean(text)).split() if word in known]
        if not words:
            return Outcome((), None)
        found, _ = index.retrieve([words], k=3, show_progress=False)
        return Outcome(tuple(ids[at] for at in found[0]), None)

    return ask


def main(names: Sequence[str]) -> None:
    rows: list[Row] = []
    for name in names:
        rows += read_rows(Path(name).read_text(encoding="utf-8").splitlines())
    whole = sources()
    plain = TypingTables(syllable_frequency=typing_tables().syllable_frequency)
    hands = sorted(files.phrasings_by_hand())
    strings, ids = strings_of(whole)
    levers: dict[str, Callable[[], Callable[[str], Outcome]]] = {
        "everything": lambda: ask_of(whole),
        "no slang, no confusions of sounds, no repair": lambda: ask_of(whole, typing=plain),
        "no neighbours": lambda: ask_of(whole, outside={}),
        "titles only": lambda: ask_of(titles_only(whole)),
        "first hand only": lambda: ask_of(sources(())),
    }
    for number in range(1, len(hands)):
        levers[f"first hand and {', '.join(hands[:number])}"] = lambda number=number: ask_of(sources(hands[:number]))  # type: ignore[misc]
    levers["bm25s, one document an entry (ranking)"] = lambda: bm25_of(whole)
    levers["extractOne token_set_ratio (ranking)"] = lambda: best_of_each(strings, ids, fuzz.token_set_ratio)
    levers["extractOne WRatio (ranking)"] = lambda: best_of_each(strings, ids, fuzz.WRatio)
    print("| what | acc@1 | rec@3 | coverage | wrong | oos |\n|---|---|---|---|---|---|")
    for what, build in levers.items():
        block = evaluate(rows, build()).overall
        decided = (
            "– | – | –"
            if "ranking" in what
            else f"{block.coverage:.3f} | {block.wrong_shown:.3f} | {block.oos_false:.3f}"
        )
        print(f"| {what} | {block.acc1:.3f} | {block.recall3:.3f} | {decided} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
