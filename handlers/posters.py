"""The poster of a gate, a commune or any link as a printed value: whose it is, what it is for, where its codes lead."""

from __future__ import annotations

from datetime import date

from bot.places import Place, label
from bot.settings import Settings
from content.entries import LANGUAGES
from content.phrases import Phrases
from content.printed import Code, GatePoster, short
from handlers.chat.days import day_text
from handlers.http.ui_strings import UI
from handlers.print_strings import words

_CALLS = ("112", "113", "114", "115")


def codes(settings: Settings, place: Place | None) -> tuple[Code, ...]:
    """Where the service can be asked: its page, and the channels whose names are known. A code that knows its place
    opens the conversation there; Zalo's links carry none."""
    start = f"/?place={place.code}" if place else ""
    found = [Code(words("web", "vi"), f"{settings.address}{start}")]
    if settings.telegram_name:
        found.append(
            Code("Telegram", f"https://t.me/{settings.telegram_name}{f'?start={place.code}' if place else ''}")
        )
    if settings.zalo_oa:
        found.append(Code("Zalo", f"https://zalo.me/{settings.zalo_oa_id}"))
    return tuple(found)


def poster(settings: Settings, phrases: Phrases, place: Place | None, url: str, today: date) -> GatePoster:
    """``url``: the one code leads there, and the poster says what stands under that link for nobody but its maker."""
    owner = settings.owner_name.strip()
    notes = [] if owner else [phrases.say("run.sender_trial", "vi")]
    if not url and not settings.public:
        notes.append(words("local", "vi"))
    return GatePoster(
        title=titles(place),
        sentences=() if url else tuple((each, words("poster_sentence", each)) for each in LANGUAGES),
        codes=(Code("", url),) if url else codes(settings, place),
        made_on=today,
        imprint=f"{place.code if place else short(url or settings.address)} · {day_text(today, 'vi')}",
        owner=owner,
        notes=tuple(notes),
        emergency=emergency("vi"),
    )


def titles(place: Place | None) -> tuple[tuple[str, str], ...]:
    """The place's name in each language in which it has one of its own; the service's where there is no place."""
    if place is None:
        return (("vi", "Cột Mốc"),)
    named = dict.fromkeys(_capital(label(place, each)) for each in LANGUAGES)
    by_name = {_capital(label(place, each)): each for each in reversed(LANGUAGES)}
    return tuple((by_name[each], each) for each in named)


def emergency(language: str) -> str:
    """The numbers to call, and for what (fact F6.13); a number and its word stay on one line."""
    ui = UI[language]
    return f"{ui['emergency']} " + " · ".join(f"{each} {ui[f'call_{each}']}".replace(" ", "\u00a0") for each in _CALLS)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
