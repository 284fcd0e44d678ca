"""The other host: templates by phone number, and the list of templates, with error numbers of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.approved import PROMOTION, check_fields
from tests.fakes.zalo_oa.calls import Call, Route, only, whole, words
from tests.fakes.zalo_oa.clock import is_night, local_day
from tests.fakes.zalo_oa.refusals import Refusal, invalid
from tests.fakes.zalo_oa.windows import take_money

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account


class PhoneTemplateDesk:
    """What business.openapi.zalo.me answers; it is outside the account's calls a minute."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            "/message/template": Route("template_phone", "POST", self.send_by_phone, "business"),
            "/template/all": Route("template_list", "GET", self.list_all, "business"),
            "/template/info/v2": Route("template_detail", "GET", self.describe, "business"),
        }

    def send_by_phone(self, call: Call) -> dict[str, Any]:
        account, now = self._account, call.now
        body = call.body()
        only(body, frozenset({"phone", "template_id", "template_data", "tracking_id", "mode"}))
        phone = words(body, "phone", 20)
        digits = phone.removeprefix("+")
        if not (digits.isdecimal() and digits.startswith("84") and len(digits) == 11):
            raise Refusal(-108)
        if "tracking_id" in body:
            words(body, "tracking_id", 48)
        mode = body.get("mode", "")
        if mode not in ("", "development"):
            raise invalid("mode")
        template = account.templates.get(words(body, "template_id", 100))
        if template is None or template.status != "ENABLE":
            raise Refusal(-131)
        check_fields(template, body.get("template_data"))
        if account.phones.get(digits):
            raise Refusal(account.phones[digits])
        if template.tag == PROMOTION and is_night(now, account.settings.night_zone):
            raise Refusal(-133)
        today = f"phone {local_day(now, account.settings.night_zone)}"
        if account.spent[today] >= account.settings.phone_daily:
            raise Refusal(-144)
        try:
            take_money(account, template.price_phone)
        except Refusal:
            raise Refusal(-115) from None
        account.spent[today] += 1
        act = account.record(
            "template_phone",
            digits,
            template.name,
            "template",
            now,
            call.pair.number if call.pair else 0,
            price=template.price_phone,
            message={key: value for key, value in body.items() if key != "phone"},
        )
        left = account.settings.phone_daily - account.spent[today]
        return {
            "msg_id": act.message_id,
            "sent_time": account.number(int(now * 1000)),
            "sending_mode": account.number(1),
            "quota": {
                "dailyQuota": account.number(account.settings.phone_daily),
                "remainingQuota": account.number(left),
            },
        }

    def list_all(self, call: Call) -> list[dict[str, Any]]:
        parameters: dict[str, Any] = dict(call.plain())
        offset = whole(parameters, "offset", 0, 100_000, default=0)
        limit = whole(parameters, "limit", 1, 100, default=100)
        rows = [
            {"templateId": each.template_id, "templateName": each.name, "status": each.status}
            for each in self._account.templates.values()
            if parameters.get("status") in (None, "", each.status)
        ]
        return rows[offset : offset + limit]

    def describe(self, call: Call) -> dict[str, Any]:
        template = self._account.templates.get(call.plain().get("template_id", ""))
        if template is None:
            raise Refusal(-131)
        return {
            "templateId": template.template_id,
            "templateName": template.name,
            "status": template.status,
            "templateTag": str(template.tag),
            "price_uid": self._account.number(template.price_uid),
            "price_sdt": self._account.number(template.price_phone),
            "listParams": [
                {"name": name, "require": True, "type": "STRING", "maxLength": most, "minLength": 1}
                for name, most in template.fields.items()
            ],
        }
