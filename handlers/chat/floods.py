"""Who writes too fast: told once, then not answered; cries for help, STOP and erasure always come through.

That an update is answered with the request to slow down stands in its row, so that a restart, a second try or another
process answers it so too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto

from bot.messages import UNSAID, Address, Update
from bot.pacing import Bucket
from bot.storage.inbox import Claimed, Received
from handlers.chat import words

RATE, BURST = 1.0, 25.0  # updates a second of one resident, and how many at once
WAIT_FOR = 10  # seconds a flooding resident is asked to wait
_REMEMBERED = 5000  # verdicts kept for updates that come again: a channel repeats what was not acknowledged
_URGENT_BURST = 5.0  # what always comes through comes through as often as it can still be new
_ALWAYS_COMMANDS = frozenset({"stop", "huy", "xoa"})
_SLOW = '{"slow":'  # around the body, which is JSON


class Verdict(Enum):
    TAKE = auto()
    WARN = auto()  # answered with the request to slow down
    IGNORE = auto()


@dataclass(slots=True)
class _Flood:
    usual: Bucket
    urgent: Bucket
    warned: bool = False


def opened(row: Claimed) -> tuple[Claimed, bool]:
    """The row as it came in, and whether it is answered with the request to slow down."""
    if not row.body.startswith(_SLOW):
        return row, False
    return replace(row, body=row.body[len(_SLOW) : -1]), True


class FloodGate:
    """Judges at the door, before an update takes a place among those waiting.

    ``read``: what a row says; ``in_distress``: whether words are a cry for help. Both are asked only in a flood.
    """

    def __init__(self, read: Callable[[Received], Update | None], in_distress: Callable[[str], bool]) -> None:
        self._read = read
        self._in_distress = in_distress
        self._floods: dict[Address, _Flood] = {}
        self._judged: OrderedDict[tuple[str, str, str], Verdict] = OrderedDict()

    def admit(self, row: Received) -> Received:
        """The row as it is to be stored. What is ignored keeps only its key.

        A message counts for the moment it was written: what waited while the service was down is no flood.
        """
        key = (row.channel, row.account, row.key)
        verdict = self._judged.get(key)
        if verdict is None:
            written = min(row.acted_at or row.received_at, row.received_at)
            verdict = self._judged[key] = self._judge(row, written.timestamp())
            if len(self._judged) > _REMEMBERED:
                self._judged.popitem(last=False)
        if verdict is Verdict.IGNORE:
            return replace(row, state="ignored", body="", lane="")
        if verdict is Verdict.WARN:
            return replace(row, body=f"{_SLOW}{row.body}}}")
        return row

    def forget_quiet(self, now: datetime) -> None:
        """Drop what a new visitor would not differ from."""
        self._floods = {who: flood for who, flood in self._floods.items() if not flood.usual.idle(now.timestamp())}

    def _judge(self, row: Received, now: float) -> Verdict:
        address = Address(row.channel, row.account, row.lane)
        flood = self._floods.get(address)
        if flood is None:
            flood = self._floods[address] = _Flood(Bucket(RATE, BURST), Bucket(RATE, _URGENT_BURST))
        elif flood.usual.idle(now):
            flood.warned = False
        if flood.usual.admit(now):
            return Verdict.TAKE
        if self._urgent(row):
            return Verdict.TAKE if flood.urgent.admit(now) else Verdict.IGNORE
        if flood.warned:
            return Verdict.IGNORE
        flood.warned = True
        return Verdict.WARN

    def _urgent(self, row: Received) -> bool:
        update = self._read(row)
        if update is None or update.kind in UNSAID:
            return update is not None
        asked = words.command(update.text)
        if asked is not None:
            return asked[0] in _ALWAYS_COMMANDS
        return words.whole(update.text) in words.STOP or (bool(update.text) and self._in_distress(update.text))
