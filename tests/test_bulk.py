"""Many look-ups at a time: how many, in which order, and what becomes of those that fail."""

import asyncio
import gc
import itertools
import json
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import aclosing, suppress
from itertools import count
from typing import Any, Self, assert_type

import anyio
import anyio.lowlevel
import httpx
import pytest
from anyio.abc import SocketAttribute, SocketStream

from aex_async import AsyncAExClient, Bulk, Lookup, PredefinedPremise, Premise, Product, errors, for_each
from aex_async._base_errors import is_cancellation, ungrouped
from aex_async._bulk.lookups import REMEMBERED, Lookups, gather
from aex_async._bulk.outage import BELIEVED, CheckedCall, Outage
from aex_async.sandbox import Fault, Sandbox
from tests.sandbox.people import PREMISE_9
from tests.servers import answer, connect, read_request


class Probe:
    """A call that counts how often and how many at a time it is made."""

    def __init__(self, seconds: Callable[[int], float] = lambda _: 0.0) -> None:
        self.seconds = seconds
        self.asked: list[int] = []
        self.running = 0
        self.most = 0

    async def __call__(self, number: int) -> str:
        self.asked.append(number)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await anyio.sleep(self.seconds(number))
        finally:
            self.running -= 1
        if number < 0:
            raise make_not_found(number)
        return str(number)


def make_not_found(number: int) -> errors.NotFoundError:
    return errors.NotFoundError(f"no {number}", status=404, method="GET", path="/x")


def make_refusal() -> errors.AuthenticationError:
    return errors.AuthenticationError("refused", status=401, method="GET", path="/x")


async def stream(numbers: range) -> AsyncIterator[int]:
    for number in numbers:
        await anyio.lowlevel.checkpoint()
        yield number


class Outcome(BaseException):
    """What `pytest.fail` raises is no `Exception` either."""


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, Outcome])
async def test_what_is_no_exception_is_raised_in_no_group(stop: type[BaseException]) -> None:
    async def call(number: int) -> None:
        await anyio.lowlevel.checkpoint()
        if number == 3:
            raise stop

    with pytest.raises(stop):
        await gather(call, range(9), at_once=4)
    with pytest.raises(stop):
        await for_each(call, range(9), at_once=4)
    async with Lookups(call, range(9), at_once=4) as stream:
        with pytest.raises(stop):
            _ = [lookup async for lookup in stream]


async def test_what_ends_the_program_is_raised_although_a_call_failed_before() -> None:
    async def call(number: int) -> None:
        if number:
            raise ValueError
        try:
            await anyio.sleep_forever()
        finally:
            raise SystemExit

    with pytest.raises(SystemExit):
        await gather(call, range(2), at_once=2)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
async def test_what_ends_the_program_is_raised_to_who_leaves_a_stream_early(stop: type[BaseException]) -> None:
    async def call(number: int) -> int:
        if number == 1:
            raise stop
        return number

    with pytest.raises(stop):
        async with Lookups(call, range(9)) as stream:
            await anext(stream)


def test_a_group_of_what_ends_no_program_is_left_as_it_is() -> None:
    with pytest.raises(BaseExceptionGroup), ungrouped():
        raise BaseExceptionGroup("of another kind", [GeneratorExit()])


def test_what_closes_a_coroutine_passes_through_it_also_when_its_event_loop_is_gone() -> None:
    assert is_cancellation(GeneratorExit())


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_call_that_awaits_a_cancelled_task_ends_no_work_in_silence() -> None:
    """Nobody else cancels: for asyncio, that is no failure of a group."""

    async def call(number: int) -> int:
        if number == 3:
            task = asyncio.create_task(anyio.sleep(1))
            task.cancel()
            await task
        return number

    with pytest.raises(RuntimeError, match="cancelled by something of its own"):
        await gather(call, range(9), at_once=1)
    got: list[int] = []
    async with Lookups(call, range(9), at_once=1) as lookups:
        with pytest.raises(RuntimeError, match="cancelled by something of its own"):
            await extend(got, lookups)
    assert got == [0, 1, 2]


# All at once


