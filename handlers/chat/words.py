"""Words that act only when they are the whole message: STOP, START, menu keys, thanks (pure)."""

from __future__ import annotations

import unicodedata

from content.normalise import fold

# Carrier habits (STOP, CANCEL, END, QUIT …), Vietnamese and Khmer; any case, with or without marks.
STOP = frozenset(
    {"stop", "huy", "dung", "unsubscribe", "cancel", "end", "quit", "stopall", "stop all", "ឈប់", "បោះបង់"}
)
START = frozenset({"start", "unstop", "batlai", "bat lai", "ចាប់ផ្តើម", "បើកវិញ"})
THANKS = frozenset(
    "ok|oke|okie|oki|okay|ok a|da|da ok|da vang|vang|cam on|cam on nha|cam on nhieu|camon|cam on ban|thank|thanks"
    "|thank you|tks|thanks you|អរគុណ|បាទ|ចាស".split("|")
)
ANGER = (
    "bot dom|bot ngu|do ngu|ngu qua|vo dung|lam an kieu gi|lam an gi ky|buc minh|tuc qua|chan qua|te qua"
    "|khong xong|stupid bot|useless|អន់ណាស់"
).split("|")
_NUMBERS = (
    ("0", "khong so 0", "quay lai", "back"),
    ("1", "mot", "so 1", "so mot", "one"),
    ("2", "hai", "so 2", "so hai", "two"),
    ("3", "ba", "so 3", "so ba", "three"),
    ("4", "bon", "so 4", "so bon", "four"),
    ("5", "nam", "so 5", "so nam", "five"),
    ("6", "sau", "so 6", "so sau", "six"),
    ("7", "bay", "so 7", "so bay", "seven"),
    ("8", "tam", "so 8", "so tam", "eight"),
    ("9", "chin", "so 9", "so chin", "nine"),
)
_KEYS = {word: number for number, words in enumerate(_NUMBERS) for word in words}


def bare(text: str) -> str:
    """The message without marks, case, punctuation and doubled spaces, for comparing whole messages."""
    return " ".join(fold(text).strip(" .,!?;:\"'()[]*#។-").split())


def key(text: str) -> int | None:
    """The number a message stands for: ``1``, ``១``, ``một``, ``mot``, ``so 1``; None for anything else."""
    word = bare(text)
    if len(word) == 1 and word.isdigit():
        return unicodedata.digit(word)
    return _KEYS.get(word)


def command(text: str) -> tuple[str, str] | None:
    """``/start g-dinh-ba`` as (start, g-dinh-ba); the bot's own @name is dropped."""
    if not text.startswith("/") or len(text) < 2:
        return None
    first, _, rest = text[1:].partition(" ")
    name = first.partition("@")[0].casefold()
    return (name, rest.strip()) if name.isascii() and name.replace("_", "").isalnum() else None


def angry(text: str) -> bool:
    words = f" {bare(text)} "
    return any(f" {each} " in words for each in ANGER)
