"""A request as a Call: each thing that can be wrong with it is told by its own problem, before anything is done."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.staff.roles import SCRIPTED, Action, Officer
from handlers.api.negotiation import chosen
from handlers.api.operations import JSON, LARGEST_BODY, Call, File, Operation
from handlers.api.problems import MEDIA, Problem, of_validation
from handlers.api.shapes import Asked

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_ETAG = re.compile(r'"v([1-9][0-9]{0,8})"')
_TAGS = re.compile(r'(?:W/)?"[^"]*"(?:\s*,\s*(?:W/)?"[^"]*")*')  # as RFC 9110 writes them, whoever made them
ETAG_PATTERN = r'^(\*|"v[1-9][0-9]{0,8}")$'
KEY_PATTERN = r"^[A-Za-z0-9_.:-]{8,100}$"
_KEY = re.compile(KEY_PATTERN.strip("^$"))
_ACTIONS = {"read": Action.READ, "draft": Action.DRAFT}


async def read(request: web.Request, operation: Operation, officer: Officer) -> Call:
    """Raises Problem."""
    wanted = _ACTIONS[operation.scope]
    if not any(wanted in SCRIPTED.get(scope, ()) for scope in officer.scopes or ()):
        raise Problem("forbidden")
    media = chosen(",".join(request.headers.getall("Accept", [])), operation.media)
    if media is None:
        raise Problem("not-acceptable")
    path = _path(request, operation)
    query = _query(request, operation.query or Asked)
    version = _version(request) if operation.guarded else None
    body, file = None, b""
    if isinstance(operation.body, File):
        file = await _bytes(request, operation.body.media, operation.body.largest)
    elif operation.body is not None:
        try:
            body = operation.body.model_validate_json(await _bytes(request, (JSON,), LARGEST_BODY))
        except ValidationError as error:
            raise of_validation(error.errors(include_url=False, include_input=False)) from None
    else:
        await _nothing(request)
    return Call(officer, path, query, body, file, version, media)


def key_of(request: web.Request) -> str:
    """The Idempotency-Key. Raises Problem."""
    given = request.headers.getall("Idempotency-Key", [])
    if len(given) != 1 or not _KEY.fullmatch(given[0]):
        raise Problem("key-missing")
    return given[0]


def etag(version: int) -> str:
    return f'"v{version}"'


def _path(request: web.Request, operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in operation.parameters:
        raw = request.match_info[name]
        if name.endswith("_id") and name != "entry_id":
            if not _NUMBER.fullmatch(raw):
                raise Problem("not-found")
            found[name] = int(raw)
        else:
            found[name] = raw
    return found


def _query(request: web.Request, shape: type[BaseModel]) -> BaseModel:
    given: dict[str, Any] = {}
    for name in dict.fromkeys(request.query):
        values = request.query.getall(name)
        given[name] = values[0] if len(values) == 1 else values  # a list is refused where one value is wanted
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise of_validation(found, parameter=True) from None


def _version(request: web.Request) -> int | None:
    given = request.headers.getall("If-Match", [])
    if not given:
        raise Problem("if-match-missing")
    if given == ["*"]:
        return None
    if not all(_TAGS.fullmatch(each.strip()) for each in given):
        raise Problem("malformed", 'If-Match phải là ETag đã nhận, ví dụ "v3", hoặc *.')
    found = _ETAG.fullmatch(given[0].strip()) if len(given) == 1 else None
    if found is None:  # no tag of ours: of no version that there ever was
        raise Problem("changed-meanwhile")
    return int(found[1])


async def _bytes(request: web.Request, media: tuple[str, ...], largest: int) -> bytes:
    """The body, never more of it than may be kept. A compressed one is refused: it may be anything once unpacked."""
    if request.content_type not in media or "Content-Type" not in request.headers:
        raise Problem("unsupported-media", headers={"Accept": ", ".join(media)})
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem("unsupported-media", headers={"Accept-Encoding": "identity"})
    return await _read(request, largest)


async def _nothing(request: web.Request) -> None:
    """Where no body belongs, one is refused rather than ignored."""
    if request.body_exists and await _read(request, LARGEST_BODY):
        raise Problem("malformed", "Yêu cầu này không có thân.")


async def _read(request: web.Request, largest: int) -> bytes:
    sentence = f"Thân yêu cầu lớn hơn {largest // 1000} kB."
    if (request.content_length or 0) > largest:
        raise Problem("too-large", sentence)
    parts, size = [], 0
    async for part in request.content.iter_chunked(1 << 16):
        size += len(part)
        if size > largest:
            raise Problem("too-large", sentence)
        parts.append(part)
    return b"".join(parts)


def wants_problems_as(request: web.Request) -> str:
    """Who takes JSON only gets it under that name."""
    accept = ",".join(request.headers.getall("Accept", []))
    return chosen(accept, (MEDIA, JSON)) or MEDIA
