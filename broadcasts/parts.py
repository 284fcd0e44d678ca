"""The parts of a campaign that officers edit apart from each other, each with a mark that changes with it (pure)."""

from __future__ import annotations

import hashlib
import json

from broadcasts.store import Campaign

TEXT, AUDIENCE, SCHEDULE, ENTRIES = "text", "audience", "schedule", "entries"


def mark(campaign: Campaign, part: str, language: str = "") -> str:
    """The same as long as nobody changes the part; of a text, that of one language."""
    match part:
        case "text":
            kept: object = next((each.text for each in campaign.texts if each.language == language), "")
        case "audience":
            kept = {name: sorted(values) for name, values in campaign.audience.items()}
        case "schedule":
            kept = dict(campaign.schedule)
        case _:
            kept = [list(campaign.entries), campaign.expires_at.isoformat() if campaign.expires_at else ""]
    return hashlib.sha256(json.dumps([part, kept], ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
