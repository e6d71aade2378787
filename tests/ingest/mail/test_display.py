"""HTML for an agent's screen: harmless by every known way, and still the letter that was sent."""

from __future__ import annotations

import pytest

from ingest.mail import display, guard
from ingest.mail.tidy import TOKENS
from tests.ingest.mail import bombs
from tests.ingest.mail.harmless import faults
from tests.ingest.mail.vectors import VECTORS


def shown(markup: str) -> str:
    """The harmless form; the mail has one picture, ``a@b``."""
    return display.safe(markup, lambda content_id: "/pictures/1" if content_id == "a@b" else None).html


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            "<table width=600 class=x><tr id=y><td align=center colspan=2>x</table>",
            '<table width="600"><tbody><tr><td align="center" colspan="2">x</td></tr></tbody></table>',
        ),
        ('<p style="color:red;margin-left:4px">x', '<p style="color:red;margin-left:4px">x</p>'),
        ('<font face="Arial" color=blue size=2>x', '<font face="Arial" color="blue" size="2">x</font>'),
        ('<img src="cid:a@b" alt=x width=3>', '<img src="/pictures/1" alt="x" width="3">'),
        ("<img src=CID:a%40b>", '<img src="/pictures/1">'),
        ("<img src=cid:other alt=x>", '<img alt="x">'),
        ("<p dir=rtl>\u202eabc", '<p dir="rtl">\u202eabc</p>'),
        ("<blockquote type=cite>x</blockquote>", "<blockquote>x</blockquote>"),
        ("1 &lt; 2 &amp; <b>3", "1 &lt; 2 &amp; <b>3</b>"),
        ("<o:p>x</o:p><button>y</button><form>z</form>", "xyz"),
    ],
)
def test_what_a_letter_looks_like_stays(markup: str, expected: str) -> None:
    """Tables, sizes, colours, directions and the mail's own pictures are what people send."""
    assert sorted(shown(markup)) == sorted(expected)
    assert faults(shown(markup)) == []


def test_links_lead_out_and_tell_nothing() -> None:
    """A link opens apart, gets no referrer and no hold of the page, and counts for no search engine."""
    made = shown('<a href="https://ok.example/?a=1&b=2" target=_top rel=opener>x</a>')
    assert 'href="https://ok.example/?a=1&amp;b=2"' in made
    assert 'rel="noopener noreferrer nofollow"' in made
    assert 'target="_blank"' in made
    assert "href" not in shown("<a href='javascript:run()'>x</a><a href=/tickets/1>y</a>")


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:rgb(1,2,3);font-size:12px", "font-size:12px"),
        ("color:\\72 ed;font-size:12px", "font-size:12px"),
        ("position:fixed;font-size:12px", "font-size:12px"),
        ("margin:-5px;font-size:12px", "font-size:12px"),
        ("background:url(x);width:expression(x)", ""),
        ("font-family:'a;font-size:12px", "font-size:12px"),
    ],
)
def test_a_style_keeps_what_is_harmless(style: str, kept: str) -> None:
    """One declaration that could load, run or cover goes; its neighbours stay."""
    assert shown(f'<p style="{style}">x') == (f'<p style="{kept}">x</p>' if kept else "<p>x</p>")


@pytest.mark.parametrize(
    ("markup", "remote"),
    [
        ("<img src=http://a.example/1>", ["http://a.example/1"]),
        ("<img src=//a.example/1><img src=cid:x>", ["//a.example/1"]),
        (
            "<img srcset='http://a.example/1 1x, http://a.example/2 2x'>",
            ["http://a.example/1", "http://a.example/2"],
        ),
        ("<td background=http://a.example/1>", ["http://a.example/1"]),
        ("<video poster=http://a.example/1></video>", ["http://a.example/1"]),
        ("<p style='background:url(&quot;http://a.example/1&quot;)'>", ["http://a.example/1"]),
        ("<style>@import 'http://a.example/1'; a{b:url(http://a.example/2)}</style>", 2),
        ("<link href=http://a.example/1 rel=stylesheet>", ["http://a.example/1"]),
        ("<svg><image xlink:href=http://a.example/1 /></svg>", ["http://a.example/1"]),
        ("<a href=http://a.example/1>x</a><p>http://a.example/2</p>", []),
        ("<img src=http://a.example/1>" * 3, 3),
    ],
)
def test_what_was_kept_from_loading_is_counted_and_listed(markup: str, remote: list[str] | int) -> None:
    """So that a reader can be told, and may ask for it; an address is listed once."""
    found = display.safe(markup, lambda _content_id: None)
    if isinstance(remote, int):
        assert found.blocked == remote
    else:
        assert (found.blocked, list(found.remote)) == (len(remote), remote)
    assert "a.example" not in found.html.replace('href="http://a.example/1"', "").replace(
        ">http://a.example/2", ""
    )


@pytest.mark.parametrize("name", bombs.PAGES)
def test_size_and_depth_are_bounded_before_parsing(name: str) -> None:
    """A document that would hold a parser up for minutes is shown as far as the bounds go."""
    markup = bombs.PAGES[name]().partition(b"\r\n\r\n")[2].decode()
    found = display.safe(markup, lambda _content_id: None)
    assert len(found.html) <= 2 * guard.HTML
    assert faults(found.html) == []


@pytest.mark.parametrize(
    ("markup", "cut"),
    [("x" * guard.HTML, False), ("x" * (guard.HTML + 1), True), ("<br>" * TOKENS + "x", True)],
)
def test_a_cut_is_said(markup: str, cut: bool) -> None:  # noqa: FBT001 - a table's column
    """A reader of a page that is cut is told so, and no other."""
    assert display.safe(markup, lambda _content_id: None).cut == cut


def test_no_vector_gets_through() -> None:
    """Every known way to run, load, cover or take over a name leaves nothing outside the lists."""
    found = {vector: faults(shown(vector)) for vector in VECTORS}
    assert {vector: wrong for vector, wrong in found.items() if wrong} == {}


def test_the_judge_is_no_friend() -> None:
    """What is harmful is found to be so: a judge that finds nothing would judge nothing."""
    assert sum(bool(faults(vector)) for vector in VECTORS) > 0.9 * len(VECTORS) > 270
