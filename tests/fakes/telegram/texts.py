"""Turn the text parameters of a request into what is stored: parsed, trimmed, measured (pure)."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.telegram.markup import Parsed, parse_html, utf16_length
from tests.fakes.telegram.refusals import bad_request

TEXT_LIMIT = 4096  # UTF-16 units after entity parsing (Bot API, sendMessage)
CAPTION_LIMIT = 1024
ENTITY_LIMIT = 100

_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))"
    r"|(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?)])"
    r"|(?P<mention>(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31})"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
)


def find_entities(text: str) -> list[dict[str, Any]]:
    """The entities the server finds by itself: commands, links, mentions, hashtags."""
    if not ("/" in text or "@" in text or "#" in text):
        return []
    return [
        {
            "type": found.lastgroup,
            "offset": utf16_length(text[: found.start()]),
            "length": utf16_length(found.group()),
        }
        for found in _FOUND.finditer(text)
    ]


def _read_entities(raw: object, length: int) -> list[dict[str, Any]]:
    """Entities given by the caller instead of a parse_mode."""
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise bad_request("can't parse entities JSON object") from None
    if not isinstance(raw, list):
        return []
    kept: list[dict[str, Any]] = []
    for entity in raw:
        if not isinstance(entity, dict) or not all(
            isinstance(entity.get(name), kind) for name, kind in (("type", str), ("offset", int), ("length", int))
        ):
            raise bad_request("can't parse MessageEntity: expected an Object with type, offset and length")
        if entity["length"] <= 0 or entity["offset"] < 0:
            continue
        if entity["offset"] >= length:
            raise bad_request("entity begins after the end of the text")
        kept.append(dict(entity))
    return kept


def _trim(parsed: Parsed) -> Parsed:
    """Cut blanks at both ends as the server does, and move the entities with the text."""
    text = parsed.text
    if not text or not (text[0].isspace() or text[-1].isspace()):
        return parsed
    cut = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    length = utf16_length(text)
    kept = []
    for entity in parsed.entities:
        start = max(0, entity["offset"] - cut)
        end = min(length, entity["offset"] + entity["length"] - cut)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return Parsed(text, kept)


def _merge(given: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Given entities win over found ones that touch them."""
    taken = [(entity["offset"], entity["offset"] + entity["length"]) for entity in given]
    free = [
        entity
        for entity in found
        if all(entity["offset"] >= end or entity["offset"] + entity["length"] <= start for start, end in taken)
    ]
    merged = sorted([*given, *free], key=lambda entity: (entity["offset"], -entity["length"]))
    return merged[:ENTITY_LIMIT]


def read_formatted(text: str, parse_mode: str, raw_entities: object) -> Parsed:
    """Parse and trim one text; raises Refusal for markup the server would refuse.

    Only HTML is modelled; a test that needs Markdown is told so instead of being answered wrongly.
    """
    mode = parse_mode.lower()
    if mode in ("", "none"):
        given = Parsed(text, _read_entities(raw_entities, utf16_length(text)) if raw_entities else [])
    elif mode == "html":
        given = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"unsupported parse_mode ({parse_mode} is not modelled by this fake)")
    else:
        raise bad_request("unsupported parse_mode")
    trimmed = _trim(given)
    found = find_entities(trimmed.text)
    if not found and not trimmed.entities:
        return trimmed
    return Parsed(trimmed.text, _merge(trimmed.entities, found))


def read_message_text(text: str, parse_mode: str, raw_entities: object) -> Parsed:
    """The text of sendMessage and editMessageText: 1-4096 units; raises Refusal."""
    if not text:
        raise bad_request("message text is empty")
    parsed = read_formatted(text, parse_mode, raw_entities)
    if not parsed.text:
        raise bad_request("text must be non-empty")
    if len(parsed.text) > TEXT_LIMIT // 2 and utf16_length(parsed.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return parsed


def read_caption(text: str, parse_mode: str, raw_entities: object) -> Parsed:
    """A caption: 0-1024 units; raises Refusal."""
    parsed = read_formatted(text, parse_mode, raw_entities)
    if utf16_length(parsed.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return parsed
