"""``cotmoc demo``: one campaign from the draft to the report, by officers and for people who do not exist.

Everything runs as it does in the service, but on a database in memory, through a channel that goes nowhere and with a
clock that need not be waited for: nothing is kept and nobody gets a message.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from sqlalchemy import func, insert, select

from bot.clock import SystemClock
from bot.settings import Settings
from bot.staff import audit
from bot.staff.roles import Officer, Role
from bot.storage.schema import audit as audit_lines
from bot.storage.schema import drill_members, officer_chats, officer_roles, officers, resident_places, residents
from bot.testing import FakeChannel, ManualClock
from broadcasts import recurrence, store, templates
from broadcasts.approval import spoken, text_mark
from broadcasts.campaigns import RunState
from broadcasts.checking import Checklist
from broadcasts.notices import NoticeDraft
from content import campaign_files
from handlers.app import App, build

TEMPLATE = "cmp.border.kh-demarcation"
PEOPLE, COMMUNES = 240, 6
FIRST = 880000001
CHANNEL = "demo"
WRITER = Officer(1, "Chi (hư cấu)", ((Role.EDITOR, ""),))
SIGNER = Officer(2, "Dung (hư cấu)", ((Role.REVIEWER, ""),))
APPROVER = Officer(3, "Giang (hư cấu)", ((Role.APPROVER, ""),))
COMMANDER = Officer(4, "Hiền (hư cấu)", ((Role.COMMANDER, ""),))
DRILLING = (COMMANDER, Officer(5, "Khoa (hư cấu)", ((Role.DUTY, ""),)))
HAZARD = "storm"
LATER = "Bà con giáp biên nhớ mang giấy tờ tuỳ thân."


def run(settings: Settings) -> int:
    with TemporaryDirectory() as folder:
        return asyncio.run(_demonstrate(settings, Path(folder)))


async def _demonstrate(settings: Settings, folder: Path) -> int:
    today = SystemClock().now().astimezone(settings.zone)
    clock = ManualClock(datetime.combine(today.date(), time(9), settings.zone))
    channel = FakeChannel(name=CHANNEL)
    app = await build(_private(settings, folder), roles=("sender", "scheduler"), channels=(channel,), clock=clock)
    answering = asyncio.create_task(app.intake.run())
    try:
        await _Demonstration(app, channel, clock).play()
    finally:
        await app.intake.stop(within=2)
        answering.cancel()
        await app.close()
    return 0


def _private(settings: Settings, folder: Path) -> Settings:
    """The province and the times of this installation, and none of its accounts."""
    nothing = SecretStr("")
    return settings.model_copy(
        update={
            "database_url": "sqlite://",
            "var_dir": folder,
            "cache_dir": settings.cache_dir or settings.var_dir,
            "secret_key": SecretStr("demo"),
            "public_url": "",
            "accounts_file": None,
            "telegram_token": nothing,
            "zalo_oa_id": "",
            "zalo_bot_token": nothing,
        }
    )


class _Demonstration:
    """The steps in their order, each told in a line or two."""

    def __init__(self, app: App, channel: FakeChannel, clock: ManualClock) -> None:
        self._app = app
        self._channel = channel
        self._clock = clock
        self._service = app.campaigning.service
        self._scheduler = app.campaigning.scheduler
        self._step = 0

    async def play(self) -> None:
        print("TRÌNH DIỄN – cán bộ, người nhận và kênh đều là hư cấu; không ai nhận tin nào.\n")
        number = await self._drafted()
        await self._returned(number)
        await self._approved(number)
        run_id = await self._sent(number)
        await self._corrected(run_id)
        await self._drilled()
        await self._checked()
        print("\nHết. Muốn làm thật: xem docs/campaigns.md, bắt đầu bằng  cotmoc officer add")

    def _say(self, *lines: str) -> None:
        self._step += 1
        print(f"{self._step}. {lines[0]}", *(f"   {each}" for each in lines[1:]), sep="\n", flush=True)

    async def _drafted(self) -> int:
        template = campaign_files.shipped_templates()[TEMPLATE]
        office = self._app.campaigning.office
        number = await templates.from_template(self._service, office, WRITER, template, self._clock.now())
        communes = (await self._service.campaign(WRITER, number)).audience["places"][:COMMUNES]
        await self._people(communes)
        morning = datetime.combine(self._clock.now().date() + timedelta(days=1), time(7, 30))
        await self._service.time(WRITER, number, recurrence.from_json({"at": morning.isoformat()}))
        foreseen = await self._service.forecast(WRITER, number)
        self._say(
            f"Có {PEOPLE} người nhận hư cấu ở {len(communes)} xã, phường biên giới; một nửa đọc tiếng Khmer.",
        )
        self._say(
            f"{WRITER.name} soạn CD-{number} từ mẫu “{template.title}”, tiếng Việt và Khmer, gửi 7:30 sáng mai.",
            f"Dự báo: {foreseen.audience} người, tới được {foreseen.reachable}, chi phí {foreseen.cost} đồng.",
        )
        return number

    async def _people(self, communes: Sequence[str]) -> None:
        async with self._app.db.transaction() as connection:
            await connection.execute(
                insert(residents),
                [
                    {
                        "channel": CHANNEL,
                        "account": self._channel.account,
                        "external_id": str(FIRST + each),
                        "language": ("vi", "km")[each % 2],
                        "last_wrote_on": self._clock.now().date(),
                        "routine": True,
                        "safety": True,
                    }
                    for each in range(PEOPLE)
                ],
            )
            ids = (await connection.execute(select(residents.c.id).order_by(residents.c.id))).scalars().all()
            places = [{"resident_id": own, "place_code": communes[at % len(communes)]} for at, own in enumerate(ids)]
            await connection.execute(insert(resident_places), places)

    async def _returned(self, number: int) -> None:
        await self._service.submit(WRITER, number)
        await self._service.return_(APPROVER, number, "Thêm câu nhắc mang giấy tờ")
        campaign = await self._service.campaign(WRITER, number)
        vietnamese = next(each.text for each in campaign.texts if each.language == "vi")
        await self._service.write(WRITER, number, "vi", f"{vietnamese}\n{LATER}")
        await self._service.submit(WRITER, number)
        self._say(f"{APPROVER.name} trả lại: “Thêm câu nhắc mang giấy tờ”. {WRITER.name} sửa rồi trình lại.")

    async def _approved(self, number: int) -> None:
        seen, at = await self._let_out(number)
        zone = self._app.settings.zone
        self._say(
            f"{SIGNER.name} ký hai thứ tiếng. {APPROVER.name} đánh dấu {len(seen.ticks)} điều phải xem, rồi duyệt"
            f" dấu {spoken(seen.digest)}.",
            f"Lên lịch {at.astimezone(zone):%H:%M ngày %d/%m/%Y}. Sửa một chữ là phải duyệt lại.",
        )

    async def _sent(self, number: int) -> int:
        """Somebody says stop on the evening before."""
        await self._hears(FIRST + 5, "DỪNG")
        await self._until_morning(number)
        await self._go_on()
        [run_id] = [each.id for each in await self._service.runs(WRITER, number)]
        first = next(said for said in self._channel.said if said.address.external_id == str(FIRST))
        report = await self._service.report(WRITER, [run_id])
        say = self._app.intake.desk.phrases.say
        counts = [say(f"officer.count_{name}", "vi", n=count) for name, count in report.counts.items() if count]
        self._say(
            "Sáng hôm sau máy gửi. Một người đã nhắn DỪNG tối hôm trước nên không nhận.",
            f"Kết quả: {report.audience} người. {', '.join(counts)}. Chênh lệch: {report.difference}.",
            "Một người nhận thấy thế này:",
            *(f"  | {line}" for line in first.message.text.splitlines()),
        )
        return run_id

    async def _corrected(self, run_id: int) -> None:
        number = await self._service.correct(WRITER, run_id, "Đính chính")
        await self._service.write(WRITER, number, "vi", "Đính chính: xin xem lại tin sáng nay.")
        await self._service.write(WRITER, number, "km", "កែតម្រូវ៖ សូមមើលសារព្រឹកនេះឡើងវិញ។")
        later = (self._clock.now() + timedelta(hours=1)).astimezone(self._app.settings.zone).replace(tzinfo=None)
        await self._service.time(WRITER, number, recurrence.from_json({"at": later.isoformat(timespec="minutes")}))
        await self._service.submit(WRITER, number)
        await self._let_out(number)
        self._clock.advance(3600)
        await self._go_on()
        [again] = [each.id for each in await self._service.runs(WRITER, number)]
        report = await self._service.report(WRITER, [again])
        self._say(f"Bản đính chính CD-{number} tới đúng {report.counts['sent']} người đã nhận tin đầu.")

    async def _drilled(self) -> None:
        """An urgent notice as a drill: to the officers on the drill list, and to no resident."""
        await self._on_the_drill_list()
        warning, before = self._app.campaigning.warning, len(self._channel.said)
        template = warning.hazards.template(HAZARD)
        communes = [each.code for each in self._app.campaigning.office.gazetteer.communes(self._app.settings.province)]
        issued = await warning.service.issue(COMMANDER, NoticeDraft(HAZARD, tuple(communes[:1]), drill=True))
        await self._go_on()
        told = self._channel.said[before:]
        residents_told = [each for each in told if each.address.external_id.isdigit()]
        await warning.service.clear(COMMANDER, issued.notice_id)
        await self._go_on()
        self._say(
            f"{COMMANDER.name} phát {issued.name} “{template.title['vi']}” dạng DIỄN TẬP: {len(told)} cán bộ trong danh"
            f" sách diễn tập nhận, {len(residents_told)} người dân nhận.",
            *(f"  | {line}" for line in told[0].message.text.splitlines()),
        )

    async def _on_the_drill_list(self) -> None:
        now = self._clock.now()
        async with self._app.db.transaction() as connection:
            for each in DRILLING:
                await connection.execute(
                    insert(officers).values(id=each.id, name=each.name, password="-", second_factor="-", created_at=now)
                )
                await connection.execute(
                    insert(officer_roles).values(officer_id=each.id, role=each.roles[0][0], area="")
                )
                await connection.execute(
                    insert(officer_chats).values(
                        channel=CHANNEL,
                        account=self._channel.account,
                        external_id=f"can-bo-{each.id}",
                        officer_id=each.id,
                        linked_at=now,
                        seen_on=now.date(),
                    )
                )
                await connection.execute(
                    insert(drill_members).values(officer_id=each.id, added_by=COMMANDER.name, at=now)
                )

    async def _let_out(self, number: int) -> tuple[Checklist, datetime]:
        """Signed, approved and planned."""
        for text in (await self._service.campaign(SIGNER, number)).texts:
            if text.language in ("vi", "km"):
                await self._service.sign(SIGNER, number, text.language, text_mark(text.text))
        seen = await self._service.checklist(APPROVER, number)
        await self._service.approve(APPROVER, number, seen.digest, seen.ticks)
        return seen, await self._service.schedule(WRITER, number)

    async def _checked(self) -> None:
        async with self._app.db.reading() as connection:
            lines = (await connection.execute(select(func.count()).select_from(audit_lines))).scalar_one()
            good = (await audit.verify(connection, self._app.intake.desk.key)).good
        self._say(f"Nhật ký có {lines} dòng, dòng sau khoá dòng trước: {'nguyên vẹn' if good else 'HỎNG'}.")

    async def _hears(self, who: int, words: str) -> None:
        frame = json.dumps({"key": f"{who}-{words}", "chat": str(who), "kind": "text", "text": words}).encode()
        await self._app.intake.receive(self._channel.receive({}, frame, self._clock.now()))
        await self._app.intake.idle()

    async def _until_morning(self, number: int) -> None:
        [run] = await self._service.runs(WRITER, number)
        self._clock.advance((run.planned_at - self._clock.now()).total_seconds())

    async def _go_on(self) -> None:
        """The scheduler releases and closes; the senders work off what is due."""
        assert self._scheduler is not None
        while True:
            await self._scheduler.tick()
            for sender in self._app.campaigning.senders:
                await sender.work_off()
            async with self._app.db.reading() as connection:
                if not await store.runs_in(connection, (RunState.SENDING,)):
                    return
