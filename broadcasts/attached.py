"""Files of campaigns: cleaned before they are kept, one for each language, copied from one campaign to another."""

from __future__ import annotations

import asyncio
import hashlib

from sqlalchemy import delete, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.attached_images import LIGHT
from bot.attachments import MEGABYTE, BadAttachment, cleaned
from bot.messages import Attachment
from bot.storage.schema import campaign_files
from broadcasts.composing import ComposeError, File


async def clean(name: str, content: bytes) -> Attachment:
    """The file as it may be kept, drawn anew or judged beside the event loop. Raises BadAttachment."""
    file = await asyncio.to_thread(cleaned, name, content)
    if file.mime.startswith("image/") and len(file.content) > LIGHT:
        # An Official Account of Zalo would refuse it, and after three refusals the whole run would stop.
        raise BadAttachment(
            f"Ảnh vẫn nặng hơn {LIGHT // MEGABYTE} MB sau khi thu nhỏ; hãy lưu lại thành JPEG, hoặc bớt chi tiết."
        )
    return file


def digest_of(file: Attachment) -> str:
    """What an approval binds to."""
    return hashlib.sha256(file.content).hexdigest()


async def put(connection: AsyncConnection, campaign_id: int, language: str, file: Attachment) -> File:
    """Keep a clean file for a language ("": for all), in the place of the one before: a message carries one file."""
    await connection.execute(
        delete(campaign_files).where(campaign_files.c.campaign_id == campaign_id, campaign_files.c.language == language)
    )
    digest = digest_of(file)
    statement = campaign_files.insert().values(
        campaign_id=campaign_id,
        language=language,
        name=file.name,
        mime=file.mime,
        content=file.content,
        digest=digest,
    )
    number = int((await connection.execute(statement.returning(campaign_files.c.id))).scalar_one())
    return File(number, language, file.name, file.mime, digest)


async def drop(connection: AsyncConnection, campaign_id: int, file_id: int) -> None:
    """Raises ComposeError when the campaign has no such file."""
    done = await connection.execute(
        delete(campaign_files).where(campaign_files.c.campaign_id == campaign_id, campaign_files.c.id == file_id)
    )
    if not done.rowcount:
        raise ComposeError(f"CD-{campaign_id} không có tệp số {file_id}; xem số tệp ở status.")


async def copy(connection: AsyncConnection, source: int, target: int) -> None:
    """Every file of one campaign for another; they are clean already, and an image is not drawn a second time."""
    kept = ("language", "name", "mime", "content", "digest")
    columns = [campaign_files.c[each] for each in kept]
    chosen = select(literal(target), *columns).where(campaign_files.c.campaign_id == source)
    await connection.execute(campaign_files.insert().from_select(["campaign_id", *kept], chosen))


async def content(connection: AsyncConnection, file_id: int) -> bytes | None:
    """None: it was taken away."""
    return (await connection.execute(select(campaign_files.c.content).where(campaign_files.c.id == file_id))).scalar()
