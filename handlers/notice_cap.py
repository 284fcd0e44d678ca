"""A notice of ours as a CAP message: the same words as everybody reads, under the names that CAP has for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from bot.places import Gazetteer
from bot.settings import Settings
from broadcasts import notice_composing
from broadcasts.cap import Alert
from broadcasts.notice_alert import Wording, to_alert
from broadcasts.notice_publishing import published
from broadcasts.notice_store import Notice
from content.entries import LANGUAGES
from content.notice_templates import NoticeTemplate
from handlers.notice_wording import NoticeWording


class NoSuchVersion(LookupError):
    """The notice has no version of this number."""


class NoticeCap:
    """``templates`` by id, for what a hazard is called."""

    def __init__(
        self,
        *,
        settings: Settings,
        gazetteer: Gazetteer,
        wording: NoticeWording,
        templates: Mapping[str, NoticeTemplate],
    ) -> None:
        self._settings = settings
        self._gazetteer = gazetteer
        self._wording = wording
        self._templates = templates

    def page(self, notice: Notice) -> str:
        """The whole address of its public page."""
        return f"{self._settings.address}/notices/{notice.id}"

    def alert(self, notice: Notice, number: int | None = None) -> Alert:
        """The version of this number (0: the issue), or the newest. Raises NoSuchVersion."""
        notice = notice if number is None else _as_it_was(notice, number)
        languages = tuple(each for each in LANGUAGES if each in notice.in_force.said.texts)
        return to_alert(
            published(
                notice,
                {each: self._wording_in(notice, each) for each in languages},
                events={each: event_name(notice, self._templates, each) for each in languages},
                sender=urlsplit(self._settings.public_url).hostname or "cotmoc",
                gazetteer=self._gazetteer,
                zone=self._settings.zone,
                owner=self._settings.owner_name.strip(),
                page="" if notice.drill else self.page(notice),
                drill_words=dict(zip(LANGUAGES, self._wording.drill_marks, strict=True)),
            )
        )

    def _wording_in(self, notice: Notice, language: str) -> Wording:
        head, text = self._wording.told(notice, notice.newest, language)
        where = notice_composing.area_words(self._gazetteer, notice.area, language)
        what = f"{event_name(notice, self._templates, language)}: {where}"
        return Wording(f"{head} {what}".strip(), text or what)


def event_name(notice: Notice, templates: Mapping[str, NoticeTemplate], language: str) -> str:
    """What the hazard is called; of a template that is gone, as the notice was titled."""
    template = templates.get(notice.template_id)
    if template is not None and language in template.title:
        return template.title[language]
    return notice.title.partition(":")[0]


def _as_it_was(notice: Notice, number: int) -> Notice:
    """Before anything that came after this version: what was said once is not said otherwise later."""
    if number == notice.newest.number:
        return notice
    upto = tuple(each for each in notice.versions if each.number <= number)
    if not upto or upto[-1].number != number:
        raise NoSuchVersion
    newest = upto[-1]
    return replace(notice, versions=upto, area=newest.area or notice.area, expires_at=newest.said.expires_at)
