"""Laws, decrees and their articles in a text (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from content.checks.scan import Scan

_KINDS = {
    "NĐ": "Nghị định|NĐ|[Dd]ecree",
    "TT": "Thông tư|TT|[Cc]ircular",
    "QĐ": "Quyết định|QĐ|[Dd]ecision",
    "NQ": "Nghị quyết|NQ|[Rr]esolution",
    "LUẬT": "Bộ luật|Luật|[Ll]aw",
    "CT": "Chỉ thị|CT",
    "KL": "Kết luận|KL",
    "TB": "Thông báo|TB",
}
_KIND = "(?:(?P<kind>" + "|".join(_KINDS.values()) + r")(?:\s+(?:XNC|số|No\.?|number|លេខ))*\s*)"
_SUFFIX = r"[A-ZĐ][A-Za-zĐ0-9]*(?:-[A-ZĐ][A-Za-zĐ0-9]*)*"
_OPEN = r"(?<![\w.,/-])"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_KIND}?{_OPEN}(?P<number>\d+)/(?P<year>\d{{4}})/(?P<suffix>{_SUFFIX})",
        rf"{_KIND}?{_OPEN}(?P<number>\d+)(?:/(?P<suffix>[A-ZĐ]{{2}}{_SUFFIX}|[A-ZĐ]{{2}}-{_SUFFIX}|{_SUFFIX}-{_SUFFIX})"
        rf"|-(?P<suffix2>[A-ZĐ]{{2,}}/[A-Z]+))",
        rf"{_KIND}{_OPEN}(?P<number>\d+)/(?P<year>(?:19|20)\d\d)(?![\d/])",
        rf"{_OPEN}(?P<number>1[3-9]|[2-9]\d|\d{{3,4}})/(?P<year>(?:19|20)\d\d)(?![\d/])",
        rf"{_KIND}{_OPEN}(?P<number>(?!(?:19|20)\d\d)\d{{1,4}})(?![\d/.,]\d|\d|\s*(?:%|ngày|năm|tháng))",
    )
)
_ARTICLE = r"(?:[Đđ]iều|[Aa]rticles?|មាត្រា)"
_CLAUSE = r"(?:[Kk]hoản|\bk(?=\d)|[Cc]lauses?|កថាខណ្ឌ)"
_AND = r"\s*(?:,|;|-|và|and|hoặc|និង)\s*"
_ITEM = r"\d{1,3}[a-z]?(?![\w/]|[.,]\d)"
_POINT = r"(?:\s*(?:điểm|point)?\s*[a-zđ](?:,\s*[a-zđ])*(?![\w]))?"
_MENTION = re.compile(
    rf"(?P<what>{_ARTICLE}|{_CLAUSE})\s*(?P<list>{_ITEM}(?:{_POINT}{_AND}{_ITEM}(?!\s*(?:km|ngày|tháng|năm|đồng)))*){_POINT}"
)
_BETWEEN = re.compile(r"[\s,]*(?:và|của|of)?\s*")


@dataclass(frozen=True, slots=True)
class Paper:
    """A law by its number; what was not said is empty. ``suffix``: what follows the year, as in 38/2024/NĐ-CP."""

    number: int
    year: str = ""
    kind: str = ""
    suffix: str = ""

    def is_named_by(self, other: Paper) -> bool:
        """Whether the other mention can be the same law and says at least its year."""
        return (
            self.number == other.number
            and (not self.year or self.year == other.year)
            and (not self.kind or not other.kind or self.kind == other.kind)
            and (not self.suffix or not other.suffix or self.suffix == other.suffix)
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """``article`` or ``clause`` as written ("256a"); a clause whose article is not said has an empty one."""

    article: str
    clause: str = ""


def papers(scan: Scan) -> list[tuple[str, Paper]]:
    found = []
    for pattern in _PATTERNS:
        for match in scan.take(pattern):
            part = match.groupdict()
            suffix = (part.get("suffix") or part.get("suffix2") or "").upper()
            kind = _kind_of(part.get("kind") or "", suffix)
            paper = Paper(int(part["number"]), part.get("year") or "", kind, suffix)
            found.append((match.group().strip(), paper))
    return found


def _kind_of(word: str, suffix: str) -> str:
    """QH says only that the National Assembly made it: a law or a resolution."""
    first = re.split(r"[-/]", suffix)[0]
    if first in _KINDS:
        return first
    return next((kind for kind, words in _KINDS.items() if word and re.fullmatch(words, word)), "")


def with_years(found: list[Paper], known: list[Paper]) -> list[Paper]:
    """A sheet that says "Luật 69" after "Luật 69/2020/QH14" means that one, if it knows only one of that number."""
    settled = []
    for paper in found:
        if paper.year or paper.suffix:
            settled.append(paper)
            continue
        same = {each.year for each in known if each.year and paper.is_named_by(each)}
        settled.append(replace(paper, year=same.pop()) if len(same) == 1 else paper)
    return settled


def mentions(scan: Scan) -> tuple[list[tuple[str, Mention]], frozenset[str]]:
    """Articles and clauses, and the numbers that may be either ("Điều 4 k1, 7, 9")."""
    found: list[tuple[str, Mention]] = []
    either: set[str] = set()
    whole = scan.text
    article, end = "", -1  # the article to which a clause belongs if it follows at once
    untied: list[str] = []  # clauses said before their article ("k10 Điều 21"), or without any
    for match in scan.take(_MENTION):
        numbers = _listed(match.group("list"))
        near = end >= 0 and _BETWEEN.fullmatch(whole, end, match.start()) is not None
        if untied and not near:
            found.extend((f"khoản {each}", Mention("", each)) for each in untied)
            untied = []
        if re.match(_ARTICLE, match.group("what")):
            found.extend((match.group(), Mention(each)) for each in numbers)
            found.extend((f"khoản {each}", Mention(numbers[0], each)) for each in untied)
            article, untied = numbers[-1], []
        elif article and near:
            found.extend((f"khoản {each}", Mention(article, each)) for each in numbers)
            either.update(numbers[1:])
            article = numbers[-1] if len(numbers) > 1 else article  # "k8, 26 k2": the last was an article
        else:
            untied += numbers
            article = ""
        end = match.end()
    found.extend((f"khoản {each}", Mention("", each)) for each in untied)
    return found, frozenset(either)


def _listed(text: str) -> list[str]:
    """The numbers of a list or a range, one by one."""
    numbers: list[str] = []
    for each in re.finditer(r"(-?)\s*(\d+[a-z]?)(?![\w])", text):
        dash, number = each.groups()
        if dash and numbers and number.isdigit() and numbers[-1].isdigit():
            numbers.extend(str(between) for between in range(int(numbers[-1]) + 1, int(number)))
        numbers.append(number)
    return numbers
