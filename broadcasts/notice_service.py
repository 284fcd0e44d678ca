"""What officers do with urgent notices: each step is one transaction, with the right asked for and a line in the log.

The chat, the command line and the console call this face only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.staff import audit
from bot.staff.roles import Action, Forbidden, Officer, may
from bot.storage.db import Database
from broadcasts import forecast, notice_calls, notice_composing, notice_sending, notice_store
from broadcasts.approval import NotAllowed
from broadcasts.audience import AudienceError
from broadcasts.deliveries import Priority
from broadcasts.duty import Duty
from broadcasts.forecast import Forecast
from broadcasts.hazards import Hazards, frozen_words
from broadcasts.notice_store import Notice, NoticeChangedMeanwhile
from broadcasts.notices import Kind, NoticeDraft, NoticeEvent, Said, check_expiry, check_later_expiry, name_of
from broadcasts.office import Office
from content.notice_templates import NoticeTemplate

Also = Callable[[AsyncConnection, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be said, to how many, and until when. ``seen`` binds the issue to exactly this; ``alike``: a notice
    in force of the same kind in the same area; ``whole_province``: the area is a whole province or more."""

    said: Said
    seen: str
    forecast: Forecast
    alike: Notice | None
    whole_province: bool
    drill: bool


@dataclass(frozen=True, slots=True)
class Issued:
    """A version that is in the database, and therefore being sent. ``confirm_by``: when the first call ends."""

    notice_id: int
    run_id: int
    at: datetime
    confirm_by: datetime | None = None

    @property
    def name(self) -> str:
        return name_of(self.notice_id)


