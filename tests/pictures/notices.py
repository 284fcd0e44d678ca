"""Makes the pictures of docs/notices.md anew: ``python -m tests.pictures.notices``.

A night with one landslide and one drill is played through the whole service, by officers and for people who do not
exist. What stands in the pictures is what the service said; here is only what was typed and pressed.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.flows.talk import Talk
from tests.flows.warning_station import COMMANDER, COMMUNE, DUTY, WarningStation
from tests.pictures.bubbles import Bubble, page, photograph

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OWNER = "Cơ quan ví dụ (không có thật)"
EXAMPLE = "Ví dụ: người, cơ quan, sự việc đều không có thật"
RESIDENT, CHANNEL = "1001", "telegram"
PHONES = {
    DUTY: "Điện thoại của Hải, cán bộ trực",
    COMMANDER: "Điện thoại của Lan, chỉ huy",
    RESIDENT: "Điện thoại của một người dân",
}
UNTIL_NIGHT = 17 * 3600  # seconds: 2:12 in the morning


class Night:
    """``chats``: everything that was said on each phone, in order."""

    def __init__(self, station: WarningStation) -> None:
        self.station = station
        self.talk = station.talk
        self.chats: dict[str, list[Bubble]] = {who: [] for who in PHONES}
        self._values: dict[str, dict[str, str]] = {who: {} for who in PHONES}
        self._heard = 0

    def begin(self) -> dict[str, int]:
        """Where each chat stands now."""
        self._hear()
        return {who: len(chat) for who, chat in self.chats.items()}

    async def types(self, who: str, text: str) -> None:
        self._hear()
        self.chats[who].append(Bubble(text, self._clock(), mine=True))
        await self.talk.hears(text, who=who)
        self._hear()

    async def code(self, who: str, name: str) -> None:
        await self.types(who, self.station.code(name))

    async def presses(self, who: str, label: str) -> None:
        """The newest button of this name."""
        self._hear()
        shown = next(each for each in reversed(self.chats[who]) if any(label in row for row in each.rows))
        shown.pressed = label
        await self.talk.hears(kind="button", value=self._values[who][label], who=who)
        self._hear()

    async def passes(self, seconds: float) -> None:
        """Meanwhile messages go out, and officers are told what they are to know."""
        self.talk.clock.advance(seconds)
        await self.station.goes_out()
        await self.station.told()
        self._hear()

    def _hear(self) -> None:
        for said in self.talk.channel.said[self._heard :]:
            who, message = said.address.external_id, said.message
            if who in self.chats:
                rows = tuple(tuple(each.label for each in row) for row in message.buttons)
                self.chats[who].append(Bubble(message.text, self._clock(), rows=rows))
                self._values[who] |= {each.label: each.value for each in message.choices()}
        self._heard = len(self.talk.channel.said)

    def _clock(self) -> str:
        local = self.station.now().astimezone(self.talk.app.intake.desk.settings.zone)
        return f"{local.hour}:{local.minute:02d}"


async def play(folder: Path, *, people: int = 412) -> dict[str, tuple[str, list[Bubble]]]:
    """Whose phone each picture shows, and what is on it."""
    talk = await Talk.start(folder, name=CHANNEL, owner_name=OWNER)
    try:
        talk.clock.advance(UNTIL_NIGHT)
        station = WarningStation(talk)
        await station.open()
        await station.people(people, channel=CHANNEL)
        await station.people(3, channel=CHANNEL, reachable="blocked")
        await station.drills("Hải", "Lan")
        await talk.hears(f"/start {COMMUNE}", who=RESIDENT)
        await talk.hears("/dangky", who=RESIDENT)
        await talk.taps("Có", who=RESIDENT)
        await talk.taps("Không", who=RESIDENT)
        return await _pictures(Night(station))
    finally:
        await talk.stop()


async def _pictures(night: Night) -> dict[str, tuple[str, list[Bubble]]]:
    found: dict[str, tuple[str, list[Bubble]]] = {}

    def picture(name: str, who: str, begun: dict[str, int], upto: int | None = None) -> None:
        found[name] = (PHONES[who], night.chats[who][begun[who] : upto])

    began = night.begin()
    await night.types(DUTY, "/khan")
    await night.presses(DUTY, "Sạt lở bờ sông")
    previewed = {DUTY: len(night.chats[DUTY])}
    await night.presses(DUTY, "xã Thường Phước")
    picture("choose", DUTY, began, previewed[DUTY])
    await night.code(DUTY, "Hải")
    picture("code", DUTY, previewed)

    await night.passes(20)
    await night.presses(COMMANDER, "Xác nhận")
    await night.code(COMMANDER, "Lan")
    picture("confirm", COMMANDER, began)

    await night.passes(60)
    asked = night.begin()
    await night.presses(RESIDENT, "Cần giúp")
    await night.presses(RESIDENT, "Gửi trực ban")
    await night.types(RESIDENT, "nha so 12 ap 3, can ghe cho hai nguoi gia")
    await night.passes(20)
    await night.presses(DUTY, "Nhận việc này")
    await night.passes(5)
    picture("help", DUTY, asked)
    picture("resident", RESIDENT, began)

    await night.passes(3600)
    told = night.begin()
    await night.types(DUTY, "/khan 1")
    await night.presses(DUTY, "Cập nhật")
    await night.types(DUTY, "Đã rào 300 mét bờ sông. Vẫn không lại gần.")
    await night.code(DUTY, "Hải")
    picture("update", DUTY, told)

    await night.passes(3600)
    ended = night.begin()
    await night.types(DUTY, "/khan 1")
    await night.presses(DUTY, "Hết nguy hiểm")
    await night.code(DUTY, "Hải")
    picture("clear", DUTY, ended)

    await night.passes(600)
    line = night.begin()
    await night.types(DUTY, f"khan satlo thuong phuoc 6h {night.station.code('Hải')}")
    picture("line", DUTY, line)

    await night.passes(600)
    drill = night.begin()
    await night.types(DUTY, "khan dientap satlo thuong phuoc")
    await night.code(DUTY, "Hải")
    picture("drill", DUTY, drill)
    return found


def main() -> int:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("Chromium is needed: apt-get install chromium", file=sys.stderr)
        return 1
    with TemporaryDirectory() as folder:
        found = asyncio.run(play(Path(folder)))
    for name, (owner, bubbles) in found.items():
        photograph(browser, page(owner, EXAMPLE, bubbles), FOLDER / f"notice-{name}.png")
        print(f"notice-{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
