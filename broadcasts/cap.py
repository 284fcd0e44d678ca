"""A warning message as the Common Alerting Protocol 1.2 describes it, in CAP's own words (pure).

What the standard leaves optional is None where it is absent, so that a message that was read is written as it came.
Source: OASIS, CAP-v1.2-os, 3.2 and 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
DEFAULT_LANGUAGE = "en-US"  # of an info block that names none (3.2.2)


class Status(StrEnum):
    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


def drill_only(status: str) -> bool:
    """Whether a message of this status must never reach the public: whatever is not Actual, unknown words included."""
    return status != Status.ACTUAL


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in a part of a message and is none of CAP's: written back as it was.

    ``elements``: each a whole XML element of another namespace (a ``ds:Signature`` is one of them); ``attributes``:
    (name as ``{namespace}name``, value) of the part itself.
    """

    elements: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


NOTHING = Kept()


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message; ``sent`` is aware."""

    sender: str
    identifier: str
    sent: datetime

    @property
    def parts(self) -> tuple[str, str]:
        return self.sender, self.identifier


@dataclass(frozen=True, slots=True)
class Named:
    """``valueName`` and ``value`` of an eventCode, a parameter or a geocode."""

    value_name: str
    value: str


Point = tuple[Decimal, Decimal]  # latitude, longitude in degrees (WGS 84)


@dataclass(frozen=True, slots=True)
class Circle:
    """``radius``: kilometres."""

    centre: Point
    radius: Decimal


@dataclass(frozen=True, slots=True)
class Area:
    """``polygons``: each closed, its first point being its last; ``altitude`` and ``ceiling`` in feet above the sea."""

    area_desc: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: Decimal | None = None
    ceiling: Decimal | None = None
    kept: Kept = NOTHING


@dataclass(frozen=True, slots=True)
class Resource:
    """``size``: bytes. Nothing is ever fetched from ``uri``."""

    resource_desc: str
    mime_type: str
    size: int | None = None
    uri: str | None = None
    deref_uri: str | None = None
    digest: str | None = None
    kept: Kept = NOTHING


@dataclass(frozen=True, slots=True)
class Info:
    """One language (or one part) of what is said. Times are aware."""

    category: tuple[Category, ...]
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str | None = None
    response_type: tuple[ResponseType, ...] = ()
    audience: str | None = None
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str | None = None
    headline: str | None = None
    description: str | None = None
    instruction: str | None = None
    web: str | None = None
    contact: str | None = None
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()
    kept: Kept = NOTHING

    @property
    def spoken(self) -> str:
        """The language that it is in."""
        return self.language or DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Alert:
    """A whole message. ``sent`` is aware; ``addresses`` and ``incidents`` are lists separated by blanks, as CAP has
    them."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    source: str | None = None
    restriction: str | None = None
    addresses: str | None = None
    codes: tuple[str, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()
    incidents: str | None = None
    infos: tuple[Info, ...] = ()
    kept: Kept = NOTHING

    @property
    def name(self) -> Reference:
        """How later messages refer to this one."""
        return Reference(self.sender, self.identifier, self.sent)

    def run_out(self, now: datetime) -> bool:
        """Whether every part of it has expired. A part without an end does not."""
        ends = [each.expires for each in self.infos]
        return bool(ends) and all(end is not None and end <= now for end in ends)
