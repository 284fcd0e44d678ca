"""A Vietnamese text as an announcer says it: figures, hours, days, numbers to call and short forms in words (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from content.number_words import decimal, digits, month, number, ordinal
from content.spoken_words import COUNTED, MAIL, SHORT, SITE, UNITS

Said = Callable[[re.Match[str]], str] | str
_FREE, _END = r"(?<![\w./:,+-])", r"(?![\d/:])(?![.,]\d)(?!\w)"
_DAY, _MONTH, _YEAR = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])", r"((?:19|20)\d\d)"
_OPENING = r"((?i:ngày|từ|đến|trước|sau|hết|qua|hôm|mùng|mồng) )"


def _any_of(words: Mapping[str, str] | Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(r"(?:(?:https?://|www\.)\S*|\b(?:[a-z0-9-]+\.)+(?:vn|com|org|net|me|gov)\b(?:/\S*)?)(?<![.,;:!?)”])")
_BRACKETS = re.compile(r"\[([^\]\n]*)\]")
_MONTH_OF = re.compile(rf"((?i:tháng) ){_MONTH}/{_YEAR}{_END}")
_LAW = re.compile(rf"{_FREE}(\d{{1,4}})/{_YEAR}(/NĐ-CP)?(?:/[A-ZĐ][\w-]*)?(?!\w)")
_SHORT = re.compile(rf"(?<!\w)(?:{_any_of(SHORT)})(?!\w)")
_ABROAD = re.compile(r"(?<![\w.,/])\+\d[\d .-]{6,18}\d(?!\d)")
_TELEPHONE = re.compile(r"(?<![\w.,/])(?:0\d|1[89]00)(?:[ .-]?\d){4,9}(?![\d/:]|[.,]\d)")
_EMERGENCY = re.compile(rf"{_FREE}11[1-5]{_END}(?! ?(?:{_any_of(COUNTED)})(?!\w))")
_WHOLE_DAY = re.compile(rf"{_OPENING}?(?<![\d/.,]){_DAY}[./-]{_MONTH}[./-]{_YEAR}{_END}")
_SHORT_DAY = re.compile(rf"{_OPENING}{_DAY}/{_MONTH}{_END}()")
_HOUR = re.compile(r"(?<![\w/.,])([01]?\d|2[0-4])(?:(?::|h|g| giờ )([0-5]\d)(?: phút)?|[hg]())(?![\d:])(?!\w)")
_TO = re.compile(r"(?<=[\d%]) ?[–-] ?(?=\d)")
_APRIL = re.compile(r"((?i:tháng) )4(?!\w|[.,/]\d)")
_OUT_OF = re.compile(r"(\d+)/(\d+)")
_UNIT = re.compile(rf"(?<=\d) ?({_any_of(UNITS)})(?!\w)")
_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+),(\d+)")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+")
# Signs that nobody says, and what is heard in their place.
_UNSAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("và/hoặc"), "hoặc"),
    (re.compile(r"\s*×\s*"), " nhân "),
    (re.compile('[“”"«»]'), ""),
    (re.compile(r"\s*[()]\s*(?=[.,;:!?]|$)"), ""),
    (re.compile(r"\s*[()]\s*|\s+-\s+|\s*[–—·•→←]\s*"), ", "),
    (re.compile(r"\s*/\s*"), " hoặc "),
    (re.compile(r"\s*&\s*"), " và "),
    (re.compile(r"[*_#|<>{}=~^\\]"), " "),
    (re.compile(r"(?:,\s*)+([,.;:!?])"), r"\1"),
    (re.compile(r"^[\s,]+"), ""),
    (re.compile("[ \t\u00a0\u200b]+"), " "),
)
_MOST_FIGURES = 12  # of a number; a longer one is a code


def spoken(text: str, thousand: str = "nghìn") -> str:
    """One line of words without a figure and without a sign that nobody says. ``thousand``: see number_words."""
    for pattern, said in _steps(thousand):
        text = pattern.sub(said, text)
    return text.strip()


def point(value: int) -> str:
    """How a point of a numbered list begins."""
    said = ordinal(value)
    return said[0].upper() + said[1:]


def _steps(thousand: str) -> list[tuple[re.Pattern[str], Said]]:
    """What looks like something longer is read first."""

    def count(figures: str) -> str:
        bare = figures.replace(".", "")
        coded = len(bare) > _MOST_FIGURES or (len(bare) > 1 and bare.startswith("0"))
        return digits(bare) if coded else number(int(bare), thousand)

    def year(found: re.Match[str], group: int) -> str:
        return f" năm {number(int(found[group]), thousand)}" if found[group] else ""

    def day(found: re.Match[str]) -> str:
        opening = found[1] or ""
        named = opening if opening.strip().lower() in ("ngày", "mùng", "mồng") else f"{opening}ngày "
        return f"{named}{number(int(found[2]))} tháng {month(int(found[3]))}{year(found, 4)}"

    def law(found: re.Match[str]) -> str:
        return f"{number(int(found[1]), thousand)}{year(found, 2)}{' của Chính phủ' if found[3] else ''}"

    def hour(found: re.Match[str]) -> str:
        minutes = found[2] or "00"
        return f"{number(int(found[1]))} giờ{'' if minutes == '00' else f' {count(minutes)}'}"

    def apart(found: re.Match[str]) -> str:
        """A number's words never stick to a letter beside it ("A18", "4G")."""
        before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
        return f"{' ' * before.isalpha()}{count(found[0])}{' ' * after.isalpha()}"

    return [
        (_MAIL, MAIL),
        (_SITE, SITE),
        (_BRACKETS, lambda found: f"{found[1].capitalize()}."),
        (_MONTH_OF, lambda found: f"{found[1]}{month(int(found[2]))}{year(found, 3)}"),
        (_WHOLE_DAY, day),
        (_LAW, law),
        (_SHORT, lambda found: SHORT[found[0]]),
        (_ABROAD, lambda found: f"cộng {digits(found[0])}"),
        (_TELEPHONE, lambda found: digits(found[0])),
        (_EMERGENCY, lambda found: digits(found[0])),
        (_SHORT_DAY, day),
        (_TO, " đến "),
        (_HOUR, hour),
        (_APRIL, r"\1tư"),
        (_OUT_OF, r"\1 trên \2"),
        (_UNIT, lambda found: f" {UNITS[found[1]]}"),
        (_DECIMAL, lambda found: decimal(found[1].replace(".", ""), found[2], thousand)),
        (_NUMBER, apart),
        *_UNSAID,
    ]
