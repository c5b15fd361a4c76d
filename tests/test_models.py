"""Models: what users may build, what a `repr` hides, and how models compare."""

import copy
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from inspect import signature
from typing import Any, get_type_hints

import attrs
import pytest

from aex_async import models
from aex_async.errors import UsageError
from aex_async.models import Customer, NewCustomer, NewService, Order, Page, Premise, Service
from tests.test_codec import MODELS

every_model = pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)

BUILT: list[type[Any]] = [NewCustomer, NewService, Order, models.Attempt, models.PlacedOrder]
NEW: dict[str, Any] = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@example.com",
    "password": "correct horse",
    "mobile_number": "+27 82 000 4242",
}
CUSTOMER = Customer(
    id="C1", first_name="Jane", last_name="Doe", email="j@example.com", username="jane", mobile_number="0820004242"
)


def fill(cls: type[Any]) -> Any:
    """Return a model whose every field is set to a canary, whatever its type."""
    return cls(**{item.name: f"canary-{item.name}" for item in attrs.fields(cls) if item.init and item.name != "extra"})


# What users build


def test_a_new_customer_needs_no_home_number_and_no_username() -> None:
    new = NewCustomer(**NEW)
    assert (new.home_number, new.username) == (None, None)


@pytest.mark.parametrize("name", [*NEW, "home_number", "username"])
@pytest.mark.parametrize("value", ["", "  ", "\n", 5, True, b"canary", ["canary"], "canary@x\ud800"], ids=ascii)
def test_a_new_customer_refuses_a_field_that_is_no_text(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=rf"^{name} ") as caught:
        NewCustomer(**{**NEW, name: value})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", list(NEW))
def test_a_new_customer_refuses_none_where_aex_wants_text(name: str) -> None:
    lack: dict[str, Any] = {**NEW, name: None}
    with pytest.raises(UsageError, match=rf"^{name} must be text, not NoneType$"):
        NewCustomer(**lack)


@pytest.mark.parametrize("email", ["canary", "canary@", "@canary", "canary@b@c", "canary @b"])
def test_a_new_customer_refuses_what_is_no_address(email: str) -> None:
    with pytest.raises(UsageError, match=r"^email must be one e-mail address$"):
        NewCustomer(**{**NEW, "email": email})


def test_an_order_takes_a_whole_customer_and_two_ids() -> None:
    order = NewService(customer=CUSTOMER, premise_guid="G1", product_id="P1")
    assert (order.customer, order.premise_guid, order.product_id) == (CUSTOMER, "G1", "P1")


@pytest.mark.parametrize("name", ["first_name", "last_name", "email", "username", "mobile_number"])
@pytest.mark.parametrize("value", [None, ""])
def test_an_order_refuses_a_customer_that_aex_would_refuse(name: str, value: str | None) -> None:
    lack: dict[str, Any] = {name: value}
    with pytest.raises(UsageError, match=f"the customer lacks {name}, which AEx requires"):
        NewService(customer=attrs.evolve(CUSTOMER, **lack), premise_guid="G1", product_id="P1")


def test_an_order_names_everything_that_the_customer_lacks() -> None:
    with pytest.raises(UsageError, match="the customer lacks first_name, last_name, email, username, mobile_number,"):
        NewService(customer=Customer(id="C1"), premise_guid="G1", product_id="P1")


def test_an_order_refuses_a_customer_with_a_number_that_is_none_of_text() -> None:
    lack: dict[str, Any] = {"mobile_number": 825550100}
    with pytest.raises(UsageError, match=r"^customer\.mobile_number must be text, not int$"):
        NewService(customer=attrs.evolve(CUSTOMER, **lack), premise_guid="G1", product_id="P1")


@pytest.mark.fault("M13", "M15")
@pytest.mark.parametrize(
    "customer", [None, {"id": "canary"}, "canary", NewCustomer(**NEW), Premise(id="canary")], ids=repr
)
def test_an_order_refuses_what_is_no_customer(customer: Any) -> None:
    with pytest.raises(UsageError, match=r"^customer must be a Customer, not ") as caught:
        NewService(customer=customer, premise_guid="G1", product_id="P1")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", ["premise_guid", "product_id"])
