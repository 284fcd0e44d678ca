"""Who is called to confirm hears of it in every chat, once each; and what surely did not arrive is said again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import ChannelDown, OutcomeUnknown
from handlers.officers_reached import OfficersReached
from handlers.officers_warned import OfficersWarned
from tests.flows.talk import Talk, text_of
from tests.flows.warning_station import COMMANDER, DEPUTY, DUTY, WarningStation, warning_station

SECOND_PHONE = "3022"


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[WarningStation]:
    talk = await Talk.start(tmp_path)
    try:
        yield await warning_station(talk)
    finally:
        talk.channel.script.clear()
        await talk.stop()


async def test_in_every_chat_once_each_and_by_whoever_asks(station: WarningStation) -> None:
    await station.link("Lan", SECOND_PHONE)
    await station.issued()
    told = await station.told()
    assert set(told) == {COMMANDER, SECOND_PHONE, DEPUTY}
    assert all(len(each) == 1 for each in told.values())
    assert await station.told() == {}
    app = station.talk.app
    reached = OfficersReached(
        db=station.db,
        office=app.campaigning.office,
        channels=app.channels,
        phrases=app.intake.desk.phrases,
        clock=station.talk.clock,
    )
    again = OfficersWarned(
        db=station.db,
        office=app.campaigning.office,
        reached=reached,
        wording=app.campaigning.warning.wording,
        clock=station.talk.clock,
    )
    before = len(station.talk.channel.said)
    await again.tick()  # as after a restart
    assert len(station.talk.channel.said) == before
    # One answer from any chat is the officer's answer.
    await station.presses(told[SECOND_PHONE][0], "Xác nhận", SECOND_PHONE)
    await station.talk.hears(station.code("Lan"), who=SECOND_PHONE)
    assert (await station.notices())[0].confirmed_by == "Lan"


async def test_what_surely_did_not_arrive_is_said_again_and_what_may_have_is_not(station: WarningStation) -> None:
    await station.issued()
    station.talk.channel.script.append(ChannelDown())
    first = await station.told()
    assert len(first) == 1
    assert {*first, *await station.told()} == {COMMANDER, DEPUTY}
    station.talk.clock.advance(601)
    station.talk.channel.script.append(OutcomeUnknown())  # for the commander, who is called on the first rung
    assert COMMANDER not in await station.told()
    assert await station.told() == {}


async def test_a_version_that_is_old_or_confirmed_calls_nobody(station: WarningStation) -> None:
    await station.issued()
    talk = station.talk
    talk.clock.advance(1)
    await station.service.update(await station.officer("Hải"), 1, {"vi": "Đã rào 300 mét."})
    told = await station.told()
    assert told[COMMANDER][0].text.startswith("TK-0001 do Hải cập nhật lúc")
    assert not any("phát lúc" in each.text.split("\n")[0] for each in told[COMMANDER])
    await station.link("Lan", SECOND_PHONE)
    await station.service.confirm(await station.officer("Minh"), (await station.notices())[0].newest.run_id)
    assert SECOND_PHONE not in {who for who, said in (await station.told()).items() if "Đúng không?" in text_of(said)}


async def test_a_button_that_came_unasked_is_the_officers_alone(station: WarningStation) -> None:
    await station.issued()
    call = (await station.told())[COMMANDER][0]
    for who in (DUTY, DEPUTY, "1001"):
        await station.presses(call, "Xác nhận", who)
    assert "Gõ mã 6 số" in await station.presses(call, "Xác nhận", COMMANDER)


async def test_nothing_is_told_of_what_happened_before_the_first_day(station: WarningStation) -> None:
    await station.issued()
    await station.told()
    lines = [each.action for each in await station.rows("audit") if each.action.startswith("notice.")]
    assert "notice.issue" in lines
    assert await station.told() == {}
