"""An open page is told of a notice at the place that was chosen there, of its changes and of its end, once each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.flows.duty_room import TAN_HO_CO, THUONG_PHUOC, DutyRoom


class Page:
    """One open page; ``frames`` is what arrived."""

    def __init__(self, room: DutyRoom, session: str) -> None:
        self._app, self._session, self._asked = room.talk.app, session, 0
        self.frames: list[dict[str, Any]] = []
        self._app.webchat.open(session, self._push)

    async def _push(self, frame: Mapping[str, Any]) -> None:
        self.frames.append(json.loads(json.dumps(frame)))

    def close(self) -> None:
        self._app.webchat.close(self._session, self._push)

    async def says(self, text: str) -> None:
        self._asked += 1
        frame = json.dumps({"type": "text", "id": f"q{self._asked}", "text": text}).encode()
        headers = {"session": self._session, "language": "vi"}
        await self._app.intake.receive(self._app.webchat.receive(headers, frame, self._app.clock.now()))
        await self._app.intake.work_off()

    def notices(self) -> list[tuple[str, str]]:
        return [(each["state"], each["text"]) for each in self.frames if each["type"] == "notice"]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[DutyRoom]:
    room = await DutyRoom.start(tmp_path)
    yield room
    await room.talk.stop()


async def test_it_comes_changes_and_ends_on_the_page_by_itself(room: DutyRoom) -> None:
    here, there, nowhere = Page(room, "here"), Page(room, "there"), Page(room, "nowhere")
    await here.says("toi o xa thuong phuoc")
    await there.says("toi o xa tan ho co")
    pages = room.talk.app.page_notices
    await pages.tick()
    room.later(minutes=11)  # the conversation is over, the page is still open
    issued = await room.issued(area=THUONG_PHUOC)
    for _ in range(2):
        await pages.tick()
    [(state, text)] = here.notices()
    assert state == "urgent"
    assert text.startswith("[TIN KHẨN] Sạt lở")
    frame = here.frames[-1]
    assert frame["lang"] == "vi"
    assert frame["expires_at"] > room.station.now().isoformat()
    assert [each["label"] for each in frame["buttons"]] == ["Đã rõ", "Cần giúp"]
    await room.updated(issued, "Đã rào 300 mét bờ sông.")
    await pages.tick()
    await room.cleared(issued)
    await pages.tick()
    await pages.tick()
    assert [state for state, _ in here.notices()] == ["urgent", "update", "clear"]
    assert here.notices()[1][1].startswith("[CẬP NHẬT LẦN 1] Đã rào 300 mét bờ sông.")
    assert there.notices() == nowhere.notices() == []


async def test_what_was_read_in_a_reply_is_not_said_again_by_itself(room: DutyRoom) -> None:
    await room.issued(area=TAN_HO_CO)
    page = Page(room, "page")
    await page.says("toi o xa tan ho co")
    await room.talk.app.page_notices.tick()
    assert page.notices() == []
    assert any("[TIN KHẨN]" in each["text"] for each in page.frames)


async def test_a_page_that_was_closed_is_forgotten(room: DutyRoom) -> None:
    page = Page(room, "page")
    await page.says("toi o xa tan ho co")
    pages = room.talk.app.page_notices
    await pages.tick()
    page.close()
    await pages.tick()
    room.later(minutes=11)
    again = Page(room, "page")
    await room.issued(area=TAN_HO_CO)
    await pages.tick()
    assert again.notices() == []


async def test_what_has_expired_and_a_drill_come_on_no_page(room: DutyRoom) -> None:
    page = Page(room, "page")
    await page.says("toi o xa tan ho co")
    pages = room.talk.app.page_notices
    await pages.tick()
    await room.drilling("Khánh")
    await room.issued(area=TAN_HO_CO, drill=True)
    await pages.tick()
    await room.issued("flood", area=TAN_HO_CO)
    room.later(hours=13)
    await pages.tick()
    await room.goes()
    await pages.tick()
    assert page.notices() == []
