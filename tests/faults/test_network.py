"""The network breaks, at every point that it can: a read is made again, a write is not, and the truth is told."""

import signal
import socket
import subprocess
import sys
import time
from typing import Any

import anyio
import pytest
from anyio.abc import SocketStream

from aex_async import AsyncAExClient, errors
from tests.faults.engines import (
    CREATED,
    ENGINES,
    MARGIN,
    PREMISE,
    Call,
    Conversation,
    choose_loop,
    connect,
    listen,
    open_client,
    read_head,
    read_premise,
    reply,
    write_customer,
    write_megabytes,
)
from tests.servers import Action, answer, close, drip, find_closed_port, reset, send_and, stay_silent
from tests.timing import in_no_time, within


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every fault is met with every engine."""
    return str(request.param)


@pytest.fixture
def anyio_backend(engine: str) -> tuple[str, dict[str, Any]]:
    return in_no_time(choose_loop(engine))


either = pytest.mark.parametrize("call", [read_premise, write_customer], ids=["GET", "POST"])


# No connection


@pytest.mark.fault("N1")
@either
async def test_a_refused_connection_is_tried_again_and_nothing_was_sent(engine: str, call: Call) -> None:
    async with open_client(engine, f"http://127.0.0.1:{find_closed_port()}") as aex:
        with pytest.raises(errors.ConnectionFailedError, match="nothing was sent") as caught:
            await call(aex)
    assert (caught.value.sent, caught.value.attempts) == (False, 3)


@pytest.mark.fault("N1", "N22")
@either
async def test_a_server_that_comes_up_meanwhile_gets_the_call_once(engine: str, call: Call) -> None:
    port = find_closed_port()
    done = anyio.Event()

    async def make_call(aex: AsyncAExClient) -> None:
        await call(aex)
        done.set()

    async with open_client(engine, f"http://127.0.0.1:{port}", attempts=20) as aex, anyio.create_task_group() as group:
        group.start_soon(make_call, aex)
        await anyio.sleep(0.1)
        async with listen(reply(CREATED if call is write_customer else PREMISE), port=port) as server:
            await done.wait()
            assert server.connections == 1


@pytest.mark.fault("N2")
@pytest.mark.parametrize("name", ["nope.invalid", f"{64 * 'a'}.example", "a..example"])
@either
async def test_a_name_that_does_not_exist_is_asked_for_once(engine: str, call: Call, name: str) -> None:
    async with open_client(engine, f"https://{name}") as aex:
        with pytest.raises(errors.ConnectionFailedError, match="host name does not exist") as caught:
            await call(aex)
    assert (caught.value.sent, caught.value.attempts) == (False, 1)


@pytest.mark.fault("N4")
@either
async def test_a_connection_that_is_never_accepted_ends_with_the_deadline_and_sends_nothing(
    engine: str, call: Call
) -> None:
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)  # noqa: FBT003 - the standard library's own
            filler.connect_ex(hole.getsockname())
        async with open_client(engine, f"http://127.0.0.1:{hole.getsockname()[1]}", seconds=0.5) as aex:
            start = anyio.current_time()
            with pytest.raises(errors.RequestError) as caught:
                await call(aex)
            assert anyio.current_time() - start < 0.5 + MARGIN
            assert not caught.value.sent
        for filler in fillers:
            filler.close()


@pytest.mark.fault("N21")
@either
async def test_a_name_with_a_dead_address_is_reached_at_the_other_once(engine: str, call: Call) -> None:
    async with (
        listen(reply(CREATED if call is write_customer else PREMISE)) as server,
        open_client(engine, server.url.replace("127.0.0.1", "localhost")) as aex,
    ):
        await call(aex)
    assert server.connections == 1


# A connection that breaks


async def reset_at_once(stream: SocketStream) -> None:
    await reset(stream)


async def close_at_once(stream: SocketStream) -> None:
    await stream.aclose()


async def reset_in_the_head(stream: SocketStream) -> None:
    await stream.receive(10)
    await reset(stream)


BROKEN: list[Conversation] = [reset_at_once, close_at_once, reset_in_the_head]


@pytest.mark.fault("N5", "N6", "N7")
@pytest.mark.parametrize("conversation", BROKEN, ids=lambda conversation: conversation.__name__)
async def test_a_read_is_made_again_over_another_connection(engine: str, conversation: Conversation) -> None:
    async with listen(conversation, reply(PREMISE)) as server, open_client(engine, server.url) as aex:
        assert await read_premise(aex) == "P1"
    assert server.connections == 2


@pytest.mark.fault("N5", "N6", "N7")
@pytest.mark.parametrize("conversation", BROKEN, ids=lambda conversation: conversation.__name__)
async def test_a_write_is_not_made_again_unless_it_did_not_leave(engine: str, conversation: Conversation) -> None:
    async with listen(conversation, close_at_once) as server, open_client(engine, server.url) as aex:
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await write_customer(aex)
    assert caught.value.sent
    assert caught.value.attempts == server.connections


async def reset_in_the_body(stream: SocketStream) -> None:
    await stream.receive(1024)
    await reset(stream)


async def never_read(_: SocketStream) -> None:
    await anyio.sleep(60)


@pytest.mark.fault("N8")
async def test_a_large_write_that_is_reset_may_have_arrived(engine: str) -> None:
    async with listen(reset_in_the_body) as server, open_client(engine, server.url) as aex:
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await write_megabytes(4)(aex)
    assert (caught.value.sent, caught.value.attempts, server.connections) == (True, 1, 1)


@pytest.mark.fault("N9")
async def test_a_write_that_nobody_reads_ends_with_the_deadline_and_may_have_arrived(engine: str) -> None:
    async with listen(never_read) as server, open_client(engine, server.url, seconds=0.5) as aex:
        write = write_megabytes(20)
        start = anyio.current_time()
        with pytest.raises(errors.DeadlineError) as caught:
            await write(aex)
        assert anyio.current_time() - start < 0.5 + MARGIN + 1  # which 20 MiB of JSON may take to be made
    assert (caught.value.sent, caught.value.attempts, server.connections) == (True, 1, 1)


# An answer that does not come


LOST: list[Action] = [close, reset, send_and(PREMISE[:-3], close), send_and(PREMISE[:-3], reset)]
LOST_IDS = ["closed", "reset", "closed in the body", "reset in the body"]


@pytest.mark.fault("N10", "N11", "P6")
@pytest.mark.parametrize("fault", LOST, ids=LOST_IDS)
async def test_a_read_whose_answer_is_lost_is_made_again(engine: str, fault: Action) -> None:
    async with connect(engine, fault, PREMISE) as (aex, server):
        assert await read_premise(aex) == "P1"
    assert len(server.requests) == 2


@pytest.mark.fault("N10", "N11")
@pytest.mark.parametrize("fault", LOST[:2], ids=LOST_IDS[:2])
async def test_a_write_whose_answer_is_lost_is_not_made_again(engine: str, fault: Action) -> None:
    async with connect(engine, fault, CREATED) as (aex, server):
        with pytest.raises(errors.ConnectionFailedError) as caught:
            await write_customer(aex)
        assert (caught.value.sent, caught.value.attempts, len(server.requests)) == (True, 1, 1)
        assert await write_customer(aex) == "C1"


@pytest.mark.fault("N12", "N15")
@pytest.mark.parametrize("fault", [stay_silent, send_and(PREMISE[:-3], stay_silent)], ids=["at once", "in the body"])
async def test_a_read_with_a_silent_server_is_made_again_within_its_deadline(engine: str, fault: Action) -> None:
    async with connect(engine, fault, PREMISE, seconds=0.8) as (aex, server):
        assert await read_premise(aex) == "P1"
    assert len(server.requests) == 2


ENDLESS: list[Action] = [stay_silent, drip(PREMISE, 0.2), drip(answer(b" " * 100, "404 Not Found"), 0.01)]


@pytest.mark.fault("N12", "N13", "N14", "S10")
@pytest.mark.parametrize("fault", ENDLESS, ids=["silent", "dripped head", "dripped body"])
@either
async def test_the_deadline_ends_a_call_whatever_comes_how_slowly(engine: str, fault: Action, call: Call) -> None:
    async with connect(engine, fault, seconds=0.4) as (aex, server):
        start = anyio.current_time()
        with pytest.raises(errors.DeadlineError) as caught:
            await call(aex)
        assert anyio.current_time() - start < 0.4 + MARGIN
        assert caught.value.sent
        server.script = (PREMISE,)
        assert await read_premise(aex) == "P1"


BROKEN_SUCCESS: list[Action] = [
    send_and(answer(b"x" * 100, "201 Created")[:-100], drip(b"x" * 100, 0.01)),
    send_and(answer(b"x" * 100, "201 Created")[:-9], stay_silent),
    send_and(answer(b"x" * 100, "201 Created")[:-9], close),
]


@pytest.mark.fault("N14", "N15", "N20", "P6")
@pytest.mark.parametrize("fault", BROKEN_SUCCESS, ids=["dripped", "silent", "closed"])
async def test_a_write_whose_success_breaks_off_is_not_told_as_a_failure(engine: str, fault: Action) -> None:
    async with connect(engine, fault, seconds=0.5) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError, match="very likely taken effect") as caught:
            await write_customer(aex)
    assert (caught.value.status, len(server.requests)) == (201, 1)


# A connection that lives


async def close_soon(stream: SocketStream) -> None:
    await stream.send(PREMISE)
    await anyio.sleep(0.02)
    await stream.aclose()


@pytest.mark.fault("N16")
async def test_a_connection_that_was_closed_while_idle_is_replaced_unnoticed(engine: str) -> None:
    async with connect(engine, close_soon, PREMISE, attempts=1) as (aex, server):
        await read_premise(aex)
        await anyio.sleep(0.1)
        assert await read_premise(aex) == "P1"
    assert (len(server.requests), server.connections) == (2, 2)


@pytest.mark.fault("N17")
async def test_a_connection_that_is_closed_at_its_reuse_costs_a_read_one_repeat(engine: str) -> None:
    async with connect(engine, PREMISE, close, PREMISE) as (aex, server):
        await read_premise(aex)
        assert await read_premise(aex) == "P1"
    assert len(server.requests) == 3


@pytest.mark.fault("N16", "N17")
async def test_a_write_goes_by_a_connection_that_no_earlier_answer_can_have_closed(engine: str) -> None:
    async with connect(engine, close_soon, CREATED) as (aex, server):
        await read_premise(aex)
        assert await write_customer(aex) == "C1"
    assert server.connections == 2


@pytest.mark.fault("N18", "N19", "N20")
@pytest.mark.parametrize("seconds", [0.0, 0.004], ids=["at once", "slowly"])
@either
async def test_bytes_that_come_one_by_one_are_an_answer(engine: str, seconds: float, call: Call) -> None:
    data = CREATED if call is write_customer else PREMISE
    async with connect(engine, drip(data, seconds)) as (aex, server):
        assert await call(aex) in ("C1", "P1")
    assert len(server.requests) == 1


def wait_and_send(data: bytes, seconds: float) -> Action:
    async def action(stream: SocketStream) -> None:
        await anyio.sleep(seconds)
        await stream.send(data)

    return action


@pytest.mark.fault("N19")
async def test_latency_within_the_deadline_is_waited_for(engine: str) -> None:
    script = [wait_and_send(PREMISE, seconds) for seconds in (0.2, 0.05, 0.15, 0.0)]
    async with connect(engine, *script, seconds=1.0) as (aex, server):
        assert [await read_premise(aex) for _ in script] == ["P1"] * len(script)
    assert len(server.requests) == len(script)


@pytest.mark.fault("N22")
async def test_a_server_that_restarts_between_two_calls_is_found_again(engine: str) -> None:
    async with listen(reply(PREMISE)) as first, open_client(engine, first.url) as aex:
        assert await read_premise(aex) == "P1"
    port = int(first.url.rpartition(":")[2])
    async with open_client(engine, first.url, attempts=1) as aex:
        for _ in range(2):
            async with listen(reply(PREMISE), port=port) as again:
                assert await read_premise(aex) == "P1"
            assert again.connections == 1


# The machine


KILLED = """
import signal, socket, sys
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    connection.recv(65536)
    print("read", flush=True)
    signal.pause()
