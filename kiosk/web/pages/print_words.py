"""What a print job's state means to the person who waits in front of the machine."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.machines.prints import PrintView
from printing.wire import JobState


@dataclass(frozen=True)
class PrintWords:
    """A headline, what to do, the tone of the note, and how far the bar is."""

    headline: str
    advice: str
    tone: str
    bar: str


WAITING = PrintWords("正在准备打印", "请不要取走身份证，也不要离开。", "", "moving")
WORDS = {
    JobState.PENDING: WAITING,
    JobState.HELD: WAITING,
    JobState.PROCESSING: PrintWords(
        "正在送往打印机", "请不要取走身份证，也不要离开。", "", "moving"
    ),
    JobState.STOPPED: PrintWords(
        "打印机暂停了", "还没有出纸。请联系现场工作人员，处理好以后会接着打印。", "warn", "half"
    ),
    JobState.COMPLETED: PrintWords(
        "打印完成", "请从出纸口取走证照，再取回身份证。", "good", "full"
    ),
    JobState.CANCELED: PrintWords(
        "没有打印", "本次没有出纸，您可以重新打印。", "warn", "half"
    ),
    JobState.ABORTED: PrintWords(
        "没有打印成功",
        "可以再打印一次；还是不行的，请联系现场工作人员，或到任一川渝通办窗口办理。",
        "bad",
        "half",
    ),
    JobState.UNKNOWN: PrintWords(
        "需要工作人员确认",
        "机器没能确认纸张是否已经送出。请不要离开，联系现场工作人员；为防止出现第二份原件，机器不会自动重打。",
        "bad",
        "half",
    ),
}  # fmt: skip
RECEIPT_WORDS = {
    JobState.COMPLETED: PrintWords("打印完成", "请从出纸口取走收件凭证。", "good", "full"),
    JobState.UNKNOWN: PrintWords(
        "需要工作人员确认",
        "机器没能确认凭证是否已经送出。没有拿到的，可以再打印一份。",
        "warn",
        "half",
    ),
}
JAMMED = PrintWords(
    "卡纸了",
    "请不要自己拉纸，也不要离开，联系现场工作人员取出来看；为防止出现第二份原件，机器不会自动重打。",
    "bad",
    "half",
)
FEEDING = PrintWords("正在出纸", "请稍候，不要拉扯纸张。", "", "moving half")


def print_words(job: PrintView) -> PrintWords:
    """The words for this job now."""
    if job.state is JobState.PROCESSING and job.feeding:
        return FEEDING
    if job.state is JobState.UNKNOWN and job.reason == "media-jam":
        return JAMMED
    return (None if job.original else RECEIPT_WORDS.get(job.state)) or WORDS[job.state]
