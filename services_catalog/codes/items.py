"""Codes of service items: national ones of 12, 31 and 33 characters (GB/T 39554.1-2020), and Sichuan's local ones.

The structure is read from published codes. A local code is another name space: it is kept as it is beside its parts,
and no national code is ever made out of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services_catalog.codes.checks import CodeInvalid
from services_catalog.codes.organisations import is_credit_code, parse_credit_code

BASE = "base-code"
ITEM = "item-code"
LOCAL = "local-item-code"
TYPES = {
    "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付", "06": "行政检查",
    "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
"""Item types of GB/T 39046-2020 A.1; 11-19 and from 21 are local extensions, 00 is only a heading."""

LEVELS = {"1": "国家", "2": "省", "3": "市", "4": "县", "5": "镇（乡、街道）", "6": "村（社区）"}
"""Levels of GB/T 39046-2020 A.2 that execute; 7, graded, is a value of lists only."""

DIRECTORY = "00Y"
TASK_LENGTH, HANDLE_LENGTH = 31, 33
LAST_HANDLE_ITEM = 99
BASE_SHAPE = re.compile("([0-9]{2})([0-9]{2})([0-9]{5})([0-9]{3}|00Y)")
HANDLE_SHAPE = re.compile("[0-9]{2}")
LOCAL_SHAPE = re.compile("(.+?)-([0-9]{12})-([0-9]{3})-(.+)-([0-9])-([0-9]{2})")


@dataclass(frozen=True)
class BaseCode:
    """A 基本编码: region (00 the State's list, else a province), item type, main item, sub-item."""

    region: str
    item_type: str
    main: str
    sub: str

    @property
    def is_directory(self) -> bool:
        """Whether it heads sub-items (00Y): then it has no guide and no case may hang on it."""
        return self.sub == DIRECTORY

    def text(self) -> str:
        """The 12 characters."""
        return self.region + self.item_type + self.main + self.sub


@dataclass(frozen=True)
class ItemCode:
    """A 实施编码: organ, level and base code; with ``handle_item`` (01-99) a 业务办理项编码."""

    organ: str
    level: str
    base: BaseCode
    handle_item: str | None = None

    def text(self) -> str:
        """The 31 or 33 characters."""
        return self.task_code + (self.handle_item or "")

    @property
    def task_code(self) -> str:
        """The 31 characters without the handle item."""
        return self.organ + self.level + self.base.text()


@dataclass(frozen=True)
class LocalItemCode:
    """A Sichuan code. ``organ`` should be a credit code and is none in one row of eight: it identifies nobody."""

    value: str
    base: str
    area: str
    extension: str
    organ: str
    family: str
    tail: str

    @property
    def organ_is_sound(self) -> bool:
        return is_credit_code(self.organ)


def parse_base_code(value: str) -> BaseCode:
    """Read 12 characters. Raises CodeInvalid with LENGTH, FORMAT or TYPE."""
    if len(value) != 12:
        raise CodeInvalid(BASE, "LENGTH", "事项基本编码应为 12 位")
    found = BASE_SHAPE.fullmatch(value)
    if found is None:
        raise CodeInvalid(BASE, "FORMAT", "事项基本编码应为数字，带子项的主项以 00Y 结尾")
    if found[2] == "00":
        raise CodeInvalid(BASE, "TYPE", "事项基本编码中的事项类型不存在")
    return BaseCode(*found.groups())


def parse_printed_code(value: str) -> tuple[BaseCode, str | None]:
    """Read a base code as guides print it, with or without the two digits of a handle item.

    Raises CodeInvalid with LENGTH, FORMAT, TYPE, HANDLE_ITEM or PARENT_CODE.
    """
    base = parse_base_code(value[:12])
    if len(value) == 12:
        return base, None
    _require_handled(base)
    return base, _handle_item(value[12:])


def parse_item_code(value: str) -> ItemCode:
    """Read a 实施编码 of 31 or a 业务办理项编码 of 33 characters.

    Raises CodeInvalid with LENGTH, LEVEL, PARENT_CODE, HANDLE_ITEM, a reason of ``parse_base_code``, or ORGAN_ with
    the reason of ``parse_credit_code``.
    """
    if len(value) not in (TASK_LENGTH, HANDLE_LENGTH):
        raise CodeInvalid(ITEM, "LENGTH", "实施编码应为 31 位，业务办理项编码应为 33 位")
    _require_organ(value[:18])
    if value[18] not in LEVELS:
        raise CodeInvalid(ITEM, "LEVEL", "实施编码中的行使层级应为 1 至 6")
    base = parse_base_code(value[19:TASK_LENGTH])
    _require_handled(base)
    handled = _handle_item(value[TASK_LENGTH:]) if len(value) == HANDLE_LENGTH else None
    return ItemCode(value[:18], value[18], base, handled)


def compose_item_code(organ: str, level: str, base: str, handle_item: int | None = None) -> str:
    """The code of an organ's item at its level; with ``handle_item``, from 1, that of a handle item.

    Raises CodeInvalid if the parts do not make a code that parses.
    """
    for part, length in ((organ, 18), (level, 1), (base, 12)):
        if len(part) != length:
            raise CodeInvalid(
                ITEM, "LENGTH", "实施编码由 18 位机关代码、1 位层级和 12 位基本编码组成"
            )
    if handle_item is not None and not 1 <= handle_item <= LAST_HANDLE_ITEM:
        raise CodeInvalid(ITEM, "HANDLE_ITEM", "业务办理项序号应为 1 至 99")
    tail = "" if handle_item is None else f"{handle_item:02d}"
    return parse_item_code(organ + level + base + tail).text()


def parse_local_item_code(value: str) -> LocalItemCode:
    """Read a Sichuan code, anchored on the area and the tail: the other parts may hold hyphens.

    Raises CodeInvalid with FORMAT.
    """
    found = LOCAL_SHAPE.fullmatch(value)
    if found is None:
        raise CodeInvalid(
            LOCAL, "FORMAT", "地方事项编码应含 12 位区划、3 位扩展、实施主体和末尾序号"
        )
    return LocalItemCode(value, *found.groups())


def _require_organ(value: str) -> None:
    try:
        parse_credit_code(value)
    except CodeInvalid as refusal:
        raise CodeInvalid(ITEM, f"ORGAN_{refusal.reason}", f"实施主体有误：{refusal}") from refusal


def _require_handled(base: BaseCode) -> None:
    if base.is_directory:
        raise CodeInvalid(ITEM, "PARENT_CODE", "以 00Y 结尾的主项下设子项，只作目录，不能直接办理")


def _handle_item(text: str) -> str:
    if not HANDLE_SHAPE.fullmatch(text) or text == "00":
        raise CodeInvalid(ITEM, "HANDLE_ITEM", "业务办理项序号应为 01 至 99")
    return text
