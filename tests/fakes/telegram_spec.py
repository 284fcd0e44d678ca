"""Judge JSON against the machine-readable Bot API: fields that must be there, types, and fields nobody knows.

The description is ``tests/samples/telegram-botapi-9.2-spec.json`` (licence beside it).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

SPEC_PATH = Path(__file__).resolve().parents[1] / "samples" / "telegram-botapi-9.2-spec.json"
PRIMITIVES: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}
LIST_OF = "Array of "


@cache
def load_spec() -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(SPEC_PATH.read_text(encoding="utf-8"))
    return spec


def returned_types(method: str) -> list[str]:
    """What the method returns; raises KeyError for a method that is not in the description."""
    types: list[str] = load_spec()["methods"][method]["returns"]
    return types


def faults_in(value: Any, types: list[str], place: str = "result") -> list[str]:
    """Complaints about ``value``, empty when it has one of ``types``; each names its place."""
    complaints = [_faults_in_one(value, kind, place) for kind in types]
    return min(complaints, key=len)


def _faults_in_one(value: Any, kind: str, place: str) -> list[str]:
    if kind.startswith(LIST_OF):
        if not isinstance(value, list):
            return [f"{place}: {kind} expected, got {type(value).__name__}"]
        inner = kind.removeprefix(LIST_OF)
        return [
            complaint
            for number, each in enumerate(value)
            for complaint in _faults_in_one(each, inner, f"{place}[{number}]")
        ]
    if kind in PRIMITIVES:
        is_right = isinstance(value, PRIMITIVES[kind]) and (kind == "Boolean" or not isinstance(value, bool))
        return [] if is_right else [f"{place}: {kind} expected, got {value!r}"]
    shape = load_spec()["types"][kind]
    if shape.get("subtypes"):
        return faults_in(value, shape["subtypes"], place)
    if not isinstance(value, dict):
        return [f"{place}: {kind} expected, got {value!r}"]
    return _faults_in_object(value, shape, place)


def _faults_in_object(value: dict[str, Any], shape: dict[str, Any], place: str) -> list[str]:
    known = {each["name"]: each for each in shape.get("fields", [])}
    complaints = [
        f"{place}: field {name} of {shape['name']} is missing"
        for name, each in known.items()
        if each["required"] and name not in value
    ]
    for name, inner in value.items():
        if name not in known:
            complaints.append(f"{place}: {shape['name']} has no field {name}")
        else:
            complaints += faults_in(inner, known[name]["types"], f"{place}.{name}")
    return complaints
