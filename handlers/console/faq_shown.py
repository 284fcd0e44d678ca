"""What the pages of the answers have in common: the services behind them, names of entries, and how a page is shown."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from content.draft_store import ChangedMeanwhile
from content.drafts import NotAllowed, Unfit
from content.scopes import NATIONAL
from handlers.answering import Answering
from handlers.console import faq_words
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages

ROOT = "/console/faq"
SAID = (Unfit, NotAllowed, ChangedMeanwhile)  # sentences that are shown beside what was typed


class AnswerPages:
    """One section of them."""

    def __init__(self, *, gate: Gate, pages: Pages, answering: Answering) -> None:
        self._gate = gate
        self._pages = pages
        self._room = answering.room
        self._editing = answering.editing
        self._publishing = answering.publishing
        self._province = answering.room.serving.home

    def _title_of(self, entry_id: str) -> str:
        """The Vietnamese title of an entry in service; of another one, its id."""
        entry = self._room.serving.catalog.get(entry_id)
        return entry.title.get("vi", entry_id) if entry is not None else entry_id

    def _scopes(self) -> list[tuple[str, str]]:
        """Where an entry may be for: the installation's province first, then the whole country, then the others."""
        names = {each.province_slug: each.name for each in self._room.serving.gazetteer.provinces()}
        first = [(self._province, names.pop(self._province))] if self._province in names else []
        return [*first, (NATIONAL, "Cả nước"), *sorted(names.items(), key=lambda each: each[1])]

    def _show(self, visit: Visit, template: str, status: int = 200, /, **context: Any) -> web.Response:
        shared = {"W": faq_words, "root": ROOT, "title_of": self._title_of}
        return self._pages.show(visit, template, {**shared, **context}, status=status)


def said(visit: Visit, error: Exception) -> str:
    return visit.words.say(str(error))
