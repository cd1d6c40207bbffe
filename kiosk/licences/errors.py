"""Refusals of the registry and of sealing. Each reason not to seal has a name of its own."""

from __future__ import annotations

from kiosk.errors import KioskError


class SealRefused(KioskError):
    """Root of the reasons not to put a seal on a paper."""

    code = "seal-refused"


class SealOfOtherAuthority(SealRefused):
    """The seal belongs to another authority than the one that decided."""

    code = "seal-of-other-authority"


class SealNotCompetent(SealRefused):
    """By the routing rules another authority is competent for this item and place."""

    code = "seal-not-competent"


class SealExpired(SealRefused):
    """The seal or its certificate is not valid at this moment."""

    code = "seal-expired"


class SealStopped(SealRefused):
    """The seal was stopped, for instance because its key may be known to others."""

    code = "seal-stopped"


class SealCertificateDiffers(SealRefused):
    """The key at hand is not that of the certificate the seal was registered with, or bears another name."""

    code = "seal-certificate-differs"


class SealNotTrusted(SealRefused):
    """The certificate of a real seal does not lead to a configured trust root, or not any more."""

    code = "seal-not-trusted"


class SealOwnerDiffers(KioskError):
    """The certificate to be imported names another authority."""

    code = "seal-owner-differs"


class RotationNeedsImport(KioskError):
    """A real seal gets its next key from its own certificate authority, by import."""

    code = "rotation-needs-import"


class LicenceNotKnown(KioskError):
    """No licence of that identifier and holder is in the registry; which of both is wrong is not said."""

    code = "licence-not-known"


class NotReleasedToYou(KioskError):
    """The paper goes to its holder, a named representative or an agent with a recorded authority only."""

    code = "not-released-to-you"


class NotReadyYet(KioskError):
    """The paper is not sealed yet, or sealing is blocked."""

    code = "not-ready-yet"


class LicenceNotValid(KioskError):
    """The licence is suspended, revoked, cancelled, expired or superseded; no paper of it comes out."""

    code = "licence-not-valid"


class StatusChangeRefused(KioskError):
    """The licence's status does not allow this change."""

    code = "status-change-refused"


class OriginalFromMachine(KioskError):
    """A printable original is paper exactly once; it is not handed out as a file."""

    code = "original-from-machine"


class NotBlocked(KioskError):
    """The paper is not blocked, so there is nothing to seal again."""

    code = "not-blocked"


class RebuildDiffers(KioskError):
    """The paper can not be rebuilt byte for byte from what is stored."""

    code = "rebuild-differs"
