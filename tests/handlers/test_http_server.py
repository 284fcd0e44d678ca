"""The HTTP side as a stranger meets it: headers, refusals, webhooks that acknowledge only what is stored."""

from __future__ import annotations

import asyncio
import gzip
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.channels.telegram import SECRET_HEADER
from bot.errors import AlreadyRunning
from bot.metrics import Metrics
from bot.settings import Settings
from bot.storage.inbox import Received
from bot.testing import FakeChannel
from handlers.app import App, build
from handlers.http import health
from handlers.http.server import HEADERS, LARGEST_BODY, Server, application
from tests.warm import warm_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "7400000001:" + "A" * 35
SECRET = {SECRET_HEADER: "hook-secret"}
HOOK = "/hooks/telegram/main"
WORDS = "con tôi bị giữ giấy tờ"


class Broken(FakeChannel):
    """A channel with a mistake in it."""

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        raise RuntimeError(f"cannot read {WORDS}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """One service for all of these tests; it stores and does not answer."""
    settings = Settings(
        _env_file=None,
        var_dir=tmp_path_factory.mktemp("var"),
        cache_dir=warm_folder(),
        http_port=0,
        public_url="http://127.0.0.1",
        telegram_token=TOKEN,
        telegram_mode="webhook",
        telegram_webhook_secret="hook-secret",
    )  # type: ignore[call-arg]
    built = await build(settings, channels=(Broken(name="broken"),))
    await built.start()
    yield built
    await built.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def web(app: App) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{app.port}") as session:
        yield session


def update(number: int, words: str = "xin chào", chat: int = 4001) -> dict[str, Any]:
    sender = {"id": chat, "is_bot": False, "first_name": "A"}
    message = {"message_id": 1, "date": 1_795_140_720, "chat": {"id": chat, "type": "private"}, "from": sender}
    return {"update_id": number, "message": message | {"text": words}}


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def post(web: aiohttp.ClientSession, body: Any, headers: Mapping[str, str] = SECRET, path: str = HOOK) -> Got:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with web.post(path, data=raw, headers=headers) as answer:
        return Got(answer.status, answer.headers, await answer.read())


def stored(app: App) -> set[str]:
    """The keys of everything in the inbox, read from the file by somebody else."""
    with sqlite3.connect(app.settings.var_dir / "cotmoc.sqlite3") as connection:
        keys = {key for (key,) in connection.execute("SELECT update_key FROM inbox")}
    connection.close()
    return keys


async def raw_exchange(app: App, request: bytes) -> bytes:
    """What comes back for bytes that no client library would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", app.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


# --- pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?lang=km", 200),
        ("/privacy", 200),
        ("/static/theme.css", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/no/such/page", 404),
        ("/static/../server.py", 404),
        ("/static/%2e%2e/server.py", 404),
        (HOOK, 405),
    ],
)
async def test_every_answer_a_browser_gets_is_guarded(
    app: App, web: aiohttp.ClientSession, path: str, status: int
) -> None:
    async with web.get(path) as answer:
        body = await answer.text()
    assert answer.status == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Server" not in answer.headers
    assert "Traceback" not in body


async def test_the_policy_lets_nothing_foreign_and_nothing_inline_run() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for loophole in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*"):
        assert loophole not in policy


async def test_pages_are_kept_by_nobody(web: aiohttp.ClientSession) -> None:
    for path in ("/", "/privacy", "/no/such/page", "/static/no-such.css"):
        async with web.get(path) as answer:
            assert answer.headers["Cache-Control"] == "no-store"


async def test_a_reload_stays_in_the_same_conversation(app: App) -> None:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
    async with aiohttp.ClientSession(f"http://127.0.0.1:{app.port}", cookie_jar=jar) as browser:
        async with browser.get("/") as first:
            given = first.cookies["cotmoc_chat"]
        assert given["httponly"]
        assert given["samesite"] == "Strict"
        async with browser.get("/") as again:
            assert "cotmoc_chat" not in again.cookies


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/", 405), ("DELETE", "/privacy", 405), ("PUT", HOOK, 405), ("POST", "/metrics", 405)],
)
async def test_other_methods_are_refused(web: aiohttp.ClientSession, method: str, path: str, status: int) -> None:
    async with web.request(method, path, headers=SECRET) as answer:
        assert answer.status == status


# --- webhooks ---------------------------------------------------------------------------------------------------


