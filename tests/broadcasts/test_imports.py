"""Subscribers from a file: what is refused, a second person with the same file, and nobody who had themselves erased;
on SQLite and PostgreSQL where the database takes part."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import select

from bot.errors import CotMocError
from bot.messages import Address
from bot.staff import audit
from bot.staff.proposals import NoSuchProposal, OwnProposal
from bot.staff.roles import Forbidden, Officer, Role
from bot.storage.db import Database
from bot.storage.schema import audit as log
from bot.storage.schema import consents, proposals, resident_places, resident_topics, residents
from bot.testing import ManualClock
from broadcasts import import_files, imports, subscribers
from broadcasts.import_files import BadFile
from broadcasts.import_rows import COLUMNS, NEEDED, Rules, Subscriber, Wrong, finder, subscriber
from broadcasts.import_rows import checked as checked_rows
from broadcasts.imports import Checked, Imports, NotImported
from broadcasts.office import Office
from broadcasts.subscribers import ConsentGiven
from broadcasts.welcome import Welcome
from content.catalog import Catalog
from tests.broadcasts.offices import EDITOR, KEY, ZONE, places

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
AN = Officer(1, "an", ((Role.ADMINISTRATOR, ""),))
BINH = Officer(2, "binh", ((Role.ADMINISTRATOR, ""),))
RULES = Rules(frozenset({("telegram", "main"), ("zalo-oa", "main")}), finder(places(), "dong-thap"), ZONE, NOW)
ONE = {
    "channel": "telegram",
    "external_id": "70001",
    "language": "km",
    "place": "c-29929",
    "topics": "fishing; crossing",
    "consent_safety": "có",
    "consent_routine": "",
    "consent_at": "20/10/2026 08:30",
    "consent_wording": "Bà con có muốn nhận tin khẩn không?",
    "consent_source": "phiếu số 12, UBND xã",
}


def person(**changes: str) -> Subscriber:
    return subscriber(ONE | changes, RULES)


def as_csv(*rows: dict[str, str], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ONE), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def many(count: int, **changes: str) -> bytes:
    return as_csv(*(ONE | {"external_id": str(70001 + number)} | changes for number in range(count)))


def read(content: bytes) -> list[import_files.Row]:
    return import_files.read(content, COLUMNS, NEEDED)


# --- one line -----------------------------------------------------------------------------------------------------


def test_a_line_that_is_whole() -> None:
    found = person()
    assert found.address == Address("telegram", "main", "70001")
    assert (found.language, found.place_code, found.topics) == ("km", "c-29929", ("crossing", "fishing"))
    assert (found.safety, found.routine) == (True, None)
    assert found.agreed_at == datetime(2026, 10, 20, 1, 30, tzinfo=UTC)
    assert ONE["consent_wording"] in found.wording
    assert ONE["consent_source"] in found.wording


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"channel": "web"}, "Kênh"),
        ({"account": "second"}, "Kênh"),
        ({"external_id": "-1001234"}, "external_id"),
        ({"external_id": "0912 345 678"}, "external_id"),
        ({"external_id": ""}, "external_id"),
        ({"language": "fr"}, "language"),
        ({"place": "Tân Thành"}, "place"),
        ({"place": "Atlantis"}, "place"),
        ({"topics": "service"}, "topics"),
        ({"consent_safety": ""}, "đồng ý"),
        ({"consent_safety": "không", "consent_routine": "no"}, "đồng ý"),
        ({"consent_safety": "maybe"}, "consent_safety"),
        ({"consent_at": ""}, "consent_at"),
        ({"consent_at": "21/11/2026"}, "consent_at"),
        ({"consent_at": "2026-13-01"}, "consent_at"),
        ({"consent_wording": ""}, "consent_wording"),
        ({"consent_source": ""}, "consent_source"),
    ],
)
def test_a_line_that_is_not(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Wrong, match=sentence):
        person(**changes)


@pytest.mark.parametrize("typed", ["29929", "C-29929", ""])
def test_places_by_code(typed: str) -> None:
    assert person(place=typed).place_code == ("c-29929" if typed else "")


def test_places_by_name() -> None:
    place = next(each for each in places().communes("dong-thap") if each.code == "c-29929")
    assert person(place=f"{place.name}, {place.province_name}").place_code == "c-29929"


@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text(max_size=30)))
def test_any_line_is_a_person_or_one_sentence(cells: dict[str, str]) -> None:
    good, faults = checked_rows([(2, ONE | cells, "")], RULES)
    assert len(good) + len(faults) == 1
    assert all(each.sentence.endswith(".") for each in faults)
    assert all((each.safety or each.routine) and each.agreed_at <= NOW for each in good)


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_and_xlsx_say_the_same(delimiter: str) -> None:
    from_csv = imports.check(b"\xef\xbb\xbf" + as_csv(ONE, delimiter=delimiter), RULES)
    number = {"external_id": 70001, "consent_at": datetime(2026, 10, 20, 8, 30)}
    from_xlsx = imports.check(as_xlsx(list(ONE), [], list((ONE | number).values())), RULES)
    assert from_csv.faults == from_xlsx.faults == ()
    assert from_csv.people == from_xlsx.people == (person(),)


def test_faults_have_the_line_as_it_is_counted_in_the_file() -> None:
    two_lines = ONE | {"consent_wording": "Dòng một\ndòng hai"}
    found = imports.check(as_csv(two_lines, ONE, ONE | {"external_id": "70003", "language": "x"}), RULES)
    assert [(each.line, each.sentence.split(":")[0]) for each in found.faults] == [
        (4, "Địa chỉ này đã có ở dòng 2."),
        (5, "Cột language"),
    ]


def test_formulas_are_refused_whatever_they_are_written_in() -> None:
    evil = ONE | {"consent_source": '=HYPERLINK("http://x")'}
    for content in (as_csv(evil), as_xlsx(list(evil), list(evil.values()))):
        found = imports.check(content, RULES)
        assert not found.people
        assert "công thức" in found.faults[0].sentence
    assert imports.check(as_csv(ONE | {"consent_source": " @SUM(1)"}), RULES).faults


def test_a_number_that_excel_has_rounded_is_no_address() -> None:
    cells = list((ONE | {"external_id": 1234567890123456789}).values())
    found = imports.check(as_xlsx(list(ONE), cells), RULES)
    assert "làm tròn" in found.faults[0].sentence


def packed(name: str, content: bytes, **changes: Any) -> bytes:
    """A good XLSX with one more part in it."""
    out = io.BytesIO(as_xlsx(list(ONE), list(ONE.values())))
    with zipfile.ZipFile(out, "a", **changes) as book:
        book.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00c",
        b"name,phone\nAn,0912345678\n",
        b"channel,external_id\ntelegram,1\n",
        as_csv(ONE).replace(b"channel", b"channel,channel", 1),
        b'channel,"external_id\n' + b"x" * 200_000,
        b"PK\x03\x04 nothing of the kind",
        packed("xl/bomb.xml", bytes(import_files.LARGEST_UNPACKED + 1), compression=zipfile.ZIP_DEFLATED),
        packed("xl/vbaProject.bin", b"macro"),
        packed("xl/x.xml", b"<?xml version='1.0'?>" + b" " * 2_000_000 + b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
        packed("xl/y.xml", "<!DOCTYPE a>".encode("utf-16-le")),
        packed("xl/z.xml", b"x", compression=zipfile.ZIP_LZMA),
    ],
    ids=(
        *("empty", "utf-16", "other columns", "no consent", "twice the column", "an open quotation", "no archive"),
        *("bomb", "macro", "entity late", "entity in utf-16", "another packing"),
    ),
)
def test_what_is_no_plain_table_is_refused_with_one_sentence(content: bytes) -> None:
    with pytest.raises(BadFile) as refused:
        read(content)
    assert str(refused.value).endswith(".")


def test_too_much_is_refused() -> None:
    with pytest.raises(BadFile, match="MB"):
        read(b"x" * (import_files.LARGEST + 1))
    header = as_csv()
    with pytest.raises(BadFile, match="dòng"):
        read(header + b"telegram,1\n" * (import_files.MOST_ROWS + 1))


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_break_it(content: bytes, zipped: bool) -> None:
    with suppress(CotMocError):
        read(b"PK\x03\x04" + content if zipped else content)


# --- two people and the database ----------------------------------------------------------------------------------


def office(db: Database) -> Imports:
    hours = (time(21), time(7))
    welcome = Welcome(Office(places(), Catalog([]), KEY, ZONE, hours, 3), {"vi": "STOP."})
    return Imports(db, KEY, lambda place, area: place == area, ManualClock(NOW), welcome)


def checked(content: bytes) -> Checked:
    return imports.check(content, RULES)


async def rows(db: Database, table: Any) -> list[Any]:
    async with db.reading() as connection:
        return list((await connection.execute(select(table))).all())


async def test_from_a_file_to_subscribers_by_two_people(db: Database) -> None:
    both = many(imports.CHUNK + 3, consent_routine="không")
    number = await office(db).propose(AN, checked(both))
    assert await rows(db, residents) == []
    (waiting,) = await rows(db, proposals)
    assert "70001" not in str(waiting.body)  # no address waits anywhere
    done = await office(db).confirm(BINH, number, checked(both))
    assert (done.added, done.known, done.erased) == (imports.CHUNK + 3, 0, 0)
    kept = await rows(db, residents)
    assert {(row.safety, row.routine, row.language, row.last_wrote_on) for row in kept} == {
        (True, False, "km", date(2026, 10, 20))
    }
    assert len(await rows(db, consents)) == 2 * len(kept)
    assert len(await rows(db, resident_places)) == len(kept)
    assert len(await rows(db, resident_topics)) == 2 * len(kept)
    async with db.reading() as connection:
        (past, _) = await subscribers.history(connection, Address("telegram", "main", "70001"))
        assert (await audit.verify(connection, KEY)).good
    assert (past.kind, past.given, past.channel) == ("safety", True, "import")
    lines = await rows(db, log)
    assert [line.action for line in lines] == [
        "proposal.open",
        "subscribers.welcome",
        "subscribers.import",
        "subscribers.import",
        "proposal.confirmed",
    ]
    assert "70001" not in str([line.detail for line in lines])
    with pytest.raises(NoSuchProposal):
        await office(db).confirm(BINH, number, checked(both))


async def test_not_by_one_person_and_not_with_another_file(db: Database) -> None:
    number = await office(db).propose(AN, checked(many(2)))
    with pytest.raises(OwnProposal):
        await office(db).confirm(AN, number, checked(many(2)))
    with pytest.raises(NotImported, match="tệp"):
        await office(db).confirm(BINH, number, checked(many(3)))
    for who in (EDITOR, Officer(9, "x", ((Role.ADMINISTRATOR, "p-dong-thap"),))):
        with pytest.raises(Forbidden):
            await office(db).propose(who, checked(many(2)))
        with pytest.raises(Forbidden):
            await office(db).confirm(who, number, checked(many(2)))
    fresh = Officer(2, "binh", ((Role.ADMINISTRATOR, ""),), restrained_until=NOW + timedelta(hours=1))
    with pytest.raises(Forbidden):
        await office(db).confirm(fresh, number, checked(many(2)))
    await office(db).refuse(AN, number)
    with pytest.raises(NoSuchProposal):
        await office(db).confirm(BINH, number, checked(many(2)))
    assert await rows(db, residents) == []


async def test_a_file_with_nobody_in_it_is_not_proposed(db: Database) -> None:
    with pytest.raises(NotImported):
        await office(db).propose(AN, checked(many(2, consent_safety="không")))


async def test_who_is_kept_or_erased_stays_as_they_are(db: Database) -> None:
    stopped, erased = (Address("telegram", "main", each) for each in ("70001", "70002"))
    async with db.transaction() as connection:
        no = ConsentGiven("safety", False, NOW, "telegram", "STOP")
        await subscribers.consent(connection, stopped, NOW.date(), no)
        await subscribers.erase(connection, erased, NOW, KEY)
    number = await office(db).propose(AN, checked(many(3)))
    done = await office(db).confirm(BINH, number, checked(many(3)))
    assert (done.added, done.known, done.erased) == (1, 1, 1)
    assert {row.external_id: row.safety for row in await rows(db, residents)} == {"70001": False, "70003": True}
    assert len(await rows(db, consents)) == 2


async def test_broken_off_it_goes_on_and_doubles_nobody(db: Database) -> None:
    whole = checked(many(4))
    number = await office(db).propose(AN, whole)
    async with db.transaction() as connection:  # what a first, interrupted confirmation had done
        await office(db)._keep(connection, whole.people[:2])
    done = await office(db).confirm(BINH, number, whole)
    assert (done.added, done.known) == (2, 2)
    assert len(await rows(db, residents)) == len(await rows(db, consents)) == 4
