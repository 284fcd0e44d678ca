"""A form as it was sent: read whole or refused with a sentence, and without signs that no keyboard makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDict, MultiDictProxy

from bot.errors import CotMocError

# Fields that are shown to nobody again.
_SECRET = frozenset({"csrf", "code", "password", "new", "again", "key"})


class BadForm(CotMocError):
    """Không đọc được biểu mẫu vừa gửi. Quay lại, tải lại trang rồi gửi lại."""


async def read_form(request: web.Request) -> MultiDictProxy[Any]:
    """Its fields, files as ``web.FileField``. Raises BadForm for what is no form, HTTPRequestEntityTooLarge."""
    try:
        found = await request.post()
    except (ValueError, LookupError, RuntimeError, HttpProcessingError) as error:  # torn, or in no known encoding
        raise BadForm from error
    return MultiDictProxy(
        MultiDict((name, clean(value) if isinstance(value, str) else value) for name, value in found.items())
    )


def clean(typed: str) -> str:
    """Without what no database takes: the sign zero, and halves of a sign."""
    return typed.replace("\x00", "").encode(errors="replace").decode()


def fields(form: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: value for name, value in form.items() if isinstance(value, str) and name != "csrf"}


def written(form: MultiDictProxy[Any]) -> Iterator[str]:
    """What somebody wrote at length, without secrets: to be copied from a page that can do nothing else with it."""
    for name, value in form.items():
        if isinstance(value, str) and name not in _SECRET and " " in value.strip():
            yield value
