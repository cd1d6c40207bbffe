"""The files of the job in hand: fetched in pieces, resumed where they broke off, wiped afterwards."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from printing.agent.errors import DocumentDamaged
from printing.agent.files import sync_folder, wipe
from printing.agent.line import Line


class Spool:
    """A folder with at most one document; whatever a crash left there is wiped with the next job's end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def path(self, job: str) -> Path:
        """Where the whole document of a job lies."""
        return self._folder / f"{job}.pdf"

    def fetch(self, line: Line, job: str, attempt: int, sha256: str) -> None:
        """Bring the whole document here. Raises LineDown (what came is kept), ServerRefused, DocumentDamaged."""
        whole, part = self.path(job), self._folder / f"{job}.part"
        if whole.exists() and _digest(whole) == sha256:
            return
        self._append(line, f"/jobs/{job}/document?attempt={attempt}", part)
        if _digest(part) != sha256:
            wipe(part)
            raise DocumentDamaged(f"{job}: the digest differs from the one offered")
        part.rename(whole)
        sync_folder(self._folder)

    def clear(self) -> None:
        """Wipe everything."""
        for path in self._folder.iterdir():
            wipe(path)

    def _append(self, line: Line, path: str, part: Path) -> None:
        offset = part.stat().st_size if part.exists() else 0
        with part.open("r+b" if offset else "wb") as stream:
            stream.seek(offset)
            for resumed, piece in line.download(path, offset):
                if offset and not resumed:
                    stream.seek(0)
                    stream.truncate()
                offset = 0
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
