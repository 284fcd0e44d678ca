"""Swearing and complaints about the service: told apart from questions, and never judged (pure)."""

from __future__ import annotations

from content.normalise import fold
from handlers.chat.words import whole


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(each.split()) for each in text.split("|"))


# Nothing else, written with marks or without any.
_PLAIN = _phrases(
    "bot dởm|bot ngu|máy ngu|đồ ngu|ngu như bò|tào lao|nhảm nhí|nói nhảm|vớ vẩn|lảm nhảm|vô tích sự|dở ẹc|dở tệ"
    "|bực mình|làm ăn kiểu gì|làm ăn gì kỳ|trả lời gì kỳ|trả lời bậy|trả lời sai bét|trả lời kiểu gì"
    "|hỏi một đằng trả lời một nẻo|hỏi một đường trả lời một nẻo|được tích sự gì|giúp được cái gì đâu"
    "|đm|đmm|dkm|đcm|vcl|vkl|clgt|đụ má|đù má|địt mẹ|mẹ kiếp|khốn nạn"
    "|stupid|dumb|idiot|moron|useless|worthless|pathetic|bullshit|shit|fuck|fucking|wtf"
    "|bot sucks|this sucks|you suck|hate this bot|hate you"
)
# Without marks these may be other words (ngủ qua, vợ dùng, đeo, xăm, tệ): then they count when nothing else is said.
_MARKED = _phrases(
    "ngu quá|ngu vậy|ngu thế|ngu si|vô dụng|dở quá|tệ quá|tệ hại|chán quá|chán ghê|bực quá|tức quá|tức ghê|xàm|đéo"
    "|mẹ mày|vl|đồ điên|đồ khùng|cút đi|phí thời gian|chẳng giúp được gì|không giúp được gì|chả giúp được gì"
)
# Beside a question these are part of it; alone they are a complaint.
_ALONE = _phrases(
    "mất thời gian|mất công|không hiểu gì hết|không hiểu gì cả|không biết gì hết|biết gì đâu|sai bét|sai hết"
    "|waste of time|rubbish|crap|garbage|not helpful|not helping|terrible|horrible"
)
# Khmer is written without blanks, and a phrase may stand inside another word: most count only as the whole message.
_KHMER = frozenset(
    " ".join(each)
    for each in _phrases(
        "អន់|អន់ណាស់|អន់មែន|បូតឆ្កួត|បូតល្ងង់|បូតអន់|ឆ្កួត|អាឆ្កួត|ល្ងង់|ល្ងង់ណាស់|អាល្ងង់|ខឹងណាស់|ធុញណាស់"
        "|ឆ្លើយមិនចំ|ឆ្លើយខុសហើយ|ឆ្លើយផ្តេសផ្តាស|និយាយផ្តេសផ្តាស|ឥតប្រយោជន៍|គ្មានប្រយោជន៍|មិនបានការ|មិនបានការទេ|អត់បានការ"
        "|ខាតពេល|អាឆ្កែ|អាចោលម្សៀត"
    )
)
_KHMER_ANYWHERE = ("អន់ណាស់", "បូតឆ្កួត", "បូតល្ងង់", "បូតអន់", "ខឹងណាស់", "ឆ្លើយមិនចំ", "ឆ្លើយផ្តេសផ្តាស", "មិនបានការ")
# What is said around an insult and asks for nothing.
_AROUND = frozenset(
    word
    for (word,) in _phrases(
        "bot|máy|kênh|cột|mốc|trang|app|cái|con|đồ|này|đó|kia|thằng|mày|tao|tụi|bây|bay|mấy|người|gì|vậy|dậy|zậy|z"
        "|thế|hả|ha|à|á|ơi|quá|lắm|ghê|thiệt|thật|luôn|rồi|đi|nữa|nè|trời|là|mà|thì|toàn|cứ|như|sao|kiểu|hoài|chi"
        "|ngu|trả|lời|nói|hỏi|làm|ăn|không|ko|k|được|dc|xong|một|hai|ba|1|2|3|lần|câu|nào|hết|cả|chẳng|chả|you|are"
        "|youre|you're|this|is|it|its|it's|the|a|so|what|an|really|very|just|such|service|answer|answers|your|i|me"
        "|at|all|am|not|completely|totally|absolutely"
    )
)
_BARE_AROUND = frozenset(map(fold, _AROUND))
_SIGNS = ".,;:!?…()[]\"'“”*"


class _Phrases:
    """Phrases found in a message by their first word, as every message is looked at."""

    def __init__(self, phrases: tuple[tuple[str, ...], ...]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for phrase in phrases:
            folded = tuple(map(fold, phrase))
            self._by_first.setdefault(folded[0], []).append((phrase, folded))

    def places(self, heard: list[str], *, bare: bool) -> set[int]:
        """Where the words of these phrases stand. ``bare``: a word may lack its marks."""
        at: set[int] = set()
        for start, first in enumerate(heard):
            for phrase, folded in self._by_first.get(fold(first), ()):
                said = heard[start : start + len(phrase)]
                if len(said) == len(phrase) and all(
                    word == marked or (bare and word == plain)
                    for word, marked, plain in zip(said, phrase, folded, strict=True)
                ):
                    at.update(range(start, start + len(phrase)))
        return at


_BESIDE_PLAIN, _BESIDE_MARKED = _Phrases(_PLAIN), _Phrases(_MARKED)
_BY_ITSELF = _Phrases(_PLAIN + _MARKED + _ALONE)


def angry(text: str) -> bool:
    """Whether a phrase of anger is in the message, perhaps beside a question."""
    said = whole(text)
    if said in _KHMER or any(each in said for each in _KHMER_ANYWHERE):
        return True
    heard = _words(said)
    return bool(_BESIDE_PLAIN.places(heard, bare=True) or _BESIDE_MARKED.places(heard, bare=False)) or only_anger(text)


def only_anger(text: str) -> bool:
    """Whether nothing else is said: there is no question to look for."""
    said = whole(text)
    heard = _words(said)
    at = _BY_ITSELF.places(heard, bare=True)
    return said in _KHMER or (bool(at) and all(index in at or _around(word) for index, word in enumerate(heard)))


def _words(said: str) -> list[str]:
    return [word for word in (each.strip(_SIGNS) for each in said.split()) if word]


def _around(word: str) -> bool:
    return word in _AROUND or word in _BARE_AROUND
