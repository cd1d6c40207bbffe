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
    "STAFF_IDLE_MINUTES": 10,  # Unverified convention: 等保 8.1.4.1 asks for it without a figure.
    "STAFF_TWO_FACTORS": None,  # Whether every member of staff needs a second factor; in production yes, unless said.
    "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
    # A receipt from this time of day on (17:30) counts on the next date; None: 24:00. The law is silent, unverified.
    "RECEIPT_CUTOFF": None,
    # Working days in which an applicant answers a correction notice; the law names none, a convention, unverified.
    "CORRECTION_DAYS": 15,
    # Working days by which the statutory limit may be extended once (art. 42; registers: recalled, unverified).
    "EXTENSION_DAYS": {"permit": 10, "registration": 3},
    "EXTENSION_DAYS_JOINT": 15,
    # Hearings (行政许可法 art. 46 to 48, recalled, unverified), in working days: ask within, told before, held within.
    "HEARING_ASK_DAYS": 5,
    "HEARING_NOTICE_DAYS": 7,
    "HEARING_HELD_DAYS": 20,
    # Reminders of these levels also go to the authority's supervisor; a convention, unverified.
    "ESCALATED_LEVELS": ["red", "breached"],
    # From how many days left a limit is amber and red; conventions of this product, unverified.
    "AMBER_DAYS": 5,
    "RED_DAYS": 2,
    "PREMISES_LABEL": "经营场所",
    # 政务服务便民热线 of both provinces; stands on notices where an authority published no number (unverified).
    "HOTLINE": "12345",
    # Conventions of the fleet's operator, none of them published (unverified).
    "MACHINE_SILENT_MINUTES": 5,
    "MACHINE_KEY_DAYS": 365,
    "ALARM_ANSWER_MINUTES": 30,
    "UNKNOWN_PAPER_MINUTES": 15,
    "PAPER_TAKEN_MINUTES": 3,
    "PAPER_LOW_SHEETS": 30,
    "TONER_LOW_PERCENT": 10,
    "ALARM_CONTACTS": "",  # Phones of those an alarm is passed on to: "fleet=…,lead=…"; a duty may come twice.
    "HALL_HOURS": "9:00-17:00",
    "FACES": "none",  # "simulated" in a demo: the face as a further second proof at machines.
    "BLANK_TEMPLATES": "",  # Templates with commas between, printed on numbered blanks.
    "CHECKS_PER_MINUTE": 60,  # Papers one address may have verified in each web process; a convention.
    "PROXIES": 0,  # How many proxies of our own stand in front and name the address of who asks.
    "DRAFT_DAYS": 30,  # Unverified convention: no rule was found on how long a draft is kept.
    "DRAFT_DESK_MINUTES": 60,
    "COURIER_DAYS": 7,  # Calendar days for one leg of travelling papers; unverified convention.
    "COURIER_SEND_DAYS": 3,  # Calendar days until papers brought to a window are on the road; unverified convention.
    "MATERIAL_MAX_MB": 10,  # This and the limits below are conventions; no national rule was found.
    "MATERIAL_MAX_PAGES": 200,
    "MATERIAL_MAX_PIXELS": 60_000_000,
    "MATERIAL_MAX_FILES": 60,
    "MATERIAL_SCANNER": "none",
    "REUSE_MOST_DAYS": 90,  # How long an annotated copy may hold; a convention.
    # Days after which an announcement counts as served; recalled, not verified.
    "ANNOUNCEMENT_DAYS": 30,
    "PKCS11_MODULE": None,
    "PKCS11_TOKEN": None,
    "PKCS11_PIN": None,
    "TIMESTAMP_URL": None,
    "TIMESTAMP_TIMEOUT_S": 5,
    "SM2_KEY": None,
    "KEY_WARNING_DAYS": 60,
    # Working days to answer, and to accept, answer and settle a bad rating: local rules, unverified.
    "ENQUIRY_DAYS": 5,
    "COMPLAINT_DAYS": 15,
    "RECTIFY_ACCEPT_DAYS": 1,
    "RECTIFY_ANSWER_DAYS": 5,
    "RECTIFY_COMPLEX_DAYS": 15,
    # The shape of a 缴款码 and the days it can be paid; both unverified, platforms draw their own.
    "PAYMENT_NUMBER": "{area}{year:02}{serial:012}",
    "PAYMENT_DAYS": 30,
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
    if config["STAFF_TWO_FACTORS"] is None:
        config["STAFF_TWO_FACTORS"] = not config["DEMO"]
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
