"""Messages to one resident in answer to what they wrote: text, picture, file, list, buttons, quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, not_here, only, section, words
from tests.fakes.zalo_oa.contents import Content, read_content
from tests.fakes.zalo_oa.echoes import echo_send
from tests.fakes.zalo_oa.refusals import invalid
from tests.fakes.zalo_oa.residents import Line, Resident
from tests.fakes.zalo_oa.windows import Charge, charge_consultation, check_willing, resident_for

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.journal import Act
    from tests.fakes.zalo_oa.state import Account

_BODY = frozenset({"recipient", "message"})
_RECIPIENT = frozenset({"user_id", "message_id"})


def check_quote(account: Account, quote: str | None, recipient: str) -> None:
    """A quoted message must be one of this conversation; raises Refusal."""
    if quote is None or account.inbound.get(quote) == recipient:
        return
    act = account.journal.by_message.get(quote)
    if act is None or act.recipient != recipient:
        raise invalid("quote_message_id")


def answer(account: Account, act: Act, charge: Charge) -> dict[str, Any]:
    """The ``data`` of an accepted message."""
    accepted: dict[str, Any] = {
        "message_id": act.message_id,
        "user_id": act.recipient,
        "sent_time": account.number(int(act.at * 1000)),
    }
    if charge.quota is not None:
        accepted["quota"] = charge.quota
    return accepted


class ConsultationDesk:
    """POST /v3.0/oa/message/cs and the two message kinds that are closed."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        closed = not_here(-209)
        return {
            "/v3.0/oa/message/cs": Route("cs", "POST", self.send),
            "/v3.0/oa/message/transaction": Route("transaction", "POST", closed),
            "/v3.0/oa/message/promotion": Route("promotion", "POST", closed),
        }

    def send(self, call: Call) -> dict[str, Any]:
        account, now = self._account, call.now
        body = call.body()
        only(body, _BODY)
        resident = self._recipient(section(body, "recipient", _RECIPIENT))
        content = read_content(body.get("message"), account.assets, account.settings.lists, now)
        check_quote(account, content.quote, resident.resident_id)
        check_willing(resident, "cs")
        charge = charge_consultation(account, resident, now)
        return answer(account, self._accept(call, resident, content, charge, body["message"]), charge)

    def _recipient(self, recipient: dict[str, Any]) -> Resident:
        if len(recipient) != 1:
            raise invalid("recipient")
        if "user_id" in recipient:
            return resident_for(self._account, recipient["user_id"])
        writer = self._account.inbound.get(words(recipient, "message_id", 100))
        if writer is None:
            raise invalid("message_id")
        return resident_for(self._account, writer, "message_id")

    def _accept(self, call: Call, resident: Resident, content: Content, charge: Charge, message: dict[str, Any]) -> Act:
        account = self._account
        act = account.record(
            "cs",
            resident.resident_id,
            content.text,
            content.kind,
            call.now,
            call.pair.number if call.pair else 0,
            price=charge.price,
            quota_type=charge.quota_type,
            message=message if content.kind != "text" else None,
            quote=content.quote,
        )
        if content.buttons:
            resident.buttons = content.buttons
        resident.remember(Line(0, act.at, content.kind, content.text, act.message_id))
        echo_send(account, act, resident)
        return act
