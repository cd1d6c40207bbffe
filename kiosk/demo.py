"""Invented people, staff and one machine, so that both stories can be walked from the first minute.

Nobody here is real: the numbers are synthetic and the seals say 样章.
"""

from __future__ import annotations

import json
import secrets
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.casework.demo_precedents import enter_precedents
from kiosk.catalog_desk.demo_differences import enter_differences
from kiosk.identity.actors import SYSTEM
from kiosk.identity.commands import add_staff, meet_person, set_pin
from kiosk.identity.provider import CITIZEN_CARD, Identity
from kiosk.machines import commands as machines
from kiosk.machines.queries import find_machine
from kiosk.quotas.demo_list import enter_white_list
from kiosk.uow import unit_of_work
from services_catalog.models import Authority

PASSWORD = "chuanyu-demo"
PIN = "246810"
MACHINE = "SPB-001"
PEOPLE = (
    {
        "key": "zhang",
        "name": "张样例",
        "document_number": "510104199003070015",
        "phone": "13800000001",
    },
    {
        "key": "li",
        "name": "李样例",
        "document_number": "500103198512011045",
        "phone": "13800000002",
    },
    {
        "key": "ouyang",
        "name": "欧阳·娜孜𬱖䶮",
        "document_number": "51010419900307004X",
        "phone": "13800000003",
    },
)
STAFF: tuple[dict[str, Any], ...] = (
    {
        "login": "clerk.liangjiang",
        "name": "两江窗口(演示)",
        "role": "clerk",
        "division_code": "500171",
        "place": "两江新区政务大厅川渝通办窗口",
    },
    {
        "login": "clerk.shapingba",
        "name": "沙坪坝窗口(演示)",
        "role": "clerk",
        "division_code": "500106",
        "place": "沙坪坝区政务服务中心川渝通办窗口",
    },
    {
        "login": "officer.jinjiang",
        "name": "锦江审批(演示)",
        "role": "officer",
        "division_code": "510104",
        "authority": "成都市锦江区市场监督管理局",
    },
    {
        "login": "officer.wuhou",
        "name": "武侯审批(演示)",
        "role": "officer",
        "division_code": "510107",
        "authority": "成都市武侯区行政审批局",
    },
    {
        "login": "officer.sichuan",
        "name": "四川生态环境审批(演示)",
        "role": "officer",
        "division_code": "510000",
        "authority": "四川省生态环境厅",
    },
    {
        "login": "officer.chongqing",
        "name": "重庆生态环境审批(演示)",
        "role": "officer",
        "division_code": "500000",
        "authority": "重庆市生态环境局",
    },
    {
        "login": "second.wuhou",
        "name": "武侯复核(演示)",
        "role": "officer",
        "division_code": "510107",
        "authority": "成都市武侯区行政审批局",
    },
    {
        "login": "supervisor.wuhou",
        "name": "武侯主管(演示)",
        "role": "officer",
        "division_code": "510107",
        "authority": "成都市武侯区行政审批局",
        "supervisor": True,
    },
    {
        "login": "editor.wuhou",
        "name": "武侯目录(演示)",
        "role": "editor",
        "division_code": "510107",
        "authority": "成都市武侯区行政审批局",
    },
    {
        "login": "editor.shapingba",
        "name": "沙坪坝目录(演示)",
        "role": "editor",
        "division_code": "500106",
        "authority": "重庆市沙坪坝区市场监督管理局",
    },
    {
        "login": "keeper.wuhou",
        "name": "武侯印章(演示)",
        "role": "seal-keeper",
        "division_code": "510107",
        "authority": "成都市武侯区行政审批局",
    },
    {
        "login": "manager.wuhou",
        "name": "武侯管理(演示)",
        "role": "manager",
        "division_code": "510107",
        "place": "武侯区政务服务管理局",
    },
    {
        "login": "auditor",
        "name": "审计(演示)",
        "role": "auditor",
        "division_code": "500000",
        "place": "审计",
    },
    {
        "login": "operator",
        "name": "运维(演示)",
        "role": "operator",
        "division_code": "500000",
        "place": "自助终端运维中心",
    },
    {
        "login": "second.operator",
        "name": "运维复核(演示)",
        "role": "operator",
        "division_code": "500000",
        "place": "自助终端运维中心",
    },
)


