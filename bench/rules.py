"""What rules cost: 200 on one ticket, and the whole way with 50 and without."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.rounds import alternate
from bench.whole_way import ALONE, runner
from config.loader import load_files
from events.message import Attachment, Message
from handlers.rules.engine import CompiledRules, compile_rules
from handlers.rules.facts import facts_of
from handlers.rules.seen import RequesterView, TicketView

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.whole_way import Runner

_WORDS = (
    "invoice factura faktura refund login password order delivery broken urgent cancel contract price quote "
    "address bank brakes wheel saddle chain light bell lock frame fork pump"
)
WORDS = _WORDS.split()
DESK = 'name = "B"\n[[mailbox]]\naddress = "support@acme.example"\n'
EMPTY_LOOPS = 1_000_000


def rule_texts(count: int, *, seed: int = 1) -> str:
    """Rules with three conditions each, of the kinds that people write most; hardly any of them matches."""
    draw = random.Random(seed)
    shapes = (
        (
            'when.subject.contains = ["{a}{n}", "{b}{n}"]',
            'when.requester.domain.is = "c{n}.example"',
            'when.requester.trust.at_least = "aligned"',
        ),
        (
            'when.channel.is = "smtp"',
            'when.body.contains = ["{a}{n}", "{b}{n}", "{a} {b}{n}"]',
            'unless.kind.is = "list"',
        ),
        (
            'when.kind.is = "human"',
            'when.subject.matches = "{a}.{{0,9}}{n}$"',
            "when.attachments.count.at_least = 1",
        ),
        (
            'when.requester.domain.ends_with = ".c{n}.example"',
            'when.attachments.names.contains = "{a}"',
            'when.ticket.priority.is = "normal"',
        ),
    )
    rules = []
    for number in range(count):
        first, second = draw.sample(WORDS, 2)
        lines = "\n".join(shapes[number % len(shapes)]).format(a=first, b=second, n=number)
        rules.append(f'[[rule]]\nname = "r{number}"\n{lines}\nthen.add_tags = ["t{number}"]\n')
    return "".join(rules)


def compiled(count: int) -> CompiledRules:
    """So many rules, ready to run."""
    return compile_rules(load_files({"desk.toml": DESK, "rules.toml": rule_texts(count)}))


def message() -> Message:
    """A mail of 500 words with a file and 25 headers."""
    draw = random.Random(2)
    body = " ".join(draw.choice(WORDS) for _ in range(500))
    return Message(
        channel="smtp",
        source_key="k",
        mailbox="support@acme.example",
        received_at=datetime(2026, 11, 30, 9, tzinfo=UTC),
        raw="r",
        subject="The invoice for my new bike from last week",
        text=body,
        new_words=body,
        attachments=(Attachment("photo.jpg", "image/jpeg", 200_000, 2),),
        headers=tuple((f"X-Header-{number}", "v" * 40) for number in range(25)),
    )


def on_one_ticket(count: int = 200, *, times: int = 50) -> dict[str, float]:
    """Processor milliseconds of one run of the rules over one ticket, the best of ``times``.

    ``a million empty loops`` tells how fast this machine is just now: about 15 ms on one that is quiet.
    """
    rules, mail = compiled(count), message()
    ticket, requester = TicketView(language="en"), RequesterView(address="kari@c3.example", trust="aligned")
    run = _best(lambda: rules.run("open", facts_of(mail, ticket, requester)), times)
    loops = _best(_empty, 5)
    return {f"{count} rules on one ticket, ms": run * 1000, "a million empty loops, ms": loops * 1000}


def whole_way(mails: int, rounds: int) -> dict[str, float]:
    """The whole way with 50 rules more and without, taking turns: mails a second, processor time, and ratios.

    The processor's time is that of the desk's process, and tells more on a machine that others use as well.
    """
    spent: dict[str, list[float]] = {}

    def timed(name: str, side: Runner) -> float:
        before = side.desk.cpu()
        rate = side.many(mails)
        spent.setdefault(name, []).append((side.desk.cpu() - before) / mails * 1e6)
        return rate

    with ExitStack() as running:
        plain = running.enter_context(runner({}, ALONE))
        ruled = running.enter_context(runner({}, ALONE, rules=rule_texts(50)))
        sides = {"without": plain, "with 50 rules": ruled}
        found = alternate({name: partial(timed, name, side) for name, side in sides.items()}, rounds)
    rate = {name: series.median for name, series in found.items()}
    micro = {name: median(each) for name, each in spent.items()}
    return {
        **{f"{name}, mails a second": value for name, value in rate.items()},
        "ratio": rate["with 50 rules"] / rate["without"],
        **{f"{name}, microseconds a mail": value for name, value in micro.items()},
        "ratio by processor time": micro["without"] / micro["with 50 rules"],
    }


def rules(*, mails: int, rounds: int) -> dict[str, Any]:
    """Everything of this file."""
    return on_one_ticket() | whole_way(mails, rounds)


def _best(run: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.thread_time()
        run()
        best = min(best, time.thread_time() - began)
    return best


def _empty() -> None:
    for _ in range(EMPTY_LOOPS):
        pass
