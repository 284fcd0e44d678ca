"""The Zalo Bot Platform as a channel: text and pictures by address out, whatever people send in; refusals become
ChannelErrors.

A poll hands over one update and never again; there is no offset and nothing to confirm.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bot import errors, logs
from bot.channels import zalo_bot_updates
from bot.channels.zalo_bot_client import Refused, ZaloBotClient
from bot.channels.zalo_bot_quota import CHATS, MESSAGES_A_MONTH, Meter, Outsiders, Quota, QuotaBook, Refusals, Tally
from bot.clock import Clock
from bot.messages import Address, Attachment, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update
from bot.storage.inbox import Claimed, Received

# sendMessage.text: 1-2000 characters. Counted in UTF-16 units, of the possible readings the one that always fits.
LIMITS = Limits(text_units=2000, utf16=True, button_rows=30)
CAPABILITIES = Capabilities(buttons=False, attachments=False, subscribable=True)
SECRET_HEADER = "X-Bot-Api-Secret-Token"
POLL_FOR = 25  # seconds of one long poll
POLL_SLACK = 10.0  # … and how much longer its answer may take
PICTURE_FOR = 150.0  # seconds: the platform fetches the picture before it answers
POLL_THROTTLED_FOR = 30.0  # seconds; a 429 names none
KEEP_EVERY = 20  # messages counted before they are written down …
KEEP_AFTER = 60.0  # … or seconds
_TOKEN_REFUSED = (401, 403, 404)  # 404: the token is in the path
_FORBIDDEN_CHATS = 3
log = logs.get("zalo-bot")


class WebhookUnverified(errors.ChannelError):
    """Zalo đã lưu địa chỉ webhook nhưng không gọi được vào đó."""


class ZaloBotChannel:
    """One bot. ``zone`` is where its months begin; ``key`` hides which chats were counted.

    ``picture_url`` gives the public address of an image, or an empty text where it has none: the platform takes
    pictures by address only, and no files at all, so that without it an attachment's words go alone.
    """

    name = zalo_bot_updates.CHANNEL
    limits = LIMITS
    capabilities = CAPABILITIES

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        clock: Clock,
        zone: tzinfo,
        key: bytes,
        secret: str = "",
        account: str = "main",
        book: QuotaBook | None = None,
        message_limit: int = MESSAGES_A_MONTH,
        chat_limit: int = CHATS,
        picture_url: Callable[[Attachment], str] | None = None,
    ) -> None:
        self.account = account
        self._secret = secret.encode()
        self._clock = clock
        self._client = ZaloBotClient(token=token, api_url=api_url)
        self._book = book
        self._meter = Meter(zone, message_limit, chat_limit, key)
        self._refusals = Refusals()
        self._outsiders = Outsiders()
        self._poll_timeout: str | int = str(POLL_FOR)
        self._forbidden: set[str] = set()  # chats refused with 403 since something was sent last
        self._picture_url = picture_url
        self._keeping = asyncio.Lock()
        self._counted = 0
        self._kept_at = clock.monotonic()
        self._warned = False

    async def open(self) -> None:
        """Raises StoreUnavailable when the count of this month cannot be read."""
        await self._client.open()
        if self._book is not None:
            self._meter.kept = await self._book.load()
        self._warn()

    async def close(self) -> None:
        await self._client.close()
        await self._keep()

    # --- what comes in ----------------------------------------------------------------------------------

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        given = headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not self._secret or not hmac.compare_digest(given, self._secret):
            if body.strip() in (b"", b"{}"):
                return []  # setWebhook looks at the address; whether with the secret is not published
            raise errors.Forged
        if not body.strip():
            return []
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise errors.Malformed("not JSON") from error
        return self._rows(zalo_bot_updates.unwrap(raw), now)

    def read(self, row: Claimed) -> Update | None:
        return zalo_bot_updates.read(row)

    async def poll(self, now: datetime) -> list[Received]:
        """One long poll: no row or one, which nobody else has and which does not come again.

        Raises ChannelDown when no answer came, with which an update may have gone, and Conflict when a webhook is set.
        """
        try:
            update = await self._client.call(
                "getUpdates", {"timeout": self._poll_timeout}, patience=POLL_FOR + POLL_SLACK
            )
        except Refused as refused:
            if refused.code == 408:
                return []
            if refused.code == 400:
                await self._make_sense_of_400()
            raise _of_a_question(refused) from None
        except errors.OutcomeUnknown as error:
            raise errors.ChannelDown(str(error)) from None
        if not update:
            return []
        try:
            return self._rows(update, now)
        except errors.Malformed:
            return []  # it is gone in any case

    async def _make_sense_of_400(self) -> None:
        """Raises Conflict where a webhook is in the way; else the time-out may be wanted as a number, or as a text."""
        if await self.webhook_is_set():
            raise errors.Conflict("a webhook is set")
        self._poll_timeout = POLL_FOR if isinstance(self._poll_timeout, str) else str(POLL_FOR)

    def _rows(self, update: Any, now: datetime) -> list[Received]:
        row = zalo_bot_updates.reduce(update, self.account, now)
        if row is None:
            return []
        self._meter.met(row.lane, now)
        return [row]

    # --- what goes out ----------------------------------------------------------------------------------

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        chat = address.external_id
        held = self._refusals.held(self._clock.monotonic())
        if held is not None:
            raise held
        try:
            result = await self._call_send(chat, message)
        except Refused as refused:
            error = await self._of_a_send(chat, refused)
        except errors.OutcomeUnknown as unknown:
            error = unknown
        else:
            self._refusals.worked()
            self._outsiders.worked(chat)
            self._forbidden.clear()
            await self._count(chat)
            message_id = result.get("message_id") if isinstance(result, dict) else None
            if not isinstance(message_id, str | int) or not message_id:
                raise errors.OutcomeUnknown("an answer that nobody can read")
            return Receipt(str(message_id))
        if isinstance(error, errors.OutcomeUnknown):
            await self._count(chat)  # rather one too many than a surprise
        raise error from None

    async def _call_send(self, chat: str, message: OutgoingMessage) -> Any:
        attachment = message.attachment
        if attachment is not None and attachment.mime.startswith("image/") and self._picture_url is not None:
            address = self._picture_url(attachment)
            if address:
                parameters = {"chat_id": chat, "photo": address, "caption": message.text}
                return await self._client.call("sendPhoto", parameters, patience=PICTURE_FOR)
        return await self._client.call("sendMessage", {"chat_id": chat, "text": message.text})

    async def _of_a_send(self, chat: str, refused: Refused) -> errors.ChannelError:
        """One reaction for every refusal of a send."""
        match refused.code:
            case 429:
                quota = self.quota()
                if self._outsiders.refused(chat) and quota.chats >= quota.chat_limit:
                    return errors.RecipientGone("refused")
                error = self._refusals.refused(self._clock.monotonic(), limit_reached=quota.sent >= quota.limit)
                if isinstance(error, errors.QuotaUsedUp):
                    log.error("the quota is used up", sent=quota.sent, limit=quota.limit, chats=quota.chats)
                return error
            case 403 | 404 if await self._token_works():
                # It is this chat then. Many at once are rather the account, whatever getMe says.
                self._forbidden.add(chat)
                if len(self._forbidden) >= _FORBIDDEN_CHATS:
                    return errors.AccountRejected("Zalo refuses every message")
                return errors.RecipientGone("blocked" if refused.code == 403 else "invalid")
            case 400 if "chat" in refused.words.lower():
                return errors.RecipientGone("invalid")
            case code if code in _TOKEN_REFUSED or 300 <= code < 400:
                return errors.AccountRejected("Zalo refused the token")
            case code if 400 <= code < 500 and code != 408:
                return errors.ContentRejected(str(refused))
            case _:
                return errors.OutcomeUnknown(str(refused))  # broken behind the door: it may have been taken

    async def _token_works(self) -> bool:
        """403 and 404 mean the token; whether they also mean a chat is not published, so we look."""
        try:
            await self._client.call("getMe")
        except (Refused, errors.ChannelError):
            return False
        return True

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        """The platform has no method that deletes or edits a message."""
        raise errors.CannotBeWithdrawn

    async def noticed(self, update: Update) -> None:
        """There are no buttons to take notice of."""

    # --- the quota --------------------------------------------------------------------------------------

    def quota(self) -> Quota:
        """How much of the month's messages and of the chats is used, as far as we counted."""
        return self._meter.quota(self._clock.now(), used_up=self._refusals.used_up)

    async def _count(self, chat: str) -> None:
        self._meter.sent(chat, self._clock.now())
        self._counted += 1
        self._warn()
        if self._counted >= KEEP_EVERY or self._clock.monotonic() - self._kept_at >= KEEP_AFTER:
            await self._keep()

    async def _keep(self) -> None:
        """Write down what was counted since the last time. A database that is away is asked again later."""
        if self._book is None or self._keeping.locked() or self._meter.fresh == Tally():
            return
        async with self._keeping:
            going, self._meter.fresh = self._meter.fresh, Tally()
            self._counted, self._kept_at = 0, self._clock.monotonic()
            before, saved = self._meter.kept, None
            self._meter.kept = before.plus(going)
            try:
                saved = await self._book.save(going)
            except errors.StoreUnavailable:
                log.warning("the quota could not be written down yet")
            finally:
                if saved is None:  # also when this was cancelled: rather counted twice than not at all
                    self._meter.kept, self._meter.fresh = before, going.plus(self._meter.fresh)
                else:
                    self._meter.kept = saved

    def _warn(self) -> None:
        """Once a month, when 80 % is used."""
        quota = self.quota()
        if quota.warned and not self._warned:
            log.warning(
                "the quota is nearly used up",
                sent=quota.sent,
                limit=quota.limit,
                chats=quota.chats,
                chat_limit=quota.chat_limit,
            )
        self._warned = quota.warned

    # --- setting up -------------------------------------------------------------------------------------

    async def use_webhook(self, url: str) -> None:
        """Raises WebhookUnverified when the platform stored the address but could not reach it."""
        result = await self._ask("setWebhook", {"url": url, "secret_token": self._secret.decode()})
        verification = result.get("verification") if isinstance(result, dict) else None
        if isinstance(verification, dict) and verification.get("ok") is False:
            hint = str(verification.get("hint") or "")[:120]
            raise WebhookUnverified(f"{WebhookUnverified.__doc__} {hint}".strip())

    async def use_polling(self) -> None:
        await self._ask("deleteWebhook")

    async def webhook_is_set(self) -> bool:
        """Whether the updates go to an address instead; False where that cannot be asked."""
        try:
            result = await self._ask("getWebhookInfo")
        except errors.ChannelError:
            return False  # not every host of the platform knows this call
        return isinstance(result, dict) and bool(result.get("url"))

    async def check(self) -> str:
        """The bot's own name: proof that the token works. Raises a ChannelError."""
        result = await self._ask("getMe")
        return str(result.get("account_name") or result.get("id") or "") if isinstance(result, dict) else ""

    async def _ask(self, method: str, parameters: Mapping[str, Any] | None = None) -> Any:
        try:
            return await self._client.call(method, parameters)
        except Refused as refused:
            raise _of_a_question(refused) from None


def _of_a_question(refused: Refused) -> errors.ChannelError:
    """One reaction for every refusal of a call that puts nothing before anybody."""
    match refused.code:
        case code if code in _TOKEN_REFUSED or 300 <= code < 400:
            return errors.AccountRejected("Zalo refused the token")
        case 429:
            return errors.Throttled(POLL_THROTTLED_FOR)
        case code if code >= 500 or code in (0, 408):
            return errors.ChannelDown(str(refused))
        case _:
            return errors.ChannelError(str(refused))
