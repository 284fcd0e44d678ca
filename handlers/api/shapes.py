"""What every body of the API is made of: strict, closed shapes and the texts that may stand in them (pure)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LARGEST_ID = 999_999_999
# Tabs and line breaks are text; other control signs are not, and PostgreSQL cannot keep the first of them.
_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
LINE = r"^[^\x00-\x1f\x7f]*$"
_SAYS_SOMETHING = r"^[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s][^\x00-\x1f\x7f]*$"

Title = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_SAYS_SOMETHING)]
LongText = Annotated[str, StringConstraints(max_length=20_000, pattern=_PLAIN)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=_PLAIN)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=LINE)]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Language = Literal["vi", "km", "en"]
Count = Annotated[int, Field(ge=0)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_=-]+$")]
Limit = Annotated[int, Field(ge=1, le=100)]
DEFAULT_LIMIT = 20


class Shape(BaseModel):
    """A JSON object with exactly these members, each of exactly its type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Asked(BaseModel):
    """The query of an address: the same, where every value is written as text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Paged(Asked):
    """Which part of a list."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = Field(default=None, description="`next` của trang trước; đừng tự tạo.")


S = TypeVar("S", bound=BaseModel)