@pytest.mark.parametrize("at_once", [1, 4, 100])
async def test_every_distinct_input_is_asked_once_and_answered_in_the_order_asked(at_once: int) -> None:
    probe = Probe(lambda number: 0.001 * (number % 3))
    bulk = await gather(probe, [5, 3, -1, 5, 4, 3, -2], at_once)
    assert list(bulk.found.items()) == [(5, "5"), (3, "3"), (4, "4")]
    assert [(number, str(error)) for number, error in bulk.failed.items()] == [(-1, "no -1"), (-2, "no -2")]
    assert sorted(probe.asked) == [-2, -1, 3, 4, 5]
    assert probe.most <= at_once


async def test_one_input_without_end_holds_no_event_loop() -> None:
    probe = Probe()
    with anyio.move_on_after(0.1) as scope:
        await gather(probe, itertools.repeat(1), at_once=2)
    assert scope.cancelled_caught
    assert probe.asked == [1]


@pytest.mark.parametrize(
    "inputs", ["P1", b"P1", bytearray(b"P1"), memoryview(b"P1")], ids=lambda each: type(each).__name__
)
async def test_one_text_is_no_collection_of_inputs(inputs: Any) -> None:
    with pytest.raises(errors.UsageError, match=f"not a single {type(inputs).__name__}"):
        await for_each(anyio.sleep, inputs, 2)


async def test_inputs_may_come_from_an_async_iterable() -> None:
    bulk = await gather(Probe(), stream(range(50)), 8)
    assert list(bulk.found) == list(range(50))


async def test_inputs_may_be_awaitables_that_are_no_coroutines() -> None:
    """Python's `anext` with a default asks such a one for its steps from the first on, again and again."""

    class Step:
        def __init__(self, number: int) -> None:
            self.number = number

        def __await__(self) -> Generator[Any, Any, int]:
            yield from anyio.sleep(0.001).__await__()
            if self.number > 2:
                raise StopAsyncIteration
            return self.number

    class Steps:
        def __init__(self) -> None:
            self.numbers = count()

        def __aiter__(self) -> Self:
            return self

        def __anext__(self) -> Step:
            return Step(next(self.numbers))

    with anyio.fail_after(60):
        assert list((await gather(Probe(), Steps(), 2)).found) == [0, 1, 2]


async def test_a_refused_token_stops_the_rest_and_is_raised_as_itself() -> None:
    probe = Probe(lambda _: 0.01)

    async def call(number: int) -> str:
        if number == 5:
            raise make_refusal()
        return await probe(number)

    with pytest.raises(errors.AuthenticationError):
        await gather(call, range(1000), 4)
    assert len(probe.asked) < 20


@pytest.mark.parametrize("where", ["call", "inputs"])
async def test_a_mistake_of_the_callers_own_is_raised_as_itself(where: str) -> None:
    def numbers() -> Iterator[int]:
        yield 1
        if where == "inputs":
            raise KeyError("mine")
        yield 2

    async def call(number: int) -> int:
        if number == 2:
            raise KeyError("mine")
        return number

    with pytest.raises(KeyError, match="mine"):
        await gather(call, numbers(), 4)


@pytest.mark.in_no_time
async def test_cancelling_many_leaves_none_running() -> None:
    probe = Probe(lambda _: 10)
    with anyio.move_on_after(0.05) as scope:
        await gather(probe, range(100), 10)
    assert (scope.cancelled_caught, probe.running, len(probe.asked)) == (True, 0, 10)


NO_INPUTS: dict[str, Any] = {"text": "ABC", "bytes": b"ABC", "None": None, "int": 3, "unhashable": [["a"]]}


@pytest.mark.parametrize("inputs", NO_INPUTS.values(), ids=NO_INPUTS)
async def test_what_are_no_inputs_is_refused(inputs: Any) -> None:
    probe = Probe()
    with pytest.raises(errors.UsageError):
        await gather(probe, inputs, 4)
    assert probe.asked == []


@pytest.mark.parametrize("at_once", [0, 1001, 1.5, True])
async def test_at_once_is_a_whole_number_within_reason(at_once: Any) -> None:
    with pytest.raises(errors.UsageError, match="at_once"):
        await gather(Probe(), [1], at_once)


# One after another, as they are done


