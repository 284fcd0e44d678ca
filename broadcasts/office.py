"""What every step of a campaign's life needs to know of the installation, and how an audience becomes a question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Gazetteer
from bot.staff.areas import lies_in
from broadcasts.audience import Audience, AudienceError, Routing, Wanted, from_json
from broadcasts.deliveries import Priority
from broadcasts.post_targets import PostTarget
from content.catalog import Catalog

if TYPE_CHECKING:  # a campaign is what an office is asked about
    from broadcasts.store import Campaign

Misfits = Callable[["Campaign"], Sequence[str]]
Quotas = Callable[[AsyncConnection, datetime], Awaitable[Mapping[str, int]]]


def _everything_fits(_: Campaign) -> Sequence[str]:
    return ()


async def no_quotas(_: AsyncConnection, __: datetime) -> Mapping[str, int]:
    """Of an installation whose channels have none."""
    return {}


@dataclass(frozen=True, slots=True)
class Office:
    """``key`` is the installation's; ``routings`` are those of channels with windows, for routine messages and for
    notices; ``cap`` is how many routine messages a person may get in a week; ``rates`` are messages a second that an
    account of a channel may send, by channel; ``misfits``: one sentence for each text that is no single message on
    one of the channels it is for; ``quotas``: how many messages are left to a channel that has a quota; ``posts``: the
    public places that may be posted to, by name."""

    gazetteer: Gazetteer
    catalog: Catalog
    key: bytes
    zone: ZoneInfo
    quiet_from_to: tuple[time, time]
    cap: int
    routings: Mapping[str, Routing] = field(default_factory=dict)
    urgent_routings: Mapping[str, Routing] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    misfits: Misfits = _everything_fits
    quotas: Quotas = no_quotas
    posts: Mapping[str, PostTarget] = field(default_factory=dict)

    def routings_for(self, priority: int) -> Mapping[str, Routing]:
        return self.urgent_routings if priority == Priority.NOTICE else self.routings

    def codes(self, places: tuple[str, ...]) -> tuple[str, ...]:
        """Every code that lies in these places. Raises AudienceError for a place that does not exist."""
        found: dict[str, None] = {}
        for code in places:
            place = self.gazetteer.get(code)
            if place is None:
                raise AudienceError(f"Không có nơi “{code}”.")
            found[place.code] = None
            gates = self.gazetteer.gates(place.province_slug)
            if place.kind == "province":
                found |= dict.fromkeys(each.code for each in (*self.gazetteer.communes(place.province_slug), *gates))
            elif place.kind == "commune":
                found |= dict.fromkeys(each.code for each in gates if self.gazetteer.parent(each.code) == place)
        return tuple(found)

    def wanted(
        self,
        audience: Audience,
        languages: tuple[str, ...],
        priority: Priority = Priority.ROUTINE,
        corrects: int | None = None,
    ) -> Wanted:
        """Raises AudienceError."""
        return Wanted(
            audience,
            self.codes(audience.places),
            self.codes(audience.exclusions),
            languages,
            priority,
            self.cap if priority == Priority.ROUTINE else 0,
            corrects,
        )

    def targets(self, names: tuple[str, ...]) -> tuple[PostTarget, ...]:
        """The public places of these names. Raises AudienceError for one that the operator has not set up."""
        for name in names:
            if name not in self.posts:
                raise AudienceError(f"Không có nơi đăng “{name}”; người vận hành khai trong tệp tài khoản.")
        return tuple(self.posts[name] for name in dict.fromkeys(names))

    def within(self, place: str, area: str) -> bool:
        """Whether a place is an area, also one that no release knows any more, or lies in it."""
        return place == area or lies_in(self.gazetteer, place, area)

    def remaining(self, places: Sequence[str]) -> tuple[str, ...]:
        """Those of some places that still exist: what was said of one that has gone must be ended all the same."""
        return tuple(code for code in places if self.gazetteer.get(code) is not None)

    def areas(self, audience: Audience) -> tuple[str, ...]:
        """The areas that an audience touches; none named: everywhere. A public place is where the operator says."""
        posts = (self.posts[name].place_code if name in self.posts else "" for name in audience.posts)
        return tuple(dict.fromkeys((*(audience.places or ("",)), *posts)))

    def areas_of(self, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """The same of an audience as it is kept; a correction follows its run everywhere."""
        return ("",) if "corrects" in raw else self.areas(from_json(raw))

    def known_of(self, place_code: str) -> frozenset[str]:
        """The placeholders that have a value for somebody who lives here."""
        place = self.gazetteer.get(place_code)
        if place is not None and place.kind == "gate":
            place = self.gazetteer.parent(place_code)
        if place is None:
            return frozenset()
        return frozenset(("tinh",)) if place.kind == "province" else frozenset(("xa", "tinh"))

    def entry_title(self, entry_id: str) -> str:
        """The Vietnamese title of a stored answer; of one that is gone, its id."""
        entry = self.catalog.get(entry_id)
        return entry.title.get("vi", entry_id) if entry is not None else entry_id

    def entry_texts(self, entry_ids: tuple[str, ...]) -> list[tuple[str, str]]:
        """(language, text) of what the linked entries say and rest on."""
        texts = []
        for entry in filter(None, map(self.catalog.get, entry_ids)):
            texts += [(language, answer.text) for language, answer in entry.answers.items()]
            texts += [("vi", f"{each.law}, {each.article}") for each in entry.basis]
        return texts
