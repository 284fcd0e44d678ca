"""Places on a plain sheet: north above, all inside it, names that can be read."""

from __future__ import annotations

from bot.place_files import load_gazetteer
from handlers.console import notice_map
from handlers.console.notice_map import HEIGHT, WIDTH, points

PLACES = load_gazetteer()
KNOWN = (*PLACES.communes("dong-thap"), *PLACES.gates("dong-thap"))
PARENTS = {each.code: parent.code for each in KNOWN if (parent := PLACES.parent(each.code)) is not None}
NORTH, SOUTH = "c-29929", "c-29971"  # Tân Hộ Cơ lies north-east of Thường Phước


def test_north_is_above_and_east_on_the_right() -> None:
    found = {each.name: each for each in points({NORTH, SOUTH}, KNOWN, PARENTS, {NORTH: 5, SOUTH: 50}, ())}
    north, south = found["xã Tân Hộ Cơ"], found["xã Thường Phước"]
    assert north.y < south.y
    assert north.x > south.x
    assert north.r < south.r
    assert south.told == "xã Thường Phước: 50"


def test_a_whole_province_lies_on_the_sheet_and_no_name_over_another() -> None:
    area = {each.code for each in PLACES.communes("dong-thap")}
    found = points(area, KNOWN, PARENTS, {}, ())
    assert len(found) == sum(PLACES.get(code).latitude is not None for code in area)  # type: ignore[union-attr]
    assert all(0 <= each.x <= WIDTH and 0 <= each.y <= HEIGHT for each in found)
    named = [each for each in found if each.name]
    assert 1 <= len(named) <= notice_map._LABELS
    for one in named:
        for other in named:
            assert one is other or abs(one.y - other.y) >= 20 or abs(one.x - other.x) > 20


def test_a_gate_stands_where_its_commune_is_and_a_place_without_coordinates_nowhere() -> None:
    gate = next(each for each in KNOWN if each.kind == "gate" and each.code in PARENTS)
    [drawn] = [each for each in points({gate.code}, KNOWN, PARENTS, {}, ()) if each.look == "gate"]
    assert drawn.told
    lost = next(each for each in KNOWN if each.kind == "gate" and each.latitude is None)
    assert points({lost.code}, KNOWN, {}, {}, ()) == []
    assert points({"c-00000"}, KNOWN, PARENTS, {}, ()) == []


def test_who_heard_and_tapped_nothing_looks_otherwise() -> None:
    found = {each.told: each.look for each in points({NORTH, SOUTH}, KNOWN, PARENTS, {}, {SOUTH})}
    assert (found["xã Tân Hộ Cơ"], found["xã Thường Phước"]) == ("in", "silent")
    assert "out" in found.values()
