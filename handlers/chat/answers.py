"""An entry as a resident reads it: who says so, the stored text, its legal basis, its date, its source (pure)."""

from __future__ import annotations

from content.entries import Entry, Kind
from content.phrases import fill
from handlers.chat.context import Turn
from handlers.chat.days import day_text


def answer_text(turn: Turn, entry: Entry) -> str:
    """The stored text verbatim, with the lines that belong above and below it."""
    say, language = turn.say, turn.language
    if entry.expired(turn.today):
        return say("answer.expired", who=who_knows(turn, entry))
    answer = entry.answers.get(language)
    shown_in = language if answer else "vi"
    answer = answer or entry.answers["vi"]
    settings = turn.desk.settings
    above: list[str] = []
    if shown_in != language:
        above.append(say("lang.not_ready", language=say(f"lang.name.{language}")))
    if entry.kind is Kind.POSITION:
        above.append(say("position.by", who=entry.in_language(entry.position_by, language)))
    if entry.kind is Kind.REFER:
        above.append(say("needs_check", who=who_knows(turn, entry)))
    text = answer.text_without_owner if answer.text_without_owner and not turn.desk.owner else answer.text
    body = fill(
        text,
        owner=turn.desk.owner,
        phone=settings.owner_phone,
        hours=settings.office_hours,
        address=settings.owner_address,
        privacy_contact=settings.privacy_contact,
    )
    below = legal_lines(turn, entry)
    if not entry.signed(shown_in):
        if shown_in != "vi":
            below.append(say("lang.draft"))
        below.append(say("trial.unsigned"))
    return "\n\n".join(part for part in ("\n".join([*above, body]), "\n".join(below)) if part)


def legal_lines(turn: Turn, entry: Entry) -> list[str]:
    """Basis, date, source: three lines, in that order."""
    lines = []
    if entry.basis:
        laws = "; ".join(f"{each.law}, {each.article}" if each.article else each.law for each in entry.basis)
        # The sentence is "{law}, {article}." so the articles of several laws go in one after the other.
        lines.append(turn.say("answer.basis", law=laws, article="\x00").replace(", \x00", "").replace(" \x00", ""))
    lines.append(turn.say("answer.asof", date=day_text(entry.as_of, turn.language)))
    if entry.sources:
        lines.append(turn.say("answer.source", source="; ".join(each.name for each in entry.sources)))
    return lines


def who_knows(turn: Turn, entry: Entry | None = None) -> str:
    if entry is not None and entry.who:
        return entry.in_language(entry.who, turn.language)
    return turn.say("who.default")
