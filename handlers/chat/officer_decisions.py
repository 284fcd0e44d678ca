"""What an officer decides on a card: signing, ticking, approving, returning, planning, pausing, and the results.

What lets a message out or takes it back (signing, approving, releasing, withdrawing) needs the six digits of the
officer's app after the button.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from broadcasts import posts
from broadcasts.approval import spoken, text_mark
from broadcasts.store import ChangedMeanwhile
from handlers.chat.context import Reply
from handlers.chat.officer_cards import card, name_of
from handlers.chat.officer_sitting import Choice, Sitting
from handlers.chat.officer_ticks import Ticked, all_of, ticking
from handlers.figures import grouped

_ONE_BY_ONE = ("sent", "waiting", "failed", "skipped", "unknown", "withdrawn")


async def tick(sitting: Sitting, subject: str) -> Reply:
    """One more is ticked; after the last one there is a button to approve with."""
    ticked = Ticked.read(subject)
    rows, notes = await ticking(sitting, ticked.number, ticked)
    head = f"{name_of(ticked.number)} · {sitting.say('officer.mark', code=spoken(ticked.digest))}"
    return await sitting.reply("\n".join([head, *notes]), *rows)


async def ask_code(sitting: Sitting, action: str, subject: str) -> Reply:
    """What was pressed is kept as a one-time id until the code is typed."""
    held = await sitting.once(f"do-{action}", subject)
    return await sitting.reply(sitting.say("officer.ask_code"), step=f"code:{held}")


async def sign(sitting: Sitting, subject: str) -> Reply:
    number, language, mark = _signing(subject)
    campaign = await sitting.service.campaign(sitting.officer, number)
    if mark not in [text_mark(each.text) for each in campaign.texts if each.language == language]:
        raise ChangedMeanwhile  # before anybody looks for their code
    return await ask_code(sitting, "sign", subject)


async def approve(sitting: Sitting, subject: str) -> Reply:
    await all_of(sitting, Ticked.read(subject))
    return await ask_code(sitting, "approve", subject)


async def release(sitting: Sitting, subject: str) -> Reply:
    return await ask_code(sitting, "release", subject)


async def withdraw(sitting: Sitting, subject: str) -> Reply:
    return await ask_code(sitting, "withdraw", subject)


async def return_(sitting: Sitting, subject: str) -> Reply:
    """The reason is the next message."""
    held = await sitting.once("do-return", subject)
    return await sitting.reply(sitting.say("officer.ask_reason"), step=f"reason:{held}")


# --- After the code or the reason ---------------------------------------------------------------------------------


async def do_sign(sitting: Sitting, subject: str) -> Reply:
    number, language, mark = _signing(subject)
    await sitting.service.sign(sitting.officer, number, language, mark)
    said = sitting.say("officer.sign_done", code=name_of(number), language=sitting.language_name(language))
    return await card(sitting, number, above=said, whole=False)


async def do_approve(sitting: Sitting, subject: str) -> Reply:
    ticked = Ticked.read(subject)
    ticks = await all_of(sitting, ticked)
    await sitting.service.approve(sitting.officer, ticked.number, ticked.digest, ticks)
    return await sitting.reply(
        sitting.say("officer.approved", code=spoken(ticked.digest)), (_open(sitting, str(ticked.number)),)
    )


async def do_return(sitting: Sitting, subject: str, reason: str) -> Reply:
    number, digest = subject.split(":")
    seen = await sitting.service.checklist(sitting.officer, int(number))
    if seen.digest != digest:
        raise ChangedMeanwhile
    await sitting.service.return_(sitting.officer, int(number), reason)
    return await sitting.reply(sitting.say("officer.returned", code=name_of(int(number))))


async def do_release(sitting: Sitting, subject: str) -> Reply:
    await sitting.service.release(sitting.officer, _run(subject))
    return await _done(sitting, subject, "release")


async def do_withdraw(sitting: Sitting, subject: str) -> Reply:
    await sitting.service.withdraw(sitting.officer, _run(subject))
    return await _done(sitting, subject, "withdraw")


# --- Without a code -----------------------------------------------------------------------------------------------


async def schedule(sitting: Sitting, subject: str) -> Reply:
    at = await sitting.service.schedule(sitting.officer, int(subject))
    said = sitting.say("officer.scheduled", code=name_of(int(subject)), what=sitting.moment(at))
    return await sitting.reply(said, (_open(sitting, subject),))


async def pause(sitting: Sitting, subject: str) -> Reply:
    await sitting.service.pause(sitting.officer, _run(subject))
    return await _done(sitting, subject, "pause")


async def resume(sitting: Sitting, subject: str) -> Reply:
    await sitting.service.resume(sitting.officer, _run(subject))
    return await _done(sitting, subject, "resume")


async def cancel(sitting: Sitting, subject: str) -> Reply:
    """Asked once more: what is cancelled does not come back."""
    name = name_of(int(subject))
    sure = Choice(sitting.say("officer.b_cancel_all", code=name), "do-cancel", subject)
    return await sitting.reply(sitting.say("officer.ask_cancel", code=name), (sure,), (_open(sitting, subject),))


async def do_cancel(sitting: Sitting, subject: str) -> Reply:
    await sitting.service.cancel(sitting.officer, int(subject))
    return await card(sitting, int(subject), above=sitting.say("officer.done_cancel"), whole=False)


async def report(sitting: Sitting, subject: str) -> Reply:
    """Counts that add up to the audience, and what it cost."""
    runs = await sitting.service.runs(sitting.officer, int(subject))
    found = await sitting.service.report(sitting.officer, [run.id for run in runs])
    lines = [f"{name_of(int(subject))} · {sitting.say('officer.people', n=grouped(found.audience))}"]
    for state in _ONE_BY_ONE:
        if found.counts.get(state):
            lines.append(sitting.say(f"officer.count_{state}", n=grouped(found.counts[state])))
    lines.append(sitting.say("officer.cost", n=grouped(found.cost)))
    if found.foreseen is not None:
        foreseen = grouped(found.foreseen["reachable"])
        lines.append(sitting.say("officer.foreseen", n=foreseen, what=grouped(found.foreseen["cost"])))
    async with sitting.turn.desk.db.reading() as connection:
        posted = await posts.listed(connection, [run.id for run in runs])
    for each in posted:
        state = "waiting" if each.state in ("queued", "attempting") else each.state
        lines.append(sitting.say(f"officer.count_{state}", n=f"{each.name} ({each.channel}, {each.language})"))
    if posted:
        lines.append(sitting.say("officer.posts_reach"))
    return await sitting.reply("\n".join(lines), (_open(sitting, subject),))


async def _done(sitting: Sitting, subject: str, action: str) -> Reply:
    number = int(subject.split(":")[0])
    return await card(sitting, number, above=sitting.say(f"officer.done_{action}"), whole=False)


def _signing(subject: str) -> tuple[int, str, str]:
    """Number, language, and the mark of the text that was read."""
    number, language, mark = subject.split(":")
    return int(number), language, mark


def _open(sitting: Sitting, number: str) -> Choice:
    return Choice(sitting.say("officer.b_open", code=name_of(int(number))), "open", number)


def _run(subject: str) -> int:
    return int(subject.split(":")[1])


Done = Callable[[Sitting, str], Awaitable[Reply]]
AFTER_CODE: dict[str, Done] = {
    "do-sign": do_sign,
    "do-approve": do_approve,
    "do-release": do_release,
    "do-withdraw": do_withdraw,
}
