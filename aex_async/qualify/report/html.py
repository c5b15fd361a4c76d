"""Markup that no text breaks out of: whatever is not markup yet is escaped where it goes in."""

import html
import re
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
