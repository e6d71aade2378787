"""The sender's first step: leased rows become mails, signed, whose bytes are on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import structlog

from runtime.render import RenderError
from runtime.serialise import BadAddressError
from store import failpoints, sending
from store import letter as letters
from store.outbox import Leased

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from runtime.render import Renderer
    from store.engine import Store

log = structlog.get_logger(__name__)


class Prepared(msgspec.Struct):
    """``ready`` can be sent; ``hopeless`` never will be, with why; ``stuck`` met a fault of ours."""

    ready: list[Leased]
    hopeless: list[tuple[Leased, str]]
    stuck: list[Leased]


class Preparation:
    """Renders and signs mails.

    ``overrides_of`` gives the templates of a policy version; ``sign`` a mail's bytes with signatures on top,
    by its sender's address. It raises nothing.
    """

    def __init__(
        self,
        store: Store,
        renderer: Renderer,
        overrides_of: Callable[[int | None], Mapping[str, str]],
        sign: Callable[[bytes, str], bytes],
    ) -> None:
        self._store = store
        self._renderer = renderer
        self._overrides_of = overrides_of
        self._sign = sign

    def prepare(self, rows: Iterable[Leased], between: Callable[[], None]) -> Prepared:
        """Render what has no bytes yet and commit the bytes; ``between`` is called after each mail."""
        prepared = Prepared([], [], [])
        fresh: list[tuple[Leased, bytes]] = []
        for row in rows:
            if row.wire is not None:
                prepared.ready.append(row)
                continue
            try:
                fresh.append((row, self._render(row)))
            except (RenderError, BadAddressError) as error:
                prepared.hopeless.append((row, str(error)))
            except Exception as error:  # noqa: BLE001 - one mail's fault must not stop the others
                log.warning("render_failed", outgoing=row.id, error=type(error).__name__)
                prepared.stuck.append(row)
            between()
        prepared.ready += self._saved(fresh)
        return prepared

    def _saved(self, fresh: list[tuple[Leased, bytes]]) -> list[Leased]:
        if not fresh:
            return []
        with self._store.writing() as connection:
            held = sending.save_bytes(connection, fresh)
        failpoints.reach("sender_bytes_saved")
        return [msgspec.structs.replace(row, wire=wire) for row, wire in fresh if row.id in held]

    def _render(self, row: Leased) -> bytes:
        try:
            letter = letters.decode(row.letter)
        except msgspec.MsgspecError:
            raise RenderError("this mail's letter cannot be read") from None
        wire = self._renderer.render(row, self._overrides_of(letter.policy_version))
        # Signed before it is stored: a second try is the same mail, to the last byte.
        return self._sign(wire, letter.sender.address)
