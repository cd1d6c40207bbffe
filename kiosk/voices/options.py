"""The options of 好差评 by level (evaluator's code: level × 100 + n), as evaluators and halls use them.

The base set is shown to everybody, the extended set may be; retired codes come in from others and are never offered.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.voices.errors import OptionUnfit

BASE: dict[int, str] = {
    510: "一窗受理一次办结",
    511: "可以先受理后补材料",
    512: "不用提交证明",
    406: "填写一张表单就可以完成申报",
    407: "在线提交材料窗口核验",
    408: "一张清单告知全部申报材料",
    307: "一次性告知需要补正的材料",
    308: "提供申报材料样本",
    309: "在承诺的时间内办结",
    207: "没有提供材料样本",
    208: "没有提供材料清单",
    209: "未在承诺时间内办结",
    108: "在办事指南之外增加新的审批条件",
    109: "需提供办事指南之外的申报材料",
    110: "无理由超过法定办理时间",
}
EXTENDED: dict[int, str] = {
    513: "可以全程网上办理",
    514: "可以使用手机办理",
    515: "可以就近办理",
    516: "无需材料直接办理",
    517: "服务热情效率高",
    409: "用告知承诺减免申报材料",
    410: "可以在线预约办理",
    411: "跑大厅一次办完",
    412: "可以使用自助机办理",
    413: "服务态度较好",
    310: "办事指南提供的信息准确",
    311: "按办事指南的材料即可办理",
    312: "可以快递送达",
    313: "跑动次数与办事指南一致",
    314: "服务态度一般",
    210: "重复提交证明材料",
    211: "承诺网办但无法在线办理",
    212: "预约后到现场仍需取号",
    213: "工作人员业务不熟练",
    214: "服务态度生硬",
    111: "提供的样本有错误",
    112: "承诺在线收件但无法提交",
    113: "在多个部门间来回跑",
    114: "跑动次数与办事指南不一致",
    115: "服务态度差效率低",
}
RETIRED = frozenset(
    [*range(101, 108), *range(201, 207), *range(301, 307), *range(401, 406), *range(501, 510)]
)
WORDS = BASE | EXTENDED


def offered(level: int) -> list[dict[str, object]]:
    """The options of a level, the base set first."""
    return [
        {"code": code, "words": words, "base": code in BASE}
        for code, words in WORDS.items()
        if code // 100 == level
    ]


def require_fit(level: int, codes: Iterable[int]) -> None:
    """Let pass options that belong to the level and are offered today. Raises OptionUnfit."""
    for code in codes:
        if code in RETIRED:
            raise OptionUnfit(f"选项 {code} 已停用")
        if code not in WORDS or code // 100 != level:
            raise OptionUnfit(f"选项 {code} 不属于所选的评价等级")
