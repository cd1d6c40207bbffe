"""What every API blueprint documents: the refusals an endpoint may answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from kiosk.web.api.schemas import ProblemSchema

REFUSALS = {
    401: "未登录",
    403: "身份或地点不对",
    404: "没有这一项",
    409: "状态或版本已变化",
    413: "内容太大",
    422: "有内容需要改正，fields 逐项列出",
    429: "次数过多，请稍后再试",
    503: "暂时不可用，请稍后再试",
}


def refusals(
    blueprint: Blueprint, *statuses: int
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Document the refusals of an endpoint, each as problem+json."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        for status in statuses:
            view = blueprint.alt_response(
                status,
                schema=ProblemSchema,
                description=REFUSALS[status],
                content_type="application/problem+json",
            )(view)
        return view

    return decorate
