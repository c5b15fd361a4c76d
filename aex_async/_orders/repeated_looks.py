"""Looking for what became of an order, until it is known or patience ends."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import anyio
from attrs import frozen

from aex_async import errors
from aex_async._orders.candidates import LookResult, ServiceMatch
from aex_async._orders.decisions import (
    LOOK,
    SETTLING,
    LoneService,
    Sent,
    Verdict,
    draw_pauses,
    is_absence,
    is_hopeless,
    judge_attempt,
    left_to_settle,
    make_uncertain,
    may_resend,
    may_take_weak,
)
from aex_async._orders.journal_access import JournalAccess
from aex_async._orders.service_reader import ServiceReader
from aex_async.models import Attempt, AttemptState

SendAgain = Callable[[Attempt], Awaitable[tuple[Attempt, Sent] | None]]
"""Sends an order a second and last time; what it returns is `None` if the journal does not let it."""

KEPT_FOR_LOOKING = 0.25  # of the time that is left in all, at most `LOOK` seconds


class GivenUpError(Exception):
    """The attempt that is being followed was not placed after all."""


@frozen
class RepeatedLooks:
    """How an order is looked for. `deadline` bounds all of it, in the event loop's time."""

    reader: ServiceReader
    records: JournalAccess
    patience: float
    deadline: float

    async def follow(self, attempt: Attempt) -> ServiceMatch | None:
        """Return the service of an attempt that is not this call's; `None` if it turned out not to be placed."""
        if attempt.state is AttemptState.CONFLICT:
            raise errors.OrderConflictError(
                f"order {attempt.reference} has more than one service: choose by hand, then dismiss it in the journal"
            )
        try:
            match, _ = await self.look(
                attempt, Sent(judge_attempt(attempt), refused_at=attempt.refused_at), None, own=False
            )
        except GivenUpError:
            return None
        return match

    async def look(
        self, attempt: Attempt, sent: Sent, send_again: SendAgain | None, *, own: bool = True
    ) -> tuple[ServiceMatch, Verdict]:
        """Look until it is known what became of `attempt`, and return its service with what AEx last said of it.

        With `send_again`, send it a second and last time once its absence is proven. Raises what AEx refused it with,
        `OrderConflictError` for more than one service, or `OrderUncertainError` when `patience` ends first. The last
        look begins when it ends; none is cut off before it had `LOOK` seconds. A token that is refused ends it at once.
        """
        begun = anyio.current_time()
        until = min(begun + self.patience, begun + find_time_before_looking(self.deadline))
        # Not cut by the deadline: what needs time to be believed stays uncertain where there is none.
        ripe = begun + min(self.patience, SETTLING)
        # Nobody knows how long the call looked that met the refusal of an open attempt: this one looks as long again.
        believed = ripe if own else begun + (SETTLING if attempt.state.is_open else left_to_settle(sent))
        # Such a refusal was believed when looks had found nothing. What shows later and is not certainly its order is
        # left to what every new order is checked by, or it would keep the same order from ever being placed again.
        is_past = attempt.state is AttemptState.REJECTED and left_to_settle(sent) == 0
        absences: list[float] = []
        lone = LoneService(self.patience)
        pauses = draw_pauses()
        while True:
            begun = anyio.current_time()
            result = await self.reader.look(
                attempt, min(max(until, begun + LOOK), self.deadline), self.records.find_rivals, is_past=is_past
            )
            if isinstance(result, LookResult):
                settled = lone.has_lasted(result, begun) and begun >= ripe
                if match := await self._conclude(attempt, sent.verdict, result, settled=settled):
                    return match, sent.verdict
                if not own:
                    attempt = await self._check_standing(attempt)
                refused = sent.verdict is Verdict.REJECTED
                if is_absence(result, attempt, refused=refused) or (is_past and not (result.found or result.rivals)):
                    absences.append(begun)
                    if refused and begun >= believed:
                        attempt = await self._give_up(attempt, sent)
                    proven = may_resend(sent.verdict, absences, attempt.posts)
                    if send_again and proven and (again := await send_again(attempt)):
                        (attempt, sent), absences = again, []
                        continue
            left = until - anyio.current_time()
            if left <= 0 or is_hopeless(sent, result):
                raise make_uncertain(attempt, sent, result, len(absences))
            await anyio.sleep(min(next(pauses), left))

    async def _give_up(self, attempt: Attempt, sent: Sent) -> Attempt:
        """Believe AEx's refusal, which no look has contradicted for long enough.

        Only if another call that follows the order has seen it meanwhile, return it as that one knows it.
        """
        refused = await self.records.settle(attempt, state=AttemptState.REJECTED, refused_at=datetime.now(UTC))
        known = await self.records.find(attempt.reference)
        if known is not None and known.started_at == refused.started_at and known.state.was_seen:
            return known
        raise sent.trouble or GivenUpError  # the error is this call's own, if AEx told it and no earlier one

    async def _check_standing(self, attempt: Attempt) -> Attempt:
        """Return the attempt that is being followed as its own call knows it by now.

        Raises `GivenUpError` once that has learnt that it was not placed.
        """
        known = await self.records.find(attempt.reference)
        if known is None or known.started_at != attempt.started_at or known.state == attempt.state:
            return attempt
        if known.state.may_repeat:
            raise GivenUpError
        return known

    async def _conclude(
        self, attempt: Attempt, verdict: Verdict, result: LookResult, *, settled: bool
    ) -> ServiceMatch | None:
        """Return the service that a look has shown to be the order; `None` if it has shown none."""
        if result.rivals:
            await self.records.settle(attempt, state=AttemptState.CONFLICT)
            raise errors.OrderConflictError(
                f"order {attempt.reference} may be any of the services {', '.join(result.rivals)}: choose by hand, "
                "then dismiss it in the journal"
            )
        if result.found is not None and attempt.state is AttemptState.CONFIRMED:
            return result.found
        weak = result.found is None and may_take_weak(verdict, result, settled=settled)
        match = result.weak[0] if weak else result.found
        if match is not None and await self.records.claim(attempt, match.service.id, weak=weak):
            return match
        return None


def find_time_before_looking(deadline: float) -> float:
    """Return the seconds that are left in all, without those that are kept for a last look."""
    left = deadline - anyio.current_time()
    return left - min(LOOK, left * KEPT_FOR_LOOKING)
