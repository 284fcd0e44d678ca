"""A run's words to one recipient: filled in, with its sender and how to stop, as one message of the channel."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from sqlalchemy import select

from bot.channels.base import Channel
from bot.clock import Clock
from bot.messages import Attachment, FilledTemplate, OutgoingMessage
from bot.places import Gazetteer, label
from bot.settings import Settings
from bot.storage.db import Database
from bot.storage.schema import runs
from broadcasts import attached
from broadcasts.claiming import Recipient
from broadcasts.composing import Content, filled
from broadcasts.deliveries import Priority
from broadcasts.engine import Later, Skip
from broadcasts.notice_board import NoticeBoard
from broadcasts.office import Quotas, no_quotas
from broadcasts.post_targets import ARTICLE
from broadcasts.poster import Words
from broadcasts.posts import Due
from broadcasts.zalo_routes import POSTS, RouteKind
from content.phrases import Phrases
from handlers.chat.rendering import render
from handlers.notice_wording import NoticeWording
from handlers.wording import Wording
from handlers.zalo_ways import ZaloWays

_KEPT = 64  # runs whose words are kept in memory


class RunWriter:
    """What :class:`broadcasts.engine.Sender` asks for every recipient. Words of a run are read once."""

    def __init__(
        self,
        *,
        db: Database,
        settings: Settings,
        wording: Wording,
        phrases: Phrases,
        gazetteer: Gazetteer,
        ways: ZaloWays,
        clock: Clock,
        board: NoticeBoard,
        notices: NoticeWording,
        quotas: Quotas = no_quotas,
    ) -> None:
        self._db = db
        self._settings = settings
        self._wording = wording
        self._phrases = phrases
        self._gazetteer = gazetteer
        self._ways = ways
        self._clock = clock
        self._board = board
        self._notices = notices
        self._quotas = quotas
        self._contents: OrderedDict[int, Content] = OrderedDict()
        self._files: OrderedDict[int, bytes] = OrderedDict()

    async def __call__(self, channel: Channel, recipient: Recipient) -> OutgoingMessage | Skip | Later:
        if recipient.priority == Priority.NOTICE:
            return await self._notice(channel, recipient)
        content = await self._content(recipient.run_id)
        text = content.texts.get(recipient.language)
        if text is None:
            return Skip("language")
        words = filled(text, self._wording.fields(recipient.place_code, recipient.language))
        if words is None:
            return Skip("placeholder")
        message = self._wording.message(content, words, recipient.language)
        routed = await self._by_route(channel, recipient, message, words)
        if not isinstance(routed, OutgoingMessage) or routed.template is not None:
            return routed
        if recipient.reason == "repeat":
            message = replace(message, text=f"{self._phrases.say('run.repeat', recipient.language)}\n{message.text}")
        file = content.file(recipient.language)
        if file is not None and channel.capabilities.takes(file.mime):
            whole = await self._file(file.id)
            if whole is None:
                return Skip("file")  # nobody gets the words without what was approved with them
            message = replace(message, attachment=Attachment(file.name, file.mime, whole))
        parts = render(message, channel.capabilities, channel.limits, self._phrases)
        return parts[0] if len(parts) == 1 else Skip("length")

    async def _notice(self, channel: Channel, recipient: Recipient) -> OutgoingMessage | Skip | Later:
        """A warning: as it stands at this moment, and a drill between its marks on every channel."""
        notice, version = await self._board.version(recipient.run_id)
        if notice.drill != recipient.drill:
            return Skip("drill-mark")  # something has changed what it is; a person has to look
        message = self._notices.message(
            notice,
            version,
            recipient.language,
            knows=recipient.knows,
            again=recipient.reason == "repeat",
            helped=await self._board.helped(notice),
        )
        if message is None:
            return Skip("language")
        routed = await self._by_route(channel, recipient, message, message.text)
        if not isinstance(routed, OutgoingMessage) or routed.template is not None:
            return routed
        if not channel.capabilities.buttons:
            message = self._notices.in_words(message)
        parts = render(message, channel.capabilities, channel.limits, self._phrases)
        if len(parts) > 1:
            return Skip("length")
        whole = replace(parts[0], follows=recipient.answers)
        return replace(whole, text=self._notices.drilled(whole.text, recipient.language)) if recipient.drill else whole

    async def _by_route(
        self, channel: Channel, recipient: Recipient, message: OutgoingMessage, words: str
    ) -> OutgoingMessage | Skip | Later:
        """By which way of the channel it goes now, if by any."""
        if not channel.capabilities.windows or recipient.drill:
            return message
        way = self._ways.route(recipient, self._clock.now())
        if way.kind is RouteKind.NONE:
            return Skip(way.reason)
        if way.kind in POSTS:
            return Skip("post-only")
        if way.not_before is not None:
            return Later(way.not_before)
        if way.price and recipient.priority != Priority.NOTICE and await self._used_up(channel):
            return Skip("quota")  # a warning is tried all the same: somebody may have paid meanwhile
        if way.kind is RouteKind.TEMPLATE:
            return replace(message, buttons=(), template=self._template(way.template_id, words, recipient))
        return message

    async def _used_up(self, channel: Channel) -> bool:
        """Whether the channel takes nothing more that costs something."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            return (await self._quotas(connection, now)).get(channel.name) == 0

    async def marked(self, run_id: int, mark: str, language: str) -> str:
        """What stands in place of a message that no longer holds: of a notice, with why; without a mark, that it was
        taken back."""
        if not mark:
            return self._phrases.say("run.withdrawn", language)
        notice, version = await self._board.version(run_id)
        return self._notices.marked(notice, version, mark, language)

    async def post(self, channel: Channel, due: Due) -> Words | Skip:
        """What :class:`broadcasts.poster.Poster` asks for: for whoever reads it there, so without buttons, and without
        how to stop, for nobody subscribed."""
        content = await self._content(due.run_id)
        if content.notice:
            return await self._posted_notice(channel, due)
        text = content.texts.get(due.language)
        if text is None:
            return Skip("language")
        words = filled(text, self._wording.fields(due.place_code, due.language))
        if words is None:
            return Skip("placeholder")
        sender = self._wording.sender(due.language)
        message = OutgoingMessage(f"{words}\n\n{sender}", language=due.language)
        file = content.file(due.language)
        if file is not None and due.kind != ARTICLE and channel.name == "telegram":
            whole = await self._file(file.id)
            if whole is None:
                return Skip("file")
            message = replace(message, attachment=Attachment(file.name, file.mime, whole))
        if due.kind != ARTICLE and len(render(message, channel.capabilities, channel.limits, self._phrases)) > 1:
            return Skip("length")
        return Words(message, words, self._settings.owner_name.strip() or sender)

    async def _posted_notice(self, channel: Channel, due: Due) -> Words | Skip:
        notice, version = await self._board.version(due.run_id)
        if notice.drill:
            return Skip("drill")
        message = self._notices.message(notice, version, due.language)
        if message is None:
            return Skip("language")
        message = replace(message, buttons=())
        if due.kind != ARTICLE and len(render(message, channel.capabilities, channel.limits, self._phrases)) > 1:
            return Skip("length")
        return Words(message, message.text, self._settings.owner_name.strip() or self._wording.sender(due.language))

    def _template(self, template_id: str, words: str, recipient: Recipient) -> FilledTemplate:
        """The approved template with what it asks for; its own words are not ours to change."""
        place = self._gazetteer.get(recipient.place_code)
        known = {
            "text": words,
            "place": label(place, recipient.language) if place else "",
            "date": f"{self._wording.today():%d/%m/%Y}",
            "link": self._settings.address,
            "sender": self._settings.owner_name,
        }
        wanted = self._ways.template(template_id).fields
        return FilledTemplate(template_id, tuple((name, known.get(what, "")) for name, what in wanted.items()))

    async def _content(self, run_id: int) -> Content:
        found = self._contents.get(run_id)
        if found is None:
            async with self._db.reading() as connection:
                raw = (await connection.execute(select(runs.c.content).where(runs.c.id == run_id))).scalar_one()
            found = self._contents[run_id] = Content.from_json(raw)
            if len(self._contents) > _KEPT:
                self._contents.popitem(last=False)
        return found

    async def _file(self, file_id: int) -> bytes | None:
        found = self._files.get(file_id)
        if found is None:
            async with self._db.reading() as connection:
                found = await attached.content(connection, file_id)
            if found is None:
                return None
            self._files[file_id] = found
            if len(self._files) > 4:  # files are large, and few run at a time
                self._files.popitem(last=False)
        return found
