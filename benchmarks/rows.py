"""Rows as AEx sends them, like the samples of the ISP flow, each with values of its own."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from attrs import frozen

from aex_async.models import Customer, PredefinedPremise, Product, Service, WorkOrder

Row: TypeAlias = dict[str, Any]

PREMISE_ID = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"

_EPOCH = datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=2)))
_STREETS = ("David Road", "Varing Street", "Pompano Place", "Railway Street", "Protea Avenue", "Kerk Street")
_SUBURBS = ("Oaktree", "Homelake", "Newlands", "Hectorton", "Melville")
_CITIES = ("Krugersdorp", "Randfontein", "Durban", "Johannesburg")
_FIRST_NAMES = ("Thandi", "Pieter", "Ayesha", "Sipho", "Anneke", "Zoë")
_LAST_NAMES = ("Naidoo", "Botha", "Dlamini", "van der Merwe", "Khumalo")
_PHRASES = ("New Order", "Scheduled", "in progress", "Completed", "On Hold")


class Draw:
    """A source of varied values, the same at every run."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - made-up data
        self.whole = self._random.randrange
        self.pick = self._random.choice

    def guid(self) -> str:
        """Return an id in capitals, as AEx writes them."""
        return str(UUID(int=self._random.getrandbits(128))).upper()

    def money(self) -> float:
        """Return an amount with four places."""
        return self.whole(100_000, 20_000_000) / 10_000

    def degrees(self, middle: float) -> float:
        """Return a latitude or longitude not far from `middle`."""
        return round(middle + self._random.uniform(-2, 2), 7)

    def moment(self, form: str = "%Y-%m-%d %H:%M:%S %z") -> str:
        """Return a date and time, as most of AEx's routes write it."""
        return (_EPOCH + timedelta(seconds=self.whole(150_000_000))).strftime(form)

    def iso_moment(self) -> str:
        """Return a date and time, as AEx's predefined premises write it."""
        return f"{self.moment('%Y-%m-%dT%H:%M:%S')}+02:00"

    def flag(self) -> bool:
        """Return true or false."""
        return self.pick((True, False))

    def phone(self) -> str:
        """Return a made-up telephone number."""
        return f"0{self.whole(600_000_000, 899_999_999)}"


def make_customer(draw: Draw) -> Row:
    """Return a row of `GET /customers` (ISP flow, step 2)."""
    first, last = draw.pick(_FIRST_NAMES), draw.pick(_LAST_NAMES)
    email = f"{first}.{last}{draw.whole(10_000)}@example.co.za".lower().replace(" ", "")
    created = draw.moment()
    return {
        "id": draw.guid(),
        "parent_id": draw.guid(),
        "portal_user_id": draw.guid(),
        "first_name": first,
        "last_name": last,
        "business_name": None,
        "email": email,
        "username": email,
        "mobile_number": draw.phone(),
        "home_number": draw.phone(),
        "work_number": None,
        "external_reference": None,
        "fno_opt_in": None,
        "isp_opt_in": None,
        "opt_in_ip_address": None,
        "vat_number": None,
        "identity_number": None,
        "registration_number": None,
        "billing_address": None,
        "billing_suburb": None,
        "billing_city": None,
        "billing_postal_code": None,
        "billing_province": None,
        "billing_country": None,
        "physical_address": None,
        "physical_suburb": None,
        "physical_city": None,
        "physical_postal_code": None,
        "physical_province": None,
        "physical_country": None,
        "service_provider_flag": draw.flag(),
        "fax_number": None,
        "nationality": None,
        "identification_type_id": None,
        "created_at": created,
        "updated_at": created,
        "enabled": True,
        "alternative_number": None,
        "preferred_contact_method": None,
        "comments": None,
        "preferred_contact_time": None,
    }


def make_predefined_premise(draw: Draw) -> Row:
    """Return a row of `GET /predefined-premises` (ISP flow, step 3)."""
    place = f"{draw.pick(_STREETS)}, {draw.pick(_SUBURBS)}, {draw.pick(_CITIES)}"
    return {
        "id": draw.whole(1_000_000, 9_999_999),
        "guid": draw.guid(),
        "full_text": f"{draw.whole(1, 300)}, {place}, ZA, {draw.whole(1000, 9999)}, Gauteng",
        "latitude": draw.degrees(-26),
        "longitude": draw.degrees(28),
        "operator_id": draw.guid(),
        "premise_id": draw.guid(),
        "updated_at": draw.iso_moment(),
        "created_at": draw.iso_moment(),
        "deleted_at": None,
        "area_id": draw.guid(),
    }


def make_product(draw: Draw) -> Row:
    """Return a row of `GET /products/availability/{lat}/{lon}` (ISP flow, step 4)."""
    name = f"Fibre {draw.whole(10, 1000)}/{draw.whole(2, 500)} Mbps"
    return {
        "id": draw.guid(),
        "provider_id": draw.guid(),
        "parent_id": draw.guid(),
        "name": name,
        "description": name,
        "speed_up": draw.whole(2, 500),
        "speed_down": draw.whole(10, 1000),
        "min_contract": draw.whole(1, 24),
        "effective_date": draw.moment(),
        "status": "Active",
        "type_name": "ISP",
        "provider": "MockIsp",
        "pricing": [
            {
                "id": draw.guid(),
                "price_type": "Monthly",
                "currency_code": "ZAR",
                "tax": 15.0,
                "value": draw.money(),
                "value_incl": draw.money(),
            }
        ],
        "logo": f"/Images/Logos/{draw.guid()}.jpg",
    }


