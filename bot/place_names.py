"""How a place name is read: marks folded, levels recognised, filler words known (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST_READ: Final = 64  # words of a text that are looked at; an address has fewer, a pasted page has more

_WITH_MARKS: Final = "àáảãạăằắẳẵặâầấẩẫậ èéẻẽẹêềếểễệ ìíỉĩị òóỏõọôồốổỗộơờớởỡợ ùúủũụưừứửữự ỳýỷỹỵ đ"
_IGNORED: Final = "'’`ʼ"  # M'Drắk is typed mdrak as often as m'drak
_FOLDED: Final[dict[int, str | None]] = {
    **{ord(letter): plain for plain, row in zip("aeiouyd", _WITH_MARKS.split(" "), strict=True) for letter in row},
    **{ord(sign): None for sign in _IGNORED},
    ord("\u200b"): " ",  # the space that Khmer keyboards put between words
}
_OUTSIDE: Final = re.compile(r"[^a-z0-9]+")
# Mỹ and Mĩ, Lý and Lí, Quý and Quí are one name in two spellings.
_FINAL_Y: Final = re.compile(r"\b(h|k|l|m|s|t|v|qu)y\b")
_TONES: Final = {"\u0300": "2", "\u0301": "5", "\u0303": "4", "\u0309": "3", "\u0323": "6"}
_COMMAS: Final = ",;:!?()\n/"
_PARTS: Final = re.compile(rf"[^\W_]['’`ʼ\u0300-\u036f\w]*|[{re.escape(_COMMAS)}]")
_GLUED: Final = re.compile(r"\b(q|quan|p|phuong|tx|tp)(\d{1,2})\b")  # "Q1", "p12"

_HEARD: Final = {
    "tr": "ch",
    "x": "s",
    "gi": "d",
    "v": "d",
    "r": "g",
    "ng": "n",
    "nh": "n",
    "c": "t",
    "ch": "t",
}
_INITIALS: Final = re.compile(r"\b(?:tr|x|gi(?=[aeou])|v|r)")
_FINALS: Final = re.compile(r"(?:ng|nh|ch|c)\b")

LEVELS: Final[dict[str, str]] = {
    "xã": "xã",
    "x": "xã",
    "phường": "phường",
    "p": "phường",
    "đặc khu": "đặc khu",
    "đk": "đặc khu",
    "thị trấn": "thị trấn",
    "tt": "thị trấn",
    "huyện": "huyện",
    "h": "huyện",
    "quận": "quận",
    "q": "quận",
    "thị xã": "thị xã",
    "tx": "thị xã",
    "thành phố": "thành phố",
    "tp": "thành phố",
    "tỉnh": "tỉnh",
    "cửa khẩu": "cửa khẩu",
    "ck": "cửa khẩu",
    "cửa khẩu quốc tế": "cửa khẩu",
    "ck quốc tế": "cửa khẩu",
    "ckqt": "cửa khẩu",
    "cửa khẩu chính": "cửa khẩu",
    "ck chính": "cửa khẩu",
    "cửa khẩu phụ": "cửa khẩu",
    "ck phụ": "cửa khẩu",
    "lối mở": "cửa khẩu",
}
"""Words of level before a name, and the level meant; "thành phố" may be a province or a former district."""

LEVELS_AFTER: Final[dict[str, str]] = {
    "commune": "xã",
    "ward": "phường",
    "special zone": "đặc khu",
    "township": "thị trấn",
    "district": "huyện",
    "city": "thành phố",
    "province": "tỉnh",
    "gate": "cửa khẩu",
    "border gate": "cửa khẩu",
    "international border gate": "cửa khẩu",
    "international gate": "cửa khẩu",
    "checkpoint": "cửa khẩu",
    "border crossing": "cửa khẩu",
}
"""Level words after a name, as English has them."""

LOCATIVES: Final = frozenset({"o", "tai", "ben", "que", "ve", "tu", "qua", "toi", "den", "in", "at", "from", "near"})
"""Words that announce a place."""

_AROUND: Final = """
toi tui tau em minh chi anh con chau bac co chu ba ong di ho nha song dang hien gio nay thuoc la cua cho
khu vuc ap khom thon xom to so duong dan nguoi day do nhe nhen ne ha a da vang z v cu moi gan cung quen goc
sinh lam khong ko dc dia duoi tren trong giap voi va viet nam vn bao xin chao noi ghi lay chon
i we am is are live living stay my home the commune ward district province city of former old new
xa x phuong p dac khu thi tran tt huyen h quan q tx thanh pho tp tinh
"""
FILLERS: Final = LOCATIVES | frozenset(_AROUND.split())
"""Words that may stand around a place without making the text something else than an answer to "where?"."""

KHMER: Final[dict[str, str]] = {
    "ច្រកទ្វារ": " cửa khẩu ",
    "សង្កាត់": " phường ",
    "ឃុំ": " xã ",
    "ស្រុក": " huyện ",
    "ខេត្ត": " tỉnh ",
    "ក្រុង": " thành phố ",
    # Names as the Khmer pages of Vietnamese newspapers write them; only those seen there are listed.
    "អានយ៉ាង": " An Giang ",
    "ត្រាវិញ": " Trà Vinh ",
    "សុកត្រាំង": " Sóc Trăng ",
    "កឹនធើ": " Cần Thơ ",
    "វិញឡុង": " Vĩnh Long ",
    "តីនិញ": " Tây Ninh ",
    "ចូវដុក": " Châu Đốc ",
    "ហូជីមិញ": " Hồ Chí Minh ",
}

ALIASES: Final[dict[str, str]] = {
    "TPHCM": "Hồ Chí Minh",
    "HCM": "Hồ Chí Minh",
    "Sài Gòn": "Hồ Chí Minh",
    "Saigon": "Hồ Chí Minh",
    "BRVT": "Bà Rịa - Vũng Tàu",
    "Đắc Lắc": "Đắk Lắk",
    "Daklak": "Đắk Lắk",
    "Đắc Nông": "Đắk Nông",
    "Bắc Cạn": "Bắc Kạn",
    "Thừa Thiên Huế": "Huế",
}
"""Other names of provinces of today or before."""

STANDING_ALONE: Final = frozenset({"hue", "hcm", "brvt", "tphcm"})
"""Short names of one word that need no level word."""

_EVERYDAY_NAMES: Final = (
    "bien gioi, dong duong, gia dinh, gia lai, hoa binh, thai binh, sao vang, co do, thong nhat, tu do, "
    "van ban, binh minh, tien phong, doan ket, hop tac, dong tam, tan tien, hung vuong, bao ai, an toan, "
    "dong y, binh an"
)
EVERYDAY: Final = frozenset(_EVERYDAY_NAMES.split(", "))
"""Folded names that are also everyday words: they count as places only when announced or written as names."""


class Word(NamedTuple):
    """One word of a text: without marks and as typed (lower case, composed)."""

    plain: str
    typed: str
    apart: bool = False  # a comma, bracket or line break stands before it
    capital: bool = False


def _decompose(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def fold(text: str) -> str:
    """Text in [a-z0-9] and single spaces: marks, case, signs and the y/i spelling are gone. Idempotent."""
    folded = unicodedata.normalize("NFC", text).lower().translate(_FOLDED)
    if not folded.isascii():
        folded = _decompose(folded).lower().translate(_FOLDED)
    if folded.isascii() and folded.replace(" ", "").isalnum():
        folded = " ".join(folded.split())
    else:
        folded = _OUTSIDE.sub(" ", folded).strip()
    return _FINAL_Y.sub(r"\1i", folded) if "y" in folded else folded


def sound(folded: str) -> str:
    """A folded name as the South hears it: tr and ch, s and x, d, gi and v, final n and ng are one."""
    return _FINALS.sub(lambda match: _HEARD[match[0]], _INITIALS.sub(lambda match: _HEARD[match[0]], folded))


@lru_cache(maxsize=8192)
def toned(typed: str) -> str:
    """Each syllable as its letters and a tone number, so that hòa and hoà are equal and "hoa" is not."""
    syllables: list[str] = []
    for syllable in typed.split():
        letters: list[str] = []
        tone = ""
        for mark in unicodedata.normalize("NFD", syllable):
            if mark in _TONES:
                tone = _TONES[mark]
            elif mark not in _IGNORED:
                letters.append(mark)
        letters_only = _FINAL_Y.sub(r"\1i", unicodedata.normalize("NFC", "".join(letters)))
        syllables.append(letters_only + tone)
    return " ".join(syllables)


def read(text: str) -> tuple[Word, ...]:
    """The first LONGEST_READ words of a text; Khmer level words and names become Vietnamese ones."""
    text = unicodedata.normalize("NFC", text[: LONGEST_READ * 24])
    if any("\u1780" <= letter <= "\u17ff" for letter in text):
        for khmer, vietnamese in KHMER.items():
            text = text.replace(khmer, vietnamese)
    words: list[Word] = []
    apart = False
    for part in _PARTS.findall(text):
        if part in _COMMAS:
            apart = True
            continue
        for plain in _GLUED.sub(r"\1 \2", fold(part)).split():
            words.append(Word(plain, part.lower().strip(_IGNORED), apart, part[0].isupper()))
            apart = False
    return tuple(words[:LONGEST_READ])


def agrees(name: str, words: Sequence[Word]) -> int:
    """How the typed words fit a name with marks: 2 the same, 1 marks left out somewhere, 0 another name."""
    wanted = toned(name.lower().replace("-", " ")).split()
    if len(wanted) != len(words):
        return 1 if all(word.typed.isascii() for word in words) else 0
    same = True
    for syllable, word in zip(wanted, words, strict=True):
        if toned(word.typed) == syllable:
            continue
        if not word.typed.isascii():
            return 0
        same = False
    return 2 if same else 1


_LEVELS_FOLDED: Final = {fold(written): (written, level) for written, level in LEVELS.items()}


def level_of(words: Sequence[Word]) -> str:
    """The level that these words say ("thi xa", "TP" …), or ""; if typed with marks, with the right ones."""
    written, level = _LEVELS_FOLDED.get(" ".join(word.plain for word in words), ("", ""))
    return level if level and agrees(written, words) else ""


def marked(words: Sequence[Word]) -> bool:
    """Whether any of the words was typed with marks."""
    return any(not word.typed.isascii() for word in words)
