"""Checks the answers of a form: one marshmallow schema per form, every fault told in Chinese and all at once.

Loaded answers are plain JSON values (text, numbers, lists), so that loading them again changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validates_schema

from services_catalog.codes import (
    CodeInvalid,
    check_name,
    parse_citizen_id,
    parse_credit_code,
)
from services_catalog.form_fields import Field, Form
from services_catalog.form_rules import RULES

LONGEST = {"text": 2000, "address": 200, "attachment": 200}
LONGEST_NAME = (
    100  # Characters; the width of names in the national tables (GB/T 39046 allows no more).
)
LONGEST_CELL = 300
MOST_ROWS = 200
MOST_CELLS = 20
LARGEST = Decimal(10) ** 12
MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
DIVISION = re.compile(r"[1-8][0-9]{5}")
DAY = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
MONTH = re.compile(r"((?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2]))(?:-[0-9]{2})?")
DOTS = str.maketrans(dict.fromkeys("•‧∙・･", "·"))  # The name separator has one code point: U+00B7.
ILLEGIBLE = frozenset(["Co", "Cc", "Cf", "Cs"])
SPACES = re.compile(r"\s+")


class Answer(fields.Field[Any]):
    """One field of a form as marshmallow sees it."""

    def __init__(self, asked: Field, check: Callable[[Field, Any], Any]) -> None:
        verb = "选择" if asked.type in ("choice", "choices", "division") else "填写"
        missing = f"请{verb}{asked.label}"
        super().__init__(
            required=asked.required, error_messages={"required": missing, "null": missing}
        )
        self.asked, self.check = asked, check

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        try:
            return self.check(self.asked, value)
        except CodeInvalid as refusal:
            raise ValidationError(str(refusal)) from refusal


class AnswersSchema(Schema):
    """The answers to one form. Blank answers count as not given; what the form does not ask is refused."""

    form: Form
    error_messages = {"unknown": "表单中没有这一项", "type": "填写内容的格式不对"}

    class Meta:
        unknown = RAISE

    @pre_load
    def _drop_blanks(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {
            key: value
            for key, value in data.items()
            if key not in self.fields or not _is_blank(value)
        }

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _keep_rules(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        if not isinstance(original, Mapping):
            return
        given = {key for key, value in original.items() if not _is_blank(value)}
        labels = {field.key: field.label for field in self.form.fields}
        faults: dict[str, list[str]] = {}
        for rule in self.form.rules:
            if words := RULES[rule.kind](rule, data, given, labels):
                faults.setdefault(rule.key, []).append(words)
        if faults:
            raise ValidationError(faults)


@lru_cache(maxsize=1024)
def schema_for(form: Form) -> Schema:
    """The schema of a form; one instance per form, safe to share between threads."""
    months = {rule.key for rule in form.rules if rule.kind == "month"}
    answers: dict[str, Any] = {
        field.key: Answer(field, _month if field.key in months else CHECKS[field.type])
        for field in form.fields
    }
    return type("FormAnswers", (AnswersSchema,), {"form": form, **answers})()


def _is_blank(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _line(value: Any) -> str:
    """The value as one line of text: line breaks become spaces, the name separator its one code point."""
    if not isinstance(value, str):
        raise ValidationError("应填写文字")
    return SPACES.sub(" ", value).strip().translate(DOTS)


def _compact(value: Any) -> str:
    """Digits and letters as a keyboard for Chinese may give them: full width, spaced, hyphenated."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", _line(value)))


def _legible(text: str, most: int) -> str:
    """The text, if it is not too long and paper can show each character; private-use ones are old GBK placements."""
    if len(text) > most:
        raise ValidationError(f"不能超过 {most} 个字，现有 {len(text)} 个字")
    for character in text:
        if unicodedata.category(character) in ILLEGIBLE:
            raise ValidationError(
                f"含有不能使用的字符 U+{ord(character):04X}，请改用其他写法或到窗口办理"
            )
    return text


