"""Messages read strictly, and requests that prove which machine sent them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from printing import wire
from printing.messages import MessageInvalid

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
TARGET = "/api/v1/machine/poll?part=1"
BEAT = wire.Heartbeat(
    software_version="0.1.0",
    printer=wire.PrinterReport(
        "idle", ("none",), 41, (wire.Tray("main", 100, 250),), (wire.Supply("Black", None),)
    ),
    job=None,
    attempt=None,
    session="MS1",
    clock_skew_s=-2,
)
CARD = wire.CardRead(
    "n" * 20, "reader-1", "111", "50010619900101001X", "欧阳·娜孜𬱖䶮", date(2030, 1, 1), NOW
)


def signed(body: bytes = b"{}", at: datetime = NOW) -> wire.SignedCall:
    headers = wire.sign_call(KEY, "POST", TARGET, body, machine="M-1", at=at)
    return wire.SignedCall.from_http("POST", TARGET, headers, body)


def test_a_sound_call_passes() -> None:
    signed().check(PUBLIC, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "GET"},
        {"target": "/api/v1/machine/poll?part=2"},
        {"body": b"[]"},
        {"machine": "M-2"},
        {"at": NOW + timedelta(microseconds=1)},
        {"nonce": "x" * 24},
        {"signature": b"\0" * 64},
        {"signature": b"short"},
    ],
)
def test_every_part_of_the_call_is_signed(change: dict[str, object]) -> None:
    with pytest.raises(wire.SignatureInvalid):
        replace(signed(), **change).check(PUBLIC, NOW)


def test_another_key_does_not_fit() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(wire.SignatureInvalid):
        signed().check(other, NOW)


@pytest.mark.parametrize(("shift", "seconds"), [(301, 301), (-301, -301)])
def test_a_clock_that_is_off_is_named_with_its_error(shift: int, seconds: int) -> None:
    with pytest.raises(wire.ClockSkewed) as refused:
        signed(at=NOW + timedelta(seconds=shift)).check(PUBLIC, NOW)
    assert refused.value.seconds == seconds


def test_a_forged_call_never_learns_about_clocks() -> None:
    late = replace(signed(at=NOW - timedelta(hours=1)), body=b"x")
    with pytest.raises(wire.SignatureInvalid):
        late.check(PUBLIC, NOW)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Machine", ""),
        ("X-Machine", "m 1"),
        ("X-Nonce", "short"),
        ("X-Time", "yesterday"),
        ("X-Time", "2026-11-21T09:00:00"),
        ("X-Signature", "***"),
    ],
)
def test_missing_and_malformed_headers_are_refused(header: str, value: str) -> None:
    headers = wire.sign_call(KEY, "POST", TARGET, b"", machine="M-1", at=NOW) | {header: value}
    with pytest.raises(wire.SignatureMissing):
        wire.SignedCall.from_http("POST", TARGET, headers, b"")


def test_two_calls_never_share_a_nonce() -> None:
    assert signed().nonce != signed().nonce


def test_public_keys_travel_as_base64() -> None:
    assert wire.unpack_public_key(wire.pack_public_key(KEY)) == PUBLIC
    for bad in ("", "AAAA", "not base64!"):
        with pytest.raises(MessageInvalid):
            wire.unpack_public_key(bad)


@pytest.mark.parametrize("message", [BEAT, CARD, replace(CARD, expires_on=None)])
def test_messages_come_back_as_they_left(message: wire.Message) -> None:
    assert type(message).from_json(message.to_json()) == message


def test_every_fault_is_named_at_once() -> None:
    data = BEAT.to_dict()
    data["printer"] = {"state": 3, "reasons": ["none", 4], "extra": 1}
    data["attempt"] = True
    del data["session"]
    with pytest.raises(MessageInvalid) as refused:
        wire.Heartbeat.from_dict(data)
    assert set(refused.value.fields) == {
        "printer.state",
        "printer.reasons.1",
        "printer.page_counter",
        "printer.extra",
        "attempt",
        "session",
    }


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'"x"'])
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(MessageInvalid):
        wire.Acknowledgement.from_json(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\u0000b"),
        ("name", "\ud800"),
        ("name", "长" * 2001),
        ("expires_on", "2030-13-01"),
        ("read_at", "2026-11-21T09:00:00"),
        ("document_type", 111),
    ],
)
def test_texts_that_no_database_takes_are_refused(field: str, value: object) -> None:
    with pytest.raises(MessageInvalid) as refused:
        wire.CardRead.from_json(json.dumps(CARD.to_dict() | {field: value}).encode())
    assert list(refused.value.fields) == [field]


def test_numbers_that_no_column_holds_are_refused() -> None:
    with pytest.raises(MessageInvalid):
        wire.Acknowledgement.from_dict({"attempt": 2**31})


def test_an_older_agent_reads_a_newer_answer() -> None:
    answer = wire.JobAnswer("J1", 1, wire.JobState.PENDING, 1)
    assert wire.JobAnswer.from_dict(answer.to_dict() | {"news": "x"}) == answer
    with pytest.raises(MessageInvalid):
        wire.Acknowledgement.from_dict({"attempt": 1, "news": "x"})


def test_a_newer_server_reads_an_older_agent() -> None:
    """What has a default may be missing, and only that."""
    older = {"state": "idle", "reasons": ["none"], "page_counter": 41}
    assert wire.PrinterReport.from_dict(older) == wire.PrinterReport("idle", ("none",), 41)
    with pytest.raises(MessageInvalid):
        wire.PrinterReport.from_dict({"state": "idle", "trays": []})


def test_a_state_outside_the_list_is_refused() -> None:
    data = wire.JobAnswer("J1", 1, wire.JobState.PENDING, 1).to_dict() | {"state": "done"}
    with pytest.raises(MessageInvalid) as refused:
        wire.JobAnswer.from_dict(data)
    assert "pending" in refused.value.fields["state"][0]
