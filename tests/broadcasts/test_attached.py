"""Files of campaigns: cleaned whoever hands them in, one for each language, part of what is approved; on SQLite and
PostgreSQL."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import select

from bot.attachments import BadAttachment
from bot.staff.roles import Forbidden
from bot.storage.db import Database
from bot.storage.schema import campaign_files
from broadcasts import attached
from broadcasts.campaigns import CampaignState
from broadcasts.composing import ComposeError
from broadcasts.templates import copy_of
from tests.bot.test_attachments import PLACE, drawn, photo
from tests.broadcasts.offices import APPROVER, EDITOR, REVIEWER, VIEWER, Life


@pytest.fixture
def life(db: Database) -> Life:
    return Life(db)


def leaflet() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(300, 400)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def scripted() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(300, 400)
    opening = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(opening)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


async def contents(life: Life) -> list[bytes]:
    async with life.db.reading() as connection:
        return list((await connection.execute(select(campaign_files.c.content))).scalars())


async def test_what_is_kept_has_no_place_in_it_whoever_hands_it_in(life: Life) -> None:
    before = photo()
    assert PLACE in before
    number = await life.written()
    file = await life.service.attach(EDITOR, number, language="", name="../đồn biên phòng.png", content=before)
    assert (file.name, file.mime) == ("đồn biên phòng.jpg", "image/jpeg")
    (kept,) = await contents(life)
    assert PLACE not in kept
    assert b"Exif" not in kept
    assert (await life.service.campaign(VIEWER, number)).files == (file,)


@pytest.mark.parametrize("content", [scripted(), b"MZ a program", b""])
async def test_what_cannot_be_cleaned_changes_nothing(life: Life, content: bytes) -> None:
    number = await life.scheduled()
    with pytest.raises(BadAttachment):
        await life.service.attach(EDITOR, number, language="", name="x.pdf", content=content)
    assert (await life.service.campaign(VIEWER, number)).state is CampaignState.SCHEDULED
    assert await contents(life) == []


async def test_an_image_that_stays_too_heavy_for_zalo_is_refused(life: Life) -> None:
    buffer = BytesIO()
    Image.effect_noise((1300, 1300), 90).convert("RGB").save(buffer, "PNG")
    with pytest.raises(BadAttachment, match="1 MB"):
        await life.service.attach(EDITOR, await life.written(), language="", name="x.png", content=buffer.getvalue())


async def test_who_may_not_draft_is_refused_before_the_file_is_looked_at(life: Life) -> None:
    number = await life.written()
    with pytest.raises(Forbidden):
        await life.service.attach(VIEWER, number, language="", name="x", content=b"no file at all")


async def test_one_file_for_each_language_the_new_one_in_the_place_of_the_old(life: Life) -> None:
    number = await life.written()
    await life.service.attach(EDITOR, number, language="vi", name="một.pdf", content=leaflet())
    await life.service.attach(EDITOR, number, language="", name="chung.jpg", content=photo())
    second = await life.service.attach(EDITOR, number, language="vi", name="hai.jpg", content=photo())
    assert sorted((each.language, each.name) for each in (await life.service.campaign(VIEWER, number)).files) == [
        ("", "chung.jpg"),
        ("vi", "hai.jpg"),
    ]
    await life.service.detach(EDITOR, number, second.id)
    with pytest.raises(ComposeError, match=f"tệp số {second.id}"):
        await life.service.detach(EDITOR, number, second.id)
    other = await life.service.draft(EDITOR, "Đợt khác")
    left = (await life.service.campaign(VIEWER, number)).files[0]
    with pytest.raises(ComposeError):
        await life.service.detach(EDITOR, other, left.id)
    assert len(await contents(life)) == 1


async def test_a_file_is_part_of_what_is_approved(life: Life) -> None:
    number = await life.written()
    await life.service.submit(EDITOR, number)
    await life.sign(REVIEWER, number, "vi")
    seen = await life.service.checklist(APPROVER, number)
    await life.service.attach(EDITOR, number, language="", name="a.jpg", content=photo())
    await life.service.submit(EDITOR, number)
    with_file = await life.service.checklist(APPROVER, number)
    assert with_file.digest != seen.digest
    await life.service.attach(EDITOR, number, language="", name="b.jpg", content=photo())  # another name, same picture
    await life.service.submit(EDITOR, number)
    assert (await life.service.checklist(APPROVER, number)).digest != with_file.digest


async def test_a_copy_has_the_files_as_they_were_cleaned(life: Life) -> None:
    first = await life.scheduled()
    await life.service.attach(EDITOR, first, language="", name="chung.jpg", content=photo())
    await life.service.attach(EDITOR, first, language="vi", name="tờ rơi.pdf", content=leaflet())
    copied = await copy_of(life.service, life.office, EDITOR, first)
    before, after = [await life.service.campaign(VIEWER, each) for each in (first, copied)]
    plain = [[(each.language, each.name, each.mime, each.digest) for each in which.files] for which in (before, after)]
    assert plain[0] == plain[1]
    assert {each.id for each in before.files} & {each.id for each in after.files} == set()
    await life.service.detach(EDITOR, first, before.files[0].id)
    async with life.db.reading() as connection:
        kept = await attached.content(connection, after.files[0].id)
        assert await attached.content(connection, before.files[0].id) is None
    assert kept is not None
    assert Image.open(BytesIO(kept)).size == (40, 60)


async def test_an_image_is_drawn_anew_beside_the_event_loop(life: Life) -> None:
    clean = await attached.clean("x.png", drawn("PNG"))
    assert clean.mime == "image/png"
