"""The platform's answers "no": its numbers and its own words, in the shape of each of its three hosts."""

from __future__ import annotations

import json

REASONS = {
    -32: "Your application reached limit call api",
    -100: "attachment_id was expired",
    -200: "Send message failed",
    -201: "body is invalid!",
    -204: "Offical Account is disable",
    -205: "Offical Account is not exist",
    -209: "Not supported this api",
    -210: "Parameter exceeds allowable limit",
    -211: "Out of quota",
    -212: "App has not registed this api",
    -213: "User has not followed OA",
    -214: "Article is being processed",
    -216: "Access token is invalid",
    -217: "User has blocked invitation from OA",
    -218: "Out of quota receive",
    -219: "App is removed or disabled",
    -220: "access_token is expired or removed",
    -221: "The OA needs to be verified to use this feature",
    -223: "Official Account has not authorized this API",
    -224: "The OA needs to upgrade OA Tier Package to use this feature",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA, or the last interaction has expired",
    -233: "message type is invalid or not support",
    -234: "This message cannot be sent at night (10:00PM - 6:00AM)",
    -235: "This API does not support this type of OA",
    -237: "The group is disabled",
    -238: "asset_id already used",
    -240: "MessageV2 API has been shut down, please switch to MessageV3",
    -241: "asset_id disabled",
    -242: "Invalid appsecret_proof provided in the API argument",
    -244: "User has restricted this message type from your OA",
    -248: "Violates our platform standards",
    -249: "Template does not support send via UID",
    -320: "Your app has not connected to a ZCA account",
    -321: "The ZCA account is out of money",
    -403: "OA is not in group",
    # business.openapi.zalo.me has a table of its own; its words are ours.
    -108: "Phone number is invalid",
    -114: "User cannot receive this message",
    -115: "Not enough balance",
    -124: "Access token is invalid",
    -131: "Template is not approved",
    -133: "This template cannot be sent at night",
    -139: "User has refused this type of message",
    -144: "The daily quota of the OA is used up",
}
OA_LIMIT = "Your OA reached limit call api"
ARTICLE_LIMIT = "Your OA has reach the limit quota create article"
SIGN_IN_NAMES = {
    -14002: "Invalid app id.",
    -14003: "Invalid redirect uri.",
    -14004: "Invalid secret key.",
    -14014: "Invalid refresh token.",
}


class Refusal(Exception):
    """A call is answered, with HTTP 200, by an error number and a sentence; there is no ``data`` then."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason or REASONS.get(code, "Error")

    def body(self) -> bytes:
        return json.dumps({"error": self.code, "message": self.reason}).encode()


class SignInRefusal(Refusal):
    """The sign-in host refuses: other keys, and the token members are there but empty."""

    def body(self) -> bytes:
        answer = {
            "error": self.code,
            "error_name": SIGN_IN_NAMES.get(self.code, "Error"),
            "error_reason": "",
            "ref_doc": "",
            "message": "",
            "access_token": "",
            "refresh_token": "",
        }
        return json.dumps(answer).encode()


def invalid(field: str) -> Refusal:
    return Refusal(-201, f"{field} is invalid!")


def too_much() -> Refusal:
    """A text too long, a file too large, a list with too many."""
    return Refusal(-210)
