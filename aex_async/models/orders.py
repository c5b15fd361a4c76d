"""Orders: what to order (ISP flow, step 5), what AEx says to it, and how far it has come."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from attrs import Attribute, field, frozen
from attrs.validators import optional

from aex_async._arguments import check_id, check_model, check_whole
from aex_async._base_errors import UsageError
from aex_async.models.base import Model, extra_field
from aex_async.models.customers import Customer, NewCustomer
from aex_async.models.places import Premise
from aex_async.models.services import Service


def _id(_: object, attribute: "Attribute[str]", value: object) -> None:
    check_id(value, attribute.name)


def _whole_customer(_: object, __: object, customer: Customer) -> None:
    check_model(customer, Customer, "customer")
    check_id(customer.id, "customer.id")  # attrs takes Customer(id=None), which would be sent as null
    wanted = ("first_name", "last_name", "email", "username", "mobile_number")
    missing = [name for name in wanted if not getattr(customer, name)]
    if missing:
        raise UsageError(
            f"the customer lacks {', '.join(missing)}, which AEx requires of an order: "
            "read the customer again with get_customer, or complete it with attrs.evolve"
        )
    if unfit := [name for name in wanted if not isinstance(getattr(customer, name), str)]:
        raise UsageError(f"customer.{unfit[0]} must be text, not {type(getattr(customer, unfit[0])).__name__}")


@frozen(kw_only=True, repr=False, eq=False)
class NewService(Model):
    """A service to order (ISP flow, step 5). A bad field raises `UsageError` at once.

    `premise_guid` is the `guid` of a `PredefinedPremise`, `product_id` the `id` of a `Product`.
    """

    customer: Customer = field(validator=_whole_customer)
    premise_guid: str = field(validator=_id)
    product_id: str = field(validator=_id)


@frozen(kw_only=True, repr=False, eq=False)
class CustomerRef(Model):
    """The customer, as the answer to an order names it."""

    id: str | None = None
    extra: Mapping[str, Any] = extra_field()


@frozen(kw_only=True, repr=False, eq=False)
class PremiseRef(Model):
    """The premise, as the answer to an order names it: by the predefined premise's `guid`."""

    external_reference: str | None = None
    extra: Mapping[str, Any] = extra_field()


@frozen(kw_only=True, repr=False, eq=False)
class ServiceRef(Model):
    """The service, as the answer to an order names it.

    In the document's sample `service_id` is the `product_id` that was asked for: do not rely on it.
    """

    service_id: str | None = None
    extra: Mapping[str, Any] = extra_field()


@frozen(kw_only=True, repr=False, eq=False)
class CreatedService(Model):
    """The answer to an order (ISP flow, step 5): an echo of what was asked for."""

    customer: CustomerRef | None = None
    premise: PremiseRef | None = None
    service: ServiceRef | None = None
    extra: Mapping[str, Any] = extra_field()


def _customer(_: object, __: "Attribute[Customer | NewCustomer]", customer: object) -> None:
    if isinstance(customer, Customer):
        _whole_customer(_, __, customer)
    elif not isinstance(customer, NewCustomer):  # most often the id of one
        said = (
            f"customer must be a Customer, such as get_customer reads, or a NewCustomer, not {type(customer).__name__}"
        )
        raise UsageError(said)


def _reference(_: object, __: "Attribute[str | None]", reference: str | None) -> None:
    if reference is not None:
        check_id(reference, "reference")


@frozen(kw_only=True, repr=False, eq=False)
class Order(Model):
    """An order for `place_order` to place exactly once. A bad field raises `UsageError` at once.

    `customer` is one that AEx knows, or a new one to be found by e-mail or signed up. `premise_guid` is the `guid` of a
    `PredefinedPremise`, `product_id` the `id` of a `Product`. `reference` names the order in the journal: letters,
    digits and dashes, made up if not given. Placing an order again under its reference returns what was placed.
    """

    customer: Customer | NewCustomer = field(validator=_customer)
    premise_guid: str = field(validator=_id)
    product_id: str = field(validator=_id)
    reference: str | None = field(default=None, validator=_reference)


