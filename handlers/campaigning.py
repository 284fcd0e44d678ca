"""Campaigns wired up: the office, a sender, a poster and a withdrawer for each channel account, and the scheduler."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors, logs
from bot.channels.base import Channel
from bot.channels.skew import Skew
from bot.channels.zalo_articles import ZaloArticles
from bot.clock import Clock
from bot.errors import SettingError
from bot.metrics import Metrics
from bot.pacing import Pacer
from bot.places import Gazetteer
from bot.settings import Settings
from bot.staff import audit
from bot.staff.credentials import Prover
from bot.staff.sign_in import SignIn
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from broadcasts import deadlines, outbox, reports, store
from broadcasts.campaigns import Event, RunState
from broadcasts.cells import larger_of
from broadcasts.engine import Sender
from broadcasts.office import Office
from broadcasts.poster import Poster
from broadcasts.reports import Prices
from broadcasts.scheduler import Notice, Scheduler, Tell
from broadcasts.service import Service
from broadcasts.withdrawer import Withdrawer
from broadcasts.zalo_routes import MessageClass
from content.campaign_files import shipped_deadlines
from content.catalog import Catalog
from content.notice_files import shipped_notices
from content.phrases import Phrases
from handlers.accounts_file import post_targets
from handlers.chat.staff import Staff
from handlers.feeding import Feeding
from handlers.officers_cap import OfficersCap
from handlers.officers_duty import OfficersDuty
from handlers.officers_helped import OfficersHelped
from handlers.officers_reached import OfficersReached
from handlers.officers_reminded import OfficersReminded
from handlers.officers_told import OfficersTold
from handlers.officers_warned import OfficersWarned
from handlers.outgoing import RunWriter
from handlers.previews import Face, Previews
from handlers.quotas import quotas_of
from handlers.warnings import Warnings
from handlers.wording import Wording
from handlers.zalo_ways import ZaloWays, zalo_ways

TICK_EVERY = 1.0  # seconds
UNTOLD = "officers are not told"
FAST = 1000.0  # messages a second of an account that names no rate
log = logs.get("campaigns")


class Campaigning:
    """Senders of the accounts this process sends for, and the scheduler where it has that role."""

    def __init__(
        self,
        *,
        settings: Settings,
        db: Database,
        writer: GroupCommit,
        channels: Mapping[tuple[str, str], Channel],
        pacers: Mapping[tuple[str, str], Pacer],
        articles: Mapping[tuple[str, str], ZaloArticles],
        rates: Mapping[str, float],
        catalog: Catalog,
        phrases: Phrases,
        gazetteer: Gazetteer,
        key: bytes,
        clock: Clock,
        metrics: Metrics,
        rng: Random,
        owner: str,
        roles: Sequence[str],
        tell: Tell,
        skew: Skew,
        alone: bool,
    ) -> None:
        ways = zalo_ways(settings)
        wording = Wording(settings=settings, catalog=catalog, phrases=phrases, gazetteer=gazetteer, clock=clock)
        previews = Previews(wording, phrases, [Face.of(each) for each in channels.values()])
        self.office = office_of(settings, gazetteer, catalog, key, ways, previews)
        for each in self.office.posts.values():
            if (each.channel, each.account) not in channels:
                raise SettingError(f"Nơi đăng {each.name}: kênh {each.channel} ({each.account}) chưa được bật.")
        self.service = Service(db, self.office, clock)
        self.warning = Warnings(
            db=db, settings=settings, office=self.office, phrases=phrases, clock=clock, templates=shipped_notices()
        )
        self.writer = RunWriter(
            db=db,
            settings=settings,
            wording=wording,
            phrases=phrases,
            gazetteer=gazetteer,
            ways=ways,
            clock=clock,
            board=self.warning.board,
            notices=self.warning.wording,
            quotas=self.office.quotas,
        )
        self.staff = Staff(self.service, self.office, SignIn(key, Prover(key)), wording, previews, self.warning)
        self.scheduler = (
            Scheduler(db=db, office=self.office, clock=clock, owner=owner, tell=tell, skew=skew.seconds, alone=alone)
            if "scheduler" in roles
            else None
        )
        self.reached = reached = OfficersReached(
            db=db, office=self.office, channels=channels, phrases=phrases, clock=clock, pacers=pacers
        )
        self._warned = OfficersWarned(
            db=db, office=self.office, reached=reached, wording=self.warning.wording, clock=clock
        )
        self._told = OfficersTold(db=db, office=self.office, reached=reached, clock=clock)
        self._helped = OfficersHelped(
            db=db, office=self.office, duty=self.warning.duty, reached=reached, phrases=phrases, clock=clock
        )
        self._duty = OfficersDuty(db=db, office=self.office, reached=reached, clock=clock)
        self._cap = OfficersCap(db=db, office=self.office, reached=reached, clock=clock)
        self._feeding = Feeding(settings=settings, db=db, key=key, clock=clock)
        self._reminded = OfficersReminded(
            db=db,
            office=self.office,
            reached=reached,
            clock=clock,
            duties=deadlines.parse(shipped_deadlines()),
            province=settings.province,
            prices=prices_of(settings),
        )
        self._db = db
        self._clock = clock
        self._tell = tell
        self.senders: list[Sender] = []
        self.posters: list[Poster] = []
        self.withdrawers: list[Withdrawer] = []
        for account, channel in channels.items():
            if not channel.capabilities.subscribable or "sender" not in roles:
                continue
            pacer = pacers.get(account) or Pacer(rate=0)  # one pace for all that an account does
            sender = Sender(
                db=db,
                writer=writer,
                channel=channel,
                pacer=pacer,
                clock=clock,
                metrics=metrics,
                rng=rng,
                owner=owner,
                write=self.writer,
                stop_run=self._stop_run,
                rate=rates.get(channel.name, FAST),
                drill_marks=self.warning.wording.drill_marks,
                alone=alone,
            )
            poster = Poster(
                db=db,
                channel=channel,
                pacer=pacer,
                clock=clock,
                metrics=metrics,
                rng=rng,
                owner=owner,
                write=self.writer.post,
                owns=_owns(sender),
                articles=articles.get(account),
                alone=alone,
            )
            withdrawer = Withdrawer(
                db=db,
                channel=channel,
                pacer=pacer,
                clock=clock,
                metrics=metrics,
                words=self.writer.marked,
                owns=_owns(sender),
                done=self._taken_back,
                articles=articles.get(account),
                idle=sender.idle,
            )
            self.senders.append(sender)
            self.posters.append(poster)
            self.withdrawers.append(withdrawer)
        self._larger = larger_of(gazetteer)
        self._zone = settings.zone
        self._stopping = False
        self._ours = False  # whether the schedule is held by this process

    async def run(self) -> None:
        """Until cancelled, or until ``stop``."""
        async with asyncio.TaskGroup() as group:
            for each in self.senders:
                group.create_task(each.run(), name="sender")
            for poster in self.posters:
                group.create_task(poster.run(), name="poster")
            for withdrawer in self.withdrawers:
                group.create_task(withdrawer.run(), name="withdrawer")
            if self.scheduler is not None:
                group.create_task(self._schedule(self.scheduler), name="schedule")
                looks = [
                    self._while_ours(self.tell_officers, UNTOLD),
                    self._while_ours(self.warn_officers, "officers are not warned", urgent=True),
                    self._while_ours(self.warning.keeper.tick, "notices are not looked after", urgent=True),
                ]
                if self._feeding.wanted:
                    looks.append(self._while_ours(self._feeding.tick, "feeds are not looked at"))
                for look in looks:
                    group.create_task(look, name="look")

    async def stop(self) -> None:
        """Begin nothing more, and finish what has begun."""
        self._stopping = True
        await asyncio.gather(
            *(each.stop() for each in self.posters),
            *(each.stop() for each in self.withdrawers),
            *(each.stop() for each in self.senders),
        )

    async def _schedule(self, scheduler: Scheduler) -> None:
        while not self._stopping:
            try:
                self._ours = await scheduler.tick()
            except errors.StoreUnavailable:
                self._ours = False
                log.error("the database does not answer; nothing is released")
            except Exception:
                self._ours = False
                log.error("a tick of the schedule broke", exc_info=True)
            await self._clock.sleep(TICK_EVERY)

    async def _while_ours(self, tick: Callable[[], Awaitable[object]], without: str, *, urgent: bool = False) -> None:
        """Beside the schedule, which may be freezing a large campaign, and beside each other: a platform that lets one
        wait keeps nobody else waiting. By the process that holds the schedule only."""
        while not self._stopping:
            if self._ours:
                await _safely(tick, without, urgent=urgent)
            await self._clock.sleep(TICK_EVERY)

    async def warn_officers(self) -> None:
        """Who is called to confirm a warning, and how warnings go on; waits for nothing else that officers are told."""
        await self._warned.tick()

    async def tell_officers(self) -> None:
        """Who needs help, what happened, who is on duty, what waits to be read, and what is still to be done. What
        breaks one keeps nobody from the others."""
        for each in (self._helped, self._told, self._duty, self._cap, self._reminded):
            await _safely(each.tick, UNTOLD)

    async def _stop_run(self, run_id: int, reason: str) -> None:
        """The channel refuses the text for everybody: nobody else gets it before a person has looked."""
        async with self._db.transaction() as connection:
            run = await store.load_run(connection, run_id)
            if run.state is not RunState.SENDING:
                return
            await store.move_run_to(connection, run, Event.HOLD, reason=reason)
            await outbox.unlease(connection, run_id, self._clock.now())
            await audit.record(
                connection,
                self.office.key,
                self._clock.now(),
                "",
                "run.held",
                str(run_id),
                campaign=run.campaign_id,
                reason=reason,
            )
        await self._tell(Notice(run.campaign_id, run_id, "held", reason))

    async def _taken_back(self, connection: AsyncConnection, run_id: int, channel: str) -> None:
        """Everything that can be is taken back on one account: the log says so, and the kept report is of today."""
        await reports.keep(connection, run_id, self._larger, self._zone)
        await audit.record(
            connection, self.office.key, self._clock.now(), "", "run.withdrawn", str(run_id), channel=channel
        )


async def _safely(tick: Callable[[], Awaitable[object]], without: str, *, urgent: bool = False) -> None:
    """What breaks is logged and tried again; ``without``: what does not happen meanwhile."""
    try:
        await tick()
    except errors.StoreUnavailable:
        log.error(f"the database does not answer; {without}")
    except Exception:
        (log.critical if urgent else log.error)(f"something broke; {without}", exc_info=True)


def _owns(sender: Sender) -> Callable[[], bool]:
    return lambda: sender.owns


def prices_of(settings: Settings) -> Prices:
    """What the settings say that print and text messages cost."""
    return Prices(settings.leaflet_price, settings.sms_price)


def office_of(
    settings: Settings, gazetteer: Gazetteer, catalog: Catalog, key: bytes, ways: ZaloWays, previews: Previews
) -> Office:
    """What campaigns need to know of this installation."""
    return Office(
        gazetteer,
        catalog,
        key,
        settings.zone,
        settings.quiet_from_to,
        settings.weekly_cap,
        ways.routings(MessageClass.ROUTINE),
        ways.routings(MessageClass.URGENT),
        {
            "telegram": settings.telegram_rate,
            "zalo-oa": settings.zalo_rate / 60,  # the setting is requests a minute
            "zalo-bot": settings.zalo_bot_rate,
        },
        previews.misfits,
        quotas_of(settings),
        post_targets(settings, gazetteer),
    )
