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


class TakenByOther(KioskError):
    """Another officer of the authority has taken the case; two do not decide one case."""

    code = "taken-by-other"


class NotTaken(KioskError):
    """The case is in nobody's hands, so that nobody can give it back."""

    code = "not-taken"


class SecondSignatureMissing(KioskError):
    """The authority has this item signed by a second officer before the decision, and nobody has."""

    code = "second-signature-missing"


class SecondSignerIsFirst(KioskError):
    """Whoever decides a case can not be its second signer."""

    code = "second-signer-is-first"


class NotByCourier(KioskError):
    """The case is not one whose papers travel."""

    code = "not-by-courier"


class LegUnderWay(KioskError):
    """Papers of the case are still on the road; the next leave when these have arrived."""

    code = "leg-under-way"


class LegNotUnderWay(KioskError):
    """The consignment has been signed for already."""

    code = "leg-not-under-way"


class PartsDecide(KioskError):
    """A joint case is decided in its parts, each by its own authority; nobody acts on the whole."""

    code = "parts-decide"


class PartOfWhole(KioskError):
    """A part is not taken back by itself; the applicant withdraws the whole."""

    code = "part-of-whole"


class JointStopped(KioskError):
    """The refusal of another part has ended the joint case."""

    code = "joint-stopped"


class AnswerTooLate(KioskError):
    """Silence has become acceptance; it can not be refused any more (行政许可法 art. 32(4))."""

    code = "answer-too-late"


class CorrectionAlreadyTold(KioskError):
    """What is to be corrected is told once and completely (行政许可法 art. 32(4))."""

    code = "correction-already-told"


class CorrectionLapsed(KioskError):
    """The time for the correction is over, or none is waited for."""

    code = "correction-lapsed"


class CompetentOrganMissing(KioskError):
    """Not accepted for want of jurisdiction: the competent organ must be named (行政许可法 art. 32(2))."""

    code = "competent-organ-missing"


class ProcedureRefused(KioskError):
    """The special procedure can not begin or end like this (行政许可法 art. 45)."""

    code = "procedure-refused"


class ExpertOpinionMissing(KioskError):
    """A review ends when every expert has given an opinion in writing."""

    code = "expert-opinion-missing"


class ConflictOfInterest(KioskError):
    """The expert is tied to the applicant."""

    code = "conflict-of-interest"


class ExtensionRefused(KioskError):
    """The law knows no extension here, or it was used, or it is too late (行政许可法 art. 42)."""

    code = "extension-refused"


class SecondOfficerNeeded(KioskError):
    """A responsible officer other than the one who asks approves."""

    code = "second-officer-needed"


class HearingRefused(KioskError):
    """The hearing can not be told, asked for, arranged or closed like this (行政许可法 art. 46 to 48)."""

    code = "hearing-refused"


class HearingOpen(KioskError):
    """Nothing is decided while somebody may still be heard (行政许可法 art. 48)."""

    code = "hearing-open"


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


class NotCharged(KioskError):
    """Nothing is to be paid for this item, or not now."""

    code = "not-charged"


class ConsentMissing(KioskError):
    """Electronic service needs the applicant's recorded agreement."""

    code = "service-consent-missing"


class OtherWaysFirst(KioskError):
    """A public announcement is the last way: another one must have failed."""

    code = "other-ways-first"


class ServiceSettled(KioskError):
    """The outcome of this service is on record already."""

    code = "service-settled"


class QueryCodeWrong(KioskError):
    """Case number and query code do not belong together."""

    code = "query-code-wrong"


class TooManyGuesses(KioskError):
    """Too many wrong query codes for this case number; after a pause it can be asked again."""

    code = "too-many-guesses"


class ItemVersionChanged(KioskError):
    """The item was published anew since the applicant began; ``fields`` names only what is now missing."""

    code = "item-version-changed"

    def __init__(self, changes: list[str], fields: dict[str, list[str]]) -> None:
        super().__init__(f"您开始填写后，该事项有变动：{'；'.join(changes)}", fields=fields)
        self.changes = changes
