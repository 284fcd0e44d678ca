"""A real browser, Debian's Chromium, or one clear line why there is none.

``COTMOC_BROWSER=required`` makes a missing browser a failure: what decides whether a change lands does not skip.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.window import Window
from tests.console.bureau import Bureau

FLAGS = (
    "--no-sandbox",  # tests run as root in containers, and open nothing but pages of our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    opened = await Bureau.open(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def chrome() -> AsyncIterator[Browser]:
    path = chromium()
    if path is None:
        if os.environ.get("COTMOC_BROWSER") == "required":
            pytest.fail("no Chromium: install Debian's package chromium")
        pytest.skip("no Chromium on this machine; install Debian's package chromium to test in a browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture
async def phone(chrome: Browser, bureau: Bureau) -> AsyncIterator[Window]:
    async with Window.open(chrome, bureau.root, 360, 740) as window:
        yield window


@pytest.fixture
async def desktop(chrome: Browser, bureau: Bureau) -> AsyncIterator[Window]:
    async with Window.open(chrome, bureau.root, 1280, 860) as window:
        yield window
