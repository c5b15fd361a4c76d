"""What was really written, for tests to compare with what a client believes."""

from typing import Literal, TypeAlias

from attrs import frozen

Actor: TypeAlias = Literal["client", "foreign"]
"""Who wrote: somebody through the API, or somebody else behind its back."""


@frozen(kw_only=True)
class LedgerEntry:
    """One write that took place; no secret, nothing about a person.

    `id` is the new customer's or service's. `at` is in seconds since the sandbox began.
    """

    kind: Literal["customer", "service"]
    id: str
    customer_id: str
    premise_guid: str | None = None
    product_id: str | None = None
    at: float = 0.0
    by: Actor = "client"


@frozen
class RequestRecord:
    """One request that arrived; `status` is `None` if no status line was sent back whole."""

    method: str
    path: str
    status: int | None
