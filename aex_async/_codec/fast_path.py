"""A row of one of our own models, structured at once: the parser checks the types of its plain values on the way.

Whoever reads this wonders whether it is worth it. A page of a hundred rows takes 1.6 to 2.4 times as long without the
thawed classes below, and twice as long again without the parser's help. It only ever does what `structuring` would do:
at the first doubt that takes over, and so it does wherever a user's hook could have a say.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, get_args

import attrs
import cattrs
from attrs import AttrsInstance

from aex_async._codec.annotations import list_fields
from aex_async._codec.containers import is_list_of
from aex_async._codec.structuring import Record
from aex_async._codec.values import TYPES, Hook, Mismatch, is_datetime
from aex_async._json import Moment, fit, is_object, make_reader, make_shape, soften, unpack
from aex_async.models import DateOrDatetime, FullService, PredefinedPremise, Scalar
from aex_async.models.base import name_model

M = TypeVar("M", bound=AttrsInstance)

# What the parser itself checks as strictly as the hooks.
NATIVE = frozenset({str, int, bool})

# Whose dates AEx writes as ISO 8601, which the parser can read; all others have their offset after a blank.
ISO = (PredefinedPremise,)

# Written by us alone, or not in the form of their fields.
NOT_SWIFT = (FullService,)


def is_swift(kind: Any) -> bool:
    """Whether a class is one of our models of AEx's rows."""
    return name_model(kind) != "" and hasattr(kind, "extra") and kind not in NOT_SWIFT


def make_row_shape(cls: type[M], choose_kind: Callable[[Any], Any], *, closed: bool) -> type[Any]:
    fields = [
        (part.name, choose_kind(kind)) if part.default is attrs.NOTHING else (part.name, choose_kind(kind) | None, None)
        for part, kind in list_fields(cls)
    ]
    return make_shape(cls.__name__, fields, closed=closed)


def open_kind(kind: Any) -> Any:
    if kind == Scalar:
        return str | int | bool  # a fraction is left to `structuring`: the parser would not keep it exact here
    return kind if kind in NATIVE else Any


def closed_kind(kind: Any) -> Any:
    if is_swift(kind):
        return get_closed_shape(kind)
    if is_list_of(kind):
        inner: Any = closed_kind(get_args(kind)[0])
        return list[inner]
    return open_kind(kind)


def closed_kind_of_iso(kind: Any) -> Any:
    return Moment if is_datetime(kind) else closed_kind(kind)


@cache
def get_closed_shape(cls: type[M]) -> type[Any]:
    """Return the shape of a row without any key that `cls` does not know."""
    return make_row_shape(cls, closed_kind_of_iso if cls in ISO else closed_kind, closed=True)


@cache
def thaw(cls: type[M]) -> Any:
    """Return `cls` as it would be if it were not frozen, with a constructor that takes all fields in order.

    The constructor that attrs writes for a frozen class with 47 slots takes five times as long. What is made this way
    becomes an instance of `cls` by its `__class__`.
    """
    simple: Any = attrs.make_class(cls.__name__, [part.name for part in attrs.fields(cls)])
    own = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__, "__init__": simple.__init__}
    return type(cls.__name__, (cls,), {"__slots__": (), **own})


def structure_swiftly(cls: type[M], converter: cattrs.BaseConverter) -> Hook:
    """Return a hook that lets the parser check the types of a whole row at once, and then looks at the rest."""
    fields = list_fields(cls)
    names = frozenset(part.name for part, _ in fields)
    closed_shape, open_shape = get_closed_shape(cls), make_row_shape(cls, open_kind, closed=False)
    rest = [
        (part.name, converter.get_structure_hook(kind), kind, part.default)
        for part, kind in fields
        if kind not in NATIVE and kind != Scalar
    ]
    closed_rest = [item for item in rest if cls not in ISO or not is_datetime(item[2])]
    # What `json.loads` made of 1e999 or NaN is a float as well, or a Decimal: neither is taken by its type alone.
    open_rest = [
        (name, hook, None if kind in (float, Decimal) else kind, default) for name, hook, kind, default in rest
    ]
    thawed = thaw(cls)
    thorough: Hook = Record(cls, converter)

    def build(shape: Any, rest: list[tuple[str, Hook, Any, Any]], extra: dict[str, Any]) -> M:
        for name, hook, kind, default in rest:
            value = getattr(shape, name)
            if value is None:
                if default is not None:
                    setattr(shape, name, default)
            elif type(value) is not kind:
                setattr(shape, name, hook(value, kind))
        model: M = thawed(*unpack(shape), extra)
        model.__class__ = cls
        return model

    def structure(row: Any, _: Any) -> M:
        if type(row) is closed_shape:
            return build(row, closed_rest, {})
        shape = fit(row, open_shape) if is_object(row) else None
        if shape is not None:
            try:
                return build(
                    shape,
                    open_rest,
                    {} if names.issuperset(row) else {name: soften(row[name]) for name in row if name not in names},
                )
            except Mismatch:
                pass
        return thorough(row, cls)  # type: ignore[no-any-return]

    return structure


# From bytes right into closed shapes


@cache
def get_reader(kind: Any) -> Callable[[bytes], Any]:
    """Return what reads bytes right into the closed shape of one of our models."""
    return make_reader(get_closed_shape(kind), exact=is_exact(kind))


@cache
def get_rows_reader(kind: Any) -> Callable[[bytes], Any]:
    """Return what reads bytes right into many such shapes, bare or in an envelope."""
    rows: Any = list[get_closed_shape(kind)]  # type: ignore[misc]
    counts = [(name, int | None, None) for name in ("total", "page", "count")]
    return make_reader(rows | make_shape("Envelope", [("items", rows), *counts], closed=True), exact=is_exact(kind))


def is_exact(cls: type[M]) -> bool:
    """Whether a fraction in `cls` may be something other than a float."""
    kinds = {kind for _, kind in list_fields(cls)}
    return not kinds <= {*NATIVE, float, *TYPES, DateOrDatetime, Scalar}
