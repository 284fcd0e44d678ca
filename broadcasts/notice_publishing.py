"""The newest version of a notice of ours, made ready to be written as CAP: its name, its kind, what came before.

The words are the caller's: everybody reads the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from bot.place_values import label
from bot.places import Gazetteer
from broadcasts.cap import MsgType, Status
from broadcasts.cap_areas import gso_of
from broadcasts.notice_alert import LANGUAGES, Hazard, NoticeArea, PublishedNotice, Wording
from broadcasts.notice_store import Notice
from broadcasts.notices import Kind

_KINDS = {
    Kind.ISSUE: MsgType.ALERT,
    Kind.UPDATE: MsgType.UPDATE,
    Kind.CLEAR: MsgType.UPDATE,
    Kind.CANCEL: MsgType.CANCEL,
    Kind.WITHDRAW: MsgType.CANCEL,
}


def cap_identifier(notice: Notice, number: int) -> str:
    """What CAP calls a version: never said of another one."""
    return f"{notice.identifier}.{number}"


def published(
    notice: Notice,
    texts: Mapping[str, Wording],
    *,
    events: Mapping[str, str],
    sender: str,
    gazetteer: Gazetteer,
    zone: tzinfo,
    owner: str = "",
    page: str = "",
    drill_words: Mapping[str, str] | None = None,
) -> PublishedNotice:
    """``texts`` and ``events`` (what the hazard is called) by language, Vietnamese at least; ``sender``: the host of
    our public address, or ``cotmoc``; ``drill_words``: what an exercise says first and last."""
    version, hazard = notice.newest, notice.hazard
    ends = version.said.expires_at
    return PublishedNotice(
        identifier=cap_identifier(notice, version.number),
        sender=sender,
        sent_at=version.said_at,
        status=Status.EXERCISE if notice.drill else Status.ACTUAL,
        msg_type=_KINDS[version.kind],
        hazard=Hazard(
            category=_words(hazard["category"]),
            event={"en": str(hazard["event"]), **events},
            response=_words(hazard["response"]),
            urgency=str(hazard["urgency"]),
            severity=str(hazard["severity"]),
            certainty=str(hazard["certainty"]),
        ),
        texts=texts,
        # One that nobody confirmed is kept for a shorter time than it said.
        expires_at=min(ends, notice.expires_at) if version.kind.goes_on else ends,
        areas=tuple(
            NoticeArea(place.code, {each: label(place, each) for each in LANGUAGES}, gso_of(place))
            for place in map(gazetteer.get, notice.area)
            if place is not None
        ),
        zone=zone,
        references=tuple(
            (sender, cap_identifier(notice, each.number), each.said_at)
            for each in notice.versions
            if each.number < version.number
        ),
        all_clear=version.kind is Kind.CLEAR,
        owner=owner,
        page=page,
        drill_words=drill_words or {},
    )


def _words(written: str | list[str]) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(written)
