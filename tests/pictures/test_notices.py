"""The pictures of the duty desk's page can be made anew, and show what their page says they show."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from tests.pictures.bubbles import LARGEST, Bubble, page
from tests.pictures.notices import FOLDER, play

PAGE = (FOLDER.parent / "notices.md").read_text(encoding="utf-8")
LAST_SAID = {
    "choose": "Ở đâu?",
    "code": "ĐANG GỬI TK-0001",
    "confirm": "Đã xác nhận TK-0001",
    "help": "Anh/chị đã nhận YC-1",
    "resident": "Cán bộ trực đã nhận yêu cầu",
    "update": "ĐANG GỬI bản cập nhật của TK-0001",
    "clear": "ĐANG BÁO hết nguy hiểm của TK-0001",
    "line": "ĐANG GỬI TK-0002",
    "drill": "[DIỄN TẬP] ĐANG GỬI TK-0003",
}


async def test_the_night_goes_on_as_its_pictures_show(tmp_path: Path) -> None:
    found = await play(tmp_path, people=6)
    assert {name: bubbles[-1].text[: len(LAST_SAID[name])] for name, (_, bubbles) in found.items()} == LAST_SAID


def test_the_page_shows_every_picture_and_says_what_is_on_it() -> None:
    shown = dict(re.findall(r'<img src="pictures/notice-([a-z]+)\.png" width="\d+" alt="([^"]+)">', PAGE))
    assert set(shown) == set(LAST_SAID)
    for name in shown:
        picture = FOLDER / f"notice-{name}.png"
        assert picture.stat().st_size <= LARGEST
        with Image.open(picture) as opened:
            assert opened.mode == "P"


def test_what_was_said_is_text_and_the_pressed_button_stands_out() -> None:
    made = page("Hải", "Ví dụ", [Bubble("<b>a & b</b>\nc", "2:12", rows=(("Có", "Không"),), pressed="Có")])
    assert "&lt;b&gt;a &amp; b&lt;/b&gt;<br>c" in made
    assert "<b>Có</b><span>Không</span>" in made
    assert "://" not in made
