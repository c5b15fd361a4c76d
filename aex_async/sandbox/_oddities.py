"""The switches between what the document shows, what callers have seen, what else is possible."""

import sys
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args, get_origin

from attrs import evolve, fields_dict, frozen

_LEAST: Final[Mapping[str, int]] = {"max_count": 1, "lag": 0, "premise_lag": 0}
_WANTED: Final[Mapping[type[Any] | None, str]] = {bool: "true or false", int: "a whole number"}


@frozen(kw_only=True)
class Oddities:
    """How odd the sandbox is; the defaults are what the document says or callers rely on.

    `location_header`: a 201 of `POST /customers` names the new customer. (field notes, "Ten routes")

    `service_id_is_product_id`: a placed order answers the product's id as `service_id`. (step 5, 201)

    `bad_order_is_401`: an order with bad data is answered like one with a bad token. (step 5, 400)

    `customers_answer`: a search for customers answers an envelope, one bare object, as the document shows,
    or a bare list. (step 2, 200)

    `predefined_totals`: addresses come with `page`, `count`, `total`, which the document lacks. (step 3, 200)

    `customer_services_page_keys`: a customer's services come with `page`, `count` too. ("Check customer
    service", 200)

    `service_is_premise`: `GET /services/{id}` answers the premise, as in the document. (step 7, 200)

    `unordered`: every listing is shuffled anew for each request. (field notes, "Lists")

    `two_orders`: every page comes from one of two databases, which keep opposite orders.

    `clamp_pages`: a page past the end repeats the last one instead of being empty. (field notes, "Lists")

    `ignore_page`, `ignore_count`: the server pays no heed to that parameter. (field notes, "Lists")

    `max_count`: the most rows on a page, whatever was asked for. (step 3, parameters)

    `ignore_search`: `q` is not looked at, and everything is listed. (field notes, "Lists")

    `search`: what `q` of a search for addresses is. `fuzzy`: words, each of which stands somewhere, if only within a
    longer one. `words`: whole words. `substring`: one text with its blanks and commas, in which `%` stands for any text
    and `_` for any character. (field notes, "Lists")

    `page_echo`: the number that a page calls itself by: that of the page asked for, that of the page given, or always
    the first. (field notes, "Lists")

    `total_off`: how many rows `total` counts that are not there; fewer than none hides as many.

    `session_cookie`: every answer sets `_Ditty_session`. (field notes, "Token and cookie")

    `login_redirect`: a bad token is sent to a login page unless the request accepts JSON. (field notes,
    "Errors")

    `lower_case_ids`: GUIDs are printed in lower case, as sibling systems do. (field notes, "Identifiers")

    `braced_ids`: GUIDs are printed in braces, and understood so. (field notes, "Identifiers")

    `error_shape`: the body of a 400: texts by field, one text by field, a list, or one `error`. (field notes,
    "Errors")

    `code_mismatch`: the `code` in an error's body disagrees with the status. (field notes, "Errors")

    `errors_as_success`: an error comes with the status 200 and beside an empty list, as some gateways pass it on.

    `lag`: how many seconds lists of customers, services, changes and work orders trail behind a write; those of
    premises and addresses do not, nor does a look-up by id.

    `premise_lag`: how many seconds after an order its premise is still a 404.

    `foreign_rows`: a customer's services come with one of another customer's.

    `merged_customers`: what was ordered here stands in its customer's list as another customer's, as after a merger.

    `revived_services`: who orders what they had at an address, and cancelled, gets the old service back under its id.

    `upgraded_services`: who orders something else at an address where they have a service gets that one changed.

    `hidden_ends`: a customer's services lack those that were cancelled.

    `blank_references`: the `external_reference` of a premise is a blank.

    `odd_values`: what a service's rows may lack, its product among it, comes in forms that nobody foresaw.

    `dates`: how moments are printed: with an offset, with `UTC`, as `DateTime` does, with milliseconds, or as a mere
    date. (field notes, "Values")

    `bad_token_is_404`: a read by id with a bad token is a 404; lists and writes are 401. (field notes, "Errors")
    """

    location_header: bool = True
    service_id_is_product_id: bool = True
    bad_order_is_401: bool = True
    customers_answer: Literal["envelope", "object", "list"] = "envelope"
    predefined_totals: bool = False
    customer_services_page_keys: bool = False
    service_is_premise: bool = False
    unordered: bool = False
    two_orders: bool = False
    clamp_pages: bool = False
    ignore_page: bool = False
    ignore_count: bool = False
    max_count: int = 100
    ignore_search: bool = False
    search: Literal["fuzzy", "substring", "words"] = "fuzzy"
    page_echo: Literal["asked", "given", "first"] = "asked"
    total_off: int = 0
    session_cookie: bool = True
    login_redirect: bool = False
    lower_case_ids: bool = False
    braced_ids: bool = False
    error_shape: Literal["fields", "texts", "list", "error"] = "fields"
    code_mismatch: bool = False
    errors_as_success: bool = False
    lag: float = 0.0
    premise_lag: float = 0.0
    foreign_rows: bool = False
    merged_customers: bool = False
    revived_services: bool = False
    upgraded_services: bool = False
    hidden_ends: bool = False
    blank_references: bool = False
    odd_values: bool = False
    dates: Literal["offset", "utc", "iso", "milliseconds", "date"] = "offset"
    bad_token_is_404: bool = False

    def __attrs_post_init__(self) -> None:
        for name in fields_dict(Oddities):
            check_oddity(name, getattr(self, name))

    def changed(self, values: Mapping[str, Any]) -> "Oddities":
        """Return these oddities with other `values` by name; raises `ValueError` for what none takes."""
        for name, value in values.items():
            check_oddity(name, value)
        return evolve(self, **values)


def check_oddity(name: str, value: object) -> None:
    """Raise `ValueError` unless there is such an oddity, which takes such a value."""
    field = fields_dict(Oddities).get(name)
    if field is None:
        raise ValueError(f"there is no oddity {name!r}: one of {', '.join(fields_dict(Oddities))}")
    if get_origin(field.type) is Literal:
        fits, wanted = value in get_args(field.type), " or ".join(map(repr, get_args(field.type)))
    else:
        fits = type(value) in ((int, float) if field.type is float else (field.type,))
        wanted = _WANTED.get(field.type, "a number")
    if fits and name in _LEAST:
        fits, wanted = _LEAST[name] <= value <= sys.float_info.max, f"{_LEAST[name]} at least"  # type: ignore[operator]
    if not fits:
        raise ValueError(f"the oddity {name!r} is {wanted}, not {value!r}")
