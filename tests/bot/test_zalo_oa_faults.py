"""The Official Account channel when the fake platform refuses, breaks or is silent; articles, groups and templates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot import errors
from bot.channels.zalo_articles import Article, Picture, Target, ZaloArticles
from bot.testing import ManualClock
from tests.bot.zalo_oa_desk import AN, HELLO, at_work, failing, to
from tests.fakes.zalo_oa_client import DAY, FakeZaloOa, launch, resident


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch(receipts="none", scale=0.001) as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        await attached.set_resident(AN, interacted_ago=60)
        yield attached


# --- tokens, limits, misfortunes --------------------------------------------------------------------------------


async def test_an_expired_token_costs_one_more_call(fake: FakeZaloOa) -> None:
    async with at_work(fake, hook=False) as desk:
        await fake.grant()  # somebody else took a pair: ours is out of force
        await desk.channel.send(to(AN), HELLO)
        await desk.channel.send(to(AN), HELLO)
        assert desk.tokens.refusals == 1
        await desk.channel.check()
    assert len(await fake.sends(AN)) == 2


async def test_a_token_that_is_refused_twice(fake: FakeZaloOa) -> None:
    await fake.fault("refused", code=-216)
    async with at_work(fake, hook=False) as desk:
        assert type(await failing(desk)) is errors.AccountRejected
    assert (await fake.counts()).answers["cs -216"] == 2


async def test_the_proof(fake: FakeZaloOa) -> None:
    await fake.set_settings(require_proof=True)
    async with at_work(fake, hook=False, proof=True) as desk:
        await desk.channel.send(to(AN), HELLO)
        assert "Cổng thông tin biên giới" in await desk.channel.check()
    async with at_work(fake, hook=False) as desk:
        assert type(await failing(desk)) is errors.AccountRejected


async def test_the_minute_is_full(fake: FakeZaloOa) -> None:
    """The headers tell how many calls are left, so that the platform need not refuse one."""
    await fake.set_settings(oa_limit=3)
    async with at_work(fake, hook=False) as desk:
        sends = [desk.channel.send(to(AN), HELLO) for _ in range(8)]
        outcomes = [await asyncio.gather(send, return_exceptions=True) for send in sends]  # one after the other
    throttled = [each for [each] in outcomes if isinstance(each, BaseException)]
    assert 2 <= len(throttled) <= 5  # the minute may have turned in between, once
    assert {type(each) for each in throttled} == {errors.Throttled}
    assert (await fake.counts()).answers.get("cs -32", 0) == 0


async def test_a_refusal_for_the_minute_without_headers(fake: FakeZaloOa) -> None:
    await fake.set_settings(oa_limit=2, rate_headers=False)
    async with at_work(fake, hook=False) as desk:
        for _ in range(2):
            await desk.channel.send(to(AN), HELLO)
        errors_met = [type(await failing(desk)) for _ in range(3)]
    assert errors_met == [errors.Throttled] * 3
    assert (await fake.counts()).answers["cs -32"] == 1


async def test_failed_for_no_reason_once(fake: FakeZaloOa) -> None:
    await fake.fault("refused", code=-200, times=1)
    async with at_work(fake, hook=False) as desk:
        await desk.channel.send(to(AN), HELLO)
    assert len(await fake.sends(AN)) == 1


@pytest.mark.parametrize(
    ("kind", "more", "accepted"),
    [
        ("server_error", {"status": 502}, 0),
        ("server_error", {"status": 500}, 0),
        ("hangup", {}, 0),
        ("timeout", {}, 0),
        ("answer_lost", {}, 1),
        ("answer_lost", {"silent": True}, 1),
        ("malformed", {}, 1),
        ("malformed", {"body": "html"}, 1),
        ("malformed", {"body": "empty"}, 1),
    ],
)
async def test_nobody_knows(fake: FakeZaloOa, kind: str, more: dict[str, object], accepted: int) -> None:
    """From here a lost message and a lost answer look alike: neither is sent again."""
    await fake.fault(kind, times=1, **more)
    async with at_work(fake, hook=False) as desk:
        assert type(await failing(desk)) is errors.OutcomeUnknown
    assert len(await fake.sends(AN)) == accepted


# --- articles, groups, templates --------------------------------------------------------------------------------

ARTICLE = Article("Giờ mở cửa khẩu", "Tóm tắt", "Trung tâm", Picture("https://vd.example/c.jpg"), ("Đoạn 1",))
NOON, NIGHT = datetime(2026, 11, 20, 5, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC)  # 12:00 and 23:00 there


async def test_an_article_reaches_followers_by_day(fake: FakeZaloOa) -> None:
    await fake.set_settings(article_polls=3)
    await fake.set_resident(AN, is_follower=True, city=0)
    await fake.set_resident(resident(2), is_follower=True, city=9)
    await fake.set_resident(resident(3), is_follower=False, interacted_ago=5)
    noon, night = ManualClock(NOON), ManualClock(NIGHT)
    async with at_work(fake, hook=False) as desk:
        articles = ZaloArticles(client=desk.client, clock=noon)
        article = await articles.ready(await articles.create(ARTICLE))
        assert noon.monotonic() > 0
        await fake.set_clock(NOON.timestamp())
        await fake.grant()
        everybody = await articles.broadcast([article])
        await articles.broadcast([article], Target(cities=(0,)))
        before = len(await fake.calls())
        with pytest.raises(errors.Throttled):
            await ZaloArticles(client=desk.client, clock=night).broadcast([article])
        assert len(await fake.calls()) == before
        await fake.set_clock(NIGHT.timestamp())
        await fake.grant()
        with pytest.raises(errors.Throttled):  # our clock was wrong, and the platform says so
            await articles.broadcast([article])
        assert (await fake.calls())[-1].error == -234
    acts = await fake.sends("target")
    assert acts[0].message_id == everybody.message_id
    assert [sorted(act.reach or ()) for act in acts] == [[AN, resident(2)], [AN]]


async def test_groups(fake: FakeZaloOa) -> None:
    for state in ("normal", "disabled", "left"):
        await fake.set_group(f"g-{state}", state=state)
    async with at_work(fake, hook=False) as desk:
        receipt = await desk.articles.to_group("g-normal", "Thông báo")
        for state in ("disabled", "left"):
            with pytest.raises(errors.RecipientGone):
                await desk.articles.to_group(f"g-{state}", "Thông báo")
    [act] = await fake.sends("g-normal")
    assert (act.message_id, act.text) == (receipt.message_id, "Thông báo")


async def test_a_template_reaches_who_has_long_been_silent(fake: FakeZaloOa) -> None:
    await fake.set_resident(AN, interacted_ago=60 * DAY)
    async with at_work(fake, hook=False) as desk:
        assert isinstance(await failing(desk), errors.RecipientGone)
        fields = {"title": "Bão số 9", "content": "Không ra khơi"}
        receipt = await desk.channel.send_template(to(AN), "100001", fields)
        await fake.set_resident(AN, interacted_ago=800 * DAY)
        with pytest.raises(errors.RecipientGone):
            await desk.channel.send_template(to(AN), "100001", fields)
        with pytest.raises(errors.ContentRejected):
            await desk.channel.send_template(to(AN), "404", fields)
    [act] = await fake.sends(AN)
    assert (act.route, act.message_id) == ("template", receipt.message_id)
