"""The layers hold: imports point down, nothing goes in circles, the pure modules touch no world."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("bot", "content", "broadcasts", "handlers")  # each may import itself and what stands before it
THE_ONLY_WAY_UP = {"bot.__main__"}  # three lines, so that python -m bot works; nobody imports it
FORBIDDEN_NAMES = {"utils", "helpers", "common", "models", "manager"}
IMPURE = {
    "asyncio", "aiohttp", "aiosqlite", "asyncpg", "sqlalchemy", "socket", "subprocess", "threading", "os", "pathlib",
    "io", "random", "secrets", "time", "importlib", "logging", "structlog", "tempfile", "shutil", "urllib", "http",
}  # fmt: skip
LONGEST_MODULE = 400


def modules() -> dict[str, Path]:
    found = {}
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if "migrations" not in parts:
                found[name] = path
    return found


MODULES = modules()


def imports(path: Path) -> set[str]:
    """Every module imported anywhere in the file, inside functions too; imports for types alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found.update(
                f"{module}.{alias.name}" if f"{module}.{alias.name}" in MODULES else module for alias in node.names
            )
    return found


GRAPH = {name: imports(path) for name, path in MODULES.items()}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_point_down(name: str) -> None:
    if name in THE_ONLY_WAY_UP:
        return
    layer = LAYERS.index(name.split(".")[0])
    for target in GRAPH[name]:
        top = target.split(".")[0]
        if top in LAYERS:
            assert LAYERS.index(top) <= layer, f"{name} imports {target}, which stands above it"
        assert top != "tests", f"{name} imports tests"


def test_nobody_imports_the_way_up() -> None:
    assert not [name for name, targets in GRAPH.items() if targets & THE_ONLY_WAY_UP]


def test_modules_have_no_cycles() -> None:
    ours = {name: {each for each in targets if each in MODULES} - {name} for name, targets in GRAPH.items()}
    TopologicalSorter(ours).prepare()  # raises CycleError


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_says_its_duty_and_is_small(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{name} does not say what it is for"
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert name.rsplit(".", 1)[-1] not in FORBIDDEN_NAMES


def pure_modules() -> list[str]:
    return [
        name
        for name, path in MODULES.items()
        if "(pure" in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
        or "(pure" in (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    ]


def test_some_modules_are_pure() -> None:
    assert {"bot.messages", "bot.pacing", "bot.places", "content.entries", "content.normalise"} <= set(pure_modules())


@pytest.mark.parametrize("name", pure_modules())
def test_pure_modules_touch_no_world(name: str) -> None:
    tops = {target.split(".")[0] for target in GRAPH[name]}
    assert not tops & IMPURE, f"{name} calls itself pure and imports {sorted(tops & IMPURE)}"
    text = MODULES[name].read_text(encoding="utf-8")
    for call in (".now()", "datetime.today", "date.today", "perf_counter(", "open("):
        assert call not in text, f"{name} calls itself pure and uses {call}"


def test_only_settings_reads_the_environment() -> None:
    readers = [name for name, path in MODULES.items() if "environ" in path.read_text() or "getenv" in path.read_text()]
    assert readers in ([], ["bot.settings"])
