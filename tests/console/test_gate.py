"""Nobody passes the gate without a session, no form without its secret, no page without the right."""

from __future__ import annotations

import pytest

from bot.staff.sessions import IDLE_FOR, LONGEST
from tests.console.bureau import Bureau


async def test_in_and_out(bureau: Bureau) -> None:
    browser = bureau.browser()
    page = await browser.open("/console/more")
    assert page.path == "/console/sign-in?next=/console/more"
    page = await bureau.sign_in(browser, "Chi")
    assert page.path == "/console/"
    assert "Chào Chi" in page.text
    page = await browser.send(page, "Đăng xuất")
    assert "Đăng nhập dành cho cán bộ" in page.text
    assert (await browser.open("/console/")).path.startswith("/console/sign-in")


async def test_where_somebody_wanted_to_go_they_come_after_signing_in(bureau: Bureau) -> None:
    browser = bureau.browser()
    door = await browser.open("/console/more")
    proof = {"name": "Chi", "password": bureau.station.proofs["Chi"].password, "code": bureau.code("Chi")}
    assert (await browser.send(door, "Đăng nhập", **proof)).path == "/console/more"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/console/..//evil", "/\\evil", "/x"])
async def test_nobody_is_led_to_another_site(bureau: Bureau, wanted: str) -> None:
    browser = bureau.browser()
    door = await browser.open("/console/sign-in")
    proof = {"name": "Chi", "password": bureau.station.proofs["Chi"].password, "code": bureau.code("Chi")}
    page = await browser.send(door, "Đăng nhập", next=wanted, **proof)
    assert page.path in ("/console/", "/console/..//evil", "//evil")
    assert str(bureau.root) in f"{bureau.root}{page.path}"


async def test_a_wrong_proof_says_the_same_whatever_was_wrong_and_keeps_the_name(bureau: Bureau) -> None:
    browser = bureau.browser()
    said = set()
    for given in ({"password": "not the password"}, {"code": "000000"}, {"name": "Không Ai"}):
        page = await bureau.sign_in(browser, "Chi", **given)
        assert page.status == 403
        assert f'value="{given.get("name", "Chi")}"' in page.raw
        assert bureau.station.proofs["Chi"].password not in page.raw
        said.add(page.tree.xpath("string(//*[@role='alert'])").strip())
    assert len(said) == 1


async def test_a_code_is_good_once(bureau: Bureau) -> None:
    browser, other, code = bureau.browser(), bureau.browser(), bureau.code("Chi")
    assert (await bureau.sign_in(browser, "Chi", code=code)).status == 200
    assert (await bureau.sign_in(other, "Chi", code=code)).status == 403


async def test_a_form_of_another_site_does_nothing(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    for headers, form in (
        ({}, {}),
        ({}, {"csrf": "0" * 64}),
        (
            {"Sec-Fetch-Site": "cross-site"},
            {"csrf": (await browser.open("/console/")).form("Đăng xuất").fields["csrf"]},
        ),
    ):
        async with browser.web.post(f"{bureau.root}/console/sign-out", data=form, headers=headers) as response:
            assert response.status == 403
    assert "Chào Chi" in (await browser.open("/console/")).text


async def test_the_secret_of_another_session_is_none(bureau: Bureau) -> None:
    chi, an = await bureau.sit("Chi"), await bureau.sit("An")
    stolen = (await an.open("/console/")).form("Đăng xuất").fields["csrf"]
    async with chi.web.post(f"{bureau.root}/console/sign-out", data={"csrf": stolen}) as response:
        assert response.status == 403


async def test_who_planted_a_cookie_is_not_signed_in_with_it(bureau: Bureau) -> None:
    browser = bureau.browser()
    browser.web.cookie_jar.update_cookies({"cotmoc_console": "planted"})
    await bureau.sign_in(browser, "Chi")
    thief = bureau.browser()
    thief.web.cookie_jar.update_cookies({"cotmoc_console": "planted"})
    assert (await thief.open("/console/")).path.startswith("/console/sign-in")


async def test_a_session_ends(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    bureau.clock.advance(IDLE_FOR.total_seconds() - 60)
    assert "Chào Chi" in (await browser.open("/console/")).text
    bureau.clock.advance(IDLE_FOR.total_seconds() - 60)
    assert "Chào Chi" in (await browser.open("/console/")).text  # a click keeps it open
    bureau.clock.advance(IDLE_FOR.total_seconds() + 1)
    assert (await browser.open("/console/")).path.startswith("/console/sign-in")
    browser = await bureau.sit("Chi")
    for _ in range(int(LONGEST.total_seconds() // 1200)):
        await browser.open("/console/")
        bureau.clock.advance(1200)
    assert (await browser.open("/console/")).path.startswith("/console/sign-in")  # whatever is clicked


async def test_pages_are_kept_by_nobody_and_framed_by_nobody(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    for path in ("/console/", "/console/sign-in", "/console/nowhere"):
        page = await browser.open(path)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]


async def test_every_route_of_the_console_is_behind_the_gate(bureau: Bureau) -> None:
    """Whatever is added later: without a session every address leads to the door, and does nothing."""
    assert bureau.app.server is not None
    browser = bureau.browser()
    open_to_all = {"/console/sign-in", "/console/first", "/console/language", "/console", "/console/static"}
    tried = 0
    for route in bureau.app.console.routes() if bureau.app.console else ():
        path, method = getattr(route, "path", ""), getattr(route, "method", "")
        if not method or path in open_to_all:
            continue
        tried += 1
        plain = (
            path.replace("{", "").split(":")[0]
            if "{" not in path
            else "/".join(
                ("vi" if "[a-z]{2}" in part else "1") if part.startswith("{") else part for part in path.split("/")
            )
        )
        async with browser.web.request(method, bureau.root + plain, allow_redirects=False) as response:
            assert response.status == 303, (method, path, response.status)
            assert response.headers["Location"].startswith("/console/sign-in")
    assert tried >= 3


async def test_a_language_is_chosen_and_kept(bureau: Bureau) -> None:
    browser = await bureau.sit("Chi")
    page = await browser.open("/console/language?to=en&next=/console/")
    assert page.tree.get("lang") == "en"
    assert "Sign out" in page.text
    assert (await browser.open("/console/more")).tree.get("lang") == "en"
    page = await browser.open("/console/language?to=xx&next=//evil.example")
    assert (page.path, page.tree.get("lang")) == ("/console/", "en")
