"""The transport without a socket behaves as httpx's own does."""

from typing import Any

import anyio
import httpx
import pytest

from aex_async.sandbox import Fault, Sandbox
from tests.sandbox.people import BASE, PREMISE_9, order

pytestmark = pytest.mark.in_no_time

PREMISE = f"/premises/{PREMISE_9}"
SENT = [
    "connection.connect_tcp.started",
    "connection.connect_tcp.complete",
    "http11.send_request_headers.started",
    "http11.send_request_headers.complete",
    "http11.send_request_body.started",
    "http11.send_request_body.complete",
    "http11.receive_response_headers.started",
]


class Trace:
    def __init__(self) -> None:
        self.events: list[str] = []
        self.told: dict[str, Any] = {}

    async def __call__(self, event: str, about: dict[str, Any]) -> None:
        self.events.append(event)
        self.told = about


async def test_a_trace_tells_each_step(http: httpx.AsyncClient) -> None:
    trace = Trace()
    await http.get(PREMISE, extensions={"trace": trace})
    assert trace.events == [*SENT, "http11.receive_response_headers.complete"]
    assert trace.told["return_value"][:3] == (b"HTTP/1.1", 200, b"OK")


async def test_a_trace_shows_that_nothing_left(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    trace = Trace()
    sandbox.faults.add(Fault.refuse())
    with pytest.raises(httpx.ConnectError) as raised:
        await http.get(PREMISE, extensions={"trace": trace})
    assert trace.events == [SENT[0], "connection.connect_tcp.failed"]
    assert trace.told == {"exception": raised.value}


@pytest.mark.parametrize(("sent", "steps"), [(10, 3), (100_000, 5)], ids=["in the head", "in the body"])
async def test_a_trace_shows_how_far_a_request_got(
    http: httpx.AsyncClient, sandbox: Sandbox, sent: int, steps: int
) -> None:
    trace = Trace()
    sandbox.faults.add(Fault.cut_request(sent))
    with pytest.raises(httpx.WriteError):
        await http.post("/services/full", json=order(), extensions={"trace": trace})
    assert trace.events == [*SENT[:steps], SENT[steps - 1].replace("started", "failed")]


@pytest.mark.parametrize("fault", [Fault.cut_before(), Fault.reset(), Fault.silent(), Fault.delay(1)])
async def test_a_trace_shows_that_everything_left(http: httpx.AsyncClient, sandbox: Sandbox, fault: Fault) -> None:
    trace = Trace()
    sandbox.faults.add(fault)
    with pytest.raises(httpx.TransportError):
        await http.get(PREMISE, extensions={"trace": trace}, timeout=0.01)
    assert trace.events == [*SENT, "http11.receive_response_headers.failed"]


async def test_whoever_is_cancelled_already_sends_nothing(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await http.post("/services/full", json=order())
    assert scope.cancelled_caught
    assert sandbox.requests == ()


async def test_silence_lasts_without_a_time_out(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault.silent())
    with anyio.move_on_after(0.02) as scope:
        await http.get(PREMISE, timeout=None)
    assert scope.cancelled_caught


async def test_a_request_lets_others_run(sandbox: Sandbox) -> None:
    request = httpx.Request("GET", BASE + PREMISE, headers={"Authorization": "Bearer sandbox-token"})
    other = anyio.Event()

    async def run_meanwhile() -> None:
        other.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_meanwhile)
        for _ in range(2):  # trio shuffles whoever is ready
            await sandbox.transport().handle_async_request(request)
        assert other.is_set()


async def test_a_path_is_decoded_once(http: httpx.AsyncClient) -> None:
    assert (await http.get(f"/premises/%42{PREMISE_9[1:]}")).status_code == 200
    assert (await http.get(f"/premises/%2542{PREMISE_9[1:]}")).status_code == 404
