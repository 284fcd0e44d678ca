"""Logs say what happened and where, and never repeat words, addresses or tokens, whoever writes them."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from telegram import Bot
from telegram.error import TelegramError

from bot import errors, logs
from bot.channels.telegram import TelegramChannel
from bot.messages import Address, OutgoingMessage
from bot.storage.db import Database
from tests.fakes.telegram_client import FakeTelegram

WORDS = "con tôi bị giữ giấy tờ"
TOKEN = "7400000001:AAH-secret_part_of_the_token_000000"
ADDRESS = 998_877_665_544


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("DEBUG", request.param, stream)
    yield stream
    logs.configure("CRITICAL", "json")


@pytest.fixture
def as_json() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("INFO", "json", stream)
    yield stream
    logs.configure("CRITICAL", "json")


def break_on(words: str) -> None:
    raise ValueError(f"cannot read {words}")


def test_a_line_is_json_with_time_and_level(as_json: io.StringIO) -> None:
    logs.get("x").info("stored", channel="telegram", count=3)
    logs.get("x").debug("too quiet to be heard")
    [line] = as_json.getvalue().splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["channel"], said["count"]) == ("stored", "info", "telegram", 3)
    assert datetime.fromisoformat(said["timestamp"]).tzinfo == UTC


def test_an_error_is_its_kind_and_its_place(as_json: io.StringIO) -> None:
    try:
        break_on(WORDS)
    except ValueError:
        logs.get("x").error("it broke", exc_info=True)
        logs.get("x").exception("it broke again")
    for line in as_json.getvalue().splitlines():
        assert json.loads(line)["error"].startswith("ValueError in break_on:")


def test_neither_trace_nor_values_are_written(written: io.StringIO) -> None:
    """Ours and the libraries', given as True, as the error itself, or as a triple; causes and contexts too."""
    stranger = logging.getLogger("some.package")
    try:
        try:
            break_on(WORDS)
        except ValueError as error:
            raise RuntimeError(f"while answering {WORDS}") from error
    except RuntimeError as error:
        logs.get("x").error("one", exc_info=True)
        logs.get("x").error("two", exc_info=error)
        logs.get("x").error("three", exc_info=(type(error), error, error.__traceback__))
        stranger.exception("four")
        stranger.error("five", exc_info=error)
    said = written.getvalue()
    assert [number for number in ("one", "two", "three", "four", "five") if number not in said] == []
    assert said.count("RuntimeError") == 5
    assert WORDS not in said
    assert "Traceback" not in said
    assert "  File" not in said
    assert len(said.splitlines()) == 5


def test_the_values_of_a_row_are_not_written(written: io.StringIO) -> None:
    """SQLAlchemy puts the statement and its parameters into the words of its errors."""

    async def insert_twice() -> str:
        known = ""
        db = Database("sqlite+aiosqlite://")
        try:
            async with db.transaction() as connection:
                await connection.execute(text("CREATE TABLE t (words TEXT PRIMARY KEY)"))
                for _ in range(2):
                    await connection.execute(text("INSERT INTO t VALUES (:words)"), {"words": WORDS})
        except IntegrityError as error:
            known = str(error)
            logs.get("x").error("not stored", exc_info=True)
        finally:
            await db.close()
        return known

    assert WORDS not in asyncio.run(insert_twice())  # the engine hides them already
    assert "IntegrityError" in written.getvalue()
    assert WORDS not in written.getvalue()


@pytest.mark.parametrize(
    "address",
    [
        f"https://api.telegram.org/bot{TOKEN}/sendMessage",
        f"http://127.0.0.1:8081/bot{TOKEN}/getUpdates?offset=5",
        f"https://api.telegram.org/file/bot{TOKEN}/documents/file_1.pdf",
        f"cannot connect to /bot{TOKEN}",
    ],
    ids=["method", "own server", "file", "path"],
)
def test_a_token_is_taken_out(written: io.StringIO, address: str) -> None:
    logs.get("x").warning(f"refused {address}")
    logs.get("x").warning("refused", url=address)
    logging.getLogger("some.package").warning("refused %s", address)
    assert written.getvalue().count("refused") == 3
    assert "secret_part" not in written.getvalue()


@pytest.mark.parametrize("name", ["telegram.Bot", "httpx", "sqlalchemy.engine", "aiosqlite", "aiohttp.access"])
def test_talkative_libraries_are_quiet(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("%s", WORDS)
    assert written.getvalue() == ""


async def test_a_forgotten_task_does_not_tell_what_broke_it(written: io.StringIO) -> None:
    """asyncio prints the error of a task that nobody waited for, and with it the error's words."""

    async def broken() -> None:
        break_on(WORDS)

    task = asyncio.create_task(broken())
    await asyncio.wait({task})
    del task
    gc.collect()
    assert WORDS not in written.getvalue()


async def test_an_answer_of_telegram_is_not_repeated(as_json: io.StringIO) -> None:
    """An answer that cannot be read holds the recipient's address and the text that was sent."""
    async with FakeTelegram.start() as fake:
        await fake.fault("malformed")
        channel = TelegramChannel(token=fake.token, api_url=fake.url)
        await channel.open()
        with pytest.raises(errors.OutcomeUnknown):
            await channel.send(Address("telegram", "main", str(ADDRESS)), OutgoingMessage(WORDS))
        await channel.close()
        assert [act.chat_id for act in await fake.sends()] == [ADDRESS]
    assert str(ADDRESS) not in as_json.getvalue()
    assert WORDS not in as_json.getvalue()


async def test_the_library_at_its_most_talkative_gives_no_token_away(written: io.StringIO) -> None:
    bot = Bot(TOKEN, base_url="http://127.0.0.1:9/bot")
    with pytest.raises(TelegramError):
        await bot.get_me()
    assert "secret_part" not in written.getvalue()
