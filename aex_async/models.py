"""What AEx knows and what users hand it, as frozen attrs classes.

Fields carry the API's names, in the order of the document's samples. Only identity is required: the rest is `None`
where AEx sent null or nothing. Datetimes are aware, money is `Decimal`, ids and statuses are text as AEx sent it.
Unknown fields are kept in `extra`, and so is a value that does not fit its field: then the attribute is `None`, and
`misfits` names it. Secrets, e-mails and telephone numbers are left out of every `repr`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast

from attrs import Attribute, field, frozen
from attrs.validators import optional

from aex_async._arguments import check_email, check_id, check_model, check_text, check_whole
from aex_async._base_errors import AExError, UsageError

__all__ = [
    "Attempt",
    "AttemptState",
    "Bulk",
    "CreatedService",
    "Customer",
    "CustomerRef",
    "DateOrDatetime",
    "FullService",
    "Lookup",
    "Model",
    "NewCustomer",
    "NewService",
    "Order",
    "Page",
    "PlacedOrder",
    "PredefinedPremise",
    "Premise",
    "PremiseRef",
    "Price",
    "Product",
    "Scalar",
    "Service",
    "ServiceChange",
    "ServiceRef",
    "WorkOrder",
]

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

Scalar: TypeAlias = str | int | Decimal | bool
"""Where the document shows nothing but null, so that no type is known: any JSON scalar."""

DateOrDatetime: TypeAlias = datetime | date
"""An aware datetime where AEx sends a moment, a plain `date` where it sends a day alone.

