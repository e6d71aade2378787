"""The words that a person gives to a command: on the line, in a file, or through a pipe."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from handlers.commands import read_commands
from runtime.cli import FAILED, WRONG, Trouble

if TYPE_CHECKING:
    from pathlib import Path

MOST = 1_000_000
"""Bytes of UTF-8 that a text may take."""


def text_from(words: str | None, file: Path | None) -> str:
    """The text given as ``words``, else in ``file``, else through a pipe, without blank lines around it.

    Raises `Trouble` for no text, for more than `MOST` bytes, and for bytes that are not UTF-8.
    """
    if words is not None and file is not None:
        raise Trouble("The text is given twice: on the line and with --file.", WRONG)
    raw = words.encode("utf-8", "surrogateescape") if words is not None else _read(file)
    if len(raw) > MOST:
        raise Trouble(f"The text is too long: at most {MOST} bytes.", WRONG)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Trouble("The text is not UTF-8.", WRONG) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Trouble("There is no text: give it after the number, with --file, or through a pipe.", WRONG)
    return text


def refuse_commands(text: str) -> None:
    """Raise `Trouble` for a text that begins with a line like ``#note``, a command in an agent's mail.

    Here it would be sent to the customer with the words that it was meant to keep inside.
    """
    found = read_commands(text)
    if found.lines:
        first = text.split(maxsplit=1)[0]
        raise Trouble(
            f"The text begins with {first}: in a mail that is a command, here the customer would read it."
            " Use `despacho tickets note`, or --solve.",
            WRONG,
        )


def _read(file: Path | None) -> bytes:
    if file is None:
        if sys.stdin.isatty():
            return b""
        return sys.stdin.buffer.read(MOST + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(MOST + 1)
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}", FAILED) from None
