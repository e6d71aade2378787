"""How a page leaves: by a template that escapes everything, under a policy that runs and loads nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

from console.language import Speech, chosen

if TYPE_CHECKING:
    from litestar import Request

    from console.desk import Desk

_FOLDER: Final = Path(__file__).parent
# No script anywhere, nothing from elsewhere, and in nobody's frame.
_PAGE: Final = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# What a stranger wrote: alone in a frame of ours, where nothing runs, submits or leads anywhere.
_FRAME: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
_ALWAYS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_HTML: Final = "text/html"


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style() -> str:
    """The style sheet."""
    return (_FOLDER / "style.css").read_text(encoding="utf-8")


def page(
    desk: Desk, request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any
) -> Response[str]:
    """One page in the reader's language; ``values`` are what its template shows."""
    about = desk.about()
    speech = Speech(chosen(request.headers.get("accept-language", "")), about.zone, desk.now())
    text = _templates().get_template(template).render(about=about, t=speech.say, s=speech, **values)
    headers = _ALWAYS | {"Content-Security-Policy": _PAGE, "Vary": "Accept-Language"}
    return Response(text, status_code=status, media_type=_HTML, headers=headers)


def frame(text: str) -> Response[str]:
    """A page that somebody else wrote, for a frame."""
    return Response(text, media_type=_HTML, headers=_ALWAYS | {"Content-Security-Policy": _FRAME})


def sheet() -> Response[str]:
    """The style sheet, which a browser may keep for a while."""
    headers = _ALWAYS | {"Cache-Control": "private, max-age=300"}
    return Response(style(), media_type="text/css", headers=headers)


def plain(status: int, text: str, headers: dict[str, str] | None = None) -> Response[str]:
    """A refusal in one line, which tells nothing of the desk."""
    policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
    return Response(
        text + "\n",
        status_code=status,
        media_type="text/plain",
        headers=_ALWAYS | policy | (headers or {}),
    )
