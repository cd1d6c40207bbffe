"""Ties a child process to its parent, so that a killed parent leaves nobody running behind it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def tied_to_this_process(last_words: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A ``preexec_fn`` after which the kernel sends ``last_words`` to the child once this process is gone.

    Start the child from the main thread of a process without other threads: the kernel counts the
    death of the starting thread, and code between fork and exec may not wait for a lock. Where there
    is no such kernel call the child is left as it is.
    """
    parent = os.getpid()

    def tie() -> None:
        if _libc is None:
            return
        _libc.prctl(PR_SET_PDEATHSIG, int(last_words))
        if os.getppid() != parent:  # The parent died between fork and prctl.
            os.kill(os.getpid(), last_words)

    return tie
