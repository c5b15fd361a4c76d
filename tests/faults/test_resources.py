"""What a client holds while it works, and what is left when it has."""

import gc
import json
import logging
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from traceback import walk_tb
from typing import TypeAlias

import httpx
import pytest

from aex_async import AsyncAExClient, Premise, errors
from aex_async._http.responses import Answer
from aex_async._http.trust import tls_context
from tests.chaos.kill import ROOT
from tests.faults.engines import ENGINES
from tests.hostile import make_greedy, serve_bodies
from tests.servers import Action, answer, close, connect, reset
from tests.timing import until

Scale: TypeAlias = Callable[[int, int], int]

PREMISE = answer(b'{"id": "P1"}')
FAULTS: dict[str, Action] = {
    "an answer": PREMISE,
    "an error": answer(b'{"errors": ["no"]}', "404 None"),
    "no JSON": answer(b"<html>"),
    "closed": close,
    "reset": reset,
}


def count_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def call_often(aex: AsyncAExClient, times: int) -> None:
    for _ in range(times):
        try:
            await aex.get_premise("P1")
        except errors.AExError:
            continue


@pytest.mark.fault("R1", "R2", "R3", "R4", "R5", "R6")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_calls_that_end_in_any_way_leave_nothing_behind(
    fault: Action, scale: Scale, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "aex_async")  # pytest keeps each line of the log: 5 MB of them in a full run
    async with connect(fault, attempts=1) as (aex, server):
        await call_often(aex, 20)
        gc.collect()
        files, threads, objects = count_files(), threading.active_count(), len(gc.get_objects())
        tracemalloc.start()
        try:
            times = scale(40, 4_000)
            await call_often(aex, times)
            server.requests.clear()
            gc.collect()
            assert tracemalloc.get_traced_memory()[0] < 300_000
        finally:
            tracemalloc.stop()
        assert count_files() <= files + 2
        assert threading.active_count() <= threads
        # trio keeps up to a thousand deadlines that are over, of two objects each, before it sorts them out.
        assert len(gc.get_objects()) < objects + scale(300, 2_300)
        await until(lambda: server.open_now <= 1)


@pytest.mark.fault("R7")
async def test_no_answer_is_kept_alive_by_a_cycle() -> None:
    async with connect(PREMISE) as (aex, _):
        await call_often(aex, 5)
        gc.collect()
        gc.disable()
        try:
            await call_often(aex, 20)
            left = [thing for thing in gc.get_objects() if isinstance(thing, httpx.Response | httpx.Request)]
        finally:
            gc.enable()
    assert len(left) <= 2


@pytest.mark.fault("R8")
async def test_an_error_that_is_kept_keeps_no_body_and_no_request() -> None:
    kept: list[errors.AExError] = []
    body = b'{"errors": ["no"], "padding": "' + b"x" * 2**20 + b'"}'
    async with connect(answer(body, "400 Bad"), attempts=1) as (aex, _):
        for _ in range(5):
            with pytest.raises(errors.BadRequestError) as caught:
                await aex.get_premise("P1")
            kept.append(caught.value)
    assert all(len(str(vars(error))) < 2**18 for error in kept)


@pytest.mark.fault("X2", "R8")
async def test_an_error_that_is_kept_keeps_no_other_record_that_came_before_it() -> None:
    async with connect(answer(b'{"id": "P9"}'), answer(b"{}", "404 Not Found"), attempts=2) as (aex, server):
        with pytest.raises(errors.NotFoundError) as caught:
            await aex.get_premise("P1")
    assert len(server.requests) == 2
    held = [value for frame, _ in walk_tb(caught.value.__traceback__) for value in frame.f_locals.values()]
    assert not [value for value in held if isinstance(value, Premise | Answer)]


