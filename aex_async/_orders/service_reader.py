"""The services of a customer, read until all are there, and given to `candidates` to find an order among them."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

import anyio
from attrs import evolve, field, frozen

from aex_async import errors
from aex_async._arguments import fold_id, is_blank, is_id, same_id
from aex_async._bulk.for_each import for_each
from aex_async._journal.attempts import Rivals
from aex_async._orders.candidates import (
    LookResult,
    ServiceMatch,
    choose_beside,
    choose_candidates,
    choose_foreign,
    choose_revived,
    choose_upgraded,
    is_active,
    is_of_customer,
    judge_candidates,
    list_lost,
)
from aex_async._orders.decisions import END_LOOKING, is_unsure
from aex_async.models import Attempt, Page, Premise, Service

T = TypeVar("T")

log = logging.getLogger("aex_async")

WALKS = 6  # through a listing, before it counts as incomplete
MIXED_WALKS = 3  # before one with other customers' rows counts as whole
AT_ONCE = 8  # premises: a customer can have a thousand services, and each is one more to read before an order
MOST_PREMISES = 50  # that are read for rows which are no likely order: each is a request
MAX_BEYOND = 100  # pages behind the last one that is counted: a server that makes rows up would have no end


@frozen
class ServiceReader:
    """Reads services for one order with the calls given, and remembers what it has read."""

    services: Callable[[str, int], AsyncGenerator[Page[Service], None]]
    """Walk through a customer's services by page, from a page on."""
    get_premise: Callable[[str], Awaitable[Premise]]
    check_token: Callable[[], Awaitable[None]]
    """Raise `AuthenticationError` if a listing says that AEx refuses the token."""
    _premises: dict[str, Premise] = field(factory=dict[str, Premise], init=False)
    _sighted: dict[str, str] = field(factory=dict[str, str], init=False)
    """The services that could have been the order when they were met last, by their folded ids."""
    _whole: dict[str, list[Service]] = field(factory=dict[str, list[Service]], init=False)
    """By customer, all rows of the last look that has read the listing to its very end."""

    async def read_services(self, customer_id: str) -> list[Service]:
        """Return all services of the customer, after as many walks as it takes to have met each; then the strangers.

        AEx's listings have no order: between two pages, rows can repeat or go missing (field notes, "Lists"). A row
        that names another customer is a stranger's. Whether `total` counts it is not known, and it may stand in for
        one that went missing. So either as many are the customer's own as the server counts, or `MIXED_WALKS` walks
        meet the very same strangers. What is behind the page that the count ends on is there, too: a baseline that
        lacks an old service would let a later look take that one for the order.
        """
        services, last = await self._walk(customer_id)
        return [*services, *await self._read_beyond(customer_id, last, services)] if last else services

    async def _walk(self, customer_id: str) -> tuple[list[Service], int]:
        """Return the services, with the number of the page that came last; 0 if the server counts none."""
        met: dict[str, Service] = {}
        others: dict[str, Service] = {}
        total = last = 0
        strangers: list[set[str]] = []
        trouble: errors.PaginationError | None = None
        for walk in range(1, WALKS + 1):
            foreign: set[str] = set()
            strangers.append(foreign)
            try:
                async for page in self.services(customer_id, 1):
                    rows = {fold_id(service.id): service for service in page.items}
                    foreign |= {key for key, row in rows.items() if not is_of_customer(row, customer_id)}
                    met |= {key: row for key, row in rows.items() if key not in foreign}
                    others |= {key: row for key, row in rows.items() if key in foreign}
                    total, last = page.total or 0, page.number if page.total else 0
                trouble = None
            except errors.PaginationError as error:
                trouble = error  # the rows that it lacks may come in the next walk
            except errors.NotFoundError:
                await self.check_token()  # a bad one can be a 404 here (field notes, "Errors")
                raise
            steady = len(strangers) >= MIXED_WALKS and all(other == foreign for other in strangers[-MIXED_WALKS:])
            counted = total and len(met) + (len(foreign) if steady else 0) >= total
            if counted or (not total and trouble is None and (not foreign or walk >= MIXED_WALKS)):
                return [*met.values(), *(row for key, row in others.items() if key not in met)], last
        raise trouble or errors.PaginationError(
            f"the customer has {total} services, of which only {len(met)} are listed", page=1
        )

    async def look(
        self,
        attempt: Attempt,
        until: float,
        find_rivals: Callable[[Attempt], Awaitable[Rivals]],
        *,
        is_past: bool = False,
    ) -> LookResult | errors.AExError:
        """Look at all services of the customer once, up to the moment `until`.

        A look that is not complete shows nothing, not even absence. Of a refusal that `is_past`, nothing matters but
        what is certainly its order. There can be many such, one for each time that the order was tried: they are
        content with what the last complete look of this call has read.
        """
        if is_past and attempt.customer_id in self._whole:
            services = self._whole[attempt.customer_id]
            return await self._judge_new(services, attempt, until, find_rivals, is_past=True)
        self._premises.clear()
        read = await cut_off(self._walk(attempt.customer_id), until)
        if isinstance(read, errors.AExError):
            return read
        services, last = read
        result = await self._judge_new(services, attempt, until, find_rivals, is_past=is_past)
        # Before nothing, or one weak service alone, is all there is, the count must have been right.
        if isinstance(result, LookResult) and not (result.found or result.rivals):
            beyond = await cut_off(self._read_beyond(attempt.customer_id, last, services), until) if last else []
            if isinstance(beyond, errors.AExError):
                return beyond
            if beyond:
                services = [*services, *beyond]
                result = await self._judge_new(services, attempt, until, find_rivals, is_past=is_past)
            self._whole[attempt.customer_id] = services
        return result if isinstance(result, errors.AExError) else self._note_vanished(result, services, attempt)

    def _note_vanished(self, result: LookResult, services: Sequence[Service], attempt: Attempt) -> LookResult:
        """Count as ended what an earlier look of this call has shown as perhaps the order, and this one does not list.

        Without that it would be an absence, or leave another service alone to be taken for the order. The same goes for
        an old service that stood again, and has ended anew, and for another customer's row that was at the premise for
        certain. Other strangers come and go, and are forgotten with the look that showed them.
        """
        before = {fold_id(service_id) for service_id in attempt.ended}
        listed = {fold_id(row.id) for row in services if not (fold_id(row.id) in before and is_active(row) is False)}
        gone = {key: service_id for key, service_id in self._sighted.items() if key not in listed}
        there = [match for match in result.foreign if match.fits(attempt.premise_guid)]
        unclear = (
            *(match.service.id for match in (*result.weak, *result.revived, *there)),
            *result.ended,
            *result.beside,
        )
        self._sighted.clear()
        self._sighted.update(gone | {fold_id(service_id): service_id for service_id in unclear})
        if result.found or result.rivals:
            return result
        return evolve(result, ended=(*result.ended, *gone.values()), lost=list_lost(services, attempt))

    async def _judge_new(
        self,
        services: list[Service],
        attempt: Attempt,
        until: float,
        find_rivals: Callable[[Attempt], Awaitable[Rivals]],
        *,
        is_past: bool,
    ) -> LookResult | errors.AExError:
        """Say which of the services is the order; the journal is asked only where one could be."""
        foreign, upgraded = choose_foreign(services, attempt), choose_upgraded(services, attempt)
        unclear = choose_beside(services, attempt) or choose_revived(services, attempt) or foreign or upgraded
        if not (choose_candidates(services, attempt) or (unclear and not is_past)):
            return LookResult()
        rivals = await find_rivals(attempt)  # of its own time: a thread is not cut off
        if is_past:
            return await cut_off(self.judge(services, attempt, rivals.taken), until)
        return await cut_off(self._judge_all(services, attempt, rivals), until)

    async def _judge_all(self, services: list[Service], attempt: Attempt, rivals: Rivals) -> LookResult:
        """Say which of the services is the order; where none is, which may be it all the same, and are no absence."""
        result = await self.judge(services, attempt, rivals.taken)
        if result.found or result.rivals:
            return result
        beside = choose_beside(services, attempt, rivals.taken)
        revived = choose_revived(services, attempt, rivals.taken - rivals.elsewhere)
        upgraded = choose_upgraded(services, attempt)
        if len({row.premise_id for row in upgraded}) > MOST_PREMISES:  # else each look were as many requests
            upgraded = []
        own = {row.premise_id or "" for row in (*beside, *revived, *upgraded)}
        premises, failures = await self._read_premises(own)
        if failures and result == LookResult():  # else it is no absence already, and they decide nothing
            raise failures[0]
        foreign = choose_foreign(services, attempt, rivals.taken)
        # A stranger's premise that fails to be read fails no look: then it cannot be told where the row is.
        of_strangers, _ = await self._read_premises({row.premise_id or "" for row in foreign})
        premises |= of_strangers

        def pick_near(rows: Sequence[Service], *, sure: bool = False) -> tuple[ServiceMatch, ...]:
            matches = (ServiceMatch(row, premises.get(row.premise_id or "")) for row in rows)
            known = attempt.service_id is not None  # then where it is no longer matters
            unsure = (True,) if sure else (True, None)
            return tuple(match for match in matches if known or match.fits(attempt.premise_guid) in unsure)

        return evolve(
            result,
            beside=tuple(match.service.id for match in pick_near(beside)),
            foreign=pick_near(foreign),
            revived=(*pick_near(revived), *pick_near(upgraded, sure=True)),
        )

    async def find_foreign(
        self, services: list[Service], attempt: Attempt, taken: frozenset[str]
    ) -> ServiceMatch | None:
        """Return a row of another customer's that is just what is to be ordered: it stands, at that very premise.

        One whose premise fails to be read is no matter: it is a stranger's, and most listings that have such rows leak
        them. One that shows everybody's services is not asked about: each is a request, before every order.
        """
        rows = [row for row in choose_foreign(services, attempt, taken) if is_active(row) is not False]
        premise_ids = {row.premise_id or "" for row in rows}
        if len(premise_ids) > MOST_PREMISES:
            return None
        premises, _ = await self._read_premises(premise_ids)
        matches = (ServiceMatch(row, premises.get(row.premise_id or "")) for row in rows)
        return next((match for match in matches if match.fits(attempt.premise_guid)), None)

    async def _read_beyond(self, customer_id: str, last: int, services: list[Service]) -> list[Service]:
        """Return what is new on the pages behind the last one: a count that is too small ends a walk too soon.

        A count can be behind by many rows, so that one page more is not enough: only a page without a new row is the
        end. Some servers answer behind their last page with that page again.
        """
        met = {fold_id(service.id) for service in services}
        beyond: list[Service] = []
        for number in range(last + 1, last + 1 + MAX_BEYOND):
            fresh = [row for row in await self._read_page(customer_id, number) if fold_id(row.id) not in met]
            if not fresh:
                return beyond
            met |= {fold_id(row.id) for row in fresh}
            beyond += fresh
        raise errors.PaginationError(
            f"the customer's services go on for {MAX_BEYOND} pages behind those that are counted",
            page=last + MAX_BEYOND,
        )

    async def _read_page(self, customer_id: str, number: int) -> Sequence[Service]:
        """Return the rows of a page behind the last one: none if there is none, which some servers tell by an error."""
        try:
            async with aclosing(self.services(customer_id, number)) as pages:
                page = await anext(pages, None)
        except errors.PaginationError:
            return ()  # less came than is counted, as it must be here
        except (errors.NotFoundError, errors.BadRequestError) as error:
            if is_unsure(error):
                raise
            return ()
        return page.items if page else ()

    async def judge(self, services: list[Service], attempt: Attempt, taken: frozenset[str]) -> LookResult:
        """Say which of the services is the order; those `taken` are other orders'.

        A premise that fails to be read is no matter where the order is found all the same: it is of another service.
        """
        candidates = choose_candidates(services, attempt, taken)
        premises, failures = await self._read_premises({row.premise_id or "" for row in candidates})
        matches = [ServiceMatch(row, premises.get(row.premise_id or "")) for row in candidates]
        result = judge_candidates(matches, attempt)
        if failures and not result.rivals and not (result.found and result.found.premise):
            raise failures[0]
        return result

    async def _read_premises(self, premise_ids: set[str]) -> tuple[dict[str, Premise | None], list[errors.AExError]]:
        """Return the premises, each under the id that it was asked for by, with what failed of them.

        The rest is not asked for once AEx refuses the token: a customer can have a thousand services.
        """
        premises: dict[str, Premise | None] = {}
        failures: list[errors.AExError] = []

        async def read(premise_id: str) -> None:
            if failures and isinstance(failures[0], END_LOOKING):
                return
            try:
                premises[premise_id] = await self._read_premise(premise_id)
            except END_LOOKING as error:
                failures.insert(0, error)  # ahead of whatever may pass
            except errors.AExError as error:
                failures.append(error)

        if premise_ids:
            await for_each(read, premise_ids, min(AT_ONCE, len(premise_ids)))
        return premises, failures

    async def _read_premise(self, premise_id: str) -> Premise | None:
        """Return a service's premise, `None` if AEx has none to show. Garbage in its place is a failed look."""
        if known := self._premises.get(premise_id):
            return known
        if not is_id(premise_id):
            return None
        try:
            premise = await self.get_premise(premise_id)
        except (errors.NotFoundError, errors.ForbiddenError):
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
        # For one look: where a service is may yet come to be known, and what is said at first may be corrected.
        if not is_blank(premise.external_reference):
            self._premises[premise_id] = premise
        return premise


async def cut_off(step: Awaitable[T], until: float) -> T | errors.AExError:
    """Return what a part of a look comes to by the moment `until`, or what is wrong with it."""
    with anyio.CancelScope(deadline=until):
        try:
            return await step
        except errors.AExError as error:
            return error
        except Exception as error:  # noqa: BLE001 - logged; the order may be there all the same
            return note_foreign(error)
    return errors.AExError("it did not end in time")


def note_foreign(error: Exception) -> errors.AExError:
    """Return what stands for an error that is not ours, but of a hook, a transport or a converter of the caller's own.

    After an order was sent, that must not be all that the caller hears of it.
    """
    log.warning(
        "a hook, transport or converter of the caller's own raised while an order was on its way", exc_info=error
    )
    return errors.AExError(
        f"a hook, transport or converter of yours raised {type(error).__name__}, which is in the log"
    )
