"""Lists, sets, tuples and mappings, dataclasses and `TypedDict`s, of which each part has its own JSON path.

The hooks that cattrs brings walk whatever can be walked: the text `ab` would become a list of two, and so would an
object with two keys; and any text or list would become a dataclass whose fields all have defaults.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, MutableSequence, MutableSet, Sequence
from collections.abc import Set as AbstractSet
from inspect import Parameter, isabstract, signature
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import cattrs

from aex_async._codec.annotations import is_typed_dict, list_members, list_required, list_said, name_parameters
from aex_async._codec.values import Hook, Mismatch, describe_misfit, refuse
from aex_async._json import is_list, is_object, soften
from aex_async.errors import AExError

T = TypeVar("T")

OVERRIDE = type(cattrs.override())  # which cattrs itself gives no public name

WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,18})", re.ASCII)

# What a JSON list of any length becomes, by what is asked for.
BUILDERS: Mapping[Any, Callable[[Iterable[Any]], Any]] = {
    list: list,
    Sequence: list,
    MutableSequence: list,
    tuple: tuple,
    deque: deque,
    set: set,
    MutableSet: set,
    frozenset: frozenset,
    AbstractSet: frozenset,
}


def is_list_of(annotation: Any) -> bool:
    """Whether a JSON list of any length stands for it."""
    origin = get_origin(annotation) or annotation
    return isinstance(origin, type) and origin in BUILDERS and not is_tuple_of(annotation)


def is_tuple_of(annotation: Any) -> bool:
    """Whether a JSON list stands for it of which each place has a type of its own."""
    kinds = get_args(annotation)
    return get_origin(annotation) is tuple and kinds[1:] != (...,) and (kinds != () or annotation == tuple[()])


def structure_list(annotation: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a list, or of what else is made of one."""
    inner = (*get_args(annotation), Any)[0]
    build = BUILDERS[get_origin(annotation) or annotation]
    hooks: list[Hook] = []  # found at its first use: a class may hold lists of itself

    def structure(value: Any, _: Any) -> Any:
        if not is_list(value):
            raise Mismatch(": expected a list")
        if not hooks:
            hooks.append(converter.get_structure_hook(inner))
        items, problems = structure_each(value, hooks[0], inner)
        if problems:
            raise Mismatch(*problems)
        return build(items)

    return structure


