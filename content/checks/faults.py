"""What is wrong with an entry, and what will soon be (pure)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """``where`` is an entry id or a topic; ``why`` a sentence for the person who wrote it.

    A ``warning`` may ship: it says what to look at, or what becomes a fault with time. A ``sparse`` fault keeps a
    release from shipping, but not an officer's own entry: it lacks a translation, or has few ways of asking yet.
    """

    where: str
    why: str
    warning: bool = False
    sparse: bool = False

    def __str__(self) -> str:
        return f"{'(nhắc) ' if self.warning else ''}{self.where}: {self.why}"