"""


@pytest.mark.fault("N32")
@either
async def test_a_server_that_is_killed_may_have_had_the_request(engine: str, call: Call) -> None:
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: ASYNC220, S603 - a script of our own
        assert process.stdout is not None
        readline = process.stdout.readline
        port = int(readline())

        async def kill_it() -> None:
            await anyio.to_thread.run_sync(readline)
            process.send_signal(signal.SIGKILL)

        url = f"http://127.0.0.1:{port}"
        async with open_client(engine, url, attempts=1, seconds=30) as aex, anyio.create_task_group() as group:
            group.start_soon(kill_it)
            with pytest.raises(errors.ConnectionFailedError) as caught:
                await call(aex)
            assert (caught.value.sent, caught.value.attempts) == (True, 1)


STARVED = """
import resource, sys
import anyio
from aex_async import AsyncAExClient, errors
from tests.faults.engines import NEW, choose_loop, open_client

async def main(engine, url):
    async with open_client(engine, url) as aex, open_client(engine, "https://127.0.0.1:9") as over_tls:
        hogs = []
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        try:
            while True:
                hogs.append(open("/dev/null"))
        except OSError:
            pass
        for client in (aex, over_tls):
            try:
                await client.create_customer(NEW)
            except errors.ConnectionFailedError as error:
                print("too many files" in str(error), error.sent)
        for hog in hogs:
            hog.close()
        print((await aex.get_premise("P1")).id)

