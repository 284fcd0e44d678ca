"""Paper from a running service: stored answers through HTTP, campaigns and notices as the console asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.storage.schema import entries
from broadcasts import recurrence, store
from broadcasts.approval import text_mark
from broadcasts.audience import Audience
from broadcasts.notice_store import Notice
from broadcasts.store import Campaign
from content.catalog import digest
from content.paper import Unprintable
from handlers.printing import NothingToPrint, Printing, TooManyPrinting
from tests.broadcasts.offices import APPROVER, EDITOR, REVIEWER
from tests.content.paper_reading import codes, letters, pages
from tests.flows.public_site import Site, open_site, signed

ENTRY = "crossing.customs.cash"
ADDRESS = "https://cotmoc.example.vn"
WORDS = "Bà con ở {xa} nhớ mang giấy tờ tuỳ thân.\nNgủ lại qua đêm, phải báo Công an xã trước 22:00."
KHMER = "សូមយកឯកសារអត្តសញ្ញាណមកជាមួយ។"
TRIAL = "Bản thử nghiệm – nội dung chưa được cơ quan nào ký duyệt."
NOT_APPROVED = "Bản nháp, chưa được duyệt"


class Bureau:
    """A service, a browser, and what the console would call."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.app = site.app
        self.clock = site.clock
        self.printing = Printing.of(site.app.intake.desk, site.app.campaigning.staff, site.clock)

    async def get(self, path: str, status: int = 200, **headers: str) -> tuple[bytes, aiohttp.ClientResponse]:
        async with self.site.web.get(path, headers=headers) as answer:
            assert answer.status == status, path
            return await answer.read(), answer

    async def rewrite(self, **changed: object) -> None:
        """The stored answer, as somebody has changed it since."""
        async with self.app.db.transaction() as connection:
            asked = select(entries.c.body).where(entries.c.id == ENTRY)
            body = (await connection.execute(asked)).scalar_one() | changed
            await connection.execute(
                update(entries).where(entries.c.id == ENTRY).values(body=body, digest=digest(body))
            )

    async def drafted(self, words: str = WORDS, *linked: str) -> int:
        service = self.app.campaigning.service
        number = await service.draft(EDITOR, "Vào khu vực biên giới")
        await service.write(EDITOR, number, "vi", words)
        await service.write(EDITOR, number, "km", KHMER)
        await service.aim(EDITOR, number, Audience(places=("p-dong-thap",)))
        if linked:
            await service.link(EDITOR, number, linked)
        day = (self.clock.now() + timedelta(days=2)).date()
        schedule = {"at": f"{day}T08:00", "rule": "", "until": ""}
        await service.time(EDITOR, number, recurrence.from_json(schedule))
        return number

    async def approved(self, number: int, words: str = WORDS) -> None:
        service = self.app.campaigning.service
        await service.submit(EDITOR, number)
        await service.sign(REVIEWER, number, "vi", text_mark(words))
        seen = await service.checklist(APPROVER, number)
        await service.approve(APPROVER, number, seen.digest, seen.ticks)

    async def campaign(self, number: int) -> Campaign:
        async with self.app.db.reading() as connection:
            return await store.load(connection, number)

    async def issued(self) -> Notice:
        made = await self.site.issued()
        return await self.app.campaigning.warning.board.notice(made.notice_id)


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    async with open_site(tmp_path, public_url=ADDRESS, secret_key=SecretStr("k" * 40)) as site:
        yield Bureau(site)


# --- stored answers -----------------------------------------------------------------------------------------------


async def test_a_leaflet_has_the_whole_answer_its_version_and_its_page(bureau: Bureau) -> None:
    entry = bureau.app.catalog.get(ENTRY)
    assert entry is not None
    made, answer = await bureau.get(f"/answers/{ENTRY}/leaflet.pdf?lang=km")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{ENTRY}.pdf"'
    vietnamese, khmer = pages(made)
    for side, language in ((vietnamese, "vi"), (khmer, "km")):
        assert letters(entry.answers[language].text) in letters(side)
        assert letters(entry.title[language]) in letters(side)
        assert f"{ENTRY}.v1 · " in side
        assert "Ban chỉ huy thử" in side
    assert "Căn cứ: " in vietnamese
    assert "Tính đến: " in vietnamese
    assert "Nguồn: " in vietnamese
    assert "112 cứu nạn · 113 công an · 114 cháy, cứu hộ · 115 cấp cứu" in vietnamese
    assert TRIAL in vietnamese  # nobody has signed it
    assert codes(made) == [f"{ADDRESS}/answers/{ENTRY}"] * 2


async def test_languages_are_chosen_as_sides(bureau: Bureau) -> None:
    for asked, count in (("vi", 1), ("en", 2), ("vi,km,en", 3), ("xx", 1)):
        made, _ = await bureau.get(f"/answers/{ENTRY}/leaflet.pdf?lang={asked}")
        assert len(pages(made)) == count, asked


