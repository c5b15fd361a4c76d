"""What the two writes of the ISP flow send."""

from collections.abc import Callable
from typing import Any

from aex_async.errors import UsageError
from aex_async.models import Customer, NewCustomer, NewService

Write = Callable[[Customer | NewCustomer], dict[str, Any]]
"""What makes plain JSON of a model: the converter, which a user's hook may have a word in."""

# In the order of the document's samples.
_SIGNING_UP = ("first_name", "last_name", "email", "username", "password", "mobile_number", "home_number")
_ORDERING = ("id", "first_name", "last_name", "email", "username", "mobile_number")


def describe_customer(new: NewCustomer, write: Write) -> dict[str, Any]:
    """Return the body of `POST /customers` (ISP flow, step 1); what is `None` stays out."""
    plain = write(new)
    names = [*(name for name in _SIGNING_UP if name in plain), *(name for name in plain if name not in _SIGNING_UP)]
    return {"customer": {name: plain[name] for name in names if plain[name] is not None}}


def describe_service(new: NewService, write: Write) -> dict[str, Any]:
    """Return the body of `POST /services/full` (ISP flow, step 5)."""
    customer = write(new.customer)
    # What a customer without an id would become at AEx, nobody knows; a new one, at worst.
    if missing := [name for name in _ORDERING if not customer.get(name)]:
        raise UsageError(f"the converter's hook for Customer leaves out {', '.join(missing)}, which AEx requires")
    return {
        "customer": {name: customer[name] for name in _ORDERING},
        "premise": {"external_reference": new.premise_guid},
        "service": {"product_id": new.product_id},
    }
