"""The shape of a short question after an answer: whether it goes on from it, and what it asks about (pure)."""

from __future__ import annotations

import re

from content.normalise import fold

# "còn hồ sơ?", "vậy trẻ em thì sao", "what about children"; without marks "con" may be a child too.
_CONTINUES = re.compile(
    r"^(?:còn|vậy|thế|rồi|nếu|vay con|the con|con|vay|the|roi|neu|and|but|then|just|what about|how about|what if|chos)"
    r"(?!\w)|(?:thì sao|thi sao|nữa|nua| then|instead|vinh|venh)\W*$"
    r"|វិញ\W*$|^ចុះ|^បើ|^(?:what else|anything else|(?:tell me )?more|nói thêm|noi them|nói tiếp|noi tiep)\W*$"
)
# What of it says nothing by itself; "con" and "vay" without marks stay, for a child or a loan may be asked about.
_OPENING = re.compile(
    r"^(?:(?:vậy|thế|rồi|vay|the|roi) còn|còn|vậy|thế|rồi|nếu|(?:vay|the|roi) con|vay(?= (?:thi|la|sao|ha)\b)"
    r"|con(?=.*thi sao)|roi|neu|and|but|then|just|what about|how about|chos)(?!\w)|^(?:ចុះ)?(?:បើ)?"
)
_ENDING = re.compile(r"(?:(?<!\w)(?:thì sao|thi sao|nữa|nua|hả|then|instead|too|vinh|venh)|វិញ|ទៀត)\W*$")
_POLITE = re.compile(r"(?: (?:v|z|ad|ạ|à|nha|nhe|nhé|vậy|vay|dạ|da|shop|bạn|ban|please|pls|sir)(?!\w)|បង|បាទ|ចាស|\W)+$")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_EMPTY = _set(
    "gì gi sao không ko k hả ha à ạ thêm them nữa nua vậy vay cái cai else more so anything what the there is to know "
    "tell me nói noi tiếp tiep ngoài ngoai ra អ្វី ទៀត ទេ អ្វីទៀត អីទៀត"
)
# "Where do I apply?", "how long?": they say nothing of what, so after an answer it is what was answered.
_ASPECTS = _set(
    "thì thi có co ở o đâu dau bao lâu lau nhiêu nhieu nhiu mấy may khi chừng chung nào nao ai gì gi sao làm lam thế "
    "the xin nộp nop nơi noi chỗ cho trong trả tra tiền tien tốn ton mất mat hết het cần can phải phai được duoc đc dc "
    "không khong ko k hông hong v vậy vay ạ a ad ngày ngay tháng thang năm nam how much many long where who when since "
    "what do does dont don't i it is to cost take takes days go apply need pay and"
)
_KHMER_ASPECTS = re.compile(
    r"(?:ប៉ុន្មាន|នៅ|ឯ|ណា|អ្នក|ពេល|ម៉េច|យ៉ាង|អស់|លុយ|ត្រូវ|បាន|ទេ|អត់|យូរ|សុំ|ធ្វើ|ហៅ|ប្រាប់|សួរ|ថ្ងៃ|ខែ|បង់|អី|អ្វី)+"
)
_MONEY = re.compile(r"(?<!\w)(?:tiền|tien|tốn|ton|phí|phi|giá|gia|cost|pay|fee|price)(?!\w)|លុយ|ថ្លៃ|បង់")

# Names of one kind: "còn Nhật?" after the fees for Taiwan asks for the same of another country. Folded; Khmer as it is.
_KINDS = (
    re.compile(
        r"(?<!\w)(?:nhat ban|nhat|dai loan|han quoc|han|uc|duc|malaysia|campuchia|lao|trung quoc|japan|taiwan|korea"
        r"|germany|australia|cambodia|laos|china)(?!\w)|ជប៉ុន|តៃវ៉ាន់|កូរ៉េ|អូស្ត្រាលី|អាល្លឺម៉ង់|កម្ពុជា|ឡាវ|ចិន"
    ),
    re.compile(r"(?<!\w)(?:dong thap|an giang|vinh long|tra vinh|phu tho|lao cai|kien giang|ca mau)(?!\w)"),
    re.compile(
        r"(?<!\w)(?:dinh ba|thuong phuoc|thong binh|ha tien|tinh bien|vinh xuong|khanh binh|moc bai|xa mat|tan nam"
        r"|binh hiep|le thanh|bo y|cau treo|lao bao|mong cai|huu nghi|bac dai|giang thanh|bavet)(?!\w)"
    ),
)
_BESIDE_A_NAME = _set("con di o ben qua cua khau gate at in to for with the nuoc tinh ទៅ នៅ ច្រក ប្រទេស")


def continues(cleaned: str) -> bool:
    """Whether a short cleaned message has the shape of a question that goes on from something."""
    return _CONTINUES.search(cleaned) is not None


def heart(cleaned: str) -> str:
    """What a question that goes on asks about, without the words that only tie it to what was before."""
    left = cleaned
    for _ in range(2):  # "vậy còn … nữa thì sao"
        left = _ENDING.sub("", _OPENING.sub("", left)).strip(" ,.?!")
    return "" if _EMPTY.issuperset(left.split()) else left


def without_politeness(cleaned: str) -> str:
    return _POLITE.sub("", cleaned) or cleaned


def only_an_aspect(cleaned: str) -> bool:
    """Whether a message asks how, where or how much without saying of what."""
    words = _words(cleaned)
    return bool(words) and all(word in _ASPECTS or _KHMER_ASPECTS.fullmatch(word) for word in words)


def asks_for_money(cleaned: str) -> bool:
    """Fees have entries of their own; where and how long are parts of every answer."""
    return _MONEY.search(cleaned) is not None


def subject_for(subject: str, asked: str) -> str:
    """What was spoken of, without its names of a kind of which the question has one of its own. Cleaned texts."""
    subject, asked = fold(subject), fold(asked)
    for kind in _KINDS:
        if kind.search(asked):
            subject = kind.sub(" ", subject)
    return subject


def only_names(asked: str) -> bool:
    """Whether nothing but a name of one kind is asked: then what is asked of it is what was asked before."""
    asked = fold(asked)
    return any(kind.search(asked) and _BESIDE_A_NAME.issuperset(_words(kind.sub(" ", asked))) for kind in _KINDS)


def _words(text: str) -> list[str]:
    return [word for word in (each.strip("?!.,") for each in text.split()) if word]
