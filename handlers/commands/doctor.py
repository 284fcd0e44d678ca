"""``cotmoc doctor``: every setting and connection, one line each, secrets hidden; exit 1 when one is red."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.telegram import TelegramChannel
from bot.channels.zalo_bot import ZaloBotChannel
from bot.clock import SystemClock
from bot.errors import ChannelError, CotMocError
from bot.place_files import load_gazetteer
from bot.settings import Settings, secret_key
from bot.storage.db import Database
from bot.storage.migrate import HEAD
from broadcasts import feed_troubles
from content import files
from handlers.accounts_file import cap_feeds, post_targets
from handlers.commands.zalo import stored_health

LOW_DISK = 500 * 1024 * 1024  # bytes


def run(settings: Settings) -> int:
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    red = 0
    async for good, line in _findings(settings):
        red += not good
        print(f"{'[ỔN] ' if good else '[LỖI]'} {line}")
    return 1 if red else 0


async def _findings(settings: Settings) -> AsyncIterator[tuple[bool, str]]:
    provinces = {place.province_slug for place in load_gazetteer().provinces()}
    yield settings.province in provinces, f"COTMOC_PROVINCE = {settings.province}"
    yield True, f"múi giờ {settings.timezone}; giờ yên lặng {settings.quiet_hours}"
    if settings.owner_name:
        yield True, f"cơ quan quản lý: {settings.owner_name}"
    else:
        yield True, "COTMOC_OWNER_NAME trống: kênh nói rõ là thử nghiệm, chưa có cơ quan quản lý"
    try:
        secret_key(settings)
        yield True, "khoá bí mật: có"
    except CotMocError as error:
        yield False, str(error)
    yield await _database(settings)
    entries = len(files.shipped_catalog())
    yield _posts(settings)
    async for finding in _feeds(settings):
        yield finding
    yield entries > 0, f"nội dung: {entries} câu trả lời"
    free = shutil.disk_usage(settings.var_dir if settings.var_dir.exists() else ".").free
    yield free > LOW_DISK, f"đĩa còn trống {free // 1024**2} MB"
    yield await _telegram(settings)
    yield await _zalo_bot(settings)
    yield await _zalo_oa(settings)


def _posts(settings: Settings) -> tuple[bool, str]:
    try:
        found = post_targets(settings, load_gazetteer())
    except CotMocError as error:
        return False, str(error)
    named = ", ".join(f"{each.name} ({each.channel}, {each.kind})" for each in found.values())
    return True, f"nơi đăng công khai: {named or 'chưa khai'}"


async def _feeds(settings: Settings) -> AsyncIterator[tuple[bool, str]]:
    """What is listed, and what the running service has met with there."""
    try:
        sources = cap_feeds(settings)
    except CotMocError as error:
        yield False, str(error)
        return
    yield True, f"nguồn cảnh báo CAP: {', '.join(each.name for each in sources) or 'chưa khai'}"
    if not sources:
        return
    db = Database(settings.database)
    try:
        async with db.reading() as connection:
            found = await feed_troubles.kept(connection)
    except (CotMocError, SQLAlchemyError, OSError):
        return  # what is wrong with the database has a line of its own
    finally:
        await db.close()
    if found is None:
        yield True, "nguồn cảnh báo CAP: dịch vụ chưa đọc lần nào"
        return
    at, troubles = found
    for each in troubles:
        yield False, f"{each} (từ {at.astimezone(settings.zone):%H:%M ngày %d/%m/%Y})"


async def _database(settings: Settings) -> tuple[bool, str]:
    db = Database(settings.database)
    kind = "SQLite" if db.sqlite else "PostgreSQL"
    try:
        if db.sqlite:
            settings.var_dir.mkdir(parents=True, exist_ok=True)
        async with db.reading() as connection:
            await connection.execute(text("SELECT 1"))
            version = await connection.run_sync(
                lambda each: (
                    each.dialect.has_table(each, "alembic_version")
                    and each.execute(text("SELECT version_num FROM alembic_version")).scalar()
                )
            )
    except (CotMocError, OSError) as error:
        return False, f"cơ sở dữ liệu {kind}: {type(error).__name__}"
    finally:
        await db.close()
    if version in (HEAD, False, None):
        return True, f"cơ sở dữ liệu {kind}: bản {version or 'chưa tạo'}"
    return False, f"cơ sở dữ liệu {kind}: bản {version}, chương trình cần {HEAD}; chạy cotmoc migrate"


async def _zalo_bot(settings: Settings) -> tuple[bool, str]:
    token = settings.zalo_bot_token.get_secret_value()
    if not token:
        return True, "Zalo Bot: tắt (COTMOC_ZALO_BOT_TOKEN trống)"
    channel = ZaloBotChannel(
        token=token, api_url=settings.zalo_bot_api_url, clock=SystemClock(), zone=settings.zone, key=b""
    )
    await channel.open()
    try:
        name = await channel.check()
    except ChannelError as error:
        return False, f"Zalo Bot: {type(error).__name__}"
    finally:
        await channel.close()
    return True, f"Zalo Bot: {name}, {settings.zalo_bot_mode}"


async def _zalo_oa(settings: Settings) -> tuple[bool, str]:
    """As the stored tokens say; Zalo itself is not asked, for a call might use a token up."""
    if not settings.zalo_oa:
        return True, "Zalo OA: tắt (COTMOC_ZALO_OA_ID trống)"
    health = await stored_health(settings)
    if health.trouble:
        return False, f"Zalo OA: {health.trouble}"
    ends = f", đồng ý còn tới {health.consent_ends_at:%d/%m/%Y}" if health.consent_ends_at else ""
    return True, f"Zalo OA: token {health.state.name.lower()}{ends}"


async def _telegram(settings: Settings) -> tuple[bool, str]:
    token = settings.telegram_token.get_secret_value()
    if not token:
        return True, "Telegram: tắt (COTMOC_TELEGRAM_TOKEN trống)"
    channel = TelegramChannel(token=token, api_url=settings.telegram_api_url)
    await channel.open()
    try:
        name = await channel.check()
    except ChannelError as error:
        return False, f"Telegram: {type(error).__name__}"
    finally:
        await channel.close()
    return True, f"Telegram: {name}, {settings.telegram_mode}"
