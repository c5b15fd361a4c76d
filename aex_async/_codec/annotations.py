"""What the annotations of a class say about the JSON that fills it."""

from collections.abc import Mapping, MutableMapping
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Annotated, Any, Self, TypeVar, Union, get_args, get_origin

import attrs

# What cattrs looks through to a type that is meant: a `NewType`, and an alias.
STANDING_FOR = ("__supertype__", "__value__")


def strip_none(annotation: Any) -> Any:
    """Return what is left of an annotation when `None` is taken from it."""
    if not is_union(annotation):
        return annotation
    return Union[tuple(part for part in get_args(annotation) if part is not NoneType)]  # noqa: UP007


def is_union(annotation: Any) -> bool:
    """Whether an annotation offers a choice."""
    return get_origin(annotation) in (Union, UnionType)


def is_mapping_of(annotation: Any) -> bool:
    """Whether a JSON object stands for it, with whatever keys."""
    return (get_origin(annotation) or annotation) in (dict, Mapping, MutableMapping)


def unwrap(annotation: Any) -> Any:
    """Return what `Annotated`, a `NewType` or an alias stands for."""
    if get_origin(annotation) is Annotated:
        return unwrap(get_args(annotation)[0])
    for name in STANDING_FOR:
        if hasattr(annotation, name):
            given = dict(zip(getattr(annotation, "__type_params__", ()), get_args(annotation), strict=False))
            return unwrap(fill_in(getattr(annotation, name), given))
    return annotation


def takes_null(annotation: Any) -> bool:
    """Whether null is one of the values of an annotation."""
    meant = unwrap(annotation)
    return meant in (Any, object, NoneType) or bool({None, NoneType}.intersection(get_args(meant)))


def keeps_rest(part: "attrs.Attribute[Any]") -> bool:
    """Whether a field is the one for keys that the class does not know: `extra`, if it can hold an object."""
    meant = unwrap(strip_none(unwrap(part.type)))
    return part.name == "extra" and part.init and (meant in (None, Any) or is_mapping_of(meant))


def list_keys(kind: Any) -> frozenset[str]:
    """Return the keys that a class of objects knows: an attrs class, a dataclass or a `TypedDict`."""
    meant = unwrap(kind)
    if is_union(meant):
        return frozenset[str]().union(*map(list_keys, get_args(meant)))
    cls: Any = get_origin(meant) or meant
    if attrs.has(cls):
        return frozenset(attrs.fields_dict(cls))
    return frozenset(
        (
            *getattr(cls, "__dataclass_fields__", ()),
            *getattr(cls, "__optional_keys__", ()),
            *getattr(cls, "__required_keys__", ()),
        )
    )


def list_fields(kind: Any) -> list[tuple["attrs.Attribute[Any]", Any]]:
    """Return the fields of an attrs class that plain JSON fills, each with its type, and that without `None`."""
    cls: Any = get_origin(kind) or kind
    given = find_parameters(kind)
    parts: list[tuple[attrs.Attribute[Any], Any]] = []
    for part in attrs.fields(attrs.resolve_types(cls)):
        if part.init and not keeps_rest(part):
            meant = name_self(fill_in(part.type, given[find_owner(cls, part.name)]), kind) or Any
            parts.append((part.evolve(type=meant), strip_none(meant)))
    return parts


def find_owner(cls: Any, name: str) -> Any:
    """Return the class that a field was written in."""
    return next((base for base in cls.__mro__ if attrs.has(base) and name in get_annotations(base)), cls)


def find_parameters(kind: Any) -> dict[Any, dict[Any, Any]]:
    """Return what the type parameters of an attrs class stand for, and of each that it is derived from."""
    cls: Any = get_origin(kind) or kind
    given = dict(zip(getattr(cls, "__parameters__", ()), get_args(kind), strict=False))
    found = {cls: given}
    bases: tuple[Any, ...] = cls.__dict__.get("__orig_bases__", cls.__bases__)
    for base in bases:
        for owner, meant in find_parameters(base).items() if attrs.has(base) else ():
            found.setdefault(owner, {name: fill_in(value, given) for name, value in meant.items()})
    return found


def fill_in(annotation: Any, given: Mapping[Any, Any]) -> Any:
    """Return an annotation with the parameters of a generic class filled in.

    What is not given is its parameter's default, or may be anything.
    """
    if isinstance(annotation, TypeVar):
        known: Any = annotation  # from Python 3.13 on, and with typing_extensions, to have a default (PEP 696)
        return given.get(annotation, known.__default__ if getattr(known, "has_default", bool)() else Any)
    free = getattr(annotation, "__parameters__", ())
    return annotation[tuple(given.get(part, Any) for part in free)] if free else annotation


def name_self(annotation: Any, cls: Any) -> Any:
    """Return an annotation with the class that it is of where it says `Self`."""
    if annotation is Self:
        return cls
    parts = get_args(annotation)
    named = tuple(name_self(part, cls) for part in parts)
    if named == parts:
        return annotation
    return (Union if is_union(annotation) else get_origin(annotation))[named]
