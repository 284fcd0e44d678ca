"""The two OAuth calls: what every answer means, and whether a token may be used up when none comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web

from bot import errors
from bot.channels.zalo_oauth import GrantGone, GrantRefused, TokenPair, ZaloOAuth, challenge_of, consent_link, judge

GOOD = {"access_token": "NEW-ACCESS", "refresh_token": "NEW-REFRESH", "expires_in": "90000"}
FAILED = {"error_name": "x", "error_reason": "", "message": "", "access_token": "", "refresh_token": ""}


def test_the_challenge_is_the_published_one() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_consent_link() -> None:
    link = consent_link(
        "https://oauth.example/", app_id="12", callback="https://a.example/b?c=d", verifier="v" * 43, state="s"
    )
    assert link == (
        "https://oauth.example/v4/oa/permission?app_id=12&redirect_uri=https%3A%2F%2Fa.example%2Fb%3Fc%3Dd"
        f"&code_challenge={challenge_of('v' * 43)}&state=s"
    )


@pytest.mark.parametrize(
    ("given", "life"),
    [
        ("90000", timedelta(hours=25)),
        (90000, timedelta(hours=25)),
        ("3600", timedelta(hours=1)),
        (None, timedelta(hours=1)),  # the shortest that anybody reported: renewed too often rather than too late
        ("soon", timedelta(hours=1)),
        (0, timedelta(hours=1)),
        ("-5", timedelta(minutes=1)),
        (10**30, timedelta(days=7)),
    ],
)
def test_how_long_a_token_lives(given: object, life: timedelta) -> None:
    assert judge(200, json.dumps({**GOOD, "expires_in": given}).encode()).life == life


@pytest.mark.parametrize("extra", [{}, {"error": 0}, {"error": "0"}, {"error": None, "error_name": ""}])
def test_a_pair(extra: dict[str, object]) -> None:
    pair = judge(200, json.dumps({**GOOD, **extra}).encode())
    assert (pair.access_token, pair.refresh_token) == ("NEW-ACCESS", "NEW-REFRESH")
    assert "NEW" not in repr(pair)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"", GrantGone),
        (200, b" \r\n", GrantGone),
        (200, b"{}", GrantGone),
        (200, {**FAILED, "error": -14014}, GrantGone),
        (200, {**FAILED, "error": "-14014"}, GrantGone),
        (400, {**FAILED, "error": -14014}, GrantGone),
        (200, {**FAILED, "error": -14002}, GrantRefused),
        (200, {**FAILED, "error": -14003}, GrantRefused),
        (200, {**FAILED, "error": -1}, GrantRefused),
        (200, {**FAILED, "error": "invalid_client"}, GrantRefused),
        (200, FAILED, GrantRefused),
        (401, {"message": "no"}, GrantRefused),
        (200, {**FAILED, "error": -32}, errors.Throttled),
        (429, b"slow down", errors.Throttled),
        (404, b"<html>", errors.ChannelDown),
        (302, b"", errors.ChannelDown),
        (500, b"", errors.OutcomeUnknown),
        (502, b"<html>", errors.OutcomeUnknown),
        (504, {**FAILED, "error": -14014}, errors.OutcomeUnknown),
        (200, b"<html>maintenance", errors.OutcomeUnknown),
        (200, b'"text"', errors.OutcomeUnknown),
        (200, b'{"access_token":"NEW-ACCESS","refre', errors.OutcomeUnknown),
        (200, {"access_token": "NEW-ACCESS", "expires_in": "90000"}, errors.OutcomeUnknown),
        (200, {"refresh_token": "NEW-REFRESH"}, errors.OutcomeUnknown),
        (200, {**GOOD, "error": -14014}, GrantGone),
    ],
)
def test_what_is_no_pair(status: int, body: bytes | dict[str, object], error: type[errors.ChannelError]) -> None:
    with pytest.raises(errors.ChannelError) as caught:
        judge(status, body if isinstance(body, bytes) else json.dumps(body).encode())
    assert type(caught.value) is error
    assert "NEW" not in str(caught.value)


def test_the_call_ends_before_the_lease_does() -> None:
    with pytest.raises(ValueError, match="lease"):
        ZaloOAuth(base_url="https://oauth.example", app_id="1", app_secret="s", timeout=25)


class Server:
    """Answers with ``body``; "slow" and "closes" are what their names say."""

    def __init__(self) -> None:
        self.how = ""
        self.asked: list[tuple[dict[str, str], dict[str, str]]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((dict(request.headers), form))
        if self.how == "slow":
            await asyncio.sleep(1)
        if self.how == "closes":
            assert request.transport is not None
            request.transport.close()
        if self.how == "redirects":
            raise web.HTTPFound("/elsewhere")
        return web.json_response(GOOD, content_type="text/json")  # the type is not looked at


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application()
    app.router.add_post("/v4/oa/access_token", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def calls(url: str) -> ZaloOAuth:
    return ZaloOAuth(base_url=url, app_id="42", app_secret="THE-APP-SECRET", timeout=0.3)


async def test_a_refresh_as_it_goes_over_the_wire(server: Server) -> None:
    assert isinstance(await calls(server.url + "/").refresh("OLD-REFRESH"), TokenPair)
    [(headers, form)] = server.asked
    assert form == {"refresh_token": "OLD-REFRESH", "app_id": "42", "grant_type": "refresh_token"}
    assert headers["secret_key"] == "THE-APP-SECRET"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


async def test_an_exchange_as_it_goes_over_the_wire(server: Server) -> None:
    await calls(server.url).exchange("CODE", "VERIFIER")
    [(_, form)] = server.asked
    assert form == {
        "code": "CODE",
        "app_id": "42",
        "grant_type": "authorization_code",
        "code_verifier": "VERIFIER",
    }


@pytest.mark.parametrize("how", ["slow", "closes"])
async def test_no_answer_after_the_request_left(server: Server, how: str) -> None:
    server.how = how
    with pytest.raises(errors.OutcomeUnknown) as caught:
        await calls(server.url).refresh("OLD-REFRESH")
    assert len(server.asked) == 1
    shown = repr(caught.value) + str(caught.value) + repr(caught.value.__cause__)
    assert "OLD" not in shown
    assert "SECRET" not in shown


async def test_a_redirect_is_not_followed_with_the_token(server: Server) -> None:
    server.how = "redirects"
    with pytest.raises(errors.ChannelDown):
        await calls(server.url).refresh("OLD-REFRESH")


async def test_nothing_left_without_a_connection(unused_tcp_port: int) -> None:
    with pytest.raises(errors.NotSent):
        await calls(f"http://127.0.0.1:{unused_tcp_port}").refresh("OLD-REFRESH")


async def test_nothing_left_without_an_address() -> None:
    with pytest.raises(errors.NotSent):
        await calls("http://no-such-host.invalid").refresh("OLD-REFRESH")
