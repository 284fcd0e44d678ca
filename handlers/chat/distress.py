"""Who cries for help: emergency numbers by where the person is, before everything else (promise A7)."""

from __future__ import annotations

from dataclasses import replace

from content.distress_rules import Distress, DistressKind, Whereabouts
from content.judge import Answered
from handlers.chat import notices_shown, residents, words
from handlers.chat.anger import only_anger
from handlers.chat.answers import answer_text
from handlers.chat.context import Reply, Turn
from handlers.chat.listing import values

# Where the person is decides which numbers come first; both, labelled, when it is not clear (promise A7).
_BOAT, _HELD, _GENERAL = DistressKind.BOAT, DistressKind.HELD, DistressKind.GENERAL
_CARDS: dict[tuple[DistressKind, Whereabouts], tuple[str, ...]] = {
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
_ENTRIES = {
    _BOAT: "sea.safety.rescue-number",
    _HELD: "safety.cambodia.relative-trapped",
    _GENERAL: "safety.hotline.emergency",
}
_AFTER_HELD = ("safety.cambodia.papers-held", "safety.cambodia.returned-by-trail")
_ASKS = frozenset(["ai", "gi", "dau", "sao", "nao", "may", "what", "who", "where", "how"])


def in_distress(turn: Turn) -> Distress | None:
    """What this message cries for. Commands, numbers, words that only answer a question, and swearing are no cry."""
    text = turn.text
    if words.command(text) is not None or words.key(text) is not None or words.whole(text) in words.NO_CRY:
        return None
    if only_anger(text):
        return None
    return turn.desk.distress(turn.text)


def ongoing(turn: Turn) -> Distress | None:
    """The cry for help of some minutes ago."""
    kind, _, where = turn.dialogue.distress.partition(".")
    return Distress(DistressKind(kind), Whereabouts(where)) if kind else None


async def go_on(turn: Turn, cry: Distress) -> Reply:
    """Who has cried for help tells where they are and how many; only what is plainly another question ends it."""
    reply = await residents.on_question(turn)
    if any(each.decision == "answered" for each in reply.messages):
        return replace(reply, dialogue=replace(reply.dialogue or turn.dialogue, distress=""))
    return on_distress(turn, cry)


def numbers(turn: Turn, distress: Distress) -> str:
    """Whom to call from there, and that this is no call."""
    phrases = _CARDS[distress.kind, distress.where]
    limit = [turn.say("distress.limit")]
    if distress.kind is DistressKind.HELD:
        limit.append(turn.say("distress.privacy"))
    return "\n\n".join([*(turn.say(f"distress.{each}") for each in phrases), "\n".join(limit)])


def on_distress(turn: Turn, distress: Distress) -> Reply:
    """Emergency numbers first: no menu, no consent, no "did it help"; a repeat gets them again."""
    before = ongoing(turn)
    if distress.where is Whereabouts.UNCLEAR and before is not None:
        distress = replace(distress, where=before.where)
    text = numbers(turn, distress)
    entry_id = _ENTRIES[distress.kind]
    rows = []
    if distress.kind is DistressKind.HELD:
        rows = [
            (turn.labelled(entry.in_language(entry.title, turn.language), "e", entry.id),)
            for entry in map(turn.desk.catalog.get, _AFTER_HELD)
            if entry is not None
        ]
    message = turn.message(text, *rows, (turn.button("btn.human", "h"),), decision="answered", entry_id=entry_id)
    said = f"{distress.kind}.{distress.where}"
    dialogue = replace(turn.dialogue, language=turn.language, choices=values(message), step="", flow="", distress=said)
    reply = Reply((message,), dialogue=dialogue)
    return reply.also(_answer_beside(turn))


def _answer_beside(turn: Turn) -> Reply:
    """The numbers do not replace the stored answer, where the message also asks for one (promise A7)."""
    if "?" not in turn.text and _ASKS.isdisjoint(words.bare(turn.text).split()):
        return Reply()
    outcome = turn.desk.judge(turn.text, language=turn.resident.language, place_scope=turn.province).outcome
    entry = turn.desk.catalog.get(outcome.entry_id) if isinstance(outcome, Answered) else None
    if entry is None or entry.id in _ENTRIES.values():
        return Reply()
    text = notices_shown.before_answer(turn, answer_text(turn, entry), entry)
    return Reply((turn.message(text, decision="answered", entry_id=entry.id),))
