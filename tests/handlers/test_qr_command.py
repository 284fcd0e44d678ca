"""``cotmoc qr``: the poster of a gate, the code alone, and what is said where something is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from bot.errors import SettingError
from bot.settings import Settings, load
from bot.staff.areas import NoSuchArea
from bot.testing import ManualClock
from handlers.chat.words import command
from handlers.commands import qr
from tests.content.paper_reading import codes, pages

ADDRESS = "https://cotmoc.example.vn"
CLOCK = ManualClock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC))


def made(folder: Path, place: str = "", url: str = "", name: str = "poster.pdf", **given: object) -> bytes:
    settings = Settings(_env_file=None, var_dir=folder, public_url=ADDRESS, **given)  # type: ignore[arg-type,call-arg]
    assert qr.make(settings, place=place, url=url, out=str(folder / name), clock=CLOCK) == 0
    return (folder / name).read_bytes()


def test_the_command_writes_a_poster_that_a_telephone_reads(tmp_path: Path) -> None:
    """As it is typed, in a process of its own."""
    environment = os.environ | {"COTMOC_PUBLIC_URL": ADDRESS, "COTMOC_OWNER_NAME": "Đồn Biên phòng thử"}
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "qr", "Dinh Bà", "--out", str(tmp_path / "a.pdf")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["Đã ghi a.pdf.", f"  {ADDRESS}/?place=g-dinh-ba"]
    assert ran.stderr == ""
    poster = (tmp_path / "a.pdf").read_bytes()
    (page,) = pages(poster)
    for words in (
        "Cửa khẩu quốc tế Dinh Bà",
        "ច្រកទ្វារអន្តរជាតិ Dinh Bà",
        "Dinh Bà International Border Gate",
        "Quét mã để hỏi",
        "ស្កេនកូដ",
        "Scan to ask",
        "112 cứu nạn",
        "Đồn Biên phòng thử",
    ):
        assert words in page
    assert codes(poster) == [f"{ADDRESS}/?place=g-dinh-ba"]


def test_channels_whose_names_are_known_have_codes_of_their_own(tmp_path: Path) -> None:
    zalo = {"zalo_oa_id": "123", "zalo_app_id": "4", "zalo_app_secret": "5", "zalo_oa_secret": "6"}
    poster = made(tmp_path, "g-dinh-ba", telegram_name="@CotMocThu_bot", **zalo)
    links = [
        f"{ADDRESS}/?place=g-dinh-ba",
        "https://t.me/CotMocThu_bot?start=g-dinh-ba",
        "https://zalo.me/123",
    ]
    assert sorted(codes(poster)) == sorted(links)
    assert len(pages(poster)) == 1
    # What follows "start=" is what the conversation understands as its place.
    assert command("/start g-dinh-ba") == ("start", "g-dinh-ba")


@pytest.mark.parametrize(
    ("typed", "code", "title"),
    [
        ("dinh-ba", "g-dinh-ba", "Cửa khẩu quốc tế Dinh Bà"),
        ("c-29929", "c-29929", "Xã Tân Hộ Cơ, tỉnh Đồng Tháp"),
        ("dong-thap", "p-dong-thap", "Tỉnh Đồng Tháp"),
    ],
)
def test_places_by_code_slug_and_name(tmp_path: Path, typed: str, code: str, title: str) -> None:
    poster = made(tmp_path, typed)
    assert title in pages(poster)[0]
    assert codes(poster) == [f"{ADDRESS}/?place={code}"]


def test_a_code_alone_as_picture(tmp_path: Path) -> None:
    picture = Image.open(BytesIO(made(tmp_path, "dinh-ba", name="a.png")))
    assert [each.text for each in zxingcpp.read_barcodes(picture)] == [f"{ADDRESS}/?place=g-dinh-ba"]
    assert made(tmp_path, url="https://a.vn/x", name="b.svg").startswith(b"<svg")


def test_any_link_has_a_poster_that_promises_nothing(tmp_path: Path) -> None:
    poster = made(tmp_path, url="https://a.vn/x")
    assert codes(poster) == ["https://a.vn/x"]
    assert "a.vn/x" in pages(poster)[0]
    assert "Quét mã để hỏi" not in pages(poster)[0]


def test_while_nobody_runs_the_service_and_it_has_no_address_the_poster_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(_env_file=None, var_dir=tmp_path)  # type: ignore[call-arg]
    qr.make(settings, place="dinh-ba", url="", out=str(tmp_path / "a.pdf"), clock=CLOCK)
    assert "Đừng dán." in capsys.readouterr().out
    (page,) = pages((tmp_path / "a.pdf").read_bytes())
    assert "chưa có cơ quan nào đứng tên" in page
    assert "Không phát tờ này." in page


def test_what_is_wrong_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    for error, given in (
        (SettingError, {}),
        (SettingError, {"place": "dinh-ba", "url": "https://a.vn"}),
        (SettingError, {"url": "ftp://a.vn"}),
        (SettingError, {"place": "dinh-ba", "name": "a.doc"}),
        (SettingError, {"place": "dinh-ba", "name": "no/such/folder/a.pdf"}),
        (NoSuchArea, {"place": "Không Có Nơi Này"}),
    ):
        with pytest.raises(error):
            made(tmp_path, **given)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_the_bot_s_name_is_checked() -> None:
    assert load(telegram_name="https://t.me/CotMocThu_bot").telegram_name == "CotMocThu_bot"
    with pytest.raises(SettingError, match="COTMOC_TELEGRAM_NAME"):
        load(telegram_name="không phải tên")
