"""``cotmoc serve``: everything, or the named roles, in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys

from bot import logs
from bot.errors import SettingError
from bot.settings import Settings
from handlers.app import ROLES, App, build

log = logs.get("serve")


def run(settings: Settings, only: str) -> int:
    roles = tuple(role.strip() for role in only.split(",") if role.strip())
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise SettingError(f"Không có vai trò {unknown[0] if unknown else '(trống)'}: chỉ có {', '.join(ROLES)}.")
    try:
        import uvloop

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    except ImportError:
        runner = asyncio.Runner()
    with runner:
        return runner.run(_serve(settings, roles))


async def _serve(settings: Settings, roles: tuple[str, ...]) -> int:
    app = await build(settings, roles=roles)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.forgotten)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        await app.start()
    except OSError as error:
        await app.close()
        why = error.strerror or "đang có chương trình khác dùng"
        raise SettingError(f"Không mở được cổng {settings.http_port} (COTMOC_HTTP_PORT): {why}.") from None
    print(
        banner(app, await app.console.first_officer.link(app.port) if app.console else ""), file=sys.stderr, flush=True
    )
    await app.run(stopping)
    log.info("stopped")
    return 0


def banner(app: App, first: str = "") -> str:
    """Where to click, which channels are on, and that nothing is signed yet. ``first``: where the first officers are
    made."""
    settings = app.settings
    address = settings.public_url.rstrip("/") or f"http://{settings.http_host}:{app.port}"
    lines = ["", "  Cột Mốc đang chạy."]
    if app.server is not None:
        lines.append(f"  Mở trong trình duyệt:  {address}/")
        lines.append(f"  Dành cho cán bộ:       {address}/console/")
    if first:
        lines.append("  Chưa đủ hai quản trị. Mở trên chính máy này, trong 15 phút:")
        lines.append(f"    {first}")
    channels = (
        ("Telegram:", "telegram", settings.telegram_mode, "COTMOC_TELEGRAM_TOKEN"),
        ("Zalo OA:", "zalo-oa", "webhook", "COTMOC_ZALO_OA_ID"),
        ("Zalo Bot:", "zalo-bot", settings.zalo_bot_mode, "COTMOC_ZALO_BOT_TOKEN"),
    )
    on = {name for name, _ in app.channels}
    for label, name, mode, setting in channels:
        lines.append(f"  {label:<22} {f'bật ({mode})' if name in on else f'tắt (đặt {setting} để bật)'}")
    lines.append(f"  Câu trả lời:           {len(app.catalog)}")
    if not app.catalog.any_signed:
        lines.append("  Bản thử nghiệm – nội dung chưa được cơ quan nào ký duyệt.")
    lines.append("  Dừng: Ctrl+C")
    return "\n".join([*lines, ""])
