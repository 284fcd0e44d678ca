"""What an Official Account uses that is not free: counted once, kept, and believed as Zalo says it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import errors
from bot.channels.zalo_oa_book import StoredAllowanceBook, kept_allowance
from bot.channels.zalo_oa_quota import HOLDS, PACKAGE, Allowance, package_left, refused, taken
from bot.messages import FilledTemplate, OutgoingMessage
from bot.storage.db import Database
from tests.bot.zalo_oa_desk import AN, HELLO, at_work, failing, to
from tests.fakes.zalo_oa_client import HOUR, FakeZaloOa, launch, resident

NOVEMBER = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)  # the last minute of it in Vietnam
DECEMBER = NOVEMBER + timedelta(minutes=1)
LATE = resident(3)  # wrote fifty hours ago
REPLY = OutgoingMessage("Dạ.", answers="u-1")


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(receipts="none", scale=0.001) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        await attached.set_resident(AN, interacted_ago=60)
        await attached.set_resident(LATE, interacted_ago=50 * HOUR)
        yield attached


# --- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quota", "answers", "used", "left"),
    [
        ({"quota_type": "reply"}, False, 0, {}),
        ({"quota_type": "reply", "remain": "8", "total": "8"}, True, 0, {}),
        ({"quota_type": "welcome_msg", "remain": 2, "total": 3}, False, 0, {}),
        ({"quota_type": PACKAGE, "remain": "499", "total": "500"}, False, 1, {PACKAGE: 499}),
        ({"quota_type": "purchase_quota", "remain": 4821}, False, 1, {"purchase_quota": 4821}),
        ({"quota_type": "purchase_quota", "owner_type": "OA"}, False, 1, {}),
        ({"quota_type": PACKAGE, "remain": "viele"}, False, 1, {}),
        ({"quota_type": PACKAGE, "remain": -1}, False, 1, {}),
        (None, False, 1, {}),  # it was charged
        (None, True, 0, {}),  # an answer, where Zalo says nothing of a quota
        ("odd", False, 1, {}),
    ],
)
def test_what_a_send_says(quota: Any, answers: bool, used: int, left: dict[str, int]) -> None:
    found = taken({"message_id": "1", "quota": quota}, NOVEMBER, answers=answers)
    assert (found.used if found else 0, found.left if found else {}) == (used, left)


def test_a_month_ends_in_vietnam_and_with_it_the_package_but_not_what_was_bought() -> None:
    kept = Allowance("2026-11", 7, {PACKAGE: 3, "purchase_quota": 40}, taken_at=NOVEMBER)
    assert (kept.at(NOVEMBER).used, kept.prepaid(NOVEMBER)) == (7, 43)
    assert (kept.at(DECEMBER).used, kept.prepaid(DECEMBER)) == (0, 40)
    late = taken({"quota": {"quota_type": PACKAGE, "remain": 2}}, NOVEMBER, answers=False)
    assert late is not None
    assert kept.at(DECEMBER).plus(late).at(DECEMBER).left == {"purchase_quota": 40}


def test_a_refusal_is_believed_until_something_is_taken_or_an_hour_is_over() -> None:
    kept = Allowance().plus(refused(NOVEMBER))
    assert kept.prepaid(NOVEMBER) == 0
    assert not kept.used_up(NOVEMBER + HOLDS)
    assert kept.plus(Allowance("2026-11", 1, taken_at=NOVEMBER + timedelta(minutes=5))).prepaid(DECEMBER) is None


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ([{"quota_type": PACKAGE, "remain": 5, "total": 9}, {"quota_type": PACKAGE, "remain": "2"}], 7),
        ([{"quota_type": "other", "remain": 5}], None),
        ([], None),
        ([{"quota_type": PACKAGE}], None),
        ({"remain": 5}, None),
        (["odd", None], None),
    ],
)
def test_packages_as_zalo_lists_them(given: Any, left: int | None) -> None:
    found = package_left(given, NOVEMBER)
    assert (found.left[PACKAGE] if found else None) == left


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["2026-10", "2026-11", "2026-12"]))))
def test_what_was_used_in_the_newest_month_is_counted_whatever_comes_first(parts: list[tuple[int, str]]) -> None:
    whole = Allowance()
    for used, month in parts:
        whole = whole.plus(Allowance(month, used))
    newest = max((month for _, month in parts), default="")
    last = next((n for n, each in enumerate(parts) if each[1] == newest), 0)
    assert whole.month == newest
    assert whole.used == sum(used for used, month in parts[last:] if month == newest)


# --- kept, and at the platform ----------------------------------------------------------------------------------------


async def kept(db: Database) -> Allowance:
    async with db.reading() as connection:
        return await kept_allowance(connection)


async def test_two_processes_count_into_the_same(db: Database) -> None:
    first, second = StoredAllowanceBook(db), StoredAllowanceBook(db)
    await first.save(Allowance("2026-11", 2, {PACKAGE: 10}, taken_at=NOVEMBER))
    whole = await second.save(Allowance("2026-11", 3, {PACKAGE: 7}, refused_at=NOVEMBER))
    assert whole == await kept(db) == Allowance("2026-11", 5, {PACKAGE: 7}, NOVEMBER, NOVEMBER)
    await StoredAllowanceBook(db, "second").save(Allowance("2026-11", 1))
    assert (await kept(db)).used == 5


async def test_only_what_is_not_free_is_counted_and_it_outlives_the_process(
    fake: FakeZaloOa, sqlite_db: Database
) -> None:
    await fake.set_settings(sub_quota=5)
    async with at_work(fake, hook=False, book=StoredAllowanceBook(sqlite_db)) as desk:
        await desk.channel.paid.look()
        assert (await kept(sqlite_db)).left == {PACKAGE: 5}
        await desk.channel.send(to(AN), HELLO)
        await desk.channel.send(to(AN), REPLY)
        assert desk.channel.paid.used() == 0
        for _ in range(2):
            await desk.channel.send(to(LATE), HELLO)
        assert desk.channel.paid.used() == 2
    found = await kept(sqlite_db)  # written down when the account was closed
    assert (found.used, found.left) == (2, {PACKAGE: 3})
    async with at_work(fake, hook=False, book=StoredAllowanceBook(sqlite_db)) as desk:
        await desk.channel.send(to(LATE), HELLO)
    found = await kept(sqlite_db)
    assert (found.used, found.left) == (3, {PACKAGE: 2})


async def test_a_package_that_is_used_up_costs_money_and_without_money_it_is_used_up(
    fake: FakeZaloOa, sqlite_db: Database
) -> None:
    await fake.set_settings(sub_quota=1, wallet=0)
    async with at_work(fake, hook=False, book=StoredAllowanceBook(sqlite_db)) as desk:
        await desk.channel.send(to(LATE), HELLO)
        assert type(await failing(desk, LATE)) is errors.QuotaUsedUp
        found = await kept(sqlite_db)  # at once: others must not try
        now = datetime.now(UTC)
        assert (found.used, found.prepaid(now)) == (1, 0)
        await desk.channel.send(to(AN), REPLY)  # who has just written is answered, and that tells nothing of money
        assert (await kept(sqlite_db)).prepaid(now) == 0
        await fake.set_settings(wallet=100_000)
        await desk.channel.send(to(LATE), HELLO)
        assert not (await kept(sqlite_db)).used_up(datetime.now(UTC))


async def test_a_template_counts_too(fake: FakeZaloOa, sqlite_db: Database) -> None:
    await fake.set_template("t-1", fields={"ten": 30}, price_uid=200)
    message = OutgoingMessage("Dạ.", template=FilledTemplate("t-1", (("ten", "An"),)))
    async with at_work(fake, hook=False, book=StoredAllowanceBook(sqlite_db)) as desk:
        await desk.channel.send(to(LATE), message)
        assert desk.channel.paid.used() == 1


async def test_a_database_that_is_away_is_told_later(fake: FakeZaloOa) -> None:
    class Away:
        def __init__(self) -> None:
            self.away, self.saved = True, Allowance()

        async def save(self, added: Allowance) -> Allowance:
            if self.away:
                raise errors.StoreUnavailable
            self.saved = self.saved.plus(added)
            return self.saved

    book = Away()
    async with at_work(fake, hook=False, book=book) as desk:
        await desk.channel.send(to(LATE), HELLO)
        await desk.channel.paid.look()
        assert (book.saved.used, desk.channel.paid.used()) == (0, 1)
        book.away = False
        await desk.channel.paid.look()
        assert (book.saved.used, desk.channel.paid.used()) == (1, 1)
