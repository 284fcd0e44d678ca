"""The YAML files that ship with the program: the catalogue and the bot's own sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from content.catalog import BadContent, Catalog, parse, plain
from content.normalise import clean, fold
from content.phrases import Phrases

_DATA = files("content") / "data"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped_phrases() -> Phrases:
    return Phrases(_read(_DATA / "phrases.yaml"))


def shipped_bodies(*, hands: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Every entry of the release as plain values, with its topic. Raises BadContent.

    ``hands``: whose further ways of asking are taken along; None: everybody's.
    """
    bodies: list[dict[str, Any]] = []
    for file in _yaml_in(_DATA / "faq"):
        bodies.extend(_bodies(_read(file), file.name))
    known = {body["id"]: body for body in bodies}
    for hand, written in phrasings_by_hand().items():
        if hands is not None and hand not in hands:
            continue
        for entry_id, by_language in written.items():
            if entry_id not in known:
                raise BadContent(f"phrasings/{hand}: không có mục {entry_id}")
            add_phrasings(known[entry_id], by_language)
    return bodies


def phrasings_by_hand() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Further ways of asking: hand to entry to language to texts. Each hand wrote without seeing the others' lists."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for folder in sorted((_DATA / "phrasings").iterdir(), key=lambda each: each.name):
        if folder.is_dir():
            entries = found.setdefault(folder.name, {})
            for file in _yaml_in(folder):
                entries.update(_read(file))
    return found


def add_phrasings(body: dict[str, Any], by_language: Mapping[str, Iterable[str]]) -> None:
    """Put them behind those the entry has, without those that differ in nothing but marks and case."""
    for language, texts in by_language.items():
        there = body["phrasings"].setdefault(language, [])
        spelt = {fold(clean(each)) for each in there}
        for text in texts:
            if (spelling := fold(clean(text))) not in spelt:
                spelt.add(spelling)
                there.append(text)


def _yaml_in(folder: Any) -> list[Any]:
    there = sorted(folder.iterdir(), key=lambda each: each.name)
    return [file for file in there if file.name.endswith(".yaml")]


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
    folders = [_DATA / "faq", *sorted((_DATA / "phrasings").iterdir(), key=lambda each: each.name)]
    for folder in folders:
        for file in _yaml_in(folder) if folder.is_dir() else ():
            mark.update(f"{folder.name}/{file.name}".encode() + b"\0" + file.read_bytes() + b"\0")
    return mark.hexdigest()
