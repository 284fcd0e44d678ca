"""Which letter groups can be a Vietnamese syllable once its marks are gone, and what its parts are (pure)."""

from __future__ import annotations

_ONSETS = [
    "b",
    "c",
    "ch",
    "d",
    "g",
    "gh",
    "gi",
    "h",
    "k",
    "kh",
    "l",
    "m",
    "n",
    "ng",
    "ngh",
    "nh",
    "p",
    "ph",
    "qu",
    "r",
    "s",
    "t",
    "th",
    "tr",
    "v",
    "x",
]

# Rimes after folding; several vowels share one bare letter (a, ă, â), so this list is short.
_RIMES = [
    "a",
    "e",
    "i",
    "o",
    "u",
    "y",
    "ai",
    "ao",
    "au",
    "ay",
    "eo",
    "eu",
    "ia",
    "ie",
    "iu",
    "oa",
    "oe",
    "oi",
    "ua",
    "ue",
    "ui",
    "uo",
    "uu",
    "uy",
    "uya",
    "ieu",
    "yeu",
    "oai",
    "oao",
    "oay",
    "oeo",
    "uay",
    "uoi",
    "uou",
    "uyu",
    "ac",
    "am",
    "an",
    "ang",
    "anh",
    "ach",
    "ap",
    "at",
    "em",
    "en",
    "eng",
    "enh",
    "ech",
    "ep",
    "et",
    "ec",
    "im",
    "in",
    "inh",
    "ich",
    "ip",
    "it",
    "ing",
    "om",
    "on",
    "ong",
    "oc",
    "op",
    "ot",
    "um",
    "un",
    "ung",
    "uc",
    "up",
    "ut",
    "iec",
    "iem",
    "ien",
    "ieng",
    "iep",
    "iet",
    "yem",
    "yen",
    "yeng",
    "yet",
    "oam",
    "oan",
    "oang",
    "oanh",
    "oac",
    "oach",
    "oap",
    "oat",
    "oem",
    "oen",
    "oet",
    "uan",
    "uang",
    "uat",
    "uen",
    "uenh",
    "uech",
    "uom",
    "uon",
    "uong",
    "uoc",
    "uop",
    "uot",
    "uyen",
    "uyet",
    "uych",
    "uynh",
    "uyn",
    "uyt",
    "uyp",
    "ynh",
]

# After "gi" and "qu" the i or u belongs to the onset, so their rimes are written out by the same rule.
_FRONT = ("e", "i", "y")


def _spellings() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for rime in _RIMES:
        found[rime] = ("", rime)
    for onset in _ONSETS:
        for rime in _RIMES:
            front = rime.startswith(_FRONT)
            if (onset in {"k", "gh", "ngh"} and not front) or (onset in {"c", "g", "ng"} and front):
                continue
            found.setdefault(onset + rime, (onset, rime))
    for rime in ("", "n", "ng", "m", "p", "t", "c", "eng", "ec", "em", "en", "et", "ep", "up", "u"):
        found.setdefault("gi" + rime, ("gi", "i" + rime if rime[:1] not in {"e", "u"} else rime))
    for onset in ("b", "c", "g", "x"):  # boong, coong, goong, xoong: the few loanwords with a long o
        found[onset + "oong"] = (onset, "oong")
    return found


_PARTS = _spellings()

SYLLABLES: frozenset[str] = frozenset(_PARTS)


def parts(folded: str) -> tuple[str, str] | None:
    """Onset and rime of a folded syllable, or ``None`` when Vietnamese has no such syllable."""
    return _PARTS.get(folded)
