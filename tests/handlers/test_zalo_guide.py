"""docs/zalo.md names what exists, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.channels import zalo_token_health as health
from bot.settings import Settings
from broadcasts import zalo_routes, zalo_templates
from broadcasts.zalo_templates import parse_templates

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "zalo.md").read_text(encoding="utf-8")
VIETNAMESE, _, ENGLISH = GUIDE.partition("\n# English\n")
# Other servers and the pace of the first minute are for developers and stand in README.
NOT_FOR_OPERATORS = {"api_url", "oauth_url", "business_url", "bot_api_url", "rate"}


def test_every_setting_it_names_exists_and_none_is_missing() -> None:
    named = {name.lower() for name in re.findall(r"COTMOC_ZALO_([A-Z_]+[A-Z])", GUIDE)}
    known = {name.removeprefix("zalo_") for name in Settings.model_fields if name.startswith("zalo_")}
    assert named <= known
    assert known - named <= NOT_FOR_OPERATORS


@pytest.mark.parametrize("half", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_both_halves_name_the_same_settings_reasons_and_words(half: str) -> None:
    optional = {"COTMOC_SECRET_KEY", "COTMOC_ZALO_RATE"}
    settings = [set(re.findall(r"COTMOC_[A-Z_]+[A-Z]", each)) - optional for each in (VIETNAMESE, ENGLISH)]
    assert settings[0] == settings[1]
    source = Path(zalo_routes.__file__).read_text(encoding="utf-8")
    reasons = set(re.findall(r'RouteKind\.[A-Z]+, "([a-z0-9-]+)"', source))
    assert {"within-48h", "window", "paid-off"} <= reasons
    for reason in reasons:
        assert f"`{reason}`" in half, reason
    for word in zalo_templates.SOURCES:
        assert f"`{word}`" in half, word


def test_both_lists_of_what_to_confirm_are_as_long() -> None:
    assert VIETNAMESE.count("- [ ]") == ENGLISH.count("- [ ]") >= 15


def test_the_troubles_are_those_of_the_service() -> None:
    for trouble in re.findall(r"`(zalo-oa: [^`]+)`", GUIDE):
        assert any(each.startswith(trouble) for each in health._TROUBLE.values()), trouble


def test_the_example_of_a_template_is_taken() -> None:
    [example] = re.findall(r"```toml\n(.+?)```", GUIDE, re.S)
    [template] = parse_templates(example)
    assert template.classes == ("urgent",)
