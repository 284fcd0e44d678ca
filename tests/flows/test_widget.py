"""The chat on other sites: only on those that are listed, without a cookie, and no other page lets itself be framed."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

from bot.errors import SettingError
from bot.settings import load
from handlers.http.public import PROTOCOL, SESSION_PROTOCOL
from tests.flows.public_site import Site, open_site

SITES = "https://xa.example.vn, https://tinh.example.vn:8443/"
LISTED = "https://xa.example.vn https://tinh.example.vn:8443"


def address(site: Site) -> str:
    return f"http://127.0.0.1:{site.web._base_url.port}"  # type: ignore[union-attr]


async def test_without_a_list_there_is_nothing_to_embed(site: Site) -> None:
    await site.get("/widget.js", 404)
    page, answer = await site.get("/?embedded=1")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "data-session" not in page


async def test_only_listed_sites_and_only_the_chat(tmp_path: Path) -> None:
    async with open_site(tmp_path, widget_sites=SITES) as site:
        page, answer = await site.get("/?embedded=1&lang=km")
        assert f"frame-ancestors {LISTED}" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert 'href="?embedded=1&amp;lang=en"' in page
        assert '<a href="/privacy?lang=km" target="_blank" rel="noopener">' in page
        assert 'content="noindex"' in page
        for path in ("/", "/?embedded=0", "/notices", "/notices?embedded=1", "/privacy?embedded=1", "/screens/dinh-ba"):
            _, answer = await site.get(path)
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == "DENY"


async def test_the_script_names_its_sites(tmp_path: Path) -> None:
    async with open_site(tmp_path, widget_sites=SITES) as site:
        script, answer = await site.get("/widget.js")
        assert 'const SITES = ["https://xa.example.vn", "https://tinh.example.vn:8443"];' in script
        assert answer.content_type == "text/javascript"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        await site.get("/widget.js", 304, **{"If-None-Match": answer.headers["ETag"]})
        assert "innerHTML" not in script


async def test_a_framed_page_keeps_its_conversation_without_a_cookie(tmp_path: Path) -> None:
    async with open_site(tmp_path, widget_sites=SITES) as site:
        page, _ = await site.get("/?embedded=1")
        [session] = re.findall(r'data-session="([A-Za-z0-9_-]{22})"', page)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as other:
            for _ in range(2):  # the second is the same visitor, whose net came back
                async with other.ws_connect(
                    f"{address(site)}/chat/ws",
                    headers={"Origin": address(site)},
                    protocols=(PROTOCOL, SESSION_PROTOCOL + session),
                ) as socket:
                    assert socket.protocol == PROTOCOL
                    await socket.send_json({"type": "hello", "after": None})
                    await socket.ping()
                    await _settled(site, session)
            assert list(site.app.webchat._sessions) == [session]


async def _settled(site: Site, session: str) -> None:
    assert site.app.webchat.present() == [session]


async def test_a_session_of_another_shape_is_not_taken(tmp_path: Path) -> None:
    async with open_site(tmp_path, widget_sites=SITES) as site, aiohttp.ClientSession() as other:
        for wrong in ("x", "a" * 23, "a" * 200):
            async with other.ws_connect(
                f"{address(site)}/chat/ws",
                headers={"Origin": address(site)},
                protocols=(PROTOCOL, SESSION_PROTOCOL + wrong),
            ):
                assert wrong not in site.app.webchat.present()


async def test_a_listed_site_may_show_the_chat_and_not_speak_for_it(tmp_path: Path) -> None:
    async with open_site(tmp_path, widget_sites=SITES) as site, aiohttp.ClientSession() as other:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await other.ws_connect(f"{address(site)}/chat/ws", headers={"Origin": "https://xa.example.vn"})
        assert refused.value.status == 403


@pytest.mark.parametrize("wrong", ["*", "https://*.vn", "http://xa.vn", "xa.vn", "https://xa.vn/trang", "https://a b"])
def test_a_wrong_site_stops_the_start(wrong: str) -> None:
    with pytest.raises(SettingError, match="COTMOC_WIDGET_SITES"):
        load(_env_file=None, widget_sites=wrong)
