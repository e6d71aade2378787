"""Ways to damage a mail: each takes the bytes, a second mail and the chance, and gives other bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

LARGEST: Final = 256 * 1024
"""Bytes of a mail, before and after; larger ones are the bombs' affair."""
TOKENS: Final = (
    b"\r", b"\n", b"\r\n\r\n", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"(", b")", b"<", b">",
    b"@", b"\\", b";", b",", b":", b"=?utf-8?b?", b"?=", b"=?x?q?=ZZ?=", b"--", b"--b\r\n", b"--b--",
    b"=\r\n", b"=C3", b"\r\n ", b"\r\n\t", b"*0*=", b"''", b"%F", b"\xe2\x80\xae", b"<div>", b"</",
    b"<!--", b"&#x", b"-----BEGIN PGP MESSAGE-----", b"begin 644 x\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"From: x@y.example\r\n", b"On x, y wrote:\r\n",
    b"\x1b$B", b"+ADw-",
)  # fmt: skip
LABELS: Final = (
    b"utf-8",
    b"utf-16",
    b"utf-7",
    b"zlib",
    b"idna",
    b"hz",
    b"iso-2022-jp",
    b"\x00",
    b"cp0",
    b"x" * 300,
)
_ENCODINGS: Final = (b"7bit", b"base64", b"quoted-printable", b"x-uuencode")


def mutated(mail: bytes, other: bytes, chance: Random) -> bytes:
    """The mail damaged in one to six ways."""
    for _ in range(chance.randint(1, 6)):
        mail = chance.choice(WAYS)(mail, other, chance)[:LARGEST]
    return mail


def _spot(mail: bytes, chance: Random) -> int:
    """Somewhere in the mail; half of the time in its first part, where the fields stand."""
    end = len(mail) if chance.random() < 0.5 else min(len(mail), 600)
    return chance.randint(0, end)


def _change(mail: bytes, _: bytes, chance: Random) -> bytes:
    at = _spot(mail, chance)
    return mail[:at] + chance.randbytes(chance.randint(1, 4)) + mail[at + 1 :]


def _remove(mail: bytes, _: bytes, chance: Random) -> bytes:
    at = _spot(mail, chance)
    return mail[:at] + mail[at + chance.randint(1, 80) :]


def _truncate(mail: bytes, _: bytes, chance: Random) -> bytes:
    return mail[: _spot(mail, chance)]


def _repeat(mail: bytes, _: bytes, chance: Random) -> bytes:
    at = _spot(mail, chance)
    piece = mail[at : at + chance.randint(1, 200)]
    return mail[:at] + piece * chance.choice((2, 2, 2, 30, 1000)) + mail[at:]


def _insert(mail: bytes, _: bytes, chance: Random) -> bytes:
    at = _spot(mail, chance)
    return mail[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 1, 50, 3000)) + mail[at:]


def _splice(mail: bytes, other: bytes, chance: Random) -> bytes:
    return mail[: _spot(mail, chance)] + other[_spot(other, chance) :]


def _swap_bodies(mail: bytes, other: bytes, _: Random) -> bytes:
    return mail.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + other.partition(b"\r\n\r\n")[2]


def _shuffle_lines(mail: bytes, _: bytes, chance: Random) -> bytes:
    lines = mail.split(b"\n")
    begin = chance.randrange(len(lines))
    some = lines[begin : begin + chance.randint(2, 12)]
    chance.shuffle(some)
    return b"\n".join([*lines[:begin], *some, *lines[begin + len(some) :]])


def _break_differently(mail: bytes, _: bytes, chance: Random) -> bytes:
    return mail.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n ")))


def _relabel(mail: bytes, _: bytes, chance: Random) -> bytes:
    return mail.replace(chance.choice((b"utf-8", b"iso-8859-1", b"us-ascii")), chance.choice(LABELS))


def _recode(mail: bytes, _: bytes, chance: Random) -> bytes:
    return mail.replace(chance.choice(_ENCODINGS), chance.choice(_ENCODINGS), chance.randint(1, 3))


def _wrap(mail: bytes, other: bytes, chance: Random) -> bytes:
    """The mail as a part of another, beside that one."""
    kind = chance.choice((b"mixed", b"report", b"alternative", b"digest", b"related"))
    head = b"From: a@b.example\r\nContent-Type: multipart/%s; boundary=wrap\r\n\r\n--wrap\r\n" % kind
    return (
        head
        + b"Content-Type: message/rfc822\r\n\r\n"
        + mail
        + b"\r\n--wrap\r\n"
        + other
        + b"\r\n--wrap--\r\n"
    )


WAYS: Final[tuple[Callable[[bytes, bytes, Random], bytes], ...]] = (
    _change, _change, _remove, _truncate, _repeat, _insert, _insert, _splice, _swap_bodies, _shuffle_lines,
    _break_differently, _relabel, _recode, _wrap,
)  # fmt: skip
