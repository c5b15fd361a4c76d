"""Names and values of records as people read them: on one line, without control characters."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard

from aex_async.cli.console import escape
from aex_async.cli.json_output import Result


def is_rows(value: object) -> TypeGuard[list[Result]]:
    """Whether a value is a list of rows, and drawn as a table of its own."""
    return isinstance(value, list)


def label(name: str) -> str:
    """Return the name of a field as people read it. AEx makes up names too, for there are keys that no model knows."""
    return escape(name.replace("_", " "))


def show_amount(amount: Decimal) -> str:
    """Return an amount exactly, with two places if it has no more."""
    try:
        return f"{amount:.2f}" if amount == round(amount, 2) else str(amount)
    except InvalidOperation:  # of more digits than Python rounds
        return str(amount)


def show_value(value: object) -> str:
    """Return a value as people read it: without control characters."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return show_amount(value) if isinstance(value, Decimal) else escape(str(value))


def put_on_one_line(value: Any) -> Any:
    """Return a value on one line: a list or an object as JSON."""
    return json.dumps(value, default=str) if isinstance(value, list | dict) else value
