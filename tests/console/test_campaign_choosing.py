"""Whom and when: what is chosen by plain controls, counted before it is kept, and refused with a sentence."""

from __future__ import annotations

import pytest

from bot.staff.roles import Role
from broadcasts import recurrence
from broadcasts.recurrence import Missed
from tests.console.browser import Page
from tests.console.bureau import Bureau
from tests.console.test_campaign_writing import alert
from tests.console.writing import aimed, begun, residents_of, timed


def commune(page: Page, name: str) -> str:
    [found] = page.tree.xpath(f"//input[@name='places'][../span[starts-with(., '{name}')]]")
    return str(found.get("value"))


async def test_places_are_ticked_counted_and_kept(bureau: Bureau) -> None:
    await residents_of(bureau, 6)
    chi = await bureau.sit("Chi")
    await begun(chi)
    page = await chi.open("/console/campaigns/1/audience")
    assert "Đánh dấu nơi để đếm." in page.text
    page = await chi.send(page, "Lưu")
    assert page.status == 400
    assert "Chưa đánh dấu nơi nào" in alert(page)
    code = commune(page, "xã Tân Hộ Cơ")
    page = await chi.send(page, "Đếm thử, chưa lưu", places=[code], topics=["crossing"])
    assert "Dự báo 6 người: tới được 6" in page.text
    assert "Chi phí: 0 đồng." in page.text
    assert "…" in page.tree.xpath("string(//td[2])")  # masked
    assert (await bureau.station.campaign()).audience == {}
    page = await chi.send(page, "Lưu")
    assert (await bureau.station.campaign()).audience == {"places": [code], "topics": ["crossing"]}
    page = await chi.send(page, "Lưu", exclusions=[code], places=["p-dong-thap"])
    assert "Chưa ai nhận được tin này" in page.text


async def test_places_are_found_by_old_and_new_names_and_other_provinces_are_opened(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    await begun(chi)
    page = await chi.open("/console/campaigns/1/audience")
    page = await chi.send(page, "Tìm", q="tan ho co", topics=["fishing"])
    assert page.tree.xpath("//h3[.='Tìm thấy']")
    assert page.tree.xpath("//input[@name='topics' and @value='fishing' and @checked]")  # nothing ticked is lost
    page = await chi.send(page, "Tìm", q="nơi không có thật")
    assert "Không tìm thấy nơi nào" in page.text
    page = await chi.send(page, "Mở các xã : tỉnh Cà Mau", q="")
    code = commune(page, "xã Đất Mũi")
    page = await chi.send(page, "Lưu", places=[code])
    assert (await bureau.station.campaign()).audience["places"] == [code]
    assert "Đang chọn ở nơi khác" in page.text  # although its province is not open any more
    page = await chi.send(page, "Đánh dấu 6 xã, phường biên giới")
    assert len(page.tree.xpath("//input[@name='places' and @checked]")) == 7


async def test_an_officer_of_one_place_sees_and_takes_that_place_only(bureau: Bureau) -> None:
    await residents_of(bureau, 3)
    await bureau.add("Khoa", Role.EDITOR, "p-an-giang")
    khoa = await bureau.sit("Khoa")
    await begun(khoa)
    page = await khoa.open("/console/campaigns/1/audience")
    assert "Mọi nơi" not in page.text
    assert "xã Tân Hộ Cơ" not in page.text
    page = await khoa.send(page, "Tìm", q="tan ho co")
    assert "Không tìm thấy nơi nào trong khu vực của mình" in page.text
    csrf = page.form("Đăng xuất").fields["csrf"]
    for step in ("audience", "audience/auto"):
        for given in ({"where": "everywhere"}, {"where": "chosen", "places": "p-dong-thap"}):
            form = {"csrf": csrf, "do": "save", **given}
            async with khoa.web.post(f"{bureau.root}/console/campaigns/1/{step}", data=form) as response:
                said = await response.text()
                assert "khu vực của mình" in said
                assert "Dự báo 3" not in said  # nor counted
    assert (await bureau.station.campaign()).audience == {}
    assert (
        await khoa.send(await khoa.open("/console/campaigns/1/audience"), "Lưu", places=["p-an-giang"])
    ).status == 200


async def test_what_stands_on_no_list_is_refused(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    csrf = page.form("Đăng xuất").fields["csrf"]
    for given in (
        {"places": "c-999999"},
        {"topics": "gossip", "places": "p-dong-thap"},
        {"posts": "x", "places": "p-dong-thap"},
    ):
        form = {"csrf": csrf, "do": "save", "where": "chosen", **given}
        async with chi.web.post(f"{bureau.root}/console/campaigns/1/audience", data=form) as response:
            assert response.status == 400
    assert (await bureau.station.campaign()).audience == {}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"date": ""}, "Chọn ngày gửi"),
        ({"date": "2026-02-31"}, "Chọn ngày gửi"),
        ({"time": "25:00"}, "Chọn giờ gửi"),
        ({"date": "2026-11-20", "time": "08:00"}, "đã qua"),
        ({"kind": "weekly", "until": "2026-12-31"}, "ít nhất một ngày"),
        ({"kind": "daily"}, "ngày kết thúc"),
        ({"kind": "monthly", "until": "2031-01-01"}, "hai năm"),
        ({"kind": "daily", "until": "2026-12-31", "except": "30/02/2027"}, "30/02/2027"),
        ({"kind": "own"}, "Chọn gửi một lần hay lặp lại"),
    ],
)
async def test_a_time_that_is_none_says_which_field(bureau: Bureau, given: dict[str, str], why: str) -> None:
    chi = await bureau.sit("Chi")
    page = await begun(chi)
    form = {"csrf": page.form("Đăng xuất").fields["csrf"], "do": "save", "kind": "once", "time": "09:00"}
    form |= {"date": "2026-11-22", "missed": "ask", "late": "24", **given}
    async with chi.web.post(f"{bureau.root}/console/campaigns/1/time", data=form) as response:
        page = Page(response.status, "", await response.text(), response.headers)
    assert page.status == 400
    assert why in alert(page)
    assert page.form("Tiếp: Trình").fields["date"] == form["date"]
    assert (await bureau.station.campaign()).schedule == {}


