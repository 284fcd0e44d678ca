"""``cotmoc zalo login`` and ``zalo status`` against the fake Official Account: what is printed, stored and refused."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.channels.zalo_oauth import TokenPair, ZaloOAuth, challenge_of
from bot.channels.zalo_token_row import TokenRow, TokenShelf
from bot.channels.zalo_tokens import TokenKeeper
from bot.errors import SettingError
from bot.settings import Settings, secret_key
from bot.storage.db import Database
from bot.storage.migrate import migrate
from bot.testing import ManualClock
from handlers.commands import zalo
from tests.fakes.zalo_oa_client import launch

ROOT = Path(__file__).resolve().parents[2]
CALLBACK = "https://cotmoc.example/"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


class Console:
    """The fake, and the administrator before their browser."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said = said

    def order(self, verb: str, **order: Any) -> Any:
        request = urllib.request.Request(f"{self.said['url']}/_control/{verb}", json.dumps(order).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["result"]

    def agree(self, printed: str) -> dict[str, str]:
        """Open the printed link and say yes; ``code`` and ``location`` are where the browser ends."""
        [link] = re.findall(r"http\S+/v4/oa/permission\S+", printed)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        agreed: dict[str, str] = self.order("consent", **asked)
        return agreed


@pytest.fixture(scope="module")
def program() -> Iterator[dict[str, str]]:
    with launch() as said:
        yield said


@pytest.fixture
def console(program: dict[str, str]) -> Console:
    made = Console(program)
    made.order("reset")
    return made


@pytest.fixture
def settings(console: Console, tmp_path: Path) -> Settings:
    said = console.said
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        var_dir=tmp_path,
        public_url="https://cotmoc.example",
        secret_key="a key",
        zalo_oa_id=said["oa_id"],
        zalo_app_id=said["app_id"],
        zalo_app_secret=said["app_secret"],
        zalo_oa_secret=said["oa_secret"],
        zalo_oauth_url=said["url"],
    )


