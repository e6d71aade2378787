"""`despacho tickets assign`, `reply`, `note`, `solve`: what a shell does ends as what a mail does."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from handlers import documenting, orders
from handlers.commands import read_commands
from handlers.misread import said
from runtime.by_hand import at_ticket
from runtime.settings import load
from store import articles
from store.articles import Article
from tests.runtime.desk_at_hand import DeskAtHand, Said

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with ticket 1 of Kari's in the group billing, worked on."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.deliver("Faktura 118", "Hei, fakturaen min er feil. Kan dere hjelpe meg med dette i dag?")
    desk.work()
    return desk


@pytest.fixture
def any_desk(
    database_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> DeskAtHand:
    """The same on each database."""
    monkeypatch.setenv("DESPACHO_DATABASE_URL", database_url)
    desk: DeskAtHand = request.getfixturevalue("desk")
    return desk


def _done(said: Said) -> Said:
    assert (said.code, said.err) == (0, "")
    return said


def _show(desk: DeskAtHand) -> Any:
    return desk.run("tickets", "show", "1", "--json").json()


def _mails(desk: DeskAtHand, reason: str) -> list[str]:
    """Who gets mails of this reason, once a worker has done its part."""
    desk.work()
    return [mail["recipient"] for mail in _show(desk)["outgoing"] if mail["reason"] == reason]


def test_assigning_moves_the_ticket_and_tells_the_new_agent(any_desk: DeskAtHand) -> None:
    """The ticket is the new agent's at once, they get a mail, and the trace says that it was a person."""
    before = _show(any_desk)["ticket"]["agent"]
    other = {"ana": "carol", "carol": "ana"}[before]
    assert f"#1 is {other}'s now." in _done(any_desk.run("tickets", "assign", "1", other)).out
    assert _show(any_desk)["ticket"]["agent"] == other
    assert _mails(any_desk, "assigned") == [f"{before}@acme.example", f"{other}@acme.example"]
    assert f"by_hand: given to {other}" in any_desk.run("tickets", "show", "1", "--why").out


def test_assigning_twice_changes_nothing_more(desk: DeskAtHand) -> None:
    """The second time is no error, writes no event and sends no mail."""
    agent = _show(desk)["ticket"]["agent"]
    assert "already" in _done(desk.run("tickets", "assign", "1", agent)).out
    told = _done(desk.run("tickets", "assign", "1", agent, "--json")).json()
    assert told["changed"] is False
    assert _show(desk)["undone"] == 0
    assert _mails(desk, "assigned") == [f"{agent}@acme.example"]


