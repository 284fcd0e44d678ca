"""Stored answers, counts and files of subscribers: what scripts may know, and what they never learn."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.clock import SystemClock
from bot.staff.roles import Role
from bot.storage.schema import metadata, proposals, residents, unanswered
from broadcasts import imports
from broadcasts.cells import SMALLEST
from broadcasts.forecast import Forecast
from broadcasts.imports import Imports
from broadcasts.welcome import Welcome
from handlers.api import counts
from handlers.importing import rules_of, welcome_texts
from tests.broadcasts.test_imports import many
from tests.handlers.api.scripts import Station, station

TABLE = "text/csv"

# --- stored answers -----------------------------------------------------------------------------------------------


async def test_entries_page_by_page(desk: Station) -> None:
    token = await desk.token("An", scopes=("read",))
    seen, path = [], "/entries?limit=100"
    while path:
        said = await desk.call("GET", path, token)
        seen += [each["id"] for each in said.body["entries"]]
        path = f"/entries?limit=100&cursor={said.body['next']}" if said.body["next"] else ""
    assert seen == sorted(each.id for each in desk.app.catalog)
    fishing = await desk.call("GET", "/entries?topic=fishing&limit=3", token)
    assert {each["topic"] for each in fishing.body["entries"]} == {"fishing"}
    one = await desk.call("GET", f"/entries/{seen[0]}", token)
    entry = desk.app.catalog.get(seen[0])
    assert entry is not None
    assert (one.body["id"], one.body["answers"]["vi"]["state"]) == (entry.id, str(entry.answers["vi"].state))
    assert one.body["sources"]


async def test_a_question_finds_its_answer_and_is_kept_nowhere(desk: Station) -> None:
    token = await desk.token("An", scopes=("read",))
    entry = next(iter(desk.app.catalog))
    asked = entry.phrasings["vi"][0]
    said = await desk.call("POST", "/entries/search", token, json={"text": asked}, key=None)
    assert (said.status, said.body["emergency"]) == (200, False)
    assert said.body["decision"] in ("answered", "clarify")
    assert said.body["candidates"][0] | {"score": 1} == {"id": entry.id, "title": dict(entry.title), "score": 1}
    cry = await desk.call("POST", "/entries/search", token, json={"text": "cứu với, tàu chìm rồi"}, key=None)
    assert cry.body["emergency"] is True
    words = "xyzzy quán ăn nào ngon ở sao Hoả"
    nothing = await desk.call("POST", "/entries/search", token, json={"text": words}, key=None)
    assert nothing.body["decision"] == "fallback"
    async with desk.app.db.reading() as connection:
        assert (await connection.execute(select(unanswered))).first() is None
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                assert "xyzzy" not in str(tuple(row)), table.name
    wrong = await desk.call("POST", "/entries/search", token, json={"text": "x", "province": "atlantis"}, key=None)
    assert (wrong.status, wrong.body["errors"][0]["pointer"]) == (422, "/province")


# --- counts -------------------------------------------------------------------------------------------------------


async def test_an_audience_is_counted_and_nobody_is_shown(desk: Station) -> None:
    token = await desk.token("An")
    await desk.residents(11)
    await desk.residents(3, first=500, channel="fake")
    said = await desk.call("POST", "/audience/count", token, json={}, key=None)
    assert (said.body["audience"], said.body["outcomes"]) == (14, {"reachable": 14})
    assert said.body["by_channel"] == {"other": 14}  # the three would be known by the sum
    few = await desk.call("POST", "/audience/count", token, json={"channels": ["fake"]}, key=None)
    assert (few.body["audience"], few.body["fewer_than_five"]) == (None, True)
    for name in ("outcomes", "by_channel", "by_language", "by_place", "by_route"):
        assert few.body[name] == {}
    none = await desk.call("POST", "/audience/count", token, json={"channels": ["fax"]}, key=None)
    assert (none.body["audience"], none.body["fewer_than_five"]) == (0, False)
    assert "7000" not in str(said.body)


async def test_who_reads_in_one_province_counts_nobody_elsewhere(desk: Station) -> None:
    token = await desk.token("An", Role.VIEWER, "p-dong-thap", scopes=("read",))
    for body, status in (({}, 403), ({"places": ["p-ca-mau"]}, 403), ({"places": ["p-dong-thap"]}, 200)):
        assert (await desk.call("POST", "/audience/count", token, json=body, key=None)).status == status, body


cells = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 30), max_size=6)


@given(cells, cells, cells)
def test_no_cell_is_ever_under_five(first: dict[str, int], second: dict[str, int], lost: dict[str, int]) -> None:
    reachable = sum(first.values())
    audience = reachable + sum(lost.values())
    found = counts.shown(
        Forecast(audience=audience, reachable=reachable, unreachable=lost, by_channel=first, by_language=second)
    )
    for table in (found.outcomes, found.by_channel, found.by_language, found.by_place, found.by_route):
        assert all(count >= SMALLEST for count in table.values())
    assert (found.audience is None) == (0 < audience < SMALLEST) == found.fewer_than_five
    if audience >= SMALLEST:
        assert sum(found.outcomes.values()) == audience


# --- files of subscribers -------------------------------------------------------------------------------------------


async def test_a_file_is_checked_then_proposed_then_confirmed_by_somebody_else(tmp_path: Path) -> None:
    async with station(tmp_path, SystemClock(), telegram_token="1:a", telegram_mode="polling") as desk:
        token = await desk.token("Ân", Role.ADMINISTRATOR)
        file = many(3, language="") + b"telegram,nobody,,,,,,,,,\n"
        checked = await desk.call("POST", "/subscriber-files/checks", token, data=file, Content_Type=TABLE, key=None)
        assert (checked.status, checked.body["people"], checked.body["faulty"]) == (200, 3, 1)
        assert checked.body["faults"][0]["line"] == 5
        async with desk.app.db.reading() as connection:
            assert (await connection.execute(select(proposals.c.id))).first() is None
        said = await desk.call("POST", "/subscriber-files/proposals", token, data=file, Content_Type=TABLE, key="k" * 8)
        again = await desk.call(
            "POST", "/subscriber-files/proposals", token, data=file, Content_Type=TABLE, key="k" * 8
        )
        assert (said.status, again.body) == (201, said.body)
        app = desk.app
        office = app.campaigning.office
        made = Imports(app.db, office.key, office.within, app.clock, Welcome(office, welcome_texts()))
        rules = rules_of(app.settings, office.gazetteer, app.clock.now())
        found = imports.check(file, rules)
        with pytest.raises(imports.OwnProposal):
            await made.confirm(desk.people["Ân"], said.body["proposal"], found)
        done = await made.confirm(await desk.officer("Bình", Role.ADMINISTRATOR), said.body["proposal"], found)
        assert done.added == 3
        async with app.db.reading() as connection:
            assert len((await connection.execute(select(residents.c.id))).all()) == 3


async def test_who_may_bring_a_file(desk: Station) -> None:
    file = many(1)
    for token in (
        await desk.token("Ân", Role.ADMINISTRATOR, scopes=("read",)),
        await desk.token("An"),
        await desk.token("Hà", Role.ADMINISTRATOR, "p-dong-thap"),
    ):
        for path in ("/subscriber-files/checks", "/subscriber-files/proposals"):
            said = await desk.call("POST", path, token, data=file, Content_Type=TABLE)
            assert (said.status, said.kind) == (403, "forbidden")
    token = await desk.token("Ân")
    said = await desk.call("POST", "/subscriber-files/checks", token, data=b"a,b\n", Content_Type=TABLE)
    assert (said.status, said.kind) == (422, "invalid")
    said = await desk.call("POST", "/subscriber-files/checks", token, data=b"x" * 20_000_001, Content_Type=TABLE)
    assert (said.status, said.kind) == (413, "too-large")
