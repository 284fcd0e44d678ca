"""``cotmoc zalo login`` and ``zalo status``: an administrator of the Official Account consents, and how things stand.

Both work while the service runs: the tokens change hands under the lease that all share.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from random import Random
from urllib.parse import parse_qs, urlsplit

from bot.channels.zalo_oauth import CODE_FOR, GrantGone, TokenPair, ZaloOAuth, consent_link
from bot.channels.zalo_token_health import Health, TokenState
from bot.channels.zalo_token_row import TokenShelf
from bot.channels.zalo_tokens import TokenKeeper
from bot.clock import SystemClock
from bot.errors import AccountRejected, NotSent, OutcomeUnknown, SettingError
from bot.settings import Settings, secret_key
from bot.storage.db import Database
from bot.storage.migrate import migrate

Ask = Callable[[str], str]

_STATES = {
    TokenState.OK: "tốt",
    TokenState.DOUBTFUL: "lần gia hạn vừa rồi chưa có trả lời; dịch vụ đang thử lại",
    TokenState.LATE: "gia hạn chưa được; access token còn dùng được ít giờ nữa",
    TokenState.NO_TOKEN: "không có access token dùng được; dịch vụ (đang chạy) sẽ gia hạn",
    TokenState.STALE: "đã 14 ngày không gia hạn được; hãy chạy dịch vụ, hoặc: cotmoc zalo login",
    TokenState.MISSING: "chưa đăng nhập; hãy chạy: cotmoc zalo login",
    TokenState.NEEDS_REAUTH: "phải đăng nhập lại (needs_reauth); hãy chạy: cotmoc zalo login",
}


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a person pasted: the code alone, or the whole address with what else is in it."""

    code: str
    oa_id: str = ""
    state: str = ""


def read_pasted(text: str) -> Pasted:
    """Raises SettingError when there is no code in it."""
    text = text.strip().strip("\"'<>")
    if "code=" in text:
        found = parse_qs(urlsplit(text).query or text.lstrip("?"))
        code, oa_id, state = (found.get(name, [""])[0].strip() for name in ("code", "oa_id", "state"))
        if code:
            return Pasted(code, oa_id, state)
    if not text or "://" in text or "=" in text.rstrip("=") or any(each.isspace() for each in text):
        raise SettingError(
            "Không thấy mã. Hãy dán cả địa chỉ có phần ?code=… trên thanh địa chỉ của trình duyệt, hoặc riêng mã đó."
        )
    return Pasted(text)


def login(settings: Settings, *, callback: str = "", ask: Ask = input) -> int:
    """``callback``: the address declared in Zalo's console, where the browser is sent back to with the code."""
    _need_account(settings)
    callback = callback or f"{settings.address}/"
    fixed = settings.zalo_code_verifier.get_secret_value()
    verifier, state = fixed or secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    link = consent_link(
        settings.zalo_oauth_url, app_id=settings.zalo_app_id, callback=callback, verifier=verifier, state=state
    )
    print("1. Mở địa chỉ này bằng tài khoản Zalo quản trị OA, rồi bấm đồng ý:\n")
    print(f"   {link}\n")
    if fixed:
        print("   (hoặc địa chỉ do trang developers.zalo.me tạo, vì đã đặt COTMOC_ZALO_CODE_VERIFIER)\n")
    print(f"2. Trình duyệt sẽ chuyển về {callback}, trang đó không cần mở được.")
    print(f"   Chép cả địa chỉ trên thanh địa chỉ (có ?code=…) và dán vào đây trong {_minutes()} phút.\n")
    try:
        pasted = read_pasted(ask("Địa chỉ hoặc mã: "))
    except EOFError:
        raise SettingError("Chưa nhận được mã nào.") from None
    if pasted.oa_id and pasted.oa_id != settings.zalo_oa_id:
        raise SettingError(
            f"Bạn đã đồng ý cho OA {pasted.oa_id}, nhưng COTMOC_ZALO_OA_ID là {settings.zalo_oa_id}. Chưa lưu gì."
        )
    if pasted.state and pasted.state != state and not fixed:
        raise SettingError("Địa chỉ này thuộc về một lần đăng nhập khác. Hãy chạy lại lệnh và dùng địa chỉ mới.")
    health = asyncio.run(_with_keeper(settings, lambda keeper: _exchange(settings, keeper, pasted.code, verifier)))
    print("Đã đăng nhập Zalo OA. Cặp token mới đã lưu, có mã hoá; dịch vụ đang chạy sẽ tự dùng.")
    _describe(settings, health)
    return 0


