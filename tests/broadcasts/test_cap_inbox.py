"""A message of others becomes a draft once, whatever order it comes in; a person decides, once; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from bot.staff import audit
from bot.storage.db import Database
from bot.storage.migrate import migrate
from bot.storage.schema import campaigns, cap_drafts, notices
from broadcasts import cap_inbox
from broadcasts.cap import Alert, MsgType, Scope, Status
from broadcasts.cap_inbox import CapInbox, CapRefused, NoSuchDraft, NotForThis, NotTheirs, State, UnknownSender
from broadcasts.cap_writing import write_alert
from tests.broadcasts.cap_messages import NOON, SENDER, made, sample, written

KEY = b"the key of this installation"
NOW = NOON + timedelta(hours=1)


@pytest.fixture
def inbox(db: Database) -> CapInbox:
    return CapInbox(db, KEY)


async def came(inbox: CapInbox, body: bytes, *, now: datetime = NOW, senders: tuple[str, ...] = (SENDER,)) -> State:
    kept = await inbox.receive(body, source="kttv", senders=senders, now=now)
    assert kept.id is not None
    return kept.state


async def states(db: Database) -> dict[str, str]:
    async with db.reading() as connection:
        return {row.identifier: row.state for row in await connection.execute(select(cap_drafts))}


async def actions(db: Database) -> list[str]:
    async with db.reading() as connection:
        assert (await audit.verify(connection, KEY)).good
        return [line.action for line in reversed(await audit.newest_lines(connection, 50))]


async def a_notice(db: Database, *, drill: bool) -> int:
    """A notice of ours, as far as a draft needs to know it."""
    async with db.transaction() as connection:
        made_campaign = insert(campaigns).values(
            kind="notice", title="t", state="draft", version=1, audience={}, schedule={}, entries=[], buttons=[],
            created_by="an", created_at=NOW,
        )  # fmt: skip
        number = (await connection.execute(made_campaign.returning(campaigns.c.id))).scalar_one()
        await connection.execute(
            insert(notices).values(
                id=number, template_id="storm", drill=drill, state="live", identifier=f"n-{number}", hazard={},
                area=[], blanks={}, fate="hold", issued_by="an", issued_at=NOW, expires_at=NOW,
            )
        )  # fmt: skip
    return int(number)


async def test_a_message_waits_for_a_person(inbox: CapInbox, db: Database) -> None:
    assert await came(inbox, sample("storm.xml")) is State.WAITING
    (draft,) = await inbox.drafts()
    assert (draft.source, draft.sender, draft.status, draft.msg_type) == ("kttv", SENDER, "Actual", "Alert")
    assert draft.alert().infos[0].headline == "Bão số 15 vào gần bờ"
    assert draft.body.lstrip().startswith("<alert")
    assert await actions(db) == ["cap.received"]
    with pytest.raises(NoSuchDraft):
        await inbox.draft(draft.id + 1)


async def test_the_same_message_again_changes_nothing(inbox: CapInbox, db: Database) -> None:
    body = written("A")
    assert await came(inbox, body) is State.WAITING
    (draft,) = await inbox.drafts()
    await inbox.refuse("an", draft.id, reason="không liên quan", now=NOW)
    elsewhere = write_alert(replace(made("A"), sent=made("A").sent.astimezone()))  # the same time, another zone
    for again in (body, elsewhere):
        kept = await inbox.receive(again, source="tep", senders=[SENDER], now=NOW)
        assert kept.id is None
    assert await states(db) == {"A": "refused"}
    assert await actions(db) == ["cap.received", "cap.refused"]


async def test_only_senders_that_were_named(inbox: CapInbox, db: Database) -> None:
    for senders in ((), ("other@thoitiet.example",), (SENDER.upper(),)):
        with pytest.raises(UnknownSender):
            await came(inbox, written("A"), senders=senders)
    with pytest.raises(CapRefused):
        await came(inbox, b"<alert/>")
    assert await states(db) == {}
    assert await actions(db) == []


async def test_samples_in_their_order(inbox: CapInbox) -> None:
    for name in ("storm.xml", "signed_update.xml", "exercise.xml", "cancel.xml"):
        assert await came(inbox, sample(name)) is State.WAITING
    assert [each.msg_type for each in await inbox.drafts()] == ["Cancel", "Alert"]
    assert [each.status for each in await inbox.drafts()] == ["Actual", "Exercise"]
    assert len(await inbox.drafts(State.REPLACED)) == 2


def chain() -> list[Alert]:
    """Two stories of one sender, and another sender who names the first one's message."""
    first = made("A", 0)
    second = made("B", 10, kind=MsgType.UPDATE, after=[first.name])
    third = made("C", 20, kind=MsgType.UPDATE, after=[second.name])
    end = made("D", 30, kind=MsgType.CANCEL, after=[first.name, third.name])
    lone = made("E", 5)
    exercise = made("F", 15, kind=MsgType.UPDATE, after=[lone.name], status=Status.EXERCISE)
    stranger = made("G", 25, kind=MsgType.CANCEL, after=[lone.name], sender="khac@nguon.example")
    receipt = made("H", 26, kind=MsgType.ACK, after=[lone.name])
    knot = made("I", 40, kind=MsgType.UPDATE, after=[made("J", 40).name])
    knotted = made("J", 40, kind=MsgType.UPDATE, after=[knot.name])
    return [first, second, third, end, lone, exercise, stranger, receipt, knot, knotted]


