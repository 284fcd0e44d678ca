"""The methods that change what is already there: edits, deletion, answers to buttons, chat actions."""

from __future__ import annotations

import time
from typing import Any

from tests.fakes.telegram.keyboards import read_markup
from tests.fakes.telegram.messages import StoredMessage, ok
from tests.fakes.telegram.parameters import Call
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.sending import Outcome
from tests.fakes.telegram.state import FakeBot
from tests.fakes.telegram.texts import read_caption, read_message_text

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ANSWER_LIMIT = 200  # Bot API, answerCallbackQuery.text: 0-200 characters
DELETABLE_FOR = 48 * 3600  # Bot API, deleteMessage: not older than 48 hours
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "record_audio",
    "upload_audio",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def _target(bot: FakeBot, call: Call, verb: str) -> StoredMessage:
    """The bot's own message that an edit names; raises Refusal."""
    message_id = call.integer("message_id", 0, -(2**31), 2**31)
    if not call.text("chat_id") and message_id == 0:
        if call.text("inline_message_id"):
            raise bad_request("MESSAGE_ID_INVALID")
        raise bad_request("message identifier is not specified")
    chat = bot.chats.resolve(call.parameters.get("chat_id"))
    message = bot.messages.find(chat.chat_id, message_id) if message_id > 0 else None
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if not message.from_bot:
        raise bad_request(f"message can't be {verb}ed")
    return message


def _finish_edit(bot: FakeBot, call: Call, message: StoredMessage) -> Outcome:
    message.edit_date = int(time.time())
    act = bot.record(
        call.method,
        message.chat.chat_id,
        message.message_id,
        str(message.content.get("text") or message.content.get("caption", "")),
        markup=message.markup,
        entities=message.content.get("entities"),
    )
    bot.journal.acts.append(act)
    return ok(bot.messages.to_json(message)), act


def _admit_edit(bot: FakeBot, call: Call, message: StoredMessage) -> None:
    if bot.settings.limits.edits_count:
        bot.admit(call.method, message.chat)
    else:
        message.chat.check_writable()


def edit_message_text(bot: FakeBot, call: Call) -> Outcome:
    parsed = read_message_text(call.text("text"), call.text("parse_mode"), call.parameters.get("entities"))
    markup = read_markup(call.parameters.get("reply_markup"))
    message = _target(bot, call, "edit")
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    content: dict[str, Any] = {"text": parsed.text}
    if parsed.entities:
        content["entities"] = parsed.entities
    if content == message.content and markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    _admit_edit(bot, call, message)
    message.content, message.markup = content, markup
    return _finish_edit(bot, call, message)


def edit_message_caption(bot: FakeBot, call: Call) -> Outcome:
    parsed = read_caption(call.text("caption"), call.text("parse_mode"), call.parameters.get("caption_entities"))
    markup = read_markup(call.parameters.get("reply_markup"))
    message = _target(bot, call, "edit")
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    content = {name: each for name, each in message.content.items() if name not in ("caption", "caption_entities")}
    if parsed.text:
        content["caption"] = parsed.text
    if parsed.entities:
        content["caption_entities"] = parsed.entities
    if content == message.content and markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    _admit_edit(bot, call, message)
    message.content, message.markup = content, markup
    return _finish_edit(bot, call, message)


def edit_message_reply_markup(bot: FakeBot, call: Call) -> Outcome:
    markup = read_markup(call.parameters.get("reply_markup"))
    message = _target(bot, call, "edit")
    if markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    _admit_edit(bot, call, message)
    message.markup = markup
    return _finish_edit(bot, call, message)


def delete_message(bot: FakeBot, call: Call) -> Outcome:
    chat = bot.chats.resolve(call.parameters.get("chat_id"))
    message_id = call.integer("message_id", 0, 0, 2**31)
    if not call.text("message_id"):
        raise bad_request("message identifier is not specified")
    message = bot.messages.find(chat.chat_id, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if time.time() - message.date > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    chat.check_writable()
    del bot.messages.by_id[message_id]
    act = bot.record(call.method, chat.chat_id, message_id, "")
    bot.journal.acts.append(act)
    return ok(True), act


def answer_callback_query(bot: FakeBot, call: Call) -> Outcome:
    text = call.text("text")
    if len(text) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    press = bot.presses.get(call.text("callback_query_id"))
    if press is None or time.monotonic() - press.made_at > bot.settings.callback_window:
        raise bad_request(TOO_OLD)
    press.answered = True
    act = bot.record(call.method, press.chat_id or 0, 0, text)
    bot.journal.acts.append(act)
    return ok(True), act


def send_chat_action(bot: FakeBot, call: Call) -> Outcome:
    if call.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = bot.chats.resolve(call.parameters.get("chat_id"))
    chat.check_writable()
    act = bot.record(call.method, chat.chat_id, 0, call.text("action"))
    bot.journal.acts.append(act)
    return ok(True), act
