"""Calls of the Official Account API: what every kind of answer becomes, and that no token is ever told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot import errors
from bot.channels.zalo_oa_client import FilePart, ZaloClient
from bot.channels.zalo_oa_errors import Reaction, Refused
from bot.testing import ManualClock
from tests.bot.zalo_oa_script import APP_SECRET, NOW, Answer, CountedTokens, client_at, gives, no, script, sent

CS = "/v3.0/oa/message/cs"
BODY = {"recipient": {"user_id": "1"}, "message": {"text": "Xin chào ឋ"}}


CALLS: dict[str, Callable[[ZaloClient], Awaitable[Any]]] = {
    "post": lambda client: client.post(CS, BODY),
    "get": lambda client: client.get("/v2.0/oa/getoa"),
    "upload": lambda client: client.upload("/v2.0/oa/upload/image", FilePart("a.png", "image/png", b"x")),
}


async def failing(client: ZaloClient, call: str = "post") -> BaseException:
    with pytest.raises((errors.ChannelError, Refused)) as caught:
        await CALLS[call](client)
    return caught.value


async def test_what_leaves() -> None:
    async with script(sent("m-7"), gives(user_id="5"), gives(attachment_id="a")) as told, client_at(told.url) as client:
        assert (await client.post(CS, BODY))["message_id"] == "m-7"
        assert await client.get("/v3.0/oa/user/detail", {"user_id": "457", "tên": "à"}) == {"user_id": "5"}
        await client.upload("/v2.0/oa/upload/image", FilePart("ảnh.png", "image/png", b"\x89PNG"))
    posted, got, uploaded = told.asked
    assert (posted.method, posted.path, posted.body) == ("POST", CS, BODY)
    assert posted.headers["access_token"] == "token-1"
    assert "Authorization" not in posted.headers
    assert "appsecret_proof" not in posted.headers
    assert posted.headers["Content-Type"] == "application/json"
    assert (got.method, list(got.query)) == ("GET", ["data"])
    assert json.loads(got.query["data"]) == {"user_id": "457", "tên": "à"}
    assert uploaded.body == ("ảnh.png", "image/png", b"\x89PNG")
    assert uploaded.headers["access_token"] == "token-1"


async def test_a_get_without_anything_to_ask() -> None:
    async with script(gives(oaid="1")) as told, client_at(told.url) as client:
        await client.get("/v2.0/oa/getoa")
    assert told.asked[0].query == {}


async def test_the_proof_signs_the_token_it_goes_with() -> None:
    async with (
        script(no(-216), sent()) as told,
        client_at(told.url, app_secret=APP_SECRET, proof=True) as client,
    ):
        await client.post(CS, BODY)
    for asked, token in zip(told.asked, ("token-1", "token-2"), strict=True):
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        assert (asked.headers["access_token"], asked.headers["appsecret_proof"]) == (token, proof)


# --- answers that say no ----------------------------------------------------------------------------------------


async def test_http_200_with_an_error_is_a_refusal() -> None:
    async with script(no(-230, "closed"), no("-230", "closed")) as told, client_at(told.url) as client:
        for _ in range(2):
            refused = await failing(client)
            assert isinstance(refused, Refused)
            assert (refused.code, refused.reaction) == (-230, Reaction.WINDOW)


@pytest.mark.parametrize("code", [-216, -220, -124])
@pytest.mark.parametrize("call", ["post", "get", "upload"])
async def test_a_refused_token_is_exchanged_once(code: int, call: str) -> None:
    tokens = CountedTokens()
    async with script(no(code), no(-230)) as told, client_at(told.url, tokens=tokens) as client:
        assert isinstance(await failing(client, call), Refused)
        assert [each.headers["access_token"] for each in told.asked] == ["token-1", "token-2"]
        told.then(no(code), no(code))
        assert type(await failing(client, call)) is errors.AccountRejected


async def test_without_a_new_token_nothing_is_sent_again() -> None:
    async with script(no(-220)) as told, client_at(told.url, tokens=CountedTokens(last=1)) as client:
        assert type(await failing(client)) is errors.AccountRejected
        assert type(await failing(client)) is errors.AccountRejected
    assert len(told.asked) == 1


# --- limits -----------------------------------------------------------------------------------------------------


async def test_over_the_limit_means_silence_until_the_next_minute() -> None:
    clock = ManualClock(NOW)
    async with script(sent(), no(-32)) as told, client_at(told.url, clock=clock) as client:
        await client.post(CS, BODY)
        for _ in range(3):  # asked once; then it is known
            throttled = await failing(client)
            assert isinstance(throttled, errors.Throttled)
            assert 40.5 <= throttled.retry_after <= 43
        assert len(told.asked) == 2
        clock.advance(43)
        told.then(sent())
        await client.post(CS, BODY)


async def test_the_default_rate_and_what_the_headers_say() -> None:
    clock = ManualClock(NOW)
    more = Answer(sent().body, headers={"X-RateLimit-Limit": "4000", "X-RateLimit-Remain": "3"})
    async with script(sent(), sent()) as told, client_at(told.url, clock=clock, rate=2) as client:
        await client.post(CS, BODY)
        await client.post(CS, BODY)
        assert isinstance(await failing(client), errors.Throttled)
        assert len(told.asked) == 2
        clock.advance(60)
        told.then(more, *[sent()] * 3)
        for _ in range(4):
            await client.post(CS, BODY)
        assert client.allowed_a_minute == 4000
        assert isinstance(await failing(client), errors.Throttled)


async def test_http_429_was_not_taken() -> None:
    async with script(Answer(b"slow down", status=429)) as told, client_at(told.url) as client:
        assert isinstance(await failing(client), errors.Throttled)


# --- what is not known ------------------------------------------------------------------------------------------

UNREADABLE = [
    b"",
    b"<html>",
    b"[]",
    b"null",
    b"{}",
    b'{"data":{}}',
    b'{"error":null}',
    b'{"error":true}',
    b'{"error":"x"}',
    b'{"error":[0]}',
    b"[" * 100_000,
    b"\xff\xfe\xff",
]
UNKNOWN = {"post": errors.OutcomeUnknown, "get": errors.ChannelDown, "upload": errors.ChannelDown}


@pytest.mark.parametrize("call", UNKNOWN)
async def test_an_answer_that_nobody_can_read(call: str) -> None:
    """A send may have gone out; anything else may be asked again."""
    answers = [Answer(body) for body in UNREADABLE]
    answers += [Answer(b"<html>", status=status) for status in (400, 404, 413, 500, 502, 503, 504)]
    answers += [Answer({"error": 0, "data": {}}, status=502)]
    async with script(*answers) as told, client_at(told.url) as client:
        for answer in answers:
            assert type(await failing(client, call)) is UNKNOWN[call], answer
    assert len(told.asked) == len(answers)


@pytest.mark.parametrize("call", UNKNOWN)
async def test_a_connection_that_breaks(call: str) -> None:
    async with script() as told, client_at(told.url) as client:
        told.broken = True
        assert type(await failing(client, call)) is UNKNOWN[call]
    # aiohttp may ask again by itself for what changes nothing; never for anything else.
    assert len(told.asked) == 1 or call == "get"


async def test_no_answer_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with client_at(url, answer_within=0.1) as client:
            assert type(await failing(client)) is errors.OutcomeUnknown
            assert type(await failing(client, "get")) is errors.ChannelDown


@pytest.mark.parametrize("call", UNKNOWN)
async def test_nobody_listens(call: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    async with client_at(url) as client:
        assert type(await failing(client, call)) is errors.NotSent


async def test_a_client_that_is_not_open_sends_nothing() -> None:
    async with script() as told, client_at(told.url) as client:
        await client.close()
        assert type(await failing(client)) is errors.NotSent


async def test_a_look_by_post_may_be_asked_again() -> None:
    async with script(Answer(b"")) as told, client_at(told.url) as client:
        with pytest.raises(errors.ChannelDown):
            await client.post("/v2.0/article/verify", {"token": "t"}, sends=False)


# --- secrets ----------------------------------------------------------------------------------------------------


SECRET = "S3cret" * 9


class SecretToken(CountedTokens):
    async def access_token(self) -> str:
        return SECRET


@pytest.mark.parametrize(
    "answers", [[], [Answer(b"<html>")], [no(-216), no(-216)], [no(-201, f"{SECRET} is invalid!")]]
)
async def test_no_token_is_told(answers: list[Answer]) -> None:
    async with (
        script(*answers) as told,
        client_at(told.url, tokens=SecretToken(), app_secret=APP_SECRET, proof=True) as client,
    ):
        told.broken = not answers
        error = await failing(client)
        whole = "".join(traceback.format_exception(error)) + repr(error) + repr(client)
    assert SECRET not in whole
    assert APP_SECRET not in whole
