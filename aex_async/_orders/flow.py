"""An order placed once: customer, baseline, journal, one POST, and looking until it is known what came of it.

::

    place    find or sign up the customer; stand back if the same order is open, or the service is there already
      begin    the journal knows before AEx does; where it cannot, nothing is sent
      send     one POST; its answer is a Verdict
      look     complete looks at the customer's services, until one settles it or patience ends (`repeated_looks`)
    resume   look, for an attempt of an earlier call; it never sends

What an answer or a look means is decided in `decisions` and `candidates`. From the POST on, nothing but AEx's word or
its provable absence may end an order as failed: a journal that breaks then is logged, and all else is an
`OrderUncertainError`.
"""

import logging
import math
from collections.abc import Awaitable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import uuid4

import anyio
from attrs import evolve, field, frozen

from aex_async import errors
from aex_async._arguments import check_resend
from aex_async._base_errors import ENDS
from aex_async._http.calls import Progress
from aex_async._journal.live_senders import begin_work, end_work
from aex_async._orders.candidates import LookResult, ServiceMatch, list_ended, note_baseline
from aex_async._orders.customers import get_or_create
from aex_async._orders.decisions import (
    LOOK,
    SETTLING,
    Sent,
    Verdict,
    check_host,
    check_known,
    draw_pauses,
    is_of_another_call,
    judge_echo,
    judge_error,
    judge_repeat,
    make_foreign_refusal,
    make_refusal,
    make_unplaced,
)
from aex_async._orders.journal_access import JournalAccess
from aex_async._orders.order_calls import OrderCalls
from aex_async._orders.repeated_looks import RepeatedLooks, find_time_before_looking
from aex_async._orders.service_reader import cut_off, note_foreign
from aex_async.journal import check_journal
from aex_async.models import (
    Attempt,
    AttemptState,
    Customer,
    NewCustomer,
    NewService,
    Order,
    PlacedOrder,
)

T = TypeVar("T")

log = logging.getLogger("aex_async")


