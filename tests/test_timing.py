"""The clock for upper limits counts waiting, and none of the time that other work takes from it."""

import subprocess
import sys
import time

from tests.timing import unhindered

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
