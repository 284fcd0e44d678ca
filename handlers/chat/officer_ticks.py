"""What an approver ticks, one button each, before there is a button to approve with.

What was ticked stands in the subject of the next buttons, with the digest of what was read: no other state is kept,
and when the campaign or what must be ticked has changed, ticking begins anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from broadcasts.approval import SECRECY, NotAllowed
from broadcasts.store import ChangedMeanwhile
from handlers.chat.officer_sitting import Choice, Sitting

MOST = 90  # more would not fit in a button's subject, and nobody reads them on a phone
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Ticked:
    """``mask``: which of the list are ticked, one bit each; ``of``: the mark of that list."""

    number: int
    digest: str
    mask: int
    of: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}:{self.mask:x}:{self.of}"

    @classmethod
    def read(cls, subject: str) -> Ticked:
        number, digest, mask, of = subject.split(":")
        return cls(int(number), digest, int(mask, 16), of)


async def ticking(
    sitting: Sitting, number: int, before: Ticked | None = None
) -> tuple[list[tuple[Choice, ...]], list[str]]:
    """The buttons still to be ticked, or the one that approves; and the lines that say what is ticked.

    Raises ChangedMeanwhile when it is no longer what ``before`` was about.
    """
    seen = await sitting.service.checklist(sitting.officer, number)
    back = (Choice(sitting.say("officer.b_return"), "return", f"{number}:{seen.digest}"),)
    if seen.refused:
        return [back], [seen.refused]
    if len(seen.ticks) > MOST:
        return [back], [sitting.say("officer.too_many", n=len(seen.ticks))]
    now = before or Ticked(number, seen.digest, 0, _mark(seen.ticks))
    if (now.digest, now.of) != (seen.digest, _mark(seen.ticks)):
        raise ChangedMeanwhile
    open_ = [place for place in range(len(seen.ticks)) if not now.mask >> place & 1]
    if not open_:
        return [(Choice(sitting.say("officer.b_approve"), "approve", str(now)),), back], []
    rows = []
    for place in open_[:AT_ONCE]:
        what = seen.ticks[place]
        key = "officer.b_secrecy" if what == SECRECY else "officer.b_tick"
        after = Ticked(number, now.digest, now.mask | 1 << place, now.of)
        rows.append((Choice(sitting.say(key, what=what), "tick", str(after)),))
    lines = [sitting.say("officer.tick", i=len(seen.ticks) - len(open_), n=len(seen.ticks))]
    lines += [f"· {seen.ticks[place]}" for place in open_[:AT_ONCE]]
    return [*rows, back], lines


async def all_of(sitting: Sitting, ticked: Ticked) -> tuple[str, ...]:
    """Everything that had to be ticked, when all of it is. Raises ChangedMeanwhile, NotAllowed."""
    seen = await sitting.service.checklist(sitting.officer, ticked.number)
    if (ticked.digest, ticked.of) != (seen.digest, _mark(seen.ticks)):
        raise ChangedMeanwhile
    missing = [what for place, what in enumerate(seen.ticks) if not ticked.mask >> place & 1]
    if missing:
        raise NotAllowed(f"Chưa đánh dấu: {missing[0]}.")
    return seen.ticks


def _mark(ticks: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(ticks), ensure_ascii=False).encode()).hexdigest()[:8]
