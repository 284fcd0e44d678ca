"""A run while it goes out: its figures add up at every moment, one tap pauses it, a second look ends it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot import errors
from bot.pacing import Pacer
from bot.staff.roles import Role
from bot.staff.sessions import IDLE_FOR
from tests.console.browser import Page
from tests.console.bureau import Bureau
from tests.console.sent import (
    TAN_HO_CO,
    THUONG_PHUOC,
    TITLE,
    WORDS,
    gone_out,
    planned,
    residents_of,
    runs_of,
    sends,
    states,
    taken_back,
    tick,
    until,
)


def figures(page: Page) -> dict[str, int]:
    """The six states, and beside them what the sum line says."""
    found = {}
    for each in page.tree.xpath("//dl[contains(@class, 'six')]/div"):
        found[each.findtext("dt")] = int(each.findtext("dd").replace(".", ""))
    assert len(found) == 6
    sums = re.search(r"Cộng ([\d.]+) = đối tượng ([\d.]+)", page.text)
    assert sums, page.text
    whole, audience = (int(each.replace(".", "")) for each in sums.groups())
    assert sum(found.values()) == whole == audience
    assert "phải bằng nhau" not in page.text
    return found


def standing(bureau: Bureau) -> int:
    return sum(text.startswith(WORDS) for text in bureau.talk.channel.standing.values())


async def half_sent(bureau: Bureau, people: int = 12, got: int = 7) -> int:
    """The platform wants ten minutes of silence after the seventh message; returns the run's number."""
    await residents_of(bureau, THUONG_PHUOC, people)
    number = await planned(bureau)
    await until(bureau)
    await tick(bureau)
    bureau.talk.channel.script.extend([None] * got + [errors.Throttled(600)] * (10 - got))  # ten of a run go first
    await sends(bureau)
    [run] = await runs_of(bureau, number)
    return run.id


async def test_what_is_not_yet_begun_says_when(bureau: Bureau) -> None:
    number = await planned(bureau)
    browser = await bureau.sit("Chi")
    runs = await browser.open(f"/console/campaigns/{number}/runs")
    assert "7:30 ngày 21/11/2026 đã đặt lịch" in runs.text
    page = await browser.click(runs, "7:30 ngày 21/11/2026")
    assert page.path == "/console/runs/1"
    assert "sẽ gửi lúc 7:30 ngày 21/11/2026" in page.text
    assert sum(figures(page).values()) == 0
    assert "TẠM DỪNG" not in page.text


