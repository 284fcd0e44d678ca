"""Words that act only when they are the whole message: STOP, START, menu keys, thanks (pure)."""

from __future__ import annotations

import re
import unicodedata

from content.normalise import clean, fold

_ENDS = re.compile(r"^[^\w\u1780-\u17d3]+|[^\w\u1780-\u17d3]+$")


def whole(text: str) -> str:
    """The message without case, doubled blanks and the signs around it, for comparing whole messages."""
    return _ENDS.sub("", " ".join(clean(text).split()))


def bare(text: str) -> str:
    """``whole`` without marks."""
    return " ".join(fold(whole(text)).split())


def _words(text: str) -> frozenset[str]:
    """Each word as it is written and without any mark. With other marks it is another word: đúng is not dừng."""
    return frozenset(form for each in text.split("|") for form in (whole(each), bare(each)))


# Carrier habits (STOP, CANCEL, END, QUIT …), Vietnamese and Khmer; any case, with or without marks.
STOP = _words("stop|huỷ|hủy|dừng|unsubscribe|cancel|end|quit|stopall|stop all|ឈប់|បោះបង់")
START = _words("start|unstop|batlai|bật lại|ចាប់ផ្តើម|បើកវិញ")
THANKS = _words(
    "ok|oke|okie|oki|okay|dạ|dạ ok|dạ vâng|vâng|cảm ơn|cám ơn|cảm ơn nha|cảm ơn nhiều|camon"
    "|thank|thanks|thank you|thank you very much|thanks a lot|many thanks|thanks so much"
    "|ok thanks|ok thank you|thx|tks|bye|goodbye|tạm biệt|bai|cảm ơn bạn|cảm ơn nhiều lắm"
    "|cảm ơn cột mốc|cám ơn nhiều|dạ cảm ơn|cảm ơn em|cảm ơn anh|cảm ơn chị|អរគុណ|អរគុណច្រើន"
    "|អរគុណបង|អរគុណបងប្អូន|អរគុណណា|អរគុណហើយ|សូមអរគុណ|អរគុណច្រើនណាស់|លាហើយ|លាសិនហើយ|បាទអរគុណ"
    "|ចាសអរគុណ|បាទ|ចាស"
)
YES = _words("có|phải|đúng|đúng rồi|đồng ý|dạ|dạ có|ok|oke|ừ|ừa|vâng|yes|y|បាទ|ចាស|យល់ព្រម|មាន")
NO = _words("không|ko|k|hông|thôi|không đồng ý|no|n|ទេ|មិនយល់ព្រម")
MENU = _words("menu|mênu|thực đơn|danh mục|mục lục|ម៉ឺនុយ|មេនុយ|បញ្ជី|topics|list")
GREETINGS = _words("xin chào|chào|chào bạn|chào cột mốc|chào ad|alo|hello|hi|hey|good morning|hi there|ជម្រាបសួរ|សួស្តី")
ANGER = _words(
    "bot dởm|bot ngu|đồ ngu|ngu quá|vô dụng|làm ăn kiểu gì|làm ăn gì kỳ|bực mình|tức quá|chán quá|tệ quá"
    "|stupid bot|useless|អន់ណាស់|បូតឆ្កួត|ឆ្កួត|ខឹងណាស់|ឆ្លើយមិនចំ|មិនបានការ"
)
HELP = _words("help|trợ giúp|giúp đỡ|hướng dẫn|ជំនួយ")
KEYWORDS = STOP | START | THANKS | YES | NO | GREETINGS | MENU | HELP
_KEYS = {
    word: number
    for number, words in enumerate(
        (
            "0|số 0|số không|quay lại|back",
            "1|một|số 1|số một|one",
            "2|hai|số 2|số hai|two",
            "3|ba|số 3|số ba|three",
            "4|bốn|số 4|số bốn|four",
            "5|năm|số 5|số năm|five",
            "6|sáu|số 6|số sáu|six",
            "7|bảy|số 7|số bảy|seven",
            "8|tám|số 8|số tám|eight",
            "9|chín|số 9|số chín|nine",
        )
    )
    for word in _words(words)
}


def key(text: str) -> int | None:
    """The number a message stands for: ``1``, ``១``, ``một``, ``mot``, ``so 1``; None for anything else."""
    word = whole(text)
    if len(word) == 1 and word.isdigit():
        return unicodedata.digit(word)
    return _KEYS.get(word)


def command(text: str) -> tuple[str, str] | None:
    """``/start g-dinh-ba`` as (start, g-dinh-ba); the bot's own @name is dropped."""
    parts = text[1:].split(None, 1) if text.startswith("/") else []
    if not parts or not text[1:2].strip():
        return None
    name = parts[0].partition("@")[0].casefold()
    rest = parts[1].strip() if len(parts) > 1 else ""
    return (name, rest) if name.isascii() and name.replace("_", "").isalnum() else None


def thanks(text: str) -> bool:
    """A word of thanks with what politeness adds to it: "cảm ơn nhiều nha", "cam on chu"."""
    said = bare(text)
    return whole(text) in THANKS or (
        said.startswith(("cam on ", "អរគុណ")) and len(said.split()) <= 4 and "?" not in text
    )


def angry(text: str) -> bool:
    words = f" {bare(text)} "
    return any((f" {each} " if each.isascii() else each) in words for each in ANGER)
