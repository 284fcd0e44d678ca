"""Feeds of warnings of others, looked at now and then: what is new becomes a draft for a person.

A message that cannot be read does not stop the others, and a feed that is slow or broken does not stop the other
feeds. What was read is remembered as long as this process lives; after a new start everything is read once more, and
what is there already is refused quietly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import errors, logs
from bot.clock import Clock
from bot.fetching import Fetcher, NotFetched
from broadcasts.cap_inbox import CapInbox
from broadcasts.cap_xml import CapRefused
from broadcasts.feed_index import Listed, read_index
from broadcasts.feed_settings import FeedSource

EVERY = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)  # between two looks at a feed that does not answer
MOST_AT_ONCE = 50  # messages fetched at one look; the rest at the next ones
LOOK_FOR = 60.0  # seconds: nothing more is begun at one look
log = logs.get("feeds")


@dataclass(slots=True)
class _Watched:
    source: FeedSource
    due_at: datetime | None = None
    etag: str = ""
    modified: str = ""
    done: dict[Listed, str] = field(default_factory=dict)  # what is settled, and the sentence where it was refused
    failed: set[Listed] = field(default_factory=set)  # what could not be fetched: tried again, after the others
    trouble: str = ""  # with the feed itself
    failures: int = 0


class Feeds:
    """``tick`` may be called as often as one likes: each feed is looked at when its time has come. It may take over a
    minute when others are slow: nothing urgent waits for it.
    """

    def __init__(self, sources: Sequence[FeedSource], inbox: CapInbox, fetcher: Fetcher, clock: Clock) -> None:
        self._watched = [_Watched(each) for each in sources]
        self._inbox = inbox
        self._fetcher = fetcher
        self._clock = clock

    async def tick(self) -> int:
        """Look at every feed that is due, all at once; how many new drafts there are.

        Raises StoreUnavailable; nothing is lost then: what was not kept is fetched again a minute later.
        """
        now = self._clock.now()
        due = [each for each in self._watched if each.due_at is None or each.due_at <= now]
        found = await asyncio.gather(*map(self._look, due), return_exceptions=True)
        for each in found:
            if isinstance(each, BaseException):
                raise each
        return sum(each for each in found if isinstance(each, int))

    def troubles(self) -> list[str]:
        """What a person should know, one sentence each: feeds that do not answer, messages that were refused."""
        told = []
        for each in self._watched:
            if each.trouble:
                told.append(f"Nguồn tin {each.source.name}: {each.trouble}")
            refused = [why for why in each.done.values() if why]
            if refused:
                told.append(f"Nguồn tin {each.source.name}: {len(refused)} bản tin không nhận được. {refused[-1]}")
        return told

    async def _look(self, watched: _Watched) -> int:
        name = watched.source.name
        try:
            new = await self._read(watched)
        except (NotFetched, CapRefused) as error:
            watched.trouble = str(error)
            self._later(watched)
            log.warning("a feed could not be read", feed=name, why=type(error).__name__)
            return 0
        except errors.StoreUnavailable:
            watched.etag = watched.modified = ""
            raise
        except Exception:
            watched.trouble = "Đọc nguồn tin gặp lỗi; xem nhật ký."
            self._later(watched)
            log.error("reading a feed broke", feed=name, exc_info=True)
            return 0
        if new:
            log.info("new CAP messages wait for a person", feed=name, count=new)
        return new

    async def _read(self, watched: _Watched) -> int:
        fetched = await self._fetcher.fetch(watched.source.url, etag=watched.etag, modified=watched.modified)
        watched.due_at = self._clock.now() + EVERY
        watched.failures, watched.trouble = 0, ""
        if fetched.body is None:
            return 0
        listed = await asyncio.to_thread(read_index, fetched.body, fetched.url)
        watched.done = {each: watched.done[each] for each in listed if each in watched.done}
        watched.failed &= set(listed)
        waiting = [each for each in listed if each not in watched.done]
        waiting.sort(key=watched.failed.__contains__)
        new, until = 0, self._clock.monotonic() + LOOK_FOR
        for each in waiting[:MOST_AT_ONCE]:
            if self._clock.monotonic() < until:
                new += await self._take(watched, each)
        # Only when nothing is left may the index say "as before" the next time.
        whole = all(each in watched.done for each in listed)
        watched.etag, watched.modified = (fetched.etag, fetched.modified) if whole else ("", "")
        return new

    async def _take(self, watched: _Watched, listed: Listed) -> int:
        """1 when it is a new draft that waits. What cannot be fetched is tried again; what is refused is not."""
        source = watched.source
        try:
            body = listed.body
            if body is None:
                body = (await self._fetcher.fetch(listed.url)).body or b""
            kept = await self._inbox.receive(body, source=source.name, senders=source.senders, now=self._clock.now())
        except NotFetched as error:
            watched.trouble = f"Có bản tin chưa tải được. {error}"
            watched.failed.add(listed)
            return 0
        except CapRefused as error:
            watched.done[listed] = str(error)
            log.warning("a CAP message was refused", feed=source.name, why=type(error).__name__)
            return 0
        watched.done[listed] = ""
        return int(kept.id is not None and kept.state == "waiting")

    def _later(self, watched: _Watched) -> None:
        watched.failures += 1
        wait = min(EVERY * 2 ** min(watched.failures - 1, 8), LONGEST_WAIT)
        watched.due_at = self._clock.now() + wait
