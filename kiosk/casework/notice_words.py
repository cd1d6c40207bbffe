"""What notices are called and which law they name: words follow the item, not the clerk.

行政许可 alone speaks of permits, a register of registration, everything else of 办理. The articles are those of the
行政许可法 (2019) and the 市场主体登记管理条例 (2021); the latter's are recalled, not verified.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.casework.offerings import Terms

PERMIT_TYPE = "行政许可"


class Kind(StrEnum):
    """A notice handed to the applicant; the value is the name of its template."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    CORRECTION = "correction"
    CORRECTION_RECEIPT = "correction-receipt"
    NON_ACCEPTANCE = "non-acceptance"
    SPECIAL_PROCEDURE = "special-procedure"
    EXTENSION = "extension"
    HEARING = "hearing"
    GRANT = "grant"
    REFUSAL = "refusal"
    CONCLUSION = "conclusion"
    SERVICE_RETURN = "service-return"
    PAYMENT = "payment"


class Regime(StrEnum):
    """Which words an item's papers use."""

    PERMIT = "permit"
    REGISTRATION = "registration"
    OTHER = "other"


def regime_of(terms: Terms) -> Regime:
    """The words of an item: those of a register, of a permit, or of any other service."""
    return words_of(terms.regime, terms.item_type)


def words_of(regime: str, item_type: str) -> Regime:
    """The words of an item by its clock regime and its type."""
    if regime == Regime.REGISTRATION:
        return Regime.REGISTRATION
    return Regime.PERMIT if item_type == PERMIT_TYPE else Regime.OTHER


TITLES: dict[Kind, str] = {
    Kind.RECEIPT: "收件凭证",
    Kind.ACCEPTANCE: "受理通知书",
    Kind.CORRECTION: "补正告知书",
    Kind.CORRECTION_RECEIPT: "补正材料接收单",
    Kind.NON_ACCEPTANCE: "不予受理通知书",
    Kind.SPECIAL_PROCEDURE: "特别程序(期限)告知书",
    Kind.EXTENSION: "延期告知书",
    Kind.HEARING: "听证告知书",
    Kind.CONCLUSION: "办理终结确认书",
    Kind.SERVICE_RETURN: "送达回证",
    Kind.PAYMENT: "缴款通知书",
}
TITLES_BY_REGIME: dict[tuple[Kind, Regime], str] = {
    (Kind.GRANT, Regime.PERMIT): "准予行政许可决定书",
    (Kind.GRANT, Regime.REGISTRATION): "登记通知书",
    (Kind.GRANT, Regime.OTHER): "办结通知书",
    (Kind.REFUSAL, Regime.PERMIT): "不予行政许可决定书",
    (Kind.REFUSAL, Regime.REGISTRATION): "不予登记通知书",
    (Kind.REFUSAL, Regime.OTHER): "不予办理告知书",
}
VERBS: dict[tuple[Kind, Regime], str] = {
    (Kind.GRANT, Regime.PERMIT): "符合法定条件、标准，决定准予行政许可",
    (Kind.GRANT, Regime.REGISTRATION): "申请材料齐全，符合法定形式，准予登记",
    (Kind.GRANT, Regime.OTHER): "符合规定，已办理完成",
    (Kind.REFUSAL, Regime.PERMIT): "不予行政许可",
    (Kind.REFUSAL, Regime.REGISTRATION): "不予登记",
    (Kind.REFUSAL, Regime.OTHER): "不予办理",
}
LICENSING = "《中华人民共和国行政许可法》"
REGISTERING = "《中华人民共和国市场主体登记管理条例》"
GENERAL = "有关规定和本事项的办事指南"
BASES: dict[tuple[Kind, Regime], str] = {
    (Kind.ACCEPTANCE, Regime.PERMIT): f"{LICENSING}第三十二条第一款第五项",
    (Kind.CORRECTION, Regime.PERMIT): f"{LICENSING}第三十二条第一款第四项",
    (Kind.NON_ACCEPTANCE, Regime.PERMIT): f"{LICENSING}第三十二条第一款",
    (Kind.SPECIAL_PROCEDURE, Regime.PERMIT): f"{LICENSING}第四十五条",
    (Kind.EXTENSION, Regime.PERMIT): f"{LICENSING}第四十二条第一款",
    (Kind.HEARING, Regime.PERMIT): f"{LICENSING}第四十七条",
    (Kind.GRANT, Regime.PERMIT): f"{LICENSING}第三十八条第一款",
    (Kind.REFUSAL, Regime.PERMIT): f"{LICENSING}第三十八条第二款",
    (Kind.ACCEPTANCE, Regime.REGISTRATION): f"{REGISTERING}第十九条",
    (Kind.CORRECTION, Regime.REGISTRATION): f"{REGISTERING}第十九条",
    (Kind.NON_ACCEPTANCE, Regime.REGISTRATION): f"{LICENSING}第三十二条第一款",
    (Kind.SPECIAL_PROCEDURE, Regime.REGISTRATION): f"{LICENSING}第四十五条",
    (Kind.EXTENSION, Regime.REGISTRATION): f"{REGISTERING}第十九条",
    (Kind.HEARING, Regime.REGISTRATION): f"{LICENSING}第四十七条",
    (Kind.GRANT, Regime.REGISTRATION): f"{REGISTERING}第十九条",
    (Kind.REFUSAL, Regime.REGISTRATION): f"{REGISTERING}第二十条",
}
EXCLUDED = (
    "听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审所需时间不计算在期限内，需要时另行书面告知。"
)
WITH_REMEDY = frozenset({Kind.NON_ACCEPTANCE, Kind.REFUSAL})
#: The receiving place hands these out; every other notice is the deciding authority's.
BY_RECEIVING_PLACE = frozenset({Kind.RECEIPT, Kind.CORRECTION_RECEIPT})


def title_of(kind: Kind, terms: Terms) -> str:
    """What the notice is called for this item."""
    return TITLES.get(kind) or TITLES_BY_REGIME[kind, regime_of(terms)]


def basis_of(kind: Kind, terms: Terms) -> str:
    """The legal basis that the notice names unless the act names another."""
    return BASES.get((kind, regime_of(terms)), GENERAL)
