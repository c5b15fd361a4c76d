"""Unions and attrs classes, one value at a time, so that each problem has its JSON path."""

import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from decimal import Decimal
from functools import cached_property
from types import NoneType
from typing import Any, Generic, TypeVar, get_args, get_origin

import attrs
import cattrs
from attrs import AttrsInstance, field, frozen

from aex_async._codec.annotations import keeps_rest, list_choices, list_fields, list_keys, takes_null
from aex_async._codec.containers import build
from aex_async._codec.values import Hook, Mismatch, describe_misfit, is_choice
from aex_async._json import is_list, is_object, soften
from aex_async.models.base import name_model

M = TypeVar("M", bound=AttrsInstance)

IDENTITY = re.compile("(^|_)(id|guid|external_reference|email)$")

log = logging.getLogger("aex_async")


@frozen(eq=False)
class Leniency:
    """What a value costs that does not fit an optional field: its row if `strict`, else itself and one warning."""

    strict: bool = False
    warned: set[tuple[type, str]] = field(factory=set[tuple[type, str]])

    def forgives(self, cls: type, name: str, problems: list[str]) -> bool:
        """Whether such a value may go without its field; the first of a class and field is logged, never its value."""
        if self.strict:
            return False
        if (cls, name) not in self.warned:
            self.warned.add((cls, name))
            log.warning(
                "AEx sent what does not fit %s.%s (%s): it is as if AEx had sent null, and the value is kept in extra. "
                "This is said once for each class and field",
                cls.__name__,
                name,
                "; ".join(problem.removeprefix(f".{name}").lstrip(": ") for problem in problems[:3]),
            )
        return True


STRICT = Leniency(strict=True)

# Hooks take a value and a type and nothing else, so whose leniency holds comes to them from around.
leniency: ContextVar[Leniency | None] = ContextVar("leniency", default=None)


# Text is tried after what can be read from text, and before what is a number first of all.
RANKS: dict[Any, int] = {str: 1, Decimal: 2, float: 3}


