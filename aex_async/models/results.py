"""What listings and look-ups give: pages, and the outcomes of many calls."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from attrs import frozen

from aex_async._base_errors import AExError
from aex_async.models.base import Model

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


@frozen(kw_only=True, repr=False, eq=False)
class Page(Model, Generic[T]):
    """One page of a listing: its number, its rows, and how many rows the server counts in all.

    `items` leaves out rows that an earlier page of the same walk had. `total` is `None` if the server does
    not say; it is what the server claimed with this page, and no walk relies on it alone.
    """

    number: int
    items: Sequence[T]
    total: int | None = None


@frozen(kw_only=True, repr=False, eq=False)
class Bulk(Model, Generic[K, V]):
    """The outcome of many look-ups: each distinct input is in `found` or in `failed`, in the order asked."""

    found: Mapping[K, V]
    failed: Mapping[K, AExError]


@frozen(kw_only=True, repr=False, eq=False)
class Lookup(Model, Generic[K, V]):
    """The outcome of one look-up of many: `value`, or the `error` that it failed with."""

    input: K
    value: V | None
    error: AExError | None
