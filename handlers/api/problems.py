"""Errors as RFC 9457 problems: one kind for each different reaction, in Vietnamese or English (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from bot.errors import CotMocError, StoreUnavailable
from bot.staff.roles import Forbidden
from broadcasts.approval import NotAllowed
from broadcasts.campaigns import IllegalMove
from broadcasts.notice_store import NoSuchNotice
from broadcasts.store import ChangedMeanwhile, NoSuchCampaign
from handlers.api.shapes import Shape

MEDIA = "application/problem+json"
DOCUMENTED_AT = "/api/docs"


class NoSuchThing(CotMocError):
    """Không có địa chỉ hoặc mục này."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``title`` and ``detail``: Vietnamese, English."""

    name: str
    status: int
    title: tuple[str, str]
    detail: tuple[str, str]


_KINDS = (
    Kind(
        "malformed",
        400,
        ("Yêu cầu hỏng", "Malformed request"),
        ("Không đọc được thân yêu cầu; gửi JSON hợp lệ, bảng mã UTF-8.", "The body is no valid JSON in UTF-8."),
    ),
    Kind(
        "key-missing",
        400,
        ("Thiếu Idempotency-Key", "Idempotency-Key is missing"),
        (
            "Việc này cần tiêu đề Idempotency-Key: từ 8 tới 100 chữ, số, gạch; mỗi việc một khoá mới.",
            "This needs the header Idempotency-Key: 8 to 100 letters, digits or dashes, a new one for each deed.",
        ),
    ),
    Kind(
        "unauthorised",
        401,
        ("Thiếu hoặc sai mã truy cập", "Token is missing or wrong"),
        (
            "Gửi Authorization: Bearer MÃ; tạo mã bằng cotmoc officer token. Mã thiếu, sai, hết hạn hoặc đã bị huỷ.",
            "Send Authorization: Bearer TOKEN, made by `cotmoc officer token`; it is missing, wrong, expired or ended.",
        ),
    ),
    Kind(
        "forbidden",
        403,
        ("Không có quyền", "Not allowed"),
        (
            "Mã này hoặc cán bộ của nó không có quyền làm việc đó ở khu vực này.",
            "This token, or its officer, may not do this in this area.",
        ),
    ),
    Kind(
        "not-found",
        404,
        ("Không có", "Not found"),
        ("Không có địa chỉ hoặc mục này.", "There is no such address or entry."),
    ),
    Kind(
        "method-not-allowed",
        405,
        ("Không làm được ở địa chỉ này", "Method not allowed"),
        ("Địa chỉ này không nhận phương thức đó; xem tiêu đề Allow.", "See the header Allow for what it takes."),
    ),
    Kind(
        "not-acceptable",
        406,
        ("Không trả được dạng này", "Not acceptable"),
        ("Không có dạng nào mà tiêu đề Accept nhận.", "Nothing that the header Accept takes can be given."),
    ),
    Kind(
        "wrong-state",
        409,
        ("Không làm được lúc này", "Not possible now"),
        (
            "Việc này không làm được ở trạng thái hiện tại.",
            "This cannot be done in the present state; `detail_vi` says what can.",
        ),
    ),
    Kind(
        "in-doubt",
        409,
        ("Yêu cầu này đang làm hoặc đã bị ngắt", "Being done, or broken off"),
        (
            "Yêu cầu với khoá này đang được làm, hoặc đã bị ngắt giữa chừng nên không rõ đã xong chưa. Chờ vài giây "
            "rồi gửi lại; vẫn vậy thì đọc lại bằng GET xem việc đã có chưa, rồi mới gửi với khoá mới.",
            "A call with this key is being done, or was broken off and may have been done. Repeat it in some seconds; "
            "if this stays, look with GET whether it was done before you send it with a new key.",
        ),
    ),
    Kind(
        "changed-meanwhile",
        412,
        ("Đã có người sửa", "Changed meanwhile"),
        (
            "Có người vừa sửa; đọc lại rồi gửi If-Match mới.",
            "It has changed since; read it again and send its new ETag.",
        ),
    ),
    Kind(
        "too-large",
        413,
        ("Quá lớn", "Too large"),
        ("Thân yêu cầu quá lớn.", "The body is too large."),
    ),
    Kind(
        "unsupported-media",
        415,
        ("Sai dạng nội dung", "Unsupported media type"),
        ("Content-Type này không được nhận ở đây.", "This Content-Type is not taken here."),
    ),
    Kind(
        "invalid",
        422,
        ("Nội dung chưa đúng", "Invalid content"),
        ("Nội dung chưa đúng; xem errors.", "The content is not valid; see `errors` or `detail_vi`."),
    ),
    Kind(
        "key-reused",
        422,
        ("Khoá đã dùng cho việc khác", "Key was used for something else"),
        (
            "Idempotency-Key này đã dùng cho một yêu cầu khác trong 24 giờ qua; dùng khoá mới.",
            "This Idempotency-Key was used for another request in the last 24 hours; use a new one.",
        ),
    ),
    Kind(
        "if-match-missing",
        428,
        ("Thiếu If-Match", "If-Match is missing"),
        (
            "Gửi If-Match với ETag của bản đã đọc, để không ghi đè người khác; * nếu bản nào cũng được.",
            "Send If-Match with the ETag of what was read, so that nobody is overwritten; * for any version.",
        ),
    ),
    Kind(
        "too-many",
        429,
        ("Quá nhiều yêu cầu", "Too many requests"),
        ("Mã này gửi quá nhanh; chờ như Retry-After ghi.", "This token asks too fast; wait as Retry-After says."),
    ),
    Kind(
        "broken",
        500,
        ("Cột Mốc đang trục trặc", "Something broke"),
        ("Cột Mốc đang trục trặc; lỗi đã được ghi lại.", "Something broke here, and has been noted."),
    ),
    Kind(
        "unavailable",
        503,
        ("Cơ sở dữ liệu chưa trả lời", "The database does not answer"),
        ("Chưa làm được vì cơ sở dữ liệu chưa trả lời; thử lại sau.", "The database does not answer; try again later."),
    ),
)
KINDS: Mapping[str, Kind] = {each.name: each for each in _KINDS}
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
        faults: Sequence[Fault] = (),
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
            errors=list(self.faults) or None,
        )


def of_error(error: CotMocError) -> Problem:
    """What a refusal of the service means here; whatever names no other kind is about what was sent."""
    name = next((name for kind, name in _OF_ERRORS if isinstance(error, kind)), "invalid")
    headers = {"Retry-After": "5"} if name == "unavailable" else None
    return Problem(name, str(error), headers=headers)


def of_validation(errors: Sequence[Any], *, parameter: bool = False) -> Problem:
    """``errors``: as pydantic lists them. What was sent is not said back."""
    if any(each["type"] == "json_invalid" for each in errors):
        return Problem("malformed")
    faults = [
        Fault(detail=str(each["msg"])[:300], parameter=str(each["loc"][0])[:80] if each["loc"] else "")
        if parameter
        else Fault(detail=str(each["msg"])[:300], pointer=_pointer(each["loc"]))
        for each in errors[:20]
    ]
    return Problem("invalid", faults=faults)


def _pointer(path: Sequence[object]) -> str:
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}"[:200] for each in path)
