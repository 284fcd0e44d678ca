"""A poster and a withdrawer on the channel of an office: what the tests of posts and withdrawals are written in."""

from __future__ import annotations

from collections import Counter
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.base import Channel
from bot.channels.zalo_articles import ZaloArticles
from bot.messages import OutgoingMessage
from bot.pacing import Pacer
from bot.storage.schema import posts
from broadcasts import reports
from broadcasts.engine import Skip
from broadcasts.post_targets import CHANNEL, PostTarget
from broadcasts.poster import Poster, Words
from broadcasts.posts import Due
from broadcasts.withdrawer import Withdrawer
from tests.broadcasts.offices import ZONE, Life

BULLETIN = PostTarget("kenh-tinh", "fake", CHANNEL, "-1001", languages=("vi", "km"))
VILLAGE = PostTarget("nhom-xa", "fake", CHANNEL, "-1002", place_code="c-29938")


async def plainly(channel: Channel, due: Due) -> Words | Skip:
    """The run's number, and in which language."""
    text = f"post {due.run_id} {due.language}"
    return Words(OutgoingMessage(f"{text}\n\nNgười gửi: Tỉnh."), f"{text}\nDòng hai.", "Tỉnh")


async def instead(_: int, mark: str, language: str) -> str:
    """What stands in place of a message that was taken back."""
    return f"{mark or 'thu hồi'} [{language}]"


class Publishing:
    """One process's loops beside the sender of an office; another ``owner`` is another process."""

    def __init__(
        self,
        life: Life,
        *,
        owner: str = "one",
        channel: Channel | None = None,
        articles: ZaloArticles | None = None,
        rate: float = 0,
        alone: bool = False,
    ) -> None:
        self.life = life
        self.owned = True
        self.done: list[tuple[int, str]] = []
        channel = channel or life.sending.channel
        self.pacer = pacer = Pacer(rate=0, whole=rate)
        self.poster = Poster(
            db=life.db,
            channel=channel,
            pacer=pacer,
            clock=life.clock,
            metrics=life.sending.metrics,
            rng=Random(1),
            owner=owner,
            write=plainly,
            owns=lambda: self.owned,
            articles=articles,
            alone=alone,
        )
        self.withdrawer = Withdrawer(
            db=life.db,
            channel=channel,
            pacer=pacer,
            clock=life.clock,
            metrics=life.sending.metrics,
            words=instead,
            owns=lambda: self.owned,
            done=self._done,
            articles=articles,
        )

    async def _done(self, connection: AsyncConnection, run_id: int, channel: str) -> None:
        await reports.keep(connection, run_id, {}, ZONE)
        self.done.append((run_id, channel))

    async def take_back(self) -> None:
        """Everything that can be taken back now."""
        while await self.withdrawer.tick():
            pass

    async def states(self) -> Counter[str]:
        """How many posts are in each state, with its reason where there is one."""
        async with self.life.db.reading() as connection:
            rows = await connection.execute(select(posts.c.state, posts.c.reason))
            return Counter(f"{row.state}({row.reason})" if row.reason else row.state for row in rows)

    def posted(self) -> list[tuple[str, str]]:
        """Where and what was posted, in order."""
        said = self.life.sending.channel.said
        return [
            (each.address.external_id, each.message.text.splitlines()[0])
            for each in said
            if each.address.external_id.startswith("-")
        ]
