"""Which policy is in force, whether it can be used, and whether the folder is still the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.loader import load_files
from config.mistakes import PolicyError
from handlers.rules.engine import compile_rules
from runtime.checkup.finding import Finding
from runtime.listing import counted
from runtime.policy_check import examine_policy
from store import policies

if TYPE_CHECKING:
    from runtime.policy_check import Verdict
    from runtime.settings import Settings
    from store.engine import Store

CHECK = "policy"


def look_at_policy(settings: Settings, store: Store | None) -> list[Finding]:
    """Compare what is applied with what lies in the folder; without a store only the folder is looked at."""
    verdict = examine_policy(settings.policy)
    stored = None
    if store is not None:
        with store.reading() as connection:
            stored = policies.fetch(connection, policies.current_version(connection))
    if stored is None:
        return [_before_the_first(verdict, settings)]
    try:
        compile_rules(load_files(stored.files))
    except PolicyError as error:
        count = counted(len(error.mistakes), "mistake")
        says = f"version {stored.version} is in force and this program finds {count} in it"
        return [Finding(CHECK, "red", says, "`despacho policy check`, then `despacho policy apply`")]
    return [_compare(verdict, stored, settings)]


def _before_the_first(verdict: Verdict, settings: Settings) -> Finding:
    if verdict.mistakes:
        count = counted(len(verdict.mistakes), "mistake")
        says = f"{settings.policy} has {count}; a first start would refuse it"
        return Finding(CHECK, "red", says, "`despacho policy check` names them")
    return Finding(CHECK, "green", f"{settings.policy} is good; a first start would take it")


def _compare(verdict: Verdict, stored: policies.StoredPolicy, settings: Settings) -> Finding:
    version = f"version {stored.version} is in force"
    if verdict.mistakes:
        count = counted(len(verdict.mistakes), "mistake")
        says = f"{version}; the folder {settings.policy} has {count}"
        return Finding(CHECK, "yellow", says, "`despacho policy check` names them")
    if stored.digest != policies.digest_of(verdict.policy.files):
        says = f"{version}; the folder {settings.policy} differs from it"
        return Finding(CHECK, "yellow", says, "`despacho policy apply` takes it")
    return Finding(CHECK, "green", f"{version}, and the folder is the same")