async def test_a_leaflet_that_is_the_same_is_not_sent_again(bureau: Bureau) -> None:
    _, first = await bureau.get(f"/answers/{ENTRY}/leaflet.pdf")
    await bureau.get(f"/answers/{ENTRY}/leaflet.pdf", 304, **{"If-None-Match": first.headers["ETag"]})
    bureau.clock.advance(86400)
    _, later = await bureau.get(f"/answers/{ENTRY}/leaflet.pdf")
    assert later.headers["ETag"] != first.headers["ETag"]  # it says when it was printed


async def test_a_script_reads_the_words_and_neither_law_nor_address(bureau: Bureau) -> None:
    made, _ = await bureau.get(f"/answers/{ENTRY}/script.pdf")
    whole = " ".join(pages(made))
    assert f"BẢN ĐỌC LOA · {ENTRY}.v1 · đọc trong " in whole
    assert "đọc 2 lần, cách nhau 5 giây" in whole
    assert "Mời bà con nghe thông tin của Ban chỉ huy thử. //" in whole
    assert "Chưa ký duyệt: không đọc trên loa." in whole
    assert "Ký tên:" in whole
    assert "mười lăm triệu đồng" in whole
    for unread in ("Căn cứ:", "Nguồn:", "http", ADDRESS.removeprefix("https://")):
        assert unread not in whole


async def test_the_code_alone_is_a_picture_without_style_or_script(bureau: Bureau) -> None:
    drawn, answer = await bureau.get(f"/answers/{ENTRY}/qr.svg")
    assert answer.content_type == "image/svg+xml"
    assert drawn.startswith(b"<svg")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_what_there_is_not_is_not_found(bureau: Bureau) -> None:
    for what in ("leaflet.pdf", "script.pdf", "qr.svg"):
        await bureau.get(f"/answers/no.such.entry/{what}", 404)


async def test_what_has_expired_is_not_printed_as_fact(bureau: Bureau) -> None:
    await bureau.rewrite(valid_until="2026-01-01")
    said, _ = await bureau.get(f"/answers/{ENTRY}/leaflet.pdf", 410)
    assert "hết hạn" in said.decode()
    await bureau.get(f"/answers/{ENTRY}/script.pdf", 410)


async def test_a_changed_answer_is_printed_with_the_change(bureau: Bureau) -> None:
    before = pages(await bureau.printing.leaflet_of_entry(ENTRY))
    await bureau.rewrite(title={"vi": "Mang tiền qua cửa khẩu, bản mới"})
    after = pages(await bureau.printing.leaflet_of_entry(ENTRY))
    assert "bản mới" not in before[0]
    assert "bản mới" in after[0]


async def test_a_signed_answer_carries_no_word_of_a_trial(tmp_path: Path) -> None:
    async with open_site(
        tmp_path, changed={ENTRY: signed("vi")}, public_url=ADDRESS, secret_key=SecretStr("k" * 40)
    ) as site:
        printing = Bureau(site).printing
        (side,) = pages(await printing.leaflet_of_entry(ENTRY))
        script = " ".join(pages(await printing.script_of_entry(ENTRY)))
    assert "thử nghiệm" not in side + script
    assert "không đọc trên loa" not in script


async def test_who_comes_while_many_wait_is_sent_away_and_the_others_get_theirs(bureau: Bureau) -> None:
    desk, staff = bureau.app.intake.desk, bureau.app.campaigning.staff
    printing = Printing.of(desk, staff, bureau.clock, most_waiting=1)
    asked = [printing.leaflet_of_entry(each.id) for each in list(bureau.app.catalog)[:4]]
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert [each for each in made if isinstance(each, bytes) and each.startswith(b"%PDF")]
    assert [each for each in made if isinstance(each, TooManyPrinting)]
    assert (await printing.leaflet_of_entry(ENTRY)).startswith(b"%PDF")


# --- campaigns ----------------------------------------------------------------------------------------------------


async def test_a_draft_says_that_it_is_one(bureau: Bureau) -> None:
    number = await bureau.drafted()
    campaign = await bureau.campaign(number)
    sides = pages(await bureau.printing.leaflet_of_campaign(campaign))
    assert len(sides) == 2
    assert NOT_APPROVED in sides[0]
    assert f"CD-{number}.v1 · " in sides[0]
    assert "Bà con ở ………… nhớ mang" in sides[0]  # a place to write the commune's name


async def test_leaflet_and_script_of_an_approved_campaign_carry_one_version(bureau: Bureau) -> None:
    number = await bureau.drafted(WORDS, ENTRY)
    await bureau.approved(number)
    campaign = await bureau.campaign(number)
    leaflet = await bureau.printing.leaflet_of_campaign(campaign, place="c-29929")
    (side,) = pages(leaflet)  # nobody has signed the Khmer text
    assert NOT_APPROVED not in side
    assert "Bà con ở xã Tân Hộ Cơ nhớ mang giấy tờ tuỳ thân." in side
    assert "Ngủ lại qua đêm, phải báo Công an xã trước 22:00." in side
    assert "Người gửi: Ban chỉ huy thử." in side
    assert "Căn cứ: " in side
    assert codes(leaflet) == [f"{ADDRESS}/answers/{ENTRY}"]
    script = " ".join(pages(await bureau.printing.script_of_campaign(campaign)))
    assert "phải báo Công an xã trước hai mươi hai giờ. //" in script
    assert "không đọc trên loa." not in script
    await bureau.app.campaigning.service.schedule(EDITOR, number)
    later = await bureau.campaign(number)
    assert later.version > campaign.version
    (again,) = pages(await bureau.printing.leaflet_of_campaign(later))
    assert f"CD-{number}.v1 · " in side
    assert f"CD-{number}.v1 · " in script
    assert f"CD-{number}.v1 · " in again


