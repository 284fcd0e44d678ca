"""Words that no list knows: rare English, or a language that nobody here speaks (pure)."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
# Endings and pairs of letters that English is full of, and that other languages in Latin letters seldom write.
_ENGLISH = re.compile(
    "(?:ing|tion|sion|ment|ness|less|able|ible|ly|ed|ers?|ies|ous|ful|ive|ity|ant|ent|ance|ence|ary|ery|ory|ist|ism|ine"
    "|[stv]or|ture|age|men|man|ship|hood|ward|work|port|ate|ize|ise|ght|ouse|own)s?$"
    "|ck|gh|sh|th|wh|wr|kn|ee|oo|ea|oa|ow|aw|ew|ss|ff|bb|gg|rr|tt|ble|tch|dge"
)


def looks_english(text: str) -> bool:
    """Whether at least half of the words have the shape of English ones; plain ASCII letters only."""
    found = _WORD.findall(text.casefold())
    like = [word for word in found if len(word) > 2 and _ENGLISH.search(word)]
    return text.isascii() and bool(like) and 2 * len(like) >= len(found)


def unspoken(text: str) -> bool:
    """Whether to say which languages are spoken here. A single Latin word is a name or a slip rather than that."""
    return not text.isascii() or (len(_WORD.findall(text)) > 1 and not looks_english(text))
