"""The knobs of the fake: where the platform is not known for sure, each reading can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

IDENTITY = frozenset({"oa_id", "app_id", "app_secret", "oa_secret"})  # fixed once the program runs

CHOICES: dict[str, tuple[Any, ...]] = {
    "consent": ("dynamic", "static"),
    "expires_in": ("string", "number"),
    "rotated_code": (-220, -216),
    "numbers": ("documented", "swapped", "mixed"),
    "reply_quota": ("bare", "strings", "numbers", "absent"),
    "window_code": (-230, -232),
    "lists": ("all", "list", "buttons", "none"),
    "template_window": ("none", "year"),
    "empty_target": ("all", "refuse"),
    "probe": ("post", "get", "both", "none"),
    "signature": ("oa_secret", "app_secret", "oa_id_first", "wrong_key", "absent"),
    "signed_time": ("body", "both", "header"),
    "retry_on": ("any", "connection"),
    "receipts": ("none", "received", "seen"),
}


@dataclass(slots=True)
class Settings:
    """Everything about one fake Official Account that a test may choose.

    Sign-in
    - ``consent``: the consent link is made by the application (dynamic), or only ``callback_url`` with
      ``console_challenge``, both saved in the console, is taken (static); another one gets -14003.
    - ``expires_in``: the type of that member. ``access_seconds``, ``refresh_days``, ``code_seconds``: lives.
    - ``previous_dies``: a refresh ends the access token before it, at once. ``rotated_code``: what that one gets.
    - ``empty_replay``: a refresh token used a second time gets an empty 200 instead of -14014.
    - ``secret_code``: the error for a wrong app secret; its number is not known.
    - ``require_proof``: calls need a right appsecret_proof (-242).

    Sending
    - ``app_limit`` a minute for messages and again for articles, ``oa_limit`` a minute for the account (depends on
      the package); 0: none. ``rate_headers``: whether X-RateLimit-* are sent.
    - ``window_days``, ``free_hours``, ``window_code``: when a consultation message is refused, when it costs.
    - ``never_code``: for somebody who never interacted. ``unknown_code``: for an id that is nobody's.
    - ``free_replies``: the older notice's number of free messages in 48 hours; 0: without limit.
    - ``reply_quota``: how the quota object of a free reply looks. ``numbers``: numbers come in the type of the
      documentation's examples, in the other type, or in turn.
    - ``sub_quota``, ``purchase_quota``: paid messages left in the package, bought ones. Then ``cs_price`` is taken
      from ``wallet`` (VND): -321 when it is empty, -320 when ``linked_zca`` is false.
    - ``lists``: which of list and bare buttons a consultation message may carry; another gets -233.
    - ``template_window``: a transaction template by id needs an interaction within a year, or none.
    - ``promo_daily``, ``promo_monthly``, ``promo_code``: a resident's caps of promotion and what is said past them.
    - ``broadcast_quota``, ``empty_target``, ``target_arrays``: article broadcasts a month; whether an empty target
      is everybody; whether the code lists may be arrays. ``night_zone``: hours east of UTC of the night's clock.
    - ``article_polls``, ``article_seconds``: how often and how long an article is still being made (-214).
    - ``asset_days``, ``upload_quota`` (a month, per kind), ``csv_files``: uploads.
    - ``phone_daily``: the daily quota of templates by phone.

    Webhook
    - ``webhook``: the address from the start, saved without a look. ``probe``: how the console looks at a new one.
    - ``signature``: what signs, or that nothing does. ``signed_time``: the timestamp signed is that of the body; the
      same also comes as a header; or the header's own time is signed.
    - ``scale`` multiplies the delays between retries; ``answer_limit`` is the seconds an endpoint has.
    - ``retry_on``: every answer but 200 is tried again, or only failures to connect. ``unsubscribe``: after the last
      try nothing more is delivered until the webhook is set again.
    - ``connections``: deliveries at once. ``disorder_ms``: up to so much random delay, so that order is lost.
    - ``echo``: own sends come back as oa_send_*. ``receipts``: residents with a phone receive, or also see, each
      message by themselves, ``receipt_ms`` later.
    - ``nfd``: texts come in decomposed Unicode. ``escape``: bodies are written in ASCII with escapes.
      ``hash_only``: only texts that begin with # are delivered.
    - ``play_patience``: seconds that somebody who plays by hand waits for the first answer.
    """

    oa_id: str = "388613280878808645"
    app_id: str = "1234567890123456789"
    app_secret: str = "APP_SECRET_EXAMPLE"
    oa_secret: str = "OA_SECRET_EXAMPLE"
    oa_name: str = "Cổng thông tin biên giới"
    oa_type: int = 4
    is_verified: bool = True
    package_name: str = "Growth"
    content_type: str = "application/json"
    consent: str = "dynamic"
    callback_url: str = ""
    console_challenge: str = ""
    expires_in: str = "string"
    access_seconds: float = 90_000.0
    refresh_days: float = 90.0
    code_seconds: float = 600.0
    previous_dies: bool = True
    rotated_code: int = -220
    empty_replay: bool = False
    secret_code: int = -14004
    require_proof: bool = False
    app_limit: int = 4000
    oa_limit: int = 0
    rate_headers: bool = True
    window_days: float = 7.0
    free_hours: float = 48.0
    window_code: int = -230
    never_code: int = -232
    unknown_code: int = -201
    free_replies: int = 0
    reply_quota: str = "bare"
    numbers: str = "documented"
    sub_quota: int = 0
    purchase_quota: int = 0
    cs_price: int = 55
    wallet: int = 1_000_000
    linked_zca: bool = True
    lists: str = "all"
    template_window: str = "year"
    promo_daily: int = 1
    promo_monthly: int = 4
    promo_code: int = -218
    broadcast_quota: int = 4
    empty_target: str = "all"
    target_arrays: bool = False
    night_zone: float = 7.0
    article_polls: int = 1
    article_seconds: float = 0.0
    article_quota: int = 0
    asset_days: float = 7.0
    upload_quota: int = 5000
    csv_files: bool = True
    phone_daily: int = 500
    webhook: str = ""
    probe: str = "post"
    signature: str = "oa_secret"
    signed_time: str = "body"
    scale: float = 1.0
    answer_limit: float = 2.0
    retry_on: str = "any"
    unsubscribe: bool = True
    connections: int = 40
    disorder_ms: float = 0.0
    echo: bool = True
    receipts: str = "received"
    receipt_ms: float = 0.0
    nfd: bool = False
    escape: bool = False
    hash_only: bool = False
    play_patience: float = 5.0


def apply_changes(target: Settings, changes: dict[str, Any]) -> None:
    """Set the named fields; raises ValueError for a name, a type or a choice that there is not."""
    known = {each.name for each in fields(target)} - IDENTITY
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
