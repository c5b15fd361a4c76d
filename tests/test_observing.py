"""Whoever watches sees each try once, in its order, and is no danger to the call."""

import asyncio
import logging
from typing import Any
from unittest.mock import Mock

import anyio
import httpx
import pytest
import trio
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, Premise, Try, errors
from aex_async._http import observing
from aex_async._http.observing import OnTry
from aex_async._http.redaction import find_route
from tests.faults.engines import NEW
from tests.servers import answer, connect, serve, stay_silent

pytestmark = pytest.mark.in_no_time

PREMISE = answer(b'{"id": "P1"}')
BUSY = answer(b"", "503 Busy", "Retry-After: 0")


async def test_on_try_is_told_of_each_try_plain_or_async() -> None:
    told: list[Try] = []

    async def note(ended: Try) -> None:
        told.append(ended)

    for on_try in (told.append, note):
        told.clear()
        async with serve(BUSY, PREMISE) as server, AsyncAExClient("T", base_url=server.url, on_try=on_try) as aex:
            await aex.get_premise("P1")
        assert [(each.method, each.route, each.attempt, each.outcome) for each in told] == [
            ("GET", "/premises/{id}", 1, 503),
            ("GET", "/premises/{id}", 2, 200),
        ]
        assert [each.wait for each in told] == [0.0, None]
        assert all(0 <= each.seconds < 5 for each in told)


async def test_an_answer_that_came_in_time_outlives_an_on_try_that_takes_the_rest_of_it() -> None:
    async def linger(_: Try) -> None:
        await anyio.sleep(10)

    options: dict[str, Any] = {"timeout": 0.3, "order_timeout": 0.3, "on_try": linger}
    script = (PREMISE, answer(b"", "201 Created", "Location: /customers/C1"), answer(b"", "404 Not Found"))
    async with serve(*script) as server, AsyncAExClient("T", base_url=server.url, **options) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
        assert await aex.create_customer(NEW) == "C1"
        with pytest.raises(errors.NotFoundError):
            await aex.get_premise("P2")
        with pytest.raises(TimeoutError), anyio.fail_after(0.1):  # the caller's own time is the caller's
            await aex.get_premise("P1")


def test_on_try_must_be_a_function() -> None:
    with pytest.raises(errors.UsageError, match="on_try must be a function, not str"):
        AsyncAExClient("T", on_try="print")  # type: ignore[arg-type]


def test_what_watches_nothing_watches_no_second_try_either() -> None:
    assert observing.NOBODY.fork() is observing.NOBODY


async def test_on_try_is_told_what_was_answered_also_where_no_other_token_is_to_be_had() -> None:
    told: list[Try] = []
    tokens = iter(["T1"])
    refusal = answer(b"", "401 Unauthorized")
    async with (
        serve(refusal) as server,
        AsyncAExClient(lambda: next(tokens), base_url=server.url, on_try=told.append) as aex,
    ):
        with pytest.raises(errors.UsageError, match="StopIteration"):
            await aex.get_premise("P1")
    assert [(each.attempt, each.outcome, each.wait) for each in told] == [(1, 401, None)]


async def test_on_try_is_told_of_tries_that_fail_or_are_cut_short() -> None:
    told: list[Try] = []
    transport = httpx.MockTransport(_refuse)
    async with AsyncAExClient("T", transport=transport, attempts=1, on_try=told.append) as aex:
        with pytest.raises(errors.ConnectionFailedError):
            await aex.get_premise("P1")
    async with (
        serve(stay_silent) as server,
        AsyncAExClient("T", base_url=server.url, timeout=0.2, attempts=1, on_try=told.append) as aex,
    ):
        with pytest.raises(errors.DeadlineError):
            await aex.get_premise("P1")
        with anyio.move_on_after(0.1):
            await aex.get_premise("P1")
    assert [each.outcome for each in told] == ["no connection could be made", "it was cut short", "it was cut short"]


