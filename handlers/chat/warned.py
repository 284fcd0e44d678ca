"""What the chat knows of warnings: what is in force, how it is said, whom it is for and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass

from broadcasts.notice_board import NoticeBoard
from broadcasts.office import Office
from handlers.notice_wording import NoticeWording
from handlers.on_duty import OnDuty


@dataclass(frozen=True, slots=True)
class Warned:
    board: NoticeBoard
    wording: NoticeWording
    office: Office
    duty: OnDuty
