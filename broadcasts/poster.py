"""The poster of one account: what is due is paced, marked, sent and settled, one after the other.

There are a handful of posts in a run, and each is read by thousands: none is hurried, and none is sent twice. It works
only while the account's sender owns the account, so that both keep one pace.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Protocol

from bot import errors, logs
from bot.channels.base import Channel
from bot.channels.zalo_articles import (
    LONGEST_AUTHOR,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    Article,
    Picture,
    Target,
    ZaloArticles,
)
from bot.channels.zalo_oa_times import seconds_to_morning
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.storage.db import Database
from bot.storage.ownership import Post, hold, let_go
from broadcasts import posts
from broadcasts.deliveries import DeliveryState, Outcome, Settling
from broadcasts.engine import Skip
from broadcasts.post_targets import ARTICLE, GROUP, cities
from broadcasts.posts import Due

LOOK_EVERY = 1.0  # seconds
ARTICLE_LOOK = timedelta(seconds=30)  # between two looks whether an article has been made
MOST_LOOKS = 120
log = logs.get("poster")


@dataclass(frozen=True, slots=True)
class Words:
    """What is posted: the message for a chat or a group; for an article its words without the rest, and who says so."""

    message: OutgoingMessage
    text: str
    author: str


class PostWriting(Protocol):
    """What a run says in one public place, as this channel shows it."""

    async def __call__(self, channel: Channel, due: Due) -> Words | Skip: ...


@dataclass(frozen=True, slots=True)
class _Step:
    """What a call came to. ``progress``: what is known of the post from now on."""

    outcome: Outcome
    progress: dict[str, object] = field(default_factory=dict)


class Poster:
    """``owns``: whether this process may send for the account now; ``articles``: on accounts that have them;
    ``alone``: see ``hold``."""

    def __init__(
        self,
        *,
        db: Database,
        channel: Channel,
        pacer: Pacer,
        clock: Clock,
        metrics: Metrics,
        rng: Random,
        owner: str,
        write: PostWriting,
        owns: Callable[[], bool],
        articles: ZaloArticles | None = None,
        alone: bool = False,
    ) -> None:
        self._db = db
        self._channel = channel
        self._account = (channel.name, channel.account)
        self._post = Post("poster", channel.name, channel.account)
        self._pacer = pacer
        self._clock = clock
        self._metrics = metrics
        self._rng = rng
        self._owner = owner
        self._write = write
        self._owns = owns
        self._articles = articles
        self._alone = alone
        self._settling = Settling()
        self._shut_until = 0.0
        self._stopping = False
        self._at_work = asyncio.Lock()
        self._in_doubt: set[int] = set()  # posts that may be marked as attempting although nothing has left

    async def run(self) -> None:
        """Post what is due until ``stop``; a broken round is logged and tried again."""
        while not self._stopping:
            try:
                await self.tick()
            except errors.StoreUnavailable:
                log.error("the database does not answer; nothing is posted")
            except Exception:
                log.error("posting broke", exc_info=True)
            await self._clock.sleep(LOOK_EVERY)

    async def stop(self, within: float = 10.0) -> None:
        """Begin nothing more, finish what has begun, give the account up."""
        self._stopping = True
        with contextlib.suppress(TimeoutError, errors.StoreUnavailable):
            async with asyncio.timeout(within), self._at_work, self._db.transaction() as connection:
                await let_go(connection, self._post, self._owner, self._clock.now())

    async def tick(self) -> int:
        """Post what is due now; how many steps were taken."""
        async with self._at_work:
            if self._stopping or not self._owns() or self._clock.monotonic() < self._shut_until:
                return 0
            async with self._db.reading() as connection:
                if not await posts.open_ones(connection, self._account):
                    return 0
            if not await self._hold():
                return 0
            async with self._db.reading() as connection:
                due = await posts.due(connection, self._account, self._clock.now())
            taken = 0
            for each in due:
                if self._stopping or self._clock.monotonic() < self._shut_until:
                    break
                taken += await self._advance(each)
            return taken

    async def _hold(self) -> bool:
        """Take or keep the posts of this account; what another had begun may be there or not."""
        async with self._db.transaction() as connection:
            held = await hold(connection, self._post, self._owner, self._clock.now(), alone=self._alone)
            if held is not None and held.taken:
                lost = await posts.take_over(connection, self._account, self._clock.now())
                if lost:
                    log.warning("posts of a sender that died", unknown=lost, channel=self._channel.name)
            if held is not None and self._in_doubt:
                await posts.put_back(connection, self._in_doubt, self._clock.now())
        if held is not None:
            self._in_doubt.clear()
        return held is not None

    async def _advance(self, due: Due) -> bool:
        """One step of one post; False when it was not ours to take."""
        words = await self._write(self._channel, due)
        if isinstance(words, Skip):
            await self._settle(due, _Step(Outcome(DeliveryState.SKIPPED, words.reason)), begun=False)
            return True
        if due.kind == ARTICLE:
            night = seconds_to_morning(self._clock.now())
            if night is not None:  # not even made: an article is on the account's page as soon as it is there
                later = self._clock.now() + timedelta(seconds=night)
                await self._settle(due, _Step(Outcome(DeliveryState.QUEUED, not_before=later)), begun=False)
                return True
            if due.article_job and not due.article_id:
                await self._settle(due, await self._look(due), begun=False)
                return True
        await self._pace(due)
        if not self._owns() or self._clock.monotonic() < self._pacer.flood_until:
            return False
        self._in_doubt.add(due.id)
        async with self._db.transaction() as connection:
            if await hold(connection, self._post, self._owner, self._clock.now(), alone=self._alone) is None:
                return False
            if not await posts.begin(connection, due.id, self._clock.now()):
                return False
        self._in_doubt.discard(due.id)
        while (wait := self._pacer.leave(self._clock.monotonic())) > 0:
            await self._clock.sleep(wait)
        try:
            step = await self._call(due, words)
        except errors.ChannelError as error:
            step = _Step(self._failed(due, error))
        except Exception:
            log.error("an attempt broke", exc_info=True)
            step = _Step(Outcome(DeliveryState.UNKNOWN, "no-answer"))
        self._metrics.deliveries.labels(self._channel.name, str(step.outcome.state)).inc()
        await self._settle(due, step)
        return True

    async def _pace(self, due: Due) -> None:
        await self._sleep(self._pacer.reserve_bulk(self._clock.monotonic()))
        await self._sleep(self._pacer.reserve_chat(due.target, self._clock.monotonic()))

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def _call(self, due: Due, words: Words) -> _Step:
        """The call that does something. Raises a ChannelError."""
        if self._articles is not None and due.kind == GROUP:
            return self._sent((await self._articles.to_group(due.target, words.message.text)).message_id)
        if due.kind != ARTICLE:
            receipt = await self._channel.send(Address(*self._account, due.target), words.message)
            return self._sent(receipt.message_id)
        if self._articles is None:
            raise errors.ContentRejected("this account has no articles")
        if not due.article_job:
            job = await self._articles.create(article_of(words, due.cover))
            return _Step(Outcome(DeliveryState.QUEUED), {"article_job": job, "attempts": 0})
        receipt = await self._articles.broadcast([due.article_id], Target(cities=cities(due.target)))
        return self._sent(receipt.message_id)

    async def _look(self, due: Due) -> _Step:
        """Whether the article has been made. A question: it may be asked as often as it takes."""
        if self._articles is None:
            return _Step(Outcome(DeliveryState.FAILED, "content"))
        try:
            found = await self._articles.ready(due.article_job, patience=0)
        except errors.ContentRejected:
            return _Step(Outcome(DeliveryState.FAILED, "content"))
        except errors.ChannelError as error:
            if due.attempts >= MOST_LOOKS:
                return _Step(Outcome(DeliveryState.FAILED, "not-ready"))
            wait = ARTICLE_LOOK
            if isinstance(error, errors.Throttled):
                wait = timedelta(seconds=error.retry_after)
            later = Outcome(DeliveryState.QUEUED, not_before=self._clock.now() + wait)
            return _Step(later, {"attempts": due.attempts + 1})
        return _Step(Outcome(DeliveryState.QUEUED), {"article_id": found, "attempts": 0})

    def _sent(self, message_id: str) -> _Step:
        return _Step(self._settling.sent(message_id))

    def _failed(self, due: Due, error: errors.ChannelError) -> Outcome:
        now = self._clock.monotonic()
        self._metrics.send_errors.labels(self._channel.name, type(error).__name__).inc()
        outcome = self._settling.failed(due.attempts + 1, error, self._clock.now(), self._rng, urgent=False)
        if isinstance(error, errors.Throttled):
            # An article waits for the morning: that says nothing of the account, whose replies must go on.
            if due.kind != ARTICLE and self._pacer.throttled(due.target, error.retry_after, now):
                self._shut_until = max(self._shut_until, now + error.retry_after)
        elif outcome.shut and outcome.not_before is not None:
            self._shut_until = now + (outcome.not_before - self._clock.now()).total_seconds()
            log.critical("the channel refuses to post", channel=self._channel.name, why=type(error).__name__)
        return outcome

    async def _settle(self, due: Due, step: _Step, *, begun: bool = True) -> None:
        """A result is never dropped while this process lives: it waits until the database takes it."""
        wait = 0.1
        while True:
            try:
                async with self._db.transaction() as connection:
                    await posts.settle(connection, due.id, step.outcome, self._clock.now(), step.progress, begun=begun)
                return
            except errors.StoreUnavailable:
                await self._clock.sleep(wait)
                wait = min(5.0, wait * 2)


def article_of(words: Words, cover: str) -> Article:
    """A signed text as an article: its first line is the title, for nothing but signed words is shown."""
    first, *rest = [line.strip() for line in words.text.splitlines() if line.strip()]
    title = _cut(first, LONGEST_TITLE)
    body = [line.strip() for line in words.message.text.splitlines() if line.strip()]
    if title == first and len(body) > 1:
        body = body[1:]  # nobody reads it twice
    description = _cut(" ".join(rest) or first, LONGEST_DESCRIPTION)
    return Article(title, description, _cut(words.author, LONGEST_AUTHOR), Picture(cover), tuple(body))


def _cut(text: str, longest: int) -> str:
    """Whole words, with a sign that there is more."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:.–-") + "…"
