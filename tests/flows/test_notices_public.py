"""The public pages of urgent notices through HTTP: in force, ended in each way, as CAP, in the feed; drills never."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from random import Random

import aiohttp
import pytest
from lxml import etree
from sqlalchemy import update

from bot.settings import Settings
from bot.storage.schema import duty_shifts, notices, officer_roles, officers
from bot.testing import ManualClock
from broadcasts.cap import MsgType, ResponseType
from broadcasts.cap_areas import spoken_of
from broadcasts.cap_reading import read_alert
from broadcasts.notice_service import Issued
from broadcasts.notices import NoticeDraft
from handlers.app import App, build
from tests.flows.talk import MORNING
from tests.handlers.warned import COMMANDER, DUTY, SECOND, TAN_HO_CO, THUONG_PHUOC
from tests.warm import copy_warm_database, warm_folder, warm_judge

ATOM = "{http://www.w3.org/2005/Atom}"


class Site:
    """A service with officers on duty, and a browser."""

    def __init__(self, app: App, clock: ManualClock, web: aiohttp.ClientSession) -> None:
        self.app = app
        self.clock = clock
        self.web = web
        self.service = app.campaigning.warning.service
        self.hazards = app.campaigning.warning.hazards

    async def staffed(self) -> None:
        async with self.app.db.transaction() as connection:
            for each in (DUTY, SECOND, COMMANDER):
                row = {"id": each.id, "name": each.name, "password": "x", "second_factor": "x", "created_at": MORNING}
                await connection.execute(officers.insert().values(row))
                for role, area in each.roles:
                    await connection.execute(officer_roles.insert().values(officer_id=each.id, role=role, area=area))
                shift = {"officer_id": each.id, "area": "p-dong-thap", "begins_at": MORNING - timedelta(hours=1)}
                await connection.execute(duty_shifts.insert().values(shift | {"ends_at": MORNING + timedelta(days=9)}))

    async def sign(self, template: str, *languages: str) -> None:
        for language in languages or ("vi",):
            seen = self.hazards.template(template).digest(language)
            await self.hazards.sign(COMMANDER, template, language, seen)

    async def issued(self, template: str = "landslide", area: str = THUONG_PHUOC, **given: object) -> Issued:
        await self.sign(template)
        return await self.service.issue(DUTY, NoticeDraft(template, (area,), **given))  # type: ignore[arg-type]

    async def get(self, path: str, status: int = 200, **headers: str) -> tuple[str, aiohttp.ClientResponse]:
        self.clock.advance(2)  # what one process did is known to every other after a second
        async with self.web.get(path, headers=headers) as answer:
            assert answer.status == status, path
            return await answer.text(), answer

    async def reads(self, path: str) -> str:
        """The words of a page's main part."""
        page, _ = await self.get(path)
        main = page[page.index("<main") : page.index("</main>")]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))

    async def tick(self) -> None:
        await self.app.campaigning.warning.keeper.tick()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    copy_warm_database(tmp_path / "cotmoc.sqlite3")
    settings = Settings(
        _env_file=None, var_dir=tmp_path, cache_dir=warm_folder(), http_port=0, owner_name="Ban chỉ huy thử"  # type: ignore[call-arg]
    )  # fmt: skip
    clock = ManualClock(MORNING)
    gazetteer, judge = warm_judge(settings.province)
    app = await build(settings, clock=clock, rng=Random(1), roles=("http",), gazetteer=gazetteer, judge=judge)
    assert app.server is not None
    port = await app.server.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as web:
        made = Site(app, clock, web)
        await made.staffed()
        yield made
    await app.close()


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
