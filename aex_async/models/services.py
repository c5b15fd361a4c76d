"""Services, and the work orders by which they are installed (ISP flow, step 7 and the two checks behind it)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from aex_async.models.base import DateOrDatetime, Model, Scalar, extra_field
from aex_async.models.places import Premise, Product


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
    extra: Mapping[str, Any] = extra_field()


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
    extra: Mapping[str, Any] = extra_field()


@frozen(kw_only=True, repr=False, eq=False)
class FullService(Model):
    """A service with the premise and the product it belongs to, which is beside AEx's document.

    AEx calls the product `isp_product`.
    """

    service: Service
    premise: Premise | None = None
    product: Product | None = None
    extra: Mapping[str, Any] = extra_field()


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
    extra: Mapping[str, Any] = extra_field()
