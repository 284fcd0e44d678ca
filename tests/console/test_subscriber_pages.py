"""Subscribers are counts; a file is tried, proposed by one administrator and taken by another with the same file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.schema import residents
from tests.console.bureau import Bureau
from tests.handlers.test_subscribers_command import GOOD

MANY, FEW = 7, 3  # in one commune, and in another of the same province
FIRST = 7_410_000_000


def file(*wrong: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(GOOD))
    writer.writeheader()
    for number in range(MANY + FEW):
        place = "c-29971" if number < MANY else "c-29929"
        writer.writerow(GOOD | {"external_id": str(FIRST + number), "place": place})
    writer.writerows(GOOD | each for each in wrong)
    return out.getvalue().encode()


@pytest.fixture
async def importing(tmp_path: Path) -> AsyncIterator[Bureau]:
    opened = await Bureau.open(tmp_path, telegram_token="1:a")
    yield opened
    await opened.close()


async def kept(bureau: Bureau) -> int:
    return len(await bureau.station.rows(residents.name))


async def test_two_administrators_and_one_file(importing: Bureau) -> None:
    an, binh = await importing.sit("An"), await importing.sit("Bình")
    whole = file({"consent_safety": "no", "consent_routine": "no", "external_id": "1"})
    page = await an.send(await an.open("/console/subscribers"), "Kiểm tra hoặc đề nghị", file=("nguoi.csv", whole))
    assert f"{MANY + FEW} người nhập được, 1 dòng bị bỏ" in page.text
    assert "Dòng 12: Không có sự đồng ý nào" in page.text
    page = await an.send(page, "Kiểm tra hoặc đề nghị", file=("nguoi.csv", whole), code=importing.code("An"))
    assert "Một quản trị khác xác nhận, với đúng tệp này" in page.text
    assert "Xác nhận nhập" not in page.text
    assert await kept(importing) == 0
    page = await binh.open("/console/subscribers")
    other = await binh.send(page, "Xác nhận nhập", file=("khac.csv", file()), code=importing.code("Bình"))
    assert (other.status, "không phải là tệp đã được đề nghị" in other.text) == (400, True)
    page = await binh.send(page, "Xác nhận nhập", file=("nguoi.csv", whole), code=importing.code("Bình"))
    assert f"Đã nhập {MANY + FEW} người" in page.text
    assert await kept(importing) == MANY + FEW
    # Three in a commune are not shown by themselves, and neither are the seven from which they could be told.
    assert "Tân Hộ Cơ" not in page.text
    assert f" {FEW} " not in page.tree.xpath("string(//main)")
    assert str(FIRST) not in page.raw


async def test_what_was_proposed_can_be_refused(importing: Bureau) -> None:
    an = await importing.sit("An")
    page = await an.open("/console/subscribers")
    page = await an.send(page, "Kiểm tra hoặc đề nghị", file=("nguoi.csv", file()), code=importing.code("An"))
    page = await an.send(page, "Rút lại")
    assert "Đã từ chối đề nghị" in page.text
    assert "Rút lại" not in page.text


async def test_a_bad_file_is_said(importing: Bureau) -> None:
    an = await importing.sit("An")
    page = await an.open("/console/subscribers")
    for content in (b"", b"a,b\n1,2\n", b"PK\x03\x04nothing"):
        answer = await an.send(page, "Kiểm tra hoặc đề nghị", file=("x.csv", content))
        assert answer.status == 400, content
    none = await an.send(page, "Kiểm tra hoặc đề nghị")
    assert (none.status, "Chưa chọn tệp" in none.text) == (400, True)


async def test_others_see_counts_only(importing: Bureau) -> None:
    chi = await importing.sit("Chi")
    page = await chi.open("/console/subscribers")
    assert "Kiểm tra hoặc đề nghị" not in page.text
    csrf = page.form("Đăng xuất").fields["csrf"]
    async with chi.web.post(f"{importing.root}/console/subscribers/try", data={"csrf": csrf}) as answer:
        assert answer.status == 403
