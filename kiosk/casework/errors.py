"""Refusals of casework."""

from __future__ import annotations

from kiosk.errors import KioskError


class TransitionRefused(KioskError):
    """The act does not fit the state the case is in."""

    code = "transition-refused"

    def __init__(self, words: str, state: str, action: str) -> None:
        super().__init__(f"办件目前是“{words}”，不能进行这一步")
        self.state, self.action = state, action


class WrongPlace(KioskError):
    """Only the authority that has jurisdiction decides; this actor belongs to another place (国办发〔2020〕35号)."""

    code = "wrong-place"


class AnswerTooLate(KioskError):
    """Silence has become acceptance; it can not be refused any more (行政许可法 art. 32(4))."""

    code = "answer-too-late"


class ItemNotOffered(KioskError):
    """The item can not be applied for: it was cancelled, or not in this way."""

    code = "item-not-offered"


class ApplicantMismatch(KioskError):
    """The signed-in person is not the applicant and has no recorded authority to act for them."""

    code = "applicant-mismatch"


class NumberExhausted(KioskError):
    """A number range has no free number left."""

    code = "number-exhausted"


class NotForPrinting(KioskError):
    """The result of this item does not come out of a machine."""

    code = "not-printable-here"


class QueryCodeWrong(KioskError):
    """Case number and query code do not belong together."""

    code = "query-code-wrong"


class TooManyGuesses(KioskError):
    """Too many wrong query codes for this case number; after a pause it can be asked again."""

    code = "too-many-guesses"
