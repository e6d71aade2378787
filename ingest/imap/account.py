"""One account as its fetcher knows it: the operator's text, the machine's bounds, and how to sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from config.imap import ImapText

MIB = 1024 * 1024


class Credentials(msgspec.Struct, frozen=True):
    """What is shown at the door: a password, or the token of an XOAUTH2 sign-in."""

    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Never what is in it."""
        return "Credentials()"


class NoCredentialsError(Exception):
    """There is nothing to sign in with; the text says why, and never what was found.

    ``lasting`` is false where it may well go another time: the token's server was not reached.
    """

    def __init__(self, text: str, *, lasting: bool = True) -> None:
        """``text`` is for the operator."""
        super().__init__(text)
        self.lasting = lasting


class SignIn(Protocol):
    """Where credentials come from."""

    def __call__(self, *, anew: bool = False) -> Credentials:
        """What to sign in with now; ``anew`` after a token was refused. Raises `NoCredentialsError`."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A folder to read: sizes in bytes, times in seconds.

    ``max_size`` is the largest mail that is taken whole; of a larger one the first ``head`` bytes are.
    Mails up to ``small`` are fetched many at once, ``together`` bytes and ``many`` of them at the most;
    others in pieces of ``piece``, into a file from ``spool_above`` on. ``idle_seconds`` is how long the desk
    listens before it asks whether the line still works.
    """

    text: ImapText
    sign_in: SignIn
    may_touch: Callable[[], bool] = lambda: True
    mine: Callable[[str], bool] = lambda _address: False
    language: str = "en"
    max_size: int = 25 * MIB
    head: int = 256 * 1024
    small: int = 128 * 1024
    together: int = 2 * MIB
    many: int = 100
    piece: int = MIB
    spool_above: int = 256 * 1024
    connect_seconds: float = 15
    silence_seconds: float = 20
    command_seconds: float = 120
    idle_seconds: float = 30

    @property
    def place(self) -> str:
        """What the store knows this folder by: user, server and folder, however it is reached."""
        return self.text.place_name
