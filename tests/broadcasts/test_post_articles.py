"""A post as an article of the Official Account: made, waited for, broadcast by day; cut between any two steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.channels.zalo_articles import ZaloArticles
from bot.messages import OutgoingMessage
from bot.storage.db import Database
from bot.testing import FakeChannel
from broadcasts.audience import Audience
from broadcasts.post_targets import ARTICLE, GROUP, PostTarget
from broadcasts.poster import Words, article_of
from tests.bot.zalo_oa_script import Answer, Script, client_at, gives, no, script
from tests.broadcasts.offices import EDITOR, Life
from tests.broadcasts.publishing import Publishing

PAPER = PostTarget("bai-viet", "zalo-oa", ARTICLE, "0,14", cover="https://vd.example/bia.jpg")
HAMLET = PostTarget("nhom-ap", "zalo-oa", GROUP, "f414")
CREATE, VERIFY, BROADCAST = "/v2.0/article/create", "/v2.0/article/verify", "/v2.0/oa/message"
REMOVE = "/v2.0/article/remove"


@dataclass(slots=True)
class Paper:
    """An account with articles, and what its server was asked."""

    life: Life
    told: Script
    articles: ZaloArticles

    def publishing(self, owner: str = "one", *, alone: bool = False) -> Publishing:
        channel = FakeChannel(name="zalo-oa")
        channel.capabilities = type(channel.capabilities)(buttons=False, attachments=False, subscribable=True)
        return Publishing(self.life, owner=owner, channel=channel, articles=self.articles, alone=alone)

    async def released(self, name: str = "bai-viet") -> None:
        await self.life.scheduled(aim=Audience(posts=(name,)))
        await self.life.morning()
        await self.life.scheduler.tick()


@pytest.fixture
async def paper(db: Database) -> AsyncIterator[Paper]:
    life = Life(db, posts=(PAPER, HAMLET))
    async with script() as told, client_at(told.url, clock=life.clock) as client:
        yield Paper(life, told, ZaloArticles(client=client, clock=life.clock))


async def ticks(publishing: Publishing, paper: Paper, count: int = 6) -> None:
    for _ in range(count):
        await publishing.poster.tick()
        paper.life.clock.advance(31)


async def test_made_waited_for_and_broadcast_once(paper: Paper) -> None:
    await paper.released()
    paper.told.then(gives(token="job"), no(-214), no(-214), gives(id="art-1"), gives(message_id="b-1"))
    publishing = paper.publishing()
    await ticks(publishing, paper, 8)
    assert paper.told.paths() == [CREATE, VERIFY, VERIFY, VERIFY, BROADCAST]
    created, *_, broadcast = paper.told.asked
    assert created.body["title"] == "post 1 vi"
    assert created.body["body"][-1] == {"type": "text", "content": "Người gửi: Tỉnh."}
    assert broadcast.body["recipient"]["target"]["cities"] == "0,14"
    assert await publishing.states() == Counter({"sent": 1})


async def test_at_night_it_is_not_even_made(paper: Paper) -> None:
    await paper.released()
    paper.life.clock.advance(15 * 3600)  # 22:30
    publishing = paper.publishing()
    await publishing.poster.tick()
    assert paper.told.asked == []
    paper.life.clock.advance(7.5 * 3600)  # 6:00; their clock and ours may differ
    await publishing.poster.tick()
    assert paper.told.asked == []
    paper.told.then(gives(token="job"), gives(id="art-1"), gives(message_id="b-1"))
    paper.life.clock.advance(360)
    await ticks(publishing, paper)
    assert await publishing.states() == Counter({"sent": 1})


async def test_a_night_that_only_the_platform_knows_of_does_not_silence_the_account(db: Database) -> None:
    """Our clock may be wrong; residents who write are answered all the same."""
    cities = [replace(PAPER, name=f"tinh-{code}", target=str(code)) for code in range(4)]
    life = Life(db, posts=tuple(cities))
    async with script() as told, client_at(told.url, clock=life.clock) as client:
        paper = Paper(life, told, ZaloArticles(client=client, clock=life.clock))
        await life.scheduled(aim=Audience(posts=tuple(each.name for each in cities)))
        await life.morning()
        await life.scheduler.tick()
        told.then(*[no(-234)] * 4)
        publishing = paper.publishing()
        await publishing.poster.tick()
        await publishing.poster.tick()
        assert len(told.asked) == 4
        assert await publishing.states() == Counter({"queued": 4})
        assert publishing.pacer.reserve("somebody", life.clock.monotonic()) == 0


async def test_when_the_night_falls_before_the_broadcast_it_waits(paper: Paper) -> None:
    await paper.released()
    paper.told.then(gives(token="job"), gives(id="art-1"))
    publishing = paper.publishing()
    await publishing.poster.tick()
    await publishing.poster.tick()
    paper.life.clock.advance(15 * 3600)
    await publishing.poster.tick()
    assert paper.told.paths() == [CREATE, VERIFY]
    paper.told.then(gives(message_id="b-1"))
    paper.life.clock.advance(8 * 3600)
    await publishing.poster.tick()
    assert await publishing.states() == Counter({"sent": 1})


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_another_process_goes_on_where_the_first_was_cut(paper: Paper, steps: int) -> None:
    """Between any two steps: nothing is made twice."""
    await paper.released()
    paper.told.then(gives(token="job"), gives(id="art-1"), gives(message_id="b-1"))
    first = paper.publishing("dead")
    await ticks(first, paper, steps)
    paper.life.clock.advance(13)
    await ticks(paper.publishing("next"), paper, 4)
    assert paper.told.paths() == [CREATE, VERIFY, BROADCAST]
    assert await first.states() == Counter({"sent": 1})


@pytest.mark.parametrize("done", [(), (gives(token="job"), gives(id="art-1"))])
async def test_an_answer_that_is_lost_is_not_asked_for_again(paper: Paper, done: tuple[Answer, ...]) -> None:
    """Whether it was made or broadcast nobody knows: a second one would reach everybody twice."""
    await paper.released()
    paper.told.then(*done, Answer(b""))
    publishing = paper.publishing()
    await ticks(publishing, paper)
    assert len(paper.told.asked) == len(done) + 1
    assert await publishing.states() == Counter({"unknown(no-answer)": 1})


async def test_what_is_never_ready_ends(paper: Paper) -> None:
    await paper.released()
    paper.told.then(gives(token="job"), *[no(-214)] * 121)
    publishing = paper.publishing()
    await ticks(publishing, paper, 130)
    assert await publishing.states() == Counter({"failed(not-ready)": 1})


async def test_a_quota_that_is_used_up_is_waited_for(paper: Paper) -> None:
    await paper.released()
    paper.told.then(no(-223, "Your OA has reach the limit quota create article"))
    publishing = paper.publishing()
    await ticks(publishing, paper, 3)
    assert await publishing.states() == Counter({"queued": 1})
    paper.told.then(gives(token="job"), gives(id="art-1"), gives(message_id="b-1"))
    paper.life.clock.advance(1000)
    await ticks(publishing, paper)
    assert await publishing.states() == Counter({"sent": 1})


async def test_a_group_of_the_account_hears_it_at_once(paper: Paper) -> None:
    await paper.released("nhom-ap")
    paper.told.then(gives(message_id="g-1", group_id="f414"))
    publishing = paper.publishing()
    await ticks(publishing, paper, 2)
    [asked] = paper.told.asked
    assert asked.path == "/v3.0/oa/group/message"
    assert asked.body["message"]["text"] == "post 1 vi\n\nNgười gửi: Tỉnh."
    assert await publishing.states() == Counter({"sent": 1})


async def test_an_article_is_taken_off_the_page_and_a_groups_message_stays(paper: Paper) -> None:
    await paper.life.scheduled(aim=Audience(posts=("bai-viet", "nhom-ap")))
    await paper.life.morning()
    await paper.life.scheduler.tick()
    paper.told.then(gives(token="job"), gives(message_id="g-1"), gives(id="art-1"), gives(message_id="b-1"))
    publishing = paper.publishing()
    await ticks(publishing, paper)
    await paper.life.service.withdraw(EDITOR, 1)
    paper.told.then(gives(message="Success"))
    await publishing.take_back()
    assert (paper.told.paths()[-1], paper.told.asked[-1].body) == (REMOVE, {"id": "art-1"})
    assert await publishing.states() == Counter({"withdrawn(deleted)": 1, "sent(channel)": 1})


async def test_an_article_that_was_made_and_never_broadcast_is_taken_off_too(paper: Paper) -> None:
    """It stands on the account's page from the moment it is made."""
    await paper.released()
    paper.told.then(gives(token="job"))
    publishing = paper.publishing()
    await publishing.poster.tick()
    await paper.life.service.withdraw(EDITOR, 1)
    assert await publishing.states() == Counter({"skipped(withdrawn)": 1})
    paper.told.then(no(-214), gives(id="art-1"), no(-201, "id is invalid!"))  # somebody was quicker
    await publishing.take_back()
    paper.life.clock.advance(5)
    await publishing.take_back()
    assert paper.told.paths() == [CREATE, VERIFY, VERIFY, REMOVE]
    assert await publishing.states() == Counter({"withdrawn(deleted)": 1})


def test_a_text_as_an_article() -> None:
    """Nothing is shown but what was signed, and who says so; a long first line is not lost."""
    long = "Bà con vào khu vực biên giới nhớ mang theo giấy tờ tuỳ thân, " * 5
    text = f"{long.strip()}\nDòng hai."
    made = article_of(Words(OutgoingMessage(f"{text}\n\nNgười gửi: Tỉnh."), text, "T" * 70), "https://vd.example/b.jpg")
    assert len(made.title) <= 150
    assert made.title.endswith("…")
    assert made.body == (long.strip(), "Dòng hai.", "Người gửi: Tỉnh.")
    assert made.description == "Dòng hai."
    assert len(made.author) == 50
    short = article_of(
        Words(OutgoingMessage("Một dòng.\n\nNgười gửi: Tỉnh."), "Một dòng.", "Tỉnh"), "https://x.example"
    )
    assert (short.title, short.description, short.body) == ("Một dòng.", "Một dòng.", ("Người gửi: Tỉnh.",))
