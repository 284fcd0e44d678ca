"""One version of a published notice as a CAP 1.2 message (pure).

A notice ends in the order that receivers of CAP expect: it expires; before that, an Update that says AllClear; a
Cancel only for what should never have been said. Administrative codes are geocodes with the valueName ``GSO``, as in
``cap_areas``. An exercise says so first and last in every text, and its scope is never Public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from broadcasts.atom import Entry, writable
from broadcasts.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Named,
    Reference,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    drill_only,
)
from broadcasts.cap_areas import GSO
from broadcasts.cap_checks import faults

LANGUAGES = {"vi": "vi-VN", "km": "km-KH", "en": "en-US"}  # in the order in which they are written


@dataclass(frozen=True, slots=True)
class Hazard:
    """CAP's words for what it is about; ``event`` by language, Vietnamese at least."""

    category: tuple[str, ...]
    event: Mapping[str, str]
    response: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What one language says."""

    headline: str
    description: str
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class NoticeArea:
    """``code``: a place code such as ``c-29938``; ``names`` by language, Vietnamese at least; ``gso``: the code of the
    statistics office, where it is not in the place code (provinces)."""

    code: str
    names: Mapping[str, str]
    gso: str = ""


@dataclass(frozen=True, slots=True)
class PublishedNotice:
    """``sender``: the host of our public address, or ``cotmoc``; ``msg_type``: Alert, Update or Cancel, and for
    everything but Alert the ``references`` to every earlier version; ``all_clear``: an Update that says that it is
    over; ``texts`` by language (vi, km, en), Vietnamese at least; ``owner``: from the settings, empty where nobody is
    set; ``page``: its public address; ``drill_words``: by language, what an exercise says first and last. Times are
    aware; ``zone`` is what they are written in."""

    identifier: str
    sender: str
    sent_at: datetime
    status: str
    msg_type: str
    hazard: Hazard
    texts: Mapping[str, Wording]
    expires_at: datetime
    areas: tuple[NoticeArea, ...]
    zone: tzinfo
    references: tuple[tuple[str, str, datetime], ...] = ()
    all_clear: bool = False
    owner: str = ""
    page: str = ""
    drill_words: Mapping[str, str] = field(default_factory=dict)


def to_alert(notice: PublishedNotice) -> Alert:
    """Raises ValueError for what no notice of ours may be: neither Actual nor Exercise, a word that CAP does not know,
    a version without references, an end before its beginning, no Vietnamese text, an exercise without its words."""
    status, msg_type = Status(notice.status), MsgType(notice.msg_type)
    if status not in (Status.ACTUAL, Status.EXERCISE):
        raise ValueError("a notice is either true or an exercise")
    if msg_type not in (MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL):
        raise ValueError("a notice is issued, updated or cancelled")
    if (msg_type is MsgType.ALERT) is bool(notice.references):
        raise ValueError("every version but the first refers to those before it")
    if notice.all_clear and msg_type is not MsgType.UPDATE:
        raise ValueError("an all-clear is an update")
    if "vi" not in notice.texts:
        raise ValueError("a notice is said in Vietnamese")
    drill = status is Status.EXERCISE
    words = {each: notice.drill_words[each] for each in notice.texts} if _drill_worded(notice, drill) else {}
    alert = Alert(
        identifier=notice.identifier,
        sender=notice.sender,
        sent=_local(notice, notice.sent_at),
        status=status,
        msg_type=msg_type,
        scope=Scope.RESTRICTED if drill else Scope.PUBLIC,
        restriction=words["vi"] if drill else None,
        note=words["vi"] if drill else None,
        references=tuple(
            Reference(sender, identifier, _local(notice, sent)) for sender, identifier, sent in notice.references
        ),
        infos=tuple(_info(notice, each) for each in LANGUAGES if each in notice.texts),
    )
    if drill:
        alert = replace(alert, infos=tuple(_marked(each, words) for each in alert.infos))
    for fault in faults(alert):
        raise ValueError(fault)
    return alert


def feed_entry(alert: Alert, page: str, cap_link: str) -> Entry:
    """The newest version of a notice in the public feed; ``page`` and ``cap_link`` are whole addresses, the page the
    same for every version. Raises ValueError for whatever is not for the public: no drill gets out this way."""
    if drill_only(alert.status) or alert.scope is not Scope.PUBLIC:
        raise ValueError("only what is true and for the public stands in the feed")
    said = alert.infos[0]
    return Entry(page, said.headline or said.event, alert.sent, said.description or "", page, cap_link)


def _drill_worded(notice: PublishedNotice, drill: bool) -> bool:
    if drill and not all(notice.drill_words.get(each, "").strip() for each in notice.texts):
        raise ValueError("an exercise says that it is one in every language")
    return drill


def _info(notice: PublishedNotice, language: str) -> Info:
    text, hazard, cancel = notice.texts[language], notice.hazard, notice.msg_type == MsgType.CANCEL
    info = Info(
        language=LANGUAGES[language],
        category=tuple(map(Category, hazard.category)),
        event=writable(hazard.event.get(language) or hazard.event["vi"]),
        response_type=tuple(map(ResponseType, hazard.response)),
        urgency=Urgency(hazard.urgency),
        severity=Severity(hazard.severity),
        certainty=Certainty(hazard.certainty),
        effective=_local(notice, notice.sent_at),
        # What is taken back may have run out already, and a message must not end before it begins.
        expires=None if cancel and notice.expires_at <= notice.sent_at else _local(notice, notice.expires_at),
        sender_name=writable(notice.owner) or None,
        headline=writable(text.headline),
        description=writable(text.description),
        instruction=writable(text.instruction) or None,
        web=notice.page or None,
        areas=tuple(_area(each, language) for each in notice.areas),
    )
    if not notice.all_clear:
        return info
    # Nothing needs to be done any more, and no danger is known: CAP's own definitions of Past and Minor.
    return replace(
        info,
        response_type=(ResponseType.ALL_CLEAR,),
        urgency=Urgency.PAST,
        severity=Severity.MINOR,
        certainty=Certainty.OBSERVED,
    )


def _area(area: NoticeArea, language: str) -> Area:
    kind, _, digits = area.code.partition("-")
    gso = area.gso or (digits if kind == "c" and digits.isdigit() else "")
    name = writable(area.names.get(language) or area.names["vi"])
    return Area(name, geocodes=(Named(GSO, gso),) if gso else ())


def _marked(info: Info, words: Mapping[str, str]) -> Info:
    mark = words[next(short for short, whole in LANGUAGES.items() if whole == info.language)]
    return replace(
        info,
        headline=f"{mark}: {info.headline}",
        description=f"{mark}\n{info.description}\n{mark}",
        instruction=info.instruction and f"{mark}\n{info.instruction}\n{mark}",
    )


def _local(notice: PublishedNotice, at: datetime) -> datetime:
    """In the zone of the installation, whole seconds: what is referred to later must be the same text."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(notice.zone).replace(microsecond=0)
