"""An officer at their linked chat, and messages whose every button is a one-time id that fits this officer only."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import CotMocError, StoreUnavailable
from bot.messages import Button
from bot.staff import chats, codes
from bot.staff.roles import Action, Officer, may, require
from broadcasts.notice_service import NoticeService
from broadcasts.service import Service
from handlers.chat import values
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import with_dialogue
from handlers.chat.staff import Staff

VERB = "o"  # of every button of an officer
WAITS = "office"  # what a dialogue's step begins with while an officer's next message is waited for
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """A button to be: what it says, what it does (at most 20 signs) and to what (at most 120)."""

    label: str
    action: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One update of an officer. What is said is Vietnamese, unless the officer chose another language."""

    turn: Turn
    staff: Staff
    officer: Officer

    @property
    def service(self) -> Service:
        return self.staff.service

    @property
    def notices(self) -> NoticeService:
        return self.staff.warning.service

    def say(self, key: str, /, **fields: str | int) -> str:
        return self.turn.say(key, **fields)

    def may(self, action: Action, areas: tuple[str, ...]) -> bool:
        return may(self.officer, action, areas, self.turn.now, self.staff.office.within)

    def require(self, action: Action, areas: tuple[str, ...]) -> None:
        """Raises Forbidden."""
        require(self.officer, action, areas, self.turn.now, self.staff.office.within)

    def moment(self, at: datetime) -> str:
        """ "7:30 ngày 22/11", with the year where it is another one."""
        local = at.astimezone(self.turn.desk.settings.zone)
        year = "" if local.year == self.turn.today.year else f"/{local.year}"
        return self.say("officer.at", time=f"{local.hour}:{local.minute:02d}", date=f"{local.day}/{local.month}{year}")

    def language_name(self, language: str) -> str:
        """In the officer's own language: who signs for a text in Khmer need not read Khmer."""
        return self.say(f"officer.lang_{language}")

    async def reply(
        self, text: str, *rows: tuple[Choice, ...], step: str = "", declined: Choice | None = None
    ) -> Reply:
        """``step``: what the officer's next message is for; such a message can always be declined, by ``declined``
        where that is more than to wait no longer."""
        if step:
            rows = (*rows, (declined or Choice(self.say("officer.b_drop"), "drop"),))
        shown = await self._buttons(tuple(row for row in rows if row))
        dialogue = replace(self.turn.dialogue, step=f"{WAITS}:{step}" if step else "", choices=())
        return with_dialogue(self.turn, dialogue, self.turn.message(text, *shown))

    async def once(self, action: str, subject: str) -> str:
        """A one-time id that is not shown: it holds what was pressed until its code or reason is typed."""
        turn = self.turn
        async with turn.desk.db.transaction() as connection:
            return await codes.button(connection, turn.desk.key, self.officer.id, action, subject, turn.now)

    async def press(self, button_id: str) -> codes.Pressed | None:
        turn = self.turn
        async with turn.desk.db.transaction() as connection:
            return await codes.press(connection, turn.desk.key, button_id, self.officer, turn.now)

    async def _buttons(self, rows: tuple[tuple[Choice, ...], ...]) -> list[tuple[Button, ...]]:
        if not rows:
            return []
        turn = self.turn
        async with turn.desk.db.transaction() as connection:
            made = [
                [
                    await codes.button(connection, turn.desk.key, self.officer.id, each.action, each.subject, turn.now)
                    for each in row
                ]
                for row in rows
            ]
        return [
            tuple(turn.labelled(_short(each.label), VERB, key) for each, key in zip(row, keys, strict=True))
            for row, keys in zip(rows, made, strict=True)
        ]


async def attempted(sitting: Sitting, step: Awaitable[Reply], *, again: bool = False) -> Reply | str:
    """The step's reply, or the sentence that says why not, to be shown with what can be done then. ``again``: what was
    waited for is still waited for, so the sentence is the reply."""
    try:
        return await step
    except StoreUnavailable:
        raise
    except CotMocError as error:
        return Reply((sitting.turn.message(str(error)),)) if again else str(error)


async def seated(turn: Turn) -> Sitting | None:
    """None: this chat is no officer's. A page that anybody may open is never one."""
    staff = turn.desk.staff
    if staff is None or not turn.capabilities.subscribable:
        return None
    async with turn.desk.db.transaction() as connection:
        officer = await chats.officer_of(connection, turn.update.address, turn.now)
    return None if officer is None else Sitting(_in_own_language(turn), staff, officer)


def sitting_of(turn: Turn, staff: Staff, officer: Officer) -> Sitting:
    """For an officer whose chat has just been linked."""
    return Sitting(_in_own_language(turn), staff, officer)


def awaited(turn: Turn) -> tuple[str, str]:
    """What the next message is for, and what belongs to it; ("", "") when nothing is waited for.

    As soon as the chat has shown anything else to choose from, nothing is waited for any more.
    """
    begin, _, rest = turn.dialogue.step.partition(":")
    if begin != WAITS or not at_work(turn):
        return "", ""
    kind, _, subject = rest.partition(":")
    return kind, subject


def at_work(turn: Turn) -> bool:
    """Whether what the chat shows at present is an officer's."""
    ours = [values.pressed(each, turn.today).verb == VERB for each in turn.dialogue.choices]
    return bool(ours) and all(ours)


def _in_own_language(turn: Turn) -> Turn:
    """What an officer types is often a text for residents and tells nothing about the officer."""
    return turn.in_language(turn.resident.language or "vi")


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
