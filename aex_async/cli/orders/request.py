"""What somebody wants ordered, in whichever way it was said."""

import json
import secrets
import sys
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from aex_async._arguments import check_email, check_id, check_model
from aex_async.client import AsyncAExClient
from aex_async.errors import OrderError, UsageError
from aex_async.models import Attempt, Customer, NewCustomer, Order

ORDER: Final = {"--premise": "premise_guid", "--product": "product_id", "--reference": "reference"}
PERSON: Final = {
    "--first-name": "first_name",
    "--last-name": "last_name",
    "--email": "email",
    "--mobile-number": "mobile_number",
    "--home-number": "home_number",
}
OPTIONAL: Final = {"--reference", "--home-number", "reference", "home_number", "password"}

Ask: TypeAlias = Callable[[], str]
"""How a new customer's password is come by."""


@frozen
class CustomerById:
    """A customer of AEx, by id."""

    id: str


@frozen
class CustomerByEmail:
    """A customer of AEx, by e-mail."""

    email: str = field(repr=False)


Person: TypeAlias = CustomerById | CustomerByEmail | NewCustomer
"""Whom a service is ordered for."""


@frozen(kw_only=True)
class OrderRequest:
    """One order, before AEx was asked anything."""

    who: Person
    premise_guid: str
    product_id: str
    reference: str

    def is_like(self, attempt: Attempt) -> bool:
        """Whether an attempt is this order's, or that of the same product at the same premise."""
        same = (self.premise_guid.casefold(), self.product_id.casefold())
        return self.reference == attempt.reference or same == (
            attempt.premise_guid.casefold(),
            attempt.product_id.casefold(),
        )


def read_flags(flags: Mapping[str, str | None], *, new_customer: bool) -> dict[str, Any]:
    """Return what the command line says, in the shape of an order file."""
    given = {name: value for name, value in flags.items() if value is not None}
    if not given:
        raise UsageError("say what to order: --premise, --product, and --email or --customer-id; or --file")
    customer = read_new_person(given) if new_customer else read_person(given)
    check_names(given, [*ORDER, "--customer-id", *PERSON], ORDER, "the command line")
    return {"customer": customer, **{key: given[name] for name, key in ORDER.items() if name in given}}


def read_person(given: Mapping[str, str]) -> dict[str, str]:
    """Return the customer whom the command line names."""
    extra = [name for name in PERSON if name in given and name != "--email"]
    if extra:
        raise UsageError(f"{', '.join(extra)}: only with --new-customer")
    if ("--email" in given) == ("--customer-id" in given):
        raise UsageError("say who it is for: either --email or --customer-id")
    return {"email": given["--email"]} if "--email" in given else {"id": given["--customer-id"]}


def read_new_person(given: Mapping[str, str]) -> dict[str, str]:
    """Return the customer whom the command line signs up."""
    if "--customer-id" in given:
        raise UsageError("a new customer has no id yet: leave out --customer-id or --new-customer")
    check_names(given, [*ORDER, *PERSON], PERSON, "a new customer")
    return {key: given[name] for name, key in PERSON.items() if name in given}


def read_order(path: str) -> dict[str, Any]:
    """Return what the file at `path` says, or standard input for "-"."""
    if not path:
        raise UsageError('the name of the order file is empty: give a file, or "-" for standard input')
    try:
        body = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"the order file {path} cannot be read: {error.strerror}") from None
    return parse_order(body)


def parse_order(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. No error repeats any of it but the names of its keys."""
    try:
        values = json.loads(body.decode("utf-8-sig"), object_pairs_hook=make_object)
    except UsageError:
        raise
    except json.JSONDecodeError as error:
        raise UsageError(f"the order file is not JSON: see line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):  # bytes that are no UTF-8, or a number that Python finds too long
        raise UsageError("the order file is not JSON in UTF-8") from None
    return check_model(values, dict, "the order file's JSON")


def make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that is there twice: either could be the one that was meant."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"the order file repeats: {', '.join(twice)}")
    return dict(pairs)


def make_request(given: Mapping[str, Any], ask: Ask) -> OrderRequest:
    """Return the order that a file, or the command line, describes; `ask` for a password only if all else is well."""
    given = drop_nulls(given)
    check_names(given, ["customer", *ORDER.values()], ["customer", *ORDER.values()], "the order")
    return OrderRequest(
        premise_guid=check_id(given["premise_guid"], "the premise's guid"),
        product_id=check_id(given["product_id"], "the product's id"),
        reference=check_id(given.get("reference", invent_reference()), "the reference"),
        who=choose_person(drop_nulls(check_model(given["customer"], dict, "customer")), ask),
    )


def choose_person(customer: Mapping[str, Any], ask: Ask) -> Person:
    """Return whom an order is for; one with more than an id or an e-mail is new."""
    if set(customer) == {"id"}:
        return CustomerById(check_id(customer["id"], "the customer's id"))
    if set(customer) == {"email"}:
        return CustomerByEmail(check_email(customer["email"], "the e-mail"))
    check_names(customer, [*PERSON.values(), "password"], PERSON.values(), "a new customer")
    check_email(customer["email"], "the e-mail")
    return NewCustomer(**{**customer, "password": customer.get("password") or ask()})


def check_names(given: Collection[str], known: Collection[str], wanted: Collection[str], what: str) -> None:
    """Refuse what is not known, and then the lack of what is wanted."""
    if strange := [name for name in given if name not in known]:
        raise UsageError(f"{what} has unknown fields: {', '.join(strange)} (known: {', '.join(known)})")
    if missing := [name for name in wanted if name not in given and name not in OPTIONAL]:
        raise UsageError(f"{what} lacks {', '.join(missing)}")


def drop_nulls(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that have a value: null is as good as absent."""
    return {name: value for name, value in fields.items() if value is not None}


def invent_reference() -> str:
    """Return a reference by which people see the day, and nobody has another one."""
    return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(4)}"


async def make_order(aex: AsyncAExClient, request: OrderRequest) -> Order:
    """Return the order to place, its customer looked up if AEx should know one."""
    customer = await find_person(aex, request.who)
    if customer is None:
        raise OrderError("no customer of yours has this e-mail").advise(
            "Check how it is spelt, or sign the person up with --new-customer."
        )
    return Order(
        customer=customer, premise_guid=request.premise_guid, product_id=request.product_id, reference=request.reference
    )


async def find_person(aex: AsyncAExClient, who: Person) -> Customer | NewCustomer | None:
    """Return the customer as AEx knows them, or the new one; `None` if nobody has the e-mail."""
    if isinstance(who, CustomerById):
        return await aex.get_customer(who.id)
    return await aex.find_customer(who.email) if isinstance(who, CustomerByEmail) else who