def structure_tuple(annotation: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a tuple of a known length, which those of named tuples ask, too."""
    kinds = get_args(annotation)

    def structure(value: Any, _: Any) -> Any:
        if not is_list(value) or len(value) != len(kinds):
            raise Mismatch(f": expected a list of {len(kinds)}")
        items: list[Any] = []
        problems: list[str] = []
        for index, (item, kind) in enumerate(zip(value, kinds, strict=True)):
            found, wrong = structure_each([item], converter.get_structure_hook(kind), kind)
            items += found
            problems += [problem.replace("[0]", f"[{index}]", 1) for problem in wrong]
        if problems:
            raise Mismatch(*problems)
        return tuple(items)

    return structure


def structure_each(rows: list[Any], hook: Hook, inner: Any) -> tuple[list[Any], list[str]]:
    """Return what `hook` makes of the rows, and the problems of those that do not fit."""
    items: list[Any] = []
    problems: list[str] = []
    for index, row in enumerate(rows):
        try:
            items.append(hook(row, inner))
        except Exception as error:  # noqa: BLE001 - hooks of users and of cattrs raise what they like
            problems += describe_misfit(error, f"[{index}]")
    return items, problems


def structure_mapping(annotation: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a mapping. Its keys are data, such as an e-mail: the path of a problem has `*` for them."""
    key_kind, kind = get_args(annotation) or (Any, Any)
    hooks: list[Hook] = []  # found at its first use: a class may hold a mapping of itself

    def structure(value: Any, _: Any) -> Any:
        if not is_object(value):
            raise Mismatch(": expected an object")
        if not hooks:
            # At once: another thread never sees one of them alone.
            hooks.extend([converter.get_structure_hook(key_kind), converter.get_structure_hook(kind)])
        found: dict[Any, Any] = {}
        problems: list[str] = []
        for name, item in value.items():
            try:
                key = structure_key(name, hooks[0], key_kind)
                if key in found:  # such as 0 for "0" and "-0"
                    problems.append(".*: stands there twice")
                found[key] = hooks[1](item, kind)
            except Exception as error:  # noqa: BLE001 - hooks of users and of cattrs raise what they like
                problems += describe_misfit(error, ".*")
        if problems:
            raise Mismatch(*problems)
        return found

    return structure


def structure_key(key: str, hook: Hook, kind: Any) -> Any:
    """Return the key of a mapping: JSON has text alone there, `7` for a number, and ours `-29.8,30.9` for a point."""
    try:
        return hook(key, kind)
    except Exception:
        if WHOLE.fullmatch(key):
            return hook(int(key), kind)
        if "," in key:
            return hook(key.split(","), kind)
        raise


def structure_object(annotation: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a dataclass or a `TypedDict`, which keeps the keys that it does not know."""
    cls: Any = get_origin(annotation) or annotation
    if isabstract(cls):
        return refuse
    if asks_for_more(cls, converter):
        return structure_by_cattrs(annotation, converter)
    keeps = is_typed_dict(cls)
    members: list[tuple[str, Hook, Any, bool]] = []  # found at its first use: a class may hold itself

    def structure(value: Any, _: Any) -> Any:
        if not is_object(value):
            raise Mismatch(": expected an object")
        if not members:
            kinds, required = list_members(annotation), list_required(cls)
            members[:] = [
                (name, converter.get_structure_hook(kinds[name]), kinds[name], name in required) for name in kinds
            ]
        known = structure_members(value, members)
        if keeps:
            return {name: known[name] if name in known else soften(item) for name, item in value.items()}
        return build(cls, known)

    return structure


def asks_for_more(cls: Any, converter: cattrs.BaseConverter) -> bool:
    """Whether there is what cattrs' own hooks heed and ours do not: settings, overrides, a constructor by position."""
    if getattr(converter, "forbid_extra_keys", False) or getattr(converter, "type_overrides", None):
        return True
    hints = get_type_hints(cls, None, name_parameters(cls), include_extras=True)
    if any(isinstance(said, OVERRIDE) for hint in hints.values() for said in list_said(hint)):
        return True
    if is_typed_dict(cls):
        return False
    taken = signature(cls).parameters.values()
    kinds = {part.kind for part in taken}
    named = {part.name for part in taken if part.kind in (part.POSITIONAL_OR_KEYWORD, part.KEYWORD_ONLY)}
    return Parameter.VAR_POSITIONAL in kinds or not (
        Parameter.VAR_KEYWORD in kinds or list_members(cls).keys() <= named
    )


def structure_by_cattrs(annotation: Any, converter: Any) -> Hook:
    """Return the hook that cattrs writes, for objects alone."""
    keeps = is_typed_dict(
        get_origin(annotation) or annotation
    )  # keys that it does not know: it copies the whole object
    write = converter.gen_structure_typeddict if keeps else converter.gen_structure_attrs_fromdict
    hook: Hook = write(annotation)

    def structure(value: Any, _: Any) -> Any:
        if not is_object(value):
            raise Mismatch(": expected an object")
        made = hook(value, annotation)
        return (
            {name: soften(item) if item is value.get(name) else item for name, item in made.items()} if keeps else made
        )

    return structure


def structure_members(value: dict[str, Any], members: list[tuple[str, Hook, Any, bool]]) -> dict[str, Any]:
    """Return what hooks make of the keys of an object, each given with its type and whether it must be there."""
    known: dict[str, Any] = {}
    problems: list[str] = []
    for name, hook, kind, is_required in members:
        if name in value:
            try:
                known[name] = hook(value[name], kind)
            except Exception as error:  # noqa: BLE001 - hooks of users and of cattrs raise what they like
                problems += describe_misfit(error, f".{name}")
        elif is_required:
            problems.append(f".{name}: missing")
    if problems:
        raise Mismatch(*problems)
    return known


def build(cls: type[T], known: Mapping[str, Any]) -> T:
    """Return an instance of a class, which may refuse what it is given."""
    try:
        return cls(**known)
    except AExError as error:  # of our own validators, which quote no value
        raise Mismatch(f": refused by {cls.__name__}: {error}") from None
    except Exception:  # noqa: BLE001 - a validator or converter of a user's class may raise anything
        raise Mismatch(f": refused by {cls.__name__}") from None
