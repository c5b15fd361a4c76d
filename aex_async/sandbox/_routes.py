"""The routes: which request is answered with what, with their OpenAPI description."""

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any, TypeAlias, cast

from attrs import frozen

from aex_async.sandbox import _reads as reads
from aex_async.sandbox import _writes as writes
from aex_async.sandbox._exchange import Request, Response, Row, not_found
from aex_async.sandbox._state import State

Answering: TypeAlias = Callable[..., Row | Response]
"""Takes the state, the request, the segments behind the `*`; returns the answer, or the body of a 200."""


Description: TypeAlias = dict[str, Any]


@frozen
class Route:
    """One method with one path, in which `*` stands for any single segment."""

    method: str
    path: str
    answer: Answering

    @property
    def name(self) -> str:
        """The route as people write it, such as `GET /premises/*`."""
        return f"{self.method} {self.path}"


def _unknown(_: State, __: Request) -> Row:
    raise not_found()


TABLE = (
    # The ISP flow, in the order of the document.
    Route("POST", "/customers", writes.create_customer),
    Route("GET", "/customers", reads.customers),
    Route("GET", "/customers/*", reads.customer),
    Route("GET", "/predefined-premises", reads.predefined_premises),
    Route("GET", "/products/availability/*/*", reads.available_products),
    Route("POST", "/services/full", writes.create_service),
    Route("GET", "/premises/*", reads.premise),
    Route("GET", "/services/*", reads.service),
    Route("GET", "/customers/*/services", reads.customer_services),
    Route("GET", "/work-orders", reads.work_orders),
    # "Undocumented but in use" (field notes, "Ten routes").
    Route("GET", "/premises", reads.premises),
    Route("GET", "/services", reads.services),
    Route("GET", "/services/*/full", reads.service_in_full),
    Route("GET", "/service-changes", reads.service_changes),
    Route("GET", "/products/*", reads.product),
    Route("GET", "/work-orders/*", reads.work_order),
)
_UNKNOWN = Route("*", "*", _unknown)


def _by_shape() -> dict[tuple[str, int], list[tuple[Route, tuple[str, ...]]]]:
    shapes: dict[tuple[str, int], list[tuple[Route, tuple[str, ...]]]] = {}
    for route in TABLE:
        parts = tuple(route.path.split("/"))
        shapes.setdefault((route.method, len(parts)), []).append((route, parts))
    return shapes


_SHAPES = _by_shape()


def find_route(method: str, path: str) -> tuple[Route, list[str]]:
    """Return the route for a request with the segments its `*` stand for; an unknown one answers 404."""
    segments = path.split("/")
    for route, parts in _SHAPES.get((method, len(segments)), ()):
        pairs = list(zip(parts, segments, strict=True))
        if all(part in ("*", segment) for part, segment in pairs):
            return route, [segment for part, segment in pairs if part == "*"]
    return _UNKNOWN, []


def read_description() -> Description:
    """Return the OpenAPI 3.1 description of all routes, as it is shipped; a new copy at each call.

    `x-aex-known-from` says of a route how it is known. `x-aex-open` lists readings that remain open, some with the name
    of the oddity under which a sandbox shows them.
    """
    return cast(Description, json.loads(files("aex_async.sandbox").joinpath("openapi.json").read_bytes()))
