"""Residents of four communes on two platforms: who of them has to hear of which warning, and who must hear of none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fakes.telegram_client import FakeTelegram
from tests.fakes.zalo_oa_client import FakeZaloOa, resident

STORMY = ("c-29971", "c-29955")  # Thường Phước, Hồng Ngự
CHEATED, SLIDING, ELSEWHERE = "c-29929", "c-29926", "c-30037"  # Tân Hộ Cơ, Tân Hồng, Tháp Mười
TELEGRAM, ZALO = "telegram", "zalo-oa"
FIRST_CHAT, FIRST_ZALO = 8_000_000, 500_000
HOUR, DAY = 3600.0, 86400.0
Who = tuple[str, str]  # the channel, and the address there


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many people there are of each kind. ``elsewhere``: where no warning goes; ``odd``: of each exception."""

    stormy: int
    cheated: int
    sliding: int
    elsewhere: int
    fresh: int  # wrote on Zalo within 48 hours
    week: int  # … within seven days
    old: int  # … longer ago: a message would need a template
    odd: int


@dataclass(frozen=True, slots=True)
class Group:
    """People of one kind. ``wrote_ago`` in seconds, on Zalo only."""

    name: str
    channel: str
    addresses: tuple[str, ...]
    places: tuple[str, ...]
    safety: bool = True
    routine: bool = True
    reachable: str = "ok"
    wrote_ago: float = 0.0

    @property
    def everybody(self) -> set[Who]:
        return {(self.channel, each) for each in self.addresses}


@dataclass(frozen=True, slots=True)
class People:
    groups: dict[str, Group] = field(default_factory=dict)

    @classmethod
    def of(cls, sizes: Sizes) -> People:
        chats, accounts = _numbers(FIRST_CHAT), _numbers(FIRST_ZALO)
        found: dict[str, Group] = {}

        def telegram(name: str, count: int, *places: str, **kept: object) -> None:
            addresses = tuple(str(next(chats)) for _ in range(count))
            found[name] = Group(name, TELEGRAM, addresses, places, **kept)  # type: ignore[arg-type]

        def zalo(name: str, count: int, *places: str, **kept: object) -> None:
            addresses = tuple(resident(next(accounts)) for _ in range(count))
            found[name] = Group(name, ZALO, addresses, places, routine=False, **kept)  # type: ignore[arg-type]

        telegram("stormy", sizes.stormy // 2, STORMY[0])
        telegram("stormy, other commune", sizes.stormy - sizes.stormy // 2, STORMY[1])
        telegram("both stormy communes", sizes.odd, *STORMY)
        telegram("stormy and cheated", sizes.odd, STORMY[0], CHEATED)
        telegram("warnings alone", sizes.odd, STORMY[0], routine=False)
        telegram("will block", sizes.odd, STORMY[0])
        telegram("will stop", sizes.odd, STORMY[1])
        telegram("has blocked unheard", sizes.odd, STORMY[0], routine=False)
        telegram("has blocked", sizes.odd, STORMY[0], reachable="blocked")
        telegram("campaigns alone", sizes.odd, STORMY[0], safety=False)
        telegram("nothing", sizes.odd, STORMY[1], safety=False, routine=False)
        telegram("no place", sizes.odd)
        telegram("cheated", sizes.cheated, CHEATED)
        telegram("sliding", sizes.sliding, SLIDING)
        telegram("elsewhere", sizes.elsewhere, ELSEWHERE)
        zalo("fresh", sizes.fresh, STORMY[0], wrote_ago=HOUR)
        zalo("week", sizes.week, STORMY[1], wrote_ago=3 * DAY)
        zalo("old", sizes.old, STORMY[0], wrote_ago=20 * DAY)
        zalo("zalo without warnings", sizes.odd, STORMY[0], safety=False, wrote_ago=HOUR)
        zalo("cheated on Zalo", sizes.odd, CHEATED, wrote_ago=HOUR)
        zalo("sliding on Zalo", sizes.odd, SLIDING, wrote_ago=2 * DAY)
        return cls(found)

    def among(self, *names: str) -> set[Who]:
        return {who for name in names for who in self.groups[name].everybody}

    @property
    def everybody(self) -> set[Who]:
        return self.among(*self.groups)

    @property
    def told_to_the_end(self) -> set[Who]:
        """Of the storm, every version."""
        return self.among(
            "stormy",
            "stormy, other commune",
            "both stormy communes",
            "stormy and cheated",
            "warnings alone",
            "fresh",
            "week",
        )

    @property
    def told_at_first(self) -> set[Who]:
        """Of the storm: also who leaves after the first message."""
        return self.told_to_the_end | self.among("will block", "will stop")

    @property
    def told_of_fraud(self) -> set[Who]:
        return self.among("cheated", "stormy and cheated", "cheated on Zalo")

    @property
    def told_of_landslide(self) -> set[Who]:
        return self.among("sliding", "sliding on Zalo")

    @property
    def in_campaign(self) -> set[Who]:
        """Without those who leave while it is being sent: they may have it or not."""
        return {
            who
            for each in self.groups.values()
            if each.channel == TELEGRAM and each.routine and each.reachable == "ok"
            for who in each.everybody
        } - self.among("will block", "will stop")


def _numbers(first: int) -> Iterator[int]:
    while True:
        yield first
        first += 1


def settle(people: People, database: Path) -> None:
    """Put them into the database of a service, as they would be there after their talks with it."""
    now = datetime.now(UTC)
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        for group in people.groups.values():
            wrote = (now - timedelta(seconds=group.wrote_ago)).strftime("%Y-%m-%d %H:%M:%S.%f")
            kept = (group.channel, wrote[:10], wrote if group.channel == ZALO else None)
            for address in group.addresses:
                made = connection.execute(
                    "INSERT INTO residents (channel, account, external_id, last_wrote_on, last_wrote_at, reachable,"
                    " safety, routine) VALUES (?, 'main', ?, ?, ?, ?, ?, ?)",
                    (kept[0], address, *kept[1:], group.reachable, group.safety, group.routine),
                )
                connection.executemany(
                    "INSERT INTO resident_places (resident_id, place_code) VALUES (?, ?)",
                    [(made.lastrowid, place) for place in group.places],
                )


async def introduce(people: People, telegram: FakeTelegram, zalo: FakeZaloOa) -> None:
    """What the platforms know of them: when they wrote last, and who does not want to hear from us."""
    for group in people.groups.values():
        if group.channel == ZALO:
            first = int(group.addresses[0])
            await zalo.know(len(group.addresses), first=first, interacted_ago=group.wrote_ago)
    gone = (*people.groups["has blocked"].addresses, *people.groups["has blocked unheard"].addresses)
    await telegram.set_chats({int(each): "blocked" for each in gone})
