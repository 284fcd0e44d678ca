"""Telegram: python-telegram-bot's Bot over our aiohttp request; platform errors become ChannelErrors."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from telegram import Bot, BotCommand, InlineKeyboardMarkup, Message
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.error import Conflict as TelegramConflict

from bot import errors
from bot.channels import telegram_updates
from bot.channels.http import AiohttpRequest, MayHaveArrived, NothingLeft
from bot.channels.telegram_files import SentFiles
from bot.messages import Address, Attachment, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update
from bot.storage.inbox import Claimed, Received

# Bot API: text 1-4096 after entity parsing, a caption 0-1024, counted in UTF-16 units; 100 buttons.
LIMITS = Limits(text_units=4096, utf16=True, button_rows=25, caption_units=1024)
CAPABILITIES = Capabilities(buttons=True, attachments=True, subscribable=True, withdraws=True)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
POLL_FOR = 25  # seconds of one long poll; the Bot API allows at most 50
# What python-telegram-bot raises over an answer that is JSON but not the Bot API's.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
_NO_PREVIEW = {"is_disabled": True}
# Bot.send_message() spends nine tenths of its time on objects that we do not look at; do_api_request() sends the same
# and warns when the Bot has a method of that name. The Bot API does not mind the case ("Making requests").
_SEND = "sendmessage"
_DELETE, _EDIT, _EDIT_CAPTION = "deletemessage", "editmessagetext", "editmessagecaption"
DELETABLE_FOR = timedelta(hours=48)  # Bot API, deleteMessage; a bot's own words may be edited at any age


class TelegramChannel:
    """One bot. Sending and polling have pools of their own; the token is only ever in request addresses."""

    name = "telegram"
    limits = LIMITS
    capabilities = CAPABILITIES

    def __init__(
        self,
        *,
        token: str,
        api_url: str,
        secret: str = "",
        account: str = "main",
        heard: Callable[[str], None] | None = None,
    ) -> None:
        self.account = account
        self._secret = secret.encode()
        self._files = SentFiles()
        self._sending = AiohttpRequest(connections=128, read_timeout=15, heard=heard)
        self._polling = AiohttpRequest(connections=2, read_timeout=POLL_FOR + 10, heard=heard)
        base = api_url.rstrip("/")
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._sending,
            get_updates_request=self._polling,
        )

    async def open(self) -> None:
        # Bot.initialize() would call getMe and fail while Telegram is away; the pools are all we need.
        await self._sending.initialize()
        await self._polling.initialize()

    async def close(self) -> None:
        await self._sending.shutdown()
        await self._polling.shutdown()

    # --- what comes in ----------------------------------------------------------------------------------

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        given = headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not self._secret or not hmac.compare_digest(given, self._secret):
            raise errors.Forged
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise errors.Malformed("not JSON") from error
        row = telegram_updates.reduce(raw, self.account, now)
        return [] if row is None else [row]

    def read(self, row: Claimed) -> Update | None:
        return telegram_updates.read(row.body, row.address)

    async def poll(self, offset: int, now: datetime) -> tuple[list[Received], int]:
        """One long poll: rows to store and the offset to ask for next, which confirms them.

        The answer is read raw: one update that python-telegram-bot cannot parse must not hold up the others.
        """
        asked = urlencode(
            {
                "offset": offset,
                "limit": 100,
                "timeout": POLL_FOR,
                "allowed_updates": json.dumps(telegram_updates.ALLOWED_UPDATES),
            }
        )
        try:
            answer = await self._polling.retrieve(
                f"{self._bot.base_url}/getUpdates?{asked}", read_timeout=POLL_FOR + 10
            )
            updates = json.loads(answer)["result"]
        except TelegramError as error:
            raise translate(error) from None
        except UNREADABLE:
            raise errors.ChannelDown("an answer to getUpdates that nobody can read") from None
        rows = []
        for raw in updates if isinstance(updates, list) else ():
            try:
                offset = telegram_updates.update_id(raw) + 1  # numbers may jump back after a quiet week
                row = telegram_updates.reduce(raw, self.account, now)
            except errors.Malformed:
                continue
            if row is not None:
                rows.append(row)
        return rows, offset

    # --- what goes out ----------------------------------------------------------------------------------

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        keyboard = {
            "inline_keyboard": [
                [{"text": button.label, "callback_data": button.value} for button in row] for row in message.buttons
            ]
        }
        chat = _chat(address)
        try:
            if message.attachment is not None:
                markup = InlineKeyboardMarkup.de_json(keyboard, self._bot) if message.buttons else None
                message_id = await self._send_file(chat, message, message.attachment, markup)
            else:
                asked: dict[str, Any] = {"chat_id": chat, "text": message.text, "link_preview_options": _NO_PREVIEW}
                if message.buttons:
                    asked["reply_markup"] = keyboard
                if message.follows.isdigit():
                    named = {"message_id": int(message.follows), "allow_sending_without_reply": True}
                    asked["reply_parameters"] = named
                answer: Any = await self._bot.do_api_request(_SEND, api_kwargs=asked)
                message_id = int(answer["message_id"])
        except TelegramError as error:
            raise translate(error) from None
        except UNREADABLE:
            raise errors.OutcomeUnknown("an answer that nobody can read") from None
        return Receipt(str(message_id))

    async def _send_file(
        self, chat: int | str, message: OutgoingMessage, file: Attachment, markup: InlineKeyboardMarkup | None
    ) -> int:
        """A file that went out before goes by its id; one that Telegram has forgotten is uploaded once more."""

        async def send(document: bytes | str) -> Message:
            return await self._bot.send_document(
                chat_id=chat, document=document, filename=file.name, caption=message.text, reply_markup=markup
            )

        known = self._files.id_of(file)
        try:
            sent = await send(known or file.content)
        except BadRequest as error:
            if known is None or "file" not in error.message.lower():
                raise
            self._files.forget(file)
            sent = await send(file.content)
        if sent.document is not None and not message.answers:  # an answer's file is one resident's own
            self._files.sent(file, sent.document.file_id)
        return sent.message_id

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        """Deleted while that is allowed, else edited; under a file only the words can be, and the file stays."""
        steps: list[tuple[str, dict[str, str], Taken]] = [
            (_DELETE, {}, Taken.DELETED),
            (_EDIT, {"text": words}, Taken.EDITED),
            (_EDIT_CAPTION, {"caption": words}, Taken.EDITED),
        ]
        if age >= DELETABLE_FOR:
            del steps[0]
        named = {"chat_id": _chat(address), "message_id": int(message_id)}
        for method, more, taken in steps:
            try:
                await self._bot.do_api_request(method, api_kwargs={**named, **more})
            except BadRequest as error:
                said = error.message.lower()
                if "message to delete not found" in said or "message to edit not found" in said:
                    return Taken.GONE
                if "message is not modified" in said:
                    return taken
                meant = translate(error)
                if not isinstance(meant, errors.ContentRejected):
                    raise meant from None
            except TelegramError as error:
                raise translate(error) from None
            except UNREADABLE:
                raise errors.OutcomeUnknown("an answer that nobody can read") from None
            else:
                return taken
        raise errors.CannotBeWithdrawn

    async def noticed(self, update: Update) -> None:
        if not update.receipt:
            return
        try:
            await self._bot.answer_callback_query(update.receipt)
        except TelegramError:
            return  # too old or lost: the spinner stops by itself

    # --- setting up -------------------------------------------------------------------------------------

    async def use_webhook(self, url: str) -> None:
        await self._call(
            self._bot.set_webhook(
                url=url,
                secret_token=self._secret.decode(),
                allowed_updates=list(telegram_updates.ALLOWED_UPDATES),
                max_connections=100,
            )
        )

    async def use_polling(self) -> None:
        await self._call(self._bot.delete_webhook(drop_pending_updates=False))

    async def set_commands(self, commands: Sequence[tuple[str, str]], language: str | None) -> None:
        await self._call(self._bot.set_my_commands([BotCommand(*each) for each in commands], language_code=language))

    async def check(self) -> str:
        """The bot's own @name: proof that the token works. Raises a ChannelError."""
        me = await self._call(self._bot.get_me())
        return f"@{me.username}"

    async def _call(self, call: Any) -> Any:
        try:
            return await call
        except TelegramError as error:
            raise translate(error) from None
        except UNREADABLE:
            raise errors.OutcomeUnknown("an answer that nobody can read") from None


