"""What mail programs mark in HTML is found; what people mark there themselves is not cut."""

from __future__ import annotations

import pytest

from ingest.mail import newwords, quoting
from tests.ingest.mail.letters import message, multipart

OLD = "<p>Old words</p><p>more of them</p>"
NEW = "<div>New words</div>"
SIGNATURE = "<div><b>Kari Berg</b></div><div>Example AS</div>"

# The program's mark around, or before, what it quotes; no introduction that the text could be known by.
QUOTES = {
    "Gmail": '<div class="gmail_quote"><div class="gmail_attr">Ukjent linje</div>'
    f'<blockquote class="gmail_quote" style="border-left:1px solid #ccc">{OLD}</blockquote></div>',
    "Gmail, a forward": f'<div class="gmail_quote gmail_quote_container"><div>Ukjent linje</div>{OLD}</div>',
    "Gmail, text above": f'<div class="gmail_quote">Ukjent linje<br><blockquote>{OLD}</blockquote></div>',
    "Gmail within Gmail": f'<div class="gmail_quote"><div class="gmail_quote">Linje<blockquote>{OLD}'
    "</blockquote></div></div>",
    "Gmail, by Outlook": f'<div class="x_gmail_quote">Linje<blockquote>{OLD}</blockquote></div>',
    "Gmail, by Hotmail": f'<div class="ecxgmail_quote">Linje<blockquote>{OLD}</blockquote></div>',
    "Outlook web": f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">Ukjent</div>{OLD}',
    "Outlook web, quoted": f'<div id="x_divRplyFwdMsg">Ukjent</div>{OLD}',
    "Outlook desktop": "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    f"<p>Ukjent</p></div>{OLD}",
    "Outlook for Mac": f'<span id="OLK_SRC_BODY_SECTION"><div>Ukjent</div>{OLD}</span>',
    "Outlook mobile": f'<div id="mail-editor-reference-message-container">{OLD}</div>',
    "Hotmail": f'<hr id="stopSpelling">Ukjent{OLD}',
    "Apple Mail": f'<blockquote type="cite"><div>Ukjent</div>{OLD}</blockquote>',
    "Thunderbird": f'<div class="moz-cite-prefix">Ukjent</div><blockquote cite="mid:a">{OLD}</blockquote>',
    "Thunderbird, a forward": f'<div class="moz-forward-container">Ukjent{OLD}</div>',
    "Yahoo": f'<div id="ydp12ab34cdyahoo_quoted_88" class="ydp12ab34cdyahoo_quoted">Ukjent{OLD}</div>',
    "Proton": '<div class="protonmail_quote">Ukjent<br>'
    f'<blockquote class="protonmail_quote">{OLD}</blockquote></div>',
    "Tutanota": f'<blockquote class="tutanota_quote">{OLD}</blockquote>',
    "Zoho": f'<div class="zmail_extra"><div>Ukjent</div><blockquote>{OLD}</blockquote></div>',
    "GMX": f'<div name="quote" style="margin:10px">Ukjent{OLD}</div>',
    "Spark": f'<div name="messageReplySection">Ukjent{OLD}</div>',
    "ours, by class": f'<p class="despacho-marker">##- anything -##</p>{OLD}',
    "ours, by class, by Outlook": f'<p class="x_despacho-marker">##- anything -##</p>{OLD}',
    "ours, by attribute": f'<p data-despacho-marker="1">##- anything -##</p>{OLD}',
    "no mark": f"<blockquote>{OLD}</blockquote>",
}
SIGNATURES = {
    "Gmail": '<span class="gmail_signature_prefix">-- </span><br>'
    f'<div class="gmail_signature">{SIGNATURE}</div>',
    "Outlook web": f'<div id="Signature">{SIGNATURE}</div>',
    "Outlook web, quoted": f'<div id="x_Signature">{SIGNATURE}</div>',
    "Outlook mobile": f'<div id="ms-outlook-mobile-signature">{SIGNATURE}</div>',
    "Apple": f'<div id="AppleMailSignature">{SIGNATURE}</div>',
    "Thunderbird": '<pre class="moz-signature">-- \nKari Berg</pre>',
    "Proton": f'<div class="protonmail_signature_block">{SIGNATURE}</div>',
}


