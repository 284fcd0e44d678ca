"""A small hazard template without faults, for the tests of reading, filling and checking."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from content.notice_reading import parse
from content.notice_templates import NoticeTemplate

LABEL = {"vi": "Điền gì?", "km": "បំពេញអ្វី?", "en": "What?"}
WHY = {
    "name": "ly_do",
    "kind": "choice",
    "label": {"vi": "Vì sao đóng?", "km": "ហេតុអ្វី?", "en": "Why?"},
    "default": "nuoc",
    "choices": [
        {"value": "nuoc", "said": {"vi": "vì nước xiết", "km": "ដោយសារទឹក", "en": "because of fast water"}},
        {"value": "dich", "said": {"vi": "vì dịch bệnh", "km": "ដោយសារជំងឺ", "en": "because of disease"}},
    ],
}
WHOLE: dict[str, Any] = {
    "id": "gate-shut",
    "title": {"vi": "Đóng cửa khẩu", "km": "បិទច្រក", "en": "Gate closed"},
    "short": ["dong cua", "cua"],
    "texts": {
        "vi": "Tạm dừng qua lại tại {noi} {ly_do}. Chờ tin mở lại.",
        "km": "ផ្អាកការឆ្លងនៅ {noi} {ly_do}។ រង់ចាំដំណឹង។",
        "en": "Crossing at {noi} is suspended {ly_do}. Wait for news.",
    },
    "clear": {"vi": "Tại {noi}: đã mở lại.", "km": "នៅ {noi}៖ បើកវិញ។", "en": "At {noi}: open again."},
    "blanks": [WHY],
    "hours": 6,
    "fate": "withdraw",
    "cap": {
        "category": "Transport",
        "event": "Gate closed",
        "response": "Avoid",
        "urgency": "Immediate",
        "severity": "Moderate",
        "certainty": "Observed",
    },
    "topics": ["crossing"],
    "entries": ["crossing.hours"],
    "facts": ["F1.1"],
}


def body(**changes: Any) -> dict[str, Any]:
    """With changes; a name of two parts changes inside, None takes the member away."""
    changed = deepcopy(WHOLE)
    for name, value in changes.items():
        inner, _, last = name.rpartition("__")
        target = changed[inner] if inner else changed
        if value is None:
            del target[last]
        else:
            target[last] = value
    return changed


def template(**changes: Any) -> NoticeTemplate:
    return parse(body(**changes), "border")


def with_blank(kind: str, **changes: Any) -> NoticeTemplate:
    """Whose only blank is of this kind and called "gi"."""
    blank = {"name": "gi", "kind": kind, "label": LABEL, **changes}
    return template(texts={"vi": "Ở {noi}: {gi}.", "km": "នៅ {noi}៖ {gi}។", "en": "At {noi}: {gi}."}, blanks=[blank])
