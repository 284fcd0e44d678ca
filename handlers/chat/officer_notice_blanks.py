"""The blanks of a hazard template as an officer is asked for them: choices on buttons, the usual one first."""

from __future__ import annotations

from broadcasts.notices import NoticeDraft
from content.notice_blanks import CHOICE, NUMBER, TEXT, TIME, Blank
from content.notice_templates import NoticeTemplate
from handlers.chat import khan_words, words
from handlers.chat.context import Reply
from handlers.chat.officer_notice_areas import joined, two_a_row
from handlers.chat.officer_sitting import Choice, Sitting

STANDARD = "="  # the words that the template has ready
TYPED = (NUMBER, TIME)  # blanks in which a digit is no number of a button
_BUTTONS = 8  # with the one that declines, as many as there are digits


async def ask_blank(sitting: Sitting, asked: Blank, above: str = "") -> Reply:
    buttons = [Choice(said["vi"], "k-blank", f"{asked.name}:{value}") for value, said in asked.choices]
    buttons.sort(key=lambda each: each.subject != f"{asked.name}:{asked.default}")  # the usual one first
    if asked.default and asked.kind != CHOICE:
        buttons.append(Choice(asked.default, "k-blank", f"{asked.name}:{STANDARD}"))
    text = asked.label["vi"]
    if asked.kind == TEXT and asked.default:
        text = khan_words.BLANK_DEFAULT.format(label=text)
    return await sitting.reply(joined(above, text), *two_a_row(buttons[:_BUTTONS]), step=f"k-blank:{asked.name}")


def blank_of(sitting: Sitting, draft: NoticeDraft, name: str) -> Blank | None:
    template: NoticeTemplate = sitting.notices.hazards.template(draft.template_id)
    return next((each for each in template.blanks if each.name == name), None)


def chosen(asked: Blank, text: str) -> str:
    """The value of a choice that was typed in words; what fits none stays as it is and is refused."""
    typed = words.bare(text)
    return next((value for value, said in asked.choices if typed in (words.bare(said["vi"]), value)), text)