anyio.run(main, *sys.argv[1:], backend=choose_loop(sys.argv[1]))
"""


@pytest.mark.fault("N29")
async def test_a_first_call_without_descriptors_sends_nothing_and_with_them_all_is_well(engine: str) -> None:
    """What is imported no sooner than with it is read from files, too, as are the certificates that it trusts."""
    async with connect(engine, PREMISE) as (_, server):
        run = await anyio.run_process([sys.executable, "-c", STARVED, engine, server.url])
    assert run.stdout.split() == [b"True", b"False"] * 2 + [b"P1"]
    assert len(server.requests) == 1


@pytest.mark.fault("N30")
@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_jumps_moves_no_deadline(engine: str, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() + 86_400 * days)
    async with connect(engine, wait_and_send(PREMISE, 0.1), stay_silent, seconds=0.4) as (aex, _):
        assert await read_premise(aex) == "P1"
        start = anyio.current_time()
        with within(0.4 + MARGIN), pytest.raises(errors.DeadlineError):
            await read_premise(aex)
        assert anyio.current_time() - start > 0.35


# What the tests stand on


async def test_the_head_of_a_request_is_read_whole(engine: str) -> None:
    heads: list[bytes] = []

    async def converse(stream: SocketStream) -> None:
        heads.append(await read_head(stream))
        await stream.send(PREMISE)

    async with listen(converse) as server, open_client(engine, server.url) as aex:
        await read_premise(aex)
    assert heads[0].startswith(b"GET /premises/P1 HTTP/1.1\r\n")
