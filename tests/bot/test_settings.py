"""Settings: read once, frozen, and refused with one sentence that names what is missing or wrong."""

from __future__ import annotations

import stat
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot import settings
from bot.errors import SettingError
from bot.settings import Settings

TOKEN = "7400000001:" + "A" * 35


def load(**given: object) -> Settings:
    return settings.load(_env_file=None, **given)


WRONG: list[tuple[str, Any]] = [
    ("http_port", "eighty"),
    ("http_port", -1),
    ("http_port", 65_536),
    ("timezone", "Asia/Hanoi-but-wrong"),
    ("timezone", "../etc/passwd"),
    ("log_level", "LOUD"),
    ("log_format", "xml"),
    ("notice_confirm_minutes", 0),
    ("notice_confirm_minutes", 121),
    ("quiet_hours", "21:00"),
    ("quiet_hours", "24:00-07:00"),
    ("quiet_hours", "21:00-07:60"),
    ("quiet_hours", "9h-7h"),
    ("weekly_cap", -1),
    ("telegram_mode", "pigeon"),
    ("telegram_webhook_secret", "có dấu"),
    ("telegram_webhook_secret", "a b"),
    ("telegram_webhook_secret", "x" * 257),
    ("telegram_rate", 0),
    ("telegram_rate", "fast"),
    ("telegram_reply_rate", -1),
    ("telegram_paid_broadcast", "perhaps"),
    ("zalo_verifier", "a code"),
    ("zalo_verifier", "../../etc/passwd"),
    ("zalo_verifier", "<script>"),
    ("zalo_bot_rate", 0),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=[f"{name}={value!s:.20}" for name, value in WRONG])
def test_a_wrong_setting_is_refused_with_one_sentence_that_names_it(name: str, value: object) -> None:
    with pytest.raises(SettingError) as caught:
        load(**{name: value})
    said = str(caught.value)
    assert f"COTMOC_{name.upper()}" in said
    assert "\n" not in said
    assert said.endswith(".")


@pytest.mark.parametrize(
    "address", ["not an address", "mysql://root@localhost/cotmoc", "postgresql//half/an/address", "sqlite+nothing:///x"]
)
def test_an_address_of_no_database_of_ours_is_refused(address: str) -> None:
    """Else the start breaks somewhere inside a library, with a traceback instead of a sentence."""
    with pytest.raises(SettingError, match="COTMOC_DATABASE_URL"):
        load(database_url=address)


@pytest.mark.parametrize("address", ["cotmoc.example", "//cotmoc.example", "ftp://cotmoc.example", "https://"])
def test_a_public_address_is_a_whole_web_address(address: str) -> None:
    """Without its scheme the host is not seen, the service would count as local, and Telegram would refuse the hook."""
    with pytest.raises(SettingError, match="COTMOC_PUBLIC_URL"):
        load(public_url=address)


def test_a_refused_secret_is_not_repeated() -> None:
    with pytest.raises(SettingError) as caught:
        load(telegram_webhook_secret="topsecret value")
    assert "topsecret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_webhook_needs_its_secret_and_a_public_address() -> None:
    webhook = {"telegram_token": TOKEN, "telegram_mode": "webhook"}
    with pytest.raises(SettingError, match="COTMOC_TELEGRAM_WEBHOOK_SECRET"):
        load(**webhook, public_url="https://cotmoc.example")
    with pytest.raises(SettingError, match="COTMOC_PUBLIC_URL"):
        load(**webhook, telegram_webhook_secret="s3cret")
    assert load(**webhook, telegram_webhook_secret="s3cret", public_url="https://cotmoc.example")
    assert load(telegram_token=TOKEN, telegram_mode="polling")
    assert load(telegram_mode="webhook")  # no token: Telegram is off, and its mode does not matter


