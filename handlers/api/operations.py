"""One operation of the API as a value: routes, checks and the OpenAPI document are all made from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from bot.staff.roles import Officer
from handlers.api.shapes import S, Shape

JSON = "application/json"
CSV = "text/csv"
LARGEST_BODY = 1_000_000  # bytes
Scope = Literal["read", "draft"]


@dataclass(frozen=True, slots=True)
class File:
    """A body that is no JSON: the media types it may have, and how many bytes at most."""

    media: tuple[str, ...]
    largest: int
    description: str


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed every check: who asks, what stands in the address, in the query and in the body.

    ``version``: what If-Match names; None: whatever it is now. ``media``: what the answer should be.
    """

    officer: Officer
    path: Mapping[str, Any]
    query: BaseModel
    body: Shape | None = None
    file: bytes = b""
    version: int | None = None
    media: str = JSON

    def number(self, name: str) -> int:
        return int(self.path[name])

    def asked(self, shape: type[S]) -> S:
        """The query, as the operation declares it."""
        assert isinstance(self.query, shape)
        return self.query

    def given(self, shape: type[S]) -> S:
        """The body, as the operation declares it."""
        assert isinstance(self.body, shape)
        return self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """``body``: a shape, or bytes of ``media``. ``version`` becomes the ETag, ``location`` is below /api/v1."""

    body: Shape | bytes
    status: int = 200
    version: int | None = None
    location: str = ""
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Operation:
    """``does`` answers it. ``media``: what it can answer with, the usual first; ``statuses``: those of success, the
    first being the usual one. ``once``: it needs an Idempotency-Key; ``guarded``: it needs If-Match; ``tagged``: its
    answer has an ETag. ``errors``: names of problems, besides those that every operation may answer with."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    name: str
    group: str
    summary: str
    does: Callable[[Call], Awaitable[Answer]]
    answer: type[Shape] | None
    scope: Scope = "read"
    query: type[BaseModel] | None = None
    body: type[Shape] | File | None = None
    media: tuple[str, ...] = (JSON,)
    statuses: tuple[int, ...] = (200,)
    once: bool = False
    guarded: bool = False
    tagged: bool = False
    errors: tuple[str, ...] = field(default=())

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(re.findall(r"\{([a-z_]+)\}", self.path))
