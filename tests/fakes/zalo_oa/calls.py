"""Read what a call carries, strictly: a body that is not as documented is refused with -201."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.fakes.zalo_oa.grants import Pair
from tests.fakes.zalo_oa.refusals import Refusal, invalid, too_much

UPLOAD_LIMIT = 5 * 1024 * 1024  # the largest that any kind may have

Family = Literal["message", "article", "business", "sign-in"]


@dataclass(slots=True)
class Upload:
    """A file that came with the call."""

    file_name: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One call: the name of its route, the query as it stood in the address, the body and the fake's time."""

    name: str
    query: str
    raw: bytes
    content_type: str
    now: float
    secret_key: str = ""
    pair: Pair | None = None
    upload: Upload | None = None

    def body(self) -> dict[str, Any]:
        """The JSON object of the body."""
        if not self.content_type.startswith("application/json"):
            raise invalid("Content-Type")
        return _object(self.raw, "body")

    def lookup(self) -> dict[str, Any]:
        """The JSON object in ``data``, the one parameter of most GET endpoints."""
        parameters = self.plain()
        only(parameters, frozenset({"data"}))
        return _object(parameters.get("data", "").encode(), "data")

    def plain(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def form(self) -> dict[str, str]:
        if not self.content_type.startswith("application/x-www-form-urlencoded"):
            raise invalid("Content-Type")
        return dict(parse_qsl(self.raw.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: its name in journal and faults, and what answers it. ``handle`` gives the ``data`` of a success,
    or the whole body as bytes.
    """

    name: str
    verb: Literal["GET", "POST"]
    handle: Callable[[Call], Any]
    family: Family = "message"
    takes_file: bool = False


def _object(raw: bytes, name: str) -> dict[str, Any]:
    try:
        decoded = json.loads(raw)
    except ValueError:
        raise invalid(name) from None
    if not isinstance(decoded, dict):
        raise invalid(name)
    return decoded


async def read_upload(request: web.BaseRequest) -> Upload:
    """The only part of a multipart body, named ``file``; raises Refusal when it is not that."""
    if not request.headers.get("Content-Type", "").startswith("multipart/form-data"):
        raise invalid("Content-Type")
    found: Upload | None = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename or found:
                raise invalid("file")
            content = bytearray()
            while chunk := await part.read_chunk():
                content += chunk
                if len(content) > UPLOAD_LIMIT:
                    raise too_much()
            found = Upload(part.filename, bytes(content))
    except ValueError:
        raise invalid("file") from None
    if found is None or not found.content:
        raise invalid("file")
    return found


def only(body: dict[str, Any], allowed: frozenset[str]) -> None:
    """Refuse any member that is not documented."""
    if not body.keys() <= allowed:
        raise invalid(sorted(body.keys() - allowed)[0])


def section(body: dict[str, Any], name: str, allowed: frozenset[str]) -> dict[str, Any]:
    """A member that must be an object with no other members than these."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise invalid(name)
    only(value, allowed)
    return value


def words(body: dict[str, Any], name: str, most: int, *, required: bool = True) -> str:
    """A member that must be text of at most ``most`` characters, as they came: nothing is normalised here."""
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise invalid(name)
    if len(value) > most:
        raise too_much()
    return value


def whole(body: dict[str, Any], name: str, low: int, high: int, *, default: int | None = None) -> int:
    """A member that must be a whole number, also when written as text; beyond the bounds is too much."""
    value = body.get(name, default)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(name)
    if not low <= value <= high:
        raise too_much()
    return value


def address(body: dict[str, Any], name: str) -> str:
    """A member that must be a link."""
    value = words(body, name, 2000)
    if not value.startswith(("https://", "http://")) or " " in value:
        raise invalid(name)
    return value


def not_here(code: int) -> Callable[[Call], Any]:
    """The handler of an endpoint that is closed."""

    def refuse(call: Call) -> Any:
        raise Refusal(code)

    return refuse
