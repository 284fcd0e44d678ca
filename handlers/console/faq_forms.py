"""The form in which an answer is written, and the body of a draft: from the one to the other (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from multidict import MultiMapping

from content.entries import LANGUAGES, TOPICS, Kind

ROWS = {"basis": ("law", "article"), "sources": ("name", "url", "code"), "own_facts": ("text", "source")}
SPARE = {"basis": 1, "sources": 1, "own_facts": 1}  # empty rows under those that are filled in
_TEXTS = ("title", "who", "position_by")


def typed(form: MultiMapping[Any]) -> dict[str, Any]:
    """What was typed, in the shape of a draft's body; a field that was not sent is not in it."""
    given: dict[str, Any] = {name: _value(form, name) for name in ("as_of", "review_by", "valid_until", "scope")}
    given["topic"] = topic if (topic := _value(form, "topic")) in TOPICS else None
    given["kind"] = kind if (kind := _value(form, "kind")) in set(Kind) else None
    for name in _TEXTS:
        given[name] = {language: _value(form, f"{name}_{language}") or "" for language in LANGUAGES}
    given["answer"] = {
        language: {
            "text": _value(form, f"text_{language}") or "",
            "text_without_owner": _value(form, f"without_{language}") or "",
        }
        for language in LANGUAGES
    }
    given["phrasings"] = {
        language: (_value(form, f"phrasings_{language}") or "").splitlines() for language in LANGUAGES
    }
    for name, keys in ROWS.items():
        columns = [[str(each) for each in form.getall(f"{name}_{key}", [])] for key in keys]
        given[name] = [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=False)]
    for name in ("facts", "related"):
        found = _value(form, name)
        given[name] = None if found is None else found.replace(",", " ").split()
    return {name: value for name, value in given.items() if value is not None}


def rows(body: Mapping[str, Any], name: str) -> list[Mapping[str, str]]:
    """The rows of a list, with empty ones to fill in."""
    there: Sequence[Mapping[str, Any]] = body.get(name) or ()
    keys = ROWS[name]
    filled = [{key: str(each.get(key) or "") for key in keys} for each in there]
    return [*filled, *[dict.fromkeys(keys, "")] * SPARE[name]]


def _value(form: MultiMapping[Any], name: str) -> str | None:
    found = form.get(name)
    return found if isinstance(found, str) else None
