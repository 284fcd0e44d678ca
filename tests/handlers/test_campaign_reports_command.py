"""``cotmoc campaign report``, ``period``, ``deadlines`` and ``calendar``: what is printed, and what is in the files."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select, update

from bot.errors import CotMocError, SettingError
from bot.storage.db import Database
from bot.storage.schema import deliveries, residents, runs
from handlers.commands import officer
from tests.handlers.test_campaign_command import Typing, types, written

__all__ = ["types"]


def in_database(types: Typing, step: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        async with types.machine.front().database() as db:
            await step(db)

    asyncio.run(run())


def scheduled(types: Typing) -> str:
    number = written(types)
    types("Dung", "sign", number, "vi")
    seen = types("Giang", "check", number)
    types("Giang", "approve", number, "--digest", seen["digest"], *(f"--tick={each}" for each in seen["ticks"]))
    types("Chi", "schedule", number)
    return number


def sent(types: Typing, count: int = 7) -> str:
    """A campaign whose one run is over: ``count`` got it, at 55 đồng each, and two had blocked us."""
    number = scheduled(types)
    now = types.machine.clock.now()

    async def step(db: Database) -> None:
        async with db.transaction() as connection:
            people = {"channel": "telegram", "account": "main", "last_wrote_on": now.date(), "routine": True}
            await connection.execute(
                insert(residents), [{**people, "external_id": str(9000 + each)} for each in range(count + 2)]
            )
            run_id = (await connection.execute(select(runs.c.id))).scalar_one()
            foreseen = {"audience": count + 2, "reachable": count + 1, "cost": 60 * count, "finished_after": 30.0}
            done = {"state": "done", "started_at": now, "finished_at": now + timedelta(seconds=20)}
            await connection.execute(update(runs).values(**done, forecast=foreseen))
            row = {"run_id": run_id, "channel": "telegram", "account": "main", "language": "vi", "at": now}
            ids = list((await connection.execute(select(residents.c.id).order_by(residents.c.id))).scalars())
            good = {**row, "state": "sent", "price": 55, "reason": ""}
            bad = {**row, "state": "skipped", "price": 0, "reason": "blocked"}
            await connection.execute(
                insert(deliveries),
                [{**(good if place < count else bad), "resident_id": each} for place, each in enumerate(ids)],
            )

    in_database(types, step)
    return number


def test_the_report_says_forecast_fact_and_cost(types: Typing, tmp_path: Path) -> None:
    number = sent(types)
    found = types("Chi", "report", number)
    assert (found["audience"], found["sent"], found["skipped"], found["difference"]) == (9, 7, 2, 0)
    assert found["reasons"] == {"skipped:blocked": 2}
    assert (found["cost"], found["printed"]) == (385, {"leaflets": None, "text_messages": None})
    assert found["forecast"]["reachable"] == 8
    assert len(found["log"]["head"]) == 64
    files = [tmp_path / name for name in ("r.csv", "r.xlsx")]
    said = types.plainly(
        "Chi", "report", number, "--leaflet-price", "1200", "--csv", str(files[0]), "--xlsx", str(files[1])
    )
    assert "tới được: 8 → 7" in said
    assert "chi phí: 385 đồng; cho chừng ấy người: in tờ rơi 8.400 đồng" in said
    assert "bỏ qua vì người nhận đã chặn: 2" in said
    assert "dấu nhật ký: " in said
    text = files[0].read_text(encoding="utf-8-sig")
    assert "nếu in tờ rơi (đồng),8400" in text
    assert "nếu nhắn SMS (đồng),chưa khai giá in" in text
    assert "tới được,8,7" in text
    assert "bỏ qua,người nhận đã chặn,2" in text
    book = load_workbook(io.BytesIO(files[1].read_bytes()))
    assert "Dự báo và thực tế" in book.sheetnames
    assert "9001" not in text  # no address in any of it


def test_a_price_may_be_a_setting(types: Typing) -> None:
    number = sent(types)
    priced = {"leaflet_price": 500, "sms_price": 350}
    types.machine.settings = types.machine.settings.model_copy(update=priced)
    assert types("Chi", "report", number)["printed"] == {"leaflets": 3500, "text_messages": 2450}
    assert types("Chi", "report", number, "--sms-price", "0")["printed"]["text_messages"] == 0
    types.machine.settings = types.machine.settings.model_copy(update={"leaflet_price": None, "sms_price": None})
    assert "chưa khai giá" in types.plainly("Chi", "report", number)
    assert "chưa khai giá" in types.plainly("Chi", "deadlines")


def test_a_title_is_no_formula(types: Typing, tmp_path: Path) -> None:
    number = str(types("Chi", "draft", "=HYPERLINK(1)")["id"])
    file = tmp_path / "r.xlsx"
    types("Chi", "period", "--from", "2026-11-01", "--to", "2026-11-30", "--xlsx", str(file))
    types("Chi", "report", number, "--xlsx", str(file))
    cells = [cell for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_period_campaign_by_campaign(types: Typing, tmp_path: Path) -> None:
    number = sent(types)
    file = tmp_path / "p.csv"
    found = types("Chi", "period", "--from", "2026-11-01", "--to", "30/11/2026", "--csv", str(file))
    assert (found["from"], found["to"]) == ("2026-11-01", "2026-11-30")
    assert (found["whole"]["sent"], found["whole"]["difference"]) == (7, 0)
    assert [(each["id"], each["sent"]) for each in found["campaigns"]] == [(int(number), 7)]
    assert "Chiến dịch theo nơi" in file.read_text(encoding="utf-8-sig")
    said = types.plainly("Chi", "period", "--from", "2026-11-01", "--to", "2026-11-30")
    assert f"CD-{number} Giấy tờ vùng biên: 1 đợt, 7 tin đã gửi" in said
    empty = types("Chi", "period", "--from", "2025-01-01", "--to", "2025-02-01")
    assert (empty["whole"]["audience"], empty["campaigns"]) == (0, [])


@pytest.mark.parametrize(
    "words",
    [
        ("period", "--from", "mai", "--to", "2026-11-30"),
        ("period", "--from", "2026-12-01", "--to", "2026-11-30"),
        ("calendar", "--month", "11/2026"),
        ("report", "1", "--csv", "/no/such/folder/r.csv"),
        ("report", "99"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(types: Typing, words: tuple[str, ...]) -> None:
    written(types)
    with pytest.raises((SettingError, CotMocError)) as told:
        types("Chi", *words)
    assert "\n" not in str(told.value)


def test_deadlines_with_their_figures(types: Typing) -> None:
    sent(types)
    found = types("Chi", "deadlines")
    assert [each["province"] for each in found[:2]] == ["dong-thap", "dong-thap"]
    assert len(found) == 8
    ours = next(each for each in found if each["plan"] == "Đồng Tháp 2022 IV.13")
    (since,) = ours["spans"]
    assert (since["from"], since["to"], since["figures"]["sent"]) == ("2026-11-15", "2027-06-14", 7)
    assert [each["plan"] for each in found if each["last_day"] is None] == [
        "BR–VT 2024 IV.1",
        "Kiên Giang 2019 III.5",
        "Trà Vinh 2020 III",
    ]
    said = types.plainly("Chi", "deadlines")
    assert "Đồng Tháp 2022 IV.13 (dong-thap): hạn cuối 14/06/2027" in said
    assert "kế hoạch cần: tin đã gửi theo chiến dịch và xã" in said
    assert "đã phát từ 15/11/2026: 1 đợt, 7 tin đã gửi" in said


def test_the_calendar_of_a_month(types: Typing) -> None:
    number = scheduled(types)
    (found,) = types("Chi", "calendar")
    assert (found["id"], found["state"]) == (int(number), "scheduled")
    assert datetime.fromisoformat(found["at"]).hour == 7
    said = types.plainly("Chi", "calendar")
    assert "07:30  CD-1 Giấy tờ vùng biên (đã đặt lịch)" in said
    assert "chưa có đợt nào" in types.plainly("Chi", "calendar", "--month", "2030-01")


def test_a_script_may_read(types: Typing) -> None:
    number = sent(types)
    officer.token(types.machine.front("Chi"), "Chi", ("read",), 7, as_json=True)
    token = types.machine.json()["token"]
    assert types("", "report", number, token=token)["sent"] == 7
    assert len(types("", "deadlines", token=token)) == 8
    assert types("", "calendar", token=token)
    with pytest.raises(CotMocError):
        types("", "report", number)


def test_what_comes_too_close_is_said_and_refuses_nothing(types: Typing) -> None:
    first, second = scheduled(types), written(types)
    at = types.machine.clock.now().astimezone(types.machine.settings.zone) + timedelta(days=1)
    found = types("Chi", "time", second, f"{at:%Y-%m-%d}T08:00")
    assert found["warnings"] == [
        f"Gần giờ với CD-{first} “Giấy tờ vùng biên” lúc 7:30 ngày {at.day}/{at.month}, cùng nơi nhận."
    ]
    assert types("Chi", "submit", second)["warnings"] == found["warnings"]
    assert types("Giang", "check", second)["warnings"] == found["warnings"]
    assert "Lưu ý: Gần giờ với CD-1" in types.plainly("Giang", "check", second)
    assert types("Chi", "time", second, f"{at:%Y-%m-%d}T15:00")["warnings"] == []
