"""Notices in force as the chat shows them: by /thongbao, before an answer that they concern, and with a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.messages import Button, OutgoingMessage, UpdateKind
from bot.places import Place, label
from broadcasts.notice_composing import area_words
from broadcasts.notice_store import Notice
from content.entries import Entry
from content.policy import LiveNotice, notices_first
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import listed

RULE = "———"
MOST_BEFORE = 3  # notices before an answer; the others are named by their number
MOST_APART = 3  # notices that are messages of their own, each with its buttons


async def known(turn: Turn) -> Turn:
    """The turn with what is in force; that is looked up once a second at most, whoever asks."""
    warned = turn.desk.warned
    return turn if warned is None else replace(turn, live=tuple(await warned.board.live()))


# --- which --------------------------------------------------------------------------------------------------------


def own_places(turn: Turn) -> tuple[str, ...]:
    """Codes of the places that are kept of the resident, or that were chosen in this conversation."""
    return (*turn.resident.places, *filter(None, [turn.dialogue.place]))


def near(turn: Turn, places: Sequence[str]) -> list[Notice]:
    """What is in force at these places, the newest first."""
    warned = turn.desk.warned
    return [] if warned is None or not turn.live else warned.board.near(turn.live, places)


def _asked_about(turn: Turn) -> list[Notice]:
    """At the resident's places and those that the question names; where there are none, in the whole province."""
    if not turn.live:
        return []
    named: tuple[Place, ...] = ()
    if turn.update.kind is not UpdateKind.BUTTON and turn.text:
        named = turn.desk.gazetteer.mentions(turn.text, home_province=turn.desk.settings.province).places
    places = (*own_places(turn), *(each.code for each in named))
    return near(turn, places or (f"p-{turn.desk.settings.province}",))


def concerning(turn: Turn, entries: Iterable[Entry]) -> list[Notice]:
    """Which of them stand before any of these answers, the newest first (promise A5)."""
    return concerned(_asked_about(turn), entries, turn.now)


def concerned(here: Iterable[Notice], entries: Iterable[Entry], now: datetime) -> list[Notice]:
    """Which of some notices concern any of these answers, the newest first. A notice that names neither topics nor
    entries is about none of them."""
    named = {str(each.id): each for each in here if each.hazard.get("topics") or each.hazard.get("entries")}
    found: dict[str, Notice] = {}
    if named:
        plain = [_plain(each) for each in named.values()]
        for entry in entries:
            first = notices_first(plain, entry.id, entry.topic, frozenset(), now)
            found |= {each.id: named[each.id] for each in first}
    return sorted(found.values(), key=lambda each: (each.issued_at, each.id), reverse=True)


def _plain(notice: Notice) -> LiveNotice:
    """The place is looked at before."""
    return LiveNotice(
        id=str(notice.id),
        head="",
        text={},
        issued_at=notice.issued_at,
        expires_at=notice.expires_at,
        topics=frozenset(notice.hazard.get("topics", ())),
        entry_ids=frozenset(notice.hazard.get("entries", ())),
    )


# --- before what is said ------------------------------------------------------------------------------------------


def before_answer(turn: Turn, text: str, *entries: Entry) -> str:
    """The text, after the notices that concern what was asked."""
    return _before(turn, turn.say("notice.first"), concerning(turn, entries), text)


def before_fallback(turn: Turn, reply: Reply) -> Reply:
    """Who gets no answer is told what is in force where they are, whatever they asked, once until there is one."""
    found = _asked_about(turn) if turn.dialogue.misses == 0 else []
    if not found or not reply.messages:
        return reply
    first = reply.messages[0]
    head = turn.say("notice.joined", place=_where(turn, found))
    return replace(reply, messages=(replace(first, text=_before(turn, head, found, first.text)), *reply.messages[1:]))


def _before(turn: Turn, head: str, found: Sequence[Notice], text: str) -> str:
    warned = turn.desk.warned
    if warned is None or not found:
        return text
    blocks = [warned.wording.shown(each, turn.language) for each in found[:MOST_BEFORE]]
    more = [turn.say("notice.more", n=len(found) - MOST_BEFORE)] if len(found) > MOST_BEFORE else []
    return "\n".join([head, *blocks, *more, RULE, text])


# --- by themselves ------------------------------------------------------------------------------------------------


def joined(turn: Turn, places: Sequence[str]) -> Reply:
    """What is in force at a place that was just chosen or taken up, for who is sent no messages; the others are."""
    if turn.resident.safety and turn.capabilities.subscribable:
        return Reply()
    return _apart(turn, near(turn, places))


def _apart(turn: Turn, found: Sequence[Notice]) -> Reply:
    """Each under the name of its place; that they were read here is remembered as long as the conversation."""
    warned = turn.desk.warned
    if warned is None or not found:
        return Reply()
    blocks = [
        f"{turn.say('notice.joined', place=_where(turn, [each]))}\n{warned.wording.shown(each, turn.language)}"
        for each in found
    ]
    if len(found) > MOST_APART:
        messages = [turn.message("\n\n".join(blocks))]
    else:
        messages = [_with_buttons(turn, text, each) for text, each in zip(blocks, found, strict=True)]
    runs = tuple(each.newest.run_id for each in found)
    dialogue = replace(turn.dialogue, language=turn.language, noticed=tuple({*turn.dialogue.noticed, *runs}))
    return Reply(tuple(messages), dialogue=dialogue)


def _with_buttons(turn: Turn, text: str, notice: Notice) -> OutgoingMessage:
    """Where there are none, in words: the numbers belong to the list that is asked below."""
    warned = turn.desk.warned
    assert warned is not None
    helped = warned.board.has_help(notice) or not turn.capabilities.subscribable
    message = turn.message(text, *warned.wording.buttons(notice, turn.language, helped=helped))
    return message if turn.capabilities.buttons else warned.wording.in_words(message)


def _where(turn: Turn, found: Sequence[Notice]) -> str:
    """The resident's own place where it is about that, else the places of the notices."""
    mine = {each.id for each in near(turn, own_places(turn))}
    if turn.place is not None and all(each.id in mine for each in found):
        return label(turn.place, turn.language)
    codes = tuple(dict.fromkeys(code for each in found for code in each.area))
    return area_words(turn.desk.gazetteer, codes, turn.language)


async def on_notices(turn: Turn) -> Reply:
    """/thongbao: what is in force at the resident's places, or anywhere where no place is known; and what they
    receive."""
    places = own_places(turn)
    shown = _apart(turn, near(turn, places) if places else turn.live)
    if shown.messages:
        lines: list[str] = []
        turn = replace(turn, dialogue=shown.dialogue or turn.dialogue)
    else:
        place = label(turn.place, turn.language) if turn.place else ""
        lines = [turn.say("notice.none", place=place) if place else turn.say("notice.none_anywhere")]
    rows: list[tuple[Button, ...]] = []
    if turn.capabilities.subscribable:
        for kind in ("safety", "routine"):
            word = getattr(turn.resident, kind)
            state = turn.say("state.unset" if word is None else "state.on" if word else "state.off")
            lines.append(turn.say(f"notice.{kind}_now", what=state))
        rows.append((turn.button("btn.subscribe", "s", "on"), turn.button("btn.topics", "g", "list")))
    rows.append((turn.button("btn.menu", "m"),))
    if not lines:
        return shown
    return Reply(shown.messages).also(listed(turn, "\n".join(lines), *rows, step=""))
