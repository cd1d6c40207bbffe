"""Files kept under their SHA-256: stored before the commit that names them, never changed afterwards."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

from kiosk.errors import NotFound

HEX = set("0123456789abcdef")


class FileStore:
    """A folder of immutable files named by digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Store durably and answer the digest; the same bytes twice are one file."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent / f".{secrets.token_hex(8)}"
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(path)
        _sync_folder(path.parent)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes. Raises NotFound for a digest that is not stored or whose file was changed."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("文件不存在") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise NotFound("文件内容与登记不符，已停止使用")
        return data

    def remove(self, digest: str) -> None:
        """Remove the file, after the commit that dropped its row; one that is gone already is no fault."""
        self._path(digest).unlink(missing_ok=True)

    def list_digests(self) -> set[str]:
        """Every digest that is stored, for the sweep that looks for files without rows."""
        return {path.name for path in self._folder.glob("??/*") if not path.name.startswith(".")}

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= HEX:
            raise NotFound("文件编号无效")
        return self._folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut; the row that names the file is committed next."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
