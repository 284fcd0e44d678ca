"""Saying a reply: rendered for its channel, sent part by part, and what became of it as a state of its update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot import errors
from bot.channels.base import Channel
from bot.messages import Address, OutgoingMessage
from bot.storage.db import Database
from broadcasts import subscribers
from content.phrases import Phrases
from handlers.chat.rendering import render
from handlers.chat.sending import Sending, Shut

LATER = "later"


@dataclass(frozen=True, slots=True)
class Said:
    """``state``: what the update ends in: answered, ignored, unknown or dead; or later: ``rest`` is still owed."""

    state: str
    rest: tuple[OutgoingMessage, ...] = ()


class Speaker:
    def __init__(self, *, db: Database, phrases: Phrases, sending: Sending) -> None:
        self._db = db
        self._phrases = phrases
        self._sending = sending

    async def say(self, channel: Channel, address: Address, messages: Sequence[OutgoingMessage], key: str) -> Said:
        """``key`` is that of the update that is answered."""
        parts = [
            replace(part, answers=key)
            for message in messages
            for part in render(message, channel.capabilities, channel.limits, self._phrases)
        ]
        return await self.say_parts(channel, address, parts)

    async def say_parts(self, channel: Channel, address: Address, parts: Sequence[OutgoingMessage]) -> Said:
        """The same for what has been rendered before."""
        for number, part in enumerate(parts):
            try:
                await self._sending.send(channel, address, part)
            except Shut:
                return Said(LATER, tuple(parts[number:]))
            except errors.RecipientGone as error:
                async with self._db.transaction() as connection:
                    await subscribers.mark_reachable(connection, address, error.reason)
                return Said("ignored")
            except errors.RecipientMoved as error:
                async with self._db.transaction() as connection:
                    await subscribers.move(connection, address, error.external_id)
                return Said("unknown")
            except errors.OutcomeUnknown:
                return Said("unknown")
            except errors.ChannelError:
                return Said("dead")
        return Said("answered")
