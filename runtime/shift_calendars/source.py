"""Where a calendar's bytes come from: a file in the policy's folder, or an https URL on the open internet."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

from runtime.calling.guard import ForbiddenError, target_of
from runtime.calling.post import UnreachableError, connected
from runtime.shift_calendars.contained import NoTimesError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from runtime.calling.guard import Target

LARGEST = 2 * 1024 * 1024
"""Bytes of one calendar."""
SECONDS = 20.0
"""The whole of fetching one, from dialling to the last byte."""
_OK, _MOVED, _WRONG = 200, 300, 400


def bytes_of(ics: str, folder: Path, allowed: Collection[str]) -> bytes:
    """What is at a path within ``folder``, or at a URL; raises `NoTimesError`.

    ``allowed`` are hosts that may be asked although they are inside.
    """
    if "://" not in ics:
        return from_file(folder, ics)
    try:
        target = target_of(ics, allowed)
    except ForbiddenError as error:
        raise NoTimesError(f"it may not be fetched: {error}; a setting, webhook_hosts, allows it") from None
    except OSError as error:
        raise NoTimesError(f"the name of its host was not found ({type(error).__name__})") from None
    return fetch(target)


def from_file(folder: Path, ics: str) -> bytes:
    """A file's bytes; neither a link nor its name leads out of the folder."""
    path = (folder / ics).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise NoTimesError(f"{ics} is a link that leads out of the policy's folder")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NoTimesError(f"{path} cannot be read: {error.strerror}") from None
    return _bounded(data)


def fetch(target: Target, seconds: float = SECONDS) -> bytes:
    """What a host answers to one GET, whole; nobody is followed to another address."""
    headers = {"User-Agent": "Despacho", "Accept": "text/calendar", "Accept-Encoding": "identity"}
    try:
        with connected(target, seconds) as connection:
            connection.request("GET", target.path, headers=headers)
            response = connection.getresponse()
            if _MOVED <= response.status < _WRONG:
                raise NoTimesError(f"it answers {response.status}, it has moved: name the address it has now")
            if response.status != _OK:
                raise NoTimesError(f"it answers {response.status}")
            data = response.read(LARGEST + 1)
            if response.length and len(data) <= LARGEST:
                raise NoTimesError("its answer was cut off")
    except UnreachableError as error:
        raise NoTimesError(str(error)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NoTimesError(
            f"it did not answer as HTTP does in {seconds:g} s ({type(error).__name__})"
        ) from None
    return _bounded(data)


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise NoTimesError(f"it is larger than {LARGEST:,} bytes")
    return data