@pytest.mark.in_no_time
async def test_outcomes_come_as_they_are_done() -> None:
    probe = Probe(lambda number: 0.2 if number == 0 else 0.01)
    async with Lookups(probe, range(5), at_once=5) as lookups:
        got = [lookup async for lookup in lookups]
    assert got[-1].input == 0
    assert {lookup.input: lookup.value for lookup in got} == {number: str(number) for number in range(5)}


async def test_outcomes_come_in_the_order_asked_if_wanted() -> None:
    probe = Probe(lambda number: 0.002 * (number % 7))
    async with Lookups(probe, stream(range(40)), at_once=8, ordered=True) as lookups:
        got = [lookup.input async for lookup in lookups]
    assert got == list(range(40))
    assert probe.most <= 8


async def test_a_failure_is_an_outcome_like_any_other() -> None:
    async with Lookups(Probe(), [1, -1, 2], at_once=2, ordered=True) as lookups:
        got = [(lookup.value, str(lookup.error)) async for lookup in lookups]
    assert got == [("1", "None"), (None, "no -1"), ("2", "None")]


@pytest.mark.parametrize("ordered", [False, True])
async def test_equal_inputs_are_asked_once_and_answered_each(*, ordered: bool) -> None:
    probe = Probe(lambda _: 0.01)
    async with Lookups(probe, [1, 1, 2, 1, 2, 3, 1], at_once=3, ordered=ordered) as lookups:
        got = [lookup.input async for lookup in lookups]
    assert sorted(got) == [1, 1, 1, 1, 2, 2, 3]
    assert sorted(probe.asked) == [1, 2, 3]
    assert not ordered or got == [1, 1, 2, 1, 2, 3, 1]


@pytest.mark.parametrize("ordered", [False, True])
async def test_inputs_are_read_no_further_ahead_than_needed(*, ordered: bool) -> None:
    probe = Probe()
    async with Lookups(probe, range(10_000), at_once=4, ordered=ordered) as lookups:
        for taken in range(1, 50):
            await anext(lookups)
            await anyio.sleep(0)  # noqa: ASYNC115 - the others may run
            assert len(probe.asked) <= taken + (8 if ordered else 4)


@pytest.mark.parametrize("size", [0, 1, 3])
async def test_a_stream_of_few_ends(size: int) -> None:
    async with Lookups(Probe(), range(size), at_once=8) as lookups:
        assert len([lookup async for lookup in lookups]) == size
        with pytest.raises(StopAsyncIteration):
            await anext(lookups)


async def test_leaving_a_stream_early_leaves_nothing_running() -> None:
    probe = Probe(lambda number: 0.0 if number == 0 else 10)
    async with Lookups(probe, range(100), at_once=5) as lookups:
        assert (await anext(lookups)).input == 0
    assert probe.running == 0
    with pytest.raises(StopAsyncIteration):
        await anext(lookups)


async def test_what_the_caller_raises_inside_comes_out_as_itself() -> None:
    probe = Probe(lambda _: 10)

    async def fail_inside() -> None:
        async with Lookups(probe, range(100), at_once=5):
            await anyio.sleep(0.01)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await fail_inside()
    assert probe.running == 0


@pytest.mark.in_no_time
async def test_cancelling_the_caller_inside_passes_through() -> None:
    probe = Probe(lambda _: 10)
    with anyio.move_on_after(0.05) as scope:
        async with Lookups(probe, range(100), at_once=5) as lookups:
            await anext(lookups)
    assert (scope.cancelled_caught, probe.running) == (True, 0)


@pytest.mark.parametrize("error", [make_refusal(), KeyError("mine")], ids=["refused token", "a mistake"])
async def test_what_is_true_of_all_ends_the_stream_after_what_was_done(error: Exception) -> None:
    async def call(number: int) -> int:
        if number == 3:
            raise error
        return number

    got: list[int] = []
    async with Lookups(call, range(100), at_once=1) as lookups:
        with pytest.raises(type(error)):
            await extend(got, lookups)
        with pytest.raises(StopAsyncIteration):
            await anext(lookups)
    assert got == [0, 1, 2]


async def extend(got: list[int], lookups: Lookups[int, Any]) -> None:
    async for lookup in lookups:
        got.append(lookup.input)  # noqa: PERF401 - what came before a failure counts


