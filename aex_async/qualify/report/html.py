"""Markup that no text breaks out of, and the tables and bars of a report made of it."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

_VOID: Final = frozenset({"meta"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *content: str | None, **attributes: str | float | None) -> Markup:
    """Return an element. `class_` is the attribute `class`, `aria_label` is `aria-label`; `None` is left out."""
    text = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_show(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name in _VOID else f"</{name}>"
    return Markup(f"<{name}{text}>{join(*content)}{end}")


def join(*content: str | None) -> Markup:
    """Return markup one after another, and texts escaped."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part or "") for part in content))


def escape(text: str) -> Markup:
    """Return a text as markup; what no page may hold becomes the character that stands for it."""
    return Markup(html.escape(_CONTROL.sub("\ufffd", text)))


def _show(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


Cells = Sequence[str | None]
_WHOLE: Final = 1000


def make_table(caption: str, heads: Iterable[Markup], rows: Iterable[Markup], class_: str | None = None) -> Markup:
    """Return a table; its caption is for those to whom it is read."""
    head = tag("thead", tag("tr", *heads))
    return tag("table", head, tag("tbody", *rows), class_=class_, aria_label=caption)


def make_head(words: str, class_: str | None = None) -> Markup:
    """Return the head of a column. One of bars has no words: it repeats the figures beside it."""
    return tag("th", words, scope="col", class_=class_) if words else tag("td", class_=class_)


def make_row(name: str, *cells: Markup) -> Markup:
    """Return a row: what it is about, then its cells."""
    return tag("tr", tag("th", name, scope="row"), *cells)


def make_number(text: str, class_: str = "n") -> Markup:
    """Return a cell with a figure."""
    return tag("td", text, class_=class_)


def make_bar(part: int, whole: int) -> Markup:
    """Return a cell with a bar; the figure itself stands in a cell beside it."""
    width = _WHOLE * part / whole if whole else 0.0
    return tag("td", draw_whole([("bar-of", width)], None), class_="bar")


def draw_whole(parts: Iterable[tuple[str, float]], label: str | None) -> Markup:
    """Return one bar of parts, of a thousand together. Without a label it only repeats what is written beside it."""
    drawn, x = list[Markup](), 0.0
    for name, width in parts:
        drawn.append(tag("rect", x=x, width=width, height=10, class_=name))
        x += width
    return tag(
        "svg",
        join(*drawn),
        viewBox=f"0 0 {_WHOLE} 10",
        preserveAspectRatio="none",
        class_=None if label is None else "whole",
        role=None if label is None else "img",
        aria_label=label,
        aria_hidden="true" if label is None else None,
    )
