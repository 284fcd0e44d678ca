"""What every public page is given: its language and words, who runs the service, and whether it is a trial."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aiohttp import web

from content.entries import LANGUAGES
from handlers.chat.context import Desk
from handlers.http.sharing import Sharing
from handlers.http.ui_strings import UI


class PageContext:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.version = _version()
        self.sharing = Sharing(desk.settings.address, desk.owner, self.version)

    def of(self, language: str) -> dict[str, Any]:
        signed = self._desk.catalog.any_signed
        return {
            "lang": language,
            "ui": UI[language],
            "ui_all": UI,
            "owner": self._desk.owner,
            "trial": "" if signed else self._desk.phrases.say("trial.unsigned", language),
            "version": self.version,
            "zalo_verifier": self._desk.settings.zalo_verifier,
        }


def page_language(request: web.Request) -> str:
    """``?lang=`` first, then the browser's first language that we speak, then Vietnamese."""
    chosen = request.query.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("Accept-Language", "").split(","):
        tag = part.partition(";")[0].strip()[:2].lower()
        if tag in LANGUAGES:
            return tag
    return "vi"


def _version() -> str:
    try:
        return version("cotmoc")
    except PackageNotFoundError:
        return "0"
