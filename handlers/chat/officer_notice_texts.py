"""What the officers' chat says of a notice: the words that everybody shares, at the hour of this installation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broadcasts import notice_composing
from broadcasts.notice_service import Preview
from broadcasts.notice_store import Notice
from broadcasts.notices import Kind, NoticeDraft
from handlers import notice_texts
from handlers.chat.officer_sitting import Sitting
from handlers.notice_texts import NoticeTexts


def clock(sitting: Sitting, at: datetime) -> str:
    """14:05."""
    return notice_texts.clock(at, sitting.turn.desk.settings.zone)


def moment(sitting: Sitting, at: datetime) -> str:
    """20:05 ngày 20/11."""
    return notice_texts.moment(at, sitting.turn.desk.settings.zone)


def where(sitting: Sitting, area: tuple[str, ...]) -> str:
    return notice_composing.area_words(sitting.staff.office.gazetteer, area, "vi")


def placed(sitting: Sitting, places: Mapping[str, int]) -> str:
    """ "xã Thường Phước (120), nơi khác (7)", the largest first."""
    return notice_texts.placed(sitting.staff.office.gazetteer, places)


def new_text(sitting: Sitting, draft: NoticeDraft, found: Preview) -> str:
    """A new notice, word for word as a resident gets it, a drill with its marks."""
    return _texts(sitting).new(draft, found.said, by=sitting.officer.name).text


def update_text(sitting: Sitting, notice: Notice, draft: NoticeDraft) -> str:
    """For whoever knows the version before. The whole text is the one in force."""
    return _texts(sitting).update(notice, draft, sitting.turn.now, by=sitting.officer.name).text


def end_text(sitting: Sitting, notice: Notice, kind: Kind) -> str:
    """That the danger is over, or that it was wrong."""
    return _texts(sitting).end(notice, kind, sitting.turn.now, by=sitting.officer.name).text


def _texts(sitting: Sitting) -> NoticeTexts:
    return NoticeTexts(sitting.notices, sitting.staff.warning.wording)