async def test_a_call_that_finds_its_own_generator_empty_ends_neither_the_stream_nor_the_work_in_silence() -> None:
    """`anext(listing)` is what one writes for the first row, and raises what ends an `async for`."""

    async def find_first(number: int) -> int:
        if number > 2:
            raise StopAsyncIteration
        return number

    with pytest.raises(StopAsyncIteration):
        await for_each(find_first, range(9), 2)
    got: list[int] = []
    async with Lookups(find_first, range(9), at_once=1, ordered=True) as lookups:
        got += [(await anext(lookups)).input for _ in range(3)]
        with pytest.raises(RuntimeError, match="StopAsyncIteration"):
            await anext(lookups)
    assert got == [0, 1, 2]


async def test_several_tasks_may_share_one_stream() -> None:
    got: list[int] = []

    async def take_some() -> None:
        async for lookup in lookups:
            got.append(lookup.input)
            await anyio.lowlevel.checkpoint()

    with anyio.fail_after(60):
        async with Lookups(Probe(lambda _: 0.001), range(30), at_once=1) as lookups, anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(take_some)
    assert sorted(got) == list(range(30))


async def test_a_stream_is_entered_once() -> None:
    lookups = Lookups(Probe(), [1, 2])
    async with lookups as stream:
        with pytest.raises(errors.UsageError, match="were entered already"):
            await lookups.__aenter__()
        assert {lookup.input async for lookup in stream} == {1, 2}
    with pytest.raises(errors.UsageError, match="were entered already"):
        await lookups.__aenter__()


async def test_a_stream_must_be_entered_first() -> None:
    with pytest.raises(errors.UsageError, match="async with"):
        await anext(Lookups(Probe(), [1]))


@pytest.mark.fault("R11")
async def test_a_long_stream_needs_no_more_memory_than_a_short_one() -> None:
    async def call(number: int) -> str:
        return str(number)

    tracemalloc.start()
    taken, before = 0, 0
    try:
        async with Lookups(call, range(20 * REMEMBERED), at_once=16) as lookups:
            async for _ in lookups:
                taken += 1
                if taken == 2 * REMEMBERED:
                    gc.collect()
                    tracemalloc.reset_peak()
                    before = tracemalloc.get_traced_memory()[0]
        assert taken == 20 * REMEMBERED
        assert tracemalloc.get_traced_memory()[1] - before < 2**20
    finally:
        tracemalloc.stop()


# Work that has no outcome


async def test_work_is_done_for_each_input_so_many_at_a_time() -> None:
    probe = Probe(lambda _: 0.001)
    await for_each(probe, [1, 1, 2, *range(3, 20)], 3)
    assert sorted(probe.asked) == [1, 1, 2, *range(3, 20)]
    assert probe.most == 3
    await for_each(probe, stream(range(20, 25)), 3)
    assert sorted(probe.asked)[-5:] == list(range(20, 25))


async def test_what_the_work_raises_stops_it_and_is_raised_as_itself() -> None:
    probe = Probe(lambda number: 0.0 if number < 0 else 10)
    with pytest.raises(errors.NotFoundError):
        await for_each(probe, [1, -1, *range(2, 100)], 2)
    assert (probe.running, len(probe.asked)) == (0, 2)


# An AEx that is down


def make_lost(*, sent: bool = False, method: str = "GET") -> errors.ConnectionFailedError:
    return errors.ConnectionFailedError("lost", method=method, path="/x", attempts=1, sent=sent)


class Down:
    """A call that has no connection between two moments, in seconds from now."""

    def __init__(self, begin: float, end: float, error: errors.AExError | None = None) -> None:
        self.begin, self.end = anyio.current_time() + begin, anyio.current_time() + end
        self.error = error or make_lost()
        self.tries = 0

    async def __call__(self, number: int) -> int:
        self.tries += 1
        await anyio.sleep(0.001)
        if self.begin <= anyio.current_time() < self.end:
            raise self.error
        if number < 0:
            raise make_not_found(number)
        return number


@pytest.mark.in_no_time
async def test_look_ups_wait_while_aex_is_down_and_all_succeed() -> None:
    call = Down(0.01, 0.8)
    bulk = await gather(call, range(200), 8)
    assert (len(bulk.found), bulk.failed) == (200, {})
    assert call.tries < 200 + 8 + 10  # one looks whether it is back, and the others wait


