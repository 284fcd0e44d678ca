"""The shapes of campaigns: what is read of them, and what a script writes (pure)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from broadcasts.campaigns import CampaignState
from handlers.api.shapes import LARGEST_ID, Asked, Code, Count, Id, Language, LongText, Name, Paged, Shape, Title

State = Literal["draft", "submitted", "returned", "approved", "scheduled", "done", "cancelled", "expired"]
assert set(State.__args__) == {str(each) for each in CampaignState}  # type: ignore[attr-defined]
Codes = Annotated[list[Code], Field(max_length=500)]
_LOCAL = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]$"
_DAY = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
LocalTime = Annotated[str, StringConstraints(pattern=_LOCAL)]
LocalDay = Annotated[str, StringConstraints(pattern=_DAY)]


class AskedCampaigns(Paged):
    """Which campaigns."""

    state: State | None = None


class NewCampaign(Shape):
    """Một tên, hoặc một mẫu (`template`, xem `/campaign-templates`) và các nơi để thu hẹp mẫu (`within`)."""

    title: Title | None = None
    template: Code | None = None
    within: Codes = Field(default=[])

    @model_validator(mode="after")
    def _one_of_both(self) -> NewCampaign:
        if (self.title is None) == (self.template is None):
            raise ValueError("title or template, one of both")
        return self


class WrittenText(Shape):
    """Toàn văn một ngôn ngữ; chuỗi rỗng bỏ ngôn ngữ ấy. `{xa}`, `{tinh}` thành nơi của người nhận."""

    text: LongText


class AudienceRule(Shape):
    """Ai nhận: bỏ trống là không giới hạn. Nơi là mã (`c-29938`, `p-dong-thap`); tỉnh gồm mọi xã trong đó. Không có
    điều kiện nào theo điều một người đã hỏi."""

    places: Codes = Field(default=[])
    topics: Codes = Field(default=[])
    languages: list[Language] = Field(default=[], max_length=3)
    channels: Codes = Field(default=[])
    exclusions: Codes = Field(default=[])


class AudienceWithPosts(AudienceRule):
    """Ai nhận, và những nơi công khai (theo tên người vận hành khai) cũng đăng."""

    posts: list[Name] = Field(default=[], max_length=50)


class ScheduleRule(Shape):
    """Khi nào gửi, theo giờ địa phương. `rule`: RRULE (RFC 5545); lặp thì phải có `until`. `missed`: làm gì với lần đã
    lỡ; `too_late_after`: quá bao nhiêu phút thì thôi."""

    at: LocalTime
    rule: Annotated[str, StringConstraints(max_length=300, pattern=r"^[A-Za-z0-9=;,+:-]*$")] = ""
    until: LocalDay | None = None
    except_on: list[LocalDay] = Field(default=[], max_length=366)
    missed: Literal["send", "skip", "ask"] = "ask"
    too_late_after: int = Field(default=24 * 60, ge=1, le=7 * 24 * 60)


class LinkedEntries(Shape):
    """Các câu trả lời mà tin dựa vào, và lúc tin hết đúng (giờ có múi giờ)."""

    entries: Annotated[list[Code], Field(max_length=20)]
    expires_at: LocalTime | None = None


class TextLine(Shape):
    """Một ngôn ngữ. `signed_by` rỗng: chưa ai ký, nên chưa gửi."""

    language: str
    text: str
    changed_by: str
    signed_by: str


class FileLine(Shape):
    id: Count
    language: str
    name: str
    mime: str


class CampaignLine(Shape):
    """Một chiến dịch trong danh sách."""

    id: Id
    name: str
    title: str
    state: State
    created_by: str
    created_at: datetime


class CampaignPage(Shape):
    """`next`: cursor của trang sau; null khi hết."""

    campaigns: list[CampaignLine]
    next: str | None


class CampaignBody(Shape):
    """Cả chiến dịch. `version` cũng là ETag. `next_dates`: năm lần gửi tới theo lịch; `warnings`: điều nên xem lại."""

    id: Id
    name: str
    title: str
    state: State
    version: int = Field(ge=1, le=LARGEST_ID)
    template: str
    texts: list[TextLine]
    files: list[FileLine]
    audience: dict[str, list[str]]
    schedule: dict[str, str | int | list[str]]
    entries: list[str]
    expires_at: datetime | None
    created_by: str
    submitted_at: datetime | None
    submitted_digest: str
    approved_digest: str
    next_dates: list[datetime]
    warnings: list[str]


class Submitted(Shape):
    """Dấu của bản vừa trình, và điều người duyệt sẽ thấy. Người ký và người duyệt là cán bộ khác, không phải chương
    trình."""

    digest: str
    warnings: list[str]


class PlannedRun(Shape):
    planned_at: datetime


class TemplateLine(Shape):
    """`ready` false: phải tự ghi chữ vào những chỗ trong `to_add`."""

    id: str
    title: str
    ready: bool
    to_add: list[str]
    note: str


class TemplatePage(Shape):
    templates: list[TemplateLine]


class RunLine(Shape):
    """Một đợt gửi."""

    id: Count
    state: str
    reason: str
    planned_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    corrects: int | None
    audience: Count


class RunPage(Shape):
    runs: list[RunLine]


class AskedPeriod(Asked):
    """Hai ngày địa phương, tính cả hai; nhiều nhất 366 ngày."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
