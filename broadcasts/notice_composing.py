"""What a notice says: the template filled in for an area, in every language that a commander has signed (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from bot.places import Gazetteer, Place, label
from broadcasts.notices import NoticeDraft, Said
from content import notice_blanks
from content.entries import LANGUAGES
from content.notice_blanks import TEXT, Blank
from content.notice_templates import NoticeTemplate, NoticeTextError

MOST_NAMED = 5  # places of an area that are named one by one
_AND = {"vi": " và ", "km": " និង ", "en": " and "}
_MANY = {
    "vi": "{n} xã, phường của {province}",
    "km": "ឃុំសង្កាត់ចំនួន {n} នៃ{province}",
    "en": "{n} communes of {province}",
}
LONGEST_NEWS = 300  # characters of what an update changes
_NEWS = Blank("news", {"vi": "Câu cập nhật"}, TEXT, most=LONGEST_NEWS)


def area_words(gazetteer: Gazetteer, codes: Sequence[str], language: str) -> str:
    """The area as a reader knows it: names where there are few, else how many of which province."""
    places = [place for place in map(gazetteer.get, codes) if place is not None]
    if len(places) > MOST_NAMED:
        provinces = dict.fromkeys(each.province_slug for each in places)
        counted = [
            _MANY[language].format(
                n=sum(each.province_slug == slug for each in places), province=_province(gazetteer, slug, language)
            )
            for slug in provinces
        ]
        return _joined(counted, language)
    return _joined([_own(each, language) for each in places], language)


def _own(place: Place, language: str) -> str:
    whole = label(place, language)
    return whole if place.kind != "commune" else whole.partition(",")[0]


def _province(gazetteer: Gazetteer, slug: str, language: str) -> str:
    place = gazetteer.get(f"p-{slug}")
    return label(place, language) if place is not None else slug


def _joined(names: Sequence[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + _AND[language] + names[-1]


def signed_languages(
    template: NoticeTemplate, signatures: Mapping[tuple[str, str], str], *, drill: bool
) -> tuple[str, ...]:
    """The languages whose wording, as it is today, somebody has signed; a drill's officers read Vietnamese."""
    if drill:
        return ("vi",)
    return tuple(
        each
        for each in LANGUAGES
        if each in template.texts and signatures.get((template.id, each)) == template.digest(each)
    )


def texts(
    template: NoticeTemplate, draft: NoticeDraft, gazetteer: Gazetteer, languages: Iterable[str]
) -> dict[str, str]:
    """The whole text by language. Raises NoticeTextError for a blank that is missing or cannot be said."""
    return {
        each: template.filled(each, area_words(gazetteer, draft.area, each), draft.blanks)
        for each in languages
        if each in template.texts
    }


def clear_texts(
    template: NoticeTemplate | None, title: str, area: Sequence[str], gazetteer: Gazetteer, languages: Iterable[str]
) -> dict[str, str]:
    """That the danger is over, by language; of a template that has gone, in Vietnamese with the notice's title."""
    if template is None:
        return {"vi": f"{title}: đã hết nguy hiểm."}
    return {
        each: template.cleared(each, area_words(gazetteer, area, each)) for each in languages if each in template.clear
    }


def checked_news(news: Mapping[str, str], marks: Sequence[str]) -> dict[str, str]:
    """What an update changes, as an officer typed it. What a blank of a template may not hold (links, and brackets that
    could pass for a head such as [ĐÃ AN TOÀN]) is refused here too. Raises NoticeTextError."""
    found = {language: " ".join(text.split()) for language, text in news.items() if text.strip()}
    if not found.get("vi"):
        raise NoticeTextError("Ghi một câu tiếng Việt: có gì mới.")
    for text in found.values():
        if len(text) > LONGEST_NEWS:
            raise NoticeTextError(f"Câu cập nhật dài quá {LONGEST_NEWS} ký tự; viết ngắn lại.")
        notice_blanks.said(_NEWS, text, "vi")
        if any(each in text for each in marks):
            raise NoticeTextError("Chữ [DIỄN TẬP] chỉ do hệ thống ghi.")
    return found


def mark(said: Said, area: Sequence[str], *, drill: bool = False, alike: int = 0) -> str:
    """What an officer saw before saying it: another for any change of words, area or how long it holds, for a drill
    that has become real, and where a notice like it (``alike``, its number) has come meanwhile."""
    whole = {
        "drill": drill,
        "kind": str(said.kind),
        "texts": dict(said.texts),
        "news": dict(said.news),
        "area": sorted(area),
        "alike": alike,
        "minutes": round((said.expires_at - said.said_at).total_seconds() / 60),
    }
    canonical = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
