"""What all models have in common."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeAlias

from attrs import field

Scalar: TypeAlias = str | int | Decimal | bool
"""Where the document shows nothing but null, so that no type is known: any JSON scalar."""

DateOrDatetime: TypeAlias = datetime | date
"""An aware datetime where AEx sends a moment, a plain `date` where it sends a day alone.

An SQL column of either type may stand behind any field whose name ends in `_date`. A day is not made a moment: at
which midnight would it begin?
"""

PACKAGE: Final = "aex_async.models"
"""Where users import a model from, in whichever module of it it lies."""


class Model:
    """What all models have in common. Written once here, as attrs would generate it for each at every import.

    Two are equal if all their fields are. The `repr` leaves out secrets, and whatever is `None`.
    """

    __module__ = PACKAGE
    __slots__ = ()

    __attrs_attrs__: ClassVar[tuple[Any, ...]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__module__.startswith(f"{PACKAGE}."):
            cls.__module__ = PACKAGE

    @property
    def misfits(self) -> frozenset[str]:
        """The names of the fields that are `None` only because what AEx sent does not fit: `extra` has it as it came.

        Check this before a decision that must not be wrong: `None` alone would be taken for null. A field that
        `attrs.evolve` has set since is no misfit any longer.
        """
        return frozenset(
            part.name
            for part in self.__attrs_attrs__
            if part.name in getattr(self, "extra", ()) and getattr(self, part.name) in (part.default, [], {})
        )

    def __repr__(self) -> str:
        shown = ((part.name, getattr(self, part.name)) for part in self.__attrs_attrs__ if part.repr)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in shown if value is not None)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, part.name) == getattr(other, part.name) for part in self.__attrs_attrs__)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, part.name) for part in self.__attrs_attrs__ if part.hash is not False))


def extra_field() -> Any:
    """Return the field in which a model keeps what it does not know."""
    return field(factory=dict[str, Any], repr=False, hash=False)


def name_model(kind: Any) -> str:
    """Return what one of our models is called, so that asking for one loads no other; of any other class, nothing."""
    name: str = kind.__name__ if getattr(kind, "__module__", None) == PACKAGE else ""
    return name
