"""What ``cotmoc campaign`` says to people: files, templates, previews, forecasts and reports in Vietnamese lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from broadcasts.campaigns import CampaignState
from broadcasts.composing import File
from broadcasts.forecast import Forecast
from broadcasts.reasons import WORDS
from content import files
from content.campaign_templates import Template
from content.phrases import Phrases
from handlers.figures import grouped
from handlers.previews import NAMES, Preview
from handlers.quotas import ZALO_OA

AHEAD = (CampaignState.DRAFT, CampaignState.SUBMITTED, CampaignState.APPROVED, CampaignState.SCHEDULED)
_ROUTES = {"free": "miễn phí", "paid": "tính phí", "template": "tin theo mẫu, tính phí"}


@cache
def _phrases() -> Phrases:
    return files.shipped_phrases()


def language(code: str) -> str:
    return _phrases().say(f"officer.lang_{code}", "vi")


def file(found: File) -> str:
    where = f"bản {language(found.language)}" if found.language else "mọi bản"
    return f"số {found.id} “{found.name}” ({where})"


def of_template(template: Template) -> list[str]:
    """What is still to be done before it can be handed in."""
    lines = [] if template.texts else ["Mẫu này chưa có chữ: tự ghi (write), rồi phải có người khác ký."]
    return lines + [f"Phải thêm: {each}" for each in template.to_add]


def preview(found: Preview) -> str:
    """As the channel shows it, with its length against what the channel takes."""
    head = f"=== {NAMES.get(found.channel, found.channel)} · {language(found.language)} · "
    head += f"{grouped(found.length)}/{grouped(found.room)} ký tự"
    if found.over:
        head += f", DÀI QUÁ {grouped(found.over)}"
    lines = [head, found.message.text, *(f"[{each.label}]" for each in found.message.choices())]
    if found.file is not None:
        lines.append(f"(kèm tệp “{found.file.name}”)")
    if found.left_out is not None:
        lines.append(f"(kênh này không nhận tệp “{found.left_out.name}”, chỉ gửi chữ)")
    return "\n".join(lines)


def preview_json(found: Preview) -> dict[str, Any]:
    """The names that scripts rely on."""
    return {
        "channel": found.channel,
        "language": found.language,
        "text": found.message.text,
        "buttons": [each.label for each in found.message.choices()],
        "length": found.length,
        "room": found.room,
        "over": found.over,
        "file": found.file.name if found.file else None,
        "left_out": found.left_out.name if found.left_out else None,
    }


def changed(titles: Sequence[str]) -> list[str]:
    """The linked answers that say something else now."""
    if not titles:
        return []
    named = ", ".join(f"“{each}”" for each in titles)
    return [f"Câu trả lời gắn kèm đã đổi từ khi trình: {named}. Đọc lại, sửa nếu cần, rồi trình và duyệt lại."]


def forecast(found: Forecast) -> list[str]:
    """Who would get it, how, until when, for how much, and who would not."""
    lines = [f"Dự báo: {grouped(found.audience)} người, tới được {grouped(found.reachable)}."]
    if found.by_channel:
        lines.append(f"  Theo kênh: {_counts(found.by_channel, NAMES)}.")
    if set(found.by_route) - {"free"}:
        lines.append(f"  Theo cách gửi: {_counts(found.by_route, _ROUTES)}.")
    if found.post_only:
        lines.append(f"  Chỉ tới bằng bài đăng, không biết ai đọc: {grouped(found.post_only)}.")
    if found.unreachable:
        lines.append(f"  Không tới: {_counts(found.unreachable, WORDS)}.")
    if found.finished_after:
        lines.append(f"  Gửi xong sau khoảng {lasting(found.finished_after)}.")
    lines.append(f"  Chi phí: {grouped(found.cost)} đồng.")
    return lines + [f"  {each}" for each in quotas(found)]


def quotas(found: Forecast) -> list[str]:
    """What is left to each channel that has a quota, and whether it is enough."""
    lines = []
    for channel, left in found.quota_left.items():
        said = f"{NAMES.get(channel, channel)} còn gửi được {grouped(left)} tin tháng này: "
        beyond = found.beyond_quota.get(channel, 0)
        if channel == ZALO_OA and left:
            more = f"{grouped(beyond)} tin nữa Zalo tính tiền." if beyond else "đủ."
            lines.append(f"{NAMES[channel]} còn {grouped(left)} tin đã trả trước: {more}")
            continue
        lines.append(said + (f"thiếu {grouped(beyond)} tin, bớt người nhận hoặc đợi tháng sau." if beyond else "đủ."))
    return lines


def lasting(seconds: float) -> str:
    """ "45 giây", "12 phút", "3 giờ 20 phút": never less than it takes."""
    if seconds < 60:
        return f"{max(1, round(seconds))} giây"
    minutes = -(-round(seconds) // 60)
    hours, rest = divmod(minutes, 60)
    return " ".join(filter(None, (f"{hours} giờ" if hours else "", f"{rest} phút" if rest else "")))


def _counts(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    return ", ".join(f"{names.get(name, name)} {grouped(count)}" for name, count in counts.items())
