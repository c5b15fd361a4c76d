"""Texts as a terminal may show them: what AEx sent is shown, never obeyed."""

from decimal import Decimal

from rich.text import Text


def escape(text: str) -> str:
    """Return `text` on one line, with every character escaped that a terminal would take for more than text."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def make_sentence(text: str) -> str:
    """Return what an error says as a sentence, to which advice can be added."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def label(name: str) -> str:
    """Return the name of a field as people read it. AEx makes up names too, for there are keys that no model knows."""
    return escape(name.replace("_", " "))


def show_value(value: object) -> Text:
    """Return a value as people read it: no markup, no control characters."""
    if value is None:
        return Text("-")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, Decimal):
        return Text(f"{value:.2f}" if value == round(value, 2) else str(value))
    return Text(escape(str(value)))