@pytest.mark.in_no_time
async def test_an_outage_may_end_with_a_404_and_may_come_again() -> None:
    call = Down(0.0, 0.15)
    bulk = await gather(call, [-1, -2, 3], 3)
    assert (list(bulk.found), list(bulk.failed)) == ([3], [-1, -2])
    again = Down(0.0, 0.15)
    async with Lookups(again, range(20), at_once=4) as lookups:
        async for lookup in lookups:
            assert lookup.error is None
            if lookup.input == 0:
                again.begin, again.end = anyio.current_time(), anyio.current_time() + 0.15


@pytest.mark.in_no_time
async def test_an_outage_that_does_not_end_is_given_up_once_for_all() -> None:
    outage = Outage(patience=0.3)
    call = Down(0.0, 1000.0)
    for number in range(5):
        with pytest.raises(errors.ConnectionFailedError):
            await outage.outlast(call, number)
    assert call.tries < 10
    call.end = 0.0
    assert await outage.outlast(call, 5) == 5
    call.end, call.tries = anyio.current_time() + 0.05, 0
    assert await outage.outlast(call, 6) == 6
    assert call.tries > 1


@pytest.mark.in_no_time
async def test_an_input_that_alone_has_no_connection_is_to_blame_itself() -> None:
    async def call(number: int) -> int:
        await anyio.sleep(0.01)
        if number == 7:
            raise make_lost()
        return number

    with anyio.fail_after(90):
        bulk = await gather(call, range(300), 2)
    assert list(bulk.failed) == [7]


@pytest.mark.in_no_time
async def test_a_write_that_may_have_arrived_is_not_repeated() -> None:
    for error, tries in ((make_lost(sent=True, method="POST"), 1), (make_lost(method="POST"), 3)):
        call = Down(0.0, 0.2, error)
        await gather(call, [1], 1)
        assert call.tries >= tries
        assert tries > 1 or call.tries == 1


@pytest.mark.in_no_time
async def test_look_ups_that_meet_one_outage_after_another_end() -> None:
    class Flapping:
        """Every input is refused at first, and answered when one has waited for it."""

        tries = 0

        async def __call__(self, number: int) -> int:
            self.tries += 1
            await anyio.sleep(0.001)
            if number == 1 or self.tries % 2:
                raise make_lost()
            return number

    with anyio.fail_after(90):
        bulk = await gather(Flapping(), range(50), 3)
    assert set(bulk.found) | set(bulk.failed) == set(range(50))
    assert 1 in bulk.failed


async def give_what_is_asked_for(stream: SocketStream) -> None:
    """Answer each request with a record of the id in its path."""
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        async with stream:
            while request := await read_request(stream):
                await stream.send(answer(json.dumps({"id": request.target.rpartition("/")[2]}).encode()))


async def listen(port: int) -> None:
    async with await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port) as listener:
        await listener.serve(give_what_is_asked_for)


async def listen_but_for_two_seconds(port: int, first: float) -> None:
    """Listen at a port for the `first` seconds, and again after a pause, in which nobody is connected."""
    with anyio.move_on_after(first):
        await listen(port)
    await anyio.sleep(2)
    await listen(port)


@pytest.mark.fault("X27")
@pytest.mark.parametrize("first", [0.3, 0], ids=["in the middle", "from the beginning"])
async def test_two_seconds_without_a_server_fail_no_look_up(first: float) -> None:
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    await listener.aclose()
    ids = [f"P{number}" for number in range(500)]
    async with anyio.create_task_group() as group:
        group.start_soon(listen_but_for_two_seconds, port, first)
        await anyio.sleep(0.05)
        async with AsyncAExClient("T", base_url=f"http://127.0.0.1:{port}") as aex:
            bulk = await aex.get_premises(ids, at_once=32)
        assert (list(bulk.found), bulk.failed) == (ids, {})
        group.cancel_scope.cancel()


@pytest.mark.fault("X25", "R8")
async def test_an_error_that_is_an_outcome_keeps_none_of_the_frames_that_it_came_through() -> None:
    bulk = await gather(Probe(), range(-3, 3), 2)
    async with Lookups(Probe(), range(-3, 3)) as lookups:
        streamed = [lookup.error async for lookup in lookups if lookup.error]
    assert [error.__traceback__ for error in (*bulk.failed.values(), *streamed)] == [None] * 6


