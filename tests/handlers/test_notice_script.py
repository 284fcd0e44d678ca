"""The printed sheet for when the chat is down: who, whom to call, what to read, and nothing that has to be loaded."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SettingError
from bot.settings import Settings
from bot.staff import register, shifts
from bot.staff.areas import NoSuchArea
from bot.staff.roster import Shift
from bot.storage.schema import notice_signatures
from content.notice_files import shipped_notices
from content.notice_templates import Blank, CapWords, NoticeTemplate
from handlers.commands import notice_script
from handlers.commands.acting import within
from handlers.commands.notice_script import Duty, script
from tests.handlers.test_officer_command import Machine

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def template(
    number: str, title: str, text: str, clear: str, *blanks: Blank, drill_only: bool = False
) -> NoticeTemplate:
    return NoticeTemplate(
        number,
        {"vi": title},
        {"vi": text},
        {"vi": clear},
        blanks,
        timedelta(hours=6),
        "hold",
        CapWords("Geo", "Event", "Evacuate", "Immediate", "Severe", "Observed"),
        drill_only=drill_only,
    )


LANDSLIDE = template(
    "landslide",
    "Sạt lở",
    "Sạt lở bờ sông ở {noi}, đoạn {doan}. Đi đường {duong}.",
    "Ở {noi} hết nguy hiểm.",
    Blank("doan", {"vi": "Đoạn nào <300 mét>"}, "text"),
    Blank("duong", {"vi": "Đường nào"}, "choice", (("n", {"vi": "phía Nam"}), ("b", {"vi": "phía Bắc"}))),
)
STORM = template("storm", "Bão", "Bão vào {noi}.", "Ở {noi} bão đã tan.")
EXERCISE = template("exercise", "Chỉ để tập", "Tập ở {noi}.", "Hết.", drill_only=True)


class Reader(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words += data


def made(**changed: object) -> str:
    whole: dict[str, object] = {
        "place": "tỉnh Đồng Tháp",
        "duties": [Duty("Hà <b>", "xã Tân Hộ Cơ", NOW, NOW + timedelta(hours=8))],
        "ladder": ["Khoa", "Lan"],
        "signed": {"storm"},
        "now": NOW,
        "zone": ZONE,
    }
    return script([LANDSLIDE, STORM, EXERCISE], **(whole | changed))  # type: ignore[arg-type]


def test_who_is_on_duty_and_whom_to_call() -> None:
    page = Reader(made())
    assert page.open == []
    assert "In lúc 09:00 ngày 20/11/2026" in page.words
    assert "Hà <b>, xã Tân Hộ Cơ, từ 09:00 ngày 20/11/2026 đến 17:00 ngày 20/11/2026" in page.words
    assert 0 < page.words.index("Khoa") < page.words.index("Lan") < page.words.index("Các bước")
    nobody = Reader(made(duties=[], ladder=[])).words
    assert "Chưa có ai trực: chỉ chỉ huy được phát tin khẩn." in nobody
    assert "Chưa có ai xác nhận được." in nobody


def test_every_blank_is_a_dotted_line_that_says_what_belongs_there() -> None:
    words = Reader(made()).words
    assert re.search(
        r"Sạt lở bờ sông ở \.+\(nơi\), đoạn \.+\(Đoạn nào <300 mét>\)\. Đi đường \.+\(phía Nam / phía Bắc\)\.", words
    )
    assert re.search(r"Tin có hiệu lực đến \.+\(giờ\) ngày \.+\(ngày, tháng\)\.", words)
    assert re.search(r"Khi hết: Ở \.+\(nơi\) bão đã tan\.", words)
    assert not re.search(r"[{}]", words.partition("Báo tin khẩn khi kênh chat hỏngNơi")[2])


def test_an_unsigned_text_is_called_a_draft() -> None:
    words = Reader(made()).words
    assert "Sạt lở (bản nháp, chưa chỉ huy nào ký)" in words
    assert "Bão (bản nháp" not in words
    assert "Chỉ để tập" not in words


def test_nobody_is_named_as_the_author_unless_the_settings_do() -> None:
    assert "báo." not in Reader(made()).words.partition("Đọc trên loa")[2]
    named = Reader(made(owner="Đồn A & B")).words
    assert "Đồn A & B báo." in named
    for claim in ("Bộ đội Biên phòng", "Đồn Biên phòng", "chính thức"):
        assert claim not in Reader(made()).words


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = Reader(made(owner="x"))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "form", "a", "base"}
    assert not [
        name for _, attrs in page.tags for name in attrs if name in ("src", "href", "style") or name[:2] == "on"
    ]
    assert not re.search(r"url\(|@import|https?:", made())
    assert "@page { size: A4 portrait" in made()


def test_only_the_emergency_numbers_of_the_facts() -> None:
    words = Reader(made(duties=[])).words
    facts = Path("content/data/facts/border.tsv").read_text(encoding="utf-8")
    stated = next(line for line in facts.splitlines() if line.startswith("F6.13\t"))
    numbers = set(re.findall(r"\b\d{3,}\b", words)) - {"2026", "300"}
    assert numbers == {"112", "113", "114", "115"}
    assert all(each in stated for each in numbers)


# --- by the roster and the signatures as they stand -----------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Machine:
    """Hà is on duty in a commune until this evening and again tomorrow; Khoa commands the province."""
    made = Machine(tmp_path, capsys)
    made.add("An")
    made.add("Bình")
    made.add("Hà", "duty", "c-29929", "An")
    made.add("Khoa", "commander", "p-dong-thap", "An")
    made.add("Xa", "commander", "p-ca-mau", "An")

    async def fill() -> None:
        front = made.front()
        async with front.database() as db, db.transaction() as connection:
            ha, an = [(await register.by_name(connection, name)).officer for name in ("Hà", "An")]
            hours = [(-1, 10), (30, 40)]
            new = [Shift(ha.id, "c-29929", NOW + timedelta(hours=a), NOW + timedelta(hours=b)) for a, b in hours]
            await shifts.put(connection, front.key, an, new, made.clock.now(), within)
            signature = {"language": "vi", "officer": "Khoa", "at": NOW}
            await connection.execute(
                notice_signatures.insert(),
                [
                    {"template_id": "storm", "digest": shipped_notices()["storm"].digest("vi"), **signature},
                    {"template_id": "landslide", "digest": "of an older text", **signature},
                ],
            )

    asyncio.run(fill())
    return made


def test_the_sheet_of_a_commune(machine: Machine, tmp_path: Path) -> None:
    file = tmp_path / "loa.html"
    assert notice_script.write(machine.front(), "xã Tân Hộ Cơ", str(file)) == 0
    assert machine.said() == "Đã ghi loa.html. Mở bằng trình duyệt, rồi in ra giấy A4.\n"
    words = Reader(file.read_text(encoding="utf-8")).words
    assert "Nơi: xã Tân Hộ Cơ, tỉnh Đồng Tháp." in words
    assert words.count("Hà, xã Tân Hộ Cơ") == 1  # today, not tomorrow
    called = words.partition("Gọi ai xác nhận")[2].partition("Các bước")[0]
    assert 0 < called.index("Hà") < called.index("Khoa")
    assert "Xa" not in called
    for each in shipped_notices().values():
        drafted = f"{each.title['vi']} (bản nháp, chưa chỉ huy nào ký)" in words
        assert drafted == (each.id != "storm" and not each.drill_only), each.id
    assert not re.search(r"[{}]", words)


def test_without_a_file_it_is_printed_for_the_province(machine: Machine) -> None:
    machine.settings = Settings(_env_file=None, **{**machine.settings.model_dump(), "owner_name": "UBND thử"})  # type: ignore[call-arg]
    assert notice_script.write(machine.front(), "", "") == 0
    words = Reader(machine.said()).words
    assert "Nơi: tỉnh Đồng Tháp." in words
    assert "UBND thử báo." in words
    assert "Hà, xã Tân Hộ Cơ" in words  # a commune of the province
    assert "Hà" not in words.partition("Gọi ai xác nhận")[2].partition("Các bước")[0]  # not for all of it


def test_what_cannot_be_written_or_found_is_said(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="Không ghi được tệp loa"):
        notice_script.write(machine.front(), "", str(tmp_path / "no" / "loa.html"))
    with pytest.raises(NoSuchArea):
        notice_script.write(machine.front(), "nơi nào đó", "")