@pytest.mark.fault("X25", "R8")
@pytest.mark.parametrize(
    ("status", "told"),
    [
        pytest.param(400, {f"field_{n}": [f"is invalid in some way {n}"] for n in range(200)}, id="fields"),
        pytest.param(400, {f"field_{n}": ["no"] * 20 for n in range(200)}, id="fields of many texts"),
        pytest.param(400, [f"text {n} is of some length, too" for n in range(200)], id="texts"),
        pytest.param(400, {f"field_{n}": ["is long " * 99] for n in range(8)}, id="fields of long texts"),
        pytest.param(400, {f"field_{n}": ["\N{ROCKET}" * 99] for n in range(8)}, id="fields of wide texts"),
        pytest.param(
            400, {"\N{ROCKET}" * 200 + str(n): ["\N{ROCKET}" * 300] * 3 for n in range(8)}, id="fields of wide names"
        ),
        pytest.param(400, ["\N{ROCKET}" * 9_000], id="one wide text"),
        pytest.param(400, ["x" * 60_000], id="one long text"),
        pytest.param(200, ["x" * 60_000], id="an error with a status of success"),
        pytest.param(200, {"id": [1], "full_text": "x" * 60_000}, id="not what is described"),
        pytest.param(200, {"id": "P", "full_text": "x" * 60_000}, id="another record"),
        pytest.param(200, "x" * 60_000, id="not JSON"),
    ],
)
async def test_three_thousand_kept_errors_take_at_most_20_mib(
    status: int, told: object, scale: Callable[[int, int], int]
) -> None:
    count, kept = scale(150, 3000), list[errors.AExError]()
    if isinstance(told, str):
        body = b"{" + told.encode()
    else:
        is_record = isinstance(told, dict) and "id" in told
        body = json.dumps(told if is_record else {"code": 400, "errors": told}).encode()
    # A body of its own for each: one that all share would weigh nothing.
    refusing = httpx.MockTransport(lambda _: httpx.Response(status, content=bytes(bytearray(body))))
    async with AsyncAExClient("T", transport=refusing) as aex:
        await keep_errors(aex, 10, [])  # whatever is made once
        gc.collect()
        tracemalloc.start()
        try:
            await keep_errors(aex, count, kept)
            gc.collect()
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (len(kept), taken / count * 3000 < 20 * 2**20) == (count, True)


@pytest.mark.fault("R8")
@pytest.mark.parametrize("at_once", [1, 4])
@pytest.mark.parametrize("second", ["500", "the first again", "empty"])
async def test_errors_of_listings_that_are_kept_keep_none_of_their_pages(
    second: str, at_once: int, scale: Callable[[int, int], int]
) -> None:
    def answer_page(request: httpx.Request) -> httpx.Response:
        first = request.url.params["page"] == "1"
        if second == "500" and request.url.params["page"] == "2":
            return httpx.Response(500)
        rows = [{"id": f"S{number}", "note": "x" * 2000} for number in range(100)] if first or second != "empty" else []
        return httpx.Response(200, json={"items": rows, "total": 300})

    async def keep(count: int, kept: list[errors.AExError]) -> None:
        for _ in range(count):
            listing = aex.listing("/x", at_once=at_once)
            try:
                while True:
                    await anext(listing)
            except errors.AExError as error:
                kept.append(error)

    count, kept = scale(30, 300), list[errors.AExError]()
    async with AsyncAExClient("T", transport=httpx.MockTransport(answer_page), attempts=1) as aex:
        await keep(3, [])
        gc.collect()
        tracemalloc.start()
        try:
            await keep(count, kept)
            gc.collect()
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # One page has 200 KiB of text, which would be 600 MiB of them.
    assert (len(kept), taken / count < 12 * 2**10) == (count, True)


async def keep_errors(aex: AsyncAExClient, count: int, kept: list[errors.AExError]) -> None:
    for number in range(count):
        try:
            await aex.get_premise(f"P{number}")
        except errors.AExError as error:
            kept.append(error)


@pytest.mark.fault("R9")
def test_all_clients_share_one_tls_context() -> None:
    assert tls_context() is tls_context()


@pytest.mark.fault("L9", "H5", "R6", "R10")
@pytest.mark.parametrize("engine", ENGINES)
def test_no_body_takes_more_than_64_mib_at_its_peak(engine: str, pytestconfig: pytest.Config) -> None:
    worst = ["just so many fractions", "one wide text", "unknown keys", "rows", "bomb"]
    names = list(make_greedy()) if pytestconfig.getoption("full") else worst
    with serve_bodies() as url:
        run = subprocess.run(  # noqa: S603 - a module of our own
            [sys.executable, "-m", "tests.memory", url, engine, *names],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    peaks = {name: float(peak) for name, _, peak in (line.split("|") for line in run.stdout.splitlines())}
    assert list(peaks) == names
    assert max(peaks.values()) < 64, peaks
    assert max(peaks.values()) > 16, "the largest body was not read"
