"""The cells of a result: the columns that came in, then what AEx told; none that a spreadsheet would run."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from attrs import asdict

from aex_async.errors import AExError
from aex_async.qualify.model import Candidate, Qualification

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")  # a number of the input goes out with all of its digits


class UnwritableError(AExError):
    """A result cannot be told in the format or the encoding that was chosen."""


KINDS: Final = {
    "aex_outcome": "string",
    "aex_score": "float64",
    "aex_parts": "text",
    "aex_full_text": "string",
    "aex_guid": "string",
    "aex_premise_id": "string",
    "aex_latitude": "float64",
    "aex_longitude": "float64",
    "aex_orderable": "bool_",
    "aex_product_count": "int64",
    "aex_products_from": "string",
    "aex_speed_down": "int64",
    "aex_speed_up": "int64",
    "aex_currency": "string",
    "aex_price_incl": "money",
    "aex_price_excl": "money",
    "aex_candidates": "text",
    "aex_reason": "string",
    "aex_products": "text",
}


def name_columns(columns: Sequence[str], *, products: bool) -> tuple[str, ...]:
    """Return the columns of a result: those of the input, then our own.

    Results can be qualified again: what an earlier run said of an address gives way to what this one says.
    """
    own = (name for name in KINDS if products or name != "aex_products")
    return (*(name for name in columns if name not in KINDS), *own)


def show(result: Qualification) -> dict[str, Any]:
    """Return the cells of a result by column; money is a `Decimal`, or text within a list."""
    match, best, cheapest = result.match, result.best, result.cheapest
    return {
        **result.columns,
        "aex_outcome": result.outcome,
        "aex_score": match and match.score,
        "aex_parts": dict(result.parts) or None,
        "aex_full_text": match and match.full_text,
        "aex_guid": match and match.guid,
        "aex_premise_id": match and match.premise_id,
        "aex_latitude": match and match.latitude,
        "aex_longitude": match and match.longitude,
        "aex_orderable": result.orderable,
        "aex_product_count": len(result.offers) if match else None,
        "aex_products_from": result.offers_from,
        "aex_speed_down": best and best.speed_down,
        "aex_speed_up": best and best.speed_up,
        "aex_currency": cheapest and cheapest.currency,
        "aex_price_incl": cheapest and cheapest.price_incl,
        "aex_price_excl": cheapest and cheapest.price_excl,
        "aex_candidates": [_describe(candidate) for candidate in result.candidates] or None,
        "aex_reason": result.reason,
        "aex_products": [asdict(offer, value_serializer=_to_text) for offer in result.offers] or None,
    }


def _describe(candidate: Candidate) -> dict[str, Any]:
    return {"guid": candidate.guid, "full_text": candidate.full_text, "score": candidate.score}


def _to_text(_: object, __: object, value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value


# A sign of a formula, also as wide as Japanese letters are; but a number, also of a phone, is only a number.
_FORMULA: Final = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?|\+(?=(\D*\d){7})\d+( ?\(\d+\))?([ -]\d+)*")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run a text that it opens from CSV."""
    return _FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None


def disarm(text: str) -> str:
    """Return a text that a spreadsheet shows, and does not run: an apostrophe before it says that it is text."""
    return f"'{text}" if is_formula(text) else text


def to_json(value: object) -> str:
    """Return JSON."""
    return _ENCODER.encode(value).decode()
