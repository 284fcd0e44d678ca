"""Where a notice may go: the places an officer is offered, those used last first, and what a typed name may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Ambiguous, Exact, OldCommune, OldDistrict, OldProvince, Place
from bot.staff.roster import holds
from broadcasts import notice_store
from broadcasts.office import Office
from handlers.notice_texts import named

LATELY = timedelta(days=90)
WHOLE = "ca tinh"  # what has to be typed before a whole province is warned
_BETWEEN = re.compile(r"[,;+\n]")


class NoticePlaces:
    """``home``: the slug of the installation's own province, which "everywhere" means here."""

    def __init__(self, office: Office, home: str) -> None:
        self._office = office
        self._home = home

    def inside(self, areas: Sequence[str]) -> dict[str, Place]:
        """The communes and gates of these areas."""
        found: dict[str, Place] = {}
        for code in self.all_of(areas):
            places = map(self._office.gazetteer.get, self._office.codes((code,)))
            found |= {each.code: each for each in places if each is not None and each.kind != "province"}
        return found

    def all_of(self, areas: Sequence[str]) -> tuple[str, ...]:
        """The areas themselves, as place codes."""
        return tuple(dict.fromkeys(area or f"p-{self._home}" for area in areas))

    def outside(self, codes: Iterable[str], areas: Sequence[str]) -> Place | None:
        """The first of some places that does not lie in these areas."""
        within = self._office.within
        places = filter(None, map(self._office.gazetteer.get, codes))
        return next((each for each in places if not any(holds(area, each.code, within) for area in areas)), None)

    def provinces(self, codes: Iterable[str]) -> list[Place]:
        """Those of some places that are whole provinces."""
        places = filter(None, map(self._office.gazetteer.get, codes))
        return [each for each in places if each.kind == "province"]

    async def ordered(
        self, connection: AsyncConnection, known: dict[str, Place], now: datetime, *, gates: bool
    ) -> list[Place]:
        """Those used last come first, then gates where the hazard is about crossing, the border, the sea, the rest."""
        lately = await notice_store.lately(connection, now - LATELY)
        used = list(dict.fromkeys(code for each in lately for code in each.area if code in known))

        def turn(place: Place) -> tuple[int, int]:
            return used.index(place.code) if place.code in used else len(used), _rank(place, gates=gates)

        return sorted(known.values(), key=turn)

    def meant(self, typed: str) -> tuple[list[Place], bool]:
        """The places that a name may mean, and whether it can only mean the first."""
        gazetteer = self._office.gazetteer
        by_code = gazetteer.get(typed.lower())
        if by_code is not None:
            return [by_code], True
        match gazetteer.find(typed, home_province=self._home):
            case Exact(place=place, also=also, certain=certain):
                return [place, *also], certain and not also
            case Ambiguous(places=places):
                return list(places), False
            case OldCommune(candidates=places) | OldDistrict(communes=places):
                return list(places), False
            case OldProvince(province=place, same_name=places):
                return [*places, place], False
        return [], False


def parts(typed: str) -> list[str]:
    """The names in one line: between commas."""
    return [each.strip() for each in _BETWEEN.split(typed) if each.strip()]


def named_whole(place: Place) -> str:
    return named(place) if place.kind != "commune" else f"{named(place)}, {place.province_name}"


def _rank(place: Place, *, gates: bool) -> int:
    """Gates come first where the hazard is about crossing; communes at the border and the sea before others."""
    if place.kind == "gate":
        return 0 if gates else 4
    return 1 if place.land_border else 2 if place.coastal else 3
