"""Settings are shown to administrators, secrets never."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from handlers.console.settings_page import SHOWN
from tests.console.bureau import Bureau


async def test_no_secret_is_ever_on_the_page(tmp_path: Path) -> None:
    bureau = await Bureau.open(tmp_path, metrics_token="a-very-secret-token", owner_name="Đồn <b>thử</b>")
    page = await (await bureau.sit("An")).open("/console/settings")
    assert "a-very-secret-token" not in page.raw
    assert "đã đặt (không hiện)" in page.text
    assert "Đồn <b>thử</b>" in page.text
    assert (await (await bureau.sit("Chi")).open("/console/settings")).status == 403
    await bureau.close()


def test_every_setting_that_is_shown_exists() -> None:
    assert {name for name, _ in SHOWN} <= set(Settings.model_fields)