# A bad token


async def refuse() -> None:
    raise make_refusal()


async def test_the_token_is_checked_after_a_first_404_and_after_a_last_one() -> None:
    checks = 0

    async def check() -> None:
        nonlocal checks
        checks += 1
        await anyio.sleep(0.01)

    bulk = await gather(Probe(), [-1, -2, -3, 4, -5], 3, check)
    assert (list(bulk.failed), checks) == ([-1, -2, -3, -5], 2)
    await gather(Probe(), [4, -5, 6], 1, check)
    assert checks == 2
    with pytest.raises(errors.AuthenticationError):
        await gather(Probe(), range(-100, 0), 4, refuse)
    async with Lookups(Probe(), range(-100, 0), at_once=4, check_token=refuse) as lookups:
        with pytest.raises(errors.AuthenticationError):
            await anext(lookups)


@pytest.mark.parametrize("after", [1, 30])
async def test_a_token_that_expires_amid_many_makes_nothing_look_absent(after: int) -> None:
    async def refuse_later() -> None:
        if len(probe.asked) > 50:
            raise make_refusal()

    async def note_missing() -> None:
        async for lookup in lookups:
            if lookup.error:
                missing.append(lookup.input)

    # The first is missing while the token is good.
    numbers = [-999, *range(50), *range(-after, 0)]
    probe = Probe()
    with pytest.raises(errors.AuthenticationError):
        await gather(probe, numbers, 1, refuse_later)
    probe, missing = Probe(), list[int]()
    async with Lookups(probe, [-999, *range(50), *range(-100, 0)], at_once=1, check_token=refuse_later) as lookups:
        with pytest.raises(errors.AuthenticationError):
            await note_missing()
    assert missing == [-999, *range(-100, -100 + BELIEVED - 1)]
    probe = Probe()
    async with Lookups(probe, numbers, at_once=1, check_token=refuse_later) as lookups:
        with pytest.raises(errors.AuthenticationError):
            _ = [lookup async for lookup in lookups]


async def test_the_answer_to_an_earlier_question_proves_no_token_good_since_then() -> None:
    slow = Probe(lambda number: 0.05 if number == 2 else 0.0)
    with pytest.raises(errors.AuthenticationError):
        await gather(slow, [1, 2, -3], 2, refuse)


async def test_a_check_that_fails_otherwise_leaves_the_404_as_it_is() -> None:
    async def fail() -> None:
        raise make_lost()

    checked = CheckedCall(Probe(), fail)
    with pytest.raises(errors.NotFoundError):
        await checked.ask(-1)


@pytest.mark.fault("H9")
async def test_a_bad_token_that_is_a_404_for_reads_by_id_is_one_error() -> None:
    """Field notes, "Errors": the framework reads before it authorizes."""

    def give(request: httpx.Request) -> httpx.Response:
        by_id = request.url.path.count("/") > 1
        return httpx.Response(404 if by_id else 401, json={"code": 404 if by_id else 401, "errors": ["x"]})

    async with AsyncAExClient("bad", transport=httpx.MockTransport(give)) as aex:
        with pytest.raises(errors.AuthenticationError):
            await aex.get_premises(["P1", "P2", "P3"])
        async with aex.lookups(aex.get_service, ["S1"]) as stream:
            with pytest.raises(errors.AuthenticationError):
                await anext(stream)


# Another event loop, another task


def test_many_look_ups_in_another_event_loop_are_one_error() -> None:
    aex = AsyncAExClient("T", transport=httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "P1"})))
    anyio.run(aex.get_premises, ["P1"])

    async def stream_on() -> None:
        async with aex.lookups(aex.get_premise, ["P1"]):
            pytest.fail("it was entered")  # pragma: no cover - it is not

    for backend in ("asyncio", "trio"):
        with pytest.raises(errors.UsageError, match="another event loop"):
            anyio.run(aex.get_premises, ["P1"], backend=backend)
        with pytest.raises(errors.UsageError, match="another event loop"):
            anyio.run(stream_on, backend=backend)
    anyio.run(aex.aclose)


