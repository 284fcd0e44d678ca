"""Takes back what was sent of a run on one account, or puts a mark over it, until everything that can be is.

The intention is in the database, and doing it twice is as good as once: a process that dies is followed by one that
goes on. It works only while the account's sender owns the account, and takes from the same share of the rate.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, logs
from bot.channels.base import Channel
from bot.channels.zalo_articles import ZaloArticles
from bot.clock import Clock
from bot.messages import Address, Taken
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from broadcasts import withdrawals
from broadcasts.post_targets import ARTICLE
from broadcasts.withdrawals import End, Open, Standing, StandingPost

AT_A_TIME = 50  # messages in one round, whose results are written together
WINDOW = 16  # calls in flight
LOOK_EVERY = 1.0  # seconds
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0  # seconds after a call that nobody answered
KEPT = "kept"  # the channel refuses, and will not do it later
log = logs.get("withdrawing")

Done = Callable[[AsyncConnection, int, str], Awaitable[None]]  # run, channel: written down with its last message
Words = Callable[[int, str, str], Awaitable[str]]  # run, mark, language: what stands there from now on
_OLD = timedelta.max  # too old to be deleted by any rule: its words are changed


def _always() -> bool:
    return True


class Withdrawer:
    """``words``: what stands in place of a message that gets a mark, or of one that is to be taken back and is too old
    to be deleted (no mark). ``owns``: whether this process may use the account now; ``articles``: on accounts that have
    them. A mark waits until the account is ``idle``: behind all other traffic."""

    def __init__(
        self,
        *,
        db: Database,
        channel: Channel,
        pacer: Pacer,
        clock: Clock,
        metrics: Metrics,
        words: Words,
        owns: Callable[[], bool],
        done: Done,
        articles: ZaloArticles | None = None,
        idle: Callable[[], bool] = _always,
    ) -> None:
        self._db = db
        self._channel = channel
        self._account = (channel.name, channel.account)
        self._pacer = pacer
        self._clock = clock
        self._metrics = metrics
        self._words = words
        self._owns = owns
        self._done = done
        self._articles = articles
        self._idle = idle
        self._later: dict[int, float] = {}  # messages whose chat must be left alone until then
        self._posts_seen: set[int] = set()  # posts that stay, or are gone
        self._silent = 0  # calls in a row that nobody answered
        self._shut_until = 0.0
        self._stopping = False
        self._at_work = asyncio.Lock()

    async def run(self) -> None:
        """Take back what is asked for until ``stop``; a broken round is logged and tried again."""
        while not self._stopping:
            more = False
            try:
                more = await self.tick()
            except errors.StoreUnavailable:
                log.error("the database does not answer; nothing is taken back")
            except Exception:
                log.error("withdrawing broke", exc_info=True)
            if not more:
                await self._clock.sleep(LOOK_EVERY)

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing more; what is in flight ends."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within), self._at_work:
                return

    async def tick(self) -> bool:
        """One round of at most ``AT_A_TIME`` messages; whether there is more to do at once."""
        async with self._at_work:
            if self._held_back():
                return False
            async with self._db.reading() as connection:
                asked = await withdrawals.open_ones(connection, self._account)
            for each in asked:
                if each.mark and not self._idle():
                    continue
                if await self._round(each):
                    return True
            return False

    async def _round(self, asked: Open) -> bool:
        """Some of the messages of one run; False: nothing can be done about it now."""
        if not self._channel.capabilities.withdraws:
            async with self._db.transaction() as connection:
                if asked.mark:
                    await withdrawals.drop(connection, asked.run_id, self._account, self._clock.now())
                    return True
                await withdrawals.all_stay(connection, asked.run_id, self._account)
            return await self._finish(asked)
        async with self._db.reading() as connection:
            rows = await withdrawals.batch(
                connection, asked.run_id, self._account, asked.cursor, AT_A_TIME, self._waiting()
            )
        if not rows:
            return await self._finish(asked)
        ends, cursor = await self._take_back_all(asked, rows)
        async with self._db.transaction() as connection:
            await withdrawals.settle(
                connection, asked.run_id, self._account, ends, cursor or asked.cursor, self._clock.now()
            )
        for each in ends:
            self._metrics.deliveries.labels(self._channel.name, "withdrawn" if each.taken else "sent").inc()
        return cursor > 0 and self._clock.monotonic() >= self._shut_until

    async def _take_back_all(self, asked: Open, rows: Sequence[Standing]) -> tuple[list[End], int]:
        """What became of them, and the last one that was reached (0: none).

        One place in the account's pace is asked for at a time, so that a reply never waits behind many; calls overlap.
        """
        ends: list[End] = []
        reached = 0
        slots = asyncio.Semaphore(WINDOW)

        async def take(row: Standing) -> None:
            try:
                words = await self._words(asked.run_id, asked.mark, row.language)
                sent_at = None if asked.mark else row.at
                end = await self._take_back(row.id, row.external_id, row.message_id, words, sent_at)
                if end is not None and asked.mark:
                    end = End(row.id, stays=end.stays or asked.mark)
            finally:
                slots.release()
            if end is not None:
                ends.append(end)

        async with asyncio.TaskGroup() as group:
            for row in rows:
                if not row.external_id or not row.message_id:
                    ends.append(End(row.id, stays="no-id" if row.external_id else "erased"))
                else:
                    await slots.acquire()
                    await self._sleep(self._pacer.reserve_bulk(self._clock.monotonic()))
                    if self._held_back():
                        slots.release()
                        break
                    group.create_task(take(row), name="withdrawal")
                reached = row.id
        return ends, reached

    def _held_back(self) -> bool:
        """Whether nothing may be begun now."""
        now = self._clock.monotonic()
        return self._stopping or not self._owns() or now < max(self._shut_until, self._pacer.flood_until)

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            await self._clock.sleep(seconds)

    def _waiting(self) -> list[int]:
        """Messages whose chat must still be left alone."""
        now = self._clock.monotonic()
        self._later = {number: until for number, until in self._later.items() if until > now}
        return list(self._later)

    async def _take_back(
        self, number: int, chat: str, message_id: str, words: str, sent_at: datetime | None
    ) -> End | None:
        """What became of one message, for which there is a place already; None: it is looked at again later.

        ``sent_at`` None: it is not deleted, whatever its age.
        """
        await self._sleep(self._pacer.reserve_chat(chat, self._clock.monotonic()))
        if self._held_back():
            return None
        while (wait := self._pacer.leave(self._clock.monotonic())) > 0:
            await self._clock.sleep(wait)
        age = _OLD if sent_at is None else self._clock.now() - sent_at
        try:
            taken = await self._channel.withdraw(Address(*self._account, chat), message_id, words, age)
        except errors.ChannelError as error:
            return End(number, stays=why) if (why := self._refused(number, chat, error)) else None
        except Exception:
            log.error("taking a message back broke", exc_info=True)
            return End(number, stays=KEPT)
        self._silent = 0
        return End(number, taken=str(taken))

    def _refused(self, number: int, chat: str, error: errors.ChannelError) -> str:
        """Why a message stays where it is; empty: it is tried again, which does no harm."""
        now = self._clock.monotonic()
        self._metrics.send_errors.labels(self._channel.name, type(error).__name__).inc()
        match error:
            case errors.RecipientGone():
                return error.reason
            case errors.RecipientMoved():
                return "moved"
            case errors.Throttled():
                self._later[number] = now + error.retry_after
                if self._pacer.throttled(chat, error.retry_after, now) or error.retry_after > 30:
                    self._shut_until = max(self._shut_until, now + error.retry_after)
            case errors.AccountRejected() | errors.QuotaUsedUp():
                self._shut_until = max(self._shut_until, now + _LONGEST_WAIT)
            case errors.NotSent() | errors.OutcomeUnknown():
                self._silent += 1
                wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(self._silent - 1, 10))
                self._shut_until = max(self._shut_until, now + wait)
            case _:
                return KEPT
        return ""

    # --- posts, and the end -----------------------------------------------------------------------------------------

    async def _finish(self, asked: Open) -> bool:
        """The posts, and then the end, if nothing is left; False: something has to wait."""
        async with self._db.reading() as connection:
            standing = await withdrawals.standing_posts(connection, asked.run_id, self._account)
        if asked.mark:
            standing = []  # what is posted for everybody is followed by a new post
        for post in standing:
            if post.id in self._posts_seen:
                continue
            end = await self._post(asked, post)
            if end is None:
                return False
            self._posts_seen.add(post.id)
            async with self._db.transaction() as connection:
                await withdrawals.settle_post(connection, end, self._clock.now())
        async with self._db.transaction() as connection:
            finished = await withdrawals.finish(connection, asked.run_id, self._account, self._clock.now())
            if finished and not asked.mark:
                await self._done(connection, asked.run_id, self._channel.name)
        if finished:
            self._posts_seen.difference_update(post.id for post in standing)
        return finished

    async def _post(self, asked: Open, post: StandingPost) -> End | None:
        """A post is deleted or edited like a message; an article is taken off the account's page."""
        if self._channel.capabilities.withdraws:
            await self._sleep(self._pacer.reserve_bulk(self._clock.monotonic()))
            words = await self._words(asked.run_id, asked.mark, post.language)
            end = await self._take_back(-post.id, post.target, post.message_id, words, post.at)
            return replace(end, id=post.id) if end is not None else None
        if post.kind != ARTICLE or self._articles is None:
            return End(post.id, stays=withdrawals.CHANNEL)
        try:
            article_id = post.article_id or await self._articles.ready(post.article_job, patience=0)
            await self._articles.remove(article_id)
        except errors.ChannelError as error:
            return End(post.id, stays=why) if (why := self._refused(-post.id, post.target, error)) else None
        return End(post.id, taken=str(Taken.DELETED))
