"""How long a sender waits for 250 while ten push at once and the broker is gone."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench.desk import Desk, load_policy
from bench.mails import different_senders, send_all
from bench.stacks import stack


def latency(*, mails: int) -> dict[str, Any]:
    """Measure on PostgreSQL with RabbitMQ killed before the first mail; one process runs all roles."""
    with tempfile.TemporaryDirectory(prefix="despacho-latency-") as name, stack("postgresql") as parts:
        assert parts.broker is not None
        policy = load_policy(Path(name) / "policy")
        desk = Desk(Path(name), {**parts.environment, "DESPACHO_POLICY": str(policy)}, [[]])
        try:
            desk.start()
            parts.broker.kill()
            answers = send_all(desk.port, different_senders(mails))
        finally:
            desk.stop()
    seconds = sorted(answer.seconds for answer in answers)
    cuts = statistics.quantiles(seconds, n=100)
    return {
        "mails": len(answers),
        "not_taken": sum(answer.code != 250 for answer in answers),
        "p50_ms": cuts[49] * 1000,
        "p99_ms": cuts[98] * 1000,
        "max_ms": seconds[-1] * 1000,
    }
