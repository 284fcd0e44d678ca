"""One folder for what every service of a test run would build anew from the same content."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def warm_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cotmoc-warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
