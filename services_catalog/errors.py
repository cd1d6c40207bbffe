"""The refusals of the catalogue: one class per fact, each with a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class CatalogError(Exception):
    """Root of every refusal of this package. ``code`` is stable and kebab-case."""

    code = "catalog-error"


class UnknownItem(CatalogError):
    """The catalogue has no item of that number."""

    code = "unknown-item"

    def __init__(self, seq: int) -> None:
        super().__init__(f"目录中没有第 {seq} 项")
        self.seq = seq


class ItemCancelled(CatalogError):
    """The item was abolished; it stays in the list and can no longer be applied for."""

    code = "item-cancelled"

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(f"该事项已取消：{reason}")
        self.seq, self.reason = seq, reason


class UnknownDistrict(CatalogError):
    """There is no division of that code."""

    code = "unknown-district"

    def __init__(self, district_code: str) -> None:
        super().__init__(f"没有代码为 {district_code} 的行政区划")
        self.district_code = district_code


class UnknownAuthority(CatalogError):
    """There is no authority of that code."""

    code = "unknown-authority"


class NoRoute(CatalogError):
    """No authority can be named. ``why`` is a stable word; the text says what to do.

    ``no-fact``, ``unknown-district``, ``functional-area``, ``level-too-high``, ``no-authority``,
    ``unknown-registrar`` or ``registrar-of-other-kind``.
    """

    code = "no-route"

    def __init__(self, why: str, words: str) -> None:
        super().__init__(words)
        self.why = why


class UnknownVersion(CatalogError):
    """The item has no such version, or none in force on that date."""

    code = "unknown-version"


class VersionImmutable(CatalogError):
    """What was published stays as it is; a change is a new version."""

    code = "version-immutable"

    def __init__(self, seq: int, version: int) -> None:
        super().__init__(f"第 {seq} 项第 {version} 版已经发布，不能修改；请起草新的版本")
        self.seq, self.version = seq, version


class VersionStepRefused(CatalogError):
    """The step does not fit the state the version is in."""

    code = "version-step-refused"


class ReviewerIsAuthor(CatalogError):
    """Who wrote a version or a change of rules can not review it."""

    code = "reviewer-is-author"

    def __init__(self) -> None:
        super().__init__("起草人不能审核自己起草的版本或规则，请由另一位事项管理员审核")


class AliasInvalid(CatalogError):
    """Words that search can not use, or knows for the item already."""

    code = "alias-invalid"


class UnknownAlias(CatalogError):
    """The item has no words of that number."""

    code = "unknown-alias"


class EffectiveInPast(CatalogError):
    """A version can come into force or end today or later; what was in force stays history."""

    code = "effective-in-past"


class VersionUnchanged(CatalogError):
    """The version says nothing that the one before did not say."""

    code = "version-unchanged"

    def __init__(self) -> None:
        super().__init__("与前一版本没有不同，无须发布")


class ContentInvalid(CatalogError):
    """What an editor wrote has faults; ``fields`` lists every one of them."""

    code = "content-invalid"

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("有内容需要改正")
        self.fields = fields


class OfferingInvalid(CatalogError):
    """The terms of an offering have faults; ``fields`` lists every one of them."""

    code = "offering-invalid"

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("；".join(reason for reasons in fields.values() for reason in reasons))
        self.fields = fields


class OfferingSuspended(CatalogError):
    """The authority receives nothing for this item for some time. ``last`` is the last day of that, if known."""

    code = "offering-suspended"

    def __init__(self, reason: str, last: date | None, alternative: str) -> None:
        until = f"，{last.year}年{last.month}月{last.day}日后恢复" if last else "，恢复时间另行通知"
        super().__init__(f"该事项暂停办理：{reason}{until}。{alternative}")
        self.reason, self.last, self.alternative = reason, last, alternative


class OfferingEnded(CatalogError):
    """The authority does not offer this item any more."""

    code = "offering-ended"

    def __init__(self, reason: str, alternative: str) -> None:
        super().__init__(f"该机关已停止办理该事项：{reason}。{alternative}")
        self.reason, self.alternative = reason, alternative


class UnknownLocalList(CatalogError):
    """The division brought no list, or none that is finished."""

    code = "unknown-local-list"

    def __init__(self, division_code: str) -> None:
        super().__init__(f"行政区划 {division_code} 还没有导入事项清单")
        self.division_code = division_code


class UnknownLocalItem(CatalogError):
    """The division's list has no such row."""

    code = "unknown-local-item"

    def __init__(self, division_code: str, row: int) -> None:
        super().__init__(f"行政区划 {division_code} 的清单没有第 {row} 行")
        self.division_code, self.row = division_code, row


class ListHasFaults(CatalogError):
    """Some rows can not be taken; the good ones go ahead only if the editor says so."""

    code = "list-has-faults"

    def __init__(self, rejected: int, rows: int) -> None:
        super().__init__(f"{rows} 行中有 {rejected} 行不能导入；确认只导入其余各行后再试")
        self.rejected, self.rows = rejected, rows


@dataclass(frozen=True)
class Fault:
    """One bad cell of a file; ``line`` counts from 1 with the header."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行“{self.column}”：{self.reason}（现为“{self.value}”）"


class CatalogFileInvalid(CatalogError):
    """The files have faults; ``faults`` lists every one, and nothing was changed."""

    code = "catalog-file-invalid"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"目录文件有 {len(faults)} 处错误，没有写入任何内容")
        self.faults = faults
