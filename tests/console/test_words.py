"""Every sentence of the console's pages has its English, blanks and all."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from handlers.console.words import words

HERE = Path(str(files("handlers.console")))
BLANK = re.compile(r"%\((\w+)\)[a-z]")


def said() -> dict[str, str]:
    """Sentence → file; of templates whatever stands in ``_("…")``, of code what is given to ``say("…")``."""
    found = {}
    for path in sorted(HERE.rglob("*.html")):
        options = {"extensions": "jinja2.ext.i18n", "trimmed": "true"}
        for _, message, _, _ in extract("jinja2", BytesIO(path.read_bytes()), options=options):
            found |= dict.fromkeys(_sentences(message), path.name)
    for path in sorted(HERE.rglob("*.py")):
        keywords = {"say": None, "N_": None}
        for _, message, _, _ in extract("python", BytesIO(path.read_bytes()), keywords=keywords):
            found |= dict.fromkeys(_sentences(message), path.name)
    return found


def _sentences(message: object) -> list[str]:
    """Of a sentence that is only known at run time nothing stands here; with a plural there are two."""
    parts = message if isinstance(message, tuple | list) else [message]
    return [each for each in parts if isinstance(each, str) and each]


SAID = said()


@pytest.mark.parametrize("sentence", sorted(SAID), ids=lambda each: f"{SAID[each]}: {each[:40]}")
def test_it_has_its_english(sentence: str) -> None:
    spoken = words("en").say(sentence)
    assert spoken != sentence, f"{SAID[sentence]}: {sentence!r} has no English"
    assert sorted(BLANK.findall(spoken)) == sorted(BLANK.findall(sentence))


def test_vietnamese_stays_as_it_is_written() -> None:
    assert words("vi").say("Chào %(name)s", name="An") == "Chào An"
    assert words("en").say("Chào %(name)s", name="An") == "Hello An"
    assert words("en").say("Một câu chưa dịch") == "Một câu chưa dịch"
