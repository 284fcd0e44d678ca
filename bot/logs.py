"""Structured logs: what happened and how often; never an address, never words of a message, never a token."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

# A Telegram token inside a request address; libraries may log addresses, we do not.
_TOKEN = re.compile(r"/bot\d+:[A-Za-z0-9_-]+")


def _without_tokens(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    return {key: _TOKEN.sub("/bot…", value) if isinstance(value, str) else value for key, value in event.items()}


def configure(level: str, form: str, stream: Any = None) -> None:
    """Console lines or JSON, on standard error. Exceptions appear as their kind and place, not with their values."""
    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _where_only,
        _without_tokens,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # These write requests, and with them addresses and words, when they are talkative.
    for noisy in (
        "aiohttp.access",
        "telegram",
        "httpx",
        "sqlalchemy",
        "aiosqlite",
        "asyncio",
        "apscheduler",
        "alembic",
        "fontTools",
        "fpdf",
    ):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def _where_only(_logger: Any, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    """An exception's message may hold a resident's words or a row's values: only its kind and place are kept."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else sys.exc_info()[1] if info is True else info
    if isinstance(error, BaseException):
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = ""
        if trace is not None:
            code = trace.tb_frame.f_code
            place = f" in {code.co_name}:{trace.tb_lineno}"
        event["error"] = f"{type(error).__name__}{place}"
    return event


def get(name: str) -> Any:
    return structlog.get_logger(name)


def forgotten(_loop: Any, context: dict[str, Any]) -> None:
    """For asyncio: an error that nobody waited for, told without its words."""
    get("asyncio").error("an error that nobody waited for", exc_info=context.get("exception"))
