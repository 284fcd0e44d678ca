"""What the account is and what it may still send: getoa and the quotas."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.calls import Call, Route, only, words
from tests.fakes.zalo_oa.clock import DAY, HOUR, local_day
from tests.fakes.zalo_oa.windows import FROZEN_REPLIES, resident_for

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account


def written_date(at: float) -> str:
    """A day as the platform writes it, in Vietnam's time."""
    return time.strftime("%d/%m/%Y", time.gmtime(at + 7 * HOUR))


class QuotaDesk:
    """The endpoints about the account itself."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            "/v2.0/oa/getoa": Route("getoa", "GET", self.describe_account),
            "/v3.0/oa/quota/message": Route("quota", "POST", self.quota),
            "/v2.0/oa/quota/message": Route("quota_v2", "POST", self.quota_of_old),
        }

    def describe_account(self, call: Call) -> dict[str, Any]:
        settings, number = self._account.settings, self._account.number
        followers = sum(1 for each in self._account.residents.by_id.values() if each.is_follower)
        return {
            "oaid": settings.oa_id,
            "name": settings.oa_name,
            "description": "",
            "oa_alias": "",
            "is_verified": settings.is_verified,
            "oa_type": number(settings.oa_type, int),
            "cate_name": "Cơ quan nhà nước",
            "num_follower": number(followers, int),
            "avatar": "https://media.example/oa.png",
            "cover": "https://media.example/cover.png",
            "package_name": settings.package_name,
            "package_valid_through_date": written_date(call.now + 180 * DAY),
            "package_auto_renew_date": "",
            "linked_ZCA": "ZCA fake" if settings.linked_zca else "",
        }

    def quota(self, call: Call) -> Any:
        body = call.body()
        if "user_id" not in body:
            only(body, frozenset({"quota_owner", "product_type", "quota_type"}))
            return self._assets(body)
        only(body, frozenset({"user_id"}))
        resident = resident_for(self._account, body["user_id"])
        number, settings = self._account.number, self._account.settings
        last = resident.last_interaction
        promoted = [local_day(each, settings.night_zone) for each in resident.promoted_at]
        today = local_day(call.now, settings.night_zone)
        in_month = sum(1 for each in promoted if each[:7] == today[:7])
        is_free = last is not None and call.now - last <= settings.free_hours * HOUR
        replies = number(FROZEN_REPLIES if is_free else 0, int)
        return {
            "last_interaction": number(int(last * 1000) if last is not None else 0),
            "cs_reply": {"remain": replies, "total": number(FROZEN_REPLIES, int)},
            "promotion": {
                "daily_remain": number(max(0, settings.promo_daily - promoted.count(today)), int),
                "daily_total": number(settings.promo_daily, int),
                "monthly_remain": number(max(0, settings.promo_monthly - in_month), int),
                "monthly_total": number(settings.promo_monthly, int),
            },
        }

    def _assets(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        account = self._account
        for name in ("quota_owner", "product_type", "quota_type"):
            words(body, name, 50)
        if body["product_type"] != "cs" or not account.settings.sub_quota:
            return []
        used = account.spent[f"sub_quota {account.month}"]
        asset = {
            "asset_id": "asset-cs-1",
            "product_type": "cs",
            "quota_type": "sub_quota",
            "valid_through": written_date(account.clock.now() + 30 * DAY),
            "total": account.number(account.settings.sub_quota, int),
            "remain": account.number(account.settings.sub_quota - used, int),
        }
        return [asset]

    def quota_of_old(self, call: Call) -> dict[str, Any]:
        return {"type": "active", "remain": 2000, "total": 2000}
