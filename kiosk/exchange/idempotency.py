"""Commands that a machine or a partner may send twice answer the second time as the first."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.exchange.errors import KeyReused
from kiosk.exchange.models import AnsweredRequest


def find_answer(session: Session, key: str, request: dict[str, Any]) -> dict[str, Any] | None:
    """The first answer to this key, or None. Raises KeyReused if the request was another one."""
    answered = session.get(AnsweredRequest, _digest(key))
    if answered is None:
        return None
    if answered.request_digest != _digest(_canonical(request)):
        raise KeyReused("同一个请求编号已用于另一份申请，请换一个编号")
    return answered.answer


def remember(
    session: Session, key: str, request: dict[str, Any], answer: dict[str, Any], now: datetime
) -> None:
    """Keep the answer in the command's own transaction; the key's uniqueness settles a race."""
    session.add(
        AnsweredRequest(
            key_digest=_digest(key),
            request_digest=_digest(_canonical(request)),
            answer=answer,
            created_at=now,
        )
    )


def forget_answers(session: Session, before: datetime) -> None:
    """Drop answers given before that moment; a repetition that late is a new request."""
    session.execute(delete(AnsweredRequest).where(AnsweredRequest.created_at < before))


def _canonical(request: dict[str, Any]) -> str:
    return json.dumps(request, ensure_ascii=False, sort_keys=True, default=str)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
