"""The documentation names what exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import Settings
from handlers.chat.router import COMMANDS
from handlers.cli import _parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_readme() -> None:
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", README))
    missing = {name.upper() for name in Settings.model_fields} - named
    assert not missing


def test_every_setting_in_the_table_exists() -> None:
    table = README.partition("## Settings")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+|PROVINCE|TIMEZONE)`", table)) - {"COTMOC_"}
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_command_is_in_the_readme() -> None:
    commands = next(action for action in _parser()._actions if action.choices).choices
    assert commands is not None
    section = README.partition("## Commands")[2].partition("\n## ")[0]
    for command in commands:
        assert f"{command}" in section, command


def test_every_chat_command_has_a_description() -> None:
    from content.files import shipped_phrases

    phrases = shipped_phrases()
    assert all(f"cmd.{name}" in phrases for name in COMMANDS)


def test_every_link_between_documents_leads_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_package_has_a_reason() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.findall(r'^    "([a-z0-9-]+)', project.partition("dependencies = [")[2].partition("]")[0], re.M)
    assert listed
    assert not [name for name in listed if name not in contributing]


def test_no_index_address_in_the_requirements() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text.replace("https://t.me", "")
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") or "==" in line for line in pins)
