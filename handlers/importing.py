"""What an import of subscribers needs of this installation, whoever brings the file."""

from __future__ import annotations

from datetime import datetime

from bot.places import Gazetteer
from bot.settings import Settings
from broadcasts.import_rows import Rules, finder
from content.entries import LANGUAGES
from content.files import shipped_phrases


def rules_of(settings: Settings, gazetteer: Gazetteer, now: datetime) -> Rules:
    """What is asked of each line."""
    return Rules(_accounts(settings), finder(gazetteer, settings.province), settings.zone, now)


def welcome_texts() -> dict[str, str]:
    """What everybody imported is told, by language."""
    phrases = shipped_phrases()
    return {language: phrases.say("import.welcome", language) for language in LANGUAGES}


def _accounts(settings: Settings) -> frozenset[tuple[str, str]]:
    """The channel accounts that are set up and may speak unasked."""
    on = {
        "telegram": bool(settings.telegram_token.get_secret_value()),
        "zalo-oa": bool(settings.zalo_oa),
        "zalo-bot": bool(settings.zalo_bot_token.get_secret_value()),
    }
    return frozenset((name, "main") for name, present in on.items() if present)
