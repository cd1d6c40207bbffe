"""Chinese words for what the audit trail records, for the auditor's desk; the codes stand beside them.

Acts on cases, prints, blanks and payments are words of tables, so each of their codes has one here.
"""

from __future__ import annotations

CASE = {
    "case-received": "收件", "case-receive": "收件", "case-request-correction": "告知补正",
    "case-supply-part": "收到部分补正", "case-supply-correction": "补正齐全", "case-fix-on-spot": "当场更正",
    "case-lapse": "逾期未补正，视为放弃", "case-not-accept": "不予受理", "case-accept": "受理",
    "case-deem-accepted": "逾期未答复，视为受理", "case-review": "开始审核", "case-start-special": "开始特别程序",
    "case-end-one-special": "结束一项特别程序", "case-end-special": "特别程序结束", "case-give-opinion": "专家出具意见",
    "case-visit-site": "现场核查", "case-tell-hearing": "告知听证权利", "case-ask-hearing": "要求听证",
    "case-ask-extension": "申请延期", "case-approve-extension": "批准延期", "case-decline-extension": "不批准延期",
    "case-grant": "准予", "case-refuse": "不予许可或不予办理", "case-deliver": "送达", "case-close": "办结",
    "case-withdraw": "撤回申请", "case-take": "领取办件", "case-give-back": "退回待办", "case-reassign": "改派",
    "case-opine": "写审核意见", "case-sign": "复核签署", "case-send": "寄出材料", "case-acknowledge": "签收材料",
    "case-flag-leg": "标记寄送超期", "case-flag-unsent": "标记材料未寄出", "case-begin-part": "联办部分开始办理",
    "approval-withdrawn": "撤销批准，退回额度",
    "draft-begun": "开始填写申请", "draft-resumed": "续办草稿", "draft-code-renewed": "换发续办码",
    "draft-discarded": "删除草稿", "drafts-forgotten": "清除过期草稿", "material-added": "添加材料",
    "material-read": "查阅材料", "material-removed": "删除材料", "mirror-turned": "打开或关闭对屏",
    "screen-taken": "连接对屏", "expert-entered": "登记专家", "expert-interest": "登记专家回避",
    "service-recorded": "登记送达", "service-failed": "送达未成", "service-consented": "同意电子送达",
    "service-consent-withdrawn": "撤回电子送达同意", "calendar-loaded": "载入工作日历",
}  # fmt: skip
PEOPLE = {
    "signed-in": "登录", "sign-in-refused": "登录被拒", "session-reopened": "解锁", "staff-entered": "录入工作人员",
    "second-factor-set-up": "设置动态口令", "person-proven": "本人核验通过", "proof-refused": "本人核验未通过",
    "authorisation-recorded": "登记授权", "authorisation-revoked": "撤销授权", "messages-agreed": "同意接收短信",
    "messages-declined": "不再接收短信", "notification-repeated": "重发通知", "card-read": "读取证件",
}  # fmt: skip
CATALOGUE = {
    "item-registered": "登记事项", "version-drafted": "起草版本", "version-rewritten": "修改草稿",
    "version-submitted": "提交审核", "version-returned": "退回修改", "version-published": "发布版本",
    "version-retired": "停用版本", "alias-proposed": "提出别名", "alias-accepted": "采用别名",
    "alias-rejected": "不采用别名", "offering-changed": "修改实施清单", "rules-submitted": "提交管辖规则",
    "rules-returned": "退回管辖规则", "rules-published": "发布管辖规则", "local-list-begun": "开始导入清单",
    "local-list-imported": "导入清单", "local-item-mapped": "对应本地事项", "quota-proposed": "提出白名单",
    "quota-signed": "签署白名单", "quota-withdrawn": "撤回白名单", "quota-used": "占用额度",
    "quota-given-back": "退回额度", "consultation-asked": "征求意见", "consultation-answered": "答复意见",
}  # fmt: skip
SEALS = {
    "seal-made": "制作演示印章", "seal-imported": "导入印章", "seal-stopped": "停用印章", "seal-resumed": "恢复印章",
    "seal-key-rotated": "更换印章密钥", "sealed": "盖章", "sealing-blocked": "未能盖章", "sealing-repeated": "重新盖章",
    "licence-status": "变更证照状态", "copy-printed": "原件已打印", "copy-void": "原件作废",
}  # fmt: skip
MACHINES = {
    "machine-entered": "登记终端", "machine-described": "修改终端资料", "machine-code-issued": "发出启用码",
    "machine-enrolled": "启用终端", "machine-key-rotated": "更换终端密钥", "machine-revoked": "停用终端",
    "machine-session-ended": "结束终端会话", "maintenance-begun": "开始维护", "maintenance-ended": "结束维护",
    "alarm-answered": "处理告警", "alarm-passed-on": "告警上报", "feeding-permitted": "准许出纸",
    "feeding-refused": "不准出纸", "print-requested": "申请打印", "receipt-print-requested": "打印收件凭证",
    "print-moved": "转到其他终端打印", "print-settled": "核实纸张去向", "print-settlement-proposed": "提出纸张去向",
    "print-report-refused": "终端报告不被接受", "print-hold": "暂缓打印", "print-release": "恢复打印",
    "print-cancel": "取消打印", "print-stopped": "打印停下", "print-resumed": "打印继续",
    "print-refused": "终端拒绝打印",
    "print-printed": "打印完成", "print-not-fed": "没有出纸", "print-jammed": "卡纸", "print-unknown": "去向不明",
    "print-collected": "纸已取走", "print-left": "纸未取走", "paper-collected": "收回未取的纸",
    "paper-left": "发现纸未取",
    "blanks-receive": "空白证照入库", "blanks-load": "空白证照装入终端", "blanks-unload": "空白证照取出",
    "blanks-spoil": "空白证照作废", "blanks-destroy": "空白证照销毁",
}  # fmt: skip
VOICES = {
    "payment-asked": "告知缴费", "payment-paid": "缴费到账", "payment-waive": "免缴", "payment-refund": "退费",
    "payment-refunded": "退费到账", "thread-opened": "提出咨询或投诉", "thread-replied": "答复",
    "thread-closed": "了结",
    "thread-escalated": "超期上报", "service-rated": "评价", "rating-text-published": "公开评价文字",
    "rating-text-withheld": "不公开评价文字", "rectification-accept": "受理差评整改",
    "rectification-contact": "联系评价人",
    "rectification-reply": "答复整改结果", "rectification-complex": "认定为疑难", "rectification-revisited": "回访",
    "rectification-escalated": "整改超期上报",
}  # fmt: skip
ACTION_WORDS = CASE | PEOPLE | CATALOGUE | SEALS | MACHINES | VOICES