async def test_a_generator_around_a_stream_can_be_left_early_if_its_walker_closes_it() -> None:
    probe = Probe(lambda number: 0.0 if number == 0 else 10)

    async def walk() -> AsyncGenerator[int, None]:
        async with Lookups(probe, range(100), at_once=5) as lookups:
            async for lookup in lookups:  # pragma: no branch
                yield lookup.input

    async with aclosing(walk()) as rows:
        async for row in rows:  # pragma: no branch
            assert row == 0
            break
    assert probe.running == 0


# Through the client


async def test_the_client_looks_up_many_of_everything() -> None:
    sandbox = Sandbox()
    customer, service = sandbox.customers[0]["id"], sandbox.services[0]["id"]
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        premises = assert_type(await aex.get_premises([PREMISE_9, "NOPE", "a/b"]), Bulk[str, Premise])
        services = await aex.get_services([service])
        customers = await aex.get_customers([customer])
        products = assert_type(
            await aex.products_at([(-29.7872215658, 30.9834343322), (91.0, 0.0)]),
            Bulk[tuple[float, float], list[Product]],
        )
        found = assert_type(
            await aex.find_premises(["Railway Street, Hectorton", " "], limit=3), Bulk[str, list[PredefinedPremise]]
        )
        async with aex.lookups(aex.get_premise, [PREMISE_9]) as stream:
            lookup = assert_type(await anext(stream), Lookup[str, Premise])
    assert list(premises.found) == [PREMISE_9]
    assert {name: type(error) for name, error in premises.failed.items()} == {
        "NOPE": errors.NotFoundError,
        "a/b": errors.UsageError,
    }
    assert (list(services.found), list(customers.found)) == ([service], [customer])
    assert [len(rows) > 0 for rows in products.found.values()] == [True]
    assert list(products.failed) == [(91.0, 0.0)]
    assert [len(rows) for rows in found.found.values()] == [3]
    assert isinstance(found.failed[" "], errors.UsageError)
    assert lookup.value == premises.found[PREMISE_9]


NOT_POINTS: list[Any] = [(1.0,), "12", 3]


@pytest.mark.parametrize("point", NOT_POINTS)
async def test_a_point_that_is_none_fails_alone(point: Any) -> None:
    async with AsyncAExClient("T", transport=httpx.MockTransport(lambda _: httpx.Response(500))) as aex:
        bulk = await aex.products_at([point])
    assert isinstance(bulk.failed[point], errors.UsageError)


@pytest.mark.fault("C8")
async def test_many_more_look_ups_than_connections_all_succeed() -> None:
    async def give(stream: SocketStream) -> None:
        await stream.send(answer(json.dumps({"id": server.requests[-1].target.rpartition("/")[2]}).encode()))

    async with connect(give, max_connections=10, timeout=30) as (aex, server):
        bulk = await aex.get_premises([f"P{number}" for number in range(500)], at_once=100)
    assert (len(bulk.found), len(bulk.failed)) == (500, 0)
    assert server.most_open <= 10


@pytest.mark.in_no_time
async def test_one_429_slows_all_look_ups_together_and_speed_returns() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault.status(429, retry_after=1), times=3)
    ids = [row["id"] for row in sandbox.services] * 1
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        start = anyio.current_time()
        bulk = await aex.get_services(ids)
        slow = anyio.current_time() - start
        start = anyio.current_time()
        await aex.get_services(ids)
        fast = anyio.current_time() - start
    assert not bulk.failed
    assert slow > 0.9 > 5 * fast


CALLS: list[Callable[[AsyncAExClient], Awaitable[Any]]] = [
    lambda aex: aex.get_premises([PREMISE_9]),
    lambda aex: aex.find_premises(["Railway Street"]),
    lambda aex: aex.products_at([(1.0, 2.0)]),
]


@pytest.mark.parametrize("call", CALLS, ids=["premises", "search", "products"])
async def test_a_wrong_token_is_one_error_and_not_one_for_each_input(
    call: Callable[[AsyncAExClient], Awaitable[Any]],
) -> None:
    async with AsyncAExClient("wrong", transport=Sandbox().transport()) as aex:
        with pytest.raises(errors.AuthenticationError):
            await call(aex)
