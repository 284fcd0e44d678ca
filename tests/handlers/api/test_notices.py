"""Urgent notices as scripts read them, and CAP messages that scripts bring: drafts for a person, whatever they say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.staff.roles import Role
from bot.storage.schema import cap_drafts, duty_shifts, notices, runs
from bot.testing import ManualClock
from broadcasts.cap_reading import read_alert
from broadcasts.cap_writing import write_alert
from broadcasts.notices import NoticeDraft
from tests.broadcasts.cap_messages import SENDER, made
from tests.handlers.api.scripts import Station, station
from tests.handlers.warned import THUONG_PHUOC

CAP = "application/cap+xml"


class Room:
    """A station with an officer on duty who warns."""

    def __init__(self, desk: Station, clock: ManualClock) -> None:
        self.desk = desk
        self.clock = clock
        self.warning = desk.app.campaigning.warning

    async def staffed(self) -> None:
        commander = await self.desk.officer("Hà", Role.COMMANDER, "p-dong-thap")
        now = self.clock.now()
        shift = {"officer_id": commander.id, "area": "p-dong-thap", "begins_at": now - timedelta(hours=1)}
        async with self.desk.app.db.transaction() as connection:
            await connection.execute(duty_shifts.insert().values(shift | {"ends_at": now + timedelta(days=9)}))
        seen = self.warning.hazards.template("landslide").digest("vi")
        await self.warning.hazards.sign(commander, "landslide", "vi", seen)

    async def issued(self, *, drill: bool = False) -> int:
        self.clock.advance(1)
        officer = self.desk.people["Hà"]
        return (
            await self.warning.service.issue(officer, NoticeDraft("landslide", (THUONG_PHUOC,), drill=drill))
        ).notice_id


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    listed = tmp_path / "accounts.toml"
    listed.write_text(
        f'[[feeds]]\nname = "kttv"\nurl = "https://cap.example/a.atom"\nsenders = ["{SENDER}"]\n', encoding="utf-8"
    )
    clock = ManualClock(SystemClock().now())
    async with station(tmp_path, clock, accounts_file=listed) as desk:
        made_room = Room(desk, clock)
        await made_room.staffed()
        yield made_room


async def test_what_is_in_force_and_what_was(room: Room) -> None:
    desk, token = room.desk, await room.desk.token("An", scopes=("read",))
    number = await room.issued()
    (one,) = (await desk.call("GET", "/notices?live=true", token)).body["notices"]
    assert (one["id"], one["in_force"], one["state"], one["confirmed"]) == (number, True, "pending", False)
    assert one["area"] == [THUONG_PHUOC]
    assert "Thường Phước" in one["area_words"]
    assert one["versions"][0]["texts"]["vi"]
    assert "Hà" not in str(one)  # who said it is nobody's business here
    await room.warning.service.clear(desk.people["Hà"], number)
    assert (await desk.call("GET", "/notices?live=true", token)).body["notices"] == []
    said = await desk.call("GET", f"/notices/{number}", token)
    assert (said.body["in_force"], said.body["state"]) == (False, "cleared")
    assert [each["kind"] for each in said.body["versions"]] == ["issue", "clear"]


async def test_nothing_is_in_force_after_its_time_even_if_nobody_noted_it(room: Room) -> None:
    desk, token = room.desk, await room.desk.token("An")
    number = await room.issued()
    room.clock.advance(timedelta(hours=25).total_seconds())
    said = await desk.call("GET", f"/notices/{number}", token)
    assert (said.body["in_force"], said.body["state"]) == (False, "expired")
    assert (await desk.call("GET", "/notices?live=true", token)).body["notices"] == []


async def test_a_drill_is_nowhere(room: Room) -> None:
    desk, token = room.desk, await room.desk.token("An")
    number = await room.issued(drill=True)
    assert (await desk.call("GET", f"/notices/{number}", token)).status == 404
    assert (await desk.call("GET", f"/notices/{number}.cap.xml", token)).status == 404
    assert (await desk.call("GET", "/notices", token)).body["notices"] == []


async def test_pages_of_notices_while_new_ones_come(room: Room) -> None:
    desk, token = room.desk, await room.desk.token("An")
    issued = [await room.issued() for _ in range(5)]
    seen, path = [], "/notices?limit=2"
    while path:
        said = await desk.call("GET", path, token)
        seen += [each["id"] for each in said.body["notices"]]
        await room.issued()
        more = said.body["next"]
        path = f"/notices?limit=2&cursor={more}" if more else ""
    assert seen == issued[::-1]


async def test_as_cap_by_its_name_and_by_what_is_accepted(room: Room) -> None:
    desk, token = room.desk, await room.desk.token("An")
    number = await room.issued()
    by_name = await desk.call("GET", f"/notices/{number}.cap.xml", token)
    by_accept = await desk.call("GET", f"/notices/{number}", token, Accept=f"{CAP}, application/json;q=0.5")
    assert by_name.headers["Content-Type"] == f"{CAP}; charset=utf-8"
    assert by_name.body == by_accept.body
    assert read_alert(by_name.body).infos
    assert (await desk.call("GET", f"/notices/{number}", token)).body["id"] == number


async def test_a_message_of_others_is_a_draft_and_nothing_more(room: Room) -> None:
    desk, token = room.desk, await room.desk.token("Hà")
    body = write_alert(made("bao-so-9", expires=room.clock.now() + timedelta(hours=3)))
    said = await desk.call("POST", "/cap-messages", token, data=body, Content_Type=CAP)
    assert (said.status, said.body["state"]) == (201, "waiting")
    again = await desk.call("POST", "/cap-messages", token, data=body, Content_Type="application/xml")
    assert (again.status, again.body["id"]) == (200, None)
    async with desk.app.db.reading() as connection:
        kept = (await connection.execute(select(cap_drafts.c.state, cap_drafts.c.source))).all()
        assert [tuple(each) for each in kept] == [("waiting", "api")]
        assert (await connection.execute(select(notices.c.id))).first() is None
        assert (await connection.execute(select(runs.c.id))).first() is None


async def test_whose_message_and_whose_token(room: Room) -> None:
    desk = room.desk
    good = write_alert(made("bao-so-9", expires=room.clock.now() + timedelta(hours=3)))
    stranger = write_alert(made("x", sender="ai-do@example.com"))
    token = await desk.token("Hà")
    for body in (stranger, b"<alert/>", b"<!DOCTYPE a><a/>", b"", b"x" * 1000):
        said = await desk.call("POST", "/cap-messages", token, data=body, Content_Type=CAP)
        assert (said.status, said.kind) == (422, "invalid"), body[:20]
    said = await desk.call("POST", "/cap-messages", token, data=b"x" * 600_000, Content_Type=CAP)
    assert said.status == 413
    for refused in (await desk.token("Hà", scopes=("read",)), await desk.token("An")):  # reads only; may not warn
        said = await desk.call("POST", "/cap-messages", refused, data=good, Content_Type=CAP)
        assert (said.status, said.kind) == (403, "forbidden")
    async with desk.app.db.reading() as connection:
        assert (await connection.execute(select(cap_drafts.c.id))).first() is None
