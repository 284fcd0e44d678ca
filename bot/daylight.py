"""When the sun rises and sets at a place, by the sunrise equation; a few minutes are good enough here (pure)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import acos, asin, cos, degrees, radians, sin

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_HORIZON = -0.833  # degrees: the sun's upper edge, lifted by the air
_TILT = 23.4397  # degrees, of the Earth's axis


def sun_times(day: date, latitude: float, longitude: float) -> tuple[datetime, datetime] | None:
    """(sunrise, sunset) of that day, UTC; degrees north and east. None where the sun does not rise or not set."""
    number = (day - _J2000.date()).days
    noon = number - longitude / 360  # mean solar noon, in days since noon of 1 January 2000
    anomaly = radians((357.5291 + 0.98560028 * noon) % 360)
    centre = 1.9148 * sin(anomaly) + 0.02 * sin(2 * anomaly) + 0.0003 * sin(3 * anomaly)
    ecliptic = radians((degrees(anomaly) + centre + 180 + 102.9372) % 360)
    transit = noon + 0.0053 * sin(anomaly) - 0.0069 * sin(2 * ecliptic)
    declination = asin(sin(ecliptic) * sin(radians(_TILT)))
    north = radians(latitude)
    angle = (sin(radians(_HORIZON)) - sin(north) * sin(declination)) / (cos(north) * cos(declination))
    if not -1 <= angle <= 1:
        return None
    half = degrees(acos(angle)) / 360  # of a day
    return _J2000 + timedelta(days=transit - half), _J2000 + timedelta(days=transit + half)
