"""The composition root: build(settings) puts everything together; run() keeps the loops in one TaskGroup."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import text

from bot import errors, logs, retention
from bot.channels.base import Channel
from bot.channels.skew import Skew
from bot.channels.webchat import WebChat
from bot.clock import Clock, SystemClock
from bot.metrics import Metrics
from bot.place_files import load_gazetteer
from bot.places import Gazetteer
from bot.settings import Settings, secret_key
from bot.staff import upkeep as staff
from bot.staff.audit_heads import keep_head
from bot.storage import inbox
from bot.storage.db import Database
from bot.storage.group_commit import GroupCommit
from bot.storage.lock import FileLock, take_database
from bot.storage.migrate import migrate
from broadcasts import notice_store, notice_taps, waiting
from broadcasts.scheduler import Notice
from content import files, store
from content.catalog import Catalog
from content.distress_files import load_distress
from content.entries import LANGUAGES
from content.judge import Judge
from content.match_values import MatchSource
from content.phrases import Phrases
from content.prepared import mark, prepared
from content.serving import LOOK_EVERY, Serving, read_mark
from handlers.accounts import Accounts, Polling, accounts, patiently
from handlers.campaigning import Campaigning
from handlers.chat.context import Desk
from handlers.chat.intake import Intake
from handlers.chat.router import COMMANDS
from handlers.chat.telling import Teller
from handlers.console.console import Console
from handlers.http.page_notices import PageNotices
from handlers.http.polling import Poller
from handlers.http.server import Server
from handlers.http.zalo_polling import ZaloPoller
from handlers.printing import Printing
from handlers.site import console_of, site

ROLES = ("http", "sender", "scheduler")
log = logs.get("app")


@dataclass(slots=True)
class App:
    """Everything that runs, once; ``port`` is known after ``start``."""

    settings: Settings
    db: Database
    clock: Clock
    metrics: Metrics
    writer: GroupCommit
    intake: Intake
    teller: Teller
    catalog: Catalog
    serving: Serving
    accounts: Accounts
    webchat: WebChat
    campaigning: Campaigning
    pollers: Sequence[Polling]
    server: Server | None
    console: Console | None
    page_notices: PageNotices
    lock: FileLock | None
    owner: str
    roles: Sequence[str] = ROLES
    port: int = 0
    scheduler: AsyncIOScheduler = field(default_factory=lambda: AsyncIOScheduler(timezone="UTC"))

    @property
    def channels(self) -> Mapping[tuple[str, str], Channel]:
        """Every channel account, by name and account."""
        return self.accounts.channels

    async def start(self) -> None:
        """Open what needs opening and give back what a process that died was holding."""
        async with self.db.transaction() as connection:
            await inbox.release(connection, self.owner, self.clock.now(), alone=self.lock is not None)
            await waiting.release(connection, self.owner, self.clock.now(), alone=self.lock is not None)
        await self.accounts.open()
        if self.server is not None:
            self.port = await self.server.start()
        # The scheduler only wakes the ticks; what is due is always read from the database.
        self.scheduler.add_job(self._tick, "interval", seconds=10, max_instances=1, coalesce=True)
        self.scheduler.add_job(self._look_for_content, "interval", seconds=LOOK_EVERY, max_instances=1, coalesce=True)
        # A tick of its own, for it may wait for a platform; the first at once, for a token may have ended meanwhile.
        self.scheduler.add_job(
            self._look_after_accounts,
            "interval",
            seconds=10,
            max_instances=1,
            coalesce=True,
            next_run_time=self.clock.now(),
            misfire_grace_time=None,
        )
        if "scheduler" in self.roles:
            self.scheduler.add_job(self._purge, "interval", seconds=60, max_instances=1, coalesce=True)
        self.scheduler.start()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until ``stopping`` is set (after ``start``), then finish what has begun."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = []
                if "http" in self.roles:  # who receives also answers: a web chat's socket is where it came in
                    tasks.append(group.create_task(self.intake.run(), name="intake"))
                    tasks.append(group.create_task(self.page_notices.run(), name="pages"))
                if self.teller.has_work:
                    tasks.append(group.create_task(self.teller.run(), name="telling"))
                if self.campaigning.senders or self.campaigning.scheduler:
                    tasks.append(group.create_task(self.campaigning.run(), name="campaigns"))
                tasks += [group.create_task(each.run(), name="polling") for each in self.pollers]
                tasks += [group.create_task(each, name="introduce") for each in self._introductions()]
                await stopping.wait()
                for task in tasks:
                    if task.get_name() not in ("intake", "telling", "campaigns"):
                        task.cancel()
                await asyncio.gather(self.intake.stop(), self.teller.stop(), self.campaigning.stop())
                for task in tasks:
                    task.cancel()
        finally:
            await self.close()

    async def close(self) -> None:
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)
        if self.server is not None:
            await self.server.stop()
        await self.accounts.close()
        await self.writer.drain()
        await self.db.close()
        if self.lock is not None:
            self.lock.free()

    async def troubles(self) -> list[str]:
        """What keeps the service from its work, one line each, for /readyz."""
        found = []
        try:
            async with self.db.reading() as connection:
                await connection.execute(text("SELECT 1"))
        except errors.StoreUnavailable:
            found.append("database")
        if not len(self.catalog):
            found.append("no content")
        if self.intake.full:
            found.append("inbox full")
        found.extend(each.trouble for each in self.pollers if each.trouble)
        found.extend(self.accounts.troubles())
        found.extend(f"{channel}: token refused" for channel, _ in sorted(self.intake.refused))
        return list(dict.fromkeys(found))

    async def _tick(self) -> None:
        await _quietly(self.intake.tick, "tick")

    async def _look_for_content(self) -> None:
        await _quietly(partial(self.serving.look, self.db), "content")

    async def _look_after_accounts(self) -> None:
        async def look() -> None:
            for account in await self.accounts.tick(self.metrics):
                self.intake.reopen(account)

        await _quietly(look, "accounts")

    async def _purge(self) -> None:
        async def purge() -> None:
            now, desk = self.clock.now(), self.intake.desk
            async with self.db.transaction() as connection:
                await retention.purge(connection, now)
                await staff.tidy(connection, desk.key, now)
                await notice_store.forget_drafts(connection, now)
                await notice_taps.forget_late(connection)
            await self.db.forget()
            async with self.db.reading() as connection:
                await keep_head(connection, self.settings.var_dir, now.astimezone(self.settings.zone).date())

        await _quietly(purge, "purge")

    def _introductions(self) -> list[Coroutine[object, object, None]]:
        """Telling the platforms where to send updates, and what commands there are; tried until it works."""
        if "http" not in self.roles:
            return []
        calls = []
        telegram, bot = self.accounts.telegram, self.accounts.zalo_bot
        if telegram is not None:
            steps: list[Callable[[], Coroutine[object, object, None]]] = []
            if self.settings.telegram_mode == "webhook":
                steps.append(partial(telegram.use_webhook, self._hook(telegram)))
            for language in (None, *LANGUAGES):
                commands = command_list(self.intake.desk.phrases, language or "vi")
                steps.append(partial(telegram.set_commands, commands, language))
            calls.append(patiently("telegram", steps, self.clock))
        if bot is not None and self.settings.zalo_bot_mode == "webhook":
            calls.append(patiently("zalo-bot", [partial(bot.use_webhook, self._hook(bot))], self.clock))
        return calls

    def _hook(self, channel: Channel) -> str:
        return f"{self.settings.address}/hooks/{channel.name}/{channel.account}"


def command_list(phrases: Phrases, language: str) -> list[tuple[str, str]]:
    return [(name, phrases.say(f"cmd.{name}", language)) for name in COMMANDS]


async def _quietly(call: Callable[[], Coroutine[object, object, object]], what: str) -> None:
    try:
        await call()
    except errors.StoreUnavailable:
        log.error("the database does not answer", during=what)
    except Exception:
        log.error("a tick broke", during=what, exc_info=True)


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    rng: Random | None = None,
    roles: Sequence[str] = ROLES,
    channels: Sequence[Channel] = (),
    gazetteer: Gazetteer | None = None,
    judge: Judge | None = None,
) -> App:
    """Migrate, load the content and wire everything. Raises SettingError or AlreadyRunning with one sentence.

    ``gazetteer`` and ``judge``: what would else be built from the tables and from the catalogue.
    """
    clock = clock or SystemClock()
    rng = rng or Random()
    owner = secrets.token_hex(6)
    key = secret_key(settings)
    lock = take_database(settings.database)
    db = Database(settings.database)
    metrics = Metrics()
    try:
        await migrate(db)
        async with db.transaction() as connection:
            await store.update_from_release(connection, clock.now())
        async with db.reading() as connection:
            catalog, published = await store.load_catalog(connection), await read_mark(connection)
    except BaseException:
        await db.close()
        if lock is not None:
            lock.free()
        raise
    metrics.entries.set(len(catalog))
    phrases = files.shipped_phrases()
    webchat = WebChat(clock)
    skew = Skew(clock)
    made = accounts(settings, db=db, key=key, clock=clock, rng=rng, owner=owner, skew=skew, others=(*channels, webchat))
    by_name = made.channels
    writer = GroupCommit(db)
    if gazetteer is None or judge is None:
        gazetteer, judge = _prepared(settings, catalog, gazetteer, keep=lock is not None)
    serving = Serving(catalog, judge, gazetteer, home=settings.province, mark=published)
    catalog, judge = serving.catalog, serving.judge
    campaigning = Campaigning(
        settings=settings,
        db=db,
        writer=writer,
        channels=by_name,
        pacers=made.pacers,
        rates=made.rates,
        articles=made.articles,
        catalog=catalog,
        phrases=phrases,
        gazetteer=gazetteer,
        key=key,
        clock=clock,
        metrics=metrics,
        rng=rng,
        owner=owner,
        roles=roles,
        tell=_log_notice,
        skew=skew,
        alone=lock is not None,
    )
    warned = campaigning.warning.for_chat(campaigning.office)
    desk = Desk(
        settings=settings,
        db=db,
        catalog=catalog,
        phrases=phrases,
        gazetteer=gazetteer,
        judge=judge,
        distress=load_distress().find,
        language_of=judge.language_of,
        key=key,
        token=lambda: secrets.token_hex(8),
        staff=campaigning.staff,
        warned=warned,
    )
    intake = Intake(
        db=db,
        writer=writer,
        channels=by_name,
        pacers=made.pacers,
        desk=desk,
        clock=clock,
        metrics=metrics,
        rng=rng,
        owner=owner,
    )
    teller = Teller(
        desk=desk,
        # What is sent belongs to the sender; an open page can only be told by the process that holds its socket.
        channels={key: each for key, each in by_name.items() if ("http" if each is webchat else "sender") in roles},
        pacers=made.pacers,
        clock=clock,
        metrics=metrics,
        rng=rng,
        owner=owner,
        present={(webchat.name, webchat.account): webchat.present},
        sending=intake.sending,
    )
    pollers: list[Polling] = []
    if "http" in roles:
        if made.telegram is not None and settings.telegram_mode == "polling":
            pollers.append(Poller(channel=made.telegram, intake=intake, db=db, clock=clock, rng=rng))
        if made.zalo_bot is not None and settings.zalo_bot_mode == "polling":
            pollers.append(ZaloPoller(channel=made.zalo_bot, intake=intake, clock=clock, rng=rng))
    app = App(
        settings=settings,
        db=db,
        clock=clock,
        metrics=metrics,
        writer=writer,
        intake=intake,
        teller=teller,
        catalog=catalog,
        serving=serving,
        accounts=made,
        webchat=webchat,
        campaigning=campaigning,
        pollers=pollers,
        server=None,
        console=None,
        page_notices=PageNotices(webchat=webchat, db=db, warned=warned, clock=clock),
        lock=lock,
        owner=owner,
        roles=roles,
    )
    if "http" in roles:
        printing = Printing.of(desk, campaigning.staff, clock)  # one for all: drawing takes turns
        app.console = console_of(app, desk, key, rng, printing)
        app.server = Server(site(app, desk, printing), settings.http_host, settings.http_port)
    return app


async def _log_notice(notice: Notice) -> None:
    if notice.what == "done":
        log.info("a run is done", run=notice.run_id)
    else:
        log.warning("a run needs somebody", what=notice.what, run=notice.run_id, reason=notice.reason)


def _prepared(
    settings: Settings, catalog: Catalog, gazetteer: Gazetteer | None, *, keep: bool
) -> tuple[Gazetteer, Judge]:
    """The gazetteer and the judge, from the last start where nothing they are made of has changed."""

    def build() -> tuple[Gazetteer, Judge]:
        places = gazetteer or load_gazetteer()
        return places, Judge(map(MatchSource.of_entry, catalog), places, home=settings.province)

    folder = settings.cache_dir or (settings.var_dir if keep else None)
    if folder is None or gazetteer is not None:
        return prepared(None, "judge", "", build)
    made_of = mark([settings.province, *(repr(entry) for entry in catalog)])
    return prepared(folder, "judge", made_of, build)
