"""CAP messages for tests: samples from files, small ones made by hand, and any that the standard allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from broadcasts import cap
from broadcasts.cap import Alert, Area, Circle, Info, Kept, MsgType, Named, Reference, Resource, Scope, Status
from broadcasts.cap_writing import write_alert

SAMPLES = Path(__file__).parent.parent / "samples" / "cap"
SENDER = "canhbao@thoitiet.example"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def made(
    name: str,
    minute: int = 0,
    *,
    kind: MsgType = MsgType.ALERT,
    after: Iterable[Reference] = (),
    status: Status = Status.ACTUAL,
    sender: str = SENDER,
    scope: Scope = Scope.PUBLIC,
    expires: datetime | None = NOON + timedelta(hours=12),
) -> Alert:
    """A small message, sent so many minutes after noon."""
    info = Info(
        category=(cap.Category.MET,),
        event="Bão",
        urgency=cap.Urgency.IMMEDIATE,
        severity=cap.Severity.SEVERE,
        certainty=cap.Certainty.LIKELY,
        language="vi-VN",
        expires=expires,
        headline=f"Tin {name}",
    )
    return Alert(
        identifier=name,
        sender=sender,
        sent=NOON + timedelta(minutes=minute),
        status=status,
        msg_type=kind,
        scope=scope,
        restriction="cán bộ" if scope is Scope.RESTRICTED else None,
        addresses="a@b.example" if scope is Scope.PRIVATE else None,
        references=tuple(after),
        infos=(info,),
    )


def written(name: str, minute: int = 0, **others: object) -> bytes:
    return write_alert(made(name, minute, **others))  # type: ignore[arg-type]


# --- Whatever the standard allows ---------------------------------------------------------------------------------

_SIGNS = st.characters(
    codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=("Cs", "Cc")
) | st.sampled_from("\t\n\r<>&'\"ạệửĐកខ")
texts = st.text(_SIGNS, max_size=30)
said = st.text(_SIGNS, min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
names = st.text(
    st.characters(codec="ascii", exclude_characters=" ,<&", exclude_categories=("Cc",)), min_size=1, max_size=40
)
collapsed = st.sampled_from(("https://a.example/x?a=1&b=2", "urn:x:1", "tel:112"))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.builds(
    lambda seconds, zone: (NOON + timedelta(seconds=seconds)).astimezone(zone), st.integers(-(10**8), 10**8), zones
)
numbers = st.decimals(-9999, 9999, places=3, allow_nan=False).map(lambda number: number + Decimal(0))


def maybe(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


def some(strategy: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


latitudes = st.decimals(-90, 90, places=4, allow_nan=False).map(lambda number: number + Decimal(0))
longitudes = st.decimals(-180, 180, places=4, allow_nan=False).map(lambda number: number + Decimal(0))
points = st.tuples(latitudes, longitudes)
polygons = st.lists(points, min_size=3, max_size=6).map(lambda corners: (*corners, corners[0]))
named = st.builds(Named, texts, texts)
kept = st.builds(
    Kept,
    some(
        st.sampled_from(
            (
                '<x:a xmlns:x="urn:x" q="1">chữ &amp; <x:b></x:b></x:a>',
                '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>QQ==</SignatureValue></Signature>',
            )
        ),
        2,
    ),
    some(st.sampled_from((("{urn:x}hint", "một"),)), 1),
)
areas = st.builds(
    Area,
    area_desc=said,
    polygons=some(polygons, 2),
    circles=some(st.builds(Circle, points, st.decimals(0, 500, places=2, allow_nan=False)), 2),
    geocodes=some(named),
    altitude=numbers,
    ceiling=maybe(numbers),
    kept=kept,
)
resources = st.builds(
    Resource,
    resource_desc=texts,
    mime_type=texts,
    size=maybe(st.integers(0, 10**12)),
    uri=maybe(collapsed),
    deref_uri=maybe(texts),
    digest=maybe(texts),
    kept=kept,
)


@st.composite
def infos(draw: st.DrawFn, sent: datetime) -> Info:
    zone = draw(zones)
    end = (sent + timedelta(seconds=draw(st.integers(1, 10**7)))).astimezone(zone)
    return Info(
        category=tuple(draw(st.lists(st.sampled_from(cap.Category), min_size=1, max_size=3))),
        event=draw(said),
        urgency=draw(st.sampled_from(cap.Urgency)),
        severity=draw(st.sampled_from(cap.Severity)),
        certainty=draw(st.sampled_from(cap.Certainty)),
        language=draw(st.sampled_from((None, "vi-VN", "km-KH", "en-US", "hmn"))),
        response_type=tuple(draw(st.lists(st.sampled_from(cap.ResponseType), max_size=3))),
        audience=draw(maybe(texts)),  # type: ignore[arg-type]
        event_codes=draw(some(named)),  # type: ignore[arg-type]
        effective=draw(st.sampled_from((None, sent))),
        onset=draw(maybe(times)),  # type: ignore[arg-type]
        expires=draw(st.sampled_from((None, end))),
        sender_name=draw(maybe(texts)),  # type: ignore[arg-type]
        headline=draw(maybe(texts)),  # type: ignore[arg-type]
        description=draw(maybe(texts)),  # type: ignore[arg-type]
        instruction=draw(maybe(texts)),  # type: ignore[arg-type]
        web=draw(maybe(collapsed)),  # type: ignore[arg-type]
        contact=draw(maybe(texts)),  # type: ignore[arg-type]
        parameters=draw(some(named)),  # type: ignore[arg-type]
        resources=draw(some(resources, 2)),  # type: ignore[arg-type]
        areas=draw(some(areas, 2)),  # type: ignore[arg-type]
        kept=draw(kept),
    )


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    sent = draw(times)
    kind = draw(st.sampled_from(MsgType))
    scope = draw(st.sampled_from(Scope))
    identifier = draw(names)
    earlier = st.builds(Reference, names, names.map(lambda name: f"{name}-before"), times)
    count = 0 if kind is MsgType.ALERT else draw(st.integers(1, 3))
    least = 1 if kind in (MsgType.ALERT, MsgType.UPDATE) else 0
    return Alert(
        identifier=identifier,
        sender=draw(names),
        sent=sent,
        status=draw(st.sampled_from(Status)),
        msg_type=kind,
        scope=scope,
        source=draw(maybe(texts)),  # type: ignore[arg-type]
        restriction=draw(said) if scope is Scope.RESTRICTED else draw(maybe(texts)),  # type: ignore[arg-type]
        addresses=draw(said) if scope is Scope.PRIVATE else draw(maybe(texts)),  # type: ignore[arg-type]
        codes=draw(some(texts)),  # type: ignore[arg-type]
        note=draw(maybe(texts)),  # type: ignore[arg-type]
        references=tuple(each for each in (draw(earlier) for _ in range(count)) if each.identifier != identifier)
        or ((Reference("a", f"{identifier}-0", sent),) if count else ()),
        incidents=draw(maybe(texts)),  # type: ignore[arg-type]
        infos=tuple(draw(st.lists(infos(sent), min_size=least, max_size=2))),
        kept=draw(kept),
    )
