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
            return of_text(next((each.text for each in campaign.texts if each.language == language), ""))
        case "audience":
            kept: object = {name: sorted(values) for name, values in campaign.audience.items()}
        case "schedule":
            kept = dict(campaign.schedule)
        case _:
            kept = [list(campaign.entries), campaign.expires_at.isoformat() if campaign.expires_at else ""]
    return _hash([part, kept])


def of_text(text: str) -> str:
    """The mark of a text, whoever typed it; empty for none."""
    return _hash([TEXT, text]) if text else ""


def _hash(kept: object) -> str:
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
