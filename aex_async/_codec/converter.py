"""The cattrs converter that reads and writes every model, for users to extend."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, partial
from inspect import signature
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import attrs
import cattrs
from attrs import AttrsInstance
from cattrs import Converter

from aex_async._arguments import check_into
from aex_async._codec.annotations import has_members, is_union, list_members, unwrap
from aex_async._codec.hooks import register_hooks
from aex_async._codec.structuring import Leniency, find_hook, leniency
from aex_async._codec.unstructuring import hiding_secrets
from aex_async._codec.values import SINGLES, Hook, describe_misfit, refuse, refuse_error
from aex_async._json import Problems
from aex_async.errors import UsageError
from aex_async.models import Customer, Premise, Service

LOADED: Final = (Customer, Premise, Service)
"""One of each module of records, so that all are here: by the first answer there may be no file left to open."""

HookFactory = Callable[[Any, Converter], Hook]

making: ContextVar[frozenset[Any]] = ContextVar("making", default=frozenset())
"""The types for which a user's factory makes a hook just now: if it asks for one, it gets ours to wrap."""

T = TypeVar("T")
M = TypeVar("M", bound=AttrsInstance)


class ModelConverter(Converter):
    """A converter of cattrs that knows the models; `touched` once a user has registered a hook.

    Whoever registers anything, be it `str`, means it for every model: from then on no value takes the swift way. The
    public methods are the only way in that cattrs documents, and its own strategies use no other.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.tested: list[tuple[Callable[[Any], bool], HookFactory]] = []
        """A user's hooks that are chosen by a test of the type, the newest first."""
        # Of a type that it does not know, cattrs would raise as it is asked for a hook, as of one member of a union.
        kwargs.setdefault("structure_fallback_factory", refuse_unknown)
        super().__init__(*args, **kwargs)
        self.leniency = Leniency()
        register_hooks(self)
        self.tested.clear()
        self._reset(touched=False)

    def _reset(self, *, touched: bool) -> None:
        self.touched = touched
        self.known: set[Any] = set()
        """The classes that were found to be structurable."""

    def copy(self, *args: Any, **kwargs: Any) -> "ModelConverter":
        """Return a copy with the same hooks, a user's own included."""
        twin: ModelConverter = super().copy(*args, **kwargs)
        twin._reset(touched=self.touched)
        twin.tested += self.tested
        return twin

    def register_structure_hook(self, cl: Any, func: Hook | None = None) -> Any:
        """As cattrs does it, but for a union too: cattrs would ask our own hook first."""
        self._reset(touched=True)
        if func is None:
            return super().register_structure_hook(cl)
        if not is_union(cl):
            return super().register_structure_hook(cl, func)
        return self.register_structure_hook_func(lambda kind: kind == cl, func)

    def register_structure_hook_func(self, check_func: Callable[[Any], bool], func: Hook) -> None:
        """As cattrs does it."""
        self._reset(touched=True)
        self.tested.insert(0, (check_func, lambda _, __: func))
        super().register_structure_hook_func(check_func, func)

    def register_structure_hook_factory(self, predicate: Callable[[Any], bool], factory: Any = None) -> Any:
        """As cattrs does it."""
        if factory is None:
            return partial(self.register_structure_hook_factory, predicate)
        self._reset(touched=True)
        self.tested.insert(0, (predicate, factory if takes_converter(factory) else lambda kind, _: factory(kind)))
        return super().register_structure_hook_factory(predicate, factory)

    def get_structure_hook(self, type: Any, cache_result: bool = True) -> Hook:  # noqa: A002, FBT001, FBT002 - cattrs names them
        """As cattrs does it, but for text and numbers, too, a hook is found that a user chose by a test of the type."""
        hook: Hook = super().get_structure_hook(type, cache_result)
        if not self.tested or type in making.get() or all(hook is not single for single in SINGLES.values()):
            return hook
        token = making.set(making.get() | {type})
        try:
            return next((make(type, self) for check, make in self.tested if passes(check, type)), hook)
        finally:
            making.reset(token)

    def structure(self, obj: Any, cl: Any) -> Any:
        """As cattrs does it."""
        return self.get_structure_hook(cl)(obj, cl)


def refuse_unknown(_: Any) -> Hook:
    return refuse


def takes_converter(factory: Callable[..., Any]) -> bool:
    """Whether a factory of hooks is to be given the converter beside the type."""
    return len([part for part in signature(factory).parameters.values() if part.default is part.empty]) > 1


def passes(check: Callable[[Any], bool], kind: Any) -> bool:
    """Whether a user's test takes a type; one that raises does not, for cattrs asks it about all that there is."""
    try:
        return check(kind)
    except Exception:  # noqa: BLE001 - such as that of `issubclass` for what is no class
        return False


