"""A timestamp authority on this machine's loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from printing.timestamps import QUERY, REPLY
from tests.printing.signing.authorities import Issued

Answer = Callable[[bytes], bytes]


def stamper(issued: Issued, at: datetime) -> Answer:
    """What an authority with this key answers to a query."""
    packed = issued.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    inner = DummyTimeStamper(
        asn1.Certificate.load(issued.der), asn1_keys.PrivateKeyInfo.load(packed), fixed_dt=at
    )

    def answer(query: bytes) -> bytes:
        response: bytes = inner.request_tsa_response(tsp.TimeStampReq.load(query)).dump()
        return response

    return answer


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of an authority that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.headers["Content-Type"] == QUERY else 415)
            self.send_header("Content-Type", REPLY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
