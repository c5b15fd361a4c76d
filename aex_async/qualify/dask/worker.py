"""What a worker of a cluster does: one client and one qualifier in its process, and batch after batch of addresses."""

import logging
from typing import Final

from attrs import field, frozen

from aex_async import for_each
from aex_async._version import __version__
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, ClientClosedError
from aex_async.qualify.calls import Rate, make_calls
from aex_async.qualify.cost import Demand
from aex_async.qualify.model import Address, dump
from aex_async.qualify.qualifier import Qualifier
from aex_async.qualify.run import OutageGuard

_log = logging.getLogger("aex_async")


@frozen(kw_only=True)
class RunSettings:
    """What holds for all batches of a run. Neither token nor proxy is: they are in each worker's environment."""

    run: str
    base_url: str
    patience: float
    demand: Demand = field(factory=Demand)
    everywhere: bool = False


@frozen(kw_only=True)
class Batch:
    """Addresses for one worker, and its share of what AEx is asked together and a second."""

    addresses: tuple[Address, ...]
    at_once: int
    rate: float | None


@frozen(kw_only=True)
class BatchResult:
    """What became of a batch: results as `dump` writes them, and the error that stops the run, if there was one."""

    results: tuple[str, ...]
    error: AExError | None = None
    requests: int = 0


class DaskWorker:
    """One client and one qualifier, for as long as a run lasts."""

    def __init__(self, terms: RunSettings) -> None:
        self._aex = AsyncAExClient(base_url=terms.base_url, trust_env=True)
        self._rate = Rate()
        self._asking = Qualifier(make_calls(self._aex), self._rate, demand=terms.demand, everywhere=terms.everywhere)
        self._told = 0
        self._qualifier = OutageGuard(self._asking, patience=terms.patience, tell=_log.warning)

    async def work(self, batch: Batch) -> BatchResult:
        """Qualify a batch. What was done before an error is kept."""
        self._rate.change(batch.rate)
        results: list[str] = []

        async def complete(address: Address) -> None:
            results.append(dump(await self._qualifier.qualify(address)))

        try:
            await for_each(complete, batch.addresses, batch.at_once)
        except AExError as error:
            return BatchResult(results=tuple(results), error=error, requests=self._count())
        return BatchResult(results=tuple(results), requests=self._count())

    def _count(self) -> int:
        """Return how many requests were made since the last count: batches run side by side, and share their caches."""
        new, self._told = self._asking.requests - self._told, self._asking.requests
        return new

    async def aclose(self) -> None:
        """Close the client."""
        await self._aex.aclose()


_workers: Final[dict[str, DaskWorker]] = {}
_closed: Final[set[str]] = set()  # runs that are over, of which a batch may still come


async def work(terms: RunSettings, batch: Batch) -> BatchResult:
    """Do a batch at this process's worker, which is opened for the first of a run."""
    if terms.run in _closed:
        return BatchResult(results=(), error=ClientClosedError("the run is over"))
    try:
        worker = _workers.get(terms.run) or _workers.setdefault(terms.run, DaskWorker(terms))
    except AExError as error:
        return BatchResult(results=(), error=error)
    return await worker.work(batch)


async def close(run: str) -> None:
    """Close this process's worker."""
    _closed.add(run)
    if worker := _workers.pop(run, None):
        await worker.aclose()


def get_version() -> str:
    """Return the version of aex_async in this process."""
    return __version__
