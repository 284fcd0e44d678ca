"""What an announcer reads over the loudspeaker from a text: breaths, figures in words, how often and how long (pure).

Legal basis, source and addresses are not read. In Khmer and English only the breaths are set and the time is told:
their numbers stay as they are written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from content.line_breaking import clusters
from content.printed import paragraphs
from content.spoken import point, spoken

BREATH = 14  # words read in one go, where a comma lets them be parted
PAUSE, STOP = "/", "//"
PAUSE_FOR, STOP_FOR = 0.4, 1.0  # seconds
BETWEEN = 5  # seconds between two readings
TIMES, URGENT_TIMES = 2, 3
# How much is read in a minute, slowly, for an outdoor loudspeaker that echoes: Vietnamese syllables, Khmer clusters of
# letters, English words.
RATES = {"vi": 150, "km": 180, "en": 120}
_DRILL = {
    "vi": "Đây là diễn tập, không có sự việc thật.",
    "km": "នេះជាការហ្វឹកហាត់ មិនមែនជាហេតុការណ៍ពិតទេ។",
    "en": "This is a drill, there is no real event.",
}
_URGENT = {"vi": "Tin khẩn.", "km": "ដំណឹងបន្ទាន់។", "en": "Urgent notice."}
_CALL = {
    "vi": "Nguy cấp gọi một một hai.",
    "km": "ករណីមានគ្រោះថ្នាក់ សូមហៅ 112។",
    "en": "In danger, call 1 1 2.",
}
_SENTENCE = re.compile(r"(?<=[.!?…])[”\")]?\s+|(?<=[។៕])\s*|(?<=;)\s+")
_COMMA = re.compile(r"(?<=,)\s+|(?<=:)\s+|(?<=៖)\s*")
_KHMER_GAP = re.compile("(?<=[\u1780-\u17d3]) +(?=[\u1780-\u17d3])")
_KHMER = re.compile("[\u1780-\u17d3]")
_BRACKETED = re.compile(r"^\[[^\]\n]*\]\s*")


@dataclass(frozen=True, slots=True)
class Script:
    """One reading in breaths, each of which ends in a pause mark; ``times`` it is read, ``BETWEEN`` seconds apart.
    ``reading_for`` and ``whole_for`` are seconds: one reading, and all of them with what lies between."""

    language: str
    lines: tuple[str, ...]
    times: int
    reading_for: int
    whole_for: int


def script(
    text: str,
    language: str,
    *,
    opening: str = "",
    closing: str = "",
    urgent: bool = False,
    drill: bool = False,
    thousand: str = "nghìn",
) -> Script:
    """``text`` without basis, source and sender. ``opening`` and ``closing``: sentences before and after a routine
    text. ``thousand``: how the province says a thousand."""
    sentences = [*_sentences(opening, language, thousand), *_text(text, language, thousand, bare=urgent or drill)]
    sentences += _sentences(closing, language, thousand)
    if urgent:
        sentences = [_URGENT[language], *sentences, *([] if drill else [_CALL[language]])]
    if drill:  # a number to call has no place in it: somebody would
        sentences = [_DRILL[language], *sentences, _DRILL[language]]
    lines = tuple(line for each in sentences for line in _breaths(each, language))
    times = URGENT_TIMES if urgent else TIMES
    reading = seconds(lines, language)
    return Script(language, lines, times, reading, times * reading + (times - 1) * BETWEEN)


def seconds(lines: Sequence[str], language: str) -> int:
    """How long one reading of the lines takes, pauses counted; rounded up to five."""
    stops = sum(line.count(STOP) for line in lines)
    pauses = sum(line.count(PAUSE) for line in lines) - 2 * stops
    spoken_for = sum(_weight(line, language) for line in lines) * 60 / RATES[language]
    return 5 * math.ceil((spoken_for + stops * STOP_FOR + pauses * PAUSE_FOR) / 5)


def words(line: str) -> list[str]:
    """The words of a line, without the marks of its pauses."""
    return [each for each in line.split() if each not in (PAUSE, STOP)]


def _weight(line: str, language: str) -> float:
    said = words(line)
    if language != "km":
        return len(said)
    return sum(sum(map(bool, map(_KHMER.match, clusters(each)))) or len(each) for each in said)


def _text(text: str, language: str, thousand: str, *, bare: bool) -> Iterator[str]:
    """``bare``: a head in brackets, such as [TIN KHẨN], is left out, because a sentence of its own says it."""
    for part in paragraphs(text):
        line = _BRACKETED.sub("", part.text) if bare else part.text
        numbered = part.mark.isdigit() and language == "vi"
        said = list(_sentences(line, language, thousand))
        if numbered and said:
            yield f"{point(int(part.mark))}, {said[0]}"
            said = said[1:]
        yield from said


def _sentences(line: str, language: str, thousand: str) -> Iterator[str]:
    if not line.strip():
        return
    # A line break ends a sentence even where no full stop stands.
    for each in _SENTENCE.split(spoken(line, thousand) if language == "vi" else line.replace("/", " ")):
        if each.strip():
            yield each.strip()


def _breaths(sentence: str, language: str) -> Iterator[str]:
    """The sentence in lines; one that is too long is parted at its commas as far as they go."""
    parts = [each.strip() for each in _COMMA.split(sentence) if each.strip()]
    if language == "km":
        parts = [piece for each in parts for piece in _KHMER_GAP.split(each)]
    line: list[str] = []
    for part in parts:
        if line and len(words(" ".join([*line, part]))) > BREATH:
            yield _marked(line)
            line = []
        line.append(part)
    if line:
        yield _marked(line)


def _marked(parts: Sequence[str]) -> str:
    return f"{f' {PAUSE} '.join(parts)} {STOP}"
