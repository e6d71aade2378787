"""A DNS server for one test: it knows what it was told, by UDP and TCP, and can be slow, silent or sick."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

UDP_MOST = 1232
"""Bytes of an answer by UDP; a longer one is cut, and asked for again by TCP."""
_CHAIN_MOST = 20


class DnsServer:
    """Answers like a resolver. ``delay`` is in seconds; ``silent`` answers nothing, ``sick`` says SERVFAIL.

    ``slow`` names keep their answers back for ``delay``, all names where it is empty. ``asked`` are the
    questions so far, as ``name kind``.
    """

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], list[str]] = {}
        self.ttl = 300
        self.delay = 0.0
        self.slow: set[str] = set()
        self.silent = False
        self.sick = False
        self.asked: list[str] = []
        self._udp, self._tcp = _pair(self)
        self.port: int = self._udp.server_address[1]
        for server in (self._udp, self._tcp):
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def server(self) -> tuple[str, int]:
        """Where it listens."""
        return HOST, self.port

    def add(self, name: str, kind: str, *values: str) -> None:
        """Publish records; a TXT's text is cut into strings as DNS wants it."""
        made = [_quoted(value) for value in values] if kind == "TXT" else list(values)
        self._records.setdefault((name.lower(), kind), []).extend(made)

    def remove(self, name: str, kind: str) -> None:
        """Publish them no more."""
        del self._records[name.lower(), kind]

    def stop(self) -> None:
        """Listen no more."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()

    def answer(self, wire: bytes, most: int) -> bytes | None:
        """The answer to a question, cut where it is longer than ``most`` bytes."""
        query = dns.message.from_wire(wire)
        [question] = query.question
        name, kind = (
            question.name.to_text(omit_final_dot=True).lower(),
            dns.rdatatype.to_text(question.rdtype),
        )
        self.asked.append(f"{name} {kind}")
        if not self.slow or name in self.slow:
            time.sleep(self.delay)
        if self.silent:
            return None
        response = dns.message.make_response(query, recursion_available=True)
        if self.sick:
            response.set_rcode(dns.rcode.SERVFAIL)
        else:
            self._fill(response, name, kind)
        whole = response.to_wire(max_size=65535)
        if len(whole) <= most:
            return whole
        cut = dns.message.make_response(query, recursion_available=True)
        cut.flags |= dns.flags.TC
        return cut.to_wire()

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        for _ in range(_CHAIN_MOST):
            target = self._records.get((name, "CNAME"))
            if target is None:
                break
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", "CNAME", *target))
            name = target[0].rstrip(".").lower()
        values = self._records.get((name, kind))
        if values:
            response.answer.append(dns.rrset.from_text(f"{name}.", self.ttl, "IN", kind, *values))
        elif not self._is_there(name):
            response.set_rcode(dns.rcode.NXDOMAIN)

    def _is_there(self, name: str) -> bool:
        return any(known == name or known.endswith(f".{name}") for known, _ in self._records)


def _quoted(text: str) -> str:
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: Any, known: DnsServer) -> None:
        super().__init__(address, handler)
        self.known = known


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: Any, known: DnsServer) -> None:
        super().__init__(address, handler)
        self.known = known


class _Datagram(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        wire, line = self.request
        answer = self.server.known.answer(wire, UDP_MOST)  # type: ignore[attr-defined]
        if answer is not None:
            # Who waited long enough is gone, and so is the server where the test is over.
            with contextlib.suppress(OSError):
                line.sendto(answer, self.client_address)


class _Stream(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        (length,) = struct.unpack("!H", self.rfile.read(2))
        answer = self.server.known.answer(self.rfile.read(length), 65535)  # type: ignore[attr-defined]
        if answer is not None:
            self.wfile.write(struct.pack("!H", len(answer)) + answer)


def _pair(known: DnsServer) -> tuple[_Udp, _Tcp]:
    """Servers on one port of both kinds; a port that is free for one may be taken for the other."""
    for _ in range(20):
        udp = _Udp((HOST, 0), _Datagram, known)
        try:
            return udp, _Tcp((HOST, udp.server_address[1]), _Stream, known)
        except OSError:
            udp.server_close()
    raise RuntimeError("no port is free for UDP and TCP")


@contextmanager
def running_dns() -> Iterator[DnsServer]:
    """A DNS server of one's own, stopped at the end."""
    server = DnsServer()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """A DNS server of this test's own."""
    with running_dns() as server:
        yield server
