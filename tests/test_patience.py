"""`timeout` means what it says: a slow answer is taken, and a connection that died in silence costs half of it."""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager

import anyio
import anyio.lowlevel
import httpx
import pytest
import trio
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, Try, errors
from aex_async._http.responses import Answer
from aex_async._http.retry_policy import BUDGET, RETRY_COST, Failure
from aex_async._http.second_try import AnsweredElsewhereError, Hedge, OuterHedge
from aex_async.aiohttp_transport import AiohttpTransport
from tests.servers import Action, Server, answer, close, reset, serve, serve_over_tls, stay_silent
from tests.timing import until, within
from tests.tls import AUTHORITY, certify

pytestmark = pytest.mark.in_no_time

PREMISE = answer(b'{"id": "P1"}')
ROADS = ("own", "http_client", "transport", "aiohttp")


def answer_after(seconds: float, data: bytes = PREMISE) -> Action:
    async def action(stream: SocketStream) -> None:
        await anyio.sleep(seconds)
        await stream.send(data)

    return action


@asynccontextmanager
async def connect(
    road: str,
    *script: Action,
    timeout: float,  # noqa: ASYNC109 - the client's, passed on
    attempts: int = 3,
) -> AsyncGenerator[tuple[AsyncAExClient, Server], None]:
    async with serve(*script) as server, httpx.AsyncClient(trust_env=False) as http:
        options: dict[str, object] = {
            "own": {},
            "http_client": {"http_client": http},
            "transport": {"transport": httpx.AsyncHTTPTransport(trust_env=False)},
            "aiohttp": {"transport": AiohttpTransport()},
        }[road]  # type: ignore[assignment]
        async with AsyncAExClient(
            "TOKEN",
            base_url=server.url,
            timeout=timeout,
            attempts=attempts,
            **options,  # type: ignore[arg-type]
        ) as aex:
            yield aex, server


@pytest.fixture(params=ROADS)
def road(request: pytest.FixtureRequest, anyio_backend_name: str) -> str:
    if request.param == "aiohttp" and anyio_backend_name == "trio":
        pytest.skip("aiohttp runs on asyncio only")
    return str(request.param)


def send_late(first: bytes, last: bytes, pause: float) -> Action:
    async def action(stream: SocketStream) -> None:
        await stream.send(first)
        await anyio.sleep(pause)
        await stream.send(last)

    return action


@pytest.mark.fault("X16")
async def test_an_answer_within_the_time_is_taken_however_slow(road: str) -> None:
    async with connect(road, answer_after(0.8), timeout=1.2) as (aex, server):
        start = anyio.current_time()
        assert (await aex.get_premise("P1")).id == "P1"
        assert anyio.current_time() - start < 1.1
    assert len(server.requests) == 2  # it was asked once more, for it could have been dead


@pytest.mark.parametrize("part", [b"H", b"HTTP/1.1 200 OK\r\n", PREMISE[:-4]], ids=["a byte", "a line", "a body"])
async def test_an_answer_that_stalls_midway_is_asked_for_again_in_time(road: str, part: bytes) -> None:
    async with connect(road, send_late(part, b"", pause=3), PREMISE, timeout=1.5) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 2


@pytest.mark.parametrize("road", ["own", "aiohttp"])
@pytest.mark.fault("N20")
async def test_an_answer_that_keeps_coming_for_longer_than_half_of_the_time_is_asked_for_once(
    road: str, anyio_backend_name: str
) -> None:
    if (road, anyio_backend_name) == ("aiohttp", "trio"):
        pytest.skip("aiohttp runs on asyncio only")

    async def flow(stream: SocketStream) -> None:
        said = answer(b'{"id": "P1", "padding": "%b"}' % (b"x" * 1000))
        for start in range(0, len(said), 20):
            await anyio.sleep(0.04)
            await stream.send(said[start : start + 20])

    async with connect(road, flow, timeout=3.5) as (aex, server):
        start = anyio.current_time()
        assert (await aex.get_premise("P1")).id == "P1"
        assert anyio.current_time() - start > 1.9
    assert len(server.requests) == 1