async def test_a_rule_by_plain_controls_leaves_out_tet_and_shows_its_dates(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    await begun(chi)
    page = await chi.open("/console/campaigns/1/time")
    given = {
        "kind": "weekly",
        "date": "2027-01-25",
        "time": "06:15",
        "until": "2027-03-31",
        "missed": "skip",
        "late": "6",
    }
    page = await chi.send(
        page, "Xem các ngày, chưa lưu", days=["MO", "FR"], tet=True, **{"except": "29/01/2027"}, **given
    )
    assert (await bureau.station.campaign()).schedule == {}
    dates = [" ".join(each.text_content().split()) for each in page.tree.xpath("//aside//ol/li")]
    assert len(dates) == 5
    assert dates[0].startswith("Thứ Hai, 7:00 ngày 25/1/2027")
    assert "dời khỏi giờ yên lặng; đã chọn Thứ Hai, 6:15" in dates[0]
    assert dates[1].startswith("Thứ Hai, 7:00 ngày 1/2/2027")  # 29 January is left out, and so is Tết from 4 to 10
    assert dates[2].startswith("Thứ Sáu, 7:00 ngày 12/2/2027")
    page = await chi.send(page, "Tiếp: Trình")
    assert "Mỗi tuần, vào Thứ Hai, Thứ Sáu, từ 6:15 ngày 25/1/2027 đến hết 31/03/2027." in page.text
    kept = recurrence.from_json((await bureau.station.campaign()).schedule)
    assert (kept.rule, kept.missed, kept.too_late_after) == ("FREQ=WEEKLY;BYDAY=MO,FR", Missed.SKIP, 360)
    page = await chi.open("/console/campaigns/1/time")
    form = page.form("Tiếp: Trình")
    assert (form.fields["kind"], form.fields["tet"], form.fields["except"]) == ("weekly", "1", "29/01/2027")
    await chi.send(page, "Lưu")
    assert recurrence.from_json((await bureau.station.campaign()).schedule) == kept  # there and back again


async def test_a_campaign_close_to_another_says_so_while_its_time_is_chosen(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    await begun(chi, "Tin thứ nhất")
    await aimed(chi)
    await chi.send(await timed(chi), "Trình duyệt")
    await begun(chi, "Tin thứ hai")
    await aimed(chi, 2)
    page = await chi.open("/console/campaigns/2/time")
    page = await chi.send(page, "Xem các ngày, chưa lưu", date="2026-11-22", time="09:30")
    assert "Gần giờ với CD-1 “Tin thứ nhất”" in page.text


async def test_what_is_missing_stands_on_the_last_step_and_keeps_it_from_being_handed_in(bureau: Bureau) -> None:
    chi = await bureau.sit("Chi")
    page = await chi.send(await chi.open("/console/campaigns/new"), "Soạn từ trang trống", title="Rỗng")
    page = await chi.open("/console/campaigns/1/submit")
    for why in ("Chưa có bản ngôn ngữ nào", "Chưa chọn gửi ai", "Chưa chọn giờ gửi"):
        assert f"Thiếu: {why}" in page.text
    assert page.tree.xpath("//button[@disabled and contains(., 'Trình duyệt')]")
    page = await chi.send(page, "Trình duyệt")
    assert page.status == 409
    assert "Chưa chọn gửi ai" in alert(page)
