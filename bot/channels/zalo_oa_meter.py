"""Counts what an Official Account sends that is not free, and asks Zalo now and then what is left of its package."""

from __future__ import annotations

from bot import errors, logs
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_errors import Refused
from bot.channels.zalo_oa_quota import PACKAGE, Allowance, AllowanceBook, package_left
from bot.clock import Clock

QUOTA = "/v3.0/oa/quota/message"
ASK_EVERY = 3600.0  # seconds between two looks at the package
KEEP_EVERY = 20  # messages after which they are written down; fewer wait for the next look
log = logs.get("zalo-oa")


class PaidMeter:
    """Of one account, in one process. ``book`` None: nothing outlives it."""

    def __init__(self, client: ZaloClient, book: AllowanceBook | None, clock: Clock) -> None:
        self._client = client
        self._book = book
        self._clock = clock
        self._kept = Allowance()  # as it was at the last writing, of all processes
        self._fresh: Allowance | None = None  # what is not written down yet
        self._ask_at = float("-inf")

    def used(self) -> int:
        """Messages of this month that were not free, as far as this process knows."""
        return self._whole().at(self._clock.now()).used

    async def note(self, news: Allowance) -> None:
        """What a send said. Others must know at once that nothing is left, or that something is again; a count can
        wait a little."""
        now, before = self._clock.now(), self._whole().used_up(self._clock.now())
        self._add(news)
        if self._whole().used_up(now) != before or (self._fresh is not None and self._fresh.used >= KEEP_EVERY):
            await self.keep()

    async def look(self) -> None:
        """Ask what is left where that is due, and write down what is new. Never raises for Zalo or the database."""
        if self._clock.monotonic() >= self._ask_at:
            self._ask_at = self._clock.monotonic() + ASK_EVERY
            asked = {"quota_owner": "OA", "product_type": "cs", "quota_type": PACKAGE}
            try:
                left = package_left(await self._client.post(QUOTA, asked, sends=False), self._clock.now())
            except (Refused, errors.ChannelError) as error:
                log.warning("what is left of the package was not told", why=type(error).__name__)
            else:
                if left is not None:
                    self._add(left)
        await self.keep()

    async def keep(self) -> None:
        """Write down what is new. A database that is away is told later: what was sent was sent."""
        if self._book is None or self._fresh is None:
            return
        going, self._fresh, saved = self._fresh, None, None
        try:
            saved = await self._book.save(going)
        except errors.StoreUnavailable:
            log.warning("what was used could not be written down yet")
        finally:
            if saved is not None:
                self._kept = saved
            else:  # also when this was cancelled: rather counted twice than not at all
                self._fresh = going if self._fresh is None else going.plus(self._fresh)

    def _add(self, news: Allowance) -> None:
        self._fresh = news if self._fresh is None else self._fresh.plus(news)

    def _whole(self) -> Allowance:
        return self._kept if self._fresh is None else self._kept.plus(self._fresh)
