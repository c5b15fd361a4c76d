"""The cattrs converter that reads and writes every model, for users to extend."""

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import attrs
import cattrs
from attrs import AttrsInstance
from cattrs import Converter

from aex_async._arguments import check_into
from aex_async._codec.annotations import fill_in, find_parameters, list_fields, name_self, unwrap
from aex_async._codec.containers import is_plain_class
from aex_async._codec.hooks import register_hooks
from aex_async._codec.structuring import Leniency, find_hook, leniency
from aex_async._codec.unstructuring import hiding_secrets
from aex_async._codec.values import Hook, describe_misfit, refuse
from aex_async._json import Problems
from aex_async.errors import UsageError

T = TypeVar("T")
M = TypeVar("M", bound=AttrsInstance)


class ModelConverter(Converter):
    """A converter of cattrs that knows the models; `touched` once a user has registered a hook.

    Whoever registers anything, be it `str`, means it for every model: from then on no value takes the swift way. The
    public methods are the only way in that cattrs documents, and its own strategies use no other.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leniency = Leniency()
        register_hooks(self)
        self._reset(touched=False)

    def _reset(self, *, touched: bool) -> None:
        self.touched = touched
        self.known: set[Any] = set()
        """The classes that were found to be structurable."""

    def copy(self, *args: Any, **kwargs: Any) -> "ModelConverter":
        """Return a copy with the same hooks, a user's own included."""
        twin: ModelConverter = super().copy(*args, **kwargs)
        twin._reset(touched=self.touched)
        return twin

    def register_structure_hook(self, *args: Any, **kwargs: Any) -> Any:
        """As cattrs does it."""
        self._reset(touched=True)
        return super().register_structure_hook(*args, **kwargs)

    def register_structure_hook_func(self, *args: Any, **kwargs: Any) -> Any:
        """As cattrs does it."""
        self._reset(touched=True)
        return super().register_structure_hook_func(*args, **kwargs)

    def register_structure_hook_factory(self, *args: Any, **kwargs: Any) -> Any:
        """As cattrs does it."""
        self._reset(touched=True)
        return super().register_structure_hook_factory(*args, **kwargs)  # pyright: ignore[reportUnknownVariableType]


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
            if hook is refuse:
                hook(None, kind)
            parts = list_parts(kind, where) if looks_inside(hook) else []
        except Exception as error:  # noqa: BLE001 - cattrs raises many kinds, and so do annotations that name nothing or have no hash
            shown = getattr(kind, "__qualname__", None) or str(kind)
            raise UsageError(
                f"into cannot be {cls.__name__}: plain JSON cannot become {where}, a {shown} ({type(error).__name__}); "
                "register a hook for it on aex_async.make_converter(), or leave into out"
            ) from None
        seen.add(kind)
        left += parts
    converter.known |= seen  # only now: a class is no better than the last of its parts


def looks_inside(hook: Hook) -> bool:
    """Whether a hook asks the converter for the parts of its type; a user's own may do without them."""
    module: str | None = getattr(hook, "__module__", None)  # none at all, where cattrs wrote the hook itself
    return module is None or module.partition(".")[0] in ("aex_async", "cattrs")


def list_parts(kind: Any, where: str) -> list[tuple[Any, str]]:
    cls: Any = get_origin(kind) or kind
    if (meant := unwrap(kind)) is not kind:
        return [(meant, where)]
    if attrs.has(kind):
        return [(inner, f"{where}.{part.name}") for part, inner in list_fields(kind)]
    if is_plain_class(kind):
        hints, given = get_type_hints(cls), find_parameters(kind)[cls]
        names = [part.name for part in fields(cls) if part.init] if is_dataclass(cls) else hints
        return [(name_self(fill_in(hints[name], given), kind), f"{where}.{name}") for name in names]
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
