"""Models to plain JSON that `json.dumps` takes, with their secrets or without."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import attrs
import cattrs

from aex_async._codec.annotations import keeps_rest, list_fields
from aex_async._codec.values import TYPES
from aex_async._json import is_list, is_object
from aex_async._secret_names import find_secret_keys, is_secret
from aex_async.errors import AExError
from aex_async.models.base import Scalar

hides_secrets: ContextVar[bool] = ContextVar("hides", default=False)


@contextmanager
def hiding_secrets(*, hide: bool) -> Generator[None, None, None]:
    """Leave out secrets for a while, or do not."""
    token = hides_secrets.set(hide)
    try:
        yield
    finally:
        hides_secrets.reset(token)


def write_values(converter: cattrs.Converter) -> None:
    """Register the hooks of single values and of mappings."""
    for kind in TYPES:
        converter.register_unstructure_hook(kind, kind.isoformat)
    converter.register_unstructure_hook(Decimal, write_money)
    converter.register_unstructure_hook(UUID, str)
    converter.register_unstructure_hook(AExError, write_error)
    # cattrs hands on as it is whatever is derived from text or a number; read back, it would be neither.
    converter.register_unstructure_hook(str, write_text)
    converter.register_unstructure_hook_func(is_derived_number, write_derived_number)
    converter.register_unstructure_hook_factory(is_mapping, write_mapping)
    converter.register_unstructure_hook_factory(is_collection, write_collection)
    converter.register_unstructure_hook_factory(lambda kind: kind == Scalar, write_scalar)


def write_money(money: Decimal) -> str:
    return str(money)


def write_scalar(_: Any, converter: cattrs.Converter) -> Any:
    def write(value: Any) -> Any:
        hook: Any = converter.get_unstructure_hook(type(value))
        return write_plain(value) if hook is write_money else hook(value)  # a user's hook is meant here, too

    return write


def write_text(text: str) -> str:
    return text if type(text) is str else str.__str__(text.value if isinstance(text, Enum) else text)


def is_derived_number(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, int | float) and kind not in (bool, int, float)


def write_derived_number(number: float) -> float:
    return int(number) if isinstance(number, int) else float(number)


def is_mapping(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Mapping)


def is_collection(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, list | tuple | set | frozenset)


def write_mapping(_: Any, converter: cattrs.Converter) -> Any:
    def write(mapping: Mapping[Any, Any]) -> dict[str, Any]:
        return {write_key(key): converter.unstructure(value) for key, value in mapping.items()}

    return write


def write_key(key: object) -> str:
    """Return the key of a JSON object: a point is `-29.8,30.9`."""
    if isinstance(key, Enum):
        key = key.value
    return ",".join(map(str, key)) if isinstance(key, tuple) else str(key)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def write_collection(_: Any, converter: cattrs.Converter) -> Any:
    def write(values: Iterable[Any]) -> list[Any]:
        return [converter.unstructure(value) for value in values]

    return write


def write_error(error: AExError) -> dict[str, Any]:
    return {"type": type(error).__name__, "message": str(error), "advice": error.advice}


def write_record(kind: Any, converter: cattrs.Converter) -> Any:
    """Return the hook of an attrs class: its fields in their order, then what `extra` holds.

    That has what does not fit a field, too, but not for one that was set since: a customer's number, corrected to be
    ordered with, must not be sent as AEx had it.
    """
    scalars = {part.name for part, inner in list_fields(kind) if inner == Scalar}
    parts = {part.name: part for part in attrs.fields(kind) if not keeps_rest(part)}
    has_rest = len(parts) < len(attrs.fields(kind))

    def write(model: Any) -> dict[str, Any]:
        hides = hides_secrets.get()
        plain = {
            name: converter.unstructure(getattr(model, name), Scalar if name in scalars else None)
            for name in parts
            if not (hides and is_secret(name, getattr(model, name)))
        }
        rest: Mapping[str, Any] = model.extra or {} if has_rest else {}
        misfits_or_unknown = {
            name: value for name, value in rest.items() if name not in parts or is_unset(parts[name], model)
        }
        return {**plain, **write_plain(misfits_or_unknown)}

    return write


def is_unset(part: "attrs.Attribute[Any]", model: Any) -> bool:
    """Whether a field has what it is given where there is no value for it."""
    default: Any = part.default
    if hasattr(default, "takes_self"):  # `attrs.Factory`, which type checkers take for a function
        default = default.factory(model) if default.takes_self else default.factory()
    return getattr(model, part.name) in (default, [], {})


def write_plain(value: Any) -> Any:
    """Return JSON as the codec reads it as JSON that `json.dumps` takes: only a `Decimal` is not.

    A whole one becomes an int and any other a float, so that it is read back as a number; text is for what no float
    holds.
    """
    if isinstance(value, Decimal):
        return write_number(value)
    if is_object(value):
        hidden: set[str] = find_secret_keys(value) if hides_secrets.get() else set()
        return {name: write_plain(item) for name, item in value.items() if name not in hidden}
    return [write_plain(item) for item in value] if is_list(value) else value


def write_number(number: Decimal) -> float | int | str:
    if Decimal(repr(float(number))) == number:
        return float(number)
    return int(number) if number == number.to_integral_value() else str(number)
