"""The port to the payment platform: signed messages come in, refunds go out; the demo's platform stands in for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from hmac import compare_digest
from typing import Any, Protocol

from kiosk.fees.errors import CallbackRefused

Body = dict[str, Any]


class PaymentPort(Protocol):
    """Reads what the platform says and asks it for refunds. Amounts are fen."""

    def read(self, raw: bytes, signature: str) -> Body:
        """The message, if it bears the platform's signature. Raises CallbackRefused."""
        ...

    def refund(self, number: str, transaction: str, amount_fen: int) -> tuple[bytes, str]:
        """Ask for the money to go back; answers the platform's signed message."""
        ...


class NoPayments:
    """An installation that no payment platform is connected to: every message is refused."""

    def read(self, raw: bytes, signature: str) -> Body:
        raise CallbackRefused("还没有接入缴费平台")

    def refund(self, number: str, transaction: str, amount_fen: int) -> tuple[bytes, str]:
        raise CallbackRefused("还没有接入缴费平台")


class SimulatedPayments:
    """The demo's platform: takes any money at once and signs with a keyed digest."""

    def __init__(self, digest: Callable[[str], str]) -> None:
        self._digest = digest

    def read(self, raw: bytes, signature: str) -> Body:
        """The message, if it bears this platform's signature. Raises CallbackRefused."""
        try:
            text = raw.decode()
            body = json.loads(text)
        except ValueError as error:
            raise CallbackRefused("缴费平台的消息不能读取") from error
        if not isinstance(body, dict) or not compare_digest(
            self._digest(text).encode(), signature.encode()
        ):
            raise CallbackRefused("缴费平台的签名不正确")
        return body

    def pay(self, number: str, amount_fen: int) -> tuple[bytes, str]:
        """Somebody pays: the platform's message and its signature."""
        return self._say("paid", number, f"T{number}", amount_fen)

    def refund(self, number: str, transaction: str, amount_fen: int) -> tuple[bytes, str]:
        return self._say("refunded", number, transaction, amount_fen)

    def _say(self, kind: str, number: str, transaction: str, amount_fen: int) -> tuple[bytes, str]:
        said = {
            "event": f"{kind}-{transaction}",
            "kind": kind,
            "number": number,
            "transaction": transaction,
            "amount_fen": amount_fen,
        }
        text = json.dumps(said, sort_keys=True)
        return text.encode(), self._digest(text)