async def test_a_webhook_is_acknowledged_once_it_is_stored(app: App, web: aiohttp.ClientSession) -> None:
    answer = await post(web, update(101))
    assert (answer.status, answer.body) == (200, b"")
    assert "101" in stored(app)
    before = stored(app)
    assert (await post(web, update(101, "the same again"))).status == 200  # Telegram may say it twice
    assert (await post(web, {"update_id": 102, "poll": {}})).status == 200  # nothing for us
    assert stored(app) == before


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: "Hook-Secret"}, {"X-Token": "hook-secret"}],
    ids=["none", "empty", "wrong", "case", "elsewhere"],
)
async def test_a_wrong_secret_is_403(app: App, web: aiohttp.ClientSession, headers: Mapping[str, str]) -> None:
    before = stored(app)
    answer = await post(web, update(111), headers)
    assert (answer.status, answer.body) == (403, b"")
    assert (await post(web, b"not even JSON", headers)).status == 403  # the secret is looked at first
    assert stored(app) == before


async def test_a_secret_that_is_no_text_is_403(app: App) -> None:
    head = f"POST {HOOK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n{SECRET_HEADER}: "
    answer = await raw_exchange(app, head.encode() + b"\xff\xfe\r\n\r\n{}")
    assert answer.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 50_000,
        b'{"update_id": "x"}',
        b'{"update_id": 1, "message": 5}',
        json.dumps(update(112)).replace("1795140720", "1e999").encode(),
    ],
    ids=["empty", "not JSON", "not text", "list", "no number", "deep", "number", "message", "endless"],
)
async def test_what_is_no_update_is_400(app: App, web: aiohttp.ClientSession, body: bytes) -> None:
    """Never 500: Telegram would send the same again and again for a day."""
    before = stored(app)
    answer = await post(web, body)
    assert (answer.status, answer.body) == (400, b"")
    assert stored(app) == before


async def test_half_a_sign_does_not_come_back_for_a_day(app: App, web: aiohttp.ClientSession) -> None:
    """JSON carries what no database takes: it is stored without it."""
    assert (await post(web, update(113, "xin \ud83d chào \x00"))).status == 200
    assert "113" in stored(app)


@pytest.mark.parametrize("path", ["/hooks/telegram/second", "/hooks/zalo-oa/main", "/hooks/web/main"])
async def test_an_account_we_do_not_have_is_404(web: aiohttp.ClientSession, path: str) -> None:
    assert (await post(web, update(121), path=path)).status == 404


async def test_a_body_that_is_too_large_is_413(app: App, web: aiohttp.ClientSession) -> None:
    before = stored(app)
    large = json.dumps(update(131, "x" * LARGEST_BODY)).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 10_000):
            yield large[start : start + 10_000]

    assert (await post(web, large)).status == 413
    async with web.post(HOOK, data=pieces(), headers=SECRET) as answer:  # without saying its length
        assert answer.status == 413
    bomb = gzip.compress(b" " * 20_000_000)
    assert len(bomb) < LARGEST_BODY
    assert (await post(web, bomb, SECRET | {"Content-Encoding": "gzip"})).status == 413
    assert stored(app) == before


async def test_a_full_inbox_asks_to_come_back(app: App, web: aiohttp.ClientSession) -> None:
    await post(web, update(141))
    before = stored(app)
    app.intake.limit_backlog(0)
    try:
        answer = await post(web, update(142))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        async with web.get("/readyz") as ready:
            assert (ready.status, await ready.json()) == (503, {"ready": False, "troubles": ["inbox full"]})
    finally:
        app.intake.limit_backlog(10_000)
    assert stored(app) == before
    assert (await post(web, update(142))).status == 200
    async with web.get("/readyz") as ready:
        assert (ready.status, await ready.json()) == (200, {"ready": True, "troubles": []})


async def test_a_full_disk_acknowledges_nothing(app: App, web: aiohttp.ClientSession) -> None:
    """503 means: not stored, send it again; 200 means: stored. There is nothing between."""
    async with app.db.transaction() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    statuses: dict[int, int] = {}
    try:
        for number in range(2000, 2060):
            answer = await post(web, update(number, "đ" * 5000))
            statuses[number] = answer.status
            if answer.status != 200:
                assert answer.headers["Retry-After"] == "5"
                assert answer.body == b""
        async with web.get("/healthz") as health_answer:
            assert health_answer.status == 200
    finally:
        async with app.db.transaction() as connection:
            await connection.execute(text("PRAGMA max_page_count = 1000000"))
    refused = {str(number) for number, status in statuses.items() if status == 503}
    assert refused
    assert set(statuses.values()) <= {200, 503}
    assert stored(app) & {str(number) for number in statuses} == {str(number) for number in statuses} - refused
    for number in sorted(map(int, refused)):
        assert (await post(web, update(number, "đ" * 5000))).status == 200
    assert refused <= stored(app)


