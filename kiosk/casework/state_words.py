"""Where a case stands, in words that follow the item: 许可 is said of permits alone."""

from __future__ import annotations

from kiosk.casework.notice_words import Regime
from kiosk.casework.states import STATE_WORDS, State

DECIDED_WORDS = {
    (State.GRANTED, Regime.PERMIT): "已准予许可",
    (State.GRANTED, Regime.REGISTRATION): "已准予登记",
    (State.GRANTED, Regime.OTHER): "已办理完成",
    (State.REFUSED, Regime.PERMIT): "不予许可",
    (State.REFUSED, Regime.REGISTRATION): "不予登记",
    (State.REFUSED, Regime.OTHER): "不予办理",
}


def state_words(state: str, regime: Regime) -> str:
    """The state of a case of an item that uses these words."""
    held = State(state)
    return DECIDED_WORDS.get((held, regime)) or STATE_WORDS[held]
