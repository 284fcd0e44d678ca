"""A text of a campaign as residents will get it, marked as a trial: for the officer who asked, and for nobody else."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Attachment, Capabilities, OutgoingMessage
from bot.storage.db import Database
from broadcasts import attached
from broadcasts.composing import Content, filled
from broadcasts.store import Campaign
from handlers.wording import Wording


async def trial(
    db: Database, wording: Wording, campaign: Campaign, language: str, capabilities: Capabilities, mark: str
) -> OutgoingMessage:
    """``language``: one that the campaign has; ``mark``: the word that it begins with, never left out."""
    text = next(each.text for each in campaign.texts if each.language == language)
    content = Content({language: text}, campaign.files, campaign.entries)
    words = filled(text, wording.sample(campaign, language)) or text
    message = wording.message(content, words, language)
    file = content.file(language)
    if file is not None and capabilities.takes(file.mime):
        async with db.reading() as connection:
            whole = await attached.content(connection, file.id)
        if whole is not None:
            message = replace(message, attachment=Attachment(file.name, file.mime, whole))
    return replace(message, text=f"{mark} {message.text}")
