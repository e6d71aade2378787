"""``despacho kb import|list|show|search|export``: a folder and the desk, kept in step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runtime.cli import call, find_commands
from runtime.knowledge.files import heading_of, read_folder, written
from runtime.knowledge.questions import articles
from store.articles import Article
from tests.store.house import ready_store

if TYPE_CHECKING:
    from pathlib import Path

RESET = (
    "---\ntitle: Reset a password\nlanguage: en\ntags: [login, 'pass word']\n"
    "products:\n  - shop\n---\n\nChoose.\n"
)
NORSK = "---\ntitle: Nullstille passord\naudience: internal\nreview: 2027-01-31\n---\nVelg glemt.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles, and a desk to bring them in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESPACHO_DATA", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    ready_store(f"sqlite:///{tmp_path / 'var' / 'despacho.db'}").close()
    folder = tmp_path / "articles"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "notes.md").write_text("no article")
    (folder / "reset.md").write_text(RESET)
    (folder / "reset.nb.md").write_text(NORSK)
    return folder


def kb(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    """The exit code, and the document or what was said instead."""
    find_commands("kb")
    code = call(["kb", *map(str, words), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else said.err


def test_a_folder_is_brought_in_and_kept_in_step(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """New, the same, changed, deleted; what would be is said before."""
    new = {"new": 2, "changed": 0, "same": 0, "deleted": 0}
    assert kb(capsys, "import", folder, "--dry-run") == (0, new)
    assert kb(capsys, "import", folder) == (0, new)
    assert kb(capsys, "import", folder)[1]["same"] == 2
    (folder / "reset.nb.md").unlink()
    (folder / "reset.md").write_text(RESET.replace("Choose", "Click"))
    changed = {"new": 0, "changed": 1, "same": 0, "deleted": 1}
    assert kb(capsys, "import", folder, "--dry-run")[1] == changed
    assert kb(capsys, "import", folder)[1] == changed
    assert [one["title"] for one in kb(capsys, "list")[1]] == ["Reset a password"]


def test_articles_are_listed_shown_and_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what their front matter says, and one name for both languages."""
    kb(capsys, "import", folder)
    english, norwegian = kb(capsys, "show", "reset")[1]
    assert (english["tags"], english["products"]) == ("login, pass word", "shop")
    assert (norwegian["language"], norwegian["audience"]) == ("nb", "internal")
    assert len(norwegian["versions"]) == 1
    assert kb(capsys, "search", "passordet mitt", "--language", "nb")[1][0]["article"] == "reset"
    assert kb(capsys, "search", "passordet mitt", "--language", "nb", "--public") == (1, [])
    code, error = kb(capsys, "show", "nothing")
    assert code == 1
    assert "kb list" in error


