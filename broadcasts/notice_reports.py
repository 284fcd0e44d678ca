"""What became of a notice: counts for whoever issued it, and where nobody hears of it, for the loudspeaker.

Communes are shown as in every report: cells under five go into the next larger place (see ``cells``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.schema import deliveries
from broadcasts import cells, notice_calls, notice_taps
from broadcasts.notice_store import Notice

SILENT_FROM = 20  # so many reached and nobody tapped: a commune that should be asked by other ways
_WAITING = ("queued", "leased", "attempting")
_REACHED = ("sent", "withdrawn")  # what was taken back has been read, perhaps
# Not sent because another version, or the end, came first: nobody is out of reach for that.
_STOPPED = frozenset(("updated", "clear", "cancelled", "withdrawn", "expired", "over"))
Places = dict[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the newest version. ``unreachable``: by reason; ``stopped``: not sent, for something newer took its place.

    ``understood`` and ``help_asked`` are taps under the whole notice; ``answered`` of ``called`` officers have it in
    hand.
    """

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unknown: int = 0
    stopped: int = 0
    unreachable: Mapping[str, int] = field(default_factory=dict)
    understood: int = 0
    help_asked: int = 0
    answered: int = 0
    called: int = 0

    @property
    def total(self) -> int:
        """How many it is sent to, or was tried for."""
        return self.sent + self.waiting + self.failed + self.unknown

    @property
    def out_of_reach(self) -> int:
        return sum(self.unreachable.values())


async def progress(connection: AsyncConnection, notice: Notice) -> Progress:
    """The newest version as it stands now."""
    run_id = notice.newest.run_id
    grouped = (deliveries.c.state, deliveries.c.reason)
    asked = select(*grouped, func.count()).where(deliveries.c.run_id == run_id).group_by(*grouped)
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for state, reason, count in await connection.execute(asked):
        if state != "skipped":
            states[state] += int(count)
        elif reason in _STOPPED:
            states["stopped"] += int(count)
        else:
            reasons[reason] += int(count)
    taps = await notice_taps.counts(connection, notice.id)
    calls = await notice_calls.of_run(connection, run_id)
    return Progress(
        sent=sum(states[each] for each in _REACHED),
        waiting=sum(states[each] for each in _WAITING),
        failed=states["failed"],
        unknown=states["unknown"],
        stopped=states["stopped"],
        unreachable=dict(sorted(reasons.items())),
        understood=sum(taps.get(notice_taps.CLEAR, {}).values()),
        help_asked=sum(taps.get(notice_taps.HELP, {}).values()),
        answered=sum(each.answered_at is not None for each in calls),
        called=len(calls),
    )


async def unreachable(connection: AsyncConnection, run_id: int, larger: Mapping[str, str]) -> dict[str, Places]:
    """Who of a version's audience cannot be reached: by place, then by reason. ``larger``: see ``cells.larger_of``."""
    grouped = (deliveries.c.place_code, deliveries.c.reason)
    asked = (
        select(*grouped, func.count())
        .where(deliveries.c.run_id == run_id, deliveries.c.state.in_(("skipped", "failed")))
        .where(deliveries.c.reason.not_in(_STOPPED))
        .group_by(*grouped)
    )
    by_reason: dict[str, Counter[str]] = {}
    for place, reason, count in await connection.execute(asked):
        by_reason.setdefault(reason, Counter())[place] += int(count)
    found: dict[str, Places] = {}
    for reason, places in sorted(by_reason.items()):
        for place, count in cells.merged(places, larger).items():
            found.setdefault(place, {})[reason] = count
    return dict(sorted(found.items()))


async def silent(connection: AsyncConnection, notice: Notice) -> Places:
    """Communes where at least twenty people were reached and nobody has tapped anything, with how many were."""
    asked = (
        select(deliveries.c.place_code, func.count(func.distinct(deliveries.c.resident_id)))
        .where(deliveries.c.run_id.in_(_in_force(notice)), _reached(), deliveries.c.place_code != "")
        .group_by(deliveries.c.place_code)
    )
    tapped = {place for places in (await notice_taps.counts(connection, notice.id)).values() for place in places}
    rows = await connection.execute(asked.order_by(deliveries.c.place_code))
    return {place: int(count) for place, count in rows if count >= SILENT_FROM and place not in tapped}


async def only_old(connection: AsyncConnection, notice: Notice, larger: Mapping[str, str]) -> Places:
    """Who was reached by an earlier version and not by the newest, by place."""
    newest = notice.newest.run_id
    older = [each for each in notice.run_ids if each != newest]
    if not older:
        return {}
    reached = _once_each(older).subquery()
    again = deliveries.alias()
    heard = exists().where(
        again.c.run_id == newest, again.c.resident_id == reached.c.resident_id, again.c.state.in_(_REACHED)
    )
    asked = select(reached.c.place, func.count()).where(~heard).group_by(reached.c.place)
    counted = {place: int(count) for place, count in await connection.execute(asked)}
    return cells.merged(counted, larger)


def _once_each(run_ids: list[int]) -> Select[tuple[int, str]]:
    """Who was reached by any of these runs, with a place of theirs."""
    return (
        select(deliveries.c.resident_id, func.max(deliveries.c.place_code).label("place"))
        .where(deliveries.c.run_id.in_(run_ids), _reached())
        .group_by(deliveries.c.resident_id)
    )


def _in_force(notice: Notice) -> list[int]:
    return [each.run_id for each in notice.versions if each.kind.goes_on]


def _reached() -> ColumnElement[bool]:
    return deliveries.c.state.in_(_REACHED)