@pytest.mark.parametrize("program", QUOTES)
def test_a_marked_quote_is_cut_though_its_words_say_nothing(program: str) -> None:
    """The mark is enough, in whatever language the line above the quote is."""
    assert newwords.of_html(f"<html><body>{NEW}{QUOTES[program]}</body></html>") == quoting.NewWords(
        "New words", certain=True
    )


@pytest.mark.parametrize("program", SIGNATURES)
def test_a_marked_signature_is_cut(program: str) -> None:
    """A signature that the program marks is none of the words, with a quote below it and without."""
    assert newwords.of_html(f"{NEW}{SIGNATURES[program]}").text == "New words"
    assert newwords.of_html(f"{NEW}{SIGNATURES[program]}{QUOTES['Outlook web']}").text == "New words"


@pytest.mark.parametrize("marked", [*QUOTES.values(), *SIGNATURES.values()], ids=[*QUOTES, *SIGNATURES])
def test_where_only_the_marked_is_there_everything_is_shown(marked: str) -> None:
    """A forward without a comment is no empty mail, and whose words it has nobody can know."""
    got = newwords.of_html(marked)
    assert got.text.split()[-1] in {"them", "AS", "Berg"}
    assert not got.certain


def test_answers_between_marked_quotes_are_kept() -> None:
    """Gmail lets people answer inside of the container: only the block quotes in it are old."""
    frame = 'class="gmail_quote" style="border-left:1px solid #ccc"'
    got = newwords.of_html(
        f'<div class="gmail_quote"><div class="gmail_attr">Ukjent</div><blockquote {frame}>One?</blockquote>'
        f"<div>First.</div><blockquote {frame}>Two?</blockquote><div>Second.</div></div>"
    )
    assert (got.text, got.certain) == ("First.\nSecond.", False)


@pytest.mark.parametrize(
    "own",
    [
        '<blockquote class="gmail_quote" style="margin:0 0 0 40px;border:none">Error 20</blockquote>',
        f"<blockquote>Error 20</blockquote><p>Why?</p>{QUOTES['Apple Mail']}",
    ],
)
def test_what_a_customer_sets_off_is_kept(own: str) -> None:
    """An indented error message is not a quoted mail."""
    assert "Error 20" in newwords.of_html(f"{NEW}{own}").text


def test_an_answer_written_into_the_signature_is_kept() -> None:
    """Some write below their signature without leaving it; a long one is read."""
    long = "<p>I have tried everything that you told me to, one after the other.</p>" * 40
    assert "tried everything" in newwords.of_html(f'{NEW}<div id="Signature">{SIGNATURE}{long}</div>').text


def test_the_html_decides_where_it_is_marked() -> None:
    """Of a mail in both forms the marked HTML is read, for its text may show no sign of the quote."""
    text = "Content-Type: text/plain; charset=utf-8\r\n\r\nNew words\n\nUkjent linje\n\nOld words"
    html = f"Content-Type: text/html; charset=utf-8\r\n\r\n{NEW}{QUOTES['Gmail']}"
    got = message(*multipart("alternative", text, html))
    assert (got.new_words, got.cut_certain) == ("New words", True)
    assert "Old words" in got.text


def test_the_text_decides_where_the_html_is_not_marked() -> None:
    """Without a mark the text is as good, and has quote signs."""
    text = "Content-Type: text/plain; charset=utf-8\r\n\r\nNew words\n\nOn 4 May 2026 Ana wrote:\n> Old words"
    html = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>New words</p><p>Ukjent</p><p>Old words</p>"
    assert message(*multipart("alternative", text, html)).new_words == "New words"


def test_a_marker_of_ours_that_is_left_in_the_words_is_never_certain() -> None:
    """Where HTML shows our marker as words, the quote was not recognised, and an agent must look."""
    assert not newwords.of_html("<p>##- Please reply above this line -##</p><p>all of it</p>").certain
