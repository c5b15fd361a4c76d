"""What a worker of a cluster does: one client and one qualifier in its process, and batch after batch of addresses."""

import logging
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from aex_async import for_each
from aex_async._version import __version__
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, ClientClosedError
from aex_async.models import PredefinedPremise
from aex_async.qualify.model import Address, dump
from aex_async.qualify.outage import OutageGuard
from aex_async.qualify.qualifier import MAX_ROWS, Qualifier, QualifyCalls
from aex_async.qualify.rate import Rate

_log = logging.getLogger("aex_async")


@frozen(kw_only=True)
class RunSettings:
    """What holds for all batches of a run. The token is none of it: each worker has its own in AEX_TOKEN."""

    run: str
    base_url: str
    patience: float


@frozen(kw_only=True)
class Batch:
    """Addresses for one worker, and its share of what AEx is asked together and a second."""

    addresses: tuple[Address, ...]
    at_once: int
    rate: float | None


@frozen(kw_only=True)
class Done:
    """What became of a batch: results as `dump` writes them, and the error that stops the run, if there was one."""

    results: tuple[str, ...]
    error: AExError | None = None


class DaskWorker:
    """One client and one qualifier, for as long as a run lasts."""

    def __init__(self, terms: RunSettings) -> None:
        self._aex = AsyncAExClient(base_url=terms.base_url)
        self._rate = Rate()
        qualifier = Qualifier(make_calls(self._aex), self._rate)
        self._qualifier = OutageGuard(qualifier, patience=terms.patience, tell=_log.warning)

    async def work(self, batch: Batch) -> Done:
        """Qualify a batch. What was done before an error is kept."""
        self._rate.change(batch.rate)
        results: list[str] = []

        async def complete(address: Address) -> None:
            results.append(dump(await self._qualifier.qualify(address)))

        try:
            await for_each(complete, batch.addresses, batch.at_once)
        except AExError as error:
            return Done(results=tuple(results), error=error)
        return Done(results=tuple(results))

    async def aclose(self) -> None:
        """Close the client."""
        await self._aex.aclose()


_workers: Final[dict[str, DaskWorker]] = {}
_closed: Final[set[str]] = set()  # runs that are over, of which a batch may still come


async def work(terms: RunSettings, batch: Batch) -> Done:
    """Do a batch at this process's worker, which is opened for the first of a run."""
    if terms.run in _closed:
        return Done(results=(), error=ClientClosedError("the run is over"))
    try:
        worker = _workers.get(terms.run) or _workers.setdefault(terms.run, DaskWorker(terms))
    except AExError as error:
        return Done(results=(), error=error)
    return await worker.work(batch)


async def close(run: str) -> None:
    """Close this process's worker."""
    _closed.add(run)
    if worker := _workers.pop(run, None):
        await worker.aclose()


def get_version() -> str:
    """Return the version of aex_async in this process."""
    return __version__


def make_calls(aex: AsyncAExClient) -> QualifyCalls:
    """Return what a qualifier asks of a client."""

    async def search(q: str) -> Sequence[PredefinedPremise]:
        return (await anext(aex.predefined_premises(q, count=MAX_ROWS).by_page())).items

    return QualifyCalls(search, aex.available_products)
