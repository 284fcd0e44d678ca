"""Frozen settings: the only reader of the environment (prefix COTMOC_) and of a .env file."""

from __future__ import annotations

import re
import secrets
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingError

TELEGRAM_API = "https://api.telegram.org"
_LOCAL_HOSTS = frozenset({"", "127.0.0.1", "localhost", "::1"})
# What may stand before :// in the address of the database, and the asynchronous driver behind it.
_SCHEMES = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")  # no wildcard: a whole domain is too many sites
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Settings(BaseSettings):
    """Names and defaults are described in README; every one is COTMOC_<NAME> in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="COTMOC_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    var_dir: Path = Path("var")
    cache_dir: Path | None = None  # what is built from the content alone; empty: in var_dir
    database_url: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""
    trusted_proxies: str = ""
    widget_sites: str = ""  # origins of other sites that may show the chat, with commas between
    province: str = "dong-thap"
    timezone: str = "Asia/Ho_Chi_Minh"
    secret_key: SecretStr = SecretStr("")
    metrics_token: SecretStr = SecretStr("")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    log_format: str = Field(default="console", pattern="^(console|json)$")

    owner_name: str = ""
    owner_phone: str = ""
    owner_address: str = ""
    office_hours: str = ""
    privacy_contact: str = ""
    notice_confirm_minutes: int = Field(default=10, ge=1, le=120)
    quiet_hours: str = "21:00-07:00"
    weekly_cap: int = Field(default=3, ge=0, le=50)
    leaflet_price: int | None = Field(default=None, ge=0)  # VND, printed and brought to the house
    sms_price: int | None = Field(default=None, ge=0)  # VND, one text message
    officer_token: SecretStr = SecretStr("")  # of the officer whose script this is
    api_rate: float = Field(default=10, gt=0, le=1000)  # calls a second of one token

    telegram_token: SecretStr = SecretStr("")
    telegram_name: str = ""  # the bot's @name, for links on posters
    telegram_mode: str = Field(default="polling", pattern="^(polling|webhook)$")
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_api_url: str = TELEGRAM_API
    telegram_rate: float = Field(default=25, gt=0)
    telegram_reply_rate: float = Field(default=10, ge=0)
    telegram_paid_broadcast: bool = False

    accounts_file: Path | None = None  # TOML: Zalo templates that were approved, places to post to
    zalo_oa_id: str = ""
    zalo_app_id: str = ""
    zalo_app_secret: SecretStr = SecretStr("")
    zalo_oa_secret: SecretStr = SecretStr("")
    zalo_refresh_token: SecretStr = SecretStr("")
    zalo_code_verifier: SecretStr = SecretStr("")
    zalo_api_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_business_url: str = "https://business.openapi.zalo.me"
    zalo_allow_paid: bool = False
    zalo_allow_paid_urgent: bool = True
    zalo_cs_campaigns: bool = False
    zalo_buttons: bool = False
    zalo_rate: int = Field(default=100, ge=1, le=4000)
    zalo_verifier: str = ""  # the code by which Zalo knows that this domain is ours
    zalo_bot_token: SecretStr = SecretStr("")
    zalo_bot_mode: str = Field(default="polling", pattern="^(polling|webhook)$")
    zalo_bot_secret: SecretStr = SecretStr("")
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_rate: float = Field(default=1, gt=0)

    @field_validator("quiet_hours")
    @classmethod
    def _quiet_hours_are_two_times(cls, value: str) -> str:
        if not _QUIET.fullmatch(value):
            raise ValueError("phải có dạng 21:00-07:00")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_one_of_ours(cls, value: str) -> str:
        if value and value.partition("://")[0] not in _SCHEMES:
            raise ValueError("chỉ nhận sqlite:// hoặc postgresql://")
        return value

    @field_validator("public_url")
    @classmethod
    def _public_address_is_whole(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("phải là địa chỉ đầy đủ, bắt đầu bằng https://")
        return value

    @field_validator("widget_sites")
    @classmethod
    def _widget_sites_are_origins(cls, value: str) -> str:
        found = [each.strip().rstrip("/").lower() for each in value.split(",") if each.strip()]
        for each in found:
            local = urlsplit(each).hostname in _LOCAL_HOSTS
            if not _ORIGIN.fullmatch(each) or (each.startswith("http:") and not local):
                raise ValueError(f"“{each}” không phải nguồn; viết như https://www.example.vn, cách nhau bằng dấu phẩy")
        return ",".join(dict.fromkeys(found))

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("không phải là múi giờ") from error
        return value

    @field_validator("zalo_verifier")
    @classmethod
    def _verifier_is_a_code(cls, value: str) -> str:
        """The name of the file that Zalo's console gives is taken as well as the code in it."""
        code = value.strip().removeprefix("zalo_verifier").removesuffix(".html")
        if code and not re.fullmatch(r"[A-Za-z0-9_-]{1,120}", code):
            raise ValueError("chỉ gồm chữ, số, gạch dưới, gạch ngang")
        return code

    @field_validator("telegram_name")
    @classmethod
    def _telegram_name_is_one(cls, value: str) -> str:
        """As BotFather gives it, with or without @, or as a link."""
        name = value.strip().removeprefix("https://").removeprefix("t.me/").removeprefix("@")
        if name and not re.fullmatch(r"[A-Za-z0-9_]{5,32}", name):
            raise ValueError("là tên của bot trên Telegram, ví dụ @CotMocDongThap_bot")
        return name

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _telegram_allows_few_signs(cls, value: SecretStr) -> SecretStr:
        # Bot API setWebhook.secret_token: 1-256 of A-Z a-z 0-9 _ -
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("chỉ gồm chữ, số, gạch dưới, gạch ngang, dài nhất 256")
        return value

    @property
    def zalo_oa(self) -> bool:
        """Whether an Official Account is set up."""
        return bool(self.zalo_oa_id)

    @property
    def widget_origins(self) -> tuple[str, ...]:
        """The sites that may show the chat in a frame."""
        return tuple(filter(None, self.widget_sites.split(",")))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def quiet_from_to(self) -> tuple[time, time]:
        start, _, end = self.quiet_hours.partition("-")
        return time.fromisoformat(start), time.fromisoformat(end)

    @property
    def database(self) -> str:
        """The address of the database with the asynchronous driver we use."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{self.var_dir / 'cotmoc.sqlite3'}"
        scheme, separator, rest = self.database_url.partition("://")
        return _SCHEMES[scheme] + separator + rest

    @property
    def address(self) -> str:
        """Where a browser finds the service."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.http_host, self.http_host)
        return self.public_url.rstrip("/") or f"http://{host}:{self.http_port}"

    @property
    def public(self) -> bool:
        return (urlsplit(self.public_url).hostname or "") not in _LOCAL_HOSTS