EXPECTED = dict.fromkeys("ABC", "replaced") | dict.fromkeys("DEFGHIJ", "waiting")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(order=st.permutations(range(10)), twice=st.lists(st.integers(0, 9), max_size=4))
async def test_whatever_order_they_come_in(order: list[int], twice: list[int], sqlite_db: Database) -> None:
    async with sqlite_db.transaction() as connection:
        await connection.execute(delete(cap_drafts))
    inbox, messages = CapInbox(sqlite_db, KEY), [write_alert(each) for each in chain()]
    for number in [*order, *twice]:
        await inbox.receive(messages[number], source="kttv", senders=[SENDER, "khac@nguon.example"], now=NOW)
    assert await states(sqlite_db) == EXPECTED


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
async def test_an_update_that_comes_before_what_it_replaces(db: Database, order: tuple[int, ...]) -> None:
    inbox, messages = CapInbox(db, KEY), [write_alert(each) for each in chain()[:3]]
    for number in order:
        await came(inbox, messages[number])
    assert await states(db) == {"A": "replaced", "B": "replaced", "C": "waiting"}


async def test_all_at_once(db: Database) -> None:
    inbox, messages = CapInbox(db, KEY), [write_alert(each) for each in chain()]
    await asyncio.gather(
        *(inbox.receive(each, source="kttv", senders=[SENDER, "khac@nguon.example"], now=NOW) for each in messages * 2)
    )
    assert await states(db) == EXPECTED


async def test_what_came_too_late_waits_for_nobody(inbox: CapInbox, db: Database) -> None:
    over = NOON + timedelta(hours=12)
    assert await came(inbox, written("A"), now=over) is State.REFUSED
    assert await came(inbox, written("B", expires=None), now=over) is State.WAITING
    cancel = made("C", 3, kind=MsgType.CANCEL, after=[made("A").name])
    assert await came(inbox, write_alert(cancel), now=over) is State.WAITING  # somebody may have acted on the first
    update = made("D", 4, kind=MsgType.UPDATE, after=[made("B").name])
    assert await came(inbox, write_alert(update), now=over) is State.REFUSED
    assert await states(db) == {"A": "refused", "B": "replaced", "C": "waiting", "D": "refused"}
    assert [each.decided_by for each in await inbox.drafts(State.REFUSED)] == ["", ""]


async def test_only_one_officer_takes_it(inbox: CapInbox, db: Database) -> None:
    await came(inbox, written("A"))
    (draft,) = await inbox.drafts()
    tries = await asyncio.gather(
        *(inbox.take(name, draft.id, drill=False, now=NOW) for name in ("an", "binh", "chi")), return_exceptions=True
    )
    assert sum(isinstance(each, NotTheirs) for each in tries) == 2
    with pytest.raises(NotTheirs):
        await inbox.refuse("dung", draft.id, reason="", now=NOW)
    with pytest.raises(NoSuchDraft):
        await inbox.take("an", 999, drill=False, now=NOW)
    assert await states(db) == {"A": "taken"}
    assert await actions(db) == ["cap.received", "cap.taken"]
    # What replaces it later does not take it out of anybody's hands; it waits, and says which notice it is about.
    notice = await a_notice(db, drill=False)
    async with db.transaction() as connection:
        await cap_inbox.link(connection, draft.id, notice)
        with pytest.raises(NotTheirs):
            await cap_inbox.link(connection, draft.id, notice)
    await came(inbox, write_alert(made("B", 9, kind=MsgType.CANCEL, after=[made("A").name])))
    (cancel,) = await inbox.drafts()
    assert (cancel.msg_type, cancel.concerns) == ("Cancel", (notice,))
    assert await states(db) == {"A": "taken", "B": "waiting"}


