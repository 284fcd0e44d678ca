"""What a chat handler may use, and what it returns: a Turn in, a Reply out; nothing is done before it is decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.messages import Button, Capabilities, OutgoingMessage, Update
from bot.places import Gazetteer, Place
from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.inbox import Effect
from broadcasts.notice_store import Notice
from broadcasts.subscribers import Resident
from content.catalog import Catalog
from content.distress_rules import Distress
from content.entries import LANGUAGES
from content.judge import Judge
from content.phrases import Phrases
from handlers.chat import values
from handlers.chat.days import day_text
from handlers.chat.dialogue import Dialogue
from handlers.chat.staff import Staff
from handlers.chat.warned import Warned


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a handler may consult. ``judge`` decides what a question means."""

    settings: Settings
    db: Database
    catalog: Catalog
    phrases: Phrases
    gazetteer: Gazetteer
    judge: Judge
    distress: Callable[[str], Distress | None]
    language_of: Callable[[str], str]
    key: bytes
    token: Callable[[], str]
    staff: Staff | None = None  # what officers work with in their linked chats
    warned: Warned | None = None  # where no notices can be issued, there are none to show

    @property
    def owner(self) -> str:
        return self.settings.owner_name.strip()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said and what is changed. ``dialogue`` None: left as it is; ``forget``: no dialogue is kept."""

    messages: tuple[OutgoingMessage, ...] = ()
    effects: tuple[Effect, ...] = ()
    dialogue: Dialogue | None = None
    forget: bool = False

    def also(self, other: Reply) -> Reply:
        """Both replies as one; the later dialogue wins."""
        return Reply(
            self.messages + other.messages,
            self.effects + other.effects,
            other.dialogue or self.dialogue,
            self.forget or other.forget,
        )


Handler = Callable[["Turn"], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Turn:
    """One update with all that is known around it. ``today`` and ``now`` are the installation's local time; ``live``
    are the notices in force anywhere, the newest first, no drill among them."""

    update: Update
    now: datetime
    resident: Resident
    dialogue: Dialogue
    desk: Desk
    capabilities: Capabilities
    language: str
    detected: str = "none"  # of this message alone: vi, km, en, other, none
    live: tuple[Notice, ...] = ()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.desk.settings.zone).date()

    @property
    def text(self) -> str:
        return self.update.text

    @property
    def place(self) -> Place | None:
        """The resident's place, kept or chosen in this conversation, if it still exists."""
        for code in (*self.resident.places, *filter(None, [self.dialogue.place])):
            place = self.desk.gazetteer.get(code)
            if place is not None:
                return place
        return None

    @property
    def province(self) -> str:
        """The slug of the resident's province, else the installation's."""
        return self.place.province_slug if self.place else self.desk.settings.province

    def say(self, key: str, /, **fields: str | int) -> str:
        return self.desk.phrases.say(key, self.language, **fields)

    def button(self, phrase: str, verb: str, *arguments: str) -> Button:
        return self.labelled(self.say(phrase), verb, *arguments)

    def labelled(self, label: str, verb: str, *arguments: str) -> Button:
        return Button(label, values.value(self.today, verb, *arguments))

    def message(self, text: str, *rows: tuple[Button, ...], decision: str = "", entry_id: str = "") -> OutgoingMessage:
        shown = tuple(row for row in rows if row)
        return OutgoingMessage(text, shown, self.language, decision=decision, entry_id=entry_id)

    def clock_fields(self, at: datetime | None = None) -> dict[str, str]:
        """``time`` and ``date`` as this language writes them."""
        local = (at or self.now).astimezone(self.desk.settings.zone)
        return {"time": f"{local.hour}:{local.minute:02d}", "date": day_text(local.date(), self.language)}

    def in_language(self, language: str) -> Turn:
        return replace(self, language=language)

    def with_resident(self, **changes: object) -> Turn:
        """The turn as it will be once the reply's effects are done."""
        return replace(self, resident=replace(self.resident, known=True, **changes))  # type: ignore[arg-type]


def language_for(update: Update, resident: Resident, dialogue: Dialogue, detected: str) -> str:
    """The resident's choice wins; then the language of this message, of the conversation, of the phone or page.

    Who says /start begins anew, in the language of the phone or of the page that was opened.
    """
    hint = update.language_hint[:2]
    if resident.language:
        return resident.language
    if dialogue.chosen and dialogue.language:  # where nothing is kept of the resident, as long as the talk goes on
        return dialogue.language
    if detected in LANGUAGES:
        return detected
    if update.text.startswith("/start") and hint in LANGUAGES:
        return hint
    if dialogue.language:
        return dialogue.language
    return hint if hint in LANGUAGES else "vi"
