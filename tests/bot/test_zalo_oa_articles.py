"""Articles and groups: made, waited for, broadcast by day only; nothing is sent twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot import errors
from bot.channels.zalo_articles import Article, Picture, Target, ZaloArticles, targeted, written
from bot.testing import ManualClock
from tests.bot.zalo_oa_script import NOW, Answer, client_at, gives, no, script

NIGHT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 22:00 in Việt Nam
ARTICLE = Article(
    title="Giờ mở cửa khẩu tháng 12",
    description="Tóm tắt",
    author="Trung tâm",
    cover=Picture("https://vd.example/cover.jpg"),
    body=("Đoạn 1", Picture("https://vd.example/1.jpg", "Bản đồ"), "Đoạn 2"),
)


async def test_made_waited_for_and_broadcast() -> None:
    clock = ManualClock(NOW)
    answers = [gives(token="job"), no(-214), no(-214), gives(id="art-1"), gives(message_id="b-1")]
    async with script(*answers) as told, client_at(told.url, clock=clock) as client:
        articles = ZaloArticles(client=client, clock=clock)
        token = await articles.create(ARTICLE)
        article = await articles.ready(token)
        assert 2 < clock.monotonic() < 10
        assert (await articles.broadcast([article], Target(ages=(2, 3), cities=(0, 12)))).message_id == "b-1"
    create, *verify, broadcast = told.asked
    assert create.path == "/v2.0/article/create"
    assert create.body["body"][1] == {"type": "image", "url": "https://vd.example/1.jpg", "caption": "Bản đồ"}
    assert (create.body["status"], create.body["comment"], create.body["type"]) == ("show", "hide", "normal")
    assert [(each.path, each.body) for each in verify] == [("/v2.0/article/verify", {"token": "job"})] * 3
    assert (broadcast.method, broadcast.path) == ("POST", "/v2.0/oa/message")
    assert broadcast.body == {
        "recipient": {"target": {"gender": "0", "ages": "2,3", "cities": "0,12"}},
        "message": {
            "attachment": {
                "type": "template",
                "payload": {
                    "template_type": "media",
                    "elements": [{"media_type": "article", "attachment_id": "art-1"}],
                },
            }
        },
    }


def test_targets() -> None:
    assert targeted(Target()) == {"gender": "0"}  # everybody, in words that cannot be misread
    assert targeted(Target(gender=2, regions=(2,), platforms=(1, 2))) == {
        "gender": "2",
        "locations": "2",
        "platform": "1,2",
    }
    assert "locations" not in targeted(Target(cities=(0,), regions=(2,)))


async def test_at_night_nothing_is_sent() -> None:
    clock = ManualClock(NIGHT)
    async with script() as told, client_at(told.url, clock=clock) as client:
        articles = ZaloArticles(client=client, clock=clock)
        with pytest.raises(errors.Throttled) as caught:
            await articles.broadcast(["art-1"])
        assert told.asked == []
        clock.advance(caught.value.retry_after)
        assert clock.now().astimezone(UTC).hour == 23  # 6 in the morning in Việt Nam
        told.then(gives(message_id="b-1"))
        await articles.broadcast(["art-1"])


async def test_a_group_hears_us_at_night_too() -> None:
    clock = ManualClock(NIGHT)
    async with script(gives(message_id="g-1", group_id="f414")) as told, client_at(told.url, clock=clock) as client:
        receipt = await ZaloArticles(client=client, clock=clock).to_group("f414", " Thông báo ")
    assert receipt.message_id == "g-1"
    [asked] = told.asked
    assert (asked.path, asked.body) == (
        "/v3.0/oa/group/message",
        {"recipient": {"group_id": "f414"}, "message": {"text": "Thông báo"}},
    )


async def test_an_article_that_is_not_ready_in_time_may_be_asked_for_again() -> None:
    clock = ManualClock(NOW)
    async with script(*[no(-214)] * 6) as told, client_at(told.url, clock=clock) as client:
        articles = ZaloArticles(client=client, clock=clock)
        with pytest.raises(errors.NotSent):
            await articles.ready("job", patience=30)
        assert clock.monotonic() <= 30
        told.answers.clear()
        told.then(gives(id="art-1"))
        assert await articles.ready("job") == "art-1"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (no(-234), errors.Throttled),
        (no(-211), errors.QuotaUsedUp),
        (no(-213), errors.RecipientGone),
        (no(-224), errors.ContentRejected),
        (no(-201), errors.ContentRejected),
        (no(-200), errors.OutcomeUnknown),
        (no(-777), errors.OutcomeUnknown),
        (gives(), errors.OutcomeUnknown),
        (Answer(b""), errors.OutcomeUnknown),
    ],
)
async def test_a_broadcast_that_fails(answer: Answer, kind: type[errors.ChannelError]) -> None:
    """Whatever it is, it is asked once: a second broadcast would reach everybody twice."""
    async with script(answer) as told, client_at(told.url) as client:
        with pytest.raises(errors.ChannelError) as caught:
            await ZaloArticles(client=client, clock=ManualClock(NOW)).broadcast(["art-1"])
    assert type(caught.value) is kind
    assert len(told.asked) == 1


async def test_the_quota_of_articles_and_lost_looks() -> None:
    full = no(-223, "Your OA has reach the limit quota create article")
    async with script(full) as told, client_at(told.url) as client:
        articles = ZaloArticles(client=client, clock=ManualClock(NOW))
        with pytest.raises(errors.QuotaUsedUp):
            await articles.create(ARTICLE)
        told.then(Answer(b""), gives(), no(-201))
        for kind in (errors.ChannelDown, errors.ChannelDown, errors.ContentRejected):
            with pytest.raises(kind):
                await articles.ready("job")


@pytest.mark.parametrize(
    "change",
    [
        {"title": "ă" * 151},
        {"title": " "},
        {"author": "ă" * 51},
        {"description": "ă" * 301},
        {"body": ()},
        {"cover": Picture("")},
    ],
)
def test_what_would_be_refused(change: dict[str, Any]) -> None:
    fields = {name: getattr(ARTICLE, name) for name in ("title", "description", "author", "cover", "body")}
    with pytest.raises(errors.ContentRejected):
        written(Article(**{**fields, **change}))


async def test_too_many_articles_and_too_many_words() -> None:
    async with script() as told, client_at(told.url) as client:
        articles = ZaloArticles(client=client, clock=ManualClock(NOW))
        for ids in ([], ["a"] * 6):
            with pytest.raises(errors.ContentRejected):
                await articles.broadcast(ids)
        for text in ("", "ă" * 2001):
            with pytest.raises(errors.ContentRejected):
                await articles.to_group("f414", text)
    assert told.asked == []