def with_shelf(settings: Settings, work: Callable[[TokenShelf], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        db = Database(settings.database)
        await migrate(db)
        try:
            return await work(TokenShelf(db, key=secret_key(settings)))
        finally:
            await db.close()

    return asyncio.run(run())


def stored(settings: Settings) -> TokenRow | None:
    row: TokenRow | None = with_shelf(settings, lambda shelf: shelf.read())
    return row


def change(settings: Settings, **changes: Any) -> Settings:
    return Settings(_env_file=None, **{**settings.model_dump(), **changes})  # type: ignore[call-arg]


Capture = pytest.CaptureFixture[str]


def test_the_whole_address_is_pasted(settings: Settings, console: Console, capsys: Capture) -> None:
    printed = []

    def ask(_prompt: str) -> str:
        printed.append(capsys.readouterr().out)
        return f"  {console.agree(printed[0])['location']}\n"

    assert zalo.login(settings, ask=ask) == 0
    assert CALLBACK in printed[0]
    out = capsys.readouterr().out
    assert "Đã đăng nhập Zalo OA" in out
    assert f"Zalo OA {settings.zalo_oa_id}: tốt" in out
    current = console.order("state")

    async def pair(shelf: TokenShelf) -> tuple[str, str]:
        row = await shelf.read()
        assert row is not None
        found = shelf.unseal(row)
        return found.access_token, found.refresh_token

    assert with_shelf(settings, pair) == (current["access_token"], current["refresh_token"])
    assert zalo.status(settings) == 0
    everything = printed[0] + out + capsys.readouterr().out
    for secret in (*pair_of(current), settings.zalo_app_secret.get_secret_value()):
        assert secret not in everything
    on_disk = b"".join(path.read_bytes() for path in settings.var_dir.glob("cotmoc.sqlite3*"))
    for secret in pair_of(current):
        assert secret.encode() not in on_disk


def pair_of(state: dict[str, Any]) -> tuple[str, str]:
    return state["access_token"], state["refresh_token"]


def test_only_the_code_is_pasted(settings: Settings, console: Console, capsys: Capture) -> None:
    assert zalo.login(settings, ask=lambda _: console.agree(capsys.readouterr().out)["code"]) == 0


def test_another_callback(settings: Settings, console: Console, capsys: Capture) -> None:
    console.order("settings", callback_url="https://other.example/zalo?x=1")

    def ask(_prompt: str) -> str:
        return console.agree(capsys.readouterr().out)["location"]

    assert zalo.login(settings, callback="https://other.example/zalo?x=1", ask=ask) == 0


def test_the_link_of_the_console_with_a_fixed_verifier(settings: Settings, console: Console, capsys: Capture) -> None:
    """Where Zalo only takes the link that its console makes, with the challenge saved there."""
    challenge = challenge_of(VERIFIER)
    console.order("settings", consent="static", callback_url=CALLBACK, console_challenge=challenge)
    told = console.order(
        "consent",
        app_id=settings.zalo_app_id,
        redirect_uri=CALLBACK,
        code_challenge=challenge,
        state="of the console",
    )
    fixed = change(settings, zalo_code_verifier=VERIFIER)
    assert zalo.login(fixed, ask=lambda _: told["location"]) == 0
    out = capsys.readouterr().out
    assert "COTMOC_ZALO_CODE_VERIFIER" in out
    assert VERIFIER not in out
    assert f"code_challenge={challenge}" in out  # our own link has the same one


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        ("", "Không thấy mã"),
        ("   ", "Không thấy mã"),
        ("https://cotmoc.example/", "Không thấy mã"),
        ("https://cotmoc.example/?error=access_denied", "Không thấy mã"),
        ("https://cotmoc.example/?code=&state=x", "Không thấy mã"),
        ("hai chu", "Không thấy mã"),
        ("https://cotmoc.example/?code=abc&oa_id=999", "OA 999"),
        ("https://cotmoc.example/?code=abc&state=another", "một lần đăng nhập khác"),
        ("never-given-by-zalo", "Hãy chạy lại cotmoc zalo login"),
    ],
)
def test_what_is_pasted_and_no_good(settings: Settings, pasted: str, said: str) -> None:
    with pytest.raises(SettingError, match=re.escape(said)):
        zalo.login(settings, ask=lambda _: pasted)
    row = stored(settings)
    assert row is None or not row.sealed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc-DEF_123", "abc-DEF_123"),
        ("abc==", "abc=="),
        ("code=abc&oa_id=1", "abc"),
        ("?code=abc", "abc"),
        ("'https://a.example/?x=1&code=a%2Fb&oa_id=1'", "a/b"),
        ("a.example/cb?code=abc", "abc"),
    ],
)
def test_what_a_person_may_paste(text: str, code: str) -> None:
    assert zalo.read_pasted(text).code == code


def test_a_code_works_once(settings: Settings, console: Console, capsys: Capture) -> None:
    codes = []

    def ask(_prompt: str) -> str:
        codes.append(console.agree(capsys.readouterr().out)["code"])
        return codes[0]

    zalo.login(settings, ask=ask)
    before = stored(settings)
    with pytest.raises(SettingError, match="đã dùng"):
        zalo.login(settings, ask=ask)
    assert stored(settings) == before


def test_a_code_too_old(settings: Settings, console: Console, capsys: Capture) -> None:
    def ask(_prompt: str) -> str:
        code = console.agree(capsys.readouterr().out)["code"]
        console.order("clock", advance=601)
        return code

    with pytest.raises(SettingError, match="quá 10 phút"):
        zalo.login(settings, ask=ask)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "refused", "code": -14002}, "COTMOC_ZALO_APP_ID"),
        ({"kind": "refused", "code": -14003}, "callback"),
        ({"kind": "answer_lost"}, "không nhận được trả lời"),
        ({"kind": "server_error"}, "không nhận được trả lời"),
        ({"kind": "refused", "code": -32}, "Mã chưa bị dùng"),
    ],
)
def test_what_zalo_may_answer(
    settings: Settings, console: Console, capsys: Capture, fault: dict[str, Any], said: str
) -> None:
    console.order("faults", faults=[{**fault, "methods": ["exchange"]}])
    with pytest.raises(SettingError, match=said):
        zalo.login(settings, ask=lambda _: console.agree(capsys.readouterr().out)["code"])


