"""What may be wrong with a row of a district's list: each quirk has a stable code, a reason and a mend.

Real lists are dirty, so almost every quirk is a warning: the row can be taken as it is, and nothing is guessed or
put right in silence. Only what leaves nothing to take, or would be lost, is an error. Local codes stay opaque.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from services_catalog.codes import CodeInvalid, parse_credit_code, parse_local_item_code
from services_catalog.codes.items import TYPES
from services_catalog.list_files import RawRow

ERROR, WARNING = "error", "warning"
LONGEST_NAME = 1000  # Width of task_name in the national exchange tables.
LONGEST_SHOWN = 200
OTHERS_NAMED = 5  # Rows that share a code, in the words about each of them.
PLACEHOLDERS = frozenset({"null", "none", "undefined", "nan"})
# Local base, area, extension, organ (may itself hold hyphens, is often no credit code), family, tail.
LOCAL_CODE = re.compile(r"(.+?)-([0-9]{12})-([0-9]{3})-(.+)-([^-]+)-([^-]+)")
TRAILING_PAIRS = re.compile(r"(?:00)+$")
AREA = re.compile(r"[0-9]{6}(?:[0-9]{6})?")
BRACKETS = {"（": "）", "(": "）", "【": "】", "〔": "〕", "《": "》", "「": "」"}
CLOSING = {"）": "）", ")": "）", "】": "】", "〕": "〕", "》": "》", "」": "」"}
DOUBLED_OPENING = re.compile(r"[（(]\s*[（(]")
DOUBLED_CLOSING = re.compile(r"[）)]\s*[）)]")
TASK_TYPES = {number.lstrip("0"): name for number, name in TYPES.items()}
LOCAL_TYPES = frozenset(map(str, [*range(11, 20), *range(21, 100)]))
# What Sichuan's letters stand for in a local code, observed on one real list; 513 has no fixed meaning.
LETTER_TYPES = {"A": "1", "E": "9", "F": "7", "G": "5", "H": "8", "J": "10", "Z": "10"}
LETTER = re.compile(r"(?:511|1)?([A-Z])")
PUBLIC_SERVICE, PUBLIC_PREFIX = "20", "512"
CUT_OFF = re.compile(r".+?-[0-9]{12}(?:-.*)?")
OLD_ORGANISATION_CODE = re.compile(r"[0-9A-Z]{8}-?[0-9X]")
ORGAN_REASONS = {
    "length": "不是18位",
    "one-short": "只有17位，比18位少一位",
    "organisation-code": "是旧的组织机构代码，不是18位",
    "hyphen": "含有连字符，不是18位",
    "charset": "含有信用代码不用的字符",
    "registrar": "前两位不是登记管理部门和机构类别",
    "area": "第3至8位不是区划",
    "check-digit": "校验位不对",
}


@dataclass(frozen=True)
class ListFault:
    """One quirk of one cell. ``row`` counts records from 1; ``mend`` says what an editor can do."""

    row: int
    column: str
    value: str
    code: str
    reason: str
    mend: str
    severity: str = WARNING


@dataclass(frozen=True)
class LocalCode:
    """The parts of a local code, for comparison and display; the code itself is what counts."""

    base: str
    area: str
    organ: str


Check = Callable[[RawRow], Iterator[ListFault]]


def split_local_code(text: str) -> LocalCode | None:
    """The parts of a local code, anchored on area and tail, or None. Never split at hyphens: parts hold some."""
    found = LOCAL_CODE.fullmatch(text)
    return None if found is None else LocalCode(found[1], found[2], found[4])


def comparable_name(name: str) -> str:
    """A name for comparison only: brackets of one width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def row_faults(row: RawRow, divisions: Collection[str] = ()) -> list[ListFault]:
    """Every quirk of one row. ``divisions`` are the known six-digit codes; without any, areas are not looked up."""
    faults = [fault for check in CHECKS for fault in check(row)]
    return faults + list(_unknown_area(row, divisions))


def _fault(
    row: RawRow, column: str, code: str, reason: str, mend: str, *, severity: str = WARNING
) -> ListFault:
    shown = row.cells.get(column, "")[:LONGEST_SHOWN]
    return ListFault(row.number, column, shown, code, reason, mend, severity)


def _kinds(row: RawRow) -> Iterator[ListFault]:
    """Cells that were no text, and cells beyond the header."""
    for column, stray in row.strays.items():
        if stray == "row-too-long":
            yield _fault(
                row, "", stray, "这一行的单元格比表头多", "核对分隔符或多余的单元格", severity=ERROR
            )
        elif stray == "digits-lost":
            yield _fault(
                row,
                column,
                stray,
                "编码存成了数字，超过15位的数位已经丢失",
                "把该列设为文本格式，重新填写编码",
            )
        elif stray == "cell-unstorable":
            reason = "单元格里有不能保存的字符"
            yield _fault(row, column, stray, reason, "对照原件重新输入", severity=ERROR)
        else:
            yield _fault(row, column, stray, "应为文字", "改为文字")


