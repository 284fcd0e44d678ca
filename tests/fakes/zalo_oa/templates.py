"""Templates sent by resident id: their night, their caps, their price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.approved import PROMOTION, check_fields
from tests.fakes.zalo_oa.calls import Call, Route, only, words
from tests.fakes.zalo_oa.clock import DAY, is_night, local_day
from tests.fakes.zalo_oa.echoes import tell_receipts
from tests.fakes.zalo_oa.refusals import Refusal, invalid
from tests.fakes.zalo_oa.residents import Resident
from tests.fakes.zalo_oa.windows import check_willing, resident_for, take_money

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

YEAR = 365 * DAY


class TemplateDesk:
    """POST /v3.0/oa/message/template."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            "/v3.0/oa/message/template": Route("template", "POST", self.send_by_uid),
        }

    def send_by_uid(self, call: Call) -> dict[str, Any]:
        account, now = self._account, call.now
        body = call.body()
        only(body, frozenset({"user_id", "template_id", "template_data"}))
        template = account.templates.get(words(body, "template_id", 100))
        if template is None or template.status != "ENABLE":
            raise invalid("template_id")
        if not template.by_uid:
            raise Refusal(-249)
        check_fields(template, body.get("template_data"))
        resident = resident_for(account, body.get("user_id"))
        check_willing(resident, "template")
        if template.tag == PROMOTION:
            self._check_promotion(resident, now)
        elif account.settings.template_window == "year":
            last = resident.last_interaction
            if last is None or now - last > YEAR:
                raise Refusal(-232)
        take_money(account, template.price_uid)
        if template.tag == PROMOTION:
            resident.promoted_at += (now,)
        act = account.record(
            "template",
            resident.resident_id,
            template.name,
            "template",
            now,
            call.pair.number if call.pair else 0,
            price=template.price_uid,
            quota_type="purchase_quota",
            message={"template_id": template.template_id, "template_data": body["template_data"]},
        )
        if account.webhook is not None and account.settings.receipts != "none" and resident.on_phone:
            tell_receipts(account, act)
        return {
            "message_id": act.message_id,
            "user_id": resident.resident_id,
            "sent_time": account.number(int(now * 1000)),
            "quota": {"quota_type": "purchase_quota", "remain": account.number(self._bought(), int)},
        }

    def _bought(self) -> int:
        return max(0, self._account.settings.wallet - self._account.spent["wallet"])

    def _check_promotion(self, resident: Resident, now: float) -> None:
        settings = self._account.settings
        if is_night(now, settings.night_zone):
            raise Refusal(-234)
        if not resident.is_follower:
            raise Refusal(-213)
        check_willing(resident, "promotion")
        today = local_day(now, settings.night_zone)
        days = [local_day(each, settings.night_zone) for each in resident.promoted_at]
        in_month = sum(1 for each in days if each[:7] == today[:7])
        if days.count(today) >= settings.promo_daily or in_month >= settings.promo_monthly:
            raise Refusal(settings.promo_code)
