"""Deciding the reply to one stored update: read, put beside what is known of its resident, routed; nothing is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Address, OutgoingMessage, Update, UpdateKind
from bot.storage.inbox import MAX_TRIES, Claimed
from broadcasts.subscribers import Resident
from handlers.chat import floods, foreign, words
from handlers.chat.context import Desk, Reply, Turn, language_for
from handlers.chat.dialogue import Dialogue
from handlers.chat.router import route

LATE_AFTER = timedelta(minutes=5)
log = logs.get("deciding")

Known = tuple[Resident, Dialogue]


class Deciding:
    """``load`` finds what is known of these addresses; ``notice`` lets the resident's app know, beside the rest."""

    def __init__(
        self,
        *,
        desk: Desk,
        clock: Clock,
        load: Callable[[list[Address]], Awaitable[dict[Address, Known]]],
        notice: Callable[[Channel, Update], None],
    ) -> None:
        self._desk = desk
        self._clock = clock
        self._load = load
        self._notice = notice

    async def reply(self, channel: Channel, row: Claimed, known: Known | None) -> Reply | None:
        """The reply; None when the update broke every try. Raises StoreUnavailable."""
        row, slow = floods.opened(row)
        for attempt in range(max(1, MAX_TRIES - row.tries + 1)):
            try:
                update = channel.read(row)
                if update is None:
                    return Reply()
                if known is None:
                    known = (await self._load([row.address]))[row.address]
                if update.kind is UpdateKind.BUTTON and attempt == 0:
                    self._notice(channel, update)
                turn = self._turn(channel, update, *known)
                reply = _slow_down(turn) if slow else await self._routed(turn, row)
                if not reply.messages and update.kind is not UpdateKind.BUTTON:
                    self._notice(channel, update)  # nothing will be said, and the resident's app may be waiting
                return reply
            except errors.StoreUnavailable:
                raise
            except Exception:
                log.error("an update broke its handler", attempt=attempt + 1, exc_info=True)
        return None

    def outage(self) -> Reply:
        """Something of ours is broken: said in Vietnamese, for the language may be what broke."""
        return Reply((OutgoingMessage(self._desk.phrases.say("outage.now", "vi", n=5)),))

    def _turn(self, channel: Channel, update: Update, resident: Resident, dialogue: Dialogue) -> Turn:
        detected = "none" if words.speaks_no_language(update.text) else self._desk.language_of(update.text)
        if detected == "other" and foreign.looks_english(update.text):
            detected = "en"
        return Turn(
            update=update,
            now=self._clock.now(),
            resident=resident,
            dialogue=dialogue,
            desk=self._desk,
            capabilities=channel.capabilities,
            language=language_for(update, resident, dialogue, detected),
            detected=detected,
        )

    async def _routed(self, turn: Turn, row: Claimed) -> Reply:
        reply = await route(turn)
        if reply.messages and _late(turn.update, row, turn.now) and self._desk.distress(turn.text) is None:
            first = reply.messages[0]
            late = replace(first, text=f"{turn.say('outage.late')}\n\n{first.text}")
            reply = replace(reply, messages=(late, *reply.messages[1:]))
        return reply


def _slow_down(turn: Turn) -> Reply:
    return Reply((turn.message(turn.say("flood.slow", n=floods.WAIT_FOR)),))


def _late(update: Update, row: Claimed, now: datetime) -> bool:
    """What waited for minutes is answered with an apology; a button's time is its message's, not the tap's."""
    if update.kind is UpdateKind.TEXT and now - update.at > LATE_AFTER:
        return True
    return now - row.received_at > LATE_AFTER
