"""Officers come, change and go by two administrators; secrets are shown once; nobody else sees the pages."""

from __future__ import annotations

import pytest
from pyotp import TOTP

from bot.staff.credentials import Credentials
from tests.console.bureau import Bureau


async def test_somebody_new_by_two_administrators(bureau: Bureau) -> None:
    an, binh = await bureau.sit("An"), await bureau.sit("Bình")
    form = await an.open("/console/people/new")
    page = await an.send(form, "Đề nghị", name="Em", role="editor", area="xã Thường Phước")
    assert "Đã đề nghị thêm Em" in page.text
    own = await an.send(page, "Rút lại")
    assert "Đã từ chối đề nghị" in own.text
    await an.send(form, "Đề nghị", name="Em", role="editor", area="xã Thường Phước")
    page = await binh.open("/console/people")
    assert "Thêm cán bộ Em, vai trò soạn (editor) ở xã Thường Phước" in page.text
    buttons = [" ".join(each.itertext()) for each in page.form("Xác nhận").iter("button")]
    assert buttons == ["Xác nhận", "Từ chối"]  # Enter in the box of the code presses the first: never a refusal
    refused = await binh.send(page, "Xác nhận", code="000000")
    assert refused.status == 409
    assert "Mã không đúng" in refused.text
    page = await binh.send(page, "Xác nhận", code=bureau.code("Bình"))
    password, secret = (each.text for each in page.tree.find_class("secret"))
    assert password not in (await binh.open("/console/people")).raw
    bureau.station.proofs["Em"] = Credentials("Em", password, secret)
    em = await bureau.sit("Em")
    page = await em.open("/console/account")
    given = {"new": "mot cau rat dai 7", "again": "mot cau rat dai 7"}
    page = await em.send(page, "Đổi mật khẩu", code=TOTP(secret).at(int(bureau.clock.now().timestamp()) + 30), **given)
    assert "Đã đổi mật khẩu" in page.text
    assert (await bureau.sign_in(bureau.browser(), "Em")).status == 403  # the old one
    bureau.clock.advance(60)
    assert (await bureau.sign_in(bureau.browser(), "Em", password="mot cau rat dai 7")).status == 200


async def test_roles_deputies_and_leaving(bureau: Bureau) -> None:
    an, binh = await bureau.sit("An"), await bureau.sit("Bình")
    page = await an.click(await an.open("/console/people"), "Chi")
    steps = (
        ("Đề nghị giao", {"role": "reviewer", "area": ""}, "Giao cho Chi vai trò ký bản ngôn ngữ"),
        ("Đề nghị đổi người thay", {"deputy": "Dung"}, "báo cả Dung"),
        ("Đề nghị cho ngừng", {}, "Cho Chi ngừng hoạt động"),
    )
    for button, given, said in steps:
        await an.send(page, button, **given)
        waiting = await binh.open("/console/people")
        assert said in waiting.text
        done = await binh.send(waiting, "Xác nhận", code=bureau.code("Bình"))
        assert "Đã xác nhận" in done.text
    assert "đã ngừng" in (await binh.open("/console/people")).text
    assert (await bureau.sign_in(bureau.browser(), "Chi")).status == 403


async def test_what_cannot_be_is_said_and_what_was_typed_stays(bureau: Bureau) -> None:
    an = await bureau.sit("An")
    form = await an.open("/console/people/new")
    page = await an.send(form, "Đề nghị", name="E", role="duty", area="nơi không có")
    assert page.status == 400
    assert page.form("Đề nghị").fields["area"] == "nơi không có"
    assert page.form("Đề nghị").fields["role"] == "duty"
    page = await an.send(page, "Đề nghị", name="Chi")
    assert "không có nơi nào" in page.text.lower()
    page = await an.send(page, "Đề nghị", name="Chi", area="")
    assert page.status == 400
    assert "Chi" in page.tree.xpath("string(//*[@role='alert'])")


async def test_a_reset_ends_whatever_was_open(bureau: Bureau) -> None:
    an, chi = await bureau.sit("An"), await bureau.sit("Chi")
    page = await an.click(await an.open("/console/people"), "Chi")
    page = await an.send(page, "Cấp lại", code=bureau.code("An"))
    assert "Giao tận tay Chi" in page.text
    assert "Báo ngay cho: Bình, Chi" in page.text or "Báo ngay cho: Chi, Bình" in page.text
    assert (await chi.open("/console/")).path.startswith("/console/sign-in")


@pytest.mark.parametrize("name", ["Chi", "Dung", "Giang"])
async def test_nobody_else_gets_there(bureau: Bureau, name: str) -> None:
    browser = await bureau.sit(name)
    assert "Cán bộ" not in (await browser.open("/console/more")).text
    for path in ("/console/people", "/console/people/new", "/console/people/1"):
        page = await browser.open(path)
        assert page.status == 403
        assert "không có quyền" in page.text
    csrf = (await browser.open("/console/")).form("Đăng xuất").fields["csrf"]
    async with browser.web.post(f"{bureau.root}/console/people/1/reset", data={"csrf": csrf, "code": "1"}) as answer:
        assert answer.status == 403


async def test_a_phone_is_linked_with_a_code_of_the_moment(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await chi.open("/console/account")
    assert (await chi.send(page, "Lấy mã nối điện thoại", code="123456")).status == 400
    page = await chi.send(page, "Lấy mã nối điện thoại", code=bureau.code("Chi"))
    said = page.tree.find_class("big")[0].text
    await bureau.talk.hears(said, who="2001")
    assert "1 cuộc trò chuyện đã nối" in (await chi.open("/console/account")).text
    page = await chi.send(await chi.open("/console/account"), "Ngắt mọi cuộc trò chuyện")
    assert "Đã ngắt 1 cuộc trò chuyện" in page.text


async def test_tokens(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await chi.send(await chi.open("/console/account"), "Tạo mã truy cập", days="400", code=bureau.code("Chi"))
    assert page.status == 400
    page = await chi.send(page, "Tạo mã truy cập", days="7", draft=True, code=bureau.code("Chi"))
    assert "cotmoc_" in page.tree.find_class("secret")[0].text
    assert "cotmoc_" not in (await chi.open("/console/account")).raw
    page = await chi.send(page, "Huỷ mọi mã truy cập của tôi")
    assert "Đã huỷ 1 mã truy cập" in page.text


async def test_signing_out_everywhere(bureau: Bureau) -> None:
    here, there = await bureau.sit("Chi"), await bureau.sit("Chi")
    page = await here.send(await here.open("/console/account"), "Đăng xuất mọi nơi")
    assert "Đăng nhập dành cho cán bộ" in page.text
    assert (await there.open("/console/")).path.startswith("/console/sign-in")
