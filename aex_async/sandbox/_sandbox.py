"""The sandbox itself: its state, behind the routes of AEx."""

import copy
import heapq
import itertools
import random
import time
from collections import Counter, deque
from collections.abc import Callable
from http import HTTPStatus

import httpx
from attrs import asdict, evolve

from aex_async.sandbox._addresses import guid
from aex_async.sandbox._exchange import (
    Commit,
    ProblemError,
    Request,
    RequestRecord,
    Response,
    Row,
    check_token,
    in_braces,
    in_lower_case,
    json_response,
    naming,
    not_found,
    refusal,
    with_dates,
    without_braces,
)
from aex_async.sandbox._fault_rules import Faults
from aex_async.sandbox._faults import FLAWLESS, Fault, is_number, is_whole
from aex_async.sandbox._oddities import Oddities
from aex_async.sandbox._products import OFFERED, PRODUCTS
from aex_async.sandbox._routes import Answering, find_route
from aex_async.sandbox._state import LedgerEntry, State
from aex_async.sandbox._transport import SandboxTransport

SNAPSHOT_VERSION = 1
_REMEMBERED_REQUESTS = 10_000
_LAST_MOMENT = 100 * 31_557_600  # seconds; Python's dates end in the year 9999


class Sandbox:
    """A stateful AEx in memory, with made-up addresses, products, customers.

    `seed` decides what is made up: the same for the same seed, ids included. `token` is the bearer token to ask
    for; `None` admits any. `oddities` are the oddities of the API to show. `more_addresses` come to the three
    thousand that every sandbox has. `clock` returns seconds; give your own for virtual time, in which only waiting
    is left to the event loop. Its dates go on from 16 October 2024 as the clock does.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        token: str | None = "sandbox-token",  # noqa: S107 - made up, which is the point of it
        oddities: Oddities | None = None,
        more_addresses: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._zero = clock()
        self._mark, self._resets = "", 0
        self.seed: int = seed
        self.more_addresses: int = more_addresses
        self.token = token
        self.received: Counter[str] = Counter()
        """How many requests arrived on each route, such as `"POST /services/full"` or `"GET /premises/*"`."""
        self.faults: Faults = Faults(_make_chance(seed))
        self._requests: deque[RequestRecord] = deque(maxlen=_REMEMBERED_REQUESTS)
        self._due: list[tuple[float, int, Commit]] = []
        self._order = itertools.count()
        self._begin(oddities or Oddities())

    def _begin(self, oddities: Oddities) -> None:
        self._state = State(self.seed, self.now, oddities, self.more_addresses)
        self._cookie = (
            b"set-cookie",
            b"_Ditty_session=%s; path=/; HttpOnly" % guid(self._state.chance).encode(),
        )

    def __repr__(self) -> str:
        return f"<Sandbox seed={self.seed} requests={self.received.total()} written={len(self._state.ledger)}>"

    def now(self) -> float:
        """Return the seconds since the sandbox began, those that `advance` skipped included."""
        return self._clock() - self._zero

    def advance(self, seconds: float) -> None:
        """Be `seconds` later at once: installations make progress, late writes take place.

        Raises `ValueError` for a step back, or further than a hundred years from the beginning.
        """
        if not is_number(seconds):
            raise ValueError(f"the clock can only be moved forward, by a number of seconds, not by {seconds!r}")
        if seconds > _LAST_MOMENT - self.now():
            raise ValueError(f"the clock ends a hundred years after the beginning, at {_LAST_MOMENT:,} s")
        self._zero -= seconds
        self.settle()

    def finish_writes(self) -> None:
        """Be at once as late as the last write that is still to come, if any is."""
        last = max((at for at, *_ in self._due), default=0.0)
        self.advance(max(0.0, last - self.now()))
        self._write_due(last)  # the clock may have come a rounding error short of it

    def reset(self) -> None:
        """Be as on the first day: the same seed, nothing written, nothing odd, no fault, no request.

        What is written then has ids of its own, so that nobody takes it for what was written before.
        """
        self._zero = self._clock()
        self._begin(Oddities())
        self._resets += 1
        self._renew_ids()
        self._forget()
        self.faults.restore((), _make_chance(self.seed).getstate())

    def renew_ids(self, mark: str) -> None:
        """Give what is written from now on other ids than any sandbox of this seed, but for one with the same `mark`.

        A client, or a journal, that outlives a sandbox knows which orders its services belong to; the next sandbox at
        that address must not give their ids away again.
        """
        self._mark = mark
        self._renew_ids()

    def _renew_ids(self) -> None:
        self._state.renew_ids(f"{self._mark} {self._resets}")

    def _forget(self) -> None:
        self.faults.clear()
        self.received.clear()
        self._requests.clear()
        self._due.clear()

    def snapshot(self) -> Row:
        """Return all of the sandbox as plain JSON, from which `restore` makes it again, and goes on the same way.

        The token and the list of requests are no part of it. Raises `RuntimeError` while a write is still to come.
        """
        self.settle()
        if self._due:
            wait = self._due[0][0] - self.now()
            raise RuntimeError(f"a write is to take place in {wait:.1f} s: wait, or advance the clock")
        return {
            "version": SNAPSHOT_VERSION,
            "seed": self.seed,
            "more_addresses": self.more_addresses,
            "now": self.now(),
            "oddities": asdict(self.oddities),
            "faults": list(self.faults.rules),
            "fault_chance": self.faults.chance,
            "world": copy.deepcopy(self._state.snapshot()),
        }

    def restore(self, snapshot: Row) -> None:
        """Be the sandbox that `snapshot` told of; raises `ValueError` for what is no snapshot, and stays as it was."""
        try:
            if snapshot["version"] != SNAPSHOT_VERSION:
                raise ValueError(f"version {snapshot['version']}")  # noqa: TRY301 - told as all others are
            seed, more, now = snapshot["seed"], snapshot["more_addresses"], float(snapshot["now"])
            if type(seed) is not int or not is_whole(more) or not 0 <= now <= _LAST_MOMENT:
                raise ValueError("no sandbox has such a seed, so many addresses, or such a clock")  # noqa: TRY301 - as above
            state = State(seed, self.now, Oddities(**snapshot["oddities"]), more)
            state.restore(copy.deepcopy(snapshot["world"]), now)
            faults = Faults(_make_chance(seed))
            faults.restore(snapshot["faults"], snapshot.get("fault_chance"))
            zero = self._clock() - now
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"this is not a snapshot of a sandbox: {type(error).__name__}: {error}") from None
        self._forget()
        self.seed, self.more_addresses, self._zero, self._state = seed, more, zero, state
        self.faults.restore(snapshot["faults"], snapshot.get("fault_chance"))

    @property
    def oddities(self) -> Oddities:
        """The oddities shown; assign others at any time."""
        return self._state.oddities

    @oddities.setter
    def oddities(self, oddities: Oddities) -> None:
        self._state.oddities = oddities

    @property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Every write that has taken place by now, in order."""
        self.settle()
        return tuple(self._state.ledger)

    @property
    def requests(self) -> tuple[RequestRecord, ...]:
        """The last 10,000 requests that arrived, in order; `received` counts them all."""
        return tuple(self._requests)

    @property
    def customers(self) -> tuple[Row, ...]:
        """Every customer, as the API prints them."""
        self.settle()
        return tuple(self._state.customers.all())

    @property
    def predefined_premises(self) -> tuple[Row, ...]:
        """Every address, as the API prints them."""
        self.settle()
        return tuple(self._state.predefined_row(place) for place in self._state.places())

    def count_places(self) -> int:
        """Return how many addresses there are."""
        return len(self._state.places())

    @property
    def products(self) -> tuple[Row, ...]:
        """Every product of every area, as the API prints them."""
        return tuple(PRODUCTS.values())

    @property
    def services(self) -> tuple[Row, ...]:
        """Every service as it stands, as the API prints them."""
        self.settle()
        return tuple(self._state.installations.services(self._state.now()))

    @property
    def work_orders(self) -> tuple[Row, ...]:
        """Every work order as it stands, as the API prints them."""
        self.settle()
        return tuple(self._state.installations.work_orders(self._state.now()))

    def products_at(self, premise_guid: str) -> tuple[Row, ...]:
        """Return the products that can be ordered at an address; raises `LookupError` for an unknown one."""
        place = self._state.place(premise_guid)
        if place is None:
            raise LookupError(f"no address has the guid {premise_guid}")
        return tuple(PRODUCTS[key] for key in OFFERED[place.area.id])

    def place_foreign_order(self, *, customer_id: str, premise_guid: str, product_id: str) -> str:
        """Let somebody else place an order, marked `foreign` in the ledger; return its service's id.

        Raises `LookupError` if it cannot be ordered.
        """
        self.settle()
        return self._state.place_foreign_order(customer_id, premise_guid, product_id)

    def cancel_service(self, service_id: str) -> None:
        """Let AEx cancel a service; raises `KeyError` for an id that no service has."""
        self.settle()
        self._state.installations.cancel(service_id, self._state.now())

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return a transport for httpx that reaches this sandbox without a socket, on asyncio or trio."""
        return SandboxTransport(self.faults.pick, self.receive, f"a sandbox with seed {self.seed}")

    def settle(self) -> None:
        """Make those late writes real whose time has come; every request does so first."""
        self._write_due(self.now())

    def _write_due(self, until: float) -> None:
        while self._due and self._due[0][0] <= until:
            at, _, commit = heapq.heappop(self._due)
            commit(at)

    def receive(self, request: Request, fault: Fault = FLAWLESS) -> Response:
        """Take in a request that arrived, with what is to go wrong about it; return the answer to be sent."""
        self.settle()
        if self.oddities.braced_ids:
            request = without_braces(request)
        self._state.intrude(request.path, fault.inserted)
        route, segments = find_route(request.method, request.path)
        response = self._altered(self._answer(request, route.answer, segments), fault)
        self._write(response.commit, fault)
        self.received[route.name] += 1
        self._requests.append(RequestRecord(request.method, request.path, fault.status_seen(response)))
        return response

    def _answer(self, request: Request, answering: Answering, segments: list[str]) -> Response:
        try:
            check_token(self.token, request.authorization)
            result = answering(self._state, request, *segments)
        except ProblemError as problem:
            # The framework reads a record before it asks who reads it (field notes, "Errors").
            early = self.oddities.bad_token_is_404 and problem.status == HTTPStatus.UNAUTHORIZED
            if early and request.method == "GET" and segments:
                problem = not_found()
            return refusal(problem, self.oddities, request)
        return result if isinstance(result, Response) else json_response(200, result)

    def _altered(self, response: Response, fault: Fault) -> Response:
        if fault.stranger:
            response = naming(response, self._state.pick_stranger)
        if fault is not FLAWLESS:
            response = fault.replace_parts(response)
        if self.oddities.braced_ids:
            response = in_braces(response)
        if self.oddities.lower_case_ids:
            response = in_lower_case(response)
        if self.oddities.dates != "offset":
            response = with_dates(response, self.oddities.dates)
        if self.oddities.session_cookie:
            response = evolve(response, headers=(*response.headers, self._cookie))
        return response

    def _write(self, commit: Commit | None, fault: Fault) -> None:
        now = self._state.now()
        if commit is None or fault.effect == "never":
            return
        if fault.effect == "before":
            commit(now)
        else:
            heapq.heappush(self._due, (now + fault.pause + fault.effect, next(self._order), commit))


def _make_chance(seed: int) -> random.Random:
    """Return the chance by which a share of requests fails."""
    return random.Random(f"faults of {seed}")  # noqa: S311 - no secret depends on it
