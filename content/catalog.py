"""The catalogue: YAML to entries and back, and everything that is wrong with them, one readable line each (pure)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from content.entries import LANGUAGES, TOPICS, Answer, AnswerState, Entry, Kind, LegalBasis, Source

LONGEST_LABEL = 32
LONGEST_BODY = 900  # characters of one language; more than this is two answers
LONGEST_SENTENCE = 34  # words; the guide asks for 22, lists of names need more
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_FACT = re.compile(r"(?:[FAB]\d+(?:\.\d+)?|product:[a-z0-9-]+|setting:[A-Z_]+)")
_DISRESPECT = re.compile(r"(?i)(?<!\w)(?:Miên|Tàu khựa|Cao Miên|bọn|Tàu cộng)(?!\w)")
_UNSURE = re.compile(r"(?i)(?:chắc là|yên tâm|an toàn tuyệt đối|hiện hành|mới nhất)")


class BadContent(ValueError):
    """An entry cannot be read; the message names the entry and the reason."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``where`` is an entry id or a file; ``why`` a sentence for the person who wrote it."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


class Catalog:
    """All entries by id, in the order they were given."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            if entry.id in self._entries:
                raise BadContent(f"{entry.id}: mã này có hai lần")
            self._entries[entry.id] = entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, entry_id: object) -> bool:
        return entry_id in self._entries

    def get(self, entry_id: str) -> Entry | None:
        return self._entries.get(entry_id)

    def of_topic(self, topic: str) -> list[Entry]:
        return [entry for entry in self if entry.topic == topic]

    @property
    def any_signed(self) -> bool:
        return any(entry.signed(language) for entry in self for language in entry.answers)


def digest(body: Mapping[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def parse(body: Mapping[str, Any], topic: str) -> Entry:
    """One entry from its YAML or JSON form. Raises BadContent."""
    entry_id = str(body.get("id", "?"))
    try:
        return Entry(
            id=entry_id,
            topic=topic,
            scope=str(body["scope"]),
            kind=Kind(body["kind"]),
            title=_texts(body["title"]),
            answers={language: _answer(given) for language, given in body["answer"].items()},
            phrasings={language: _several(given) for language, given in body["phrasings"].items()},
            facts=tuple(str(each) for each in body["facts"]),
            as_of=_day(body["as_of"]),
            review_by=_day(body["review_by"]),
            valid_until=_day(body["valid_until"]) if body.get("valid_until") else None,
            owner=str(body.get("owner") or ""),
            who=_texts(body.get("who") or {}),
            position_by=_texts(body.get("position_by") or {}),
            related=tuple(body.get("related") or ()),
            attachments=tuple(body.get("attachments") or ()),
            basis=tuple(
                LegalBasis(str(each["law"]), str(each.get("article") or "")) for each in body.get("basis") or ()
            ),
            sources=tuple(
                Source(str(each["name"]), str(each.get("code") or ""), str(each.get("url") or ""))
                for each in body.get("sources") or ()
            ),
        )
    except KeyError as error:
        raise BadContent(f"{entry_id}: thiếu mục {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadContent(f"{entry_id}: {error}") from None


def _several(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        raise TypeError("cách hỏi phải là một danh sách")
    return tuple(str(each) for each in given)


def _texts(given: Mapping[str, Any]) -> dict[str, str]:
    return {str(language): str(text).strip() for language, text in given.items() if text}


def _answer(given: Mapping[str, Any]) -> Answer:
    return Answer(
        text=str(given["text"]).strip(),
        state=AnswerState(given.get("state", "draft")),
        text_without_owner=str(given.get("text_without_owner") or "").strip(),
    )


def _day(given: Any) -> date:
    return given if isinstance(given, date) else date.fromisoformat(str(given))


def plain(body: Any) -> Any:
    """The same content with dates as text, as it is stored and digested."""
    if isinstance(body, Mapping):
        return {str(key): plain(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [plain(value) for value in body]
    return body.isoformat() if isinstance(body, date) else body


def check(catalog: Catalog, today: date) -> list[Fault]:
    """Every fault of the whole catalogue; empty when it may ship."""
    faults = [fault for entry in catalog for fault in _check_entry(entry, catalog, today)]
    faults.extend(_check_phrasings(catalog))
    titles = Counter((entry.topic, language, title) for entry in catalog for language, title in entry.title.items())
    faults.extend(
        Fault(topic, f"hai mục cùng nhãn nút “{title}” ({language})")
        for (topic, language, title), count in titles.items()
        if count > 1
    )
    return faults


def _check_entry(entry: Entry, catalog: Catalog, today: date) -> Iterator[Fault]:
    def fault(why: str) -> Fault:
        return Fault(entry.id, why)

    if not _ID.fullmatch(entry.id) or len(entry.id) > 50:
        yield fault("mã không hợp lệ")
    if entry.topic not in TOPICS:
        yield fault(f"không có chủ đề {entry.topic}")
    if "vi" not in entry.answers:
        yield fault("thiếu câu trả lời tiếng Việt")
    if not entry.facts:
        yield fault("không nêu sự kiện nào")
    yield from (fault(f"số sự kiện sai: {each}") for each in entry.facts if not _FACT.fullmatch(each))
    if not entry.sources and any(each[0] in "FAB" for each in entry.facts):
        yield fault("thiếu nguồn")
    if entry.kind is Kind.REFER and not entry.who.get("vi"):
        yield fault("kiểu refer phải nói ai biết (who)")
    if entry.kind is Kind.POSITION and not entry.position_by.get("vi"):
        yield fault("kiểu position phải nói của ai (position_by)")
    if entry.expired(today):
        yield fault("đã hết hạn")
    if entry.review_by < entry.as_of:
        yield fault("ngày xem lại trước ngày viết")
    yield from (fault(f"mục liên quan không có: {each}") for each in entry.related if each not in catalog)
    for language in LANGUAGES:
        title = entry.title.get(language, "")
        if not title:
            yield fault(f"thiếu nhãn nút ({language})")
        if len(title) > LONGEST_LABEL:
            yield fault(f"nhãn nút dài {len(title)} ký tự ({language})")
    for language, answer in entry.answers.items():
        yield from (fault(why) for why in _check_text(answer.text, language))
        if answer.text_without_owner:
            yield from (fault(why) for why in _check_text(answer.text_without_owner, language))


def _check_text(text: str, language: str) -> Iterator[str]:
    if not text:
        yield f"câu trả lời trống ({language})"
    if text != unicodedata.normalize("NFC", text):
        yield f"chữ chưa chuẩn NFC ({language})"
    if len(text) > LONGEST_BODY:
        yield f"câu trả lời dài {len(text)} ký tự ({language})"
    if language != "vi":
        return
    for sentence in re.split(r"(?<=[.?!])\s|\n", text):
        if len(sentence.split()) > LONGEST_SENTENCE:
            yield f"câu dài {len(sentence.split())} chữ: “{sentence[:40]}…”"
    for pattern, why in ((_DISRESPECT, "tên gọi thiếu tôn trọng"), (_UNSURE, "chữ không được dùng")):
        found = pattern.search(text)
        if found:
            yield f"{why}: {found.group()}"


def _check_phrasings(catalog: Catalog) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for entry in catalog:
        if not entry.phrasings.get("vi"):
            yield Fault(entry.id, "thiếu cách hỏi tiếng Việt")
        for language, phrasings in entry.phrasings.items():
            for phrasing in phrasings:
                key = (language, " ".join(phrasing.casefold().split()))
                other = seen.setdefault(key, entry.id)
                if other != entry.id:
                    yield Fault(entry.id, f"cách hỏi trùng với {other}: “{phrasing}”")
