"""What campaigns, their states, steps and languages are called on the console's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from broadcasts.campaigns import CampaignState
from handlers.console.words import N_, Words

# State → label, look (console.css), icon.
STATES: dict[CampaignState, tuple[str, str, str]] = {
    CampaignState.DRAFT: (N_("Đang soạn"), "draft", "draft"),
    CampaignState.SUBMITTED: (N_("Chờ duyệt"), "waiting", "waiting"),
    CampaignState.RETURNED: (N_("Bị trả lại"), "bad", "withdrawn"),
    CampaignState.APPROVED: (N_("Đã duyệt, chưa đặt lịch"), "good", "clear"),
    CampaignState.SCHEDULED: (N_("Đã đặt lịch"), "good", "sending"),
    CampaignState.DONE: (N_("Đã xong"), "good", "clear"),
    CampaignState.CANCELLED: (N_("Đã huỷ"), "", "cancelled"),
    CampaignState.EXPIRED: (N_("Hết hiệu lực"), "", "expired"),
}
# Address, label, and what the step is about.
STEPS = (("texts", N_("Chữ")), ("audience", N_("Gửi ai")), ("time", N_("Lúc nào")), ("submit", N_("Trình")))
LANGUAGES = {"vi": N_("Tiếng Việt"), "km": N_("Tiếng Khmer"), "en": N_("Tiếng Anh")}
IN_SENTENCE = {"vi": N_("tiếng Việt"), "km": N_("tiếng Khmer"), "en": N_("tiếng Anh")}  # and not at its beginning
OPEN = (CampaignState.DRAFT, CampaignState.RETURNED)  # may be written in without losing an approval
CLOSED = (CampaignState.DONE, CampaignState.CANCELLED, CampaignState.EXPIRED)
WEEK = (
    N_("Thứ Hai"), N_("Thứ Ba"), N_("Thứ Tư"), N_("Thứ Năm"), N_("Thứ Sáu"), N_("Thứ Bảy"), N_("Chủ Nhật"),
)  # fmt: skip


def code(number: int) -> str:
    return f"CD-{number}"


def moment(words: Words, at: datetime, zone: tzinfo) -> str:
    """ "7:30 ngày 22/11/2026": whole, for it is read days later."""
    local = at.astimezone(zone)
    return words.say(
        "%(time)s ngày %(date)s",
        time=f"{local.hour}:{local.minute:02d}",
        date=f"{local.day}/{local.month}/{local.year}",
    )


def and_weekday(words: Words, at: datetime, zone: tzinfo) -> str:
    return f"{words.say(WEEK[at.astimezone(zone).weekday()])}, {moment(words, at, zone)}"


def listed(names: Sequence[str]) -> str:
    return ", ".join(names)
