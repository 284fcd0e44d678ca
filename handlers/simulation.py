"""A conversation with the service that leaves no trace: the real intake and answers over a database in memory.

Notices in force are read from the real board; whatever the conversation would keep goes with it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from sqlalchemy import text

from bot.channels import telegram, zalo_bot, zalo_oa
from bot.channels.webchat import WebChat
from bot.clock import Clock
from bot.messages import Address, Button, OutgoingMessage, UpdateKind
from bot.metrics import Metrics
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.schema import metadata
from bot.testing import FakeChannel
from handlers.chat import dialogue
from handlers.chat.context import Desk
from handlers.chat.dialogue import SILENT_FOR, Dialogue
from handlers.chat.intake import Intake
from handlers.previews import Face

FACES = {
    each.name: each
    for each in (
        Face("telegram", telegram.CAPABILITIES, telegram.LIMITS),
        Face("zalo-oa", zalo_oa.capabilities(buttons=False), zalo_oa.LIMITS),
        Face("zalo-bot", zalo_bot.CAPABILITIES, zalo_bot.LIMITS),
        Face("web", WebChat.capabilities, WebChat.limits),
    )
}
_WHO = "simulated"


@dataclass(frozen=True, slots=True)
class Line:
    """What was said. ``own``: by whoever plays the resident."""

    text: str
    own: bool
    language: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    file: str = ""


class Simulation:
    """``lines``: the conversation so far, the oldest first; ``used_at`` when somebody last spoke in it."""

    def __init__(self, db: Database, channel: FakeChannel, intake: Intake, clock: Clock, place: str) -> None:
        self._db = db
        self._channel = channel
        self._intake = intake
        self._clock = clock
        self._count = 0
        self.place = place
        self.channel = channel.name
        self.used_at = clock.now()
        self.lines: list[Line] = []

    @classmethod
    async def begin(
        cls, desk: Desk, *, channel: str, language: str, place: str, clock: Clock, rng: Random
    ) -> Simulation:
        """With somebody new who has chosen a language and a place (its code; empty: none). ``channel``: of FACES."""
        face = FACES[channel]
        fake = FakeChannel(name=face.name, limits=face.limits, capabilities=face.capabilities)
        db = Database("sqlite+aiosqlite://")
        now = clock.now()
        async with db.transaction() as connection:
            await connection.run_sync(metadata.create_all)
            address = Address(face.name, fake.account, _WHO)
            start = Dialogue(language=language, chosen=True, place=place)
            await dialogue.save(connection, [dialogue.Kept(address, start, now + SILENT_FOR)])
        # A tap on a notice that is in force points to a row that is not here.
        async with db.reading() as connection:
            await connection.execute(text("PRAGMA foreign_keys = OFF"))
        intake = Intake(
            db=db,
            writer=GroupCommit(db),
            channels={(fake.name, fake.account): fake},
            pacers={},
            # No officers here, and a key of its own: what is hashed leads nowhere.
            desk=replace(desk, db=db, staff=None, key=secrets.token_bytes(32)),
            clock=clock,
            metrics=Metrics(),
            rng=rng,
            owner=_WHO,
        )
        return cls(db, fake, intake, clock, place)

    async def says(self, words: str, language: str) -> Sequence[Line]:
        """The resident types something; returns what is answered."""
        self.lines.append(Line(words, own=True))
        return await self._hears({"kind": UpdateKind.TEXT, "text": words, "hint": language})

    async def taps(self, value: str, language: str) -> Sequence[Line]:
        """The resident presses a button that a message of this conversation has; any other value does nothing."""
        label = next(
            (each.label for line in self.lines for row in line.buttons for each in row if each.value == value), ""
        )
        if not label:
            return ()
        self.lines.append(Line(label, own=True))
        return await self._hears({"kind": UpdateKind.BUTTON, "value": value, "hint": language})

    async def close(self) -> None:
        await self._db.close()

    async def _hears(self, frame: dict[str, str]) -> Sequence[Line]:
        self._count += 1
        self.used_at = self._clock.now()
        before = len(self._channel.said)
        body = json.dumps({**frame, "key": str(self._count), "chat": _WHO}, ensure_ascii=False)
        await self._intake.receive(self._channel.receive({}, body.encode(), self.used_at))
        await self._intake.work_off()
        heard = [_line(each.message) for each in self._channel.said[before:]]
        self.lines += heard
        return heard


def _line(message: OutgoingMessage) -> Line:
    file = message.attachment.name if message.attachment is not None else ""
    return Line(message.text, False, message.language, message.buttons, file)


def over(simulation: Simulation, now: datetime, longest: float) -> bool:
    """Whether nobody has spoken in it for so many seconds."""
    return (now - simulation.used_at).total_seconds() > longest
