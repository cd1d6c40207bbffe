"""Why a paper is not genuine: one stable code for each reason, with words in both languages."""

from __future__ import annotations

from printing.errors import PrintingError

#: code → Chinese, English
REASONS: dict[str, tuple[str, str]] = {
    "genuine": ("签章真实，文件完整", "the seal is genuine and the file is complete"),
    "not-a-pdf": ("这不是 PDF 文件", "this is not a PDF file"),
    "not-signed": ("文件没有电子签章", "the file is not signed"),
    "several-signatures": (
        "文件含有多个签名，不是本系统签发的样式",
        "the file has more than one signature; no paper of ours does",
    ),
    "byte-range-wrong": ("签名没有覆盖整个文件", "the signature does not cover the whole file"),
    "changed-after-signing": ("签章之后又追加了内容", "something was appended after signing"),
    "changes-permitted": (
        "签章没有禁止后续修改，不是本系统签发的样式",
        "the signature does not forbid later changes; every paper of ours does",
    ),
    "container-malformed": (
        "签名数据已损坏或被改动",
        "the signature container is damaged or altered",
    ),
    "digest-mismatch": ("文件内容在签章之后被改动", "the content was changed after signing"),
    "signature-wrong": ("签名与证书不符", "the signature does not fit the certificate"),
    "certificate-mismatch": (
        "签名指定的证书与所附证书不符",
        "the signature names another certificate than the one enclosed",
    ),
    "signer-unknown": (
        "签章证书不是可信的机构签发的",
        "the certificate does not lead to a trusted root",
    ),
    "no-trust-roots": ("没有可信根证书，无法核验", "there is no trust root to judge by"),
    "certificate-not-valid-then": (
        "签章时证书不在有效期内",
        "the certificate was not valid at the time of signing",
    ),
    "issuer-mismatch": (
        "证照载明的机关与签章证书的机关不一致",
        "the paper names another authority than the certificate",
    ),
    "timestamp-wrong": ("时间戳与签名不符或不可信", "the timestamp does not fit or is not trusted"),
}


class NotGenuine(PrintingError):
    """A step of the judgement failed; ``reason`` is one of REASONS."""

    code = "not-genuine"

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason][1])
        self.reason = reason
