"""An order placed once: customer, baseline, journal, one POST, and looking until it is known what came of it.

::

    place    find or sign up the customer; stand back if the same order is open, or the service is there already
      begin    the journal knows before AEx does; where it cannot, nothing is sent
      send     one POST; its answer is a Verdict
      look     complete looks at the customer's services, until one settles the matter or patience ends
    resume   look, for an attempt of an earlier call; it never sends

What an answer or a look means is decided in `_verdicts`. From the POST on, nothing but AEx's word or its provable
absence may end an order as failed: a journal that breaks then is logged, and all else is an `OrderUncertainError`.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Any, TypeVar
from uuid import uuid4

import anyio
import anyio.to_thread
from attrs import evolve, frozen

from aex_async import errors
from aex_async._arguments import check_resend
from aex_async._http.calls import Progress
from aex_async._orders.customers import People, get_or_create
from aex_async._orders.decisions import (
    LOOK,
    LookResult,
    ServiceMatch,
    Verdict,
    check_host,
    choose_candidates,
    draw_pauses,
    judge_attempt,
    judge_candidates,
    judge_echo,
    judge_error,
    judge_repeat,
    may_resend,
)
from aex_async.journal import AGAIN, OrderJournal
from aex_async.models import (
    Attempt,
    CreatedService,
    Customer,
    NewCustomer,
    NewService,
    Order,
    Page,
    PlacedOrder,
    Premise,
    Service,
)

X = TypeVar("X")
Y = TypeVar("Y")

log = logging.getLogger("aex_async")

# After these no later look by the same client sees more.
_HOPELESS = (errors.ClientClosedError, errors.AuthenticationError)
WALKS = 6  # through a listing, before it counts as incomplete


@frozen
class OrderCalls:
    """The calls of a client that ordering is made of."""

    people: People
    services: Callable[[str], AsyncGenerator[Page[Service], None]]
    get_premise: Callable[[str], Awaitable[Premise]]
    create_service: Callable[[NewService, Progress], Awaitable[CreatedService]]


@frozen
class Sent:
    """What sending an order came to, and the error that said so, if one did."""

    verdict: Verdict
    trouble: errors.AExError | None = None


@frozen
class Ordering:
    """What the steps of one order share."""

    routes: OrderCalls
    journal: OrderJournal
    patience: float
    host: str

    async def place(self, order: Order, *, resend: bool) -> PlacedOrder:
        """Place `order` and return what certainly exists; see `AsyncAExClient.place_order`."""
        check_resend(self.patience, resend=resend)
        customer = order.customer
        if isinstance(customer, NewCustomer):
            customer = await get_or_create(self.routes.people, customer)
        request = NewService(customer=customer, premise_guid=order.premise_guid, product_id=order.product_id)
        while True:
            attempt, own = await self._open(_make_attempt(request, order.reference, self.host))
            if own:
                return await self._send_and_look(request, attempt, resend=resend)
            if candidate := await self._follow(attempt):
                return _make_placed(customer, candidate, created=False)

    async def resume(self, attempt: Attempt) -> PlacedOrder:
        """Return what became of `attempt`; see `AsyncAExClient.resume_order`."""
        attempt = await self._find(attempt) or attempt
        check_host(attempt, self.host)
        candidate = None if attempt.state in AGAIN else await self._follow(attempt)
        if candidate is None:
            raise errors.OrderError(f"order {attempt.reference} was not placed, and may be placed again")
        try:
            customer = await self.routes.people.get(attempt.customer_id)
        except errors.AExError as error:
            raise errors.OrderUncertainError(
                f"order {attempt.reference} is service {candidate.service.id}, whose customer cannot be read: {error}",
                attempt=attempt,
            ) from None
        return _make_placed(customer, candidate, created=False)

    # Before

    async def _open(self, attempt: Attempt) -> tuple[Attempt, bool]:
        """Write `attempt` down with its baseline; or return what stands in its way. Also say whether it is this one."""
        standing = await self._record(self.journal.find_standing, attempt)
        if standing is None:
            services = await self._read_services(attempt)
            finding = await self._judge(services, attempt)
            if finding == LookResult():
                attempt = evolve(attempt, baseline=tuple(service.id for service in services))
                standing = await self._begin(attempt)
                return standing, standing is attempt
            # It may be there by another call, which began since.
            standing = await self._record(self.journal.find_standing, attempt)
            if standing is None:
                raise _make_refusal(finding)
        return standing, False

    async def _begin(self, attempt: Attempt) -> Attempt:
        """Write `attempt` down. If it is cancelled meanwhile, it will not be sent, and the journal says so."""
        withdrawn = Event()  # a thread that writes goes on after asyncio's own cancellation
        try:
            return await self._record(partial(self.journal.begin, withdrawn=withdrawn.is_set), attempt)
        except anyio.get_cancelled_exc_class():
            withdrawn.set()
            with anyio.CancelScope(shield=True):
                await self._settle(attempt, state="unsent")
            raise

    # The one POST

    async def _send_and_look(self, request: NewService, attempt: Attempt, *, resend: bool) -> PlacedOrder:
        sent = await self._send(request, attempt)
        if sent.verdict is Verdict.UNSENT and sent.trouble is not None:
            await self._settle(attempt, state="unsent")
            raise sent.trouble
        if sent.verdict is Verdict.CREATED:
            attempt = await self._settle(attempt, state="created")
        candidate = await self._look(attempt, sent, request if resend else None)
        return _make_placed(request.customer, candidate, created=sent.verdict is Verdict.CREATED)

    async def _send(self, request: NewService, attempt: Attempt) -> Sent:
        """Send the order, once, and return what its answer says."""
        progress = Progress()
        try:
            echo = await self.routes.create_service(request, progress)
        except errors.AExError as error:
            return Sent(judge_error(error), error)
        except BaseException:
            if attempt.posts == 1 and not progress.sent:
                with anyio.CancelScope(shield=True):
                    await self._settle(attempt, state="unsent")
            raise
        verdict = judge_echo(request, echo)
        if verdict is Verdict.UNCERTAIN:
            log.warning("order %s: AEx answered with somebody else's order", attempt.reference)
        return Sent(verdict)

    async def _send_again(self, request: NewService, attempt: Attempt) -> Sent | None:
        """Send the order a second and last time; `None` if the journal does not let it."""
        try:
            allowed = await self._record(self.journal.begin_again, attempt)
        except errors.OrderError as error:
            log.warning("order %s is not sent again: %s", attempt.reference, error)
            return None
        return await self._send(request, attempt) if allowed else None

    # After

    async def _follow(self, attempt: Attempt) -> ServiceMatch | None:
        """Return the service of an attempt that is not this call's; `None` if it turned out not to be placed."""
        if attempt.state == "conflict":
            raise errors.OrderConflictError(
                f"order {attempt.reference} has more than one service: choose by hand, then dismiss it in the journal"
            )
        try:
            return await self._look(attempt, Sent(judge_attempt(attempt)), None, own=False)
        except _GivenUpError:
            return None

    async def _look(
        self, attempt: Attempt, sent: Sent, request: NewService | None, *, own: bool = True
    ) -> ServiceMatch:
        """Look until it is known what became of `attempt`, and return its service.

        With `request`, send it a second and last time once its absence is proven. Raises what AEx refused it with,
        `OrderConflictError` for more than one service, or `OrderUncertainError` when `patience` ends first. The last
        look begins when it ends; none is cut off before it had `LOOK` seconds. A token that is refused ends it at once.
        """
        until = anyio.current_time() + self.patience
        absences: list[float] = []
        pauses = draw_pauses()
        while True:
            begun = anyio.current_time()
            finding = await self._sweep(attempt, max(until, begun + LOOK))
            if isinstance(finding, LookResult):
                if finding.found or finding.rivals:
                    return await self._conclude(attempt, finding)
                if sent.verdict is Verdict.REJECTED and sent.trouble is not None:
                    await self._settle(attempt, state="rejected")
                    raise sent.trouble
                if not own:
                    await self._check_standing(attempt)
                absences.append(begun)
                if request is not None and may_resend(sent.verdict, absences, attempt.posts):
                    again = evolve(attempt, posts=2)
                    if repeat := await self._send_again(request, again):
                        attempt, sent, absences = again, Sent(judge_repeat(repeat.verdict), repeat.trouble), []
                        continue
            left = until - anyio.current_time()
            if left <= 0 or isinstance(finding, _HOPELESS):
                raise _make_uncertain(attempt, sent, finding, len(absences))
            await anyio.sleep(min(next(pauses), left))

    async def _check_standing(self, attempt: Attempt) -> None:
        """Stop following an attempt whose own call learnt meanwhile that it was not placed."""
        known = await self._find(attempt)
        if known is not None and known.state in AGAIN:
            raise _GivenUpError

    async def _sweep(self, attempt: Attempt, until: float) -> LookResult | errors.AExError:
        """Look at all services of the customer once. A look that is not complete shows nothing, not even absence."""
        with anyio.CancelScope(deadline=until):
            try:
                return await self._judge(await self._read_services(attempt), attempt)
            except errors.AExError as error:
                return error
        return errors.AExError("it did not end in time")

    async def _read_services(self, attempt: Attempt) -> list[Service]:
        """Return all services of the customer, after as many walks as it takes to have met each.

        AEx's listings have no order: between two pages, rows can repeat or go missing (field notes, "Lists").
        """
        met: dict[str, Service] = {}
        total = 0
        for _ in range(WALKS):
            async for page in self.routes.services(attempt.customer_id):
                met.update((service.id.casefold(), service) for service in page.items)
                total = page.total or 0
            if len(met) >= total:
                return list(met.values())
        raise errors.PaginationError(f"the customer has {total} services, of which only {len(met)} are listed", page=1)

    async def _judge(self, services: list[Service], attempt: Attempt) -> LookResult:
        candidates = choose_candidates(services, attempt)
        return judge_candidates(
            [ServiceMatch(service, await self._read_premise(service)) for service in candidates], attempt
        )

    async def _read_premise(self, service: Service) -> Premise | None:
        """Return the premise of a service, `None` if AEx has none to show. Garbage in its place is a failed look."""
        try:
            return await self.routes.get_premise(service.premise_id or "")
        except (errors.UsageError, errors.NotFoundError, errors.ForbiddenError):
            return None

    async def _conclude(self, attempt: Attempt, finding: LookResult) -> ServiceMatch:
        if finding.found is None:
            await self._settle(attempt, state="conflict")
            raise errors.OrderConflictError(
                f"order {attempt.reference} may be any of the services {', '.join(finding.rivals)}: choose by hand, "
                "then dismiss it in the journal"
            )
        await self._settle(attempt, state="confirmed", service_id=finding.found.service.id)
        return finding.found

    # The journal

    async def _settle(self, attempt: Attempt, **facts: Any) -> Attempt:
        """Write down what has become of `attempt`, if that can be had: it is true all the same."""
        attempt = evolve(attempt, **facts)
        try:
            await self._record(self.journal.settle, attempt)
        except errors.OrderError as error:
            log.warning("order %s is %s, which is not written down: %s", attempt.reference, attempt.state, error)
        return attempt

    async def _find(self, attempt: Attempt) -> Attempt | None:
        """Return what the journal knows of `attempt`, if it can be asked."""
        try:
            return await self._record(self.journal.find, attempt.reference)
        except errors.OrderError as error:
            log.warning("order %s cannot be looked up: %s", attempt.reference, error)
            return None

    async def _record(self, use: Callable[[X], Y], what: X) -> Y:
        """Use the journal, in a thread if it waits for a disk."""
        return await anyio.to_thread.run_sync(use, what) if self.journal.durable else use(what)


