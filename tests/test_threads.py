"""One client a thread: threads that each have their own, and share nothing but a journal, do not disturb each other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import anyio
import pytest

from aex_async import AsyncAExClient, Order, OrderJournal, errors
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread
from tests.sandbox.people import POMPANO_11, PREMISE_9, PRODUCT, THANDI

BACKENDS: list[Literal["asyncio", "trio"]] = ["asyncio", "trio", "asyncio", "trio"]


@pytest.mark.parametrize("memory", [False, True], ids=["file", "memory"])
def test_threads_with_a_client_each_and_one_journal_order_once(tmp_path: Path, memory: bool) -> None:  # noqa: FBT001
    sandbox = Sandbox()
    journal = OrderJournal(":memory:" if memory else tmp_path / "orders.sqlite")

    async def work(base_url: str) -> str:
        async with AsyncAExClient(str(sandbox.token), base_url=base_url) as aex:
            for _ in range(20):
                await aex.get_premise(PREMISE_9)
            order = Order(
                customer=await aex.get_customer(THANDI), premise_guid=POMPANO_11, product_id=PRODUCT, reference="r-1"
            )
            return (await aex.place_order(order, journal=journal)).service.id

    def run_one(base_url: str, backend: Literal["asyncio", "trio"]) -> str:
        return anyio.run(work, base_url, backend=backend)

    with serve_in_thread(sandbox) as url, ThreadPoolExecutor(len(BACKENDS)) as threads:
        running = [threads.submit(run_one, url, backend) for backend in BACKENDS]
        services = Counter(each.result() for each in running)
    [(service, times)] = services.items()
    assert times == len(BACKENDS)
    assert [entry.id for entry in sandbox.ledger if entry.kind == "service" and entry.by == "client"] == [service]
    assert sandbox.received["POST /services/full"] == 1


async def test_a_client_is_of_no_use_to_another_thread() -> None:
    with serve_in_thread(Sandbox()) as url:
        async with AsyncAExClient("T", base_url=url) as aex:
            with pytest.raises(errors.AuthenticationError):
                await aex.get_premise(PREMISE_9)
            with pytest.raises(errors.UsageError, match="event loop"):
                await anyio.to_thread.run_sync(anyio.run, aex.get_premise, PREMISE_9)
