"""The public pages of urgent notices through HTTP: in force, ended in each way, as CAP, in the feed; drills never."""

from __future__ import annotations

import re
from datetime import timedelta

from lxml import etree
from sqlalchemy import update

from bot.storage.schema import notices
from broadcasts.cap import MsgType, ResponseType
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_reading import read_alert
from broadcasts.notices import NoticeDraft
from tests.flows.public_site import Site
from tests.handlers.warned import COMMANDER, DUTY, SECOND, TAN_HO_CO, THUONG_PHUOC

ATOM = "{http://www.w3.org/2005/Atom}"


async def test_while_there_is_nothing(site: Site) -> None:
    assert "Hiện không có tin khẩn." in await site.reads("/notices")
    assert "There are no urgent notices now." in await site.reads("/notices?lang=en")
    assert "បច្ចុប្បន្នគ្មានដំណឹងបន្ទាន់ទេ។" in await site.reads("/notices?lang=km")
    start, _ = await site.get("/")
    assert 'id="in-force"' not in start
    feed, answer = await site.get("/notices.atom")
    assert answer.content_type == "application/atom+xml"
    assert "<entry" not in feed
    for path in ("/notices/1", "/notices/1.cap.xml", "/notices/999999999"):
        await site.get(path, 404)


async def test_what_is_in_force_by_place(site: Site) -> None:
    await site.issued()
    await site.issued("storm", TAN_HO_CO)
    said = await site.reads("/notices")
    assert said.index("xã Tân Hộ Cơ") < said.index("xã Thường Phước")  # the newest first
    assert "[TIN KHẨN]" in said
    assert "đang chờ" in said
    assert "Ban chỉ huy thử" in said
    assert "TK-0001" in said
    start, _ = await site.get("/")
    bar = start[start.index('id="in-force"') : start.index("</header>")]
    assert bar.count('href="/notices?lang=vi"') == 2
    assert "Sạt lở" in bar


async def test_one_notice_with_its_versions(site: Site) -> None:
    issued = await site.issued()
    await site.service.confirm(SECOND, issued.run_id)
    site.clock.advance(600)
    await site.service.update(DUTY, 1, {"vi": "Đã rào 300 mét bờ sông."})
    said = await site.reads("/notices/1")
    assert "[CẬP NHẬT LẦN 1] Đã rào 300 mét bờ sông." in said
    assert "Các bản trước (1)" in said
    assert "Phát: 9:12 ngày 20/11/2026" in said
    foreign = await site.reads("/notices/1?lang=en")
    assert "[URGENT]" in foreign
    assert "Sạt lở bờ sông ở xã Thường Phước." in foreign
    assert "Only the Vietnamese text of this notice is signed." in foreign


async def test_signed_languages_are_shown_in_their_own_words(site: Site) -> None:
    await site.sign("landslide", "km")
    await site.issued()
    page, _ = await site.get("/notices/1?lang=km")
    assert "[ដំណឹងបន្ទាន់]" in page
    assert "ដំណឹងនេះមានតែអត្ថបទភាសាវៀតណាម" not in page


async def test_the_ends_look_different(site: Site) -> None:
    for number, template in enumerate(("landslide", "storm", "flood", "fire"), 1):
        assert (await site.issued(template)).notice_id == number
    await site.service.clear(DUTY, 1)
    await site.service.cancel(DUTY, 2, "nhầm")
    async with site.app.db.reading():
        third = await site.service.notice(COMMANDER, 3)
    await site.service.reject(SECOND, third.newest.run_id)
    site.clock.advance(25 * 3600)
    looks = []
    for number, head in enumerate(("[ĐÃ AN TOÀN]", "[HUỶ TIN]", "[THU HỒI]", "[HẾT HIỆU LỰC]"), 1):
        page, _ = await site.get(f"/notices/{number}")
        assert f'<span class="word">{head}' in page
        assert "data-until" not in page
        assert 'class="word">[TIN KHẨN]' not in page
        found = re.search(r'class="card (\w+)"', page)
        assert found is not None
        looks.append(found[1])
    assert "[CANCELLED] The 9:1" in await site.reads("/notices/2?lang=en")
    assert looks == ["clear", "cancelled", "withdrawn", "expired"]
    assert "Hiện không có tin khẩn." in await site.reads("/notices")


