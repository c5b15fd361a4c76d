"""Text that a spreadsheet would run, made harmless."""

import re
from typing import Final

# A sign of a formula, also as wide as Japanese letters are; but a number, also of a phone, is only a number.
_FORMULA: Final = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?|\+(?=(\D*\d){7})\d+( ?\(\d+\))?([ -]\d+)*")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run a text that it opens from CSV."""
    return _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None


def disarm(text: str) -> str:
    """Return a text that a spreadsheet shows, and does not run: an apostrophe before it says that it is text."""
    return f"'{text}" if is_formula(text) else text
