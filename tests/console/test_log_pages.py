"""The log can be read by whoever may, page by page, and what was done to it is found."""

from __future__ import annotations

from sqlalchemy import text

from bot.staff import audit
from tests.console.bureau import Bureau


async def test_every_line_once_page_by_page(bureau: Bureau) -> None:
    async with bureau.db.transaction() as connection:
        for number in range(120):
            await audit.record(
                connection, bureau.station.key, bureau.clock.now(), "Chi", "campaign.change", str(number)
            )
    an = await bureau.sit("An")
    page = await an.open("/console/audit?officer=Chi&action=campaign.change")
    seen = []
    while True:
        seen += [
            each.xpath("string(p/b/following-sibling::text()[1])").strip() for each in page.tree.find_class("log")[0]
        ]
        if not any("Cũ hơn" in each.text_content() for each in page.tree.iter("a")):
            break
        page = await an.click(page, "Cũ hơn")
    assert seen == [str(number) for number in reversed(range(120))]


async def test_what_somebody_changed_in_the_database_is_found(bureau: Bureau) -> None:
    an = await bureau.sit("An")
    page = await an.send(await an.open("/console/audit"), "Kiểm tra toàn bộ")
    assert "Nhật ký nguyên vẹn" in page.text
    async with bureau.db.transaction() as connection:
        await connection.execute(text("UPDATE audit SET officer = 'Giang' WHERE id = 3"))
    page = await an.send(page, "Kiểm tra toàn bộ")
    assert "HỎNG: dòng 3" in page.text


async def test_what_stands_in_a_line_is_text(bureau: Bureau) -> None:
    async with bureau.db.transaction() as connection:
        said = {"title": "<img src=x onerror=alert(1)>"}
        await audit.record(connection, bureau.station.key, bureau.clock.now(), "Chi", "x", "<b>1</b>", **said)
    page = await (await bureau.sit("An")).open("/console/audit?before=99999999999999999999&officer=<b>")
    assert "<img" not in page.raw
    assert page.status == 200


async def test_only_who_may_read_it_does(bureau: Bureau) -> None:
    for name in ("Chi", "Dung", "Giang"):
        assert (await (await bureau.sit(name)).open("/console/audit")).status == 403
