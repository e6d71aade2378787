"""Thousands of mails into a whole desk, and what became of every one; with ``kills`` while they come."""

from __future__ import annotations

import itertools
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bench.desk import Desk, load_policy
from bench.mails import different_senders, send_all, smtp_source
from bench.stacks import Sink, stack
from store.tables import contacts, dead_letters, outgoing, receipts, tickets, work

if TYPE_CHECKING:
    from collections.abc import Callable

DRAIN_SECONDS = 300
_ROLES: dict[str, list[list[str]]] = {
    "sqlite": [[]],
    "postgresql": [["smtp"], ["worker"], ["worker"], ["sender", "timekeeper"]],
}


def flood(
    stack_name: str, *, mails: int = 3000, kills: int = 0, seed: int = 1, limits: bool = False
) -> dict[str, Any]:
    """Send ``mails`` with smtp-source and as many from different people; wait until all is done; count.

    With ``kills``, processes are ended with SIGKILL at random moments and started again, and all mails come
    from a sender that tries again, because smtp-source gives up at the first lost connection. With ``limits``
    the sample policy's limits on automatic mail stay as they are.
    """
    with tempfile.TemporaryDirectory(prefix="despacho-flood-") as name, stack(stack_name) as parts:
        folder = Path(name)
        sink = Sink(folder / "sink")
        environment = {
            **parts.environment,
            **({} if limits else {"DESPACHO_POLICY": str(load_policy(folder / "policy"))}),
            "DESPACHO_RELAY_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        desk = Desk(folder, environment, _ROLES[stack_name])
        try:
            ready = desk.start()
            began = time.monotonic()
            done = _under_fire(desk, kills, seed, lambda: _send(desk, mails, persistent_sender=bool(kills)))
            sent = time.monotonic() - began
            drained = _drain(desk)
            figures = _count(desk, sink) | done
            figures |= {
                "ready_s": ready,
                "send_s": sent,
                "all_done_s": time.monotonic() - began,
                "drained": drained,
                "doctor": _colours(desk.doctor()),
            }
            return {"stack": stack_name} | figures
        finally:
            desk.stop()
            sink.stop()


def _send(desk: Desk, mails: int, *, persistent_sender: bool) -> dict[str, Any]:
    if persistent_sender:
        answers = send_all(desk.port, different_senders(2 * mails))
    else:
        smtp_source(desk.port, mails)
        answers = send_all(desk.port, different_senders(mails))
    return {
        "sent": 2 * mails,
        "not_taken": sum(answer.code != 250 for answer in answers),
        "retries": sum(answer.tries - 1 for answer in answers),
    }


def _under_fire(desk: Desk, kills: int, seed: int, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Send while processes die, each started again after a moment."""
    if not kills:
        return send()
    stop = threading.Event()
    killed = itertools.count()
    chance = random.Random(seed)

    def fire() -> None:
        for _ in range(kills):
            if stop.wait(chance.uniform(0.3, 1.5)):
                return
            victim = chance.choice(desk.processes)
            victim.kill()
            victim.start()
            next(killed)

    thread = threading.Thread(target=fire)
    thread.start()
    try:
        figures = send()
    finally:
        stop.set()
        thread.join()
    return figures | {"kills": next(killed)}


def _drain(desk: Desk) -> bool:
    """Wait until no work and no mail is left to do."""
    until = time.monotonic() + DRAIN_SECONDS
    with desk.store() as store:
        while time.monotonic() < until:
            with store.reading() as connection:
                left = connection.execute(select(func.count()).select_from(work)).scalar_one()
                open_mails = outgoing.c.state.in_(["waiting", "sending"])
                left += connection.execute(select(func.count()).where(open_mails)).scalar_one()
            if not left:
                return True
            time.sleep(0.25)
    return False


def _colours(found: dict[str, str]) -> str:
    """The doctor's verdict in a line: the checks that are not green, by colour."""
    alarming = [f"{check} {colour}" for check, colour in found.items() if colour != "green"]
    return ", ".join(alarming) or "all green, the books balance"


def _count(desk: Desk, sink: Sink) -> dict[str, Any]:
    counts = {
        "contacts": select(func.count()).select_from(contacts),
        "seen": select(func.sum(receipts.c.seen)),
        "tickets": select(func.count()).select_from(tickets),
        "dead_letters": select(func.count()).select_from(dead_letters),
        "acks_sent": select(func.count()).where(
            outgoing.c.reason == "acknowledged", outgoing.c.state == "sent"
        ),
        "mails_sent": select(func.count()).where(outgoing.c.state == "sent"),
        "mails_not_sent": select(func.count()).where(outgoing.c.state != "sent"),
    }
    with desk.store() as store, store.reading() as connection:
        figures = {name: connection.execute(statement).scalar_one() for name, statement in counts.items()}
    received = sink.received()
    return figures | {
        "relay_distinct": len(received),
        "relay_acks": sum(".ack." in name for name in received),
        "relay_extra_copies": sum(received.values()) - len(received),
    }
