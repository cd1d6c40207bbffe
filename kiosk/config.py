"""One setting per thing: defaults, then ``config.py`` of the instance folder, then ``KIOSK_*``, then overrides."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Config

from kiosk.errors import SettingsInvalid

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("SECRET_KEY", "DATA_KEY", "SEAL_PASSWORD")
ENVIRONMENTS = ("demo", "production")
SHORTEST_SECRET = 16
DEFAULTS: dict[str, Any] = {
    "ENV": "demo",
    "PORT": 8080,
    "NOW": None,
    "DATABASE_URL": None,
    "PUBLIC_URL": None,
    "SESSION_MINUTES": 30,
    "STAFF_SESSION_MINUTES": 480,
    "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
    "RECEIPT_CUTOFF": None,
    "PREMISES_LABEL": "经营场所",
    "KEEP_DONE_DAYS": 7,
    "KEEP_ANSWERS_DAYS": 30,
    "KEEP_SESSIONS_DAYS": 90,
}


def instance_folder(overrides: Mapping[str, Any] | None = None) -> Path:
    """The folder that holds everything the running service owns."""
    chosen = (overrides or {}).get("INSTANCE") or os.environ.get("KIOSK_INSTANCE")
    return Path(chosen).resolve() if chosen else ROOT / "instance"


def load_settings(
    config: Config, instance: Path, overrides: Mapping[str, Any] | None = None
) -> None:
    """Fill ``config``; raises SettingsInvalid for what must not run in production."""
    config.from_mapping(DEFAULTS)
    config.from_pyfile(str(instance / "config.py"), silent=True)
    config.from_prefixed_env("KIOSK", loads=_plain_or_json)
    config.from_mapping({name: str(config[name]) for name in SECRETS if config.get(name)})
    config.from_mapping(overrides or {})
    _require_safe(config)
    config["INSTANCE"] = instance
    config["DEMO"] = config["ENV"] != "production"
    if config["DATABASE_URL"] is None:
        config["DATABASE_URL"] = f"sqlite:///{instance / 'kiosk.sqlite3'}"
    _fill_secrets(config, instance)


def data_key(config: Config) -> bytes:
    """The 16-byte key that personal columns are encrypted under."""
    try:
        key = base64.urlsafe_b64decode(config["DATA_KEY"])
    except ValueError as error:
        raise SettingsInvalid("DATA_KEY 不是有效的 base64") from error
    if len(key) != 16:
        raise SettingsInvalid(f"DATA_KEY 应为 16 字节，现为 {len(key)} 字节")
    return key


def _plain_or_json(text: str) -> Any:
    """Numbers and true/false as JSON; anything else, such as a moment or an address, as it stands."""
    number = text.isdecimal() and len(text) < 12 and str(int(text)) == text
    if text in ("true", "false", "null") or number:
        return json.loads(text)
    return text


def _require_safe(config: Config) -> None:
    """Refuse a misspelt environment, which would run as a demo, and what only a demo may have."""
    if config["ENV"] not in ENVIRONMENTS:
        raise SettingsInvalid(f"ENV 应为 {' 或 '.join(ENVIRONMENTS)}，现为 {config['ENV']!r}")
    if config["ENV"] != "production":
        return
    if config["NOW"] is not None:
        raise SettingsInvalid("生产环境不能设置 KIOSK_NOW")
    short = [n for n in SECRETS if config.get(n) and len(config[n]) < SHORTEST_SECRET]
    if short:
        names = "、".join(f"KIOSK_{name}" for name in short)
        raise SettingsInvalid(f"{names} 太短，至少 {SHORTEST_SECRET} 个字符")


def _fill_secrets(config: Config, instance: Path) -> None:
    missing = [name for name in SECRETS if not config.get(name)]
    if not missing:
        return
    if config["ENV"] == "production":
        raise SettingsInvalid("生产环境必须设置：" + "、".join(f"KIOSK_{name}" for name in missing))
    stored = _demo_secrets(instance)
    config.from_mapping({name: stored[name] for name in missing})


def _demo_secrets(instance: Path) -> dict[str, str]:
    """Secrets of this demo instance, drawn once; two processes that start at once agree on one set."""
    path = instance / "secrets.json"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        drawn = {
            name: base64.urlsafe_b64encode(secrets.token_bytes(16)).decode() for name in SECRETS
        }
        draft = instance / f".secrets-{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(drawn), encoding="utf-8")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return json.loads(path.read_text(encoding="utf-8"))
