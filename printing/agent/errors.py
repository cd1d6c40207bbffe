"""What can go wrong on the machine. None of these ever travels over HTTP, so they have a root of their own."""

from __future__ import annotations


class AgentError(Exception):
    """Root of the agent's failures."""


class ConfigInvalid(AgentError):
    """The configuration file lacks a setting or holds a wrong one; the text names every fault."""


class AlreadyRunning(AgentError):
    """Another agent works with the same state directory."""


class JobInTheWay(AgentError):
    """A test page would move the page counter that is to tell what became of a job."""


class LineDown(AgentError):
    """The server can not be reached, broke off, or is in trouble itself: try the same message again later."""


class ServerRefused(AgentError):
    """The server understood and said no; ``code`` is its kebab-case reason."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail


class DocumentDamaged(AgentError):
    """The downloaded file is not the one that was offered: its digest differs."""


class NotFed(AgentError):
    """The printer is sure that no paper moved. The text is an IPP printer-state-reason."""


class Jammed(AgentError):
    """Paper is stuck in the printer; a person must look. The text is an IPP printer-state-reason."""


class FeedUncertain(AgentError):
    """Contact with the printer was lost while paper may have moved; its counter has to tell."""
