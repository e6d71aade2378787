"""What goes wrong in a talk with an IMAP server, in words of ours that repeat nothing the server said."""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imapclient import exceptions

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = re.compile(r"\[([A-Z-]{2,30})\]")


class LostError(Exception):
    """The server is not reached, or the line to it is of no use any more; the text says in which way."""


class RefusedError(Exception):
    """The server does not let us in; the text is its code (RFC 5530), if it gave one."""


class AnsweredNoError(Exception):
    """The server understood and said NO or BAD; the text is its code, if it gave one."""


class GarbledError(Exception):
    """What the server said cannot be read. The line is of no use any more."""


@contextmanager
def talking() -> Iterator[None]:
    """Turns what the libraries raise into our own words; none of them repeats what the server said."""
    try:
        yield
    except (LostError, RefusedError, AnsweredNoError, GarbledError):
        raise
    except ssl.SSLCertVerificationError:
        raise LostError("the server's certificate does not hold") from None
    except TimeoutError:
        raise LostError("the server does not answer") from None
    except (imaplib.IMAP4.abort, OSError, EOFError) as error:
        raise LostError(_lost(error)) from None
    except exceptions.ProtocolError:
        raise GarbledError("an answer cannot be read") from None
    except imaplib.IMAP4.error as error:
        raise AnsweredNoError(code_of(error)) from None
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AssertionError,
        AttributeError,
        StopIteration,
    ) as error:
        raise GarbledError(f"an answer cannot be read ({type(error).__name__})") from None


def _lost(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"the line broke ({error.strerror or type(error).__name__})"
    return "the server hung up"


def code_of(error: Exception) -> str:
    """The code in an answer, in capitals; the words beside it are the server's, and stay there."""
    found = _CODE.search(str(error))
    return found[1] if found else ""