def enter_demo_data(*, now: datetime) -> None:
    """Enter everything that is missing; a second run changes nothing."""
    instance = Path(current_app.config["INSTANCE"])
    with unit_of_work() as session:
        for entry in STAFF:
            _enter_staff(session, dict(entry), now)
        for person in PEOPLE:
            _enter_person(session, person, now)
        enter_differences(session, author="editor.wuhou", now=now)
        enter_white_list(session, now)
        enter_precedents(session, now=now)
    _write_json(instance / "identity" / "people.json", list(PEOPLE))
    _enter_machine(instance, now)
    _write_json(instance / "demo" / "logins.json", _logins())


def _enter_staff(session: Session, entry: dict[str, Any], now: datetime) -> None:
    authority = entry.pop("authority", None)
    if authority is not None:
        code = session.scalar(select(Authority.code).where(Authority.name == authority))
        entry |= {"authority_code": str(code), "place": authority}
    add_staff(session, password=PASSWORD, now=now, **entry)


def _enter_person(session: Session, entry: dict[str, str], now: datetime) -> None:
    identity = Identity(entry["name"], CITIZEN_CARD, entry["document_number"], entry["phone"])
    person = meet_person(session, identity, now)
    if person.pin_digest is None:
        set_pin(session, person, PIN)


def _enter_machine(instance: Path, now: datetime) -> None:
    """One machine at 重庆西站. The configuration its agent enrols itself by follows this database and address."""
    config = instance / "machine" / "agent.toml"
    held = tomllib.loads(config.read_text(encoding="utf-8")) if config.exists() else {}
    with unit_of_work() as session:
        if find_machine(session, MACHINE) is None:
            _create_machine(session, now)
            held = {}
            _set_aside(config.parent / "state", now)
        code = held.get("enrolment_code") or machines.issue_enrolment_code(
            session, MACHINE, actor=SYSTEM, now=now
        )
    _write(config, _agent_config(instance, code))


def _set_aside(state: Path, now: datetime) -> None:
    """What the agent remembers belongs to another database: keep it, under another name."""
    if state.exists():
        state.rename(state.with_name(f"state-until-{now:%Y%m%d%H%M%S}"))


def _create_machine(session: Session, now: datetime) -> None:
    machines.create_machine(
        session,
        number=MACHINE,
        name="重庆西站自助终端一号(演示)",
        division_code="500106",
        place="重庆西站川渝通办自助终端",
        now=now,
    )


def _agent_config(instance: Path, code: str) -> str:
    home = instance / "machine"
    lines = {
        "server": current_app.config["PUBLIC_URL"]
        or f"http://127.0.0.1:{current_app.config['PORT']}",
        "machine": MACHINE,
        "enrolment_code": code,
        "state_dir": str(home / "state"),
        "driver": "file",
        "tray_dir": str(home / "tray"),
        "reader_dir": str(home / "reader"),
        "trust_roots": str(instance / "keys" / "root.pem"),
    }
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in lines.items())


def _logins() -> list[dict[str, Any]]:
    staff = [
        {
            "role": entry["role"],
            "login": entry["login"],
            "password": PASSWORD,
            "name": entry["name"],
            "place": entry.get("place") or entry.get("authority"),
            "url": "/window",
        }
        for entry in STAFF
    ]
    citizens = [
        {
            "role": "citizen",
            "login": p["key"],
            "password": PIN,
            "name": p["name"],
            "place": "网上、自助终端",
            "url": "/",
        }
        for p in PEOPLE
    ]
    return staff + citizens


def _write_json(path: Path, value: Any) -> None:
    _write(path, json.dumps(value, ensure_ascii=False, indent=1))


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all; it may hold secrets, so only its owner reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
