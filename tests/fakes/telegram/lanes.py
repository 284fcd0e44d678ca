"""Updates on their way to a webhook, sorted into lanes: strict order inside a lane, none between lanes."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.fakes.telegram.schedule import Patience
from tests.fakes.telegram.updates import Pending

NEVER = float("inf")


@dataclass(slots=True, eq=False)
class Parcel:
    """One update with what its failures have led to."""

    update: Pending
    patience: Patience = field(default_factory=Patience)
    wakeup_at: float = 0.0


class Lanes:
    """Loaded parcels by lane, and the lanes' heads by the time at which they may go."""

    def __init__(self) -> None:
        self.waiting: deque[Pending] = deque()
        self.expired = 0
        self._lanes: dict[str, deque[Parcel]] = {}
        self._loaded = 0
        self._heads: list[tuple[float, int, str]] = []
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._lanes)

    def offer(self, updates: Iterable[Pending]) -> None:
        self.waiting.extend(updates)

    def load(self, now: float, room: int) -> None:
        """Sort waiting updates into lanes, but never hold more than ``room``: one stuck chat can crowd out
        the rest.
        """
        while self.waiting and self._loaded < room:
            update = self.waiting.popleft()
            if update.expires_at <= now:
                self.expired += 1
                continue
            parcel = Parcel(update, wakeup_at=now)
            lane = self._lanes.setdefault(update.queue, deque())
            lane.append(parcel)
            self._loaded += 1
            if len(lane) == 1:
                self._announce(parcel)

    def _announce(self, parcel: Parcel) -> None:
        self._sequence += 1
        heapq.heappush(self._heads, (parcel.wakeup_at, self._sequence, parcel.update.queue))

    def next_wakeup(self) -> float:
        return self._heads[0][0] if self._heads else NEVER

    def take_ready(self, now: float) -> Parcel | None:
        """The head of the lane that has waited longest, if it may go; it stays in its lane until dropped."""
        if not self._heads or self._heads[0][0] > now:
            return None
        return self._lanes[heapq.heappop(self._heads)[2]][0]

    def retry(self, parcel: Parcel, wakeup_at: float) -> None:
        parcel.wakeup_at = wakeup_at
        self._announce(parcel)

    def drop(self, parcel: Parcel) -> None:
        """The head of its lane is done with; the next of the lane may go."""
        lane = self._lanes[parcel.update.queue]
        lane.popleft()
        self._loaded -= 1
        if lane:
            self._announce(lane[0])
        else:
            del self._lanes[parcel.update.queue]
