"""What is wrong with the hazard templates: links, figures without a fact, what cannot be read out, length (pure).

A warning is read aloud over a loudspeaker and by people in a hurry: short sentences, no brackets, no abbreviations,
and no figure that rests on no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from content.catalog import Catalog
from content.checks.faults import Fault
from content.checks.reference import Reference
from content.checks.stated import check_figures
from content.checks.texts import check_texts
from content.checks.wording import check_wording
from content.entries import LANGUAGES, Answer, Entry, Kind
from content.notice_blanks import CHOICE, Blank
from content.notice_templates import PLACE, NoticeTemplate

LONGEST_PLACE = 120  # characters of an area in words: several communes, or a gate with its province
LONGEST_NOTICE = {"vi": 700, "km": 900, "en": 800}  # characters with every blank full; head and times come on top
LONGEST_CLEAR = 300
LONGEST_SENTENCE = 16  # words; the place counts as two, a typed blank as one
_SENTENCE_END = re.compile(r"(?<=[.?!])\s")
_ABBREVIATION = re.compile(r"\b[A-ZĐ]{2,}")
_SOFT = re.compile(r"(?<!\w)(?:dạ|ạ|nhé|nha|xin vui lòng)(?!\w)", re.IGNORECASE)
_READABLE = re.compile(r"[\w\s.,:;?]*")


def check_notices(templates: Mapping[str, NoticeTemplate], catalog: Catalog, reference: Reference) -> list[Fault]:
    """Each fault once, though several wordings of one template may have it."""
    found = (
        fault
        for template in templates.values()
        for fault in (
            *_check_links(template, catalog, reference),
            *_check_languages(template),
            *_check_said(template, reference),
            *_check_aloud(template),
            *_check_lengths(template),
        )
    )
    return list(dict.fromkeys(found))


def _check_links(template: NoticeTemplate, catalog: Catalog, reference: Reference) -> Iterator[Fault]:
    for entry_id in template.entries:
        if entry_id not in catalog:
            yield Fault(template.id, f"không có câu trả lời {entry_id}")
    for number in template.facts:
        fact = reference.facts.get(number)
        if fact is None:
            yield Fault(template.id, f"không có sự kiện {number}")
        elif not fact.statable:
            yield Fault(template.id, f"sự kiện {number} có độ tin cậy thấp")


def _check_languages(template: NoticeTemplate) -> Iterator[Fault]:
    for language in LANGUAGES:
        if language not in template.texts:
            yield Fault(template.id, f"chưa có bản {language}", warning=True)


def _check_said(template: NoticeTemplate, reference: Reference) -> Iterator[Fault]:
    """Each wording of each choice, read like an answer that rests on the facts of the template."""
    facts = reference.of(template.facts)
    for texts in (*_wordings(template), template.clear):
        as_entry = Entry(
            id=template.id,
            topic=template.topics[0] if template.topics else "safety",
            scope="",
            kind=Kind.ANSWER,
            title=template.title,
            answers={language: Answer(_with_place(text, language)) for language, text in texts.items()},
            phrasings={},
            facts=template.facts,
            as_of=date.min,
            review_by=date.max,
        )
        yield from check_texts(as_entry)
        yield from check_wording(as_entry, facts, reference.wording)
        yield from check_figures(as_entry, reference)


def _check_aloud(template: NoticeTemplate) -> Iterator[Fault]:
    for texts in (*_wordings(template), template.clear):
        for language, text in texts.items():
            if "\n" in text:
                yield Fault(template.id, f"chữ phải trên một dòng ({language})")
            if {"[", "]", "<", ">"} & set(text):
                yield Fault(template.id, f"dấu ngoặc để dành cho đầu tin ({language})")
        spoken = _with_place(texts["vi"], "vi")
        odd = next((sign for sign in spoken if not _READABLE.fullmatch(sign)), "")
        if odd:
            yield Fault(template.id, f"loa không đọc được dấu “{odd}”")
        for found in (_ABBREVIATION.search(spoken), _SOFT.search(spoken)):
            if found:
                yield Fault(template.id, f"tin khẩn không viết “{found.group()}”")
        for sentence in _SENTENCE_END.split(spoken):
            if len(sentence.split()) > LONGEST_SENTENCE:
                yield Fault(template.id, f"câu dài {len(sentence.split())} chữ: “{sentence[:40]}…”")


def _check_lengths(template: NoticeTemplate) -> Iterator[Fault]:
    for language, text in template.texts.items():
        longest = _longest(text, template.blanks, language)
        if longest > LONGEST_NOTICE[language]:
            yield Fault(template.id, f"tin dài tới {longest} ký tự, nhiều nhất {LONGEST_NOTICE[language]} ({language})")
    for language, text in template.clear.items():
        if _longest(text, (), language) > LONGEST_CLEAR:
            yield Fault(template.id, f"câu hết nguy hiểm dài hơn {LONGEST_CLEAR} ký tự ({language})")


def _longest(text: str, blanks: tuple[Blank, ...], language: str) -> int:
    """With the longest area in words and every blank full."""
    total = len(text) + LONGEST_PLACE - len(f"{{{PLACE}}}")
    for each in blanks:
        widths = [len(wording.get(language, "")) for _, wording in each.choices] if each.kind == CHOICE else [each.most]
        total += text.count(f"{{{each.name}}}") * (max(widths) - len(each.name) - 2)
    return total


def _wordings(template: NoticeTemplate) -> Iterator[Mapping[str, str]]:
    """The texts with the choices filled in: as often as the longest list of choices is long."""
    count = max((len(each.choices) for each in template.blanks), default=0) or 1
    for place in range(count):
        texts = dict(template.texts)
        for each in template.blanks:
            for language in texts:
                wording = each.choices[place % len(each.choices)][1].get(language, "") if each.choices else "này"
                texts[language] = texts[language].replace(f"{{{each.name}}}", wording)
        yield texts


def _with_place(text: str, language: str) -> str:
    return text.replace(f"{{{PLACE}}}", {"vi": "xã này", "km": "ឃុំនេះ"}.get(language, "this commune"))
