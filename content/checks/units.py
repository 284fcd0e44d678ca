"""In what an amount is counted, as far as the three languages say it next to the number (pure)."""

from __future__ import annotations

import re

Units = frozenset[str]
UNSAID: Units = frozenset()
DONG: Units = frozenset({"đồng"})
HOUR: Units = frozenset({"giờ"})
PAY, MONTH = "tháng lương", "tháng"
# A number that ends in a blotted sign was a clock ("7:00") or "24/24".
_CLOCK = re.compile(r"¤|:\d\d(?!\d)|\s?h(?![^\W\d_])")
# "Số 5 ngày 3/4", "khoá 2 năm 2025": a word with … goes with the date that follows it.
_NOT_A_DATE = r"(?![ ]*(?:¤|\d{1,2}[/-]\d|(?:18|19|20)\d\d))"
_END = r"(?![A-Za-zÀ-ỹ²³])"
# A sheet writes "0,7 tháng/12 tháng" for "0,7 tháng lương cho 12 tháng làm".
_PAY_WORDS = (
    r"tháng (?:tiền )?lương|tháng(?=/\d+ tháng)|months?['’]s? (?:salary|pay)|months? of (?:salary|pay)"
    r"|ខែប្រាក់ខែ|ខែនៃប្រាក់ខែ"
)

# Longest first. Where one word means two things ("18 years"), the amount may be counted in either.
_WORDS: tuple[tuple[str, str], ...] = (
    (PAY, _PAY_WORDS),
    ("ngày làm việc", r"ngày làm việc|working days?|business days?|ថ្ងៃធ្វើការ"),
    ("ngày", r"ngày…|days?|ថ្ងៃ…"),
    ("tuần", r"tuần(?! tra)|weeks?|សប្តាហ៍|អាទិត្យ"),
    (MONTH, r"tháng…|months?|ខែ…"),
    ("tuổi", r"tuổi|years? old|years? of age"),
    ("năm|tuổi", r"years?|ឆ្នាំ…"),
    ("năm", r"năm…(?! nay)"),
    ("giờ", r"giờ|tiếng đồng hồ|hours?|o['’]clock|ម៉ោង"),
    ("phút", r"phút|minutes?|នាទី"),
    ("giây", r"giây|seconds?|វិនាទី"),
    ("%", r"%|phần trăm|per ?cent|ភាគរយ"),
    ("USD", r"(?:USD|US\$)|đô la(?: Mỹ)?|đô(?! thị)|dollars?|ដុល្លារ"),
    ("euro", r"(?:EUR|€)|[Ee]uros?|ơ-?rô|អឺរ៉ូ"),
    ("won", r"won|វ៉ុន"),
    ("yên", r"(?:JPY)|yên|yen|យ៉េន"),
    ("nhân dân tệ", r"(?:CNY|NDT)|nhân dân tệ|tệ|yuan|យ័ន"),
    ("riel", r"riel|riên|រៀល"),
    ("đồng", r"(?:VND|VNĐ)|đồng(?! (?:chí|bào|nghiệp|thời|minh|phạm))|đ|dong|ដុង"),
    ("km²", r"km²|km2|ki-?lô-?mét vuông|square kilomet(?:re|er)s?|គីឡូម៉ែត្រក្រឡា"),
    ("m²", r"m²|m2|mét vuông|square met(?:re|er)s?|ម៉ែត្រក្រឡា"),
    ("km", r"km|ki-?lô-?mét|cây số|kilomet(?:re|er)s?|គ\.ម|គីឡូម៉ែត្រ"),
    ("hải lý", r"hải lý|nautical[ -]miles?|ម៉ាយល៍សមុទ្រ|ម៉ៃល៍សមុទ្រ|ម៉ាយសមុទ្រ"),
    ("cm", r"cm|xăng-?ti-?mét|centimet(?:re|er)s?|សង់ទីម៉ែត្រ"),
    ("mm", r"mm|mi-?li-?mét|millimet(?:re|er)s?"),
    ("mét", r"m|mét|met(?:re|er)s?|ម៉ែត្រ"),
    ("héc-ta", r"ha|héc-?ta|hecta|hectares?|ហិកតា"),
    ("kg", r"kg|ki-?lô(?:-?gam)?|kilograms?|kilos?|គីឡូក្រាម"),
    ("tấn", r"tấn|tonnes?|tons?|តោន"),
    ("gam", r"g|gam|gram|grams?|ក្រាម"),
    ("lít", r"lít|lit(?:re|er)s?|លីត្រ"),
    ("độ", r"độ(?! tuổi)|°|degrees?|ដឺក្រេ"),
    ("kHz", r"(?:kHz|KHz)"),
    ("MHz", r"(?:MHz)"),
    ("mã lực", r"(?:CV|HP)|mã lực|horsepower|សេះ"),
    ("người", r"người|công dân|lao động|thuyền viên|people|persons?|workers?|នាក់"),
    ("xã", r"xã|communes?"),
    ("phường", r"phường|wards?"),
    ("đặc khu", r"đặc khu|special zones?|តំបន់ពិសេស"),
    ("tỉnh", r"tỉnh|provinces?"),
    ("lần", r"lần|times"),
    ("chuyến", r"chuyến|trips?"),
)  # fmt: skip
# Counted in so many words ("450 nạn nhân", "102 đơn vị cấp xã") that a fact need not say the same one.
_THINGS = frozenset({"người", "xã", "phường", "đặc khu", "tỉnh", "lần", "chuyến"})
MEASURES: Units = frozenset(part for name, _ in _WORDS for part in name.split("|")) - _THINGS
_CLASSES: tuple[Units, ...] = tuple(frozenset(name.split("|")) for name, _ in _WORDS)
_KHMER = re.compile("[ក-៿]")


