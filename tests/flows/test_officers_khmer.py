"""Four officers on their phones: a Khmer and Vietnamese campaign from a template, returned, mended, signed by a third,
approved with a code, sent to each in their language; and what a newcomer may trip over on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot.channels.zalo_bot_book import StoredQuotaBook
from bot.channels.zalo_bot_quota import Tally, month_of
from bot.staff.roles import Role
from bot.storage.schema import metadata, resident_places, residents
from content.campaign_templates import Template
from tests.bot.test_attachments import photo
from tests.flows.station import APPROVER, EDITOR, REVIEWER, Station
from tests.flows.talk import Talk, text_of

MENDED = "សូមឆ្លងកាត់ត្រឹមត្រូវតាមច្រកទ្វារព្រំដែន។ សូមយកឯកសារផ្ទាល់ខ្លួនទៅជាមួយ។"


def bilingual(station: Station) -> Template:
    """A template with words in both languages, for places that people of this test live in."""
    return station.talk.app.campaigning.staff.templates()["cmp.border.rules-residents"]


async def people(station: Station) -> None:
    """Three who read Vietnamese and two who read Khmer, in a border commune."""
    places = station.talk.app.intake.desk.gazetteer
    commune = next(each.code for each in places.communes("dong-thap") if each.land_border)
    async with station.db.transaction() as connection:
        shared = {"channel": "fake", "account": "main", "last_wrote_on": station.now().date(), "routine": True}
        rows = [{**shared, "external_id": str(9000 + n), "language": "km" if n > 2 else "vi"} for n in range(5)]
        await connection.execute(insert(residents), rows)
        theirs = select(residents.c.id).where(residents.c.external_id.in_([each["external_id"] for each in rows]))
        numbers = (await connection.execute(theirs)).scalars()
        await connection.execute(
            insert(resident_places), [{"resident_id": each, "place_code": commune} for each in numbers]
        )


async def finds(talk: Talk, title: str, who: str) -> str:
    """The label of a template, a page at a time."""
    for _ in range(12):
        label = next((each for each in talk.labels(who) if title.startswith(each.rstrip("…"))), "")
        if label:
            return label
        await talk.taps("Xem thêm", who=who)
    raise AssertionError(f"no template {title!r}")


async def test_in_two_languages_from_a_template_to_everybodys_phone(station: Station) -> None:
    talk = station.talk
    await people(station)
    template = bilingual(station)
    await talk.hears("/soan", who=EDITOR)
    whom = text_of(await talk.taps(await finds(talk, template.title, EDITOR), who=EDITOR))
    assert whom.startswith("Bản nháp CD-1. Có bản: tiếng Việt, tiếng Khmer, tiếng Anh.")
    kept = next(each for each in talk.labels(EDITOR) if each.startswith("Giữ "))
    assert "Gửi lúc nào?" in text_of(await talk.taps(kept, who=EDITOR))
    card = text_of(await talk.taps("7:30 ngày 21/11", who=EDITOR))
    assert "Dự báo 5 người: tới được 5." in card
    assert template.texts["km"] in card
    shown = await talk.taps("Xem từng kênh", who=EDITOR)
    assert [each.text.split(" · ")[0] for each in shown[:-1]] == [
        "[tiếng Việt",
        "[tiếng Khmer",
        "[tiếng Anh",
    ]
    assert all("ký tự]" in each.text.split("\n")[0] for each in shown[:-1])
    await talk.taps("Trình duyệt", who=EDITOR)

    # Returned once; mended by its author.
    await station.opens(APPROVER)
    await talk.taps("Trả lại", who=APPROVER)
    await talk.hears("Bản Khmer dài quá, viết lại cho gọn", who=APPROVER)
    assert "Bị trả lại: Bản Khmer dài quá" in await station.opens(EDITOR)
    await talk.taps("Sửa", who=EDITOR)
    assert "bản tiếng Khmer" in text_of(await talk.taps("Chữ tiếng Khmer", who=EDITOR))
    assert MENDED in text_of(await talk.hears(MENDED, who=EDITOR))
    await talk.taps("Trình duyệt", who=EDITOR)

    # Signed by a third officer, one language after the other.
    await station.opens(REVIEWER)
    for language in ("tiếng Việt", "tiếng Khmer"):
        await talk.taps(f"Ký {language}", who=REVIEWER)
        said = text_of(await talk.hears(station.code("Dung"), who=REVIEWER))
        assert f"đã ký bản {language}" in said

    # Approved with the code of somebody who wrote nothing of it; nobody has read the English text, and it stays.
    assert "tiếng Anh [chưa ký, không gửi]" in await station.opens(APPROVER)
    await station.ticks()
    await talk.taps("Duyệt", who=APPROVER)
    assert "Đã duyệt dấu" in text_of(await talk.hears(station.code("Giang"), who=APPROVER))
    await station.opens(EDITOR)
    await talk.taps("Đặt lịch gửi", who=EDITOR)

    (run,) = await talk.app.campaigning.service.runs(await station.officer("Chi"), 1)
    talk.clock.advance((run.planned_at - station.now()).total_seconds())
    before = len(talk.channel.said)
    await talk.goes_out()
    got = {each.address.external_id: each.message.text for each in talk.channel.said[before:]}
    assert sorted(got) == [str(9000 + n) for n in range(5)]
    assert all(got[str(9000 + n)].startswith(template.texts["vi"]) for n in range(3))
    assert all(got[str(9000 + n)].startswith(MENDED) for n in (3, 4))
    assert (await station.campaign()).state == "done"
    await station.card(EDITOR, 1)
    report = text_of(await talk.taps("Kết quả", who=EDITOR))
    assert "CD-1 · 5 người\nĐã gửi: 5" in report
    assert "Dự báo lúc gửi: tới được 5, chi phí 0 đồng." in report


async def test_a_trial_comes_with_the_file_that_goes_with_its_language(station: Station) -> None:
    talk = station.talk
    await station.drafted()
    service, chi = talk.app.campaigning.service, await station.officer("Chi")
    await service.write(chi, 1, "km", MENDED)
    await service.attach(chi, 1, language="km", name="រូប.jpg", content=photo())
    assert "Kèm tệp: រូប.jpg (tiếng Khmer)." in await station.card(EDITOR, 1)
    vi, km, _ = await talk.taps("Gửi thử cho tôi", who=EDITOR)
    assert vi.attachment is None
    assert km.attachment is not None
    assert km.attachment.mime == "image/jpeg"
    shown = text_of(await talk.taps("Xem từng kênh", who=EDITOR))
    assert shown.count("(kèm tệp រូប.jpg)") == 1


async def test_a_text_too_long_is_told_on_the_card_and_not_handed_in(station: Station) -> None:
    talk = station.talk
    await station.drafted()
    await talk.taps("7:30 ngày 21/11", who=EDITOR)
    service, chi = talk.app.campaigning.service, await station.officer("Chi")
    await service.write(chi, 1, "vi", "Bà con nhớ mang giấy tờ. " * 200)
    assert "Bản tiếng Việt dài quá trên fake: bớt " in await station.card(EDITOR, 1)
    assert "dài quá" in text_of(await talk.taps("Trình duyệt", who=EDITOR))
    assert (await station.campaign()).state == "draft"


async def test_the_card_says_what_is_left_of_a_quota_and_that_it_is_too_little(tmp_path: Path) -> None:
    talk = await Talk.start(tmp_path, zalo_bot_token="1:x")
    try:
        station = await Station(talk).open()
        await station.link("Chi", EDITOR)
        async with station.db.transaction() as connection:
            shared = {"channel": "zalo-bot", "account": "main", "last_wrote_on": station.now().date(), "routine": True}
            await connection.execute(insert(residents), [{**shared, "external_id": f"z{n}"} for n in range(5)])
        book = StoredQuotaBook(station.db)
        await book.save(Tally(month_of(station.now(), talk.app.settings.zone), 2997))
        await talk.hears("/soan", who=EDITOR)
        await talk.taps("Soạn tự do", who=EDITOR)
        await talk.hears("Bà con nhớ mang giấy tờ.", who=EDITOR)
        await talk.taps("Mọi nơi", who=EDITOR)
        await talk.taps("mọi chủ đề", who=EDITOR)
        card = text_of(await talk.taps("7:30 ngày 21/11", who=EDITOR))
        assert "Theo kênh: Zalo Bot 5." in card
        assert "Zalo Bot tháng này còn 3 tin: thiếu 2 tin." in card
        await book.save(Tally(month_of(station.now(), talk.app.settings.zone), -100))
        assert "Zalo Bot tháng này còn 103 tin: đủ." in await station.card(EDITOR, 1)
    finally:
        await talk.stop()


async def test_an_answer_that_changed_is_told_on_the_card_to_author_and_approver(station: Station) -> None:
    talk = station.talk
    await station.signed()
    entry_id = "border.rules.papers-to-enter"
    service, chi = talk.app.campaigning.service, await station.officer("Chi")
    await service.link(chi, 1, [entry_id])
    await service.submit(chi, 1)
    async with station.db.transaction() as connection:
        campaigns = metadata.tables["campaigns"]
        kept = (await connection.execute(select(campaigns.c.entries))).scalar_one()
        assert [each[0] for each in kept] == [entry_id]
        await connection.execute(update(campaigns).values(entries=[[entry_id, "as it read then"]]))
    title = talk.app.campaigning.office.entry_title(entry_id)
    assert f"Câu trả lời gắn kèm đã đổi từ khi trình: {title}." in await station.card(EDITOR, 1)
    assert "Trả lại để người soạn đọc lại rồi trình lại." in await station.opens(APPROVER)
    assert "Trả lại" in talk.labels(APPROVER)
    assert "Duyệt" not in talk.labels(APPROVER)


async def test_a_returned_campaign_can_be_handed_in_only_after_a_change_and_says_so(station: Station) -> None:
    talk = station.talk
    await station.submitted()
    await station.opens(APPROVER)
    await talk.taps("Trả lại", who=APPROVER)
    await talk.hears("Thiếu số điều luật", who=APPROVER)
    await station.opens(EDITOR)
    assert "Trình duyệt" not in talk.labels(EDITOR)
    assert "Sửa" in talk.labels(EDITOR)


async def test_what_was_sent_can_be_started_again(station: Station) -> None:
    talk = station.talk
    await station.planned()
    open_ = await station.card(EDITOR, 1)
    assert "Soạn lại từ bản này" in talk.labels(EDITOR), open_
    assert "Bản nháp CD-2" in text_of(await talk.taps("Soạn lại từ bản này", who=EDITOR))
    copied = await station.campaign(2)
    assert (copied.title, copied.schedule, copied.draft.signed) == (
        (await station.campaign(1)).title + " (bản sao)",
        {},
        (),
    )


@pytest.mark.parametrize("kind", ["photo", "voice", "other"])
async def test_a_file_sent_while_drafting_is_not_opened_and_the_way_is_told(station: Station, kind: str) -> None:
    talk = station.talk
    await talk.hears("/soan", who=EDITOR)
    await talk.taps("Soạn tự do", who=EDITOR)
    said = text_of(await talk.hears(kind=kind, who=EDITOR))
    assert "không được mở" in said
    assert "cotmoc campaign attach" in said
    assert "Gửi cho ai?" in text_of(await talk.hears("Bà con nhớ mang giấy tờ.", who=EDITOR))  # the text still counts
    stranger = text_of(await talk.hears(kind=kind, who="1001"))
    assert "cotmoc" not in stranger


async def test_a_second_pair_of_eyes_is_needed_whatever_the_roles(station: Station) -> None:
    """Chi may also sign and approve, and still neither signs nor approves what Chi wrote."""
    talk = station.talk
    for role in (Role.REVIEWER, Role.APPROVER):
        await station.grant("Chi", role)
    await station.submitted()
    await talk.hears("/viec", who=EDITOR)
    card = await station.card(EDITOR, 1)
    assert "Tác giả không tự duyệt được" in card
    assert not [each for each in talk.labels(EDITOR) if each.startswith(("Ký", "Duyệt", "Đã xem"))]


async def test_what_is_planned_can_be_mended_or_cancelled_on_the_phone(station: Station) -> None:
    talk = station.talk
    await station.signed()
    await station.card(EDITOR, 1)
    assert "Sửa" in talk.labels(EDITOR)  # a slip noticed after it was handed in
    await station.opens(APPROVER)
    assert "Sửa" not in talk.labels(APPROVER)
    await station.ticks()
    await talk.taps("Duyệt", who=APPROVER)
    await talk.hears(station.code("Giang"), who=APPROVER)
    await station.opens(EDITOR)
    await talk.taps("Đặt lịch gửi", who=EDITOR)
    assert "CD-1 · đã đặt lịch" in text_of(await talk.taps("Mở CD-1", who=EDITOR))
    assert "Huỷ CD-1?" in text_of(await talk.taps("Huỷ", who=EDITOR))
    assert (await station.campaign()).state == "scheduled"  # asked first
    assert "CD-1 · đã huỷ" in text_of(await talk.taps("Huỷ hẳn CD-1", who=EDITOR))
    assert [each.state for each in await station.rows("runs")] == ["cancelled"]
    assert "Soạn lại từ bản này" in talk.labels(EDITOR)
