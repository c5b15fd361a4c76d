"""Looking for an order among the services of its customer."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

import anyio
from attrs import field, frozen

from aex_async import errors
from aex_async._arguments import fold_id, same_id
from aex_async._orders.decisions import LookResult, ServiceMatch, choose_candidates, judge_candidates
from aex_async.journal import Rivals
from aex_async.models import Attempt, Page, Premise, Service

T = TypeVar("T")

WALKS = 6  # through a listing, before it counts as incomplete
MIXED_WALKS = 3  # before one with other customers' rows counts as whole


@frozen
class Looks:
    """The calls that a look is made of, with the premises it has read already."""

    services: Callable[[str], AsyncGenerator[Page[Service], None]]
    get_premise: Callable[[str], Awaitable[Premise]]
    check_token: Callable[[], Awaitable[None]]
    """Raise `AuthenticationError` if a listing says that AEx refuses the token."""
    _premises: dict[str, Premise] = field(factory=dict[str, Premise], init=False)

    async def read_services(self, customer_id: str) -> list[Service]:
        """Return all services of the customer, after as many walks as it takes to have met each.

        AEx's listings have no order: between two pages, rows can repeat or go missing (field notes, "Lists"). A row
        that names another customer is nobody's here. Whether `total` counts it is not known, and it may stand in for
        one that went missing: where such rows come, one walk proves no absence.
        """
        met: dict[str, Service] = {}
        total = 0
        trouble: errors.PaginationError | None = None
        for walk in range(1, WALKS + 1):
            try:
                async for page in self.services(customer_id):
                    met.update((fold_id(service.id), service) for service in page.items)
                    total = page.total or 0
                trouble = None
            except errors.PaginationError as error:
                trouble = error  # the rows that it lacks may come in the next walk
            except errors.NotFoundError:
                await self.check_token()  # a bad one can be a 404 here (field notes, "Errors")
                raise
            own = [row for row in met.values() if not row.customer_id or same_id(row.customer_id, customer_id)]
            is_mixed = len(own) < len(met) and walk < MIXED_WALKS
            if len(met) >= total and (total or trouble is None) and not is_mixed:
                return own
        raise trouble or errors.PaginationError(
            f"the customer has {total} services, of which only {len(met)} are listed", page=1
        )

    async def look(
        self, attempt: Attempt, until: float, find_rivals: Callable[[Attempt], Awaitable[Rivals]]
    ) -> LookResult | errors.AExError:
        """Look at all services of the customer once, up to the moment `until`.

        A look that is not complete shows nothing, not even absence.
        """
        services = await cut_off(self.read_services(attempt.customer_id), until)
        if isinstance(services, errors.AExError):
            return services
        if not choose_candidates(services, attempt):
            return LookResult()
        rivals = await find_rivals(attempt)  # of its own time: a thread is not cut off
        return await cut_off(self.judge(services, attempt, rivals.taken), until)

    async def judge(self, services: list[Service], attempt: Attempt, taken: frozenset[str]) -> LookResult:
        """Say which of the services is the order; those `taken` are other orders'."""
        candidates = choose_candidates(services, attempt, taken)
        return judge_candidates([ServiceMatch(row, await self._read_premise(row)) for row in candidates], attempt)

    async def _read_premise(self, service: Service) -> Premise | None:
        """Return the premise of a service, `None` if AEx has none to show. Garbage in its place is a failed look."""
        premise_id = service.premise_id or ""
        if known := self._premises.get(premise_id):
            return known
        try:
            premise = await self.get_premise(premise_id)
        except (errors.UsageError, errors.NotFoundError, errors.ForbiddenError):
            return None
        if not same_id(premise.id, premise_id):
            # A late answer to somebody else's question: it says nothing of this service, and nothing of its absence.
            raise errors.UnexpectedAnswerError(
                f"GET /premises/{premise_id} answered with another premise",
                method="GET",
                path=f"/premises/{premise_id}",
                status=200,
                problems=("$.id: another id",),
            )
        if premise.external_reference:  # where a service is does not change; where it may come to be known does
            self._premises[premise_id] = premise
        return premise


async def cut_off(step: Awaitable[T], until: float) -> T | errors.AExError:
    """Return what a part of a look comes to by the moment `until`, or what is wrong with it."""
    with anyio.CancelScope(deadline=until):
        try:
            return await step
        except errors.AExError as error:
            return error
    return errors.AExError("it did not end in time")
