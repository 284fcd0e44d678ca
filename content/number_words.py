"""Vietnamese numbers in words, as they are read aloud (pure)."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION, _MILLION, _THOUSAND = 10**9, 10**6, 10**3


def number(value: int, thousand: str = "nghìn") -> str:
    """The whole number, which is not negative; ``thousand`` is how the province says a thousand ("nghìn", "ngàn").

    Raises ValueError for a negative number.
    """
    if value < 0:
        raise ValueError("a negative number is no count")
    return " ".join(_whole(value, thousand)) if value else _DIGITS[0]


def digits(figures: str) -> str:
    """Figure by figure, as telephone numbers are read; what is no figure is left out."""
    return " ".join(_DIGITS[int(each)] for each in figures if each.isdecimal())


def decimal(whole: str, fraction: str, thousand: str = "nghìn") -> str:
    """A number with a comma: up to two figures behind it as a number, more of them, or a zero first, one by one."""
    after = digits(fraction) if len(fraction) > 2 or fraction.startswith("0") else number(int(fraction), thousand)
    return f"{number(int(whole), thousand)} phẩy {after}"


def ordinal(value: int) -> str:
    """Thứ nhất, thứ hai, …"""
    return "thứ " + {1: "nhất", 4: "tư"}.get(value, number(value))


def month(value: int) -> str:
    """The fourth month has a word of its own."""
    return "tư" if value == 4 else number(value)


def _whole(value: int, thousand: str, *, after: bool = False) -> list[str]:
    """``after``: something larger was said before, so that a missing hundred is said too."""
    for scale, name in ((_BILLION, "tỷ"), (_MILLION, "triệu"), (_THOUSAND, thousand)):
        if value >= scale:
            larger, rest = divmod(value, scale)
            words = [*_whole(larger, thousand, after=after), name]
            return [*words, *_whole(rest, thousand, after=True)] if rest else words
    return _hundreds(value, after=after)


def _hundreds(value: int, *, after: bool) -> list[str]:
    """From 1 to 999."""
    hundred, rest = divmod(value, 100)
    words = [_DIGITS[hundred], "trăm"] if hundred or after else []
    if not rest:
        return words
    ten, one = divmod(rest, 10)
    if not ten:
        return [*words, "linh", _DIGITS[one]] if words else [_DIGITS[one]]
    words += ["mười"] if ten == 1 else [_DIGITS[ten], "mươi"]
    if one == 5:
        return [*words, "lăm"]
    if one == 1 and ten > 1:
        return [*words, "mốt"]
    return [*words, _DIGITS[one]] if one else words
