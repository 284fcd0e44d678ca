"""Button values: there and back, old after two days, never longer than Telegram takes, and anything can be read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.place_files import load_gazetteer
from content import files
from content.entries import LANGUAGES, TOPICS
from handlers.chat.values import FRESH_FOR, Pressed, pressed, value

TODAY = date(2026, 11, 20)
LAST_DAY = date(2060, 12, 31)  # a value made then still fits
BODIES = files.shipped_bodies()
DAYS = st.dates(date(2026, 1, 1), LAST_DAY)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789.-", max_size=12)


@given(day=DAYS, verb=st.sampled_from("emxtvhlpscgkd"), arguments=st.lists(WORDS, max_size=3))
def test_there_and_back(day: date, verb: str, arguments: list[str]) -> None:
    assert pressed(value(day, verb, *arguments), day) == Pressed(verb, tuple(arguments), stale=False)


@given(day=DAYS, age=st.integers(-400, 400))
def test_a_button_is_old_after_two_days_and_none_is_from_tomorrow(day: date, age: int) -> None:
    read = pressed(value(day, "m", "1"), day + timedelta(days=age))
    assert read.stale == (not 0 <= age <= FRESH_FOR)
    assert read.age == age
    assert (read.verb, read.arguments) == ("m", ("1",))


@given(text=st.text(max_size=80) | st.text("~:-_ 0zé+", max_size=10), day=DAYS)
def test_whatever_comes_back_can_be_read(text: str, day: date) -> None:
    """A forged, cut or foreign value is at worst an old button."""
    read = pressed(text, day)
    assert isinstance(read.stale, bool)
    assert read.argument(0) == (read.arguments[0] if read.arguments else "")
    assert read.argument(99) == ""


@pytest.mark.parametrize("text", ["", "~", "m", "m:1", "m:1~", "m:1~!", "m:1~-1", "e:x~zzzzzz", "just words"])
def test_what_we_never_wrote_is_old(text: str) -> None:
    assert pressed(text, TODAY).stale


def test_the_example_of_the_description() -> None:
    assert value(date(2026, 1, 1), "e", "crossing.gate-types") == "e:crossing.gate-types~0"
    assert value(date(2027, 12, 31), "m") == "m~k9"
    assert pressed("e:crossing.gate-types~0", date(2026, 1, 3)) == Pressed(
        "e", ("crossing.gate-types",), stale=False, age=2
    )


@pytest.mark.parametrize("day", [TODAY, LAST_DAY])
def test_every_shipped_entry_fits_into_every_button(day: date) -> None:
    for body in BODIES:
        for made in (value(day, "e", body["id"]), value(day, "v", "y", body["id"])):
            assert len(made.encode()) <= 64
            assert pressed(made, day).arguments[-1] == body["id"]


def test_every_place_fits() -> None:
    gazetteer = load_gazetteer()
    for province in gazetteer.provinces():
        assert len(value(LAST_DAY, "p", province.code).encode()) <= 64
    for topic in TOPICS:
        assert len(value(LAST_DAY, "g", topic).encode()) <= 64
    for language in LANGUAGES:
        assert pressed(value(LAST_DAY, "l", language), LAST_DAY).argument() == language


@given(name=st.text("abc.đ", min_size=1, max_size=80))
def test_a_value_that_would_not_fit_is_refused(name: str) -> None:
    if len(f"e:{name}~9d".encode()) > 64:
        with pytest.raises(ValueError, match="too long"):
            value(TODAY, "e", name)
    else:
        assert len(value(TODAY, "e", name).encode()) <= 64
