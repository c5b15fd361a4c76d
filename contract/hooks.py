"""What schemathesis has to know of AEx beyond its description."""

import itertools
from typing import Any, TypeAlias

import schemathesis

_Case: TypeAlias = "schemathesis.Case[Any]"

_numbers = itertools.count(1)


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType] - typed in part
def before_call(_: schemathesis.HookContext, case: _Case, __: dict[str, Any]) -> None:
    """Give everybody who signs up an e-mail of their own: a taken one is a 400 that no schema can foresee."""
    body = case.body
    if case.operation.label != "POST /customers" or not isinstance(body, dict):
        return
    customer = body.get("customer")
    email = customer.get("email") if isinstance(customer, dict) else None
    if isinstance(customer, dict) and isinstance(email, str) and "@" in email:
        case.body = {**body, "customer": {**customer, "email": f"{next(_numbers)}.{email}"}}
