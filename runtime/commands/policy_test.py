"""``despacho policy test``: run the tests beside the rules, and the example mails."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from config.types import Mistake, Policy
from handlers.rules.engine import compile_rules
from handlers.rules.examples import run_tests_of
from runtime.cli import FAILED, OK, WRONG, err, settings
from runtime.commands.policy import as_mistakes, policy
from runtime.listing import counted, say, say_json
from runtime.policy_check import examine_policy
from runtime.policy_examples import run_examples

if TYPE_CHECKING:
    from collections.abc import Callable


class Tested(msgspec.Struct, frozen=True):
    """One rule's tests, or one example mail: how many there are, and what was not as expected."""

    name: str
    tests: int
    mistakes: tuple[Mistake, ...]


@policy.command(name="test")
def run_all(folder: Path | None = None, *, json: bool = False) -> int:
    """Run the tests beside the rules and the example mails of a policy. Changes nothing.

    A test that fails says which rule did something else, or the first condition that did not hold.

    Exit codes: 0 all pass, 1 some fail, 2 the policy has mistakes.

    Examples: `despacho policy test` · `despacho policy test ./policy` · `despacho policy test --json`

    Parameters
    ----------
    folder
        The policy's folder; by default the one that the settings name.
    json
        One document: passed, failed, and a list of name, tests, mistakes.
    """
    verdict = examine_policy(folder or settings().policy)
    if not verdict.readable:
        for mistake in verdict.mistakes:
            err.print(str(mistake), markup=False, soft_wrap=True)
        return WRONG
    columns = TextColumn("testing"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=err, transient=True, disable=json or not err.is_terminal) as bar:
        task = bar.add_task("", total=verdict.tests)
        tested = run(verdict.policy, lambda one: bar.advance(task, one.tests))
    failed = sum(bool(one.mistakes) for one in tested)
    if json:
        say_json(
            {
                "passed": sum(one.tests for one in tested if not one.mistakes),
                "failed": failed,
                "tests": [
                    {"name": one.name, "tests": one.tests, "mistakes": as_mistakes(one.mistakes)}
                    for one in tested
                ],
            }
        )
    else:
        _tell(tested, failed, verdict.tests)
    return FAILED if failed else OK


def run(chosen: Policy, tell: Callable[[Tested], object]) -> list[Tested]:
    """Run everything; ``tell`` hears of each rule and each mail as it is done."""
    rules = compile_rules(chosen)
    tested: list[Tested] = []

    def done(one: Tested) -> None:
        tested.append(one)
        tell(one)

    for rule in chosen.rules:
        done(Tested(rule.name, len(rule.tests), tuple(run_tests_of(rule, rules, chosen))))
    run_examples(chosen, rules, lambda result: done(Tested(result.name, 1, result.mistakes)))
    return tested


def _tell(tested: list[Tested], failed: int, count: int) -> None:
    for one in tested:
        for mistake in one.mistakes:
            say(mistake, "red")
    untested = [one.name for one in tested if not one.tests]
    if untested:
        say(f"Without a test: {', '.join(map(repr, untested))} (only a warning).", "yellow")
    if failed:
        err.print(f"{counted(failed, 'rule or mail', 'rules or mails')} failed.", style="red")
    else:
        say(f"{counted(count, 'test')} passed.", "green")
