"""Which commune a resident lives in: asked, understood by new and old names, asked back when it is not clear."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import Button
from bot.places import Ambiguous, Exact, Found, OldCommune, OldDistrict, OldProvince, Place, label
from bot.storage.inbox import Effect, effect
from broadcasts import subscribers
from handlers.chat import notices_shown
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import listed
from handlers.chat.subscriptions import ask_place, ask_safety
from handlers.chat.words import bare

# "toi o tan thanh", "nha o huyen tan hong": a short statement of where somebody lives, and nothing else.
_LIVES = re.compile(
    r"(?:(?:toi|tui|minh|em|con|chau|anh|chi|gia dinh|nha|nha toi|nha tui|nha minh)\s+(?:dang\s+)?(?:song\s+)?o\s+"
    r"|(?P<en>i live in|i am in|i'm in|we live in)\s+"
    r"|(?P<km>(?:ខ្ញុំ|យើង)(?:រស់)?នៅ(?:ឃុំ|សង្កាត់)?)\s*)(?P<place>\S.{1,60})"
)
# Words that make a question or a story of it; several are also parts of names (Tân Hồng, Tân Hộ Cơ).
_ASKING = frozenset(
    [
        "khong",
        "ko",
        "k",
        "hong",
        "gi",
        "nao",
        "dau",
        "sao",
        "may",
        "ai",
        "thi",
        "ma",
        "co",
        "muon",
        "bi",
        "phai",
        "duoc",
        "can",
        "what",
        "where",
        "how",
    ]
)
LONGEST_STATEMENT = 9  # words
LONGEST_NAME = 6
_LEVELS = frozenset(["xa", "phuong", "thi", "tran", "huyen", "tinh", "thanh", "pho", "dac", "khu", "commune", "ward"])


def on_stated(turn: Turn) -> Reply | None:
    """The reply to "toi o tan thanh", in the language of the statement, for a name says nothing about that.

    None when it is a question, a story, or no place of ours.
    """
    words = bare(turn.text)
    match = _LIVES.fullmatch(words)
    if match is None or turn.text.rstrip().endswith("?") or len(words.split()) > LONGEST_STATEMENT:
        return None
    found = find(turn, match["place"] if match["km"] else turn.text)
    named = {word for name in _names(found) for word in bare(name).split()}
    if named.isdisjoint(words.split()) or _ASKING & set(match["place"].split()) - named:
        return None
    language = "en" if match["en"] else "km" if match["km"] else turn.language
    if turn.resident.language or turn.dialogue.chosen:
        language = turn.language
    return on_found(turn.in_language(language), found)


def on_name_alone(turn: Turn) -> Reply | None:
    """The reply to a name of a place and nothing else, where it answers no question of ours and is none itself."""
    said = set(bare(turn.text).split())
    if len(said) > LONGEST_NAME or turn.text.rstrip().endswith("?"):
        return None
    found = find(turn, turn.text)
    named = {word for name in _names(found) for word in bare(name).split()}
    return on_found(turn, found) if named and not said - named - _LEVELS else None


def answered(turn: Turn) -> Reply | None:
    """The reply to a place that was asked for; None when the text is a question, or names no place of ours.

    A name says nothing about the language: it stays that of the conversation.
    """
    if turn.dialogue.language:
        turn = turn.in_language(turn.resident.language or turn.dialogue.language)
    found = find(turn, turn.text)
    named = {word for name in _names(found) for word in bare(name).split()}
    said = set(bare(turn.text).split())
    if turn.text.rstrip().endswith("?") or (_ASKING - {"co"}) & said - named:
        return None
    return on_found(turn, found)


def _names(found: Found) -> list[str]:
    match found:
        case Exact(place=place, also=also):
            return [each.name for each in (place, *also)]
        case Ambiguous(places=places):
            return [each.name for each in places]
        case OldCommune(old_name=old) | OldDistrict(old_name=old) | OldProvince(old_name=old):
            return [old]
    return []


async def on_place_command(turn: Turn, text: str = "") -> Reply:
    if text:
        found = find(turn, text)
        return on_found(turn, found) or unknown(turn)
    reply = ask_place(turn)
    if turn.place is not None:
        message = replace(reply.messages[0], text=turn.say("place.now", place=label(turn.place, turn.language)))
        reply = replace(reply, messages=(message,))
    return reply


def find(turn: Turn, text: str) -> Found:
    return turn.desk.gazetteer.find(text, home_province=turn.province)


def on_found(turn: Turn, found: Found) -> Reply | None:
    """The reply to a place that was typed; None when no place of ours is in it."""
    match found:
        case Exact(place=place, certain=True):
            return chosen(turn, place)
        case Exact(place=place):
            return _ask_whether(turn, turn.say("place.meant", place=label(place, turn.language)), place)
        case Ambiguous(places=places, total=total):
            return _ask_which(turn, turn.say("place.ambiguous", n=total), places)
        case OldCommune(old_name=old, candidates=(place,)):
            name = label(place, turn.language)
            return _ask_whether(turn, turn.say("place.old_commune", old=_capital(old), new=name), place)
        case OldCommune(candidates=places):
            return _ask_which(turn, turn.say("place.ambiguous", n=len(places)), places)
        case OldDistrict(old_name=old, communes=places):
            return _ask_which(turn, turn.say("place.old_district", old=_capital(old)), places)
        case OldProvince(province=place):
            return chosen(turn, place)
    return None


def unknown(turn: Turn) -> Reply:
    return _waiting(turn, turn.say("place.unknown"), (turn.button("btn.skip", "p", "skip"),))


async def on_place_button(turn: Turn, code: str) -> Reply:
    match code:
        case "skip":
            if turn.dialogue.flow == "consent":
                return ask_safety(replace(turn, dialogue=replace(turn.dialogue, step="", flow="")))
            turn = replace(turn, dialogue=replace(turn.dialogue, flow=""))
            return listed(turn, turn.say("ask.on"), (turn.button("btn.menu", "m"),), step="")
        case "ask":
            return ask_place(turn, flow=turn.dialogue.flow)
        case "other":
            return _waiting(turn, turn.say("place.province_ask"), (turn.button("btn.skip", "p", "skip"),))
    place = turn.desk.gazetteer.get(code)
    return unknown(turn) if place is None else chosen(turn, place)


def chosen(turn: Turn, place: Place) -> Reply:
    """Keep the place; then go on with what the place was asked for."""
    address, day = turn.update.address, turn.today
    effects: tuple[Effect, ...] = ()
    kept = turn.capabilities.subscribable
    if kept:

        async def choose(connection: AsyncConnection) -> None:
            await subscribers.choose_place(connection, address, day, place.code)

        effects = (effect(choose),)
    said = turn.say("place.set", place=label(place, turn.language))
    consenting = turn.dialogue.flow == "consent"
    there = replace(turn, dialogue=replace(turn.dialogue, flow="", place="" if kept else place.code))
    shown = notices_shown.joined(there.with_resident(places=(place.code,)) if kept else there, (place.code,))
    done = shown.dialogue or there.dialogue
    if consenting and kept:
        after = replace(turn.with_resident(places=(place.code,)), dialogue=done)
        reply = ask_safety(after, above=said)
    else:
        reply = listed(replace(turn, dialogue=done), said, (turn.button("btn.menu", "m"),), step="")
    return replace(reply, messages=(*shown.messages, *reply.messages), effects=effects)


def _ask_whether(turn: Turn, text: str, place: Place) -> Reply:
    return _waiting(turn, text, (turn.button("btn.indeed", "p", place.code), turn.button("btn.no", "p", "ask")))


def _ask_which(turn: Turn, text: str, places: tuple[Place, ...]) -> Reply:
    rows: list[tuple[Button, ...]] = [
        (turn.labelled(_short(place, turn.language), "p", place.code),) for place in places[:8]
    ]
    rows.append((turn.button("btn.other", "p", "other"),))
    return _waiting(turn, text, *rows)


def _waiting(turn: Turn, text: str, *rows: tuple[Button, ...]) -> Reply:
    """Ask, and take the next short text as a place."""
    return listed(turn, text, *rows, step="place")


def _short(place: Place, language: str) -> str:
    return _capital(label(place, language).replace("tỉnh ", "").replace("thành phố ", ""))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
