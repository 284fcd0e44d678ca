"""One fake Official Account with all it knows: what every endpoint and the control interface work on."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.approved import first_templates
from tests.fakes.zalo_oa.assets import AssetStore
from tests.fakes.zalo_oa.clock import FakeClock, local_day
from tests.fakes.zalo_oa.faults import Fault
from tests.fakes.zalo_oa.grants import Grants
from tests.fakes.zalo_oa.journal import Act, Journal
from tests.fakes.zalo_oa.rates import MinuteCounter
from tests.fakes.zalo_oa.residents import ResidentBook
from tests.fakes.zalo_oa.settings import Settings

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.articles import Article
    from tests.fakes.zalo_oa.delivery import Webhook
    from tests.fakes.zalo_oa.groups import Group


@dataclass(slots=True)
class Event:
    """One body for the webhook. ``lane``: whose it is; ``timestamp``: as printed in it, for the mac."""

    number: int
    name: str
    lane: str
    body: bytes
    timestamp: str
    headers: dict[str, str]


class Account:
    """State of the account. Single-threaded: everything runs on one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.webhook: Webhook | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything but the settings; a webhook must have been closed before."""
        self.clock = FakeClock()
        self.grants = Grants(self.settings, self.clock.now())
        self.counter = MinuteCounter(self.settings)
        self.residents = ResidentBook()
        self.assets = AssetStore(self.settings)
        self.journal = Journal()
        self.faults: list[Fault] = []
        self.templates = first_templates()
        self.phones: dict[str, int] = {}  # phone number -> the error it gets
        self.groups: dict[str, Group] = {}
        self.articles: dict[str, Article] = {}  # by the token of their job
        self.ready_articles: dict[str, Article] = {}
        self.anonymous: dict[str, str] = {}  # conversation -> anonymous id
        self.tags: set[str] = set()
        self.muted: set[str] = set()
        self.spent: Counter[str] = Counter()  # what was used of quotas, by name and period
        self.inbound: dict[str, str] = {}  # message id -> who sent it: a resident, or an anonymous conversation
        self.last_event: dict[str, int] = {}
        self.shown: dict[str, int] = {}  # how many messages a player has looked at
        self._numbers: Counter[str] = Counter()
        self._odd = False

    def next_number(self, kind: str) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind]

    def new_id(self, kind: str) -> str:
        """An id as the platform makes them: twenty hexadecimal digits that tell nothing."""
        return hashlib.sha256(f"{kind} {self.next_number(kind)}".encode()).hexdigest()[:20]

    def number(self, value: int, documented: type[str] | type[int] = str) -> int | str:
        """A number in the type that the settings want: documentation and real answers do not agree."""
        style = self.settings.numbers
        if style == "mixed":
            self._odd = not self._odd
        swapped = style == "swapped" or (style == "mixed" and self._odd)
        as_text = (documented is str) != swapped
        return str(value) if as_text else value

    @property
    def month(self) -> str:
        return local_day(self.clock.now(), self.settings.night_zone)[:7]

    def spend(self, quota: str, limit: int) -> bool:
        """Use one of a monthly quota (0: without limit); false when none is left."""
        key = f"{quota} {self.month}"
        if 0 < limit <= self.spent[key]:
            return False
        self.spent[key] += 1
        return True

    def record(self, route: str, recipient: str, text: str, content: str, now: float, pair: int, **more: Any) -> Act:
        """Accept something: it gets an id and stands in the journal."""
        act = Act(
            len(self.journal.sends) + 1,
            route,
            recipient,
            self.new_id("sent"),
            text,
            content,
            now,
            time.monotonic(),
            pair=pair,
            event=self.last_event.get(recipient),
            **more,
        )
        self.journal.add_send(act)
        return act

    def emit(self, event: Event) -> None:
        """Give an event to the webhook; without one, or when its kind is switched off, nobody hears of it."""
        if self.webhook is None or event.name in self.muted:
            self.journal.unheard += 1
        else:
            self.webhook.deliver(event)