def _placeholders(row: RawRow) -> Iterator[ListFault]:
    for column, value in row.cells.items():
        if value.strip().lower() in PLACEHOLDERS and column not in ("name", "item_code"):
            yield _fault(
                row, column, "null-in-cell", f"写的是“{value.strip()}”，不是内容", "留空或补填"
            )


def _name_present(row: RawRow) -> Iterator[ListFault]:
    name = row.cells.get("name", "").strip()
    if not name or name.lower() in PLACEHOLDERS:
        yield _fault(row, "name", "name-missing", "没有事项名称", "补填事项名称", severity=ERROR)
    elif len(name) > LONGEST_NAME:
        reason = f"事项名称超过{LONGEST_NAME}个字"
        yield _fault(row, "name", "name-too-long", reason, "缩短事项名称", severity=ERROR)


def _name_characters(row: RawRow) -> Iterator[ListFault]:
    name = row.cells.get("name", "")
    kinds = {unicodedata.category(character) for character in name}
    if kinds & {"Co", "Cn", "Cs"} or "\ufffd" in name:
        yield _fault(
            row, "name", "name-unreadable-character", "名称里有无法识别的字符", "对照原件补上这个字"
        )
    if name != name.strip() or kinds & {"Zs", "Zl", "Zp", "Cc", "Cf"}:
        yield _fault(
            row, "name", "name-whitespace", "名称里有空格、换行或看不见的字符", "去掉多余的空白"
        )


def _name_brackets(row: RawRow) -> Iterator[ListFault]:
    name = row.cells.get("name", "")
    balanced = _is_balanced(name)
    if not balanced:
        yield _fault(row, "name", "paren-unbalanced", "括号不成对", "对照原件补齐或去掉括号")
    if DOUBLED_OPENING.search(name) or (not balanced and DOUBLED_CLOSING.search(name)):
        yield _fault(row, "name", "paren-doubled", "括号重复", "对照原件去掉重复的括号")
    if "(" in name or ")" in name:
        yield _fault(
            row, "name", "paren-halfwidth", "用了半角括号", "改为全角括号；比对名称时不分全角半角"
        )


def _is_balanced(name: str) -> bool:
    waiting: list[str] = []
    for character in name:
        if character in BRACKETS:
            waiting.append(BRACKETS[character])
        elif character in CLOSING and (not waiting or waiting.pop() != CLOSING[character]):
            return False
    return not waiting


def _code_shape(row: RawRow) -> Iterator[ListFault]:
    code = row.cells.get("item_code", "").strip()
    if not code or code.lower() in PLACEHOLDERS:
        yield _fault(
            row, "item_code", "code-missing", "没有事项编码", "补填事项编码", severity=ERROR
        )
        return
    if any(part.strip().lower() in PLACEHOLDERS for part in code.split("-")):
        reason = "编码里写进了“null”，原系统漏填了一段"
        yield _fault(row, "item_code", "null-in-code", reason, "向编码发布单位核对，补上漏填的一段")
    elif not _is_whole(code):
        yield _broken_shape(row, code)
    if any(character.isspace() for character in row.cells["item_code"]):
        yield _fault(row, "item_code", "code-whitespace", "编码里有空格或换行", "去掉空白")


def _broken_shape(row: RawRow, code: str) -> ListFault:
    mend = "对照原件补全编码；不能补全的按原样保留"
    if CUT_OFF.fullmatch(code) and split_local_code(code) is None:
        reason = "编码到区划以后就断了，缺实施主体或末尾的序号"
        return _fault(row, "item_code", "code-truncated", reason, mend)
    reason = "编码不是“基本编码-12位区划-3位扩展-实施主体-1位-2位”的样子，可能被截断"
    return _fault(row, "item_code", "code-shape", reason, mend)


def _is_whole(code: str) -> bool:
    try:
        parse_local_item_code(code)
    except CodeInvalid:
        return False
    return True


def _code_against_columns(row: RawRow) -> Iterator[ListFault]:
    parts = split_local_code(row.cells.get("item_code", "").strip())
    if parts is None:
        return
    area, dept = row.cells.get("area_code", ""), row.cells.get("dept_code", "")
    if area and parts.area != area.ljust(12, "0"):
        above = " (上级区划的事项)" if _is_above(parts.area, area) else ""
        reason = f"编码里的区划是 {parts.area}{above}，区划列是 {area}"
        mend = "确认是本地事项还是上级事项；归属以区划列为准，编码不改"
        yield _fault(row, "item_code", "area-in-code-differs-from-areaCode", reason, mend)
    if dept and parts.organ != dept:
        reason = f"编码里的实施主体是 {parts.organ}，部门列是 {dept}"
        mend = "确认由哪个部门实施；部门按名称认定，不按代码"
        yield _fault(row, "item_code", "dept-in-code-differs-from-deptCode", reason, mend)
    yield from _organ(row, "item_code", "organ", parts.organ)


