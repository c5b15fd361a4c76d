"""Plain JSON to models and back: strictly, exactly, keeping what no model knows.

The converter of cattrs coerces by default; every hook here refuses instead. Our own models are first tried by a
swift hook, which looks at a whole row at once. At the first doubt the thorough hook takes over, which looks at
one value at a time, and names every problem by its JSON path and never by its value.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin

import attrs
import cattrs
from attrs import AttrsInstance, frozen

from aex_async import models
from aex_async._json import (
    Moment,
    Problems,
    find_flaw,
    fit,
    is_list,
    is_object,
    make_reader,
    make_shape,
    parse,
    parse_exactly,
    read_moment,
    soften,
    unpack,
)

M = TypeVar("M", bound=AttrsInstance)

T = TypeVar("T")

Hook = Callable[[Any, Any], Any]


@frozen
class Rows(Generic[T]):
    """One page as AEx sent it: its rows, the number of all rows, and its own number, if the server named usable ones.

    `bare` is an object where a list is due: it is all there is.
    """

    items: list[T]
    total: int | None
    page: int | None = None
    bare: bool = False


class _Mismatch(Exception):  # noqa: N818 - it never leaves this module
    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def below(self, step: str) -> list[str]:
        return [step + problem for problem in self.problems]


# Plain values


def _exact(what: str, *types: type) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        if type(value) not in types:
            raise _Mismatch(f": expected {what}")
        return value

    return hook


def _float(value: Any, _: Any) -> float:
    if type(value) not in (int, float, Decimal):
        raise _Mismatch(": expected a number")
    try:
        return float(value)
    except OverflowError:
        raise _Mismatch(": expected a number") from None


def _decimal(value: Any, _: Any) -> Decimal:
    if type(value) not in (int, Decimal):
        raise _Mismatch(": expected a number")
    return Decimal(value)


_read_moment = datetime.fromisoformat

# Python's own reader takes more, and each release something else: 24:00 since 3.14, an offset of +02:90 until then.
_is_moment = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d(?::\d\d(?:[.,]\d+)?)?(?:[Zz]| ?[+-]\d\d(?::?[0-5]\d)?)", re.ASCII
).fullmatch


def _datetime(value: Any, _: Any) -> datetime:
    """Read `2024-10-17 13:42:49 +0200` and ISO 8601; the document uses both."""
    try:
        # The first form is in every row, and the pattern would double its price.
        if value[10:20:3] == " :: " and not value[25:] and value[11:13] != "24" and "0" <= value[-2] < "6":
            moment = _read_moment(value[:19] + value[20:])
            if moment.tzinfo is not None:
                return moment
        elif _is_moment(value):
            moment = _read_moment(value.upper().replace(" ", "T", 1).replace(" ", ""))
            finer = value[26:27].isdigit()  # than a microsecond: the parser rounds, Python cuts off
            return (read_moment(value) if finer else None) or moment
    except (TypeError, ValueError, LookupError):
        pass
    raise _Mismatch(": expected a date and time with its offset")


def _date_or_datetime(value: Any, kind: Any) -> date:
    """Read a day alone, `2024-10-17`, as an SQL column of that type prints it; anything longer is a moment."""
    if type(value) is str and len(value) == 10:  # noqa: PLR2004 - the length of a day
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _Mismatch(": expected a date") from None
    return _datetime(value, kind)


# What the parser itself checks as strictly as the hooks.
_NATIVE = frozenset({str, int, bool})

# Whose dates AEx writes as ISO 8601, which the parser can read; all others have their offset after a blank.
_ISO = (models.PredefinedPremise,)


# Classes


def _optional(annotation: Any) -> Any:
    """Return what is left of an annotation when `None` is taken from it."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    return Union[tuple(part for part in get_args(annotation) if part is not NoneType)]  # noqa: UP007


def _annotates_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or (get_origin(annotation) is tuple and get_args(annotation)[1:] == (...,))


