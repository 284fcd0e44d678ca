"""Reports in words, as people here write numbers: for a chat, a reminder and the command line."""

from __future__ import annotations

from typing import Any

from broadcasts.reasons import in_words
from broadcasts.reports import Prices, Report, printed

COUNTS = {
    "sent": "đã gửi",
    "waiting": "đang chờ",
    "failed": "không gửi được",
    "skipped": "bỏ qua",
    "unknown": "không rõ",
    "withdrawn": "đã thu hồi",
}
NO_PRICES = Prices()
NO_PRICE = "chưa khai giá in, giá SMS để so sánh (COTMOC_LEAFLET_PRICE, COTMOC_SMS_PRICE)"


def grouped(number: float) -> str:
    """4.120."""
    return f"{round(number):,}".replace(",", ".")


def beside(found: Report, prices: Prices, log: tuple[int, str]) -> dict[str, Any]:
    """What stands on a report besides its counts, for scripts. A price that nobody gave makes null. ``log``: the audit
    log's length and head."""
    made = printed(found, prices.leaflet, prices.text_message)
    return {
        "difference": found.difference,
        "printed": {"leaflets": made.leaflets, "text_messages": made.text_messages},
        "log": {"lines": log[0], "head": log[1]},
    }


def in_one_line(found: Report, prices: Prices = NO_PRICES) -> str:
    """How often, to how many, at what cost, and what paper or text messages would have cost where a price is known."""
    sent = grouped(found.counts.get("sent", 0))
    line = f"{grouped(found.runs)} đợt, {sent} tin đã gửi, chi phí {grouped(found.cost)} đồng"
    return "; ".join(filter(None, (line, on_paper(found, prices))))


def on_paper(found: Report, prices: Prices) -> str:
    """The comparison; a price that nobody gave is not made up, and without any there is none."""
    made = printed(found, prices.leaflet, prices.text_message)
    parts = []
    if made.leaflets is not None:
        parts.append(f"in tờ rơi {grouped(made.leaflets)} đồng")
    if made.text_messages is not None:
        parts.append(f"nhắn SMS {grouped(made.text_messages)} đồng")
    return f"cho chừng ấy người: {', '.join(parts)}" if parts else ""


def in_lines(found: Report, prices: Prices) -> list[str]:
    """Counts that add up to the audience, reasons, forecast beside fact, and costs."""
    lines = [f"  {COUNTS[state]}: {grouped(count)}" for state, count in found.counts.items() if count]
    for name, count in found.reasons.items():
        state, _, reason = name.partition(":")
        lines.append(f"    {COUNTS.get(state, state)} vì {in_words(reason)}: {grouped(count)}")
    if found.foreseen is not None:
        arrived = found.counts.get("sent", 0) + found.counts.get("withdrawn", 0)
        pairs = (
            ("người nhận", "audience", found.audience),
            ("tới được", "reachable", arrived),
            ("chi phí (đồng)", "cost", found.cost),
            ("thời gian gửi (giây)", "finished_after", found.seconds),
        )
        lines.append("  dự báo → thực tế:")
        lines += [f"    {name}: {grouped(found.foreseen.get(key, 0))} → {grouped(fact)}" for name, key, fact in pairs]
    lines.append(f"  chi phí: {grouped(found.cost)} đồng; {on_paper(found, prices) or NO_PRICE}")
    return lines
