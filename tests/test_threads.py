"""One client a thread: threads that each have their own, and share nothing but a journal, do not disturb each other."""

import subprocess
import sys
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


COLD = """
import sys, threading, anyio, aex_async
from attrs import frozen

@frozen
class Mine:
    id: str

async def read() -> tuple[str, str]:
    async with aex_async.AsyncAExClient("sandbox-token", base_url=sys.argv[1]) as aex:
        premise = await aex.get_premise(sys.argv[2])
        again = aex_async.from_json(aex_async.to_json(premise), type(premise))
        return again.id, (await aex.request("GET", f"/premises/{premise.id}", into=Mine)).id

def run(backend: str) -> None:
    together.wait()
    ids.append(anyio.run(read, backend=backend))

ids, together = [], threading.Barrier(8)
threads = [threading.Thread(target=run, args=(backend,)) for backend in ("asyncio", "trio") * 4]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(ids), {each for pair in ids for each in pair})
"""


def test_the_first_clients_of_a_process_may_begin_in_many_threads_at_once() -> None:
    """Nothing is loaded yet, and how each model is read is worked out when one is first met."""
    with serve_in_thread(Sandbox()) as url:
        run = subprocess.run(  # noqa: S603 - the program above
            [sys.executable, "-c", COLD, url, PREMISE_9], capture_output=True, text=True, check=False, timeout=120
        )
    assert (run.stdout, run.stderr) == (f"8 {{{PREMISE_9!r}}}\n", "")


async def test_a_client_is_of_no_use_to_another_thread() -> None:
    with serve_in_thread(Sandbox()) as url:
        async with AsyncAExClient("T", base_url=url) as aex:
            with pytest.raises(errors.AuthenticationError):
                await aex.get_premise(PREMISE_9)
            with pytest.raises(errors.UsageError, match="event loop"):
                await anyio.to_thread.run_sync(anyio.run, aex.get_premise, PREMISE_9)
