"""An order placed once: customer, baseline, journal, one POST, and looking until it is known what came of it.

::

    place    find or sign up the customer; stand back if the same order is open, or the service is there already
      begin    the journal knows before AEx does
      send     one POST; its answer is a Verdict
      look     complete looks at the customer's services, until one settles the matter or patience ends
    resume   look, for an attempt of an earlier call; it never sends

What an answer or a look means is decided in `_verdicts`.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

import anyio
import anyio.to_thread
from attrs import evolve, field, frozen

from aex_async import errors
from aex_async._calls import Progress
from aex_async._verdicts import (
    Candidate,
    Finding,
    Verdict,
    check_person,
    choose_candidates,
    draw_pauses,
    judge_candidates,
    judge_echo,
    judge_error,
    may_resend,
    same,
)
from aex_async.journal import AGAIN, OrderJournal
from aex_async.models import (
    Attempt,
    CreatedService,
    Customer,
    NewCustomer,
    NewService,
    Order,
    PlacedOrder,
    Premise,
    Service,
)

X = TypeVar("X")
Y = TypeVar("Y")

log = logging.getLogger("aex_async")


@frozen
class Routes:
    """The calls of a client that ordering is made of."""

    search: Callable[[str], AsyncGenerator[Customer, None]]
    create_customer: Callable[[NewCustomer], Awaitable[str | None]]
    get_customer: Callable[[str], Awaitable[Customer]]
    services: Callable[[str], AsyncGenerator[Service, None]]
    get_service: Callable[[str], Awaitable[Service]]
    get_premise: Callable[[str], Awaitable[Premise]]
    create_service: Callable[[NewService, Progress], Awaitable[CreatedService]]


# Customers


@frozen
class Sought:
    """An e-mail that is looked for, kept out of every `repr`."""

    email: str = field(repr=False)


async def find_customer(routes: Routes, sought: Sought) -> Customer | None:
    """Return the one customer who has an e-mail: AEx's search is for a part of any text, with wildcards."""
    matches = [row async for row in routes.search(sought.email) if same(row.email, sought.email)]
    if len(matches) > 1:
        raise errors.OrderConflictError(
            f"AEx has {len(matches)} customers with this very e-mail ({', '.join(row.id for row in matches)}): "
            "choose one by its id"
        )
    return matches[0] if matches else None


async def get_or_create(routes: Routes, new: NewCustomer) -> Customer:
    """Return the customer that `new` describes, signed up if need be: one search, one POST, one search."""
    found = await find_customer(routes, Sought(new.email))
    trouble: errors.AExError | None = None
    if found is None:
        try:
            await routes.create_customer(new)
        except (errors.EmailTakenError, errors.RequestError, errors.ServerError, errors.UnexpectedAnswerError) as error:
            trouble = error  # somebody was first, or we were and do not know it
        found = await find_customer(routes, Sought(new.email))
    if found is not None:
        check_person(found, new)
        return found
    raise trouble or errors.UnexpectedAnswerError(
        "POST /customers succeeded, but no search finds the customer yet: search again",
        method="POST",
        path="/customers",
        status=201,
        problems=("$: the new customer is not found",),
    )


# Orders


@frozen
class Sent:
    """What sending an order came to, and the error that said so, if one did."""

    verdict: Verdict
    trouble: errors.AExError | None = None


