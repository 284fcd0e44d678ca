"""Whether an answer stays one message on every channel, with all the lines the bot puts around it (pure)."""

from __future__ import annotations

from collections.abc import Iterator

from content.catalog import Catalog
from content.checks.faults import Fault
from content.entries import Entry, Kind
from content.phrases import Phrases, fill

TELEGRAM = 4096  # UTF-16 units after entities parsing: https://core.telegram.org/bots/api#sendmessage
ZALO = 2000  # characters of a text message of an official account: https://developers.zalo.me/docs/official-account
SETTING = "x" * 80  # stands for what an installation may fill in: its name, phone, address
_BUTTONS = ("btn.tell", "btn.indeed", "btn.no", "btn.human", "btn.menu")


def check_lengths(catalog: Catalog, phrases: Phrases, *, only: str = "") -> Iterator[Fault]:
    """``only``: one entry of the catalogue; the others are read for their titles."""
    for entry in catalog:
        if only not in ("", entry.id):
            continue
        for language in entry.answers:
            text = longest_message(entry, language, catalog, phrases)
            for channel, length, limit in (
                ("Telegram", len(text.encode("utf-16-le")) // 2, TELEGRAM),
                ("Zalo", len(text), ZALO),
            ):
                if length > limit:
                    yield Fault(entry.id, f"dài {length} ký tự trên {channel}, nhiều nhất {limit} ({language})")


def longest_message(entry: Entry, language: str, catalog: Catalog, phrases: Phrases) -> str:
    """The answer as the chat shows it at most: every line above and below, and the buttons as numbered lines."""

    def say(key: str, **fields: str) -> str:
        return phrases.say(key, language, **fields)

    answer = entry.answers[language]
    names = ("owner", "phone", "hours", "address", "privacy_contact")
    filled = (fill(text, **dict.fromkeys(names, SETTING)) for text in (answer.text, answer.text_without_owner))
    body = max(filled, key=len)
    lines = []
    if entry.kind is Kind.POSITION:
        lines.append(say("position.by", who=entry.in_language(entry.position_by, language)))
    if entry.kind is Kind.REFER:
        lines.append(say("needs_check", who=entry.in_language(entry.who, language)))
    lines += [body, ""]
    if entry.basis:
        laws = "; ".join(f"{each.law}, {each.article}" for each in entry.basis)
        lines.append(say("answer.basis", law=laws, article="-"))
    lines.append(say("answer.asof", date="30 Sep 2026"))
    if entry.sources:
        lines.append(say("answer.source", source="; ".join(each.name for each in entry.sources)))
    if language != "vi":
        lines.append(say("lang.draft"))
    lines += [say("trial.unsigned"), "", say("helpful.ask"), say("list.send"), say("answer.related")]
    titles = [other.in_language(other.title, language) for other in map(catalog.get, entry.related) if other]
    # A title that reads like the button below it is not shown beside it.
    lines += [f"1. {each}" for each in [each for each in titles if each != say("btn.human")][:3]]
    lines += [f"1. {say(each)}" for each in _BUTTONS]
    return "\n".join(lines)
