"""What the settings connect sealing with: keys in a device, a timestamp authority, a 国密 key. All off by default."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Config

from kiosk.errors import SettingsInvalid
from printing.pki import OpenDevice
from printing.seal_service import SealService
from printing.signing import SigningFailed, TimestampAuthority
from printing.sm2 import Sm2Key
from printing.timestamps import HttpTimestampAuthority

DEVICE_SETTINGS = ("PKCS11_MODULE", "PKCS11_TOKEN", "PKCS11_PIN")


@dataclass(frozen=True)
class SealingPorts:
    """Who is asked beside the signer; None where nobody is.

    No setting fills ``platform``: how the provincial platform is spoken to is its operator's to say, in code.
    """

    timestamps: TimestampAuthority | None = None
    sm2: Sm2Key | None = None
    platform: SealService | None = None


def sealing_ports(config: Config) -> SealingPorts:
    """The ports that the settings name. Raises SettingsInvalid."""
    return SealingPorts(_timestamps(config), _sm2(config))


def open_device(config: Config) -> OpenDevice | None:
    """How keys in the configured device are opened, or None without a device. Raises SettingsInvalid."""
    given = [config[name] for name in DEVICE_SETTINGS]
    if not any(given):
        return None
    if not all(given):
        names = "、".join(f"KIOSK_{name}" for name in DEVICE_SETTINGS)
        raise SettingsInvalid(f"使用密码设备时，{names} 须同时设置")
    devices = _device_module()
    token = devices.Token(*map(str, given))
    return lambda label, certificate, chain: devices.Pkcs11Signer(token, label, certificate, chain)


def _device_module() -> Any:
    """Only an installation with a device needs the library behind it (extra ``hsm``)."""
    try:
        return importlib.import_module("printing.hsm")
    except ModuleNotFoundError as error:
        raise SettingsInvalid("使用密码设备须安装：pip install 'chuanyu-kiosk[hsm]'") from error


def _timestamps(config: Config) -> TimestampAuthority | None:
    if not config["TIMESTAMP_URL"]:
        return None
    try:
        return HttpTimestampAuthority(config["TIMESTAMP_URL"], float(config["TIMESTAMP_TIMEOUT_S"]))
    except ValueError as error:
        raise SettingsInvalid(f"时间戳服务的设置有误：{error}") from error


def _sm2(config: Config) -> Sm2Key | None:
    if not config["SM2_KEY"]:
        return None
    try:
        return Sm2Key(Path(config["SM2_KEY"]).read_bytes())
    except (OSError, SigningFailed) as error:
        raise SettingsInvalid(f"KIOSK_SM2_KEY 无法使用：{error}") from error
