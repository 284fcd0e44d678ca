"""POST /v2.0/oa/message: articles to followers, reactions, anonymous conversations; the rest of it is shut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, only, section, words
from tests.fakes.zalo_oa.clock import is_night
from tests.fakes.zalo_oa.contents import TEXT
from tests.fakes.zalo_oa.refusals import Refusal, invalid, too_much
from tests.fakes.zalo_oa.residents import Resident
from tests.fakes.zalo_oa.windows import resident_for

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

ARTICLES = 5
REACTIONS = 50  # on one message
ICONS = frozenset({"/-heart", "/-strong", ":>", ":o", ":-((", ":-h", "/-remove"})
_LAST_CODE = {"ages": 7, "gender": 2, "locations": 2, "cities": 63}  # each from 0
_TARGET = frozenset({"ages", "gender", "locations", "cities", "platform"})


def read_target(target: dict[str, Any], *, arrays: bool) -> dict[str, frozenset[int]]:
    """The codes of each named filter; comma-separated text, or also arrays of numbers. Raises Refusal."""
    only(target, _TARGET)
    return {name: _codes(name, value, arrays=arrays) for name, value in target.items()}


def _codes(name: str, value: Any, *, arrays: bool) -> frozenset[int]:
    if arrays and isinstance(value, list):
        value = ",".join(str(each) for each in value)
    if not isinstance(value, str):
        raise invalid(name)
    pieces = value.split(",")
    if not all(piece.isdecimal() for piece in pieces) or (name == "gender" and len(pieces) != 1):
        raise invalid(name)
    codes = frozenset(int(piece) for piece in pieces)
    allowed = range(1, 4) if name == "platform" else range(_LAST_CODE[name] + 1)
    if not codes <= set(allowed):
        raise invalid(name)
    return codes


def is_meant(resident: Resident, target: dict[str, frozenset[int]]) -> bool:
    """Whether a follower is in the target; the region does not count beside provinces."""
    gender = target.get("gender", frozenset({0}))
    place = resident.city in target["cities"] if "cities" in target else True
    if "cities" not in target and "locations" in target:
        place = resident.location in target["locations"]
    return (
        place
        and (0 in gender or resident.gender in gender)
        and ("ages" not in target or resident.age in target["ages"])
        and ("platform" not in target or resident.platform in target["platform"])
    )


class BroadcastDesk:
    """One address for three unlike things, told apart by the members of the body."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {"/v2.0/oa/message": Route("broadcast", "POST", self.send)}

    def send(self, call: Call) -> dict[str, Any]:
        body = call.body()
        recipient = section(body, "recipient", frozenset({"target", "user_id", "anonymous_id", "conversation_id"}))
        if "sender_action" in body:
            only(body, frozenset({"recipient", "sender_action"}))
            return self._react(call, recipient, body)
        only(body, frozenset({"recipient", "message"}))
        if "anonymous_id" in recipient:
            return self._answer_anonymous(call, recipient, body)
        if "user_id" in recipient:
            raise Refusal(-240)
        return self._broadcast(call, section(recipient, "target", _TARGET), body)

    def _broadcast(self, call: Call, given: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        account = self._account
        settings = account.settings
        if not given and settings.empty_target == "refuse":
            raise invalid("target")
        target = read_target(given, arrays=settings.target_arrays)
        self._check_articles(section(body, "message", frozenset({"attachment"})))
        if is_night(call.now, settings.night_zone):
            raise Refusal(-234)
        if not account.spend("broadcast", settings.broadcast_quota):
            raise Refusal(-211)
        followers = [each for each in account.residents.by_id.values() if each.is_follower]
        reach = [each.resident_id for each in followers if is_meant(each, target)]
        pair = call.pair.number if call.pair else 0
        act = account.record("broadcast", "target", "", "article", call.now, pair, message=body, reach=reach)
        return {"message_id": act.message_id}

    def _check_articles(self, message: dict[str, Any]) -> None:
        attachment = section(message, "attachment", frozenset({"type", "payload"}))
        if attachment.get("type") != "template":
            raise invalid("type")
        payload = section(attachment, "payload", frozenset({"template_type", "elements"}))
        elements = payload.get("elements")
        if payload.get("template_type") != "media" or not isinstance(elements, list) or not elements:
            raise invalid("elements")
        if len(elements) > ARTICLES:
            raise too_much()
        for element in elements:
            if not isinstance(element, dict) or element.get("media_type") != "article":
                raise invalid("media_type")
            only(element, frozenset({"media_type", "attachment_id"}))
            article = self._account.ready_articles.get(words(element, "attachment_id", 100))
            if article is None or article.removed or article.status != "show":
                raise invalid("attachment_id")

    def _react(self, call: Call, recipient: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        account = self._account
        only(recipient, frozenset({"user_id"}))
        resident = resident_for(account, recipient.get("user_id"))
        action = section(body, "sender_action", frozenset({"react_icon", "react_message_id"}))
        if action.get("react_icon") not in ICONS:
            raise invalid("react_icon")
        message_id = words(action, "react_message_id", 100)
        if account.inbound.get(message_id) != resident.resident_id:
            raise invalid("react_message_id")
        if account.spent[f"reaction {message_id}"] >= REACTIONS:
            raise too_much()
        account.spent[f"reaction {message_id}"] += 1
        pair = call.pair.number if call.pair else 0
        icon = str(action["react_icon"])
        act = account.record("reaction", resident.resident_id, icon, "reaction", call.now, pair, quote=message_id)
        return {"message_id": act.message_id, "user_id": resident.resident_id}

    def _answer_anonymous(self, call: Call, recipient: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        account = self._account
        only(recipient, frozenset({"anonymous_id", "conversation_id"}))
        conversation = words(recipient, "conversation_id", 100)
        if account.anonymous.get(conversation) != words(recipient, "anonymous_id", 100):
            raise invalid("conversation_id")
        text = words(section(body, "message", frozenset({"text"})), "text", TEXT)
        pair = call.pair.number if call.pair else 0
        act = account.record("anonymous", conversation, text, "text", call.now, pair)
        return {"message_id": act.message_id}
