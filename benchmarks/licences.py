"""The branch licence of the benchmarks: many different ones, and our way from data to a signed file."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from printing.documents import Document, PreparedPdf
from printing.pki import KeyStore
from printing.qr import LicencePayload, encode
from printing.render import render
from printing.samples import SAMPLE_MOMENT, SAMPLE_OWNER, sample_document
from printing.signing import SignedPdf, SoftwareSigner, sign_pdf

PASSWORD = "benchmark"
CODE = "11510107MB12345629"
SAMPLE = sample_document("business-licence-branch")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
TRADES = ("智能科技", "生态农业", "文化传媒", "餐饮管理", "建筑工程", "物流服务", "医疗器械")


@dataclass(frozen=True)
class Workshop:
    """What a process holds that makes licences: the authority's key."""

    signer: SoftwareSigner

    @classmethod
    def at(cls, folder: Path) -> Workshop:
        """The workshop with the keys in that folder; they are made if there are none."""
        return cls(KeyStore(folder, PASSWORD).signer_for(CODE, SAMPLE_OWNER, SAMPLE_MOMENT))

    def document(self, number: int) -> Document:
        """The licence of that number: other holder, person, place and code than the one before."""
        trade, surname = TRADES[number % len(TRADES)], SURNAMES[number % len(SURNAMES)]
        name = f"重庆{surname}氏{trade}有限公司成都第{number}分公司"
        identifier = f"1.2.156.3005.2.11100000000013338W001.{CODE}.510107202611{number:08d}.001.7"
        values = {
            **SAMPLE.values,
            "name": name,
            "responsible_person": f"{surname}娜孜𬱖䶮",
            "premises": f"四川省成都市武侯区示例大道{number}号示例大厦3栋2单元1201号",
        }
        payload = LicencePayload(
            identifier, name, "营业执照", SAMPLE_OWNER, date(2026, 11, 21), None, "1-1"
        )
        return replace(
            SAMPLE,
            number=f"WH-2026-{number:06d}",
            values=values,
            licence_identifier=identifier,
            qr_text=encode(payload, self.signer),
        )

    def licence(self, number: int) -> SignedPdf:
        """From data to the signed file, with its signed code."""
        return self.sign(render(self.document(number)))

    def sign(self, prepared: PreparedPdf) -> SignedPdf:
        """The signature alone."""
        return sign_pdf(prepared, self.signer)


if __name__ == "__main__":
    Workshop.at(Path(sys.argv[1])).licence(1)
