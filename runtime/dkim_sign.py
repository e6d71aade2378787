"""Signs outgoing mail by DKIM (RFC 6376), relaxed in head and body; the same mail gets the same signature.

Every field that people or their programs look at is signed, and signed once more than it is there: whoever
adds a second Subject or From on the way breaks the signature (section 8.15).
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from typing import TYPE_CHECKING

import msgspec
import structlog

from ingest.mail.block import Fields
from ingest.trust.letter import Letter, canonical
from runtime.dkim_key import DkimKey, NoKeyError, read_key
from runtime.serialise import BadAddressError, wire_address

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.dkim import DkimText

log = structlog.get_logger(__name__)

SIGNED = (
    "from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "reply-to",
    "mime-version", "content-type", "content-transfer-encoding",
)  # fmt: skip
"""The fields that are signed, those that a mail does not have too."""
KEPT_SECONDS = 60.0
"""How long a key that was read is used; then it is read again, so that it may be changed or mended."""
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
_LINE = 72


class _Kept(msgspec.Struct, frozen=True):
    """What came of reading a key, and when (monotonic seconds)."""

    at: float
    key: DkimKey | None


class Signer:
    """Signs with the keys of the policy in force. Without any for a mail's domain the mail stays as it is."""

    def __init__(
        self, texts: Callable[[], Sequence[DkimText]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``texts`` gives the keys that the policy in force names; ``clock`` counts seconds."""
        self._texts = texts
        self._clock = clock
        self._kept: dict[DkimText, _Kept] = {}

    def sign(self, wire: bytes, sender: str) -> bytes:
        """The mail with a signature on top for each key of its sender's domain.

        A mail that cannot be signed goes out as it is and an error is logged: an answer that some filter
        doubts is worth more than one that nobody gets.
        """
        try:
            texts = self._texts()
            if not texts:
                return wire
            self._kept = {text: kept for text, kept in self._kept.items() if text in texts}
            domain = sender.rpartition("@")[2].lower()
            keys = [self._key(text) for text in texts if _same(text.domain, domain)]
            fields = [signature(wire, key) for key in keys if key is not None]
        except Exception as error:  # noqa: BLE001 - mail before perfection
            log.error("mail_unsigned", error=type(error).__name__)  # noqa: TRY400 - no text of a key in a log
            return wire
        return b"".join(fields) + wire

    def _key(self, text: DkimText) -> DkimKey | None:
        kept = self._kept.get(text)
        if kept is None or self._clock() - kept.at >= KEPT_SECONDS:
            kept = self._kept[text] = _Kept(self._clock(), _read(text))
        return kept.key


def _read(text: DkimText) -> DkimKey | None:
    try:
        return read_key(text)
    except (NoKeyError, BadAddressError) as error:
        log.error(  # noqa: TRY400 - the reason says it all
            "mail_unsigned", domain=text.domain, selector=text.selector, because=str(error)
        )
        return None


def _same(one: str, other: str) -> bool:
    """Whether two domains are one, in their own letters or as they travel."""
    return one == other or wire_address(f"x@{one}") == wire_address(f"x@{other}")


def signature(wire: bytes, key: DkimKey) -> bytes:
    """The ``DKIM-Signature`` field of a mail with CRLF line ends, its own line end included."""
    head = wire.partition(b"\r\n\r\n")[0]
    there: dict[str, list[bytes]] = {}
    for line in _NEXT_FIELD.split(head):
        there.setdefault(line.partition(b":")[0].decode("ascii", "replace").strip().lower(), []).append(line)
    names = [name for name in SIGNED for _ in range(len(there.get(name, ())) + 1)]
    # Section 5.4.2: of fields with one name the last is signed first.
    signed = [canonical(line, "relaxed") for name in SIGNED for line in reversed(there.get(name, ()))]
    digest = base64.b64encode(hashlib.sha256(Letter(wire, Fields([])).body("relaxed")).digest()).decode()
    start = (
        f"DKIM-Signature: v=1; a={key.kind}-sha256; c=relaxed/relaxed;\r\n"
        f" d={key.domain};\r\n s={key.selector};\r\n"
        f" h={_folded(names)};\r\n bh={digest};\r\n b="
    ).encode()
    data = b"\r\n".join([*signed, canonical(start, "relaxed")])
    made = base64.b64encode(key.sign(data)).decode()
    lines = [made[at : at + _LINE] for at in range(0, len(made), _LINE)]
    return start + "\r\n ".join(lines).encode() + b"\r\n"


def _folded(names: Sequence[str]) -> str:
    """Names with colons between, in lines that mail may have; blanks beside a colon mean nothing."""
    lines = [""]
    for number, name in enumerate(names):
        piece = name if number == len(names) - 1 else f"{name}:"
        if len(lines[-1]) + len(piece) > _LINE:
            lines.append("")
        lines[-1] += piece
    return "\r\n ".join(lines)