async def test_a_body_whose_end_comes_late_is_taken_while_a_second_try_is_silent(road: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n" + b'{"id": "P1"}' + b"\r\n"
    async with connect(road, send_late(head, b"0\r\n\r\n", pause=1.0), stay_silent, timeout=1.6) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


@pytest.mark.fault("X17")
async def test_a_kept_connection_that_died_in_silence_costs_half_of_the_time(road: str) -> None:
    async with connect(road, PREMISE, stay_silent, PREMISE, timeout=1.0) as (aex, server):
        await aex.get_premise("P1")
        start = anyio.current_time()
        with within(0.8):
            assert (await aex.get_premise("P1")).id == "P1"
        assert anyio.current_time() - start > 0.45
    assert server.connections == 2


@pytest.mark.fault("X17", "N17")
@pytest.mark.parametrize(("die", "costs"), [(stay_silent, 1.0), (reset, 0.0)], ids=["in silence", "by a reset"])
async def test_of_many_kept_connections_that_died_together_one_costs_a_call_its_time(
    road: str, die: Callable[[SocketStream], Awaitable[None]], costs: float
) -> None:
    """As they do where a firewall or a balancer on the way has forgotten them."""
    dead = False

    async def act(stream: SocketStream) -> None:
        if dead and stream in old:
            await die(stream)
        else:
            old.add(stream)
            await anyio.sleep(0.05)
            await stream.send(PREMISE)

    old = set[SocketStream]()
    async with connect(road, act, timeout=2.0) as (aex, server):
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(aex.get_premise, "P1")
        dead = True
        start = anyio.current_time()
        with within(costs + 0.5):
            assert (await aex.get_premise("P1")).id == "P1"
        assert anyio.current_time() - start > costs - 0.05
    assert len(server.requests) == 10


@pytest.mark.fault("H28")
async def test_while_aex_is_silent_the_retry_budget_bounds_the_second_tries(road: str) -> None:
    async with connect(road, stay_silent, timeout=0.4) as (aex, server):
        looked_up = await aex.get_premises([f"P{number}" for number in range(60)], at_once=20)
    assert len(looked_up.failed) == 60
    assert 60 < len(server.requests) <= 60 + BUDGET // RETRY_COST


@pytest.mark.fault("X17")
async def test_beside_kept_connections_that_died_together_the_budget_bounds_nothing() -> None:
    many, dead = BUDGET // RETRY_COST + 5, False

    async def act(stream: SocketStream) -> None:
        if dead and stream in old:
            await stay_silent(stream)
        old.add(stream)
        await until(lambda: len(server.requests) >= many)  # each has a connection of its own
        await stream.send(PREMISE)

    old = set[SocketStream]()
    async with serve(act) as server, AsyncAExClient("T", base_url=server.url, timeout=6, max_connections=many) as aex:
        for _ in range(2):
            async with anyio.create_task_group() as group:
                for _ in range(many):
                    group.start_soon(aex.get_premise, "P1")
            dead = True
    assert len(server.requests) == 3 * many


@pytest.mark.fault("X15")
async def test_a_second_try_waits_for_the_end_of_quiet(road: str) -> None:
    slow_down = answer(b"", "429 Slow Down", "Retry-After: 1")
    async with connect(road, stay_silent, slow_down, PREMISE, timeout=4) as (aex, server):

        async def look() -> None:
            assert (await aex.get_premise("P1")).id == "P1"

        async with anyio.create_task_group() as group:
            group.start_soon(look)
            await until(lambda: server.requests)
            await anyio.sleep(1.8)  # the silent one is asked again after two seconds
            with pytest.raises(errors.RateLimitedError):
                await aex.with_options(attempts=1).get_premise("P1")
            asked = anyio.current_time()
            await until(lambda: len(server.requests) == 3)
            assert anyio.current_time() - asked > 0.9
    assert len(server.requests) == 3


async def test_a_second_try_heeds_quiet_that_is_asked_for_while_it_waits_for_a_place() -> None:
    async def throttle_late(stream: SocketStream) -> None:
        await anyio.sleep(2.3)  # the silent one is asked again after two seconds, and finds no place
        await stream.send(answer(b"", "429 Slow Down", "Retry-After: 0.4"))

    async with (
        serve(stay_silent, throttle_late, PREMISE) as server,
        httpx.AsyncClient(limits=httpx.Limits(max_connections=2)) as http,
        AsyncAExClient("T", base_url=server.url, http_client=http, max_connections=2, timeout=4) as aex,
    ):

        async def look() -> None:
            assert (await aex.get_premise("P1")).id == "P1"

        async with anyio.create_task_group() as group:
            group.start_soon(look)
            await until(lambda: server.requests)
            with pytest.raises(errors.RateLimitedError):
                await aex.with_options(attempts=1).get_premise("P1")
            asked = anyio.current_time()
            await until(lambda: len(server.requests) == 3)
            assert anyio.current_time() - asked > 0.3
    assert len(server.requests) == 3


@pytest.mark.parametrize("road", ["http_client", "transport"])
@pytest.mark.usefixtures("anyio_backend")
async def test_a_read_that_a_kept_connection_refuses_leaves_no_second_try_behind(road: str) -> None:
    together = anyio.Event()

    async def wait(stream: SocketStream) -> None:
        if len(server.requests) == 2:
            together.set()
        await together.wait()
        await stream.send(PREMISE)

    async with connect(road, wait, wait, close, PREMISE, timeout=0.6) as (aex, server):
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(aex.get_premise, "P1")
        await aex.get_premise("P1")  # once over the one, which closes, and past the other
        await anyio.sleep(0.5)
    assert len(server.requests) == 4


async def test_a_second_try_waits_before_a_pool_without_room_and_not_in_it() -> None:
    """Cancelled there, it could leave a place taken for good."""

    async def look_and_answer(stream: SocketStream) -> None:
        await anyio.sleep(0.5)
        # httpcore's own, for nothing else shows who waits.
        seen.append(repr(pool._pool))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        await stream.send(PREMISE)

    seen, told = list[str](), list[Try]()
    pool = httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_connections=1))
    async with (
        serve(look_and_answer) as server,
        AsyncAExClient("T", base_url=server.url, transport=pool, timeout=0.8, on_try=told.append) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
    assert "Requests: 1 active, 0 queued" in seen[0]
    assert [(each.attempt, each.outcome) for each in told] == [(1, 200)]


@pytest.mark.parametrize("width", [1, 2])
async def test_a_first_that_fails_does_not_wait_for_a_second_that_waits_for_its_place(width: int) -> None:
    async def end_late(stream: SocketStream) -> None:
        await anyio.sleep(1.2)
        await close(stream)

    async def look() -> None:
        found.append((await aex.get_premise("P1")).id)

    found = list[str]()
    pool = httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_connections=width))
    async with (
        serve(*[end_late] * width, *[PREMISE] * width) as server,
        AsyncAExClient("T", base_url=server.url, transport=pool, timeout=2) as aex,
    ):
        async with anyio.create_task_group() as group:
            for _ in range(width):
                group.start_soon(look)
        assert aex.in_flight == 0
    assert found == ["P1"] * width
    assert len(server.requests) == 2 * width