def structure_union(annotation: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a union: the first member that a value fits in all its parts, or else the first at all.

    Of an object, those come first that know most of its keys, for all fields of one may be optional, so that it fits
    any; and behind them those whose `Literal` has another value for it, such as its kind.
    """
    members = sorted(
        (part for part in get_args(annotation) if part is not NoneType), key=lambda part: RANKS.get(part, 0)
    )
    nullable = NoneType in get_args(annotation)
    options: Options = []  # found at its first use: a class may hold itself

    def structure(value: Any, _: Any) -> Any:
        if value is None and nullable:
            return None
        if not options:  # all at once: another thread never sees a part of them
            options[:] = [(part, converter.get_structure_hook(part), *list_known(part)) for part in members]
        if len(options) == 1:
            return options[0][1](value, options[0][0])  # whose problem says more
        made = choose_once(options, value) if is_object(value) or is_list(value) else choose(options, value)
        if made is UNFIT:
            raise Mismatch(": fits none of its types")
        return made

    return structure


Options = list[tuple[Any, Hook, frozenset[str], Mapping[str, Any]]]
"""The members of a union, each with its hook, the keys that it knows, and those of which it lists the values."""


def list_known(member: Any) -> tuple[frozenset[str], Mapping[str, Any]]:
    """Return what is known of a member's keys: nothing if it has annotations that name nothing, for a user's hook."""
    try:
        return list_keys(member), list_choices(member)
    except Exception:  # noqa: BLE001 - `check_structurable` says which, of a class that a hook of ours reads
        return frozenset(), {}


UNFIT = object()
"""What a union makes of a value that fits none of its members."""

# What the unions around have made of each part, under what rule. Part and union are kept, too, so that no other has the
# `id` of one.
chosen: ContextVar[dict[Any, tuple[Any, Any, Options]] | None] = ContextVar("chosen", default=None)


def choose_once(options: Options, value: Any) -> Any:
    """Return what a union makes of a value, found only once for all members of the unions around it.

    Each member that holds the same union would have it try everything below again: twice as much at every level.
    """
    known = chosen.get()
    if known is None:
        token = chosen.set({})
        try:
            return choose(options, value)
        finally:
            chosen.reset(token)
    key = (id(options), id(value), leniency.get())
    if key not in known:
        known[key] = (choose(options, value), value, options)
    return known[key][0]


def choose(options: Options, value: Any) -> Any:
    """Return what the first member that takes a value makes of it."""
    if is_object(value):
        options = sorted(options, key=lambda option: -len(option[2] & value.keys()))
    around = leniency.get()
    # Strictness is tried but once: of unions in unions, each would double what the inner ones take.
    for rule in (STRICT,) if around is not None and around.strict else (STRICT, around):
        if rule is not STRICT and is_object(value):  # strictly, none takes an object of another kind
            options = sorted(options, key=lambda option: is_of_another_kind(value, option[3]))
        token = leniency.set(rule)
        try:
            for member, hook, *_ in options:
                try:
                    return hook(value, member)
                except Exception:  # noqa: BLE001, S112 - the next member may take it; cattrs raises many kinds
                    continue
        finally:
            leniency.reset(token)
    return UNFIT


def is_of_another_kind(value: dict[str, Any], choices: Mapping[str, Any]) -> bool:
    """Whether an object has a value under a key whose `Literal` lists others."""
    return any(value.get(name) is not None and not is_choice(value[name], choices[name]) for name in choices)


class Record(Generic[M]):
    """The hook of an attrs class; absent and null take the field's default, and so does a forgiven misfit."""

    def __init__(self, kind: type[M], converter: cattrs.BaseConverter) -> None:
        self._kind, self._converter = kind, converter
        self._cls: Any = get_origin(kind) or kind
        self._default: Leniency = getattr(converter, "leniency", STRICT)

    @cached_property
    def _parts(self) -> list[tuple[str, Hook, Any, "attrs.Attribute[Any]"]]:
        # Found at the first use, and not before: a class may hold itself.
        fields = [(part, choose_kind(part.type, inner, self._converter)) for part, inner in list_fields(self._kind)]
        return [(part.name, find_hook(kind, self._converter), kind, part) for part, kind in fields]

    @cached_property
    def _rest(self) -> str | None:
        """What the constructor calls the field for unknown keys, if there is one."""
        return next((part.alias for part in attrs.fields(attrs.resolve_types(self._cls)) if keeps_rest(part)), None)

    def __call__(self, row: Any, _: Any) -> M:
        """Return the instance that a JSON object holds."""
        if not is_object(row):
            raise Mismatch(": expected an object")
        known: dict[str, Any] = {}
        problems: list[str] = []
        unfit: set[str] = set()
        for name, hook, inner, part in self._parts:
            value = row.get(name)
            if value is None:
                if part.default is attrs.NOTHING and name in row and takes_null(part.type):
                    known[part.alias or name] = None
                elif part.default is attrs.NOTHING:
                    problems.append(f".{name}: missing" if name not in row else f".{name}: is null")
                continue
            try:
                known[part.alias or name] = hook(value, inner)
            except Exception as error:  # noqa: BLE001 - hooks of users and of cattrs raise what they like
                found = describe_misfit(error, f".{name}")
                if self._forgives(part, found):
                    unfit.add(name)
                else:
                    problems += found
        if problems:
            raise Mismatch(*problems)
        if self._rest is not None:
            names = {name for name, *_ in self._parts} - unfit
            known[self._rest] = {name: soften(row[name]) for name in row if name not in names}
        model: M = build(self._cls, known)
        return model

    def _forgives(self, part: "attrs.Attribute[Any]", problems: list[str]) -> bool:
        """Whether a value may go without its field: only where it can be kept, and nobody needs it to know the row."""
        if part.default is attrs.NOTHING or self._rest is None:
            return False
        return (leniency.get() or self._default).forgives(self._cls, part.name, problems)


def choose_kind(declared: Any, inner: Any, converter: cattrs.BaseConverter) -> Any:
    """Return the type of a field without `None`, or with it if a user's hook is for that: it may read "" as `None`."""
    if declared is inner or not is_touched(converter):
        return inner
    return inner if converter.get_structure_hook(declared).__module__ == __name__ else declared


def is_touched(converter: cattrs.BaseConverter) -> bool:
    """Whether a user has registered a hook, which may be for any part of what is read."""
    return getattr(converter, "touched", True)


def find_hook(kind: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a type. What a user's own makes of one of our models is looked at before it is believed."""
    hook: Hook = converter.get_structure_hook(kind)
    return check_made(hook, kind) if name_model(kind) and is_touched(converter) and attrs.has(kind) else hook


def check_made(hook: Hook, kind: Any) -> Hook:
    """Return a hook that makes nothing but a `kind` whose ids are text: records are told apart by them, and orders."""
    cls: Any = get_origin(kind) or kind
    ids = {
        part.name: str if part.type is str else str | None
        for part, inner in list_fields(kind)
        if inner is str and IDENTITY.search(part.name)
    }

    def structure(value: Any, _: Any) -> Any:
        model = hook(value, kind)
        if not isinstance(model, cls):
            raise Mismatch(f": the converter's own hook makes no {cls.__name__} of it")
        if unfit := [name for name, allowed in ids.items() if not isinstance(getattr(model, name), allowed)]:
            raise Mismatch(*(f".{name}: the converter's own hook makes no text of it" for name in unfit))
        return model

    return structure
