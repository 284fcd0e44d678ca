"""Who comes, comes back or moves to a place while a notice is in force there gets it, with the change itself."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import logs
from bot.messages import UpdateKind
from bot.storage.inbox import effect
from broadcasts import notice_sending, subscribers
from broadcasts.audience import AudienceError
from content import store
from handlers.chat.context import Reply, Turn

log = logs.get("notices")
# What a channel tells by itself makes nobody anew the one a notice is for.
_NOTHING_NEW = frozenset((UpdateKind.BLOCKED, UpdateKind.UNFOLLOWED, UpdateKind.WITHDRAWN, UpdateKind.DELIVERED))


def joining(turn: Turn, reply: Reply) -> Reply:
    """The reply, with an effect after all its own: nothing is looked up where no notice is in force, or where a
    question changes nothing but today's counts."""
    warned, live = turn.desk.warned, turn.live
    changes = [each for each in reply.effects if each.batch is not store.add_counts]
    if warned is None or not live or not changes or reply.forget or not turn.capabilities.subscribable:
        return reply
    if turn.update.kind in _NOTHING_NEW:
        return reply
    told = frozenset((reply.dialogue or turn.dialogue).noticed)
    address, now, office = turn.update.address, turn.now, warned.office

    async def join(connection: AsyncConnection) -> None:
        who = subscribers.whose(address)
        for notice in live:
            was_read = notice.newest.run_id in told
            try:
                await notice_sending.join(connection, office, notice, who, now, told=was_read)
            except AudienceError:  # a place that is gone keeps nobody's STOP or consent from being kept
                log.error("nobody can join a notice whose area is not known any more", notice=notice.id)

    return replace(reply, effects=(*reply.effects, effect(join)))