async def test_what_was_taken_can_be_given_back(inbox: CapInbox, db: Database) -> None:
    await came(inbox, written("A"))
    await came(inbox, written("B"))
    numbers = {each.identifier: each.id for each in await inbox.drafts()}
    for number in numbers.values():
        await inbox.take("an", number, drill=False, now=NOW)
    await came(inbox, write_alert(made("C", 9, kind=MsgType.UPDATE, after=[made("A").name])))
    async with db.transaction() as connection:
        with pytest.raises(NotTheirs):
            await cap_inbox.give_back(connection, KEY, "binh", numbers["B"], NOW)
        assert await cap_inbox.give_back(connection, KEY, "an", numbers["B"], NOW) is State.WAITING
        assert await cap_inbox.give_back(connection, KEY, "an", numbers["A"], NOW) is State.REPLACED
    assert await states(db) == {"A": "replaced", "B": "waiting", "C": "waiting"}


@pytest.mark.parametrize("status", list(Status))
async def test_only_what_is_actual_becomes_a_true_notice(inbox: CapInbox, db: Database, status: Status) -> None:
    await came(inbox, written("A", status=status))
    (draft,) = await inbox.drafts()
    true = status is Status.ACTUAL
    assert (draft.status, draft.drill_only) == (status, not true)
    with pytest.raises(NotForThis):
        await inbox.take("an", draft.id, drill=true, now=NOW)
    assert await states(db) == {"A": "waiting"}
    taken = await inbox.take("an", draft.id, drill=not true, now=NOW)
    assert (taken.state, taken.status) == (State.TAKEN, status)
    # And the last wall: no notice of the other kind can stand behind it.
    wrong, right = await a_notice(db, drill=true), await a_notice(db, drill=not true)
    async with db.transaction() as connection:
        with pytest.raises(NotForThis):
            await cap_inbox.link(connection, draft.id, wrong)
        await cap_inbox.link(connection, draft.id, right)
    assert (await inbox.draft(draft.id)).notice_id == right
    assert (await inbox.draft(draft.id)).status == status


async def test_an_exercise_takes_no_true_warning_off_the_list(inbox: CapInbox, db: Database) -> None:
    await came(inbox, written("A"))
    for status in (each for each in Status if each is not Status.ACTUAL):
        cancel = made(f"cancel-{status}", 9, kind=MsgType.CANCEL, after=[made("A").name], status=status)
        await came(inbox, write_alert(cancel))
        update = made(f"update-{status}", 9, kind=MsgType.UPDATE, after=[made("B").name], status=status)
        await came(inbox, write_alert(update))
    await came(inbox, written("B"))
    assert len(await states(db)) == 10
    assert set((await states(db)).values()) == {"waiting"}


async def test_what_is_not_for_the_public_is_read_and_refused_only(inbox: CapInbox) -> None:
    for alert in (
        made("A", scope=Scope.RESTRICTED),
        made("B", scope=Scope.PRIVATE),
        made("C", 1, kind=MsgType.ACK, after=[made("Z").name]),
        made("D", 1, kind=MsgType.ERROR, after=[made("Z").name]),
    ):
        await came(inbox, write_alert(alert))
        (draft,) = await inbox.drafts()
        with pytest.raises(NotForThis):
            await inbox.take("an", draft.id, drill=False, now=NOW)
        await inbox.refuse("an", draft.id, reason="không cho công chúng", now=NOW)


async def test_a_row_that_somebody_changed_makes_no_exercise_true(inbox: CapInbox, db: Database) -> None:
    await came(inbox, written("A", status=Status.EXERCISE))
    async with db.transaction() as connection:
        await connection.execute(cap_drafts.update().values(status="Actual"))
    (draft,) = await inbox.drafts()
    with pytest.raises(NotForThis, match="diễn tập"):
        await inbox.take("an", draft.id, drill=False, now=NOW)
    await inbox.take("an", draft.id, drill=True, now=NOW)
    notice = await a_notice(db, drill=False)
    async with db.transaction() as connection:
        with pytest.raises(NotForThis):
            await cap_inbox.link(connection, draft.id, notice)


async def test_what_ran_out_while_it_waited_is_not_taken(inbox: CapInbox) -> None:
    await came(inbox, written("A"))
    (draft,) = await inbox.drafts()
    with pytest.raises(NotForThis, match="hết hạn"):
        await inbox.take("an", draft.id, drill=False, now=NOON + timedelta(hours=12))


async def test_it_is_there_after_a_new_start(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'kept.sqlite3'}"
    first = Database(url)
    await migrate(first)
    await came(CapInbox(first, KEY), sample("signed_update.xml"))
    await first.close()
    second = Database(url)
    (draft,) = await CapInbox(second, KEY).drafts()
    assert "SignatureValue" in draft.alert().kept.elements[0]
    await second.close()
