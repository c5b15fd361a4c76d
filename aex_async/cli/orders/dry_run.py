"""A dry run of an order: the true client, before a stand-in for AEx that notes what it is asked."""

import json
from typing import Any, Final, TypeGuard

import httpx
from attrs import define, field

from aex_async.cli.orders.request import CustomerById, OrderRequest, make_order
from aex_async.client import AsyncAExClient
from aex_async.models import NewCustomer

HIDDEN: Final = "[hidden]"
PRIVATE: Final = {"email", "first_name", "home_number", "last_name", "mobile_number", "password", "username"}


@define
class StandIn:
    """An AEx that has what the order takes. Nothing leaves this process."""

    request: OrderRequest
    host: str = field(default="", init=False)
    planned: list[dict[str, Any]] = field(factory=list[dict[str, Any]], init=False)
    """The requests that would be sent, with nothing private in them."""
    _customers: list[dict[str, str]] = field(init=False)
    _services: list[dict[str, str]] = field(factory=list[dict[str, str]], init=False)

    def __attrs_post_init__(self) -> None:
        self._customers = [] if isinstance(self.request.who, NewCustomer) else [self._person]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Note a request, and answer it."""
        why, status, answer = self._choose_answer(request.method, request.url.path.strip("/").split("/"))
        body = json.loads(request.content) if request.content else None
        path = write_path(request.url)
        self.planned.append({"why": why, "method": request.method, "path": path, "body": redact(body)})
        self.host = str(request.url.copy_with(raw_path=b"/")).rstrip("/")
        return httpx.Response(status, json=answer)

    def _choose_answer(self, method: str, segments: list[str]) -> tuple[str, int, Any]:
        match method, segments:
            case "POST", ["customers"]:
                self._customers = [self._person]
                return "Sign the customer up, if nobody has the e-mail.", 201, {}
            case "POST", _:
                self._services = [
                    {"id": "SERVICE-ID", "product_id": self.request.product_id, "premise_id": "PREMISE-ID"}
                ]
                return "Order the service: once, whatever comes back.", 201, {}
            case _, ["customers"]:
                return "Find the customer by e-mail.", 200, {"items": self._customers, "total": len(self._customers)}
            case _, ["customers", _]:
                return "Read the customer.", 200, self._person
            case _, ["premises", _]:
                premise = {"id": "PREMISE-ID", "external_reference": self.request.premise_guid}
                return "See that the new service is at the premise.", 200, premise
            case _:
                return self._choose_look(), 200, {"items": self._services, "total": len(self._services)}

    def _choose_look(self) -> str:
        if self._services:
            return "Look for the new service, until it shows."
        return "See what the customer has: if it is this already, nothing is ordered."

    @property
    def _person(self) -> dict[str, str]:
        """Return the customer; whatever is private is hidden in the end anyway."""
        who = self.request.who
        names = ("first_name", "last_name", "username", "mobile_number")
        person = {name: getattr(who, name, None) or HIDDEN for name in names}
        if isinstance(who, CustomerById):
            return {**person, "id": who.id, "email": HIDDEN}
        return {**person, "id": "CUSTOMER-ID", "email": who.email}


async def run_dry(request: OrderRequest, base_url: str | None) -> StandIn:
    """Place an order with nobody, and return the stand-in, which knows what it was asked."""
    stand_in = StandIn(request)
    transport = httpx.MockTransport(stand_in.answer)
    async with AsyncAExClient("dry-run", base_url=base_url, transport=transport) as aex:
        await aex.place_order(await make_order(aex, request))
    return stand_in


def describe_plan(stand_in: StandIn) -> dict[str, Any]:
    """Return for programs what would be sent."""
    return {"outcome": "dry_run", "host": stand_in.host, "requests": stand_in.planned}


def show_plan(stand_in: StandIn) -> str:
    """Return for people what would be sent, the first at the head."""
    lines = [f"Nothing was sent. This would go to {stand_in.host}, in this order:"]
    for number, request in enumerate(stand_in.planned, 1):
        lines += ["", f"{number}. {request['method']} {request['path']}", f"   {request['why']}"]
        lines += [] if request["body"] is None else [f"   {json.dumps(request['body'])}"]
    return "\n".join(lines)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def redact(value: Any) -> Any:
    """Return plain JSON with everything about a person hidden."""
    if is_object(value):
        return {name: HIDDEN if name in PRIVATE else redact(inner) for name, inner in value.items()}
    return value


def write_path(url: httpx.URL) -> str:
    """Return path and query, without what is searched for: an e-mail."""
    query = "&".join(f"{name}={HIDDEN if name == 'q' else value}" for name, value in url.params.items())
    return f"{url.path}?{query}" if query else url.path
