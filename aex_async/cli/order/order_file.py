"""An order as a JSON file, read without guessing."""

import json
import sys
from pathlib import Path
from typing import Any

from aex_async._arguments import check_model
from aex_async.errors import UsageError


def read_order(path: str) -> dict[str, Any]:
    """Return what the file at `path` says, or standard input for "-"."""
    try:
        body = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"the order file {path} cannot be read: {error.strerror}") from None
    return parse_order(body)


def parse_order(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. No error repeats any of it but the names of its keys."""
    try:
        values = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_make_object)
    except json.JSONDecodeError as error:
        raise UsageError(f"the order file is not JSON: see line {error.lineno}, column {error.colno}") from None
    except (UnicodeDecodeError, RecursionError):
        raise UsageError("the order file is not JSON in UTF-8") from None
    return check_model(values, dict, "the order file's JSON")


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice: either could be the one that was meant."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"the order file has twice: {', '.join(twice)}")
    return dict(pairs)
