"""Areas of officers: how they are typed, and whether a place lies in one (pure)."""

from __future__ import annotations

from bot.errors import CotMocError
from bot.places import Exact, Gazetteer, label
from bot.staff.roles import EVERYWHERE


class NoSuchArea(CotMocError):
    """Không có nơi này."""


def area_code(gazetteer: Gazetteer, typed: str) -> str:
    """The code of the area meant by a code, a province's slug or a name; empty: everywhere. Raises NoSuchArea."""
    wanted = typed.strip()
    if not wanted:
        return EVERYWHERE
    place = gazetteer.get(wanted.lower()) or gazetteer.get(f"p-{wanted.lower()}")
    if place is None:
        found = gazetteer.find(wanted, home_province="")
        # A name that several places share, or that was mended, is not good enough for a right.
        if not isinstance(found, Exact) or not found.certain or found.also:
            raise NoSuchArea(f"Không có nơi nào chắc chắn là “{wanted}”; hãy dùng mã, ví dụ p-dong-thap hay c-29938.")
        place = found.place
    return place.code


def lies_in(gazetteer: Gazetteer, place: str, area: str) -> bool:
    """Whether a place is the area or lies in it: a gate in its commune, a commune in its province."""
    here = gazetteer.get(place)
    while here is not None:
        if area in (here.code, here.code.removeprefix("p-")):
            return True
        here = gazetteer.parent(here.code)
    return False


def area_label(gazetteer: Gazetteer, code: str) -> str:
    """The area in words; a code that no release knows any more stands for itself."""
    place = gazetteer.get(code)
    return "mọi nơi" if code == EVERYWHERE else label(place, "vi") if place else code