@pytest.mark.parametrize("value", [None, 1616056, "", "a/b", "canary\n", True])
def test_an_order_refuses_what_is_no_id(name: str, value: Any) -> None:
    ids: dict[str, Any] = {"premise_guid": "G1", "product_id": "P1", name: value}
    with pytest.raises(UsageError, match=f"^{name} must be ") as caught:
        NewService(customer=CUSTOMER, **ids)
    assert "canary" not in str(caught.value)


@pytest.mark.fault("M9")
@pytest.mark.parametrize("cls", [*MODELS, *BUILT, Page], ids=lambda cls: cls.__name__)
def test_a_model_takes_its_fields_by_name_alone(cls: type[Any]) -> None:
    with pytest.raises(TypeError, match="positional"):
        cls("X")
    with pytest.raises(TypeError, match="unexpected keyword"):
        cls(colour="red")


@pytest.mark.fault("M10")
@every_model
def test_a_model_cannot_be_changed(cls: type[Any]) -> None:
    model = fill(cls)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        model.extra = {}
    with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
        model.colour = "red"


@pytest.mark.parametrize("reference", [None, "R1", "2024-10-17_a"])
@pytest.mark.parametrize("customer", [CUSTOMER, NewCustomer(**NEW)], ids=["known", "new"])
def test_what_is_to_be_placed_has_a_customer_two_ids_and_perhaps_a_reference(
    customer: Customer | NewCustomer, reference: str | None
) -> None:
    order = Order(customer=customer, premise_guid="G1", product_id="P1", reference=reference)
    assert (order.customer, order.reference) == (customer, reference)
    assert not any(text in repr(order) for text in ("j@example.com", "jane@example.com", "correct horse", "4242"))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"customer": {"id": "canary"}},
            "customer must be a Customer, such as get_customer reads, or a NewCustomer, not dict",
        ),
        ({"customer": None}, "customer must be a Customer, such as get_customer reads, or a NewCustomer, not NoneType"),
        ({"customer": Customer(id="canary")}, "the customer lacks first_name"),
        ({"premise_guid": 1616056}, "premise_guid must be text"),
        ({"premise_guid": "../canary"}, "premise_guid must be an id"),
        ({"product_id": ""}, "product_id must be an id"),
        ({"reference": ""}, "reference must be an id"),
        ({"reference": "canary one"}, "reference must be an id"),
        ({"reference": 5}, "reference must be text"),
    ],
)
def test_what_cannot_be_placed_is_refused_at_once(wrong: dict[str, Any], message: str) -> None:
    parts: dict[str, Any] = {"customer": CUSTOMER, "premise_guid": "G1", "product_id": "P1", **wrong}
    with pytest.raises(UsageError) as caught:
        Order(**parts)
    assert str(caught.value).startswith(message)
    assert "canary" not in str(caught.value)


# What is shown

PRIVATE = ("password", "email", "username", "pppoe", "wifi", "mobile", "home_number", "work_number", "fax", "identity")


@pytest.mark.fault("S1")
@every_model
def test_a_repr_hides_whatever_is_private(cls: type[Any]) -> None:
    shown = repr(fill(cls))
    leaks = [item.name for item in attrs.fields(cls) if any(word in item.name for word in PRIVATE)]
    assert [name for name in leaks if f"canary-{name}" in shown] == []


@pytest.mark.parametrize(
    ("cls", "names"),
    [
        (
            Customer,
            "email username mobile_number home_number work_number fax_number alternative_number identity_number",
        ),
        (Customer, "comments"),
        (
            Service,
            "pppoe_username pppoe_password pppoe_ip_address pppoe_v6_address wifi_username wifi_password config_info",
        ),
        (NewCustomer, "email password mobile_number home_number username"),
    ],
    ids=["customer", "comments", "service", "new customer"],
)
def test_these_fields_are_never_shown(cls: type[Any], names: str) -> None:
    values = {name: f"{name}@canary" for name in names.split()}
    known = {item.name: "X" for item in attrs.fields(cls) if item.default is attrs.NOTHING}
    model = cls(**{**known, **values})
    assert [getattr(model, name) for name in values] == list(values.values())
    for shown in (repr(model), str(model), f"{model}", repr([model]), repr(Page(number=1, items=[model]))):
        assert "canary" not in shown


