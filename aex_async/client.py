"""The client: a coroutine for every route of AEx's ISP flow, a `Listing` for every list.

The route of one call, of which each step is one frame::

    get_premise           names the route
      ClientCalls.read         decodes the answer, and sees whether it is the one asked for  (_client_calls)
        Calls.run         deadline, lane, tries, waits                                  (_http/calls)
          Lane.exchange   one try on one connection                                     (_http/lanes)
            httpx         the transport
"""

import os
import ssl
import warnings
from collections.abc import Awaitable, Callable, Hashable, Mapping
from datetime import datetime
from functools import cache, partial
from types import EllipsisType, TracebackType
from typing import Any, Final, NoReturn, Self, TypeVar, Unpack, overload

import httpx
from attrs import AttrsInstance

from aex_async import _codec, _orders, models
from aex_async._arguments import (
    check_base_url,
    check_degrees,
    check_email,
    check_flag,
    check_id,
    check_model,
    check_moment,
    check_params,
    check_point,
    check_q,
    check_seconds,
    check_wait,
    check_whole,
    make_segment,
    same_id,
)
from aex_async._bulk.for_each import Inputs
from aex_async._bulk.lookups import Lookups, gather
from aex_async._client_calls import ClientCalls
from aex_async._http.calls import Calls, Progress
from aex_async._http.credentials import Credentials, TokenSource, find_token
from aex_async._http.engines import choose_engine
from aex_async._http.lanes import Lanes
from aex_async._http.observing import OnTry, Work, check_on_try
from aex_async._http.responses import read_new_id
from aex_async._listing.listing import Listing, ListingOptions
from aex_async.errors import (
    AExError,
    ClientClosedError,
    UsageError,
)

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
M = TypeVar("M", bound=AttrsInstance)

PREPROD: Final = "https://preprod.fno.dev.aex.systems"
"""Pre-production, the only host that the document names."""

PRODUCTION_US: Final = "https://fno.national-us.aex.systems"
"""Production, United States (field notes)."""

PRODUCTION_ZA: Final = "https://api.fno.za.aex.systems"
"""Production, South Africa (field notes)."""