def _chat(address: Address) -> int | str:
    """The number of a chat, or the @name of a public channel or group."""
    return address.external_id if address.external_id.startswith("@") else int(address.external_id)


def translate(error: TelegramError) -> errors.ChannelError:
    """One reaction for every answer of the Bot API (its error strings: tdlib/telegram-bot-api, Client.cpp)."""
    said = error.message.lower()
    match error:
        case RetryAfter():
            wait = error.retry_after
            return errors.Throttled(wait if isinstance(wait, int) else wait.total_seconds())
        case ChatMigrated():
            return errors.RecipientMoved(str(error.new_chat_id))
        case Forbidden():
            return errors.RecipientGone("blocked" if "blocked" in said else "gone")
        case InvalidToken():
            return errors.AccountRejected("Telegram refused the token")
        case TelegramConflict():
            return errors.Conflict("another program reads this bot's updates")
        case BadRequest():
            # A 403 whose text is a code in capitals is turned into a 400 by the server.
            if "chat not found" in said or "peer_id_invalid" in said:
                return errors.RecipientGone("invalid")
            if "user_is_blocked" in said:
                return errors.RecipientGone("blocked")
            if "user_is_deactivated" in said or "input_user_deactivated" in said:
                return errors.RecipientGone("gone")
            return errors.ContentRejected(_short(said))
        case NothingLeft():
            return errors.NotSent(error.message)
        case MayHaveArrived() | TimedOut():
            return errors.OutcomeUnknown(error.message)
        case NetworkError():
            # 502 and 504 come from something in front of the Bot API, which may have taken the message.
            if "bad gateway" in said or "timeout" in said or "timed out" in said:
                return errors.OutcomeUnknown(_short(said))
            return errors.ChannelDown(_short(said))
        case _:
            return errors.OutcomeUnknown(_short(said))  # an answer that nobody can read


def _short(said: str) -> str:
    return said[:80]
