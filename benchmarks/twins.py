"""Our models again, as pydantic and msgspec would have them: the same fields with the same types."""

from datetime import date, datetime
from typing import Annotated, Any, get_args

import attrs
import msgspec

from aex_async.models import Premise, Price
from benchmarks.peers import import_peer

pydantic = import_peer("pydantic")


def close_up(text: str) -> str:
    """Return `2024-10-17 13:42:49 +0200` without its second blank, which pydantic cannot read."""
    return text[:-6] + text[-5:]


TIMES = (datetime | None, datetime | date | None)
"""How our models type a point in time. AEx writes some as a day alone, which no row of these pages does."""

# Strictly, text from a function in Python would be no date; so this one field is told to take it.
SPACED: Any = Annotated[datetime, pydantic.Field(strict=False), pydantic.BeforeValidator(close_up)]


def list_fields(cls: type[Any]) -> list[tuple[str, Any, Any]]:
    """Return name, type and default of every field that AEx fills."""
    fields = attrs.fields(attrs.resolve_types(cls))
    return [(field.name, field.type, field.default) for field in fields if field.name != "extra"]


def make_pydantic(cls: type[Any], *, spaced: bool) -> Any:
    """Return the pydantic model of a class: strict, with unknown keys kept, its dates aware and its money `Decimal`.

    `spaced` dates go through `close_up`, and the rest of reading them is pydantic's own. Where AEx writes ISO 8601,
    no function is in the way.
    """

    def translate(kind: Any) -> Any:
        if kind in TIMES:
            return SPACED | None if spaced else datetime | None
        price: Any = make_pydantic(Price, spaced=spaced) if Price in get_args(kind) else None
        return kind if price is None else tuple[price, ...]

    fields: dict[str, Any] = {
        name: (translate(kind), ... if default is attrs.NOTHING else default)
        for name, kind, default in list_fields(cls)
    }
    return pydantic.create_model(cls.__name__, __config__=pydantic.ConfigDict(extra="allow", strict=True), **fields)


def make_pydantic_page(cls: type[Any], *, spaced: bool) -> Any:
    """Return the pydantic model of a page of rows."""
    row: Any = make_pydantic(cls, spaced=spaced)
    fields: dict[str, Any] = {"items": (list[row], ...), "total": (int | None, None)}
    return pydantic.create_model("Page", __config__=pydantic.ConfigDict(extra="allow", strict=True), **fields)


def make_pydantic_premise(base: Any) -> Any:
    """Return the model of a premise on a base class of the peer's, with its dates as text."""
    fields: dict[str, Any] = {
        name: (str | None if kind in TIMES else kind, ... if default is attrs.NOTHING else default)
        for name, kind, default in list_fields(Premise)
    }
    return pydantic.create_model("Premise", __base__=base, **fields)


def make_struct(cls: type[Any], *, spaced: bool) -> type[Any]:
    """Return the msgspec struct of a class: its best case.

    `spaced` dates stay text, for msgspec cannot read them; unknown keys are dropped; and a field of which no type is
    known is not checked, for msgspec has no union of text and `Decimal`.
    """

    def translate(kind: Any) -> Any:
        if kind in TIMES:
            return str | None if spaced else datetime | None
        if Price in get_args(kind):
            price: Any = make_struct(Price, spaced=spaced)
            return tuple[price, ...]
        return Any if len(get_args(kind)) > 2 else kind  # noqa: PLR2004 - a type and None

    fields = [
        (name, translate(kind)) if default is attrs.NOTHING else (name, translate(kind), default)
        for name, kind, default in list_fields(cls)
    ]
    return msgspec.defstruct(cls.__name__, fields, kw_only=True)


def make_struct_page(cls: type[Any], *, spaced: bool) -> type[Any]:
    """Return the msgspec struct of a page of rows."""
    row: Any = make_struct(cls, spaced=spaced)
    return msgspec.defstruct("Page", [("items", list[row]), ("total", int | None, None)])
