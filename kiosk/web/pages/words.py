"""Plain words and date formats of the pages; every code that a person could meet has its words here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint

from kiosk.casework.explained_dates import Level
from kiosk.casework.materials import ORIGIN_WORDS
from kiosk.casework.receipt import DELIVERY_WORDS, MODE_WORDS, Channel, Delivery
from kiosk.clock import OFFICE_ZONE, office_date
from kiosk.identity.actors import ROLE_WORDS, Role
from kiosk.licences.verification import STATUS_WORDS
from kiosk.web.language import said
from kiosk.web.pages.audit_words import ACTION_WORDS
from printing.blanks import BlankState
from printing.job_states import JOB_WORDS, Event, SheetState

FOUND = (Event.FOUND_PRINTED, Event.FOUND_SPOILED, Event.FOUND_UNFED)
EVENT_WORDS: dict[str, str] = {
    Event.HOLD: "暂停等待",
    Event.RELEASE: "放行",
    Event.ACKNOWLEDGE: "终端接下任务",
    Event.STOP: "打印机停下",
    Event.RESUME: "打印机恢复",
    Event.REFUSE: "终端拒绝打印",
    Event.PERMIT: "准许出纸",
    Event.PRINT: "打印好",
    Event.NOT_FED: "没有出纸",
    Event.JAM: "卡纸",
    Event.LOSE: "去向不明",
    Event.RETURN: "退回排队",
    Event.MOVE: "换到另一台自助机",
    Event.CANCEL: "取消",
    Event.COLLECT: "已取走",
    Event.LEAVE: "留在出纸口",
    Event.FOUND_PRINTED: "查明已打印",
    Event.FOUND_SPOILED: "查明打坏，作废",
    Event.FOUND_UNFED: "查明没有出纸",
}

WORDS: dict[str, dict[Any, str]] = {
    "audience": {"个人": "个人", "法人": "企业和单位", "both": "个人和单位"},
    "mode": dict(MODE_WORDS),
    "channel": {Channel.ONLINE: "网上", Channel.MACHINE: "自助终端", Channel.WINDOW: "窗口"},
    "delivery": {**DELIVERY_WORDS, Delivery.MACHINE: "在自助机打印"},
    "role": dict(ROLE_WORDS),
    "desk": {
        Role.CLERK: "窗口工作台",
        Role.OFFICER: "审批工作台",
        Role.EDITOR: "目录工作台",
        Role.OPERATOR: "运维工作台",
        Role.MANAGER: "管理工作台",
        Role.SEAL_KEEPER: "印章工作台",
        Role.AUDITOR: "审计工作台",
    },
    "author": {"catalogue-file": "共同清单"},
    "level": {
        Level.CALM: "时间充裕",
        Level.NEAR: "临近到期",
        Level.LAST: "即将到期",
        Level.BREACHED: "已超期",
        Level.PAUSED: "暂停计算",
    },
    "level_tone": {
        Level.CALM: "good",
        Level.NEAR: "warn",
        Level.LAST: "bad",
        Level.BREACHED: "breached",
        Level.PAUSED: "strong",
    },
    "alarm": {
        "not-enrolled": "还没有启用",
        "silent": "没有音讯",
        "clock-off": "时钟不准",
        "key-expiring": "密钥快到期",
        "offline": "打印机没有连上",
        "media-needed": "缺纸",
        "output-area-full": "出纸口满了",
        "media-low": "纸快用完",
        "media-empty": "缺纸",
        "media-jam": "卡纸",
        "door-open": "盖子开着",
        "cover-open": "盖子开着",
        "toner-low": "墨粉快用完",
        "toner-empty": "缺墨粉",
        "marker-supply-low": "墨粉快用完",
        "marker-supply-empty": "缺墨粉",
        "paper-unknown": "有纸去向不明",
        "paper-left": "出纸口有纸没取",
        "paper-disputed": "终端说法与台账不符，请查看是否多出了纸",
        "stopped": "打印机停了",
    },
    "licence_status": dict(STATUS_WORDS),
    "audit_action": ACTION_WORDS,
    "sheet": {
        SheetState.RESERVED: "待用",
        SheetState.FEEDING: "正在出纸",
        SheetState.PRINTED: "已打印",
        SheetState.COLLECTED: "已取走",
        SheetState.JAMMED: "卡纸",
        SheetState.SPOILED: "作废",
        SheetState.LEFT: "留在出纸口",
        SheetState.UNKNOWN: "去向不明",
        SheetState.RELEASED: "没有用",
    },
    "blank": {
        BlankState.RECEIVED: "在库",
        BlankState.LOADED: "已装入",
        BlankState.FEEDING: "正在出纸",
        BlankState.USED: "已用",
        BlankState.UNKNOWN: "去向不明",
        BlankState.SPOILED: "作废待销毁",
        BlankState.DESTROYED: "已销毁",
    },
    "print_state": dict(JOB_WORDS),
    "print_event": EVENT_WORDS
    | {f"first-{event}": f"一人说：{EVENT_WORDS[event]}" for event in FOUND},
    "print_outcome": {
        Event.PRINT: "打印好",
        Event.NOT_FED: "没有出纸",
        Event.JAM: "卡纸",
        Event.LOSE: "去向不明",
        Event.FOUND_PRINTED: "查明已打印",
        Event.FOUND_SPOILED: "查明打坏",
        Event.FOUND_UNFED: "查明没有出纸",
    },
    "paper_state": {"pending": "正在盖章", "sealed": "已盖章", "blocked": "暂不能盖章"},
    "unit": {"working_day": "个工作日", "calendar_day": "天", "none": ""},
    "fee": {
        "none": "不收费",
        "per_item": "按规定收费，以办理机关公布的标准为准",
        "": "以办理机关公布的为准",
    },
    "trust": {"verified": "已核实", "inferred": "根据公开清单推定，待核实", "recalled": "尚待核实"},
    "result_form": {
        "none": "没有纸质结果",
        "card_or_booklet": "证件、簿册，由发证机关制作后邮寄或领取",
        "certificate": "证书，可在自助机打印",
        "controlled_blank": "专用印制证照，由发证机关制作后邮寄或领取",
        "notice": "通知书或决定书",
        "electronic": "电子证照，可在自助机打印",
    },
    "material_form": {"paper": "纸质", "electronic": "电子"},
    "origin": dict(ORIGIN_WORDS),
    "document_type": {
        "111": "居民身份证",
        "414": "普通护照",
        "511": "台湾居民来往大陆通行证",
        "516": "港澳居民来往内地通行证",
        "553": "外国人永久居留身份证",
        "810": "港澳台居民居住证",
    },
}


def words_for(value: Any, kind: str) -> str:
    """The words for a code of that kind; a code without words shows as nothing rather than raw."""
    return WORDS[kind].get(value, "")


def day(value: date | str | None) -> str:
    """``2026年3月2日``; an ISO text will do; nothing for None."""
    if not value:
        return ""
    held = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if isinstance(held, datetime):
        held = office_date(held)
    return f"{held.year}年{held.month}月{held.day}日"


def moment(value: datetime | str) -> str:
    """``2026年3月2日 09:00`` in the time of the office."""
    held = datetime.fromisoformat(value) if isinstance(value, str) else value
    local = held.astimezone(OFFICE_ZONE)
    return f"{day(local.date())} {local:%H:%M}"


def days_left(due_on: date | None, today: date) -> str:
    """How far away a due date is, in calendar days."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days < 0:
        return f"已超过 {-days} 天"
    return "今天到期" if days == 0 else f"还有 {days} 天"


def limit_words(days: int | None, unit: str) -> str:
    """A time limit of the guide, ``20 个工作日``; "当场办结" for 0."""
    if days is None:
        return "没有规定"
    return f"{days} {WORDS['unit'].get(unit) or '天'}" if days else "当场办结"


def add_words(bp: Blueprint) -> None:
    """Make the words known to the templates, as filters that speak the language of the page."""
    filters: dict[str, Callable[..., str]] = {
        "words_for": words_for,
        "day": day,
        "moment": moment,
        "days_left": days_left,
        "limit_words": limit_words,
    }
    for name, function in filters.items():
        bp.add_app_template_filter(_spoken(function), name)


def _spoken(words: Callable[..., str]) -> Callable[..., Any]:
    return lambda *facts: said(words(*facts))
