"""Signed names for tickets, so that a stranger cannot join one.

A token stands in the local part of a reply address (``support+1042.<mac>@desk.example``) and in the
Message-ID of every mail that Despacho sends (``<despacho.1042.<nonce>.<mac>@desk.example>``). An agent's copy
also names the agent (``1042-ana``), so that an answer is theirs without trusting its From. The mac is
HMAC-SHA256 cut to 80 bits.
"""

from __future__ import annotations

import hmac
import re

import msgspec

KEY_LENGTH = 32
"""Bytes; HMAC-SHA256 gains nothing from longer keys and loses from shorter ones (RFC 2104 §3)."""

ASKED = "q"
"""How the nonce of a Message-ID begins that is a question of the desk's own to an agent."""

_LONGEST_SIGNED = 500
_MAC_BYTES = 10
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)
"""Base32 (RFC 4648 section 6) in lower case, ten bits at a time."""
_SHIFTS = tuple(range(8 * _MAC_BYTES - 10, -1, -10))
_MAC = r"(?P<mac>[a-z2-7]{16})"
_WHO = r"(?P<ticket>[1-9][0-9]{0,17})(?:-(?P<agent>[a-z0-9_]{1,32}))?"
_REPLY = re.compile(rf"(?P<asked>q-)?{_WHO}\.{_MAC}")
_BOUNCE = re.compile(rf"b-(?P<outgoing>[1-9][0-9]{{0,17}})\.{_MAC}")
_MESSAGE_ID = re.compile(rf"<?despacho\.{_WHO}\.(?P<nonce>[a-z0-9]{{1,40}})\.{_MAC}@[^\s<>@]{{1,253}}>?")


class Token(msgspec.Struct, frozen=True):
    """What a verified token says: the ticket, and the agent whose copy it was (empty: the requester's).

    With ``asked`` it was a question of the desk's own, and what the agent answers is for the desk alone.
    """

    ticket: int
    agent: str = ""
    asked: bool = False


class Keyring:
    """The signing keys: the first signs, any of them verifies, so that keys can rotate."""

    def __init__(self, keys: list[bytes]) -> None:
        """Keys are at least 32 bytes, the one that signs first; raises `ValueError` otherwise."""
        self._keys: tuple[bytes, ...] = ()
        self.replace(keys)

    def replace(self, keys: list[bytes]) -> None:
        """Take other keys from now on, for all who hold this keyring; raises as when it was made."""
        if not keys or any(len(key) < KEY_LENGTH for key in keys):
            message = "signing keys must be at least 32 bytes, and one is needed"
            raise ValueError(message)
        self._keys = tuple(keys)

    def _mac(self, key: bytes, text: str) -> str:
        # One call and no object: a mail needs four of these, and `hmac.new` took three times as long.
        number = int.from_bytes(hmac.digest(key, text.encode(), "sha256")[:_MAC_BYTES], "big")
        return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])

    def _holds(self, text: str, mac: str) -> bool:
        # In bytes: of a text that is not ASCII `compare_digest` would raise.
        given = mac.encode("utf-8", "surrogatepass")
        return any(hmac.compare_digest(self._mac(key, text).encode(), given) for key in self._keys)

    def reply_tag(self, ticket: int, agent: str = "", *, asked: bool = False) -> str:
        """What follows the ``+`` in the address that answers to this ticket, or to our own question."""
        who = f"{ticket}-{agent}" if agent else str(ticket)
        who = f"{ASKED}-{who}" if asked else who
        return f"{who}.{self._mac(self._keys[0], f'reply|{who}')}"

    def read_reply_tag(self, tag: str) -> Token | None:
        """The token in a reply address' tag, or ``None`` where the signature does not hold."""
        found = _REPLY.fullmatch(tag.lower())
        if not found:
            return None
        who = tag.lower().rpartition(".")[0]
        if not self._holds(f"reply|{who}", found["mac"]):
            return None
        return Token(int(found["ticket"]), found["agent"] or "", bool(found["asked"]))

    def bounce_tag(self, outgoing: int) -> str:
        """What follows the ``+`` in the envelope sender of one outgoing mail (VERP)."""
        return f"b-{outgoing}.{self._mac(self._keys[0], f'bounce|{outgoing}')}"

    def read_bounce_tag(self, tag: str) -> int | None:
        """The outgoing mail that a bounce came back for, or ``None``."""
        found = _BOUNCE.fullmatch(tag.lower())
        if not found or not self._holds(f"bounce|{found['outgoing']}", found["mac"]):
            return None
        return int(found["outgoing"])

    def message_id(self, ticket: int, nonce: str, domain: str, agent: str = "") -> str:
        """A Message-ID, with angle brackets, that proves by itself which ticket it belongs to."""
        who = f"{ticket}-{agent}" if agent else str(ticket)
        return f"<despacho.{who}.{nonce}.{self._mac(self._keys[0], f'id|{who}|{nonce}')}@{domain}>"

    def sign(self, purpose: str, text: str) -> str:
        """``text`` with our signature for one purpose; it can stand in a URL where the text can."""
        return f"{text}.{self._mac(self._keys[0], f'{purpose}|{text}')}"

    def read_signed(self, purpose: str, signed: str) -> str | None:
        """The text that `sign` signed for this purpose, or ``None`` where the signature does not hold."""
        text, dot, mac = signed[:_LONGEST_SIGNED].rpartition(".")
        return text if dot and self._holds(f"{purpose}|{text}", mac) else None

    def read_message_id(self, message_id: str) -> Token | None:
        """The token in one of our own Message-IDs, or ``None`` for any other."""
        found = _MESSAGE_ID.fullmatch(message_id.strip().lower())
        if not found:
            return None
        who = f"{found['ticket']}-{found['agent']}" if found["agent"] else found["ticket"]
        if not self._holds(f"id|{who}|{found['nonce']}", found["mac"]):
            return None
        return Token(int(found["ticket"]), found["agent"] or "", found["nonce"].startswith(ASKED))
