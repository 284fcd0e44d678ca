"""When something is wrong with the installation: one clear sentence, and /readyz says what."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.telegram_client import FakeTelegram
from tests.faults.service import ROOT, Service


async def troubles(service: Service, patience: float = 20) -> list[str]:
    """What /readyz complains about, once it complains."""
    async with aiohttp.ClientSession() as session:
        for _ in range(int(patience / 0.05)):
            try:
                async with session.get(f"{service.url}/readyz") as answer:
                    if answer.status == 503:
                        found: dict[str, Any] = await answer.json()
                        return list(found["troubles"])
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
    raise TimeoutError("no trouble was reported")


async def test_a_refused_token_is_told_and_does_not_stop_the_web(tmp_path: Path) -> None:
    async with FakeTelegram.start() as fake:
        service = Service(tmp_path, fake, mode="polling", telegram_token="1111111:wrong")
        service.spawn()
        try:
            assert await troubles(service) == ["telegram: token refused"]
            async with aiohttp.ClientSession() as session, session.get(service.url) as page:
                assert page.status == 200
        finally:
            service.stop()
        assert "1111111:wrong" not in service.log()


async def test_a_second_reader_of_the_same_bot_is_told(tmp_path: Path) -> None:
    async with FakeTelegram.start(conflict_delay=0.1) as fake:
        await fake.fault("conflict", methods=["getupdates"])
        service = Service(tmp_path, fake, mode="polling")
        service.spawn()
        try:
            (said,) = await troubles(service)
            assert "another program polls this bot" in said
            await fake.clear_faults()
            await fake.say(42, "/help")
            await fake.wait_for(1, 30, chat_id=42)  # it recovers by itself
        finally:
            service.stop()


async def test_a_second_process_on_the_same_file_is_refused(tmp_path: Path) -> None:
    service = Service(tmp_path, None)
    await service.start()
    try:
        second = Service(tmp_path, None)
        refused = subprocess.run(
            [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=dict(second.env), capture_output=True, text=True
        )
        assert refused.returncode == 2
        assert refused.stderr.startswith("cotmoc: Đã có một Cột Mốc khác")
        assert refused.stderr.count("\n") == 1
    finally:
        service.stop()


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    service = Service(tmp_path / "a", None)
    await service.start()
    try:
        second = Service(tmp_path / "b", None, http_port=str(service.port))
        refused = subprocess.run(
            [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=dict(second.env), capture_output=True, text=True
        )
        assert refused.returncode == 2
        assert f"Không mở được cổng {service.port} (COTMOC_HTTP_PORT)" in refused.stderr
        assert "Traceback" not in refused.stderr
    finally:
        service.stop()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"http_port": "99999"}, "COTMOC_HTTP_PORT"),
        ({"quiet_hours": "late"}, "COTMOC_QUIET_HOURS"),
        ({"telegram_mode": "carrier-pigeon"}, "COTMOC_TELEGRAM_MODE"),
        ({"telegram_token": "1:a", "telegram_mode": "webhook"}, "COTMOC_TELEGRAM_WEBHOOK_SECRET"),
        ({"public_url": "https://cotmoc.example"}, "COTMOC_SECRET_KEY"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_name(tmp_path: Path, settings: dict[str, str], named: str) -> None:
    service = Service(tmp_path, None, **settings)
    refused = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=dict(service.env), capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert named in refused.stderr
    assert refused.stderr.count("\n") == 1
