"""A call with the same Idempotency-Key is done once, whoever repeats it, whenever, and whatever broke in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.errors import StoreUnavailable
from bot.staff import scripted_calls
from bot.staff.roles import Officer, Role
from bot.staff.scripted_calls import Answered, InDoubt, KeyReused
from bot.storage.db import Database
from bot.storage.schema import api_calls, campaigns, officers
from bot.testing import ManualClock
from handlers.api.once import Once, Written
from handlers.api.problems import Problem
from tests.handlers.api.scripts import Station, station

KEY = b"the key of this installation"
MINE = "one-of-my-keys"


async def drafts(desk: Station) -> int:
    async with desk.app.db.reading() as connection:
        return len((await connection.execute(select(campaigns.c.id))).all())


async def test_the_same_call_has_the_same_answer(desk: Station) -> None:
    token, body = await desk.token("An"), {"title": "Giấy tờ"}
    first = await desk.call("POST", "/campaigns", token, json=body, key=MINE)
    again = await desk.call("POST", "/campaigns", token, json=body, key=MINE)
    assert (again.status, again.body) == (first.status, first.body)
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert await drafts(desk) == 1
    by_another_token = await desk.call("POST", "/campaigns", await desk.token("An"), json=body, key=MINE)
    assert by_another_token.body == first.body  # a renewed token is the same officer's
    somebody_else = await desk.call("POST", "/campaigns", await desk.token("Bảo"), json=body, key=MINE)
    assert somebody_else.body["id"] != first.body["id"]


async def test_a_refusal_is_an_answer_too(desk: Station) -> None:
    token = await desk.token("An")
    number = (await desk.call("POST", "/campaigns", token, json={"title": "x"})).body["id"]
    first = await desk.call("POST", f"/campaigns/{number}/submission", token, key=MINE)
    assert first.status == 422
    again = await desk.call("POST", f"/campaigns/{number}/submission", token, key=MINE)
    assert (again.status, again.kind, again.body) == (422, "invalid", first.body)
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_the_same_key_for_something_else_is_refused(desk: Station) -> None:
    token = await desk.token("An")
    first = await desk.call("POST", "/campaigns", token, json={"title": "Một"}, key=MINE)
    other = await desk.call("POST", "/campaigns", token, json={"title": "Hai"}, key=MINE)
    assert (other.status, other.kind) == (422, "key-reused")
    path = f"/campaigns/{first.body['id']}/submission"
    elsewhere = await desk.call("POST", path, token, key=MINE)
    assert (elsewhere.status, elsewhere.kind) == (422, "key-reused")
    assert await drafts(desk) == 1


async def test_a_call_needs_a_key(desk: Station) -> None:
    token = await desk.token("An")
    for key in (None, "short", "x" * 101, "with a space", "với-dấu-123"):
        said = await desk.call("POST", "/campaigns", token, json={"title": "x"}, key=key)
        assert (said.status, said.kind) == (400, "key-missing"), key
    assert await drafts(desk) == 0


async def test_at_the_same_time_it_is_done_once(desk: Station) -> None:
    token = await desk.token("An")
    calls = [desk.call("POST", "/campaigns", token, json={"title": "x"}, key=MINE) for _ in range(8)]
    said = await asyncio.gather(*calls)
    assert await drafts(desk) == 1
    assert {each.status for each in said} <= {201, 409}
    assert len({each.body["id"] for each in said if each.status == 201}) == 1
    assert all(each.kind == "in-doubt" and each.headers["Retry-After"] for each in said if each.status == 409)


async def test_after_a_day_the_key_is_free_again(tmp_path: Path) -> None:
    clock = ManualClock(SystemClock().now())
    async with station(tmp_path, clock) as desk:
        token = await desk.token("An")
        await desk.call("POST", "/campaigns", token, json={"title": "x"}, key=MINE)
        clock.advance(timedelta(hours=25).total_seconds())
        said = await desk.call("POST", "/campaigns", token, json={"title": "y"}, key=MINE)
        assert (said.status, await drafts(desk)) == (201, 2)
        clock.advance(timedelta(hours=25).total_seconds())
        async with desk.app.db.transaction() as connection:
            assert await scripted_calls.forget_expired(connection, clock.now()) == 1


async def test_the_key_itself_is_not_kept(desk: Station) -> None:
    token = await desk.token("An")
    await desk.call("POST", "/campaigns", token, json={"title": "x"}, key=MINE)
    async with desk.app.db.reading() as connection:
        (kept,) = (await connection.execute(select(api_calls))).all()
    assert MINE not in str(kept)
    assert token not in str(kept)


# --- In the database, on both kinds ---------------------------------------------------------------------------------


async def somebody(db: Database) -> Officer:
    async with db.transaction() as connection:
        row = officers.insert().values(name="An", password="", second_factor="", created_at=SystemClock().now())
        number = int((await connection.execute(row.returning(officers.c.id))).scalar_one())
    return Officer(number, "An", ((Role.EDITOR, ""),), scopes=("draft",))


async def test_what_was_broken_off_stays_in_doubt(db: Database) -> None:
    officer, once, done = await somebody(db), Once(db, KEY, SystemClock()), []

    async def dies() -> Written:
        done.append(1)
        raise StoreUnavailable

    async def works() -> Written:
        done.append(2)
        return Written(201, "{}", {"ETag": '"v1"'})

    with pytest.raises(StoreUnavailable):
        await once.answered(officer, MINE, b"asks", dies)
    with pytest.raises(Problem, match="in-doubt"):
        await once.answered(officer, MINE, b"asks", works)
    with pytest.raises(Problem, match="key-reused"):
        await once.answered(officer, MINE, b"asks something else", works)
    assert done == [1]
    assert await once.answered(officer, "another-key", b"asks", works) == (Written(201, "{}", {"ETag": '"v1"'}), False)
    assert await once.answered(officer, "another-key", b"asks", dies) == (Written(201, "{}", {"ETag": '"v1"'}), True)
    assert done == [1, 2]


async def test_one_of_two_at_once_begins(db: Database) -> None:
    officer, now = await somebody(db), SystemClock().now()

    async def begins() -> object:
        try:
            async with db.transaction() as connection:
                return await scripted_calls.begin(connection, KEY, officer, MINE, b"asks", now)
        except (InDoubt, KeyReused) as error:
            return type(error)

    found = await asyncio.gather(*(begins() for _ in range(6)))
    assert found.count(None) == 1
    assert found.count(InDoubt) == 5
    async with db.transaction() as connection:
        await scripted_calls.answer(connection, KEY, officer, MINE, Answered(200, "said"))
    assert await begins() == Answered(200, "said")
