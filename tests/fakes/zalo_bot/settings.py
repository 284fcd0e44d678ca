"""The knobs of the fake: where the platform is not known for sure, each reading can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

DEFAULT_TOKEN = "1459232241454765289:FAKE-" + "0" * 24

CHOICES: dict[str, tuple[Any, ...]] = {
    "poll_status": (200, 408),
    "error_status": ("ok", "code"),
    "wrong_token": (401, 403, 404),
    "timeout_type": ("any", "text", "number"),
    "poll_under_webhook": ("empty", "refuse"),
    "envelope": ("wrapped", "flat"),
    "photo_field": ("photo", "photo_url"),
    "date_unit": ("ms", "s"),
    "verification": ("probe", "fail", "absent"),
    "probe": ("signed", "unsigned", "get", "none"),
    "over_chats": ("refuse", "silent"),
}


@dataclass(slots=True)
class Settings:
    """Everything about one fake bot that a test may choose.

    - ``poll_status``: the HTTP status under which error_code 408, an empty poll, comes.
    - ``error_status``: refusals come with HTTP 200 (``ok``), or with their own code as the status (``code``).
    - ``wrong_token``, ``wrong_token_text``: what a wrong token gets, and whether that body is no JSON at all.
    - ``timeout_type``: the type that getUpdates wants its ``timeout`` in. ``scale`` multiplies the seconds a poll
      lasts, so that one of 25 s can be watched in a test.
    - ``poll_under_webhook``: a poll while a webhook is set stays empty, or is refused with 400.
    - ``dead_poll_takes``: a poll whose client hung up still takes the next update, which is lost with it.
    - ``envelope``: what is posted to a webhook is ``{"ok", "result"}`` or the update itself.
    - ``photo_field``, ``date_unit``, ``message_type``: spellings inside a message.
    - ``verification``, ``probe``: what setWebhook says of the address, and how it looks at it. The address is
      stored in any case. ``require_public`` refuses addresses that are not public HTTPS.
    - ``unknown_chat``, ``blocked_chat``: the error_code for a chat that never wrote, or that blocked the bot; 0: none.
    - ``message_quota`` a month and ``chat_quota`` in all (0: without limit): the free tier's figures. What happens
      past ``chat_quota`` is not published: sends are refused with 429, or the platform is ``silent``.
    - ``photo_ms``: how long the platform takes to fetch a picture.
    - ``webhook_tries``, ``webhook_retry_ms``: retries are not published; a missed update is gone by default.
    """

    token: str = DEFAULT_TOKEN
    account_name: str = "bot.FakeInfo"
    can_join_groups: bool = False
    poll_status: int = 200
    error_status: str = "ok"
    wrong_token: int = 401
    wrong_token_text: bool = False
    timeout_type: str = "any"
    scale: float = 1.0
    poll_under_webhook: str = "empty"
    dead_poll_takes: bool = False
    envelope: str = "wrapped"
    photo_field: str = "photo"
    date_unit: str = "ms"
    message_type: bool = False
    verification: str = "probe"
    probe: str = "signed"
    require_public: bool = False
    unknown_chat: int = 400
    blocked_chat: int = 403
    message_quota: int = 3000
    chat_quota: int = 50
    over_chats: str = "refuse"
    photo_ms: float = 0.0
    webhook_tries: int = 1
    webhook_retry_ms: float = 200.0

    @property
    def bot_id(self) -> str:
        return self.token.partition(":")[0]


def apply_changes(target: Settings, changes: dict[str, Any]) -> None:
    """Set the named fields; raises ValueError for a name, a type or a choice that there is not."""
    known = {each.name for each in fields(target)} - {"token"}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"no such setting: {name}")
        current = getattr(target, name)
        for kind in (bool, str):
            if isinstance(current, kind) != isinstance(value, kind):
                raise ValueError(f"wrong type for setting {name}")
        if value not in CHOICES.get(name, (value,)):
            raise ValueError(f"{name} is one of {', '.join(map(str, CHOICES[name]))}")
        setattr(target, name, value)
