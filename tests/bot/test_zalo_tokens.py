"""The keeper of the tokens: what it hands out, when it renews, what it refuses, and that nothing shows a token."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot import errors, logs
from bot.channels.zalo_oauth import GrantRefused, TokenPair
from bot.channels.zalo_token_health import REFRESH_TOKEN_LIFE, TokenState, judge
from bot.channels.zalo_token_row import TokenRow, TokenShelf
from bot.channels.zalo_tokens import TokenKeeper
from bot.storage.db import Database
from bot.storage.schema import channel_state
from bot.testing import ManualClock
from tests.bot.zalo_grant import KEY, MemoryShelf, Running, SimulatedZalo

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Refusing:
    """An OAuth server that says the same to everybody."""

    def __init__(self, error: errors.ChannelError) -> None:
        self.error = error
        self.calls = 0

    async def refresh(self, refresh_token: str) -> TokenPair:
        self.calls += 1
        raise self.error


class Scene:
    def __init__(self, shelf: TokenShelf | None = None, *, previous_dies: bool = True) -> None:
        self.clock = ManualClock(START)
        self.zalo = SimulatedZalo(self.clock, previous_dies=previous_dies)
        self.shelf = shelf or MemoryShelf()
        self.service = Running(self.shelf, self.clock, self.zalo, first=self.zalo.refresh_token)

    @property
    def keeper(self) -> TokenKeeper:
        return self.service.keeper

    def another(self, oauth: object = None, *, first: str = "", key: bytes = KEY) -> TokenKeeper:
        """A keeper of another process, or of this one after a start."""
        shelf = self.shelf
        if key != KEY:
            shelf = MemoryShelf(key)
            shelf.text = self.shelf.text  # type: ignore[attr-defined]
        return TokenKeeper(
            shelf=shelf,
            oauth=oauth or self.zalo,  # type: ignore[arg-type]
            clock=self.clock,
            rng=Random(7),
            owner="another",
            first_refresh_token=first,
        )

    async def row(self) -> TokenRow:
        row = await self.shelf.read()
        assert row is not None
        return row


async def use(keeper: TokenKeeper) -> None:
    """As the client does when the API refuses the token."""
    await keeper.refused(await keeper.access_token())
    await keeper.access_token()


@pytest.fixture
async def scene() -> Scene:
    made = Scene()
    await made.keeper.tick()
    return made


async def test_the_first_start_takes_the_operators_refresh_token() -> None:
    scene = Scene()
    assert scene.zalo.calls == 0
    assert scene.zalo.works(await scene.keeper.access_token())
    assert scene.zalo.calls == 1
    # It is used up now: a later start looks at the database only.
    assert scene.zalo.works(await scene.another(first="refresh-1").access_token())
    assert scene.zalo.calls == 1


async def test_a_mistyped_first_token_can_be_corrected() -> None:
    scene = Scene()
    wrong = scene.another(first="mistyped")
    with pytest.raises(errors.AccountRejected):
        await wrong.access_token()
    assert wrong.health.state is TokenState.NEEDS_REAUTH
    again = scene.another(first="mistyped")
    await again.tick()
    assert scene.zalo.calls == 1  # the same one is not tried again
    assert scene.zalo.works(await scene.another(first=scene.zalo.refresh_token).access_token())


async def test_nothing_stored_and_nothing_given() -> None:
    keeper = Scene().another()
    await keeper.tick()
    assert keeper.health.state is TokenState.MISSING
    assert "cotmoc zalo login" in keeper.health.trouble
    with pytest.raises(errors.AccountRejected):
        await keeper.access_token()


async def test_renewed_after_twelve_hours_and_not_before(scene: Scene) -> None:
    scene.clock.advance(11.9 * 3600)
    await scene.keeper.tick()
    assert scene.zalo.calls == 1
    scene.clock.advance(0.7 * 3600)
    await scene.keeper.tick()
    assert scene.zalo.calls == 2
    row = await scene.row()
    assert row.expires_at == scene.clock.now() + timedelta(hours=25)
    assert row.generation == 2


async def test_a_refused_token_is_replaced_once(scene: Scene) -> None:
    old = await scene.keeper.access_token()
    scene.clock.advance(3600)
    scene.zalo.withdraw()
    await asyncio.gather(*(scene.keeper.refused(old) for _ in range(5)))
    new = await asyncio.gather(*(scene.keeper.access_token() for _ in range(5)))
    assert len(set(new)) == 1
    assert scene.zalo.works(new[0])
    assert scene.zalo.calls == 2
    await scene.keeper.refused(old)  # told late
    assert await scene.keeper.access_token() == new[0]
    assert scene.zalo.calls == 2


async def test_a_token_that_is_refused_as_soon_as_it_is_made_is_no_reason_for_endless_renewals(scene: Scene) -> None:
    for _ in range(20):
        with pytest.raises(errors.AccountRejected):
            await use(scene.keeper)
        await scene.keeper.tick()
        scene.clock.advance(2)
    assert scene.zalo.calls == 1
    scene.clock.advance(300)
    await scene.keeper.tick()
    assert scene.zalo.calls == 2


async def test_a_replaced_token_is_seen_by_the_other_process(scene: Scene) -> None:
    other = scene.another()
    old = await other.access_token()
    scene.clock.advance(13 * 3600)
    await scene.keeper.tick()
    scene.clock.advance(1)
    await other.refused(old)
    assert scene.zalo.works(await other.access_token())
    assert scene.zalo.calls == 2


async def test_after_a_time_out_the_stored_token_is_tried_first_and_then_one_refresh(scene: Scene) -> None:
    scene.clock.advance(13 * 3600)
    scene.zalo.script.append("answer-lost")
    old = await scene.keeper.access_token()
    await scene.keeper.tick()
    assert (await scene.row()).refreshing_since is not None
    assert scene.keeper.health.state is TokenState.DOUBTFUL
    assert await scene.keeper.access_token() == old  # it may still work
    assert scene.zalo.calls == 2
    await scene.keeper.refused(old)
    scene.clock.advance(10)
    with pytest.raises(errors.AccountRejected):
        await scene.keeper.access_token()
    assert scene.zalo.calls == 3
    assert scene.keeper.health.state is TokenState.NEEDS_REAUTH


async def test_a_doubt_is_cleared_up_at_once_also_by_the_next_start(scene: Scene) -> None:
    scene.clock.advance(3600)  # long before a renewal is due
    old = await scene.keeper.access_token()
    scene.zalo.withdraw()
    await scene.keeper.refused(old)
    scene.zalo.script.append("answer-lost")
    with pytest.raises(errors.Throttled):
        await scene.keeper.access_token()
    started_again = scene.another()
    await started_again.tick()
    assert started_again.health.state is TokenState.NEEDS_REAUTH


async def test_the_mark_is_durable_before_the_call_and_the_pair_before_its_first_use(scene: Scene) -> None:
    seen: list[TokenRow] = []

    async def look() -> None:
        seen.append(await scene.row())

    scene.clock.advance(13 * 3600)
    scene.zalo.meanwhile = look
    scene.service.dies_at = "answered"
    await scene.service.tick()
    [during] = seen
    assert during.refreshing_since is not None
    assert during.until is not None
    assert during.until - scene.clock.now() > timedelta(seconds=40)  # longer than the call may take
    # Died with the new pair in hand and not stored: nobody can have used it.
    assert scene.shelf.unseal(await scene.row()).access_token == "access-2"


async def test_needs_reauth_until_a_person_consents(scene: Scene) -> None:
    scene.zalo.grant()  # somebody else used our refresh token, and our access token died of it
    scene.clock.advance(13 * 3600)
    await scene.keeper.tick()
    assert scene.keeper.health.state is TokenState.NEEDS_REAUTH
    with pytest.raises(errors.AccountRejected):
        await use(scene.keeper)
    started_again = scene.another(first="refresh-1")
    await started_again.tick()
    assert started_again.health.state is TokenState.NEEDS_REAUTH
    calls = scene.zalo.calls

    async def consents() -> TokenPair:
        return scene.zalo.grant()

    await scene.another().consent(consents)
    scene.clock.advance(6)
    assert scene.zalo.works(await scene.keeper.access_token())
    await scene.keeper.tick()
    assert scene.keeper.health.state is TokenState.OK
    assert scene.zalo.calls == calls


async def test_a_consent_that_fails_changes_nothing(scene: Scene) -> None:
    before = await scene.row()

    async def consents() -> TokenPair:
        raise GrantRefused(-14003)

    with pytest.raises(GrantRefused, match="callback"):
        await scene.another().consent(consents)
    assert await scene.row() == before


async def test_a_refusal_that_uses_nothing_up_is_tried_again_and_told(scene: Scene) -> None:
    oauth = Refusing(GrantRefused(-14002))
    keeper = scene.another(oauth)
    scene.clock.advance(13 * 3600)
    for _ in range(60):
        await keeper.tick()
        scene.clock.advance(10)
    assert 3 <= oauth.calls <= 9  # ever more slowly
    assert keeper.health.state is TokenState.LATE
    assert "ZALO_APP_ID" in keeper.health.reason
    assert scene.zalo.works(await keeper.access_token())
    await scene.another().tick()  # and mended
    assert (await scene.row()).refreshing_since is None


async def test_who_cannot_have_a_token_now_is_told_when(scene: Scene) -> None:
    scene.clock.advance(26 * 3600)
    scene.zalo.script.append("busy")
    with pytest.raises(errors.Throttled) as caught:
        await scene.keeper.access_token()
    assert 60 <= caught.value.retry_after <= 70
    with pytest.raises(errors.Throttled):
        await scene.keeper.access_token()
    assert scene.zalo.calls == 2  # not asked again before the time
    scene.clock.advance(70)
    assert scene.zalo.works(await scene.keeper.access_token())


async def test_who_waits_may_be_cancelled_and_the_answer_is_kept(scene: Scene) -> None:
    scene.clock.advance(26 * 3600)
    going, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        going.set()
        await go_on.wait()

    scene.zalo.meanwhile = slow
    waiting = asyncio.create_task(scene.keeper.access_token())
    await going.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    await scene.keeper.close()
    assert scene.zalo.works(scene.shelf.unseal(await scene.row()).access_token)


class Flaky(MemoryShelf):
    """Its database is away for the next so many writes."""

    away = 0

    async def swap(self, before: TokenRow | None, after: TokenRow) -> TokenRow | None:
        if self.away:
            self.away -= 1
            raise errors.StoreUnavailable
        return await super().swap(before, after)


async def test_a_new_pair_waits_for_the_database() -> None:
    shelf = Flaky()
    scene = Scene(shelf)
    await scene.keeper.tick()
    scene.clock.advance(26 * 3600)

    async def goes_away() -> None:
        shelf.away = 8

    scene.zalo.meanwhile = goes_away
    assert scene.zalo.works(await scene.keeper.access_token())
    assert shelf.away == 0
    assert scene.zalo.replays == 0


async def test_without_a_database_nothing_is_renewed() -> None:
    shelf = Flaky()
    scene = Scene(shelf)
    await scene.keeper.tick()
    scene.clock.advance(26 * 3600)
    shelf.away = 1
    with pytest.raises(errors.NotSent):
        await scene.keeper.access_token()
    assert scene.zalo.calls == 1


async def test_the_wrong_key_is_said_and_overwrites_nothing(scene: Scene) -> None:
    keeper = scene.another(key=b"another key")
    await keeper.tick()
    assert keeper.health.state is TokenState.NEEDS_REAUTH
    assert keeper.health.reason == "secret-key"
    with pytest.raises(errors.AccountRejected, match="COTMOC_SECRET_KEY"):
        await keeper.access_token()
    scene.clock.advance(30 * 3600)
    await keeper.tick()
    assert scene.zalo.calls == 1


async def test_no_token_is_in_the_database_the_log_or_a_repr(tmp_path: Path, sqlite_db: Database) -> None:
    stream = io.StringIO()
    logs.configure("DEBUG", "json", stream)
    try:
        scene = Scene(TokenShelf(sqlite_db, key=KEY))
        await scene.keeper.tick()
        scene.clock.advance(13 * 3600)
        scene.zalo.script.extend(["answer-lost"])
        for _ in range(20):
            await scene.keeper.tick()
            scene.clock.advance(10)
    finally:
        logs.configure("CRITICAL", "json")
    assert "NEEDS_REAUTH" in stream.getvalue()
    async with sqlite_db.reading() as connection:
        [value] = (await connection.execute(select(channel_state.c.value))).scalars().all()
    row = await scene.row()
    shown = stream.getvalue() + value + repr(row) + repr(scene.shelf.unseal(row)) + repr(scene.keeper.health)
    for token in ("refresh-", "access-"):
        assert token not in shown


# --- how well they are ---------------------------------------------------------------------------------------


def made(*, ago: timedelta, refused: str = "", since: datetime | None = None) -> TokenRow:
    issued = START - ago
    return TokenRow(3, "sealed", issued, issued + timedelta(hours=25), since, refused)


@pytest.mark.parametrize(
    ("row", "state", "trouble"),
    [
        (made(ago=timedelta(hours=1)), TokenState.OK, ""),
        (made(ago=timedelta(hours=1), since=START), TokenState.DOUBTFUL, ""),
        (made(ago=timedelta(hours=18, minutes=59)), TokenState.OK, ""),
        (made(ago=timedelta(hours=19)), TokenState.LATE, ""),
        (made(ago=timedelta(hours=25)), TokenState.NO_TOKEN, "no valid access token"),
        (made(ago=timedelta(days=13, hours=23)), TokenState.NO_TOKEN, "no valid access token"),
        (made(ago=timedelta(days=14)), TokenState.STALE, "14 days"),
        (made(ago=timedelta(hours=1), refused="-14014"), TokenState.NEEDS_REAUTH, "needs_reauth"),
        (TokenRow(), TokenState.MISSING, "no tokens"),
        (None, TokenState.MISSING, "no tokens"),
    ],
)
def test_health(row: TokenRow | None, state: TokenState, trouble: str) -> None:
    health = judge(row, START)
    assert health.state is state
    assert (trouble in health.trouble) if trouble else not health.trouble
    if row is not None and row.issued_at is not None:
        assert health.consent_ends_at == row.issued_at + REFRESH_TOKEN_LIFE
        assert state is not TokenState.STALE or health.consent_ends_at - START > timedelta(days=70)
