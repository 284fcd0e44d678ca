"""Files that a bot has sent before, by the id that Telegram gave them (pure).

Who uploads the same file again and again is slowed down (telegram-bot-api, Client.cpp: uploads of one size), and a
campaign sends one file to everybody.
"""

from __future__ import annotations

from bot.messages import Attachment

REMEMBERED = 4  # files are large, and few runs go out at a time


class SentFiles:
    """Told by the very object that was sent: what is kept here is compared without being read again."""

    def __init__(self) -> None:
        self._known: list[tuple[Attachment, str]] = []

    def id_of(self, file: Attachment) -> str | None:
        return next((file_id for known, file_id in self._known if _same(known, file)), None)

    def sent(self, file: Attachment, file_id: str) -> None:
        self.forget(file)
        self._known = [*self._known[-(REMEMBERED - 1) :], (file, file_id)]

    def forget(self, file: Attachment) -> None:
        """Telegram no longer knows it."""
        self._known = [each for each in self._known if not _same(each[0], file)]


def _same(one: Attachment, other: Attachment) -> bool:
    return one.content is other.content and one.name == other.name