def make_service(draw: Draw) -> Row:
    """Return a row of `GET /customers/{id}/services` (ISP flow, "Check customer service")."""
    guid, created, changed = draw.guid(), draw.moment(), draw.moment()
    return {
        "id": guid,
        "customer_id": draw.guid(),
        "product_id": draw.guid(),
        "provider_id": draw.guid(),
        "premise_id": draw.guid(),
        "preorder": False,
        "isp_reference": None,
        "reference_code": None,
        "port_number": str(draw.whole(1, 9)),
        "pppoe_username": f"{guid.replace('-', '')}@example.com",
        "pppoe_password": f"made-up-{draw.whole(10_000)}",
        "pppoe_ip_address": None,
        "wifi_username": f"Wifi_{draw.whole(10_000)}",
        "wifi_password": f"made-up-{draw.whole(10_000)}",
        "provisioned": draw.flag(),
        "provisioned_date": changed,
        "on_network": draw.flag(),
        "on_network_date": changed,
        "completed": draw.flag(),
        "completed_date": changed,
        "cancelled": False,
        "cancelled_date": None,
        "expiry_date": None,
        "promo_code": None,
        "sales_agent": None,
        "sales_channel_id": None,
        "termination_cause_id": None,
        "deleted_at": None,
        "created_at": created,
        "auto_configured": None,
        "cancellation_reason": None,
        "status_id": draw.whole(1, 9),
        "start_date": None,
        "config_info": "<config_info><enable_band_steering>true</enable_band_steering></config_info>",
        "suspended_date": None,
        "updated_at": created,
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


def make_work_order(draw: Draw) -> Row:
    """Return a row of `GET /work-orders` (ISP flow, "Check customer service work order")."""
    guid, service, created = draw.guid(), draw.guid(), draw.moment()
    return {
        "guid": guid,
        "id": guid,
        "type_id": draw.whole(1, 5),
        "account_id": service,
        "reference": f"20241016-{draw.whole(100_000_000, 999_999_999)}",
        "on_hold": draw.flag(),
        "completed_date": None,
        "close_date": None,
        "schedule_date": None,
        "schedule_time": None,
        "scheduled_date_time": None,
        "external_reference": None,
        "device_specified": False,
        "category": None,
        "updated_at": created,
        "last_update_date": draw.moment(),
        "created_at": created,
        "start_date": draw.moment(),
        "status_id": draw.guid(),
        "assigned_id": None,
        "assigned_user_id": None,
        "installer_id": None,
        "created_by_id": draw.guid(),
        "disable_auto_wo_creation": False,
        "summary": None,
        "description": None,
        "status": draw.pick(_PHRASES),
        "type": "Installation",
        "service_id": service,
        "installer": None,
        "last_comment": f"Work Order created on service creation, number {draw.whole(10_000)}.",
        "assigned": None,
        "assigned_user": None,
        "created_by": "AEx System",
        "client_status": "Order in progress",
    }


def make_premise(draw: Draw) -> Row:
    """Return the answer of `GET /premises/{id}` (ISP flow, step 6)."""
    return {
        "id": PREMISE_ID,
        "area_id": draw.guid(),
        "latitude": draw.degrees(-29),
        "longitude": draw.degrees(30),
        "reference": None,
        "external_reference": draw.guid(),
        "asset_reference": None,
        "mdu_block": None,
        "mdu_floor": None,
        "plot_number": None,
        "street_number": "9",
        "street_name": "Pompano Place",
        "intersection": None,
        "suburb": "Newlands",
        "city": "Durban",
        "country_code": "ZA",
        "postal_code": "4037",
        "province": "Kwazulu Natal",
        "mdu_name": None,
        "mdu_unit": None,
        "customer_id": draw.guid(),
        "name": "AutoCreated_ 19653",
        "type_id": None,
        "created_at": draw.moment(),
        "updated_at": draw.moment(),
        "status": "Has Existing Service",
    }


@frozen
class Listing:
    """A route that answers with a list: its name, its model, and how one of its rows is made."""

    name: str
    model: type[Any]
    make: Callable[[Draw], Row]


LISTINGS = (
    Listing("customers", Customer, make_customer),
    Listing("predefined premises", PredefinedPremise, make_predefined_premise),
    Listing("products", Product, make_product),
    Listing("services", Service, make_service),
    Listing("work orders", WorkOrder, make_work_order),
)


def make_page(make: Callable[[Draw], Row], count: int, *, seed: int = 1, total: int | None = None) -> bytes:
    """Return the body of one page of `count` rows."""
    draw = Draw(seed)
    page: Row = {"items": [make(draw) for _ in range(count)]}
    return encode(page if total is None else {**page, "total": total})


def encode(value: Any) -> bytes:
    """Return plain JSON as a server sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
