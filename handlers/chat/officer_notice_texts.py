"""A notice as it would be said, before anybody says it; and the times, counts and places of one in few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.places import Place, label
from broadcasts import notice_composing
from broadcasts.campaigns import RunState
from broadcasts.notice_sending import TOLD_FOR
from broadcasts.notice_service import Preview
from broadcasts.notice_store import Notice, Version
from broadcasts.notices import Kind, NoticeDraft, NoticeState, Said
from broadcasts.reasons import in_words
from content.notice_templates import NoticeTemplate
from handlers.chat import khan_words
from handlers.chat.officer_sitting import Sitting
from handlers.figures import grouped


def clock(sitting: Sitting, at: datetime) -> str:
    """14:05."""
    local = at.astimezone(sitting.turn.desk.settings.zone)
    return f"{local.hour}:{local.minute:02d}"


def moment(sitting: Sitting, at: datetime) -> str:
    """20:05 ngày 20/11."""
    local = at.astimezone(sitting.turn.desk.settings.zone)
    return f"{clock(sitting, at)} ngày {local.day}/{local.month}"


def lasting(period: timedelta) -> str:
    minutes = round(period.total_seconds() / 60)
    parts = [f"{minutes // 60} giờ" if minutes >= 60 else "", f"{minutes % 60} phút" if minutes % 60 else ""]
    return " ".join(filter(None, parts))


def named(place: Place) -> str:
    return label(place, "vi").partition(",")[0]


def where(sitting: Sitting, area: tuple[str, ...]) -> str:
    return notice_composing.area_words(sitting.staff.office.gazetteer, area, "vi")


def because(reasons: Mapping[str, int]) -> str:
    """ "người nhận đã chặn 40, đã nhắn STOP 12"."""
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{in_words(reason)} {grouped(count)}" for reason, count in ordered)


def placed(sitting: Sitting, places: Mapping[str, int]) -> str:
    """ "xã Thường Phước (120), nơi khác (7)", the largest first."""
    gazetteer = sitting.staff.office.gazetteer
    shown = []
    for code, count in sorted(places.items(), key=lambda each: (-each[1], each[0])):
        place = gazetteer.get(code)
        shown.append(f"{named(place) if place else khan_words.ELSEWHERE} ({grouped(count)})")
    more = len(shown) - khan_words.SHOWN_PLACES
    tail = khan_words.MORE_PLACES.format(n=more) if more > 0 else ""
    return ", ".join(shown[: khan_words.SHOWN_PLACES]) + tail


# --- as it would be read --------------------------------------------------------------------------------------------


def new_text(sitting: Sitting, template: NoticeTemplate, draft: NoticeDraft, found: Preview) -> str:
    """A new notice, word for word as a resident gets it, a drill with its marks."""
    notice = _unissued(sitting, template, draft, found.said)
    return _read(sitting, notice, notice.newest, knows=False)


def update_text(sitting: Sitting, notice: Notice, draft: NoticeDraft) -> str:
    """For whoever knows the version before. The whole text is the one in force."""
    now = sitting.turn.now
    expires_at = notice.expires_at if draft.lasts_for is None else now + draft.lasts_for
    said = replace(
        notice.in_force.said,
        kind=Kind.UPDATE,
        number=notice.newest.number + 1,
        said_at=now,
        expires_at=expires_at,
        news={"vi": draft.news},
    )
    return _read(sitting, replace(notice, expires_at=expires_at), _version(sitting, said), knows=True)


def end_text(sitting: Sitting, notice: Notice, kind: Kind) -> str:
    """That the danger is over, or that it was wrong."""
    news = {}
    if kind is Kind.CLEAR:
        news = sitting.notices.clear_texts(notice, ("vi",))
    now = sitting.turn.now
    said = Said(notice.id, kind, notice.newest.number + 1, notice.issued_at, now, now + TOLD_FOR, news=news)
    return _read(sitting, notice, _version(sitting, said), knows=True)


def _read(sitting: Sitting, notice: Notice, version: Version, *, knows: bool) -> str:
    wording = sitting.staff.warning.wording
    message = wording.message(notice, version, "vi", knows=knows)
    text = message.text if message is not None else ""
    return wording.drilled(text, "vi") if notice.drill else text


def _version(sitting: Sitting, said: Said) -> Version:
    return Version(0, said.number, said.kind, sitting.officer.name, said.said_at, "", None, RunState.SENDING, said)


def _unissued(sitting: Sitting, template: NoticeTemplate, draft: NoticeDraft, said: Said) -> Notice:
    return Notice(
        id=0,
        title="",
        template_id=draft.template_id,
        drill=draft.drill,
        state=NoticeState.PENDING,
        identifier="",
        hazard={},
        area=draft.area,
        blanks=draft.blanks,
        fate=template.fate,
        issued_by=sitting.officer.name,
        issued_at=said.said_at,
        confirmed_by="",
        confirmed_at=None,
        expires_at=said.expires_at,
        rung=0,
        rung_at=None,
        ended_at=None,
        ended_by="",
        taps=None,
        versions=(_version(sitting, said),),
    )
