"""The body of a draft: new and empty, tidied as it was typed, or with texts that an earlier version had (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from content.catalog import BadContent, parse, plain
from content.checks.form import LONGEST_ID
from content.draft_checks import with_own_facts
from content.drafts import Unfit
from content.entries import LANGUAGES
from content.normalise import fold

REVIEW_AFTER = timedelta(days=180)
MOST_PHRASINGS = 400  # of one language; the shipped entries have about a hundred
LONGEST_TEXT = 4000  # characters of one field, long before what the checks allow
_BLANKS = re.compile(r"[^\S\n]+")
_TEXTS = ("title", "who", "position_by")


def blank(entry_id: str, topic: str, scope: str, title: str, today: date) -> dict[str, Any]:
    """A new entry with nothing in it but its name."""
    return {
        "id": entry_id,
        "topic": topic,
        "scope": scope,
        "kind": "answer",
        "title": {"vi": title},
        "answer": {"vi": {"text": "", "state": "draft"}},
        "phrasings": {"vi": [title]},
        "facts": [],
        "as_of": today.isoformat(),
        "review_by": (today + REVIEW_AFTER).isoformat(),
        "valid_until": None,
        "basis": [],
        "sources": [],
        "related": [],
    }


def new_id(topic: str, title: str, taken: Container[str]) -> str:
    """Readable, short enough for a button, and nobody else's."""
    words = re.findall("[a-z0-9]+", fold(title.lower()))
    stem = f"{topic}.{'-'.join(words) or 'new'}"[: LONGEST_ID - 3].rstrip("-.")
    names = (stem, *(f"{stem}-{number}" for number in range(2, 100)))
    return next(each for each in names if each not in taken)


def tidied(given: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, over what the draft had: one spelling, no stray blanks, nothing empty. Raises Unfit.

    ``id`` is never changed; what is not given stays as it was.
    """
    body: dict[str, Any] = {**deepcopy(dict(old)), **plain(dict(given)), "id": old["id"]}
    for name in _TEXTS:
        body[name] = {
            language: text for language in LANGUAGES if (text := line((body.get(name) or {}).get(language, "")))
        }
    body["answer"] = dict(_answers(body.get("answer") or {}))
    body["phrasings"] = {
        language: texts
        for language in LANGUAGES
        if (texts := _several((body.get("phrasings") or {}).get(language) or (), language))
    }
    for name, keys in (("basis", ("law", "article")), ("sources", ("name", "code", "url")), ("own_facts", _QUOTED)):
        body[name] = [row for each in body.get(name) or () if any((row := _row(each, keys)).values())]
    for name in ("facts", "related"):
        body[name] = [text for each in body.get(name) or () if (text := line(str(each)))]
    body = with_own_facts(body)
    for name in ("as_of", "review_by", "valid_until"):
        body[name] = _day(name, body.get(name))
    try:
        parse(body, str(body["topic"]))
    except BadContent as error:
        raise Unfit(str(error)) from None
    return body


_QUOTED = ("text", "source")
_DAYS = {"as_of": "Tính đến", "review_by": "Xem lại", "valid_until": "Hết hiệu lực"}


def line(text: str) -> str:
    """One line, in the spelling that is compared everywhere."""
    return " ".join(_spelt(text).split())


def with_missing(body: Mapping[str, Any], earlier: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The body with those languages that it lacks and an earlier one (the newest first) had."""
    whole = deepcopy(dict(body))
    for before in earlier:
        for language in LANGUAGES:
            if language in whole["answer"] or language not in before.get("answer", {}):
                continue
            whole["answer"][language] = {**before["answer"][language], "state": "draft"}
            for name in _TEXTS:
                text = (before.get(name) or {}).get(language)
                if text:
                    whole[name] = {**(whole.get(name) or {}), language: text}
    return whole


def with_question(body: Mapping[str, Any], language: str, question: str) -> dict[str, Any]:
    """The body with one more way of asking, the first in its language."""
    whole = deepcopy(dict(body))
    there = (whole.setdefault("phrasings", {})).get(language, [])
    if question not in there:
        whole["phrasings"][language] = [question, *there]
    return whole


def _answers(given: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, dict[str, str]]]:
    for language in LANGUAGES:
        answer = given.get(language) or {}
        text = _text(str(answer.get("text") or ""))
        if text or language == "vi":  # Vietnamese prevails: an entry without it is none
            other = _text(str(answer.get("text_without_owner") or ""))
            yield language, {"text": text, "state": "draft", **({"text_without_owner": other} if other else {})}


def _several(given: Sequence[str], language: str) -> list[str]:
    texts = list(dict.fromkeys(text for each in given if (text := line(str(each)))))
    if len(texts) > MOST_PHRASINGS:
        raise Unfit(f"Có {len(texts)} cách hỏi ({language}); nhiều nhất {MOST_PHRASINGS}.")
    return texts


def _row(given: Mapping[str, Any], keys: Sequence[str]) -> dict[str, str]:
    return {key: line(str(given.get(key) or "")) for key in keys}


def _text(text: str) -> str:
    """Lines stay, blanks at their ends go."""
    lines = [_BLANKS.sub(" ", each).strip() for each in _spelt(text).replace("\r\n", "\n").split("\n")]
    found = "\n".join(lines).strip()
    if len(found) > LONGEST_TEXT:
        raise Unfit(f"Câu trả lời dài {len(found)} ký tự; nhiều nhất {LONGEST_TEXT}.")
    return found


def _spelt(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _day(name: str, given: Any) -> str | None:
    text = str(given or "").strip()
    if not text and name == "valid_until":
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unfit(f"“{_DAYS[name]}” cần một ngày, viết năm-tháng-ngày như 2026-11-20.") from None
