"""A request for help as officers on duty read it: under which notice, where, since when, which chat (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.places import Gazetteer, label
from broadcasts.notice_taps import Asked, HelpRequest
from broadcasts.notices import name_of as notice_name

_CHANNELS: Mapping[str, str] = {"telegram": "Telegram", "zalo-oa": "Zalo OA", "zalo-bot": "Zalo Bot"}


def name_of(request_id: int) -> str:
    """As people say it: YC-12."""
    return f"YC-{request_id}"


def in_full(asked: Asked, gazetteer: Gazetteer, zone: ZoneInfo) -> str:
    """Everything that the resident let the officers on duty see."""
    request = asked.request
    place = gazetteer.get(request.place_code)
    lines = [
        f"[CẦN GIÚP] {name_of(request.id)}, tin {notice_name(request.notice_id)} “{asked.title}”",
        f"Nơi đã chọn: {label(place, 'vi') if place else 'chưa chọn'}",
        f"Lời nhắn: {request.words or 'chưa có'}",
        f"Hỏi lúc {moment(request.asked_at, zone)}",
        f"Chat: {_CHANNELS.get(request.address.channel, request.address.channel)}, số {request.address.external_id}",
    ]
    if request.taken_at is not None:
        lines.append(taken(request, zone))
    return "\n".join(lines)


def taken(request: HelpRequest, zone: ZoneInfo) -> str:
    """Who has it in hand, and since when."""
    at = "" if request.taken_at is None else f" lúc {moment(request.taken_at, zone)}"
    return f"{request.taken_by} đã nhận {name_of(request.id)}{at}."


def moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M ngày %d/%m/%Y}"
