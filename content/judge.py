"""TEMPORARY"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from content.language import detect
from content.language_tables import language_tables
from content.normalise import clean, fold


@dataclass(frozen=True)
class Answered:
    entry_id: str
    name = "answered"


@dataclass(frozen=True)
class Clarify:
    entry_ids: tuple
    name = "clarify"


@dataclass(frozen=True)
class Fallback:
    name = "fallback"


@dataclass(frozen=True)
class Judgement:
    outcome: object
    storable: bool


class Judge:
    def __init__(self, catalog, gazetteer):
        self.keys = []
        self.ids = []
        for e in catalog:
            for l, ps in e.phrasings.items():
                for p in ps:
                    self.keys.append(fold(clean(p)))
                    self.ids.append(e.id)
        self.tables = language_tables()

    def language_of(self, text):
        return detect(text, self.tables).code

    def __call__(self, text, *, language=None, place_scope=None, topic=None):
        got = process.extract(fold(clean(text)), self.keys, scorer=fuzz.token_set_ratio, limit=6)
        best = {}
        for k, s, i in got:
            best[self.ids[i]] = max(best.get(self.ids[i], 0), s)
        r = sorted(best.items(), key=lambda x: -x[1])
        if r and r[0][1] > 80:
            return Judgement(Answered(r[0][0]), True)
        if r and r[0][1] > 65 and len(r) > 1:
            return Judgement(Clarify(tuple(x for x, _ in r[:3])), True)
        return Judgement(Fallback(), True)