def make_converter() -> Converter:
    """Return a new cattrs `Converter` that structures and unstructures every model as the client does.

    Register hooks of your own on it, and hand it to `AsyncAExClient(converter=...)`, which obeys them too. What a hook
    for structuring is given is JSON as Python has it, with every fraction an exact `Decimal`; it may raise whatever it
    likes to say that a value does not fit. A converter without hooks of yours is quicker by half.
    """
    return ModelConverter(detailed_validation=False)


@cache
def get_converter() -> ModelConverter:
    """Return the one converter of all who have none of their own; nobody registers anything on it."""
    return ModelConverter(detailed_validation=False)


# What can be structured at all


def check_structurable(cls: type[M], converter: ModelConverter) -> None:
    """Refuse a class with a field that plain JSON cannot become: better now than after a POST."""
    check_into(cls)
    left: list[tuple[Any, str]] = [(cls, cls.__name__)]
    seen: set[Any] = set()
    while left:
        kind, where = left.pop()
        try:
            if kind in seen or kind in converter.known:
                continue
            hook = converter.get_structure_hook(kind)
            if is_refused(kind, converter):
                hook(None, kind)
            parts = list_parts(kind, where) if looks_inside(hook) else []
            if is_union(kind):  # of several, one that can be read is enough
                parts = [part for part in parts if not is_refused(part[0], converter)] or parts
        except Exception as error:  # noqa: BLE001 - cattrs raises many kinds, and so do annotations that name nothing or have no hash
            shown = getattr(kind, "__qualname__", None) or str(kind)
            raise UsageError(
                f"into cannot be {cls.__name__}: plain JSON cannot become {where}, a {shown} ({type(error).__name__}); "
                "register a hook for it on aex_async.make_converter(), or leave into out"
            ) from None
        seen.add(kind)
        left += parts
    converter.known |= seen  # only now: a class is no better than the last of its parts


def is_refused(kind: Any, converter: ModelConverter) -> bool:
    """Whether no JSON at all becomes a type, such as an abstract class."""
    return converter.get_structure_hook(kind) in (refuse, refuse_error)


def looks_inside(hook: Hook) -> bool:
    """Whether a hook asks the converter for the parts of its type; a user's own may do without them."""
    module: str | None = getattr(hook, "__module__", None)  # none at all, where cattrs wrote the hook itself
    return module is None or module.partition(".")[0] in ("aex_async", "cattrs")


def list_parts(kind: Any, where: str) -> list[tuple[Any, str]]:
    cls: Any = get_origin(kind) or kind
    if (meant := unwrap(kind)) is not kind:
        return [(meant, where)]
    if has_members(kind):
        return [(member, f"{where}.{name}") for name, member in list_members(kind).items()]
    if hasattr(cls, "_fields"):  # cattrs fills no parameters in here, so that a generic one is refused
        return [(hint, f"{where}.{name}") for name, hint in get_type_hints(cls).items()]
    values = (part for part in get_args(kind) if part not in (NoneType, ...))
    return [(part, where) for part in values if not isinstance(part, str | int | bool | bytes)]


# Between plain JSON and models, outside of any call


def structure(value: Any, kind: type[T], converter: cattrs.BaseConverter, rule: Leniency) -> T | Problems:
    """Return the `kind` that plain JSON holds, or every problem with it, whatever any hook raised."""
    token = leniency.set(rule)
    try:
        return find_hook(kind, converter)(value, kind)  # type: ignore[no-any-return]
    except Exception as error:  # noqa: BLE001 - hooks of users raise what they like
        return Problems(describe_misfit(error, "$"))
    finally:
        leniency.reset(token)


def to_json(model: AttrsInstance, *, secrets: bool = False) -> dict[str, Any]:
    """Return a model as a `dict` that `json.dumps` and any web framework take as it is.

    Datetimes are ISO 8601, money is text with its exact digits. What is in `extra` stands beside the fields, as AEx
    sent it; a fraction of unknown meaning is a float there, and text where a float would not be exact. Passwords,
    and whatever else is called like a secret, are left out unless `secrets`; so is XML or JSON in a text that has one.
    """
    if not attrs.has(type(model)):
        raise UsageError(f"to_json takes one model at a time, not {type(model).__name__}")
    with hiding_secrets(hide=not secrets):
        plain: dict[str, Any] = get_converter().unstructure(model)
    return plain


def from_json(data: Any, cls: type[T]) -> T:
    """Return the `cls` that `to_json` made `data` of, or that AEx sent as `data`; as lenient as the client by default.

    Raises `UsageError` with every problem if it is none. What was left out is missing: a `NewCustomer` cannot do
    without its password. A generic class is read as `Page[Premise]`.
    """
    value = structure(data, cls, get_converter(), get_converter().leniency)
    if isinstance(value, Problems):
        raise UsageError(f"this is no {getattr(cls, '__name__', cls)}: {'; '.join(value)}")
    return value
