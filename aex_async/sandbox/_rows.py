"""The rows of customers, premises, services, their changes, work orders, in the key order of the document's samples."""

import random
from datetime import datetime, timedelta, timezone

from attrs import frozen

from aex_async.sandbox._addresses import OPERATOR_ID, Place, guid
from aex_async.sandbox._exchange import Row
from aex_async.sandbox._products import PRODUCTS, PROVIDER_ID

_SOUTH_AFRICA = timezone(timedelta(hours=2))
PROVISIONING_SECONDS = 132
"""From the order to a live line; the dates of "Check customer service" are so far apart."""

_BEGINNING = datetime(2024, 10, 16, 13, 5, 30, tzinfo=_SOUTH_AFRICA)
_SYSTEM_USER_ID = "97E84EDE-39AC-4324-817F-4ADD8623EFC4"
_CONFIG = "<config_info><enable_band_steering>true</enable_band_steering></config_info>"
_UNKNOWN_ABOUT_CUSTOMERS = (
    "external_reference",
    "fno_opt_in",
    "isp_opt_in",
    "opt_in_ip_address",
    "vat_number",
    "identity_number",
    "registration_number",
    *(
        f"{kind}_{part}"
        for kind in ("billing", "physical")
        for part in ("address", "suburb", "city", "postal_code", "province", "country")
    ),
)


@frozen
class CustomerRecord:
    """What a sign-up says about somebody; a password is checked, then forgotten."""

    first_name: str
    last_name: str
    email: str
    username: str
    mobile_number: str
    home_number: str | None = None


@frozen
class Link:
    """What an order ties together, by id."""

    service_id: str
    customer_id: str
    premise_id: str
    product_id: str


def stamp(age: float) -> str:
    """Write the moment `age` seconds after the sandbox began, as most rows do."""
    return f"{_BEGINNING + timedelta(seconds=age):%Y-%m-%d %H:%M:%S %z}"


def last_moment(row: Row) -> datetime:
    """Return when a row was updated, or has been in effect since."""
    return read_moment(row["updated_at"] if "updated_at" in row else row["effective_date"])


def read_moment(text: str) -> datetime:
    """Read either of the API's two forms; without a zone it is South African time.

    Raises `ValueError` for anything else.
    """
    iso = text.replace(" ", "T", 1).replace(" ", "")
    if "T24" in iso:  # the next midnight for Python 3.14 and newer, no time at all for the others
        raise ValueError("a day ends before 24:00")
    read = datetime.fromisoformat(iso)
    return read if read.tzinfo else read.replace(tzinfo=_SOUTH_AFRICA)


def day(age: float) -> str:
    """Write the day `age` seconds after the beginning as eight digits."""
    return f"{_BEGINNING + timedelta(seconds=age):%Y%m%d}"


def customer_row(customer_id: str, portal_user_id: str, customer: CustomerRecord, at: float) -> Row:
    """Return the customer of step 2."""
    return {
        "id": customer_id,
        "parent_id": OPERATOR_ID,
        "portal_user_id": portal_user_id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "business_name": None,
        "email": customer.email,
        "username": customer.username,
        "mobile_number": customer.mobile_number,
        "home_number": customer.home_number,
        "work_number": None,
        **dict.fromkeys(_UNKNOWN_ABOUT_CUSTOMERS),
        "service_provider_flag": False,
        "fax_number": None,
        "nationality": None,
        "identification_type_id": None,
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "enabled": True,
        "alternative_number": None,
        "preferred_contact_method": None,
        "comments": None,
        "preferred_contact_time": None,
    }


