"""Campaigns that come too close to each other: said to who writes and to who approves, and never a refusal (pure).

Close are two that reach people of one area within some hours, and more in a week than a person is sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from broadcasts import audience, recurrence
from broadcasts.audience import Audience, AudienceError
from broadcasts.campaigns import RunState
from broadcasts.deliveries import Priority
from broadcasts.office import Office
from broadcasts.planned import Planned

WEEK = timedelta(days=7)
_BEHIND = (RunState.DONE, RunState.MISSED)
NAMED = 3  # others that are named; the rest are counted


def overlap(office: Office, one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether somebody may be meant by both audiences (as they are kept). Who chose no topic gets those of all."""
    try:
        first, second = _rule(one), _rule(other)
        return (
            _common(first.channels, second.channels)
            and _common(first.languages, second.languages)
            and _common_place(office, first, second)
        )
    except AudienceError:
        return True  # a place that no release knows any more: rather one warning too many


def near(office: Office, listed: Sequence[Planned]) -> list[tuple[Planned, Planned]]:
    """Those of what is planned that come close to another one for people of the same area, each with the other; what
    is over, or comes no more by itself, is in nobody's way."""
    coming = sorted((each for each in listed if each.state not in _BEHIND), key=lambda each: each.at)
    coming = [each for each in coming if each.priority in (None, Priority.ROUTINE)]
    found = []
    for place, one in enumerate(coming):
        for other in coming[place + 1 :]:
            if other.at - one.at >= recurrence.NEAR:
                break
            if other.campaign_id != one.campaign_id and overlap(office, one.audience, other.audience):
                found += [(one, other), (other, one)]
    return found


def _rule(raw: Mapping[str, Any]) -> Audience:
    """A correction follows its run, wherever that went."""
    return Audience() if "corrects" in raw else audience.from_json(dict(raw))


def _common(first: Sequence[str], second: Sequence[str]) -> bool:
    return not first or not second or bool(set(first) & set(second))


def _common_place(office: Office, first: Audience, second: Audience) -> bool:
    wanted = [set(office.codes(each.places)) if each.places else None for each in (first, second)]
    without = set(office.codes(first.exclusions)) | set(office.codes(second.exclusions))
    named = [each for each in wanted if each is not None]
    return not named or bool(set.intersection(*named) - without)


def warnings(
    dates: Sequence[datetime], others: Sequence[tuple[datetime, str]], cap: int, zone: tzinfo
) -> tuple[str, ...]:
    """One sentence for each thing to look at. ``dates``: of the campaign; ``others``: times and names of what
    reaches people of the same area, from a week before; ``cap``: messages that a person gets in a week, 0: any."""
    found = []
    near = recurrence.clashes(dates, others)
    if near:
        named = "; ".join(f"{name} lúc {_moment(at, zone)}" for at, name in near[:NAMED])
        more = f" và {len(near) - NAMED} tin nữa" if len(near) > NAMED else ""
        found.append(f"Gần giờ với {named}{more}, cùng nơi nhận.")
    if cap:
        full = next(((at, count) for at in dates if (count := _before(at, dates, others)) >= cap), None)
        if full is not None:
            found.append(
                f"Trong 7 ngày trước {_moment(full[0], zone)} cùng nơi này đã có {full[1]} tin; mỗi người nhận nhiều "
                f"nhất {cap} tin một tuần, nên sẽ có người không nhận được tin này."
            )
    return tuple(found)


def _before(at: datetime, dates: Sequence[datetime], others: Sequence[tuple[datetime, str]]) -> int:
    """How many others, and how many of its own, go out in the week before."""
    return sum(at - WEEK < each < at for each in (*dates, *(time for time, _ in others)))


def _moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.hour}:{local.minute:02d} ngày {local.day}/{local.month}"
