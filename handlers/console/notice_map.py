"""Places as points on a plain sheet, north above: coordinates of the places, no outlines and no borders (pure)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.places import Place, label

WIDTH, HEIGHT = 400, 300  # units of the drawing: about as many as a phone has, so that names stay as large as text
_EDGE = 36  # units kept free around the points
_LEAST_SPAN = 0.25  # degrees of latitude, about 28 km: one commune alone is shown with its neighbours
_LABELS = 9  # names that can be read beside each other
_LABEL_HEIGHT, _LETTER = 20, 9.5  # units


@dataclass(frozen=True, slots=True)
class Point:
    """``look``: ``in`` the area, ``silent`` there, a ``gate``, or ``out``: nearby and not meant. ``name`` is written
    beside it where there is room; ``told`` is everything about it, for who points at it or listens."""

    x: float
    y: float
    r: float
    look: str
    name: str
    told: str
    left: bool = False  # the name stands left of the point


def points(
    area: Collection[str],
    known: Iterable[Place],
    parents: Mapping[str, str],
    sent: Mapping[str, int],
    silent: Collection[str],
) -> list[Point]:
    """Of a notice's area, with what lies near it. ``known``: the places that may be drawn; ``parents``: the commune of
    each gate, where the gate is drawn; ``sent``: how many heard of it there, in cells that may be shown."""
    by_code = {each.code: each for each in known}
    here = {each.code: _spot(each, by_code, parents) for each in by_code.values()}
    spots = {code: spot for code, spot in here.items() if spot is not None}
    inside = [code for code in area if code in spots]
    if not inside:
        return []
    south, north = _span([spots[code][0] for code in inside], _LEAST_SPAN)
    west, east = _span([spots[code][1] for code in inside], _LEAST_SPAN * WIDTH / HEIGHT)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min((HEIGHT - 2 * _EDGE) / (north - south), (WIDTH - 2 * _EDGE) / ((east - west) * squeeze))
    most = max((sent.get(code, 0) for code in inside), default=0)

    def drawn(code: str) -> Point:
        latitude, longitude = spots[code]
        x = WIDTH / 2 + (longitude - (west + east) / 2) * squeeze * scale
        y = HEIGHT / 2 - (latitude - (south + north) / 2) * scale
        place, count = by_code[code], sent.get(code, 0)
        look = "out" if code not in area else "silent" if code in silent else "gate" if place.kind == "gate" else "in"
        radius = 5.0 if look == "out" else 9 + 9 * math.sqrt(count / most) if most else 9.0
        name = label(place, "vi").partition(",")[0]
        told = f"{name}: {count}" if count else name
        shown = name if look != "out" else ""
        return Point(round(x, 1), round(y, 1), round(radius, 1), look, shown, told)

    nearby = [code for code in spots if code not in area and by_code[code].kind == "commune"]
    others = [each for each in map(drawn, nearby) if 0 < each.x < WIDTH and 0 < each.y < HEIGHT]
    return others + _named([drawn(code) for code in inside])


def _spot(place: Place, by_code: Mapping[str, Place], parents: Mapping[str, str]) -> tuple[float, float] | None:
    """Of a gate that has no coordinates of its own: where its commune is."""
    found: Place | None = place
    if place.latitude is None and place.kind == "gate":
        found = by_code.get(parents.get(place.code, ""))
    if found is None or found.latitude is None or found.longitude is None:
        return None
    return found.latitude, found.longitude


def _span(values: list[float], least: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    short = max(0.0, least - (high - low)) / 2
    return low - short, high + short


def _named(found: list[Point]) -> list[Point]:
    """Names of the largest that lie over nothing, right or left of their point; the others keep theirs for who points
    at them."""
    taken: list[tuple[float, float, float]] = []
    shown = []
    for each in sorted(found, key=lambda point: -point.r):
        wide, side = len(each.name) * _LETTER, None
        circles = [(other.x - other.r, 2 * other.r, other.y) for other in found if other is not each]
        for left in (False, True):
            begin = each.x - each.r - wide if left else each.x + each.r
            inside = begin > 0 and begin + wide < WIDTH and len(taken) < _LABELS
            if inside and not any(_over(begin, wide, each.y, *other) for other in (*taken, *circles)):
                taken.append((begin, wide, each.y))
                side = left
                break
        shown.append(replace(each, name=each.name if side is not None else "", left=bool(side)))
    return shown


def _over(begin: float, wide: float, y: float, other: float, other_wide: float, other_y: float) -> bool:
    return abs(y - other_y) < _LABEL_HEIGHT and begin < other + other_wide and other < begin + wide
