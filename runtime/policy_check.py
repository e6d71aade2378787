"""All that can be wrong with a policy, asked in one place: structure, rules, their tests, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from config.doubtful import doubtful_limits
from config.example_mails import without_expectation
from config.loader import Reading, examine, examine_files
from config.mistakes import PolicyError, in_order
from config.types import Mistake, Policy
from handlers.rules.check import check_rules, warn_rules
from handlers.rules.engine import compile_rules
from handlers.rules.examples import run_rule_tests
from ingest.hooks.check import check_webhooks
from runtime.dkim_check import dkim_mistakes
from runtime.policy_examples import check_examples, run_examples
from runtime.template_check import template_mistakes

if TYPE_CHECKING:
    from pathlib import Path


class Verdict(msgspec.Struct, frozen=True):
    """What a check found. With ``mistakes`` the policy must not be used; ``warnings`` are only doubts.

    Where it is ``readable`` the mistakes are tests that fail.
    """

    policy: Policy
    mistakes: list[Mistake]
    warnings: list[Mistake]
    readable: bool = True

    @property
    def tests(self) -> int:
        """How many tests stand beside the rules, and how many example mails."""
        mails = sum(1 for name in self.policy.files if name.endswith(".expected.toml"))
        return sum(len(rule.tests) for rule in self.policy.rules) + mails


def examine_policy(folder: Path) -> Verdict:
    """What is wrong with the policy in ``folder``, a test that fails included; raises nothing for it."""
    return _judge(examine(folder))


def examine_stored(files: dict[str, str]) -> Verdict:
    """As `examine_policy`, for the files of a stored version."""
    return _judge(examine_files(files))


def sound_policy(folder: Path) -> Policy:
    """The policy in ``folder``, if it may be put to work; raises `PolicyError` with every mistake."""
    verdict = examine_policy(folder)
    if verdict.mistakes:
        raise PolicyError(verdict.mistakes)
    return verdict.policy


def _judge(reading: Reading) -> Verdict:
    policy = reading.policy
    found = [
        *reading.mistakes,
        *check_webhooks(policy),
        *dkim_mistakes(policy),
        *check_rules(policy),
        *template_mistakes(policy),
        *check_examples(policy),
    ]
    # A test says nothing about a policy that cannot be read as it was meant.
    mistakes = in_order(found) if found else in_order([*run_rule_tests(policy), *_failed_examples(policy)])
    doubts = [*warn_rules(policy), *without_expectation(policy.files)]
    warnings = in_order([*doubts, *doubtful_limits(policy.files, policy.desk)])
    return Verdict(policy, mistakes, warnings, readable=not found)


def _failed_examples(policy: Policy) -> list[Mistake]:
    """What was not as the example mails expect; rules that cannot be run are told elsewhere."""
    return [one for result in run_examples(policy, compile_rules(policy)) for one in result.mistakes]