@frozen
class Ordering:
    """What the steps of one order share."""

    routes: Routes
    journal: OrderJournal
    patience: float

    async def place(self, order: Order, *, resend: bool) -> PlacedOrder:
        """Place `order` and return what certainly exists; see `AsyncAExClient.place_order`."""
        customer = order.customer
        if isinstance(customer, NewCustomer):
            customer = await get_or_create(self.routes, customer)
        request = NewService(customer=customer, premise_guid=order.premise_guid, product_id=order.product_id)
        while True:
            attempt = _make_attempt(request, order.reference)
            standing = await self._record(self.journal.find_standing, attempt)
            if standing is None:
                attempt = evolve(attempt, baseline=await self._read_baseline(attempt))
                standing = await self._record(self.journal.begin, attempt)
            if standing is attempt:
                return await self._send_and_look(request, attempt, resend=resend)
            if candidate := await self._follow(standing):
                return _make_placed(customer, candidate, created=False)

    async def resume(self, attempt: Attempt) -> PlacedOrder:
        """Return what became of `attempt`; see `AsyncAExClient.resume_order`."""
        known = await self._record(self.journal.find, attempt.reference)
        attempt = attempt if known is None else known
        candidate = None if attempt.state in AGAIN else await self._follow(attempt)
        if candidate is None:
            raise errors.OrderError(f"order {attempt.reference} was not placed, and may be placed again")
        return _make_placed(await self.routes.get_customer(attempt.customer_id), candidate, created=False)

    # Before

    async def _read_baseline(self, attempt: Attempt) -> tuple[str, ...]:
        """Return the services that the customer has; refuse the order if it is there already."""
        services = [service async for service in self.routes.services(attempt.customer_id)]
        finding = await self._judge(services, attempt)
        there = (finding.found.service.id,) if finding.found else finding.rivals
        if there:
            raise errors.OrderConflictError(
                f"the customer has this product there already, or where cannot be told (service {', '.join(there)}): "
                "nothing was ordered"
            )
        return tuple(service.id for service in services)

    # The one POST

    async def _send_and_look(self, request: NewService, attempt: Attempt, *, resend: bool) -> PlacedOrder:
        sent = await self._send(request, attempt)
        if sent.verdict is Verdict.UNSENT and sent.trouble is not None:
            await self._settle(attempt, state="unsent")
            raise sent.trouble
        if sent.verdict is Verdict.CREATED:
            await self._settle(attempt, state="created")
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
            if not progress.sent:
                with anyio.CancelScope(shield=True):
                    await self._settle(attempt, state="unsent")
            raise
        verdict = judge_echo(request, echo)
        if verdict is Verdict.UNCERTAIN:
            log.warning("order %s: AEx answered with somebody else's order", attempt.reference)
        return Sent(verdict)

    # After

    async def _follow(self, attempt: Attempt) -> Candidate | None:
        """Return the service of an attempt that is not this call's; `None` if it turned out not to be placed."""
        if attempt.state == "conflict":
            raise errors.OrderConflictError(
                f"order {attempt.reference} has more than one service: a person must choose"
            )
        if attempt.state == "confirmed" and attempt.service_id is not None:
            service = await self.routes.get_service(attempt.service_id)
            return Candidate(service, await self._read_premise(service))
        try:
            return await self._look(attempt, Sent(Verdict.UNCERTAIN), None)
        except _GivenUpError:
            return None

    async def _look(self, attempt: Attempt, sent: Sent, request: NewService | None) -> Candidate:
        """Look until it is known what became of `attempt`, and return its service.

        With `request`, send it a second and last time once its absence is proven. Raises what AEx refused it with,
        `OrderConflictError` for more than one service, or `OrderUncertainError` when `patience` ends first.
        """
        until = anyio.current_time() + self.patience
        absences: list[float] = []
        pauses = draw_pauses()
        while True:
            finding = await self._sweep(attempt)
            if isinstance(finding, Finding):
                if finding.found or finding.rivals:
                    return await self._conclude(attempt, finding)
                if sent.verdict is Verdict.REJECTED and sent.trouble is not None:
                    await self._settle(attempt, state="rejected")
                    raise sent.trouble
                await self._check_standing(attempt)
                absences.append(anyio.current_time())
            if request is not None and may_resend(absences, attempt.posts):
                attempt, absences = evolve(attempt, posts=2), []
                await self._settle(attempt, posts=2)
                sent = await self._send(request, attempt)
            pause = next(pauses)
            if anyio.current_time() + pause > until:
                raise _make_uncertain(attempt, sent, finding, len(absences))
            await anyio.sleep(pause)

    async def _check_standing(self, attempt: Attempt) -> None:
        """Stop following an attempt whose own call learnt meanwhile that it was not placed."""
        known = await self._record(self.journal.find, attempt.reference)
        if known is not None and known.state in AGAIN:
            raise _GivenUpError

    async def _sweep(self, attempt: Attempt) -> Finding | errors.AExError:
        """Look at all services of the customer once. A look that is not complete shows nothing, not even absence."""
        try:
            return await self._judge([row async for row in self.routes.services(attempt.customer_id)], attempt)
        except errors.ClientClosedError:
            raise
        except errors.AExError as error:
            return error

    async def _judge(self, services: list[Service], attempt: Attempt) -> Finding:
        candidates = choose_candidates(services, attempt)
        return judge_candidates(
            [Candidate(service, await self._read_premise(service)) for service in candidates], attempt.premise_guid
        )

    async def _read_premise(self, service: Service) -> Premise | None:
        """Return the premise of a service, `None` if AEx has none to show."""
        try:
            return await self.routes.get_premise(service.premise_id or "")
        except (errors.UsageError, errors.NotFoundError, errors.ForbiddenError, errors.UnexpectedAnswerError):
            return None

    async def _conclude(self, attempt: Attempt, finding: Finding) -> Candidate:
        if finding.found is None:
            await self._settle(attempt, state="conflict")
            raise errors.OrderConflictError(
                f"order {attempt.reference} may be any of the services {', '.join(finding.rivals)}: choose by hand"
            )
        await self._settle(attempt, state="confirmed", service_id=finding.found.service.id)
        return finding.found

    async def _settle(self, attempt: Attempt, **facts: Any) -> None:
        await self._record(self.journal.settle, evolve(attempt, **facts))

    async def _record(self, use: Callable[[X], Y], what: X) -> Y:
        """Use the journal, in a thread if it waits for a disk."""
        return await anyio.to_thread.run_sync(use, what) if self.journal.durable else use(what)


class _GivenUpError(Exception):
    """The attempt that is being followed was not placed after all."""


def _make_attempt(request: NewService, reference: str | None) -> Attempt:
    return Attempt(
        reference=reference or str(uuid4()),
        customer_id=request.customer.id,
        premise_guid=request.premise_guid,
        product_id=request.product_id,
        started_at=datetime.now(UTC),
    )


def _make_placed(customer: Customer, candidate: Candidate, *, created: bool) -> PlacedOrder:
    return PlacedOrder(customer=customer, service=candidate.service, premise=candidate.premise, created=created)


def _make_uncertain(
    attempt: Attempt, sent: Sent, last: Finding | errors.AExError, looks: int
) -> errors.OrderUncertainError:
    seen = f"{looks} complete looks found nothing" if isinstance(last, Finding) else f"the last look failed: {last}"
    return errors.OrderUncertainError(
        f"order {attempt.reference}: {sent.verdict.value}, and {seen}. Do not order it again: look later with "
        "resume_order(error.attempt)",
        attempt=attempt,
    )