async def test_half_sent_adds_up_and_says_what_it_waits_for(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.open(f"/console/runs/{run}")
    found = figures(page)
    assert (found["Đã gửi"], found["Chờ"], found["Không rõ"]) == (7, 5, 0)
    assert "7 / 12" in page.text
    assert page.tree.xpath("//progress/@value") == ["7"]
    assert re.search(r"Fake: \d tin chờ tới 7:4\d mới được gửi", page.text), page.text
    assert "tin một" in page.text
    assert "xong lúc 7:" in page.text
    assert page.tree.xpath("//noscript//meta/@content") == ["10"]
    assert page.tree.xpath("//*[@id='live']/@hx-trigger") == ["every 2s"]


async def test_the_platform_s_wish_for_silence_is_said(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    pacer = bureau.app.accounts.pacers.setdefault(("fake", "main"), Pacer(rate=0))
    pacer.silence(bureau.clock.monotonic() + 240)
    page = await (await bureau.sit("Giang")).open(f"/console/runs/{run}")
    assert re.search(r"Fake chờ tới 7:3\d(:\d\d)?, theo yêu cầu của nền tảng", page.text), page.text


async def test_the_part_that_renews_itself_is_only_that_part_and_ends(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.open(f"/console/runs/{run}/live")
    assert page.status == 200
    assert "<html" not in page.raw
    assert figures(page)["Đã gửi"] == 7
    bureau.clock.advance(700)
    await sends(bureau)
    await tick(bureau)
    page = await browser.open(f"/console/runs/{run}/live")
    assert page.status == 286
    assert "hx-trigger" not in page.raw
    assert figures(page)["Đã gửi"] == 12
    assert not (await browser.open(f"/console/runs/{run}")).tree.xpath("//noscript")


async def test_who_watches_shares_what_was_counted_and_the_page_says_of_when(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    first = await browser.open(f"/console/runs/{run}/live")
    bureau.clock.advance(700)
    fresh = await browser.open(f"/console/runs/{run}")
    await sends(bureau)
    same = await browser.open(f"/console/runs/{run}/live")
    assert figures(first)["Đã gửi"] == figures(fresh)["Đã gửi"] == figures(same)["Đã gửi"] == 7
    said = re.search(r"Số lúc (\S+)\.", same.text)
    assert said is not None
    assert said[0] in fresh.text
    bureau.clock.advance(2)
    assert figures(await browser.open(f"/console/runs/{run}/live"))["Đã gửi"] == 12


async def test_a_page_left_open_keeps_nobody_signed_in(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    await browser.open(f"/console/runs/{run}")
    for _ in range(int(IDLE_FOR / timedelta(minutes=2)) + 1):
        bureau.clock.advance(120)
        last = await browser.open(f"/console/runs/{run}/live")
    assert last.path.startswith("/console/sign-in")


async def test_one_tap_pauses_and_one_resumes(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.send(await browser.open(f"/console/runs/{run}"), "TẠM DỪNG")
    assert page.path == f"/console/runs/{run}"
    assert "Đã tạm dừng." in page.text
    bureau.clock.advance(700)
    await sends(bureau)
    assert standing(bureau) == 7  # nothing left while it is paused
    page = await browser.open(f"/console/runs/{run}")
    assert figures(page)["Chờ"] == 5
    page = await browser.send(page, "GỬI TIẾP")
    await sends(bureau)
    await tick(bureau)
    assert standing(bureau) == 12
    page = await browser.open(f"/console/runs/{run}")
    assert figures(page)["Đã gửi"] == 12
    assert "đã gửi xong" in page.text


async def test_who_is_too_late_is_told_how_it_is_now(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    first, second = await bureau.sit("Giang"), await bureau.sit("Chi")
    stale = await second.open(f"/console/runs/{run}")
    await first.send(await first.open(f"/console/runs/{run}"), "TẠM DỪNG")
    page = await second.send(stale, "TẠM DỪNG")
    assert page.status == 409
    assert "đang tạm dừng; chạy tiếp hoặc huỷ" in page.text
    assert figures(page)["Đã gửi"] == 7


async def test_cancel_asks_again_and_wants_a_code(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.click(await browser.open(f"/console/runs/{run}"), "Huỷ phần còn lại")
    assert "5 người còn chờ sẽ không được gửi." in page.text
    assert "7 người đã nhận thì vẫn giữ tin" in page.text
    refused = await browser.send(page, "Huỷ hẳn", code="000000")
    assert refused.status == 400
    assert "Mã không đúng" in refused.text
    assert "queued" in await states(bureau)
    done = await browser.send(refused, "Huỷ hẳn", code=bureau.code("Giang"))
    assert "Đã huỷ." in done.text
    assert figures(done) == {"Đã gửi": 7, "Chờ": 0, "Lỗi": 0, "Bỏ qua": 5, "Không rõ": 0, "Thu hồi": 0}
    bureau.clock.advance(700)
    await sends(bureau)
    assert standing(bureau) == 7


async def test_a_stale_form_ends_nothing_and_costs_no_code(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.open(f"/console/runs/{run}/cancel")
    bureau.clock.advance(700)
    await sends(bureau)
    await tick(bureau)
    code = bureau.code("Giang")
    page = await browser.send(page, "Huỷ hẳn", code=code)
    assert page.status == 409
    assert "vừa đổi trong lúc trang mở" in page.text
    page = await browser.send(await browser.open(f"/console/runs/{run}/withdraw"), "Thu hồi", code=code)
    assert page.status == 200  # the code was still good


async def test_what_cannot_be_done_any_more_says_that_the_code_is_spent(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 5)
    await gone_out(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.send(await browser.open("/console/runs/1/release"), "Gửi ngay", code=bureau.code("Giang"))
    assert page.status == 409
    assert "Đợt này đã gửi xong" in page.text
    assert "Mã vừa nhập đã dùng rồi" in page.text


async def test_withdrawn_to_the_last_message_and_said_how_far(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 6)
    await gone_out(bureau)
    assert standing(bureau) == 6
    browser = await bureau.sit("Giang")
    page = await browser.click(await browser.open("/console/runs/1"), "Thu hồi tin đã gửi")
    page = await browser.send(page, "Thu hồi", code=bureau.code("Giang"))
    assert "đã thu hồi 0 tin, còn 6" in page.text
    assert page.tree.xpath("//*[@id='live']/@hx-trigger")  # the run is over, its messages still move
    await taken_back(bureau)
    page = await browser.open("/console/runs/1")
    assert "đã thu hồi 6 tin. Người yêu cầu: Giang" in page.text
    assert (figures(page)["Thu hồi"], standing(bureau)) == (6, 0)


async def test_a_correction_is_a_new_draft_for_those_who_got_it(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Chi")
    page = await browser.click(await browser.open(f"/console/runs/{run}"), "Đính chính cho người đã nhận")
    assert "cho đúng 7 người" in page.text
    refused = await browser.send(page, "Lập bản nháp", title="x" * 300)
    assert refused.status == 400
    assert refused.form("Lập bản nháp").fields["title"] == "x" * 300
    page = await browser.send(refused, "Lập bản nháp", title="Sửa giờ")
    assert page.path == "/console/campaigns/2"
    draft = await bureau.app.campaigning.service.campaign(await bureau.station.officer("An"), 2)
    assert (draft.title, draft.audience, draft.state) == ("Sửa giờ", {"corrects": [str(run)]}, "draft")


async def test_a_missed_run_goes_out_when_somebody_says_so(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 5)
    await planned(bureau)
    await until(bureau)
    bureau.clock.advance(3600)  # the machine was off
    await tick(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.open("/console/runs/1")
    assert "lỡ giờ" in page.text
    assert "Vì sao: máy tắt lúc đó" in page.text
    page = await browser.send(await browser.click(page, "Cho gửi ngay"), "Gửi ngay", code=bureau.code("Giang"))
    await tick(bureau)
    await sends(bureau)
    assert standing(bureau) == 5


async def test_a_refused_text_holds_the_run_with_its_reason(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 12)
    await planned(bureau)
    await until(bureau)
    await tick(bureau)
    bureau.talk.channel.script.extend([errors.ContentRejected("no")] * 3 + [None] * 7)
    await sends(bureau)
    page = await (await bureau.sit("Giang")).open("/console/runs/1")
    assert "bị giữ lại" in page.text
    assert "Vì sao: kênh không nhận nội dung này" in page.text
    assert (figures(page)["Lỗi"], figures(page)["Đã gửi"], figures(page)["Chờ"]) == (3, 7, 2)


async def test_unknown_ones_by_number_with_masked_addresses(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 6)
    bureau.talk.channel.script.extend([errors.OutcomeUnknown()] * 2)
    await gone_out(bureau)
    browser = await bureau.sit("Giang")
    page = await browser.open("/console/runs/1")
    assert figures(page)["Không rõ"] == 2
    assert "Không gửi lại, để khỏi trùng" in page.text
    page = await browser.click(page, "Xem danh sách")
    shown = page.tree.xpath("//tbody/tr")
    assert [len(each.findtext("td[2]")) for each in shown] == [3, 3]
    assert not re.search(r"\b900\d\b", page.raw)


async def test_who_may_only_read_sees_all_and_can_press_nothing(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    await bureau.add("Phúc", Role.VIEWER)
    browser = await bureau.sit("Phúc")
    page = await browser.open(f"/console/runs/{run}")
    assert figures(page)["Đã gửi"] == 7
    assert not page.tree.xpath("//form[contains(@action, '/runs/')]")
    assert "người có quyền điều khiển" in page.text
    secret = page.form("Đăng xuất").fields["csrf"]
    for step in ("pause", "resume", "cancel", "withdraw", "release", "correct"):
        async with browser.web.post(f"{bureau.root}/console/runs/{run}/{step}", data={"csrf": secret}) as response:
            assert response.status == 403, step
    [sending] = await runs_of(bureau, 1)
    assert sending.state == "sending"


async def test_of_another_commune_one_may_look_and_not_touch(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    await bureau.add("Quý", Role.APPROVER, TAN_HO_CO)
    browser = await bureau.sit("Quý")
    page = await browser.open(f"/console/runs/{run}")
    assert "TẠM DỪNG" not in page.text
    secret = page.form("Đăng xuất").fields["csrf"]
    async with browser.web.post(f"{bureau.root}/console/runs/{run}/pause", data={"csrf": secret}) as response:
        assert response.status == 403
    page = await browser.send(await browser.open(f"/console/runs/{run}/cancel"), "Huỷ hẳn", code=bureau.code("Quý"))
    assert page.status == 403
    assert (await browser.open(f"/console/runs/{run}/unknown")).status == 403


async def test_a_title_is_text(bureau: Bureau) -> None:
    title = '<script>alert(1)</script> & "x"'
    await residents_of(bureau, THUONG_PHUOC, 5)
    await gone_out(bureau, title=title)
    browser = await bureau.sit("Giang")
    for path in ("/console/runs/1", "/console/campaigns/1/runs", "/console/runs/1/withdraw", "/console/runs/1/unknown"):
        page = await browser.open(path)
        assert title in page.text, path
        assert "<script>alert" not in page.raw


@pytest.mark.parametrize(
    "path", ["/console/runs/99", "/console/runs/x", "/console/runs/99/live", "/console/campaigns/99/runs"]
)
async def test_there_is_no_such_run(bureau: Bureau, path: str) -> None:
    assert (await (await bureau.sit("Giang")).open(path)).status == 404


async def test_in_english(bureau: Bureau) -> None:
    run = await half_sent(bureau)
    browser = await bureau.sit("Giang")
    await browser.open("/console/language?to=en&next=/console/")
    page = await browser.open(f"/console/runs/{run}")
    assert "Total 12 = audience 12" in page.text
    assert "PAUSE" in page.text


async def test_a_cancelled_series_says_that_the_rest_goes_too(bureau: Bureau) -> None:
    await residents_of(bureau, THUONG_PHUOC, 5)
    number = await gone_out(bureau, rule="FREQ=DAILY")
    assert len(await runs_of(bureau, number)) == 2
    browser = await bureau.sit("Giang")
    listed = await browser.open(f"/console/campaigns/{number}/runs")
    assert "7:30 ngày 22/11/2026 đã đặt lịch" in listed.text
    assert "5/5" in listed.text
    page = await browser.open("/console/runs/2/cancel")
    assert "các đợt sau cũng thôi" in page.text
    assert TITLE in page.text
