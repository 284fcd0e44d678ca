"""A report as a page shows it: figures, charts, and the same tables that its files have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from broadcasts.report_files import Sheet
from broadcasts.reports import Report
from handlers.console import charts, run_words
from handlers.console.campaign_words import IN_SENTENCE
from handlers.console.charts import Bar, Chart
from handlers.console.words import N_, Words

ROUTES = {"free": N_("miễn phí"), "paid": N_("tính phí"), "template": N_("tin theo mẫu, tính phí")}
_HEADINGS = (
    *(N_("Tổng quan"), N_("Dự báo và thực tế"), N_("Chiến dịch"), N_("Chiến dịch theo nơi"), N_("Lý do")),
    *(N_("Theo nơi"), N_("Theo kênh"), N_("Theo ngôn ngữ"), N_("Theo đường gửi"), N_("Theo giờ")),
    *(N_("mục"), N_("giá trị"), N_("dự báo"), N_("thực tế"), N_("trạng thái"), N_("lý do"), N_("số người")),
    *(N_("nơi"), N_("kênh"), N_("ngôn ngữ"), N_("đường gửi"), N_("giờ"), N_("chiến dịch"), N_("tên"), N_("đợt")),
    *(N_("đã gửi"), N_("đang chờ"), N_("không gửi được"), N_("bỏ qua"), N_("không rõ đã tới chưa"), N_("đã thu hồi")),
    *(N_("người nhận"), N_("tới được"), N_("không tới"), N_("chưa rõ"), N_("chi phí (đồng)"), N_("số giây")),
    *(N_("báo cáo"), N_("lập lúc"), N_("dấu nhật ký"), N_("số đợt gửi"), N_("chênh lệch (phải bằng 0)")),
    *(N_("nếu in tờ rơi (đồng)"), N_("nếu nhắn SMS (đồng)"), N_("chưa khai giá in"), N_("cả vùng")),
)
_BESIDE = frozenset(
    ("số đợt gửi", "chênh lệch (phải bằng 0)", "chi phí (đồng)", "nếu in tờ rơi (đồng)", "nếu nhắn SMS (đồng)")
)
_UNITS = frozenset(
    ("Chiến dịch", "Chiến dịch theo nơi")
)  # whose first column is a number that names, and is not counted


@dataclass(frozen=True, slots=True)
class Table:
    """``rows``: (what is shown, whether it is a number) for each cell. ``chart``: the same, to be seen at a glance."""

    key: str
    title: str
    header: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[tuple[str, bool], ...], ...]
    chart: Chart | None = None
    two_parts: bool = False
    more: int = 0  # bars that the chart leaves to the table


def reached(found: Report) -> int:
    """Who got it; what was taken back had arrived."""
    return found.counts.get("sent", 0) + found.counts.get("withdrawn", 0)


def percent(words: Words, part: int, whole: int) -> str:
    return f"{run_words.decimal(words, 100 * part / whole)} %" if whole else ""


def tables(words: Words, sheets: Sequence[Sheet], found: Report, place: Callable[[str], str], home: str) -> list[Table]:
    """All but the overview, in the order of the files, each with its chart where there is one to draw. ``home``: our
    own province as it stands behind the names of its places, where it tells nothing."""
    drawn = _charts(words, found, lambda code: place(code).removesuffix(home))
    return [_table(words, sheet, drawn, home) for sheet in sheets[1:] if sheet.rows]


def overview(words: Words, sheet: Sheet) -> Table:
    """What of the files' first table does not stand on the page already."""
    return _table(words, replace(sheet, rows=tuple(row for row in sheet.rows if row[0] in _BESIDE)), {})


def _table(words: Words, sheet: Sheet, drawn: Mapping[str, Sequence[Bar] | Chart], home: str = "") -> Table:
    named = _NAMES.get(sheet.title, Words.say)

    def cell(place: int, value: Any) -> tuple[str, bool]:
        if isinstance(value, str):
            return (named(words, value) if place == 0 else words.say(value)).removesuffix(home), False
        return (str(value) if place == 0 and sheet.title in _UNITS else run_words.amount(words, value)), True

    rows = tuple(tuple(cell(place, value) for place, value in enumerate(row)) for row in sheet.rows)
    numeric = [any(row[place][1] for row in rows) for place in range(len(sheet.header))]
    rows = tuple(tuple((shown, numeric[place]) for place, (shown, _) in enumerate(row)) for row in rows)
    header = tuple((words.say(each), number) for each, number in zip(sheet.header, numeric, strict=True))
    picture, two_parts, more = drawn.get(sheet.title), False, 0
    if picture is not None and not isinstance(picture, Chart):
        two_parts, more = any(each.hatched for each in picture), max(0, len(picture) - charts.MOST_ROWS)
        picture = charts.rows(picture, lambda number: run_words.amount(words, number))
    return Table(sheet.title, words.say(sheet.title), header, rows, picture, two_parts, more)


def _charts(words: Words, found: Report, place: Callable[[str], str]) -> dict[str, Sequence[Bar] | Chart]:
    def shown(number: int) -> str:
        return run_words.amount(words, number)

    drawn: dict[str, Sequence[Bar] | Chart] = {}
    places = [(words.say("cả vùng") if not code else place(code), row) for code, row in found.by_place.items()]
    named = [(run_words.channel(name), row) for name, row in found.by_channel.items()]
    for title, listed in (("Theo nơi", places), ("Theo kênh", named)):
        bars = [bar for name, row in listed if (bar := _bar(name, row)).whole]
        if bars:
            drawn[title] = bars
    if found.reasons:
        drawn["Lý do"] = [
            Bar(f"{words.say(run_words.COUNTS[state])}: {run_words.reason(words, why)}", count)
            for (state, _, why), count in ((name.partition(":"), count) for name, count in found.reasons.items())
        ]
    if found.by_hour:
        hours = [int(each) for each in found.by_hour]
        between = range(min(hours), max(hours) + 1)
        drawn["Theo giờ"] = charts.columns(
            [(str(hour), found.by_hour.get(f"{hour:02d}", 0)) for hour in between], shown
        )
    return drawn


def _bar(name: str, row: Mapping[str, int]) -> Bar:
    """Who got it, and who did not; of whom nobody knows, neither is said."""
    got = row.get("sent", 0) + row.get("withdrawn", 0)
    return Bar(name, got, row.get("failed", 0) + row.get("skipped", 0))


_NAMES: Mapping[str, Callable[[Words, str], str]] = {
    "Theo kênh": lambda _, name: run_words.channel(name),
    "Theo ngôn ngữ": lambda words, code: words.say(IN_SENTENCE.get(code, code)),
    "Theo đường gửi": lambda words, route: words.say(ROUTES.get(route, route)),
    "Theo giờ": lambda _, hour: f"{int(hour)}:00",
}