def _refuse(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


@pytest.mark.parametrize("brought", [False, True])
@pytest.mark.parametrize("waits", [False, True])
async def test_on_try_is_told_of_a_second_try_beside_a_silent_one(*, brought: bool, waits: bool) -> None:
    told: list[Try] = []

    async def note(ended: Try) -> None:
        await anyio.sleep(0.01)
        told.append(ended)

    on_try: OnTry = note if waits else told.append
    async with serve(stay_silent, BUSY, PREMISE) as server, httpx.AsyncClient(trust_env=False) as http:
        options: dict[str, Any] = {"http_client": http} if brought else {}
        async with AsyncAExClient("T", base_url=server.url, timeout=1, on_try=on_try, **options) as aex:
            await aex.get_premise("P1")
    assert [(each.attempt, each.outcome, each.wait) for each in told] == [
        (1, "another try was answered first", 0.0),
        (2, 503, 0.0),
        (3, 200, None),
    ]
    first, *others = [each.seconds for each in told]
    assert max(others) < first  # which was there before they were


async def test_on_try_is_told_of_both_tries_of_a_call_that_is_cancelled_as_the_second_is_answered() -> None:
    class Parting(httpx.AsyncBaseTransport):
        silent = True

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if self.silent:
                self.silent = False
                try:
                    await anyio.sleep_forever()
                except BaseException:
                    scope.cancel()
                    raise
            return httpx.Response(200, json={"id": "P1"}, request=request)

    told: list[Try] = []
    async with AsyncAExClient("T", transport=Parting(), timeout=0.4, on_try=told.append) as aex:
        with anyio.CancelScope() as scope:
            await aex.get_premise("P1")
    assert scope.cancelled_caught
    assert [(each.attempt, each.wait) for each in told] == [(2, None), (1, 0.0)]


@pytest.mark.parametrize("brought", [False, True])
async def test_on_try_is_told_of_a_second_try_that_did_not_count(*, brought: bool) -> None:
    async def answer_late(stream: SocketStream) -> None:
        await anyio.sleep(0.7)
        await stream.send(PREMISE)

    told: list[Try] = []
    async with serve(answer_late, stay_silent) as server, httpx.AsyncClient(trust_env=False) as http:
        options: dict[str, Any] = {"http_client": http} if brought else {}
        async with AsyncAExClient("T", base_url=server.url, timeout=1, on_try=told.append, **options) as aex:
            await aex.get_premise("P1")
    assert [(each.attempt, each.outcome, each.wait) for each in told] == [(2, "it was cut short", 0.0), (1, 200, None)]


async def test_a_try_that_was_answered_is_told_so_whatever_comes_of_asking_for_another_token() -> None:
    told: list[Try] = []
    tokens = iter(["T"])
    refusal = answer(b"{}", "401 Unauthorized")
    async with (
        serve(refusal) as server,
        AsyncAExClient(lambda: next(tokens), base_url=server.url, on_try=told.append) as aex,
    ):
        with pytest.raises(errors.UsageError, match="the token function raised StopIteration"):
            await aex.get_premise("P1")
    assert [(each.outcome, each.wait) for each in told] == [(401, None)]


async def test_what_a_plain_on_try_returns_is_nobodys_business(caplog: pytest.LogCaptureFixture) -> None:
    on_try = Mock()
    async with serve(PREMISE) as server, AsyncAExClient("T", base_url=server.url, on_try=on_try) as aex:
        await aex.get_premise("P1")
    on_try.assert_called_once()
    assert caplog.text == ""


@pytest.mark.parametrize("kind", [asyncio.CancelledError, trio.Cancelled, BaseExceptionGroup])
def test_a_cancellation_has_one_name_on_both_loops(kind: type[BaseException]) -> None:
    assert observing.name_error(kind) == "Cancelled"


class Faulty:
    """An observer that is no good but for its calls."""

    def begin_call(self, method: str, route: str, server: str) -> Any:
        """Begin one."""
        return method, route, server

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object) -> Any:
            raise ZeroDivisionError(name)

        return fail


class FaultyLater(Faulty):
    """An observer that begins a try, too."""

    def begin_try(self, call: Any, attempt: int) -> Any:
        """Begin one."""
        return call, attempt


@pytest.mark.parametrize(("observer", "faults"), [(Faulty(), 2), (FaultyLater(), 3)])
async def test_whatever_an_observer_raises_goes_to_the_log_and_not_to_the_call(
    observer: Any, faults: int, caplog: pytest.LogCaptureFixture
) -> None:
    observing.install(observer)
    try:
        async with connect(answer(b'{"id": "P1"}')) as (aex, _):
            assert (await aex.get_premise("P1")).id == "P1"
    finally:
        observing.uninstall(observer)
    assert caplog.text.count("an observer raised") == faults


async def test_what_on_try_raises_goes_to_the_log_and_not_to_the_call(caplog: pytest.LogCaptureFixture) -> None:
    def stumble(_: Try) -> None:
        raise ZeroDivisionError

    async with serve(PREMISE) as server, AsyncAExClient("T", base_url=server.url, on_try=stumble) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
    assert "on_try raised" in caplog.text


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_an_on_try_that_waits_for_a_cancelled_task_loses_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def wait_in_vain(_: Try) -> None:
        task = asyncio.ensure_future(asyncio.sleep(60))
        task.cancel()
        await task

    async with serve(PREMISE) as server, AsyncAExClient("T", base_url=server.url, on_try=wait_in_vain) as aex:
        assert (await aex.get_premise("P1")).id == "P1"
    assert "on_try waited for something that was cancelled" in caplog.text


async def test_a_caller_who_is_cancelled_during_on_try_stays_so(caplog: pytest.LogCaptureFixture) -> None:
    begun = anyio.Event()

    async def wait(_: Try) -> None:
        begun.set()
        await anyio.sleep_forever()

    answers = list[Premise]()

    async def read() -> None:
        answers.append(await aex.get_premise("P1"))

    async with (
        serve(PREMISE) as server,
        AsyncAExClient("T", base_url=server.url, on_try=wait, timeout=60) as aex,
        anyio.create_task_group() as group,
    ):
        group.start_soon(read)
        await begun.wait()
        group.cancel_scope.cancel()
    assert answers == []
    assert "on_try" not in caplog.text


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_task_that_is_cancelled_just_before_on_try_waits_stays_so(caplog: pytest.LogCaptureFixture) -> None:
    """As by a Ctrl-C, which `asyncio.run` makes a cancellation from a signal handler."""
    observer = Mock()

    def interrupt(*_: object) -> None:
        task.cancel()

    observer.end_try = interrupt

    async def rest(_: Try) -> None:
        await asyncio.sleep(0)

    observing.install(observer)
    try:
        async with serve(PREMISE) as server, AsyncAExClient("T", base_url=server.url, on_try=rest) as aex:
            task = asyncio.ensure_future(aex.get_premise("P1"))
            await asyncio.wait([task])
    finally:
        observing.uninstall(observer)
    assert task.cancelled()
    assert "on_try" not in caplog.text


