"""Urgent notices wired up: who may warn, what can be said, what is in force, and who looks after it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from bot.clock import Clock
from bot.settings import Settings
from bot.storage.db import Database
from broadcasts.hazards import Hazards
from broadcasts.notice_board import NoticeBoard
from broadcasts.notice_keeper import NoticeKeeper
from broadcasts.notice_service import NoticeService
from broadcasts.office import Office
from content.notice_templates import NoticeTemplate
from content.phrases import Phrases
from handlers.chat.warned import Warned
from handlers.notice_wording import NoticeWording
from handlers.on_duty import OnDuty


class Warnings:
    """One for a process; ``templates`` by id."""

    def __init__(
        self,
        *,
        db: Database,
        settings: Settings,
        office: Office,
        phrases: Phrases,
        clock: Clock,
        templates: Mapping[str, NoticeTemplate],
    ) -> None:
        self.duty = duty = OnDuty(office.within)
        self.wording = NoticeWording(settings=settings, phrases=phrases, clock=clock)
        self.board = NoticeBoard(db, office, duty, clock)
        self.hazards = Hazards(db, office, duty, clock, templates)
        confirm_within = timedelta(minutes=settings.notice_confirm_minutes)
        self.service = NoticeService(
            db,
            office,
            duty,
            clock,
            hazards=self.hazards,
            confirm_within=confirm_within,
            drill_marks=self.wording.drill_marks,
            token=lambda: f"cotmoc-{secrets.token_hex(12)}",
        )
        self.keeper = NoticeKeeper(db=db, office=office, duty=duty, clock=clock, confirm_within=confirm_within)

    def for_chat(self, office: Office) -> Warned:
        """What residents' conversations need of it."""
        return Warned(self.board, self.wording, office, self.duty)
