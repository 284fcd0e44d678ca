"""Nothing is fetched from our own network, by no address, name or redirect; and nothing without an end."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.fetching import Fetcher, NotFetched, Unsafe, system_resolve
from bot.public_addresses import Address, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "203.162.0.1", "1.1.1.1", "2606:4700::1111", "2405:4800::1"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.88.99.1"),
        *("198.18.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fc00::1"),
        *("fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1"),
        *("2001:0:7f00:1::1", "2001:db8::1", "100::1", "3fff::1", "5f00::1"),
    ],
)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(ip_address(address))


class Site:
    """A server on this machine. ``allowed`` are the addresses that count as public; ``names`` what names stand for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.resolved: list[str] = []
        self.allowed = {"127.0.0.1"}
        self.names: dict[str, list[Sequence[str]]] = {}
        self.server: TestServer

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(app, host="127.0.0.1")
        await self.server.start_server()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}/{path}"

    def fetcher(self, **others: object) -> Fetcher:
        settings = {"http": True, "judge": self._judge, "resolve": self._resolve, "longest": 5.0} | others
        return Fetcher(**settings)  # type: ignore[arg-type]

    def _judge(self, address: Address) -> bool:
        return str(address) in self.allowed

    async def _resolve(self, host: str, port: int) -> Sequence[str]:
        self.resolved.append(host)
        if host not in self.names:
            return await system_resolve(host, port)
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append((path, dict(request.headers)))
        if path == "to":
            return web.Response(status=302, headers={"Location": request.query["url"]})
        if path == "round":
            return web.Response(status=301, headers={"Location": "/round"})
        if path == "nowhere":
            return web.Response(status=302)
        if path == "long":
            return await self._long(request)
        if path == "slow":
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(100):
                await response.write(b"x")
                await asyncio.sleep(0.05)
            return response
        if path == "packed":
            return web.Response(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
        if path == "same" and request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        if path == "gone":
            return web.Response(status=410)
        headers = {"ETag": '"1"', "Last-Modified": "Sat, 21 Nov 2026 12:00:00 GMT", "Set-Cookie": "a=b"}
        return web.Response(body=b"<x/>", headers=headers)

    @staticmethod
    async def _long(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(10_000):
                await response.write(b"x" * 10_000)
        except ConnectionError:
            pass
        return response


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.server.close()


async def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    fetcher = site.fetcher()
    first = await fetcher.fetch(site.url("same"))
    assert first.body == b"<x/>"
    again = await fetcher.fetch(site.url("same"), etag=first.etag, modified=first.modified)
    assert again.body is None
    assert site.asked[1][1]["If-Modified-Since"] == "Sat, 21 Nov 2026 12:00:00 GMT"
    assert not any("Cookie" in headers for _, headers in site.asked)


async def test_a_redirect_is_followed_and_told(site: Site) -> None:
    fetched = await site.fetcher().fetch(site.url("to?url=/there"))
    assert (fetched.body, fetched.url) == (b"<x/>", site.url("there"))


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.2:{port}/secret", "http://[::1]:{port}/secret", "http://localhost.internal:{port}/secret"),
        *("http://0:{port}/secret", "http://0x7f.2:{port}/secret", "http://2130706434:{port}/secret"),
        *("http://0177.0.0.2:{port}/secret", "http://[::ffff:127.0.0.1]:{port}/secret", "//127.0.0.2:{port}/secret"),
        *("http://169.254.169.254/latest/meta-data/", "http://[fe80::1%25lo]:{port}/secret", "file:///etc/passwd"),
        *(
            "ftp://127.0.0.1/secret",
            "gopher://127.0.0.1/1",
            "http://u:p@127.0.0.1:{port}/secret",
            "http://:80/",
            "data:,x",
        ),
        *("http://127.0.0.2.:{port}/secret", "javascript:1", "http://127.0.0.1:99999/", "http://[::", "http://\x00/"),
    ],
)
async def test_no_way_into_our_own_network(site: Site, target: str) -> None:
    """Named outright, and behind a redirect of a server that is allowed."""
    site.names["localhost.internal"] = [("127.0.0.2",)]
    target = target.format(port=site.server.port)
    with pytest.raises(NotFetched):
        await site.fetcher().fetch(target)
    with pytest.raises(NotFetched):
        await site.fetcher().fetch(site.url("to") + "?" + f"url={target.replace('%', '%25')}")
    assert not any("secret" in path or "latest" in path for path, _ in site.asked)


async def test_by_default_this_machine_is_never_asked(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        with pytest.raises(Unsafe):
            await Fetcher(http=True).fetch(site.url("x", host))
    with pytest.raises(Unsafe, match="https"):
        await site.fetcher(http=False).fetch(site.url("x"))
    assert site.asked == []


async def test_a_name_that_changes_its_mind_is_asked_once(site: Site) -> None:
    """DNS rebinding: the connection goes to the address that was judged."""
    site.names["feed.example"] = [("127.0.0.1",), ("127.0.0.2",)]
    fetched = await site.fetcher().fetch(site.url("x", "feed.example"))
    assert fetched.body == b"<x/>"
    assert site.resolved == ["feed.example"]
    with pytest.raises(Unsafe):  # and is judged anew the next time
        await site.fetcher().fetch(site.url("x", "feed.example"))
    site.names["hop.example"] = [("127.0.0.1",), ("127.0.0.2",)]
    with pytest.raises(Unsafe):  # and at every hop
        await site.fetcher().fetch(site.url(f"to?url={site.url('x', 'hop.example')}", "hop.example"))
    assert [path for path, _ in site.asked] == ["x", "to"]


async def test_one_bad_address_among_good_ones(site: Site) -> None:
    site.names["two.example"] = [("127.0.0.1", "10.0.0.1")]
    site.names["none.example"] = [()]
    for host in ("two.example", "none.example"):
        with pytest.raises(Unsafe):
            await site.fetcher().fetch(site.url("x", host))


@pytest.mark.parametrize("path", ["round", "nowhere", "packed", "gone", "long"])
async def test_answers_that_are_no_use(site: Site, path: str) -> None:
    with pytest.raises(NotFetched) as told:
        await site.fetcher().fetch(site.url(path))
    assert str(site.server.port) not in str(told.value)
    assert str(told.value).endswith(".")
    assert len(site.asked) <= 6


async def test_a_slow_server_is_left(site: Site) -> None:
    with pytest.raises(NotFetched, match="chậm"):
        await site.fetcher(longest=0.3).fetch(site.url("slow"))


async def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    fetcher = Fetcher(http=True, judge=lambda _: True)
    with pytest.raises(NotFetched):
        await fetcher.fetch(f"http://127.0.0.1:{port}/")
    with pytest.raises(NotFetched):
        await fetcher.fetch("http://no-such-name.invalid/")
