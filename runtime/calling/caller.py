"""Make the calls that rules ask for, outside any transaction; one that fails is tried again."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from handlers.desk import Desk
from runtime.attempts import next_try
from runtime.calling.guard import ForbiddenError, target_of
from runtime.calling.post import Answer, post, signature
from runtime.worker import TROUBLE_SECONDS, holder_name
from store import calls
from store.batch import Batch
from store.faults import is_outage
from store.numbers import numbers_for

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection
    from datetime import datetime

    from config.vocabulary import OutgoingWebhook
    from events.token import Keyring
    from runtime.rulebooks import Rulebooks
    from store.calls import Call
    from store.engine import Store

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
AT_ONCE = 8
"""Calls that are made at the same time: a slow system keeps few others waiting."""
GONE = 410
"""RFC 9110 section 15.5.11: it wants no more of this."""


class Caller:
    """One process's calls; any number of processes may make some."""

    def __init__(
        self,
        store: Store,
        rulebooks: Rulebooks,
        keyring: Keyring,
        *,
        allowed: Collection[str],
        now: Callable[[], datetime],
    ) -> None:
        """``allowed`` are hosts that may be called although they are inside; ``now`` is the one clock."""
        self._store = store
        self._rulebooks = rulebooks
        self._keyring = keyring
        self._allowed = frozenset(allowed)
        self._now = now
        self._holder = holder_name()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="call")

    def run(self, stop: threading.Event) -> None:
        """Make calls until ``stop`` is set; a database that is away is waited for."""
        while not stop.is_set():
            try:
                busy = self.turn()
            except Exception as error:
                log.warning("calls_wait", error=type(error).__name__, exc_info=not is_outage(error))
                stop.wait(TROUBLE_SECONDS)
                continue
            if not busy:
                stop.wait(LOOK_SECONDS)
        self._pool.shutdown()

    def turn(self) -> bool:
        """Make what is due; whether there was any."""
        now = self._now()
        with self._store.reading() as connection:
            if not calls.any_due(connection, now):
                return False
        with self._store.writing() as connection:
            taken = calls.lease(connection, self._holder, now, AT_ONCE)
        for call, answer in zip(taken, self._pool.map(self._make, taken), strict=True):
            self._end(call, answer)
        return bool(taken)

    def _make(self, call: Call) -> Answer:
        """One call, in a thread of its own; what goes wrong is told and never raised."""
        hook = self._hook(call)
        if hook is None:
            return Answer(GONE, "the policy has no such webhook any more")
        try:
            secret = _secret(hook)
            target = target_of(hook.url, self._allowed)
        except ForbiddenError as error:
            return Answer(GONE, f"it may not be called: {error}; a setting, webhook_hosts, allows it")
        except OSError as error:
            return Answer(0, f"its name or its secret was not found ({type(error).__name__})")
        body = call.body.encode()
        message_id = f"msg_{hashlib.sha256(call.effect_key.encode()).hexdigest()[:32]}"
        timestamp = int(self._now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Despacho",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secret, message_id, timestamp, body),
        }
        return post(target, body, headers)

    def _hook(self, call: Call) -> OutgoingWebhook | None:
        policy = self._rulebooks.of(call.policy_version).policy
        return next((one for one in policy.outgoing_webhooks if one.name == call.webhook), None)

    def _end(self, call: Call, answer: Answer) -> None:
        now = self._now()
        due = None if answer.good or answer.status == GONE else next_try(call.attempts, now)
        state = "done" if answer.good else "waiting" if due else "failed"
        said = f"{answer.status or ''} {answer.said}".strip()
        with self._store.writing() as connection:
            if (
                calls.end(connection, call, state, said, now=now, due_at=due)
                and state == "failed"
                and call.ticket
            ):
                batch = Batch(connection, numbers_for(self._store.dialect))
                book = self._rulebooks.current()
                desk = Desk.by_hand(batch, now=now, rulebook=book, keyring=self._keyring)
                desk.note(
                    call.ticket, f"{call.webhook!r} was not told of this ticket: {said}", flag="uncalled"
                )
                batch.flush()
        log.info("call_ended", webhook=call.webhook, state=state, status=answer.status)


def _secret(hook: OutgoingWebhook) -> str:
    """The secret that signs its calls; raises `OSError` where it is not there."""
    if hook.secret_env:
        if not os.environ.get(hook.secret_env):
            raise FileNotFoundError(hook.secret_env)
        return os.environ[hook.secret_env]
    return Path(hook.secret_file).read_text(encoding="utf-8").strip()
