"""What a public screen shows one after the other: posters, stored answers in parts, emergency numbers.

A text that nobody has signed is no notice board's: only a trial installation, where nothing is signed at all, shows
its Vietnamese answers, each page marked as a trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from broadcasts.composing import filled
from broadcasts.posters import Poster
from content.entries import LANGUAGES, Entry
from handlers.chat.answers import Composed, compose
from handlers.chat.context import Desk
from handlers.http.screen_texts import LEAST_WORDS, MOST_WORDS, in_pages, words_in
from handlers.http.ui_strings import UI
from handlers.screen_settings import Screen
from handlers.wording import Wording

Slide = Mapping[str, Any]
NUMBERS = ("112", "113", "114", "115")


class ScreenSlides:
    def __init__(self, desk: Desk, wording: Wording) -> None:
        self._desk = desk
        self._wording = wording

    def answers(self, screen: Screen, today: date) -> list[Slide]:
        """Every answer in Vietnamese, then in Khmer, then in English, as far as it holds and is signed."""
        trial = not self._desk.catalog.any_signed
        found: list[Slide] = []
        for entry in filter(None, map(self._desk.catalog.get, screen.entries)):
            for language in LANGUAGES:
                if entry.signed(language) or (trial and language == "vi"):
                    said = compose(self._desk, entry, language, today)
                    if said.fact:
                        found += self._answer(entry, said)
        return found

    def _answer(self, entry: Entry, said: Composed) -> Iterable[Slide]:
        """Its parts, each with what must be read first, its law and its date, for each is read alone."""
        language = said.language
        title = entry.in_language(entry.title, language)
        above = words_in(" ".join((title, *said.lead)))
        parts = in_pages(said.text, max(LEAST_WORDS, MOST_WORDS - above))
        common = {
            "kind": "answer",
            "lang": language,
            "title": title,
            "lead": list(said.lead),
            "legal": list(said.legal[:-1] if entry.sources else said.legal),  # the source is behind the QR code
            "note": said.below[-1] if said.below else "",
            "qr": f"/answers/{entry.id}/qr.svg",
            "until": self._end(entry.valid_until),
        }
        for number, part in enumerate(parts, 1):
            yield common | {"lines": part.split("\n"), "part": f"{number}/{len(parts)}" if len(parts) > 1 else ""}

    def posters(self, screen: Screen, posters: Iterable[Poster]) -> list[Slide]:
        """Each picture, with who says it."""
        return [
            {
                "kind": "poster",
                "lang": each.language,
                "image": f"/screens/{screen.slug}/{each.file.digest}",
                "alt": filled(each.text, self._wording.fields(screen.place, each.language)) or "",
                "sender": self._wording.sender(each.language),
                "until": each.until.isoformat() if each.until else "",
            }
            for each in posters
        ]

    def emergency(self) -> list[Slide]:
        """Whom to call; there is always this much to show."""
        return [
            {
                "kind": "numbers",
                "lang": language,
                "title": UI[language]["emergency"],
                "lines": [f"{number} – {UI[language][f'call_{number}']}" for number in NUMBERS],
                "until": "",
            }
            for language in LANGUAGES
        ]

    def _end(self, last_day: date | None) -> str:
        if last_day is None:
            return ""
        return datetime.combine(last_day + timedelta(days=1), time(), self._desk.settings.zone).isoformat()
