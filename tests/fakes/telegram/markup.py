"""Parse Telegram's HTML style into plain text and entities, with the server's own complaints (pure).

Source of the tag list: Bot API "HTML style"; of the wording: TDLib MessageEntity.cpp. Offsets in complaints
are bytes of the UTF-8 text, offsets of entities are UTF-16 units.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tests.fakes.telegram.refusals import Refusal, bad_request

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_CHARACTER = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]+));")
_TAG_NAME = re.compile(r"[^\s>/]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]*")


class Parsed(NamedTuple):
    """Plain text and the entities in it, sorted as the server sorts them."""

    text: str
    entities: list[dict[str, Any]]


class _Open(NamedTuple):
    tag: str
    attributes: dict[str, str]
    offset: int
    at_character: int


def utf16_length(text: str) -> int:
    """Length as Telegram counts it; a character outside the basic plane counts twice."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _complaint(sentence: str) -> Refusal:
    return bad_request(f"can't parse entities: {sentence}")


def decode_characters(text: str) -> str:
    """Replace the four named and all numeric character references; anything else stays as it is."""

    def replace(found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name is not None:
            return NAMED_CHARACTERS.get(name, found.group())
        code = int(decimal) if decimal is not None else int(hexadecimal, 16)
        return chr(code) if 0 < code < 0x110000 else found.group()

    return _CHARACTER.sub(replace, text)


class _Reader:
    """One pass over the source text; raises Refusal at the first fault."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def bytes_before(self, position: int) -> int:
        return len(self.source[:position].encode())

    def read(self) -> Parsed:
        while self.position < len(self.source):
            tag_at = self.source.find("<", self.position)
            end = len(self.source) if tag_at < 0 else tag_at
            self.take_text(self.source[self.position : end])
            self.position = end
            if tag_at >= 0:
                self.read_tag(tag_at)
        if self.open:
            tag = self.open[-1].tag
            raise _complaint(f'Can\'t find end tag corresponding to start tag "{tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return Parsed("".join(self.pieces), self.entities)

    def take_text(self, raw: str) -> None:
        if raw:
            piece = decode_characters(raw) if "&" in raw else raw
            self.pieces.append(piece)
            self.length += utf16_length(piece)

    def skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.position)
        assert found is not None
        self.position = found.end()
        return found.group()

    def read_tag(self, begin: int) -> None:
        self.position += 1
        if self.source.startswith("/", self.position):
            self.position += 1
            self.close_tag(begin)
            return
        tag = self.skip(_TAG_NAME).lower()
        if self.position >= len(self.source):
            raise _complaint(f"Unclosed start tag at byte offset {self.bytes_before(begin)}")
        if tag not in SIMPLE_TAGS:
            raise _complaint(f'Unsupported start tag "{tag}" at byte offset {self.bytes_before(begin)}')
        attributes = self.read_attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            place = self.bytes_before(begin)
            raise _complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {place}')
        self.open.append(_Open(tag, attributes, self.length, sum(map(len, self.pieces))))

    def read_attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        place = self.bytes_before(begin)
        while True:
            self.skip(_SPACE)
            if self.position >= len(self.source):
                raise _complaint(f"Unclosed start tag at byte offset {place}")
            if self.source[self.position] == ">":
                self.position += 1
                return attributes
            name = self.skip(_ATTRIBUTE_NAME).lower()
            if not name:
                raise _complaint(f'Empty attribute name in the tag "{tag}" at byte offset {place}')
            self.skip(_SPACE)
            if not self.source.startswith("=", self.position):
                if tag == "blockquote" and name == "expandable":
                    attributes[name] = ""
                    continue
                where = f'of the tag "{tag}" at byte offset {place}'
                raise _complaint(f"Expected equal sign in declaration of an attribute {where}")
            self.position += 1
            self.skip(_SPACE)
            attributes[name] = self.read_value(place)

    def read_value(self, place: int) -> str:
        quote = self.source[self.position : self.position + 1]
        if quote not in ('"', "'") or not quote:
            return self.skip(_BARE_VALUE).lower()
        end = self.source.find(quote, self.position + 1)
        if end < 0:
            raise _complaint(f"Unclosed start tag at byte offset {place}")
        value = self.source[self.position + 1 : end]
        self.position = end + 1
        return decode_characters(value)

    def close_tag(self, begin: int) -> None:
        place = self.bytes_before(begin)
        if not self.open:
            raise _complaint(f"Unexpected end tag at byte offset {place}")
        tag = self.skip(_TAG_NAME).lower()
        self.skip(_SPACE)
        if not self.source.startswith(">", self.position):
            raise _complaint(f"Unclosed end tag at byte offset {place}")
        self.position += 1
        opened = self.open.pop()
        if tag and tag != opened.tag:
            raise _complaint(f'Unmatched end tag at byte offset {place}, expected "</{opened.tag}>", found "</{tag}>"')
        length = self.length - opened.offset
        if length > 0:
            self.keep_entity(opened, length)

    def keep_entity(self, opened: _Open, length: int) -> None:
        entity: dict[str, Any] = {"type": SIMPLE_TAGS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            inner = "".join(self.pieces)[opened.at_character :]
            url = opened.attributes.get("href") or inner
            if "." not in url and "://" not in url:
                return  # not an address: the server drops the link and keeps the words
            entity["url"] = url if "://" in url else f"http://{url}"
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
        elif opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            language = opened.attributes.get("class", "")
            if language.startswith("language-"):
                self.open[-1].attributes["language"] = language.removeprefix("language-")
                return
        elif opened.tag == "pre" and "language" in opened.attributes:
            entity["language"] = opened.attributes["language"]
        self.entities.append(entity)


def parse_html(source: str) -> Parsed:
    """Text and entities of ``source``; raises Refusal (400 can't parse entities) as the server words it."""
    return _Reader(source).read()
