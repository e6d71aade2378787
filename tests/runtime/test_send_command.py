"""`despacho send`: mail the running desk, and be told in three lines what became of it."""

from __future__ import annotations

import io
import socket
from typing import TYPE_CHECKING

import pytest

from runtime import log as logs
from runtime import roles, settings, wiring
from runtime.demo.private import PrivateDesk, private_desk
from runtime.roles import SmtpRole
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.log_restored import log_restored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[DeskAtHand]:
    """A command line in a terminal of eighty columns; what the desk beside it logs goes elsewhere."""
    monkeypatch.setenv("COLUMNS", "80")
    with log_restored():
        logs.configure("warning", stream=io.StringIO())
        yield DeskAtHand(tmp_path, monkeypatch, capsys)


@pytest.fixture
def running(shell: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateDesk]:
    """A desk that runs, and whose settings the command line has."""
    folder = shell.folder / "var"
    folder.mkdir()
    with private_desk(folder) as desk:
        monkeypatch.setenv("DESPACHO_SMTP_PORT", str(desk.server.port))
        yield desk


@pytest.fixture
def silent(shell: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A desk that takes mail, and in which nobody handles it."""
    own = settings.load({"DESPACHO_DATA": "var", "DESPACHO_SMTP_PORT": "0"}, shell.folder)
    store = wiring.open_store(own)
    wiring.prepare(own, store)
    parts = wiring.connect(own, store)
    parts.pulse.start()
    started = roles.start(parts, ["smtp"])
    smtp = started["smtp"]
    assert isinstance(smtp, SmtpRole)
    monkeypatch.setenv("DESPACHO_SMTP_PORT", str(smtp.port))
    yield
    roles.stop(started)
    parts.close()


@pytest.mark.usefixtures("running")
def test_three_lines_tell_all(shell: DeskAtHand) -> None:
    """A subject is enough; the ticket, the agent and why, and the acknowledgement are told."""
    said = shell.run("send", "My invoice is wrong")
    assert said.code == 0
    assert said.err == ""
    ticket, agent, *acknowledgement = [" ".join(line.split()) for line in said.out.splitlines()]
    assert ticket.startswith("Ticket #1 “My invoice is wrong”, language en, group billing")
    assert any("Ana García: least loaded in billing" in line for line in (agent, *acknowledgement))
    assert "rule “Invoices go to billing” matched" in " ".join(said.out.split())
    assert "Acknowledgement to emma@customer.example in en: captured" in " ".join(acknowledgement)
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("words", "language", "customer"),
    [
        (["Mi pedido no ha llegado"], "es", "lucia@cliente.example"),
        (["Jeg har ikke fått sykkelen min"], "nb", "kari@kunde.example"),
        (["Jeg har ikke fått sykkelen min", "--lang", "es"], "es", "lucia@cliente.example"),
        (["4711", "--lang", "nb"], "nb", "kari@kunde.example"),
    ],
)
def test_the_language_is_the_subjects_or_the_given(
    shell: DeskAtHand, words: list[str], language: str, customer: str
) -> None:
    """The body and the customer are of the language of the subject, unless another one is given."""
    told = shell.run("send", *words, "--json").json()
    assert told["became"] == "ticket"
    assert told["ticket"]["language"] == language
    assert told["acknowledgement"]["to"] == customer
    assert told["acknowledgement"]["language"] == language


@pytest.mark.usefixtures("running")
def test_sender_mailbox_and_body_can_be_given(shell: DeskAtHand) -> None:
    """Who writes, to which mailbox and what: each has its flag."""
    words = ["--from", "Åse <ase@fjell.example>", "--to", "billing@acme.example", "--body", "How much is it?"]
    told = shell.run("send", "A question", *words, "--json").json()
    assert told["ticket"]["group"] == "billing"
    assert told["acknowledgement"]["to"] == "ase@fjell.example"


def test_a_reply_is_told_as_one(shell: DeskAtHand, running: PrivateDesk) -> None:
    """A file that answers our mail joins the ticket, its agent is told, and it is not acknowledged."""
    shell.run("send", "My bicycle squeaks")
    tag = running.parts.keyring.reply_tag(1)
    (shell.folder / "reply.eml").write_text(
        "From: emma@customer.example\nTo: support@acme.example\nSubject: Re: it\n\nOnly when it rains.\n"
    )
    said = shell.run("send", "--file", "reply.eml", "--to", f"support+{tag}@acme.example")
    words = " ".join(said.out.split())
    assert said.code == 0
    assert "#1 “My bicycle squeaks”, joined by its signed reply address" in words
    assert "told by mail: captured" in words
    assert "none: a reply is not acknowledged" in words


@pytest.mark.usefixtures("running")
def test_the_same_mail_once_more_is_told(shell: DeskAtHand) -> None:
    """A mail that the desk has already makes nothing new, and the ticket it made is shown."""
    (shell.folder / "mail.eml").write_text(
        "From: emma@customer.example\nTo: support@acme.example\nSubject: Hello\n\nAre you there?\n"
    )
    first = shell.run("send", "--file", "mail.eml", "--json").json()
    again = shell.run("send", "--file", "mail.eml", "--json").json()
    assert (first["known_before"], again["known_before"]) == (False, True)
    assert first["ticket"]["number"] == again["ticket"]["number"]
    assert "had this very mail already" in shell.run("send", "--file", "mail.eml").out


@pytest.mark.usefixtures("running")
def test_what_is_set_aside_is_told(shell: DeskAtHand) -> None:
    """A machine's mail that belongs to no ticket is set aside, and the reason is said."""
    (shell.folder / "away.eml").write_text(
        "From: emma@customer.example\nSubject: Away\nAuto-Submitted: auto-replied\n\nI am away.\n"
    )
    said = shell.run("send", "--file", "away.eml")
    words = " ".join(said.out.split())
    assert said.code == 0
    assert "Ticket none, it is set aside (auto-reply: Auto-Submitted: auto-replied)" in words
    assert "Acknowledgement none: what is set aside is not answered" in words


@pytest.mark.usefixtures("running")
def test_a_mail_over_the_limit_says_why_it_is_not_acknowledged(shell: DeskAtHand) -> None:
    """The desk does not flood a sender nobody vouches for, and that is told with the limit's name."""
    asked = {
        "My invoice is wrong": "It has the price of last year on it.",
        "Brakes": "They squeak when it rains, and grip late.",
        "Your shop": "Where do I find you, and until when?",
    }
    same = ("--from", "kari@customer.example", "--body")
    codes = [shell.run("send", subject, *same, body).code for subject, body in asked.items()]
    said = shell.run("send", "Saddle", *same, "Can one be given back after a month of use?")
    assert [*codes, said.code] == [0, 0, 0, 0]
    assert "none: the limit ack-sender-hour: 3 in an hour is reached" in " ".join(said.out.split())


@pytest.mark.usefixtures("running")
def test_an_unknown_mailbox_names_those_there_are(shell: DeskAtHand) -> None:
    """Mail to an address that is none of the desk's is refused, and the addresses it has are listed."""
    said = shell.run("send", "Hello", "--to", "nobody@acme.example")
    assert said.code == 1
    assert "The desk has no mailbox nobody@acme.example" in said.err
    assert "support@acme.example (also ayuda@acme.example, hjelp@acme.example)" in said.err
    assert "billing@acme.example" in said.err


def test_no_desk_is_told_with_what_starts_one(shell: DeskAtHand) -> None:
    """Where nothing listens, one line says so and what to type; nothing is made."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = shell.run("send", "Hello", "--server", f"127.0.0.1:{port}")
    assert said.code == 1
    assert said.err.splitlines() == [f"No desk answers at 127.0.0.1:{port}. Start one with: despacho run"]
    assert list(shell.folder.iterdir()) == []


def test_another_folder_is_told(
    shell: DeskAtHand, running: PrivateDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where these settings name another database than the desk's, that is said, and none is made."""
    monkeypatch.setenv("DESPACHO_DATA", "elsewhere")
    said = shell.run("send", "Hello", "--server", str(running.server))
    assert said.code == 1
    assert "Call this in the desk's own folder" in said.err
    assert not (shell.folder / "elsewhere").exists()


@pytest.mark.usefixtures("silent")
def test_a_desk_without_a_worker_is_told(shell: DeskAtHand) -> None:
    """Mail that nobody handles in time is kept, and the command ends with 1 and says where to look."""
    said = shell.run("send", "Hello", "--timeout", "0.2")
    assert said.code == 1
    assert "not handled yet" in said.out
    assert "the mail is kept. See: despacho doctor" in " ".join(said.err.split())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "Give either a subject"),
        (["Hello", "--file", "x.eml"], "Give either a subject"),
        (["Hello", "--server", "here"], "is no host:port"),
    ],
)
def test_a_wrong_call_is_told(shell: DeskAtHand, words: list[str], expected: str) -> None:
    """A call that cannot be meant ends with 2 and says what would be right."""
    said = shell.run("send", *words)
    assert said.code == 2
    assert expected in said.err


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    "words",
    [
        ["Hello\nBcc: all@acme.example"],
        ["Hello", "--from", "nobody"],
        ["Hello", "--from", ""],
        ["--file", "none.eml"],
    ],
)
def test_what_cannot_be_mailed_is_told(shell: DeskAtHand, words: list[str]) -> None:
    """A subject of two lines, an address that is none and a missing file are mistakes, and not tracebacks."""
    said = shell.run("send", *words)
    assert "Traceback" not in said.err + said.out
    assert said.code == (0 if words == ["Hello", "--from", ""] else 2)
