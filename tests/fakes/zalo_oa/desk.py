"""All endpoints in one table, and what every call must bring: a token, its proof, room in the minute."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.zalo_oa.articles import ArticleDesk
from tests.fakes.zalo_oa.assets import UploadDesk
from tests.fakes.zalo_oa.broadcasting import BroadcastDesk
from tests.fakes.zalo_oa.calls import Call, Route
from tests.fakes.zalo_oa.consultation import ConsultationDesk
from tests.fakes.zalo_oa.directory import Directory
from tests.fakes.zalo_oa.grants import Pair
from tests.fakes.zalo_oa.groups import GroupDesk
from tests.fakes.zalo_oa.histories import HistoryDesk
from tests.fakes.zalo_oa.phone_templates import PhoneTemplateDesk
from tests.fakes.zalo_oa.quotas import QuotaDesk
from tests.fakes.zalo_oa.refusals import Refusal
from tests.fakes.zalo_oa.sign_in import SignInDesk
from tests.fakes.zalo_oa.state import Account
from tests.fakes.zalo_oa.templates import TemplateDesk

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode  # made once: json.dumps would make it for every call
BAD_PROOF = -242
BAD_BUSINESS_TOKEN = -124


class Desk:
    """Runs calls. It never waits: the server has read everything before."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sign_in = SignInDesk(account)
        self.routes: dict[str, Route] = {}
        for desk in (
            self.sign_in,
            ConsultationDesk(account),
            TemplateDesk(account),
            PhoneTemplateDesk(account),
            BroadcastDesk(account),
            GroupDesk(account),
            ArticleDesk(account),
            UploadDesk(account),
            Directory(account),
            HistoryDesk(account),
            QuotaDesk(account),
        ):
            self.routes |= desk.routes()

    def admit(self, route: Route, headers: Mapping[str, str], now: float) -> Pair | None:
        """The token pair the call comes with, None for sign-in. Raises Refusal for a bad token or a full minute."""
        if route.family == "sign-in":
            return None
        account = self.account
        token = headers.get("access_token")
        try:
            pair = account.grants.check(token, now)
        except Refusal:
            if route.family == "business":
                raise Refusal(BAD_BUSINESS_TOKEN) from None
            raise
        if account.settings.require_proof:
            key = account.settings.app_secret.encode()
            proof = hmac.new(key, (token or "").encode(), hashlib.sha256).hexdigest()
            if headers.get("appsecret_proof") != proof:
                raise Refusal(BAD_PROOF)
        if route.family != "business":
            account.counter.admit(route.family, now)
        return pair

    @staticmethod
    def run(route: Route, call: Call) -> bytes:
        """The body of the answer; raises Refusal."""
        outcome: Any = route.handle(call)
        if isinstance(outcome, bytes):
            return outcome
        return _ENCODE({"data": outcome, "error": 0, "message": "Success"}).encode()
