"""What an ISP decides between two calls."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from aex_async.cli.demo.sandbox_demo import (
    Spot,
    find_spots,
    list_prices,
    match_customers,
    match_services,
    match_spots,
    pick_cheapest,
)
from aex_async.models import Customer, PredefinedPremise, Price, Product, Service

NOW = datetime(2024, 10, 16, tzinfo=UTC)


def spot(full_text: str) -> Spot:
    return Spot("A1", full_text, -26.0, 27.7)


def price(amount: str, kind: str = "Monthly") -> Price:
    return Price(id="P", price_type=kind, value_incl=Decimal(amount))


@pytest.mark.parametrize(
    ("full_text", "matches"),
    [
        ("38 (Cottage), David Road, Oaktree", True),
        ("38 , David Road (Cottage), Oaktree, ZA, 1739", True),
        ("38, DAVID ROAD(COTTAGE), OAKTREE", True),
        ("138 (Cottage), David Road, Oaktree", False),
        ("38, David Road, Oaktree", False),
        ("", False),
    ],
)
def test_an_address_matches_by_whole_words(full_text: str, *, matches: bool) -> None:
    found = match_spots([spot(full_text)], "38 (Cottage), David Road, Oaktree")
    assert bool(found) is matches


def test_only_a_live_address_with_a_place_is_a_spot() -> None:
    whole = PredefinedPremise(guid="A1", full_text="9, Quiet Road", latitude=-26.0, longitude=0.0)
    nameless = PredefinedPremise(guid="A2", latitude=-26.0, longitude=27.7)
    deleted = PredefinedPremise(guid="A3", latitude=-26.0, longitude=27.7, deleted_at=NOW)
    lost = [PredefinedPremise(guid="A4", latitude=-26.0), PredefinedPremise(guid="A5", longitude=27.7)]
    assert find_spots([whole, nameless, deleted, *lost]) == [
        Spot("A1", "9, Quiet Road", -26.0, 0.0),
        Spot("A2", "", -26.0, 27.7),
    ]


def test_an_e_mail_matches_whole_and_in_any_case() -> None:
    rows = [Customer(id="1", email="joann@example.com"), Customer(id="2"), Customer(id="3", email="Ann@Example.com")]
    assert [row.id for row in match_customers(rows, "ann@example.com")] == ["3"]


def test_a_service_matches_by_product_unless_cancelled() -> None:
    rows = [Service(id="1", product_id="b"), Service(id="2", product_id="A", cancelled=True), Service(id="3")]
    assert match_services([*rows, Service(id="4", product_id="A")], "a") == [Service(id="4", product_id="A")]


def test_the_cheapest_is_by_month_and_has_a_price() -> None:
    once = Product(id="1", pricing=(price("1", "Once-off"),))
    unknown = Product(id="2", pricing=(Price(id="P", price_type="Monthly"),))
    cheap, dear = Product(id="3", pricing=(price("99"),)), Product(id="4", pricing=(price("100"),))
    assert pick_cheapest([once, unknown, dear, cheap, Product(id="5")]) == (cheap, Decimal(99))


def test_every_price_is_a_row_and_so_is_none() -> None:
    both = Product(id="1", name="Both", pricing=(price("99"), price("1", "Once-off")))
    rows = list_prices([both, Product(id="2", name="Free?")])
    assert [(row["product"], row["price_incl_tax"], row["billed"]) for row in rows] == [
        ("Both", Decimal(99), "Monthly"),
        ("Both", Decimal(1), "Once-off"),
        ("Free?", None, None),
    ]
