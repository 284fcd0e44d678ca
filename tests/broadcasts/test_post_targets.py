"""The operator's list of public places: what is taken, and the one sentence about what is not."""

from __future__ import annotations

import pytest

from bot.errors import SettingError
from broadcasts.post_targets import PostTarget, cities, parse_posts

GOOD = """
[[posts]]
name = "kenh-tinh"
channel = "telegram"
kind = "channel"
target = "@vungbien_dt"
place = "p-dong-thap"
language = ["km", "vi"]

[[posts]]
name = "bai-viet"
channel = "zalo-oa"
kind = "article"
target = "14, 0,14"
cover = "https://vd.example/bia.jpg"

[[posts]]
name = "nhom-ap-1"
channel = "zalo-oa"
account = "hai"
kind = "group"
target = "f414a2"

[[zalo.templates]]
id = "1"
"""


def test_what_is_taken() -> None:
    channel, article, group = parse_posts(GOOD)
    assert channel == PostTarget(
        "kenh-tinh", "telegram", "channel", "@vungbien_dt", "main", "p-dong-thap", ("vi", "km"), ""
    )
    assert (article.target, cities(article.target), article.languages) == ("0,14", (0, 14), ("vi",))
    assert (group.account, group.target, group.cover) == ("hai", "f414a2", "")
    assert cities("all") == ()
    assert parse_posts("") == ()


def one(**changes: str) -> str:
    fields = {"name": '"k"', "channel": '"telegram"', "kind": '"channel"', "target": '"-1001234567890"', **changes}
    return "[[posts]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (one(name=""), "name"),
        (one(name='"Kênh Tỉnh"'), "name"),
        (one(channel='"sms"'), "channel"),
        (one(kind='"article"'), "kind"),
        (one(kind="7"), "kind"),
        (one(target='"123456789"'), "target"),  # a person's own chat
        (one(target='"https://t.me/kenh"'), "target"),
        (one(language='"lo"'), "language"),
        (one(language="[]"), "language"),
        (one(cover='"https://x.example/a.jpg"'), "cover"),
        (one(topic='"x"'), "topic"),
        (one(channel='"zalo-oa"', kind='"article"', target='"all"'), "cover"),
        (one(channel='"zalo-oa"', kind='"article"', target='"all"', cover='"bia.jpg"'), "cover"),
        (one(channel='"zalo-oa"', kind='"article"', target='"64"', cover='"https://x.example/a.jpg"'), "target"),
        (one(channel='"zalo-oa"', kind='"group"', target='"nhóm ấp"'), "target"),
        (one() + "\n" + one(target='"-1009999999999"'), "tên"),
        (one() + "\n" + one(name='"l"'), "đã khai"),
        ("posts = 3", "posts"),
        ("posts = [1]", "posts"),
        ("[[posts", "TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(text: str, named: str) -> None:
    with pytest.raises(SettingError, match=named) as told:
        parse_posts(text, file="accounts.toml")
    assert "\n" not in str(told.value)
    assert str(told.value).startswith("accounts.toml")
