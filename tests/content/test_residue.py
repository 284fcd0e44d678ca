"""Raw Telex and VNI keys, and keys held too long."""

from __future__ import annotations

import pytest

from content.residue import plain_syllable, plain_vni, released, without_keys
from content.syllables import SYLLABLES, parts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddeen", "den"),
        ("bieen", "bien"),
        ("giowis", "gioi"),
        ("soor", "so"),
        ("nhaatj", "nhat"),
        ("kys", "ky"),
        ("ddanhs", "danh"),
        ("bawts", "bat"),
        ("dduwowcj", "duoc"),
        ("chuwaa", "chua"),
        ("mayas", "may"),
        ("trieuej", "trieu"),
        ("moiws", "moi"),
        ("cuuws", "cuu"),
        ("khoongggg", "khong"),
    ],
)
def test_raw_telex(typed: str, meant: str) -> None:
    assert plain_syllable(typed) == meant


@pytest.mark.parametrize("word", ["bien", "gioi", "bank", "tour", "english", "zalo", "x", "112", "khẩu", "a" * 50])
def test_nothing_to_undo(word: str) -> None:
    assert plain_syllable(word) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("d9o6n2", "don"), ("bie6n", "bien"), ("pho2ng", "phong"), ("gia61y", "giay"), ("d9i", "di"), ("cu73u", "cuu")],
)
def test_raw_vni(typed: str, meant: str) -> None:
    assert plain_vni(typed) == meant


@pytest.mark.parametrize("run", ["12m", "a1", "nd26", "7h30", "dk1", "112", "eps2026", "e8"])
def test_no_vni_in_codes_and_measures(run: str) -> None:
    assert plain_vni(run) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("camr own", "cam on"),
        ("camr own nhieu nha", "cam on nhieu nha"),
        ("hooj chieeus", "ho chieu"),
        ("cam3 on", "cam on"),
        ("passport", "passport"),
        ("hộ chiếu", "hộ chiếu"),
        ("", ""),
    ],
)
def test_a_whole_message_without_its_raw_keys(typed: str, meant: str) -> None:
    assert without_keys(typed) == meant


def test_held_keys() -> None:
    assert released("vooooi") == ("voi", "vooi")
    assert released("boong") == ("boong",)


def test_syllables_know_their_parts() -> None:
    assert parts("khau") == ("kh", "au")
    assert parts("giuong") == ("gi", "uong")
    assert parts("quyen") == ("qu", "yen")
    assert parts("strand") is None
    assert {"bien", "nghieng", "khuya", "xoong"} <= SYLLABLES
    assert not {"khoong", "cik", "nge", "border"} & SYLLABLES
