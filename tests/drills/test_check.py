"""The judge sees each way in which mail can be lost or doubled, and nothing where there is nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.drills.check import Report, Seen, check, check_now
from tests.drills.snapshot import Outgoing, Snapshot

ANA, BO = "ana@town.example", "bo@town.example"


def tried(mail: int, *ends: str, sender: str = ANA) -> list[dict[str, Any]]:
    """What the ledger says of one mail that was tried once for each end."""
    invoke = {"what": "invoke", "mail": mail, "digest": f"d{mail}", "sender": sender, "manner": "plain"}
    return [
        line for end in ends for line in (invoke, {"what": end, "mail": mail, "code": 250, "seconds": 0.1})
    ]


def kept(to: str, name: str) -> dict[str, Any]:
    """A copy that the relay kept."""
    return {"what": "kept", "to": to, "id": name, "withheld": False}


def answered(ticket: int, to: str = ANA, state: str = "sent") -> Outgoing:
    """The acknowledgement of a ticket."""
    return Outgoing(ticket, ticket, "acknowledged", to, f"<ack{ticket}>", state)


GOOD = Snapshot(contacts={"d1": [1]}, tickets={1: ANA}, entries=[1], outgoing=[answered(1)])


def judged(
    inbox: list[dict[str, Any]], relay: list[dict[str, Any]], desk: Snapshot, bound: int = 0
) -> Report:
    """The judgement on a run that was drained."""
    return check(Seen(inbox, relay, bound), desk, drained=True)


def test_one_mail_one_ticket_one_answer_is_good() -> None:
    """A mail that was kept, ticketed and acknowledged once has no fault, however often it was tried."""
    report = judged(tried(1, "later", "lost", "ok"), [kept(ANA, "<ack1>")], GOOD)
    assert (report.mails, report.faults()) == (1, [])


@pytest.mark.parametrize(
    ("inbox", "relay", "desk", "fault"),
    [
        (tried(1, "ok"), [], Snapshot(), "1 lost"),
        (tried(1, "ok"), [], Snapshot(contacts={"d1": [None]}), "1 lost"),
        (tried(1, "refused"), [], Snapshot(), "1 refused"),
        (tried(1, "later"), [], Snapshot(), "1 unsettled"),
        ([], [], Snapshot(contacts={"d9": [None]}), "1 unexpected"),
        ([], [], Snapshot(tickets={1: ANA, 2: ANA}), "1 duplicate tickets"),
        ([], [], Snapshot(entries=[7, 7, 8]), "1 duplicate entries"),
        ([], [], Snapshot(escalations=[3, 3]), "1 duplicate escalations"),
        ([], [kept(ANA, "<one>"), kept(ANA, "<two>")], Snapshot(), "1 duplicate acknowledgements"),
        ([], [], Snapshot(tickets={1: ANA}), "1 unanswered"),
        ([], [], Snapshot(dead_letters=["deadly"]), "1 dead letters"),
        ([], [], Snapshot(outgoing=[answered(1)], tickets={1: ANA}), "1 vanished"),
    ],
)
def test_each_fault_is_seen(
    inbox: list[dict[str, Any]], relay: list[dict[str, Any]], desk: Snapshot, fault: str
) -> None:
    """Every way to lose, double or invent something has its name in the verdict."""
    assert fault in judged(inbox, relay, desk).faults()


def test_a_mail_of_which_nobody_heard_may_be_kept_or_not() -> None:
    """A client that vanished after the dot is owed nothing, and a ticket of its mail is no surprise."""
    gone = tried(1, "gone")
    assert judged(gone, [], Snapshot()).faults() == []
    report = judged(gone, [kept(ANA, "<ack1>")], GOOD)
    assert (report.recovered, report.faults()) == (1, [])


def test_copies_are_allowed_up_to_the_bound() -> None:
    """The same mail twice is a fault only where there were fewer doubts than copies."""
    relay = [kept(ANA, "<ack1>")] * 3
    assert judged(tried(1, "ok"), relay, GOOD, bound=2).faults() == []
    assert judged(tried(1, "ok"), relay, GOOD, bound=1).faults() == ["2 extra copies, 1 allowed"]


def test_an_answer_that_the_relay_refused_for_good_is_no_silence() -> None:
    """A failed acknowledgement is right only where the relay said 5xx to that recipient."""
    desk = Snapshot(tickets={1: BO}, outgoing=[answered(1, BO, "failed")])
    refusal = {"what": "fault", "fault": "554-dot", "to": BO}
    assert judged([], [refusal], desk).unanswered == 0
    assert judged([], [], desk).unanswered == 1


def test_what_is_not_drained_is_a_fault() -> None:
    """A desk that did not come to rest is red, even if its last look found nothing."""
    assert "1 undrained" in check(Seen([], []), Snapshot(), drained=False).faults()


def test_while_it_runs_a_contact_is_enough() -> None:
    """An accepted mail has to be in the database at once, and may be without a ticket yet."""
    seen = Seen(tried(1, "ok"), [])
    assert check_now(seen, Snapshot(contacts={"d1": [None]})).faults() == []
    assert check_now(seen, Snapshot()).faults() == ["1 lost"]
