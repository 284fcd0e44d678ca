"""Errors as RFC 9457 problems: one kind for each different reaction, in Vietnamese or English (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Forbidden
from broadcasts.approval import NotAllowed
from broadcasts.campaigns import IllegalMove
from broadcasts.notice_store import NoSuchNotice
from broadcasts.store import ChangedMeanwhile, NoSuchCampaign
from handlers.api.faults import Wrong, of_errors
from handlers.api.problem_kinds import KINDS
from handlers.api.shapes import Shape

MEDIA = "application/problem+json"
DOCUMENTED_AT = "/api/docs"


class NoSuchThing(CotMocError):
    """Không có địa chỉ hoặc mục này."""


_OF_ERRORS: tuple[tuple[type[CotMocError], str], ...] = (
    (StoreUnavailable, "unavailable"),
    (Forbidden, "forbidden"),
    (NoSuchCampaign, "not-found"),
    (NoSuchNotice, "not-found"),
    (NoSuchThing, "not-found"),
    (ChangedMeanwhile, "changed-meanwhile"),
    (IllegalMove, "wrong-state"),
    (NotAllowed, "wrong-state"),
)


class Fault(Shape):
    """What is wrong in one place: ``pointer`` into the body (RFC 6901), or the name of a ``parameter``."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class ProblemBody(Shape):
    """RFC 9457. `type` dẫn tới lời giải thích; `detail_vi` là câu nguyên văn khi `detail` là tiếng Anh."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    detail_vi: str | None = None
    errors: list[Fault] | None = None


class Problem(Exception):
    """``sentence``: Vietnamese, of whoever refused; empty: the kind's own."""

    def __init__(
        self,
        name: str,
        sentence: str = "",
        *,
        faults: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(name)
        self.kind = KINDS[name]
        self.sentence = sentence
        self.faults = tuple(faults)
        self.headers = dict(headers or {})

    def body(self, language: str) -> ProblemBody:
        """``language``: vi or en."""
        english = language == "en"
        return ProblemBody(
            type=f"{DOCUMENTED_AT}#{self.kind.name}",
            title=self.kind.title[english],
            status=self.kind.status,
            detail=self.kind.detail[1] if english else self.sentence or self.kind.detail[0],
            detail_vi=self.sentence if english and self.sentence else None,
            errors=[
                Fault(detail=each.en if english else each.vi, pointer=each.pointer, parameter=each.parameter)
                for each in self.faults
            ]
            or None,
        )


def of_error(error: CotMocError) -> Problem:
    """What a refusal of the service means here; whatever names no other kind is about what was sent."""
    name = next((name for kind, name in _OF_ERRORS if isinstance(error, kind)), "invalid")
    headers = {"Retry-After": "5"} if name == "unavailable" else None
    return Problem(name, str(error), headers=headers)


def of_validation(errors: Sequence[Any], *, parameter: bool = False) -> Problem:
    """``errors``: as pydantic lists them."""
    if any(each["type"] == "json_invalid" for each in errors):
        return Problem("malformed")
    return Problem("invalid", faults=of_errors(errors, parameter=parameter))


def in_parameter(name: str, sentence: str) -> Problem:
    """One parameter of the query is well-formed and still wrong."""
    return Problem("invalid", sentence, faults=[Wrong(sentence, parameter=name)])
