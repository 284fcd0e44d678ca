"""Labelled questions in; accuracy, refusals, confusions, latency out; clock and matcher are arguments (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from content.match_values import MatchSource

OUT_OF_SCOPE = "oos"


class BadTable(ValueError):
    """A table has not the columns it should have, or a row is too short; the message says where."""


@dataclass(frozen=True, slots=True)
class Row:
    """``labels``: acceptable entry ids; empty when the question is out of scope."""

    text: str
    labels: frozenset[str]
    language: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``candidates``: best first; ``answered``: the entry shown, if any; ``elapsed_ns``: raw text to decision."""

    candidates: tuple[str, ...]
    answered: str | None
    elapsed_ns: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Shares are 0 to 1 (0 when there is nothing to count), times in microseconds."""

    n_in: int
    n_oos: int
    acc1: float
    recall3: float
    coverage: float
    wrong_shown: float
    oos_false: float
    p50_us: float
    p99_us: float

    def as_json(self) -> dict[str, int | float]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Report:
    """``confusions``: (wanted, shown) to how often, for wrong first candidates, the commonest first."""

    overall: Block
    by_lang: Mapping[str, Block]
    by_style: Mapping[str, Block]
    confusions: tuple[tuple[str, str, int], ...]

    def as_json(self) -> dict[str, object]:
        return {
            "overall": self.overall.as_json(),
            "by_lang": {name: block.as_json() for name, block in self.by_lang.items()},
            "by_style": {name: block.as_json() for name, block in self.by_style.items()},
        }


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Rows of a table with the header ``text label lang [style]``. Raises BadTable."""
    rows = []
    for cells in _cells(lines, ("text", "label", "lang"), ("style",)):
        labels = frozenset() if cells["label"] == OUT_OF_SCOPE else frozenset(cells["label"].split("|"))
        rows.append(Row(cells["text"], labels, cells["lang"], cells["style"]))
    return rows


def read_faq(lines: Iterable[str]) -> list[MatchSource]:
    """Another FAQ: header ``id lang utterance``, many rows an id. Raises BadTable."""
    found: dict[str, dict[str, list[str]]] = {}
    for cells in _cells(lines, ("id", "lang", "utterance"), ()):
        found.setdefault(cells["id"], {}).setdefault(cells["lang"], []).append(cells["utterance"])
    return [MatchSource(entry_id, texts) for entry_id, texts in found.items()]


def _cells(lines: Iterable[str], wanted: Sequence[str], optional: Sequence[str]) -> Iterable[dict[str, str]]:
    header: list[str] = []
    for number, line in enumerate(lines, start=1):
        row = line.rstrip("\r\n").lstrip("\ufeff").split("\t")
        if not any(row):
            continue
        if not header:
            header = [name.strip().lower() for name in row]
            if missing := [name for name in wanted if name not in header]:
                raise BadTable(f"line {number}: the header lacks {', '.join(missing)}")
            continue
        cells = dict(zip(header, row, strict=False))
        if absent := [name for name in wanted if not cells.get(name, "").strip()]:
            raise BadTable(f"line {number}: no {', '.join(absent)}")
        yield {name: cells.get(name, "").strip() for name in (*wanted, *optional)}


def evaluate(rows: Sequence[Row], ask: Callable[[str], Outcome]) -> Report:
    """Ask every row once, in order."""
    asked = [(row, ask(row.text)) for row in rows]
    return Report(
        overall=_block(asked),
        by_lang=_blocks(asked, lambda row: row.language),
        by_style=_blocks(asked, lambda row: row.style),
        confusions=_confusions(asked),
    )


_Asked = Sequence[tuple[Row, Outcome]]


def _blocks(asked: _Asked, key: Callable[[Row], str]) -> dict[str, Block]:
    names = sorted({key(row) for row, _ in asked} - {""})
    return {name: _block([(row, outcome) for row, outcome in asked if key(row) == name]) for name in names}


def _block(asked: _Asked) -> Block:
    inside = [(row, outcome) for row, outcome in asked if row.labels]
    outside = [outcome for row, outcome in asked if not row.labels]
    times = sorted(outcome.elapsed_ns / 1000 for _, outcome in asked)
    return Block(
        n_in=len(inside),
        n_oos=len(outside),
        acc1=_share(bool(row.labels.intersection(outcome.candidates[:1])) for row, outcome in inside),
        recall3=_share(bool(row.labels.intersection(outcome.candidates[:3])) for row, outcome in inside),
        coverage=_share(outcome.answered is not None for _, outcome in inside),
        wrong_shown=_share(
            outcome.answered is not None and outcome.answered not in row.labels for row, outcome in inside
        ),
        oos_false=_share(outcome.answered is not None for outcome in outside),
        p50_us=_percentile(times, 50),
        p99_us=_percentile(times, 99),
    )


def _share(flags: Iterable[bool]) -> float:
    counted = list(flags)
    return round(sum(counted) / len(counted), 4) if counted else 0.0


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """Nearest rank."""
    if not ordered:
        return 0.0
    return round(ordered[max(0, -(-len(ordered) * percent // 100) - 1)], 1)


def _confusions(asked: _Asked) -> tuple[tuple[str, str, int], ...]:
    counts = Counter(
        ("|".join(sorted(row.labels)), outcome.candidates[0] if outcome.candidates else "")
        for row, outcome in asked
        if row.labels and not row.labels.intersection(outcome.candidates[:1])
    )
    return tuple(
        (wanted, shown, count)
        for (wanted, shown), count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )
