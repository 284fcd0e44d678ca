"""A Zalo Official Account as a channel: signed events in, consultation messages out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot import errors, logs
from bot.channels import zalo_oa_events, zalo_signature
from bot.channels.zalo_file_kinds import MIMES, Uploaded
from bot.channels.zalo_oa_bodies import LONGEST_TEXT, MOST_BUTTONS, ButtonShape, bodies
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_errors import Purpose, Reaction, Refused, error_for
from bot.channels.zalo_oa_meter import PaidMeter
from bot.channels.zalo_oa_quota import AllowanceBook, refused, taken
from bot.channels.zalo_signature import Keys, Secret
from bot.channels.zalo_uploads import Uploads
from bot.clock import Clock
from bot.messages import Address, Capabilities, Limits, OutgoingMessage, Receipt, Taken, Update
from bot.storage.inbox import Claimed, Received

LIMITS = Limits(text_units=LONGEST_TEXT, utf16=True, button_rows=MOST_BUTTONS)
CONSULTATION = "/v3.0/oa/message/cs"
TEMPLATE = "/v3.0/oa/message/template"
ABOUT = "/v2.0/oa/getoa"
REMEMBERED = 5000  # replies whose receipts need not be stored; a receipt comes within seconds or days later
_MOMENT = 1.0  # seconds before a send that failed for no reason is tried once more
log = logs.get("zalo-oa")


def capabilities(*, buttons: bool) -> Capabilities:
    """Of every Official Account; ``buttons`` as the operator has set it."""
    return Capabilities(buttons=buttons, attachments=True, subscribable=True, windows=True, files=MIMES)


class ZaloOaChannel:
    """One Official Account; ``external_id`` of an address is the resident's user_id in this account.

    ``buttons``: send choices as buttons; only after a person has seen them work on a real account, for the newest
    documentation does not have them. Without, they are numbered lines.
    """

    name = zalo_oa_events.CHANNEL
    limits = LIMITS

    def __init__(
        self,
        *,
        client: ZaloClient,
        uploads: Uploads,
        keys: Keys,
        clock: Clock,
        buttons: bool = False,
        button_shape: ButtonShape = ButtonShape.PLAIN,
        account: str = "main",
        book: AllowanceBook | None = None,
    ) -> None:
        self.account = account
        self.capabilities = capabilities(buttons=buttons)
        self._client = client
        self._uploads = uploads
        self._keys = keys
        self._clock = clock
        self._shape = button_shape
        self._replies: OrderedDict[str, None] = OrderedDict()  # ids of the newest ones
        self.paid = PaidMeter(client, book, clock)
        self.trouble = ""  # what keeps events out, for /readyz and doctor; empty: nothing

    async def open(self) -> None:
        await self._client.open()

    async def close(self) -> None:
        await self.paid.keep()
        await self._client.close()

    # --- what comes in ----------------------------------------------------------------------------------

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Received]:
        if body.strip() == b"{}":
            return []  # unsigned: how the console asks whether anybody listens
        event = zalo_oa_events.parse(body)
        self._judge(headers, event, body, now)
        if zalo_signature.header(headers, "X-ZEvent-Server"):
            return []  # about templates sent by phone number
        named = zalo_oa_events.account_of(event)
        if self._keys.oa_id and named and named != self._keys.oa_id:
            log.warning("an event of another Official Account was left aside")
            return []
        if zalo_oa_events.receipt_of(event) in self._replies:
            return []  # only of what was sent later, unasked, does anybody want to know whether it arrived
        try:
            row = zalo_oa_events.reduce(event, body, self.account, now)
        except errors.Malformed as error:
            # It is Zalo's own. Refused, it would come again for an hour, and then no event at all would.
            log.warning("an event that cannot be read", why=str(error))
            return []
        return [] if row is None else [row]

    def read(self, row: Claimed) -> Update | None:
        return zalo_oa_events.read(row)

    def _judge(self, headers: Mapping[str, str], event: Mapping[str, Any], body: bytes, now: datetime) -> None:
        """Raises Forged, and says in ``trouble`` what a person can mend."""
        times = (
            zalo_oa_events.text_of(event, "timestamp"),
            zalo_signature.header(headers, zalo_signature.TIMESTAMP_HEADER),
        )
        signature = zalo_signature.header(headers, zalo_signature.SIGNATURE_HEADER)
        verdict = zalo_signature.judge(signature, body, times, self._keys)
        if verdict.secret is Secret.APP:
            self._say("signed with the secret of the app: set COTMOC_ZALO_OA_SECRET to the key of the Webhook page")
        if not verdict.accepted:
            raise errors.Forged
        app_id = zalo_oa_events.text_of(event, "app_id")
        if app_id and app_id != self._keys.app_id:
            self._say("signed, but for another app: look at COTMOC_ZALO_APP_ID")
            raise errors.Forged
        if not zalo_signature.timely(verdict.timestamp, now):
            self._say("signed, but of another day: look at this machine's clock")
            raise errors.Forged
        if verdict.secret is Secret.OA:
            self.trouble = ""

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            log.error("events of Zalo are refused or odd", why=trouble)

    # --- what goes out ----------------------------------------------------------------------------------

    async def send(self, address: Address, message: OutgoingMessage) -> Receipt:
        """One call; a file, or choices that do not fit, take a second one.

        When only the first of two went through the outcome is unknown, for a repeat would send it twice.
        """
        if message.template is not None:
            return await self.send_template(address, message.template.id, dict(message.template.fields))
        uploaded = None
        if message.attachment is not None:
            uploaded = await self._uploads.reference(message.attachment)
        receipts: list[Receipt] = []
        for index in range(len(self._posts(message, uploaded))):
            try:
                receipts.append(await self._post(address, message, uploaded, index))
            except errors.ChannelError as error:
                if not receipts:
                    raise
                raise errors.OutcomeUnknown(f"only the first half went through: {type(error).__name__}") from None
        if message.answers:
            self._replies.update(dict.fromkeys(each.message_id for each in receipts))
            while len(self._replies) > REMEMBERED:
                self._replies.popitem(last=False)
        return receipts[0]

    async def send_template(self, address: Address, template_id: str, fields: Mapping[str, str]) -> Receipt:
        """An approved template to a resident whose window is closed; it costs what the template costs."""
        body = {"user_id": address.external_id, "template_id": template_id, "template_data": dict(fields)}
        try:
            return await self._taken(TEMPLATE, body, answers=False)
        except Refused as refused:
            raise self._error(refused, Purpose.TEMPLATE) from None

    async def withdraw(self, address: Address, message_id: str, words: str, age: timedelta) -> Taken:
        """The API has no call that deletes or edits a message."""
        raise errors.CannotBeWithdrawn

    async def noticed(self, update: Update) -> None:
        """Zalo has no sign for this."""

    async def check(self) -> str:
        """The account's own name: proof that the token works, and is this account's. Raises a ChannelError."""
        try:
            about = await self._client.get(ABOUT)
        except Refused as refused:
            raise self._error(refused, Purpose.QUESTION) from None
        if not isinstance(about, dict):
            raise errors.ChannelDown("an answer that nobody can read")
        if self._keys.oa_id and str(about.get("oaid", self._keys.oa_id)) != self._keys.oa_id:
            raise errors.AccountRejected("the token belongs to another Official Account")
        package = about.get("package_name")
        return f"{about.get('name') or 'Zalo OA'}" + (f" ({package})" if package else "")

    def _posts(self, message: OutgoingMessage, uploaded: Uploaded | None) -> list[Mapping[str, Any]]:
        return bodies(message, uploaded, buttons=self.capabilities.buttons, shape=self._shape)

    async def _post(
        self, address: Address, message: OutgoingMessage, uploaded: Uploaded | None, index: int, *, again: bool = False
    ) -> Receipt:
        """One of the posts of a message; a file that has expired is uploaded once more."""
        part = self._posts(message, uploaded)[index]
        try:
            body = {"recipient": {"user_id": address.external_id}, "message": part}
            return await self._taken(CONSULTATION, body, answers=bool(message.answers))
        except Refused as refused:
            expired = refused.reaction is Reaction.UPLOAD_AGAIN
            if not expired or message.attachment is None or uploaded is None or again:
                raise self._error(refused, Purpose.MESSAGE) from None
        fresh = await self._uploads.reference(message.attachment, instead_of=uploaded.reference)
        return await self._post(address, message, fresh, index, again=True)

    async def _taken(self, path: str, body: Mapping[str, Any], *, answers: bool) -> Receipt:
        """Raises Refused, or a ChannelError. ``answers``: it replies to who has just written."""
        try:
            given = await self._client.post(path, body)
        except Refused as refusal:
            if refusal.reaction is Reaction.QUOTA and not answers:
                await self.paid.note(refused(self._clock.now()))
            if refusal.reaction is not Reaction.ONCE_MORE:
                raise
            await self._clock.sleep(_MOMENT)
            try:
                given = await self._client.post(path, body)
            except errors.NotSent as error:  # the first of the two may have gone out all the same
                raise errors.OutcomeUnknown(f"failed, and then {type(error).__name__}") from None
        message_id = given.get("message_id") if isinstance(given, dict) else None
        if not isinstance(message_id, str | int) or isinstance(message_id, bool) or not str(message_id):
            raise errors.OutcomeUnknown("taken, but without a message id")
        used = taken(given, self._clock.now(), answers=answers)
        if used is not None:
            await self.paid.note(used)
        return Receipt(str(message_id))

    def _error(self, refused: Refused, purpose: Purpose) -> errors.ChannelError:
        return error_for(refused, purpose, self._clock.now(), self._client.jitter())
