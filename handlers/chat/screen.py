"""What the last message asked, and which of its buttons a typed word presses: yes, no, or a button's own words."""

from __future__ import annotations

from itertools import pairwise

from bot.places import label
from content.entries import LANGUAGES, TOPICS
from content.normalise import fold
from handlers.chat import words
from handlers.chat.context import Turn
from handlers.chat.values import Pressed, pressed, value

# A button's verb, with its first argument where that matters, to the phrases it is labelled with.
_LABELS: dict[tuple[str, str], tuple[str, ...]] = {
    ("m", ""): ("btn.menu", "btn.back"),
    ("x", ""): ("btn.none",),
    ("h", ""): ("btn.human",),
    ("t", ""): ("btn.tell",),
    ("v", "w"): ("btn.wrong",),
    ("v", "u"): ("btn.unclear",),
    ("v", "o"): ("btn.not_asked",),
    ("p", "skip"): ("btn.skip",),
    ("p", "other"): ("btn.other",),
    ("s", "on"): ("btn.subscribe",),
    ("g", ""): ("btn.done",),
    ("g", "list"): ("btn.topics",),
    ("k", "both"): ("btn.both", "btn.all_again"),
    ("k", "safety"): ("btn.safety", "btn.safety_only"),
    ("k", "routine"): ("btn.routine_only",),
    ("n", "ok"): ("btn.ack",),
    ("n", "help"): ("btn.help",),
    ("n", "send"): ("btn.help_send",),
    ("n", "skip"): ("btn.skip",),
    ("d", "ask"): ("btn.erase",),
    ("d", "sure"): ("btn.erase",),
}
_SIGNS = str.maketrans(",.;:?!/()[]–-", " " * 13)


def yes_and_no(turn: Turn) -> tuple[str, str] | None:
    """The values that yes and no stand for, when the last message asked something that they answer."""
    read = _read(turn)
    shown = [press.verb for _, press in read]
    for (yes, press), (no, other) in pairwise(read):
        match press.verb, other.verb:
            case ("c", "c") | ("v", "v") if _opposed(press, other):
                return yes, no
            case ("p", "p") if other.argument() == "ask":
                return yes, no
            case ("d", "m") if press.argument() == "sure":
                return yes, no
            case ("n", "n") if (press.argument(), other.argument()) == ("send", "no"):
                return yes, no
    if shown[:1] == ["t"]:  # "shall we tell you?": no is only the end of it
        return read[0][0], ""
    return None


def decided(turn: Turn, said: str) -> str | None:
    """The value that a typed yes or no presses, empty where there is nothing more to do; None: it answers nothing."""
    if said not in words.YES and said not in words.NO:
        return None
    yes = said in words.YES
    pair = yes_and_no(turn)
    if pair is not None:
        # "ok" to an answer is no vote, and politeness no wish to be told later: an opt-in needs a plain yes.
        verb = pressed(pair[0], turn.today).verb
        if (verb == "v" and said in words.OK) or (verb == "t" and said in words.THANKS):
            return None
        return pair[0 if yes else 1]
    for shown, press in _read(turn):
        if press.verb == "x" and not yes:
            return shown
        if (press.verb, press.argument()) == ("p", "skip"):
            return value(turn.today, "p", "ask") if yes else shown
        if (press.verb, press.argument()) == ("p", "other") and not yes:
            return shown
    return None


def offered(turn: Turn) -> tuple[str, ...]:
    """The ids of the entries that were offered as buttons just now."""
    return tuple(press.argument() for _, press in _read(turn) if press.verb == "e")


def consent_is_open(turn: Turn) -> bool:
    """Whether the last message asked for consent."""
    return any(press.verb == "c" for _, press in _read(turn))


def named(turn: Turn, *, entries: bool) -> str:
    """The value of the one button whose label was typed, in any language; empty when there is none.

    ``entries``: the titles of questions, names of places and topics; else all other buttons.
    """
    typed = _plain(turn.text)
    if not typed:
        return ""
    exact, bare = [], []
    for shown, press in _read(turn):
        if _is_subject(press) is not entries:
            continue
        labels = [_plain(each) for each in _labels(turn, press)]
        if typed in labels:
            exact.append(shown)
        elif typed in map(fold, labels):
            bare.append(shown)
    found = exact or bare
    return found[0] if len(set(found)) == 1 else ""


def _labels(turn: Turn, press: Pressed) -> list[str]:
    verb, first = press.verb, press.argument()
    if verb == "e":
        entry = turn.desk.catalog.get(first)
        return list(entry.title.values()) if entry is not None else []
    if verb == "l":
        return [turn.say(f"lang.name.{first}")] if first in LANGUAGES else []
    if _is_place(press):
        place = turn.desk.gazetteer.get(first)
        full = [] if place is None else [label(place, each) for each in LANGUAGES]
        return [*full, *(each.replace("tỉnh ", "").replace("thành phố ", "") for each in full)]
    keys: tuple[str, ...]
    if verb in ("m", "g") and first not in ("", "list"):
        keys = ("btn.more",) if press.argument(1) else (f"topic.{_topic(first)}",)
    else:
        keys = _LABELS.get((verb, "" if verb == "t" else first), ())
    return [turn.in_language(each).say(key) for key in keys for each in LANGUAGES]


def _topic(name: str) -> str:
    """The menu has its topics by number."""
    return TOPICS[int(name) - 1] if name.isdigit() else name


def _is_subject(press: Pressed) -> bool:
    return _is_place(press) or press.verb == "e" or (press.verb in ("m", "g") and press.argument() not in ("", "list"))


def _is_place(press: Pressed) -> bool:
    return press.verb == "p" and press.argument() not in ("skip", "other", "ask")


def _opposed(yes: Pressed, no: Pressed) -> bool:
    """A consent carries its letter second, a vote first."""
    at = 1 if yes.verb == "c" else 0
    return (yes.argument(at), no.argument(at)) == ("y", "n")


def _read(turn: Turn) -> list[tuple[str, Pressed]]:
    return [(each, pressed(each, turn.today)) for each in turn.dialogue.choices]


def _plain(text: str) -> str:
    """Khmer's own marks are letters to it, so only plain punctuation is dropped."""
    return " ".join(words.whole(text).translate(_SIGNS).split())