def test_settings_are_frozen_and_hide_their_secrets() -> None:
    loaded = load(telegram_token=TOKEN, secret_key="khoá-bí-mật", metrics_token="mmm-nnn")
    with pytest.raises(ValidationError):
        loaded.http_port = 1  # type: ignore[misc]
    shown = f"{loaded!r} {loaded} {loaded.model_dump()}"
    assert not [secret for secret in (TOKEN, "khoá-bí-mật", "mmm-nnn") if secret in shown]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", "sqlite+aiosqlite:///folder/cotmoc.sqlite3"),
        ("sqlite:////srv/x.sqlite3", "sqlite+aiosqlite:////srv/x.sqlite3"),
        ("sqlite+aiosqlite:///x", "sqlite+aiosqlite:///x"),
        ("postgres://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("postgresql://u:p@h/d?host=/run", "postgresql+asyncpg://u:p@h/d?host=/run"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_the_database_address_gets_the_driver_we_use(given: str, used: str) -> None:
    assert load(var_dir=Path("folder"), database_url=given).database == used


def test_what_is_derived() -> None:
    loaded = load(quiet_hours="21:30-06:05", timezone="Asia/Ho_Chi_Minh", http_host="127.0.0.1", http_port=8081)
    assert loaded.quiet_from_to == (time(21, 30), time(6, 5))
    assert loaded.zone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert loaded.address == "http://127.0.0.1:8081"
    assert load(public_url="https://cotmoc.example/").address == "https://cotmoc.example"


def test_a_file_is_read_and_what_is_given_comes_before_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("COTMOC_OWNER_NAME=Đồn Biên phòng\nCOTMOC_WEEKLY_CAP=5\nSOMEBODY_ELSES=1\n", encoding="utf-8")
    loaded = settings.load(_env_file=file, weekly_cap=7)
    assert (loaded.owner_name, loaded.weekly_cap) == ("Đồn Biên phòng", 7)


# --- the key of the installation --------------------------------------------------------------------------------


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    loaded = load(var_dir=tmp_path / "new" / "var")
    key = settings.secret_key(loaded)
    file = tmp_path / "new" / "var" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(key) >= 32
    assert settings.secret_key(loaded) == key
    assert settings.secret_key(load(var_dir=tmp_path / "elsewhere")) != key


def test_a_key_that_was_given_makes_no_file(tmp_path: Path) -> None:
    assert settings.secret_key(load(var_dir=tmp_path, secret_key="given")) == b"given"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["https://cotmoc.example", "http://192.0.2.7:8080", "https://[2001:db8::1]"])
def test_a_public_service_must_be_given_its_key(tmp_path: Path, address: str) -> None:
    loaded = load(var_dir=tmp_path, public_url=address)
    assert loaded.public
    with pytest.raises(SettingError, match="COTMOC_SECRET_KEY"):
        settings.secret_key(loaded)
    assert list(tmp_path.iterdir()) == []
    assert settings.secret_key(load(var_dir=tmp_path, public_url=address, secret_key="given")) == b"given"


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080"])
def test_a_local_service_makes_its_own(tmp_path: Path, address: str) -> None:
    loaded = load(var_dir=tmp_path, public_url=address)
    assert not loaded.public
    assert settings.secret_key(loaded)


def test_an_empty_key_file_is_no_key(tmp_path: Path) -> None:
    """A power cut between making the file and writing it leaves it empty; an empty key keys nothing."""
    (tmp_path / "secret.key").touch(mode=0o600)
    assert len(settings.secret_key(load(var_dir=tmp_path))) >= 32


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingError, match="COTMOC_VAR_DIR"):
        settings.secret_key(load(var_dir=tmp_path / "file" / "var"))


@pytest.mark.parametrize("given", ["AbC-1_x", "zalo_verifierAbC-1_x.html", " AbC-1_x "])
def test_the_verifier_is_taken_as_a_code_and_as_a_file_name(given: str) -> None:
    assert load(zalo_verifier=given).zalo_verifier == "AbC-1_x"
