"""What a test may ask of the sandbox's ledger: what was really written, whatever the client believes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aex_async.sandbox import LedgerEntry, Sandbox


def _is_same(wanted: str | None, found: str | None) -> bool:
    return wanted is None or (found or "").upper() == wanted.upper()


def find_orders(
    sandbox: "Sandbox",
    *,
    customer_id: str | None = None,
    premise_guid: str | None = None,
    product_id: str | None = None,
) -> "list[LedgerEntry]":
    """Return the orders of this customer, premise and product that took effect; `None` is any."""
    return [
        entry
        for entry in sandbox.ledger
        if entry.kind == "service"
        and entry.by == "client"
        and _is_same(customer_id, entry.customer_id)
        and _is_same(premise_guid, entry.premise_guid)
        and _is_same(product_id, entry.product_id)
    ]


def assert_ordered_once(
    sandbox: "Sandbox",
    *,
    customer_id: str | None = None,
    premise_guid: str | None = None,
    product_id: str | None = None,
) -> "LedgerEntry":
    """Return the one order that took effect; fail if there is none, or more than one."""
    orders = find_orders(sandbox, customer_id=customer_id, premise_guid=premise_guid, product_id=product_id)
    assert len(orders) == 1, f"{len(orders)} orders took effect, not one: {orders}"  # noqa: S101 - what it is for
    return orders[0]


def assert_nothing_ordered(sandbox: "Sandbox") -> None:
    """Fail if any order took effect."""
    orders = find_orders(sandbox)
    assert not orders, f"{len(orders)} orders took effect: {orders}"  # noqa: S101 - what it is for


def assert_signed_up_once(sandbox: "Sandbox") -> "LedgerEntry":
    """Return the one customer who was signed up; fail if there is none, or more than one."""
    signed_up = [entry for entry in sandbox.ledger if entry.kind == "customer" and entry.by == "client"]
    assert len(signed_up) == 1, f"{len(signed_up)} customers were signed up, not one"  # noqa: S101 - what it is for
    return signed_up[0]
