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

from aex_async import models
from aex_async._codec.annotations import keeps_rest, list_fields, list_keys, takes_null
from aex_async._codec.values import Hook, Mismatch, describe_misfit
from aex_async._json import is_object, soften
from aex_async.errors import AExError

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

    Of an object, those come first that know most of its keys: all fields of one may be optional, so that it fits any.
    """
    members = sorted(
        (part for part in get_args(annotation) if part is not NoneType), key=lambda part: RANKS.get(part, 0)
    )
    nullable = NoneType in get_args(annotation)
    only = members[0] if len(members) == 1 else None
    known = [(part, list_keys(part)) for part in members]

    def structure(value: Any, __: Any) -> Any:
        if value is None and nullable:
            return None
        if only is not None:
            return converter.get_structure_hook(only)(value, only)  # whose problem says more
        likeliest = sorted(known, key=lambda each: -len(each[1] & value.keys())) if is_object(value) else known
        around = leniency.get()
        # Strictness is tried but once: of unions in unions, each would double what the inner ones take.
        for rule in (STRICT,) if around is not None and around.strict else (STRICT, around):
            token = leniency.set(rule)
            try:
                for member, _ in likeliest:
                    try:
                        return converter.get_structure_hook(member)(value, member)
                    except Exception:  # noqa: BLE001, S112 - the next member may take it; cattrs raises many kinds
                        continue
            finally:
                leniency.reset(token)
        raise Mismatch(": fits none of its types")

    return structure


class Record(Generic[M]):
    """The hook of an attrs class; absent and null take the field's default, and so does a forgiven misfit."""

    def __init__(self, kind: type[M], converter: cattrs.BaseConverter) -> None:
        self._kind, self._converter = kind, converter
        self._cls: Any = get_origin(kind) or kind
        self._default: Leniency = getattr(converter, "leniency", STRICT)

    @cached_property
    def _parts(self) -> list[tuple[str, Hook, Any, "attrs.Attribute[Any]"]]:
        # Found at the first use, and not before: a class may hold itself.
        return [(part.name, find_hook(inner, self._converter), inner, part) for part, inner in list_fields(self._kind)]

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
        return self._build(known)

    def _forgives(self, part: "attrs.Attribute[Any]", problems: list[str]) -> bool:
        """Whether a value may go without its field: only where it can be kept, and nobody needs it to know the row."""
        if part.default is attrs.NOTHING or self._rest is None:
            return False
        return (leniency.get() or self._default).forgives(self._cls, part.name, problems)

    def _build(self, known: Mapping[str, Any]) -> M:
        try:
            model: M = self._cls(**known)
        except AExError as error:  # of our own validators, which quote no value
            raise Mismatch(f": refused by {self._cls.__name__}: {error}") from None
        except Exception:  # noqa: BLE001 - a validator or converter of a user's class may raise anything
            raise Mismatch(f": refused by {self._cls.__name__}") from None
        return model


def find_hook(kind: Any, converter: cattrs.BaseConverter) -> Hook:
    """Return the hook of a type. What a user's own makes of one of our models is looked at before it is believed."""
    hook: Hook = converter.get_structure_hook(kind)
    ours = getattr(kind, "__module__", None) == models.__name__ and attrs.has(kind)
    return check_made(hook, kind) if ours and getattr(converter, "touched", True) else hook


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
