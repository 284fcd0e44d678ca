"""Every Prometheus metric in one place, with its help text; none carries an address, a word or a place."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One set for one running service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter("cotmoc_updates_received_total", "Updates stored", ["channel"], registry=self.registry)
        self.refused = Counter(
            "cotmoc_updates_refused_total",
            "Requests refused before storing",
            ["channel", "reason"],
            registry=self.registry,
        )
        self.settled = Counter(
            "cotmoc_updates_settled_total",
            "Updates by final state",
            ["channel", "state"],
            registry=self.registry,
        )
        self.decisions = Counter(
            "cotmoc_decisions_total", "Questions by outcome", ["outcome", "language"], registry=self.registry
        )
        self.webhook_seconds = Histogram(
            "cotmoc_webhook_seconds",
            "From request to durable",
            ["channel"],
            buckets=_FAST,
            registry=self.registry,
        )
        self.reply_seconds = Histogram(
            "cotmoc_reply_seconds",
            "From stored to the channel's receipt",
            ["channel"],
            buckets=_FAST,
            registry=self.registry,
        )
        self.send_errors = Counter(
            "cotmoc_send_errors_total",
            "Replies refused by a channel",
            ["channel", "kind"],
            registry=self.registry,
        )
        self.deliveries = Counter(
            "cotmoc_deliveries_total",
            "Deliveries by what an attempt made of them",
            ["channel", "state"],
            registry=self.registry,
        )
        self.waiting = Gauge(
            "cotmoc_inbox_waiting", "Stored updates that nobody has claimed yet", registry=self.registry
        )
        self.oldest_seconds = Gauge("cotmoc_inbox_oldest_seconds", "Age of the oldest of them", registry=self.registry)
        self.in_flight = Gauge("cotmoc_replies_in_flight", "Updates being answered now", registry=self.registry)
        self.zalo_tokens = Gauge(
            "cotmoc_zalo_token_state",
            "Tokens of the Official Account: 0 good, 1 doubtful, 2 late, 3 none, 4 stale, 5 missing, 6 needs_reauth",
            registry=self.registry,
        )
        self.zalo_bot_sent = Gauge(
            "cotmoc_zalo_bot_sent", "Messages the Zalo bot sent this month", registry=self.registry
        )
        self.zalo_oa_paid = Gauge(
            "cotmoc_zalo_oa_paid",
            "Messages of the Official Account this month that were not free",
            registry=self.registry,
        )
        self.entries = Gauge("cotmoc_entries", "Entries in the catalogue", registry=self.registry)
        self.websockets = Gauge("cotmoc_websockets", "Open web chats", registry=self.registry)
