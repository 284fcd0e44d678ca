"""The index of every name a place has or had, and which of them stand in a text (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.place_names import (
    EVERYDAY,
    LEVELS_AFTER,
    LOCATIVES,
    STANDING_ALONE,
    Word,
    agrees,
    fold,
    level_of,
    marked,
    sound,
    toned,
)

NameKind: TypeAlias = Literal["province", "commune", "gate", "old_province", "old_district", "old_commune"]


class Name(NamedTuple):
    """One name that a text may contain. `now` are codes of today's places, the default first."""

    kind: NameKind
    level: str  # "xã", "huyện", "tỉnh", "cửa khẩu" …
    bare: str  # "Tân Thành"
    province: str  # code of today's province
    now: tuple[str, ...]
    old_province: str = ""  # code of the province before 2025, for old districts and communes
    district: str = ""  # code of the former district, for old communes; a district's own code for districts
    proper: str = ""  # the official name, where `bare` is another one ("Sài Gòn")

    @property
    def full(self) -> str:
        """With its level: "xã Tân Thành"."""
        return f"{self.level} {self.proper or self.bare}"


@dataclass(frozen=True, slots=True)
class Hit:
    """Names found at words [start, end) of a text; `level` is the level word typed with it, if any."""

    start: int
    end: int
    names: tuple[Name, ...]
    words: tuple[Word, ...]
    level: str = ""
    span: tuple[int, int] = (0, 0)  # with its level words
    former: bool = False  # "… cũ" follows
    with_marks: bool = False  # the text is typed with marks, so a name without them is meant so

    def having(self, *kinds: NameKind) -> tuple[Name, ...]:
        """The names of these kinds."""
        return tuple(name for name in self.names if name.kind in kinds)


