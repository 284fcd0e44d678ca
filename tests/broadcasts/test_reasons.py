"""Every reason that a delivery can end with is put into words."""

from __future__ import annotations

import ast
from pathlib import Path

from broadcasts.reasons import WORDS, in_words
from broadcasts.zalo_routes import _OBSTACLES

ROOT = Path(__file__).parent.parent.parent
# What may be given as a reason, and where: the second argument of Skip-like calls, or the name of a column.
_CALLS = {"Skip": 0, "RecipientGone": 0}


def said() -> set[str]:
    """The reasons that are written out in calls of Skip and RecipientGone."""
    found = set()
    for folder in ("broadcasts", "handlers", "bot/channels"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _CALLS:
                    found |= {
                        each.value
                        for each in ast.walk(node)
                        if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value
                    }
    return found


def test_every_reason_has_words() -> None:
    assert said() >= {"placeholder", "length", "blocked"}
    assert said() | set(_OBSTACLES) <= set(WORDS)
    assert in_words("something new") == "something new"