class NoticeService:
    """``hazards`` are the templates; ``confirm_within``: how long each rung of the ladder is waited for;
    ``drill_marks``: what only a drill's message may hold; ``token`` makes what no other message will ever be called.

    Methods raise Forbidden, NotAllowed, NotSigned, IllegalNoticeMove, NoticeChangedMeanwhile, BadExpiry,
    AudienceError or NoticeTextError, each with a sentence for the officer.
    """

    def __init__(
        self,
        db: Database,
        office: Office,
        duty: Duty,
        clock: Clock,
        *,
        hazards: Hazards,
        confirm_within: timedelta,
        drill_marks: Sequence[str],
        token: Callable[[], str],
    ) -> None:
        self._db = db
        self._office = office
        self._duty = duty
        self._clock = clock
        self.hazards = hazards
        self._confirm_within = confirm_within
        self._marks = drill_marks
        self._token = token

    # --- half-finished -----------------------------------------------------------------------------------------------

    async def keep(self, officer: Officer, draft: NoticeDraft) -> None:
        """What was filled in so far, for when the connection comes back."""
        async with self._db.transaction() as connection:
            await notice_store.keep_draft(connection, officer.id, draft, self._clock.now())

    async def kept(self, officer: Officer) -> tuple[NoticeDraft, datetime] | None:
        async with self._db.reading() as connection:
            return await notice_store.kept_draft(connection, officer.id)

    async def drop(self, officer: Officer) -> None:
        async with self._db.transaction() as connection:
            await notice_store.drop_draft(connection, officer.id)

    # --- saying ------------------------------------------------------------------------------------------------------

    async def preview(self, officer: Officer, draft: NoticeDraft) -> Preview:
        """Everything that the officer must see before typing the code."""
        now = self._clock.now()
        template = self.hazards.template(draft.template_id)
        async with self._db.reading() as connection:
            await self._require_duty(connection, officer, draft.area, drill=draft.drill)
            said = await self._composed(connection, template, draft, now)
            wanted = notice_sending.wanted_of(self._office, draft.area, tuple(said.texts))
            if draft.drill:
                members = await self._duty.drill_members(connection, now)
                foreseen = Forecast(audience=len(members), reachable=len(members))
            else:
                foreseen = await forecast.foretell(connection, self._office, wanted, now, Priority.NOTICE)
            alike = await self._alike(connection, draft, now)
        seen = _seen(said, draft, alike)
        return Preview(said, seen, foreseen, alike, self._whole_province(draft.area), draft.drill)

    async def issue(self, officer: Officer, draft: NoticeDraft, *, seen: str = "", also: Also | None = None) -> Issued:
        """Say it now. ``seen``: of the preview; empty where there was none. ``also`` is done in the same transaction,
        given the notice's number: what it raises issues nothing."""
        now = self._clock.now()
        template = self.hazards.template(draft.template_id)
        rung_at = now + self._confirm_within
        async with self._db.transaction() as connection:
            await self._require_duty(connection, officer, draft.area, drill=draft.drill)
            said = await self._composed(connection, template, draft, now)
            await notice_store.take_turn(connection)
            if seen and _seen(said, draft, await self._alike(connection, draft, now)) != seen:
                raise NoticeChangedMeanwhile
            where = notice_composing.area_words(self._office.gazetteer, draft.area, "vi")
            notice_id = await notice_store.create(
                connection,
                title=f"{template.title['vi']}: {where}"[:200],
                draft=draft,
                identifier=self._token(),
                hazard=frozen_words(template),
                fate=template.fate,
                by=officer.name,
                now=now,
                expires_at=said.expires_at,
                rung_at=rung_at,
            )
            run_id = await self._say(connection, officer, replace(said, notice_id=notice_id), draft.area, draft.drill)
            await notice_store.drop_draft(connection, officer.id)
            if also is not None:
                await also(connection, notice_id)
        return Issued(notice_id, run_id, now, rung_at)

    async def update(
        self,
        officer: Officer,
        notice_id: int,
        news: Mapping[str, str],
        *,
        area: Sequence[str] | None = None,
        blanks: Mapping[str, str] | None = None,
        lasts_for: timedelta | None = None,
    ) -> Issued:
        """Something has changed: ``news`` says what, in Vietnamese at least. What is not given stays as it was; a new
        ``lasts_for`` counts from now."""
        now = self._clock.now()
        async with self._db.transaction() as connection:
            notice = await notice_store.load(connection, notice_id)
            where = tuple(area) if area is not None else notice.area
            draft = NoticeDraft(notice.template_id, where, {**notice.blanks, **(blanks or {})}, drill=notice.drill)
            await self._require_still(connection, officer, notice, new=tuple(area or ()))
            expires_at = check_later_expiry(notice.state, notice.issued_at, notice.expires_at, lasts_for, now)
            texts, entries = notice.in_force.said.texts, notice.in_force.said.entries
            if area is not None or blanks:  # else what is in force stays, whatever became of its template since
                template = self.hazards.template(notice.template_id)
                languages = await self.hazards.languages(connection, template, drill=notice.drill)
                texts = notice_composing.texts(template, draft, self._office.gazetteer, languages)
                entries = template.entries
            said = Said(
                notice_id,
                Kind.UPDATE,
                notice.newest.number + 1,
                notice.issued_at,
                now,
                expires_at,
                texts,
                notice_composing.checked_news(news, self._marks),
                entries,
            )
            await notice_store.move(
                connection,
                notice,
                NoticeEvent.UPDATE,
                expires_at=expires_at,
                area=list(where),
                blanks=dict(draft.blanks),
            )
            await notice_sending.supersede(connection, notice, notice_sending.MARKS[Kind.UPDATE], officer.name, now)
            run_id = await self._say(connection, officer, said, where, notice.drill, notice)
            kept = await notice_store.kept_draft(connection, officer.id)
            if kept is not None and kept[0].updates == notice_id:  # said, so that nobody says it a second time
                await notice_store.drop_draft(connection, officer.id)
        return Issued(notice_id, run_id, now)

    async def clear(self, officer: Officer, notice_id: int) -> Issued:
        """The danger is over: told to exactly those who were reached."""
        return await self._end(officer, notice_id, Kind.CLEAR, NoticeEvent.CLEAR)

    async def cancel(self, officer: Officer, notice_id: int, reason: str = "") -> Issued:
        """It was wrong: told to exactly those who were reached. ``reason`` is for the log."""
        return await self._end(officer, notice_id, Kind.CANCEL, NoticeEvent.CANCEL, reason=reason.strip())

    # --- the second person -------------------------------------------------------------------------------------------

    async def confirm(self, officer: Officer, run_id: int) -> Notice:
        """It is so. Never by who said it, from whatever device. Returns the notice as it is then."""
        async with self._db.transaction() as connection:
            notice, version = await self._second(connection, officer, run_id)
            now = self._clock.now()
            await notice_store.move(
                connection,
                notice,
                NoticeEvent.CONFIRM,
                confirmed_by=officer.name,
                confirmed_at=now,
                rung_at=None,
            )
            if not version.confirmed_by:
                await notice_store.confirm_version(connection, run_id, officer.name, now)
            await notice_calls.answer(connection, run_id, officer.id, now)
            await self._record(connection, officer, "notice.confirm", notice.id, run=run_id)
            return await notice_store.load(connection, notice.id)

    async def reject(self, officer: Officer, run_id: int) -> Issued:
        """It is not so: taken back at once, as one that nobody confirmed."""
        async with self._db.transaction() as connection:
            notice, _ = await self._second(connection, officer, run_id)
            now = self._clock.now()
            new_run = await notice_sending.end(
                connection, self._office, self._duty, notice, Kind.WITHDRAW, NoticeEvent.REJECT, {}, officer.name, now
            )
            await notice_calls.answer(connection, run_id, officer.id, now)
            await self._record(connection, officer, "notice.reject", notice.id, run=run_id)
        return Issued(notice.id, new_run, now)

    async def acknowledge(self, officer: Officer, run_id: int) -> bool:
        """This officer has the notice in hand; False: was not called for it."""
        async with self._db.transaction() as connection:
            return await notice_calls.answer(connection, run_id, officer.id, self._clock.now())

    async def join(self, officer: Officer, notice_id: int) -> Notice:
        """Be told of its progress like who issued it, instead of issuing the same again."""
        async with self._db.transaction() as connection:
            notice = await notice_store.load(connection, notice_id)
            await self._require_still(connection, officer, notice)
            now = self._clock.now()
            await notice_calls.call(connection, notice.newest.run_id, [officer.id], notice.rung, now)
            await notice_calls.answer(connection, notice.newest.run_id, officer.id, now)
            await self._record(connection, officer, "notice.join", notice_id)
        return notice

    # --- asking ------------------------------------------------------------------------------------------------------

    async def notice(self, officer: Officer, notice_id: int) -> Notice:
        """One notice. Raises Forbidden outside the officer's areas."""
        async with self._db.reading() as connection:
            notice = await notice_store.load(connection, notice_id)
        if not self.may(officer, Action.READ, notice.area):
            raise Forbidden
        return notice

    async def notices(self, officer: Officer, *, since: datetime | None = None) -> list[Notice]:
        """Those in force in this officer's areas, or all since a time; the newest first."""
        async with self._db.reading() as connection:
            if since is None:
                found = await notice_store.live(connection, self._clock.now())
            else:
                found = await notice_store.lately(connection, since)
        return [each for each in found if self.may(officer, Action.READ, each.area)]

    def may(self, officer: Officer, action: Action, area: Sequence[str]) -> bool:
        """Whether the officer may do this where a notice holds. One whose places have all gone is anybody's who may
        do so somewhere: it must not stand because nobody can end it."""
        now, within = self._clock.now(), self._office.within
        here = self._office.remaining(area)
        if here or not area:
            return may(officer, action, here, now, within)
        return any(may(officer, action, (held,), now, within) for _, held in officer.roles)

    def clear_texts(self, notice: Notice, languages: tuple[str, ...]) -> dict[str, str]:
        """What is said when the danger is over, by language; Vietnamese whatever became of its template since."""
        template = self.hazards.templates.get(notice.template_id)
        return notice_composing.clear_texts(template, notice.title, notice.area, self._office.gazetteer, languages)

    # --- shared ------------------------------------------------------------------------------------------------------

    async def _composed(
        self, connection: AsyncConnection, template: NoticeTemplate, draft: NoticeDraft, now: datetime
    ) -> Said:
        if template.drill_only and not draft.drill:
            raise NotAllowed("Mẫu này chỉ để diễn tập.")
        languages = await self.hazards.languages(connection, template, drill=draft.drill)
        lasts_for = template.lasts_for if draft.lasts_for is None else draft.lasts_for
        expires_at = check_expiry(now + lasts_for, now)
        texts = notice_composing.texts(template, draft, self._office.gazetteer, languages)
        if any(mark in text for mark in self._marks for text in texts.values()):
            raise NotAllowed("Chữ [DIỄN TẬP] chỉ do hệ thống ghi.")
        return Said(0, Kind.ISSUE, 0, now, now, expires_at, texts, {}, template.entries)

    async def _say(
        self,
        connection: AsyncConnection,
        officer: Officer,
        said: Said,
        area: Sequence[str],
        drill: bool,
        before: Notice | None = None,
    ) -> int:
        run_id = await notice_sending.say(
            connection, self._office, self._duty, said, by=officer.name, area=area, drill=drill, before=before
        )
        await self._record(connection, officer, f"notice.{said.kind}", said.notice_id, run=run_id, drill=drill)
        return run_id

    async def _end(self, officer: Officer, notice_id: int, kind: Kind, event: NoticeEvent, **detail: object) -> Issued:
        now = self._clock.now()
        async with self._db.transaction() as connection:
            notice = await notice_store.load(connection, notice_id)
            await self._require_still(connection, officer, notice)
            news = self.clear_texts(notice, tuple(notice.in_force.said.texts)) if kind is Kind.CLEAR else {}
            run_id = await notice_sending.end(
                connection, self._office, self._duty, notice, kind, event, news, officer.name, now
            )
            await self._record(connection, officer, f"notice.{kind}", notice_id, run=run_id, **detail)
        return Issued(notice_id, run_id, now)

    async def _second(
        self, connection: AsyncConnection, officer: Officer, run_id: int
    ) -> tuple[Notice, notice_store.Version]:
        notice = await notice_store.of_run(connection, run_id)
        version = next(each for each in notice.versions if each.run_id == run_id)
        if officer.scopes is not None:
            raise Forbidden
        if not self.may(officer, Action.CONFIRM, notice.area):
            raise Forbidden
        if officer.name in notice.speakers:
            raise NotAllowed("Người phát tin không tự xác nhận được, dù từ máy khác; cần người thứ hai.")
        if version != notice.newest:
            raise NoticeChangedMeanwhile
        return notice, version

    async def _alike(self, connection: AsyncConnection, draft: NoticeDraft, now: datetime) -> Notice | None:
        mine, office = set(self._office.codes(draft.area)), self._office
        for each in await notice_store.live(connection, now):
            same = each.template_id == draft.template_id and each.drill == draft.drill
            if same and mine & set(office.codes(office.remaining(each.area))):
                return each
        return None

    async def _require_duty(
        self, connection: AsyncConnection, officer: Officer, area: Sequence[str], *, drill: bool, gone: bool = False
    ) -> None:
        """A drill is held by whoever may warn somewhere; it reaches no area. ``gone``: nor does a notice whose places
        do not exist any more."""
        if not area:
            raise AudienceError("Chọn nơi nhận: xã, phường, cửa khẩu hoặc cả tỉnh.")
        if not gone:
            self._office.codes(tuple(area))  # raises for a place that does not exist
        if drill or gone:
            allowed = bool(await self._duty.issues_in(connection, officer, self._clock.now()))
        else:
            allowed = await self._duty.may_issue(connection, officer, area, self._clock.now())
        if not allowed or officer.scopes is not None:
            raise Forbidden

    async def _require_still(
        self, connection: AsyncConnection, officer: Officer, notice: Notice, new: tuple[str, ...] = ()
    ) -> None:
        """On duty where the notice holds, as far as its places still exist, and where it is to hold from now on."""
        where = (*self._office.remaining(notice.area), *new)
        await self._require_duty(connection, officer, where or notice.area, drill=notice.drill, gone=not where)

    def _whole_province(self, area: Sequence[str]) -> bool:
        places = [self._office.gazetteer.get(code) for code in area]
        return any(place is not None and place.kind == "province" for place in places)

    async def _record(
        self, connection: AsyncConnection, officer: Officer, action: str, subject: int | str, **detail: object
    ) -> None:
        await audit.record(
            connection, self._office.key, self._clock.now(), officer.name, action, str(subject), **detail
        )


def _seen(said: Said, draft: NoticeDraft, alike: Notice | None) -> str:
    return notice_composing.mark(said, draft.area, drill=draft.drill, alike=alike.id if alike is not None else 0)
