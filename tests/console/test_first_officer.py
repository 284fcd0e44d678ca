"""The first two administrators come by a link of this machine's screen; afterwards it leads nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyotp import TOTP

from bot.settings import Settings
from handlers.commands.serve import banner
from tests.console.browser import Browser
from tests.flows.talk import Talk


class Fresh:
    """An installation without officers."""

    def __init__(self, talk: Talk, port: int) -> None:
        self.talk, self.port = talk, port
        self.browser = Browser(f"http://127.0.0.1:{port}")

    async def link(self) -> str:
        assert self.talk.app.console is not None
        return await self.talk.app.console.first_officer.link(self.port)

    async def path(self) -> str:
        parts = urlsplit(await self.link())
        return f"{parts.path}?{parts.query}"


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Fresh]:
    talk = await Talk.start(tmp_path, roles=("sender", "http"), http_port=0)
    assert talk.app.server is not None
    fresh = Fresh(talk, await talk.app.server.start())
    yield fresh
    await fresh.browser.close()
    await talk.stop()


async def test_two_administrators_and_no_third(fresh: Fresh) -> None:
    path = await fresh.path()
    assert await fresh.link() in banner(fresh.talk.app, await fresh.link())
    page = await fresh.browser.open(path)
    page = await fresh.browser.send(page, "Tạo quản trị", name="Nguyễn Văn An")
    password, secret = (each.text for each in page.tree.find_class("secret"))
    assert page.tree.find_class("qr")[0].get("src").startswith("data:image/svg+xml")
    door = await fresh.browser.click(page, "Tới trang đăng nhập")
    code = TOTP(secret).at(int(fresh.talk.clock.now().timestamp()))
    home = await fresh.browser.send(door, "Đăng nhập", name="nguyễn văn an".title(), password=password, code=code)
    assert "Chào Nguyễn Văn An" in home.text
    page = await fresh.browser.click(page, "Tạo quản trị thứ hai")
    own = {"password": "mot cau rat dai 7", "again": "mot cau rat dai 7"}
    page = await fresh.browser.send(page, "Tạo quản trị", name="Bình", **own)
    assert "mot cau" not in page.raw
    assert len(page.tree.find_class("secret")) == 1
    assert await fresh.link() == ""
    assert (await fresh.browser.open(path)).status == 404


async def test_what_was_typed_wrongly_is_said_and_the_name_stays(fresh: Fresh) -> None:
    page = await fresh.browser.open(await fresh.path())
    page = await fresh.browser.send(page, "Tạo quản trị", name="An", password="ngắn", again="ngan")
    assert (page.status, page.form("Tạo quản trị").fields["name"]) == (400, "An")
    assert "khác nhau" in page.text
    page = await fresh.browser.send(page, "Tạo quản trị", password="ngắn", again="ngắn")
    assert "từ 12 đến 200 ký tự" in page.text
    assert page.form("Tạo quản trị").fields["name"] == "An"


async def test_from_elsewhere_too_late_or_with_another_key_there_is_no_such_page(fresh: Fresh) -> None:
    path = await fresh.path()
    assert (await fresh.browser.open("/console/first")).status == 404
    assert (await fresh.browser.open(path[:-1] + "!")).status == 404
    async with fresh.browser.web.get(fresh.browser.root + path, headers={"X-Forwarded-For": "10.0.0.8"}) as response:
        assert response.status == 404
    fresh.talk.clock.advance(899)
    assert (await fresh.browser.open(path)).status == 200
    fresh.talk.clock.advance(2)
    assert (await fresh.browser.open(path)).status == 404


async def test_a_service_that_listens_elsewhere_shows_no_link(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path, roles=("sender", "http"), http_host="192.0.2.7")
    assert isinstance(talk.app.settings, Settings)
    assert talk.app.console is not None
    assert await talk.app.console.first_officer.link(8080) == ""
    await talk.stop()