def _thorough_list(annotation: Any, converter: cattrs.BaseConverter) -> Hook:
    inner = get_args(annotation)[0]
    hook = converter.get_structure_hook(inner)
    build = get_origin(annotation)

    def structure(value: Any, _: Any) -> Any:
        if not is_list(value):
            raise _Mismatch(": expected a list")
        items, problems = _structure_each(value, hook, inner)
        if problems:
            raise _Mismatch(*problems)
        return build(items)

    return structure


def _structure_each(rows: list[Any], hook: Hook, inner: Any) -> tuple[list[Any], list[str]]:
    items: list[Any] = []
    problems: list[str] = []
    for index, row in enumerate(rows):
        try:
            items.append(hook(row, inner))
        except _Mismatch as mismatch:
            problems += mismatch.below(f"[{index}]")
    return items, problems


def _thorough(cls: type[M], converter: cattrs.BaseConverter) -> Hook:
    """Return a hook that looks at one value at a time; absent and null take the field's default."""
    fields = {
        field.name: (converter.get_structure_hook(kind := _optional(field.type)), kind, field)
        for field in attrs.fields(attrs.resolve_types(cls))
        if field.init and field.name != "extra"
    }
    keeps_extra = any(field.name == "extra" for field in attrs.fields(cls))

    def structure(row: Any, _: Any) -> M:
        if not is_object(row):
            raise _Mismatch(": expected an object")
        known: dict[str, Any] = {}
        problems: list[str] = []
        for name, (hook, kind, field) in fields.items():
            value = row.get(name)
            if value is None:
                if field.default is attrs.NOTHING:
                    problems.append(f".{name}: missing" if name not in row else f".{name}: is null")
                continue
            try:
                known[field.alias] = hook(value, kind)
            except _Mismatch as mismatch:
                problems += mismatch.below(f".{name}")
            except Exception:  # noqa: BLE001 - cattrs' own hooks, for what only users' classes hold
                problems.append(f".{name}: does not fit its type")
        if problems:
            raise _Mismatch(*problems)
        if keeps_extra:
            known["extra"] = {name: soften(row[name]) for name in row if name not in fields}
        return _build(cls, known)

    return structure


def _build(cls: type[M], known: Mapping[str, Any]) -> M:
    try:
        return cls(**known)
    except Exception:  # noqa: BLE001 - a validator or converter of a user's class may raise anything
        raise _Mismatch(f": refused by {cls.__name__}") from None


# Classes of ours


def _list_fields(cls: type[M]) -> list[tuple["attrs.Attribute[Any]", Any]]:
    """Return the fields that AEx fills, each with its type."""
    fields = attrs.fields(attrs.resolve_types(cls))
    return [(field, _optional(field.type)) for field in fields if field.name != "extra"]


def _shape(cls: type[M], choose_kind: Callable[[Any], Any], *, closed: bool) -> type[Any]:
    fields = [
        (field.name, choose_kind(kind))
        if field.default is attrs.NOTHING
        else (field.name, choose_kind(kind) | None, None)
        for field, kind in _list_fields(cls)
    ]
    return make_shape(cls.__name__, fields, closed=closed)


def _open_kind(kind: Any) -> Any:
    return kind if kind in _NATIVE else Any


def _closed_kind(kind: Any) -> Any:
    if _is_ours(kind):
        return _get_closed_shape(kind)
    if _annotates_list(kind):
        inner: Any = _closed_kind(get_args(kind)[0])
        return list[inner]
    return _open_kind(kind)


def _closed_kind_of_iso(kind: Any) -> Any:
    return Moment if kind is datetime else _closed_kind(kind)


@cache
def _get_closed_shape(cls: type[M]) -> type[Any]:
    """Return the shape of a row without any key that `cls` does not know."""
    return _shape(cls, _closed_kind_of_iso if cls in _ISO else _closed_kind, closed=True)


