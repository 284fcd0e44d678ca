"""``cotmoc bench NAME``: the benchmarks live in the checkout's tests and are imported by name."""

from __future__ import annotations

import importlib
import json
import sys


def run(name: str, *, as_json: bool, full: bool) -> int:
    module_name = f"tests.bench.bench_{name.replace('-', '_')}"
    sys.path.insert(0, "")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name not in ("tests", "tests.bench", module_name):
            raise
        print(
            f"cotmoc: không có phép đo “{name}”; các phép đo chỉ chạy trong thư mục mã nguồn.",
            file=sys.stderr,
        )
        return 2
    result = module.run(full=full)
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(result)
    return 0


def _print(result: dict[str, object]) -> None:
    print(f"{result['name']}  ({result['runs']} lần)  {result['settings']}")
    peers = result.get("peers") or {}
    for who, metrics in {"cotmoc": result["ours"], **(peers if isinstance(peers, dict) else {})}.items():
        print(f"  {who:<28} {metrics}")
