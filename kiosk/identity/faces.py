"""The port to a platform that compares the face before a machine's camera with the holder of the card.

Off by default. It is one of several second proofs and never the only one (人脸识别技术应用安全管理办法, recalled,
unverified): a person who has neither PIN nor phone is not offered it. No picture passes through this application.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from kiosk.errors import SettingsInvalid

NONE, SIMULATED = "none", "simulated"


class FaceComparison(Protocol):
    """Asks the platform, which speaks with the camera itself; takes seconds."""

    def is_holder(self, machine_number: str, document_digest: str) -> bool:
        """Whether the person before the camera of that machine is the holder of that document."""
        ...


class SimulatedFaces:
    """Who stands before which camera is written in a folder; nobody unless it says so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stand(self, machine_number: str, document_digest: str) -> None:
        """Put somebody before the camera."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / machine_number).write_text(document_digest, encoding="utf-8")

    def is_holder(self, machine_number: str, document_digest: str) -> bool:
        path = self._folder / machine_number
        return path.exists() and path.read_text(encoding="utf-8") == document_digest


def make_faces(setting: str, folder: Path, *, production: bool) -> FaceComparison | None:
    """The platform of the settings, or None. Raises SettingsInvalid; a simulator proves nobody in production."""
    if setting == NONE:
        return None
    if setting != SIMULATED or production:
        raise SettingsInvalid(f"FACES 不能是 {setting!r}")
    return SimulatedFaces(folder)
