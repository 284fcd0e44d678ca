"""Feeds are looked at when it is time; one bad message or one broken feed stops no other; nothing is doubled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from xml.sax.saxutils import escape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from bot.errors import SettingError, StoreUnavailable
from bot.fetching import Fetcher
from bot.storage.db import Database
from bot.testing import ManualClock
from broadcasts.cap import MsgType
from broadcasts.cap_inbox import CapInbox, State
from broadcasts.cap_writing import write_alert
from broadcasts.feed_index import read_index
from broadcasts.feed_settings import FeedSource, parse_feeds
from broadcasts.feeds import EVERY, LONGEST_WAIT, MOST_AT_ONCE, Feeds
from tests.broadcasts.cap_messages import NOON, SENDER, made, sample, written

MINUTE = EVERY.total_seconds()


class Site:
    """What others publish: bytes by path; a number is a status that is answered instead."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | int] = {}
        self.asked: list[str] = []
        self.server: TestServer

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}/{path}"

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(path)
        page = self.pages.get(path, 404)
        if isinstance(page, int):
            return web.Response(status=page)
        etag = f'"{hash(page)}"'
        if request.headers.get("If-None-Match") == etag:
            self.asked[-1] += " 304"
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=page, headers={"ETag": etag})

    def atom(self, *paths: str, title: str = "x") -> bytes:
        entries = "".join(
            f"<entry><id>urn:x:{path}</id><title>{title}</title><updated>2026-11-20T12:00:00Z</updated>"
            f'<link rel="alternate" type="text/html" href="/page/{path}"/>'
            f'<link rel="alternate" type="application/cap+xml" href="/{escape(path)}"/></entry>'
            for path in paths
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id>{entries}</feed>'.encode()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.server.close()


class Desk:
    """Feeds over a database of their own."""

    def __init__(self, db: Database, *sources: FeedSource) -> None:
        self.clock = ManualClock(NOON)
        self.inbox = CapInbox(db, b"key")
        fetcher = Fetcher(http=True, judge=lambda address: str(address) == "127.0.0.1", longest=5)
        self.feeds = Feeds(sources, self.inbox, fetcher, self.clock)

    async def look(self, minutes: float = 1) -> int:
        self.clock.advance(minutes * MINUTE)
        return await self.feeds.tick()

    async def waiting(self) -> list[str]:
        return sorted(each.identifier for each in await self.inbox.drafts(most=1000))


def source(site: Site, path: str = "feed", name: str = "kttv") -> FeedSource:
    return FeedSource(name, site.url(path), (SENDER,))


async def test_new_messages_become_drafts(db: Database, site: Site) -> None:
    site.pages = {"feed": site.atom("a", "b"), "a": written("A"), "b": written("B")}
    desk = Desk(db, source(site))
    assert await desk.feeds.tick() == 2
    assert await desk.feeds.tick() == 0  # not its time yet
    assert await desk.look() == 0
    assert site.asked == ["feed", "a", "b", "feed 304"]
    site.pages["feed"] = site.atom("c", "a", "b")
    site.pages["c"] = write_alert(made("C", 5, kind=MsgType.UPDATE, after=[made("A").name]))
    assert await desk.look() == 1
    assert site.asked[4:] == ["feed", "c"]
    assert await desk.waiting() == ["B", "C"]
    assert desk.feeds.troubles() == []
    again = Desk(db, source(site))  # a new start reads everything once more
    assert await again.feeds.tick() == 0
    assert await again.waiting() == ["B", "C"]


async def test_one_bad_message_does_not_stop_the_others(db: Database, site: Site) -> None:
    bad = {
        "laughs": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "page": b"<html/>",
        "stranger": written("S", sender="ai@khac.example"),
        "huge": b"<a>" + b"x" * 3_000_000,
        "gone": 404,
        "inside": 500,
    }
    site.pages = {"feed": site.atom("a", *bad, "b"), "a": written("A"), "b": written("B"), **bad}
    desk = Desk(db, source(site))
    assert await desk.feeds.tick() == 2
    assert await desk.waiting() == ["A", "B"]
    told = "\n".join(desk.feeds.troubles())
    assert "kttv" in told
    assert "3 bản tin không nhận được" in told
    assert "khac.example" not in told
    # What could not be fetched is tried again; what was refused is not, nor what is there.
    site.asked.clear()
    site.pages["gone"] = written("G")
    assert await desk.look() == 1
    assert sorted(site.asked) == ["feed", "gone", "huge", "inside"]


async def test_one_broken_feed_does_not_stop_the_others(db: Database, site: Site) -> None:
    site.pages = {"feed": site.atom("a"), "a": written("A"), "bad": b"<html>", "down": 503, "one": written("O")}
    sources = [source(site, path, path) for path in ("bad", "down", "missing", "feed", "one")]
    desk = Desk(db, *sources, FeedSource("inside", "http://10.0.0.1/feed", (SENDER,)))
    assert await desk.feeds.tick() == 2
    assert await desk.waiting() == ["A", "O"]
    assert len(desk.feeds.troubles()) == 4
    # Who does not answer is asked ever more rarely, and told of no longer once it answers.
    site.asked.clear()
    for _ in range(60):
        await desk.look()
    assert 4 < site.asked.count("down") < 10
    assert site.asked.count("feed 304") == 60
    site.pages["down"] = site.atom()
    await desk.look(LONGEST_WAIT / EVERY)
    assert len(desk.feeds.troubles()) == 3


async def test_a_long_index_is_read_over_several_looks(sqlite_db: Database, site: Site) -> None:
    dead = [f"dead{n}" for n in range(MOST_AT_ONCE)]
    alive = [f"m{n}" for n in range(MOST_AT_ONCE + 5)]
    site.pages = {"feed": site.atom(*dead, *alive), **{name: written(name) for name in alive}}
    desk = Desk(sqlite_db, source(site))
    found = [await desk.look() for _ in range(4)]
    assert found == [0, MOST_AT_ONCE, 5, 0]
    assert await desk.waiting() == sorted(alive)


async def test_a_database_that_is_away_loses_no_message(sqlite_db: Database, site: Site) -> None:
    site.pages = {"feed": site.atom("a", "b"), "a": written("A"), "b": written("B")}
    desk = Desk(sqlite_db, source(site))
    async with sqlite_db.transaction() as connection:
        await connection.execute(text("ALTER TABLE cap_drafts RENAME TO away"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await desk.look()
    async with sqlite_db.transaction() as connection:
        await connection.execute(text("ALTER TABLE away RENAME TO cap_drafts"))
    assert await desk.look() == 2
    assert await desk.waiting() == ["A", "B"]


async def test_rss_and_messages_inside_the_index(db: Database, site: Site) -> None:
    inside = written("I").partition(b"?>")[2].decode()
    site.pages = {
        "feed": f"""<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>
        <item><title>1</title><link>{site.url("a")}</link><guid>1</guid></item>
        <item><enclosure url="b" type="application/cap+xml" length="1"/><link>/page</link><guid>2</guid></item>
        <item><title>no link</title></item>
        <item><guid>3</guid><description>x</description>{inside}</item></channel></rss>""".encode(),
        "a": written("A"),
        "b": written("B"),
    }
    desk = Desk(db, source(site))
    assert await desk.feeds.tick() == 3
    assert await desk.waiting() == ["A", "B", "I"]


async def test_a_feed_that_is_one_message(db: Database, site: Site) -> None:
    site.pages = {"feed": sample("storm.xml")}
    desk = Desk(db, source(site))
    assert await desk.feeds.tick() == 1
    site.pages = {"feed": sample("signed_update.xml")}
    assert await desk.look() == 1
    assert [each.msg_type for each in await desk.inbox.drafts()] == ["Update"]
    assert len(await desk.inbox.drafts(State.REPLACED)) == 1


def test_a_link_that_cannot_be_read_is_left_to_its_refusal() -> None:
    index = b"""<feed xmlns="http://www.w3.org/2005/Atom">
    <entry><id>1</id><link type="application/cap+xml" href="http://[::"/></entry>
    <entry><id>2</id><content type="application/common-alerting-protocol+xml" src="x"/></entry>
    <entry><id>3</id><link rel="edit" href="/no"/></entry>
    <entry><id>4</id><link type="text/html" href="/page"/></entry></feed>"""
    found = [each.url for each in read_index(index, "https://a.example/b/feed")]
    assert found == ["http://[::", "https://a.example/b/x", "https://a.example/page"]


# --- The accounts file --------------------------------------------------------------------------------------------

GOOD = """
[[posts]]
name = "khac"
[[feeds]]
name = "kttv"
url = "https://thoitiet.example/cap.atom"
senders = ["canhbao@thoitiet.example", "canhbao@thoitiet.example", "bien@thoitiet.example"]
"""


def test_feeds_are_read_from_the_accounts_file() -> None:
    (found,) = parse_feeds(GOOD)
    assert found.name == "kttv"
    assert found.senders == ("canhbao@thoitiet.example", "bien@thoitiet.example")
    assert parse_feeds("") == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "kttv"', 'name = "KTTV 1"', "name chỉ gồm"),
        ('name = "kttv"', "", "name chỉ gồm"),
        ("https://", "ftp://", "url phải là"),
        ("senders = [", "senders = []\nx = [", "không có mục x"),
        ('["canhbao@thoitiet.example", "canhbao@thoitiet.example", "bien@thoitiet.example"]', "[]", "ít nhất một"),
        ('"bien@thoitiet.example"', '"a b"', "không dấu cách"),
        ('"bien@thoitiet.example"', "3", "không dấu cách"),
        ("[[feeds]]", "[feeds]", "[[feeds]]"),
        ("[[feeds]]", "[[feeds", "TOML"),
    ],
)
def test_a_slip_in_the_accounts_file_is_told(old: str, new: str, sentence: str) -> None:
    assert old in GOOD
    with pytest.raises(SettingError) as told:
        parse_feeds(GOOD.replace(old, new), file="taikhoan.toml")
    assert sentence in str(told.value)
    assert str(told.value).startswith("taikhoan.toml: ")


def test_two_feeds_of_one_name() -> None:
    with pytest.raises(SettingError, match="đã dùng"):
        parse_feeds(GOOD + GOOD.partition("[[feeds]]")[1] + GOOD.partition("[[feeds]]")[2])


def test_waits_are_what_they_say() -> None:
    assert timedelta(seconds=30) <= EVERY <= LONGEST_WAIT
