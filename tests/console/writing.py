"""A campaign as officers write it by the console's pages: the steps that tests of signing, approving and more share."""

from __future__ import annotations

from sqlalchemy import insert

from bot.storage.schema import resident_places, residents
from tests.console.browser import Browser, Page
from tests.console.bureau import Bureau

TEXT = "Bà con vào vùng biên nhớ mang giấy tờ tuỳ thân. Nộp 500.000 đồng nếu quên."
KHMER = "បងប្អូនចូលតំបន់ព្រំដែន សូមយកឯកសារសម្គាល់ខ្លួនមកជាមួយ។"
DAY, CLOCK = "2026-11-22", "09:00"


async def residents_of(bureau: Bureau, count: int, language: str = "vi", first: int = 7000) -> None:
    """People of Tân Hộ Cơ who agreed to routine messages."""
    commune = next(
        each for each in bureau.app.campaigning.office.gazetteer.communes("dong-thap") if "Tân Hộ Cơ" in each.name
    )
    async with bureau.db.transaction() as connection:
        for number in range(first, first + count):
            added = await connection.execute(
                insert(residents)
                .values(
                    channel=bureau.talk.channel.name,
                    account=bureau.talk.channel.account,
                    external_id=str(number),
                    language=language,
                    last_wrote_on=bureau.clock.now().date(),
                    routine=True,
                )
                .returning(residents.c.id)
            )
            await connection.execute(
                insert(resident_places).values(resident_id=added.scalar_one(), place_code=commune.code)
            )


async def begun(chi: Browser, title: str = "Giấy tờ vùng biên", **texts: str) -> Page:
    """A new draft with its texts; the page is its first step."""
    page = await chi.send(await chi.open("/console/campaigns/new"), "Soạn từ trang trống", title=title)
    given = {f"text-{language}": text for language, text in (texts or {"vi": TEXT}).items()}
    return await chi.send(page, "Lưu", **given)


async def aimed(chi: Browser, number: int = 1) -> Page:
    page = await chi.open(f"/console/campaigns/{number}/audience")
    return await chi.send(page, "Tiếp: Lúc nào", where="chosen", places=["p-dong-thap"])


async def timed(chi: Browser, number: int = 1, **given: str) -> Page:
    page = await chi.open(f"/console/campaigns/{number}/time")
    return await chi.send(page, "Tiếp: Trình", **({"kind": "once", "date": DAY, "time": CLOCK} | given))


async def submitted(chi: Browser, **texts: str) -> Page:
    await begun(chi, **texts)
    await aimed(chi)
    return await chi.send(await timed(chi), "Trình duyệt")


async def signed(bureau: Bureau, dung: Browser, language: str = "vi", number: int = 1) -> Page:
    page = await dung.open(f"/console/campaigns/{number}/sign/{language}")
    return await dung.send(page, "Ký bản này", read=True, code=bureau.code("Dung"))


async def approved(bureau: Bureau, giang: Browser, number: int = 1) -> Page:
    """With every tick."""
    page = await giang.open(f"/console/campaigns/{number}/approve")
    ticks = [each.get("value") for each in page.tree.xpath("//input[@name='tick']")]
    return await giang.send(page, "Duyệt", tick=ticks, read=True, looked=True, code=bureau.code("Giang"))
