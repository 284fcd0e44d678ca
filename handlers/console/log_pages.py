"""The log of what officers did, as it can be read and verified; nothing in it can be changed from here."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.staff import audit, audit_heads, register
from bot.staff.roles import Action
from bot.storage.db import Database
from handlers.console.gate import Gate, Visit
from handlers.console.rendering import Pages
from handlers.officer_words import when

PATH = "/console/audit"
SHOWN = 50  # lines on a page


class LogPages:
    """``var_dir``: where the heads of each day are written, outside the database."""

    def __init__(self, *, db: Database, key: bytes, var_dir: Path, gate: Gate, pages: Pages) -> None:
        self._db = db
        self._key = key
        self._var_dir = var_dir
        self._gate = gate
        self._pages = pages

    def routes(self) -> list[web.RouteDef]:
        return [
            self._gate.get(PATH, self._shown, Action.AUDIT),
            self._gate.post(f"{PATH}/verify", self._verify, Action.AUDIT),
        ]

    async def _shown(self, visit: Visit, verdict: audit.Verdict | None = None) -> web.Response:
        officer, action = visit.text("officer"), visit.text("action")
        before = visit.text("before")
        first = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
        async with self._db.reading() as connection:
            lines = await audit.newest_lines(connection, SHOWN + 1, before=first, officer=officer, action=action)
            names = [each.officer.name for each in await register.everybody(connection)]
            actions = await audit.actions(connection)
            count, head = await audit.head(connection)
        zone = visit.office.zone
        context = {
            "lines": [(each, when(zone, each.at), _detail(each)) for each in lines[:SHOWN]],
            "older": lines[SHOWN - 1].id if len(lines) > SHOWN else None,
            "names": names,
            "actions": actions,
            "chosen": {"officer": officer, "action": action},
            "count": count,
            "head": head,
            "verdict": verdict,
        }
        return self._pages.show(visit, "console/audit.html", context)

    async def _verify(self, visit: Visit) -> web.Response:
        """Also against every head that was written outside the database."""
        kept = audit_heads.kept_heads(self._var_dir)
        async with self._db.reading() as connection:
            verdict = await audit.verify(connection, self._key, *(each.mac for each in kept))
        return await self._shown(visit, verdict)


def _detail(line: audit.Line) -> str:
    """What else the line says, in one row."""
    shown = []
    for name, value in line.detail.items():
        said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        shown.append(f"{name}: {said}")
    return " · ".join(shown)
