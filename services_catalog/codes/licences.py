"""The licence identifier (电子证照标识, GB/T 36904-2018)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from services_catalog.codes.checks import CodeInvalid, mod_37_36_check

KIND = "licence-identifier"
ROOT = "1.2.156.3005.2"
SHAPE = re.compile(
    re.escape(ROOT) + r"\.([0-9A-Z]{18}[0-9]{3})\.([0-9A-Z]+)\.([0-9A-Z]+)\.([0-9]{3})\.([0-9A-Z])"
)
LAST_VERSION = 999


@dataclass(frozen=True)
class LicenceIdentifier:
    """Type (organ that defined it 18 + serial 3), issuer, serial and version from 1. Upper case, no dots inside.

    The issuer is mostly a credit code; real identifiers also have six-digit area codes there.
    """

    type_code: str
    issuer: str
    serial: str
    version: int

    def text(self) -> str:
        """The identifier with its check character over everything but root and dots.

        Raises CodeInvalid with VERSION, CHARSET or FORMAT.
        """
        _require_version(self.version)
        parts = (self.type_code, self.issuer, self.serial, f"{self.version:03d}")
        text = ".".join((ROOT, *parts, mod_37_36_check("".join(parts))))
        if not SHAPE.fullmatch(text):
            raise CodeInvalid(KIND, "FORMAT", "证照标识的组成不正确")
        return text

    def raised(self) -> LicenceIdentifier:
        """The identifier after reissue or renewal. Raises CodeInvalid with VERSION beyond 999."""
        _require_version(self.version + 1)
        return replace(self, version=self.version + 1)


def parse_licence_identifier(text: str) -> LicenceIdentifier:
    """Read an identifier. Raises CodeInvalid with FORMAT, CHECK_CHAR or VERSION."""
    match = SHAPE.fullmatch(text)
    if match is None:
        raise CodeInvalid(KIND, "FORMAT", "证照标识格式不正确")
    type_code, issuer, serial, version, check = match.groups()
    if mod_37_36_check(type_code + issuer + serial + version) != check:
        raise CodeInvalid(KIND, "CHECK_CHAR", "证照标识校验不通过")
    _require_version(int(version))
    return LicenceIdentifier(type_code, issuer, serial, int(version))


def _require_version(version: int) -> None:
    if not 1 <= version <= LAST_VERSION:
        raise CodeInvalid(KIND, "VERSION", f"证照版本号应为 1 至 {LAST_VERSION}")
