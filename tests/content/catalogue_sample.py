"""A small catalogue for the tests of the matcher, in the three languages, with two provinces and two neighbours."""

from __future__ import annotations

from content.language_tables import language_tables, typing_tables
from content.match_values import MatchSource
from content.matcher import Matcher

__all__ = ["NEIGHBOURS", "SOURCES", "language_tables", "sample_matcher", "typing_tables"]

SOURCES = (
    MatchSource(
        "gates.dong-thap",
        {
            "vi": [
                "Đồng Tháp có mấy cửa khẩu",
                "kể tên cửa khẩu của tỉnh mình",
                "Dinh Bà, Thường Phước là cửa khẩu quốc tế",
            ],
            "en": ["names of the border gates of Dong Thap", "which gates are in this province"],
            "km": ["ខេត្តដុងថាបមានច្រកទ្វារប៉ុន្មាន"],
        },
        topic="crossing",
        scope="dong-thap",
    ),
    MatchSource(
        "gates.an-giang",
        {
            "vi": [
                "An Giang có mấy cửa khẩu",
                "kể tên cửa khẩu của tỉnh mình",
                "Tịnh Biên, Vĩnh Xương là cửa khẩu quốc tế",
            ],
            "en": ["names of the border gates of An Giang", "which gates are in this province"],
        },
        topic="crossing",
        scope="an-giang",
    ),
    MatchSource(
        "pass.who",
        {
            "vi": [
                "ai được cấp giấy thông hành qua Campuchia",
                "xin sổ thông hành ở đâu",
                "nông dân làm thông hành được hông",
            ],
            "en": ["who can get a border pass", "apply for a laissez-passer"],
            "km": ["អ្នកណាអាចទទួលបានប័ណ្ណឆ្លងដែន", "ធ្វើប័ណ្ណឆ្លងដែននៅឯណា"],
        },
        topic="crossing",
    ),
    MatchSource(
        "pass.fee",
        {
            "vi": ["lệ phí giấy thông hành bao nhiêu", "sổ thông hành xài được mấy tháng", "tiền làm giấy thông hành"],
            "en": ["how much is a border pass", "how long is a laissez-passer valid"],
        },
        topic="crossing",
    ),
    MatchSource(
        "fishing.vms",
        {
            "vi": [
                "tắt máy giám sát hành trình bị phạt bao nhiêu",
                "thiết bị định vị trên tàu cá bị ngắt thì phạt sao",
                "gỡ vms có bị phạt không",
            ],
            "en": ["fine for switching off the vessel tracker"],
        },
        topic="fishing",
    ),
    MatchSource(
        "service.stop",
        {"vi": ["làm sao ngừng nhận tin", "hủy đăng ký bản tin"], "en": ["how to stop messages", "unsubscribe"]},
        topic="service",
    ),
)
NEIGHBOURS = {
    "weather": {"vi": ["mai trời mưa không", "dự báo thời tiết hôm nay"], "en": ["weather forecast for tomorrow"]},
    "gold": {"vi": ["giá vàng hôm nay bao nhiêu một chỉ"], "en": ["gold price today"]},
}


def sample_matcher() -> Matcher:
    return Matcher(SOURCES, typing_tables(), language_tables(), neighbours=NEIGHBOURS)
