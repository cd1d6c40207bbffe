"""A licence's metadata under the national names (GB/T 36903-2018), for partners and for archives.

The names are those that two systems in use carry (STANDARDS 5.2 of the design papers); which of them the standard
makes obligatory could not be read, so all but the days of validity count as such. The three names of the seal are
unverified, as is the table of status codes, which is that of the housing ministry's licences.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any
from xml.etree import ElementTree

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.errors import KioskError
from kiosk.identity.models import Person
from kiosk.licences.models import Licence, SealedDocument
from kiosk.licences.queries import find_paper
from services_catalog.codes import parse_licence_identifier

HOLDER_TYPES = {"001": "统一社会信用代码", "111": "公民身份号码"}
STATUS_CODES = {
    "valid": "01", "suspended": "02", "revoked": "03", "cancelled": "04", "expired": "05", "superseded": "05",
}  # fmt: skip
MAY_BE_EMPTY = {"ZZYXQQSRQ", "ZZYXQJZRQ", "QZSJ"}
OFD = "http://www.ofdspec.org/2016"


class MetadataIncomplete(KioskError):
    """The registry does not know what the national metadata must say; ``fields`` names it."""

    code = "metadata-incomplete"


@dataclass(frozen=True)
class Metadata:
    """The elements under their national names; days as YYYY-MM-DD, empty where there is none."""

    ZZMC: str
    ZZLXDM: str
    ZZBH: str
    ZZBS: str
    ZZBFJG: str
    ZZBFJGDM: str
    ZZBFRQ: str
    CZZT: str
    CZZTDM: str
    CZZTDMLX: str
    CZZTDMLXDM: str
    ZZYXQQSRQ: str
    ZZYXQJZRQ: str
    QZR: str
    QZSJ: str
    QZMC: str
    ZZZT: str


def metadata_of(session: Session, licence: Licence) -> Metadata:
    """The elements of one licence, with the holder's number in clear. Raises MetadataIncomplete."""
    parts = parse_licence_identifier(licence.identifier)
    paper = find_paper(session, licence)
    if paper is None:
        raise MetadataIncomplete("这份证照没有文书，没有可以导出的元数据")
    last_day = licence.expires_on.isoformat() if licence.expires_on else ""
    found = Metadata(
        ZZMC=licence.name,
        ZZLXDM=parts.type_code,
        ZZBH=parts.serial,
        ZZBS=licence.identifier,
        ZZBFJG=licence.authority_name,
        ZZBFJGDM=licence.authority_code,
        ZZBFRQ=licence.issued_on.isoformat(),
        CZZT=licence.holder_name,
        CZZTDM=_holder_number(session, licence, paper),
        CZZTDMLX=HOLDER_TYPES.get(licence.holder_type, "其他"),
        CZZTDMLXDM=licence.holder_type,
        ZZYXQQSRQ=licence.issued_on.isoformat() if last_day else "",
        ZZYXQJZRQ=last_day,
        QZR=licence.authority_name,
        QZSJ=paper.sealed_at.isoformat() if paper.sealed_at else "",
        QZMC=paper.content["seal"]["organ_name"],
        ZZZT=STATUS_CODES[licence.status],
    )
    _require_complete(found)
    return found


def as_json(metadata: Metadata) -> dict[str, str]:
    """Name to value."""
    return asdict(metadata)


def as_xml(metadata: Metadata) -> bytes:
    """The elements as an OFD file carries them: CustomDatas of CustomData, each with its name."""
    root = ElementTree.Element("CustomDatas", {"xmlns": OFD})
    for name, value in asdict(metadata).items():
        if value:
            ElementTree.SubElement(root, "CustomData", {"Name": name}).text = value
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _holder_number(session: Session, licence: Licence, paper: SealedDocument) -> str:
    """The number behind the digest: of a person who identified here, or a new organisation's code on the paper."""
    person = session.scalar(
        select(Person).where(
            Person.document_type == licence.holder_type,
            Person.document_digest == licence.holder_digest,
        )
    )
    if person is not None:
        return person.document_number
    values: dict[str, Any] = paper.content["values"]
    return str(values.get("credit_code", ""))


def _require_complete(metadata: Metadata) -> None:
    values = asdict(metadata)
    empty = [
        each.name
        for each in fields(metadata)
        if not values[each.name] and each.name not in MAY_BE_EMPTY
    ]
    if empty:
        raise MetadataIncomplete(
            "元数据不完整：" + "、".join(empty), fields={name: ["登记簿中没有"] for name in empty}
        )
