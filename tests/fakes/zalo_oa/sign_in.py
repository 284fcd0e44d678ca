"""The sign-in host: the page where an administrator agrees, and tokens for codes and refresh tokens."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tests.fakes.zalo_oa.calls import Call, Route
from tests.fakes.zalo_oa.grants import BAD_GRANT, Pair
from tests.fakes.zalo_oa.journal import TokenCall
from tests.fakes.zalo_oa.refusals import Refusal, SignInRefusal

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

TOKENS = "/v4/oa/access_token"
CONSENT = "/v4/oa/permission"
_EXCHANGE = frozenset({"code", "app_id", "grant_type", "code_verifier"})
_REFRESH = frozenset({"refresh_token", "app_id", "grant_type"})


def grant_name(raw: bytes) -> str:
    """What a call for tokens is called in journal and faults."""
    return "refresh" if b"grant_type=refresh_token" in raw else "exchange"


class SignInDesk:
    """The endpoints of oauth.zaloapp.com for accounts."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        return {
            TOKENS: Route("tokens", "POST", self.give_tokens, "sign-in"),
            CONSENT: Route("consent", "GET", self.show_consent, "sign-in"),
        }

    def agree(self, parameters: dict[str, str], now: float) -> dict[str, str]:
        """The administrator opens the consent link and agrees; gives the code and where the browser is sent.

        Raises SignInRefusal for another app, another callback, or, where the console makes the links, another
        challenge than the one saved there.
        """
        settings = self._account.settings
        callback, challenge = parameters.get("redirect_uri", ""), parameters.get("code_challenge", "")
        if parameters.get("app_id") != settings.app_id:
            raise SignInRefusal(-14002)
        if not callback or not challenge:
            raise SignInRefusal(-14003)
        saved = settings.callback_url
        if saved and callback != saved:
            raise SignInRefusal(-14003)
        if settings.consent == "static" and (callback != saved or challenge != settings.console_challenge):
            raise SignInRefusal(-14003)
        code = self._account.grants.consent(challenge, now)
        told = {"code": code, "oa_id": settings.oa_id}
        if "state" in parameters:
            told["state"] = parameters["state"]
        joint = "&" if "?" in callback else "?"
        return told | {"location": f"{callback}{joint}{urlencode(told)}"}

    def show_consent(self, call: Call) -> bytes:
        """A page, for a person who plays: the code to paste, and the callback as a link."""
        told = self.agree(call.plain(), call.now)
        name, code, link = self._account.settings.oa_name, told["code"], escape(told["location"], quote=True)
        page = (
            f"<!doctype html><meta charset=utf-8><title>{escape(name)}</title><h1>{escape(name)}</h1>"
            f'<p>code: <code>{escape(code)}</code></p><p><a href="{link}">Đồng ý</a></p>'
        )
        return page.encode()

    def give_tokens(self, call: Call) -> bytes:
        account, kind = self._account, grant_name(call.raw)
        try:
            pair = self._issue(kind, call)
        except Refusal as refusal:
            account.journal.token_calls.append(TokenCall(kind, call.now, refusal.code, 0))
            raise SignInRefusal(refusal.code) from None
        account.journal.token_calls.append(TokenCall(kind, call.now, 0, pair.number if pair else 0))
        return b"" if pair is None else json.dumps(self._answer(pair)).encode()

    def _issue(self, kind: str, call: Call) -> Pair | None:
        settings, grants = self._account.settings, self._account.grants
        form = call.form()
        if form.get("app_id") != settings.app_id:
            raise SignInRefusal(-14002)
        if call.secret_key != settings.app_secret:
            raise SignInRefusal(settings.secret_code)
        if kind == "refresh" and form.keys() == _REFRESH:
            return grants.refresh(form["refresh_token"], call.now)
        if form.get("grant_type") == "authorization_code" and form.keys() == _EXCHANGE:
            return grants.exchange(form["code"], form["code_verifier"], call.now)
        raise SignInRefusal(BAD_GRANT)

    def _answer(self, pair: Pair) -> dict[str, Any]:
        seconds = int(self._account.settings.access_seconds)
        return {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "expires_in": str(seconds) if self._account.settings.expires_in == "string" else seconds,
        }
