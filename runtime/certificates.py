"""Certificates that services sign with, fetched once by URLs that their source has found to be theirs."""

from __future__ import annotations

import http.client
import ssl
import threading
import urllib.parse

SECONDS = 5.0
LARGEST = 16 * 1024
KEPT = 16


class Certificates:
    """Fetches and keeps a few; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, bytes] = {}

    def fetch(self, url: str) -> bytes:
        """The PEM at an https URL; raises OSError. Redirections are not followed."""
        with self._lock:
            known = self._known.get(url)
        if known is not None:
            return known
        found = _get(url)
        with self._lock:
            self._known[url] = found
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return found


def _get(url: str) -> bytes:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.port not in {None, 443}:
        raise OSError("no https URL")
    line = http.client.HTTPSConnection(parts.hostname, timeout=SECONDS, context=ssl.create_default_context())
    try:
        line.request("GET", parts.path)
        answer = line.getresponse()
        body = answer.read(LARGEST + 1)
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from None
    finally:
        line.close()
    if answer.status != http.HTTPStatus.OK or len(body) > LARGEST:
        raise OSError(f"answered {answer.status}")
    return body
