"""The methods about the bot itself: getMe, its commands, its files, logOut and close."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.telegram.messages import ok
from tests.fakes.telegram.parameters import Call
from tests.fakes.telegram.refusals import bad_request
from tests.fakes.telegram.sending import Outcome
from tests.fakes.telegram.state import CommandKey, FakeBot

COMMAND_LIMIT = 100  # Bot API, setMyCommands: at most 100 commands
DESCRIPTION_LIMIT = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def get_me(bot: FakeBot, call: Call) -> Outcome:
    traits = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return ok(bot.shape | traits), None


def _command_key(bot: FakeBot, call: Call) -> CommandKey:
    try:
        scope = call.decoded("scope")
    except ValueError:
        raise bad_request("can't parse BotCommandScope JSON object") from None
    if scope is None:
        scope = {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    members: dict[str, Any] = {"type": kind}
    for name in SCOPES[kind]:
        if name == "chat_id":
            members[name] = bot.chats.resolve(scope.get(name)).chat_id
        elif not isinstance(scope.get(name), int):
            raise bad_request(f"can't parse BotCommandScope: Can't find field \"{name}\"")
        else:
            members[name] = scope[name]
    language = call.text("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("LANG_CODE_INVALID")
    return json.dumps(members, sort_keys=True), language


def set_my_commands(bot: FakeBot, call: Call) -> Outcome:
    try:
        commands = call.decoded("commands")
    except ValueError:
        raise bad_request("can't parse commands JSON object") from None
    if commands is None:
        commands = []
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    if len(commands) > COMMAND_LIMIT:
        raise bad_request("too many bot commands specified")
    kept: list[dict[str, str]] = []
    for each in commands:
        if not isinstance(each, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        name, description = (str(each.get(member, "")) for member in ("command", "description"))
        name = name.removeprefix("/")
        if not _COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": description})
    bot.commands[_command_key(bot, call)] = kept
    return ok(True), None


def get_my_commands(bot: FakeBot, call: Call) -> Outcome:
    """Exactly the list of this scope and language; the server does not fall back to another one either."""
    return ok(bot.commands.get(_command_key(bot, call), [])), None


def delete_my_commands(bot: FakeBot, call: Call) -> Outcome:
    bot.commands.pop(_command_key(bot, call), None)
    return ok(True), None


def get_file(bot: FakeBot, call: Call) -> Outcome:
    file_id = call.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = bot.files.find(file_id)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return ok(stored.identity() | {"file_path": stored.path}), None


def log_out(bot: FakeBot, call: Call) -> Outcome:
    """Accepted and without effect: a logged-out bot could not be tested any further."""
    return ok(True), None
