"""Whether texts are written cleanly: length, sentences, composed letters, nothing invisible (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from content.checks.faults import Fault
from content.entries import Entry

LONGEST_BODY = 900  # characters of one language; more than this is two answers
LONGEST_SENTENCE = 34  # words; the guide asks for 22, lists of names need more
LONGEST_KHMER_SENTENCE = 260  # characters, as Khmer writes no blanks between words
_SENTENCE_END = re.compile(r"(?<=[.?!])\s|(?<=។)\s*|\n")
_FILLERS = "\u115f\u1160\u17b4\u17b5\u00a0\u034f"
_TAB = re.compile(r"[\t\x0b\x0c\r]")


def check_texts(entry: Entry) -> Iterator[Fault]:
    for language, answer in entry.answers.items():
        if not answer.text:
            yield Fault(entry.id, f"câu trả lời trống ({language})")
        for text in (answer.text, answer.text_without_owner):
            if len(text) > LONGEST_BODY:
                yield Fault(entry.id, f"câu trả lời dài {len(text)} ký tự ({language})")
            yield from (Fault(entry.id, why) for why in _long_sentences(text, language))
    for where, text in _all_texts(entry):
        yield from (Fault(entry.id, f"{why} ({where})") for why in _unclean(text))


def sentences(text: str) -> list[str]:
    """As they are counted: each line is at least one."""
    return [each for each in _SENTENCE_END.split(text) if each.strip()]


def _long_sentences(text: str, language: str) -> Iterator[str]:
    for sentence in sentences(text):
        if language == "km":
            if len(sentence) > LONGEST_KHMER_SENTENCE:
                yield f"câu dài {len(sentence)} ký tự (km): “{sentence[:40]}…”"
        elif len(sentence.split()) > LONGEST_SENTENCE:
            yield f"câu dài {len(sentence.split())} chữ ({language}): “{sentence[:40]}…”"


def _all_texts(entry: Entry) -> Iterator[tuple[str, str]]:
    for language, answer in entry.answers.items():
        yield language, answer.text
        yield language, answer.text_without_owner
    for name, texts in (("title", entry.title), ("who", entry.who), ("position_by", entry.position_by)):
        yield from ((f"{name}, {language}", text) for language, text in texts.items())
    for language, phrasings in entry.phrasings.items():
        yield from ((f"cách hỏi “{each}”, {language}", each) for each in phrasings)
    for basis in entry.basis:
        yield "căn cứ", f"{basis.law} {basis.article}"
    for source in entry.sources:
        yield "nguồn", source.name


def _unclean(text: str) -> Iterator[str]:
    if not unicodedata.is_normalized("NFC", text):
        yield "chữ chưa chuẩn NFC"
    if _TAB.search(text):
        yield "có dấu tab"
    hidden = next(filter(_invisible, text), "")
    if hidden:
        yield f"có ký tự không thấy được U+{ord(hidden):04X}"


@cache
def _invisible(sign: str) -> bool:
    """Format and control characters, and the fillers that Unicode counts as letters."""
    if sign in "\n\t\x0b\x0c\r":
        return False
    return sign in _FILLERS or unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cn", "Zl", "Zp")