def _thaw(cls: type[M]) -> Any:
    """Return `cls` as it would be if it were not frozen, with a constructor that takes all fields in order.

    The constructor that attrs writes for a frozen class with 47 slots takes five times as long. What is made this way
    becomes an instance of `cls` by its `__class__`.
    """
    simple: Any = attrs.make_class(cls.__name__, [field.name for field in attrs.fields(cls)])
    own = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__, "__init__": simple.__init__}
    return type(cls.__name__, (cls,), {"__slots__": (), **own})


def _swift(cls: type[M], converter: cattrs.BaseConverter) -> Hook:
    """Return a hook that lets the parser check the types of a whole row at once, and then looks at the rest."""
    fields = _list_fields(cls)
    names = frozenset(field.name for field, _ in fields)
    closed_shape, open_shape = _get_closed_shape(cls), _shape(cls, _open_kind, closed=False)
    open_rest = [
        (field.name, converter.get_structure_hook(kind), kind, field.default)
        for field, kind in fields
        if kind not in _NATIVE
    ]
    closed_rest = [item for item in open_rest if cls not in _ISO or item[2] is not datetime]
    thawed = _thaw(cls)
    thorough = _thorough(cls, converter)

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
            except _Mismatch:
                pass
        return thorough(row, cls)  # type: ignore[no-any-return]

    return structure


# A body of one model answering for another: the document's sample of a service is a premise.
_ADDRESS = frozenset({"street_name", "street_number", "suburb", "mdu_name", "postal_code", "area_id"})
_ORDERED = frozenset({"product_id", "premise_id", "provider_id", "status_id", "provisioned"})


def _service(cls: type[models.Service], converter: cattrs.BaseConverter) -> Hook:
    swift = _swift(cls, converter)

    def structure(row: Any, kind: Any) -> Any:
        if is_object(row) and not _ADDRESS.isdisjoint(row) and _ORDERED.isdisjoint(row):
            raise _Mismatch(": expected a service, not a premise")
        return swift(row, kind)

    return structure


def _full_service(cls: type[models.FullService], converter: cattrs.BaseConverter) -> Hook:
    swift = _swift(cls, converter)

    def structure(row: Any, kind: Any) -> Any:
        if is_object(row):
            inner = row.get("full_service")
            row = inner if is_object(inner) else row
            if "product" not in row and "isp_product" in row:
                row = {**{name: row[name] for name in row if name != "isp_product"}, "product": row["isp_product"]}
        return swift(row, kind)

    return structure


@cache
def _get_converter() -> cattrs.Converter:
    """Return the converter, whose hooks are made as they are first asked for."""
    converter = cattrs.Converter(detailed_validation=False)
    converter.register_structure_hook_func(lambda kind: kind is Any or kind is object, lambda value, _: value)
    converter.register_structure_hook(str, _exact("text", str))
    converter.register_structure_hook(int, _exact("a whole number", int))
    converter.register_structure_hook(bool, _exact("true or false", bool))
    converter.register_structure_hook(float, _float)
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_structure_hook(datetime, _datetime)
    converter.register_structure_hook_func(lambda kind: kind == models.DateOrDatetime, _date_or_datetime)
    converter.register_structure_hook_func(
        lambda kind: kind == models.Scalar, _exact("a single value", str, int, Decimal, bool)
    )
    converter.register_structure_hook_factory(_annotates_list, _thorough_list)
    converter.register_structure_hook_factory(attrs.has, _thorough)
    converter.register_structure_hook_factory(_is_ours, _swift)
    converter.register_structure_hook_factory(lambda kind: kind is models.Service, _service)
    converter.register_structure_hook_factory(lambda kind: kind is models.FullService, _full_service)
    return converter


def _is_ours(kind: Any) -> bool:
    return getattr(kind, "__module__", None) == models.__name__ and hasattr(kind, "extra")


# Whole answers


def read(body: bytes, into: type[M] | None) -> M | Any | Problems:
    """Return the one `into` that `body` holds, or every problem with it; without `into`, plain JSON."""
    if flaw := find_flaw(body):
        return flaw
    if into is None:
        return parse(body)
    if _is_ours(into) and (shape := _get_reader(into)(body)) is not None:
        try:
            return _get_converter().structure(shape, into)
        except _Mismatch:
            pass
    return structure(parse_exactly(body), into)


