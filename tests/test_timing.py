"""The clock for upper limits counts waiting, and none of the time that other work takes from it."""

import subprocess
import sys
import time

import anyio
import pytest

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


async def test_a_block_is_within_its_time_or_fails() -> None:
    with within(0.5):
        await anyio.sleep(0)  # noqa: ASYNC115 - it takes no time
    with pytest.raises(AssertionError), within(0.01):
        await anyio.sleep(0.5)  # of which a busy machine takes a part away, before the wait begins


async def test_what_is_on_its_way_is_waited_for() -> None:
    arrived: list[int] = []

    async def arrive() -> None:
        await anyio.sleep(0.05)
        arrived.append(1)

    async with anyio.create_task_group() as group:
        group.start_soon(arrive)
        await until(lambda: arrived)
    assert arrived == [1]