class Noting:
    """An observer that writes down what it sees."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def begin_work(self, name: str, server: str) -> Any:
        self.seen.append(f"work {name} {server.rpartition(':')[0]}")
        return name

    def end_work(self, work: Any, error: str | None) -> None:
        self.seen.append(f"end {work} {error}")

    def begin_call(self, method: str, route: str, server: str) -> Any:
        self.seen.append(f"call {method} {route} {server.rpartition(':')[0]}")
        return "call"

    def end_call(self, call: Any, outcome: int | str) -> None:
        self.seen.append(f"end {call} {outcome}")

    def begin_try(self, call: Any, attempt: int) -> Any:
        self.seen.append(f"try {attempt} of {call}")
        return attempt

    def leave(self, begun: Any) -> None:
        self.seen.append(f"leave {begun}")

    def end_try(self, begun: Any, outcome: int | str, status: int | None) -> None:
        self.seen.append(f"end {begun} {outcome} {status}")

    def wait(self, call: Any, seconds: float) -> None:
        self.seen.append(f"wait of {call}: {seconds > 0}")


async def test_an_observer_sees_calls_and_tries_begin_and_end() -> None:
    observer = Noting()
    observing.install(observer)
    try:
        async with connect(answer(b"", "503 Busy", "Retry-After: 0.1"), PREMISE, attempts=2) as (aex, _):
            await aex.get_premise("P1")
            with anyio.CancelScope() as scope:
                scope.cancel()
                await aex.get_premise("P1")
    finally:
        observing.uninstall(observer)
    seen = [line for line in observer.seen if not line.startswith("wait")]
    assert "wait of call: True" in observer.seen
    assert seen == [
        "call GET /premises/{id} http://127.0.0.1",
        *("try 1 of call", "leave 1", "end 1 503 503"),
        *("try 2 of call", "leave 2", "end 2 200 200", "end call 200"),
        *("call GET /premises/{id} http://127.0.0.1", "end call Cancelled"),
    ]


async def test_an_observer_sees_a_method_that_makes_several_calls_around_them() -> None:
    observer = Noting()
    observing.install(observer)
    try:
        async with connect(PREMISE) as (aex, _):
            await aex.get_premises(["P1"])
            async with aex.lookups(aex.get_premise, ["P1"]) as stream:
                assert [lookup.input async for lookup in stream] == ["P1"]
    finally:
        observing.uninstall(observer)
    assert [line for line in observer.seen if "get_premises" in line] == [
        "work get_premises http://127.0.0.1",
        "end get_premises None",
    ]
    assert [line for line in observer.seen if "lookups" in line] == [
        "work lookups http://127.0.0.1",
        "leave lookups",
        "end lookups None",
    ]


async def test_records_have_fields_and_levels(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="aex_async"):
        async with connect(BUSY, attempts=2) as (aex, _):
            with pytest.raises(errors.ServerError):
                await aex.get_premise("P1")
    records: list[Any] = [record for record in caplog.records if record.name == "aex_async"]
    assert [record.levelname for record in records] == ["INFO", "DEBUG", "WARNING"]
    assert [(record.aex_method, record.aex_route, record.aex_attempt) for record in records] == [
        ("GET", "/premises/{id}", 1),
        ("GET", "/premises/{id}", 2),
        ("GET", "/premises/{id}", 2),
    ]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/customers", "/customers"),
        ("/customers/C1/services", "/customers/{id}/services"),
        ("/services/full", "/services/full"),
        ("/services/S1", "/services/{id}"),
        ("/services/S1/full", "/services/{id}/full"),
        ("/products/availability/-29.7/30.9", "/products/availability/{lat}/{lon}"),
        ("/predefined-premises", "/predefined-premises"),
        # An id of small letters alone looks like a name, and is none where the route is known.
        ("/customers/jane", "/customers/{id}"),
        ("/customers/jane/services", "/customers/{id}/services"),
        ("/premises/jane", "/premises/{id}"),
        ("/services/jane", "/services/{id}"),
        ("/services/jane/full", "/services/{id}/full"),
        ("/products/jane", "/products/{id}"),
        ("/products/availability/north/east", "/products/availability/{lat}/{lon}"),
        ("/work-orders/jane", "/work-orders/{id}"),
        ("/other/jane@example.com/parts", "/other/{id}/parts"),
    ],
)
def test_a_route_is_a_path_without_what_is_anybodys(path: str, route: str) -> None:
    assert find_route(path) == route
