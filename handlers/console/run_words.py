"""Runs in words and marks, for every page of the console that shows one (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from broadcasts.reasons import WHY_STOPPED, in_words
from handlers.console.words import N_, Words
from handlers.previews import NAMES


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state looks: a word, the icon beside it, and the class of its frame. No one of them speaks alone."""

    word: str
    icon: str
    look: str = ""


# A date of a rule that is no run yet has no state.
MARKS: Mapping[str, Mark] = {
    "": Mark(N_("theo lịch lặp"), "update", "draft"),
    "scheduled": Mark(N_("đã đặt lịch"), "waiting"),
    "sending": Mark(N_("đang gửi"), "sending", "waiting"),
    "paused": Mark(N_("tạm dừng"), "paused", "waiting"),
    "held": Mark(N_("bị giữ lại"), "urgent", "bad"),
    "missed": Mark(N_("lỡ giờ"), "urgent", "bad"),
    "done": Mark(N_("đã gửi xong"), "clear", "good"),
    "cancelled": Mark(N_("đã huỷ"), "cancelled"),
    "expired": Mark(N_("hết hiệu lực"), "expired"),
}
# The six states of messages, as the screen of a run names them.
COUNTS: Mapping[str, str] = {
    "sent": N_("Đã gửi"),
    "waiting": N_("Chờ"),
    "failed": N_("Lỗi"),
    "skipped": N_("Bỏ qua"),
    "unknown": N_("Không rõ"),
    "withdrawn": N_("Thu hồi"),
}
POSTS: Mapping[str, str] = {
    "queued": N_("đang chờ"),
    "attempting": N_("đang đăng"),
    "sent": N_("đã đăng"),
    "failed": N_("không đăng được"),
    "skipped": N_("bỏ qua"),
    "unknown": N_("không rõ đã đăng chưa"),
    "withdrawn": N_("đã thu hồi"),
}
_ENDS = {"cancelled": N_("cán bộ huỷ"), "withdrawn": N_("cán bộ thu hồi"), "asked": N_("cán bộ cho gửi ngay")}


def mark(words: Words, state: str) -> Mark:
    found = MARKS[state]
    return Mark(words.say(found.word), found.icon, found.look)


def stopped(words: Words, reason: str) -> str:
    """Why a run stands as it does; empty: nothing is said about it."""
    return words.say(_ENDS.get(reason) or WHY_STOPPED.get(reason) or in_words(reason)) if reason else ""


def reason(words: Words, code: str) -> str:
    """Why somebody did not get a message."""
    return words.say(in_words(code))


def channel(name: str) -> str:
    return NAMES.get(name, name.capitalize())


def amount(words: Words, number: float) -> str:
    """4.120, or 4,120 in English."""
    shown = f"{round(number):,}"
    return shown if words.language == "en" else shown.replace(",", ".")


def decimal(words: Words, number: float) -> str:
    """One digit behind the comma: 24,8; whole from a hundred on."""
    if number >= 100:
        return amount(words, number)
    shown = f"{number:.1f}"
    return shown if words.language == "en" else shown.replace(".", ",")


def hour(at: datetime, zone: tzinfo, now: datetime) -> str:
    """7:34, on another day with its date; to the second when it is close."""
    local = at.astimezone(zone)
    shown = f"{local.hour}:{local.minute:02d}"
    if abs((at - now).total_seconds()) < 120:
        shown += f":{local.second:02d}"
    return shown if local.date() == now.astimezone(zone).date() else f"{shown} {local:%d/%m}"