@every_model
def test_keys_that_a_model_does_not_know_are_not_shown(cls: type[Any]) -> None:
    shown = repr(attrs.evolve(fill(cls), extra={"new_key": "new value"}))
    assert "new_key" not in shown
    assert "new value" not in shown


def test_an_order_shows_its_ids_and_no_secret() -> None:
    order = NewService(customer=CUSTOMER, premise_guid="G1", product_id="P1")
    assert "premise_guid='G1', product_id='P1'" in repr(order)
    assert not any(text in repr(order) for text in ("j@example.com", "0820004242", "'jane'"))


def test_a_repr_shows_what_identifies_and_what_is_known() -> None:
    assert repr(Premise(id="P1", city="Durban", latitude=-29.5)) == "Premise(id='P1', latitude=-29.5, city='Durban')"


@pytest.mark.fault("S16")
def test_a_repr_escapes_what_could_forge_a_log() -> None:
    shown = repr(Premise(id="P1", name="a\nb\x1b[1m\u202e\0"))
    assert shown.isprintable()
    assert r"a\nb\x1b[1m\u202e\x00" in shown


# How models compare


@every_model
def test_equal_fields_make_equal_models(cls: type[Any]) -> None:
    assert fill(cls) == fill(cls)
    assert hash(fill(cls)) == hash(fill(cls))


@every_model
def test_any_other_field_makes_another_model(cls: type[Any]) -> None:
    model = fill(cls)
    names = [item.name for item in attrs.fields(cls)]
    assert [name for name in names if attrs.evolve(model, **{name: {"other": 1}}) == model] == []


def test_models_of_two_classes_are_never_equal() -> None:
    assert models.CustomerRef(id="X") != Customer(id="X")
    assert Premise(id="X") != Service(id="X")
    assert Premise(id="X") != "X"


@every_model
def test_keys_that_a_model_does_not_know_do_not_hinder_hashing(cls: type[Any]) -> None:
    assert len({attrs.evolve(fill(cls), extra={"new": []}), attrs.evolve(fill(cls), extra={"new": []})}) == 1


@pytest.mark.fault("S20")
@every_model
def test_a_model_pickles_and_copies(cls: type[Any]) -> None:
    model = attrs.evolve(fill(cls), extra={"new": [1, None]})
    assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - our own pickle
    assert copy.deepcopy(model) == model


def test_two_models_share_no_extra() -> None:
    assert Premise(id="A").extra is not Premise(id="A").extra


def test_money_and_moments_keep_their_types() -> None:
    price = models.Price(id="P", value=Decimal("477.3913"))
    order = models.WorkOrder(id="W", created_at=datetime(2024, 10, 16, 13, 5, 30, tzinfo=UTC))
    assert repr(price) == "Price(id='P', value=Decimal('477.3913'))"
    assert "tzinfo=datetime.timezone.utc" in repr(order)


def test_a_page_holds_its_rows() -> None:
    page = Page(number=2, items=[Premise(id="A")])
    assert (page.number, page.items, page.total) == (2, [Premise(id="A")], None)


def test_every_model_is_exported() -> None:
    assert {cls.__name__ for cls in [*MODELS, *BUILT, Page]} <= set(models.__all__)
    assert sorted(models.__all__) == models.__all__


@pytest.mark.parametrize("name", models.__all__)
def test_a_model_is_what_users_import_whichever_module_it_lies_in(name: str) -> None:
    model: Any = getattr(models, name)
    if isinstance(model, type):
        assert pickle.loads(pickle.dumps(model)) is model  # noqa: S301 - our own
        # The states of an attempt are documented one by one: Sphinx reads the module that they say they are of.
        assert model.__module__ == ("aex_async.models.orders" if name == "AttemptState" else "aex_async.models")
    if attrs.has(model):
        assert get_type_hints(model.__init__).keys() == {*signature(model).parameters, "return"}


def test_all_that_a_package_has_to_give_is_listed_before_it_is_loaded() -> None:
    code = "import aex_async; print({*aex_async.__all__} <= {*dir(aex_async)}, 'Order' in dir(aex_async.models))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert shown.stdout == "True True\n"
