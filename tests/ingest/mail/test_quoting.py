"""New words are told from quotes and signatures."""

from __future__ import annotations

import random

import pytest

from ingest.mail import marker, quoting

OLD = "Hello Kari,\nyour ticket has been received.\nRegards, Support"
QUOTED = "\n".join(f"> {line}" for line in OLD.splitlines())

# Each is what a mail program writes between the new words and the quote; the second says whether it uses ">".
TOPS = {
    "gmail en": ("On Mon, May 4, 2026 at 10:00 AM Support <support@desk.example> wrote:", True),
    "gmail es": ("El lun, 4 may 2026 a las 10:00, Support (<support@desk.example>) escribió:", True),
    "gmail nb": ("man. 4. mai 2026 kl. 10:00 skrev Support <support@desk.example>:", True),
    "gmail es wrapped": (
        (
            "El lun, 4 may 2026 a las 10:00, Servicio de atención al cliente (<\n"
            "support@desk.example>) escribió:"
        ),
        True,
    ),
    "gmail nb wrapped": (
        "man. 4. mai 2026 kl. 10:00 skrev Kundeservice hos Eksempel <\nsupport@desk.example>:",
        True,
    ),
    "iphone en": (
        "Sent from my iPhone\n\nOn 4 May 2026, at 10:00, Support <support@desk.example> wrote:\n",
        True,
    ),
    "iphone es": (
        "Enviado desde mi iPhone\n\nEl 4 may 2026, a las 10:00, Support <support@desk.example> escribió:\n",
        True,
    ),
    "iphone nb": (
        "Sendt fra min iPhone\n\n4. mai 2026 kl. 10:00 skrev Support <support@desk.example>:\n",
        True,
    ),
    "apple nb": ("Den 4. mai 2026 kl. 10:00 skrev Support <support@desk.example>:", True),
    "thunderbird es": ("El 4/5/26 a las 10:00, Support escribió:", True),
    "thunderbird nb": ("Den 04.05.2026 10:00, skrev Support:", True),
    "outlook en": (
        "From: Support <support@desk.example>\nSent: Monday, May 4, 2026 10:00\nTo: Kari\nSubject: Re: x\n",
        False,
    ),
    "outlook es": (
        (
            "De: Support <support@desk.example>\n"
            "Enviado: lunes, 4 de mayo de 2026 10:00\nPara: Kari\nAsunto: Re: x\n"
        ),
        False,
    ),
    "outlook nb": (
        "Fra: Support <support@desk.example>\nSendt: mandag 4. mai 2026 10:00\nTil: Kari\nEmne: Re: x\n",
        False,
    ),
    "outlook web es": (
        (
            "________________________________\nDe: Support <s@d.example>\n"
            "Enviado: lunes, 4 de mayo de 2026\nPara: Kari\n"
        ),
        False,
    ),
    "outlook web nb": (
        (
            "________________________________\nFra: Support <s@d.example>\n"
            "Sendt: mandag 4. mai 2026\nTil: Kari\n"
        ),
        False,
    ),
    "old outlook en": (
        "-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Kari\n",
        False,
    ),
    "old outlook es": (
        "-----Mensaje original-----\nDe: Support\nEnviado: lunes\nPara: Kari\n",
        False,
    ),
    "old outlook nb": (
        "-----Opprinnelig melding-----\nFra: Support\nSendt: mandag\nTil: Kari\n",
        False,
    ),
    "de": ("Am 04.05.2026 um 10:00 schrieb Support:", True),
    "fr": ("Le lun. 4 mai 2026 à 10:00, Support <support@desk.example> a écrit :", True),
    "sv": ("Den mån 4 maj 2026 10:00 Support <support@desk.example> skrev:", True),
    "da": ("Den man. 4. maj 2026 kl. 10.00 skrev Support <support@desk.example>:", True),
}
WORDS = {
    "en": "Hello,\n\nthe invoice is still wrong: it says 20 and not 10.",
    "es": "Hola:\n\nla factura sigue mal, pone 20 y no 10.",
    "nb": "Hei,\n\nfakturaen er fortsatt feil: det står 20, ikke 10.",
}
SIGNED = {
    "en": f"{WORDS['en']}\n\nKind regards,\nKari",
    "es": f"{WORDS['es']}\n\nUn saludo,\nKari",
    "nb": f"{WORDS['nb']}\n\nMvh\nKari",
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("top", TOPS)
def test_the_new_words_above_a_quote_are_kept_and_nothing_else(top: str, language: str) -> None:
    """Whatever program and language, the reply is the reply, and the cut is sure."""
    line, signs = TOPS[top]
    got = quoting.new_words(f"{SIGNED[language]}\n\n{line}\n{QUOTED if signs else OLD}\n")
    assert got.text == WORDS[language]
    assert got.certain


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("top", [name for name, (_, signs) in TOPS.items() if signs and "iphone" not in name])
def test_words_at_the_foot_are_kept(top: str, language: str) -> None:
    """Who answers below the quote is read too; such a cut is a guess."""
    got = quoting.new_words(f"{TOPS[top][0]}\n{QUOTED}\n\n{SIGNED[language]}\n")
    assert got.text == WORDS[language]
    assert not got.certain


@pytest.mark.parametrize(("language", "words"), WORDS.items())
def test_answers_between_the_quoted_lines_are_kept(language: str, words: str) -> None:
    """Each answer in line stays, in order, and the questions go."""
    top = TOPS[f"gmail {language}"][0]
    got = quoting.new_words(f"{top}\n> First question?\n\nFirst answer.\n\n> Second question?\n\n{words}")
    assert got.text.startswith("First answer.")
    assert got.text.endswith(words)
    assert "question" not in got.text
    assert not got.certain


@pytest.mark.parametrize("language", marker.REPLY_MARKERS)
@pytest.mark.parametrize("top", ["", "Some program we never saw, 10:00\n"])
def test_our_own_marker_is_the_surest_cut(language: str, top: str) -> None:
    """Nothing below our line is new, whatever stands below it; a strange line above it stays."""
    got = quoting.new_words(
        f"{WORDS[language]}\n{top}\n{marker.line(language)}\n{OLD}\nInternal: do not tell"
    )
    assert got.text == f"{WORDS[language]}\n{top}".strip()
    assert got.certain


def test_our_marker_is_known_without_its_accents() -> None:
    """A program that loses the letters of other languages does not lose the marker."""
    got = quoting.new_words("Hola\n\n##- Escriba su respuesta por encima de esta linea -##\nold")
    assert got.text == "Hola"


def test_a_quoted_marker_hides_no_answer_below_it() -> None:
    """Where the marker itself is quoted, an answer below the quote is still read."""
    got = quoting.new_words(f"On 4 May 2026 Support wrote:\n> {marker.line('en')}\n{QUOTED}\n\nMy answer")
    assert (got.text, got.certain) == ("My answer", False)


def test_a_marker_of_somebody_else_is_words() -> None:
    """Only our own phrases cut, so that nobody can hide words behind a line of theirs."""
    assert "below" in quoting.new_words("above\n##- Some other phrase -##\nbelow").text


def test_what_stands_in_the_words_with_a_marker_is_never_certain() -> None:
    """Where our marker is left in the words, the quote was not recognised, and an agent must look."""
    got = quoting.new_words(f"{marker.line('en')}\nall of this")
    assert not got.certain


@pytest.mark.parametrize(
    "text",
    [
        "> only a quote",
        "On Mon, May 4, 2026 Ana <a@b.example> wrote:\n> hi",
        "-- \nKari\nEksempel AS",
    ],
)
def test_where_nothing_would_be_left_everything_is_shown(text: str) -> None:
    """An empty cut is no cut, and is said to be uncertain."""
    got = quoting.new_words(text)
    assert (got.text, got.certain) == (text, False)


@pytest.mark.parametrize(
    "text",
    [
        "Hello, my order 1042 has not arrived.",
        "On your remote host you can run:\n\n  telnet 127.0.0.1 52698\n\nThis should connect.",
        "On Monday I wrote to you:\n\nno answer yet.",
        "El lunes les escribí y no me contestan.",
        "Den nye versjonen virker ikke på min Mac.",
        "El pedido es este:\n\n- 2 camisas\n- 1 pantalón",
        "Steps:\n1. Open\n2. Click\n--verbose does not help",
        "De: Madrid a: Oslo, dos billetes.",
        "Fra: Oslo\n\ner det langt.",
        "To: be or not to be",
        "I sent from my account the following.",
        "# not a quote\n```\ncode > here\n```",
        "On 4 May 2026 at 10:00 I wrote to you:\n\nPlease refund me.\n\nNo answer so far.",
        "Den 4. mai 2026 kl. 10:00 skrev jeg til dere:\n\nFakturaen er feil.\n\nIngen svarte.",
        "El 4/5/2026 a las 10:00 su compañera me escribió:\n\n«Le devolveremos el dinero».\n\nNo es verdad.",
        "Two tickets please:\n\nFrom: Oslo\nTo: Madrid\nDate: 4 May 2026\n\nThanks",
        "Hola\n\nDesde mi iPhone no puedo entrar.",
        "Hallo\n\nVon meinem iPhone aus geht es nicht.",
        "Hoi,\n\nVerzonden met PostNL op 4 mei, nog niet ontvangen.",
        "Hi,\n\nSent from my desk, which is easier to reach than my mobile phone today.",
        "Hi,\n\nSent from the warehouse in Oslo on Monday, not here yet.\n\nPlease check.",
        "It came back:\n\nContact us at 480-624-2500.\n\n<a@b.example>:\nchild status 100, no room is left",
        "It came back:\n\n<a@b.example>: host mx.b.example [192.0.2.82]:\n553 user unknown",
        "Hello\n\n____________________\nItem     Price\n____________________\nShoes    20",
    ],
)
def test_ordinary_letters_lose_nothing(text: str) -> None:
    """A letter that quotes nothing is its own new words, surely."""
    assert quoting.new_words(text) == quoting.NewWords(text, certain=True)


@pytest.mark.parametrize(
    "told",
    [
        "On 4 May 2026 at 10:00 your colleague wrote:\n\nWe will refund you.\n\nThat is not true.",
        "Il 4/5/2026 alle 10:00 il cliente ha scritto:\n\nnon funziona\n\nChe devo fare?",
    ],
)
def test_what_a_customer_tells_somebody_wrote_is_kept_as_uncertain(told: str) -> None:
    """Without an address and without quote signs nobody can know whose words stand below."""
    assert quoting.new_words(f"Hello,\n\n{told}") == quoting.NewWords(f"Hello,\n\n{told}", certain=False)


def test_the_end_of_a_quoted_line_that_a_program_broke_off_is_quoted_too() -> None:
    """A line between two quoted ones that goes on where the first was full is no word of the customer's."""
    quoted = "> this line was written as wide as a line of a mail can be before a program"
    got = quoting.new_words(f"Yes.\n\nOn 4 May 2026 Ana wrote:\n{quoted}\nbreaks it\n> and goes on\n")
    assert got.text == "Yes."


def test_an_answer_between_full_lines_is_kept() -> None:
    """Below a quoted line that ends its sentence stands an answer, be it in lower case."""
    quoted = "> is the number that is printed on the back of it really the one that you sent?"
    got = quoting.new_words(f"On 4 May 2026 Ana wrote:\n{quoted}\nyes\n> and when did you buy it\nin May")
    assert got == quoting.NewWords("yes\nin May", certain=False)


def test_an_introduction_of_five_lines_is_one() -> None:
    """Polymail puts the name, an angle, the address and the verb on lines of their own."""
    top = "On Tue, Apr 11, 2017 at 10:07 PM Ana Berg\n\n<\nmailto:Ana Berg <ana@x.example>\n> wrote:"
    assert quoting.new_words(f"Yes.\n\n{top}\nold words").text == "Yes."


def test_signed_text_is_read_without_its_armour() -> None:
    """What PGP puts around a text that it signs is none of the words (RFC 9580 section 7)."""
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello,\n- --verbose does not help\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    assert quoting.new_words(signed).text == "Hello,\n--verbose does not help"


def test_the_foot_of_a_mailing_list_below_a_quote_is_left_out() -> None:
    """What a list adds to the mail it passes on is not the sender's."""
    got = quoting.new_words(
        "Yes.\n\nOn 4 May 2026 Ana wrote:\n> hi\n\n_____________\nour list\nlist@x.example"
    )
    assert got.text == "Yes."


def test_a_signature_goes_but_not_a_long_text_below_two_dashes() -> None:
    """The sign of a signature is honoured for a few lines; below it a whole letter is not thrown away."""
    assert quoting.new_words("Hi there\n\n-- \nKari\nEksempel AS").text == "Hi there"
    long = "\n".join(f"Point number {at} of my letter" for at in range(30))
    assert "Point number 29" in quoting.new_words(f"Hi there\n--\n{long}").text


def test_the_reply_that_shares_its_line_with_the_introduction_is_kept() -> None:
    """Some programs put no line break before the dashes."""
    got = quoting.new_words("my reply--- On Wed, Apr 4, 2012 at 3:59 PM, me@domain.example wrote:\n> Hi")
    assert got.text == "my reply"


_ODD = "09aZ \t>:<@|*_=[-.,²½éß\xa0\xad"
_BEGINNINGS = ("", "On 12 May", "2026-11-30", "El 3 de mayo", "Hello", "* 12/3", "Den 1.", "² May", "von")


@pytest.mark.parametrize("begin", _BEGINNINGS)
def test_the_quick_look_at_a_latin_line_says_the_same(begin: str) -> None:
    """What the cheap pattern takes for words the thorough one takes for words, too, whatever stands there."""
    chance = random.Random(begin)
    for _ in range(2000):
        line = begin + "".join(chance.choices(_ODD, k=chance.randrange(12)))
        assert quoting._plain(line, latin=True) == quoting._plain(line)


def test_a_text_is_latin_up_to_its_last_character() -> None:
    """A dash that no Latin-1 has, wherever it stands, is looked at by the thorough pattern."""
    words = "Thank you for the answer.\n" * 3
    assert quoting._is_latin([*words.splitlines(), "\xff"])
    assert not quoting._is_latin([*words.splitlines(), "\u0100"])
    assert quoting.new_words(f"{words}\u2014\nKari").text == words.strip()
