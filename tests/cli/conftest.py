"""What the tests of ordering share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread
from aex_async.testing import VirtualClock
from tests.cli.ordering import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = VirtualClock()
    sandbox = Sandbox(clock=clock)
    with serve_in_thread(sandbox) as url:
        yield Shop(sandbox, clock, url, tmp_path)