def test_an_agent_who_takes_a_ticket_is_not_told_of_it(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESPACHO_AGENT says who sits at the shell: nobody needs a mail about what they did themselves."""
    monkeypatch.setenv("DESPACHO_AGENT", "bjorn")
    _done(desk.run("tickets", "assign", "1", "bjorn"))
    assert "bjorn@acme.example" not in _mails(desk, "assigned")


def test_an_unusual_choice_is_done_and_remarked_on(desk: DeskAtHand) -> None:
    """An agent outside the group gets the ticket, keeps it, and the group stays."""
    said = _done(desk.run("tickets", "assign", "1", "bjorn"))
    assert "bjorn is not in billing" in said.out
    desk.work()
    ticket = _show(desk)["ticket"]
    assert (ticket["agent"], ticket["group"]) == ("bjorn", "billing")


def test_capacity_bounds_the_desk_and_not_a_person(
    any_desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A person may give a full agent one more ticket, and is told that it is one more."""
    folder = tmp_path / "policy"
    shutil.copytree(load({}, tmp_path).policy, folder)
    text = (folder / "desk.toml").read_text(encoding="utf-8")
    full = text.replace('languages = ["nb", "en"]', 'languages = ["nb", "en"]\ncapacity = 1')
    (folder / "desk.toml").write_text(full, encoding="utf-8")
    monkeypatch.setenv("DESPACHO_POLICY", str(folder))
    assert any_desk.run("policy", "apply", "--yes").code == 0
    any_desk.deliver("A question", "Hello, when do you open on Saturday?", sender="jo@b.example")
    any_desk.work()
    other = any_desk.run("tickets", "list", "--requester", "jo@b.example", "--json").json()[0]["number"]
    _done(any_desk.run("tickets", "assign", str(other), "bjorn"))
    said = _done(any_desk.run("tickets", "assign", "1", "bjorn"))
    assert "bjorn has 2 open tickets now, more than the capacity of 1." in said.out


def test_an_unknown_agent_is_refused_with_the_one_that_was_meant(desk: DeskAtHand) -> None:
    """A slip of the finger changes nothing and is answered with the right word."""
    before = _show(desk)
    said = desk.run("tickets", "assign", "1", "carl")
    assert said.code == 2
    assert "there are ana, bjorn, carol" in said.err
    assert "Did you mean 'carol'?" in said.err
    assert _show(desk) == before


def test_a_reply_goes_to_the_requester_in_the_agents_name(any_desk: DeskAtHand) -> None:
    """The ticket is open and answered at once; the mail goes to the requester and the clock is stopped."""
    said = _done(any_desk.run("tickets", "reply", "1", "Ny faktura er sendt.", "--agent", "ana"))
    assert "to kari@customer.example" in said.out
    shown = _show(any_desk)
    assert shown["ticket"]["status"] == "open"
    assert shown["ticket"]["answered_at"]
    entry = shown["entries"][-1]
    assert (entry["kind"], entry["author"], entry["public"]) == ("reply", "ana", True)
    assert _mails(any_desk, "reply") == ["kari@customer.example"]
    assert _show(any_desk)["undone"] == 0


def test_a_reply_can_come_from_a_file_or_a_pipe(
    desk: DeskAtHand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long answers with æøå and ñ need no quoting; a byte order mark and Windows line ends do not stay."""
    file = tmp_path / "answer.txt"
    file.write_bytes("\ufeffMañana, på søndag.\r\nHilsen\r\n".encode())
    _done(desk.run("tickets", "reply", "1", "--file", str(file)))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Otra cosa.\n")))
    _done(desk.run("tickets", "reply", "1"))
    texts = [entry["text"] for entry in _show(desk)["entries"]]
    assert texts[-2:] == ["Mañana, på søndag.\nHilsen", "Otra cosa."]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["  "], 2, "no text"),
        (["Hi", "--file", "x.txt"], 2, "twice"),
        (["--file", "absent.txt"], 1, "absent.txt cannot be read"),
        (["#note Do not tell them."], 2, "#note"),
        (["#sovle\nDone"], 2, "#sovle"),
        (["Hi", "--agent", "anna"], 2, "Did you mean 'ana'?"),
        (["x" * 1_000_001], 2, "too long"),
    ],
)
def test_a_reply_that_cannot_go_out_writes_nothing(
    desk: DeskAtHand, words: list[str], code: int, why: str
) -> None:
    """What is wrong is said in a line, the ticket is as it was, and a mail's commands reach no customer."""
    before = _show(desk)
    said = desk.run("tickets", "reply", "1", *words)
    assert said.code == code
    assert why in said.err
    assert "Traceback" not in said.err
    assert _show(desk) == before


def test_bytes_that_are_no_text_are_refused(desk: DeskAtHand, tmp_path: Path) -> None:
    """A picture is not sent as an answer."""
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xfe")
    said = desk.run("tickets", "reply", "1", "--file", str(tmp_path / "picture"))
    assert (said.code, "not UTF-8" in said.err) == (2, True)


def test_who_acts_is_said_or_known(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """--agent comes before DESPACHO_AGENT, and that before the ticket's agent."""
    own = _show(desk)["ticket"]["agent"]
    _done(desk.run("tickets", "note", "1", "one"))
    monkeypatch.setenv("DESPACHO_AGENT", "bjorn")
    _done(desk.run("tickets", "note", "1", "two"))
    _done(desk.run("tickets", "note", "1", "three", "--agent", "carol"))
    authors = [entry["author"] for entry in _show(desk)["entries"] if entry["kind"] == "note"]
    assert authors == [own, "bjorn", "carol"]


def test_a_note_goes_to_nobody(desk: DeskAtHand) -> None:
    """An internal note is marked so on the ticket and leads to no mail at all."""
    desk.work()
    before = len(_show(desk)["outgoing"])
    _done(desk.run("tickets", "note", "1", "The customer is difficult."))
    desk.work()
    assert len(_show(desk)["outgoing"]) == before
    shown = desk.run("tickets", "show", "1").out
    assert "INTERNAL" in shown
    assert _show(desk)["ticket"]["status"] == "new"


def test_solving_tells_the_requester_once(any_desk: DeskAtHand) -> None:
    """The ticket is solved at once, the requester is told once, and a second time is no error."""
    _done(any_desk.run("tickets", "solve", "1", "--resolution", "Vi sendte en ny faktura."))
    assert _show(any_desk)["ticket"]["status"] == "solved"
    said = _done(any_desk.run("tickets", "solve", "1"))
    assert "#1 is solved already." in said.out
    assert _mails(any_desk, "solved") == ["kari@customer.example"]
    assert _show(any_desk)["ticket"]["status"] == "solved"
    assert "carol solved it and said" in any_desk.run("tickets", "show", "1").out.replace("ana", "carol")


def test_a_reply_that_solves_is_one_mail(desk: DeskAtHand) -> None:
    """Whoever reads the answer needs no second mail that says that there was one."""
    _done(desk.run("tickets", "reply", "1", "Ny faktura er sendt.", "--solve"))
    assert _show(desk)["ticket"]["status"] == "solved"
    assert _mails(desk, "reply") == ["kari@customer.example"]
    assert _mails(desk, "solved") == []


def test_a_requester_opens_a_solved_ticket_again(desk: DeskAtHand) -> None:
    """What was solved by hand is open again when its requester answers, and counts for its agent again."""
    _done(desk.run("tickets", "solve", "1"))
    desk.deliver("Re: Faktura 118", "Nei, fortsatt feil.", extra="In-Reply-To: <m1@customer.example>\r\n")
    desk.work()
    assert _show(desk)["ticket"]["status"] == "open"


@pytest.mark.parametrize(
    "words", [("assign", "7", "ana"), ("reply", "7", "Hi"), ("note", "7", "Hi"), ("solve", "7")]
)
def test_a_ticket_that_is_not_there_cannot_be_acted_on(desk: DeskAtHand, words: tuple[str, ...]) -> None:
    """Every command says so in a line and ends with 1."""
    said = desk.run("tickets", *words)
    assert said.code == 1
    assert "There is no ticket 7" in said.err


def test_an_article_is_named_as_the_answer(desk: DeskAtHand) -> None:
    """As the ticket is solved, or after; one that there is not is told, with one that it may be."""
    folder = desk.folder / "articles"
    folder.mkdir()
    (folder / "reset.nb.md").write_text("---\ntitle: Nullstille\n---\nVelg glemt.\n")
    _done(desk.run("kb", "import", str(folder)))
    wrong = desk.run("tickets", "solve", "1", "--article", "rest")
    assert (wrong.code, _show(desk)["ticket"]["status"], _show(desk)["article"]) == (2, "new", None)
    assert "reset" in wrong.err
    _done(desk.run("tickets", "solve", "1"))
    told = _done(desk.run("tickets", "solve", "1", "--article", "reset")).out
    assert "#1 is answered by reset." in told
    assert (_show(desk)["ticket"]["status"], _show(desk)["article"]) == ("solved", "reset")
    assert "already" in _done(desk.run("tickets", "solve", "1", "--article", "reset")).out
    hits = desk.run(
        "kb", "search", "faktura", "--language", _show(desk)["ticket"]["language"], "--json"
    ).json()
    assert [hit["article"] for hit in hits] == ["reset"]


def test_an_agent_names_an_article_by_mail(desk: DeskAtHand) -> None:
    """Nothing more is asked about how it was solved; an unknown article is asked back about."""
    store = desk.store()
    article = Article(name="reset", language="nb", title="Nullstille", body="Velg glemt.")
    with store.writing() as connection:
        articles.keep(connection, [article], datetime.now(UTC))
    with at_ticket(store, 1) as hand:
        [misread] = orders.check(read_commands("#article rset"), 1, hand)
        assert said(misread, "en") == "#article rset: no article is called so. Perhaps: reset"
        commands = read_commands("#solve\n#article reset")
        assert orders.check(commands, 1, hand) == ()
        assert documenting.untold(hand, hand.ticket(1)) == ["done"]
        orders.carry_out(commands, 1, "ana", hand)
        assert documenting.untold(hand, hand.ticket(1)) == []
    store.close()
    assert (_show(desk)["ticket"]["status"], _show(desk)["article"]) == ("solved", "reset")
