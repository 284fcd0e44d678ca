"""Reports in words, as people here write numbers: for a chat, a reminder and the command line."""

from __future__ import annotations

from broadcasts.reports import Prices, Report, printed

COUNTS = {
    "sent": "đã gửi",
    "waiting": "đang chờ",
    "failed": "không gửi được",
    "skipped": "bỏ qua",
    "unknown": "không rõ",
    "withdrawn": "đã thu hồi",
}
NO_PRICE = "chưa khai giá (COTMOC_LEAFLET_PRICE, COTMOC_SMS_PRICE)"


def grouped(number: float) -> str:
    """4.120."""
    return f"{round(number):,}".replace(",", ".")


def in_one_line(found: Report, prices: Prices) -> str:
    """How often, to how many, at what cost, and what paper or text messages would have cost."""
    sent = grouped(found.counts.get("sent", 0))
    line = f"{grouped(found.runs)} đợt, {sent} tin đã gửi, chi phí {grouped(found.cost)} đồng"
    return f"{line}; {on_paper(found, prices)}."


def on_paper(found: Report, prices: Prices) -> str:
    """The comparison; a price that nobody gave is not made up."""
    made = printed(found, prices.leaflet, prices.text_message)
    parts = []
    if made.leaflets is not None:
        parts.append(f"in tờ rơi: {grouped(made.leaflets)} đồng")
    if made.text_messages is not None:
        parts.append(f"nhắn SMS: {grouped(made.text_messages)} đồng")
    return "cho chừng ấy người, " + ", ".join(parts) if parts else f"in tờ rơi, nhắn SMS: {NO_PRICE}"


def in_lines(found: Report, prices: Prices) -> list[str]:
    """Counts that add up to the audience, reasons, forecast beside fact, and costs."""
    lines = [f"  {COUNTS[state]}: {grouped(count)}" for state, count in found.counts.items() if count]
    lines += [f"    {reason}: {grouped(count)}" for reason, count in found.reasons.items()]
    if found.foreseen is not None:
        arrived = found.counts.get("sent", 0) + found.counts.get("withdrawn", 0)
        pairs = (
            ("người nhận", "audience", found.audience),
            ("tới được", "reachable", arrived),
            ("chi phí (đồng)", "cost", found.cost),
            ("số giây", "finished_after", found.seconds),
        )
        lines.append("  dự báo → thực tế:")
        lines += [f"    {name}: {grouped(found.foreseen.get(key, 0))} → {grouped(fact)}" for name, key, fact in pairs]
    lines.append(f"  chi phí: {grouped(found.cost)} đồng; {on_paper(found, prices)}")
    return lines
