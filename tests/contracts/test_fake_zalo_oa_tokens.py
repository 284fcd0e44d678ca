"""The fake Official Account: consent, PKCE, tokens that replace each other, and their ends."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.fakes.zalo_oa_client import DAY, HOUR, FakeZaloOa, FakeZaloOaError, challenge_of, launch

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
CALLBACK = "https://bot.example/zalo"


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
async def fake(running: dict[str, str]) -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa.attach(running) as attached:
        yield attached


async def exchange(fake: FakeZaloOa, code: str, verifier: str = VERIFIER, **more: str) -> Any:
    return await fake.ask_tokens(code=code, grant_type="authorization_code", code_verifier=verifier, **more)


async def refresh(fake: FakeZaloOa, token: str, **more: str) -> Any:
    return await fake.ask_tokens(refresh_token=token, grant_type="refresh_token", **more)


async def getoa(fake: FakeZaloOa, token: str) -> int:
    return int((await fake.get("/v2.0/oa/getoa", token=token))["error"])


def test_the_challenge_is_the_published_vector() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE


async def test_a_code_and_its_verifier_give_a_pair_once(fake: FakeZaloOa) -> None:
    code = await fake.consent(CHALLENGE, CALLBACK)
    assert (await exchange(fake, code, "x" * 43))["error"] == -14014
    given = await exchange(fake, code)
    assert set(given) == {"access_token", "refresh_token", "expires_in"}
    assert given["expires_in"] == "90000"
    assert await getoa(fake, given["access_token"]) == 0
    assert (await exchange(fake, code))["error"] == -14014
    assert [(each.kind, each.error, each.pair) for each in await fake.token_calls()] == [
        ("exchange", -14014, 0),
        ("exchange", 0, 2),
        ("exchange", -14014, 0),
    ]


async def test_a_code_lives_ten_minutes(fake: FakeZaloOa) -> None:
    await fake.set_clock(1_760_000_000)
    codes = [await fake.consent(CHALLENGE, CALLBACK) for _ in range(2)]
    await fake.advance(600)
    assert "access_token" in await exchange(fake, codes[0])
    await fake.advance(1)
    assert (await exchange(fake, codes[1]))["error"] == -14014


async def test_the_consent_page_leads_back_with_code_account_and_state(fake: FakeZaloOa) -> None:
    parameters = {"app_id": fake.app_id, "redirect_uri": CALLBACK, "code_challenge": CHALLENGE, "state": "s1"}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{fake.url}/v4/oa/permission", params=parameters) as answer:
            assert answer.content_type == "text/html"
            page = await answer.text()
        async with session.get(f"{fake.url}/v4/oa/permission", params=parameters | {"app_id": "1"}) as answer:
            assert (await answer.json())["error"] == -14002
    link = page.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    told = parse_qs(urlsplit(link).query)
    assert link.startswith(CALLBACK)
    assert (told["oa_id"], told["state"]) == ([fake.oa_id], ["s1"])
    assert "access_token" in await exchange(fake, told["code"][0])


async def test_a_link_made_at_home_is_refused_where_the_console_makes_it(fake: FakeZaloOa) -> None:
    await fake.set_settings(consent="static", callback_url=CALLBACK, console_challenge=CHALLENGE)
    await fake.consent(CHALLENGE, CALLBACK)
    for challenge, callback in ((challenge_of("other"), CALLBACK), (CHALLENGE, "https://other.example")):
        with pytest.raises(FakeZaloOaError, match="-14003"):
            await fake.consent(challenge, callback)


async def test_a_refresh_token_is_good_once_and_ends_the_access_token_before(fake: FakeZaloOa) -> None:
    second = await refresh(fake, fake.refresh_token)
    assert second["refresh_token"] != fake.refresh_token
    assert await getoa(fake, fake.access_token) == -220
    assert await getoa(fake, second["access_token"]) == 0
    replayed = await refresh(fake, fake.refresh_token)
    assert replayed["error"] == -14014
    assert (replayed["error_name"], replayed["access_token"], replayed["refresh_token"]) == (
        "Invalid refresh token.",
        "",
        "",
    )
    assert await getoa(fake, second["access_token"]) == 0
    third = await refresh(fake, second["refresh_token"])
    assert (await fake.state())["access_token"] == third["access_token"]


async def test_a_replay_is_answered_with_nothing_when_wanted(fake: FakeZaloOa) -> None:
    await fake.set_settings(empty_replay=True)
    await refresh(fake, fake.refresh_token)
    assert await refresh(fake, fake.refresh_token) is None
    assert (await refresh(fake, "never given"))["error"] == -14014


async def test_other_readings_of_a_rotation(fake: FakeZaloOa) -> None:
    await fake.set_settings(previous_dies=False, expires_in="number", access_seconds=100.0)
    assert (await refresh(fake, fake.refresh_token))["expires_in"] == 100
    assert await getoa(fake, fake.access_token) == 0
    await fake.set_settings(previous_dies=True, rotated_code=-216)
    assert await getoa(fake, fake.access_token) == -216


async def test_access_lives_25_hours_and_refresh_90_days(fake: FakeZaloOa) -> None:
    await fake.advance(25 * HOUR - 60)
    assert await getoa(fake, fake.access_token) == 0
    await fake.advance(120)
    assert await getoa(fake, fake.access_token) == -220
    pair = await refresh(fake, fake.refresh_token)
    await fake.advance(89 * DAY)
    pair = await refresh(fake, pair["refresh_token"])
    await fake.advance(90 * DAY + 1)
    assert (await refresh(fake, pair["refresh_token"]))["error"] == -14014


async def test_the_app_and_its_secret_must_be_right(fake: FakeZaloOa) -> None:
    assert (await refresh(fake, fake.refresh_token, app_id="1"))["error"] == -14002
    assert (await refresh(fake, fake.refresh_token, secret="wrong"))["error"] == -14004
    assert (await refresh(fake, fake.refresh_token, extra="x"))["error"] == -14014
    assert (await fake.post("/v4/oa/access_token", {}))["error"] == -201
    assert "access_token" in await refresh(fake, fake.refresh_token)


async def test_a_void_grant_needs_a_new_consent(fake: FakeZaloOa) -> None:
    await fake.revoke()
    assert await getoa(fake, fake.access_token) == -216
    assert (await refresh(fake, fake.refresh_token))["error"] == -14014
    given = await exchange(fake, await fake.consent(CHALLENGE, CALLBACK))
    assert await getoa(fake, given["access_token"]) == 0
    by_hand = await fake.grant()
    assert await getoa(fake, given["access_token"]) == -220
    assert await getoa(fake, by_hand["access_token"]) == 0


async def test_a_proof_is_asked_for_only_where_switched_on(fake: FakeZaloOa) -> None:
    await fake.set_settings(require_proof=True)
    proof = hmac.new(fake.app_secret.encode(), fake.access_token.encode(), hashlib.sha256).hexdigest()
    path, body = "/v2.0/oa/quota/message", dict[str, str]()
    assert (await fake.post(path, body))["error"] == -242
    assert (await fake.post(path, body, appsecret_proof="0" * 64))["error"] == -242
    assert (await fake.post(path, body, appsecret_proof=proof))["error"] == 0


@pytest.mark.parametrize("silent", [False, True])
async def test_the_answer_to_a_refresh_may_be_lost_after_the_token_was_rotated(fake: FakeZaloOa, silent: bool) -> None:
    await fake.fault("answer_lost", methods=["refresh"], times=1, silent=silent, ms=20)
    with pytest.raises(aiohttp.ClientError):
        await refresh(fake, fake.refresh_token)
    [lost] = await fake.token_calls()
    assert (lost.kind, lost.error, lost.pair, lost.answered) == ("refresh", 0, 2, False)
    assert await getoa(fake, fake.access_token) == -220
    assert (await refresh(fake, fake.refresh_token))["error"] == -14014


async def test_a_refresh_may_fail_before_anything_happened(fake: FakeZaloOa) -> None:
    await fake.fault("server_error", methods=["refresh"], times=1)
    await fake.fault("hangup", methods=["refresh"], times=1)
    await fake.fault("refused", methods=["refresh"], times=1, code=-32)
    with pytest.raises(ValueError, match="Expecting value"):
        await refresh(fake, fake.refresh_token)
    with pytest.raises(aiohttp.ClientError):
        await refresh(fake, fake.refresh_token)
    refused = await refresh(fake, fake.refresh_token)
    assert (refused["error"], refused["access_token"]) == (-32, "")
    assert await fake.token_calls() == []
    assert "access_token" in await refresh(fake, fake.refresh_token)


async def test_a_reset_brings_the_first_pair_back(fake: FakeZaloOa) -> None:
    await refresh(fake, fake.refresh_token)
    await fake.reset()
    assert await getoa(fake, fake.access_token) == 0