def test_no_way_to_zalo(settings: Settings, unused_tcp_port: int) -> None:
    away = change(settings, zalo_oauth_url=f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(SettingError, match="Không gọi được"):
        zalo.login(away, ask=lambda _: "a-code")


def test_while_the_service_runs(settings: Settings, console: Console, capsys: Capture) -> None:
    """The service has lost its grant; a person consents in another window; the service goes on by itself."""
    current = console.order("state")
    clock = ManualClock(datetime(2026, 11, 21, tzinfo=UTC))

    async def run() -> None:
        db = Database(settings.database)
        await migrate(db)
        keeper = TokenKeeper(
            shelf=TokenShelf(db, key=secret_key(settings)),
            oauth=ZaloOAuth(
                base_url=settings.zalo_oauth_url,
                app_id=settings.zalo_app_id,
                app_secret=settings.zalo_app_secret.get_secret_value(),
            ),
            clock=clock,
            rng=Random(1),
            owner="the service",
            first_refresh_token=current["refresh_token"],
        )
        await keeper.tick()
        await asyncio.to_thread(console.order, "revoke")
        clock.advance(13 * 3600)
        await keeper.tick()
        assert keeper.health.trouble
        assert await asyncio.to_thread(zalo.status, settings) == 1
        assert "needs_reauth" in capsys.readouterr().out
        ask = lambda _: console.agree(capsys.readouterr().out)["code"]  # noqa: E731
        assert await asyncio.to_thread(zalo.login, settings, ask=ask) == 0
        await keeper.tick()
        assert not keeper.health.trouble
        state = await asyncio.to_thread(console.order, "state")
        assert await keeper.access_token() == state["access_token"]
        await db.close()

    asyncio.run(run())


def test_it_waits_for_a_renewal_under_way(settings: Settings, console: Console, capsys: Capture) -> None:
    until = datetime.now(UTC) + timedelta(seconds=2)

    async def begin(shelf: TokenShelf) -> None:
        await shelf.swap(None, TokenRow(sealed="of the service", owner="the service", until=until))

    with_shelf(settings, begin)
    zalo.login(settings, ask=lambda _: console.agree(capsys.readouterr().out)["code"])
    row = stored(settings)
    assert row is not None
    assert row.issued_at is not None
    assert row.issued_at >= until
    assert (row.owner, row.refused) == ("", "")


def test_status_before_the_first_login(settings: Settings, capsys: Capture) -> None:
    assert zalo.status(settings) == 1
    assert "cotmoc zalo login" in capsys.readouterr().out


def test_status_tells_when_everything_ends(settings: Settings, capsys: Capture) -> None:
    issued = datetime.now(UTC) - timedelta(hours=3)

    async def keep(shelf: TokenShelf) -> None:
        row = TokenRow(generation=2, issued_at=issued, expires_at=issued + timedelta(hours=25))
        await shelf.swap(None, replace(row, sealed=shelf.seal(TokenPair("ACCESS", "REFRESH"))))

    with_shelf(settings, keep)
    assert zalo.status(settings) == 0
    out = capsys.readouterr().out
    for at in (issued, issued + timedelta(hours=25), issued + timedelta(days=89)):
        assert at.astimezone(settings.zone).strftime("%H:%M %d/%m/%Y") in out
    assert zalo.status(change(settings, secret_key="another key")) == 1
    assert "secret-key" in capsys.readouterr().out


def test_without_an_account(tmp_path: Path) -> None:
    bare = Settings(_env_file=None, var_dir=tmp_path)  # type: ignore[call-arg]
    for command in (zalo.status, zalo.login):
        with pytest.raises(SettingError, match="COTMOC_ZALO_OA_ID"):
            command(bare)


def test_from_the_shell(settings: Settings, console: Console) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COTMOC_")} | {
        "COTMOC_VAR_DIR": str(settings.var_dir),
        "COTMOC_ZALO_OA_ID": settings.zalo_oa_id,
        "COTMOC_ZALO_APP_ID": settings.zalo_app_id,
        "COTMOC_ZALO_APP_SECRET": "x",
        "COTMOC_ZALO_OA_SECRET": "x",
    }

    command = [sys.executable, "-m", "bot", "zalo", "login", "--callback", "https://a.example/b"]
    done = subprocess.run(command, cwd=ROOT, env=environment, input="", capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "redirect_uri=https%3A%2F%2Fa.example%2Fb" in done.stdout
    assert "Chưa nhận được mã nào" in done.stderr
    assert "Traceback" not in done.stderr
