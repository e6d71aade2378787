"""HTML becomes text."""

from __future__ import annotations

import pytest

from ingest.mail import guard, html, quoting


def text(markup: str) -> str:
    """The text of a document."""
    return html.to_text(markup, guard.Meter())


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One <b>bold</b>\n  word</div>", "One bold word"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<style>p{}</style><script>x()</script><title>t</title>Words", "Words"),
        ("&lt;b&gt; &amp; &oslash;&nbsp;x", "<b> & ø x"),
        ("<!-- comment -->Words<!--[if mso]>no<![endif]-->", "Words"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("Reply<blockquote>old<blockquote>older</blockquote></blockquote>", "Reply\n\n> old\n>\n>> older"),
        ("no markup < 5 > 3", "no markup < 5 > 3"),
        ("", ""),
    ],
)
def test_a_document_reads_as_it_looks(markup: str, expected: str) -> None:
    """Blocks become lines, quotes get signs, and what is not shown is not read."""
    assert text(markup) == expected


def test_depth_beyond_any_letter_is_read_by_its_tags() -> None:
    """Words under 5,000 elements are not lost, and the defect says how they were read."""
    meter = guard.Meter()
    assert html.to_text("<div>" * 5000 + "the words", meter) == "the words"
    assert meter.defects == ("guard: html nests too deep",)


def test_many_unclosed_paragraphs_are_no_depth() -> None:
    """Paragraphs and cells that are never closed nest nothing, and are read in full."""
    meter = guard.Meter()
    assert html.to_text("<p>word" * 2000, meter).count("word") == 2000
    assert meter.defects == ()


def test_a_quote_in_html_is_cut_like_any_other() -> None:
    """Gmail's HTML alone gives the new words."""
    markup = (
        '<div dir="ltr">Takk, det virker nå.</div><br><div class="gmail_quote"><div class="gmail_attr">'
        'man. 4. mai 2026 kl. 10:00 skrev Support &lt;<a href="mailto:s@d.example">s@d.example</a>&gt;:</div>'
        "<blockquote>Hei Kari</blockquote></div>"
    )
    assert quoting.new_words(text(markup)).text == "Takk, det virker nå."