class AttemptState(StrEnum):
    """How far an order has come, as far as is known."""

    SENDING = "sending"
    """It is being sent, or was, and nobody has seen yet what became of it."""
    CREATED = "created"
    """AEx said that it was created; its service was not seen yet."""
    CONFIRMED = "confirmed"
    """Its service was seen."""
    REJECTED = "rejected"
    """AEx refused it, and for a while no look found it."""
    UNSENT = "unsent"
    """It provably never left."""
    CONFLICT = "conflict"
    """More than one service is at its premise: a person must choose."""
    DISMISSED = "dismissed"
    """A person settled it by other means."""

    @property
    def is_open(self) -> bool:
        """Whether it may exist and a look may still find it: `resume_order` goes on from it."""
        return self in (AttemptState.SENDING, AttemptState.CREATED)

    @property
    def may_repeat(self) -> bool:
        """Whether it counts as not placed, so that its reference may be used again."""
        return self in (AttemptState.UNSENT, AttemptState.REJECTED, AttemptState.DISMISSED)

    @property
    def was_seen(self) -> bool:
        """Whether AEx showed that it exists, which outweighs whatever else is known."""
        return self in (AttemptState.CONFIRMED, AttemptState.CONFLICT)


def _state(value: str) -> AttemptState:
    try:
        return AttemptState(value)
    except ValueError:
        raise UsageError(f"an attempt's state is one of {', '.join(AttemptState)}") from None


def _known_text(_: object, attribute: "Attribute[str]", value: object) -> None:
    if not isinstance(value, str):
        raise UsageError(f"an attempt's {attribute.name} must be text, not {type(value).__name__}")


def _known_texts(_: object, attribute: "Attribute[tuple[str, ...]]", value: tuple[object, ...]) -> None:
    for text in value:
        _known_text(_, cast("Attribute[str]", attribute), text)


def _count(_: object, attribute: "Attribute[int]", value: object) -> None:
    check_whole(value, f"an attempt's {attribute.name}", 0, 2**31)


def _moment(_: object, attribute: "Attribute[datetime]", value: object) -> None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise UsageError(f"an attempt's {attribute.name} must be an aware datetime")


@frozen(kw_only=True, repr=False, eq=False)
class Attempt(Model):
    """One order on its way, as the journal keeps it: ids alone, no secret, nothing personal.

    `baseline` has the ids of the services that the customer had before, and `foreign` those that their listing showed
    as another customer's, where they may be of the product; `ended` has those of both that had ended by then. `posts`
    counts how often the order was sent. `service_id` is the service, once it is known. `host` is the AEx that it was
    sent to; empty if that was not written down. `refused_at` is when AEx refused it, if it did.
    """

    reference: str = field(validator=_known_text)
    customer_id: str = field(validator=_known_text)
    premise_guid: str = field(validator=_known_text)
    product_id: str = field(validator=_known_text)
    baseline: tuple[str, ...] = field(default=(), validator=_known_texts)
    state: AttemptState = field(default=AttemptState.SENDING, converter=_state)
    posts: int = field(default=1, validator=_count)
    service_id: str | None = field(default=None, validator=optional(_known_text))
    started_at: datetime = field(validator=_moment)
    host: str = field(default="", validator=_known_text)
    refused_at: datetime | None = field(default=None, validator=optional(_moment))
    ended: tuple[str, ...] = field(default=(), validator=_known_texts)
    foreign: tuple[str, ...] = field(default=(), validator=_known_texts)


@frozen(kw_only=True, repr=False, eq=False)
class PlacedOrder(Model):
    """An order that certainly exists: the true service, not the one that AEx's answer named.

    `premise` is `None` if AEx does not let it be read. `created` is false if the service was found by looking, so
    that it may be the work of an earlier call. `reference` names the order in the journal.
    """

    customer: Customer
    service: Service
    premise: Premise | None
    created: bool
    reference: str = ""
