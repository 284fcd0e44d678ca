"""Hazard templates in office: which of them a commander has signed, in which languages, and who may choose them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import CotMocError
from bot.staff import audit
from bot.staff.roles import Action, Forbidden, Officer, may
from bot.storage.db import Database
from broadcasts import notice_composing, notice_store
from broadcasts.approval import NotAllowed
from broadcasts.duty import Duty
from broadcasts.notice_store import NoticeChangedMeanwhile
from broadcasts.office import Office
from content.notice_templates import NoticeTemplate


class NotSigned(CotMocError):
    """Mẫu tin này chưa được chỉ huy ký; chỉ dùng để diễn tập được."""


class Hazards:
    """``templates`` by id. Methods raise Forbidden, NotAllowed, NotSigned or NoticeChangedMeanwhile."""

    def __init__(
        self, db: Database, office: Office, duty: Duty, clock: Clock, templates: Mapping[str, NoticeTemplate]
    ) -> None:
        self._db = db
        self._office = office
        self._duty = duty
        self._clock = clock
        self.templates = templates

    def template(self, template_id: str) -> NoticeTemplate:
        """Raises NotAllowed."""
        found = self.templates.get(template_id)
        if found is None:
            raise NotAllowed("Không có mẫu tin này.")
        return found

    async def sign(self, officer: Officer, template_id: str, language: str, seen: str) -> None:
        """Sign one language of a template off: the wording whose digest the signer saw. Vietnamese by a commander."""
        template = self.template(template_id)
        if language not in template.texts:
            raise NotAllowed(f"Mẫu này chưa có bản {language}.")
        if template.digest(language) != seen:
            raise NoticeChangedMeanwhile
        self._somewhere(officer, Action.CONFIRM if language == "vi" else Action.SIGN)
        if language == "vi":
            self._somewhere(officer, Action.APPROVE)  # a duty officer confirms notices, and signs no template
        now = self._clock.now()
        async with self._db.transaction() as connection:
            await notice_store.sign(connection, template_id, language, seen, officer.name, now)
            await audit.record(
                connection,
                self._office.key,
                now,
                officer.name,
                "notice.sign",
                template_id,
                language=language,
                text=seen,
            )

    async def signed(self) -> dict[str, tuple[str, ...]]:
        """The languages in which each template may be said today; empty: none, and so not at all."""
        async with self._db.reading() as connection:
            signatures = await self._signatures(connection)
        return {
            each.id: notice_composing.signed_languages(each, signatures, drill=False)
            for each in self.templates.values()
        }

    async def offered(self, officer: Officer, *, drill: bool = False) -> list[NoticeTemplate]:
        """What this officer may choose from: the one used last comes first. Raises Forbidden."""
        now = self._clock.now()
        async with self._db.reading() as connection:
            if not await self._duty.issues_in(connection, officer, now):
                raise Forbidden
            used = [each.template_id for each in await notice_store.lately(connection, now - timedelta(days=90))]
            signatures = await self._signatures(connection)
        known = [
            each
            for each in self.templates.values()
            if drill or "vi" in notice_composing.signed_languages(each, signatures, drill=False)
        ]
        order = {template_id: number for number, template_id in reversed(list(enumerate(used)))}
        return sorted(known, key=lambda each: order.get(each.id, len(used)))

    async def languages(self, connection: AsyncConnection, template: NoticeTemplate, *, drill: bool) -> tuple[str, ...]:
        """The languages it may be said in now, Vietnamese among them. Raises NotSigned."""
        found = notice_composing.signed_languages(template, await self._signatures(connection), drill=drill)
        if "vi" not in found:
            raise NotSigned
        return found

    async def areas(self, officer: Officer) -> tuple[str, ...]:
        """Where this officer may warn now, as widely as may be; empty: nowhere. "" is everywhere."""
        async with self._db.reading() as connection:
            return await self._duty.issues_in(connection, officer, self._clock.now())

    async def _signatures(self, connection: AsyncConnection) -> dict[tuple[str, str], str]:
        return {key: signed[0] for key, signed in (await notice_store.signatures(connection)).items()}

    def _somewhere(self, officer: Officer, action: Action) -> None:
        if not any(may(officer, action, (area,), self._clock.now(), self._office.within) for _, area in officer.roles):
            raise Forbidden


def frozen_words(template: NoticeTemplate) -> dict[str, Any]:
    """What must not change under a notice that is in force, when a release changes its template."""
    cap = template.cap
    return {
        "category": cap.category,
        "event": cap.event,
        "response": cap.response,
        "urgency": cap.urgency,
        "severity": cap.severity,
        "certainty": cap.certainty,
        "topics": list(template.topics),
        "entries": list(template.entries),
    }
