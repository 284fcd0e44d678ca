"""One service per SQLite file: the second one is told so in one sentence, and the lock ends with its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import AlreadyRunning
from bot.storage.lock import FileLock
from tests.faults.service import ROOT, Service

HOLDER = """
import sys, time
from pathlib import Path
from bot.storage.lock import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.take()
print("held", flush=True)
time.sleep(60)
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Another program that has the lock."""
    program = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "held\n"
    return program


def end(program: subprocess.Popen[str]) -> None:
    program.send_signal(signal.SIGKILL)
    program.wait(timeout=10)
    if program.stdout is not None:
        program.stdout.close()


def test_the_second_is_told_who_holds_what_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "cotmoc.sqlite3.lock"
    other = holder(path)
    try:
        with pytest.raises(AlreadyRunning) as caught:
            FileLock(path).take()
    finally:
        end(other)
    said = str(caught.value)
    assert str(other.pid) in said
    assert "cotmoc.sqlite3" in said
    assert "PostgreSQL" in said
    assert "\n" not in said


def test_the_lock_ends_with_its_holder_however_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    end(holder(path))
    lock = FileLock(path)
    lock.take()
    assert path.read_text() == str(os.getpid())
    lock.free()


def test_taking_freeing_and_taking_again(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "x.lock"), FileLock(tmp_path / "x.lock")
    first.take()
    with pytest.raises(AlreadyRunning):
        second.take()
    first.free()
    first.free()
    second.take()
    with pytest.raises(AlreadyRunning):
        first.take()
    second.free()
    other = FileLock(tmp_path / "y.lock")
    other.take()
    other.free()


def test_a_second_service_ends_with_one_sentence(tmp_path: Path) -> None:
    other = holder(tmp_path / "cotmoc.sqlite3.lock")
    try:
        said = subprocess.run(
            [sys.executable, "-m", "bot", "serve"],
            cwd=ROOT,
            env=dict(Service(tmp_path, None).env),
            capture_output=True,
            text=True,
            timeout=60,
        )
    finally:
        end(other)
    assert said.returncode == 2
    assert said.stdout == ""
    [line] = said.stderr.splitlines()  # no trace, no second line
    assert line.startswith(f"cotmoc: Đã có một Cột Mốc khác (tiến trình {other.pid})")
    assert not (tmp_path / "cotmoc.sqlite3").exists()  # the file was not even opened
