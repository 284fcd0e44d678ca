"""An entry as a resident reads it: who says so, the stored text, its legal basis, its date, its source (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from content.entries import Entry, Kind
from content.phrases import fill
from handlers.chat.context import Desk, Turn
from handlers.chat.days import day_text


@dataclass(frozen=True, slots=True)
class Composed:
    """An entry in one language. ``lead`` stands before the text; ``legal`` are basis, date and source, in that order;
    ``below`` says what nobody has signed. ``language``: of the text, which is Vietnamese where there is no other.

    ``fact``: False for one that holds no longer; then ``text`` says so, and there is nothing else (promise A6).
    """

    text: str
    language: str
    lead: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    fact: bool = True

    @property
    def whole(self) -> str:
        """As one message."""
        parts = ("\n".join((*self.lead, self.text)), "\n".join((*self.legal, *self.below)))
        return "\n\n".join(part for part in parts if part)


def compose(desk: Desk, entry: Entry, language: str, today: date) -> Composed:
    """The stored text verbatim, with what belongs above and below it; for chat, page and screen alike."""

    def say(key: str, /, **fields: str) -> str:
        return desk.phrases.say(key, language, **fields)

    if entry.expired(today):
        return Composed(say("answer.expired", who=who_knows(desk, language, entry)), language, fact=False)
    answer = entry.answers.get(language)
    shown_in = language if answer else "vi"
    answer = answer or entry.answers["vi"]
    lead: list[str] = []
    if shown_in != language:
        lead.append(say("lang.not_ready", language=say(f"lang.name.{language}")))
    if entry.kind is Kind.POSITION:
        lead.append(say("position.by", who=entry.in_language(entry.position_by, language)))
    if entry.kind is Kind.REFER:
        lead.append(say("needs_check", who=who_knows(desk, language, entry)))
    settings = desk.settings
    text = fill(
        answer.text_without_owner if answer.text_without_owner and not desk.owner else answer.text,
        owner=desk.owner,
        phone=settings.owner_phone,
        hours=settings.office_hours,
        address=settings.owner_address,
        privacy_contact=settings.privacy_contact,
    )
    below: list[str] = []
    if not entry.signed(shown_in):
        if shown_in != "vi":
            below.append(say("lang.draft"))
        below.append(say("trial.unsigned"))
    return Composed(text, shown_in, tuple(lead), _legal(desk, entry, language), tuple(below))


def answer_text(turn: Turn, entry: Entry) -> str:
    """The entry as one message of the chat."""
    return compose(turn.desk, entry, turn.language, turn.today).whole


def _legal(desk: Desk, entry: Entry, language: str) -> tuple[str, ...]:
    """Basis, date, source: three lines, in that order."""
    lines = []
    if entry.basis:
        laws = "; ".join(f"{each.law}, {each.article}" if each.article else each.law for each in entry.basis)
        # The sentence is "{law}, {article}." so the articles of several laws go in one after the other.
        said = desk.phrases.say("answer.basis", language, law=laws, article="\x00")
        lines.append(said.replace(", \x00", "").replace(" \x00", ""))
    lines.append(desk.phrases.say("answer.asof", language, date=day_text(entry.as_of, language)))
    if entry.sources:
        names = "; ".join(each.name for each in entry.sources)
        lines.append(desk.phrases.say("answer.source", language, source=names))
    return tuple(lines)


def who_knows(desk: Desk, language: str, entry: Entry | None = None) -> str:
    """The office that knows, of the entry, else that of where everybody lives."""
    if entry is not None and entry.who:
        return entry.in_language(entry.who, language)
    return desk.phrases.say("who.default", language)
