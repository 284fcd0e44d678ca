"""What ``cotmoc notice cap`` says of CAP drafts, to people and to scripts."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from bot.places import Gazetteer
from broadcasts import notice_composing
from broadcasts.cap_areas import SpokenOf
from broadcasts.cap_inbox import CapDraft
from broadcasts.notices import name_of
from handlers.commands.notice_words import when


def draft(found: CapDraft, zone: tzinfo) -> list[str]:
    """What is there to decide on."""
    info = next(iter(found.alert().infos), None)
    head = (info.headline or info.event) if info is not None else "(không có nội dung)"
    only = f" [{found.status}: chỉ dùng cho diễn tập]" if found.drill_only else ""
    lines = [
        f"{found.id}{only} {found.msg_type}: {head}",
        f"  {found.sender}, {when(found.sent_at, zone)}, nguồn {found.source}",
    ]
    lines += [
        f"  Liên quan {name_of(each)} đã phát: cập nhật, huỷ hay báo hết nguy hiểm tin ấy, rồi cap refuse {found.id}."
        for each in found.concerns
    ]
    return lines


def whole(found: CapDraft, spoken: SpokenOf, gazetteer: Gazetteer, zone: tzinfo) -> list[str]:
    """The whole draft, as far as a person needs it."""
    lines = draft(found, zone)
    for info in found.alert().infos:
        lines.append(f"--- {info.spoken} · {info.event} · {info.urgency}/{info.severity}/{info.certainty}")
        lines += [each for each in (info.headline, info.description, info.instruction) if each]
        lines += [f"Hết hạn: {when(info.expires, zone)}"] if info.expires is not None else []
        lines += [f"Nơi: {area.area_desc}" for area in info.areas]
    return lines + spoken_of(spoken, gazetteer)


def spoken_of(found: SpokenOf, gazetteer: Gazetteer) -> list[str]:
    named = notice_composing.area_words(gazetteer, found.places, "vi")
    lines = [f"Mã nơi đọc được: {named}." if named else "Không đọc được mã nơi nào: tự chọn bằng --area."]
    if found.unknown:
        lines.append(f"Mã không phải xã, phường hiện nay: {', '.join(found.unknown[:20])}.")
    if found.shapes:
        lines.append(f"Có {found.shapes} vùng vẽ trên bản đồ; máy không đổi ra xã, phường, người lập tin tự xem.")
    return lines


def draft_json(found: CapDraft, spoken: SpokenOf) -> dict[str, Any]:
    infos = found.alert().infos
    return {
        "id": found.id,
        "source": found.source,
        "sender": found.sender,
        "identifier": found.identifier,
        "sent": found.sent_at.isoformat(),
        "status": found.status,
        "msg_type": found.msg_type,
        "state": str(found.state),
        "drill_only": found.drill_only,
        "concerns": list(found.concerns),
        "headline": (infos[0].headline or infos[0].event) if infos else "",
        "places": list(spoken.places),
        "unknown_codes": list(spoken.unknown),
        "shapes": spoken.shapes,
    }
