"""What somebody wants ordered, in whichever way it was said."""

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from attrs import field, frozen

from aex_async._arguments import check_email, check_id, check_model
from aex_async.client import AsyncAExClient
from aex_async.errors import OrderError, UsageError
from aex_async.models import Attempt, Customer, NewCustomer, Order

_ORDER: Final = {"--premise": "premise_guid", "--product": "product_id", "--reference": "reference"}
_PERSON: Final = {
    "--first-name": "first_name",
    "--last-name": "last_name",
    "--email": "email",
    "--mobile-number": "mobile_number",
    "--home-number": "home_number",
}
_OPTIONAL: Final = {"--reference", "--home-number", "reference", "home_number", "password"}

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
    customer = _read_new_person(given) if new_customer else _read_person(given)
    _check_names(given, [*_ORDER, "--customer-id", *_PERSON], _ORDER, "the command line")
    return {"customer": customer, **{key: given[name] for name, key in _ORDER.items() if name in given}}


def _read_person(given: Mapping[str, str]) -> dict[str, str]:
    extra = [name for name in _PERSON if name in given and name != "--email"]
    if extra:
        raise UsageError(f"{', '.join(extra)}: only with --new-customer")
    if ("--email" in given) == ("--customer-id" in given):
        raise UsageError("say who it is for: either --email or --customer-id")
    return {"email": given["--email"]} if "--email" in given else {"id": given["--customer-id"]}


def _read_new_person(given: Mapping[str, str]) -> dict[str, str]:
    if "--customer-id" in given:
        raise UsageError("a new customer has no id yet: leave out --customer-id or --new-customer")
    _check_names(given, [*_ORDER, *_PERSON], _PERSON, "a new customer")
    return {key: given[name] for name, key in _PERSON.items() if name in given}


def make_request(given: Mapping[str, Any], ask: Ask) -> OrderRequest:
    """Return the order that a file, or the command line, describes; `ask` for a password only if all else is well."""
    given = _drop_nulls(given)
    _check_names(given, ["customer", *_ORDER.values()], ["customer", *_ORDER.values()], "the order")
    return OrderRequest(
        premise_guid=check_id(given["premise_guid"], "the premise's guid"),
        product_id=check_id(given["product_id"], "the product's id"),
        reference=check_id(given.get("reference", _invent_reference()), "the reference"),
        who=_choose_person(_drop_nulls(check_model(given["customer"], dict, "customer")), ask),
    )


def _choose_person(customer: Mapping[str, Any], ask: Ask) -> Person:
    if set(customer) == {"id"}:
        return CustomerById(check_id(customer["id"], "the customer's id"))
    if set(customer) == {"email"}:
        return CustomerByEmail(check_email(customer["email"], "the e-mail"))
    _check_names(customer, [*_PERSON.values(), "password"], _PERSON.values(), "a new customer")
    check_email(customer["email"], "the e-mail")
    return NewCustomer(**{**customer, "password": customer.get("password") or ask()})


def _check_names(given: Collection[str], known: Collection[str], wanted: Collection[str], what: str) -> None:
    """Refuse what is not known, and then the lack of what is wanted."""
    if strange := [name for name in given if name not in known]:
        raise UsageError(f"{what} has unknown fields: {', '.join(strange)} (known: {', '.join(known)})")
    if missing := [name for name in wanted if name not in given and name not in _OPTIONAL]:
        raise UsageError(f"{what} lacks {', '.join(missing)}")


def _drop_nulls(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _invent_reference() -> str:
    return f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(4)}"


async def make_order(aex: AsyncAExClient, request: OrderRequest) -> Order:
    """Return the order to place, its customer looked up if AEx should know one."""
    customer = await _find_person(aex, request.who)
    if customer is None:
        raise OrderError("no customer of yours has this e-mail").advise(
            "Check how it is spelt, or sign the person up with --new-customer."
        )
    return Order(
        customer=customer, premise_guid=request.premise_guid, product_id=request.product_id, reference=request.reference
    )


async def _find_person(aex: AsyncAExClient, who: Person) -> Customer | NewCustomer | None:
    if isinstance(who, CustomerById):
        return await aex.get_customer(who.id)
    return await aex.find_customer(who.email) if isinstance(who, CustomerByEmail) else who
