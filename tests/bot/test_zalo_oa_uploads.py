"""Uploads: checked before the network, made once for many messages, remembered for less than they live."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import errors
from bot.channels.zalo_file_kinds import MEGABYTE
from bot.channels.zalo_upload_book import StoredUploadBook
from bot.channels.zalo_uploads import KEPT_FOR, BookInMemory, UploadBook, Uploads
from bot.messages import Attachment
from bot.storage.db import Database
from bot.storage.schema import channel_state
from bot.testing import ManualClock
from tests.bot.zalo_oa_script import NOW, Answer, Script, client_at, gives, no, script

PNG = Attachment("ảnh.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 30)
PDF = Attachment("mau-don.pdf", "application/pdf", b"%PDF-1.7 x")
GIF = Attachment("a.gif", "image/gif", b"GIF89a\x78\x00\x50\x00" + b"\x00" * 20)
DAYS = 86_400.0


class Broken(BookInMemory):
    async def look_up(self, key: str) -> str | None:
        raise errors.StoreUnavailable

    async def note(self, key: str, value: str, before: object) -> None:
        raise errors.StoreUnavailable


async def references(told: Script, attachments: list[Attachment], book: UploadBook | None = None) -> list[str]:
    async with client_at(told.url) as client:
        uploads = Uploads(client, book or BookInMemory(), ManualClock(NOW))
        return [(await uploads.reference(each)).reference for each in attachments]


async def test_each_kind_has_its_own_way() -> None:
    async with script(gives(attachment_id="i"), gives(attachment_id="g"), gives(token="t")) as told:
        assert await references(told, [PNG, GIF, PDF]) == ["i", "g", "t"]
    assert told.paths() == [f"/v2.0/oa/upload/{family}" for family in ("image", "gif", "file")]
    assert told.asked[0].body == ("ảnh.png", "image/png", PNG.content)
    assert told.asked[2].body == ("mau-don.pdf", "application/pdf", PDF.content)


async def test_the_same_file_is_uploaded_once() -> None:
    renamed = Attachment("khac.pdf", "application/pdf", PDF.content)
    async with script(gives(token="t"), gives(token="u")) as told:
        assert await references(told, [PDF, PDF, renamed, PDF]) == ["t", "t", "u", "t"]


async def test_many_messages_at_once_upload_it_once() -> None:
    async with script(gives(token="t")) as told, client_at(told.url) as client:
        uploads = Uploads(client, BookInMemory(), ManualClock(NOW))
        made = await asyncio.gather(*(uploads.reference(PDF) for _ in range(30)))
    assert {each.reference for each in made} == {"t"}


async def test_many_that_find_it_expired_upload_it_once_more() -> None:
    async with script(gives(token="t"), gives(token="u")) as told, client_at(told.url) as client:
        uploads = Uploads(client, BookInMemory(), ManualClock(NOW))
        await uploads.reference(PDF)
        made = await asyncio.gather(*(uploads.reference(PDF, instead_of="t") for _ in range(30)))
    assert {each.reference for each in made} == {"u"}


async def test_it_is_forgotten_before_it_expires() -> None:
    assert timedelta(days=7) > KEPT_FOR
    clock = ManualClock(NOW)
    async with script(gives(token="t")) as told, client_at(told.url, clock=clock) as client:
        uploads = Uploads(client, BookInMemory(), clock)
        await uploads.reference(PDF)
        clock.advance(KEPT_FOR.total_seconds() - 1)
        assert (await uploads.reference(PDF)).reference == "t"
        clock.advance(1)
        told.then(gives(token="u"))
        assert (await uploads.reference(PDF)).reference == "u"


@pytest.mark.parametrize(
    "attachment",
    [
        Attachment("cotmoc.json", "application/json", b"{}"),
        Attachment("a.png", "image/png", PNG.content.ljust(MEGABYTE + 1, b"\x00")),
    ],
)
async def test_what_would_be_refused_never_leaves(attachment: Attachment) -> None:
    async with script() as told:
        with pytest.raises(errors.ContentRejected):
            await references(told, [attachment])
    assert told.asked == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (no(-210), errors.ContentRejected),
        (no(-211), errors.ContentRejected),  # the quota of uploads; messages without a file go on
        (no(-224), errors.ContentRejected),
        (no(-204), errors.AccountRejected),
        (no(-999), errors.ContentRejected),
        (no(-32), errors.Throttled),
        (gives(), errors.ChannelDown),
        (Answer(b""), errors.ChannelDown),
    ],
)
async def test_an_upload_that_fails_can_be_tried_again(answer: Answer, kind: type[errors.ChannelError]) -> None:
    book = BookInMemory()
    async with script(answer) as told:
        with pytest.raises(errors.ChannelError) as caught:
            await references(told, [PDF], book)
    assert type(caught.value) is kind
    assert book.notes == {}


async def test_without_its_book_it_is_uploaded_again() -> None:
    async with script(gives(token="t"), gives(token="u")) as told:
        assert await references(told, [PDF, PDF], Broken()) == ["t", "u"]


async def test_the_book_in_the_database(db: Database) -> None:
    first, second = StoredUploadBook(db), StoredUploadBook(db, "other")
    clock = ManualClock(NOW)
    async with script(gives(token="t"), gives(token="u")) as told, client_at(told.url, clock=clock) as client:
        assert (await Uploads(client, first, clock).reference(PDF)).reference == "t"
        assert (await Uploads(client, StoredUploadBook(db), clock).reference(PDF)).reference == "t"
        assert (await Uploads(client, second, clock).reference(PDF)).reference == "u"
        clock.advance(7 * DAYS)
        told.then(gives(attachment_id="i"))
        await Uploads(client, first, clock).reference(PNG)  # throws out what has expired, of its own account only
    async with db.reading() as connection:
        rows = (await connection.execute(channel_state.select())).all()
    assert sorted((row.channel, row.account) for row in rows) == [("zalo-oa", "main"), ("zalo-oa", "other")]
    assert all(len(row.key) <= 40 for row in rows)
