"""A notice as it would be read, before anybody says it; and the times, counts and places of one in few words.

The officers' chat and the console show the same words, for an officer approves what residents will read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from bot.messages import OutgoingMessage
from bot.places import Gazetteer, Place, label
from broadcasts.campaigns import RunState
from broadcasts.notice_sending import TOLD_FOR
from broadcasts.notice_service import NoticeService
from broadcasts.notice_store import Notice, Version
from broadcasts.notices import Kind, NoticeDraft, NoticeState, Said
from broadcasts.reasons import in_words
from handlers.chat import khan_words
from handlers.figures import grouped
from handlers.notice_wording import NoticeWording


def clock(at: datetime, zone: tzinfo) -> str:
    """14:05."""
    local = at.astimezone(zone)
    return f"{local.hour}:{local.minute:02d}"


def moment(at: datetime, zone: tzinfo) -> str:
    """20:05 ngày 20/11."""
    local = at.astimezone(zone)
    return f"{clock(at, zone)} ngày {local.day}/{local.month}"


def lasting(period: timedelta) -> str:
    minutes = round(period.total_seconds() / 60)
    parts = [f"{minutes // 60} giờ" if minutes >= 60 else "", f"{minutes % 60} phút" if minutes % 60 else ""]
    return " ".join(filter(None, parts))


def named(place: Place) -> str:
    return label(place, "vi").partition(",")[0]


def because(reasons: Mapping[str, int]) -> str:
    """ "người nhận đã chặn 40, đã nhắn STOP 12"."""
    ordered = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{in_words(reason)} {grouped(count)}" for reason, count in ordered)


def placed(gazetteer: Gazetteer, places: Mapping[str, int]) -> str:
    """ "xã Thường Phước (120), nơi khác (7)", the largest first."""
    shown = []
    for code, count in sorted(places.items(), key=lambda each: (-each[1], each[0])):
        place = gazetteer.get(code)
        shown.append(f"{named(place) if place else khan_words.ELSEWHERE} ({grouped(count)})")
    more = len(shown) - khan_words.SHOWN_PLACES
    tail = khan_words.MORE_PLACES.format(n=more) if more > 0 else ""
    return ", ".join(shown[: khan_words.SHOWN_PLACES]) + tail


class NoticeTexts:
    """Messages word for word as a resident gets them, a drill's with its marks. ``by``: the officer's name."""

    def __init__(self, service: NoticeService, wording: NoticeWording) -> None:
        self._service = service
        self._wording = wording

    def new(
        self,
        draft: NoticeDraft,
        said: Said,
        *,
        by: str,
        language: str = "vi",
        helped: bool = False,
        buttons: bool = True,
    ) -> OutgoingMessage:
        """A new notice. ``helped``: somebody on duty would see a request for help; without ``buttons`` it says what to
        write instead."""
        notice = self._unissued(draft, said, by)
        return self._read(notice, notice.newest, language, knows=False, helped=helped, buttons=buttons)

    def update(
        self,
        notice: Notice,
        draft: NoticeDraft,
        now: datetime,
        *,
        by: str,
        knows: bool = True,
        texts: Mapping[str, str] | None = None,
    ) -> OutgoingMessage:
        """For whoever knows the version before, or (not ``knows``) hears of it first. ``texts``: the whole text by
        language where it becomes another; else it is the one in force."""
        expires_at = notice.expires_at if draft.lasts_for is None else now + draft.lasts_for
        said = replace(
            notice.in_force.said,
            kind=Kind.UPDATE,
            number=notice.newest.number + 1,
            said_at=now,
            expires_at=expires_at,
            news={"vi": draft.news},
            texts=notice.in_force.said.texts if texts is None else texts,
        )
        return self._read(replace(notice, expires_at=expires_at), _version(said, by), "vi", knows=knows)

    def end(self, notice: Notice, kind: Kind, now: datetime, *, by: str) -> OutgoingMessage:
        """That the danger is over, that it was wrong, or that a second person says so."""
        news = self._service.clear_texts(notice, ("vi",)) if kind is Kind.CLEAR else {}
        said = Said(notice.id, kind, notice.newest.number + 1, notice.issued_at, now, now + TOLD_FOR, news=news)
        return self._read(notice, _version(said, by), "vi", knows=True)

    def _read(
        self,
        notice: Notice,
        version: Version,
        language: str,
        *,
        knows: bool,
        helped: bool = False,
        buttons: bool = True,
    ) -> OutgoingMessage:
        message = self._wording.message(notice, version, language, knows=knows, helped=helped)
        if message is None:
            return OutgoingMessage("", language=language)
        if not buttons and message.buttons:
            message = self._wording.in_words(message)
        return replace(message, text=self._wording.drilled(message.text, language)) if notice.drill else message

    def _unissued(self, draft: NoticeDraft, said: Said, by: str) -> Notice:
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
            fate=self._service.hazards.template(draft.template_id).fate,
            issued_by=by,
            issued_at=said.said_at,
            confirmed_by="",
            confirmed_at=None,
            expires_at=said.expires_at,
            rung=0,
            rung_at=None,
            ended_at=None,
            ended_by="",
            taps=None,
            versions=(_version(said, by),),
        )


def _version(said: Said, by: str) -> Version:
    return Version(0, said.number, said.kind, by, said.said_at, "", None, RunState.SENDING, said)
