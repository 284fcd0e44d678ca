"""The YAML files that ship with the program: the catalogue and the bot's own sentences."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from content.catalog import BadContent, Catalog, parse, plain
from content.phrases import Phrases

_DATA = files("content") / "data"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped_phrases() -> Phrases:
    return Phrases(_read(_DATA / "phrases.yaml"))


def shipped_bodies() -> list[dict[str, Any]]:
    """Every entry of the release as plain values, with its topic. Raises BadContent."""
    bodies: list[dict[str, Any]] = []
    for file in _faq():
        bodies.extend(_bodies(_read(file), file.name))
    return bodies


def _faq() -> list[Any]:
    files_there = sorted((_DATA / "faq").iterdir(), key=lambda each: each.name)
    return [file for file in files_there if file.name.endswith(".yaml")]


def bodies_in(path: Path) -> list[dict[str, Any]]:
    """The entries of one YAML file outside the release. Raises BadContent."""
    return _bodies(_read(path), path.name)


def _bodies(content: Any, name: str) -> list[dict[str, Any]]:
    if not isinstance(content, dict) or "topic" not in content or not isinstance(content.get("entries"), list):
        raise BadContent(f"{name}: cần có topic và entries")
    if not all(isinstance(entry, dict) for entry in content["entries"]):
        raise BadContent(f"{name}: có mục không phải là một câu trả lời")
    return [{**plain(entry), "topic": content["topic"]} for entry in content["entries"]]


def read_yaml(name: str) -> Any:
    """One shipped YAML file. Raises BadContent."""
    return _read(_DATA / name)


def _read(file: Any) -> Any:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        raise BadContent(f"{file.name}: {error}") from None


def shipped_catalog() -> Catalog:
    return catalog_of(shipped_bodies())


def catalog_of(bodies: list[dict[str, Any]]) -> Catalog:
    return Catalog(parse(body, str(body["topic"])) for body in bodies)


def release_mark() -> str:
    """Changes whenever a file of the release's catalogue does; cheaper than reading what they say."""
    mark = hashlib.sha256()
    for file in _faq():
        mark.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return mark.hexdigest()