async def test_a_changed_campaign_is_a_new_version_and_a_draft_again(bureau: Bureau) -> None:
    number = await bureau.drafted()
    await bureau.approved(number)
    await bureau.app.campaigning.service.write(EDITOR, number, "vi", WORDS + " Xin nhớ.")
    campaign = await bureau.campaign(number)
    side = pages(await bureau.printing.leaflet_of_campaign(campaign, languages=("vi",)))[0]
    assert f"CD-{number}.v2 · " in side
    assert NOT_APPROVED in side


async def test_the_script_can_be_shown_as_lines(bureau: Bureau) -> None:
    campaign = await bureau.campaign(await bureau.drafted())
    read = await bureau.printing.spoken_of_campaign(campaign)
    assert read.lines[0] == "Mời bà con nghe thông tin của Ban chỉ huy thử. //"
    assert read.times == 2


async def test_a_cancelled_campaign_is_not_printed(bureau: Bureau) -> None:
    number = await bureau.drafted()
    await bureau.app.campaigning.service.cancel(EDITOR, number)
    campaign = await bureau.campaign(number)
    for making in (bureau.printing.leaflet_of_campaign(campaign), bureau.printing.script_of_campaign(campaign)):
        with pytest.raises(NothingToPrint, match="không in nữa"):
            await making


async def test_a_language_without_a_text_and_a_sign_without_a_font_are_said(bureau: Bureau) -> None:
    campaign = await bureau.campaign(await bureau.drafted("Chào bà con 😀"))
    with pytest.raises(NothingToPrint):
        await bureau.printing.script_of_campaign(campaign, language="en")
    with pytest.raises(Unprintable, match="Không in được ký tự"):
        await bureau.printing.leaflet_of_campaign(campaign)


# --- urgent notices -----------------------------------------------------------------------------------------------


async def test_a_notice_is_read_three_times_with_its_version(bureau: Bureau) -> None:
    notice = await bureau.issued()
    script = " ".join(pages(await bureau.printing.script_of_notice(notice)))
    assert f"TK-{notice.id:04d}.v1 · " in script
    assert "đọc 3 lần, cách nhau 5 giây" in script
    lines = script[script.index("Tin khẩn. //") :]
    assert lines.index("Nguy cấp gọi một một hai. //") > lines.index("Có hiệu lực đến")
    leaflet = await bureau.printing.leaflet_of_notice(notice)
    (side,) = pages(leaflet)
    assert notice.in_force.said.texts["vi"].split(".")[0] in side
    assert "[TIN KHẨN]" in side
    assert codes(leaflet) == [f"{ADDRESS}/notices/{notice.id}"]


async def test_a_notice_that_has_expired_is_not_printed(bureau: Bureau) -> None:
    notice = await bureau.issued()
    bureau.clock.advance(86400)
    with pytest.raises(NothingToPrint, match="hết hiệu lực"):
        await bureau.printing.script_of_notice(notice)


async def test_a_drill_says_so_on_paper_and_aloud(bureau: Bureau) -> None:
    notice = replace(await bureau.issued(), drill=True)
    script = " ".join(pages(await bureau.printing.script_of_notice(notice)))
    assert script.count("Đây là diễn tập, / không có sự việc thật. //") == 2
    assert "Nguy cấp gọi một một hai." not in script
    (side,) = pages(await bureau.printing.leaflet_of_notice(notice))
    assert "[DIỄN TẬP] Không có sự việc thật." in side


# --- the installation ---------------------------------------------------------------------------------------------


async def test_channels_are_named_where_they_are_set_up_and_a_local_address_is_called_one(bureau: Bureau) -> None:
    desk, staff = bureau.app.intake.desk, bureau.app.campaigning.staff
    assert "Hỏi thêm: quét mã này, hoặc mở địa chỉ dưới mã." in pages(await bureau.printing.leaflet_of_entry(ENTRY))[0]
    settings = desk.settings.model_copy(
        update={"telegram_token": SecretStr("1:x"), "zalo_oa_id": "9", "public_url": "", "owner_name": ""}
    )
    printing = Printing.of(replace(desk, settings=settings), staff, bureau.clock)
    side = pages(await printing.leaflet_of_entry(ENTRY))[0]
    assert "nhắn cho kênh Cột Mốc trên Zalo và Telegram." in side
    assert "Địa chỉ thử: chỉ mở được trên máy đang chạy Cột Mốc." in side
    assert "Ban chỉ huy thử" not in side
    script = " ".join(pages(await printing.script_of_entry(ENTRY)))
    assert "nhắn cho kênh Cột Mốc trên Za-lô và Tê-lê-gram. //" in script
    assert "Mời bà con nghe" not in script