class AsyncAExClient:
    """AEx's ISP flow, for asyncio and trio. Any number of tasks of one event loop may use one client.

    `token` is text, or a function, plain or async, that returns it; a function is asked once, and again after AEx
    refused its answer. `token`, `base_url` and `session_cookie` fall back to `AEX_TOKEN`, `AEX_BASE_URL` and
    `AEX_SESSION_COOKIE`, and `base_url` finally to pre-production.

    `timeout` is seconds for a whole call, repeats and waits included, `order_timeout` the same for a write; `None` is
    no limit. `attempts` bounds the tries of a GET; a write is tried again only if it provably never left.
    `max_connections` is how many requests may be in flight; further callers wait their turn.

    Every try goes through an `httpx.AsyncClient`: one of its own, or `http_client`, which is used as it is and stays
    open. For one of its own, `proxy` is a URL, `verify` is `True`, the path of a CA bundle or an `ssl.SSLContext`, and
    `trust_env` says whether HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR are read. `transport` takes the place
    of all of them: requests go to it directly, and the client closes it.

    `on_try`, a function, plain or async, is called with each `Try`: the time it takes counts towards the call's, but an
    answer that came before is not lost by it. What it raises is logged.

    `strict` decides what happens to a value that does not fit its optional field. By default only that value is lost:
    the attribute is `None`, `extra` has the value as it came, and the log gets a line per class and field, without the
    value. With `strict` it is an `UnexpectedAnswerError`. Identity must fit either way. `converter` is one made by
    `make_converter()`, with hooks of your own, which apply wherever a model is read or written.

    `UsageError` is raised here for whatever cannot work. Every call can raise any `AExError`.
    """

    _first: "AsyncAExClient"  # of a twin alone

    def __init__(
        self,
        token: TokenSource | None = None,
        *,
        base_url: str | None = None,
        session_cookie: str | None = None,
        timeout: float | None = 30.0,
        order_timeout: float | None = 180.0,
        attempts: int = 3,
        max_connections: int = 20,
        strict: bool = False,
        converter: "_codec.Converter | None" = None,
        on_try: OnTry | None = None,
        http_client: httpx.AsyncClient | None = None,
        proxy: str | None = None,
        verify: bool | str | os.PathLike[str] | ssl.SSLContext = True,
        trust_env: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        url = check_base_url((os.environ.get("AEX_BASE_URL") or PREPROD) if base_url is None else base_url)
        credentials = Credentials(
            find_token() if token is None else token,
            (os.environ.get("AEX_SESSION_COOKIE") or None) if session_cookie is None else session_cookie,
        )
        engine = choose_engine(
            url, http_client=http_client, transport=transport, proxy=proxy, verify=verify, trust_env=trust_env
        )
        lanes = Lanes(check_whole(max_connections, "max_connections", 1, 1000), engine)
        self._calls = Calls(url, lanes, credentials, on_try=check_on_try(on_try))
        codec = _codec.Codec(converter, strict=check_flag(strict, "strict"))
        self._api = ClientCalls(self._calls, codec, timeout=timeout, order_timeout=order_timeout, attempts=attempts)
        self._owner = True
        self._open_journal = cache(lambda: _orders.OrderJournal(":memory:"))

    # Step 1: customer sign-up

    async def create_customer(self, customer: "models.NewCustomer") -> str | None:
        """Sign a customer up with `POST /customers` and return the new id if AEx names it, else `None`.

        Raises `EmailTakenError` if AEx knows the e-mail already. ISP flow, step 1.
        """
        check_model(customer, models.NewCustomer, "customer")
        call = self._api.describe("POST", "/customers", json=_codec.describe_customer(customer, self._api.codec.write))
        return read_new_id(await self._calls.run(call))

    # Step 2: check customer

    async def get_customer(self, customer_id: str) -> "models.Customer":
        """Return one customer from `GET /customers/{id}`. ISP flow, step 2."""
        return await self._api.read_one("customers", check_id(customer_id, "customer_id"), models.Customer)

    def customers(self, q: str, **options: Unpack[ListingOptions]) -> "Listing[models.Customer]":
        """List the customers in whose data `q` is found, by `GET /customers`. ISP flow, step 2."""
        return self._api.listing("/customers", {"q": check_q(q)}, models.Customer, options, bare=True)

    # Step 3: predefined premise lookup

    def predefined_premises(self, q: str, **options: Unpack[ListingOptions]) -> "Listing[models.PredefinedPremise]":
        """List the addresses that AEx finds for `q`, which need not match it, by `GET /predefined-premises`.

        ISP flow, step 3.
        """
        return self._api.listing("/predefined-premises", {"q": check_q(q)}, models.PredefinedPremise, options)

    # Step 4: product availability

    async def available_products(self, latitude: float, longitude: float) -> "list[models.Product]":
        """Return the products at a place, in degrees, from `GET /products/availability/{lat}/{lon}`.

        ISP flow, step 4.
        """
        place = f"{check_degrees(latitude, 'latitude', 90)}/{check_degrees(longitude, 'longitude', 180)}"
        call = self._api.describe("GET", f"/products/availability/{place}")
        return (await self._api.read_rows(call, models.Product, bare=True)).items

    # Step 5: service creation

    async def create_service(self, service: "models.NewService") -> "models.CreatedService":
        """Order a service with `POST /services/full`, once, and return AEx's echo of the order.

        Raises `ServiceRejectedError` where AEx answers 401 and a listing shows that the token is good: then it is the
        data that AEx refuses. After a `RequestError` that was `sent`, or an `UnexpectedAnswerError`, the service may
        exist: look at the customer's services before ordering again. ISP flow, step 5.
        """
        check_model(service, models.NewService, "service")
        return await _orders.create_service(self._api, service, Progress())

    # Step 6: retrieve premise details

    async def get_premise(self, premise_id: str) -> "models.Premise":
        """Return one premise from `GET /premises/{id}`. ISP flow, step 6."""
        return await self._api.read_one("premises", check_id(premise_id, "premise_id"), models.Premise)

    # Step 7: retrieve service details

    async def get_service(self, service_id: str) -> "models.Service":
        """Return one service from `GET /services/{id}`; a premise in its place is an `UnexpectedAnswerError`.

        ISP flow, step 7, whose sample is a premise.
        """
        return await self._api.read_one("services", check_id(service_id, "service_id"), models.Service)

    # Check customer service

    def customer_services(self, customer_id: str, **options: Unpack[ListingOptions]) -> "Listing[models.Service]":
        """List a customer's services, by `GET /customers/{id}/services`. ISP flow, "Check customer service"."""
        path = f"/customers/{make_segment(check_id(customer_id, 'customer_id'))}/services"
        return self._api.listing(path, {}, models.Service, options)

    # Check customer service work order

    def work_orders(self, service_id: str, **options: Unpack[ListingOptions]) -> "Listing[models.WorkOrder]":
        """List a service's work orders, by `GET /work-orders?service={id}`.

        ISP flow, "Check customer service work order".
        """
        params = {"service": check_id(service_id, "service_id")}
        return self._api.listing("/work-orders", params, models.WorkOrder, options)

    # Beside the document: routes that published callers use

    def services(
        self,
        *,
        q: str | None = None,
        premise_id: str | None = None,
        updated_after: datetime | None = None,
        **options: Unpack[ListingOptions],
    ) -> "Listing[models.Service]":
        """List services, by `GET /services`: all of them, or those that fit.

        `q` is looked for in their texts, such as a serial number; `updated_after` is an aware datetime. Beside AEx's
        document: a server may not know a parameter, and ignore it.
        """
        params = {
            "q": None if q is None else check_q(q),
            "premise": None if premise_id is None else check_id(premise_id, "premise_id"),
            "updated_after": check_moment(updated_after, "updated_after"),
        }
        return self._api.listing("/services", params, models.Service, options)

    def premises(
        self, *, updated_after: datetime | None = None, **options: Unpack[ListingOptions]
    ) -> "Listing[models.Premise]":
        """List premises, by `GET /premises`: all of them, or those updated after an aware datetime.

        Beside AEx's document.
        """
        return self._api.listing(
            "/premises", {"updated_after": check_moment(updated_after, "updated_after")}, models.Premise, options
        )

    def service_changes(
        self, *, updated_after: datetime | None = None, **options: Unpack[ListingOptions]
    ) -> "Listing[models.ServiceChange]":
        """List what changed about services, by `GET /service-changes`, after an aware datetime if one is given.

        Rows that share an id are all given. Beside AEx's document.
        """
        params = {"updated_after": check_moment(updated_after, "updated_after")}
        return self._api.listing("/service-changes", params, models.ServiceChange, options)

    async def get_full_service(self, service_id: str) -> "models.FullService":
        """Return a service with its premise and product from `GET /services/{id}/full`, beside AEx's document."""
        call = self._api.describe("GET", f"/services/{make_segment(check_id(service_id, 'service_id'))}/full")
        return await self._api.read(call, models.FullService, lambda full: same_id(full.service.id, service_id))

    async def get_work_order(self, work_order_id: str) -> "models.WorkOrder":
        """Return one work order from `GET /work-orders/{id}`, beside AEx's document."""
        return await self._api.read_one("work-orders", check_id(work_order_id, "work_order_id"), models.WorkOrder)

    async def get_product(self, product_id: str) -> "models.Product":
        """Return one product from `GET /products/{id}`, beside AEx's document."""
        return await self._api.read_one("products", check_id(product_id, "product_id"), models.Product)

    # On top of the routes

    async def find_customer(self, email: str) -> "models.Customer | None":
        """Return the customer whose e-mail is `email`, whatever its case, or `None`; every page is searched.

        Raises `OrderConflictError` if there are two. ISP flow, step 2.
        """
        wanted = _orders.PrivateEmail(check_email(email))
        del email  # it must not show in a traceback
        with self._begin_work("find_customer"):
            return await _orders.find_customer(self._people, wanted)

    async def get_or_create_customer(self, customer: "models.NewCustomer") -> "models.Customer":
        """Return the customer with this e-mail, signed up if need be; never guess, and never sign up twice.

        After a sign-up, AEx has 30 s to show the new customer. Raises `OrderConflictError` if the name or mobile number
        there is somebody else's, and `EmailTakenError` if AEx says that the e-mail is taken and no search shows by
        whom. ISP flow, steps 1 and 2.
        """
        check_model(customer, models.NewCustomer, "customer")
        with self._begin_work("get_or_create_customer"):
            return await _orders.get_or_create(self._people, customer)

    async def place_order(
        self,
        order: "models.Order",
        *,
        journal: "_orders.OrderJournal | None" = None,
        resend: bool = False,
        patience: float = 60.0,
        timeout: float | None = None,  # noqa: ASYNC109 - what it ends with says what may exist
    ) -> "models.PlacedOrder":
        """Order a service exactly once, as far as that is possible, and return what certainly exists.

        The order is sent once, and its answer may take `order_timeout` seconds. If that does not settle the matter, the
        customer's services are checked for up to `patience` seconds more. Then `OrderUncertainError` says what was
        seen: its `attempt` goes to `resume_order`, and the order must not be placed by other means before that.
        `OrderConflictError` means that it is there already, or that a person must choose. Any other error means that it
        was not placed. A refusal is believed once looks have found nothing for 30 s, or until `patience` ends if that
        is sooner. A new service whose premise AEx does not show is taken for the order if it has been the only one for
        30 s, or for half of `patience` if that is less, and was not first seen by the last look.

        `timeout` bounds all of it, in seconds: `DeadlineError` if it ends before the order was sent, and
        `OrderUncertainError` after that, also where there was no time left to confirm a refusal. Part of `timeout`
        is kept for a look.

        With a `journal`, none of this is forgotten when the process dies, and the same order in two processes is sent
        once. Placed again under its reference, an order that AEx refused is looked for before it is sent again.
        `resend` sends an order a second and last time, after at least 3 complete looks over 240 s or more found
        nothing; if AEx takes longer than that, or cancelled and hid the first before any look, there will be two. It
        needs a `patience` of 240 or more. ISP flow, step 5.
        """
        check_flag(resend, "resend")
        check_model(order, models.Order, "order")
        ordering = self._make_ordering(journal, patience, timeout, places=True)
        with self._begin_work("place_order"):
            return await ordering.place(order, resend=resend)

    async def resume_order(
        self,
        attempt: "models.Attempt",
        *,
        journal: "_orders.OrderJournal | None" = None,
        patience: float = 60.0,
        timeout: float | None = None,  # noqa: ASYNC109 - what it ends with says what may exist
    ) -> "models.PlacedOrder":
        """Go on looking for an order of an earlier call, or of a process that died. Nothing is ever sent again.

        `attempt` is that of an `OrderUncertainError`, or one of `OrderJournal(path).unresolved()`. It is looked for up
        to `patience` seconds, `timeout` bounds all of it. Raises `OrderUncertainError` if nothing is known even then,
        or at once if AEx refuses the token; `OrderError` if it was not placed; and `UsageError` if it was sent to
        an AEx other than this client's, or if its reference names another order in this journal. ISP flow, step 5.
        """
        check_model(attempt, models.Attempt, "attempt")
        ordering = self._make_ordering(journal, patience, timeout)
        with self._begin_work("resume_order"):
            return await ordering.resume(attempt)

    async def resume_all(
        self,
        *,
        journal: "_orders.OrderJournal | None" = None,
        patience: float = 60.0,
        timeout: float | None = None,  # noqa: ASYNC109 - what it ends with says what may exist
        at_once: int = 16,
    ) -> "models.Bulk[str, models.PlacedOrder]":
        """Go on looking for every order that `journal.unresolved()` lists, `at_once` at a time.

        `found` has what is placed, by reference; `failed` has the error of `resume_order` for every other order,
        `UsageError` for one at another AEx. Those in `journal.conflicts()` wait for a person, and are in neither.
        `patience` and `timeout` are each order's. Raises `OrderError` if the journal cannot be read. ISP flow, step 5.
        """
        self._calls.check_usable()  # as in `_make_ordering`, and what is wrong with every order is none of a single one
        check_wait(patience, "patience")
        limit = check_seconds(timeout, "timeout")
        kept = self._open_journal() if journal is None else _orders.check_journal(journal)
        attempts = {attempt.reference: attempt for attempt in await kept.unresolved_async()}

        async def resume(reference: str) -> "models.PlacedOrder":
            return await self._make_ordering(kept, patience, limit).resume(attempts[reference])

        with self._begin_work("resume_all"):
            return await gather(resume, list(attempts), at_once)

    # Many at once

    async def get_premises(self, ids: Inputs[str], *, at_once: int = 16) -> "models.Bulk[str, models.Premise]":
        """Return many premises, `at_once` at a time; `ids` may be any iterable, or an async one.

        Each distinct id is asked for once, and one that fails does not affect the others. Raises `AuthenticationError`
        if AEx refuses the token, which ends all of them: with a bad token a read by id can be a 404, so that after a
        first and a last 404, and many in a row, a list is asked as well. While AEx is down, it waits, a minute at most.
        ISP flow, step 6.
        """
        return await self._gather("get_premises", self.get_premise, ids, at_once)

    async def get_services(self, ids: Inputs[str], *, at_once: int = 16) -> "models.Bulk[str, models.Service]":
        """Return many services, as `get_premises` does. ISP flow, step 7."""
        return await self._gather("get_services", self.get_service, ids, at_once)

    async def get_customers(self, ids: Inputs[str], *, at_once: int = 16) -> "models.Bulk[str, models.Customer]":
        """Return many customers, as `get_premises` does. ISP flow, step 2."""
        return await self._gather("get_customers", self.get_customer, ids, at_once)

    async def products_at(
        self, points: Inputs[tuple[float, float]], *, at_once: int = 16
    ) -> "models.Bulk[tuple[float, float], list[models.Product]]":
        """Return the products at many `(latitude, longitude)` points, as `get_premises` does. ISP flow, step 4."""
        return await self._gather("products_at", self._get_products_at, points, at_once)

    async def find_premises(
        self, queries: Inputs[str], *, at_once: int = 16, limit: int = 10
    ) -> "models.Bulk[str, list[models.PredefinedPremise]]":
        """Return the first `limit` addresses that AEx finds for each of many queries, as `get_premises` does.

        ISP flow, step 3.
        """
        check_whole(limit, "limit", 1, 2**63 - 1)

        async def find(q: str) -> "list[models.PredefinedPremise]":
            return [row async for row in self.predefined_premises(q, limit=limit)]

        return await self._gather("find_premises", find, queries, at_once)

    def lookups(
        self, call: Callable[[K], Awaitable[V]], inputs: Inputs[K], *, at_once: int = 16, ordered: bool = False
    ) -> Lookups[K, V]:
        """Return a stream of what `call` makes of many inputs, as each is done, or in the order asked.

        ::

            async with aex.lookups(aex.get_premise, ids) as stream:
                async for lookup in stream:
                    print(lookup.input, lookup.value or lookup.error)

        `inputs` may be any iterable, or an async one, of any length; it is read no further ahead than needed. Whatever
        `call` raises that is not an `AExError` ends the stream and is raised as it is, and so is `AuthenticationError`.
        While AEx is down, it waits as `get_premises` does, unless a write may have reached it.

        An async generator of yours that yields from within the block must be closed by the task that walks it:
        `async with contextlib.aclosing(yours()) as rows`.
        """
        return Lookups(
            call,
            inputs,
            at_once=at_once,
            ordered=ordered,
            check_token=self._api.check_token,
            check_usable=self._calls.check_usable,
            begin_work=partial(self._begin_work, "lookups"),
        )

    # Any other route

    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        into: type[M],
    ) -> M: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        into: None = None,
    ) -> Any: ...
    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        into: type[M] | None = None,
    ) -> M | Any:
        """Call any route, with the limits, repeats and errors of all others, and return its answer.

        `path` is the route below the host, `params` its query, `json` the plain JSON to send. The answer is an instance
        of `into`, an attrs class; without it, plain JSON, and `None` where the answer has no body.
        """
        try:
            call = self._api.describe(method, path, params, json)
        except AExError as error:
            raise error.with_traceback(None) from None
        finally:
            del params, json  # what they hold must not show in a traceback
        self._api.codec.check_into(into)
        return await self._api.read(call, into)

    @overload
    def listing(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        into: type[M],
        **options: Unpack[ListingOptions],
    ) -> Listing[M]: ...
    @overload
    def listing(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        into: None = None,
        **options: Unpack[ListingOptions],
    ) -> Listing[Any]: ...
    def listing(
        self,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        into: type[M] | None = None,
        **options: Unpack[ListingOptions],
    ) -> Listing[M] | Listing[Any]:
        """List any other route. Its rows are instances of the attrs class `into`, or plain JSON without it.

        `params` are the route's own parameters; `count` and `page` are the walk's and not among them.
        """
        try:
            return self._api.listing(path, check_params(params), self._api.codec.check_into(into), options, bare=True)
        except AExError as error:
            raise error.with_traceback(None) from None
        finally:
            del params  # what it holds must not show in a traceback

    # How calls are made

    def _make_ordering(
        self, journal: "_orders.OrderJournal | None", patience: float, timeout: float | None, *, places: bool = False
    ) -> "_orders.Ordering":
        """Return what `places` one order, or only looks for it."""
        self._calls.check_usable()  # before the journal: its threads are its process's, and so are their locks
        check_wait(patience, "patience")
        limit = check_seconds(timeout, "timeout")
        most = (self._api.order_timeout or _orders.LONGEST) + patience if limit is None else limit
        return _orders.make_ordering(
            _orders.make_order_calls(self._api, self.create_customer),
            self._open_journal() if journal is None else journal,
            host=self._calls.host,
            patience=patience,
            limit=limit,
            seconds=most if places else None,
        )

    @property
    def _people(self) -> "_orders.People":
        return _orders.make_people(self._api, self.create_customer)

    async def _gather(
        self, name: str, call: Callable[[K], Awaitable[V]], inputs: Inputs[K], at_once: int
    ) -> "models.Bulk[K, V]":
        # Before anything is asked: in another event loop every single call would fail, for one and the same reason.
        self._calls.check_usable()
        with self._begin_work(name):
            return await gather(call, inputs, at_once, self._api.check_token)

    def _begin_work(self, name: str) -> Work:
        return Work(name, self._calls.base_url)

    async def _get_products_at(self, point: tuple[float, float]) -> "list[models.Product]":
        return await self.available_products(*check_point(point))

    # Its life

    @property
    def in_flight(self) -> int:
        """How many requests are in flight at this moment."""
        return self._calls.in_flight

    def with_options(
        self,
        *,
        timeout: float | EllipsisType | None = ...,
        order_timeout: float | EllipsisType | None = ...,
        attempts: int | EllipsisType = ...,
    ) -> "AsyncAExClient":
        """Return a client that shares these connections, with other limits; what is left out stays as it is.

        Closing it leaves this client open; closing this client ends both.
        """
        twin = object.__new__(AsyncAExClient)
        # Else, forgotten while its twin is in use, it would give up the connections of both.
        twin._first = self if self._owner else self._first  # never a chain, which a twin of a twin each call would grow
        twin._calls, twin._owner, twin._open_journal = self._calls, False, self._open_journal
        first = self._api
        twin._api = ClientCalls(
            self._calls,
            first.codec,
            timeout=first.timeout if timeout is ... else timeout,
            order_timeout=first.order_timeout if order_timeout is ... else order_timeout,
            attempts=first.attempts if attempts is ... else attempts,
        )
        twin._api.closed = first.closed
        return twin

    async def aclose(self) -> None:
        """Close the client: calls under way end with `ClientClosedError`. Closing it again does nothing."""
        self._api.closed = True
        if self._owner:
            try:
                await self._calls.aclose()
            finally:
                # Let go of, not closed: an order that was under way may still write down how it ended.
                self._open_journal.cache_clear()

    async def __aenter__(self) -> Self:
        if self._api.closed:
            raise ClientClosedError("the client is closed: make a new one")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<AsyncAExClient {self._calls.base_url}{' closed' if self._api.closed else ''}>"

    def __reduce__(self) -> NoReturn:
        raise UsageError("a client cannot be pickled or copied: it holds a token and connections")

    def __del__(self) -> None:
        if getattr(self, "_owner", False) and self._calls.opened and not self._calls.closed:
            self._calls.abandon()  # or each of its connections would be warned of, too
            warnings.warn(
                f"{self!r} was never closed: use 'async with', or aclose()", ResourceWarning, stacklevel=2, source=self
            )
