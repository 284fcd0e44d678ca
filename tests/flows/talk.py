"""A resident talking to the whole service through one channel: what the flow tests are written in."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Protocol

from bot.messages import Capabilities, OutgoingMessage
from bot.settings import Settings
from bot.testing import FakeChannel, ManualClock
from broadcasts.scheduler import Notice, Scheduler
from handlers.app import App, build
from tests.warm import copy_warm_database, warm_folder, warm_judge

MORNING = datetime(2026, 11, 20, 2, 12, tzinfo=UTC)  # 9:12 in Việt Nam


class Talk:
    """One service with a fake channel. ``hears`` returns what the service answered, as messages."""

    files = True

    def __init__(self, app: App, channel: FakeChannel, clock: ManualClock) -> None:
        self.buttons = channel.capabilities.buttons
        self.subscribable = channel.capabilities.subscribable
        self.app = app
        self.channel = channel
        self.clock = clock
        self._count = 0
        self._last: dict[str, OutgoingMessage] = {}

    @classmethod
    async def start(
        cls,
        folder: Path,
        *,
        buttons: bool = True,
        subscribable: bool = True,
        windows: bool = False,
        name: str = "fake",
        roles: Sequence[str] = ("sender",),
        **settings: object,
    ) -> Talk:
        clock = ManualClock(MORNING)
        channel = FakeChannel(
            name=name,
            capabilities=Capabilities(
                buttons=buttons, attachments=buttons, subscribable=subscribable, windows=windows, withdraws=buttons
            ),
        )
        loaded = Settings(_env_file=None, var_dir=folder, cache_dir=warm_folder(), **settings)  # type: ignore[call-arg,arg-type]
        if not loaded.database_url:
            copy_warm_database(folder / "cotmoc.sqlite3")
        gazetteer, judge = warm_judge(loaded.province)
        app = await build(
            loaded,
            clock=clock,
            rng=Random(1),
            roles=roles,
            channels=(channel,),
            gazetteer=gazetteer,
            judge=judge,
        )
        return cls(app, channel, clock)

    async def stop(self) -> None:
        await self.app.close()
        self.channel.close()

    async def hears(
        self,
        text: str = "",
        *,
        who: str = "1001",
        kind: str = "text",
        value: str = "",
        hint: str = "",
        key: str = "",
    ) -> list[OutgoingMessage]:
        """Send one update and wait until it is settled."""
        self._count += 1
        frame = {
            "key": key or f"u{self._count}",
            "chat": who,
            "kind": kind,
            "text": text,
            "value": value,
            "hint": hint,
            "at": self.clock.now().isoformat(),
        }
        before = len(self.channel.said)
        rows = self.channel.receive({}, json.dumps(frame).encode(), self.clock.now())
        await self.app.intake.receive(rows)
        await self.app.intake.work_off()
        answers = [said.message for said in self.channel.said[before:] if said.address.external_id == who]
        self.remember(who, answers)
        return answers

    def remember(self, who: str, answers: Sequence[OutgoingMessage]) -> None:
        """What ``taps`` presses the buttons of."""
        if answers:
            self._last[who] = answers[-1]

    async def goes_out(self, *, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """What is due by now is released, frozen, sent and closed: the service's own schedule is not running here.

        ``meanwhile``: between its release and its first message.
        """

        async def tell(_: Notice) -> None:
            """Officers are told by what is in the log."""

        app = self.app
        scheduler = Scheduler(
            db=app.db, office=app.campaigning.office, clock=self.clock, owner="one", tell=tell, alone=True
        )
        await scheduler.tick()
        if meanwhile is not None:
            await meanwhile()
        for sender in app.campaigning.senders:
            await sender.work_off()
        await scheduler.tick()

    async def taps(self, label: str, *, who: str = "1001") -> list[OutgoingMessage]:
        """Press the button that carries this label under the last message."""
        button = next((each for each in self._last[who].choices() if each.label == label), None)
        if button is None:
            labels = [each.label for each in self._last[who].choices()]
            raise AssertionError(f"no button {label!r} among {labels}")
        return await self.hears(kind="button", value=button.value, who=who)

    def button(self, label: str, who: str = "1001") -> str:
        """The value of the button that carries this label under the last message."""
        return next(each.value for each in self._last[who].choices() if each.label == label)

    def address(self, who: str = "1001") -> str:
        return who

    def labels(self, who: str = "1001") -> list[str]:
        return [each.label for each in self._last[who].choices()]


class Readable(Protocol):
    @property
    def text(self) -> str: ...


def text_of(messages: Sequence[Readable]) -> str:
    return "\n---\n".join(each.text for each in messages)