async def test_a_second_try_takes_a_place_of_a_small_pool_that_is_free() -> None:
    pool = httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_connections=2))
    async with (
        serve(stay_silent, PREMISE) as server,
        AsyncAExClient("T", base_url=server.url, transport=pool, timeout=0.8) as aex,
    ):
        assert (await aex.get_premise("P1")).id == "P1"
        assert aex.in_flight == 0
    assert len(server.requests) == 2


async def test_a_slow_on_try_keeps_a_call_no_longer_for_being_told_of_two_tries() -> None:
    async def note(ended: Try) -> None:
        told.append(ended.attempt)
        await anyio.sleep_forever()

    told = list[int]()
    async with (
        serve(stay_silent) as server,
        AsyncAExClient("T", base_url=server.url, timeout=0.4, on_try=note) as aex,
    ):
        with within(0.8), pytest.raises(errors.DeadlineError):
            await aex.get_premise("P1")
    assert told == [2, 1]


async def test_a_second_try_ends_with_the_time_of_its_call_also_after_the_first_has_failed(road: str) -> None:
    async def reset_late(stream: SocketStream) -> None:
        await anyio.sleep(0.7)
        await reset(stream)

    async with connect(road, reset_late, stay_silent, timeout=1.0) as (aex, server):
        with within(1.25), pytest.raises(errors.DeadlineError):
            await aex.get_premise("P1")
        await until(lambda: server.open_now == 0)
    assert len(server.requests) == 2


