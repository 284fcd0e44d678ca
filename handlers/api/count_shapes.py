"""The shapes of counts: audiences, forecasts and reports, in which nobody can be found (pure)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from handlers.api.shapes import Count, Shape

Counts = dict[str, int]
Table = dict[str, dict[str, int]]


class PlannedPost(Shape):
    name: str
    channel: str
    language: str


class ForecastBody(Shape):
    """Bao nhiêu người, tới được bao nhiêu, bằng cách nào, tốn bao nhiêu (đồng), lâu bao nhiêu (giây).

    Không ô nào dưới năm: ô nhỏ gộp vào `other` (nơi thì gộp vào nơi lớn hơn, `""` là cả vùng), và dưới năm người thì
    `audience` là null, các bảng để trống. `outcomes`: tới được (`reachable`), chỉ có bài đăng (`post_only`), hoặc lý
    do không tới; cộng lại đúng bằng `audience`.
    """

    audience: Count | None
    fewer_than_five: bool
    outcomes: Counts
    by_channel: Counts
    by_language: Counts
    by_place: Counts
    by_route: Counts
    cost: Count
    finished_after: int = Field(ge=0, description="giây, làm tròn lên phút")
    quota_left: Counts
    over_quota: list[str]
    languages: list[str]
    posts: list[PlannedPost]


class Printed(Shape):
    """Nếu in tờ rơi hoặc nhắn SMS cho chừng ấy người (đồng); null: chưa khai giá."""

    leaflets: int | None
    text_messages: int | None


class Log(Shape):
    """Nhật ký lúc lập báo cáo: số dòng và dấu của dòng cuối."""

    lines: int
    head: str


class Report(Shape):
    """Kết quả các đợt gửi; `audience` đúng bằng tổng các trạng thái. Tên như `cotmoc campaign report --json`."""

    audience: int
    sent: int
    waiting: int
    failed: int
    skipped: int
    unknown: int
    withdrawn: int
    reasons: Counts
    by_place: Table
    by_channel: Table
    by_language: Table
    by_route: Counts
    by_hour: Counts
    cost: int
    runs: int
    seconds: float
    forecast: dict[str, object] | None


class WholeReport(Report):
    """Với điều đứng cạnh số liệu: chênh lệch (phải bằng 0), so với in giấy, dấu nhật ký."""

    difference: int
    printed: Printed
    log: Log


class PostLine(Shape):
    """Một bài đăng; tới bao nhiêu người thì không chứng minh được."""

    run: int
    name: str
    channel: str
    language: str
    state: str
    reason: str
    reach: Literal["not provable"]


class CampaignReport(WholeReport):
    posts: list[PostLine]


class PartOfPeriod(Report):
    id: int
    title: str


class PeriodReport(Shape):
    """Những gì đã phát trong một thời gian: cả thời gian, và từng chiến dịch."""

    first: str = Field(alias="from", serialization_alias="from")
    last: str = Field(alias="to", serialization_alias="to")
    whole: WholeReport
    campaigns: list[PartOfPeriod]
