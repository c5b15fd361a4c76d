"""A run that is spread over a Dask cluster: batches to the workers, and their results into one journal.

`distributed` comes with the extra `dask`, and is imported by nothing else.
"""

import importlib
import itertools
import logging
import os
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, cast

import anyio
from attrs import frozen

from aex_async import for_each
from aex_async._version import __version__
from aex_async.errors import AExError, UsageError
from aex_async.qualify.dask.worker import Batch, BatchResult, RunSettings, close, get_version, work
from aex_async.qualify.journal import Journal
from aex_async.qualify.model import Address, Watch, load
from aex_async.qualify.run import find_left

LOCAL: Final = "local"
PATIENCE: Final = 5  # seconds for a cluster to show that it is there
SIZE: Final = 20  # addresses of a batch: what is done again if its worker dies
AHEAD: Final = 2  # batches for each place of a worker, so that it never waits for one


class ClusterError(AExError):
    """The cluster cannot be had, or lost what it was given."""


def load_distributed() -> Any:
    """Return Dask's `distributed`, which is an extra."""
    try:
        return importlib.import_module("distributed")
    except ModuleNotFoundError:
        raise UsageError("--dask needs distributed: pip install 'aex-async[dask]'") from None


def check_cluster(address: str) -> str:
    """Return the address of a cluster: `local`, `local:N` for so many workers, or that of a scheduler."""
    kind, _, workers = address.partition(":")
    if kind == LOCAL and workers and not (workers.isdecimal() and 0 < int(workers) <= 64):  # noqa: PLR2004
        raise UsageError(f"--dask {address}: name 1 to 64 workers, as in local:2")
    if kind != LOCAL and not workers:
        raise UsageError(f"--dask {address}: name a scheduler, such as tcp://10.0.0.1:8786, or local")
    load_distributed()
    return address


@frozen
class WorkerPool:
    """The workers of a cluster, and how their work is shared out."""

    client: Any
    at_once: int
    rate: float | None

    async def run(
        self,
        addresses: Iterable[Address],
        journal: Journal,
        terms: RunSettings,
        watch: Watch,
        count: Callable[[int], None],
    ) -> None:
        """Qualify the addresses that the journal lacks, as `aex_async.qualify.run` does.

        `count` is told how many requests each batch took.

        Raises what stops a worker, such as a refused token, and `ClusterError`.
        """
        numbers = itertools.count(1)

        async def complete(addresses: tuple[Address, ...]) -> None:
            try:
                done = await self._work(terms, await self._share(addresses), next(numbers))
            except Exception as error:  # noqa: BLE001 - Dask raises whatever happened to a worker, or to the scheduler
                raise ClusterError(f"the cluster lost its work: {describe(error)}") from None
            for result in map(load, done.results):
                journal.add(result)
                watch(result)
            count(done.requests)
            if done.error is not None:
                raise done.error

        places, _ = await self._count()
        await for_each(complete, cut(find_left(addresses, journal)), min(AHEAD * places, self.at_once))

    async def _work(self, terms: RunSettings, batch: Batch, number: int) -> BatchResult:
        future = self.client.submit(work, terms, batch, key=f"aex-qualify-{terms.run}-{number}", pure=False)
        try:
            return cast("BatchResult", await future)
        finally:
            future.release()

    async def _share(self, addresses: tuple[Address, ...]) -> Batch:
        """Return a batch with its part of `at_once` and `rate`, by the workers that there are now."""
        places, workers = await self._count()
        return Batch(
            addresses=addresses,
            at_once=max(self.at_once // places, 1),
            rate=None if self.rate is None else self.rate / workers,
        )

    async def _count(self) -> tuple[int, int]:
        """Return how many batches can be worked on at once now, and by how many workers."""
        threads: dict[str, int] = await self.client.nthreads()
        return max(sum(threads.values()), 1), max(len(threads), 1)

    async def check(self) -> None:
        """Raise `ClusterError` unless every worker has this version of aex_async, and a token."""
        try:
            versions: dict[str, str] = await self.client.run(get_version)
            tokens: dict[str, bool] = await self.client.run(has_token)
        except Exception as error:  # noqa: BLE001 - Dask raises whatever a worker does
            raise ClusterError(f"the workers cannot use aex_async {__version__}: {describe(error)}") from None
        if strange := {version for version in versions.values() if version != __version__}:
            raise ClusterError(f"the workers have aex_async {', '.join(strange)}, and this machine has {__version__}")
        if poor := [worker for worker, has in tokens.items() if not has]:
            raise ClusterError(f"AEX_TOKEN is not set for {len(poor)} of {len(tokens)} workers: start them with it")

    async def aclose(self, run: str) -> None:
        """Close what a run opened on the workers, for as long as they answer."""
        with anyio.move_on_after(PATIENCE, shield=True):
            with suppress(Exception):  # who is gone has nothing open
                await self.client.run(close, run, on_error="ignore")


@asynccontextmanager
async def connect(address: str, *, at_once: int, rate: float | None) -> AsyncGenerator[WorkerPool]:
    """Give the workers of a cluster, and of a local one start and stop them."""
    distributed = load_distributed()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # of what goes wrong, the error tells
    kind, _, workers = address.partition(":")
    try:
        target: Any = address if kind != LOCAL else await _start(distributed, int(workers or os.cpu_count() or 1))
        client = await distributed.Client(target, asynchronous=True, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ClusterError(f"no cluster answers at {address}: {describe(error)}") from None
    try:
        try:
            await client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(f"the cluster at {address} has no worker") from None
        pool = WorkerPool(client, at_once, rate)
        await pool.check()
        yield pool
    finally:
        with anyio.CancelScope(shield=True):
            await client.close()
            if kind == LOCAL:
                await target.close()


async def _start(distributed: Any, workers: int) -> Any:
    return await distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        security=True,  # or whoever else is on this machine could have the workers run what they like
        asynchronous=True,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )


def has_token() -> bool:
    """Whether this process has a token."""
    return bool(os.environ.get("AEX_TOKEN"))


def describe(error: BaseException) -> str:
    """Return what a library says of an error, in a line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def cut(addresses: Iterable[Address]) -> Iterator[tuple[Address, ...]]:
    """Yield batches, read no further ahead than needed."""
    source = iter(addresses)
    while batch := tuple(itertools.islice(source, SIZE)):
        yield batch
