"""A faithful fake of the Zalo Bot Platform; run it with ``python -m tests.fakes.zalo_bot``."""
