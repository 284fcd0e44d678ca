"""Under a notice: "understood" is counted; "I need help" gets numbers, and only a second tap tells the officers."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import UpdateKind
from bot.places import label
from bot.storage.inbox import Effect, effect
from broadcasts import notice_taps
from broadcasts.notice_store import NoSuchNotice, Notice
from content.distress_rules import Distress, DistressKind, Whereabouts
from content.entries import LANGUAGES
from handlers.chat import distress, notices_shown, words
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import listed
from handlers.chat.values import Pressed, pressed, value
from handlers.chat.warned import Warned
from handlers.notice_wording import HELP, UNDERSTOOD, VERB

SEND, NOT_SENT, NO_WORDS = "send", "no", "skip"
_ACTIONS = frozenset((UNDERSTOOD, HELP, SEND, NOT_SENT, NO_WORDS))
_NEED_HELP = frozenset((HELP, SEND))
_WAITS = "help"  # what a dialogue's step begins with while words for the officers are waited for
_AT_SEA = ("sea.", "fishing.")  # what the ids of such topics and answers begin with
_LONGEST_NUMBER = 9  # digits


# --- tapped -------------------------------------------------------------------------------------------------------


async def on_press(turn: Turn, press: Pressed) -> Reply | None:
    """None: no button of ours."""
    warned, (action, number) = turn.desk.warned, (press.argument(0), press.argument(1))
    if warned is None or action not in _ACTIONS or not number.isascii() or not number.isdigit():
        return None
    if len(number) > _LONGEST_NUMBER:
        return None
    try:
        notice = await warned.board.notice(int(number))
    except NoSuchNotice:
        return _over(turn, action, None)
    if notice.drill:
        return await _drilling(turn, warned, notice, action)
    if notice.id not in {each.id for each in turn.live}:
        return _over(turn, action, notice)
    match action:
        case "ok":
            return Reply((turn.message(turn.say("ack.ok")),), (_tapped(turn, notice, notice_taps.CLEAR),))
        case "help":
            return _needs_help(turn, warned, notice)
        case "send":
            return _send(turn, warned, notice)
        case "no":
            return listed(turn, turn.say("help.not_sent"), (turn.button("btn.menu", "m"),), step="")
    return listed(turn, turn.say("ask.on"), (turn.button("btn.menu", "m"),), step="")


def _tapped(turn: Turn, notice: Notice, what: str) -> Effect:
    address, key = turn.update.address, turn.desk.key
    place = next(iter(notices_shown.own_places(turn)), "")

    async def tap(connection: AsyncConnection) -> None:
        await notice_taps.tap(connection, key, notice.id, address, place, what)

    return effect(tap)


def _needs_help(turn: Turn, warned: Warned, notice: Notice) -> Reply:
    """The numbers first, whatever comes of the rest."""
    parts = [_numbers(turn, notice), turn.say("ack.help", place=_place(turn))]
    effects = (_tapped(turn, notice, notice_taps.HELP),)
    if not turn.capabilities.subscribable:  # nobody can write back to a page
        parts.append(turn.say("help.page"))
    elif not warned.board.has_help(notice):
        parts.append(turn.say("help.nobody"))
    else:
        parts.append(turn.say("help.ask"))
        send = turn.button("btn.help_send", VERB, SEND, str(notice.id))
        row = (send, turn.button("btn.no", VERB, NOT_SENT, str(notice.id)))
        return replace(listed(turn, "\n\n".join(parts), row, step=""), effects=effects)
    return replace(listed(turn, "\n\n".join(parts), (turn.button("btn.human", "h"),), step=""), effects=effects)


def _send(turn: Turn, warned: Warned, notice: Notice) -> Reply:
    """Only now do the officers on duty see anything of this chat."""
    if not turn.capabilities.subscribable or not warned.board.has_help(notice):
        return _needs_help(turn, warned, notice)
    address, now = turn.update.address, turn.now
    place = next(iter(notices_shown.own_places(turn)), "")

    async def ask(connection: AsyncConnection) -> None:
        await notice_taps.ask_help(connection, notice.id, address, place, now)

    text = f"{turn.say('help.sent')}\n{turn.say('help.words_ask')}"
    skip = turn.button("btn.skip", VERB, NO_WORDS, str(notice.id))
    return replace(listed(turn, text, (skip,), step=f"{_WAITS}:{notice.id}"), effects=(effect(ask),))


def _over(turn: Turn, action: str, notice: Notice | None) -> Reply:
    """The notice no longer holds; who needs help gets the numbers even so."""
    parts = [_numbers(turn, notice)] if action in _NEED_HELP else []
    return Reply((turn.message("\n\n".join([*parts, turn.say("notice.over")])),))


async def _drilling(turn: Turn, warned: Warned, notice: Notice, action: str) -> Reply:
    """Counted for who takes part; to everybody else there is no such notice. Nothing is passed on to anybody."""
    async with turn.desk.db.reading() as connection:
        members = await warned.duty.drill_members(connection, turn.now)
    if turn.update.address not in {address for _, address in members}:
        return _over(turn, action, None)
    if not notice.live or notice.expires_at <= turn.now:
        return Reply((turn.message(warned.wording.drilled(turn.say("notice.over"), turn.language)),))
    what = notice_taps.HELP if action in _NEED_HELP else notice_taps.CLEAR
    text = warned.wording.drilled(turn.say("ack.ok"), turn.language)
    return Reply((turn.message(text),), (_tapped(turn, notice, what),))


def _numbers(turn: Turn, notice: Notice | None) -> str:
    """By where the person is: as they said a moment ago, at sea where the notice is about that, else where they live
    and the notice holds, else anywhere."""
    said = distress.ongoing(turn)
    where = Whereabouts.UNCLEAR
    if said is not None and said.where is not Whereabouts.UNCLEAR:
        where = said.where
    elif notice is not None and _at_sea(notice):
        where = Whereabouts.SEA
    elif turn.place is not None:
        where = Whereabouts.VIET_NAM
    return distress.numbers(turn, Distress(DistressKind.GENERAL, where))


def _at_sea(notice: Notice) -> bool:
    about = (*notice.hazard.get("topics", ()), *notice.hazard.get("entries", ()))
    return any(f"{each}.".startswith(_AT_SEA) for each in about)


def _place(turn: Turn) -> str:
    return label(turn.place, turn.language) if turn.place else ""


# --- typed --------------------------------------------------------------------------------------------------------


def pressed_by_word(turn: Turn) -> str:
    """The button of the newest notice at the resident's place whose name was typed, for channels that show none; empty
    where nothing is in force there."""
    if not turn.live or turn.update.kind is not UpdateKind.TEXT:
        return ""
    said = words.bare(turn.text)
    for action, phrase in ((UNDERSTOOD, "btn.ack"), (HELP, "btn.help")):
        if said in {words.bare(turn.in_language(each).say(phrase)) for each in LANGUAGES}:
            here = notices_shown.near(turn, notices_shown.own_places(turn))
            return value(turn.today, VERB, action, str(here[0].id)) if here else ""
    return ""


def on_typed(turn: Turn) -> Reply | None:
    """What is added for the officers, with the numbers where it sounds like a cry for help. None: something else."""
    notice_id = _awaited(turn)
    text = turn.text.strip()
    if not notice_id or not text or turn.update.kind is not UpdateKind.TEXT:
        return None
    if words.command(text) is not None or words.key(text) is not None or words.whole(text) in words.KEYWORDS:
        return None
    if len(text) > notice_taps.LONGEST_WORDS:
        return Reply((turn.message(turn.say("text.long")),))  # still waited for
    address = turn.update.address

    async def add(connection: AsyncConnection) -> None:
        await notice_taps.add_words(connection, notice_id, address, text)

    kept = listed(turn, turn.say("help.words_kept"), (turn.button("btn.menu", "m"),), step="")
    kept = replace(kept, effects=(effect(add),))
    cry = distress.in_distress(turn)
    if cry is None:
        return kept
    first = distress.on_distress(replace(turn, dialogue=replace(turn.dialogue, step="")), cry)
    return replace(first, messages=(*first.messages, *kept.messages), effects=kept.effects)


def _awaited(turn: Turn) -> int:
    """The notice whose request more words are waited for; as soon as anything else is on the screen, none is."""
    kind, _, number = turn.dialogue.step.partition(":")
    shown = [pressed(each, turn.today).verb for each in turn.dialogue.choices]
    if kind != _WAITS or not number.isdigit() or not shown or set(shown) != {VERB}:
        return 0
    return int(number)
