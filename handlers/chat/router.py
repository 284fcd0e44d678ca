"""Which handler takes an update: an ordered list, the first that fits wins."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.messages import UNSAID, UpdateKind
from bot.storage.inbox import Effect, effect
from broadcasts import subscribers
from content.distress_rules import Distress, DistressKind, Whereabouts
from content.judge import Answered
from handlers.chat import locations, my_data, presence, residents, subscriptions, words
from handlers.chat.answers import answer_text
from handlers.chat.context import Handler, Reply, Turn
from handlers.chat.values import pressed

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


# Where the person is decides which numbers come first; both, labelled, when it is not clear (promise A7).
_BOAT, _HELD, _GENERAL = DistressKind.BOAT, DistressKind.HELD, DistressKind.GENERAL
_DISTRESS: dict[tuple[DistressKind, Whereabouts], tuple[str, ...]] = {
    (_BOAT, Whereabouts.SEA): ("boat",),
    (_BOAT, Whereabouts.VIET_NAM): ("boat",),
    (_BOAT, Whereabouts.ABROAD): ("abroad", "boat"),
    (_BOAT, Whereabouts.UNCLEAR): ("boat",),
    (_HELD, Whereabouts.SEA): ("held", "boat"),
    (_HELD, Whereabouts.VIET_NAM): ("held",),
    (_HELD, Whereabouts.ABROAD): ("held",),
    (_HELD, Whereabouts.UNCLEAR): ("held",),
    (_GENERAL, Whereabouts.SEA): ("boat", "general"),
    (_GENERAL, Whereabouts.VIET_NAM): ("general",),
    (_GENERAL, Whereabouts.ABROAD): ("abroad", "general"),
    (_GENERAL, Whereabouts.UNCLEAR): ("general", "abroad"),
}
_DISTRESS_ENTRIES = {
    _BOAT: "sea.safety.rescue-number",
    _HELD: "safety.cambodia.relative-trapped",
    _GENERAL: "safety.hotline.emergency",
}
_AFTER_HELD = ("safety.cambodia.papers-held", "safety.cambodia.returned-by-trail")


_ASKS = frozenset(["ai", "gi", "dau", "sao", "nao", "may", "what", "who", "where", "how"])
_SUBSCRIBERS_ONLY = frozenset("scgk")  # verbs that keep something of the resident for longer than one question


async def route(turn: Turn) -> Reply:
    """The reply to one update; an empty Reply where nothing is to be said."""
    reply = await _route(turn)
    if turn.update.kind in UNSAID or reply.forget:
        return reply
    if turn.capabilities.windows and (turn.resident.known or reply.effects):
        return reply.also(Reply(effects=(_wrote(turn),)))  # after what the reply itself may keep of a new resident
    if turn.resident.known and turn.resident.last_wrote_on != turn.today:
        reply = Reply(effects=(_wrote(turn),)).also(reply)
    return reply


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
    # A command is no cry for help: "/help" asks how this works.
    distress = turn.desk.distress(turn.text) if words.command(turn.text) is None else None
    if distress is not None:
        return on_distress(turn, distress)
    if not _READABLE.search(turn.text):
        return _unread(turn, "kind.other")
    if len(turn.text) > LONGEST_QUESTION:
        return _unread(turn, "text.long")
    asked = words.command(turn.text)
    if asked is not None:
        return await on_command(turn, *asked)
    said = words.whole(turn.text)
    if said in words.STOP:
        return await subscriptions.on_stop(turn)
    if said in words.START:
        return await subscriptions.on_start_again(turn)
    decided = _yes_or_no(turn, said)
    if decided:
        return await on_button(turn, decided)
    number = words.key(turn.text)
    if number is not None:
        return await on_key(turn, number)
    if words.thanks(turn.text):
        return _thanks(turn)
    if said in words.GREETINGS:
        return subscriptions.greet(turn)
    if said in words.MENU:
        return residents.menu(turn)
    if said in words.HELP:
        return await on_help(turn)
    ongoing = _ongoing(turn)
    if ongoing is not None:
        return await _in_distress(turn, ongoing)
    place = await _place_typed(turn)
    if place is not None:
        return place
    if turn.detected == "other":
        return residents.menu(turn, turn.say("lang.unsupported"))
    return await residents.on_question(turn)


def _yes_or_no(turn: Turn, said: str) -> str:
    """A typed yes or no, where the last list asked for one: the value of that choice."""
    if said not in words.YES and said not in words.NO:
        return ""
    wanted = "y" if said in words.YES else "n"
    presses = [(value, pressed(value, turn.today)) for value in turn.dialogue.choices]
    for value, press in presses:
        if press.verb == "c" and press.argument(1) == wanted:
            return value
    if [press.verb for _, press in presses] == ["p", "p"] and presses[1][1].argument() == "ask":
        return presses[0 if wanted == "y" else 1][0]
    return ""


async def _place_typed(turn: Turn) -> Reply | None:
    """A place, when one was asked for or plainly stated; a question stays a question."""
    if turn.dialogue.step == "place":
        if len(turn.text) <= 80:
            found = locations.answered(turn)
            if found is not None:
                return found
            if len(turn.text.split()) <= 4:
                return locations.unknown(turn)
        return None
    stated = locations.stated(turn)
    return None if stated is None else locations.on_found(turn, stated)


def _ongoing(turn: Turn) -> Distress | None:
    """The cry for help of some minutes ago."""
    kind, _, where = turn.dialogue.distress.partition(".")
    return Distress(DistressKind(kind), Whereabouts(where)) if kind else None


async def _in_distress(turn: Turn, ongoing: Distress) -> Reply:
    """Who has cried for help tells where they are and how many; only what is plainly another question ends it."""
    reply = await residents.on_question(turn)
    if any(each.decision == "answered" for each in reply.messages):
        return replace(reply, dialogue=replace(reply.dialogue or turn.dialogue, distress=""))
    return on_distress(turn, ongoing)


def on_distress(turn: Turn, distress: Distress) -> Reply:
    """Emergency numbers first: no menu, no consent, no "did it help"; a repeat gets them again."""
    before = _ongoing(turn)
    if distress.where is Whereabouts.UNCLEAR and before is not None:
        distress = replace(distress, where=before.where)
    phrases = _DISTRESS[distress.kind, distress.where]
    limit = [turn.say("distress.limit")]
    if distress.kind is DistressKind.HELD:
        limit.append(turn.say("distress.privacy"))
    text = "\n\n".join([*(turn.say(f"distress.{each}") for each in phrases), "\n".join(limit)])
    entry_id = _DISTRESS_ENTRIES[distress.kind]
    rows = []
    if distress.kind is DistressKind.HELD:
        rows = [
            (turn.labelled(entry.in_language(entry.title, turn.language), "e", entry.id),)
            for entry in map(turn.desk.catalog.get, _AFTER_HELD)
            if entry is not None
        ]
    message = turn.message(text, *rows, (turn.button("btn.human", "h"),), decision="answered", entry_id=entry_id)
    choices = tuple(each.value for each in message.choices())
    said = f"{distress.kind}.{distress.where}"
    dialogue = replace(turn.dialogue, language=turn.language, choices=choices, step="", flow="", distress=said)
    reply = Reply((message,), dialogue=dialogue)
    return reply.also(_answer_beside(turn))


def _answer_beside(turn: Turn) -> Reply:
    """The numbers do not replace the stored answer, where the message also asks for one (promise A7)."""
    if "?" not in turn.text and _ASKS.isdisjoint(words.bare(turn.text).split()):
        return Reply()
    outcome = turn.desk.judge(turn.text, language=turn.resident.language, place_scope=turn.province).outcome
    entry = turn.desk.catalog.get(outcome.entry_id) if isinstance(outcome, Answered) else None
    if entry is None or entry.id in _DISTRESS_ENTRIES.values():
        return Reply()
    return Reply((turn.message(answer_text(turn, entry), decision="answered", entry_id=entry.id),))


async def on_key(turn: Turn, number: int) -> Reply:
    """The last numbered list owns the digits; then they mean the main menu. 0 is always back."""
    if number == 0:
        return residents.menu(turn)
    if number <= len(turn.dialogue.choices):
        return await on_button(turn, turn.dialogue.choices[number - 1])
    return await residents.on_menu(turn, str(number))


async def on_button(turn: Turn, value: str) -> Reply:
    press = pressed(value, turn.today)
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
            return residents.fallback(turn)
        case "t":
            return await residents.on_tell(turn, first, second, turn.today - timedelta(days=press.age))
        case "v":
            return await residents.on_vote(turn, first, second)
        case "h":
            return await on_person(turn)
        case "l":
            return await subscriptions.on_language(turn, first)
        case "p":
            return await locations.on_place_button(turn, first)
        case "s":
            return await subscriptions.on_subscribe(turn)
        case "c":
            return await subscriptions.on_consent(turn, first, second, press.argument(2))
        case "g":
            return subscriptions.ask_topics(turn) if first == "list" else await subscriptions.on_topic(turn, first)
        case "k":
            return await subscriptions.on_keep(turn, first)
        case "d":
            return await my_data.on_erase_button(turn, first)
    return residents.old_button(turn)


async def on_command(turn: Turn, name: str, rest: str) -> Reply:
    if name == "start":
        return await subscriptions.on_start(turn, rest)
    if name == "khuvuc":
        return await locations.on_place_command(turn, rest)
    handler = _COMMANDS.get(name)
    if handler is None:
        return residents.menu(turn, turn.say("command.unknown"))
    return await handler(turn)


async def on_help(turn: Turn) -> Reply:
    lines = [turn.say("help.text"), *(f"/{name} – {turn.say(f'cmd.{name}')}" for name in COMMANDS)]
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
    return subscriptions.ask_topics(turn) if turn.capabilities.subscribable else residents.menu(turn)


async def on_show_menu(turn: Turn) -> Reply:
    return residents.menu(turn)


_COMMANDS: dict[str, Handler] = {
    "menu": on_show_menu,
    "help": on_help,
    "trogiup": on_help,
    "ngonngu": subscriptions.on_language,
    "language": subscriptions.on_language,
    "chude": on_choose_topics,
    "dangky": subscriptions.on_subscribe,
    "huy": subscriptions.on_stop,
    "stop": subscriptions.on_stop,
    "thongbao": subscriptions.on_notices,
    "nguoitruc": on_person,
    "dulieu": my_data.on_my_data,
    "xoa": my_data.on_erase,
    "gopy": on_remarks,
}


async def _captioned(turn: Turn, *phrases: str) -> Reply:
    """What we cannot read, with the words under it: a cry for help comes first, a plain question is answered too."""
    if turn.desk.distress(turn.text) is not None:
        return await on_text(turn)
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
