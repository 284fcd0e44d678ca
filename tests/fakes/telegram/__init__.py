"""A faithful fake of the Telegram Bot API server; run it with ``python -m tests.fakes.telegram``."""
