"""The methods the fake knows, by lower-case name, and the way to run one."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes.telegram import editing, profile, sending
from tests.fakes.telegram.journal import Act
from tests.fakes.telegram.parameters import Call
from tests.fakes.telegram.receiving import Receiver
from tests.fakes.telegram.refusals import METHOD_NOT_FOUND, Refusal
from tests.fakes.telegram.sending import Outcome
from tests.fakes.telegram.state import FakeBot

Method = Callable[[FakeBot, Call], Outcome]

METHODS: dict[str, Method] = {
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendvoice": sending.send_voice,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "answercallbackquery": editing.answer_callback_query,
    "sendchataction": editing.send_chat_action,
    "getme": profile.get_me,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "getfile": profile.get_file,
    "logout": profile.log_out,
    "close": profile.log_out,
}


class Desk:
    """Runs method calls for one bot."""

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot
        self.receiver = Receiver(bot, self.run_unanswered)
        self._waiting_methods = {
            "getupdates": self.receiver.get_updates,
            "setwebhook": self.receiver.set_webhook,
            "deletewebhook": self.receiver.set_webhook,
            "getwebhookinfo": self.receiver.describe_webhook,
        }

    async def run(self, call: Call) -> tuple[bytes, Act | None]:
        """The body of the answer and the act it stands for; raises Refusal."""
        method = METHODS.get(call.method)
        if method is not None:
            return method(self.bot, call)
        waiting = self._waiting_methods.get(call.method)
        if waiting is None:
            raise Refusal(404, METHOD_NOT_FOUND)
        return await waiting(call), None

    def run_unanswered(self, call: Call) -> None:
        """Run a call that came in the answer to a webhook: whatever happens, nobody is told."""
        method = METHODS.get(call.method)
        if method is None:
            return
        try:
            method(self.bot, call)
        except Refusal as refusal:
            self.bot.journal.answers[call.method, refusal.status] += 1
        else:
            self.bot.journal.answers[call.method, 200] += 1
