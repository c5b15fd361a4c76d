"""What each `POST` answers, with what it would write."""

import re
from typing import Any

import msgspec
from attrs import evolve

from aex_async.sandbox._exchange import ProblemError, Request, Response, json_response, not_authenticated
from aex_async.sandbox._rows import CustomerRecord
from aex_async.sandbox._state import State

_REQUIRED_OF_CUSTOMERS = ("first_name", "last_name", "email", "password", "mobile_number")
_OPTIONAL_OF_CUSTOMERS = ("username", "home_number")
_REQUIRED_OF_ORDERS = (
    *(("customer", name) for name in ("id", "first_name", "last_name", "email", "username", "mobile_number")),
    ("premise", "external_reference"),
    ("service", "product_id"),
)
_IDS_OF_ORDERS = (("customer", "id"), ("premise", "external_reference"), ("service", "product_id"))
_EMAIL = re.compile(r"[^@ \t\n\r\f\v]+@[^@ \t\n\r\f\v]+")
_BLANKS = " \t\n\r\f\v"  # of ASCII alone, as the description has it


def create_customer(state: State, request: Request) -> Response:
    """Sign somebody up: a 201 without a body (step 1), whose `Location` may name the id."""
    fields = _read_customer(_decoded(request.body, "customer")["customer"], state)
    customer_id, commit = state.plan_customer(fields)
    location = (b"location", f"{request.base}/customers/{customer_id}".encode())
    return Response(201, (location,) if state.oddities.location_header else (), commit=commit)


def create_service(state: State, request: Request) -> Response:
    """Place an order; bad data is answered like a bad token (step 5, 400)."""
    try:
        customer_id, premise_guid, product_id = _read_order(request.body, state)
    except ProblemError:
        if state.oddities.bad_order_is_401:
            raise not_authenticated() from None
        raise
    service_id, commit = state.plan_order(customer_id, premise_guid, product_id)
    echo = {
        "customer": {"id": customer_id},
        "premise": {"external_reference": premise_guid},
        # The sample's service_id equals the posted product_id (step 5, 201).
        "service": {"service_id": product_id if state.oddities.service_id_is_product_id else service_id},
    }
    return evolve(json_response(201, echo), commit=commit)


def _read_customer(fields: dict[str, Any], state: State) -> CustomerRecord:
    errors = {name: ["is not present"] for name in _REQUIRED_OF_CUSTOMERS if not _text(fields, name)}
    email = _text(fields, "email")
    errors |= {name: ["is invalid"] for name in _OPTIONAL_OF_CUSTOMERS if not isinstance(fields.get(name), str | None)}
    if email and not _EMAIL.fullmatch(email):
        errors["email"] = ["is invalid"]
    if state.customers.is_taken(email):
        errors["email"] = ["is already taken"]
    if errors:
        raise ProblemError(400, errors)
    return CustomerRecord(
        fields["first_name"],
        fields["last_name"],
        email,
        _text(fields, "username") or email,
        fields["mobile_number"],
        _text(fields, "home_number") or None,
    )


def _read_order(body: bytes, state: State) -> list[str]:
    fields = _decoded(body, "customer", "premise", "service")
    texts = {key: _text(fields[key[0]], key[1]) for key in _REQUIRED_OF_ORDERS}
    errors = {".".join(key): ["is not present"] for key, text in texts.items() if not text}
    wanted = [texts[key] for key in _IDS_OF_ORDERS]
    errors = errors or state.order_errors(*wanted)
    if errors:
        raise ProblemError(400, errors)
    return wanted


def _decoded(body: bytes, *names: str) -> dict[str, dict[str, Any]]:
    """Return those objects of a body that have these names, empty if absent; what else it holds is nobody's concern."""
    try:
        fields = msgspec.json.decode(body, type=dict[str, Any])
        return msgspec.convert({name: fields.get(name, {}) for name in names}, dict[str, dict[str, Any]])
    except (msgspec.DecodeError, UnicodeDecodeError, msgspec.ValidationError, RecursionError):
        raise ProblemError(400, ["invalid JSON"]) from None


def _text(fields: dict[str, Any], name: str) -> str:
    """Return a field's text; empty if it is absent, blank or no text at all."""
    found = fields.get(name)
    return found if isinstance(found, str) and found.strip(_BLANKS) else ""
