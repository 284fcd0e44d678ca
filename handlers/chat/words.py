"""Words that act only when they are the whole message: STOP, START, yes and no, menu keys, thanks (pure)."""

from __future__ import annotations

import re
import unicodedata

from content.normalise import clean, fold
from content.residue import without_keys

_ENDS = re.compile(r"^[^\w\u1780-\u17d3]+|[^\w\u1780-\u17d3]+$")


def whole(text: str) -> str:
    """The message without case, doubled blanks and the signs around it, for comparing whole messages."""
    return _ENDS.sub("", " ".join(clean(text).split()))


def bare(text: str) -> str:
    """``whole`` without marks."""
    return " ".join(fold(whole(text)).split())


_FRIENDLY = re.compile("[👍🙏❤♥😊🙂😀😃😄😍🥰😘👏👌💯🤝\ufe0f\U0001f3fb-\U0001f3ff\\s]+")  # with shades of skin


def _words(text: str) -> frozenset[str]:
    """Each word as it is written and without any mark. With other marks it is another word: đúng is not dừng."""
    return frozenset(form for each in text.split("|") for form in (whole(each), bare(each)))


# Carrier habits (STOP, CANCEL, END, QUIT …), Vietnamese and Khmer; any case, with or without marks.
STOP = _words("stop|huỷ|hủy|dừng|unsubscribe|cancel|end|quit|stopall|stop all|ឈប់|បោះបង់")
START = _words("start|unstop|batlai|bật lại|ចាប់ផ្តើម|បើកវិញ")
BEGIN = _words("start|ចាប់ផ្តើម")  # … of which these may also be a first hello
THANKS = _words(
    "ok|oke|okie|oki|okay|dạ|dạ ok|dạ vâng|vâng|cảm ơn|cám ơn|cảm ơn nha|cảm ơn nhiều|camon"
    "|thank|thanks|thank you|thank you very much|thanks a lot|many thanks|thanks so much"
    "|ok thanks|ok thank you|thx|tks|bye|goodbye|tạm biệt|bai|cảm ơn bạn|cảm ơn nhiều lắm"
    "|cảm ơn cột mốc|cám ơn nhiều|dạ cảm ơn|cảm ơn em|cảm ơn anh|cảm ơn chị|hiểu rồi|đã hiểu|got it|great|អរគុណ"
    "|អរគុណច្រើន"
    "|អរគុណបង|អរគុណបងប្អូន|អរគុណណា|អរគុណហើយ|សូមអរគុណ|អរគុណច្រើនណាស់|លាហើយ|លាសិនហើយ|បាទអរគុណ"
    "|ចាសអរគុណ|បាទ|ចាស"
)
OK = _words("ok|oke|okie|oki|okay")  # taken note of, which is not yet a yes to everything
YES = _words(
    "có|có chứ|có ạ|có nha|có giúp|có giúp được|giúp được|được|được rồi|phải|phải rồi|đúng|đúng rồi|đúng vậy|chính xác"
    "|đồng ý|dạ|dạ có|dạ phải|dạ đúng|dạ đồng ý|ok|oke|okie|ừ|ừa|ừm|ừ đúng|vâng|muốn|muốn chứ|rất hữu ích|hữu ích"
    "|yes|y|yep|yeah|yup|sure|yes please|correct|that's right|i agree|agree|yes it did|it did"
    "|បាទ|ចាស|បាទ/ចាស|ចា៎|យល់ព្រម|មាន|មានប្រយោជន៍|ត្រូវ|ត្រូវហើយ|មែន|មែនហើយ|បាន|ចង់|អរ|បាទមែន|ចាសមែន"
)
NO = _words(
    "không|ko|k|kh|khg|hông|hok|hong|thôi|không phải|ko phải|k phải|hông phải|không đúng|ko đúng|không có|ko có"
    "|dạ không"
    "|dạ ko|dạ không phải|dạ thôi|không đồng ý|ko đồng ý|không giúp được|không giúp gì|không được|ko được|chưa"
    "|chưa được"
    "|không muốn|ko muốn|không cần|ko cần|sai|sai rồi|khỏi|khỏi cần"
    "|no|n|nope|nah|not really|no thanks|no thank you|not yet|wrong|i disagree|it didn't|it did not"
    "|ទេ|អត់|អត់ទេ|មិនយល់ព្រម|មិនមែន|មិនមែនទេ|មិនមាន|មិនបានទេ|មិនត្រូវ|មិនត្រូវទេ|បាទទេ|ចាសទេ|អត់បាន|អត់មាន|មិនចង់"
    "|មិនចង់ទេ"
)
# Both "đúng" (yes) and "dừng" (stop), typed without marks.
YES_OR_STOP = "dung"
MENU = _words("menu|mênu|thực đơn|danh mục|mục lục|ម៉ឺនុយ|មេនុយ|បញ្ជី|topics|list")
GREETINGS = _words(
    "xin chào|chào|chào bạn|chào cột mốc|chào ad|chào em|chào anh|chào chị|alo|hello|hi|hey|good morning|good afternoon"
    "|good evening|hi there|hello there|ជម្រាបសួរ|សួស្តី|ជំរាបសួរ|អរុណសួស្តី"
)
HELP = _words("help|trợ giúp|giúp đỡ|hướng dẫn|ជំនួយ")
PERSON = _words(
    "gặp cán bộ|gặp cán bộ trực|gặp người|gặp người thật|gặp nhân viên|gặp người trực|cho gặp cán bộ|cho gặp người thật"
    "|tôi muốn gặp cán bộ|tui muốn gặp cán bộ|muốn gặp cán bộ|muốn gặp người thật|nói chuyện với người"
    "|nói chuyện với cán bộ"
    "|nói chuyện với người thật|người thật|người trực|nhân viên|tổng đài viên|tư vấn viên"
    "|human|a human|agent|live agent|operator|person|a person|real person|live person|representative|staff|human please"
    "|talk to a person|talk to a human|talk to human|talk to someone|talk to an agent|speak to a person"
    "|speak to a human"
    "|speak to someone|speak to an agent|i want a human|i want to talk to a person|i want to talk to a human"
    "|customer service"
    "|ជួបមន្ត្រី|ចង់ជួបមន្ត្រី|ជួបមនុស្ស|ចង់ជួបមនុស្ស|ជួបបុគ្គលិក|និយាយជាមួយមនុស្ស|ចង់និយាយជាមួយមនុស្ស"
    "|និយាយជាមួយមន្ត្រី"
)
LANGUAGE = {
    word: language
    for language, words in (
        ("vi", "tiếng việt|vietnamese|in vietnamese|vietnamese please|tiếng việt nam|ភាសាវៀតណាម|វៀតណាម"),
        ("km", "tiếng khmer|tiếng khơ me|tiếng miên|khmer|in khmer|khmer please|ភាសាខ្មែរ|ខ្មែរ|ជាភាសាខ្មែរ"),
        ("en", "tiếng anh|english|in english|english please|speak english|do you speak english|ភាសាអង់គ្លេស|អង់គ្លេស"),
    )
    for word in _words(words)
}
NO_CRY = STOP | START | THANKS | YES | NO | GREETINGS | MENU  # never a cry for help when nothing else is said
KEYWORDS = NO_CRY | HELP
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


def speaks_no_language(text: str) -> bool:
    """Whether a message tells nothing of the language of its writer: a command, or a word such as STOP, ok, hello."""
    said = whole(text)
    return not text or text.startswith("/") or (said in KEYWORDS and said.isascii() and " " not in said)


def thanks(text: str) -> bool:
    """A word of thanks with what politeness adds to it: "cảm ơn nhiều nha", "thank you so much", 👍."""
    said = without_keys(bare(text)).removeprefix("ok ").removeprefix("da ")
    if whole(text) in THANKS or (said and said in THANKS):
        return True
    if _FRIENDLY.fullmatch(text.strip()):
        return True
    return said.startswith(("cam on ", "thank you ", "thanks ", "អរគុណ")) and len(said.split()) <= 5 and "?" not in text
