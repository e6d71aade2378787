"""HTML written anew: what a parser may be given, and what a reader must still see."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.mail import guard
from ingest.mail.tidy import DEPTH, FORMATTING, TOKENS, write_anew

_PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i a=1>", "</i>", "<a href=x>", "</a>", "<br>"),
        *(
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<tbody>",
            "<caption>",
            "<col>",
            "<colgroup>",
        ),
        *("<ul>", "</ul>", "<li>", "</li>", "<h1>", "</h2>", "<dl>", "<dt>", "<dd>", "<form>", "</form>"),
        *("<svg>", "</svg>", "<select>", "<template>", "</template>", "<object>", "</object>", "<math>"),
        *("<style>", "</style>", "<!--", "-->", "<script>", "</script>", "<textarea>", "</textarea>"),
        *("word", " ", "<", ">", "&lt;", '"', "'", "<x y='", "</", "<!", "<?", "=", "/>", "\x00"),
    ]
)


def anew(markup: str) -> str:
    """The document written anew."""
    return write_anew(markup, guard.Meter())


def depth(markup: str) -> int:
    """How deep a real parser's tree of it is, its own frame apart."""
    root = LexborHTMLParser(f"<body>{markup}").body
    assert root is not None
    deepest, level = 0, 0
    node: LexborNode | None = root
    while node is not None:
        deepest = max(deepest, level)
        if node.child is not None:
            node, level = node.child, level + 1
            continue
        while node is not None and node.next is None and node.mem_id != root.mem_id:
            node, level = node.parent, level - 1
        node = None if node is None or node.mem_id == root.mem_id else node.next
    return deepest


@pytest.mark.parametrize(
    ("markup", "written"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p><b>a<p>b</b>", "<p><b>a</b></p><p>b</p>"),
        ("<div><p>a</div>b", "<div><p>a</p></div>b"),
        ("<b><div>a</b>b</div>c", "<b><div>ab</div>c</b>"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("<dl><dt>a<dd>b", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<h1>a<h2>b", "<h1>a</h1><h2>b</h2>"),
        (
            "<table><tr><td>a<td>b<tr><td>c",
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>",
        ),
        ("<table>a<div>b</table>c", "<table><tbody><tr><td>a<div>b</div></td></tr></tbody></table>c"),
        (
            "<table><colgroup><col>a</table>",
            "<table><colgroup><col></colgroup><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        ("<td>a</td></tr>", "a"),
        (
            "<div><table><tr><td></div>a</table>",
            "<div><table><tbody><tr><td>a</td></tr></tbody></table></div>",
        ),
        ("a<svg><g>b</g></svg>c<svg/>d", "acd"),
        ("<div><select><option>a</div>b", "<div></div>b"),
        ("a<style>b</style><script>c</script><title>d</title>e", "ae"),
        ("<textarea>a<b></textarea>c<plaintext></p>", "a&lt;b>c&lt;/p>"),
        ("a<!-- b --><!-->c<!doctype x><?y?></>d", "acd"),
        ("a<!-- b", "a"),
        ("a<b title='x", "a"),
        ("1 < 2 <3", "1 &lt; 2 &lt;3"),
        ("<a HREF=x href=y b='\"' c>d</a>", '<a href="x" b="&quot;" c="">d</a>'),
        ("<o:p>a</o:p><html><body><form>b</form></body></html>", "<o:p>a</o:p>b"),
        ("<image src=x>", '<image src="x"></image>'),
        ("</b></p></br>a", "a"),
    ],
)
def test_a_document_is_written_closed_and_in_order(markup: str, written: str) -> None:
    """All that is open is closed where a reader expects it, and no words but hidden ones are missing."""
    assert anew(markup) == written


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 5000 + "words",
        "<div></x>" * 5000 + "words",
        "<div><!--</div>-->" * 5000 + "words",
        "<div><object></div></object>" * 5000 + "words",
        "<table><tr><td>" * 5000 + "words",
        "".join(f"<p><b id={at}>x</u>" for at in range(2000)) + "words",
    ],
)
def test_no_trick_makes_it_deep(markup: str) -> None:
    """A real parser's tree stays within the bound, the words are there, and the defect is said."""
    meter = guard.Meter()
    written = write_anew(markup, meter)
    assert depth(written) <= DEPTH + 2
    assert "words" in written
    assert meter.defects in {("guard: html nests too deep",), ()}
    assert len(written) < 2 * len(markup)


def test_formatting_is_not_copied_into_what_follows() -> None:
    """Bold that is never closed costs its own bytes, and not those of each paragraph after it."""
    written = anew("".join(f"<p><b id={at}>x</u>" for at in range(2000)))
    assert len(LexborHTMLParser(written).css("b")) <= 2000 + FORMATTING


def test_attributes_of_a_tag_are_bounded() -> None:
    """Parsers compare each with every other."""
    assert anew(f"<p {' '.join(f'a{at}' for at in range(5000))}>x").count("=") == 100


def test_a_cut_is_said() -> None:
    """Of a document of very many tags the first are read, and the defect says so."""
    meter = guard.Meter()
    assert write_anew("<br>" * (TOKENS + 9), meter).count("<br>") == TOKENS
    assert meter.defects == ("html cut",)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_whatever_it_is_a_second_time_changes_nothing(markup: str) -> None:
    """What is written is read as it was written: the parser and we agree on what it says."""
    once = anew(markup)
    assert anew(once) == once
