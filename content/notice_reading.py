"""Hazard templates from their YAML form: every part there, every word from its closed list (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from content.catalog import BadContent
from content.entries import LANGUAGES, TOPICS
from content.notice_blanks import CHOICE, KINDS, Blank, NoticeTextError, said
from content.notice_templates import FATES, PLACE, CapWords, NoticeTemplate, placeholders

LONGEST_VALIDITY = timedelta(hours=24)  # CAP allows more, product promise W4 does not
LONGEST_LABEL, LONGEST_TITLE, LONGEST_BUTTON = 60, 24, 32
# CAP 1.2, sections 3.2.2.2 to 3.2.2.8. “Unknown” is left out on purpose: receivers are told not to rely on it.
CAP_WORDS: Mapping[str, tuple[str, ...]] = {
    "category": ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE",
                 "Other"),
    "response": ("Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "None"),
    "urgency": ("Immediate", "Expected", "Future"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor"),
    "certainty": ("Observed", "Likely", "Possible"),
}  # fmt: skip
_KEYS = frozenset(
    ("id", "title", "texts", "clear", "blanks", "hours", "fate", "cap", "topics", "entries", "drill_only", "short",
     "facts")
)  # fmt: skip
_BLANK_KEYS = frozenset(("name", "label", "kind", "choices", "default", "most"))
_ID = re.compile(r"[a-z]+(?:-[a-z]+)*")
_SHORT = re.compile(r"[a-z]+(?: [a-z]+)*")


def parse_file(content: Any, group: str) -> list[NoticeTemplate]:
    """The templates of one file. Raises BadContent."""
    if not isinstance(content, dict) or content.get("group") != group or not isinstance(content.get("templates"), list):
        raise BadContent(f"notices/{group}.yaml: cần có group: {group} và templates")
    return [parse(each, group) for each in content["templates"]]


def parse(body: Any, group: str) -> NoticeTemplate:
    """One template. Raises BadContent with its id and what is wrong."""
    if not isinstance(body, dict):
        raise BadContent(f"notices/{group}.yaml: có mục không phải là một mẫu")
    name = str(body.get("id", "?"))
    try:
        return _read(body)
    except KeyError as error:
        raise BadContent(f"{name}: thiếu mục {error.args[0]}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise BadContent(f"{name}: {error}") from None


def _read(body: Mapping[str, Any]) -> NoticeTemplate:
    _known(body, _KEYS)
    if not _ID.fullmatch(str(body["id"])):
        raise ValueError("mã chỉ gồm chữ thường không dấu và dấu nối")
    texts = _by_language(body["texts"], "texts")
    languages = tuple(texts)
    drill_only = body.get("drill_only", False)
    if not isinstance(drill_only, bool):
        raise TypeError("drill_only phải là true hoặc false")
    template = NoticeTemplate(
        id=str(body["id"]),
        title=_by_language(body["title"], "title", languages, LONGEST_BUTTON),
        texts=texts,
        clear=_by_language(body["clear"], "clear", languages),
        blanks=tuple(_blank(each, languages) for each in body.get("blanks") or ()),
        lasts_for=_hours(body["hours"]),
        fate=_among([str(body["fate"])], FATES, "fate")[0],
        cap=_cap(body["cap"]),
        topics=_among(_several(body.get("topics"), "topics"), TOPICS, "chủ đề"),
        entries=_several(body.get("entries"), "entries"),
        drill_only=drill_only,
        short=_several(body["short"], "short"),
        facts=_several(body.get("facts"), "facts"),
    )
    _check_whole(template)
    return template


def _check_whole(template: NoticeTemplate) -> None:
    if len(template.title["vi"]) > LONGEST_TITLE:
        raise ValueError(f"tên dài {len(template.title['vi'])} ký tự, nhiều nhất {LONGEST_TITLE}")
    if not template.short or not all(map(_SHORT.fullmatch, template.short)):
        raise ValueError("short: cần ít nhất một tên gọi tắt, chữ thường không dấu")
    names = [each.name for each in template.blanks]
    if len(set(names)) < len(names) or PLACE in names:
        raise ValueError("hai chỗ điền trùng tên, hoặc có chỗ điền tên noi")
    for language, text in template.texts.items():
        if set(placeholders(text)) != {PLACE, *names}:
            raise ValueError(f"chữ ({language}) phải có {{noi}} và đúng các chỗ điền: {', '.join(names)}")
    for language, text in template.clear.items():
        if set(placeholders(text)) != {PLACE}:
            raise ValueError(f"câu hết nguy hiểm ({language}) phải có {{noi}} và không có chỗ điền nào khác")
    for where in (template.texts, template.clear):
        for language, text in where.items():
            if text.count("{") != len(placeholders(text)) or text.count("}") != text.count("{"):
                raise ValueError(f"dấu ngoặc nhọn lạ ({language})")


def _blank(body: Any, languages: Sequence[str]) -> Blank:
    if not isinstance(body, dict):
        raise TypeError("blanks: có mục không phải là một chỗ điền")
    _known(body, _BLANK_KEYS)
    kind = _among([str(body["kind"])], KINDS, "kiểu chỗ điền")[0]
    name = str(body["name"])
    if placeholders(f"{{{name}}}") != (name,):
        raise ValueError(f"tên chỗ điền “{name}” chỉ gồm chữ thường không dấu")
    label = _by_language(body["label"], "label", (), LONGEST_LABEL)
    choices = tuple(
        (str(each["value"]), _by_language(each["said"], "said", languages)) for each in body.get("choices") or ()
    )
    if (kind == CHOICE) != bool(choices) or len({value for value, _ in choices}) < len(choices):
        raise ValueError(f"{name}: chỗ điền kiểu choice, và chỉ kiểu ấy, có choices, mỗi giá trị một lần")
    blank = Blank(name, label, kind, choices, str(body.get("default") or ""), int(body.get("most", 60)))
    if blank.most < 1:
        raise ValueError(f"{name}: most phải từ 1 trở lên")
    if blank.default:
        try:
            said(blank, "", languages[0])
        except NoticeTextError as error:
            raise ValueError(f"{name}: chữ sẵn có không hợp lệ: {error}") from None
    return blank


def _cap(body: Any) -> CapWords:
    if not isinstance(body, dict):
        raise TypeError("cap: cần category, event, response, urgency, severity, certainty")
    words = {name: _among([str(body[name])], known, f"{name} của CAP")[0] for name, known in CAP_WORDS.items()}
    _known(body, frozenset((*CAP_WORDS, "event")))
    event = str(body["event"]).strip()
    if not event or not event.isascii():
        raise ValueError("event của CAP viết bằng tiếng Anh")
    return CapWords(event=event, **words)


def _by_language(given: Any, name: str, languages: Sequence[str] = (), longest: int | None = None) -> dict[str, str]:
    """``languages``: those it must have, no more and no fewer; empty: Vietnamese and whichever others."""
    if not isinstance(given, dict):
        raise TypeError(f"{name}: cần chữ theo từng ngôn ngữ")
    texts = {str(language): str(text or "").strip() for language, text in given.items()}
    _among(tuple(texts), LANGUAGES, "ngôn ngữ")
    if "vi" not in texts or (languages and set(texts) != set(languages)):
        raise ValueError(f"{name}: phải có đủ các ngôn ngữ {', '.join(languages or ('vi',))}, không hơn")
    for language, text in texts.items():
        if not text:
            raise ValueError(f"{name} còn trống ({language})")
        if longest is not None and len(text) > longest:
            raise ValueError(f"{name} dài {len(text)} ký tự, nhiều nhất {longest} ({language})")
    return {language: texts[language] for language in LANGUAGES if language in texts}


def _hours(given: Any) -> timedelta:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise TypeError("hours phải là một số giờ")
    lasts_for = timedelta(hours=given)
    if not timedelta(minutes=30) <= lasts_for <= LONGEST_VALIDITY:
        raise ValueError("hours: từ nửa giờ đến 24 giờ")
    return lasts_for


def _known(body: Mapping[str, Any], keys: frozenset[str]) -> None:
    for key in body:
        if key not in keys:
            raise ValueError(f"không có mục “{key}”")


def _several(given: Any, name: str) -> tuple[str, ...]:
    if given is not None and not isinstance(given, list):
        raise TypeError(f"{name} phải là một danh sách")
    return tuple(map(str, given or ()))


def _among(given: Sequence[str], known: Sequence[str], what: str) -> tuple[str, ...]:
    for each in given:
        if each not in known:
            raise ValueError(f"không có {what} {each}")
    return tuple(given)
