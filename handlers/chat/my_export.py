"""Everything that is kept of one chat, as a file, or as lines where a channel takes no such file (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.messages import Attachment, Capabilities
from broadcasts.notice_taps import HelpRequest
from broadcasts.subscribers import ConsentGiven, Resident

MIME = "application/json"
_CHANNELS = {"zalo-oa": "Zalo OA", "zalo-bot": "Zalo Bot"}


def channel_name(channel: str) -> str:
    return _CHANNELS.get(channel, channel.capitalize())


def kept(
    resident: Resident,
    past: Sequence[ConsentGiven],
    questions: int,
    capabilities: Capabilities,
    messages: Sequence[tuple[date, str]] = (),
    asked: Sequence[HelpRequest] = (),
) -> Mapping[str, Any]:
    """``questions``: how many wait for an answer; ``messages``: the days of what was sent lately, and
    its state; ``asked``: what the officers on duty were asked. What only some channels need is left out where it is not
    kept."""
    address = resident.address
    windows: dict[str, Any] = {}
    if capabilities.windows:
        at = resident.last_wrote_at
        windows = {"last_wrote_at": at.isoformat() if at else None, "follower": resident.follower}
    return {
        "channel": address.channel,
        # A page's address is the secret of its cookie: it is not written into a file that may be passed on.
        "address": address.external_id if capabilities.subscribable else f"…{address.external_id[-2:]}",
        "language": resident.language,
        "places": list(resident.places),
        "topics": list(resident.topics),
        "last_wrote_on": resident.last_wrote_on.isoformat() if resident.last_wrote_on else None,
        **windows,
        "reachable": resident.reachable,
        "consents": [
            {"kind": each.kind, "given": each.given, "at": each.at.isoformat(), "wording": each.wording}
            for each in past
        ],
        "questions_waiting": questions,
        "help_requests": [
            {
                "place": each.place_code,
                "at": each.asked_at.isoformat(),
                "words": each.words,
                "taken": bool(each.taken_by),
            }
            for each in asked
        ],
        "messages_sent": [{"day": day.isoformat(), "state": state} for day, state in messages],
    }


def as_file(content: Mapping[str, Any]) -> Attachment:
    return Attachment("cotmoc.json", MIME, json.dumps(content, ensure_ascii=False, indent=2).encode())


def as_lines(content: Mapping[str, Any]) -> str:
    """One line for each value; a file that the channel would take instead would stay on its servers for days."""
    lines = []
    for name, value in content.items():
        for each in value if isinstance(value, list) else [value]:
            fields = each.values() if isinstance(each, dict) else [each]
            lines.append(f"{name}: {' | '.join(map(_plain, fields))}")
    return "\n".join(lines)


def _plain(value: object) -> str:
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)