An SQL column of either type may stand behind any field whose name ends in `_date`. A day is not made a moment: at
which midnight would it begin?
"""


class Model:
    """What all models have in common. Written once here, as attrs would generate it for each at every import.

    Two are equal if all their fields are. The `repr` leaves out secrets, and whatever is `None`.
    """

    __slots__ = ()

    __attrs_attrs__: ClassVar[tuple[Any, ...]]

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


def _extra() -> Any:
    return field(factory=dict[str, Any], repr=False, hash=False)


def _text(_: object, attribute: "Attribute[str]", value: object) -> None:
    check_text(value, attribute.name)


def _optional_text(_: object, attribute: "Attribute[str | None]", value: object) -> None:
    if value is not None:
        check_text(value, attribute.name)


def _email(_: object, attribute: "Attribute[str]", value: object) -> None:
    check_email(value, attribute.name)


def _id(_: object, attribute: "Attribute[str]", value: object) -> None:
    check_id(value, attribute.name)


@frozen(kw_only=True, repr=False, eq=False)
class NewCustomer(Model):
    """A customer to sign up (ISP flow, step 1). A bad field raises `UsageError` at once.

    `email` must be new to AEx. `username` is in one of the document's samples and not in its table; without it
    AEx takes the e-mail.
    """

    first_name: str = field(validator=_text)
    last_name: str = field(validator=_text)
    email: str = field(validator=_email, repr=False)
    password: str = field(validator=_text, repr=False)
    mobile_number: str = field(validator=_text, repr=False)
    home_number: str | None = field(default=None, validator=_optional_text, repr=False)
    username: str | None = field(default=None, validator=_optional_text, repr=False)


@frozen(kw_only=True, repr=False, eq=False)
class Customer(Model):
    """A customer (ISP flow, step 2)."""

    id: str
    parent_id: str | None = None
    portal_user_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    business_name: Scalar | None = None
    email: str | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)
    mobile_number: str | None = field(default=None, repr=False)
    home_number: str | None = field(default=None, repr=False)
    work_number: Scalar | None = field(default=None, repr=False)
    external_reference: Scalar | None = None
    fno_opt_in: Scalar | None = None
    isp_opt_in: Scalar | None = None
    opt_in_ip_address: Scalar | None = None
    vat_number: Scalar | None = None
    identity_number: Scalar | None = field(default=None, repr=False)
    registration_number: Scalar | None = None
    billing_address: Scalar | None = None
    billing_suburb: Scalar | None = None
    billing_city: Scalar | None = None
    billing_postal_code: Scalar | None = None
    billing_province: Scalar | None = None
    billing_country: Scalar | None = None
    physical_address: Scalar | None = None
    physical_suburb: Scalar | None = None
    physical_city: Scalar | None = None
    physical_postal_code: Scalar | None = None
    physical_province: Scalar | None = None
    physical_country: Scalar | None = None
    service_provider_flag: bool | None = None
    fax_number: Scalar | None = field(default=None, repr=False)
    nationality: Scalar | None = None
    identification_type_id: Scalar | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    enabled: bool | None = None
    alternative_number: Scalar | None = field(default=None, repr=False)
    preferred_contact_method: Scalar | None = None
    comments: Scalar | None = field(default=None, repr=False)
    preferred_contact_time: Scalar | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class PredefinedPremise(Model):
    """An address that fibre can reach (ISP flow, step 3).

    `guid` is what an order names. `id` is a number that is used nowhere else. `premise_id` is the linked premise, and
    may be empty. `latitude` and `longitude` are degrees, as sent, even where they make no sense.
    """

    id: int | None = None
    guid: str
    full_text: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    operator_id: str | None = None
    premise_id: str | None = None
    updated_at: datetime | None = None
    created_at: datetime | None = None
    deleted_at: datetime | None = None
    area_id: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class Price(Model):
    """One price of a product: money is exact, `tax` is a percentage (ISP flow, step 4)."""

    id: str
    price_type: str | None = None
    currency_code: str | None = None
    tax: Decimal | None = None
    value: Decimal | None = None
    value_incl: Decimal | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class Product(Model):
    """A product that can be ordered somewhere (ISP flow, step 4).

    Speeds are in Mbps, `min_contract` in months. `logo` is a path below AEx's host. `pricing` may be empty.
    """

    id: str
    provider_id: str | None = None
    parent_id: str | None = None
    name: str | None = None
    description: str | None = None
    speed_up: int | None = None
    speed_down: int | None = None
    min_contract: int | None = None
    effective_date: DateOrDatetime | None = None
    status: str | None = None
    type_name: str | None = None
    provider: str | None = None
    pricing: tuple[Price, ...] = ()
    logo: str | None = None
    extra: Mapping[str, Any] = _extra()


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
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class PremiseRef(Model):
    """The premise, as the answer to an order names it: by the predefined premise's `guid`."""

    external_reference: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class ServiceRef(Model):
    """The service, as the answer to an order names it.

    In the document's sample `service_id` is the `product_id` that was asked for: do not rely on it.
    """

    service_id: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class CreatedService(Model):
    """The answer to an order (ISP flow, step 5): an echo of what was asked for."""

    customer: CustomerRef | None = None
    premise: PremiseRef | None = None
    service: ServiceRef | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class Premise(Model):
    """A premise (ISP flow, step 6). `external_reference` is the predefined premise's `guid`."""

    id: str
    area_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    reference: Scalar | None = None
    external_reference: str | None = None
    asset_reference: Scalar | None = None
    mdu_block: Scalar | None = None
    mdu_floor: Scalar | None = None
    plot_number: Scalar | None = None
    street_number: str | None = None
    street_name: str | None = None
    intersection: Scalar | None = None
    suburb: str | None = None
    city: str | None = None
    country_code: str | None = None
    postal_code: str | None = None
    province: str | None = None
    mdu_name: Scalar | None = None
    mdu_unit: Scalar | None = None
    customer_id: str | None = None
    name: str | None = None
    type_id: Scalar | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    status: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class Service(Model):
    """A service (ISP flow, step 7 and "Check customer service").

    `provisioned`, `on_network` and `completed` tell the state; their dates are set even while they are false.
    `status` is text that rows of a listing lack. `config_info` is XML.
    """

    id: str
    customer_id: str | None = None
    product_id: str | None = None
    provider_id: str | None = None
    premise_id: str | None = None
    preorder: bool | None = None
    isp_reference: Scalar | None = None
    reference_code: Scalar | None = None
    port_number: str | None = None
    pppoe_username: str | None = field(default=None, repr=False)
    pppoe_password: str | None = field(default=None, repr=False)
    pppoe_ip_address: Scalar | None = field(default=None, repr=False)
    wifi_username: str | None = field(default=None, repr=False)
    wifi_password: str | None = field(default=None, repr=False)
    provisioned: bool | None = None
    provisioned_date: DateOrDatetime | None = None
    on_network: bool | None = None
    on_network_date: DateOrDatetime | None = None
    completed: bool | None = None
    completed_date: DateOrDatetime | None = None
    cancelled: bool | None = None
    cancelled_date: DateOrDatetime | None = None
    expiry_date: DateOrDatetime | None = None
    promo_code: Scalar | None = None
    sales_agent: Scalar | None = None
    sales_channel_id: Scalar | None = None
    termination_cause_id: Scalar | None = None
    deleted_at: datetime | None = None
    created_at: datetime | None = None
    auto_configured: Scalar | None = None
    cancellation_reason: Scalar | None = None
    status_id: int | None = None
    start_date: DateOrDatetime | None = None
    config_info: str | None = field(default=None, repr=False)
    suspended_date: DateOrDatetime | None = None
    updated_at: datetime | None = None
    created_by_id: Scalar | None = None
    dhcp_enabled: bool | None = None
    rica_validated: Scalar | None = None
    last_network_check: Scalar | None = None
    level: Scalar | None = None
    service_configuration_id: int | None = None
    ip_v4_public: Scalar | None = None
    ip_v6_public: Scalar | None = None
    pppoe_v6_address: Scalar | None = field(default=None, repr=False)
    deleted_date: DateOrDatetime | None = None
    status: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class ServiceChange(Model):
    """One row of the feed of changes, which is beside AEx's document: its fields are those that published callers read.

    Several rows can share an `id`, so it does not tell them apart. `new_service_id` is the service after the change.
    """

    id: str | None = None
    new_service_id: str | None = None
    effective_date: DateOrDatetime | None = None
    direction: str | None = None
    product_id: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class FullService(Model):
    """A service with the premise and the product it belongs to, which is beside AEx's document.

    AEx calls the product `isp_product`.
    """

    service: Service
    premise: Premise | None = None
    product: Product | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class WorkOrder(Model):
    """A work order of a service (ISP flow, "Check customer service work order").

    `account_id` is the service's id, and `guid` equals `id`. `status` is one of an open set of phrases, in
    varying case.
    """

    guid: str | None = None
    id: str
    type_id: int | None = None
    account_id: str | None = None
    reference: str | None = None
    on_hold: bool | None = None
    completed_date: DateOrDatetime | None = None
    close_date: DateOrDatetime | None = None
    schedule_date: DateOrDatetime | None = None
    schedule_time: Scalar | None = None
    scheduled_date_time: datetime | None = None
    external_reference: Scalar | None = None
    device_specified: bool | None = None
    category: Scalar | None = None
    updated_at: datetime | None = None
    last_update_date: DateOrDatetime | None = None
    created_at: datetime | None = None
    start_date: DateOrDatetime | None = None
    status_id: str | None = None
    assigned_id: Scalar | None = None
    assigned_user_id: Scalar | None = None
    installer_id: Scalar | None = None
    created_by_id: str | None = None
    disable_auto_wo_creation: bool | None = None
    summary: Scalar | None = None
    description: Scalar | None = None
    status: str | None = None
    type: str | None = None
    service_id: str | None = None
    installer: Scalar | None = None
    last_comment: str | None = None
    assigned: Scalar | None = None
    assigned_user: Scalar | None = None
    created_by: str | None = None
    client_status: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True, repr=False, eq=False)
class Page(Model, Generic[T]):
    """One page of a listing: its number, its rows, and how many rows the server counts in all.

    `items` leaves out rows that an earlier page of the same walk had. `total` is `None` if the server does
    not say; it is what the server claimed with this page, and no walk relies on it alone.
    """

    number: int
    items: Sequence[T]
    total: int | None = None


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

    `baseline` has the ids of the services that the customer had before, and `ended` those of them that had ended by
    then. `foreign` has those that the customer's listing showed as another customer's, where they may be of the
    product. `posts` counts how often the order was sent. `service_id` is the service, once it is known. `host` is the
    AEx that it was sent to; empty if that was not written down. `refused_at` is when AEx refused it, if it did.
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
