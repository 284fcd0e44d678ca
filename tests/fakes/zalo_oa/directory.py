"""Who the residents are: lists, details, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, not_here, only, whole, words
from tests.fakes.zalo_oa.clock import DAY, local_day
from tests.fakes.zalo_oa.quotas import written_date
from tests.fakes.zalo_oa.refusals import invalid
from tests.fakes.zalo_oa.residents import Resident
from tests.fakes.zalo_oa.windows import resident_for

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

LAST_OFFSET = 9951
_LIST = frozenset({"offset", "count", "tag_name", "last_interaction_period", "is_follower"})


class Directory:
    """The endpoints that tell, and those that tag."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        shut = not_here(-209)
        return {
            "/v3.0/oa/user/getlist": Route("getlist", "GET", self.list_some),
            "/v3.0/oa/user/detail": Route("detail", "GET", self.describe),
            "/v2.0/oa/getfollowers": Route("getfollowers", "GET", shut),
            "/v2.0/oa/getprofile": Route("getprofile", "GET", shut),
            "/v2.0/oa/deletefollowerinfo": Route("forget", "POST", self.forget),
            "/v2.0/oa/tag/tagfollower": Route("tag", "POST", self.tag),
            "/v2.0/oa/tag/rmfollowerfromtag": Route("untag", "POST", self.untag),
            "/v2.0/oa/tag/rmtag": Route("remove_tag", "POST", self.remove_tag),
            "/v2.0/oa/tag/gettagsofoa": Route("tags", "GET", self.list_tags),
        }

    # -- residents

    def list_some(self, call: Call) -> dict[str, Any]:
        wanted = call.lookup()
        only(wanted, _LIST)
        offset = whole(wanted, "offset", 0, LAST_OFFSET)
        count = whole(wanted, "count", 1, 50)
        rows = [each for each in self._account.residents.by_id.values() if self._fits(each, wanted, call.now)]
        number = self._account.number
        page = rows[offset : offset + count]
        return {
            "total": number(len(rows), int),
            "count": number(len(page), int),
            "offset": number(offset, int),
            "users": [{"user_id": each.resident_id} for each in page],
        }

    def _fits(self, resident: Resident, wanted: dict[str, Any], now: float) -> bool:
        if "is_follower" in wanted:
            if wanted["is_follower"] not in ("true", "false"):
                raise invalid("is_follower")
            if resident.is_follower != (wanted["is_follower"] == "true"):
                return False
        if "tag_name" in wanted and wanted["tag_name"] not in resident.tags:
            return False
        if "last_interaction_period" not in wanted:
            return resident.is_follower or resident.last_interaction is not None
        zone = self._account.settings.night_zone
        first, last = _period(str(wanted["last_interaction_period"]), now, zone)
        return resident.last_interaction is not None and first <= local_day(resident.last_interaction, zone) <= last

    def describe(self, call: Call) -> dict[str, Any]:
        wanted = call.lookup()
        only(wanted, frozenset({"user_id"}))
        resident = resident_for(self._account, wanted.get("user_id"))
        last = resident.last_interaction
        picture = f"https://media.example/{resident.resident_id}.jpg"
        detail = {
            "user_id": resident.resident_id,
            "user_id_by_app": resident.by_app,
            "user_external_id": "",
            "display_name": resident.name,
            "user_alias": resident.name,
            "is_sensitive": resident.is_sensitive,
            "user_last_interaction_date": written_date(last) if last is not None else "",
            "user_is_follower": resident.is_follower,
            "avatar": picture,
            "avatars": {"120": picture, "240": picture},
            "dynamic_param": "",
            "tags_and_notes_info": {"notes": [""], "tag_names": list(resident.tags)},
        }
        return detail | ({"shared_info": resident.shared} if resident.shared is not None else {})

    def forget(self, call: Call) -> dict[str, Any]:
        resident = self._named(call, frozenset({"user_id"}))[0]
        resident.shared, resident.tags = None, ()
        return {}

    # -- tags

    def _named(self, call: Call, members: frozenset[str]) -> tuple[Resident, dict[str, Any]]:
        body = call.body()
        only(body, members)
        return resident_for(self._account, body.get("user_id")), body

    def tag(self, call: Call) -> dict[str, Any]:
        resident, body = self._named(call, frozenset({"user_id", "tag_name"}))
        name = words(body, "tag_name", 100)
        self._account.tags.add(name)
        resident.tags = (*(each for each in resident.tags if each != name), name)
        return {}

    def untag(self, call: Call) -> dict[str, Any]:
        resident, body = self._named(call, frozenset({"user_id", "tag_name"}))
        name = words(body, "tag_name", 100)
        resident.tags = tuple(each for each in resident.tags if each != name)
        return {}

    def remove_tag(self, call: Call) -> dict[str, Any]:
        body = call.body()
        only(body, frozenset({"tag_name"}))
        name = words(body, "tag_name", 100)
        if name not in self._account.tags:
            raise invalid("tag_name")
        self._account.tags.discard(name)
        for resident in self._account.residents.by_id.values():
            resident.tags = tuple(each for each in resident.tags if each != name)
        return {}

    def list_tags(self, call: Call) -> list[str]:
        return sorted(self._account.tags)


def _period(name: str, now: float, zone: float) -> tuple[str, str]:
    """First and last day of a named or written period; raises Refusal."""
    today = local_day(now, zone)
    match name:
        case "TODAY":
            return today, today
        case "YESTERDAY":
            return (local_day(now - DAY, zone),) * 2
        case "L7D":
            return local_day(now - 7 * DAY, zone), today
        case "L30D":
            return local_day(now - 30 * DAY, zone), today
    first, colon, last = name.replace("_", "-").partition(":")
    if not colon or len(first) != len("2026-01-01") or len(last) != len(first):
        raise invalid("last_interaction_period")
    return first, last
