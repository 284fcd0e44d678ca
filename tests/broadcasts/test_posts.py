"""Posts in public places: written with the release, sent once, never claimed to reach anybody; on both databases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot import errors
from bot.messages import Address, OutgoingMessage
from bot.staff.roles import Forbidden, Officer, Role
from bot.storage.db import Database
from bot.storage.schema import deliveries, posts, runs
from broadcasts import posts as rows
from broadcasts.audience import Audience, AudienceError
from broadcasts.campaigns import CampaignState
from tests.broadcasts.offices import EDITOR, REVIEWER, VIEWER, Life
from tests.broadcasts.publishing import BULLETIN, VILLAGE, Publishing

BOTH = Audience(posts=("kenh-tinh", "nhom-xa"))
ONE = Audience(posts=("nhom-xa",))


@pytest.fixture
def life(db: Database) -> Life:
    return Life(db, posts=(BULLETIN, VILLAGE))


@pytest.fixture
def publishing(life: Life) -> Publishing:
    return Publishing(life)


async def listed(life: Life) -> list[rows.Line]:
    async with life.db.reading() as connection:
        return await rows.listed(connection, [1, 2])


async def released(life: Life, aim: Audience = ONE) -> None:
    await life.people(3)
    await life.scheduled(aim=aim)
    await life.morning()
    await life.scheduler.tick()


async def test_each_place_and_language_is_a_row_of_its_own(life: Life, publishing: Publishing) -> None:
    await life.people(3)
    campaign = await life.written(aim=BOTH)
    await life.service.write(EDITOR, campaign, "km", "សូមយកឯកសារ")
    await life.service.submit(EDITOR, campaign)
    await life.sign(REVIEWER, campaign, "km")
    await life.decided_after_submission(campaign)
    await life.morning()
    await life.tick()
    assert len(set(life.sending.reached())) == 3
    assert await life.run_states() == ["sending"]  # its posts are not out yet
    assert await publishing.poster.tick() == 3
    assert publishing.posted() == [("-1001", "post 1 vi"), ("-1001", "post 1 km"), ("-1002", "post 1 vi")]
    await life.tick()
    assert await life.run_states() == ["done"]
    found = [(each.name, each.channel, each.language, each.state) for each in await listed(life)]
    assert found == [
        ("kenh-tinh", "fake", "vi", "sent"),
        ("kenh-tinh", "fake", "km", "sent"),
        ("nhom-xa", "fake", "vi", "sent"),
    ]
    report = await life.service.report(VIEWER, [1])
    assert (report.audience, report.difference) == (3, 0)  # a post is nobody's delivery


async def test_a_language_that_nobody_signed_is_not_posted(life: Life, publishing: Publishing) -> None:
    await released(life, BOTH)
    await publishing.poster.tick()
    assert await publishing.states() == Counter({"sent": 2, "skipped(language)": 1})


async def test_nothing_is_posted_twice(life: Life, publishing: Publishing) -> None:
    await released(life)
    other = Publishing(life, owner="two")
    for _ in range(3):
        await publishing.poster.tick()
        await other.poster.tick()
    assert publishing.posted() == [("-1002", "post 1 vi")]


async def test_rows_are_there_with_the_release_or_not_at_all(life: Life) -> None:
    await life.people(1)
    await life.scheduled(aim=ONE)
    await life.morning()
    life.skew = 9.0
    await life.scheduler.tick()
    assert await listed(life) == []
    life.skew = 0.0
    await life.scheduler.tick()
    assert [each.state for each in await listed(life)] == ["queued"]


async def test_a_pause_holds_posts_and_a_release_after_it_writes_none_anew(life: Life, publishing: Publishing) -> None:
    await released(life)
    await life.service.pause(EDITOR, 1)
    await publishing.poster.tick()
    assert publishing.posted() == []
    await life.service.resume(EDITOR, 1)
    await publishing.poster.tick()
    assert len(publishing.posted()) == 1


async def test_a_run_that_was_held_and_released_again_posts_once(life: Life, publishing: Publishing) -> None:
    await released(life)
    await publishing.poster.tick()
    async with life.db.transaction() as connection:
        await connection.execute(update(runs).values(state="held"))
    await life.service.release(EDITOR, 1)
    await life.tick()
    await publishing.poster.tick()
    assert len(publishing.posted()) == 1


async def test_cancelled_and_expired_runs_post_nothing(life: Life, publishing: Publishing) -> None:
    await released(life)
    await life.service.cancel(EDITOR, 1)
    await publishing.poster.tick()
    assert publishing.posted() == []
    assert await publishing.states() == Counter({"skipped(cancelled)": 1})


async def test_nothing_is_posted_shortly_before_it_expires(life: Life, publishing: Publishing) -> None:
    await released(life)
    async with life.db.transaction() as connection:
        await connection.execute(update(runs).values(expires_at=life.clock.now()))
    await publishing.poster.tick()
    assert publishing.posted() == []
    await life.scheduler.tick()
    assert await publishing.states() == Counter({"skipped(expired)": 1})
    assert await life.run_states() == ["expired(expired)"]


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (errors.OutcomeUnknown(), "unknown(no-answer)"),
        (errors.RecipientGone("gone"), "failed(gone)"),
        (errors.ContentRejected("too long"), "failed(content)"),
        (errors.Conflict(), "failed(not-accepted)"),
    ],
)
async def test_what_cannot_be_posted_again_ends_with_its_reason(
    life: Life, publishing: Publishing, error: errors.ChannelError, after: str
) -> None:
    await released(life)
    life.sending.channel.script.append(error)
    for _ in range(3):
        await publishing.poster.tick()
        life.clock.advance(120)
    assert publishing.posted() == []
    assert await publishing.states() == Counter({after: 1})
    await life.tick()
    assert await life.run_states() == ["done"]


async def test_a_wait_that_is_asked_for_is_kept_exactly_however_often(life: Life, publishing: Publishing) -> None:
    await released(life)
    for _ in range(8):
        life.sending.channel.script.append(errors.Throttled(40))
        await publishing.poster.tick()
        life.clock.advance(39.9)
        await publishing.poster.tick()
        assert publishing.posted() == []
        life.clock.advance(0.5)
    await publishing.poster.tick()
    assert len(publishing.posted()) == 1


async def test_a_wait_outlives_the_process(life: Life, publishing: Publishing) -> None:
    await released(life)
    life.sending.channel.script.append(errors.Throttled(40))
    await publishing.poster.tick()
    await publishing.poster.stop()
    later = Publishing(life, owner="two")
    await later.poster.tick()
    assert later.posted() == []
    life.clock.advance(41)
    await later.poster.tick()
    assert len(later.posted()) == 1


async def test_what_surely_did_not_leave_is_tried_again(life: Life, publishing: Publishing) -> None:
    await released(life)
    life.sending.channel.script.extend([errors.NotSent("no net"), errors.ChannelDown("500")])
    for _ in range(4):
        await publishing.poster.tick()
        life.clock.advance(5)
    assert len(publishing.posted()) == 1


async def test_a_group_that_moved_is_posted_to_at_its_new_place(life: Life, publishing: Publishing) -> None:
    await released(life)
    life.sending.channel.script.append(errors.RecipientMoved("-1009"))
    await publishing.poster.tick()
    await publishing.poster.tick()
    assert publishing.posted() == [("-1009", "post 1 vi")]


async def test_a_refused_token_stops_the_poster_and_loses_nothing(life: Life, publishing: Publishing) -> None:
    await released(life, BOTH)
    life.sending.channel.script.append(errors.AccountRejected())
    await publishing.poster.tick()
    await publishing.poster.tick()
    assert publishing.posted() == []
    life.clock.advance(90)
    await publishing.poster.tick()
    assert len(publishing.posted()) == 2


async def test_who_does_not_own_the_account_posts_nothing(life: Life, publishing: Publishing) -> None:
    await released(life)
    publishing.owned = False
    await publishing.poster.tick()
    assert publishing.posted() == []


@pytest.mark.parametrize("arrived", [False, True])
async def test_what_a_dead_poster_had_begun_is_listed_and_not_repeated(life: Life, arrived: bool) -> None:
    """The mark was durable; whether the bytes left nobody knows."""
    await released(life)
    dead = Publishing(life, owner="dead")
    due = await first_due(life)
    assert await dead.poster._hold()
    async with life.db.transaction() as connection:
        assert await rows.begin(connection, due.id, life.clock.now())
    if arrived:
        await life.sending.channel.send(Address("fake", "main", due.target), OutgoingMessage("post 1 vi"))
    next_one = Publishing(life, owner="next")
    await next_one.poster.tick()
    assert await next_one.states() == Counter({"attempting": 1})  # the lease of the dead one holds
    life.clock.advance(13)
    await next_one.poster.tick()
    await life.tick()
    assert await next_one.states() == Counter({"unknown(interrupted)": 1})
    assert len(next_one.posted()) == int(arrived)
    assert await life.run_states() == ["done"]
    async with life.db.transaction() as connection:  # the dead one was only slow: what it says is too late
        await rows.settle(connection, due.id, dead.poster._settling.sent("1"), life.clock.now(), {})
    assert await next_one.states() == Counter({"unknown(interrupted)": 1})


async def first_due(life: Life) -> rows.Due:
    async with life.db.reading() as connection:
        return (await rows.due(connection, ("fake", "main"), life.clock.now()))[0]


async def test_a_pause_between_the_look_and_the_mark_is_in_time(life: Life, publishing: Publishing) -> None:
    await released(life)
    due = await first_due(life)
    await life.service.pause(EDITOR, 1)
    async with life.db.transaction() as connection:
        assert not await rows.begin(connection, due.id, life.clock.now())


# --- what is approved -----------------------------------------------------------------------------------------------


async def test_another_place_is_another_campaign(life: Life) -> None:
    campaign = await life.scheduled(aim=ONE)
    seen = await life.service.checklist(VIEWER, campaign)
    await life.service.aim(EDITOR, campaign, BOTH)
    assert (await life.service.campaign(VIEWER, campaign)).state is CampaignState.DRAFT
    assert (await life.service.checklist(VIEWER, campaign)).digest != seen.digest


async def test_the_forecast_names_the_places_and_promises_nobody(life: Life) -> None:
    await life.people(2)
    campaign = await life.written(aim=BOTH)
    found = await life.service.forecast(EDITOR, campaign)
    assert found.posts == (("kenh-tinh", "fake", "vi"), ("nhom-xa", "fake", "vi"))
    assert (found.audience, found.reachable) == (2, 2)


async def test_a_place_that_nobody_set_up_is_refused(life: Life) -> None:
    with pytest.raises(AudienceError, match="kenh-la"):
        await life.written(aim=Audience(posts=("kenh-la",)))


async def test_a_place_that_is_no_longer_set_up_holds_the_run(life: Life) -> None:
    await life.people(2)
    await life.scheduled(aim=BOTH)
    del life.office.posts["nhom-xa"]  # type: ignore[attr-defined]
    await life.morning()
    await life.tick()
    assert await life.run_states() == ["held(post)"]
    assert life.sending.reached() == []
    assert await listed(life) == []


async def test_who_may_write_for_one_commune_posts_only_there(life: Life) -> None:
    here = Officer(7, "hoa", ((Role.EDITOR, "c-29938"),))
    campaign = await life.service.draft(here, "Của xã")
    await life.service.aim(here, campaign, Audience(places=("c-29938",), posts=("nhom-xa",)))
    with pytest.raises(Forbidden):
        await life.service.aim(here, campaign, Audience(places=("c-29938",), posts=("kenh-tinh",)))


async def test_a_correction_is_posted_where_the_wrong_one_was(life: Life, publishing: Publishing) -> None:
    await released(life)
    await life.tick()
    await publishing.poster.tick()
    await life.tick()
    correction = await life.service.correct(EDITOR, 1, "Đính chính")
    await life.service.write(EDITOR, correction, "vi", "Đính chính: mang bản chính.")
    await life.retimed(correction, "2026-11-21T08:00")
    await life.decided(correction)
    life.clock.advance(1800)
    await life.tick()
    await publishing.poster.tick()
    assert publishing.posted() == [("-1002", "post 1 vi"), ("-1002", "post 2 vi")]


async def test_every_week_again(life: Life, publishing: Publishing) -> None:
    await life.people(1)
    await life.scheduled(aim=ONE, rule="FREQ=WEEKLY", until="2026-12-05")
    await life.morning()
    for _ in range(30):
        await life.tick()
        await publishing.poster.tick()
        life.clock.advance(86_400)
    assert [words for _, words in publishing.posted()] == ["post 1 vi", "post 2 vi", "post 3 vi"]


async def test_only_the_places_of_the_accounts_own_channel_are_posted_to(life: Life) -> None:
    await released(life)
    other = Publishing(life, channel=replace(life.sending.channel, name="other"))
    await other.poster.tick()
    async with life.db.reading() as connection:
        assert (await connection.execute(select(posts.c.state))).scalars().all() == ["queued"]
        assert (await connection.execute(select(deliveries.c.id))).scalars().all()