class _GivenUpError(Exception):
    """The attempt that is being followed was not placed after all."""


def _make_attempt(request: NewService, reference: str | None, host: str) -> Attempt:
    return Attempt(
        reference=reference or str(uuid4()),
        customer_id=request.customer.id,
        premise_guid=request.premise_guid,
        product_id=request.product_id,
        started_at=datetime.now(UTC),
        host=host,
    )


def _make_refusal(there: LookResult) -> errors.OrderConflictError:
    services = (there.found.service.id,) if there.found else there.rivals
    return errors.OrderConflictError(
        f"the customer has this product there already, or where cannot be told (service {', '.join(services)}): "
        "nothing was ordered"
    )


def _make_placed(customer: Customer, candidate: ServiceMatch, *, created: bool) -> PlacedOrder:
    return PlacedOrder(customer=customer, service=candidate.service, premise=candidate.premise, created=created)


def _make_uncertain(
    attempt: Attempt, sent: Sent, last: LookResult | errors.AExError, looks: int
) -> errors.OrderUncertainError:
    told = f"{sent.verdict.value} ({sent.trouble})" if sent.trouble else sent.verdict.value
    seen = f"{looks} complete looks found nothing" if isinstance(last, LookResult) else f"the last look failed: {last}"
    return errors.OrderUncertainError(
        f"order {attempt.reference}: {told}, and {seen}. Do not order it again: look later with "
        "resume_order(error.attempt)",
        attempt=attempt,
    )
