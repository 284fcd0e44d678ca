"""``cotmoc match`` and ``cotmoc evaluate``: what the matcher says, for scripts and for judging it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bot.errors import SettingError
from bot.place_files import load_gazetteer
from bot.settings import Settings
from content import evaluate as judging
from content import files
from content.judge import Answered, Judge, Judgement
from content.match_values import MatchSource


def match(settings: Settings, *, place: str, faq: str) -> int:
    """One utterance a line on standard input, one JSON object a line on standard output."""
    judge = _judge(settings, faq)
    for line in sys.stdin:
        text = line.rstrip("\n")
        begun = time.perf_counter_ns()
        judged = judge(text, place_scope=place or settings.province)
        elapsed = time.perf_counter_ns() - begun
        print(json.dumps(_shown(text, judged, elapsed), ensure_ascii=False), flush=True)
    return 0


def _shown(text: str, judged: Judgement, elapsed_ns: int) -> dict[str, object]:
    outcome = judged.outcome
    return {
        "text": text,
        "lang": judged.match.language,
        "decision": judged.name,
        "entry_id": outcome.entry_id if isinstance(outcome, Answered) else None,
        "candidates": [{"id": each.id, "score": each.score} for each in judged.match.shown],
        "elapsed_us": elapsed_ns // 1000,
    }


def evaluate(settings: Settings, file: str, *, place: str, faq: str, as_json: bool) -> int:
    """Accuracy on a labelled table. Raises SettingError when the table cannot be read."""
    judge = _judge(settings, faq)
    try:
        rows = judging.read_rows(Path(file).read_text(encoding="utf-8").splitlines())
    except (OSError, judging.BadTable) as error:
        raise SettingError(f"Không đọc được {file}: {error}") from None

    def ask(text: str) -> judging.Outcome:
        begun = time.perf_counter_ns()
        judged = judge(text, place_scope=place or settings.province)
        elapsed = time.perf_counter_ns() - begun
        shown = judged.outcome.entry_id if isinstance(judged.outcome, Answered) else None
        return judging.Outcome(tuple(each.id for each in judged.match.shown), shown, elapsed)

    report = judging.evaluate(rows, ask)
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
        return 0
    blocks = {"overall": report.overall, **report.by_lang, **report.by_style}
    print(f"{'':<12}{'in':>5}{'oos':>5}  acc@1  rec@3  cover  wrong  oos!   p50 µs  p99 µs")
    for name, block in blocks.items():
        print(
            f"{name:<12}{block.n_in:>5}{block.n_oos:>5}{block.acc1:>7.3f}{block.recall3:>7.3f}{block.coverage:>7.3f}"
            f"{block.wrong_shown:>7.3f}{block.oos_false:>6.3f}{block.p50_us:>9.0f}{block.p99_us:>8.0f}"
        )
    for wanted, shown, count in report.confusions[:30]:
        print(f"  {count} × {wanted} → {shown or '(không có)'}")
    return 0


def _judge(settings: Settings, faq: str) -> Judge:
    if not faq:
        sources = [MatchSource.of_entry(entry) for entry in files.shipped_catalog()]
        return Judge(sources, load_gazetteer(), home=settings.province)
    try:
        sources = judging.read_faq(Path(faq).read_text(encoding="utf-8").splitlines())
    except (OSError, judging.BadTable) as error:
        raise SettingError(f"Không đọc được {faq}: {error}") from None
    return Judge(sources, load_gazetteer(), home=settings.province)
