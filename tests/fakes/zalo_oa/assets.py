"""Uploaded pictures and files: what is taken, and for how many days it can be sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.zalo_oa.calls import Call, Route, Upload
from tests.fakes.zalo_oa.clock import DAY
from tests.fakes.zalo_oa.refusals import Refusal, invalid, too_much
from tests.fakes.zalo_oa.settings import Settings

if TYPE_CHECKING:
    from tests.fakes.zalo_oa.state import Account

MIB = 1024 * 1024
MOST = {"image": MIB, "gif": 5 * MIB, "file": 5 * MIB}
_PDF, _DOC, _ZIP = b"%PDF", b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_FILE_HEADS = {"pdf": _PDF, "doc": _DOC, "docx": _ZIP, "csv": b""}
_IMAGE_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(slots=True)
class Asset:
    """``asset_id`` is what the upload answered: an attachment id, or the token of a file."""

    asset_id: str
    kind: str
    file_name: str
    size: int
    made_at: float
    used: int = 0


def check_type(kind: str, upload: Upload, csv_files: bool) -> None:
    """Raises Refusal for a type that this kind of upload does not take, then for one too large."""
    head = upload.content[:8]
    ending = upload.file_name.rpartition(".")[2].lower()
    match kind:
        case "image":
            fits = head.startswith(_IMAGE_HEADS)
        case "gif":
            fits = head.startswith(b"GIF8")
        case _:
            fits = ending in _FILE_HEADS and head.startswith(_FILE_HEADS[ending]) and (csv_files or ending != "csv")
    if not fits:
        raise invalid("file")
    if len(upload.content) > MOST[kind]:
        raise too_much()


class AssetStore:
    """All uploads of the account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.by_id: dict[str, Asset] = {}

    def add(self, asset: Asset) -> None:
        self.by_id[asset.asset_id] = asset

    def use(self, asset_id: str, kind: str, now: float, field: str = "attachment_id") -> Asset:
        """The asset for a send; raises Refusal -201 for one that is not there, -100 for one too old."""
        asset = self.by_id.get(asset_id)
        if asset is None or asset.kind != kind:
            raise invalid(field)
        if now - asset.made_at > self._settings.asset_days * DAY:
            raise Refusal(-100)
        asset.used += 1
        return asset


class UploadDesk:
    """The three endpoints that take a file."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> dict[str, Route]:
        paths = {f"/v2.0/oa/upload/{kind}": kind for kind in MOST}
        return {
            path: Route(f"upload_{kind}", "POST", self._taker(kind), takes_file=True) for path, kind in paths.items()
        }

    def _taker(self, kind: str) -> Callable[[Call], dict[str, str]]:
        def take(call: Call) -> dict[str, str]:
            return self._take(kind, call)

        return take

    def _take(self, kind: str, call: Call) -> dict[str, str]:
        account = self._account
        assert call.upload is not None
        check_type(kind, call.upload, account.settings.csv_files)
        if not account.spend(f"upload {kind}", account.settings.upload_quota):
            raise Refusal(-211)
        asset_id = account.new_id(f"asset {kind}")
        account.assets.add(Asset(asset_id, kind, call.upload.file_name, len(call.upload.content), call.now))
        return {"token" if kind == "file" else "attachment_id": asset_id}
