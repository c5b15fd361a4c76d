"""What the tests of ordering share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.cli.ordering import Clock, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    with serve_in_thread(sandbox) as url:
        yield Shop(sandbox, clock, url, tmp_path)
