"""What was said with whom: newest first, ten at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, only, whole
from tests.fakes.zalo_oa.residents import Line, Resident
from tests.fakes.zalo_oa.windows import resident_for

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

MOST = 10


class HistoryDesk:
    """The two endpoints by which missed webhooks can be made up for; ``data`` is a bare array."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            "/v2.0/oa/conversation": Route("conversation", "GET", self.conversation),
            "/v2.0/oa/listrecentchat": Route("recent", "GET", self.recent),
        }

    def conversation(self, call: Call) -> list[dict[str, Any]]:
        wanted = call.lookup()
        only(wanted, frozenset({"user_id", "offset", "count"}))
        resident = resident_for(self._account, wanted.get("user_id"))
        rows = list(reversed(resident.history or []))
        offset, count = whole(wanted, "offset", 0, 100_000), whole(wanted, "count", 1, MOST)
        return [self._line(resident, each) for each in rows[offset : offset + count]]

    def recent(self, call: Call) -> list[dict[str, Any]]:
        wanted = call.lookup()
        only(wanted, frozenset({"offset", "count"}))
        newest = [(each, each.history[-1]) for each in self._account.residents.by_id.values() if each.history]
        newest.sort(key=lambda pair: pair[1].at, reverse=True)
        offset, count = whole(wanted, "offset", 0, 100_000), whole(wanted, "count", 1, MOST)
        return [self._line(resident, line) for resident, line in newest[offset : offset + count]]

    def _line(self, resident: Resident, line: Line) -> dict[str, Any]:
        settings = self._account.settings
        ends = {0: settings.oa_id, 1: resident.resident_id}
        names = {0: settings.oa_name, 1: resident.name}
        return {
            "src": line.source,
            "time": int(line.at * 1000),
            "type": line.kind,
            "message": line.text,
            "message_id": line.message_id,
            "from_id": ends[line.source],
            "to_id": ends[1 - line.source],
            "from_display_name": names[line.source],
            "to_display_name": names[1 - line.source],
            "from_avatar": "",
            "to_avatar": "",
        }
