"""One line of a file of subscribers: the resident and the consent it stands for, or what is wrong with it (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.messages import Address
from bot.places import Exact, Gazetteer, OldCommune
from content.entries import LANGUAGES, TOPICS

NEEDED = frozenset(
    (
        *("channel", "external_id", "consent_safety", "consent_routine"),
        *("consent_at", "consent_wording", "consent_source"),
    )
)
COLUMNS = NEEDED | {"account", "language", "place", "topics"}
CHOSEN_TOPICS = tuple(topic for topic in TOPICS if topic != "service")
LONGEST_WORDING = 1000
LONGEST_SOURCE = 200
# How a single person's chat is called on each channel: never a group's, never a made-up one.
_IDS = {"telegram": re.compile(r"[1-9]\d{0,15}"), "zalo-oa": re.compile(r"\d{6,32}")}
_ANY_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_YES = frozenset(("1", "có", "co", "yes", "y", "true", "x"))
_NO = frozenset(("0", "không", "khong", "no", "n", "false"))
_FORMS = (
    *("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
    *("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y"),
)
_OLDEST_YEAR = 2010  # no chat service of ours is older


@dataclass(frozen=True, slots=True)
class Subscriber:
    """``safety``, ``routine`` None: they were not asked. ``wording`` holds the sentence they agreed to and where
    that is on record."""

    address: Address
    language: str | None
    place_code: str
    topics: tuple[str, ...]
    safety: bool | None
    routine: bool | None
    agreed_at: datetime
    wording: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, in one sentence."""

    line: int
    sentence: str


class Wrong(Exception):
    """The sentence."""


@dataclass(frozen=True, slots=True)
class Rules:
    """``accounts``: (channel, account) of the channels that are set up here and may speak unasked."""

    accounts: Collection[tuple[str, str]]
    find_place: Callable[[str], str | None]
    zone: tzinfo
    now: datetime


def subscriber(cells: Mapping[str, str], rules: Rules) -> Subscriber:
    """Raises Wrong."""
    address = _address(cells, rules)
    language = cells.get("language", "").lower() or None
    if language is not None and language not in LANGUAGES:
        raise Wrong(f"Cột language: chỉ có {', '.join(LANGUAGES)}.")
    safety, routine = _word(cells, "consent_safety"), _word(cells, "consent_routine")
    if not safety and not routine:
        raise Wrong("Không có sự đồng ý nào: không được nhập người này.")
    return Subscriber(
        address,
        language,
        _place(cells.get("place", ""), rules),
        _topics(cells.get("topics", "")),
        safety,
        routine,
        _agreed_at(cells.get("consent_at", ""), rules),
        _wording(cells),
    )


def _address(cells: Mapping[str, str], rules: Rules) -> Address:
    channel, account = cells.get("channel", "").lower(), cells.get("account", "") or "main"
    if (channel, account) not in rules.accounts:
        known = ", ".join(sorted({name for name, _ in rules.accounts})) or "chưa có kênh nào"
        raise Wrong(f"Kênh hoặc tài khoản này không được cài đặt ở đây ({known}).")
    external_id = cells.get("external_id", "")
    if not _IDS.get(channel, _ANY_ID).fullmatch(external_id):
        raise Wrong("Cột external_id: không phải mã của một cuộc trò chuyện riêng trên kênh này.")
    return Address(channel, account, external_id)


def _word(cells: Mapping[str, str], name: str) -> bool | None:
    value = cells.get(name, "").lower()
    if not value:
        return None
    if value in _YES or value in _NO:
        return value in _YES
    raise Wrong(f"Cột {name}: ghi có, không, hoặc để trống.")


def _place(typed: str, rules: Rules) -> str:
    if not typed:
        return ""
    code = rules.find_place(typed)
    if code is None:
        raise Wrong("Cột place: chưa rõ là nơi nào; hãy ghi mã, ví dụ c-29938, hoặc tên đủ cả tỉnh.")
    return code


def _topics(typed: str) -> tuple[str, ...]:
    chosen = {each.strip().lower() for each in re.split(r"[;,|]", typed) if each.strip()}
    if not chosen <= set(CHOSEN_TOPICS):
        raise Wrong(f"Cột topics: chỉ có {', '.join(CHOSEN_TOPICS)}.")
    return tuple(topic for topic in CHOSEN_TOPICS if topic in chosen)


def _agreed_at(typed: str, rules: Rules) -> datetime:
    for form in _FORMS:
        try:
            at = datetime.strptime(typed, form).replace(tzinfo=rules.zone)
        except ValueError:
            continue
        if at > rules.now or at.year < _OLDEST_YEAR:
            raise Wrong("Cột consent_at: ngày đồng ý ở tương lai hoặc quá xa.")
        return at
    raise Wrong("Cột consent_at: ghi ngày đồng ý, ví dụ 2026-11-20 hoặc 20/11/2026 08:30.")


def _wording(cells: Mapping[str, str]) -> str:
    wording, source = cells.get("consent_wording", ""), cells.get("consent_source", "")
    if not wording or len(wording) > LONGEST_WORDING:
        raise Wrong(f"Cột consent_wording: phải có câu đã hỏi, không quá {LONGEST_WORDING} ký tự.")
    if not source or len(source) > LONGEST_SOURCE:
        raise Wrong(f"Cột consent_source: phải ghi sự đồng ý được giữ ở đâu, không quá {LONGEST_SOURCE} ký tự.")
    return f"{wording}\n({source})"


def finder(gazetteer: Gazetteer, home_province: str) -> Callable[[str], str | None]:
    """The code of the place that is meant beyond doubt by a code or a name; each text is looked up once."""
    known: dict[str, str | None] = {}

    def find(typed: str) -> str | None:
        if typed not in known:
            known[typed] = _found(gazetteer, typed, home_province)
        return known[typed]

    return find


def _found(gazetteer: Gazetteer, typed: str, home_province: str) -> str | None:
    code = typed.strip().lower()
    place = gazetteer.get(code) or gazetteer.get(f"c-{code}") or gazetteer.get(f"p-{code}")
    if place is not None:
        return place.code
    match gazetteer.find(typed, home_province=home_province):
        case Exact(place=found, also=(), certain=True):
            return found.code
        case OldCommune(candidates=(only,)):
            return only.code
    return None


def checked(rows: Sequence[tuple[int, Mapping[str, str], str]], rules: Rules) -> tuple[list[Subscriber], list[Fault]]:
    """Those who may be imported, each address once, and what is wrong with the other lines."""
    good: list[Subscriber] = []
    faults: list[Fault] = []
    seen: dict[Address, int] = {}
    for line, cells, wrong in rows:
        try:
            if wrong:
                raise Wrong(wrong)
            found = subscriber(cells, rules)
            if found.address in seen:
                raise Wrong(f"Địa chỉ này đã có ở dòng {seen[found.address]}.")
        except Wrong as error:
            faults.append(Fault(line, str(error)))
            continue
        seen[found.address] = line
        good.append(found)
    return good, faults
