"""Small pieces of HTML. Functions that return HTML take text and escape it, unless they say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def code(text: str) -> str:
    """Something that a machine reads."""
    return f"<code>{escape(text)}</code>"


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}".replace(",", "\u00a0")


def option(value: str, label: str, *, chosen: bool) -> str:
    """One choice of a select."""
    mark = " selected" if chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(label)}</option>'


def copyable(text: str, name: str, ident: str) -> str:
    """A text with its Copy button; ``name`` is what a listener hears on the button."""
    return f'<code id="{ident}">{escape(text)}</code>{copy_button(name, ident)}'


def secret(text: str, name: str, ident: str) -> str:
    """A demo secret: hidden until somebody asks, yet ready to be copied."""
    return (
        '<details class="secret"><summary><span class="dots" aria-hidden="true">••••••••</span>'
        f'<span class="show">Show<span class="unseen"> {escape(name)}</span></span>'
        f'<span class="hide">Hide<span class="unseen"> {escape(name)}</span></span></summary>'
        f'<code id="{ident}">{escape(text)}</code></details>{copy_button(name, ident)}'
    )


def copy_button(name: str, ident: str) -> str:
    """Copies the text of the element ``ident``; without script it is not there."""
    return (
        f'<button type="button" class="small js" data-copy="{ident}">Copy'
        f'<span class="unseen"> {escape(name)}</span></button>'
    )


def table(
    caption: str,
    heads: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    *,
    ident: str = "",
) -> str:
    """A table that scrolls by itself when the window is narrow.

    ``heads`` are pairs of a CSS class and a text, the cells of ``rows`` are HTML already. The
    first cell of a row is its heading.
    """
    head = "".join(
        f'<th scope="col"{_class(name)}>{escape(text) or _NOTHING}</th>' for name, text in heads
    )
    body = "".join(_row(heads, row) for row in rows)
    mark = f' id="{ident}"' if ident else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table><caption class="unseen">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody{mark}>{body}</tbody></table></div>"
    )


_NOTHING = '<span class="unseen">Action</span>'


def _row(heads: Sequence[tuple[str, str]], row: Sequence[str]) -> str:
    first, *rest = row
    cells = f'<th scope="row"{_class(heads[0][0])}>{first}</th>'
    for (name, text), cell in zip(heads[1:], rest, strict=True):
        cells += f'<td{_class(name)} data-label="{escape(text)}">{cell}</td>'
    return f"<tr>{cells}</tr>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def definition(rows: Iterable[tuple[str, str]]) -> str:
    """Names and what they stand for; the second of each pair is HTML already."""
    body = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in rows)
    return f"<dl>{body}</dl>"
