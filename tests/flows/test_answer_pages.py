"""Stored answers as pages through HTTP: whole, sourced, dated, marked while unsigned, and never as fact when over."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from bot.storage.schema import notices
from broadcasts.notices import NoticeDraft
from content.files import shipped_catalog
from tests.flows.public_site import Site, open_site, signed
from tests.handlers.test_chat_page import Tags as PlainTags
from tests.handlers.warned import DUTY, TAN_HO_CO, THUONG_PHUOC

CASH, REFER = "crossing.customs.cash", "crossing.kh.cccd-at-gate"
PAGE = f"/answers/{CASH}"
TRIAL = "Bản thử nghiệm – nội dung chưa được cơ quan nào ký duyệt."
CATALOG = shipped_catalog()


class Tags(PlainTags):
    def said(self, name: str) -> str:
        [value] = [each["content"] for tag, each in self.found if tag == "meta" and each.get("property") == name]
        return value or ""

    @property
    def noindex(self) -> bool:
        return ("meta", {"name": "robots", "content": "noindex"}) in self.found


def facts(page: str) -> dict[str, Any]:
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    read: dict[str, Any] = json.loads(found)
    return read


def over(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"valid_until": "2026-11-19"}


async def test_the_whole_answer_with_law_date_source_and_what_is_asked_next(site: Site) -> None:
    entry = CATALOG.get(CASH)
    assert entry is not None
    said = await site.reads(PAGE)
    assert " ".join(entry.answers["vi"].text.split()) in said
    assert said.index("Căn cứ: Thông tư 15/2011/TT-NHNN") < said.index("Tính đến: 20/11/2026.") < said.index("Nguồn: ")
    assert TRIAL in said
    page, answer = await site.get(PAGE)
    for each in entry.related:
        assert f'href="/answers/{each}?lang=vi"' in page
    assert f"{PAGE}/leaflet.pdf?lang=vi" in page
    assert f"{PAGE}/script.pdf?lang=vi" in page
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_a_source_opens_without_telling_where_from(site: Site) -> None:
    page, _ = await site.get(f"/answers/{REFER}")
    links = [each for tag, each in Tags(page).found if tag == "a" and (each.get("href") or "").startswith("http")]
    assert links
    for each in links:
        assert {"noopener", "noreferrer"} <= set((each["rel"] or "").split())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example"])
async def test_only_the_web_becomes_a_link(tmp_path: Path, url: str) -> None:
    def source(body: dict[str, Any]) -> dict[str, Any]:
        return body | {"sources": [{"name": "S", "url": url}]}

    async with open_site(tmp_path, changed={CASH: source}) as site:
        page, _ = await site.get(PAGE)
        assert url not in page


async def test_in_every_language_with_the_line_of_a_draft(site: Site) -> None:
    english = await site.reads(f"{PAGE}?lang=en")
    assert "Cash to declare" in english
    assert "As of: 20 Nov 2026." in english
    assert "Draft translation. The Vietnamese text prevails." in english
    khmer, _ = await site.get(f"{PAGE}?lang=km")
    assert '<html lang="km">' in khmer
    assert "សេចក្តីព្រាងបកប្រែ។" in khmer


async def test_what_is_not_sure_says_so_before_anything_else(site: Site) -> None:
    said = await site.reads(f"/answers/{REFER}")
    assert said.index("Điều này Cột Mốc chưa xác nhận được.") < said.index("Quy định năm 2016")


async def test_a_position_says_first_whose_it_is(site: Site) -> None:
    entry = next(each for each in CATALOG if each.kind == "position")
    said = await site.reads(f"/answers/{entry.id}")
    first = f"Lập trường chính thức, theo {entry.position_by['vi']}:"
    assert said.index(first) < said.index(" ".join(entry.answers["vi"].text.split()))
    page, _ = await site.get(f"/answers/{entry.id}")
    assert Tags(page).said("og:description").startswith(first)


async def test_what_is_over_is_no_fact_anywhere(tmp_path: Path) -> None:
    entry = CATALOG.get(CASH)
    assert entry is not None
    asking = next(each for each in CATALOG if CASH in each.related)

    def both(body: dict[str, Any]) -> dict[str, Any]:
        return over(signed("vi")(body))

    async with open_site(tmp_path, changed={CASH: both}) as site:
        page, _ = await site.get(PAGE)
        assert "15.000.000" not in page
        assert "đã hết hạn" in await site.reads(PAGE)
        assert "ld+json" not in page
        assert "leaflet.pdf" not in page
        assert Tags(page).noindex
        assert PAGE not in (await site.get("/sitemap.xml"))[0]
        assert PAGE not in (await site.get(f"/answers/{asking.id}"))[0]


async def test_the_last_day_counts(tmp_path: Path) -> None:
    async with open_site(tmp_path, changed={CASH: lambda body: body | {"valid_until": "2026-11-20"}}) as site:
        assert "15.000.000" in await site.reads(PAGE)
        site.clock.advance(15 * 3600)  # past midnight in Việt Nam
        assert "15.000.000" not in await site.reads(PAGE)


async def test_an_unknown_one_says_so_and_leads_to_the_start(site: Site) -> None:
    for path in ("/answers/nope", "/answers/crossing.customs.cash%20", "/answers/%3Cb%3E", "/answers/..%2f..%2fx"):
        page, answer = await site.get(path, 404)
        assert answer.content_type == "text/html"
        assert "Không có câu trả lời này" in page
        assert 'href="/?lang=vi"' in page
        assert "<b>" not in page


async def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    _, answer = await site.get(PAGE)
    assert answer.headers["Cache-Control"] == "no-cache"
    await site.get(PAGE, 304, **{"If-None-Match": answer.headers["ETag"]})
    await site.issued("gate-closed", "g-dinh-ba")
    await site.get(PAGE, 200, **{"If-None-Match": answer.headers["ETag"]})


async def test_a_notice_that_concerns_it_stands_above_until_it_is_over(site: Site) -> None:
    await site.issued("gate-closed", "g-dinh-ba")
    await site.issued("landslide", THUONG_PHUOC)
    said = await site.reads(PAGE)
    assert said.index("Đang có tin khẩn về điều bà con hỏi:") < said.index("[TIN KHẨN]") < said.index("15.000.000")
    assert "đang chờ xác nhận lần hai" in said
    assert "Sạt lở" not in said
    assert "[TIN KHẨN]" not in await site.reads("/answers/admin.merge.dong-thap")
    site.clock.advance(7 * 3600)
    assert "[TIN KHẨN]" not in await site.reads(PAGE)


async def test_no_drill_stands_above_an_answer(site: Site) -> None:
    await site.service.issue(DUTY, NoticeDraft("gate-closed", (TAN_HO_CO,), drill=True))
    async with site.app.db.reading() as connection:
        assert (await connection.execute(notices.select())).all()
    page, _ = await site.get(PAGE)
    assert "DIỄN TẬP" not in page
    assert "Tạm dừng" not in page


async def test_a_signed_one_says_so_and_is_listed(tmp_path: Path) -> None:
    async with open_site(tmp_path, changed={CASH: signed("vi", "km")}) as site:
        said = await site.reads(PAGE)
        assert "Bản này đã được cán bộ ký duyệt." in said
        assert TRIAL not in said
        assert not Tags((await site.get(PAGE))[0]).noindex
        assert Tags((await site.get(f"{PAGE}?lang=en"))[0]).noindex
        sitemap, answer = await site.get("/sitemap.xml")
        assert answer.content_type == "application/xml"
        assert f"{PAGE}</loc><lastmod>2026-11-20</lastmod>" in sitemap
        assert f"{PAGE}?lang=km</loc>" in sitemap
        assert f"{PAGE}?lang=en" not in sitemap
        assert REFER not in sitemap


async def test_while_nothing_is_signed_no_answer_is_listed(site: Site) -> None:
    assert Tags((await site.get(PAGE))[0]).noindex
    sitemap, _ = await site.get("/sitemap.xml")
    assert "/answers/" not in sitemap
    assert "/notices</loc>" in sitemap
    robots, _ = await site.get("/robots.txt")
    assert "Disallow: /console\n" in robots
    assert "/sitemap.xml\n" in robots


async def test_a_shared_link_says_what_the_page_says(tmp_path: Path) -> None:
    async with open_site(tmp_path, public_url="https://cotmoc.example", secret_key="k" * 40, owner_name="") as site:
        page, _ = await site.get(f"{PAGE}?lang=en")
        tags, address = Tags(page), f"https://cotmoc.example{PAGE}"
        assert ("link", {"rel": "canonical", "href": f"{address}?lang=en"}) in tags.found
        assert ("link", {"rel": "alternate", "hreflang": "vi", "href": address}) in tags.found
        assert tags.said("og:title") == "Cash to declare – Cột Mốc"
        assert tags.said("og:locale") == "en_US"
        assert "no agency has signed" in tags.said("og:description")
        image = tags.said("og:image")
        assert image.startswith("https://cotmoc.example/static/share.png")
        async with site.web.get(image.removeprefix("https://cotmoc.example")) as picture:
            assert picture.content_type == "image/png"
            assert len(await picture.read()) < 60_000
        said = facts(page)
        assert said["mainEntity"]["acceptedAnswer"]["inLanguage"] == "en"
        assert "Trial version" in said["mainEntity"]["acceptedAnswer"]["text"]
        assert "publisher" not in said  # nobody runs it yet
        start = facts((await site.get("/"))[0])
        assert (start["@type"], start["url"]) == ("WebSite", "https://cotmoc.example/")


async def test_a_shared_notice_says_until_when(site: Site) -> None:
    await site.issued()
    page, _ = await site.get("/notices/1")
    assert Tags(page).said("og:title") == "[TIN KHẨN] xã Thường Phước"
    assert "Hết hiệu lực:" in Tags(page).said("og:description")
    said = facts(page)
    assert said["@type"] == "SpecialAnnouncement"
    assert said["expires"] > said["datePosted"]
    await site.service.clear(DUTY, 1)
    page, _ = await site.get("/notices/1")
    assert "ld+json" not in page
    assert Tags(page).said("og:title").startswith("[ĐÃ AN TOÀN]")


async def test_nothing_runs_inline_and_nothing_comes_from_outside(site: Site) -> None:
    await site.issued("gate-closed", "g-dinh-ba")
    for path in (PAGE, f"/answers/{REFER}?lang=km", "/answers/nope", "/screens/dinh-ba", "/", "/notices", "/notices/1"):
        page, _ = await site.get(path, 404 if path.endswith("nope") else 200)
        for tag, attributes in Tags(page).found:
            assert tag not in ("style", "iframe", "object", "embed")
            assert not [each for each in attributes if each == "style" or each.startswith("on")]
            if tag == "script" and attributes.get("type") != "application/ld+json":
                assert (attributes["src"] or "").startswith("/static/")
            assert (attributes.get("src") or "/").startswith("/")


async def test_words_in_facts_cannot_end_the_script(tmp_path: Path) -> None:
    def sly(body: dict[str, Any]) -> dict[str, Any]:
        return body | {"title": body["title"] | {"vi": "</script><b>"}}

    async with open_site(tmp_path, changed={CASH: sly}) as site:
        page, _ = await site.get(PAGE)
        assert "</script><b>" not in page
        assert facts(page)["mainEntity"]["name"] == "</script><b>"
        assert "</script><b>" in unescape(page)
