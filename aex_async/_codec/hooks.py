"""Which hook reads and writes which type."""

from decimal import Decimal
from enum import EnumType
from inspect import isabstract
from types import NoneType
from typing import Any, get_origin
from uuid import UUID

import attrs
from cattrs import Converter

from aex_async._codec.annotations import has_members, is_literal, is_mapping_of, is_union, unwrap
from aex_async._codec.containers import (
    is_list_of,
    is_tuple_of,
    structure_list,
    structure_mapping,
    structure_object,
    structure_tuple,
)
from aex_async._codec.fast_path import is_swift, structure_swiftly
from aex_async._codec.structuring import Record, is_touched, structure_union
from aex_async._codec.unstructuring import write_record, write_values
from aex_async._codec.values import (
    SINGLES,
    Hook,
    Mismatch,
    is_date,
    is_datetime,
    read_anything,
    read_date,
    read_datetime,
    read_decimal,
    read_literal,
    read_member,
    read_null,
    read_scalar,
    read_uuid,
    refuse,
    refuse_error,
)
from aex_async._json import is_object
from aex_async.errors import AExError
from aex_async.models import DateOrDatetime, FullService, Scalar, Service


def register_hooks(converter: Converter) -> None:
    """Teach a new converter our ways; of two hooks that take a type, the later one has it."""
    converter.register_structure_hook_func(lambda kind: kind is Any or kind is object, read_anything)
    for single, read in SINGLES.items():
        converter.register_structure_hook(single, read)
    # All others are registered by a test, so that a user's hook wins however it is registered.
    converter.register_structure_hook_factory(is_alias, alias_hook)
    converter.register_structure_hook_func(lambda kind: kind in (None, NoneType), read_null)
    converter.register_structure_hook_func(lambda kind: isinstance(kind, EnumType), read_member)
    converter.register_structure_hook_func(is_literal, read_literal)
    converter.register_structure_hook_func(lambda kind: kind is Decimal, read_decimal)
    converter.register_structure_hook_func(is_date, read_date)
    converter.register_structure_hook_func(is_datetime, read_datetime)
    converter.register_structure_hook_func(lambda kind: kind is UUID, read_uuid)
    converter.register_structure_hook_factory(is_union, structure_union)
    converter.register_structure_hook_factory(lambda kind: kind == DateOrDatetime, date_or_datetime_hook)
    converter.register_structure_hook_factory(lambda kind: kind == Scalar, scalar_hook)
    converter.register_structure_hook_factory(is_list_of, structure_list)
    converter.register_structure_hook_factory(is_tuple_of, structure_tuple)
    converter.register_structure_hook_factory(is_mapping_of, structure_mapping)
    converter.register_structure_hook_factory(has_members, structure_object)
    converter.register_structure_hook_factory(is_attrs, record_hook)
    converter.register_structure_hook_factory(lambda kind: kind is Service, service_hook)
    converter.register_structure_hook_factory(lambda kind: kind is FullService, full_service_hook)
    converter.register_structure_hook_func(is_error, refuse_error)
    write_values(converter)
    converter.register_unstructure_hook_factory(is_attrs, write_record)


def is_attrs(kind: Any) -> bool:
    return attrs.has(kind)


def is_error(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, AExError)


def is_alias(kind: Any) -> bool:
    return hasattr(kind, "__value__")


def alias_hook(kind: Any, converter: Converter) -> Hook:
    """Return the hook of what an alias stands for, its parameters filled in, be it Python's own or a backport's."""
    meant = unwrap(kind)
    hooks: list[Hook] = []  # found at its first use: an alias may hold itself

    def structure(value: Any, _: Any) -> Any:
        if not hooks:
            hooks.append(converter.get_structure_hook(meant))
        return hooks[0](value, meant)

    return structure


# A hook that a user registered for a part of these is meant here, too.


def date_or_datetime_hook(kind: Any, converter: Converter) -> Hook:
    return structure_union(kind, converter) if is_touched(converter) else read_datetime


def scalar_hook(kind: Any, converter: Converter) -> Hook:
    return structure_union(kind, converter) if is_touched(converter) else read_scalar


def record_hook(kind: Any, converter: Converter) -> Hook:
    if isabstract(get_origin(kind) or kind):
        return refuse
    return (
        structure_swiftly(kind, converter) if is_swift(kind) and not is_touched(converter) else Record(kind, converter)
    )


# A body of one model answering for another: the document's sample of a service is a premise.
ADDRESS = frozenset({"street_name", "street_number", "suburb", "mdu_name", "postal_code", "area_id"})
ORDERED = frozenset({"product_id", "premise_id", "provider_id", "status_id", "provisioned"})


def service_hook(cls: type[Service], converter: Converter) -> Hook:
    structure_service = record_hook(cls, converter)

    def structure(row: Any, kind: Any) -> Any:
        if is_object(row) and not ADDRESS.isdisjoint(row) and ORDERED.isdisjoint(row):
            raise Mismatch(": expected a service, not a premise")
        return structure_service(row, kind)

    return structure


def full_service_hook(cls: type[FullService], converter: Converter) -> Hook:
    """Return the hook of a full service, whose parts a published caller finds below `full_service`."""
    structure_full = record_hook(cls, converter)

    def structure(row: Any, kind: Any) -> Any:
        if is_object(row) and "service" not in row and is_object(row.get("full_service")):
            row = row["full_service"]
        if is_object(row) and "product" not in row and "isp_product" in row:
            row = {"product" if name == "isp_product" else name: value for name, value in row.items()}
        return structure_full(row, kind)

    return structure
