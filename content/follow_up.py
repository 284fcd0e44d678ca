"""Short questions that go on from the last answer: which entries are near to what was shown (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from content.follow_up_shapes import continues, heart, only_names, without_politeness
from content.match_values import MatchSource
from content.tokens import Tokens

MOST_WORDS = 7  # a longer question stands for itself,
MOST_PLAIN = 5  # and so does one of more words that has not the shape of going on
MOST_RUNS = 36  # the same for scripts without blanks
# How near an entry is to what was shown: by its topic or one part of its id, by two parts, by being offered below it.
DISTANT, TOPIC, FAMILY, OFFERED = range(4)
KIN = (1.0, 1.25, 1.6, 1.9)  # by how much it counts more,
SIBLING = 2.2  # the same for an entry with the same parent, when only another name is asked about,
SAID_ALREADY = (1.5, 1.3)  # and the running one itself: as much as its family, or no more when it is gone on from


class Kin(NamedTuple):
    """``favour``: entry number to factor; ``nearness``: entry number to TOPIC, FAMILY or OFFERED."""

    favour: Mapping[int, float]
    nearness: Mapping[int, int]


NO_KIN = Kin({}, {})


class Turn(NamedTuple):
    """One message after an answer. ``short``: it may go on from it; ``goes_on``: it has the shape of doing so;
    ``asked``: without the words that only tie it to what was before, or are polite; ``named``: nothing but a name is
    asked; ``kin``: which entries are near to what was shown."""

    short: bool
    goes_on: bool
    asked: str
    named: bool
    kin: Kin


class Relations:
    """Which entries are near to which, built once."""

    def __init__(self, sources: Sequence[MatchSource]) -> None:
        self._numbers = {source.id: number for number, source in enumerate(sources)}
        self._topics: dict[str, list[int]] = {}
        self._parts: dict[str, list[int]] = {}
        for number, source in enumerate(sources):
            self._topics.setdefault(source.topic, []).append(number)
            for part in source.id.split("."):
                self._parts.setdefault(part, []).append(number)
        self._sources = tuple(sources)

    def turn(self, cleaned: str, cut: Tokens, topic: str | None, shown: Sequence[str] = ()) -> Turn:
        """``topic``: a topic, or better the id of the entry shown last; ``shown``: the entries offered as buttons."""
        if not (topic or shown) or len(cut.words) > MOST_WORDS or len(cut.runs) > MOST_RUNS:
            return Turn(False, False, cleaned, False, NO_KIN)
        goes_on = continues(cleaned)
        if not goes_on and len(cut.words) > MOST_PLAIN:
            return Turn(False, False, cleaned, False, NO_KIN)
        asked = heart(cleaned) if goes_on else without_politeness(cleaned)
        named = only_names(asked)
        goes_on = goes_on or (named and topic in self._numbers)  # "Taiwan?"
        return Turn(True, goes_on, asked, named, self.kin(topic, shown, goes_on=goes_on, named=named))

    def number(self, topic: str | None) -> int | None:
        """The number of an entry, None when it is none."""
        return self._numbers.get(topic) if topic else None

    def offered(self, topic: str | None) -> list[MatchSource]:
        """The entries that are offered below the one shown last."""
        running = self.number(topic)
        related = self._sources[running].related if running is not None else ()
        return [self._sources[self._numbers[each]] for each in related if each in self._numbers]

    def kin(self, topic: str | None, shown: Sequence[str] = (), *, goes_on: bool = False, named: bool = False) -> Kin:
        """``topic``: a topic, or better the id of the entry shown last; ``shown``: the entries offered as buttons;
        ``named``: nothing but a name is asked."""
        nearness: dict[int, int] = {}
        favour: dict[int, float] = {}
        running = self.number(topic)
        offered = [*shown, *[each.id for each in self.offered(topic)]]
        if topic:
            group = self._sources[running].topic if running is not None else topic
            nearness.update(dict.fromkeys(self._topics.get(group, ()) if group else (), TOPIC))
            shared = Counter(number for part in set(topic.split(".")) for number in self._parts.get(part, ()))
            for number, parts in shared.items():
                nearness[number] = FAMILY if parts > 1 else TOPIC
        nearness.update((self._numbers[each], OFFERED) for each in offered if each in self._numbers)
        favour.update((number, KIN[near]) for number, near in nearness.items())
        if named and topic:
            parent = topic.rpartition(".")[0]
            siblings = [number for number in nearness if self._sources[number].id.rpartition(".")[0] == parent]
            favour.update(dict.fromkeys(siblings, SIBLING))
        if running is not None and topic not in shown:
            nearness[running] = FAMILY
            favour[running] = SAID_ALREADY[goes_on]
        return Kin(favour, nearness)
