"""The clock for upper limits counts waiting, and none of the time that other work takes from it."""

import subprocess
import sys
import time

import anyio
import pytest
from anyio.abc import SocketAttribute, SocketStream

from tests.servers import accept
from tests.timing import unhindered, until, within

SPIN = "import time; end = time.monotonic() + 20\nwhile time.monotonic() < end: pass"


def test_it_goes_on_while_a_thread_sleeps() -> None:
    begun = unhindered()
    time.sleep(0.2)
    assert unhindered() - begun > 0.15


def test_it_stands_still_while_others_have_the_core() -> None:
    others = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(8)]  # noqa: S603 - our own line
    try:
        time.sleep(1)
        begun, wall, worked = unhindered(), time.monotonic(), time.thread_time()
        while time.thread_time() - worked < 0.2:
            pass
        assert unhindered() - begun < 0.25 + (time.monotonic() - wall) / 4
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.in_no_time
async def test_in_no_time_none_passes_while_sockets_have_something_to_say_or_the_process_stalls() -> None:
    async def echo(stream: SocketStream) -> None:
        async with stream:
            async for said in stream:
                time.sleep(0.001)  # noqa: ASYNC251 - the whole process stalls
                await stream.send(said)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - no Django here
    begun = anyio.current_time()
    async with accept(listener, echo), await anyio.connect_tcp("127.0.0.1", port) as stream:
        with anyio.fail_after(0.01):
            for _ in range(20):
                await stream.send(b"x")
                await stream.receive()
    assert anyio.current_time() == begun


@pytest.mark.in_no_time
async def test_a_block_is_within_its_time_or_fails() -> None:
    with within(0.5):
        await anyio.sleep(0)  # noqa: ASYNC115 - it takes no time
    with pytest.raises(AssertionError), within(0.01):
        await anyio.sleep(0.5)


async def test_what_is_on_its_way_is_waited_for() -> None:
    arrived: list[int] = []

    async def arrive() -> None:
        await anyio.sleep(0.05)
        arrived.append(1)

    async with anyio.create_task_group() as group:
        group.start_soon(arrive)
        await until(lambda: arrived)
    assert arrived == [1]
