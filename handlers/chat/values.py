"""What a button means: a verb, its arguments and the day it was shown, in at most 64 bytes (pure).

The day lets every channel tell an old button: ``e:crossing.gate-types~gk2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_EPOCH = date(2026, 1, 1)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
FRESH_FOR = 2  # days


@dataclass(frozen=True, slots=True)
class Pressed:
    """``age``: days since it was shown."""

    verb: str
    arguments: tuple[str, ...]
    stale: bool
    age: int = 0

    def argument(self, index: int = 0) -> str:
        return self.arguments[index] if index < len(self.arguments) else ""


def value(today: date, verb: str, *arguments: str) -> str:
    """The value of a button shown today. Raises ValueError when it would not fit Telegram's 64 bytes."""
    text = ":".join((verb, *arguments)) + "~" + _base36((today - _EPOCH).days)
    if len(text.encode()) > 64:
        raise ValueError(f"button value too long: {text}")
    return text


def pressed(text: str, today: date) -> Pressed:
    """Read a value back; what we never wrote is a stale button."""
    body, separator, day = text.rpartition("~")
    verb, *arguments = body.split(":")
    try:
        age = (today - _EPOCH).days - int(day, 36) if separator else FRESH_FOR + 1
    except ValueError:
        age = FRESH_FOR + 1
    return Pressed(verb, tuple(arguments), stale=not 0 <= age <= FRESH_FOR, age=age)


def _base36(number: int) -> str:
    digits = ""
    number = max(0, number)
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if not number:
            return digits
