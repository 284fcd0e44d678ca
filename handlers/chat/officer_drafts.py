"""Drafting in a chat, step by step: a template or free text, then for whom, then when, then the card.

The dialogue keeps the campaign's number only: what is typed goes straight into the campaign's texts.
"""

from __future__ import annotations

import re
from datetime import date

from bot.staff.roles import Action, Forbidden
from broadcasts import composing, templates
from broadcasts.composing import ComposeError
from content.campaign_templates import Template
from content.entries import LANGUAGES
from handlers.chat.context import Reply
from handlers.chat.officer_audience import whom
from handlers.chat.officer_cards import card, name_of
from handlers.chat.officer_sitting import Choice, Sitting

PAGE = 6
_BLANKS = re.compile(r"\{[^{}]*\}")  # a placeholder is no name of a campaign
LONGEST_TITLE = 60
NEW = "0"  # the number of a draft that does not exist before its text does


# --- From a template, or free -------------------------------------------------------------------------------------


async def anew(sitting: Sitting, _: str) -> Reply:
    return await begin(sitting)


async def begin(sitting: Sitting, first: str = "") -> Reply:
    """``/soan``: the templates whose day comes next, a page at a time, or free text."""
    if not sitting.may(Action.DRAFT, ()) and not _areas(sitting):
        raise Forbidden
    start = int(first or 0)
    ready = sorted(
        (each for each in sitting.staff.templates().values() if each.ready),
        key=lambda each: _next_day(each, sitting.turn.today),
    )
    rows = [(Choice(each.title, "template", each.id),) for each in ready[start : start + PAGE]]
    if start + PAGE < len(ready):
        rows.append((Choice(sitting.say("btn.more"), "more", str(start + PAGE)),))
    rows.append((Choice(sitting.say("officer.b_free"), "free"),))
    return await sitting.reply(sitting.say("officer.choose_template"), *rows)


def _next_day(template: Template, today: date) -> date:
    coming = [each.in_year(year) for each in template.dates for year in (today.year, today.year + 1)]
    return min((each for each in coming if each is not None and each > today), default=date.max)


async def from_template(sitting: Sitting, template_id: str) -> Reply:
    template = sitting.staff.templates().get(template_id)
    if template is None:
        return await begin(sitting)
    made = await templates.from_template(
        sitting.service, sitting.staff.office, sitting.officer, template, sitting.turn.now, _areas(sitting)
    )
    return await whom(sitting, str(made))


async def free(sitting: Sitting, _: str) -> Reply:
    return await rewrite(sitting, f"{NEW}:vi")


async def rewrite(sitting: Sitting, subject: str) -> Reply:
    """The whole text of a language is the next message."""
    language = sitting.language_name(subject.split(":")[1])
    return await sitting.reply(sitting.say("officer.type_text", language=language), step=f"text:{subject}")


async def on_text(sitting: Sitting, subject: str, text: str) -> Reply:
    number, language = subject.split(":")
    wrong = composing.faults(text)
    if wrong:  # before there is a draft without a text
        raise ComposeError(wrong[0])
    if number == NEW:
        made = await sitting.service.draft(sitting.officer, _title(text))
        await sitting.service.write(sitting.officer, made, language, text)
        return await whom(sitting, str(made))
    await sitting.service.write(sitting.officer, int(number), language, text)
    return await card(sitting, int(number))


def _title(text: str) -> str:
    line = " ".join(_BLANKS.sub("", text).strip().split("\n")[0].split())
    return line if len(line) <= LONGEST_TITLE else line[:LONGEST_TITLE].rpartition(" ")[0] or line[:LONGEST_TITLE]


# --- The finished draft -------------------------------------------------------------------------------------------


async def edit(sitting: Sitting, number: str) -> Reply:
    rows = [
        (Choice(sitting.say("officer.b_text", language=sitting.language_name(each)), "rewrite", f"{number}:{each}"),)
        for each in LANGUAGES
    ]
    rows.append((Choice(sitting.say("officer.b_who"), "whom", number),))
    rows.append((Choice(sitting.say("officer.b_when"), "when", number),))
    return await sitting.reply(sitting.say("officer.edit", code=name_of(int(number))), *rows)


async def copy(sitting: Sitting, number: str) -> Reply:
    """A new draft with the same words, files and audience; its time is asked for next."""
    made = await templates.copy_of(sitting.service, sitting.staff.office, sitting.officer, int(number))
    return await whom(sitting, str(made))


async def submit(sitting: Sitting, number: str) -> Reply:
    await sitting.service.submit(sitting.officer, int(number))
    label = sitting.say("officer.b_open", code=name_of(int(number)))
    return await sitting.reply(sitting.say("officer.submitted"), (Choice(label, "open", number),))


def _areas(sitting: Sitting) -> tuple[str, ...]:
    return templates.own_areas(sitting.staff.office, sitting.officer, sitting.turn.now)