@dataclass(slots=True)
class NameIndex:
    """Folded name -> names; filled once, then only read."""

    _names: dict[str, list[Name]] = field(default_factory=dict)
    # The first two words of names -> words of the longest such: most words of a question begin no name.
    _longest: dict[tuple[str, ...], int] = field(default_factory=dict)
    # Filled when first asked for: "tanthanh" -> "tan thanh", and the names of one province.
    _joined: dict[str, str] = field(default_factory=dict)
    _by_province: dict[str, tuple[tuple[str, ...], dict[str, list[str]]]] = field(default_factory=dict)

    def add(self, names: Iterable[Name]) -> None:
        """Put names in."""
        folded: dict[str, str] = {}
        for name in names:
            key = folded.get(name.bare)
            if key is None:
                key = folded[name.bare] = fold(name.bare)
            known = self._names.get(key)
            if known is None:
                self._names[key] = [name]
                own = key.split()
                opening = tuple(own[:2])
                self._longest[opening] = max(self._longest.get(opening, 0), len(own))
            else:
                known.append(name)

    def openings(self, *kinds: NameKind) -> frozenset[str]:
        """How a name of these kinds may begin in a folded text: its first two words, or what stands for them."""
        found: set[str] = set()
        for key, names in self._names.items():
            if any(name.kind in kinds for name in names):
                found.add(" ".join(key.split()[:2]))
                if " " in key:
                    found.add(key.replace(" ", ""))
        return frozenset(found)

    def named(self, key: str) -> Sequence[Name]:
        """Names with this folded key."""
        return self._names.get(key, ())

    def _glued(self, word: str) -> Sequence[Name]:
        """Names typed without their spaces ("tanthanh"); short ones would be found in ordinary words."""
        if len(word) < 6:
            return ()
        if not self._joined:
            self._joined.update({key.replace(" ", ""): key for key in self._names if " " in key})
        return self.named(self._joined.get(word, ""))

    def near(self, run: Sequence[Word], province: str, slips: int) -> list[Name]:
        """The names of a province nearest to some words: at most so many slips of the keyboard away, else
        alike to a careless ear with one slip fewer. Empty when several names are equally near."""
        text = " ".join(word.plain for word in run)
        keys, sounds = self._of_province(province)
        nearest = _nearest(text, keys, slips)
        allowed = slips
        if not nearest:
            heard = _nearest(sound(text), tuple(sounds), slips - 1)
            nearest = [key for each in heard for key in sounds[each]]
            allowed = slips + 1
        if len(nearest) != 1:
            return []
        names = [name for name in self._names[nearest[0]] if name.province == province]
        if not marked(run):
            return names
        # "Cảm ơn" is one letter from Cẩm Sơn only as long as nobody looks at the marks.
        typed = " ".join(toned(word.typed) for word in run)
        return [name for name in names if OSA.distance(typed, toned(name.bare.lower())) <= allowed]

    def _of_province(self, province: str) -> tuple[tuple[str, ...], dict[str, list[str]]]:
        known = self._by_province.get(province)
        if known is None:
            keys = tuple(
                key
                for key, names in self._names.items()
                if any(name.province == province and name.kind != "old_province" for name in names)
            )
            sounds: dict[str, list[str]] = {}
            for key in keys:
                sounds.setdefault(sound(key), []).append(key)
            known = self._by_province[province] = (keys, sounds)
        return known

    def hits(self, words: Sequence[Word], *, home: str) -> list[Hit]:
        """Names in the text that do not overlap, in order, chosen so that together they explain most of
        its words; `home` (a province code) settles between equal readings."""
        plain = [word.plain for word in words]
        best: list[tuple[int, tuple[Hit, ...]]] = [(0, ())]  # for each number of words read so far
        ending: dict[int, list[Hit]] = {}
        for start in range(len(plain)):
            longest = self._longest.get(tuple(plain[start : start + 2]), 1)  # one word may be a name, or one glued
            for end in range(start + 1, min(start + longest, len(words)) + 1):
                if end > start + 1 and words[end - 1].apart:
                    break
                hit = self._hit(plain, words, start, end, home)
                if hit is not None:
                    ending.setdefault(hit.span[1], []).append(hit)
        for end in range(1, len(words) + 1):
            value, chosen = best[end - 1]
            for hit in ending.get(end, ()):
                before, others = best[hit.span[0]]
                if before + self._worth(hit, home) > value:
                    value, chosen = before + self._worth(hit, home), (*others, hit)
            best.append((value, chosen))
        return list(best[-1][1])

    def _hit(self, plain: list[str], words: Sequence[Word], start: int, end: int, home: str) -> Hit | None:
        key = " ".join(plain[start:end])
        names = self.named(key)
        if not names and end - start == 1:
            names = self._glued(key)
        if not names:
            return None
        level, first = _level_before(words, start, end)
        last = end
        if not level:
            level, last = _level_after(plain, end)
        said = any(name.level == level for name in names)
        if end - start == 1 and len(key) < 6 and not said and key not in STANDING_ALONE:
            return None  # "Láng", "1", "Vinh": too short to stand without "phường"
        if not level and not _may_stand(key, words, start, end):
            return None
        span = tuple(words[start:end])
        if marked(span) and not level:
            # Other marks than typed are a slip only where a name is likely, at home: "liên quân" is a game.
            names = [name for name in names if name.province == home or agrees(name.bare, span)]
            if not names:
                return None
        former = last < len(plain) and words[last].typed in ("cu", "cũ")
        return Hit(start, end, tuple(names), span, level, (first, last + former), former, marked(words))

    @staticmethod
    def _worth(hit: Hit, home: str) -> int:
        """Long names beat short ones, one name beats two halves; provinces, the home province and level
        words break ties; a name spelt with other marks than the typed ones counts little."""
        length = hit.span[1] - hit.span[0]
        if marked(hit.words) and not any(agrees(name.bare, hit.words) for name in hit.names):
            return 2 * length
        province = any(name.kind in ("province", "old_province") for name in hit.names)
        at_home = any(name.province == home for name in hit.names)
        said = any(name.level == hit.level for name in hit.names)
        return 8 * length - 6 + 3 * province + 2 * at_home + 3 * said


def _may_stand(key: str, words: Sequence[Word], start: int, end: int) -> bool:
    """Whether a name without its level word reads as one: everyday words need capitals or an "ở" before."""
    if key not in EVERYDAY or end - start == len(words):
        return True
    announced = start > 0 and words[start - 1].plain in LOCATIVES
    return announced or all(word.capital for word in words[start:end])


def _nearest(text: str, choices: tuple[str, ...], slips: int) -> list[str]:
    if slips < 0:
        return []
    near = extract(text, choices, scorer=OSA.distance, score_cutoff=slips, limit=8)
    return [choice for choice, distance, _ in near if distance == near[0][1]]


def _level_before(words: Sequence[Word], start: int, end: int) -> tuple[str, int]:
    """The level words that end right before a name, and where they begin."""
    if words[start].apart:
        return "", start
    for length in range(min(4, start), 0, -1):
        level = level_of(words[start - length : start])
        if level:
            # "h còn" is an hour, not a district: one letter goes with a number or with a longer name only.
            one_letter = length == 1 and len(words[start - 1].plain) == 1
            if one_letter and end - start == 1 and not words[start].plain.isdigit():
                return "", start
            return level, start - length
    return "", start


def _level_after(plain: list[str], end: int) -> tuple[str, int]:
    for length in range(min(3, len(plain) - end), 0, -1):
        level = LEVELS_AFTER.get(" ".join(plain[end : end + length]))
        if level:
            return level, end + length
    return "", end
