"""What the annotations of a class say about the JSON that fills it."""

from collections.abc import Mapping, MutableMapping
from dataclasses import MISSING, InitVar, is_dataclass
from functools import cache
from inspect import get_annotations
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

# What is looked through to a type that is meant: a `NewType`, and an alias.
STANDING_FOR = ("__supertype__", "__value__")

# What says of a key of a `TypedDict` whether it must be there and may be changed, also by backports of typing.
NOTES = ("Required", "NotRequired", "ReadOnly")


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


def is_literal(annotation: Any) -> bool:
    """Whether an annotation lists the values that it has."""
    origin: Any = get_origin(annotation)
    return origin is Literal


def is_typed_dict(annotation: Any) -> bool:
    """Whether a JSON object stands for it as it is, with known keys; typing's own test knows no backport's classes."""
    return hasattr(get_origin(annotation) or annotation, "__required_keys__")


def list_members(kind: Any) -> dict[str, Any]:
    """Return the keys that fill a class of objects, each with its type: an attrs class, a dataclass or a `TypedDict`.

    Of a dataclass that is what its constructor takes: no `ClassVar`, and an `InitVar` though it is no field.
    """
    meant = unwrap(kind)
    cls: Any = get_origin(meant) or meant
    if attrs.has(cls):
        return {part.name: part.type for part, _ in list_fields(meant)}
    if not has_members(cls):
        return {}
    hints, given = get_type_hints(cls, None, name_parameters(cls), include_extras=True), find_parameters(meant)
    if is_dataclass(cls):
        fields = cls.__dataclass_fields__.values()
        hints = {part.name: hints[part.name] for part in fields if part.init and not is_of_class(hints[part.name])}
    return {
        name: name_self(fill_in(strip_note(hint), given[find_owner(cls, name)]), meant) for name, hint in hints.items()
    }


def has_members(kind: Any) -> bool:
    """Whether a JSON object with known keys stands for it."""
    cls: Any = get_origin(kind) or kind
    return isinstance(cls, type) and (attrs.has(cls) or is_dataclass(cls) or is_typed_dict(cls))


def list_required(cls: Any) -> set[str]:
    """Return the keys that a dataclass or a `TypedDict` cannot do without."""
    if is_dataclass(cls):
        parts = cls.__dataclass_fields__.values()
        return {part.name for part in parts if part.default is MISSING and part.default_factory is MISSING}
    hints = get_type_hints(cls, None, name_parameters(cls), include_extras=True)
    notes = {name: list_notes(hint) for name, hint in hints.items()}
    # Typing itself reads none of these notes where they stand in quotes, as all do behind a `__future__` import.
    required: frozenset[str] = cls.__required_keys__
    return {
        name for name, said in notes.items() if "Required" in said or (name in required and "NotRequired" not in said)
    }


def list_notes(annotation: Any) -> set[str]:
    """Return what is said of a key itself around its type."""
    if get_origin(annotation) is Annotated:
        return list_notes(get_args(annotation)[0])
    name: Any = getattr(get_origin(annotation), "_name", None)
    return {name, *list_notes(get_args(annotation)[0])} if name in NOTES else set()


def list_said(annotation: Any) -> tuple[Any, ...]:
    """Return what `Annotated` says of the type of a key."""
    if get_origin(annotation) is Annotated:
        said: tuple[Any, ...] = annotation.__metadata__
        return said
    return list_said(get_args(annotation)[0]) if list_notes(annotation) else ()


def is_of_class(annotation: Any) -> bool:
    return ClassVar in (annotation, get_origin(annotation))


def strip_note(annotation: Any) -> Any:
    """Return what is left of the type of a key without what is said of the key itself."""
    if isinstance(annotation, InitVar):
        return annotation.type  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not list_notes(annotation):
        return annotation
    said, *about = get_args(annotation)
    return Annotated[strip_note(said), *about] if about else strip_note(said)


@cache
def list_choices(kind: Any) -> dict[str, Any]:
    """Return the keys of a class of objects that a `Literal` lists the values of, each with it."""
    meant = {name: unwrap(strip_none(unwrap(declared))) for name, declared in list_members(kind).items()}
    return {name: choices for name, choices in meant.items() if is_literal(choices)}


@cache
def list_keys(kind: Any) -> frozenset[str]:
    """Return the keys that a class of objects knows, or that any of several does."""
    meant = unwrap(kind)
    return (
        frozenset[str]().union(*map(list_keys, get_args(meant))) if is_union(meant) else frozenset(list_members(meant))
    )


def list_fields(kind: Any) -> list[tuple["attrs.Attribute[Any]", Any]]:
    """Return the fields of an attrs class that plain JSON fills, each with its type, and that without `None`."""
    cls: Any = get_origin(kind) or kind
    given = find_parameters(kind)
    parts: list[tuple[attrs.Attribute[Any], Any]] = []
    for part in attrs.fields(attrs.resolve_types(cls, localns=name_parameters(cls))):
        if part.init and not keeps_rest(part):
            meant = name_self(fill_in(part.type, given[find_owner(cls, part.name)]), kind) or Any
            parts.append((part.evolve(type=meant), strip_none(meant)))
    return parts


def find_owner(cls: Any, name: str) -> Any:
    """Return the class that a field was written in."""
    # A `TypedDict` is derived from none but dict, and repeats what those say that it was written below.
    bases = reversed(find_parameters(cls)) if is_typed_dict(cls) else cls.__mro__
    return next((base for base in bases if has_members(base) and name in get_annotations(base)), cls)


def find_parameters(kind: Any) -> dict[Any, dict[Any, Any]]:
    """Return what the type parameters of a class of objects stand for, and of each that it is derived from."""
    cls: Any = get_origin(kind) or kind
    given = dict(zip(getattr(cls, "__parameters__", ()), get_args(kind), strict=False))
    found = {cls: given}
    bases: tuple[Any, ...] = cls.__dict__.get("__orig_bases__", cls.__bases__)
    for base in bases:
        for owner, meant in find_parameters(base).items() if has_members(base) else ():
            found.setdefault(owner, {name: fill_in(value, given) for name, value in meant.items()})
    return found


def name_parameters(cls: Any) -> dict[str, Any] | None:
    """Return the type parameters that notes in quotes may name, such as "Box[T] | None" in `class Box[T]` (PEP 695).

    Typing itself does not look there before Python 3.13.
    """
    bases: list[Any] = [*reversed(cls.__mro__)]
    names = {part.__name__: part for base in bases for part in getattr(base, "__type_params__", ())}
    # Given any, typing no longer looks for what is written within the class itself.
    within: dict[str, Any] = {}
    for base in bases if names else ():
        within |= cast("Mapping[str, Any]", vars(base))
    return within | names or None


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