def status(settings: Settings) -> int:
    """Exit 1 when the account cannot work."""
    _need_account(settings)
    health = asyncio.run(stored_health(settings))
    _describe(settings, health)
    return 1 if health.trouble else 0


async def stored_health(settings: Settings) -> Health:
    """How the tokens are, as they are stored; Zalo is not asked."""
    return await _with_keeper(settings, lambda keeper: keeper.read())


async def _exchange(settings: Settings, keeper: TokenKeeper, code: str, verifier: str) -> Health:
    oauth = _oauth(settings)

    async def obtain() -> TokenPair:
        return await oauth.exchange(code, verifier)

    try:
        await keeper.consent(obtain)
    except GrantGone:
        raise SettingError(
            f"Zalo không nhận mã này: sai, đã dùng, hoặc quá {_minutes()} phút. Hãy chạy lại cotmoc zalo login."
        ) from None
    except AccountRejected as error:
        raise SettingError(f"Zalo từ chối: {error}.") from None
    except OutcomeUnknown:
        raise SettingError(
            "Đã gửi mã nhưng không nhận được trả lời. Mã chỉ dùng được một lần: hãy chạy lại cotmoc zalo login."
        ) from None
    except NotSent:
        raise SettingError(
            f"Không gọi được {settings.zalo_oauth_url}. Mã chưa bị dùng; kiểm tra mạng rồi thử lại."
        ) from None
    return keeper.health


def _need_account(settings: Settings) -> None:
    if not settings.zalo_oa:
        raise SettingError(
            "Chưa khai Zalo OA: thiếu COTMOC_ZALO_OA_ID, COTMOC_ZALO_APP_ID, COTMOC_ZALO_APP_SECRET và "
            "COTMOC_ZALO_OA_SECRET."
        )


def _minutes() -> int:
    return int(CODE_FOR.total_seconds() // 60)


def _oauth(settings: Settings) -> ZaloOAuth:
    return ZaloOAuth(
        base_url=settings.zalo_oauth_url,
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret.get_secret_value(),
    )


async def _with_keeper(settings: Settings, work: Callable[[TokenKeeper], Coroutine[object, object, Health]]) -> Health:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    db = Database(settings.database)
    try:
        await migrate(db)
        keeper = TokenKeeper(
            shelf=TokenShelf(db, key=secret_key(settings)),
            oauth=_oauth(settings),
            clock=SystemClock(),
            rng=Random(),
            owner=secrets.token_hex(6),
        )
        return await work(keeper)
    finally:
        await db.close()


def _describe(settings: Settings, health: Health) -> None:
    def local(at: datetime) -> str:
        return at.astimezone(settings.zone).strftime("%H:%M %d/%m/%Y")

    print(f"Zalo OA {settings.zalo_oa_id}: {_STATES[health.state]}" + (f" – {health.reason}" if health.reason else ""))
    if health.renewed_at is not None and health.expires_at is not None:
        print(f"  gia hạn lần cuối       {local(health.renewed_at)}")
        print(f"  access token đến       {local(health.expires_at)}")
    if health.consent_ends_at is not None and health.state is not TokenState.NEEDS_REAUTH:
        print(f"  nếu không gia hạn nữa, phải đăng nhập lại sau {local(health.consent_ends_at)}")
