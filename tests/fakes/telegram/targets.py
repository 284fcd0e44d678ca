"""Where a webhook points, and the request that carries an update there (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where updates go; two equal targets are the same webhook."""

    url: str
    host: str
    port: int
    path: str
    tls: bool
    secret: str
    max_connections: int

    def request(self, body: bytes) -> bytes:
        """The whole HTTP request for one update."""
        secret = f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\n" if self.secret else ""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\n{secret}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "Connection: keep-alive\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
        )
        return head.encode() + body


def read_target(url: str, secret: str, max_connections: int) -> WebhookTarget | None:
    """Split a webhook URL (https unless it says http); None when it is not one."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookTarget(url, parts.hostname, port or (443 if tls else 80), path, tls, secret, max_connections)
