"""What the messages say. No name, no item, no reason: whoever picks up the phone learns only that something moved."""

from __future__ import annotations

SIGNATURE = "【川渝通办】"
TAIL = 4
WORDS = {
    "case.received": "您的申请已收件，请凭收件凭证查询进度。",
    "case.accept": "您的申请已受理，可查询办理期限。",
    "case.deem-accepted": "您的申请依法视为受理，可查询办理期限。",
    "case.request-correction": "您的申请需要补正材料，请查看补正告知书。",
    "case.not-accept": "您的申请有了答复，请查看通知书。",
    "case.start-special": "您的申请进入特别程序，请查看告知书。",
    "case.tell-hearing": "您有要求听证的权利，请在限期前查看告知书。",
    "case.approve-extension": "您的申请的办理期限有变化，请查看告知书。",
    "case.grant": "您的申请已作出决定，请按选定的方式领取结果。",
    "case.refuse": "您的申请已作出决定，请查看决定书。",
    "case.deliver": "您的办理结果已送达，欢迎自愿评价。",
    "case.withdraw": "您的申请已撤回。",
    "case.lapse": "您的申请因逾期未补正已终止，可重新申请。",
    "payment.asked": "您有一笔费用待缴，请查看缴款通知书。",
}


def words_of(topic: str, case_number: str) -> str:
    """The message for an event of a case, which is named by the last four of its number."""
    return f"{SIGNATURE}尾号{case_number[-TAIL:]}：{WORDS[topic]}"
