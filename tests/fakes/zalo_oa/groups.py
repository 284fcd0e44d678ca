"""Chat groups of the account: made, listed, described, and written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, only, section, whole, words
from tests.fakes.zalo_oa.consultation import check_quote
from tests.fakes.zalo_oa.contents import read_content
from tests.fakes.zalo_oa.echoes import echo_group
from tests.fakes.zalo_oa.refusals import Refusal, invalid, too_much
from tests.fakes.zalo_oa.windows import resident_for

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

FIRST_MEMBERS = 99


@dataclass(slots=True)
class Group:
    """``state``: normal, disabled (its paid asset ended) or left (the account is not in it)."""

    group_id: str
    name: str = "Nhóm thôn"
    asset_id: str = ""
    state: str = "normal"
    members: list[str] = field(default_factory=list)


class GroupDesk:
    """The endpoints under /v3.0/oa/group that a poster needs."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            "/v3.0/oa/group/message": Route("group", "POST", self.send),
            "/v3.0/oa/group/creategroupwithoa": Route("group_create", "POST", self.create),
            "/v3.0/oa/group/getgroupsofoa": Route("group_list", "GET", self.list_some),
            "/v3.0/oa/group/getgroup": Route("group_detail", "GET", self.describe),
            "/v3.0/oa/group/listmember": Route("group_members", "GET", self.list_members),
            "/v3.0/oa/quota/group": Route("group_quota", "POST", self.quota),
        }

    def _find(self, group_id: Any) -> Group:
        group = self._account.groups.get(group_id) if isinstance(group_id, str) else None
        if group is None:
            raise invalid("group_id")
        return group

    def send(self, call: Call) -> dict[str, Any]:
        account = self._account
        body = call.body()
        only(body, frozenset({"recipient", "message"}))
        group = self._find(section(body, "recipient", frozenset({"group_id"})).get("group_id"))
        content = read_content(body.get("message"), account.assets, account.settings.lists, call.now)
        check_quote(account, content.quote, group.group_id)
        if group.state == "disabled":
            raise Refusal(-237)
        if group.state == "left":
            raise Refusal(-403)
        act = account.record(
            "group",
            group.group_id,
            content.text,
            content.kind,
            call.now,
            call.pair.number if call.pair else 0,
            message=body["message"] if content.kind != "text" else None,
            quote=content.quote,
        )
        echo_group(account, act)
        return {"message_id": act.message_id, "group_id": group.group_id}

    def create(self, call: Call) -> dict[str, Any]:
        account = self._account
        body = call.body()
        only(body, frozenset({"group_name", "group_description", "asset_id", "member_user_ids"}))
        name = words(body, "group_name", 100)
        words(body, "group_description", 500, required=False)
        asset_id = words(body, "asset_id", 100)
        if any(group.asset_id == asset_id for group in account.groups.values()):
            raise Refusal(-238)
        members = body.get("member_user_ids")
        if not isinstance(members, list) or not members:
            raise invalid("member_user_ids")
        if len(members) > FIRST_MEMBERS:
            raise too_much()
        ids = [resident_for(account, each, "member_user_ids").resident_id for each in members]
        group = Group(account.new_id("group"), name, asset_id, members=ids)
        account.groups[group.group_id] = group
        return {"group_id": group.group_id, "name": name}

    def list_some(self, call: Call) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(call.plain())
        only(parameters, frozenset({"offset", "count"}))
        offset = whole(parameters, "offset", 0, 100_000, default=0)
        count = whole(parameters, "count", 1, 50, default=5)
        rows = [{"group_id": each.group_id, "name": each.name} for each in self._account.groups.values()]
        return {
            "total": self._account.number(len(rows), int),
            "offset": self._account.number(offset, int),
            "count": self._account.number(count, int),
            "groups": rows[offset : offset + count],
        }

    def describe(self, call: Call) -> dict[str, Any]:
        group = self._find(call.plain().get("group_id"))
        status = "enabled" if group.state == "normal" else "disabled"
        members = self._account.number(len(group.members), int)
        return {"group_id": group.group_id, "name": group.name, "status": status, "total_member": members}

    def list_members(self, call: Call) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(call.plain())
        only(parameters, frozenset({"group_id", "offset", "count"}))
        group = self._find(parameters.get("group_id"))
        offset = whole(parameters, "offset", 0, 100_000, default=0)
        count = whole(parameters, "count", 1, 50, default=5)
        return {"members": [{"user_id": each} for each in group.members[offset : offset + count]]}

    def quota(self, call: Call) -> list[dict[str, Any]]:
        only(call.body(), frozenset({"quota_owner", "product_type", "quota_type", "asset_type"}))
        used = [{"asset_id": each.asset_id, "status": "used"} for each in self._account.groups.values()]
        return [{"product_type": "gmf100", "quota_type": "sub_quota"} | each for each in used]
