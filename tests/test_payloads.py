"""What the two writes send, and what the first of them answers."""

import json

import attrs
import pytest

from aex_async import Customer, NewCustomer, NewService, from_json, to_json
from aex_async._codec import Codec, describe_customer, describe_service, make_converter
from aex_async._http.responses import Answer, read_new_id
from aex_async._json import encode
from aex_async.errors import UsageError
from tests import samples

WRITE = Codec().write
NEW = NewCustomer(
    first_name="String",
    last_name="String",
    email="string@example.com",
    username="string",
    password="string",
    mobile_number="String",
    home_number="String",
)
CUSTOMER = Customer(
    id="4348AEF7-AD89-4309-AC29-DCB621C308CF",
    first_name="String",
    last_name="String",
    email="String",
    username="String",
    mobile_number="String",
    home_number="not sent",
    comments="not sent",
    extra={"new": "not sent"},
)
ORDER = NewService(
    customer=CUSTOMER,
    premise_guid="287C94C4-0196-4999-9348-15ACC0EE7A0A",
    product_id="50726131-B525-4732-A2D5-0B3736CDFB69",
)
NEW_ID = "FC65F24E-AADD-440E-AF96-9CBBDFA50349"


# POST /customers


def test_a_new_customer_is_sent_as_the_document_shows() -> None:
    sample = json.loads(samples.NEW_CUSTOMER)
    sample["customer"]["email"] = "string@example.com"
    sent = json.loads(encode(describe_customer(NEW, WRITE)))
    assert sent == sample
    assert list(sent["customer"]) == list(sample["customer"])


def test_what_a_new_customer_has_not_is_left_out() -> None:
    sent = describe_customer(attrs.evolve(NEW, home_number=None, username=None), WRITE)
    assert set(sent["customer"]) == {"first_name", "last_name", "email", "password", "mobile_number"}


# POST /services/full


def test_an_order_is_sent_as_the_document_shows() -> None:
    sample = json.loads(samples.NEW_SERVICE)
    sent = json.loads(encode(describe_service(ORDER, WRITE)))
    assert sent == sample
    assert [list(part) for part in sent.values()] == [list(part) for part in sample.values()]


def test_a_number_that_was_corrected_is_sent_and_not_what_did_not_fit() -> None:
    plain = {**to_json(CUSTOMER), "mobile_number": 825550100}
    customer = attrs.evolve(from_json(plain, Customer), mobile_number="+27825550100")
    assert customer.extra["mobile_number"] == 825550100
    sent = describe_service(attrs.evolve(ORDER, customer=customer), WRITE)
    assert sent["customer"]["mobile_number"] == "+27825550100"


# With a user's hook


def test_a_hook_of_the_users_has_its_say_in_what_is_sent() -> None:
    converter = make_converter()
    converter.register_unstructure_hook(
        NewCustomer, lambda new: {"source": "web", "first_name": new.first_name.upper()}
    )
    sent = describe_customer(NEW, Codec(converter).write)
    assert list(sent["customer"].items()) == [("first_name", "STRING"), ("source", "web")]


def test_an_order_that_a_hook_took_something_from_is_not_sent() -> None:
    converter = make_converter()
    converter.register_unstructure_hook(Customer, lambda customer: {"id": customer.id, "email": customer.email})
    with pytest.raises(UsageError, match="leaves out first_name, last_name, username, mobile_number, which AEx"):
        describe_service(ORDER, Codec(converter).write)


def test_a_hook_that_makes_no_object_is_refused() -> None:
    converter = make_converter()
    converter.register_unstructure_hook(NewCustomer, lambda new: new.password)
    with pytest.raises(UsageError, match="does not make a JSON object of NewCustomer"):
        describe_customer(NEW, Codec(converter).write)


# The answer to POST /customers


def created(location: bytes | None = None, body: bytes = b"", name: bytes = b"Location") -> Answer:
    """Return an answer to `POST /customers`."""
    return Answer(201, [] if location is None else [(b"Server", b"x"), (name, location)], body)


@pytest.mark.parametrize(
    "location",
    [
        f"/customers/{NEW_ID}",
        f"customers/{NEW_ID}",
        f"/customers/{NEW_ID}/",
        f"https://preprod.fno.dev.aex.systems/customers/{NEW_ID}",
        f"http://evil.example/v1/customers/{NEW_ID}",
        f"//evil.example/customers/{NEW_ID}",
    ],
)
def test_the_new_id_is_the_last_segment_of_the_location(location: str) -> None:
    assert read_new_id(created(location.encode())) == NEW_ID


def test_the_location_header_may_be_spelt_in_any_case() -> None:
    assert read_new_id(created(b"/customers/C1", name=b"LOCATION")) == "C1"


@pytest.mark.fault("S4")
@pytest.mark.parametrize(
    "location",
    [
        b"",
        b"/",
        b"/customers",
        b"/customers/",
        b"/customers/..",
        b"/customers/C1?x=1",
        b"/customers/C1#x",
        b"/customers/C%31",
        b"/customers/C 1",
        b"/customers/C1/services",
        b"/services/S1",
        b"C1",
        b"/login",
        b"/customers/\xc3\x81",
        b"/customers/\xff\xfe",
        b"/customers/" + b"x" * 129,
        b"/Customers/C1",
    ],
    ids=lambda location: ascii(location)[:30],
)
def test_a_location_that_names_no_customer_is_passed_over(location: bytes) -> None:
    assert read_new_id(created(location)) is None
    assert read_new_id(created(location, b'{"id": "C2"}')) == "C2"


def test_the_location_has_the_first_word() -> None:
    assert read_new_id(created(b"/customers/C1", b'{"id": "C2"}')) == "C1"


@pytest.mark.parametrize("body", [b'{"id": "C2"}', b'{"name": 1.5, "id": "C2"}'])
def test_a_body_may_name_the_new_id(body: bytes) -> None:
    assert read_new_id(created(None, body)) == "C2"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'["C2"]',
        b'"C2"',
        b"{}",
        b'{"id": null}',
        b'{"id": 5}',
        b'{"id": ""}',
        b'{"id": "../x"}',
        b"<p>",
    ],
)
def test_a_body_that_names_no_id_says_nothing(body: bytes) -> None:
    assert read_new_id(created(None, body)) is None
