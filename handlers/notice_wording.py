"""The words of a notice as somebody gets them: what to do, until when, whether it is confirmed, and who says it.

Sender, chat, public page and the edit of an old message ask the same: everybody reads the same words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.messages import Button, OutgoingMessage
from bot.settings import Settings
from broadcasts.notice_store import Notice, Version
from broadcasts.notices import Kind, NoticeState
from content.entries import LANGUAGES
from content.phrases import Phrases
from handlers.chat import values
from handlers.chat.days import day_text

VERB = "n"  # of every button under a notice
UNDERSTOOD, HELP = "ok", "help"


class NoticeWording:
    def __init__(self, *, settings: Settings, phrases: Phrases, clock: Clock) -> None:
        self._settings = settings
        self._phrases = phrases
        self._clock = clock

    @property
    def drill_marks(self) -> tuple[str, ...]:
        """The line that a drill begins and ends with, in every language."""
        return tuple(self._phrases.say("head.drill", each) for each in LANGUAGES)

    def drilled(self, text: str, language: str) -> str:
        """The text between the marks of a drill."""
        mark = self._phrases.say("head.drill", language)
        return f"{mark}\n{text}\n{mark}"

    def message(
        self,
        notice: Notice,
        version: Version,
        language: str,
        *,
        knows: bool = False,
        again: bool = False,
        helped: bool = False,
    ) -> OutgoingMessage | None:
        """One version for one reader; None where nothing of it is said in this language.

        ``knows``: has the version before, and is told what is new. ``again``: may have got this one already.
        ``helped``: somebody on duty can be reached who would see a request for help.
        """
        said = version.said
        if version.kind.goes_on and language not in said.texts:
            return None
        lines = [self._say("head.repeat", language)] if again else []
        if not version.kind.goes_on:
            lines += [self._over(notice, version, language), self._sender(language)]
            return OutgoingMessage("\n".join(lines), language=language)
        lines += (
            self._update(version, language) if knows and version.kind is Kind.UPDATE else self._whole(version, language)
        )
        lines.append(self._until(notice, version, language))
        lines += self._standing(notice, version, language)
        lines.append(self._sender(language))
        return OutgoingMessage("\n".join(lines), self.buttons(notice, language, helped=helped), language)

    def shown(self, notice: Notice, language: str) -> str:
        """The notice as it stands, for whoever asks: with the times of its issue and of its last confirmation."""
        version = notice.in_force
        own = language if language in version.said.texts else "vi"
        head = f"{self._say('head.urgent', own)} {version.said.texts[own]}"
        news = version.said.news.get(own) or version.said.news.get("vi", "")
        times = self.times(notice, own)
        held = [self._say("notice.unconfirmed_hold", own)] if notice.state is NoticeState.HELD else []
        return "\n".join([head, *([news] if news else []), times, *held])

    def marked(self, notice: Notice, version: Version, mark: str, language: str) -> str:
        """What stands in place of an old message: why it no longer holds, and what it said."""
        newest = notice.newest
        if mark == "expired":
            first = self._say("head.expired", language, time=self._clock_time(notice.expires_at))
        elif mark == "updated":
            first = self._say("notice.superseded", language, time=self._clock_time(newest.said_at))
        elif mark == "clear":
            first = self._say("notice.cleared_old", language, time=self._clock_time(newest.said_at))
        elif mark == "cancelled":
            first = self._say("notice.cancelled_old", language, time=self._clock_time(newest.said_at))
        else:
            first = self._say("head.withdrawn", language, time=self._clock_time(notice.issued_at))
        text = version.said.texts.get(language, "")
        return f"{first}\n{text}" if text and mark in ("expired", "updated") else first

    def post(self, notice: Notice, version: Version, language: str) -> str | None:
        """For whoever reads it in a public place: without buttons."""
        message = self.message(notice, version, language)
        return None if message is None else message.text

    def told(self, notice: Notice, version: Version, language: str) -> tuple[str, str]:
        """(how it begins, what it says), for where times and sender have fields of their own. Of a version that was
        issued and changed nothing the beginning is empty."""
        if not version.kind.goes_on:
            head, sign, text = self._over(notice, version, language).partition("] ")
            return head + sign.strip(), text
        own = version.said.news.get(language) or version.said.news.get("vi", "")
        head = self._say("head.update", language, n=version.number) if version.kind is Kind.UPDATE else ""
        standing = [] if version.confirmed_by else self._standing(notice, version, language)
        return head, "\n".join([version.said.texts[language], *([own] if own else []), *standing])

    def head(self, language: str) -> str:
        """[TIN KHẨN]."""
        return self._say("head.urgent", language)

    def expired(self, notice: Notice, language: str) -> str:
        """[HẾT HIỆU LỰC], with hour and day."""
        return self._say("head.expired", language, time=self._moment(notice.expires_at, language))

    def standing(self, notice: Notice, version: Version, language: str) -> list[str]:
        """Whether a second person has confirmed it."""
        return self._standing(notice, version, language)

    def until(self, notice: Notice, version: Version, language: str) -> str:
        """How long it holds."""
        return self._until(notice, version, language)

    def sender(self, language: str) -> str:
        """Who says it, or that nobody does yet."""
        return self._sender(language)

    def times(self, notice: Notice, language: str) -> str:
        """When it was issued and last confirmed, and until when it holds."""
        confirmed = self._say("notice.waiting", language)
        if notice.confirmed_at is not None:
            confirmed = self._moment(notice.confirmed_at, language)
        return self._say(
            "notice.times",
            language,
            **self._fields(notice.issued_at, language),
            confirmed=confirmed,
            until=self._moment(notice.expires_at, language),
        )

    def said_at(self, at: datetime, language: str) -> str:
        """When it was announced."""
        return self._say("notice.said_at", language, **self._fields(at, language))

    def moment(self, at: datetime, language: str) -> str:
        """14:05 ngày 20/11/2026."""
        return self._moment(at, language)

    def buttons(self, notice: Notice, language: str, *, helped: bool) -> tuple[tuple[Button, ...], ...]:
        today = self._clock.now().astimezone(self._settings.zone).date()
        row = [Button(self._say("btn.ack", language), values.value(today, VERB, UNDERSTOOD, str(notice.id)))]
        if helped:
            row.append(Button(self._say("btn.help", language), values.value(today, VERB, HELP, str(notice.id))))
        return (tuple(row),)

    def in_words(self, message: OutgoingMessage) -> OutgoingMessage:
        """For channels without buttons: what to write instead. Numbers would be taken for those of another list."""
        keys = ("notice.reply", "notice.reply_help")
        said = [
            self._say(key, message.language, what=each.label)
            for key, each in zip(keys, message.choices(), strict=False)
        ]
        return replace(message, text="\n".join([message.text, *said]), buttons=())

    # --- parts --------------------------------------------------------------------------------------------------------

    def _whole(self, version: Version, language: str) -> list[str]:
        """Whoever hears of it first by an update reads what is new with it."""
        news = version.said.news.get(language) or version.said.news.get("vi", "")
        return [f"{self._say('head.urgent', language)} {version.said.texts[language]}", *([news] if news else [])]

    def _update(self, version: Version, language: str) -> list[str]:
        """What is new comes first; a reader of a language that the news was not written in gets the whole text too."""
        head = self._say("head.update", language, n=version.number)
        own = version.said.news.get(language)
        if own:
            return [f"{head} {own}"]
        return [f"{head} {version.said.texts[language]}", version.said.news.get("vi", "")]

    def _over(self, notice: Notice, version: Version, language: str) -> str:
        if version.kind is Kind.CLEAR:
            return f"{self._say('head.clear', language)} {version.said.news.get(language) or version.said.news['vi']}"
        time = self._clock_time(notice.issued_at)
        if version.kind is Kind.CANCEL:
            return f"{self._say('head.cancel', language)} {self._say('notice.cancel_text', language, time=time)}"
        return self._say("head.withdrawn", language, time=time)

    def _until(self, notice: Notice, version: Version, language: str) -> str:
        until = min(notice.expires_at, version.said.expires_at)
        return self._say("notice.until", language, **self._fields(until, language))

    def _standing(self, notice: Notice, version: Version, language: str) -> list[str]:
        if notice.state is NoticeState.HELD:
            return [self._say("notice.unconfirmed_hold", language)]
        if not version.confirmed_by or version.confirmed_at is None:
            return [self._say("notice.pending", language)]
        return [self._say("notice.confirmed", language, time=self._clock_time(version.confirmed_at))]

    def _sender(self, language: str) -> str:
        owner = self._settings.owner_name.strip()
        if not owner:
            return self._say("notice.sender_trial", language)
        return self._say("notice.sender", language, owner=owner)

    def _say(self, key: str, language: str, /, **fields: str | int) -> str:
        return self._phrases.say(key, language, **fields)

    def _fields(self, at: datetime, language: str) -> dict[str, str]:
        local = at.astimezone(self._settings.zone)
        return {"time": f"{local.hour}:{local.minute:02d}", "date": day_text(local.date(), language)}

    def _clock_time(self, at: datetime) -> str:
        return self._fields(at, "vi")["time"]

    def _moment(self, at: datetime, language: str) -> str:
        fields = self._fields(at, language)
        joint = {"vi": " ngày ", "km": " ថ្ងៃទី ", "en": " on "}[language]
        return f"{fields['time']}{joint}{fields['date']}"
