"""Where fibre goes, and what can be ordered there (ISP flow, steps 3, 4 and 6)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from attrs import frozen

from aex_async.models.base import DateOrDatetime, Model, Scalar, extra_field


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
    extra: Mapping[str, Any] = extra_field()


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
    extra: Mapping[str, Any] = extra_field()


@frozen(kw_only=True, repr=False, eq=False)
class Price(Model):
    """One price of a product: money is exact, `tax` is a percentage (ISP flow, step 4)."""

    id: str
    price_type: str | None = None
    currency_code: str | None = None
    tax: Decimal | None = None
    value: Decimal | None = None
    value_incl: Decimal | None = None
    extra: Mapping[str, Any] = extra_field()


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
    extra: Mapping[str, Any] = extra_field()
