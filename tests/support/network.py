"""Refuses every connection that would leave this machine, and remembers who tried."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

attempts: list[str] = []
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "", None})


class NetworkRefused(RuntimeError):
    """A test tried to reach something beyond loopback."""


def watch() -> None:
    """Watch this process from now on; it can not be undone, which is the point of an audit hook."""
    sys.addaudithook(_judge)


def is_loopback(host: Any) -> bool:
    """Whether a host, by name or number, is this machine."""
    if host in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _judge(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        _judge_address(event, *arguments[:2])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _refuse_unless_local(event, arguments[0])


def _judge_address(event: str, used: socket.socket, address: Any) -> None:
    if used.family in (socket.AF_INET, socket.AF_INET6) and address is not None:
        _refuse_unless_local(event, address[0])


def _refuse_unless_local(event: str, host: Any) -> None:
    host = host.decode() if isinstance(host, bytes) else host
    if not is_loopback(host):
        attempts.append(f"{event} {host}")
        raise NetworkRefused(f"{event} to {host}: tests stay on this machine")
