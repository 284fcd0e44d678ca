"""Every way to be refused: each with its own status, its own kind, in the language asked for, and nothing said back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.staff import calendars
from bot.staff.roles import Role
from bot.storage.schema import officers
from bot.testing import ManualClock
from handlers.api.problem_kinds import KINDS
from tests.handlers.api.scripts import Station, station


async def test_who_has_no_token_is_told_how_to_get_one(desk: Station) -> None:
    token = await desk.token("An")
    async with desk.app.db.transaction() as connection:
        secret = await calendars.make(connection, desk.app.intake.desk.key, desk.people["An"], desk.app.clock.now())
    for header in ("", "Basic abc", "Bearer", "Bearer x", f"Bearer {token[:-1]}", f"Token {token}", f"Bearer {secret}"):
        said = await desk.call("GET", "/campaigns", Authorization=header)
        assert (said.status, said.kind) == (401, "unauthorised"), header
        assert said.headers["WWW-Authenticate"].startswith("Bearer")
        assert "cotmoc officer token" in said.body["detail"]
        assert "Set-Cookie" not in said.headers


async def test_a_token_ends_with_its_time_and_with_its_officer(tmp_path: Path) -> None:
    clock = ManualClock(SystemClock().now())
    async with station(tmp_path, clock) as desk:
        token, other = await desk.token("An"), await desk.token("Bảo")
        assert (await desk.call("GET", "/campaigns", token)).status == 200
        async with desk.app.db.transaction() as connection:
            await connection.execute(officers.update().where(officers.c.name == "An").values(state="disabled"))
        assert (await desk.call("GET", "/campaigns", token)).status == 401
        clock.advance(timedelta(days=31).total_seconds())
        assert (await desk.call("GET", "/campaigns", other)).status == 401


async def test_a_token_that_asks_too_fast_waits_and_others_do_not(tmp_path: Path) -> None:
    async with station(tmp_path, ManualClock(SystemClock().now()), api_rate=0.5) as desk:
        token, other = await desk.token("An"), await desk.token("Bảo")
        said = [await desk.call("GET", "/campaigns", token) for _ in range(4)]
        assert [each.status for each in said] == [200, 200, 429, 429]
        assert said[-1].kind == "too-many"
        assert int(said[-1].headers["Retry-After"]) == 2
        assert (await desk.call("GET", "/campaigns", other)).status == 200
        desk.app.clock.advance(2)  # type: ignore[attr-defined]
        assert (await desk.call("GET", "/campaigns", token)).status == 200


async def test_what_is_no_address_and_what_it_does_not_take(desk: Station) -> None:
    token = await desk.token("An")
    for path in ("", "/", "/nothing", "/campaigns/", "/campaigns/0", "/campaigns/x", "/campaigns/99999999999"):
        said = await desk.call("GET", path, token)
        assert (said.status, said.kind) == (404, "not-found"), path
    for path in ("/campaigns/7", "/notices/7", "/notices/7.cap.xml", "/entries/no-such", "/entries/%00"):
        said = await desk.call("GET", path, token)
        assert (said.status, said.kind) == (404, "not-found"), path
    said = await desk.call("DELETE", "/campaigns/1", token)
    assert (said.status, said.kind, said.headers["Allow"]) == (405, "method-not-allowed", "GET, HEAD")
    said = await desk.call("OPTIONS", "/campaigns", token, Origin="https://example.org")
    assert (said.status, said.headers["Allow"]) == (405, "GET, POST, HEAD")
    assert not [name for name in said.headers if name.lower().startswith("access-control")]


async def test_media_types(desk: Station) -> None:
    token = await desk.token("An")
    refused = await desk.call("GET", "/campaigns", token, Accept="text/html, application/xml;q=0.5")
    assert (refused.status, refused.kind) == (406, "not-acceptable")
    for accept in ("application/json", "application/*", "*/*", "text/html, */*;q=0.1"):
        assert (await desk.call("GET", "/campaigns", token, Accept=accept)).status == 200, accept
    none = await desk.call("GET", "/campaigns", token, Accept="application/json;q=0, */*")
    assert none.status == 406
    for media in ("text/plain", "application/x-www-form-urlencoded", "application/json-patch+json"):
        said = await desk.call("POST", "/campaigns", token, data=b'{"title": "x"}', Content_Type=media)
        assert (said.status, said.kind) == (415, "unsupported-media"), media
    packed = await desk.call(
        "POST", "/campaigns", token, data=b"{}", Content_Type="application/json", Content_Encoding="gzip"
    )
    assert packed.status in (400, 415)


async def test_bodies_that_are_broken_or_too_large(desk: Station) -> None:
    token = await desk.token("An")
    for body in (b"", b"{", b"\xff\xfe", b'{"title": "\xff"}', b'{"title": "\\ud800"}', b"[" * 5000):
        said = await desk.call("POST", "/campaigns", token, data=body, Content_Type="application/json")
        assert (said.status, said.kind) == (400, "malformed"), body[:20]
    large = b'{"title": "' + b"x" * 1_000_001 + b'"}'
    said = await desk.call("POST", "/campaigns", token, data=large, Content_Type="application/json")
    assert (said.status, said.kind) == (413, "too-large")

    async def slowly():  # type: ignore[no-untyped-def]
        for _ in range(40):
            yield b"x" * 50_000

    said = await desk.call("POST", "/campaigns", token, data=slowly(), Content_Type="application/json")
    assert said.status == 413
    said = await desk.call("GET", "/campaigns", token, data=b"something")
    assert (said.status, said.kind) == (400, "malformed")


async def test_an_unknown_question_is_not_ignored(desk: Station) -> None:
    token = await desk.token("An")
    said = await desk.call("GET", "/campaigns?stat=draft", token)
    assert (said.status, said.body["errors"][0]["parameter"]) == (422, "stat")
    twice = await desk.call("GET", "/campaigns?limit=1&limit=2", token)
    assert (twice.status, twice.body["errors"][0]["parameter"]) == (422, "limit")
    for language, word in (("vi", "Nhiều nhất là 100."), ("en", "Must be at most 100.")):
        said = await desk.call("GET", "/campaigns?limit=101", token, Accept_Language=language)
        assert said.body["errors"] == [{"detail": word, "parameter": "limit"}]


async def test_errors_are_told_in_english_to_who_asks_for_it(desk: Station) -> None:
    token = await desk.token("An", area="p-dong-thap")
    made = await desk.call("POST", "/campaigns", token, json={"title": "x"})
    path = f"/campaigns/{made.body['id']}/audience"
    for accept, language in (("en", "en"), ("fr, en-GB;q=0.5", "en"), ("vi, en", "vi"), ("km", "vi"), ("", "vi")):
        said = await desk.call("PUT", path, token, json={"places": ["p-nowhere"]}, Accept_Language=accept)
        assert said.headers["Content-Language"] == language
        assert ("detail_vi" in said.body) == (language == "en")
        assert "p-nowhere" in (said.body["detail_vi"] if language == "en" else said.body["detail"])


async def test_who_takes_json_only_gets_it_under_that_name(desk: Station) -> None:
    said = await desk.call("GET", "/campaigns", Accept="application/json")
    assert (said.status, said.headers["Content-Type"]) == (401, "application/json; charset=utf-8")


async def test_a_database_that_does_not_answer(desk: Station) -> None:
    token = await desk.token("An")
    await desk.app.db.close()
    (desk.app.settings.var_dir / "cotmoc.sqlite3").rename(desk.app.settings.var_dir / "elsewhere")
    (desk.app.settings.var_dir / "cotmoc.sqlite3").mkdir()
    said = await desk.call("GET", "/campaigns", token)
    assert (said.status, said.kind, said.headers["Retry-After"]) == (503, "unavailable", "5")
    said = await desk.call("POST", "/campaigns", token, json={"title": "x"})
    assert said.status == 503
    (desk.app.settings.var_dir / "cotmoc.sqlite3").rmdir()
    (desk.app.settings.var_dir / "elsewhere").rename(desk.app.settings.var_dir / "cotmoc.sqlite3")


async def test_every_kind_of_problem_is_explained_on_the_page(desk: Station) -> None:
    async with desk.web.get("/api/docs") as answer:
        page = await answer.text()
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not [word for word in ("<script", " style=", " onclick=", "http://", "https://") if word in page]
    for name in KINDS:
        assert f'id="{name}"' in page
    async with desk.web.get("/api/openapi.json") as answer:
        document = await answer.json()
        tag = answer.headers["ETag"]
    for path, operations in document["paths"].items():
        for each in operations.values():
            assert f'id="{each["operationId"]}"' in page, path
    for name in document["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
    async with desk.web.get("/api/openapi.json", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    assert {each["servers"][0]["url"] for each in [document]} == {"/api/v1"}


async def test_nothing_is_decided_by_a_script(desk: Station) -> None:
    """Promise G1: by any address that anybody might think of."""
    token = await desk.token("Giang", Role.COMMANDER)
    editor = await desk.token("An")
    made = await desk.call("POST", "/campaigns", editor, json={"title": "x"})
    number = made.body["id"]
    paths = ["/notices", f"/notices/{number}", "/proposals", "/officers", "/tokens"]
    for deed in ("approve", "approval", "sign", "signatures", "confirm", "release", "withdraw", "cancel", "issue"):
        paths += [f"/campaigns/{number}/{deed}", f"/notices/{number}/{deed}", f"/runs/1/{deed}", f"/{deed}"]
    for path in paths:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            said = await desk.call(method, path, token, json={})
            assert said.status in (404, 405), (method, path)
    assert (await desk.call("GET", f"/campaigns/{number}", editor)).body["state"] == "draft"


async def test_no_token_stands_in_the_log(desk: Station, capfd: pytest.CaptureFixture[str]) -> None:
    token = await desk.token("An")
    await desk.call("POST", "/campaigns", token, json={"title": "Tên kín"})
    await desk.call("POST", "/entries/search", token, json={"text": "hỏi kín đáo"})
    async with aiohttp.ClientSession() as web, web.get(f"{desk.address}/api/v1/x?token={token}"):
        pass
    out, err = capfd.readouterr()
    assert token not in out + err
    assert "kín" not in out + err
