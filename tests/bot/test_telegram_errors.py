"""Every refusal of the Bot API, in its own words, becomes the one error that says what to do about it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

from bot import errors
from bot.channels.http import MayHaveArrived, NothingLeft
from bot.channels.telegram import translate


class Refusing(BaseRequest):
    """python-telegram-bot's own reading of one refusal; nothing goes over a wire."""

    def __init__(self, status: int, body: bytes) -> None:
        self._answer = status, body

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        return self._answer


async def refusal(status: int, description: str, **parameters: int) -> errors.ChannelError:
    answer: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return await translated(status, json.dumps(answer).encode())


async def translated(status: int, body: bytes) -> errors.ChannelError:
    with pytest.raises(TelegramError) as caught:
        await Refusing(status, body).post("https://api.invalid/bot1:x/sendMessage")
    return translate(caught.value)


@pytest.mark.parametrize(
    ("status", "description", "reason"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: user is deactivated", "gone"),
        (403, "Forbidden: bot was kicked from the group chat", "gone"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "gone"),
        (403, "Forbidden: bot was kicked from the channel chat", "gone"),
        (403, "Forbidden: bot is not a member of the supergroup chat", "gone"),
        (403, "Forbidden: bot is not a member of the channel chat", "gone"),
        (403, "Forbidden: the group chat was deleted", "gone"),
        (400, "Bad Request: chat not found", "invalid"),
        (400, "Bad Request: private chat not found", "invalid"),
    ],
)
async def test_a_recipient_who_cannot_be_reached(status: int, description: str, reason: str) -> None:
    error = await refusal(status, description)
    assert isinstance(error, errors.RecipientGone)
    assert error.reason == reason


async def test_a_chat_with_a_new_id() -> None:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    error = await refusal(400, words, migrate_to_chat_id=-(2**51) - 7)
    assert isinstance(error, errors.RecipientMoved)
    assert error.external_id == "-2251799813685255"
    assert "-225" not in str(error)  # an address stays out of an error's words


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: can't parse entities: Unsupported start tag",
        "Bad Request: message is too long",
        "Bad Request: message text is empty",
        "Bad Request: BUTTON_DATA_INVALID",
    ],
)
async def test_a_text_that_nobody_would_get(description: str) -> None:
    assert type(await refusal(400, description)) is errors.ContentRejected


@pytest.mark.parametrize("seconds", [1, 35, 5827, 10_072])
async def test_429_says_how_long(seconds: int) -> None:
    error = await refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
    assert isinstance(error, errors.Throttled)
    assert error.retry_after == seconds


def test_a_wait_may_come_as_a_length_of_time() -> None:
    error = translate(RetryAfter(timedelta(seconds=35)))
    assert isinstance(error, errors.Throttled)
    assert error.retry_after == 35


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_a_token_that_is_refused(status: int, description: str) -> None:
    assert type(await refusal(status, description)) is errors.AccountRejected


@pytest.mark.parametrize(
    "description",
    [
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    ],
)
async def test_two_readers(description: str) -> None:
    assert type(await refusal(409, description)) is errors.Conflict


@pytest.mark.parametrize(
    ("status", "description"),
    [(500, "Internal Server Error: restart"), (500, "Internal Server Error"), (503, "Service Unavailable")],
)
async def test_a_server_that_says_it_is_broken_took_nothing(status: int, description: str) -> None:
    assert type(await refusal(status, description)) is errors.ChannelDown


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, b'{"ok":false,"error_code":502,"description":"Bad Gateway"}'),
        (502, b"<html><head><title>502 Bad Gateway</title></head></html>"),
        (504, b'{"ok":false,"error_code":504,"description":"Gateway Timeout"}'),
        (504, b"<html>upstream request timeout</html>"),
    ],
)
async def test_what_stands_in_front_of_the_server_may_have_passed_it_on(status: int, body: bytes) -> None:
    assert type(await translated(status, body)) is errors.OutcomeUnknown


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        (NothingLeft("ClientConnectorError"), errors.NotSent),
        (MayHaveArrived("ServerDisconnectedError"), errors.OutcomeUnknown),
        (TimedOut(), errors.OutcomeUnknown),
        (TelegramError("Invalid server response"), errors.OutcomeUnknown),
        (NetworkError("Timed out"), errors.OutcomeUnknown),
        (Forbidden("Forbidden: bot was blocked by the user"), errors.RecipientGone),
        (BadRequest("Chat not found"), errors.RecipientGone),
        (InvalidToken(), errors.AccountRejected),
        (Conflict("Conflict: x"), errors.Conflict),
        (ChatMigrated(-5), errors.RecipientMoved),
    ],
    ids=lambda each: f"{type(each).__name__}" if isinstance(each, Exception) else each.__name__,
)
def test_every_class_of_the_library(error: TelegramError, meant: type[errors.ChannelError]) -> None:
    assert type(translate(error)) is meant


SAID_PLAINLY = [400, 401, 403, 404, 409]


@given(status=st.sampled_from(SAID_PLAINLY), description=st.text(max_size=300))
async def test_a_plain_no_is_never_tried_again_whatever_its_words(status: int, description: str) -> None:
    error = await refusal(status, description)
    assert not isinstance(error, errors.NotSent)
    assert len(str(error)) <= 120  # an error's words end up in a log
