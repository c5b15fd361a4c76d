"""Where a qualification runs: in this process, or on the workers of a cluster."""

from collections.abc import Callable, Iterable
from typing import TypeAlias
from uuid import uuid4

from attrs import frozen

from aex_async.client import AsyncAExClient
from aex_async.qualify import Address, Journal, OutageGuard, Qualifier, Rate, run
from aex_async.qualify.calls import make_calls
from aex_async.qualify.cost import Demand, count_places
from aex_async.qualify.dask import cluster
from aex_async.qualify.dask.worker import RunSettings
from aex_async.qualify.model import Watch

Tell: TypeAlias = Callable[[str], None]
Count: TypeAlias = Callable[[int], None]


@frozen(kw_only=True)
class Plan:
    """How a run goes: addresses under way together, requests a second, seconds to wait while AEx is down.

    Places with many addresses, as `demand` has them, are listed once; products are asked for at every premise's own
    point with `everywhere`.
    """

    at_once: int
    rate: float | None
    patience: float
    demand: Demand
    everywhere: bool


def make_plan(
    addresses: Iterable[Address], *, at_once: int, rate: float | None, patience: float, everywhere: bool
) -> Plan:
    """Return the plan for all addresses of a job.

    Those that are done count too: however often a run is broken off, each address is looked up the same way.
    """
    return Plan(at_once=at_once, rate=rate, patience=patience, demand=count_places(addresses), everywhere=everywhere)


@frozen
class LocalRunner:
    """A run in this process."""

    aex: AsyncAExClient
    plan: Plan

    async def run(self, addresses: Iterable[Address], journal: Journal, watch: Watch, tell: Tell, count: Count) -> None:
        """Qualify the addresses that the journal lacks; `tell` gets sentences meanwhile, `count` how many requests.

        Those of a run that is broken off are counted, too.
        """
        async with self.aex:
            qualifier = Qualifier(
                make_calls(self.aex),
                Rate(self.plan.rate),
                demand=self.plan.demand,
                everywhere=self.plan.everywhere,
            )
            enduring = OutageGuard(qualifier, patience=self.plan.patience, tell=tell)
            try:
                await run(addresses, enduring.qualify, journal, at_once=self.plan.at_once, watch=watch)
            finally:
                count(qualifier.requests)


@frozen
class DaskRunner:
    """A run on the workers of a Dask cluster."""

    cluster: str
    base_url: str
    plan: Plan

    async def run(self, addresses: Iterable[Address], journal: Journal, watch: Watch, tell: Tell, count: Count) -> None:
        """Do the same."""
        del tell  # an outage is told in the workers' logs
        terms = RunSettings(
            run=uuid4().hex,
            base_url=self.base_url,
            patience=self.plan.patience,
            demand=self.plan.demand,
            everywhere=self.plan.everywhere,
        )
        async with cluster.connect(self.cluster, at_once=self.plan.at_once, rate=self.plan.rate) as pool:
            try:
                await pool.run(addresses, journal, terms, watch, count)
            finally:
                await pool.aclose(terms.run)


Runner: TypeAlias = LocalRunner | DaskRunner
