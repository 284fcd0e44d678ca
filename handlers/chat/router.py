"""Which handler takes an update: an ordered list, the first that fits wins."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import UNSAID, UpdateKind
from bot.storage.inbox import Effect, effect
from broadcasts import subscribers
from content.judge import Fallback
from handlers.chat import (
    distress,
    fallbacks,
    foreign,
    greetings,
    listing,
    locations,
    my_data,
    notice_help,
    notice_joining,
    notices_shown,
    officers,
    presence,
    residents,
    screen,
    stopping,
    subscriptions,
    votes,
    words,
)
from handlers.chat.context import Handler, Reply, Turn
from handlers.chat.values import pressed
from handlers.notice_wording import VERB as NOTICE_VERB

LONGEST_QUESTION = 2000  # characters; more is no question
# Letters and digits of any script; a message without one has nothing to be matched.
_READABLE = re.compile(r"[^\W_]")
COMMANDS = [
    "start",
    "menu",
    "help",
    "ngonngu",
    "khuvuc",
    "chude",
    "dangky",
    "stop",
    "thongbao",
    "nguoitruc",
    "dulieu",
    "xoa",
    "gopy",
]  # as they are shown in the channel's own list


_SUBSCRIBERS_COMMANDS = frozenset({"chude", "dangky", "stop"})
_SUBSCRIBERS_ONLY = frozenset("scgk")  # verbs that keep something of the resident for longer than one question


async def route(turn: Turn) -> Reply:
    """The reply to one update; an empty Reply where nothing is to be said."""
    turn = await notices_shown.known(turn)
    reply = _saying_trial_once(turn, listing.owning_digits(turn, await _route(turn)))
    return notice_joining.joining(turn, _with_last_word(turn, reply))


def _with_last_word(turn: Turn, reply: Reply) -> Reply:
    """The reply, with what is kept of a resident having written."""
    if turn.update.kind in UNSAID or reply.forget:
        return reply
    if turn.capabilities.windows and (turn.resident.known or reply.effects):
        return reply.also(Reply(effects=(_wrote(turn),)))  # after what the reply itself may keep of a new resident
    if turn.resident.known and turn.resident.last_wrote_on != turn.today:
        reply = Reply(effects=(_wrote(turn),)).also(reply)
    return reply


def _saying_trial_once(turn: Turn, reply: Reply) -> Reply:
    """That nobody has signed this is said under the last text it is true of, once in a reply."""
    line = turn.say("trial.unsigned")
    saying = [number for number, each in enumerate(reply.messages) if line in each.text.split("\n")]
    if not saying:
        return reply
    messages = tuple(
        replace(each, text=_without(each.text, line, keep=number == saying[-1]))
        for number, each in enumerate(reply.messages)
    )
    return replace(reply, messages=messages)


def _without(text: str, line: str, *, keep: bool) -> str:
    lines = text.split("\n")
    last = len(lines) - 1 - lines[::-1].index(line) if keep and line in lines else -1
    return "\n".join(each for number, each in enumerate(lines) if each != line or number == last)


async def _route(turn: Turn) -> Reply:
    came = await presence.on_presence(turn)
    if came is not None:
        return came
    match turn.update.kind:
        case UpdateKind.GROUP:
            return Reply((turn.message(turn.say("group.private")),))
        case UpdateKind.BUTTON:
            return await on_button(turn, turn.update.value)
        case UpdateKind.PHOTO:
            return await _captioned(turn, "kind.photo", "verify.never")
        case UpdateKind.VOICE:
            return await _captioned(turn, "kind.voice")
        case UpdateKind.OTHER:
            return await _captioned(turn, "kind.other")
        case UpdateKind.QUIET:
            return _thanks(turn)
    return await on_text(turn)


async def on_text(turn: Turn) -> Reply:
    typed = await officers.on_typed(turn)
    if typed is not None:
        return typed
    said = words.whole(turn.text)
    button = screen.named(turn, entries=False) or notice_help.pressed_by_word(turn)
    if button:
        return await on_button(turn, button)
    for_officers = notice_help.on_typed(turn)
    if for_officers is not None:
        return for_officers
    cry = distress.in_distress(turn)
    if cry is not None:
        return distress.on_distress(turn, cry)
    if not _READABLE.search(turn.text):
        return _thanks(turn) if words.thanks(turn.text) else _unread(turn, "kind.other")
    if len(turn.text) > LONGEST_QUESTION:
        return _unread(turn, "text.long")
    asked = words.command(turn.text)
    if asked is not None:
        return await on_command(turn, *asked)
    pressed_by_word = await _on_word(turn, said)
    if pressed_by_word is not None:
        return pressed_by_word
    ongoing = distress.ongoing(turn)
    if ongoing is not None:
        return await distress.go_on(turn, ongoing)
    if said in words.YES or said in words.NO:
        return _go_on(turn)
    if said in words.LANGUAGE:
        return await greetings.on_language(turn, words.LANGUAGE[said])
    place = await _place_typed(turn)
    if place is not None:
        return place
    if turn.detected == "other" and foreign.unspoken(turn.text):
        return residents.menu(turn, turn.say("lang.unsupported"))
    reply = await residents.on_question(turn)
    if any(each.decision == "fallback" for each in reply.messages):
        return locations.on_name_alone(turn) or reply
    return reply


async def _on_word(turn: Turn, said: str) -> Reply | None:
    """A message that is nothing but a word that acts: STOP, yes, a number, the name of something on the screen …"""
    if said == words.YES_OR_STOP:
        reply = await _yes_or_stop(turn)
        if reply is not None:
            return reply
    if said in words.STOP:
        return await stopping.on_stop(turn)
    if said in words.START:
        return await stopping.on_start_again(turn)
    value = screen.decided(turn, said)
    if value is not None:
        return await on_button(turn, value) if value else _go_on(turn)
    number = words.key(turn.text)
    if number is not None:
        return await on_key(turn, number)
    value = screen.named(turn, entries=True)
    if value:
        return await on_button(turn, value)
    if words.thanks(turn.text):
        return _thanks(turn)
    if said in words.GREETINGS:
        return greetings.greet(turn)
    if said in words.MENU:
        return residents.menu(turn)
    if said in words.HELP:
        return await on_help(turn)
    if said in words.PERSON:
        return await on_person(turn)
    return None


async def _yes_or_stop(turn: Turn) -> Reply | None:
    """ "dung" is đúng or dừng: under a question that yes answers, it is asked back where a STOP would end anything."""
    asked = screen.yes_and_no(turn)
    if asked is None:
        return None
    resident = turn.resident
    if screen.consent_is_open(turn) or resident.safety or resident.routine:
        return stopping.yes_or_stop(turn, asked[0])
    return await on_button(turn, asked[0])


def _go_on(turn: Turn) -> Reply:
    return listing.listed(turn, turn.say("ask.on"), (turn.button("btn.menu", "m"),))


async def _place_typed(turn: Turn) -> Reply | None:
    """A place, when one was asked for or plainly stated; a question stays a question."""
    if turn.dialogue.step != "place":
        return locations.on_stated(turn)
    if len(turn.text) > 80:
        return None
    found = locations.answered(turn)
    if found is not None or len(turn.text.split()) > 4:
        return found
    outcome = turn.desk.judge(turn.text, language=turn.resident.language, place_scope=turn.province).outcome
    return locations.unknown(turn) if isinstance(outcome, Fallback) else None


async def on_key(turn: Turn, number: int) -> Reply:
    """The last numbered list owns the digits; then they mean the main menu. 0 is always back."""
    if number == 0:
        return residents.menu(turn)
    if number <= len(turn.dialogue.choices):
        return await on_button(turn, turn.dialogue.choices[number - 1])
    return await residents.on_menu(turn, str(number))


async def on_button(turn: Turn, value: str) -> Reply:
    press = pressed(value, turn.today)
    if press.verb == NOTICE_VERB:  # who needs help gets the numbers, however old the button is
        return await notice_help.on_press(turn, press) or residents.old_button(turn)
    if press.stale:
        return residents.old_button(turn)
    if press.verb in _SUBSCRIBERS_ONLY and not turn.capabilities.subscribable:
        return residents.old_button(turn)
    first, second = press.argument(0), press.argument(1)
    match press.verb:
        case "e":
            return await residents.on_entry(turn, first)
        case "m":
            return await residents.on_menu(turn, first, second)
        case "x":
            return fallbacks.none_of_these(turn)
        case "t":
            return await residents.on_tell(turn, first, second, turn.today - timedelta(days=press.age))
        case "v":
            return await votes.on_vote(turn, first, second) or residents.old_button(turn)
        case "h":
            return await on_person(turn)
        case "l":
            return await greetings.on_language(turn, first)
        case "p":
            return await locations.on_place_button(turn, first)
        case "s":
            return await subscriptions.on_subscribe(turn)
        case "c":
            return await subscriptions.on_consent(turn, first, second, press.argument(2))
        case "g":
            return subscriptions.ask_topics(turn) if first == "list" else await subscriptions.on_topic(turn, first)
        case "k":
            return await stopping.on_keep(turn, first)
        case "d":
            return await my_data.on_erase_button(turn, first)
        case officers.VERB:
            return await officers.on_press(turn, first) or residents.old_button(turn)
    return residents.old_button(turn)


async def on_command(turn: Turn, name: str, rest: str) -> Reply:
    if name == "start":
        return await greetings.on_start(turn, rest)
    if name == "khuvuc":
        return await locations.on_place_command(turn, rest)
    handler = _COMMANDS.get(name)
    if handler is None:
        return await officers.on_command(turn, name, rest) or residents.menu(turn, turn.say("command.unknown"))
    return await handler(turn)


async def on_help(turn: Turn) -> Reply:
    """The commands, by the words this language has for them; on a page, only those that do something there."""
    names = [each for each in COMMANDS if turn.capabilities.subscribable or each not in _SUBSCRIBERS_COMMANDS]
    shown = {"ngonngu": "language"} if turn.language != "vi" else {}
    lines = [turn.say("help.text"), *(f"/{shown.get(each, each)} – {turn.say(f'cmd.{each}')}" for each in names)]
    return Reply((turn.message("\n".join(lines), (turn.button("btn.menu", "m"),)),))


async def on_person(turn: Turn) -> Reply:
    """Office hours, phone and place from the settings, or that none is set; there is no desk inside the chat."""
    settings = turn.desk.settings
    lines = [
        turn.say("human.office", owner=turn.desk.owner),
        turn.say("human.hours", hours=settings.office_hours),
        turn.say("human.phone", phone=settings.owner_phone),
        turn.say("human.address", address=settings.owner_address),
    ]
    known = [line for line in lines[1:] if line]
    text = "\n".join([line for line in lines[:1] if line] + known) if known else turn.say("human.none")
    return Reply((turn.message(text, (turn.button("btn.menu", "m"),)),))


async def on_remarks(turn: Turn) -> Reply:
    return Reply((turn.message(turn.say("gopy.how"), (turn.button("btn.human", "h"),)),))


async def on_choose_topics(turn: Turn) -> Reply:
    if turn.capabilities.subscribable:
        return subscriptions.ask_topics(turn)
    return residents.menu(turn, turn.say("page.no_push"))


async def on_show_menu(turn: Turn) -> Reply:
    return residents.menu(turn)


_COMMANDS: dict[str, Handler] = {
    "menu": on_show_menu,
    "help": on_help,
    "trogiup": on_help,
    "ngonngu": greetings.on_language,
    "language": greetings.on_language,
    "chude": on_choose_topics,
    "dangky": subscriptions.on_subscribe,
    "huy": stopping.on_stop,
    "stop": stopping.on_stop,
    "thongbao": notices_shown.on_notices,
    "nguoitruc": on_person,
    "dulieu": my_data.on_my_data,
    "xoa": my_data.on_erase,
    "gopy": on_remarks,
}


async def _captioned(turn: Turn, *phrases: str) -> Reply:
    """What we cannot read, with the words under it: a cry for help comes first, a plain question is answered too."""
    if distress.in_distress(turn) is not None:
        return await on_text(turn)
    officers_own = await officers.on_file(turn)
    if officers_own is not None:
        return officers_own
    reply = await on_text(turn) if _READABLE.search(turn.text) else Reply()
    if not any(each.decision == "answered" for each in reply.messages):
        return _unread(turn, *phrases)
    note = turn.message("\n".join(turn.say(each) for each in phrases))
    return replace(reply, messages=(note, *reply.messages))


def _unread(turn: Turn, *phrases: str) -> Reply:
    """What we cannot read: said plainly, with two ways on."""
    row = (turn.button("btn.menu", "m"), turn.button("btn.human", "h"))
    message = turn.message("\n".join(turn.say(each) for each in phrases), row)
    choices = tuple(each.value for each in message.choices())
    return Reply((message,), dialogue=replace(turn.dialogue, language=turn.language, choices=choices))


def _thanks(turn: Turn) -> Reply:
    """Thanks and stickers: one short word in a conversation, then nothing more."""
    if turn.dialogue.thanked:
        return Reply()
    dialogue = replace(turn.dialogue, language=turn.language, thanked=True)
    return Reply((turn.message(turn.say("helpful.yes")),), dialogue=dialogue)


def _wrote(turn: Turn) -> Effect:
    address, day = turn.update.address, turn.today
    at = min(turn.update.at, turn.now) if turn.capabilities.windows else None
    follows = turn.dialogue.followed

    async def wrote(connection: AsyncConnection) -> None:
        await subscribers.wrote(connection, address, day, at)
        if follows:
            await subscribers.mark_follower(connection, address, True)

    return effect(wrote)
