"""Places that can be ticked on a page of notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.places import Place
from handlers.notice_texts import named


@dataclass(frozen=True, slots=True)
class Tick:
    """``kind`` as places have it."""

    code: str
    label: str
    ticked: bool
    kind: str


def ticks(places: Iterable[Place], ticked: Collection[str]) -> list[Tick]:
    """In the order given."""
    return [Tick(each.code, named(each), each.code in ticked, each.kind) for each in places]
