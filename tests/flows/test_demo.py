"""The demonstration plays to its end, adds up, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from handlers.commands import demo
from tests.warm import warm_folder


def test_it_plays_to_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(
        var_dir=tmp_path,
        cache_dir=warm_folder(),
        database_url=f"sqlite:///{tmp_path}/real.sqlite3",
        telegram_token=SecretStr("12345:not-to-be-used"),
    )
    assert demo.run(settings) == 0
    said = capsys.readouterr().out
    assert "hư cấu" in said.splitlines()[0]
    assert f"Dự báo: {demo.PEOPLE} người, tới được {demo.PEOPLE}" in said
    assert f"Kết quả: {demo.PEOPLE - 1} người." in said
    assert "Chênh lệch: 0." in said
    assert f"tới đúng {demo.PEOPLE - 1} người" in said
    assert f"{len(demo.DRILLING)} cán bộ trong danh sách diễn tập nhận, 0 người dân nhận" in said
    assert said.count("[DIỄN TẬP] KHÔNG CÓ SỰ VIỆC THẬT") == 2
    assert "nguyên vẹn" in said
    assert list(tmp_path.iterdir()) == []
