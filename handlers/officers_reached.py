"""Says one thing to officers in their own chats: to each in the chat seen last, and to who is named as a deputy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, logs
from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Address, Button, Capabilities, OutgoingMessage
from bot.pacing import Pacer
from bot.staff import audit, chats, codes, deputies, register, reminders
from bot.staff.roles import Officer
from bot.storage.db import Database
from broadcasts.office import Office
from content.phrases import Phrases
from handlers.chat import dialogue, values
from handlers.chat.officer_sitting import VERB
from handlers.chat.rendering import render

DEPUTY = "Báo thay {name}: {text}\n(Anh/chị được báo để nhắc, không có quyền làm thay.)"
log = logs.get("officers")


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that one officer is handed: ``once`` is its mark, ``action`` and ``subject`` are what the button does
    (no action: no button), ``line`` is what the log says of it being read, about ``subject``."""

    text: str
    once: str
    label: str = ""
    action: str = ""
    subject: str = ""
    line: str = ""


class OfficersReached:
    """One process at a time uses this (the one that holds the schedule)."""

    def __init__(
        self,
        *,
        db: Database,
        office: Office,
        channels: Mapping[tuple[str, str], Channel],
        phrases: Phrases,
        clock: Clock,
        pacers: Mapping[tuple[str, str], Pacer] | None = None,
    ) -> None:
        self._db = db
        self._office = office
        self._channels = channels
        self._phrases = phrases
        self._clock = clock
        self._pacers = pacers or {}

    async def say(
        self,
        officer_ids: Collection[int],
        text: str,
        *,
        campaign_id: int = 0,
        once: str = "",
        but: str = "",
        deputies_too: bool = True,
    ) -> None:
        """``campaign_id``: with a button that opens its card. ``once``: what it is about, to whoever heard of it
        never again. ``but``: the name of who did it and need not hear of it, not even as a deputy."""
        async with self._db.reading() as connection:
            instead = await deputies.of(connection, officer_ids) if deputies_too else {}
            where = await chats.addresses(connection, {*officer_ids, *instead.values()}, self._clock.now())
            names = {each.officer.id: each.officer.name for each in await register.everybody(connection)}
        for officer_id in officer_ids:
            await self._tell(officer_id, where.get(officer_id, ()), text, campaign_id, once)
        for officer_id, deputy_id in instead.items():
            if deputy_id in officer_ids or names[deputy_id] == but:
                continue
            words = DEPUTY.format(name=names[officer_id], text=text)
            await self._tell(deputy_id, where.get(deputy_id, ()), words, 0, once and f"{once}/{officer_id}")

    async def hand(self, officer: Officer, what: Handed) -> bool:
        """To one officer, and to no deputy: marked and written down before it is said, so that it is told once. False:
        has no chat, has heard of it, or it surely did not arrive."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            if await reminders.since(connection, officer.id, what.once) is not None:
                return False
            where = (await chats.addresses(connection, [officer.id], now)).get(officer.id, ())
        address = next((each for each in where if (each.channel, each.account) in self._channels), None)
        if address is None:
            return False
        rows: tuple[tuple[Button, ...], ...] = ()
        async with self._db.transaction() as connection:
            if not await reminders.mark(connection, officer.id, what.once, now):
                return False
            if what.line:
                await audit.record(connection, self._office.key, now, officer.name, what.line, what.subject)
            if what.action and self._channels[address.channel, address.account].capabilities.buttons:
                rows = ((await self._button(connection, officer.id, what),),)
        if await self.send(address, OutgoingMessage(what.text, rows)):
            return True
        async with self._db.transaction() as connection:
            await reminders.unmark(connection, officer.id, what.once)
        return False

    async def _button(self, connection: AsyncConnection, officer_id: int, what: Handed) -> Button:
        now = self._clock.now()
        made = await codes.button(connection, self._office.key, officer_id, what.action, what.subject, now)
        return Button(what.label, values.value(now.astimezone(self._office.zone).date(), VERB, made))

    async def send(self, address: Address, message: OutgoingMessage) -> bool:
        """False: it surely did not arrive, and may later."""
        channel = self._channels.get((address.channel, address.account))
        if channel is None:
            return False
        pacer = self._pacers.get((address.channel, address.account))
        if pacer is not None:
            await self._wait(pacer.reserve(address.external_id, self._clock.monotonic()))
            while (wait := pacer.leave(self._clock.monotonic(), reply=True)) > 0:
                await self._clock.sleep(wait)
        try:
            await channel.send(address, message)
        except errors.OutcomeUnknown:
            log.warning("whether an officer was told is not known")
        except errors.RecipientGone:
            log.warning("an officer's chat is gone")
        except errors.ChannelError as error:
            if isinstance(error, errors.Throttled) and pacer is not None:
                pacer.throttled(address.external_id, error.retry_after, self._clock.monotonic())
            log.warning("an officer could not be told", why=type(error).__name__)
            return False
        return True

    async def show(self, address: Address, message: OutgoingMessage) -> bool:
        """A message with buttons, which a channel without them gets as numbered lines; the numbers count from now on.

        False: it surely did not arrive, or not whole, and may later.
        """
        channel = self._channels.get((address.channel, address.account))
        if channel is None:
            return False
        for part in render(message, channel.capabilities, channel.limits, self._phrases):
            if not await self.send(address, part):
                return False
        if not channel.capabilities.buttons:
            numbers = tuple(each.value for each in message.choices())
            async with self._db.transaction() as connection:
                await dialogue.amend(
                    connection, address, self._clock.now(), lambda before: replace(before, choices=numbers)
                )
        return True

    def capabilities(self, address: Address) -> Capabilities | None:
        """What its channel can show; None: this process has not got the channel."""
        channel = self._channels.get((address.channel, address.account))
        return None if channel is None else channel.capabilities

    def speaks(self, address: Address) -> bool:
        """Whether this process has the channel."""
        return (address.channel, address.account) in self._channels

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def _tell(
        self, officer_id: int, addresses: Sequence[Address], text: str, campaign_id: int, once: str
    ) -> None:
        """Marked before it is said: told once, or, where the service dies at that moment, not at all."""
        address = next((each for each in addresses if (each.channel, each.account) in self._channels), None)
        if address is None:
            return
        if once:
            async with self._db.transaction() as connection:
                if not await reminders.mark(connection, officer_id, once, self._clock.now()):
                    return
        channel = self._channels[address.channel, address.account]
        rows = await self._rows(officer_id, campaign_id) if campaign_id and channel.capabilities.buttons else ()
        if not await self.send(address, OutgoingMessage(text, rows)) and once:
            async with self._db.transaction() as connection:
                await reminders.unmark(connection, officer_id, once)

    async def _rows(self, officer_id: int, campaign_id: int) -> tuple[tuple[Button, ...], ...]:
        """A button that opens the card, once and for this officer only. Where there are no buttons ``/viec`` does."""
        now = self._clock.now()
        async with self._db.transaction() as connection:
            made = await codes.button(connection, self._office.key, officer_id, "open", str(campaign_id), now)
        label = self._phrases.say("officer.b_open", "vi", code=f"CD-{campaign_id}")
        return ((Button(label, values.value(now.astimezone(self._office.zone).date(), VERB, made)),),)
