"""The calls of a client that orders are made of: what decides an order is read past every cache."""

import math
from collections.abc import AsyncGenerator, Awaitable, Callable

from attrs import evolve, frozen

from aex_async._arguments import check_id, check_q, make_segment
from aex_async._client_calls import ClientCalls
from aex_async._codec import describe_service
from aex_async._http.calls import Progress
from aex_async._listing.listing import Listing
from aex_async._orders.customers import People
from aex_async._orders.service_reader import ServiceReader
from aex_async.errors import AuthenticationError
from aex_async.models import CreatedService, Customer, NewCustomer, NewService, Page, Premise, Service

SignUp = Callable[[NewCustomer], Awaitable[str | None]]


@frozen
class OrderCalls:
    """The calls of a client that ordering is made of."""

    people: People
    reader: ServiceReader
    create_service: Callable[[NewService, Progress, float], Awaitable[CreatedService]]


def make_order_calls(calls: ClientCalls, sign_up: SignUp) -> OrderCalls:
    """Return the calls of the client whose `calls` these are."""

    def read_services(customer_id: str, start_page: int) -> AsyncGenerator[Page[Service], None]:
        path = f"/customers/{make_segment(check_id(customer_id, 'customer_id'))}/services"
        return calls.listing(path, {}, Service, {"start_page": start_page}, uncached=True, current=True).by_page()

    async def get_premise(premise_id: str) -> Premise:
        return await calls.read_one("premises", check_id(premise_id, "premise_id"), Premise, uncached=True)

    async def create(service: NewService, progress: Progress, seconds: float) -> CreatedService:
        return await create_service(calls, service, progress, seconds)

    return OrderCalls(
        people=make_people(calls, sign_up),
        reader=ServiceReader(read_services, get_premise, calls.check_token),
        create_service=create,
    )


def make_people(calls: ClientCalls, sign_up: SignUp) -> People:
    """Return those of them that are about customers."""

    def search(q: str) -> Listing[Customer]:
        return calls.listing("/customers", {"q": check_q(q)}, Customer, {}, uncached=True, bare=True)

    async def get(customer_id: str) -> Customer:
        return await calls.read_one("customers", check_id(customer_id, "customer_id"), Customer, uncached=True)

    return People(search=search, sign_up=sign_up, get=get)


async def create_service(
    calls: ClientCalls, service: NewService, progress: Progress, seconds: float = math.inf
) -> CreatedService:
    """Order a service once, and return AEx's echo of the order; a 401 is told from a refusal of the token."""
    call = calls.describe("POST", "/services/full", json=describe_service(service, calls.codec.write))
    limit = min(math.inf if call.timeout is None else call.timeout, seconds)
    call = evolve(call, timeout=None if limit == math.inf else max(limit, 0.0))
    try:
        echo = await calls.read_echo(call, progress)
    except AuthenticationError as error:
        refusal = error
    else:
        return echo
    raise await calls.calls.judge_refusal(refusal, progress.deadline, calls.timeout, calls.attempts)
