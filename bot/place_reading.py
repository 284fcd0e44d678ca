"""Which part each name plays in a text: province, district, the place itself, or nothing (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.place_index import Hit, Name, NameIndex
from bot.place_names import FILLERS, LOCATIVES, Word, agrees, level_of, read

DISTRICT_LEVELS: Final = frozenset({"huyện", "quận", "thị xã", "thành phố"})
COMMUNE_LEVELS: Final = frozenset({"xã", "phường", "đặc khu", "thị trấn"})
# More words than these around an unannounced name, and the text is no answer to "where?".
_STRAY_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Area:
    """What a text says about where: a province of today, perhaps by its old name, and former districts."""

    province: str = ""
    old_province: str = ""
    districts: frozenset[str] = frozenset()

    def holds(self, name: Name) -> bool:
        """Whether a name lies in it, as far as the name itself tells."""
        if self.province and name.province != self.province:
            return False
        if self.old_province and name.old_province not in ("", self.old_province):
            return False
        return not self.districts or name.district in self.districts


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its names in their parts: `provinces`, the narrowest last, and the `smaller` places, in
    order."""

    words: tuple[Word, ...]
    provinces: tuple[Hit, ...]
    smaller: tuple[Hit, ...]

    @property
    def area(self) -> Area:
        """The province named, if any."""
        if not self.provinces:
            return Area()
        names = agreeing(self.provinces[-1].having("province", "old_province"), self.provinces[-1])
        today = next((name for name in names if name.kind == "province"), None)
        if today is not None:
            return Area(today.province)
        return Area(names[0].province, names[0].old_province)

    def answers_where(self) -> bool:
        """Whether the text is an answer to "where?": few other words, or a level word or "ở" before a
        name."""
        hits = (*self.provinces, *self.smaller)
        stray = len(_content(self.words, hits))
        if stray <= _STRAY_WORDS:
            return True
        if stray > 4 * _STRAY_WORDS:
            return False
        return any(hit.level or _after_locative(self.words, hit) for hit in hits)

    def content(self) -> list[int]:
        """Positions of the words that are more than fillers, names or not."""
        return _content(self.words, ())

    def unread(self, *, beside_provinces: bool = False) -> tuple[Word, ...]:
        """The first run of words that belong to no name (or, if asked, to no province) and are more than
        fillers."""
        hits = self.provinces if beside_provinces else (*self.provinces, *self.smaller)
        left = _content(self.words, hits)
        covered = {at for hit in hits for at in range(*hit.span)}
        run = left[:1]
        for at in left[1:]:
            # "tân hộ cơi": a filler between two unread words belongs to them.
            if at - run[-1] > 2 or covered.intersection(range(run[-1], at)) or self.words[at].apart:
                break
            run.extend(range(run[-1] + 1, at + 1))
        return tuple(self.words[at] for at in run)

    def level_before(self, run: Sequence[Word]) -> str:
        """The level word right before a run of words, or ""."""
        at = next((at for at, word in enumerate(self.words) if run and word is run[0]), 0)
        return level_of(self.words[max(0, at - 2) : at]) or level_of(self.words[max(0, at - 1) : at])

    def names_strange_commune(self) -> bool:
        """Whether a commune was clearly named ("xã …") that is none of ours."""
        run = self.unread()
        return bool(run) and self.level_before(run) in COMMUNE_LEVELS


def read_places(text: str, index: NameIndex, home: str) -> Reading:
    """The names in a text and their parts; `home` (a province code) settles between equal readings."""
    words = read(text)
    hits = index.hits(words, home=home)
    able = [hit for hit in hits if _may_be_province(hit)]
    if not able or len(hits) == 1:
        return Reading(words, tuple(able), tuple(hit for hit in hits if hit not in able))
    outer = next((hit for hit in reversed(able) if hit.level in ("tỉnh", "thành phố")), able[-1])
    within = [hit for hit in able if hit is not outer and _merged_into(hit, outer)]
    smaller = [
        hit
        for hit in hits
        if hit is not outer and hit not in within and hit.having("commune", "old_district", "old_commune", "gate")
    ]
    others = [hit for hit in able if hit is not outer and hit not in smaller and hit not in within]
    return Reading(words, (*others, outer, *within), tuple(smaller))


def agreeing(names: Sequence[Name], hit: Hit) -> list[Name]:
    """Those of a hit's names that are spelt as typed; where none is, all: a slip is no other place."""
    if not hit.with_marks:
        return list(names)
    degree = [agrees(name.bare, hit.words) for name in names]
    best = max(degree, default=0)
    return [name for name, fit in zip(names, degree, strict=True) if fit == best]


def _merged_into(hit: Hit, outer: Hit) -> bool:
    """ "Bến Tre" in "Bến Tre, Vĩnh Long": a former province inside today's one."""
    today = {name.province for name in outer.having("province")}
    return any(name.province in today for name in hit.having("old_province"))


def _may_be_province(hit: Hit) -> bool:
    provinces = [n for n in agreeing(hit.names, hit) if n.kind in ("province", "old_province")]
    if not provinces or hit.level in COMMUNE_LEVELS or hit.level in ("huyện", "quận", "thị xã", "cửa khẩu"):
        return False
    if hit.level == "thành phố":
        # "TP Bến Tre" is the former city, "TP Cần Thơ" the province.
        return any(name.level == "thành phố" for name in provinces) or not hit.having("old_district")
    return True


def _after_locative(words: Sequence[Word], hit: Hit) -> bool:
    return hit.start > 0 and words[hit.start - 1].plain in LOCATIVES


def _content(words: Sequence[Word], hits: Sequence[Hit]) -> list[int]:
    covered = {at for hit in hits for at in range(*hit.span)}
    return [
        at
        for at, word in enumerate(words)
        if at not in covered and word.plain not in FILLERS and not word.plain.isdigit()
    ]
