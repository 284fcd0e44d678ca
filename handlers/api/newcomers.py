"""/subscriber-files: a file of subscribers checked, and proposed to a second person who has the very same file."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.clock import Clock
from bot.settings import Settings
from bot.staff.roles import Action, Officer, require
from bot.staff.scripts import proposing
from broadcasts import imports
from broadcasts.import_files import LARGEST
from broadcasts.imports import Checked, Imports
from broadcasts.office import Office
from handlers.api.operations import Answer, Call, File, Operation
from handlers.api.public_shapes import CheckedFile, Proposed, RowFault
from handlers.importing import rules_of

MOST_FAULTS = 1000
_TABLE = File(
    ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/octet-stream"),
    LARGEST,
    "Tệp CSV (UTF-8) hoặc XLSX, các cột như `cotmoc subscribers import`.",
)


class Newcomers:
    def __init__(self, made: Imports, settings: Settings, office: Office, clock: Clock) -> None:
        self._imports = made
        self._settings = settings
        self._office = office
        self._clock = clock
        self._one = asyncio.Lock()  # a large file is a lot of memory: one after the other

    def operations(self) -> tuple[Operation, ...]:
        return (
            Operation(
                "POST", "/subscriber-files/checks", "checkSubscribers", "subscribers",
                "Xem tệp có gì sai; không lưu gì.", self._check, CheckedFile, "draft", body=_TABLE,
            ),
            Operation(
                "POST", "/subscriber-files/proposals", "proposeSubscribers", "subscribers",
                "Đề nghị nhập tệp; một quản trị khác xác nhận, với đúng tệp ấy. Không địa chỉ nào được lưu.",
                self._propose, Proposed, "draft", body=_TABLE, statuses=(201,), once=True,
            ),
        )  # fmt: skip

    async def _check(self, call: Call) -> Answer:
        _, checked = await self._checked(call)
        return Answer(CheckedFile(**_said(checked)))

    async def _propose(self, call: Call) -> Answer:
        person, checked = await self._checked(call)
        number = await self._imports.propose(person, checked)
        return Answer(Proposed(**_said(checked), proposal=number), 201)

    async def _checked(self, call: Call) -> tuple[Officer, Checked]:
        person, now = proposing(call.officer), self._clock.now()
        require(person, Action.IMPORT, (), now, self._office.within)
        rules = rules_of(self._settings, self._office.gazetteer, now)
        async with self._one:
            return person, await asyncio.to_thread(imports.check, call.file, rules)


def _said(checked: Checked) -> dict[str, Any]:
    faults = [RowFault(line=each.line, sentence=each.sentence) for each in checked.faults[:MOST_FAULTS]]
    return {"people": len(checked.people), "faults": faults, "faulty": len(checked.faults), "digest": checked.digest}
