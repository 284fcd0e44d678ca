"""The six digits of an officer's app as people type them (pure)."""

from __future__ import annotations

import unicodedata

CODE_SIGNS = 6


def code_in(text: str) -> str:
    """Six digits of any script, with or without blanks; else empty."""
    typed = "".join(text.split())
    if len(typed) != CODE_SIGNS or not _all_digits(typed):
        return ""
    return "".join(str(unicodedata.digit(each)) for each in typed)


def mistyped(text: str) -> bool:
    """Digits only, but not six."""
    return len(text) > 1 and _all_digits("".join(text.split()))


def _all_digits(typed: str) -> bool:
    return all(unicodedata.digit(each, None) is not None for each in typed)
