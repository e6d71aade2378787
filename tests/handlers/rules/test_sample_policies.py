"""The policies that we ship are right, tested and readable: people begin by copying them."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import config
from config.loader import LANGUAGES, load, load_files
from config.sample import Answers, sample_files
from handlers.rules.check import check_rules, warn_rules
from handlers.rules.engine import compile_rules
from handlers.rules.examples import run_rule_tests
from tests.handlers.rules.policies import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.types import Policy

EXAMPLE = Path(config.__file__).parent / "example"


def doubts(policy: Policy) -> list[str]:
    """Everything that could be said against a policy."""
    return [str(one) for one in (*check_rules(policy), *warn_rules(policy), *run_rule_tests(policy))]


def test_the_example_has_no_mistake_no_doubt_and_no_failing_test() -> None:
    """The policy of `make run` loads, warns of nothing, and every test beside its rules passes."""
    policy = load(EXAMPLE)
    assert doubts(policy) == []
    assert [mailbox.address for mailbox in policy.desk.mailboxes] == [
        "support@acme.example",
        "billing@acme.example",
    ]
    assert {agent.id: agent.languages for agent in policy.desk.agents} == {
        "ana": ("es", "en"),
        "bjorn": ("nb", "en"),
        "carol": ("en",),
    }
    assert policy.desk.languages == LANGUAGES


@pytest.mark.parametrize("subject", ["My invoice is wrong", "La factura de marzo", "Fakturaen er feil"])
def test_the_example_sends_invoices_to_billing_in_three_languages(subject: str) -> None:
    """The first thing that a new user tries works in English, Spanish and Norwegian."""
    outcome = compile_rules(load(EXAMPLE)).run("open", facts(subject=subject, channel="smtp")).outcome
    assert outcome.changes["group"] == "billing"


@pytest.mark.parametrize("languages", [pick for size in (1, 2, 3) for pick in combinations(LANGUAGES, size)])
def test_the_first_policy_is_right_in_any_languages(languages: tuple[str, ...]) -> None:
    """What `despacho init` writes has no mistake, no doubt, and tests that pass, for any of the languages."""
    answers = Answers(address="help@acme.example", languages=languages, agents=("Ana <ana@acme.example>",))
    assert doubts(load_files(sample_files(answers))) == []


def test_the_rule_that_the_sample_offers_works_when_it_is_uncommented() -> None:
    """The rule in comments is right once its group exists."""
    files = sample_files(Answers(address="help@acme.example"))
    offered = files["rules.toml"].partition("# [[rule]]\n")[2]
    lines = ["[[rule]]", *(line.removeprefix("#").strip() for line in offered.splitlines())]
    files["rules.toml"] = "\n".join(lines)
    files["desk.toml"] += '\n[[group]]\nname = "billing"\n'
    policy = load_files(files)
    assert [rule.name for rule in policy.rules] == ["Invoices go to billing"]
    assert doubts(policy) == []


# A line of TOML behind a #, and not the words that explain it.
COMMENTED = re.compile(r'(?m)^# (?=\[|[a-z_-]+ = |"[0-9-]+" = )')


@pytest.mark.parametrize(
    "files",
    [
        load(EXAMPLE).files,
        sample_files(Answers(address="help@acme.example", agents=("Ana <ana@acme.example>",))),
        sample_files(Answers(address="help@acme.example", hours="mon-fri 09:00-17:00 Europe/Madrid")),
    ],
    ids=["example", "init", "init without agents"],
)
def test_everything_that_is_offered_in_comments_works(files: Mapping[str, str]) -> None:
    """Shifts, skills, who is on call, a calendar, an SLA policy: whoever takes the # away is well."""
    text = COMMENTED.sub("", files["desk.toml"])
    policy = load_files({"desk.toml": text, "rules.toml": files["rules.toml"]})
    desk = policy.desk
    assert doubts(policy) == []
    assert desk.unowned.on_call
    assert desk.unowned.lead
    assert [len(desk.shifts), len(desk.calendars), len(desk.slas)] == [1, 1, 1]
    assert desk.slas[0].levels
    on_duty = [agent.duty for agent in desk.agents if agent.duty.shifts]
    assert len(on_duty) == min(1, len(desk.agents))
    assert all(duty.skills and duty.time_off for duty in on_duty)
