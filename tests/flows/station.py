"""A service with officers, their apps and their phones: what tests of the officers' chat are written in."""

from __future__ import annotations

from typing import Any

from argon2 import PasswordHasher
from pyotp import TOTP
from sqlalchemy import select

from bot.staff import codes, register
from bot.staff.accounts import Accounts
from bot.staff.areas import lies_in
from bot.staff.changes import Change, Kind
from bot.staff.credentials import Credentials, Prover
from bot.staff.roles import Officer, Role
from bot.storage.schema import metadata
from tests.flows.talk import Talk, text_of

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
TEXT = "Bà con vào vùng biên nhớ mang giấy tờ tuỳ thân. Hỏi thêm: 02773 851 234."
EDITOR, APPROVER, REVIEWER, STRANGER = "2001", "2002", "2003", "1001"


class Station:
    """A service with officers, their apps and their phones."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        desk = talk.app.intake.desk
        self.db, self.key = desk.db, desk.key
        self.accounts = Accounts(
            self.key, lambda place, area: lies_in(desk.gazetteer, place, area), Prover(self.key, CHEAP)
        )
        self.proofs: dict[str, Credentials] = {}

    def now(self) -> Any:
        return self.talk.clock.now()

    async def open(self) -> Station:
        """An and Bình, administrators; Chi writes, Dung signs, Giang approves."""
        for name in ("An", "Bình"):
            async with self.db.transaction() as connection:
                self.proofs[name] = await self.accounts.add_first(connection, name, self.now())
        for name, role in (("Chi", Role.EDITOR), ("Dung", Role.REVIEWER), ("Giang", Role.APPROVER)):
            await self.add(name, role)
        return self

    async def add(self, name: str, role: Role, area: str = "") -> None:
        first, second = await self.officer("An"), await self.officer("Bình")
        async with self.db.transaction() as connection:
            number = await self.accounts.propose(connection, first, Change(Kind.ADD, name, role, area), self.now())
        async with self.db.transaction() as connection:
            done = await self.accounts.confirm(connection, second, number, self.now())
        assert done.credentials is not None
        self.proofs[name] = done.credentials

    async def grant(self, name: str, role: Role) -> None:
        """One more role for somebody, by both administrators."""
        first, second = await self.officer("An"), await self.officer("Bình")
        async with self.db.transaction() as connection:
            number = await self.accounts.propose(connection, first, Change(Kind.GRANT, name, role, ""), self.now())
        async with self.db.transaction() as connection:
            await self.accounts.confirm(connection, second, number, self.now())

    async def officer(self, name: str) -> Officer:
        async with self.db.reading() as connection:
            return (await register.by_name(connection, name)).officer

    async def link_code(self, name: str) -> str:
        officer = await self.officer(name)
        async with self.db.transaction() as connection:
            return await codes.link_code(connection, self.key, officer, self.now())

    async def link(self, name: str, who: str) -> None:
        said = await self.talk.hears(f"/noi {await self.link_code(name)}", who=who)
        assert text_of(said) == f"Đã nối với cán bộ {name}. Soạn tin: /soan. Việc đang chờ: /viec."

    def code(self, name: str) -> str:
        """What the officer's app shows, one step of 30 seconds later than before: a code is good once."""
        self.talk.clock.advance(30)
        return TOTP(self.proofs[name].secret).at(int(self.now().timestamp()))

    async def drafted(self) -> None:
        """Chi's draft, up to its card."""
        await self.talk.hears("/soan", who=EDITOR)
        await self.talk.taps("Soạn tự do", who=EDITOR)
        await self.talk.hears(TEXT, who=EDITOR)
        await self.talk.taps("Tỉnh Đồng Tháp", who=EDITOR)
        await self.talk.taps("mọi chủ đề", who=EDITOR)

    async def submitted(self) -> None:
        await self.drafted()
        await self.talk.taps("7:30 ngày 21/11", who=EDITOR)
        await self.talk.taps("Trình duyệt", who=EDITOR)

    async def signed(self) -> None:
        await self.submitted()
        await self.opens(REVIEWER)
        await self.talk.taps("Ký tiếng Việt", who=REVIEWER)
        await self.talk.hears(self.code("Dung"), who=REVIEWER)

    async def planned(self) -> None:
        """Signed, ticked, approved with a code, and planned."""
        await self.signed()
        await self.opens(APPROVER)
        await self.ticks()
        await self.talk.taps("Duyệt", who=APPROVER)
        await self.talk.hears(self.code("Giang"), who=APPROVER)
        await self.opens(EDITOR)
        await self.talk.taps("Đặt lịch gửi", who=EDITOR)

    async def opens(self, who: str) -> str:
        """The card behind the first thing that waits."""
        await self.talk.hears("/viec", who=who)
        return text_of(await self.talk.taps(self.talk.labels(who)[0], who=who))

    async def card(self, who: str, number: int) -> str:
        """The card of a campaign, whether it waits for anything or not."""
        return text_of(await self.talk.hears(f"/viec {number}", who=who))

    async def ticks(self, who: str = APPROVER) -> None:
        while any(each.startswith("Đã xem") for each in self.talk.labels(who)):
            assert "Duyệt" not in self.talk.labels(who)
            await self.talk.taps(next(each for each in self.talk.labels(who) if each.startswith("Đã xem")), who=who)

    async def campaign(self, number: int = 1) -> Any:
        return await self.talk.app.campaigning.service.campaign(await self.officer("An"), number)

    async def rows(self, table: str) -> list[Any]:
        async with self.db.reading() as connection:
            return list((await connection.execute(select(metadata.tables[table]))).all())