def structure(value: Any, into: type[M]) -> M | Problems:
    """Return the `into` that plain JSON holds, or every problem with it."""
    if isinstance(value, Problems):
        return value
    try:
        return _get_converter().structure(value, into)
    except _Mismatch as mismatch:
        return Problems(mismatch.below("$"))


def read_rows(body: bytes, into: type[T] | None) -> Rows[T] | Problems:
    """Return the rows that `body` holds, or every problem with it; without `into`, rows of plain JSON.

    Where the document promises an envelope, it shows a bare object once (isp-flow.txt, step 2), and a bare list
    is as likely. `count` is never needed, and an unusable `total` or `page` counts as none.
    """
    if flaw := find_flaw(body):
        return flaw
    kind: Any = into or Any
    if _is_ours(kind) and (shape := _get_rows_reader(kind)(body)) is not None:
        rows, total, page = (shape, None, None) if is_list(shape) else (shape.items, shape.total, shape.page)
        items, problems = _structure_each(rows, _get_converter().get_structure_hook(kind), kind)
        if not problems:
            return Rows(items, _check_number(total), _check_number(page))
    value = parse_exactly(body) if into else parse(body)
    return value if isinstance(value, Problems) else _structure_rows(value, kind)


def _structure_rows(value: Any, kind: Any) -> Rows[Any] | Problems:
    at, rows, total, page = _open_envelope(value)
    if not is_list(rows):
        return Problems([f"{at}: expected a list"])
    items, problems = _structure_each(rows, _get_converter().get_structure_hook(kind), kind)
    return (
        Problems(at + problem for problem in problems)
        if problems
        else Rows(items, total, page, at == "$" and rows is not value)
    )


def _check_number(number: Any) -> int | None:
    return number if type(number) is int and number >= 0 else None


@cache
def _get_reader(kind: Any) -> Callable[[bytes], Any]:
    """Return what reads bytes right into the closed shape of one of our models."""
    return make_reader(_get_closed_shape(kind), exact=_is_exact(kind))


@cache
def _get_rows_reader(kind: Any) -> Callable[[bytes], Any]:
    """Return what reads bytes right into many such shapes, bare or in an envelope."""
    rows: Any = list[_get_closed_shape(kind)]  # type: ignore[misc]
    counts = [(name, int | None, None) for name in ("total", "page", "count")]
    return make_reader(rows | make_shape("Envelope", [("items", rows), *counts], closed=True), exact=_is_exact(kind))


def _is_exact(cls: type[M]) -> bool:
    """Whether a fraction in `cls` may be something other than a float."""
    return not {kind for _, kind in _list_fields(cls)} <= {*_NATIVE, float, datetime}


def _open_envelope(value: Any) -> tuple[str, Any, int | None, int | None]:
    """Return where the rows are, the rows, the total, and the page."""
    if not is_object(value):
        return "$", value, None, None
    if "items" not in value:
        return "$", [value], None, None
    return "$.items", value["items"], _check_number(value.get("total")), _check_number(value.get("page"))


# Models to plain JSON


def _spaced(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(' ')} {moment:%z}"


def to_json(model: AttrsInstance) -> dict[str, Any]:
    """Return a model as plain JSON, as AEx would have sent it, with its secrets.

    Datetimes are written in the form that AEx uses for the class; money stays `Decimal`.
    """
    write_date = datetime.isoformat if isinstance(model, _ISO) else _spaced
    plain = {
        field.name: _plain(getattr(model, field.name), write_date)
        for field in attrs.fields(type(model))
        if field.name != "extra"
    }
    return {**plain, **getattr(model, "extra", {})}


def _plain(value: Any, write_date: Callable[[datetime], str]) -> Any:
    if isinstance(value, datetime):
        return write_date(value)
    if isinstance(value, list | tuple):
        return [_plain(item, write_date) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return to_json(value) if hasattr(value, "__attrs_attrs__") else value
