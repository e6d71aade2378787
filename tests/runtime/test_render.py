"""From a row to a mail: which words, in which language, and what happens when a template is wrong."""

from __future__ import annotations

import email
import email.policy
import os
import resource
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from ingest.mail import marker
from runtime.render import Renderer, RenderError
from store.letter import encode
from tests.runtime.outbox_rows import NOON, a_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = "es/acknowledged.txt"
OURS = "Gracias por escribirnos"


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    """A renderer, its cage ended afterwards."""
    renderer = Renderer()
    yield renderer
    renderer.close()


def row(**changes: Any) -> Any:
    """A row with a letter."""
    return SimpleNamespace(
        recipient="maria@x.example",
        message_id="<despacho.7.ack.abc@acme.example>",
        created_at=NOON,
        letter=encode(a_letter(**changes)),
    )


def words(renderer: Renderer, template: str, **changes: Any) -> str:
    """What is said when an operator's template stands in place of ours."""
    return renderer.text(a_letter(**changes), {OWN: template})


def content(wire: bytes) -> str:
    """The text of a mail."""
    message: Any = email.message_from_bytes(wire, policy=email.policy.default)
    text: str = message.get_body(("plain",)).get_content()
    return text.replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["en", "es", "nb"])
def test_the_marker_is_the_first_line(renderer: Renderer, language: str) -> None:
    """Every conversation begins with the line to reply above, as the parser knows it."""
    first = content(renderer.render(row(language=language))).split("\n")[0]
    assert first == marker.line(language)
    assert marker.stands_in(first)


def test_a_letter_may_do_without_marker(renderer: Renderer) -> None:
    """Where nobody is asked to reply there is no marker."""
    assert "##-" not in content(renderer.render(row(marker=False)))


def test_the_footer_names_desk_and_ticket(renderer: Renderer) -> None:
    """Below every mail stand the desk's name and the ticket, behind a signature's dashes."""
    assert content(renderer.render(row())).endswith("\n-- \nAcme Support · [#7]\n")
    assert content(renderer.render(row(values={"desk": "Acme AS"}))).endswith("\n-- \nAcme AS · [#7]\n")


@pytest.mark.parametrize(("language", "said"), [("es-MX", "Gracias"), ("fr", "Thank you"), ("", "Thank you")])
def test_an_unknown_language_is_answered_in_the_nearest(renderer: Renderer, language: str, said: str) -> None:
    """A region falls back to its language, and a language that we lack to English."""
    assert said in content(renderer.render(row(language=language)))


def test_rendering_twice_gives_the_same_bytes(renderer: Renderer) -> None:
    """Another sender, another day: the same mail."""
    assert renderer.render(row()) == Renderer().render(row())


def test_a_letter_without_template_fails(renderer: Renderer) -> None:
    """A name that nobody has a template for, or a letter that cannot be read, is told as such."""
    with pytest.raises(RenderError, match="no template 'nothing'"):
        renderer.render(row(template="nothing"))
    broken = row()
    broken.letter = "{}"
    with pytest.raises(RenderError, match="cannot be read"):
        renderer.render(broken)
    with pytest.raises(RenderError, match="no template"):
        renderer.render(row(template="../en/acknowledged"))


def test_an_operators_template_stands_in_place_of_ours(renderer: Renderer) -> None:
    """It gets the same values, filters and parts, and the marker and footer all the same."""
    text = words(renderer, "Buenas, {{ requester_name }}: {{ ticket + 1 }}\n{{ requester_name | quoted }}\n")
    assert text == f"{marker.line('es')}\n\nBuenas, María: 8\n> María\n\n-- \nAcme Support · [#7]"
    assert "Ticket:     7" in words(renderer, '{% include "en/part_facts.txt" %}')
    assert OURS not in words(renderer, "{% for one in 'abc' %}{{ loop.index }}{% endfor %}")


