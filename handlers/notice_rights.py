"""What an officer may do with a notice that was issued, and why not: the buttons of the chat and of the console.

The service asks all of it again, in the transaction that does it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.staff.roles import Action, Officer
from bot.staff.roster import holds
from broadcasts.notice_service import NoticeService
from broadcasts.notice_store import Notice
from broadcasts.notices import NoticeDraft
from broadcasts.office import Office

RESUMED_FOR = timedelta(hours=2)
LATELY = timedelta(minutes=30)


def waits_for_second(notice: Notice) -> bool:
    """Whether its newest version is one that a second person has not confirmed yet."""
    return notice.live and notice.newest.kind.goes_on and not notice.newest.confirmed_by


def may_confirm(service: NoticeService, officer: Officer, notice: Notice) -> bool:
    """Whether this officer is a second person for it: has the right there, and said nothing of it."""
    return officer.name not in notice.speakers and service.may(officer, Action.CONFIRM, notice.area)


async def may_go_on(service: NoticeService, office: Office, officer: Officer, notice: Notice) -> bool:
    """Whether this officer may update it, say that the danger is over, or that it was wrong."""
    areas = await service.hazards.areas(officer)
    if notice.drill:
        return bool(areas)
    here = office.remaining(notice.area)
    return bool(areas) and all(any(holds(area, place, office.within) for area in areas) for place in here)


async def kept_lately(service: NoticeService, officer: Officer, now: datetime) -> tuple[NoticeDraft, datetime] | None:
    """What was filled in lately, and when; what is older than two hours says nothing about now."""
    kept = await service.kept(officer)
    if kept is None or now - kept[1] >= RESUMED_FOR:
        return None
    gone = kept[0].template_id not in service.hazards.templates and not kept[0].updates
    return None if gone else kept  # of a template that a new release does not have, nothing can be said


async def just_said(service: NoticeService, officer: Officer, now: datetime) -> Notice | None:
    """The notice that this officer issued or updated a moment ago, where nothing is half-finished.

    The draft is gone in the very moment in which it is said: a code that comes again must not be read as a failure.
    """
    if await service.kept(officer) is not None:
        return None
    since = now - LATELY
    for each in await service.notices(officer, since=since):
        newest = each.newest
        if newest.kind.goes_on and newest.said_by == officer.name and newest.said_at >= since:
            return each
    return None
