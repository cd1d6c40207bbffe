"""Status and plain words of every refusal, by its code. A test walks the error classes and fails if one is missing."""

from __future__ import annotations

from printing.errors import FieldMissing, GlyphMissing, LayoutError, PrintingError

ANSWERS: dict[str, tuple[int, str]] = {
    # everywhere
    "kiosk-error": (400, "这一步没有完成"),
    "catalog-error": (400, "这一步没有完成"),
    "printing-error": (409, "文书没有生成"),
    "settings-invalid": (500, "系统设置有误"),
    "data-unreadable": (500, "资料暂时无法读取"),
    "not-found": (404, "没有找到"),
    "forbidden": (403, "您不能进行这项操作"),
    "not-signed-in": (401, "请先登录"),
    "stale-version": (409, "记录已被他人修改，请刷新后再试"),
    "input-invalid": (422, "有内容需要改正"),
    "idempotency-key-reused": (409, "请求编号已用过"),
    # who somebody is
    "sign-in-refused": (401, "账号或密码不正确"),
    "account-locked": (403, "账号已锁定，请稍后再试"),
    "proof-refused": (403, "密码或验证码不正确"),
    "identity-unconfirmed": (401, "身份认证没有通过，请重新登录"),
    # catalogue
    "unknown-item": (404, "没有这个事项"),
    "item-cancelled": (409, "该事项已取消"),
    "unknown-district": (404, "没有这个行政区划"),
    "unknown-authority": (404, "没有这个机关"),
    "no-route": (422, "还不能确定办理机关"),
    "rules-invalid": (422, "管辖规则的变更有误"),
    "rules-unproven": (409, "管辖规则会留下缺口或冲突，没有发布"),
    "catalog-file-invalid": (422, "目录文件有误，没有写入任何内容"),
    "unknown-version": (404, "没有这个版本"),
    "version-immutable": (409, "已经发布的版本不能修改"),
    "version-step-refused": (409, "该版本目前不能进行这一步"),
    "version-unchanged": (409, "与前一版本没有不同"),
    "reviewer-is-author": (403, "起草人不能审核自己起草的版本"),
    "effective-in-past": (422, "生效或停用日期已过"),
    "list-unwritable": (422, "不能写成这种格式"),
    "list-has-faults": (409, "清单里有不能导入的行"),
    "unknown-local-list": (404, "该区划还没有导入事项清单"),
    "unknown-local-item": (404, "清单里没有这一行"),
    "offering-invalid": (422, "有内容需要改正"),
    "offering-suspended": (409, "该事项暂停办理"),
    "offering-ended": (409, "该机关已停止办理该事项"),
    "calendar-missing": (409, "节假日安排尚未公布，暂不能计算日期"),
    "code-invalid": (422, "号码有误"),
    "list-unreadable": (422, "这个文件不能作为事项清单读取"),
    # casework
    "transition-refused": (409, "办件目前不能进行这一步"),
    "wrong-place": (403, "该办件由其他机关办理"),
    "answer-too-late": (409, "已超过答复期限，依法视为受理"),
    "item-not-offered": (409, "该事项不能这样办理"),
    "applicant-mismatch": (403, "只能为本人申请"),
    "number-exhausted": (503, "编号暂时用完，请联系工作人员"),
    "not-printable-here": (409, "这份证照不在自助机打印"),
    "query-code-wrong": (404, "办件编号或查询码不正确"),
    "too-many-guesses": (429, "查询码输错次数过多，请稍后再试"),
    # quotas
    "quota-exceeded": (409, "超过约定的数量，须先征求对方意见"),
    "quota-unknown": (404, "名单中没有这一条"),
    "quota-invalid": (422, "名单条目有误"),
    "quota-signature-refused": (403, "只有约定双方的审批人员可以签署，每方一次"),
    # seals and licences
    "seal-refused": (409, "不能加盖印章"),
    "seal-of-other-authority": (409, "印章不属于作出决定的机关"),
    "seal-not-competent": (409, "该机关对此事项没有管辖权"),
    "seal-expired": (409, "印章或证书不在有效期内"),
    "seal-stopped": (409, "印章已停用"),
    "not-blocked": (409, "文书没有停在盖章环节"),
    "rebuild-differs": (409, "重建的文书与登记不符"),
    "not-released-to-you": (403, "您不能领取这份证照"),
    "not-ready-yet": (409, "文书正在制作，请稍候"),
    "status-change-refused": (409, "证照目前的状态不能这样变更"),
    "status-list-invalid": (422, "状态清单无效"),
    "licence-not-valid": (409, "证照目前不是有效状态"),
    "original-from-machine": (409, "证照原件请在自助机打印"),
    # drawing
    "unknown-template": (500, "没有这种文书的版式"),
    "template-invalid": (500, "文书版式有误"),
    "field-missing": (409, "文书内容不完整"),
    "layout-overflow": (409, "文字太长，版面放不下"),
    "place-missing": (409, "版式上没有位置放这项内容"),
    "glyph-missing": (409, "字库里没有这个字"),
    "seal-invalid": (409, "印章图样有误"),
    "certificate-unreadable": (500, "证书无法读取"),
    "certificate-not-issued": (500, "证书没有签发"),
    "key-file-unreadable": (500, "密钥文件无法读取"),
    "signing-failed": (500, "签章没有完成"),
    "sm2-unavailable": (500, "系统不支持国密签名"),
    "timestamp-unavailable": (503, "时间戳服务暂时不可用"),
    "qr-refused": (409, "核验码没有生成"),
    "qr-invalid": (422, "这不是有效的核验码"),
    "not-genuine": (422, "文件不是真实的签章文件"),
    "trust-roots-unreadable": (500, "信任根证书无法读取"),
    # machines and printing
    "machine-unknown": (401, "没有这台自助终端"),
    "machine-revoked": (403, "终端已停用，请到其他终端办理"),
    "machine-exists": (409, "终端编号已被使用"),
    "enrolment-refused": (403, "终端登记码无效"),
    "request-replayed": (409, "重复的请求"),
    "ticket-invalid": (401, "页面已失效，请重新开始"),
    "machine-session-over": (401, "本次会话已结束，请重新刷卡"),
    "card-not-bound": (409, "刷卡已失效，请重新刷卡"),
    "card-expired": (403, "证件已过有效期"),
    "card-unreadable": (422, "证件读取有误，请重新放卡"),
    "no-card-yet": (409, "请先刷身份证"),
    "too-many-codes": (429, "验证码发送次数过多，请到窗口办理"),
    "holder-left": (409, "请领取人在自助机前再试"),
    "machine-signature-missing": (401, "请求缺少终端签名"),
    "machine-signature-invalid": (401, "终端签名不正确"),
    "machine-clock-skewed": (401, "终端时间不准"),
    "message-invalid": (422, "报文格式有误"),
    "print-job-not-found": (404, "没有这个打印任务"),
    "copy-in-print": (409, "这份副本正在打印，不能再打第二份"),
    "copy-already-printed": (409, "这份副本已经打印，不能再打第二份"),
    "lease-lost": (409, "打印任务已由新的租约接手"),
    "message-reused": (409, "报文编号已用过"),
    "two-persons-needed": (403, "重新打印原件须由两名工作人员批准"),
    "job-transition-refused": (409, "打印任务目前不能进行这一步"),
    "paper-may-have-moved": (409, "纸张可能已经走动，须由工作人员核实"),
    "feeding-not-permitted": (409, "现在不能出纸"),
}

HTTP_WORDS: dict[int, tuple[str, str]] = {
    400: ("bad-request", "请求的格式不对"),
    401: ("not-signed-in", "请先登录"),
    403: ("forbidden", "您不能进行这项操作"),
    404: ("not-found", "没有这个地址"),
    405: ("method-not-allowed", "这个地址不支持该操作"),
    413: ("too-large", "内容太大"),
    415: ("unsupported-media-type", "请用 JSON 格式发送"),
    422: ("input-invalid", "有内容需要改正"),
    429: ("too-many-requests", "操作太频繁，请稍后再试"),
}


def detail_of(error: Exception) -> str:
    """What happened, for people. Refusals about paper get words made from their facts; their own text is English."""
    if isinstance(error, GlyphMissing):
        number = f"U+{ord(error.character):04X}"
        return f"字库里没有“{error.character}”（{number}）这个字，请联系工作人员"
    if isinstance(error, LayoutError):
        return f"“{error.field}”的文字太长，用最小字号也放不下"
    if isinstance(error, FieldMissing):
        return "缺少：" + "、".join(error.fields)
    return "" if isinstance(error, PrintingError) else str(error)
