"""“Gửi thử cho tôi”: every text of a campaign to the officer's own linked chat, marked as a trial."""

from __future__ import annotations

from bot.messages import Address
from bot.staff import chats
from broadcasts.store import Campaign
from handlers.console.campaign_room import Room
from handlers.console.gate import Visit
from handlers.previews import NAMES
from handlers.trials import trial


class Trials:
    def __init__(self, room: Room) -> None:
        self._room = room

    async def chat_of(self, visit: Visit) -> str:
        """The name of the channel on which a trial would arrive; empty: the officer has linked no chat."""
        address = await self._address(visit)
        return "" if address is None else NAMES.get(address.channel, address.channel)

    async def send(self, visit: Visit, campaign: Campaign) -> tuple[str, bool]:
        """What to tell the officer, and whether it was sent."""
        say, room = visit.words.say, self._room
        address = await self._address(visit)
        capabilities = room.reached.capabilities(address) if address is not None else None
        if address is None or capabilities is None:
            return say(
                "Chưa nối kênh chat nào với tài khoản này, nên chưa gửi thử được. Xem bản xem trước ở trang."
            ), False
        if not campaign.texts:
            return say("Chưa có chữ nào để gửi thử."), False
        mark = room.phrase(visit, "officer.trial")
        for each in campaign.texts:
            message = await trial(room.db, room.staff.wording, campaign, each.language, capabilities, mark)
            if not await room.reached.show(address, message):
                return say("Kênh chưa nhận tin thử; chờ một phút rồi thử lại."), False
        name = NAMES.get(address.channel, address.channel)
        return say("Đã gửi thử %(count)s bản tới %(channel)s của mình.", count=len(campaign.texts), channel=name), True

    async def _address(self, visit: Visit) -> Address | None:
        async with self._room.db.reading() as connection:
            found = await chats.addresses(connection, [visit.officer.id], visit.now)
        return next((each for each in found.get(visit.officer.id, ()) if self._room.reached.speaks(each)), None)