def test_an_operators_footer_stands_in_place_of_ours(renderer: Renderer) -> None:
    """The frame can be changed too, and the marker stays."""
    text = renderer.text(a_letter(), {"es/frame.txt": "{{ content }}\n-- \nAcme, Calle Mayor 1"})
    assert text.startswith(marker.line("es"))
    assert OURS in text
    assert text.endswith("Calle Mayor 1")


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ requester_name.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__['os'] }}",
        "{{ lipsum(1000) }}",
        "{{ range(999999) | list }}",
        "{{ namespace(a=1) }}",
        "{{ joiner() }}",
        "{{ dict(a=1) }}",
        "{{ get_flashed_messages.__globals__ }}",
        "{{ url_for }}{{ config.items() }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%999999999d' | format(1) }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 9999999 }}",
        "{{ 99999 ** 9 }}",
        "{{ ''.join(['a']) }}",
        "{{ 'a'.upper() }}",
        "{{ 'a' | center(999999999) }}",
        "{{ 'a' | indent(999999999) }}",
        "{{ 'a' | attr('__class__') }}",
        "{{ [1] | map('attr') | list }}",
        "{{ 'a' | pprint }}",
        "{{ [1] | batch(999999999, 0) | list }}",
        "{% import 'os' as os %}",
        '{% include "../../etc/passwd" %}',
        '{% include "/etc/passwd" %}',
        '{% extends "es/nothing.txt" %}',
        "{% do 1 %}",
        "{{ 1 / 0 }}",
        "{{ undefined.attribute }}",
        "{% if %}",
        "{{ ",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for a in ticket %}{% endfor %}",
    ],
)
def test_what_a_template_must_not_do_gives_our_words(renderer: Renderer, template: str) -> None:
    """An escape, a bomb or a mistake in an operator's template sends our own words, or nothing strange."""
    text = words(renderer, template)
    if OURS not in text:
        body = text.removeprefix(marker.line("es")).removesuffix("-- \nAcme Support · [#7]").strip()
        assert body == "", body


BOMBS = {
    "loops": "{% for a in x %}" * 9 + "{% endfor %}" * 9,
    "doubling": "{% set a = x %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "replace": "{% set a = x %}" + "{% set a = a | replace('a', a) %}" * 6 + "{{ a }}",
    "endless output": "{% for a in x %}" * 5 + "{{ x }}" + "{% endfor %}" * 5,
    "truncate": "{{ x | truncate(999999999, True, x * 1) }}",
    "lists": "{% set a = [x, x] %}" + "{% set a = a + a %}" * 40 + "{{ a | length }}",
    "join": "{% set a = x %}" + "{% set a = a | list | join(a) %}" * 6 + "{{ a }}",
    "tags": "{% set a = '<' %}" + "{% set a = a ~ a %}" * 20 + "{{ a | striptags }}",
    "macros": "{% macro m(a) %}{{ m(a) }}{{ m(a) }}{% endmacro %}{{ m(x) }}",
    "itself": "{% for a in x %}{% include 'es/acknowledged.txt' %}{% endfor %}",
    "brackets": "{{ " + "(" * 50_000 + "x" + ")" * 50_000 + " }}",
}


@pytest.mark.realtime
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_soon_and_our_words_go_out(renderer: Renderer, bomb: str) -> None:
    """Within 3 s and 256 MB, which the system keeps the child to; the next template is heard again."""
    template = "{% set x = '" + "a" * 40 + "' %}" + BOMBS[bomb]
    assert "sano" in words(renderer, "sano y salvo")
    child: Any = renderer._cage._child
    assert resource.prlimit(child.pid, resource.RLIMIT_AS) == (256 * 1024 * 1024,) * 2
    began = time.monotonic()
    assert OURS in words(renderer, template)
    assert time.monotonic() - began <= 3
    assert "salvo" in words(renderer, "salvo y sano")


@pytest.mark.realtime
def test_a_template_that_failed_is_left_alone_for_a_while(renderer: Renderer) -> None:
    """A template that costs two seconds costs them once, not for every mail."""
    looping = "{% set x = '" + "a" * 40 + "' %}" + BOMBS["loops"]
    words(renderer, looping)
    began = time.monotonic()
    for _ in range(20):
        assert OURS in words(renderer, looping)
    assert time.monotonic() - began < 2


def test_the_cage_knows_no_secret(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's environment holds nothing of ours."""
    monkeypatch.setenv("DESPACHO_RELAY_URL", "smtps://desk:hunter2@mx.example")
    words(renderer, "x")
    child: Any = renderer._cage._child
    with open(f"/proc/{child.pid}/environ", encoding="utf-8") as environment:  # noqa: PTH123
        assert "hunter2" not in environment.read()
    renderer.close()
    assert child.poll() is not None


def test_a_killed_cage_is_replaced(renderer: Renderer) -> None:
    """If the child dies between two mails, the next mail has a new one."""
    words(renderer, "uno")
    child: Any = renderer._cage._child
    os.kill(child.pid, 9)
    child.wait()
    assert "dos" in words(renderer, "dos")
