"""What takes long to build and depends on files alone, kept for the next start; nothing of a resident is in it."""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def mark(parts: Iterable[str]) -> str:
    """Changes with the given parts, with this program's code and tables, and with the Python that runs it."""
    sum_of = hashlib.sha256(sys.version.encode())
    for part in parts:
        sum_of.update(part.encode() + b"\0")
    for package in ("bot", "content"):
        for folder in (files(package), files(package) / "data"):
            for file in sorted(folder.iterdir(), key=lambda each: each.name):
                if file.is_file():
                    sum_of.update(file.name.encode() + b"\0" + file.read_bytes())
    return sum_of.hexdigest()[:32]


def prepared(folder: Path | None, name: str, made_of: str, build: Callable[[], T]) -> T:
    """What ``build`` makes, from the folder if the same was built before; a file that cannot be read is built anew.

    The folder is the installation's own, readable by nobody else; ``None`` keeps nothing.
    """
    path = folder / f"{name}-{made_of}.prepared" if folder is not None else None
    gc.disable()  # millions of small objects that all stay: none of them has to be looked at
    try:
        if path is not None and path.is_file():
            try:
                kept: T = pickle.loads(path.read_bytes())
            except Exception:  # of another release, or cut off by a power cut
                path.unlink(missing_ok=True)
            else:
                return kept
        made = build()
        if path is not None:
            _keep(path, name, made)
        return made
    finally:
        gc.enable()
        gc.freeze()


def _keep(path: Path, name: str, made: object) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob(f"{name}-*.prepared"):
            old.unlink(missing_ok=True)
        half = path.with_suffix(f".{os.getpid()}.half")
        half.touch(mode=0o600)
        half.write_bytes(pickle.dumps(made, protocol=5))
        half.replace(path)
    except OSError:
        return  # a full disk costs the next start a second, nothing more
