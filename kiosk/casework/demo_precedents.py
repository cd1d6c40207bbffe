"""Three hundred invented first answers, marked 示例, so that a demonstration can say what was corrected before.

The file is checked in; ``python -m kiosk.casework.demo_precedents`` writes it anew, the same every time.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import services_catalog
from kiosk.casework.precedent_models import Precedent, PrecedentReason
from kiosk.casework.precedents import FORM, MATERIAL, OTHER
from kiosk.clock import office_date
from services_catalog.models import Authority

FILE = Path(services_catalog.__file__).parent / "data" / "demo_past_cases.csv"
COLUMNS = ("number", "item_seq", "authority", "days_ago", "kind", "subject", "words")
SEED = 311
MARK = "示例"
DAYS = 360
WUHOU, JINJIANG = "成都市武侯区行政审批局", "成都市锦江区市场监督管理局"
SHAPINGBA = "重庆市沙坪坝区市场监督管理局"
REGISTRATION = (
    (MATERIAL, "住所(经营场所)使用证明", "租赁合同没有出租方签字，或没有附产权证明", 9),
    (MATERIAL, "住所(经营场所)使用证明", "房屋用途为住宅，没有附利害关系业主同意的证明", 5),
    (MATERIAL, "公司登记(备案)申请书", "申请书没有法定代表人签字", 7),
    (MATERIAL, "股东会决议等任职文件", "任职文件写明的负责人与申请书不一致", 6),
    (MATERIAL, "股东和法定代表人身份证明", "身份证明已过有效期", 3),
    (FORM, "business_scope", "经营范围没有使用规范表述", 8),
    (FORM, "branch_name", "分公司名称没有冠以公司全称", 4),
    (FORM, "premises_address", "经营场所地址没有写到门牌号", 3),
)
CHANGE = (
    (MATERIAL, "变更决议或决定", "决议没有全体股东签字", 5),
    (MATERIAL, "修改后的章程或章程修正案", "章程修正案没有写明修改前后的内容", 4),
    (MATERIAL, "营业执照正副本", "没有交回原营业执照副本", 3),
)
OTHERWISE = (
    (OTHER, "身份证明", "身份证件复印件不清晰", 4),
    (OTHER, "申请表", "申请表没有申请人签字", 5),
    (OTHER, "申请表", "申请表填写的姓名与证件不一致", 2),
    (OTHER, "证明材料", "证明材料没有加盖出具单位印章", 3),
    (OTHER, "证明材料", "证明材料已过有效期", 2),
)
WASTE = (
    (OTHER, "转移联单", "转移的数量与合同不一致", 4),
    (OTHER, "接受单位资质", "接受单位许可证的类别不含所转移的废物", 5),
    (OTHER, "运输方案", "运输路线没有写明途经的区县", 3),
)
#: Item, authority, its cases, how many of a hundred had to be corrected, the reasons with their weight.
SITES: tuple[tuple[int, str, int, int, tuple[tuple[str, str, str, int], ...]], ...] = (
    (37, WUHOU, 84, 44, REGISTRATION),
    (37, JINJIANG, 30, 40, REGISTRATION),
    (37, SHAPINGBA, 30, 30, REGISTRATION),
    (38, WUHOU, 24, 35, CHANGE),
    (60, "成都市武侯区医疗保障局", 16, 20, OTHERWISE),
    (60, "重庆市沙坪坝区医疗保障局", 16, 20, OTHERWISE),
    (87, "四川省生态环境厅", 12, 50, WASTE),
    (87, "重庆市生态环境局", 12, 50, WASTE),
    (100, "成都市公安局武侯区分局", 16, 30, OTHERWISE),
    (100, "重庆市公安局沙坪坝区分局", 14, 30, OTHERWISE),
    (120, "成都市武侯区社会保险事务机构", 16, 20, OTHERWISE),
    (210, "重庆市沙坪坝区农业农村委员会", 14, 25, OTHERWISE),
    (300, "成都市锦江区财政局", 16, 20, OTHERWISE),
)


def generate() -> Iterator[dict[str, str]]:
    """The rows of the file: one for each reason, and one without for an application that was complete."""
    draw = random.Random(SEED)
    number = 0
    for seq, authority, cases, rate, bank in SITES:
        for _ in range(cases):
            number += 1
            told = [f"{MARK}-{number:04}", str(seq), authority, str(draw.randint(1, DAYS))]
            corrected = draw.random() * 100 < rate
            for reason in _reasons(draw, bank) if corrected else [("", "", "")]:
                yield dict(zip(COLUMNS, (*told, *reason), strict=True))


def write(stream: TextIO) -> None:
    """The rows as CSV."""
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(generate())


def enter_precedents(session: Session, *, now: datetime) -> int:
    """Enter the invented answers unless they are there; answers how many. Days count back from today."""
    if session.scalar(select(Precedent.id).where(Precedent.demo).limit(1)) is not None:
        return 0
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = {row["authority"] for row in rows}
    found = session.execute(select(Authority.name, Authority.code).where(Authority.name.in_(names)))
    codes = {row.name: row.code for row in found}
    first = {row["number"]: row for row in rows if row["authority"] in codes}
    today = office_date(now)
    entered = session.execute(
        insert(Precedent).returning(Precedent.case_number, Precedent.id),
        [
            {
                "case_number": number,
                "authority_code": codes[row["authority"]],
                "item_seq": int(row["item_seq"]),
                "received_on": today - timedelta(days=int(row["days_ago"])),
                "corrected": bool(row["words"]),
                "demo": True,
            }
            for number, row in first.items()
        ],
    )
    ids = {row.case_number: row.id for row in entered}
    session.execute(insert(PrecedentReason), [_reason(row, ids) for row in rows if row["words"]])
    return len(first)


def _reasons(
    draw: random.Random, bank: tuple[tuple[str, str, str, int], ...]
) -> list[tuple[str, str, str]]:
    """One to three different reasons, the weightier ones oftener."""
    chosen: list[tuple[str, str, str]] = []
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3))):
        kind, subject, words, _weight = draw.choices(bank, [entry[3] for entry in bank])[0]
        if (kind, subject, words) not in chosen:
            chosen.append((kind, subject, words))
    return chosen


def _reason(row: dict[str, str], ids: dict[str, int]) -> dict[str, Any]:
    told = {name: row[name] for name in ("kind", "subject", "words")}
    return told | {"precedent_id": ids[row["number"]]}


if __name__ == "__main__":
    write(sys.stdout)
