"""The methods that put a message before someone: sendMessage, sendPhoto, sendDocument, sendVoice."""

from __future__ import annotations

import time
from typing import Any

from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.files import FileKind, describe
from tests.fakes.telegram.journal import Act
from tests.fakes.telegram.keyboards import read_markup
from tests.fakes.telegram.messages import StoredMessage
from tests.fakes.telegram.parameters import Call
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.state import FakeBot
from tests.fakes.telegram.texts import read_caption, read_message_text

Outcome = tuple[bytes, Act | None]


def _reply_target(bot: FakeBot, call: Call, chat: Chat) -> int | None:
    """The message_id that is replied to; raises Refusal when it is not there and must be."""
    try:
        wanted = call.decoded("reply_parameters")
    except ValueError:
        raise bad_request("can't parse reply parameters JSON object") from None
    if wanted is None:
        legacy = call.integer("reply_to_message_id", 0, 0, 2**31)
        if not legacy:
            return None
        wanted = {
            "message_id": legacy,
            "allow_sending_without_reply": call.truth("allow_sending_without_reply"),
        }
    if not isinstance(wanted, dict):
        raise bad_request("object expected as reply parameters")
    message_id = wanted.get("message_id")
    if not isinstance(message_id, int) or message_id <= 0:
        return None
    if bot.messages.find(chat.chat_id, message_id) is None:
        if wanted.get("allow_sending_without_reply") in (True, "true"):
            return None
        raise bad_request("message to be replied not found")
    return message_id


def _deliver(
    bot: FakeBot, call: Call, content: dict[str, Any], markup: dict[str, Any] | None, **logged: Any
) -> Outcome:
    """Check the chat and the limits, store the message, log it, and make the answer."""
    chat = bot.chats.resolve(call.parameters.get("chat_id"))
    reply_to = None
    if "reply_parameters" in call.parameters or "reply_to_message_id" in call.parameters:
        reply_to = _reply_target(bot, call, chat)
    paid = "allow_paid_broadcast" in call.parameters and call.truth("allow_paid_broadcast")
    bot.admit(call.method, chat, paid=paid)
    text = content.get("text") or content.get("caption") or ""
    message_id = bot.messages.next_id()
    act = bot.record(call.method, chat.chat_id, message_id, text, reply_to=reply_to, markup=markup, paid=paid, **logged)
    if "text" in content:
        content["text"] = act.text
    message = StoredMessage(message_id, chat, int(time.time()), True, None, content, markup, reply_to)
    bot.messages.by_id[message_id] = message
    bot.journal.add_send(act)
    return bot.messages.answer(message), act


def send_message(bot: FakeBot, call: Call) -> Outcome:
    parameters = call.parameters
    parsed = read_message_text(call.text("text"), call.text("parse_mode"), parameters.get("entities"))
    content: dict[str, Any] = {"text": parsed.text}
    if parsed.entities:
        content["entities"] = parsed.entities
    markup = read_markup(parameters["reply_markup"]) if "reply_markup" in parameters else None
    return _deliver(bot, call, content, markup, entities=parsed.entities or None)


def _send_file(bot: FakeBot, call: Call, field: str, kind: FileKind) -> Outcome:
    stored = bot.files.from_call(call, field, kind)
    content: dict[str, Any] = dict([describe(stored)])
    caption = read_caption(call.text("caption"), call.text("parse_mode"), call.parameters.get("caption_entities"))
    if caption.text:
        content["caption"] = caption.text
    if caption.entities:
        content["caption_entities"] = caption.entities
    markup = read_markup(call.parameters.get("reply_markup"))
    return _deliver(bot, call, content, markup, file_id=stored.file_id, entities=caption.entities or None)


def send_photo(bot: FakeBot, call: Call) -> Outcome:
    return _send_file(bot, call, "photo", "Photo")


def send_document(bot: FakeBot, call: Call) -> Outcome:
    return _send_file(bot, call, "document", "Document")


def send_voice(bot: FakeBot, call: Call) -> Outcome:
    return _send_file(bot, call, "voice", "Voice")