def premise_row(premise_id: str, place: Place, customer_id: str | None, at: float) -> Row:
    """Return the premise of step 6; its `external_reference` is the address's `guid`."""
    return {
        "id": premise_id,
        "area_id": place.area.id,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "reference": None,
        "external_reference": place.guid,
        "asset_reference": None,
        "mdu_block": None,
        "mdu_floor": None,
        "plot_number": None,
        "street_number": place.street_number,
        "street_name": place.street_name,
        "intersection": None,
        "suburb": place.area.suburb,
        "city": place.area.city,
        "country_code": place.area.country_code,
        "postal_code": place.area.postal_code,
        "province": place.area.province,
        "mdu_name": None,
        "mdu_unit": place.unit,
        "customer_id": customer_id,
        "name": f"AutoCreated_ {place.number}",
        "type_id": None,
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "status": "Has Existing Service" if customer_id else "Ready For Service",
    }


def service_row(link: Link, chance: random.Random, at: float) -> Row:
    """Return the new service of "Check customer service": its dates are set long before its booleans are."""
    live = stamp(at + PROVISIONING_SECONDS)
    return {
        "id": link.service_id,
        "customer_id": link.customer_id,
        "product_id": link.product_id,
        "provider_id": PROVIDER_ID,
        "premise_id": link.premise_id,
        "preorder": False,
        "isp_reference": None,
        "reference_code": None,
        "port_number": "1",
        "pppoe_username": f"{link.service_id.replace('-', '')}@bb.example.com",
        "pppoe_password": f"{chance.getrandbits(36):09X}",
        "pppoe_ip_address": None,
        "wifi_username": f"Sandbox_{chance.getrandbits(16):04X}",
        "wifi_password": f"{chance.getrandbits(40):010x}",
        "provisioned": False,
        "provisioned_date": live,
        "on_network": False,
        "on_network_date": live,
        "completed": False,
        "completed_date": live,
        "cancelled": False,
        "cancelled_date": None,
        "expiry_date": None,
        "promo_code": None,
        "sales_agent": None,
        "sales_channel_id": None,
        "termination_cause_id": None,
        "deleted_at": None,
        "created_at": stamp(at),
        "auto_configured": None,
        "cancellation_reason": None,
        "status_id": 2,
        "start_date": None,
        "config_info": _CONFIG,
        "suspended_date": None,
        "updated_at": stamp(at),
        "created_by_id": None,
        "dhcp_enabled": False,
        "rica_validated": None,
        "last_network_check": None,
        "level": None,
        "service_configuration_id": 1,
        "ip_v4_public": None,
        "ip_v6_public": None,
        "pppoe_v6_address": None,
        "deleted_date": None,
    }


def work_order_row(service_id: str, chance: random.Random, at: float) -> Row:
    """Return the installation of "Check customer service work order"."""
    order_id = guid(chance)
    born = stamp(at)
    return {
        "guid": order_id,
        "id": order_id,
        "type_id": 1,
        "account_id": service_id,
        "reference": f"{day(at)}-{chance.randrange(10**9):09}",
        "on_hold": False,
        "completed_date": None,
        "close_date": None,
        "schedule_date": None,
        "schedule_time": None,
        "scheduled_date_time": None,
        "external_reference": None,
        "device_specified": False,
        "category": None,
        "updated_at": born,
        "last_update_date": born,
        "created_at": born,
        "start_date": born,
        "status_id": None,
        "assigned_id": None,
        "assigned_user_id": None,
        "installer_id": None,
        "created_by_id": _SYSTEM_USER_ID,
        "disable_auto_wo_creation": False,
        "summary": None,
        "description": None,
        "status": None,
        "type": "Installation",
        "service_id": service_id,
        "installer": None,
        "last_comment": None,
        "assigned": None,
        "assigned_user": None,
        "created_by": "AEx System",
        "client_status": None,
    }


def change_row(old_id: str, new_id: str, old_product_id: str, product_id: str, at: float) -> Row:
    """Return a change in the keys that published callers read.

    That `id` is the service which was there first is our reading: callers say only that rows may share it.
    """
    faster = PRODUCTS[product_id]["speed_down"] >= PRODUCTS[old_product_id]["speed_down"]
    return {
        "id": old_id,
        "new_service_id": new_id,
        "effective_date": stamp(at),
        "direction": "Upgrade" if faster else "Downgrade",
        "product_id": product_id,
    }
