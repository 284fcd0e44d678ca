"""Officers on their phones: a campaign drafted in one chat, returned and approved in another, and who may not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.messages import OutgoingMessage
from bot.staff import audit, codes
from bot.staff.changes import Change, Kind
from bot.storage.schema import dialogues, metadata, residents
from broadcasts.approval import SECRECY, text_mark
from handlers.chat.values import pressed, value
from tests.flows.station import APPROVER, EDITOR, REVIEWER, STRANGER, TEXT, Station
from tests.flows.talk import Talk, text_of


async def unknown_command(talk: Talk, who: str) -> list[OutgoingMessage]:
    return await talk.hears("/khongcolenhnay", who=who)


def same(first: list[OutgoingMessage], second: list[OutgoingMessage]) -> bool:
    return [(each.text, each.buttons) for each in first] == [(each.text, each.buttons) for each in second]


async def test_a_campaign_from_one_phone_to_another_and_back(station: Station) -> None:
    talk = station.talk
    async with station.db.transaction() as connection:
        people = {"channel": "fake", "account": "main", "last_wrote_on": station.now().date(), "routine": True}
        await connection.execute(insert(residents), [{**people, "external_id": str(9000 + n)} for n in range(7)])
    assert "Chọn mẫu:" in text_of(await talk.hears("/soan", who=EDITOR))
    await talk.taps("Soạn tự do", who=EDITOR)
    assert "Gửi cho ai?" in text_of(await talk.hears(TEXT, who=EDITOR))
    await talk.taps("Mọi nơi", who=EDITOR)
    assert "Gửi lúc nào?" in text_of(await talk.taps("Cửa khẩu, qua lại", who=EDITOR))
    draft = text_of(await talk.taps("7:30 ngày 21/11", who=EDITOR))
    assert "CD-1" in draft
    assert "Dự báo 7 người: tới được 7. Theo kênh: fake 7." in draft
    assert "tiếng Việt [chưa ký, không gửi]" in draft
    trial = await talk.taps("Gửi thử cho tôi", who=EDITOR)
    assert trial[0].text.startswith(f"[THỬ] {TEXT}")
    assert "DỪNG" in trial[0].text or "STOP" in trial[0].text
    assert {said.address.external_id for said in talk.channel.said} <= {EDITOR, APPROVER, REVIEWER}
    said = text_of(await talk.taps("Trình duyệt", who=EDITOR))
    assert said.endswith("Tác giả không tự duyệt được, kể cả quản trị.")

    card = await station.opens(REVIEWER)
    assert TEXT in card
    assert "Gõ mã 6 số" in text_of(await talk.taps("Ký tiếng Việt", who=REVIEWER))
    assert "tiếng Việt [ký: Dung]" in text_of(await talk.hears(station.code("Dung"), who=REVIEWER))

    # Returned once, with its reason in the next message.
    await station.opens(APPROVER)
    await talk.taps("Trả lại", who=APPROVER)
    await talk.hears("Thiếu số điều luật", who=APPROVER)
    assert "Bị trả lại: Thiếu số điều luật" in await station.opens(EDITOR)
    await talk.taps("Sửa", who=EDITOR)
    await talk.taps("Chữ tiếng Việt", who=EDITOR)
    mended = TEXT.replace("tuỳ thân", "tuỳ thân, theo Điều 5")
    assert mended in text_of(await talk.hears(mended, who=EDITOR))
    await talk.taps("Trình duyệt", who=EDITOR)
    await station.opens(REVIEWER)
    await talk.taps("Ký tiếng Việt", who=REVIEWER)
    await talk.hears(station.code("Dung"), who=REVIEWER)

    card = await station.opens(APPROVER)
    assert SECRECY in card
    assert any("02773" in each.replace(" ", "") for each in talk.labels(APPROVER))
    await station.ticks()
    await talk.taps("Duyệt", who=APPROVER)
    approved = text_of(await talk.hears(station.code("Giang"), who=APPROVER))
    assert re.fullmatch(r"Đã duyệt dấu [0-9A-F]{4}-[0-9A-F]{2}\. Sửa một chữ là phải duyệt lại\.", approved)
    assert (await station.campaign()).state == "approved"
    await station.opens(EDITOR)
    assert text_of(await talk.taps("Đặt lịch gửi", who=EDITOR)) == "CD-1 sẽ gửi lúc 7:30 ngày 21/11."
    decisions = [(each.officer, each.decision, each.reason) for each in await station.rows("decisions")]
    assert decisions == [("Giang", "returned", "Thiếu số điều luật"), ("Giang", "approved", "")]
    assert SECRECY in (await station.rows("decisions"))[1].ticks
    async with station.db.reading() as connection:
        assert (await audit.verify(connection, station.key)).good


async def test_from_a_template(station: Station) -> None:
    talk = station.talk
    await talk.hears("/soan", who=EDITOR)
    first = talk.labels(EDITOR)[0]
    await talk.taps("Xem thêm", who=EDITOR)
    assert first not in talk.labels(EDITOR)
    await talk.hears("/soan", who=EDITOR)
    whom = text_of(await talk.taps(first, who=EDITOR))
    assert whom.startswith("Bản nháp CD-1. Có bản: tiếng Việt")
    await talk.taps("Chọn xã", who=EDITOR)
    await talk.hears("Thường Phước", who=EDITOR)
    campaign = await station.campaign()
    assert len(campaign.audience["places"]) == 1
    await talk.taps("Chọn giờ", who=EDITOR)
    await talk.taps("22/11/2026", who=EDITOR)
    card = text_of(await talk.taps("14:00 ngày 22/11", who=EDITOR))
    assert "14:00 ngày 22/11" in card
    assert (await station.campaign()).schedule["at"] == "2026-11-22T14:00:00"
    await talk.taps("Sửa", who=EDITOR)
    await talk.taps("Lúc nào", who=EDITOR)
    assert "hằng tháng, đến" in text_of(await talk.taps("Hằng tháng, từ 21/11", who=EDITOR))


async def test_a_wrong_code_changes_nothing_and_a_code_is_good_once(station: Station) -> None:
    talk = station.talk
    await station.submitted()
    await station.opens(REVIEWER)
    await talk.taps("Ký tiếng Việt", who=REVIEWER)
    wrong = f"{(int(station.code('Dung')) + 1) % 1_000_000:06}"
    assert "Mã không đúng" in text_of(await talk.hears(wrong, who=REVIEWER))
    assert (await station.campaign()).texts[0].signed_by == ""
    assert text_of(await talk.hears("12345", who=REVIEWER)) == "Gõ mã 6 số của ứng dụng."
    good = station.code("Dung")
    await talk.hears(good, who=REVIEWER)
    assert (await station.campaign()).texts[0].signed_by == "Dung"
    await talk.hears(good, who=REVIEWER)  # nothing waits for it any more
    log = [each.action for each in await station.rows("audit")]
    assert log.count("campaign.sign") == 1


async def test_a_replayed_button_and_somebody_elses(station: Station) -> None:
    talk = station.talk
    await station.signed()
    await station.opens(APPROVER)
    stolen = talk.button(talk.labels(APPROVER)[0], APPROVER)
    expired = "Nút này đã dùng hoặc đã cũ. Xem lại: /viec."
    assert text_of(await talk.hears(kind="button", value=stolen, who=EDITOR)) == expired
    await station.ticks()  # and it is still Giang's
    approve = talk.button("Duyệt", APPROVER)
    assert text_of(await talk.hears(kind="button", value=approve, who=EDITOR)) == expired
    await talk.taps("Duyệt", who=APPROVER)
    await talk.hears(station.code("Giang"), who=APPROVER)
    assert text_of(await talk.hears(kind="button", value=approve, who=APPROVER)) == expired
    assert text_of(await talk.hears(kind="button", value=stolen, who=APPROVER)) == expired
    assert [each.decision for each in await station.rows("decisions")] == ["approved"]


async def test_what_was_changed_after_it_was_read_is_not_approved(station: Station) -> None:
    talk = station.talk
    await station.signed()
    await station.opens(APPROVER)
    await station.ticks()
    await talk.taps("Duyệt", who=APPROVER)
    service, editor = talk.app.campaigning.service, await station.officer("Chi")
    await service.write(editor, 1, "vi", "Chữ khác.")
    await service.submit(editor, 1)
    await service.sign(await station.officer("Dung"), 1, "vi", text_mark("Chữ khác."))
    assert "Có người vừa sửa" in text_of(await talk.hears(station.code("Giang"), who=APPROVER))
    assert (await station.campaign()).state == "submitted"


async def test_what_was_changed_after_it_was_read_is_neither_signed_nor_returned(station: Station) -> None:
    talk = station.talk
    await station.submitted()
    await station.opens(REVIEWER)
    await talk.taps("Ký tiếng Việt", who=REVIEWER)
    await station.opens(APPROVER)
    await talk.taps("Ký tiếng Việt", who=APPROVER)
    await talk.hears(station.code("Giang"), who=APPROVER)
    await talk.taps("Trả lại", who=APPROVER)
    service, editor = talk.app.campaigning.service, await station.officer("Chi")
    await service.write(editor, 1, "vi", "Chữ khác.")
    await service.submit(editor, 1)
    assert "Có người vừa sửa" in text_of(await talk.hears(station.code("Dung"), who=REVIEWER))
    assert "Có người vừa sửa" in text_of(await talk.hears("Sai số điều luật", who=APPROVER))
    campaign = await station.campaign()
    assert (campaign.state, campaign.texts[0].signed_by) == ("submitted", "")


async def test_what_must_be_ticked_has_changed(station: Station) -> None:
    """The linked entries changed, which no digest tells: what was ticked was ticked for another list."""
    talk = station.talk
    await station.signed()
    await station.opens(APPROVER)
    await station.ticks()
    approve = talk.button("Duyệt", APPROVER)
    held = pressed(approve, talk.clock.now().date()).argument()
    async with station.db.transaction() as connection:
        giang = await station.officer("Giang")
        found = await codes.press(connection, station.key, held, giang, station.now())
        assert found is not None
        other = found.subject[:-8] + "0" * 8
        again = await codes.button(connection, station.key, giang.id, "approve", other, station.now())
    today = talk.clock.now().astimezone(talk.app.settings.zone).date()
    said = await talk.hears(kind="button", value=value(today, "o", again), who=APPROVER)
    assert "Có người vừa sửa" in text_of(said)


async def test_pausing_and_going_on(station: Station) -> None:
    talk = station.talk
    await station.planned()
    async with station.db.transaction() as connection:
        runs = metadata.tables["runs"]
        await connection.execute(update(runs).values(state="sending", started_at=station.now(), upto=0))
    await station.opens(APPROVER)
    assert "Đã tạm dừng" in text_of(await talk.taps("Tạm dừng", who=APPROVER))
    assert [each.state for each in await station.rows("runs")] == ["paused"]
    assert "Đã chạy tiếp" in text_of(await talk.taps("Chạy tiếp", who=APPROVER))
    assert [each.state for each in await station.rows("runs")] == ["sending"]
    assert text_of(await talk.taps("Kết quả", who=APPROVER)) == "CD-1 · 0 người\nChi phí: 0 đồng."


async def test_authors_approve_nothing_of_theirs(station: Station) -> None:
    talk = station.talk
    await station.submitted()
    await talk.hears("/viec", who=EDITOR)
    assert text_of(await talk.hears("/viec", who=EDITOR)) == "Không có việc nào đang chờ. Soạn tin mới: /soan."
    await station.link("An", "2009")
    assert "không có quyền" in text_of(await talk.hears("/soan", who="2009"))


async def test_nothing_of_it_exists_for_an_unlinked_chat(station: Station) -> None:
    talk = station.talk
    await station.drafted()
    theirs = talk.button("Chọn giờ", EDITOR)
    plain = await unknown_command(talk, STRANGER)
    for said in ("/soan", "/viec", "/noi", "/noi abc"):
        assert same(await talk.hears(said, who=STRANGER), plain), said
    foreign = await talk.hears(kind="button", value="zz:1~gk2", who=STRANGER)
    assert same(await talk.hears(kind="button", value=theirs, who=STRANGER), foreign)
    assert "Ngày nào?" in text_of(await talk.taps("Chọn giờ", who=EDITOR))


async def test_guessing_a_link_code_ends_after_five(station: Station) -> None:
    talk = station.talk
    for _ in range(5):
        assert "Mã nối không đúng" in text_of(await talk.hears("/noi ABCD-EFGH", who=STRANGER))
    plain = await unknown_command(talk, STRANGER)
    good = f"/noi {await station.link_code('Bình')}"
    assert same(await talk.hears("/noi ABCD-EFGH", who=STRANGER), plain)
    assert same(await talk.hears(good, who=STRANGER), plain)
    assert "Đã nối" in text_of(await talk.hears(good, who="2010"))
    assert "Mã nối không đúng" in text_of(await talk.hears(good, who="2011"))


async def test_a_group_links_nothing(station: Station) -> None:
    talk = station.talk
    code = await station.link_code("Bình")
    refused = await talk.hears(f"/noi {code}", who="-500", kind="group")
    assert same(refused, await talk.hears("/viec", who="-500", kind="group"))
    assert len(await station.rows("officer_chats")) == 3
    assert "Đã nối" in text_of(await talk.hears(f"/noi {code}", who="2010"))


async def test_a_second_officer_does_not_take_a_linked_chat(station: Station) -> None:
    said = await station.talk.hears(f"/noi {await station.link_code('Bình')}", who=EDITOR)
    assert "đang nối với một cán bộ khác" in text_of(said)


async def test_the_dialogue_keeps_ids_only(station: Station) -> None:
    talk = station.talk
    await station.drafted()
    async with station.db.reading() as connection:
        states = str([row.state for row in await connection.execute(select(dialogues))])
    assert "giấy tờ" not in states
    assert "02773" not in states
    assert text_of(await talk.hears("/viec", who=EDITOR)).startswith("Việc đang chờ (1)")


@pytest.mark.parametrize("command", ["/menu", "/help"])
async def test_a_message_after_something_else_was_shown_is_no_draft(station: Station, command: str) -> None:
    talk = station.talk
    await talk.hears("/soan", who=EDITOR)
    await talk.taps("Soạn tự do", who=EDITOR)
    await talk.hears(command, who=EDITOR)
    await talk.hears("đi qua cửa khẩu cần giấy gì", who=EDITOR)
    assert await station.rows("campaigns") == []
    await talk.hears("/soan", who=EDITOR)
    await talk.taps("Soạn tự do", who=EDITOR)
    await talk.taps("Thôi", who=EDITOR)
    await talk.hears("đi qua cửa khẩu cần giấy gì", who=EDITOR)
    assert await station.rows("campaigns") == []


async def test_a_cry_for_help_is_answered_and_kept_as_a_text(station: Station) -> None:
    talk = station.talk
    await talk.hears("/soan", who=EDITOR)
    await talk.taps("Soạn tự do", who=EDITOR)
    said = await talk.hears("Ghe tui đang chìm ngoài biển, cứu với", who=EDITOR)
    assert "112" in said[0].text
    assert "Gửi cho ai?" in said[-1].text


async def test_braces_that_nobody_can_fill_make_no_draft(station: Station) -> None:
    talk = station.talk
    await talk.hears("/soan", who=EDITOR)
    await talk.taps("Soạn tự do", who=EDITOR)
    assert "Không có chỗ trống" in text_of(await talk.hears("Chào {ten}", who=EDITOR))
    assert await station.rows("campaigns") == []
    assert "Gửi cho ai?" in text_of(await talk.hears("Chào bà con {xa}", who=EDITOR))


async def test_a_silent_or_disabled_officer_has_no_chat(station: Station) -> None:
    talk = station.talk
    first, second = await station.officer("An"), await station.officer("Bình")
    async with station.db.transaction() as connection:
        number = await station.accounts.propose(connection, first, Change(Kind.DISABLE, "Chi"), station.now())
    async with station.db.transaction() as connection:
        await station.accounts.confirm(connection, second, number, station.now())
    assert same(await talk.hears("/viec", who=EDITOR), await unknown_command(talk, EDITOR))
    talk.clock.advance(timedelta(days=91).total_seconds())
    assert same(await talk.hears("/viec", who=APPROVER), await unknown_command(talk, APPROVER))


async def test_officers_are_told_with_a_button(station: Station) -> None:
    talk = station.talk
    await talk.app.campaigning.tell_officers()
    await station.submitted()
    before = len(talk.channel.said)
    await talk.app.campaigning.tell_officers()
    new = {said.address.external_id: said.message for said in talk.channel.said[before:]}
    assert set(new) == {APPROVER, REVIEWER}
    assert "chờ ký và duyệt. Xem: /viec" in new[REVIEWER].text
    card = await talk.hears(kind="button", value=new[REVIEWER].choices()[0].value, who=REVIEWER)
    assert TEXT in text_of(card)
