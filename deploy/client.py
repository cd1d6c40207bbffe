"""A small HTTP client for walking the service as its users do."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


class Refused(RuntimeError):
    """The service refused; ``code`` is the stable code of the problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(
            f"{status} {problem.get('code')}: {problem.get('detail')} {problem.get('fields', '')}"
        )
        self.status, self.code = status, str(problem.get("code"))


@dataclass(frozen=True)
class Client:
    """One who speaks to the service; ``token`` is the session of a role, if any."""

    url: str
    token: str | None = None

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.call("POST", path, body or {}, **headers)

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str
    ) -> Any:
        """Send and answer what came back: a JSON value, bytes of another type, or None. Raises Refused."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        request.add_header("Accept", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body, ensure_ascii=False).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                return _read(answer.headers.get_content_type(), answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _problem(error.read())) from error

    def signed_in(self, token: str) -> Client:
        """The same address with a session."""
        return Client(self.url, token)


def _read(kind: str, data: bytes) -> Any:
    if not data:
        return None
    return json.loads(data) if kind.endswith("json") else data


def _problem(data: bytes) -> dict[str, Any]:
    try:
        problem: dict[str, Any] = json.loads(data)
    except ValueError:
        return {"code": "not-json", "detail": data[:200].decode(errors="replace")}
    return problem
