"""Bodies of answers to models, and models to the bodies of requests."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from attrs import AttrsInstance, frozen

from aex_async._codec.containers import structure_each
from aex_async._codec.converter import ModelConverter, check_structurable, get_converter, structure
from aex_async._codec.fast_path import get_reader, get_rows_reader, is_swift
from aex_async._codec.structuring import Leniency, find_hook, leniency
from aex_async._json import Problems, find_flaw, is_list, is_object, parse, parse_exactly, strip_mark
from aex_async.errors import UsageError

if TYPE_CHECKING:
    from aex_async.models import Customer, NewCustomer, NewService

M = TypeVar("M", bound=AttrsInstance)
T = TypeVar("T")


@frozen
class Rows(Generic[T]):
    """One page as AEx sent it: its rows, the number of all rows, and its own number, if the server named usable ones.

    `bare` is an object where a list is due: it is all there is. `miscounted` are rows of which there should be some, by
    a total such as `"3"`: that is no usable one, and no sign either that there are none.
    """

    items: list[T]
    total: int | None
    page: int | None = None
    bare: bool = False
    miscounted: bool = False


class Codec:
    """How one client reads and writes: by its converter, and as strictly as it was told to."""

    def __init__(self, converter: object = None, *, strict: bool = False) -> None:
        if converter is not None and not isinstance(converter, ModelConverter):
            raise UsageError("converter must be one from aex_async.make_converter(), with hooks of your own or without")
        self._converter = converter or get_converter()
        self._leniency = Leniency(strict=strict)

    def check_into(self, into: type[M] | None) -> type[M] | None:
        """Return the class to decode into, if this can be done; `None` stands for plain JSON."""
        if into is not None:
            check_structurable(into, self._converter)
        return into

    def write(self, model: AttrsInstance) -> dict[str, Any]:
        """Return a model as plain JSON, with its secrets."""
        try:
            plain: Any = self._converter.unstructure(model)
        except Exception as error:  # noqa: BLE001 - hooks of users raise what they like, and may quote what they were given
            raise UsageError(
                f"the converter's own hook for {type(model).__name__} raised {type(error).__name__}"
            ) from None
        if not is_object(plain):
            raise UsageError(f"the converter's own hook does not make a JSON object of {type(model).__name__}")
        return plain

    def read(self, body: bytes, into: type[M] | None) -> M | Any | Problems:
        """Return the one `into` that `body` holds, or every problem with it; without `into`, plain JSON."""
        body = strip_mark(body)
        if flaw := find_flaw(body):
            return flaw
        if into is None:
            return parse(body)
        if self._reads_swiftly(into) and (shape := get_reader(into)(body)) is not None:
            model = self._structure(shape, into)
            if not isinstance(model, Problems):
                return model
        value = parse_exactly(body, shaped=self._reads_swiftly(into))
        return value if isinstance(value, Problems) else self._structure(value, into)

    def read_rows(self, body: bytes, into: type[T] | None) -> Rows[T] | Problems:
        """Return the rows that `body` holds, or every problem with it; without `into`, rows of plain JSON.

        Where the document promises an envelope, it shows a bare object once (ISP flow, step 2), and a bare list
        is as likely. `count` is never needed, and an unusable `total` or `page` counts as none.
        """
        body = strip_mark(body)
        if flaw := find_flaw(body):
            return flaw
        kind: Any = into or Any
        if self._reads_swiftly(kind) and (shape := get_rows_reader(kind)(body)) is not None:
            rows, total, page = (shape, None, None) if is_list(shape) else (shape.items, shape.total, shape.page)
            items = self._structure_rows(rows, kind, "$")
            if not isinstance(items, Problems):
                return Rows(items, check_number(total), check_number(page))
        value = parse_exactly(body, shaped=self._reads_swiftly(kind)) if into else parse(body)
        if isinstance(value, Problems):
            return value
        at, rows, total, page = open_envelope(value)
        if not is_list(rows):
            return Problems([f"{at}: expected a list"])
        if at == "$" and rows is not value and is_envelope(value):
            return Problems(["$.items: missing"])
        items = rows if into is None else self._structure_rows(rows, kind, at)
        bare = at == "$" and rows is not value
        return items if isinstance(items, Problems) else Rows(items, total, page, bare, is_miscounted(value))

    def _reads_swiftly(self, kind: Any) -> bool:
        # With a hook of a user's anywhere, every value goes through the converter: it may be the one that is meant.
        return not self._converter.touched and is_swift(kind)

    def _structure(self, value: Any, kind: type[T]) -> T | Problems:
        return structure(value, kind, self._converter, self._leniency)

    def _structure_rows(self, rows: list[Any], kind: Any, at: str) -> list[Any] | Problems:
        token = leniency.set(self._leniency)
        try:
            items, problems = structure_each(rows, find_hook(kind, self._converter), kind)
        finally:
            leniency.reset(token)
        return Problems(at + problem for problem in problems) if problems else items


def check_number(number: Any) -> int | None:
    return number if type(number) is int and number >= 0 else None


def open_envelope(value: Any) -> tuple[str, Any, int | None, int | None]:
    """Return where the rows are, the rows, the total, and the page."""
    if not is_object(value):
        return "$", value, None, None
    if "items" not in value:
        return "$", [value], None, None
    rows: Any = value["items"]
    total = check_number(value.get("total"))
    if rows is None and total is not None:
        rows = []  # Go's list without rows; whether some are due, the walk tells by the total
    return "$.items", rows, total, check_number(value.get("page"))


def is_miscounted(value: Any) -> bool:
    """Whether an envelope counts some rows, and not by a whole number but by text or a fraction."""
    total = value.get("total") if is_object(value) else None
    if isinstance(total, float | Decimal):
        return total > 0
    return type(total) is str and re.fullmatch(r"\s*0*[1-9][0-9]*\s*", total, re.ASCII) is not None


def is_envelope(value: dict[str, Any]) -> bool:
    """Whether an object without `items` is no row, but has its rows under another name: it would pass for one row."""
    return "id" not in value and "guid" not in value and any(map(may_be_rows, value.values()))


def may_be_rows(value: Any) -> bool:
    return is_list(value) and (not value or is_object(value[0]))


# What the two writes of the ISP flow send

Write: TypeAlias = Callable[["Customer | NewCustomer"], dict[str, Any]]
"""What makes plain JSON of a model: the converter, which a user's hook may have a word in."""

# In the order of the document's samples.
SIGNING_UP = ("first_name", "last_name", "email", "username", "password", "mobile_number", "home_number")
ORDERING = ("id", "first_name", "last_name", "email", "username", "mobile_number")


def describe_customer(new: "NewCustomer", write: Write) -> dict[str, Any]:
    """Return the body of `POST /customers` (ISP flow, step 1); what is `None` stays out."""
    plain = write(new)
    names = [*(name for name in SIGNING_UP if name in plain), *(name for name in plain if name not in SIGNING_UP)]
    return {"customer": {name: plain[name] for name in names if plain[name] is not None}}


def describe_service(new: "NewService", write: Write) -> dict[str, Any]:
    """Return the body of `POST /services/full` (ISP flow, step 5)."""
    customer = write(new.customer)
    # What a customer without an id would become at AEx, nobody knows; a new one, at worst.
    if missing := [name for name in ORDERING if not customer.get(name)]:
        raise UsageError(f"the converter's hook for Customer leaves out {', '.join(missing)}, which AEx requires")
    return {
        "customer": {name: customer[name] for name in ORDERING},
        "premise": {"external_reference": new.premise_guid},
        "service": {"product_id": new.product_id},
    }