def _one(words: str) -> str:
    """Khmer writes no blank after the unit, so nothing tells where its word ends."""
    each = words.split("|")
    latin, khmer = [[word for word in each if bool(_KHMER.search(word)) is asked] for asked in (False, True)]
    found = [rf"(?:{'|'.join(latin)})(?:(?<=%)|{_END})", *khmer]
    return f"({'|'.join(found)})".replace("…", _NOT_A_DATE)


_AFTER = re.compile(rf"(?:[ ]{{0,2}}|-)(?:{'|'.join(_one(words) for _, words in _WORDS)})")
_BEFORE = (
    (HOUR, re.compile(r"ម៉ោង\s*$")),
    (frozenset({"tuổi"}), re.compile(r"(?:\b[Aa]ged?|អាយុ(?:ពី|ក្រោម|លើស)?)\s*$")),
    (frozenset({"USD"}), re.compile(r"(?:USD|(?<![A-Z])(?:US)?\$)\s?$")),
    (frozenset({"euro"}), re.compile(r"(?:EUR|€)\s?$")),
    (DONG, re.compile(r"VN[DĐ]\s?$")),
)
_LONGEST_BEFORE = 12
# "0,7 tháng lương cho mỗi 12 tháng, nhiều nhất 2 tháng": said once in a sentence, it is meant again.
_IN_PAY = re.compile(rf"(?:{_PAY_WORDS})(?:(?![.?!] |\n|។).)*$")
_LONGEST_SENTENCE = 250


def unit_of(text: str, start: int, end: int) -> Units:
    """Of the number between these places, its scale included ("5 triệu")."""
    if _CLOCK.match(text, end):
        return HOUR
    found = _AFTER.match(text, end)
    units = _CLASSES[(found.lastindex or 1) - 1] if found else UNSAID
    if MONTH in units and _IN_PAY.search(text[max(0, start - _LONGEST_SENTENCE) : start]):
        return units | {PAY}
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    return units or next((each for each, pattern in _BEFORE if pattern.search(before)), UNSAID)


def agree(said: Units, held: Units | None, *, tolerant: bool) -> bool:
    """``held``: every unit in which the other text counts the same number, "" where it names none; None if it does not
    have that number. ``tolerant``: a unit that was not recognised may be any."""
    if held is None:
        return False
    if not said or not said.isdisjoint(held):
        return True
    return "" in held and (tolerant or said <= _THINGS)
