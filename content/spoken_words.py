"""What short forms, units and addresses are called when a Vietnamese text is read aloud (pure)."""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "km/h": "ki-lô-mét giờ",
    "km²": "ki-lô-mét vuông",
    "m²": "mét vuông",
    "m³": "mét khối",
    "km": "ki-lô-mét",
    "cm": "xăng-ti-mét",
    "mm": "mi-li-mét",
    "m": "mét",
    "kg": "ki-lô-gam",
    "ha": "héc-ta",
    "°C": "độ C",
    "%": "phần trăm",
    "₫": "đồng",
    "đ": "đồng",
    "VND": "đồng",
    "VNĐ": "đồng",
}
SHORT: Mapping[str, str] = {
    "UBND": "Uỷ ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "BĐBP": "Bộ đội Biên phòng",
    "CCCD": "căn cước công dân",
    "CMND": "chứng minh nhân dân",
    "BHYT": "bảo hiểm y tế",
    "BHXH": "bảo hiểm xã hội",
    "TP.HCM": "Thành phố Hồ Chí Minh",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "QĐ": "Quyết định",
    "Zalo": "Za-lô",
    "Telegram": "Tê-lê-gram",
    "Facebook": "Phây-búc",
    "USD": "đô la Mỹ",
}
# Nobody can write an address down from a loudspeaker: what is said is where it stands in print.
SITE, MAIL = "trang mạng ghi ở tờ rơi", "địa chỉ thư ghi ở tờ rơi"
# Behind 111 to 115 these say that it is a count and no number to call.
COUNTED = (
    "đồng", "mét", "km", "m", "ki-lô-mét", "hải lý", "người", "hộ", "nhà", "tàu", "ghe", "xe", "ngày", "giờ", "phút",
    "tháng", "năm", "tuổi", "tấn", "kg", "triệu", "nghìn", "ngàn", "tỷ", "xã", "phường", "ấp", "mốc", "lần", "%",
)  # fmt: skip
