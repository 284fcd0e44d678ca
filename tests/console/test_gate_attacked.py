"""What strangers, other sites and torn forms try at the gate, with a running service."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from yarl import URL

from bot.staff.sessions import IDLE_FOR
from bot.staff.sign_in import FAILURES, LOCKED_FOR
from tests.console.bureau import Bureau

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (MULTIPART, b"x"),
        (f"{MULTIPART}; boundary=x", b"--x\r\nfoo"),
        (FORM, b"name=%ff\xff&code=1"),
        (f"{FORM}; charset=klingon", b"name=a"),
    ],
)
async def test_what_is_no_form_is_refused_in_words(bureau: Bureau, kind: str, body: bytes) -> None:
    chi = await bureau.sit("Chi")
    csrf = (await chi.open("/console/")).form("Đăng xuất").fields["csrf"]
    for path, secret in (("/console/sign-in", ""), ("/console/campaigns/new", csrf)):
        headers = {"Content-Type": kind, "X-CSRF-Token": secret}
        async with chi.web.post(bureau.root + path, data=body, headers=headers) as response:
            assert response.status == 400
            assert "Không đọc được biểu mẫu" in await response.text()


async def test_signs_that_no_database_takes_are_left_out(bureau: Bureau) -> None:
    """PostgreSQL refuses the sign zero wherever it stands."""
    chi = await bureau.sit("Chi")
    page = await chi.send(await chi.open("/console/campaigns/new"), "Soạn từ trang trống", title="Lũ\x00 về")
    assert page.status == 200
    assert "Lũ về" in (await chi.open("/console/campaigns?q=L%C5%A9%00")).text


@pytest.mark.parametrize("wanted", ["/console/%00", "/console/%0d%0aX:y", "/console/%09//evil.example", "/console/%ff"])
async def test_no_sign_of_an_address_breaks_the_answer(bureau: Bureau, wanted: str) -> None:
    address = URL(f"{bureau.root}/console/language?to=en&next={wanted}", encoded=True)
    async with bureau.browser().web.get(address, allow_redirects=False) as response:
        assert response.status == 303
        assert response.headers["Location"].startswith("/console/")
        assert response.headers["Location"].isprintable()


async def test_what_was_done_is_said_by_this_service_only(bureau: Bureau) -> None:
    """Another site of the same domain can put a cookie into the browser; it cannot make the console say anything."""
    chi, forged = await bureau.sit("Chi"), quote("Đã duyệt chiến dịch 7.")
    for kept in (forged, f"{'0' * 32}.{forged}", f"\udcff.{forged}", "."):
        header = {"Cookie": f"cotmoc_done={kept}"}
        async with chi.web.get(f"{bureau.root}/console/", headers=header) as response:
            assert "Đã duyệt chiến dịch 7." not in await response.text()
        async with bureau.browser().web.get(f"{bureau.root}/console/sign-in", headers=header) as response:
            assert "Đã duyệt chiến dịch 7." not in await response.text()


async def test_what_was_done_is_said_once_and_on_a_whole_page(bureau: Bureau) -> None:
    an = await bureau.sit("An")
    page = await an.open("/console/people")
    csrf = page.form("Đăng xuất").fields["csrf"]
    data = {"csrf": csrf, "name": "Mai Lan", "role": "viewer", "area": ""}
    await an.web.post(f"{bureau.root}/console/people/new", data=data, allow_redirects=False)
    async with an.web.get(f"{bureau.root}/console/", headers={"HX-Request": "true"}) as response:
        assert "Đã đề nghị thêm Mai Lan" not in await response.text()
    assert "Đã đề nghị thêm Mai Lan" in (await an.open("/console/people")).text
    assert "Đã đề nghị thêm Mai Lan" not in (await an.open("/console/people")).text


async def test_whose_session_ended_while_writing_gets_the_words_back(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await chi.open("/console/campaigns/new")
    bureau.clock.advance(IDLE_FOR.total_seconds() + 1)
    page = await chi.send(page, "Soạn từ trang trống", title="Lũ về, <b>bà con</b> lên đê")
    assert page.status == 401
    assert page.tree.xpath("//textarea/text()") == ["Lũ về, <b>bà con</b> lên đê"]
    assert page.headers["Cache-Control"] == "no-store"
    other = bureau.browser()
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}):  # nothing that somebody else had a browser send
        data = {"title": "chữ của trang khác"}
        async with other.web.post(f"{bureau.root}/console/campaigns/new", data=data, headers=headers) as response:
            assert "chữ của trang khác" not in await response.text()


async def test_without_its_database_the_console_says_so(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    async with bureau.db.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE officer_sessions RENAME TO away")
    page = await chi.open("/console/")
    assert page.status == 503
    assert "Cơ sở dữ liệu đang không trả lời" in page.text


async def test_strangers_who_guess_keep_nobody_out_of_their_own_browser(bureau: Bureau) -> None:
    """Names of officers are no secret: five wrong passwords would keep a duty officer out on the worst night."""
    own = bureau.browser()
    page = await bureau.sign_in(own, "Chi")
    await own.send(page, "Đăng xuất")
    stranger = bureau.browser()
    for _ in range(FAILURES):
        assert (await bureau.sign_in(stranger, "Chi", password="a wrong guess")).status == 403
    assert (await bureau.sign_in(stranger, "Chi")).status == 403  # locked for whoever comes from elsewhere
    assert "Chào Chi" in (await bureau.sign_in(own, "Chi")).text


async def test_guessing_in_a_browser_that_is_known_is_counted_too(bureau: Bureau) -> None:
    own = bureau.browser()
    await own.send(await bureau.sign_in(own, "Chi"), "Đăng xuất")
    for _ in range(FAILURES):
        await bureau.sign_in(own, "Chi", password="a wrong guess")
    assert (await bureau.sign_in(own, "Chi")).status == 403
    bureau.clock.advance(LOCKED_FOR.total_seconds())
    assert "Chào Chi" in (await bureau.sign_in(own, "Chi")).text


async def test_the_mark_of_a_browser_is_good_for_its_officer_until_their_proofs_change(bureau: Bureau) -> None:
    own = bureau.browser()
    await own.send(await bureau.sign_in(own, "Chi"), "Đăng xuất")
    for name in ("An", "Chi"):
        for _ in range(FAILURES):
            await bureau.sign_in(bureau.browser(), name, password="a wrong guess")
    assert (await bureau.sign_in(own, "An")).status == 403
    async with bureau.db.transaction() as connection:
        done = await bureau.station.accounts.reset(
            connection, await bureau.station.officer("An"), "Chi", bureau.clock.now()
        )
    bureau.station.proofs["Chi"] = done.credentials
    for _ in range(FAILURES):  # a reset forgives what was guessed before it
        await bureau.sign_in(bureau.browser(), "Chi", password="a wrong guess")
    assert (await bureau.sign_in(own, "Chi")).status == 403


async def test_a_code_is_not_spent_on_what_could_not_be_done_anyway(bureau: Bureau) -> None:
    an, code = await bureau.sit("An"), bureau.code("An")
    csrf = (await an.open("/console/account")).form("Đăng xuất").fields["csrf"]
    for path, form in (
        ("/console/account/password", {"new": "short", "again": "short"}),
        ("/console/roster/add", {"officer": "Chi", "area": "nowhere at all", "from": "soon", "to": "later"}),
    ):
        async with an.web.post(bureau.root + path, data=form | {"csrf": csrf, "code": code}) as response:
            assert response.status == 400
    page = await an.send(await an.open("/console/account"), "Lấy mã nối điện thoại", code=code)
    assert page.status == 200
    assert "/noi " in page.text


async def test_choices_that_no_form_of_ours_has_do_nothing(bureau: Bureau) -> None:
    an, chi = await bureau.sit("An"), await bureau.sit("Chi")
    for browser, path, form in (
        (an, "/console/people/new", {"name": "Mai Lan", "role": "boss", "area": ""}),
        (chi, "/console/faq/unanswered", {"group": "9" * 5000, "entry": "x"}),
    ):
        csrf = (await browser.open("/console/")).form("Đăng xuất").fields["csrf"]
        async with browser.web.post(bureau.root + path, data=form | {"csrf": csrf}) as response:
            assert response.status in (400, 409), await response.text()
    assert "Mai Lan" not in (await an.open("/console/people")).text
