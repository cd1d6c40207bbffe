"""Who is told of an alarm that nobody answered: the phones of the next duty, as the settings name them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import current_app

from kiosk.machines.queries import get_machine
from kiosk.uow import reading

PASSED_ON = "alarm.passed-on"


def tell_receivers(payload: dict[str, Any], now: datetime) -> None:
    """Send the alarm to each phone of the duty that answers next. The desk shows it with or without a phone."""
    with reading() as session:
        machine = get_machine(session, payload["machine"])
    about = f"，打印任务 {payload['print']}" if payload["print"] else ""
    text = (
        f"【川渝通办】终端 {machine.number}（{machine.place}）的告警 {payload['kind']}{about} "
        "没有人处理，现由您处理，请登录运维工作台查看。"
    )
    for phone in phones_of(payload["to"]):
        current_app.extensions["messages"].send(phone, text, now)


def phones_of(duty: str) -> Iterator[str]:
    """The phones in ``KIOSK_ALARM_CONTACTS`` for one duty."""
    for entry in str(current_app.config["ALARM_CONTACTS"]).split(","):
        name, _, phone = entry.partition("=")
        if name.strip() == duty and phone.strip():
            yield phone.strip()