def _text(asked: Field, value: Any) -> str:
    text = _line(value)
    if asked.label.endswith("姓名"):
        return check_name(text)
    is_name = asked.key.endswith("_name")
    return _legible(text, LONGEST_NAME if is_name else LONGEST[asked.type])


def _choice(asked: Field, value: Any) -> str:
    if value not in asked.choices:
        raise ValidationError(f"请从这些选项中选择：{'、'.join(asked.choices)}")
    return str(value)


def _choices(asked: Field, value: Any) -> list[str]:
    chosen = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(_choice(asked, one) for one in chosen))


def _citizen_id(_: Field, value: Any) -> str:
    number = _compact(value).upper()
    parse_citizen_id(number)
    return number


def _credit_code(_: Field, value: Any) -> str:
    code = _compact(value).upper()
    parse_credit_code(code)
    return code


def _division(_: Field, value: Any) -> str:
    code = _compact(value)
    if not DIVISION.fullmatch(code):
        raise ValidationError("请选择行政区划（6 位代码）")
    return code


def _phone(_: Field, value: Any) -> str:
    found = MOBILE.fullmatch(_compact(value))
    if found is None:
        raise ValidationError("请填写 11 位手机号码")
    return found[1]


def _date(_: Field, value: Any) -> str:
    text = _line(value.isoformat() if isinstance(value, date) else value)
    try:
        return date.fromisoformat(DAY.fullmatch(text)[0]).isoformat()  # type: ignore[index]
    except (TypeError, ValueError):
        raise ValidationError("请填写日期，例如 2026-03-01") from None


def _month(_: Field, value: Any) -> str:
    found = MONTH.fullmatch(_line(value.isoformat() if isinstance(value, date) else value))
    if found is None:
        raise ValidationError("请填写年月，例如 2026-03")
    return found[1]


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValidationError("应填写数字")
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValidationError("应填写数字") from None
    if not number.is_finite() or not 0 <= number < LARGEST:
        raise ValidationError("数字应不小于 0，且不能过大")
    return number


def _number(_: Field, value: Any) -> int | float:
    number = _decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _amount(_: Field, value: Any) -> str:
    """Yuan and fen as text: money is never a binary fraction."""
    amount = _decimal(value)
    if amount != round(amount, 2):
        raise ValidationError("金额最多两位小数")
    return f"{amount:.2f}"


def _table(_: Field, value: Any) -> list[Any]:
    rows = value.splitlines() if isinstance(value, str) else value
    if not isinstance(rows, list):
        raise ValidationError("请逐行填写")
    rows = [row for row in rows if not _is_blank(row)]
    if len(rows) > MOST_ROWS:
        raise ValidationError(f"最多 {MOST_ROWS} 行，现有 {len(rows)} 行")
    faults: list[str] = []
    kept = [_row(number, row, faults) for number, row in enumerate(rows, start=1)]
    if faults:
        raise ValidationError(faults)
    return kept


def _row(number: int, row: Any, faults: list[str]) -> Any:
    """A row is text, or named cells of text; its fault tells the row's number."""
    try:
        if not isinstance(row, Mapping):
            return _cell(row)
        if len(row) > MOST_CELLS:
            raise ValidationError(f"最多 {MOST_CELLS} 栏")
        return {_cell(name): _cell(cell) for name, cell in row.items() if not _is_blank(cell)}
    except ValidationError as refusal:
        faults.append(f"第 {number} 行：{refusal.messages[0]}")
    return None


def _cell(value: Any) -> str:
    plain = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return _legible(_line(plain), LONGEST_CELL)


CHECKS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "address": _text,
    "attachment": _text,
    "choice": _choice,
    "choices": _choices,
    "id_number": _citizen_id,
    "uscc": _credit_code,
    "division": _division,
    "phone": _phone,
    "date": _date,
    "number": _number,
    "amount": _amount,
    "table": _table,
}
