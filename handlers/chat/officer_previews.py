"""What an officer may look at before anybody gets it: a trial to their own chat, and the texts as each channel shows
them.
"""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.context import Reply
from handlers.chat.officer_cards import card
from handlers.chat.officer_sitting import Sitting
from handlers.figures import grouped
from handlers.previews import NAMES, Preview
from handlers.trials import trial


async def try_out(sitting: Sitting, number: str) -> Reply:
    """What residents will get, marked as a trial, to this chat only; then the card without the texts."""
    campaign = await sitting.service.campaign(sitting.officer, int(number))
    wording, capabilities, mark = sitting.staff.wording, sitting.turn.capabilities, sitting.say("officer.trial")
    shown = [
        await trial(sitting.turn.desk.db, wording, campaign, each.language, capabilities, mark)
        for each in campaign.texts
    ]
    after = await card(sitting, campaign.id, whole=False)
    return replace(after, messages=(*shown, *after.messages))


async def view(sitting: Sitting, number: str) -> Reply:
    """Each text as the channels show it, once where they show the same; then the card without the texts."""
    campaign = await sitting.service.campaign(sitting.officer, int(number))
    same: dict[tuple[str, str], list[Preview]] = {}
    for each in sitting.staff.previews.of(campaign):
        same.setdefault((each.language, _said(sitting, each)), []).append(each)
    shown = [sitting.turn.message(f"{_head(sitting, alike)}\n{text}") for (_, text), alike in same.items()]
    after = await card(sitting, campaign.id, whole=False)
    return replace(after, messages=(*shown, *after.messages))


def _head(sitting: Sitting, alike: list[Preview]) -> str:
    """The channels, the language, and how much room each has for it."""
    parts = [
        sitting.say(
            "officer.view_over" if each.over else "officer.view",
            channel=NAMES.get(each.channel, each.channel),
            n=grouped(each.length),
            i=grouped(each.room),
        )
        for each in alike
    ]
    return f"[{sitting.language_name(alike[0].language)} · {'; '.join(parts)}]"


def _said(sitting: Sitting, preview: Preview) -> str:
    """The message without real buttons: nothing may be pressed in a picture of it."""
    lines = [preview.message.text, *(f"[{each.label}]" for each in preview.message.choices())]
    if preview.file is not None:
        lines.append(sitting.say("officer.view_file", what=preview.file.name))
    if preview.left_out is not None:
        lines.append(sitting.say("officer.view_no_file", what=preview.left_out.name))
    return "\n".join(lines)