def load(**given: object) -> Settings:
    """Read the settings. Raises SettingError with one sentence that names what is missing or wrong."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "COTMOC_" + str(first["loc"][0]).upper()
        raise SettingError(f"Cài đặt {name} sai: {first['msg'].removeprefix('Value error, ')}.") from None
    if settings.telegram_token.get_secret_value() and settings.telegram_mode == "webhook":
        if not settings.telegram_webhook_secret.get_secret_value():
            raise SettingError("Thiếu COTMOC_TELEGRAM_WEBHOOK_SECRET: webhook Telegram bắt buộc có mã bí mật.")
        if not settings.public_url:
            raise SettingError("Thiếu COTMOC_PUBLIC_URL: webhook Telegram cần địa chỉ công khai.")
    _zalo_is_whole(settings)
    return settings


def _zalo_is_whole(settings: Settings) -> None:
    """An account needs all of its settings: half of them would receive and never answer, or the other way round."""
    needed = {
        "COTMOC_ZALO_OA_ID": settings.zalo_oa_id,
        "COTMOC_ZALO_APP_ID": settings.zalo_app_id,
        "COTMOC_ZALO_APP_SECRET": settings.zalo_app_secret.get_secret_value(),
        "COTMOC_ZALO_OA_SECRET": settings.zalo_oa_secret.get_secret_value(),
    }
    missing = [name for name, value in needed.items() if not value]
    if 0 < len(missing) < len(needed):
        raise SettingError(f"Thiếu {', '.join(missing)}: Zalo OA cần đủ bốn cài đặt này.")
    if settings.zalo_bot_token.get_secret_value() and settings.zalo_bot_mode == "webhook":
        # setWebhook.secret_token: 8-256 characters, mandatory (reference B3)
        if not 8 <= len(settings.zalo_bot_secret.get_secret_value()) <= 256:
            raise SettingError("COTMOC_ZALO_BOT_SECRET phải dài từ 8 đến 256 ký tự khi dùng webhook Zalo Bot.")
        if not settings.public_url:
            raise SettingError("Thiếu COTMOC_PUBLIC_URL: webhook Zalo Bot cần địa chỉ công khai.")


def secret_key(settings: Settings) -> bytes:
    """The key of this installation; made on the first start under var/, readable by its owner only.

    Raises SettingError when the service has a public address and no key was given.
    """
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    path = settings.var_dir / "secret.key"
    kept = path.read_bytes() if path.is_file() else b""
    if kept:  # a file that a power cut left empty is no key
        return kept
    if settings.public:
        raise SettingError("Thiếu COTMOC_SECRET_KEY: khi COTMOC_PUBLIC_URL là địa chỉ công khai thì phải đặt khoá.")
    made = secrets.token_urlsafe(48).encode()
    try:
        settings.var_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(made)
    except OSError as error:
        raise SettingError(
            f"Không ghi được vào thư mục {settings.var_dir} (COTMOC_VAR_DIR): {error.strerror}."
        ) from None
    return made
