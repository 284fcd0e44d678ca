"""The peer of ``bench answer``: a plain python-telegram-bot application, its built-in webhook, HTTPX, extractOne."""

from __future__ import annotations

import argparse
import os
import socket

from rapidfuzz import fuzz, process
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from content.files import shipped_catalog


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--core", type=int, default=-1)
    given = parser.parse_args()
    if given.core >= 0:
        os.sched_setaffinity(0, {given.core})
    phrasings: list[str] = []
    answers: list[str] = []
    for entry in shipped_catalog():
        for text in entry.phrasings["vi"]:
            phrasings.append(text.casefold())
            answers.append(entry.answers["vi"].text)

    async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_message is not None
        found = process.extractOne((update.effective_message.text or "").casefold(), phrasings, scorer=fuzz.WRatio)
        await update.effective_message.reply_text(answers[found[2]] if found else "?")

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    application = Application.builder().token(given.token).base_url(f"{given.api}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    print(port, flush=True)
    application.run_webhook(
        listen="127.0.0.1",
        port=port,
        url_path="hook",
        secret_token=given.secret,
        webhook_url=f"http://127.0.0.1:{port}/hook",
        allowed_updates=["message"],
    )


if __name__ == "__main__":
    main()