async def test_with_one_attempt_a_call_sends_one_request_and_waits_for_all_of_its_time(road: str) -> None:
    async with connect(road, stay_silent, timeout=0.5, attempts=1) as (aex, server):
        start = anyio.current_time()
        with within(0.75), pytest.raises(errors.DeadlineError) as caught:
            await aex.get_premise("P1")
        assert anyio.current_time() - start > 0.45
    assert (caught.value.attempts, len(server.requests)) == (1, 1)


async def test_silence_on_both_connections_ends_with_the_time(road: str) -> None:
    async with connect(road, stay_silent, timeout=0.6) as (aex, server):
        with pytest.raises(errors.DeadlineError) as caught:
            await aex.get_premise("P1")
    assert (caught.value.attempts, len(server.requests)) == (2, 2)


async def test_a_first_that_fails_late_leaves_it_to_the_second(road: str) -> None:
    async def close_late(stream: SocketStream) -> None:
        await anyio.sleep(1.2)
        await stream.aclose()

    async with connect(road, close_late, answer_after(0.4), timeout=2.0) as (aex, server):
        assert (await aex.get_premise("P1")).id == "P1"
    assert len(server.requests) == 2


async def test_a_second_that_fails_leaves_it_to_the_first(road: str) -> None:
    async def close_now(stream: SocketStream) -> None:
        await stream.aclose()

    async with connect(road, answer_after(0.8), close_now, timeout=1.2) as (aex, _):
        assert (await aex.get_premise("P1")).id == "P1"


async def test_a_call_that_is_cancelled_while_two_are_listened_to_leaves_nothing_behind(road: str) -> None:
    async with connect(road, stay_silent, timeout=2.0) as (aex, server):
        with anyio.move_on_after(1.3) as scope:
            await aex.get_premise("P1")
        assert scope.cancelled_caught
        assert len(server.requests) == 2
        await until(lambda: (aex.in_flight, server.open_now) == (0, 0))


@pytest.mark.fault("X17")
@pytest.mark.fault("N4")
@pytest.mark.usefixtures("anyio_backend")
async def test_a_first_that_is_answered_counts_while_a_second_is_still_connecting() -> None:
    found: list[str] = []
    with ExitStack() as sockets:
        listener, *fillers = [sockets.enter_context(socket.socket()) for _ in range(5)]
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        async def look() -> None:
            async with AsyncAExClient("T", base_url=url, timeout=2) as aex:
                found.append((await aex.get_premise("P1")).id)

        async with anyio.create_task_group() as group:
            group.start_soon(look)
            await anyio.sleep(0.5)
            first = sockets.enter_context(listener.accept()[0])
            for filler in fillers:
                filler.setblocking(False)  # noqa: FBT003 - the standard library's own
                filler.connect_ex(listener.getsockname())
            await anyio.sleep(0.9)
            first.sendall(PREMISE)
    assert found == ["P1"]


