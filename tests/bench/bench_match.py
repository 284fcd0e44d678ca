"""``match``: raw utterance -> decision, clean-up included, beside bm25s and rapidfuzz's own scorers over equal strings.

Sizes are strings in the index: all shipped phrasings, then ten an entry made up to 5,000 and 50,000 with a fixed seed
(a shipped phrasing with four of ten words replaced by other words of the catalogue, as an entry of its own).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import bm25s
from rapidfuzz import fuzz, process

from bot.place_files import load_gazetteer
from content import files
from content.judge import Judge
from content.match_values import MatchSource
from content.normalise import clean, fold
from tests.bench.harness import medians
from tests.bench.load import percentile

SEED = 20261121
AN_ENTRY = 10
SIZES = (5_000, 50_000)
CALLS = 5_000
SLOW_CALLS = 60  # of a peer that looks at every string
QUESTIONS = Path(__file__).with_name("questions.tsv")


def questions() -> list[str]:
    rows = QUESTIONS.read_text(encoding="utf-8").splitlines()[1:]
    texts = [row.split("\t")[0] for row in rows]
    Random(SEED).shuffle(texts)
    return texts


def made_up(shipped: Sequence[MatchSource], size: int) -> list[MatchSource]:
    """``size`` strings, ten an entry: the shipped entries with their first phrasings, then altered ones."""
    rng = Random(SEED)
    sources = [_ten(source) for source in shipped][: size // AN_ENTRY]
    vocabulary = sorted(
        {word for source in shipped for texts in source.phrasings.values() for each in texts for word in each.split()}
    )
    while len(sources) * AN_ENTRY < size:
        model = rng.choice(shipped)
        texts = {
            language: [" ".join(_altered(each.split(), vocabulary, rng)) for each in phrasings]
            for language, phrasings in _ten(model).phrasings.items()
        }
        sources.append(MatchSource(f"made.{len(sources)}", texts))
    return sources


def _ten(source: MatchSource) -> MatchSource:
    """Ten phrasings, the languages dealt out as they are shipped."""
    dealt = list(islice(_dealt(source), AN_ENTRY))
    texts: dict[str, list[str]] = {}
    for language, text in dealt:
        texts.setdefault(language, []).append(text)
    return MatchSource(source.id, texts, source.topic, source.scope)


def _dealt(source: MatchSource) -> Iterator[tuple[str, str]]:
    queues = {language: iter(texts) for language, texts in source.phrasings.items()}
    order = ["vi", "vi", "vi", "km", "en"]
    for language in cycle(order):
        text = next(queues.get(language, iter(())), None)
        if text is not None:
            yield language, text


def _altered(words: list[str], vocabulary: Sequence[str], rng: Random) -> list[str]:
    return [rng.choice(vocabulary) if rng.random() < 0.4 else word for word in words]


def timed(call: Callable[[str], object], texts: Sequence[str], calls: int) -> dict[str, float]:
    """Milliseconds of ``calls`` calls, the texts in turn; a first turn warms up and is not counted."""
    for text in texts[:50]:
        call(text)
    gc.collect()
    gc.freeze()
    waits = []
    for text in islice(cycle(texts), calls):
        begun = time.perf_counter_ns()
        call(text)
        waits.append((time.perf_counter_ns() - begun) / 1e6)
    return {"p50_ms": percentile(waits, 0.5), "p95_ms": percentile(waits, 0.95), "p99_ms": percentile(waits, 0.99)}


def peers(strings: Sequence[str]) -> dict[str, tuple[Callable[[str], object], int]]:
    """Call and number of calls, each with the clean-up that it needs to be of any use."""
    folded = [fold(clean(each)) for each in strings]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(folded, stopwords=None, show_progress=False), show_progress=False)
    known = set(index.vocab_dict)

    def bm25(text: str) -> object:
        words = [word for word in fold(clean(text)).split() if word in known]
        return index.retrieve([words], k=3, show_progress=False) if words else None

    def scorer(score: Any) -> Callable[[str], object]:
        return lambda text: process.extractOne(fold(clean(text)), folded, scorer=score)

    return {
        "bm25s": (bm25, CALLS),
        "rapidfuzz extractOne, token_set_ratio": (scorer(fuzz.token_set_ratio), SLOW_CALLS),
        "rapidfuzz extractOne, WRatio": (scorer(fuzz.WRatio), SLOW_CALLS),
    }


def run(*, full: bool = False) -> dict[str, Any]:
    texts = questions()
    shipped = [MatchSource.of_entry(entry) for entry in files.shipped_catalog()]
    gazetteer = load_gazetteer()
    rounds = 5
    ours: dict[str, dict[str, float]] = {}
    theirs: dict[str, dict[str, dict[str, float]]] = {}
    counts = {}
    for size in (0, *SIZES):
        sources = made_up(shipped, size) if size else shipped
        strings = [each for source in sources for phrasings in source.phrasings.values() for each in phrasings]
        name = str(size) if size else "shipped"
        counts[name] = len(strings)
        judge = Judge(sources, gazetteer, home="dong-thap")
        others = peers(strings)
        own: list[dict[str, float]] = []
        their: dict[str, list[dict[str, float]]] = {each: [] for each in others}
        for _ in range(rounds):
            own.append(timed(judge, texts, CALLS))
            for peer, (call, calls) in others.items():
                slow = calls if full or size < SIZES[-1] else calls // 4
                their[peer].append(timed(call, texts, slow if calls == SLOW_CALLS else calls))
        ours[name] = medians(own)
        for peer, each in their.items():
            theirs.setdefault(peer, {})[name] = medians(each)
        gc.unfreeze()
    return {
        "name": "match",
        "settings": {
            "strings": counts,
            "calls": CALLS,
            "calls_of_slow_peers": SLOW_CALLS,
            "seed": SEED,
            "queries": len(texts),
        },
        "runs": rounds,
        "ours": ours,
        "peers": theirs,
    }
