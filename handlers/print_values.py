"""A stored answer, a campaign or a notice as what is put on paper: every word chosen, nothing drawn yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.clock import Clock
from broadcasts.composing import filled, placeholders
from broadcasts.notice_store import Notice
from broadcasts.store import Campaign
from broadcasts.version_names import APPROVED
from content import loudspeaker
from content.entries import Entry
from content.loudspeaker import Script
from content.notice_templates import NoticeTemplate
from content.printed import Leaflet, ScriptSheet, Side
from handlers.chat.answers import compose
from handlers.chat.context import Desk
from handlers.chat.days import day_text
from handlers.notice_cap import event_name
from handlers.notice_wording import NoticeWording
from handlers.posters import emergency
from handlers.print_strings import words
from handlers.wording import Wording

_TO_FILL_IN = "…………"  # for the commune, where paper is not for one alone


@dataclass(frozen=True, slots=True)
class Said:
    """One language of what is printed. ``spoken``: what is read aloud, without what only paper says;
    ``approved``: whether it may leave the office."""

    language: str
    title: str
    text: str
    spoken: str
    legal: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    approved: bool = True
    urgent: bool = False
    drill: bool = False


class PrintValues:
    """``wording`` fills a campaign's places in; ``notices`` says what a notice says, and the ``templates``, by id, what
    its hazard is called."""

    def __init__(
        self,
        *,
        desk: Desk,
        clock: Clock,
        wording: Wording,
        notices: NoticeWording,
        templates: Mapping[str, NoticeTemplate],
    ) -> None:
        self._desk = desk
        self._settings = desk.settings
        self._clock = clock
        self._wording = wording
        self._notices = notices
        self._templates = templates

    @property
    def today(self) -> date:
        return self._clock.now().astimezone(self._settings.zone).date()

    # --- what is said ---------------------------------------------------------------------------------------------

    def of_entry(self, entry: Entry, languages: Iterable[str]) -> list[Said]:
        """One for each language that the entry has; none for one that holds no longer (promise A6)."""
        found = []
        for language in languages:
            said = compose(self._desk, entry, language, self.today)
            if said.fact and said.language == language:
                text = "\n".join((*said.lead, said.text))
                title = entry.in_language(entry.title, language)
                found.append(Said(language, title, text, text, said.legal, said.below, not said.below))
        return found

    def of_campaign(self, campaign: Campaign, languages: Iterable[str], place: str = "") -> list[Said]:
        """The signed texts of it, of a draft those that are written. ``place``: whose name is filled in."""
        texts = {each.language: each for each in campaign.texts}
        signed = {each.language for each in campaign.texts if each.signed_by}
        entries = list(filter(None, map(self._desk.catalog.get, campaign.entries)))
        found = []
        for language in languages:
            if language not in (signed or texts):
                continue
            approved = campaign.state in APPROVED and language in signed
            fields = dict.fromkeys(placeholders(texts[language].text), _TO_FILL_IN)
            fields |= self._wording.fields(place, language) if place else {}
            text = filled(texts[language].text, fields) or texts[language].text
            title = entries[0].title.get(language, campaign.title) if entries and language != "vi" else campaign.title
            legal = (*self._legal(entries, language), self._wording.sender(language))
            notes = () if approved else (words("not_approved", language),)
            found.append(Said(language, title, text, text, legal, notes, approved))
        return found

    def of_notice(self, notice: Notice, languages: Iterable[str]) -> list[Said]:
        """As it was said last: in force, or over."""
        found = []
        for language in languages:
            if language not in notice.in_force.said.texts:
                continue
            head, text = self._notices.told(notice, notice.newest, language)
            head = head or self._notices.head(language)
            lines = [text]
            if notice.newest.kind.goes_on:
                lines.append(self._notices.until(notice, notice.newest, language))
            notes = (words("drill", language),) if notice.drill else ()
            legal = (self._notices.said_at(notice.newest.said_at, language), self._notices.sender(language))
            whole = "\n".join(lines)
            over = not notice.newest.kind.goes_on
            read = "\n".join((f"{head.strip('[]').capitalize()}.", *lines)) if over else whole
            title = f"{head} {event_name(notice, self._templates, language)}"
            found.append(Said(language, title, whole, read, legal, notes, urgent=not over, drill=notice.drill))
        return found

    # --- on paper -------------------------------------------------------------------------------------------------

    def leaflet(self, version_id: str, link: str, sides: Sequence[Said]) -> Leaflet:
        return Leaflet(version_id, self.today, link, tuple(self._side(version_id, each) for each in sides))

    def spoken(self, said: Said) -> Script:
        """What an announcer reads of it, with how long that takes."""
        opening = closing = ""
        if not said.urgent and not said.drill:
            channels = self.channels(said.language)
            opening = words("script_opening", said.language, owner=self._desk.owner) if self._desk.owner else ""
            closing = words("script_closing", said.language, channels=channels) if channels else ""
        return loudspeaker.script(
            said.spoken, said.language, opening=opening, closing=closing, urgent=said.urgent, drill=said.drill
        )

    def script(self, version_id: str, said: Said) -> ScriptSheet:
        language, read = said.language, self.spoken(said)
        head = words(
            "script_head",
            language,
            script=words("script", language),
            version=version_id,
            seconds=read.reading_for,
            times=read.times,
            between=loudspeaker.BETWEEN,
        )
        rate = loudspeaker.RATES[language]
        notes = said.notes if said.approved else (*said.notes, words("script_unsigned", language))
        return ScriptSheet(
            language=language,
            language_name=self._desk.phrases.say(f"lang.name.{language}", language),
            title=said.title,
            version_id=version_id,
            made_on=self.today,
            head=head,
            lines=read.lines,
            legend=(
                words("script_signs", language),
                words("script_rate", language, rate=rate, times=read.times, whole=read.whole_for),
                words("script_return", language),
            ),
            blanks=tuple(words(f"blank_{each}", language) for each in ("reader", "time", "times", "signature")),
            imprint=self.imprint(version_id, language),
            notes=tuple(dict.fromkeys(notes)),
        )

    def imprint(self, version_id: str, language: str) -> str:
        return words("imprint", language, version=version_id, date=day_text(self.today, language))

    def channels(self, language: str) -> str:
        """Where the service can be written to besides its page, as far as it is set up."""
        zalo = self._settings.zalo_oa or bool(self._settings.zalo_bot_token.get_secret_value())
        found = ["Zalo"] * zalo + ["Telegram"] * bool(self._settings.telegram_token.get_secret_value())
        return words("and", language).join(found)

    def local(self, language: str) -> tuple[str, ...]:
        """That the codes lead nowhere yet."""
        return () if self._settings.public else (words("local", language),)

    def _side(self, version_id: str, said: Said) -> Side:
        language, channels = said.language, self.channels(said.language)
        return Side(
            language=language,
            language_name=self._desk.phrases.say(f"lang.name.{language}", language),
            title=said.title,
            text=said.text,
            ask=words("ask_channels", language, channels=channels) if channels else words("ask", language),
            imprint=self.imprint(version_id, language),
            owner=self._desk.owner,
            legal=said.legal,
            notes=(*said.notes, *self.local(language)),
            emergency=emergency(language),
        )

    def _legal(self, entries: Sequence[Entry], language: str) -> tuple[str, ...]:
        """Of several answers as of one: every basis and source once, and the oldest day."""
        if not entries:
            return ()
        joined = replace(
            entries[0],
            basis=tuple(dict.fromkeys(basis for each in entries for basis in each.basis)),
            sources=tuple(dict.fromkeys(source for each in entries for source in each.sources)),
            as_of=min(each.as_of for each in entries),
            valid_until=None,
        )
        return compose(self._desk, joined, language, self.today).legal
