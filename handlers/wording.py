"""The words of a campaign as somebody gets them: placeholders filled in, with the sender and how to stop."""

from __future__ import annotations

from datetime import date
from functools import cache

from bot.clock import Clock
from bot.messages import Button, OutgoingMessage
from bot.places import Gazetteer, label
from bot.settings import Settings
from broadcasts.composing import Content
from broadcasts.store import Campaign
from content.catalog import Catalog
from content.phrases import Phrases
from handlers.chat import values


class Wording:
    """Sender and preview ask the same: what is shown before is what is sent."""

    def __init__(
        self, *, settings: Settings, catalog: Catalog, phrases: Phrases, gazetteer: Gazetteer, clock: Clock
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._phrases = phrases
        self._gazetteer = gazetteer
        self._clock = clock
        self.longest = cache(self._longest)

    def message(self, content: Content, words: str, language: str) -> OutgoingMessage:
        """The whole message: the words, who says so, how to stop, and the stored answers as buttons."""
        lines = [words, "", self.sender(language), self._phrases.say("run.stop", language)]
        rows = tuple(
            (Button(entry.in_language(entry.title, language), values.value(self.today(), "e", entry.id)),)
            for entry in map(self._catalog.get, content.entries)
            if entry is not None
        )
        return OutgoingMessage("\n".join(lines), rows, language)

    def sender(self, language: str) -> str:
        """Who says it; nobody, where no owner is set."""
        owner = self._settings.owner_name.strip()
        if not owner:
            return self._phrases.say("run.sender_trial", language)
        return self._phrases.say("run.sender", language, owner=owner)

    def today(self) -> date:
        return self._clock.now().astimezone(self._settings.zone).date()

    def fields(self, place_code: str, language: str) -> dict[str, str]:
        """The placeholders for somebody who lives here; what is not known stays away."""
        place = self._gazetteer.get(place_code)
        if place is None:
            return {}
        if place.kind == "gate":
            parent = self._gazetteer.parent(place_code)
            return self.fields(parent.code, language) if parent else {}
        own, _, province = label(place, language).partition(", ")
        return {"tinh": own} if place.kind == "province" else {"xa": own, "tinh": province}

    def sample(self, campaign: Campaign, language: str) -> dict[str, str]:
        """The placeholders for one commune that the campaign is for."""
        home = [each.code for each in self._gazetteer.communes(self._settings.province)]
        for code in (*campaign.audience.get("places", ()), *home):
            found = self.fields(code, language)
            if "xa" in found:
                return found
        return {}

    def _longest(self, language: str) -> dict[str, str]:
        """The placeholders as long as any commune of the country makes them."""
        found: dict[str, str] = {}
        for province in self._gazetteer.provinces():
            for commune in self._gazetteer.communes(province.province_slug):
                for name, value in self.fields(commune.code, language).items():
                    found[name] = max(found.get(name, ""), value, key=len)
        return found
