"""What a short question after an answer is about, and which entries know of it (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from content.lexical import Hit, LexicalIndex
from content.tokens import Tokens

NEW = 0.5  # of what its most telling word tells: from there a word is what the question is about
IGNORED = 0.5  # the least that is left of the score of an entry that knows nothing of it


class News:
    """The telling words of one question, as one index reads them."""

    def __init__(self, index: LexicalIndex, cut: Tokens) -> None:
        runs = [index.query(Tokens((), (run,))) for run in cut.runs]
        known = [query for query in runs if query.told]
        if 2 * len(known) >= len(runs):
            runs = known  # the others lie across the end of a word
        asked = [*[index.query(Tokens((word,))) for word in cut.words], *runs]
        most = max([query.mass for query in asked], default=0)
        self._asked = [query for query in asked if query.mass and query.mass >= most * NEW]
        self._whole = sum([query.mass for query in self._asked])
        self._index = index

    def known_to(self, number: int) -> float:
        """0 to 1: how much of it one entry knows, in whatever reading."""
        if not self._whole:
            return 0.0
        return sum([query.mass for query in self._asked if self._index.explained(number, query)]) / self._whole


def by_news(ranked: Iterable[tuple[float, Hit]], news: News) -> list[tuple[float, Hit]]:
    """Entries with their score, best first: one that is near to what was spoken of, and knows nothing of what is
    asked now, is not meant."""
    weighed = [(score * (IGNORED + (1 - IGNORED) * news.known_to(hit.number)), hit) for score, hit in ranked]
    return sorted(weighed, key=lambda pair: (-pair[0], pair[1].number))
