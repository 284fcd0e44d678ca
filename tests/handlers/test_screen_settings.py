"""Screens by themselves and as an operator lists them; what is wrong stops the start with one sentence."""

from __future__ import annotations

from datetime import time

import pytest

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from content.files import shipped_catalog
from handlers.screen_settings import screens_of

PLACES = load_gazetteer()


def test_every_gate_has_a_screen_with_answers_that_there_are() -> None:
    found, catalog = screens_of("", PLACES), shipped_catalog()
    gates = [gate for province in PLACES.provinces() for gate in PLACES.gates(province.province_slug)]
    assert sorted(found) == sorted(gate.code.removeprefix("g-") for gate in gates)
    for each in found.values():
        assert each.entries
        assert all(entry in catalog for entry in each.entries)
        assert each.latitude is not None
    assert "crossing.kh.laissez-passer" in found["so-thuong"].entries
    assert not [each for each in found["lao-cai"].entries if ".kh." in each]  # it leads to another country
    assert found["dinh-ba"].title["vi"] == "Cửa khẩu quốc tế Dinh Bà"


def test_an_operator_adds_one_and_changes_another() -> None:
    text = """
    [[feeds]]
    name = "x"
    [screens.cong-vien]
    place = "c-29929"
    title = "Công viên"
    entries = ["crossing.customs.cash"]
    night = "19:00-05:30"
    [screens.dinh-ba]
    entries = []
    """
    found = screens_of(text, PLACES)
    park, gate = found["cong-vien"], found["dinh-ba"]
    assert (park.place, park.title["km"], park.entries) == ("c-29929", "Công viên", ("crossing.customs.cash",))
    assert park.night == (time(19), time(5, 30))
    assert (gate.place, gate.entries, gate.night) == ("g-dinh-ba", (), None)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[screens.x]\nplace = "c-1"', "không có nơi “c-1”"),
        ("[screens.x]", "không có nơi “g-x”"),
        ("[screens.Cong_Vien]", "tên chỉ gồm"),
        ('[screens.dinh-ba]\nnight = "18-6"', "night phải có dạng"),
        ("[screens.dinh-ba]\nnight = 18", "night phải có dạng"),
        ('[screens.dinh-ba]\nentries = "x"', "entries là danh sách"),
        ("[screens.dinh-ba]\nentries = [1]", "entries là danh sách"),
        ("[screens.dinh-ba]\ntitle = 5", "title là một dòng chữ"),
        ('[screens.dinh-ba]\ncolour = "red"', "không có mục colour"),
        ("[screens]\nx = 1", "phải viết dưới dạng"),
        ("screens = [1]", "phải viết dưới dạng"),
        ("[screens", "không phải TOML đúng"),
    ],
)
def test_what_is_wrong_is_named(table: str, said: str) -> None:
    with pytest.raises(SettingError, match=r"tep\.toml") as found:
        screens_of(table, PLACES, file="tep.toml")
    assert said in str(found.value)