def _is_above(upper: str, lower: str) -> bool:
    """Whether the first area contains the second: codes end in pairs of zeros below their level."""
    stem = TRAILING_PAIRS.sub("", upper)
    return lower.startswith(stem) and stem != TRAILING_PAIRS.sub("", lower)


def _department(row: RawRow) -> Iterator[ListFault]:
    dept = row.cells.get("dept_code", "")
    if dept and dept.strip().lower() not in PLACEHOLDERS:
        yield from _organ(row, "dept_code", "dept", dept)


def _organ(row: RawRow, column: str, prefix: str, organ: str) -> Iterator[ListFault]:
    """A warning if the organ is no credit code: one real list has 13 in 100 of those."""
    try:
        parse_credit_code(organ)
    except CodeInvalid as refusal:
        why = _why_no_credit_code(organ) or refusal.reason.lower().replace("_", "-")
        reason = f"“{organ[:40]}”不是统一社会信用代码：{ORGAN_REASONS.get(why, str(refusal))}"
        yield _fault(
            row, column, f"{prefix}-{why}", reason, "向该部门核对信用代码；导入时按原样保留"
        )


def _why_no_credit_code(organ: str) -> str:
    """What an organ of another shape looks like; nothing is completed from it."""
    if OLD_ORGANISATION_CODE.fullmatch(organ):
        return "organisation-code"
    if "-" in organ:
        return "hyphen"
    return "one-short" if len(organ) == 17 else ""


def _area(row: RawRow) -> Iterator[ListFault]:
    area = row.cells.get("area_code", "").strip()
    if area and area.lower() not in PLACEHOLDERS and not AREA.fullmatch(area):
        yield _fault(
            row, "area_code", "area-malformed", "区划代码应为6位或12位数字", "填写正确的区划代码"
        )


def _unknown_area(row: RawRow, divisions: Collection[str]) -> Iterator[ListFault]:
    area = row.cells.get("area_code", "").strip()
    if divisions and AREA.fullmatch(area) and area[:6] not in divisions:
        yield _fault(row, "area_code", "area-unknown", "没有这个行政区划", "核对区划代码")


def _task_type(row: RawRow) -> Iterator[ListFault]:
    written = row.cells.get("task_type", "").strip()
    number = written.lstrip("0") or written
    name = row.cells.get("task_type_name", "").strip()
    if number and number not in TASK_TYPES and number not in LOCAL_TYPES:
        yield _fault(row, "task_type", "type-unknown", "没有这种事项类型", "按事项类型代码表填写")
    if name and number in TASK_TYPES and TASK_TYPES[number] != name:
        reason = f"类型代码 {number} 是{TASK_TYPES[number]}，名称写的是{name}"
        yield _fault(row, "task_type_name", "type-name-differs-from-type", reason, "核对事项类型")


def _type_of_prefix(row: RawRow) -> Iterator[ListFault]:
    """A type that contradicts what the code's letter stands for; which of them is right is not guessed."""
    code, written = (row.cells.get(name, "").strip() for name in ("item_code", "task_type"))
    found = LETTER.match(code)
    meant = PUBLIC_SERVICE if code.startswith(PUBLIC_PREFIX) else ""
    meant = LETTER_TYPES.get(found[1], meant) if found else meant
    number = written.lstrip("0")
    if meant and number in TASK_TYPES and number != meant:
        reason = f"编码前缀“{code[:4]}”一般是{TASK_TYPES[meant]}，类型列写的是{TASK_TYPES[number]}"
        mend = "核对事项类型；核对以前以类型列为准，编码不改"
        yield _fault(row, "task_type", "type-differs-from-prefix", reason, mend)


CHECKS: tuple[Check, ...] = (
    _kinds,
    _placeholders,
    _name_present,
    _name_characters,
    _name_brackets,
    _code_shape,
    _code_against_columns,
    _department,
    _area,
    _task_type,
    _type_of_prefix,
)


def shared_code_fault(code: str, row: int, sharing: Sequence[int], *, different: bool) -> ListFault:
    """The quirk of a row whose code other rows have too: both items stay, none is the other's version.

    ``sharing`` are the first rows that have the code; ``different`` says whether they name more than one item.
    """
    if different:
        fault, reason = "same-code-different-name", "同一编码用于不同的事项：第 {} 行"
        mend = "向编码发布单位核对；在核对清楚以前按两个事项保留"
    else:
        fault, reason = "duplicate-row", "与第 {} 行是同一事项"
        mend = "只保留一行"
    return ListFault(row, "item_code", code, fault, reason.format(_others(row, sharing)), mend)


def _others(row: int, sharing: Sequence[int]) -> str:
    others = [str(number) for number in sharing if number != row]
    return "、".join(others[:OTHERS_NAMED]) + ("等" if len(others) > OTHERS_NAMED else "")
