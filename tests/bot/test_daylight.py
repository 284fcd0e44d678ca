"""Sunrise and sunset against published tables, to three minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.daylight import sun_times

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("day", "latitude", "longitude", "rise", "sets"),
    [
        (date(2026, 6, 21), 21.03, 105.85, "05:15", "18:40"),  # Hà Nội, the longest day
        (date(2026, 12, 21), 21.03, 105.85, "06:29", "17:19"),
        (date(2026, 6, 21), 10.78, 106.70, "05:32", "18:17"),  # Thành phố Hồ Chí Minh
        (date(2026, 12, 21), 10.78, 106.70, "06:05", "17:34"),
    ],
)
def test_as_in_the_tables(day: date, latitude: float, longitude: float, rise: str, sets: str) -> None:
    found = sun_times(day, latitude, longitude)
    assert found is not None
    for at, said in zip(found, (rise, sets), strict=True):
        expected = datetime.combine(day, datetime.strptime(said, "%H:%M").time(), HERE)
        assert abs(at - expected) <= timedelta(minutes=3)


def test_where_the_sun_stays_up_there_is_no_night() -> None:
    assert sun_times(date(2026, 6, 21), 80, 20) is None
    assert sun_times(date(2026, 12, 21), 80, 20) is None