@frozen
class Ordering:
    """What the steps of one order share. `deadline` bounds all of them, in the event loop's time."""

    calls: OrderCalls
    records: JournalAccess
    patience: float
    host: str
    deadline: float = math.inf
    _passed: list[Attempt] = field(factory=list[Attempt], init=False)
    """Refused attempts of the same order, which this call has looked for in vain."""

    async def place(self, order: Order, *, resend: bool) -> PlacedOrder:
        """Place `order` and return what certainly exists; see `AsyncAExClient.place_order`."""
        try:
            check_resend(self.patience, resend=resend)
            request = await self._before(order, self._prepare(order))
            while True:
                attempt, own = await self._before(order, self._open(make_attempt(request, order.reference, self.host)))
                if own:
                    return await self._send_and_look(request, attempt, resend=resend)
                if match := await self._looks.follow(attempt):
                    return make_placed(request.customer, match, attempt, created=False)
                self._passed.append(attempt)
        finally:
            end_work(self.records.sender)

    async def resume(self, attempt: Attempt) -> PlacedOrder:
        """Return what became of `attempt`; see `AsyncAExClient.resume_order`."""
        known = await self.records.find(attempt.reference)
        check_host(attempt, self.host)
        if known is not None:
            check_known(attempt, known)
            check_host(known, self.host)
        if known is None and not attempt.state.may_repeat:
            await self.records.adopt(attempt)
        attempt = known or attempt
        # A refusal can turn out not to have been one, and `place_order` looks for it, too.
        may_exist = attempt.state is AttemptState.REJECTED or not attempt.state.may_repeat
        match = await self._looks.follow(attempt) if may_exist else None
        if match is None:
            raise make_unplaced(await self.records.find(attempt.reference) or attempt)
        customer = await cut_off(self.calls.people.get(attempt.customer_id), self.deadline)
        if isinstance(customer, errors.AExError):
            raise errors.OrderUncertainError(
                f"order {attempt.reference} is service {match.service.id}, whose customer cannot be read: {customer}",
                attempt=attempt,
            )
        return make_placed(customer, match, attempt, created=False)

    @property
    def _looks(self) -> RepeatedLooks:
        return RepeatedLooks(self.calls.reader, self.records, self.patience, self.deadline)

    # Before

    async def _before(self, order: Order, step: Awaitable[T]) -> T:
        """Take a step before the POST. Its failure is none of an order that an earlier call may have placed."""
        try:
            return await self._in_time(step)
        except errors.OrderError:
            raise
        except errors.AExError as error:
            known = await self.records.find(order.reference) if order.reference else None
            if known is None or known.state.may_repeat:
                raise
            raise errors.OrderUncertainError(
                f"order {known.reference} is {known.state}, and what became of it could not be looked up: {error}. Do "
                "not order it again: look later with resume_order(error.attempt)",
                attempt=known,
            ) from None

    async def _in_time(self, step: Awaitable[T]) -> T:
        """Take a step before the POST within the time that there is in all."""
        with anyio.CancelScope(deadline=self.deadline):
            return await step
        raise errors.DeadlineError(
            "the time for the order ran out before it was sent; a new customer may have been signed up by then, and "
            "is found by the next try",
            method="POST",
            path="/services/full",
            attempts=0,
            sent=False,
        )

    async def _prepare(self, order: Order) -> NewService:
        customer = order.customer
        if isinstance(customer, NewCustomer):
            customer = await get_or_create(self.calls.people, customer)
        try:
            return NewService(customer=customer, premise_guid=order.premise_guid, product_id=order.product_id)
        except errors.UsageError as error:
            # Not as it is: its class says that nothing was sent, and the customer may have been signed up.
            raise errors.OrderConflictError(f"{error}; the order was not sent") from None

    async def _open(self, attempt: Attempt) -> tuple[Attempt, bool]:
        """Write `attempt` down with its baseline; or return what stands in its way. Also say whether it is this one."""
        until = anyio.current_time() + min(self.patience, SETTLING)
        pauses = draw_pauses()
        while True:
            if standing := await self.records.find_standing(attempt, self._passed):
                return standing, False
            services = await self.calls.reader.read_services(attempt.customer_id)
            rivals = await self.records.find_rivals(attempt)
            reordered = evolve(attempt, baseline=list_ended(services))  # what has ended may be ordered anew
            result = await self.calls.reader.judge(services, reordered, rivals.elsewhere)
            if result == LookResult():
                # Of its own time: it is a precaution, and an order is not to wait for premises of strangers.
                asked = self.calls.reader.find_foreign(services, reordered, rivals.elsewhere)
                there = await cut_off(asked, anyio.current_time() + LOOK)
                if isinstance(there, ServiceMatch):
                    raise make_foreign_refusal(there)
                attempt = note_baseline(attempt, services)
                standing = await self.records.begin(attempt, self._passed)
                return standing, standing is attempt
            # It may be there by another call, which began since.
            if standing := await self.records.find_standing(attempt, self._passed):
                return standing, False
            left = until - anyio.current_time()
            if result.found or result.rivals or left <= 0:
                raise make_refusal(result)
            # Only services whose premise cannot be read yet: another order's, which will be told apart soon.
            await anyio.sleep(min(next(pauses), left))

    # The one POST

    async def _send_and_look(self, request: NewService, attempt: Attempt, *, resend: bool) -> PlacedOrder:
        sent = await self._send(request, attempt)
        try:
            attempt = await self._note(attempt, sent)
            if sent.verdict is Verdict.UNSENT and sent.trouble is not None:
                raise sent.trouble
            again = partial(self._send_again, request) if resend else None
            match, verdict = await self._looks.look(attempt, sent, again)
        except errors.OrderUncertainError:
            await self.records.release(attempt)
            raise
        except (*ENDS, anyio.get_cancelled_exc_class(), BaseExceptionGroup):  # a group of trio's, while a look connects
            await self.records.leave(attempt)
            raise
        return make_placed(request.customer, match, attempt, created=verdict is Verdict.CREATED)

    async def _send(self, request: NewService, attempt: Attempt) -> Sent:
        """Send the order, once, and return what its answer says."""
        progress = Progress()
        try:
            echo = await self.calls.create_service(request, progress, find_time_before_looking(self.deadline))
        except errors.AExError as error:
            verdict = judge_error(error)
            # A hook of the caller's own can raise what another client said of another call, such as that nothing was
            # sent. And a cache that answers a write says nothing of this one.
            if verdict is Verdict.UNSENT or progress.trace.cached or is_of_another_call(error):
                verdict = Verdict.UNCERTAIN if progress.sent else Verdict.UNSENT
            return Sent(verdict, error)
        except BaseException as error:
            if attempt.posts == 1 and not progress.sent:
                await self.records.give_up(attempt)
                raise
            if isinstance(error, Exception):
                return Sent(Verdict.UNCERTAIN, note_foreign(error))
            await self.records.leave(attempt)
            raise
        verdict = judge_echo(request, echo)
        if verdict is Verdict.UNCERTAIN:
            log.warning("order %s: AEx answered with somebody else's order", attempt.reference)
        return Sent(verdict)

    async def _send_again(self, request: NewService, attempt: Attempt) -> tuple[Attempt, Sent] | None:
        """Send the order a second and last time; `None` if the journal does not let it."""
        attempt = evolve(attempt, posts=2)
        if not await self.records.begin_again(attempt):
            return None
        repeat = await self._send(request, attempt)
        sent = Sent(judge_repeat(repeat.verdict), repeat.trouble)
        return await self._note(attempt, sent), sent

    async def _note(self, attempt: Attempt, sent: Sent) -> Attempt:
        """Write down what AEx's answer says of an order."""
        if sent.verdict is Verdict.UNSENT:
            return await self.records.settle(attempt, state=AttemptState.UNSENT)
        if sent.verdict is Verdict.CREATED:
            return await self.records.settle(attempt, state=AttemptState.CREATED)
        if sent.verdict is Verdict.REJECTED:  # whoever goes on from here is not to guess against AEx's word
            return await self.records.settle(attempt, refused_at=datetime.now(UTC))
        return attempt


def make_attempt(request: NewService, reference: str | None, host: str) -> Attempt:
    return Attempt(
        reference=reference or str(uuid4()),
        customer_id=request.customer.id,
        premise_guid=request.premise_guid,
        product_id=request.product_id,
        started_at=datetime.now(UTC),
        host=host,
    )


def make_ordering(
    calls: OrderCalls, journal: object, *, host: str, patience: float, limit: float | None, seconds: float | None
) -> Ordering:
    """Return what places an order within `seconds`, or without them only looks for one; `limit` bounds all of it."""
    kept = check_journal(journal)
    sender = "" if seconds is None else begin_work()  # last: whoever places ends it
    deadline = math.inf if limit is None else anyio.current_time() + limit
    return Ordering(calls, JournalAccess(kept, sender, seconds or 0.0, deadline), patience, host, deadline)


def make_placed(customer: Customer, match: ServiceMatch, attempt: Attempt, *, created: bool) -> PlacedOrder:
    return PlacedOrder(
        customer=customer,
        service=match.service,
        premise=match.premise,
        created=created,
        reference=attempt.reference,
    )
