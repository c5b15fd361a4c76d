"""What each `GET` answers."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from aex_async.sandbox._addresses import area_at
from aex_async.sandbox._exchange import ProblemError, Request, Response, Row, json_response, not_found
from aex_async.sandbox._listings import envelope, like, parameters, search_text
from aex_async.sandbox._products import OFFERED, PRODUCTS
from aex_async.sandbox._rows import last_moment, read_moment
from aex_async.sandbox._state import State

# The document asks for floats; an exponent such as 1e-05 is none to this server (field notes, "Ten routes").
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,40})?", re.ASCII)

_ODD_VALUES: Row = {"created_at": "yesterday", "cancelled_date": "2024-01-02", "status_id": "two", "port_number": [1]}


def customers(state: State, request: Request) -> Row | Response:
    """Search the customers; a blank `q` finds everybody."""
    wanted = parameters(request.query)
    matches = like(search_text(wanted, state.oddities))
    page = _page(state, state.caught_up(state.customers.search(matches)), wanted)
    if state.oddities.customers_answer == "object":
        return _found(next(iter(page["items"]), None))
    if state.oddities.customers_answer == "list":
        return json_response(200, page["items"])
    return page


def customer(state: State, _: Request, customer_id: str) -> Row:
    """Show one customer."""
    return _found(state.customers.find(customer_id))


def predefined_premises(state: State, request: Request) -> Row:
    """Search the addresses for every word of `q`; what is found need not equal the query (step 3, 200)."""
    wanted = parameters(request.query)
    found = state.search_places(search_text(wanted, state.oddities))
    page = envelope(found, wanted, state.oddities, state.chance, state.predefined_row)
    return page if state.oddities.predefined_totals else {"items": page["items"]}


def available_products(_: State, __: Request, latitude: str, longitude: str) -> Row:
    """List the products offered at a point, all at once."""
    area = area_at(_degrees("latitude", latitude, 90), _degrees("longitude", longitude, 180))
    return {"items": [PRODUCTS[key] for key in OFFERED[area.id]] if area else []}


def product(_: State, __: Request, product_id: str) -> Row:
    """Show one product."""
    return _found(PRODUCTS.get(product_id.upper()))


def premise(state: State, _: Request, premise_id: str) -> Row:
    """Show one premise."""
    row = _found(None if state.hides(premise_id) else state.installations.premise(premise_id))
    return {**row, "external_reference": " "} if state.oddities.blank_references else row


def premises(state: State, request: Request) -> Row:
    """List the premises, those updated since if asked so."""
    return _updated_page(state, request, state.installations.premises())


def service(state: State, _: Request, service_id: str) -> Row:
    """Show one service with the text `status` that list rows lack (field notes), or its premise (step 7)."""
    row = _found(state.installations.service(service_id, state.now()))
    if state.oddities.service_is_premise:
        return _found(state.installations.premise(row["premise_id"]))
    return _with_status(state, row)


def service_in_full(state: State, _: Request, service_id: str) -> Row:
    """Show one service with its premise and its product, in the shape that a published caller reads."""
    row = _found(state.installations.service(service_id, state.now()))
    return {
        "full_service": {
            "service": _with_status(state, row),
            "premise": _found(state.installations.premise(row["premise_id"])),
            "isp_product": PRODUCTS[row["product_id"]],
        }
    }


def services(state: State, request: Request) -> Row:
    """List the services, by premise, by any text in them, by the moment of their last update."""
    wanted = parameters(request.query)
    at, matches = wanted.get("premise", "").upper(), like(search_text(wanted, state.oddities))
    rows = state.caught_up(state.installations.services(state.now()))
    found = (row for row in rows if at in ("", row["premise_id"]) and _any_text(row, matches))
    return _updated_page(state, request, found)


def service_changes(state: State, request: Request) -> Row:
    """List the changes from one service to another; several may share an `id` (field notes, "Ten routes")."""
    return _updated_page(state, request, state.caught_up(state.installations.changes(), "new_service_id"))


def customer_services(state: State, request: Request, customer_id: str) -> Row:
    """List a customer's services, with a `total` alone as the document shows."""
    owner = _found(state.customers.find(customer_id))
    merged = state.oddities.merged_customers
    own = state.list_merged(owner["id"]) if merged else state.installations.services_of(owner["id"], state.now())
    rows = state.caught_up(own)
    if state.oddities.hidden_ends:
        rows = [row for row in rows if not row["cancelled"]]
    if state.oddities.foreign_rows:
        others = [row for row in state.installations.services(state.now()) if row["customer_id"] != owner["id"]]
        rows = [*others[-1:], *rows]
    if state.oddities.odd_values:
        rows = [{**row, **_ODD_VALUES, "product_id": {"id": row["product_id"]}} for row in rows]
    page = _page(state, rows, parameters(request.query))
    if state.oddities.customer_services_page_keys:
        return page
    return {"items": page["items"], "total": page["total"]}


def work_orders(state: State, request: Request) -> Row:
    """List the work orders of a service, or all of them."""
    wanted = parameters(request.query)
    if "service" not in wanted:
        rows = state.installations.work_orders(state.now())
    else:
        _found(state.installations.service(wanted["service"], state.now()))
        rows = state.installations.work_orders_of(wanted["service"], state.now())
    return _page(state, state.caught_up(rows, "service_id"), wanted)


def work_order(state: State, _: Request, work_order_id: str) -> Row:
    """Show one work order."""
    return _found(state.installations.work_order(work_order_id, state.now()))


def _page(state: State, rows: list[Row], wanted: dict[str, str]) -> Row:
    return envelope(rows, wanted, state.oddities, state.chance, lambda row: row)


def _with_status(state: State, row: Row) -> Row:
    return {**row, "status": state.installations.stage(row["id"], state.now()).service_status}


def _updated_page(state: State, request: Request, rows: Iterable[Row]) -> Row:
    wanted = parameters(request.query)
    since = _wanted_moment(wanted["updated_after"]) if "updated_after" in wanted else None
    return _page(state, [row for row in rows if since is None or last_moment(row) >= since], wanted)


def _found(row: Row | None) -> Row:
    if row is None:
        raise not_found()
    return row


def _any_text(row: Row, matches: Callable[[str], bool]) -> bool:
    return any(isinstance(value, str) and matches(value.casefold()) for value in row.values())


def _wanted_moment(text: str) -> datetime:
    try:
        return read_moment(text)
    except ValueError:
        raise ProblemError(400, {"updated_after": ["is invalid"]}) from None


def _degrees(name: str, text: str, limit: int) -> float:
    if not _DEGREES.fullmatch(text) or abs(float(text)) > limit:
        raise ProblemError(400, {name: ["is invalid"]})
    return float(text)
