"""Where a qualification runs: in this process, or on the workers of a cluster."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias
from uuid import uuid4

from attrs import frozen

from aex_async.client import AsyncAExClient
from aex_async.qualify import Address, Journal, OutageGuard, Qualifier, Rate, run
from aex_async.qualify.dask import cluster
from aex_async.qualify.dask.worker import RunSettings, make_calls
from aex_async.qualify.model import Watch

Tell: TypeAlias = Callable[[str], None]


@frozen(kw_only=True)
class Pace:
    """How hard to press: addresses under way together, requests a second, and seconds to wait while AEx is down."""

    at_once: int
    rate: float | None
    patience: float


class Runner(Protocol):
    """What qualifies the addresses that a journal lacks."""

    async def run(self, addresses: Iterable[Address], journal: Journal, watch: Watch, tell: Tell) -> None:
        """Qualify what is left; `tell` gets sentences meanwhile."""


@frozen
class LocalRunner:
    """A run in this process."""

    aex: AsyncAExClient
    pace: Pace

    async def run(self, addresses: Iterable[Address], journal: Journal, watch: Watch, tell: Tell) -> None:
        """Qualify what is left."""
        async with self.aex:
            qualifier = Qualifier(make_calls(self.aex), Rate(self.pace.rate))
            enduring = OutageGuard(qualifier, patience=self.pace.patience, tell=tell)
            await run(addresses, enduring.qualify, journal, at_once=self.pace.at_once, watch=watch)


@frozen
class DaskRunner:
    """A run on the workers of a Dask cluster."""

    cluster: str
    base_url: str
    pace: Pace

    async def run(self, addresses: Iterable[Address], journal: Journal, watch: Watch, tell: Tell) -> None:
        """Qualify what is left."""
        del tell  # an outage is told in the workers' logs
        terms = RunSettings(run=uuid4().hex, base_url=self.base_url, patience=self.pace.patience)
        async with cluster.connect(self.cluster, at_once=self.pace.at_once, rate=self.pace.rate) as pool:
            try:
                await pool.run(addresses, journal, terms, watch)
            finally:
                await pool.aclose(terms.run)
