"""The access token of an Official Account, always a valid one: kept sealed, renewed long before it ends.

``access_token`` hands out the stored token as long as it works, also while a renewal has no answer and even when the
grant is lost, for it may live on for hours. ``tick`` renews in good time and raises the alarms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Protocol

from bot import logs
from bot.channels.zalo_oauth import CALL_TIMEOUT, TokenPair
from bot.channels.zalo_renewal import LEASE_FOR, OAuthCalls, Renewal
from bot.channels.zalo_token_health import Health, TokenState, judge
from bot.channels.zalo_token_row import TokenRow, TokenShelf
from bot.clock import Clock
from bot.errors import AccountRejected, ChannelError, NotSent, StoreUnavailable, Throttled

log = logs.get("zalo")

RENEW_AFTER = timedelta(hours=12)
SPREAD = timedelta(minutes=30)  # so that several accounts do not renew in the same minute
READ_AGAIN = timedelta(seconds=5)  # another process may have renewed
NEW_FOR = timedelta(minutes=5)  # a token refused so soon after it was made is not helped by another one
REPEAT_ALARM = timedelta(hours=24)
PATIENCE = LEASE_FOR.total_seconds() + 2 * CALL_TIMEOUT  # seconds


class TokenSource(Protocol):
    """What the client of the message API needs."""

    async def access_token(self) -> str:
        """Raises AccountRejected when a person must consent again, NotSent when there is none to be had now."""
        ...

    async def refused(self, token: str) -> None:
        """The API refused this token (-216, -220, -124): the next ``access_token`` brings another one."""
        ...


class TokenKeeper:
    """The TokenSource of one account. ``first_refresh_token`` is taken only while nothing is stored."""

    def __init__(
        self,
        *,
        shelf: TokenShelf,
        oauth: OAuthCalls,
        clock: Clock,
        rng: Random,
        owner: str,
        first_refresh_token: str = "",
        step: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._shelf = shelf
        self._now = clock.now
        self._owner = owner
        self._first = first_refresh_token
        self._step = step
        self._renewal = Renewal(shelf=shelf, oauth=oauth, clock=clock, rng=rng, owner=owner, step=step)
        self._spread = SPREAD * rng.random()
        self._row: TokenRow | None = None
        self._read_at = clock.now()
        self._refused = -1  # generation whose access token the API refused
        self._readable = True
        self._task: asyncio.Task[TokenRow] | None = None
        self._alarmed = TokenState.OK, clock.now()

    async def access_token(self) -> str:
        try:
            row = await self._current()
            if row is None:
                raise AccountRejected("no tokens")
            if not self._usable(row):
                if row.generation == self._refused and row.issued_at and self._now() < row.issued_at + NEW_FOR:
                    raise AccountRejected("a token that was just made is refused")
                row = await self._renewed(lambda each: not self._usable(each))
                if not self._usable(row):  # the renewal that we waited for was for another reason
                    raise NotSent("no valid access token now")
            return self._shelf.unseal(row).access_token
        except StoreUnavailable:
            raise NotSent("the tokens cannot be read") from None
        finally:
            self._look()

    async def refused(self, token: str) -> None:
        try:
            row = await self._current(again=True)
            if row is not None and self._shelf.unseal(row).access_token == token:
                self._refused = row.generation
        except (StoreUnavailable, AccountRejected):
            return  # the next access_token says it

    async def tick(self) -> None:
        """Renew what is due and look after the alarms; to be called every ten seconds or so, beside other ticks, for
        it may wait for Zalo. Raises StoreUnavailable when the database is away, and nothing for the channel's sake."""
        row = await self._current(again=True)
        try:
            if row is not None and self._due(row) and not row.held_by_other(self._owner, self._now()):
                await self._renewed(self._due)
        except NotSent:
            pass  # tried again; Renewal has said it
        except AccountRejected as error:
            log.error("zalo tokens were not renewed", why=str(error))
        finally:
            self._look()

    async def consent(self, obtain: Callable[[], Awaitable[TokenPair]]) -> None:
        """Store the pair that ``obtain`` brings, in place of whatever is there. Raises what ``obtain`` raises."""
        self._keep(await self._renewal.consent(obtain))

    async def read(self) -> Health:
        """As the row says now."""
        await self._current(again=True)
        return self.health

    @property
    def health(self) -> Health:
        """As of the last look at the row."""
        row = self._row
        refused = row is not None and row.generation == self._refused
        return judge(row, self._now(), refused=refused, readable=self._readable, failing=self._renewal.failing)

    async def close(self) -> None:
        """Wait for a renewal under way: its answer must not be lost."""
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=PATIENCE)

    # --- the row ---------------------------------------------------------------------------------------------

    async def _current(self, *, again: bool = False) -> TokenRow | None:
        known, now = self._row, self._now()
        if not again and known is not None and now < self._read_at + READ_AGAIN:
            return known
        try:
            row = await self._shelf.read()
        except StoreUnavailable:
            if again or known is None or not self._usable(known):
                raise
            return known  # it was durable when it was read
        self._step("read")
        if self._first and (row is None or row.generation == 0):
            row = await self._seeded(row)
        return self._keep(row)

    async def _seeded(self, row: TokenRow | None) -> TokenRow | None:
        """The operator's refresh token, while no pair was ever made; a corrected one replaces the one that failed."""
        if row is not None and row.held_by_other(self._owner, self._now()):
            return row
        if row is not None and row.sealed:
            with suppress(AccountRejected):
                if self._shelf.unseal(row).refresh_token == self._first:
                    return row
        stored = await self._shelf.swap(row, TokenRow(sealed=self._shelf.seal(TokenPair("", self._first))))
        self._step("seeded")
        return stored if stored is not None else await self._shelf.read()

    def _keep(self, row: TokenRow | None) -> TokenRow | None:
        self._row = row = row if row is not None and row.sealed else None
        self._read_at = self._now()
        try:
            if row is not None:
                self._shelf.unseal(row)
            self._readable = True
        except AccountRejected:
            self._readable = False
        return row

    def _usable(self, row: TokenRow) -> bool:
        return row.expires_at is not None and self._now() < row.expires_at and row.generation != self._refused

    def _due(self, row: TokenRow) -> bool:
        if row.refused or not self._readable:
            return False
        if row.issued_at is None or row.expires_at is None or row.refreshing_since is not None:
            return True
        if row.generation == self._refused and self._now() >= row.issued_at + NEW_FOR:
            return True
        after = min(RENEW_AFTER + self._spread, (row.expires_at - row.issued_at) / 2)
        return self._now() >= row.issued_at + after

    async def _renewed(self, needed: Callable[[TokenRow], bool]) -> TokenRow:
        """In a task of its own: who waits for it may be cancelled, and then the answer must still be stored."""
        task = self._task
        if task is None or task.done():
            self._task = task = asyncio.create_task(self._renewal.renew(needed))
            task.add_done_callback(lambda done: None if done.cancelled() else done.exception() and None)
        if not (await asyncio.wait({task}, timeout=PATIENCE))[0]:
            raise Throttled(5)
        try:
            row = task.result()
        except ChannelError:
            with suppress(StoreUnavailable):
                await self._current(again=True)  # what is known now: a doubt, or the end of the grant
            raise
        self._keep(row)
        return row

    def _look(self) -> None:
        """Raise the alarm when it gets worse, and again every day; say when it is over."""
        health, now = self.health, self._now()
        said, at = self._alarmed
        if health.state >= TokenState.LATE:
            if health.state != said or now >= at + REPEAT_ALARM:
                self._alarmed = health.state, now
                log.critical("zalo tokens need a person", state=health.state.name, why=health.reason)
        elif health.state is TokenState.OK and said is not TokenState.OK:
            self._alarmed = TokenState.OK, now
            log.info("zalo tokens are well again")
