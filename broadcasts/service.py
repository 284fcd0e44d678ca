"""What officers do with a campaign: each step is one transaction, with the right asked for and a line in the log.

The console, the officers' chat and the command line call this face only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.staff import audit
from bot.staff.roles import Action, Officer
from bot.storage.schema import deliveries
from broadcasts import (
    approval,
    attached,
    audience,
    checking,
    composing,
    history,
    outbox,
    parts,
    posts,
    recurrence,
    store,
    withdrawals,
)
from broadcasts.approval import NotAllowed
from broadcasts.asking import Asking
from broadcasts.campaigns import FINAL_RUN, CampaignState, Event, RunState
from broadcasts.checking import Checklist
from broadcasts.composing import LANGUAGES, ComposeError, File
from broadcasts.deliveries import Priority
from broadcasts.store import Run

LONGEST_TITLE = 200
ASKED = "asked"  # an officer said that a missed or held run goes out after all


class Service(Asking):
    """Every method that changes something takes the officer first. Raises Forbidden, NotAllowed, IllegalMove,
    ChangedMeanwhile or the sentence that says what is wrong with the content. ``seen``: the ``parts.mark`` of what the
    officer had before their eyes; when somebody changed it since, nothing is overwritten."""

    # --- writing --------------------------------------------------------------------------------------------------

    async def draft(self, officer: Officer, title: str, *, template_id: str = "") -> int:
        """A new, empty draft; returns its number."""
        title = " ".join(title.split())
        if not 0 < len(title) <= LONGEST_TITLE:
            raise ComposeError(f"Tên chiến dịch cần từ 1 tới {LONGEST_TITLE} ký tự.")
        self._somewhere(officer, Action.DRAFT)
        async with self._db.transaction() as connection:
            campaign_id = await store.create(
                connection, title=title, by=officer.name, at=self._clock.now(), template_id=template_id
            )
            await self._record(connection, officer, "campaign.draft", campaign_id)
        return campaign_id

    async def write(
        self, officer: Officer, campaign_id: int, language: str, text: str, seen: str | None = None
    ) -> None:
        """The text of one language; empty takes the language out. An earlier signature goes."""
        if language not in LANGUAGES:
            raise ComposeError(f"Chưa có ngôn ngữ “{language}”.")
        text = text.strip()
        wrong = composing.faults(text) if text else []
        if wrong:
            raise ComposeError(wrong[0])
        async with self._db.transaction() as connection:
            await self._change(connection, officer, campaign_id, "text", seen, language=language)
            if text:
                await store.write_text(connection, campaign_id, language, text, officer.name)
            else:
                await store.drop_text(connection, campaign_id, language)

    async def attach(self, officer: Officer, campaign_id: int, *, language: str, name: str, content: bytes) -> File:
        """A file as it was uploaded: cleaned here, it goes with the text of a language ("": with all) and takes the
        place of the one before. Raises BadAttachment."""
        if language not in ("", *LANGUAGES):
            raise ComposeError(f"Chưa có ngôn ngữ “{language}”.")
        self._somewhere(officer, Action.DRAFT)  # before a stranger's file is looked at
        clean = await attached.clean(name, content)
        async with self._db.transaction() as connection:
            await self._change(
                connection, officer, campaign_id, "file", language=language, digest=attached.digest_of(clean)
            )
            return await attached.put(connection, campaign_id, language, clean)

    async def detach(self, officer: Officer, campaign_id: int, file_id: int) -> None:
        async with self._db.transaction() as connection:
            await self._change(connection, officer, campaign_id, "file")
            await attached.drop(connection, campaign_id, file_id)

    async def copy_files(self, officer: Officer, source: int, target: int) -> None:
        """The files of one campaign for another, as they were cleaned, and its signed texts to compare with."""
        async with self._db.transaction() as connection:
            await self._change(connection, officer, target, "file")
            await attached.copy(connection, source, target)
            await history.copy_signed(connection, source, target)

    async def aim(self, officer: Officer, campaign_id: int, rule: audience.Audience, seen: str | None = None) -> None:
        """Who it is for."""
        self._office.wanted(rule, LANGUAGES)  # places that do not exist are refused now
        self._office.targets(rule.posts)
        async with self._db.transaction() as connection:
            self._require(officer, Action.DRAFT, self._office.areas(rule))
            chosen = rule.to_json() or {"places": []}  # everywhere
            await self._change(connection, officer, campaign_id, "audience", seen, audience=chosen)

    async def time(
        self, officer: Officer, campaign_id: int, schedule: recurrence.Schedule, seen: str | None = None
    ) -> None:
        """When it goes out."""
        recurrence.check(schedule)
        async with self._db.transaction() as connection:
            await self._change(connection, officer, campaign_id, "schedule", seen, schedule=schedule.to_json())

    async def link(
        self,
        officer: Officer,
        campaign_id: int,
        entries: Sequence[str],
        expires_at: datetime | None = None,
        seen: str | None = None,
    ) -> None:
        """Stored answers that the text rests on, and when the text stops being true."""
        unknown = [each for each in entries if self._office.catalog.get(each) is None]
        if unknown:
            raise ComposeError(f"Không có câu trả lời “{unknown[0]}”.")
        async with self._db.transaction() as connection:
            linked = {"entries": list(entries), "expires_at": expires_at}
            await self._change(connection, officer, campaign_id, "entries", seen, **linked)

    # --- signing and approving ------------------------------------------------------------------------------------

    async def submit(self, officer: Officer, campaign_id: int) -> str:
        """Hand it in; returns the digest as it is now (signatures may still come)."""
        async with self._db.transaction() as connection:
            campaign = await self._load(connection, campaign_id)
            self._require(officer, Action.DRAFT, self._areas(campaign))
            now = self._clock.now()
            checking.submittable(self._office, campaign, now)
            marks = checking.marks(self._office, campaign.entries)
            found = approval.digest(replace(campaign.draft, marks=marks))
            await store.move(
                connection,
                campaign,
                Event.SUBMIT,
                submitted_digest=found,
                submitted_at=now,
                entries=[list(each) for each in marks.items()],
            )
            await self._record(connection, officer, "campaign.submit", campaign_id, digest=found)
        return found

    async def sign(self, officer: Officer, campaign_id: int, language: str, seen: str) -> None:
        """Sign a language off: the text whose ``approval.text_mark`` the signer saw. Not by who typed it; not once it
        is approved."""
        async with self._db.transaction() as connection:
            campaign = await store.load(connection, campaign_id)
            self._require(officer, Action.SIGN, self._areas(campaign))
            if campaign.state not in (CampaignState.DRAFT, CampaignState.SUBMITTED):
                raise NotAllowed("Chỉ ký khi đang soạn hoặc chờ duyệt.")
            approval.may_sign(campaign.draft, officer.name, language)
            text = next(each.text for each in campaign.texts if each.language == language)
            if approval.text_mark(text) != seen:
                raise store.ChangedMeanwhile
            await store.sign(connection, campaign_id, language, officer.name, self._clock.now())
            await store.touch(connection, campaign)
            await self._record(connection, officer, "campaign.sign", campaign_id, language=language, text=seen)

    async def checklist(self, officer: Officer, campaign_id: int) -> Checklist:
        """What an approver has to look at."""
        async with self._db.reading() as connection:
            campaign = await store.load(connection, campaign_id)
        self._somewhere(officer, Action.READ)
        return checking.checklist(self._office, campaign, officer.name)

    async def approve(self, officer: Officer, campaign_id: int, digest: str, ticks: Sequence[str]) -> None:
        """Approve exactly what was seen: the digest must be today's, and everything that needs a tick ticked."""
        async with self._db.transaction() as connection:
            campaign = await store.load(connection, campaign_id)
            self._require(officer, Action.APPROVE, self._areas(campaign))
            checking.approvable(self._office, campaign, officer.name)
            now = approval.digest(campaign.draft)
            if now != digest:
                raise store.ChangedMeanwhile
            missing = approval.missing_ticks(checking.ticks(self._office, campaign.draft), ticks)
            if missing:
                raise NotAllowed(f"Chưa đánh dấu: {missing[0]}.")
            await store.move(connection, campaign, Event.APPROVE, approved_digest=now)
            await store.clear_authors(connection, campaign_id)
            await store.decide(
                connection,
                campaign_id,
                draft=campaign.draft,
                officer=officer.name,
                decision="approved",
                at=self._clock.now(),
                ticks=ticks,
            )
            await self._record(connection, officer, "campaign.approve", campaign_id, digest=now, ticks=list(ticks))

    async def return_(self, officer: Officer, campaign_id: int, reason: str) -> None:
        """Back to its authors, with a reason."""
        reason = reason.strip()
        if not reason:
            raise ComposeError("Trả lại thì phải nói vì sao; ghi một câu lý do rồi trả lại.")
        async with self._db.transaction() as connection:
            campaign = await store.load(connection, campaign_id)
            self._require(officer, Action.APPROVE, self._areas(campaign))
            await store.move(connection, campaign, Event.RETURN, approved_digest="")
            await store.decide(
                connection,
                campaign_id,
                draft=campaign.draft,
                officer=officer.name,
                decision="returned",
                at=self._clock.now(),
                reason=reason,
            )
            await self._record(connection, officer, "campaign.return", campaign_id, reason=reason)

    async def schedule(self, officer: Officer, campaign_id: int) -> datetime:
        """Plan the first run of what is approved; returns its time."""
        async with self._db.transaction() as connection:
            campaign = await self._load(connection, campaign_id)
            self._require(officer, Action.DRAFT, self._areas(campaign))
            schedule = recurrence.from_json(campaign.schedule)
            dates = recurrence.next_dates(schedule, self._clock.now(), self._office.zone, 1)
            if not dates:
                raise ComposeError("Giờ gửi đã qua; chọn giờ khác rồi trình lại.")
            await store.move(connection, campaign, Event.SCHEDULE)
            planned = recurrence.after_quiet(dates[0], self._office.zone, self._office.quiet_from_to)
            await store.plan(
                connection,
                campaign_id,
                planned,
                priority=int(Priority.ROUTINE),
                expires_at=campaign.expires_at,
            )
            await self._record(connection, officer, "campaign.schedule", campaign_id, planned_at=planned.isoformat())
        return planned

    # --- while it is going out ------------------------------------------------------------------------------------

    async def pause(self, officer: Officer, run_id: int) -> None:
        """Nothing more is begun; what is in flight ends."""
        await self._control(officer, run_id, Event.PAUSE)

    async def resume(self, officer: Officer, run_id: int) -> None:
        await self._control(officer, run_id, Event.RESUME, reason="")

    async def release(self, officer: Officer, run_id: int) -> None:
        """A run that was held or missed goes out after all, if it is still what was approved."""
        async with self._db.transaction() as connection:
            run = await store.load_run(connection, run_id)
            campaign = await store.load(connection, run.campaign_id)
            self._require(officer, Action.CONTROL, self._areas(campaign))
            await store.move_run_to(connection, run, Event.SCHEDULE, reason=ASKED, planned_at=self._clock.now())
            await self._record(connection, officer, "run.release", run_id)

    async def cancel(self, officer: Officer, campaign_id: int) -> None:
        """The campaign and every run that is not over."""
        async with self._db.transaction() as connection:
            campaign = await store.load(connection, campaign_id)
            self._require(officer, Action.CONTROL, self._areas(campaign))
            await store.move(connection, campaign, Event.CANCEL)
            for run in await store.runs_of(connection, campaign_id):
                if run.state not in FINAL_RUN:
                    await self._end(connection, run, Event.CANCEL, "cancelled")
            await self._record(connection, officer, "campaign.cancel", campaign_id)

    async def withdraw(self, officer: Officer, run_id: int) -> None:
        """Take back what was sent of a run, where its channels can; what is still waiting is not sent."""
        async with self._db.transaction() as connection:
            run = await store.load_run(connection, run_id)
            self._require(officer, Action.CONTROL, self._areas(await store.load(connection, run.campaign_id)))
            if run.state not in FINAL_RUN:
                await self._end(connection, run, Event.CANCEL, withdrawals.REASON)
            await withdrawals.ask(connection, run.campaign_id, run_id, officer.name, self._clock.now())
            await self._record(connection, officer, "run.withdraw", run_id, campaign=run.campaign_id)

    async def correct(self, officer: Officer, run_id: int, title: str) -> int:
        """A new draft that goes to exactly those who got (or may have got) this run; returns its number."""
        async with self._db.reading() as connection:
            run = await store.load_run(connection, run_id)
        campaign_id = await self.draft(officer, title)
        async with self._db.transaction() as connection:
            await self._change(connection, officer, campaign_id, "audience", audience={"corrects": [str(run.id)]})
        return campaign_id

    # --- shared ---------------------------------------------------------------------------------------------------

    async def _change(
        self,
        connection: AsyncConnection,
        officer: Officer,
        campaign_id: int,
        what: str,
        seen: str | None = None,
        **columns: object,
    ) -> None:
        """Change columns of a campaign: it is a draft again, its approval is void, its waiting runs are cancelled."""
        campaign = await self._load(connection, campaign_id)
        if seen is not None and parts.mark(campaign, what, str(columns.get("language", ""))) != seen:
            raise store.ChangedMeanwhile
        if campaign.audience:
            self._require(officer, Action.DRAFT, self._areas(campaign))
        else:  # nobody is meant yet: where it may go is asked when that is chosen, and again when it is handed in
            self._somewhere(officer, Action.DRAFT)
        detail = {key: columns.pop(key) for key in ("language", "digest") if key in columns}
        await store.move(connection, campaign, Event.CHANGE, approved_digest="", submitted_digest="", **columns)
        await store.add_author(connection, campaign_id, officer.name)
        for run in await store.runs_of(connection, campaign_id):
            if run.state in (RunState.SENDING, RunState.PAUSED):
                raise NotAllowed("Đang gửi; dừng hẳn đợt này trước khi sửa.")
            if run.state not in FINAL_RUN:
                await self._end(connection, run, Event.CANCEL, "changed")
        await self._record(connection, officer, "campaign.change", campaign_id, what=what, **detail)

    async def _control(self, officer: Officer, run_id: int, event: Event, **columns: object) -> None:
        async with self._db.transaction() as connection:
            run = await store.load_run(connection, run_id)
            campaign = await store.load(connection, run.campaign_id)
            self._require(officer, Action.CONTROL, self._areas(campaign))
            await store.move_run_to(connection, run, event, **columns)
            await outbox.unlease(connection, run_id, self._clock.now())
            await self._record(connection, officer, f"run.{event}", run_id)

    async def _end(self, connection: AsyncConnection, run: Run, event: Event, reason: str) -> None:
        now = self._clock.now()
        await store.move_run_to(connection, run, event, reason=reason, finished_at=now)
        await outbox.skip(connection, deliveries.c.run_id == run.id, reason, now)
        await posts.skip(connection, run.id, reason, now)

    async def _record(
        self, connection: AsyncConnection, officer: Officer, action: str, subject: int, **detail: object
    ) -> None:
        await audit.record(
            connection, self._office.key, self._clock.now(), officer.name, action, str(subject), **detail
        )
