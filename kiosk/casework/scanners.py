"""The port to a virus scanner. Without one the driver ``none`` says so on every file it lets pass."""

from __future__ import annotations

import socket
import struct
from typing import Protocol

from kiosk.casework.draft_errors import ScannerUnavailable
from kiosk.errors import SettingsInvalid

TEST_PATTERN = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CHUNK = 64 * 1024
PATIENCE_SECONDS = 20.0


class Scanner(Protocol):
    """Looks into a file before it is kept. ``name`` stands with every file it has seen."""

    name: str

    def find_virus(self, data: bytes) -> str | None:
        """What was found, or None. Raises ScannerUnavailable."""
        ...


class NoScanner:
    """No scanner is connected; files are only judged by their content."""

    name = "none"

    def find_virus(self, data: bytes) -> str | None:
        return None


class PatternScanner:
    """Finds the harmless EICAR test file and nothing else: for tests and for trying the way out."""

    name = "pattern"

    def find_virus(self, data: bytes) -> str | None:
        return "EICAR-Test" if TEST_PATTERN in data else None


class ClamScanner:
    """A clamd of this network, by its INSTREAM command; the address is ``host:port``."""

    name = "clamd"

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))

    def find_virus(self, data: bytes) -> str | None:
        try:
            with socket.create_connection(self._address, PATIENCE_SECONDS) as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(data), CHUNK):
                    part = data[start : start + CHUNK]
                    line.sendall(struct.pack(">I", len(part)) + part)
                line.sendall(struct.pack(">I", 0))
                answer = line.makefile("rb").read(1000).rstrip(b"\0\n").decode("utf-8", "replace")
        except OSError as error:
            raise ScannerUnavailable("病毒扫描服务暂时不可用，请稍候再试") from error
        return self._found(answer)

    @staticmethod
    def _found(answer: str) -> str | None:
        """``stream: OK`` or ``stream: NAME FOUND``; anything else is no judgement."""
        if answer.endswith(" OK"):
            return None
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise ScannerUnavailable("病毒扫描服务没有给出结果，请稍候再试")


def make_scanner(setting: str) -> Scanner:
    """The scanner that the setting names: ``none``, ``pattern`` or ``clamd:host:port``. Raises SettingsInvalid."""
    name, _, address = setting.partition(":")
    if name == "none":
        return NoScanner()
    if name == "pattern":
        return PatternScanner()
    if name == "clamd" and address.rpartition(":")[2].isdecimal():
        return ClamScanner(address)
    raise SettingsInvalid(
        f"MATERIAL_SCANNER 应为 none、pattern 或 clamd:主机:端口，现为 {setting!r}"
    )
