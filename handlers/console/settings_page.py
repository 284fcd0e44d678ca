"""The settings of the installation, to be read: they are set where it runs, and secrets are never shown."""

from __future__ import annotations

from aiohttp import web
from pydantic import SecretStr

from bot.settings import Settings
from bot.staff.roles import Action
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.console.words import N_, Words

PATH = "/console/settings"
# Name of the field, and what it is for.
SHOWN = (
    ("owner_name", N_("Cơ quan quản lý kênh; trống thì kênh nói là chưa có cơ quan nào")),
    ("owner_phone", N_("Số điện thoại của cơ quan")),
    ("owner_address", N_("Địa chỉ cơ quan")),
    ("office_hours", N_("Giờ làm việc, bà con hỏi bằng /nguoitruc")),
    ("privacy_contact", N_("Nơi hỏi về dữ liệu cá nhân")),
    ("public_url", N_("Địa chỉ công khai của trang")),
    ("province", N_("Tỉnh của kênh")),
    ("timezone", N_("Múi giờ")),
    ("quiet_hours", N_("Giờ yên lặng: chiến dịch không gửi, tin khẩn vẫn gửi")),
    ("weekly_cap", N_("Mỗi người nhận nhiều nhất bao nhiêu tin thường một tuần")),
    ("notice_confirm_minutes", N_("Tin khẩn phải có người thứ hai xác nhận trong bao nhiêu phút")),
    ("leaflet_price", N_("Giá một tờ rơi tới tay, đồng; để so chi phí trong báo cáo")),
    ("sms_price", N_("Giá một tin nhắn thường, đồng; để so chi phí trong báo cáo")),
    ("telegram_token", "Telegram"),
    ("telegram_mode", N_("Telegram nhận tin bằng cách nào")),
    ("telegram_rate", N_("Telegram: bao nhiêu tin một giây")),
    ("telegram_reply_rate", N_("Telegram: phần dành cho trả lời, tin một giây")),
    ("zalo_oa_id", "Zalo OA"),
    ("zalo_allow_paid", N_("Zalo: chiến dịch được dùng tin tính phí")),
    ("zalo_allow_paid_urgent", N_("Zalo: tin khẩn được dùng tin tính phí")),
    ("zalo_bot_token", "Zalo Bot"),
    ("metrics_token", N_("Mã để đọc số đo /metrics từ máy khác")),
)


class SettingsPage:
    def __init__(self, *, settings: Settings, gate: Gate, pages: Pages) -> None:
        self._settings = settings
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [self._gate.get(PATH, self._shown, Action.OFFICERS)]

    async def _shown(self, visit: Visit) -> web.Response:
        rows = [
            (f"COTMOC_{name.upper()}", meaning, shown(getattr(self._settings, name), visit.words))
            for name, meaning in SHOWN
        ]
        return self._pages.show(visit, "console/settings.html", {"rows": rows})


def shown(value: object, words: Words) -> str:
    """A value as it may be seen: of a secret only whether it is there."""
    if isinstance(value, SecretStr):
        return words.say("đã đặt (không hiện)") if value.get_secret_value() else words.say("chưa đặt")
    if isinstance(value, bool):
        return words.say("có") if value else words.say("không")
    return words.say("chưa đặt") if value in ("", None) else str(value)