async def test_over_tls_a_second_answer_is_taken_as_well() -> None:
    context = certify(AUTHORITY.issue_cert("127.0.0.1"))
    async with serve_over_tls(context, PREMISE, stay_silent, PREMISE) as server:
        with AUTHORITY.cert_pem.tempfile() as bundle:
            aex = AsyncAExClient("T", base_url=server.url, verify=bundle, timeout=2.0)
        async with aex:
            await aex.get_premise("P1")
            assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 2


# The same, without sockets


async def wait_and_fail() -> str:
    await anyio.sleep(0.05)
    raise OSError("the first")


def stumble() -> None:
    raise ZeroDivisionError


def second(answered: Callable[[], Answer | None], *, after: float = 0.0) -> Hedge:
    async def ask(_: Hedge) -> Answer | None:
        await anyio.lowlevel.checkpoint()
        return answered()

    return Hedge(anyio.current_time() + after, ask, anyio.current_time)


async def test_what_is_heard_in_time_needs_no_second() -> None:
    async def hear() -> str:
        return "heard"

    unused = second(lambda: None, after=5)
    assert await unused.listen(hear) == "heard"
    assert not unused.used
    used = second(lambda: None)
    assert await used.race(hear) == "heard"
    assert await used.listen(hear) == "heard"


async def test_of_two_that_fail_the_first_says_why() -> None:
    with pytest.raises(OSError, match="the first"):
        await second(lambda: None).listen(wait_and_fail)


class Outcome(BaseException):
    """What `pytest.fail` raises is no `Exception` either."""


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, Outcome])
@pytest.mark.parametrize("asking", [False, True], ids=["listening", "asking"])
@pytest.mark.fault("C17")
async def test_what_ends_the_program_ends_both_and_comes_in_no_group(
    stop: type[BaseException], *, asking: bool
) -> None:
    def end() -> None:
        raise stop

    async def end_later() -> None:
        await anyio.lowlevel.checkpoint()
        raise stop

    answered, hear = (end, anyio.sleep_forever) if asking else (lambda: None, end_later)
    with pytest.raises(stop):
        await second(answered).race(hear)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, Outcome])
@pytest.mark.fault("C17")
async def test_what_ends_the_program_beside_a_first_try_is_raised_in_its_caller(stop: type[BaseException]) -> None:
    def end() -> None:
        raise stop

    beside = OuterHedge(second(end))
    with beside:
        await anyio.sleep(5)
    with pytest.raises(stop):
        await beside.settle(None)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("asking", [False, True], ids=["listening", "asking"])
@pytest.mark.fault("C17")
async def test_what_ends_the_program_is_not_lost_in_what_the_other_try_fails_with(
    stop: type[BaseException], *, asking: bool
) -> None:
    async def end(*_: object) -> Answer | None:
        await anyio.sleep(0.01)
        raise stop

    async def fail_when_it_ends(*_: object) -> Answer | None:
        try:
            await anyio.sleep_forever()
        finally:
            raise OSError("cut off")

    ask, hear = (end, fail_when_it_ends) if asking else (fail_when_it_ends, end)
    with pytest.raises(stop):
        await Hedge(anyio.current_time(), ask, anyio.current_time).race(hear)


@pytest.mark.fault("C17")
async def test_what_ends_the_program_is_not_lost_beside_a_first_that_fails_for_good() -> None:
    def end() -> None:
        raise SystemExit

    beside = OuterHedge(second(end))
    with beside:
        await anyio.sleep(5)
    with pytest.raises(SystemExit):
        await beside.stop()  # as after whatever the transport itself does wrong


async def test_a_first_that_is_answered_all_the_same_counts_beside_a_second_that_goes_wrong() -> None:
    beside = OuterHedge(second(stumble))
    with beside:
        await anyio.sleep(5)
    answered = Answer(200, [], b"the first")
    assert await beside.settle(answered) is answered


