"""May this resident be written to now, and what does it cost: the 7 days, the 48 hours and the quotas."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.zalo_oa.clock import DAY, HOUR
from tests.fakes.zalo_oa.refusals import Refusal, invalid
from tests.fakes.zalo_oa.residents import WELCOME_QUOTA, Resident

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

FROZEN_REPLIES = 8  # what remain and total showed after the replies became unlimited


@dataclass(slots=True)
class Charge:
    """What a message costs (VND) and the ``quota`` object of its answer; None: a charged message has none."""

    price: int
    quota: dict[str, Any] | None

    @property
    def quota_type(self) -> str:
        return str(self.quota["quota_type"]) if self.quota else ""


def resident_for(account: Account, resident_id: Any, field: str = "user_id") -> Resident:
    """Who is meant; raises Refusal for an id that is nobody's."""
    found = account.residents.find(resident_id)
    if found is not None:
        return found
    is_id = isinstance(resident_id, int | str) and str(resident_id).isdecimal()
    code = account.settings.unknown_code
    raise invalid(field) if code == -201 or not is_id else Refusal(code)


def check_willing(resident: Resident, route: str) -> None:
    """Raises the Refusal that this resident was given for everything or for this kind of message."""
    if resident.refusal:
        raise Refusal(resident.refusal)
    if resident.refused and resident.refused.get(route):
        raise Refusal(resident.refused[route])


def charge_consultation(account: Account, resident: Resident, now: float) -> Charge:
    """Let a consultation message pass its window and take its price, or raise Refusal."""
    settings = account.settings
    last = resident.last_interaction
    if last is None:
        if not resident.is_follower or resident.welcome_left <= 0:
            raise Refusal(settings.never_code)
        resident.welcome_left -= 1
        return Charge(0, _counted(account, "welcome_msg", resident.welcome_left, WELCOME_QUOTA))
    if now - last > settings.window_days * DAY:
        raise Refusal(settings.window_code)
    if now - last <= settings.free_hours * HOUR and not 0 < settings.free_replies <= resident.replies_since:
        resident.replies_since += 1
        return Charge(0, _reply_quota(account, resident))
    return _paid(account, now)


def _counted(account: Account, quota_type: str, remain: int, total: int) -> dict[str, Any]:
    return {"quota_type": quota_type, "remain": account.number(remain), "total": account.number(total)}


def _reply_quota(account: Account, resident: Resident) -> dict[str, Any] | None:
    style = account.settings.reply_quota
    if style == "absent":
        return None
    if style == "bare":
        return {"quota_type": "reply"}
    most = account.settings.free_replies
    remain, total = (most - resident.replies_since, most) if most else (FROZEN_REPLIES, FROZEN_REPLIES)
    if style == "numbers":
        return {"quota_type": "reply", "remain": remain, "total": total}
    return {"quota_type": "reply", "remain": str(remain), "total": str(total)}


def _paid(account: Account, now: float) -> Charge:
    """The package's messages first, then bought ones, then the wallet."""
    settings = account.settings
    if settings.sub_quota > 0 and account.spend("sub_quota", settings.sub_quota):
        remain = settings.sub_quota - account.spent[f"sub_quota {account.month}"]
        ends = time.strftime("%d/%m/%Y", time.gmtime(now + 30 * DAY))
        return Charge(0, _counted(account, "sub_quota", remain, settings.sub_quota) | {"expired_date": ends})
    if account.spent["purchase_quota"] < settings.purchase_quota:
        account.spent["purchase_quota"] += 1
        owner = {"owner_type": "OA", "owner_id": settings.oa_id}
        return Charge(0, {"quota_type": "purchase_quota"} | owner)
    take_money(account, settings.cs_price)
    return Charge(settings.cs_price, None)


def take_money(account: Account, price: int) -> None:
    """Raises Refusal when no billing account is linked or it is empty."""
    settings = account.settings
    if price and not settings.linked_zca:
        raise Refusal(-320)
    if account.spent["wallet"] + price > settings.wallet:
        raise Refusal(-321)
    account.spent["wallet"] += price
