"""The lease on the tokens holds between processes, on both databases: one renews, the others wait or go on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot import errors
from bot.channels.zalo_oauth import TokenPair
from bot.channels.zalo_token_health import TokenState
from bot.channels.zalo_token_row import TokenRow, TokenShelf
from bot.channels.zalo_tokens import TokenKeeper
from bot.storage.db import Database
from bot.testing import ManualClock
from tests.bot.zalo_grant import KEY, Died, Running, SimulatedZalo

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Several:
    """Some processes on one database."""

    def __init__(self, db: Database, count: int = 2) -> None:
        self.clock = ManualClock(START)
        self.zalo = SimulatedZalo(self.clock)
        self.shelf = TokenShelf(db, key=KEY)
        self.keepers = [
            TokenKeeper(
                shelf=self.shelf,
                oauth=self.zalo,
                clock=self.clock,
                rng=Random(number),
                owner=f"process-{number}",
                first_refresh_token="refresh-1",
            )
            for number in range(count)
        ]

    async def row(self) -> TokenRow:
        row = await self.shelf.read()
        assert row is not None
        return row


async def test_only_one_of_many_renews(db: Database) -> None:
    several = Several(db, 6)
    for expected in (1, 2, 3):
        tokens = await asyncio.gather(*(each.access_token() for each in several.keepers))
        assert len(set(tokens)) == 1
        assert several.zalo.works(tokens[0])
        assert several.zalo.calls == expected
        assert (await several.row()).generation == expected
        several.clock.advance(26 * 3600)
    assert several.zalo.replays == 0


async def test_all_are_due_at_once(db: Database) -> None:
    several = Several(db, 4)
    for expected in range(1, 6):
        await asyncio.gather(*(each.tick() for each in several.keepers))
        assert several.zalo.calls == expected
        several.clock.advance(13 * 3600)


async def test_a_dead_owners_lease_is_waited_for_and_then_taken(db: Database) -> None:
    several = Several(db)
    await several.keepers[0].tick()
    dying = Running(several.shelf, several.clock, several.zalo)
    several.clock.advance(13 * 3600)
    dying.dies_at = "marked"
    with pytest.raises(Died):
        await dying.keeper.tick()
    await several.keepers[1].tick()
    assert several.zalo.calls == 1  # the lease of the dead is not over
    assert several.zalo.works(await several.keepers[1].access_token())  # and nobody has to wait
    several.clock.advance(61)
    await several.keepers[1].tick()
    assert several.zalo.calls == 2
    assert several.keepers[1].health.state is TokenState.OK


async def test_who_needs_a_token_waits_for_a_dead_owners_lease(db: Database) -> None:
    several = Several(db)
    await several.keepers[0].tick()
    dying = Running(several.shelf, several.clock, several.zalo)
    several.clock.advance(26 * 3600)
    dying.dies_at = "marked"
    with pytest.raises(Died):
        await dying.keeper.access_token()
    before = several.clock.now()
    assert several.zalo.works(await several.keepers[1].access_token())
    assert timedelta(seconds=59) < several.clock.now() - before < timedelta(seconds=63)


async def test_a_good_pair_comes_back_late_and_wins(db: Database) -> None:
    """The one who renews stands still past its lease; the other finds the token used up. The pair is not lost."""
    several = Several(db)
    slow, quick = several.keepers
    await slow.tick()
    several.clock.advance(13 * 3600)

    async def stands_still() -> None:
        several.clock.advance(61)
        await quick.tick()
        assert quick.health.state is TokenState.NEEDS_REAUTH

    several.zalo.meanwhile = stands_still
    await slow.tick()
    assert slow.health.state is TokenState.OK
    assert several.zalo.works(await slow.access_token())
    several.clock.advance(6)
    assert several.zalo.works(await quick.access_token())
    assert quick.health.state is TokenState.OK


async def test_a_request_that_arrives_late_finds_the_new_pair(db: Database) -> None:
    """The one who renews stands still before its request arrives; the other has renewed meanwhile: nothing is lost."""
    several = Several(db)
    slow, quick = several.keepers
    await slow.tick()
    several.clock.advance(13 * 3600)

    async def stands_still() -> None:
        several.clock.advance(61)
        await quick.tick()
        assert quick.health.state is TokenState.OK

    several.zalo.before = stands_still
    await slow.tick()
    assert several.zalo.replays == 1
    assert slow.health.state is TokenState.OK
    assert several.zalo.works(await slow.access_token())


async def test_a_consent_is_not_overwritten_by_a_pair_that_comes_late(db: Database) -> None:
    several = Several(db)
    slow, command_line = several.keepers
    await slow.tick()
    several.clock.advance(13 * 3600)

    async def consents() -> TokenPair:
        return several.zalo.grant()

    async def stands_still() -> None:
        several.clock.advance(61)
        await command_line.consent(consents)

    several.zalo.meanwhile = stands_still
    await slow.tick()
    assert several.zalo.works(await slow.access_token())
    assert several.zalo.count == 4  # first, renewed, late, consented
    assert (await several.row()).generation == 2


async def test_a_consent_waits_for_a_renewal_and_is_kept(db: Database) -> None:
    several = Several(db)
    service, command_line = several.keepers
    await service.tick()
    several.clock.advance(13 * 3600)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await go_on.wait()

    async def consents() -> TokenPair:
        assert go_on.is_set()
        return several.zalo.grant()

    several.zalo.meanwhile = slow
    ticking = asyncio.create_task(service.tick())
    await begun.wait()
    consenting = asyncio.create_task(command_line.consent(consents))
    await asyncio.sleep(0.05)
    go_on.set()
    await asyncio.gather(ticking, consenting)
    several.clock.advance(6)
    assert several.zalo.works(await service.access_token())
    assert (await several.row()).generation == 3


async def test_a_swap_on_what_was_changed_does_nothing(db: Database) -> None:
    shelf = TokenShelf(db, key=KEY)
    first = await shelf.swap(None, TokenRow(sealed="x"))
    assert first is not None
    assert await shelf.swap(None, TokenRow(sealed="y")) is None
    second = await shelf.swap(first, TokenRow(generation=1, sealed="z"))
    assert second is not None
    assert await shelf.swap(first, TokenRow(sealed="y")) is None
    assert await shelf.read() == second


async def test_accounts_do_not_open_each_others_rows(db: Database) -> None:
    main, other = TokenShelf(db, key=KEY), TokenShelf(db, key=KEY, account="second")
    pair = TokenPair("an access token", "a refresh token")
    await main.swap(None, TokenRow(sealed=main.seal(pair)))
    await other.swap(None, TokenRow(sealed=main.seal(pair)))
    row = await main.read()
    assert row is not None
    assert main.unseal(row).refresh_token == "a refresh token"
    copied = await other.read()
    assert copied is not None
    with pytest.raises(errors.AccountRejected):
        other.unseal(copied)
