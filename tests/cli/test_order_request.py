"""What somebody wants ordered, as a file or as flags tell it."""

import re
from typing import Any

import pytest

from aex_async import NewCustomer
from aex_async.cli.orders.request import (
    CustomerByEmail,
    CustomerById,
    make_request,
    parse_order,
    read_flags,
    read_order,
)
from aex_async.errors import UsageError
from tests.cli.ordering import NEW, PASSWORD, THANDI_EMAIL
from tests.sandbox.people import POMPANO_11, PRODUCT, THANDI

WHAT = {"--premise": POMPANO_11, "--product": PRODUCT}


def told(**changes: Any) -> dict[str, Any]:
    return {"customer": {"id": THANDI}, "premise_guid": POMPANO_11, "product_id": PRODUCT, **changes}


@pytest.mark.parametrize(
    ("customer", "who"),
    [
        ({"id": THANDI}, CustomerById(THANDI)),
        ({"email": THANDI_EMAIL, "id": None}, CustomerByEmail(THANDI_EMAIL)),
        ({**NEW, "password": "of the file"}, NewCustomer(**NEW, password="of the file")),
    ],
)
def test_a_customer_is_named_in_three_ways(
    customer: dict[str, Any], who: CustomerById | CustomerByEmail | NewCustomer
) -> None:
    assert make_request(told(customer=customer), pytest.fail).who == who


def test_a_password_is_asked_for_when_all_else_is_well() -> None:
    assert make_request(told(customer=NEW), lambda: PASSWORD).who == NewCustomer(**NEW, password=PASSWORD)


def test_a_reference_is_made_up_each_time() -> None:
    first, second = (make_request(told(), pytest.fail).reference for _ in range(2))
    assert re.fullmatch(r"\d{8}-[0-9a-f]{8}", first)
    assert first != second


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (told(premise="A1", note=1), "the order has unknown fields: premise, note (known: customer, premise_"),
        ({"customer": {"id": THANDI}, "product_id": PRODUCT}, "the order lacks premise_guid"),
        (told(customer=THANDI), "customer must be a dict, not str"),
        (told(customer={**NEW, "id": THANDI}), "a new customer has unknown fields: id"),
        (
            told(customer={"email": "a@example.com", "first_name": "Ann"}),
            "a new customer lacks last_name, mobile_number",
        ),
        (told(customer={**NEW, "email": "ann"}), "the e-mail must be one e-mail address"),
        (told(product_id=7), "the product's id must be text"),
        (told(reference="a b"), "the reference must be an id"),
    ],
)
def test_an_order_that_cannot_be_meant_so_is_refused(order: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        make_request(order, pytest.fail)


@pytest.mark.parametrize(
    ("flags", "new_customer", "words"),
    [
        ({"--premise": POMPANO_11, "--email": THANDI_EMAIL}, False, "the command line lacks --product"),
        (WHAT, False, "either --email or --customer-id"),
        ({**WHAT, "--email": THANDI_EMAIL, "--customer-id": THANDI}, False, "either --email or --customer-id"),
        ({**WHAT, "--first-name": "Ann"}, False, "--first-name: only with --new-customer"),
        ({**WHAT, "--customer-id": THANDI}, True, "a new customer has no id yet"),
        ({**WHAT, "--email": THANDI_EMAIL}, True, "a new customer lacks --first-name, --last-name, --mobile-number"),
    ],
)
def test_flags_that_cannot_be_meant_so_are_refused(
    flags: dict[str, str | None], words: str, *, new_customer: bool
) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        read_flags(flags, new_customer=new_customer)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": 1,}', "not JSON: see line 1, column"),
        (b'{"a": "\xff"}', "not JSON in UTF-8"),
        (b"[" * 100_000, "not JSON in UTF-8"),
        (b'{"product_id": ' + b"1" * 5_000 + b"}", "not JSON in UTF-8"),  # more digits than Python makes a number of
        (b"[1]", "the order file's JSON must be a dict, not list"),
        (b'{"product_id": "A", "product_id": "B"}', "the order file repeats: product_id"),
    ],
)
def test_a_file_that_leaves_doubt_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        parse_order(body)


def test_a_file_without_a_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^the name of the order file is empty: give a file"):
        read_order("")