@pytest.mark.parametrize("anyio_backend", ["trio"], indirect=True)
async def test_a_second_that_is_still_connecting_when_the_first_is_answered_does_no_harm() -> None:
    """On trio, httpcore does that in a nursery, out of which the cancellation comes in a group."""

    async def connect_for_ever(_: Hedge) -> Answer | None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
        return None  # pragma: no cover - it is cancelled

    async def hear() -> str:
        await anyio.sleep(0.02)
        return "the first"

    assert await Hedge(anyio.current_time(), connect_for_ever, anyio.current_time).race(hear) == "the first"
    beside = OuterHedge(Hedge(anyio.current_time(), connect_for_ever, anyio.current_time))
    with beside:
        await anyio.sleep(0.02)
    await beside.stop()
    failed = Failure("the first", sent=True)
    assert await beside.settle(failed) is failed


async def test_of_two_that_are_answered_at_once_the_second_counts_of_which_observers_are_told() -> None:
    async def ask(_: Hedge) -> Answer:
        with anyio.CancelScope(shield=True):  # as while its connection is closed
            await anyio.sleep(0.05)
        return Answer(200, [], b"the second")

    async def hear() -> str:
        await anyio.sleep(0.02)
        return "the first"

    with pytest.raises(AnsweredElsewhereError) as caught:
        await Hedge(anyio.current_time(), ask, anyio.current_time).race(hear)
    assert caught.value.answer.body == b"the second"
    beside = OuterHedge(Hedge(anyio.current_time(), ask, anyio.current_time))
    with beside:
        await anyio.sleep(0.02)
    settled = await beside.settle(Answer(200, [], b"the first"))
    assert isinstance(settled, Answer)
    assert settled.body == b"the second"


async def test_a_second_answer_ends_the_first() -> None:
    with pytest.raises(AnsweredElsewhereError) as caught:
        await second(lambda: Answer(200, [], b"")).listen(wait_and_fail)
    assert caught.value.answer.status == 200


async def test_what_goes_wrong_beside_a_first_try_is_raised_in_its_caller() -> None:
    beside = OuterHedge(second(stumble))
    with beside:
        await anyio.sleep(5)
    with pytest.raises(ZeroDivisionError):
        await beside.settle(None)


async def test_a_second_try_that_was_made_is_not_made_again_around_another_first() -> None:
    used = second(lambda: None)
    with OuterHedge(used):
        await until(lambda: used.used)
    beside = OuterHedge(used)
    with beside:
        await anyio.lowlevel.checkpoint()
    failed = Failure("it broke off", sent=True)
    assert await beside.settle(failed) is failed


async def test_what_goes_wrong_in_a_second_try_ends_the_first_as_well() -> None:
    with pytest.raises(ZeroDivisionError):
        await second(stumble).race(anyio.sleep_forever)


async def test_a_try_without_an_outcome_is_a_mistake_of_ours() -> None:
    with pytest.raises(RuntimeError, match="without an outcome"):
        await OuterHedge(None).settle(None)


async def test_a_second_try_is_made_once_by_whichever_stream_hears_nothing_first() -> None:
    asked: list[str] = []

    async def hear_late() -> str:
        await anyio.sleep(0.05)
        return "heard"

    def note() -> None:
        asked.append("again")

    from_within = second(note)
    assert [await from_within.listen(hear_late), await from_within.listen(hear_late)] == ["heard"] * 2
    assert (asked, from_within.used) == (["again"], True)
    put_around = second(note)
    beside = OuterHedge(put_around)
    with beside:
        await anyio.sleep(0.05)
    await beside.settle(Failure("it broke off", sent=True))
    assert (len(asked), put_around.used) == (2, True)


async def test_a_first_that_fails_early_waits_for_no_second() -> None:
    beside = OuterHedge(second(lambda: Answer(200, [], b""), after=60))
    with beside:
        await anyio.sleep(0.01)
    failure = Failure("it broke off", sent=True)
    with anyio.fail_after(50):
        assert await beside.settle(failure) is failure
