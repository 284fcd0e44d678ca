"""One renewal of an Official Account's tokens: lease, durable mark, call, durable pair, in this order.

A refresh token works once. So only one renews at a time, here and in every other process (the lease outlasts the
call); that a renewal has begun is durable before it leaves; and the new pair is durable before anybody gets it.
A pair once received is never given up: who received it stores it even when its lease is over, unless a newer pair
than the one it was made from is there already.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from bot import logs
from bot.channels.zalo_oauth import CALL_TIMEOUT, GrantGone, TokenPair
from bot.channels.zalo_token_row import TokenRow, TokenShelf
from bot.clock import Clock
from bot.errors import AccountRejected, ChannelError, NotSent, OutcomeUnknown, StoreUnavailable, Throttled

log = logs.get("zalo")

LEASE_FOR = timedelta(seconds=CALL_TIMEOUT * 3)  # the rest is for slow databases and clocks that differ
FIRST_WAIT, LONGEST_WAIT = 5.0, 1800.0  # seconds until the next try after a failed one


class OAuthCalls(Protocol):
    async def refresh(self, refresh_token: str) -> TokenPair: ...


class Renewal:
    """``owner`` is this process; ``step`` is told the name of each step when it is done, so that tests can die there.

    ``not_before``: no try is made earlier, so that a server in trouble is not asked at the rate of our sending.
    """

    def __init__(
        self,
        *,
        shelf: TokenShelf,
        oauth: OAuthCalls,
        clock: Clock,
        rng: Random,
        owner: str,
        step: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._shelf = shelf
        self._oauth = oauth
        self._clock = clock
        self._rng = rng
        self._owner = owner
        self._step = step
        self._failures = 0
        self.not_before: datetime | None = None
        self.failing = ""  # a refusal that another try may not help, but a person may

    async def renew(self, needed: Callable[[TokenRow], bool]) -> TokenRow:
        """A row that does not need it any more: made by us, or by somebody else while we waited for the lease.

        Raises AccountRejected (a new consent is needed) or NotSent (not now; Throttled says when).
        """
        before, row = None, None
        while row is None or before is None:
            before = await self._shelf.read()
            if before is None or not before.sealed:
                raise AccountRejected("no tokens")
            if not needed(before):
                return before
            if before.refused:
                raise AccountRejected(f"needs_reauth ({before.refused})")
            now = self._clock.now()
            if self.not_before is not None and now < self.not_before:
                raise Throttled((self.not_before - now).total_seconds())
            pair = self._shelf.unseal(before)
            row = await self._lease(before, replace(before, refreshing_since=before.refreshing_since or now))
        self._step("marked")
        started = self._clock.now()
        if row.until is None or started + timedelta(seconds=CALL_TIMEOUT) >= row.until:
            raise Throttled(1)  # we were stopped so long that the lease may end during the call
        try:
            new = await self._oauth.refresh(pair.refresh_token)
        except GrantGone as error:
            self._step("refused")
            return await self._gone(row, error)
        except OutcomeUnknown:
            await self._settle(row, row.free())
            raise self._later("no answer") from None
        except (NotSent, AccountRejected) as error:
            # Surely not used by this call; an earlier one without an answer stays in doubt.
            await self._settle(row, replace(row.free(), refreshing_since=before.refreshing_since))
            asked = error.retry_after if isinstance(error, Throttled) else 0.0
            later = self._later(type(error).__name__, asked)
            self.failing = str(error) if isinstance(error, AccountRejected) else self.failing
            raise later if isinstance(error, NotSent) else error from None
        self._step("answered")
        stored = await self._store(row.generation, new, started)
        self._step("stored")
        return stored

    async def consent(self, obtain: Callable[[], Awaitable[TokenPair]]) -> TokenRow:
        """Under the same lease, store what ``obtain`` brings: a person has consented. Raises what it raises."""
        row = None
        while row is None:
            before = await self._shelf.read()
            row = await self._lease(before, before or TokenRow())
        started = self._clock.now()
        try:
            pair = await obtain()
        except ChannelError:
            await self._settle(row, row.free())
            raise
        return await self._store(None, pair, started)

    async def _lease(self, before: TokenRow | None, wanted: TokenRow) -> TokenRow | None:
        """The row with our lease on it; None, after a while where somebody else has it: read again."""
        now = self._clock.now()
        if before is not None and before.held_by_other(self._owner, now):
            await self._clock.sleep(self._rng.uniform(0.5, 1.5))
            return None
        return await self._shelf.swap(before, replace(wanted, owner=self._owner, until=now + LEASE_FOR))

    async def _store(self, generation: int | None, pair: TokenPair, started: datetime) -> TokenRow:
        """Until it is durable, however long the database is away. ``generation``: of the pair it was made from;
        None: it replaces whatever is there."""
        wait = 1.0
        while True:
            try:
                current = await self._shelf.read()
                if current is not None and generation is not None and current.generation != generation:
                    return current  # stored already (and only the answer was lost), or a person consented anew
                fresh = TokenRow(
                    generation=(current.generation if current is not None else 0) + 1,
                    sealed=self._shelf.seal(pair),
                    issued_at=started,
                    expires_at=started + pair.life,
                )
                stored = await self._shelf.swap(current, fresh)
                if stored is not None:
                    self._failures, self.not_before, self.failing = 0, None, ""
                    return stored
            except StoreUnavailable:
                log.critical("new zalo tokens wait for the database; do not stop the service")
                await self._clock.sleep(wait)
                wait = min(wait * 2, 30.0)

    async def _gone(self, row: TokenRow, error: GrantGone) -> TokenRow:
        """The token is used up: by somebody whose pair is there by now, or nobody has its answer."""
        refused = replace(row.free(), refused=error.reason, refreshing_since=None)
        try:
            while True:
                current = await self._shelf.read()
                if current is not None and current.generation != row.generation:
                    return current
                if await self._shelf.swap(current, refused) is not None:
                    break
        except StoreUnavailable:
            self._later("refused, and the database is away")  # found again by the mark
            self.failing = error.reason
        raise AccountRejected(f"needs_reauth ({error.reason})")

    async def _settle(self, row: TokenRow, after: TokenRow) -> None:
        """Give the lease back. If that fails the lease ends by itself and the mark says what is left to do."""
        try:
            await self._shelf.swap(row, after)
        except StoreUnavailable:
            log.warning("the lease on the zalo tokens could not be given back")

    def _later(self, why: str, asked: float = 0.0) -> Throttled:
        """``asked``: seconds that Zalo wants us to wait at least."""
        wait = asked + min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures) * self._rng.uniform(0.8, 1.2)
        self._failures = min(self._failures + 1, 12)
        self.not_before = self._clock.now() + timedelta(seconds=wait)
        log.warning("zalo tokens could not be renewed", why=why, again_in=round(wait))
        return Throttled(wait)
