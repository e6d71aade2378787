"""Why a role cannot begin to listen, said in terms of the settings that an operator can change."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import TYPE_CHECKING

from runtime.settings_sources import PREFIX

if TYPE_CHECKING:
    from runtime.settings import Settings


class ListenError(Exception):
    """A role cannot begin to listen; the text says why and which setting to change."""


def explain(role: str, settings: Settings, error: OSError) -> ListenError:
    """What to tell the operator of this error; settings are named after ``role``, ``smtp`` or ``http``."""
    host, port = getattr(settings, f"{role}_host"), getattr(settings, f"{role}_port")
    host_setting, port_setting = (f"{PREFIX}{role.upper()}_{part}" for part in ("HOST", "PORT"))
    if isinstance(error, ssl.SSLError):
        return ListenError(
            f"{role}: the certificate and its key cannot be used. "
            f"Look at {PREFIX}TLS_CERTIFICATE and {PREFIX}TLS_KEY."
        )
    # An error about a file has nothing to do with the address.
    number = None if error.filename else error.errno
    if isinstance(error, socket.gaierror) or number == errno.EADDRNOTAVAIL:
        return ListenError(
            f"{role}: {host} is no address of this machine. Set {host_setting} to one that is."
        )
    if number == errno.EADDRINUSE:
        return ListenError(
            f"{role}: port {port} on {host} is taken by another program. "
            f"Stop it, or set {port_setting} to another port (0: any free one)."
        )
    if number in {errno.EACCES, errno.EPERM}:
        return ListenError(
            f"{role}: this user may not listen on port {port} of {host}. "
            f"Set {port_setting} to a port above 1023, or give the right to use it."
        )
    place = f" ({error.filename})" if error.filename else ""
    return ListenError(f"{role}: it cannot start: {os.strerror(error.errno or 0)}{place}.")
