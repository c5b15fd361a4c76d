"""The journal as one order uses it: in a thread where it waits for a disk, and never in the way of what is true."""

import logging
import math
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

import anyio
from attrs import evolve, frozen

from aex_async import errors
from aex_async._base_errors import ENDS
from aex_async._journal.attempts import Rivals
from aex_async._journal.file import BUSY
from aex_async._journal.live_senders import limit_work
from aex_async._journal.threads import run_in_thread
from aex_async.journal import Handover, OrderJournal
from aex_async.models import Attempt, AttemptState

T = TypeVar("T")

log = logging.getLogger("aex_async")

GRACE = 0.1  # seconds that a thread may take to say who holds the journal
BRIEF = 0.25  # seconds that a cancelled order may wait for the journal, or one whose time is over


@frozen
class JournalAccess:
    """What one order reads and writes in its journal. `sender` names the call, `seconds` is how long it may take.

    `deadline` bounds all of the order, in the event loop's time.
    """

    journal: OrderJournal
    sender: str
    seconds: float
    deadline: float = math.inf

    # Before the POST: where the journal cannot be used, nothing is sent.

    async def find_standing(self, attempt: Attempt, passed: Iterable[Attempt]) -> Attempt | None:
        """Return what stands in the way of `attempt`, if anything does."""
        return await self._use(partial(self.journal.find_standing, attempt, passed=passed))

    async def begin(self, attempt: Attempt, passed: Iterable[Attempt]) -> Attempt:
        """Write `attempt` down, or return what stands in its way.

        If it is cancelled meanwhile it will not be sent, and the journal says so as soon as it can.
        """
        handover = Handover()
        sender = (self.sender, limit_work(self.seconds))
        begin = partial(self.journal.begin, attempt, passed=passed, sender=sender, handover=handover)
        try:
            return await self._use(begin)
        except (*ENDS, anyio.get_cancelled_exc_class()):  # on trio a Ctrl-C comes where the main task waits
            if handover.withdraw():  # written, and this call never heard of it
                await self.give_up(attempt)
            raise

    async def give_up(self, attempt: Attempt) -> None:
        """Write down that a cancelled `attempt` was never sent, if that can be done at once.

        Otherwise it stays open: that is no lie, and the next look for it ends as it should.
        """
        with anyio.move_on_after(BRIEF, shield=True):  # all threads may be waiting, too
            await self.settle(attempt, wait=BRIEF, state=AttemptState.UNSENT)

    async def begin_again(self, attempt: Attempt) -> bool:
        """Write down that `attempt` is about to be sent a second time; `False` if it must not be."""
        try:
            return await self._use(partial(self.journal.begin_again, attempt), self._find_wait())
        except errors.OrderError as error:
            log.warning("order %s is not sent again: %s", attempt.reference, error)
            return False

    # After it: a journal that breaks then is logged, and changes nothing of what the caller is told.

    async def settle(self, attempt: Attempt, *, wait: float | None = None, **facts: Any) -> Attempt:
        """Write down what has become of `attempt`, if that can be had: it is true all the same."""
        attempt = evolve(attempt, **facts)
        try:
            await self._use(partial(self.journal.settle, attempt), self._find_wait() if wait is None else wait)
        except errors.OrderError as error:
            log.warning("order %s is %s, which is not written down: %s", attempt.reference, attempt.state, error)
        return attempt

    async def claim(self, attempt: Attempt, service_id: str, *, weak: bool) -> bool:
        """Write down that `service_id` is the order; `False` if the journal knows that it can be another's.

        Strong evidence is true without a journal; a weak one is worth nothing when the journal cannot be asked.
        """
        claimed = evolve(attempt, state=AttemptState.CONFIRMED, service_id=service_id)
        try:
            return await self._use(partial(self.journal.claim, claimed, weak=weak), self._find_wait())
        except errors.OrderError as error:
            log.warning("order %s is %s, which is not written down: %s", attempt.reference, claimed.state, error)
            return not weak

    async def find(self, reference: str) -> Attempt | None:
        """Return what the journal knows of an order, if it can be asked."""
        try:
            return await self._use(partial(self.journal.find, reference), self._find_wait())
        except errors.OrderError as error:
            log.warning("order %s cannot be looked up: %s", reference, error)
            return None

    async def find_rivals(self, attempt: Attempt) -> Rivals:
        """Return what the journal knows of other orders; if it cannot be asked, any service could be another's."""
        try:
            return await self._use(partial(self.journal.find_rivals, attempt), self._find_wait())
        except errors.OrderError as error:
            log.warning("order %s cannot be told from others: %s", attempt.reference, error)
            return Rivals(taken=frozenset(), elsewhere=frozenset(), any=True)

    async def adopt(self, attempt: Attempt) -> None:
        """Write down an attempt of another journal, so that no service becomes its and another order's as well."""
        try:
            await self._use(partial(self.journal.adopt, attempt), self._find_wait())
        except errors.OrderError as error:
            log.warning("order %s is not written down: %s", attempt.reference, error)

    async def leave(self, attempt: Attempt) -> None:
        """Write down that this call was cancelled, if that can be done at once.

        Otherwise other processes take the order for being placed up to the end of its time.
        """
        with anyio.move_on_after(BRIEF, shield=True):  # all threads may be waiting, too
            await self._release(attempt, BRIEF)

    async def release(self, attempt: Attempt) -> None:
        """Write down that this call has ended, so that `unresolved()` lists the order."""
        try:
            await self._release(attempt, self._find_wait())
        except anyio.get_cancelled_exc_class():  # perhaps before a thread began to
            await self.leave(attempt)
            raise

    async def _release(self, attempt: Attempt, wait: float) -> None:
        try:
            await self._use(partial(self.journal.release, attempt), wait)
        except errors.OrderError as error:
            log.warning("order %s still counts as being placed: %s", attempt.reference, error)

    def _find_wait(self) -> float:
        """Return how long others may hold the journal now: half of what is left, for a look needs the other half."""
        return min(BUSY, max(BRIEF, (self.deadline - anyio.current_time()) / 2))

    async def _use(self, use: Callable[..., T], wait: float | None = None) -> T:
        """Use the journal, which others may hold for `wait` seconds in all; before the POST, the deadline ends that.

        The time runs from here, so that many orders behind one lock wait once, and not one after another. A cancelled
        call leaves the thread behind, which ends by itself.
        """
        if not self.journal.durable:
            return use()
        use = partial(use, until=time.monotonic() + (BUSY if wait is None else wait))
        # The thread knows who holds the journal. But it may have to wait for its turn, or the disk may not answer.
        with anyio.move_on_after(math.inf if wait is None else wait + GRACE):
            return await run_in_thread(use)
        raise errors.OrderError(f"{self.journal!r} could not be used in time")
