"""Records are shown whole and exactly, but for their passwords."""

from datetime import UTC, datetime
from decimal import Decimal

from aex_async import PredefinedPremise, Price, Product, Service
from aex_async.cli.json_output import HIDDEN, describe
from aex_async.cli.records import show_premise, show_product, show_record

SERVICE = Service(
    id="S-1",
    pppoe_password="secret-1",
    wifi_password="secret-2",
    config_info="<psk>secret-3</psk>",
    created_at=datetime(2024, 10, 8, 13, 5, tzinfo=UTC),
    extra={"ont": {"serial": "A1", "admin_password": "secret-4", "ports": [{"passphrase": "secret-5"}, 2]}},
)
PRICES = (Price(id="P-1", currency_code="ZAR", value_incl=Decimal("549.10")), Price(id="P-2"))


def test_passwords_are_hidden_wherever_they_are() -> None:
    told = describe(SERVICE)
    assert "secret" not in repr(told)
    assert told["pppoe_password"] == told["ont"]["ports"][0]["passphrase"] == HIDDEN
    assert told["ont"]["serial"] == "A1"


def test_passwords_are_revealed_on_demand() -> None:
    told = describe(SERVICE, reveal=True)
    assert [told["pppoe_password"], told["ont"]["ports"]] == ["secret-1", [{"passphrase": "secret-5"}, 2]]


def test_a_password_that_is_not_there_is_not_hidden() -> None:
    assert describe(Service(id="S-2"))["wifi_password"] is None


def test_dates_are_iso_and_money_is_exact() -> None:
    assert describe(SERVICE)["created_at"] == "2024-10-08T13:05:00+00:00"
    assert describe(Product(id="X", pricing=PRICES))["pricing"][0]["value_incl"] == Decimal("549.10")


def test_people_see_what_is_not_null() -> None:
    shown = show_record(SERVICE)
    assert list(shown) == ["id", "pppoe_password", "wifi_password", "created_at", "config_info", "ont"]
    assert shown["ont"] == ('{"serial": "A1", "admin_password": "(hidden)", "ports": [{"passphrase": "(hidden)"}, 2]}')


def test_a_price_that_is_not_named_is_not_shown() -> None:
    assert show_product(Product(id="X", pricing=PRICES))["price incl."] == "ZAR 549.10"
    assert show_product(Product(id="X"))["price incl."] is None


def test_an_address_shows_what_an_order_names() -> None:
    shown = show_premise(PredefinedPremise(id=1, guid="G-1", full_text="1 Long Street", premise_id=""))
    assert shown == {"guid": "G-1", "address": "1 Long Street", "premise": None}
