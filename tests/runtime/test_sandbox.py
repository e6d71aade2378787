"""What templates may do, seen from inside."""

from __future__ import annotations

import pytest
from jinja2 import TemplateError

from runtime.sandbox import LONGEST, Sandbox, TooLongError


def said(template: str, **values: object) -> str:
    """The template's text."""
    return Sandbox({"x.txt": template, "x.html": template}, "en").text("x.txt", values)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ 2 * 3 + 4 % 3 }}", "7"),
        ("{{ 2 ** 8 }}", "256"),
        ("{{ 'a' ~ 'b' + 'c' }}", "abc"),
        ("{{ words.first | upper }}", "ONE"),
        ("{% for one in [1, 2] %}{{ loop.index }}{{ ',' if not loop.last }}{% endfor %}", "1,2"),
        ("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m('<b>') }}", "<<b>>"),
        ("{{ missing | default('nothing') }}{{ missing }}", "nothing"),
    ],
)
def test_ordinary_templates_work(template: str, text: str) -> None:
    """Sums, loops, macros and values by key are there."""
    assert said(template, words={"first": "one"}) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'a' * 3 }}",
        "{{ 9 ** 99 }}",
        "{{ 99999 * 99999 }}",
        "{{ '%s' % 1 }}",
        "{{ 'a'.upper() }}",
        "{{ range(3) }}",
    ],
)
def test_what_could_grow_is_refused(template: str) -> None:
    """Repetition, formatting, large numbers, methods and globals are not there."""
    with pytest.raises(TemplateError):
        said(template)


def test_a_mail_has_an_end() -> None:
    """More text than a mail may have is refused as soon as it is there."""
    with pytest.raises(TooLongError):
        said("{% for a in x %}{% for b in x %}{{ x }}{% endfor %}{% endfor %}", x="x" * 100)
    assert len(said("{{ x }}", x="x" * LONGEST)) == LONGEST


def test_html_is_escaped_and_text_is_not() -> None:
    """Values in HTML templates cannot become markup."""
    sandbox = Sandbox({"x.txt": "{{ a }}", "x.html": "{{ a }}"}, "en")
    assert sandbox.text("x.txt", {"a": "<b>"}) == "<b>"
    assert sandbox.text("x.html", {"a": "<b>"}) == "&lt;b&gt;"


def test_an_objects_inside_is_not_seen() -> None:
    """If something else than a plain value slipped in, its attributes stay its own."""

    class Thing:
        secret = "hunter2"

    with pytest.raises(TemplateError):
        said("{{ thing.secret.upper }}", thing=Thing())
    assert "hunter2" not in said("{{ thing.secret | default('') }}", thing=Thing())
