"""The duty roster in the console: gaps are seen, shifts come one by one or by a file, and nobody else changes it."""

from __future__ import annotations

from bot.staff.roles import Role
from tests.console.bureau import Bureau

FILE = "cán bộ,khu vực,từ,đến\nHải,p-dong-thap,{first},{last}\n"


async def test_a_shift_closes_a_gap(bureau: Bureau) -> None:
    await bureau.add("Hải", Role.DUTY)
    an = await bureau.sit("An")
    page = await an.open("/console/roster")
    assert "Trống" in page.text
    given = {"officer": "Hải", "area": "", "from": "2026-11-20T00:00", "to": "2026-12-05T00:00"}
    refused = await an.send(page, "Xếp ca trực", code="000000", **given)
    assert refused.status == 400
    assert refused.form("Xếp ca trực").fields["to"] == "2026-12-05T00:00"
    page = await an.send(refused, "Xếp ca trực", code=bureau.code("An"))
    assert "Đã xếp Hải trực tới 00:00 05/12/2026" in page.text
    assert "Trống" not in page.text
    assert "PHÁT TIN KHẨN" in (await (await bureau.sit("Hải")).open("/console/")).text
    page = await an.send(page, "Bỏ mọi ca từ bây giờ", officer="Hải", code=bureau.code("An"))
    assert "Đã bỏ 1 ca trực của Hải" in page.text
    assert "Trống" in page.text


async def test_wrong_hours_are_said(bureau: Bureau) -> None:
    await bureau.add("Hải", Role.DUTY)
    an = await bureau.sit("An")
    page = await an.open("/console/roster")
    given = {"officer": "Hải", "from": "2026-11-22T08:00", "to": "2026-11-21T08:00"}
    page = await an.send(page, "Xếp ca trực", code=bureau.code("An"), **given)
    assert (page.status, "phải sau cột từ" in page.text) == (400, True)


async def test_a_file_is_checked_then_taken_whole_or_not_at_all(bureau: Bureau) -> None:
    await bureau.add("Hải", Role.DUTY)
    an = await bureau.sit("An")
    good = FILE.format(first="21/11/2026 7:00", last="22/11/2026 7:00").encode()
    page = await an.send(await an.open("/console/roster"), "Kiểm tra hoặc nhập", file=("lich.csv", good))
    assert "Tệp đọc được: 1 ca" in page.text
    assert "Hải · tỉnh" not in page.text
    bad = good + b"Ai Do,,21/11/2026 7:00,22/11/2026 7:00\n"
    page = await an.send(page, "Kiểm tra hoặc nhập", file=("lich.csv", bad), code=bureau.code("An"))
    assert (page.status, "Dòng 3: Không có cán bộ nào" in page.text) == (400, True)
    page = await an.send(page, "Kiểm tra hoặc nhập", file=("lich.csv", good), code=bureau.code("An"))
    assert "Đã nhập 1 ca trực" in page.text
    assert "07:00–24:00 · Hải" in page.text
    page = await an.send(page, "Kiểm tra hoặc nhập", file=("lich.csv", b"\xff\xfe\x00"), code=bureau.code("An"))
    assert page.status == 400
    page = await an.send(page, "Kiểm tra hoặc nhập", file=("lich.csv", b"x" * 1_100_000))
    assert page.status == 413


async def test_others_read_it_only(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await chi.open("/console/roster")
    assert "Xếp ca trực" not in page.text
    csrf = page.form("Đăng xuất").fields["csrf"]
    async with chi.web.post(f"{bureau.root}/console/roster/clear", data={"csrf": csrf, "officer": "An"}) as answer:
        assert answer.status == 403
