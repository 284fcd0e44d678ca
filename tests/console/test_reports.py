"""Reports of a run, a campaign and a period: the same figures on the page, in the files and in the pictures."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from bot import errors
from bot.staff import audit
from bot.staff.roles import Role
from tests.console.browser import Browser, Page
from tests.console.bureau import Bureau
from tests.console.sent import TAN_HO_CO, THUONG_PHUOC, gone_out, planned, residents_of, taken_back


def table(page: Page, title: str) -> list[list[str]]:
    """The body of the table under this heading, cell by cell."""
    [found] = page.tree.xpath(f"//section[h2[normalize-space()='{title}']]//table")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in found.xpath(".//tbody/tr")]


async def reported(bureau: Bureau) -> int:
    """Twelve of Thường Phước, seven of Tân Hộ Cơ, two of them unreachable; one message is refused, one unknown."""
    await residents_of(bureau, THUONG_PHUOC, 12)
    await residents_of(bureau, TAN_HO_CO, 5, first=9100)
    await residents_of(bureau, TAN_HO_CO, 2, first=9200, reachable="blocked")
    bureau.talk.channel.script.extend([errors.RecipientGone("blocked"), errors.OutcomeUnknown()])
    return await gone_out(bureau)


async def get(browser: Browser, path: str) -> tuple[bytes, str]:
    async with browser.web.get(browser.root + path) as response:
        assert response.status == 200
        return await response.read(), response.headers["Content-Disposition"]


async def test_a_campaign_s_report_adds_up_with_forecast_cost_and_reasons(bureau: Bureau) -> None:
    number = await reported(bureau)
    browser = await bureau.sit("Chi")
    index = await browser.open("/console/reports")
    page = await browser.click(index, "CD-1 Giấy tờ vùng biên")
    assert page.path == f"/console/reports/campaigns/{number}"
    assert "Tới được 15 / 19" in page.text
    assert "78,9 %" in page.text
    assert "Cộng 19 = đối tượng 19" in page.text
    overview = dict(table(page, "Tổng quan"))
    assert overview["chênh lệch (phải bằng 0)"] == "0"
    assert overview["nếu in tờ rơi (đồng)"] == "chưa khai giá in"
    assert table(page, "Dự báo và thực tế")[:2] == [["người nhận", "19", "19"], ["tới được", "17", "15"]]
    assert ["bỏ qua", "người nhận đã chặn", "2"] in table(page, "Lý do")
    assert ["không gửi được", "người nhận đã chặn", "1"] in table(page, "Lý do")
    assert [row[:2] for row in table(page, "Theo kênh")] == [["Fake", "15"]]
    assert table(page, "Theo ngôn ngữ")[0][0] == "tiếng Việt"
    assert table(page, "Theo đường gửi") == [["miễn phí", "15"]]
    assert table(page, "Theo giờ") == [["7:00", "15"]]
    places = table(page, "Theo nơi")
    assert sum(int(row[1]) for row in places) == 15
    assert all(int(cell) == 0 or int(cell) >= 5 or row[0] == "cả vùng" for row in places for cell in row[1:])


async def test_each_plot_has_its_table(bureau: Bureau) -> None:
    await reported(bureau)
    page = await (await bureau.sit("Chi")).open("/console/reports/campaigns/1")
    drawn = page.tree.xpath("//section[.//*[name()='svg'][@role='img']]")
    assert [each.findtext("h2") for each in drawn] == ["Lý do", "Theo nơi", "Theo kênh", "Theo giờ"]
    for each in drawn:
        assert each.xpath(".//table")
        assert each.xpath(".//*[name()='svg'][@role='img']/@aria-label")[0] == each.findtext("h2")
        assert each.xpath(".//*[name()='rect'][@fill='#0B4F8A']")
    assert "style=" not in page.raw


async def test_csv_and_xlsx_hold_the_same(bureau: Bureau) -> None:
    await reported(bureau)
    browser = await bureau.sit("Chi")
    page = await browser.open("/console/reports/campaigns/1")
    body, named = await get(browser, page.link("CSV"))
    assert named == 'attachment; filename="bao-cao-CD-1.csv"'
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert ["người nhận", "19"] in rows
    assert ["bỏ qua", "người nhận đã chặn", "2"] in rows
    body, named = await get(browser, page.link("XLSX"))
    assert named.endswith('.xlsx"')
    book = load_workbook(io.BytesIO(body))
    assert book.sheetnames[:3] == ["Tổng quan", "Dự báo và thực tế", "Lý do"]
    assert ("người nhận", 19) in list(book["Tổng quan"].values)


async def test_paper_has_the_log_s_head_and_room_to_sign(bureau: Bureau) -> None:
    await reported(bureau)
    page = await (await bureau.sit("Chi")).open("/console/reports/runs/1")
    async with bureau.db.reading() as connection:
        lines, head = await audit.head(connection)
    signing = " ".join("".join(page.tree.xpath("//section[@class='signing']")[0].itertext()).split())
    assert f"Dấu nhật ký: {head} ({lines} dòng)" in signing
    assert all(each in signing for each in ("Người lập", "Ký tên", "Ngày"))
    async with bureau.browser().web.get(f"{bureau.root}/console/static/runs.css") as response:
        assert "@media print" in await response.text()


async def test_a_period_campaign_by_campaign(bureau: Bureau) -> None:
    await reported(bureau)
    await gone_out(bureau, title="Lần hai", at="2026-11-24T07:30")
    browser = await bureau.sit("Chi")
    index = await browser.open("/console/reports")
    page = await browser.send(index, "Lập báo cáo", **{"from": "2026-11-20", "to": "2026-11-30"})
    assert "Đã phát từ 20/11/2026 đến 30/11/2026" in page.text
    assert [row[:2] for row in table(page, "Chiến dịch")] == [["1", "Giấy tờ vùng biên"], ["2", "Lần hai"]]
    body, named = await get(browser, page.link("CSV"))
    assert "bao-cao-2026-11-20-2026-11-30.csv" in named
    assert "Lần hai" in body.decode("utf-8-sig")
    only = await browser.open("/console/reports/period?from=2026-11-22&to=2026-11-30")
    assert [row[:2] for row in table(only, "Chiến dịch")] == [["2", "Lần hai"]]
    nothing = await browser.open("/console/reports/period?from=2026-01-01&to=2026-01-31")
    assert "Chưa gửi cho ai" in nothing.text


@pytest.mark.parametrize(
    "query", ["", "from=x&to=2026-11-30", "from=2026-11-30&to=2026-11-01", "from=2020-01-01&to=2026-01-01"]
)
async def test_days_that_are_none_are_refused_and_stay(bureau: Bureau, query: str) -> None:
    browser = await bureau.sit("Chi")
    page = await browser.open(f"/console/reports/period?{query}")
    assert page.status == 400
    assert "Chọn ngày đầu và ngày cuối" in page.text
    if "from=x" in query:
        assert page.form("Lập báo cáo").fields["to"] == "2026-11-30"
    assert (await browser.open(f"/console/reports/period/csv?{query}")).status == 400


async def test_what_plans_want_with_what_was_published(bureau: Bureau) -> None:
    await reported(bureau)
    browser = await bureau.sit("Chi")
    page = await browser.click(await browser.open("/console/reports"), "Hạn báo cáo của các kế hoạch")
    assert "Đồng Tháp 2022 IV.13" in page.text
    assert "Hạn cuối 14/06/2027" in page.text
    assert "kinh phí đã dùng" in page.text
    assert "Đã phát từ 15/11/2026: 1 đợt, 15 tin đã gửi, chi phí 0 đồng." in page.text
    assert "Kiên Giang 2019 III.8" in page.text  # for whoever opens it
    page = await browser.click(page, "Lập bảng từ 15/11/2026")
    assert "Tới được 15 / 19" in page.text


async def test_what_was_taken_back_had_arrived_and_is_said(bureau: Bureau) -> None:
    await reported(bureau)
    giang = await bureau.station.officer("Giang")
    await bureau.app.campaigning.service.withdraw(giang, 1)
    await taken_back(bureau)
    page = await (await bureau.sit("Chi")).open("/console/reports/runs/1")
    assert "Tới được 15 / 19" in page.text
    assert "đã thu hồi 15 tin" in page.text


async def test_nothing_sent_yet(bureau: Bureau) -> None:
    await planned(bureau)
    browser = await bureau.sit("Chi")
    page = await browser.open("/console/reports/campaigns/1")
    assert "Chưa gửi cho ai trong phần này" in page.text
    assert not page.tree.xpath("//*[name()='svg'][@role='img']")


async def test_nobody_can_be_found_in_a_report(bureau: Bureau) -> None:
    await reported(bureau)
    browser = await bureau.sit("Chi")
    for path in ("/console/reports/campaigns/1", "/console/reports/campaigns/1/csv", "/console/reports/runs/1"):
        page = await browser.open(path)
        assert not re.search(r"\b9[012]\d\d\b", page.raw)


async def test_who_may_read_may_and_nobody_else(bureau: Bureau) -> None:
    await reported(bureau)
    await bureau.add("Phúc", Role.VIEWER)
    assert "Tới được 15" in (await (await bureau.sit("Phúc")).open("/console/reports/runs/1")).text
    for path in ("/console/reports/runs/77", "/console/reports/campaigns/77/xlsx", "/console/reports/runs/x"):
        assert (await (await bureau.sit("Phúc")).open(path)).status == 404


async def test_a_title_is_text_on_the_page_and_no_formula_in_a_file(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 5)
    await gone_out(bureau, title="=1+1 <img src=x>")
    browser = await bureau.sit("Chi")
    page = await browser.open("/console/reports/period?from=2026-11-01&to=2026-11-30")
    assert "=1+1 <img src=x>" in page.text
    assert not page.tree.xpath("//img")
    body, _ = await get(browser, page.link("CSV"))
    assert ",=1+1" not in body.decode("utf-8-sig")


async def test_in_english(bureau: Bureau) -> None:
    await reported(bureau)
    browser = await bureau.sit("Chi")
    await browser.open("/console/language?to=en&next=/console/")
    page = await browser.open("/console/reports/runs/1")
    assert ["skipped", "the recipient has blocked us", "2"] in table(page, "Reasons")