async def test_a_mistake_of_ours_shows_no_trace(web: aiohttp.ClientSession) -> None:
    async with web.post("/hooks/broken/main", data=b"{}") as answer:
        said = await answer.text()
    assert answer.status == 500
    assert said == "Cột Mốc đang trục trặc. Bà con thử lại sau ít phút.\n"


async def test_what_is_no_http_gets_no_trace_either(app: App) -> None:
    long = b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n"
    for request in (b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", long):
        answer = await raw_exchange(app, request)
        assert b" 400 " in answer.split(b"\r\n")[0]
        assert b"Traceback" not in answer
        assert b".py" not in answer


# --- the web chat's door ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "file://"])
async def test_only_our_own_pages_may_open_the_chat(web: aiohttp.ClientSession, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await web.ws_connect("/chat/ws", headers=headers)
    assert caught.value.status == 403


async def test_a_frame_that_cannot_be_taken_is_said_and_the_chat_goes_on(app: App, web: aiohttp.ClientSession) -> None:
    origin = f"http://127.0.0.1:{app.port}"
    async with web.ws_connect("/chat/ws", headers={"Origin": origin}) as socket:
        for frame in ("not JSON", "[]", '{"type":"text"}', '{"type":"text","id":"\\ud83d","text":"x"}'):
            await socket.send_str(frame)
            said = await socket.receive_json(timeout=5)
            assert said["type"] == "error"
            assert "Traceback" not in said["text"]
        await socket.send_str('{"type":"text","id":"s1","text":"half a sign \\ud83d"}')
        await socket.send_str('{"type":"text","id":"s2","text":"xin chào"}')
        for _ in range(100):  # the socket acknowledges nothing by itself
            if any(key.endswith(":s2") for key in stored(app)):
                break
            await asyncio.sleep(0.02)
    assert {key.partition(":")[2] for key in stored(app)} >= {"s1", "s2"}


# --- figures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["X-Forwarded-For", "x-forwarded-for", "X-FORWARDED-FOR", "Forwarded", "forwarded"])
async def test_figures_are_for_this_machine_only(web: aiohttp.ClientSession, name: str) -> None:
    async with web.get("/metrics") as answer:
        assert answer.status == 200
        shown = await answer.text()
    assert "cotmoc_updates_received_total" in shown
    assert "4001" not in shown
    # Behind a proxy everybody comes from this machine, whatever the header says.
    for value in ("203.0.113.7", "127.0.0.1", ""):
        async with web.get("/metrics", headers={name: value}) as answer:
            assert (answer.status, await answer.read()) == (403, b"")


@asynccontextmanager
async def behind_a_token(token: str) -> AsyncIterator[str]:
    async def no_troubles() -> list[str]:
        return []

    server = Server(application(health.routes(Metrics(), no_troubles, token)), "127.0.0.1", 0)
    port = await server.start()
    try:
        yield f"http://127.0.0.1:{port}/metrics"
    finally:
        await server.stop()


async def test_figures_with_a_token_need_the_token() -> None:
    async with behind_a_token("s3cret-ữ") as url, aiohttp.ClientSession() as session:
        for given in (None, "", "Bearer", "Bearer wrong", "Bearer s3cret", "Basic s3cret-ữ", "Bearer  s3cret-ữ"):
            async with session.get(url, headers={"Authorization": given} if given is not None else {}) as answer:
                assert answer.status == 403, given
        for headers in ({}, {"X-Forwarded-For": "203.0.113.7"}):
            async with session.get(url, headers={"Authorization": "Bearer s3cret-ữ", **headers}) as answer:
                assert answer.status == 200


async def test_a_token_that_is_no_text_is_403() -> None:
    async with behind_a_token("s3cret") as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.split(":")[2].split("/")[0]))
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \xff\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 403")
        writer.close()


@pytest.mark.parametrize(
    ("remote", "local"),
    [
        *[(remote, True) for remote in ("127.0.0.1", "127.8.8.8", "::1")],
        *[(remote, False) for remote in ("10.0.0.1", "8.8.8.8", "::", "", None, "localhost", "127.0.0.1.evil.example")],
    ],
)
async def test_what_counts_as_this_machine(remote: str | None, local: bool) -> None:
    assert health.is_local(remote) is local


# --- one service per file ---------------------------------------------------------------------------------------


async def test_a_second_service_on_the_same_file_does_not_start(app: App) -> None:
    with pytest.raises(AlreadyRunning):
        await build(app.settings)
