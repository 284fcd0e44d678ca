"""The shapes of what is public anyway: notices as everybody reads them, and stored answers (pure)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from handlers.api.shapes import Code, Id, Language, Paged, Question, Shape

Texts = dict[str, str]


class AskedNotices(Paged):
    """`live`: chỉ tin đang có hiệu lực."""

    live: bool = False


class NoticeVersion(Shape):
    """Một bản: phát, cập nhật, hết nguy hiểm, huỷ, thu hồi."""

    number: int
    kind: Literal["issue", "update", "clear", "cancel", "withdraw"]
    said_at: datetime
    expires_at: datetime
    texts: Texts
    news: Texts


class NoticeBody(Shape):
    """Một tin khẩn như mọi người đọc được; diễn tập không bao giờ có ở đây. `in_force` đúng vào lúc trả lời; quá
    `expires_at` thì đừng dùng nữa, dù chưa đọc lại."""

    id: Id
    name: str
    title: str
    in_force: bool
    state: Literal["pending", "confirmed", "held", "cleared", "cancelled", "withdrawn", "expired"]
    confirmed: bool
    area: list[str]
    area_words: str
    issued_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    versions: list[NoticeVersion]
    page: str
    cap: str


class NoticePage(Shape):
    notices: list[NoticeBody]
    next: str | None


class CapReceived(Shape):
    """`id` null: đúng bản tin này đã nhận trước đây. Bản nháp chỉ thành tin khẩn khi một cán bộ trực tự làm."""

    id: int | None
    state: str


class AskedEntries(Paged):
    """Which stored answers."""

    topic: Code | None = None
    scope: Code | None = None


class AnswerText(Shape):
    """`state`: draft, checked (đã đối chiếu), signed (đã ký)."""

    text: str
    state: Literal["draft", "checked", "signed"]


class Basis(Shape):
    law: str
    article: str


class Source(Shape):
    name: str
    code: str
    url: str


class EntryLine(Shape):
    id: str
    topic: str
    scope: str
    kind: str
    title: Texts
    review_by: date
    expired: bool


class EntryBody(EntryLine):
    """Một câu trả lời, nguyên văn. `expired` true: quá hạn, không còn là sự thật để nói với ai."""

    answers: dict[str, AnswerText]
    as_of: date
    valid_until: date | None
    basis: list[Basis]
    sources: list[Source]
    related: list[str]


class EntryPage(Shape):
    entries: list[EntryLine]
    next: str | None


class AskedSearch(Shape):
    """Một câu hỏi; không được lưu ở đâu. `province`: tên tắt của tỉnh, bỏ trống là tỉnh của nơi cài đặt."""

    text: Question
    language: Language | None = None
    province: Code | None = None


class Candidate(Shape):
    id: str
    title: Texts
    score: float


class Found(Shape):
    """`answered`: câu trả lời là `entry_id`; `clarify`: hỏi lại, chọn trong `offered`; `fallback`: không câu nào chắc.
    `emergency` true: lời này có thể là kêu cứu, hãy đưa số khẩn cấp trước mọi thứ."""

    decision: Literal["answered", "clarify", "fallback"]
    entry_id: str | None
    offered: list[str]
    candidates: list[Candidate]
    language: str
    emergency: bool


class RowFault(Shape):
    line: int
    sentence: str


class CheckedFile(Shape):
    """Tệp có gì; không địa chỉ nào được trả lại hay được lưu. `digest`: SHA-256 của tệp; `faults`: nhiều nhất 1000."""

    people: int
    faults: list[RowFault]
    faulty: int
    digest: str


class Proposed(CheckedFile):
    """`proposal`: số của đề nghị; một quản trị khác xác nhận, với đúng tệp này, ở bàn điều hành hoặc dòng lệnh."""

    proposal: int