async def test_nothing_is_in_force_after_its_time_even_if_nobody_noted_it(site: Site) -> None:
    await site.issued(lasts_for=timedelta(hours=1))
    assert "[TIN KHẨN]" in await site.reads("/notices")
    site.clock.advance(3600)
    assert "Hiện không có tin khẩn." in await site.reads("/notices")
    assert "[HẾT HIỆU LỰC] lúc 10:1" in await site.reads("/notices/1")
    start, _ = await site.get("/")
    assert 'id="in-force"' not in start
    feed, _ = await site.get("/notices.atom")
    assert "<title>[HẾT HIỆU LỰC]" in feed


async def test_no_page_knows_a_drill(site: Site) -> None:
    await site.service.issue(DUTY, NoticeDraft("landslide", (THUONG_PHUOC,), drill=True))
    for path in ("/notices/1", "/notices/1.cap.xml", "/notices/1.cap.xml?version=0"):
        text, _ = await site.get(path, 404)
        assert "DIỄN TẬP" not in text
    assert "Hiện không có tin khẩn." in await site.reads("/notices")
    for path in ("/", "/notices", "/notices.atom"):
        text, _ = await site.get(path)
        assert "Sạt lở" not in text
    async with site.app.db.transaction() as connection:  # as a mistake elsewhere might
        await connection.execute(update(notices).values(ended_at=site.clock.now(), state="cleared"))
    assert "<entry" not in (await site.get("/notices.atom"))[0]


async def test_as_cap_every_version_stays_what_it_was(site: Site) -> None:
    await site.issued()
    first, answer = await site.get("/notices/1.cap.xml")
    assert answer.content_type == "application/cap+xml"
    alert = read_alert(first.encode())
    assert (alert.msg_type, alert.infos[0].sender_name) == (MsgType.ALERT, "Ban chỉ huy thử")
    assert (alert.infos[0].headline or "").endswith(": xã Thường Phước")
    site.clock.advance(600)
    await site.service.update(DUTY, 1, {"vi": "Thêm một xã."}, area=(THUONG_PHUOC, TAN_HO_CO))
    newest = read_alert((await site.get("/notices/1.cap.xml"))[0].encode())
    gazetteer = site.app.campaigning.office.gazetteer
    assert spoken_of(newest, gazetteer).places == (THUONG_PHUOC, TAN_HO_CO)
    assert "Thêm một xã." in (newest.infos[0].description or "")
    assert newest.references == (alert.name,)
    assert (await site.get("/notices/1.cap.xml?version=0"))[0] == first
    await site.service.clear(DUTY, 1)
    over = read_alert((await site.get("/notices/1.cap.xml?version=2"))[0].encode())
    assert over.infos[0].response_type == (ResponseType.ALL_CLEAR,)
    for wrong in ("3", "-1", "x", "99999999999"):
        await site.get(f"/notices/1.cap.xml?version={wrong}", 404)


async def test_the_feed_keeps_what_has_just_ended(site: Site) -> None:
    await site.issued()
    await site.issued("storm")
    await site.service.cancel(DUTY, 2, "nhầm")
    root = etree.fromstring((await site.get("/notices.atom"))[0].encode())
    entries = root.findall(ATOM + "entry")
    assert [each.findtext(ATOM + "id", "").rpartition("/")[2] for each in entries] == ["2", "1"]
    assert entries[0].findtext(ATOM + "title", "").startswith("[HUỶ TIN]")
    links = {each.get("type"): each.get("href") for each in entries[0].findall(ATOM + "link")}
    assert (links["application/cap+xml"] or "").endswith("/notices/2.cap.xml")
    site.clock.advance(49 * 3600)
    await site.tick()
    [expired] = etree.fromstring((await site.get("/notices.atom"))[0].encode()).findall(ATOM + "entry")
    assert expired.findtext(ATOM + "title", "").startswith("[HẾT HIỆU LỰC]")
    site.clock.advance(49 * 3600)
    assert "<entry" not in (await site.get("/notices.atom"))[0]


async def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    await site.issued()
    for path in ("/notices", "/notices/1", "/notices.atom", "/notices/1.cap.xml"):
        _, answer = await site.get(path)
        assert answer.headers["Cache-Control"] == "no-cache"
        again, _ = await site.get(path, 304, **{"If-None-Match": answer.headers["ETag"]})
        assert again == ""
    _, answer = await site.get("/notices")
    site.clock.advance(24 * 3600)
    await site.get("/notices", 200, **{"If-None-Match": answer.headers["ETag"]})


async def test_what_officers_typed_is_no_markup(site: Site) -> None:
    await site.issued()
    await site.service.update(DUTY, 1, {"vi": "nước & bùn"})
    page, _ = await site.get("/notices/1")
    assert "nước &amp; bùn" in page
    assert "bùn" in read_alert((await site.get("/notices/1.cap.xml"))[0].encode()).infos[0].description  # type: ignore[operator]
