"""The quota of a Zalo bot: months, chats, what is written down, and what a 429 without a time is taken for."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_bot_book import StoredQuotaBook
from bot.channels.zalo_bot_quota import Meter, Refusals, Tally, month_of
from bot.errors import NotSent, QuotaUsedUp, Throttled
from bot.storage.db import Database
from bot.storage.schema import channel_state

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOVEMBER = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def meter(limit: int = 10, chat_limit: int = 5) -> Meter:
    return Meter(ZONE, limit, chat_limit, b"key")


# --- counting -----------------------------------------------------------------------------------------------------


def test_a_month_begins_at_midnight_of_the_zone() -> None:
    assert month_of(datetime(2026, 11, 30, 16, 59, tzinfo=UTC), ZONE) == "2026-11"
    assert month_of(datetime(2026, 11, 30, 17, 0, tzinfo=UTC), ZONE) == "2026-12"


def test_messages_are_counted_by_the_month_and_chats_for_ever() -> None:
    counting = meter()
    for chat in ("a", "b", "a"):
        counting.sent(chat, NOVEMBER)
    assert (counting.quota(NOVEMBER).sent, counting.quota(NOVEMBER).chats) == (3, 2)
    assert (counting.quota(DECEMBER).sent, counting.quota(DECEMBER).chats) == (0, 2)
    counting.sent("c", DECEMBER)
    assert (counting.quota(DECEMBER).sent, counting.quota(DECEMBER).chats) == (1, 3)


@pytest.mark.parametrize(("sent", "warned"), [(7, False), (8, True), (11, True)])
def test_a_warning_at_80_percent_of_the_messages(sent: int, warned: bool) -> None:
    counting = meter(limit=10)
    counting.kept = Tally("2026-11", sent)
    assert counting.quota(NOVEMBER).warned is warned
    assert not counting.quota(DECEMBER).warned


def test_a_warning_at_80_percent_of_the_chats() -> None:
    counting = meter(chat_limit=5)
    for chat in "abc":
        counting.met(chat, NOVEMBER)
    assert not counting.quota(NOVEMBER).warned
    counting.met("d", NOVEMBER)
    assert counting.quota(NOVEMBER).warned


def test_chats_are_counted_up_to_the_limit_and_lead_to_nobody() -> None:
    counting = meter(chat_limit=5)
    for number in range(50):
        counting.met(f"chat-{number}", NOVEMBER)
    marks = counting.total(NOVEMBER).chats
    assert len(marks) == 5
    assert not any("chat" in mark for mark in marks)
    other = Meter(ZONE, 10, 5, b"another key")
    other.met("chat-0", NOVEMBER)
    assert not other.total(NOVEMBER).chats & marks


tallies = st.builds(
    Tally,
    st.sampled_from(["", "2026-10", "2026-11"]),
    st.integers(0, 9),
    st.frozensets(st.sampled_from("abc")),
).map(lambda each: each if each.month else Tally("", 0, each.chats))


@given(tallies, tallies, tallies)
def test_adding_up_needs_no_order(one: Tally, two: Tally, three: Tally) -> None:
    """So that it does not matter which process writes first."""
    assert one.plus(two) == two.plus(one)
    assert one.plus(two).plus(three) == one.plus(two.plus(three))
    assert one.plus(Tally()) == one


# --- the book -----------------------------------------------------------------------------------------------------


async def test_what_is_written_down_is_read_again(db: Database) -> None:
    book = StoredQuotaBook(db)
    assert await book.load() == Tally()
    assert await book.save(Tally("2026-11", 2, frozenset("a"))) == Tally("2026-11", 2, frozenset("a"))
    other = StoredQuotaBook(db)  # of another process: both add to the same
    assert await other.save(Tally("2026-11", 3, frozenset("b"))) == Tally("2026-11", 5, frozenset("ab"))
    assert await book.load() == Tally("2026-11", 5, frozenset("ab"))
    assert (await book.save(Tally("2026-12", 1))).sent == 1
    async with db.reading() as connection:
        rows = (await connection.execute(channel_state.select())).all()
    assert [(row.channel, row.account, row.key) for row in rows] == [("zalo-bot", "main", "quota")]


async def test_accounts_are_apart(sqlite_db: Database) -> None:
    await StoredQuotaBook(sqlite_db, "main").save(Tally("2026-11", 2))
    assert await StoredQuotaBook(sqlite_db, "second").load() == Tally()


# --- refusals without a time --------------------------------------------------------------------------------------


def waited(error: NotSent) -> float:
    assert isinstance(error, Throttled)
    return error.retry_after


def test_each_refusal_waits_longer_and_a_success_ends_it() -> None:
    refusals, now, waits = Refusals(), 0.0, []
    for _ in range(4):
        wait = waited(refusals.refused(now, limit_reached=False))
        waits.append(wait)
        now += wait
    assert waits == [5, 10, 20, 40]
    refusals.worked()
    assert refusals.held(now) is None
    assert waited(refusals.refused(now, limit_reached=False)) == 5


def test_nobody_asks_again_before_the_wait_is_over() -> None:
    refusals = Refusals()
    refusals.refused(100.0, limit_reached=False)
    held = refusals.held(102.0)
    assert held is not None
    assert waited(held) == 3
    assert refusals.held(105.0) is None


def test_refusals_of_calls_that_were_under_way_together_count_once() -> None:
    refusals = Refusals()
    assert [waited(refusals.refused(now, limit_reached=True)) for now in (0.0, 1.0, 2.0)] == [5, 4, 3]
    assert not refusals.used_up


def test_past_the_months_count_the_second_refusal_means_the_quota() -> None:
    refusals = Refusals()
    assert isinstance(refusals.refused(0.0, limit_reached=True), Throttled)
    assert isinstance(refusals.refused(5.0, limit_reached=True), QuotaUsedUp)
    assert refusals.used_up
    assert isinstance(refusals.held(6.0), QuotaUsedUp)
    assert refusals.held(605.0) is None  # a new month may have begun: it is tried
    refusals.worked()
    assert not refusals.used_up


def test_below_the_months_count_it_takes_six() -> None:
    """Our count may be wrong: other bots of the same person may share the quota."""
    refusals, now, seen = Refusals(), 0.0, []
    for _ in range(6):
        error = refusals.refused(now, limit_reached=False)
        seen.append(type(error))
        now += error.retry_after if isinstance(error, Throttled) else 0
    assert seen == [Throttled] * 5 + [QuotaUsedUp]
    assert now == 155
