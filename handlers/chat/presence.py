"""What a channel tells of a resident beside their words: gone, back, following or not, their data to be erased."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import UpdateKind
from bot.storage.inbox import Change, effect
from broadcasts import outbox, subscribers, waiting
from broadcasts.subscribers import ConsentGiven
from handlers.chat import greetings
from handlers.chat.context import Reply, Turn


async def on_presence(turn: Turn) -> Reply | None:
    """None when the update is something the resident said."""
    address = turn.update.address
    match turn.update.kind:
        case UpdateKind.BLOCKED:
            return _only(lambda connection: subscribers.mark_reachable(connection, address, "blocked"))
        case UpdateKind.RETURNED:
            return _only(lambda connection: subscribers.mark_reachable(connection, address, "ok"))
        case UpdateKind.FOLLOWED:
            return await _followed(turn)
        case UpdateKind.UNFOLLOWED:
            return _unfollowed(turn)
        case UpdateKind.WITHDRAWN:
            now, key = turn.now, turn.desk.key
            return replace(_only(lambda connection: subscribers.erase(connection, address, now, key)), forget=True)
        case UpdateKind.DELIVERED:
            account, message_id, at = address.account, turn.update.value, turn.update.at
            return _only(lambda connection: outbox.delivered(connection, account, message_id, at))
    return None


async def _followed(turn: Turn) -> Reply:
    """Welcome, as after /start. Following is no consent: that is asked for in its own words."""
    address = turn.update.address
    reply = await greetings.on_start(turn)
    if turn.resident.known:
        return reply.also(_only(lambda connection: subscribers.mark_follower(connection, address, True)))
    return replace(reply, dialogue=replace(reply.dialogue or turn.dialogue, followed=True))


def _unfollowed(turn: Turn) -> Reply:
    """Everything stops at once, and nothing is said: who leaves does not want another message."""
    address = turn.update.address
    changes: list[Change] = [lambda connection: waiting.forget(connection, address)]
    if turn.resident.known:
        changes.append(lambda connection: subscribers.mark_follower(connection, address, False))
        for kind in ("routine", "safety"):
            if getattr(turn.resident, kind) is not False:
                word = ConsentGiven(kind, False, turn.now, address.channel, turn.say("stop.unfollowed"))
                changes.append(_refused(turn, word))
    return Reply(effects=tuple(effect(change) for change in changes), forget=True)


def _refused(turn: Turn, word: ConsentGiven) -> Change:
    address, day = turn.update.address, turn.resident.last_wrote_on or turn.today
    return lambda connection: subscribers.consent(connection, address, day, word)


def _only(change: Change) -> Reply:
    return Reply(effects=(effect(change),))