def test_what_is_exported_is_read_back(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To the letter; and never over files that are there."""
    kb(capsys, "import", folder)
    assert kb(capsys, "export", tmp_path / "out") == (0, {"files": 2})
    assert kb(capsys, "import", tmp_path / "out")[1]["same"] == 2
    assert kb(capsys, "export", tmp_path / "out")[0] == 2


def test_a_folder_without_articles_takes_nothing_out(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong folder must not empty the knowledge base."""
    kb(capsys, "import", folder)
    code, error = kb(capsys, "import", tmp_path / "var")
    assert code == 2
    assert "Is it the right folder?" in error
    assert kb(capsys, "import", tmp_path / "none")[0] == 2
    assert len(kb(capsys, "list")[1]) == 2


WRONG = {
    "bare.md": ("no front matter", "bare.md:1:1: has no front matter"),
    "open.md": ("---\ntitle: x\n", "open.md:1:1: the front matter has no end"),
    "word.md": ("---\ntittle: x\n---\n", "word.md:2:1: there is no field 'tittle'; expected title"),
    "odd.md": ("---\nwhat is this\n---\n", "odd.md:2:1: this line cannot be understood"),
    "nameless.md": ("---\nlanguage: en\n---\n", "nameless.md:1:1: has no title"),
    "speechless.md": ("---\ntitle: x\n---\n", "speechless.md:1:1: has no language"),
    "all.en.md": ("---\ntitle: x\naudience: all\n---\n", "all.en.md:1:1: audience is 'all'"),
    "late.en.md": ("---\ntitle: x\nreview: soon\n---\n", "late.en.md:1:1: review is 'soon'"),
    "en/reset.md": ("---\ntitle: x\n---\n", "reset.md:1:1: en/reset.md is the article 'reset' in 'en' too"),
}


def test_every_mistake_is_said_and_nothing_is_changed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All at once, each with its file and line."""
    for name, (text, _) in WRONG.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (folder / "latin.en.md").write_bytes(b"---\ntitle: \xe6\n---\n")
    (folder / "large.en.md").write_text("---\ntitle: x\n---\n" + "x" * 1024 * 1024)
    code, error = kb(capsys, "import", folder)
    assert code == 2
    for _, said in WRONG.values():
        assert said in error
    assert "latin.en.md:1:1: is not UTF-8" in error
    assert "large.en.md:1:1: the file is larger than 1024 KiB" in error
    assert kb(capsys, "list") == (0, [])


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    """The bound itself is inside."""
    head = "---\ntitle: x\n---\n"
    (tmp_path / "large.en.md").write_text(head + "x" * (1024 * 1024 - len(head)))
    assert len(read_folder(tmp_path)[0].body) == 1024 * 1024 - len(head)


def test_translations_take_the_name_of_who_lists_them(tmp_path: Path) -> None:
    """Twins need not lie side by side."""
    (tmp_path / "reset.md").write_text(
        "---\ntitle: x\nlanguage: en\ntranslations: [norsk/nullstill.md]\n---\n"
    )
    (tmp_path / "norsk").mkdir()
    (tmp_path / "norsk" / "nullstill.md").write_text("---\ntitle: y\nlanguage: nb\n---\n")
    assert {(one.name, one.language) for one in read_folder(tmp_path)} == {("reset", "en"), ("reset", "nb")}


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    """A checkout must not bring in what lies elsewhere on the machine."""
    (tmp_path / "secret.en.md").write_text("---\ntitle: x\n---\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.en.md").symlink_to(tmp_path / "secret.en.md")
    assert read_folder(tmp_path / "in") == []


def test_an_article_is_written_with_all_that_it_has() -> None:
    """And without what it has not."""
    text = written(Article(name="a", language="en", title="T", body="B", owner="ana"))
    assert text == "---\ntitle: T\nlanguage: en\naudience: public\nowner: ana\n---\n\nB\n"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("# Reset a password #\n\nChoose.", "Reset a password"),
        ("\n\n### Reset\tit\nChoose.", "Reset\tit"),
        ("#hash is no heading", ""),
        ("Words, and then\n# Reset", ""),
        ("####### seven", ""),
        ("# ", ""),
        ("", ""),
    ],
    ids=["closed", "third", "hash", "later", "seven", "bare", "empty"],
)
def test_a_heading_stands_for_a_title(body: str, title: str) -> None:
    """The one that an article begins with, and no other."""
    assert heading_of(body) == title


def test_an_article_without_a_title_takes_its_heading(tmp_path: Path) -> None:
    """It is never shown without one."""
    (tmp_path / "a.en.md").write_text("---\naudience: public\n---\n\n# Reset it\n\nChoose.\n")
    assert [one.title for one in read_folder(tmp_path)] == ["Reset it"]


def test_a_first_line_is_no_title_where_the_search_is_measured(tmp_path: Path) -> None:
    """A heading is; a sentence would weigh as much as one, and put wrong articles first."""
    file = tmp_path / "articles.jsonl"
    bodies = ("The road is bad\nIt has holes.", "# Bad roads\nThey have holes.")
    lines = [{"id": f"a{n}", "language": "en", "title": "", "body": body} for n, body in enumerate(bodies)]
    file.write_text("\n".join(map(json.dumps, lines)))
    assert [item.title for _, item in articles(file)] == ["", "Bad roads"]
