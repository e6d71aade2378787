"""Every raw message of a corpus through SMTP into a desk: each answered, each accounted for."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.desk import Desk
from bench.mails import Mail, send_all
from bench.stacks import stack
from store.tables import contacts, dead_letters, receipts, work


def corpus(folder: Path, stack_name: str) -> dict[str, Any]:
    """Send the messages of kind ``eml`` that ``manifest.jsonl`` names, as they are."""
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    paths = [folder / line["path"] for line in lines if line["kind"] == "eml"]
    mails = [Mail("sender@customer.example", "support@acme.example", path.read_bytes()) for path in paths]
    with tempfile.TemporaryDirectory(prefix="despacho-corpus-") as name, stack(stack_name) as parts:
        desk = Desk(Path(name), parts.environment, [[]])
        try:
            desk.start()
            answers = send_all(desk.port, mails)
            desk.settle(120)
            figures = _count(desk)
        finally:
            desk.stop()
    codes = Counter(answer.code for answer in answers)
    return {"messages": len(mails), "codes": dict(codes)} | figures


def _count(desk: Desk) -> dict[str, Any]:
    with desk.store() as store, store.reading() as connection:
        states = select(contacts.c.state, contacts.c.reason, func.count()).group_by(
            contacts.c.state, contacts.c.reason
        )
        became = {f"{state} {reason}".strip(): count for state, reason, count in connection.execute(states)}
        return {
            "seen": connection.execute(select(func.sum(receipts.c.seen))).scalar_one(),
            "contacts": connection.execute(select(func.count()).select_from(contacts)).scalar_one(),
            "became": became,
            "dead_letters": connection.execute(select(func.count()).select_from(dead_letters)).scalar_one(),
            "work_left": connection.execute(select(func.count()).select_from(work)).scalar_one(),
        }
