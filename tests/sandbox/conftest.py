"""A sandbox on a clock of its own, with a plain httpx client before it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from aex_async.sandbox import Sandbox
from tests.sandbox.people import BASE, HEADERS
from tests.timing import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(1000.0)


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=sandbox.transport(), base_url=BASE, headers=HEADERS) as client:
        yield client
