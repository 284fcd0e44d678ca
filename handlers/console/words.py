"""The words of the console: written in Vietnamese where they stand, their English in catalogues beside this module.

Templates say ``{{ _("Trình duyệt") }}``; code says ``words.say``. What has no English yet is shown in Vietnamese. Each
section has a catalogue of its own (gettext's .po); ``tests/console/test_words.py`` names what they lack.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.pofile import read_po

LANGUAGES = ("vi", "en")


def N_(vietnamese: str) -> str:
    """Marks a sentence that is written here and said elsewhere, for whoever collects what needs a translation."""
    return vietnamese


class Words:
    """One language of the console."""

    def __init__(self, language: str, translations: dict[str, str]) -> None:
        self.language = language
        self._translations = translations

    def say(self, vietnamese: str, **blanks: object) -> str:
        """The sentence in this language, its ``%(name)s`` filled in."""
        found = self._translations.get(vietnamese) or vietnamese
        return found % blanks if blanks else found

    def for_templates(self) -> dict[str, Callable[..., Any]]:
        """What Jinja's i18n extension and templates call."""

        def plural(singular: str, several: str, count: int, **blanks: object) -> str:
            return self.say(singular if count == 1 else several, num=count, **blanks)

        return {"_": self.say, "gettext": self.say, "ngettext": plural}


@cache
def words(language: str) -> Words:
    """Those of ``vi`` or ``en``; read once."""
    found: dict[str, str] = {}
    if language != "vi":
        for each in sorted(
            (files("handlers.console") / "translations" / language).iterdir(), key=lambda each: each.name
        ):
            if each.name.endswith(".po"):
                with each.open("rb") as opened:
                    found |= {str(one.id): str(one.string) for one in read_po(opened) if one.id and one.string}
    return Words(language, found)
