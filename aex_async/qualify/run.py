"""A run of many addresses: each result written down before the next is told of, an AEx that is down waited for."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Final

import anyio

from aex_async import for_each
from aex_async.errors import AExError, ConnectionFailedError, DeadlineError, RateLimitedError, ServerError
from aex_async.qualify.journal import Journal
from aex_async.qualify.model import Address, Qualification, Watch
from aex_async.qualify.qualifier import FATAL, Qualifier, fail

QualifyOne = Callable[[Address], Awaitable[Qualification]]


async def run(
    addresses: Iterable[Address], qualify: QualifyOne, journal: Journal, *, at_once: int, watch: Watch
) -> None:
    """Qualify the addresses that the journal lacks.

    A result is in the journal as soon as it is there, so that whatever ends the run leaves nothing behind that would
    have to be done again. Whatever `qualify` or the journal raises stops it, and is raised.
    """

    async def complete(address: Address) -> None:
        result = await qualify(address)
        journal.add(result)
        watch(result)

    await for_each(complete, find_left(addresses, journal), at_once)


def find_left(addresses: Iterable[Address], journal: Journal) -> Iterator[Address]:
    """Yield the addresses that are still to be done, read no further ahead than needed."""
    return (address for address in addresses if not journal.has(address.row))


DOWN: Final = (ConnectionFailedError, DeadlineError, RateLimitedError, ServerError)
"""What may be the row's fault, or everybody's."""

FIRST_WAIT, LONGEST_WAIT = 10.0, 300.0  # seconds between two looks whether AEx is back
PATIENCE: Final = 3600.0  # seconds
PROBE: Final = "Road"  # a search that any AEx can answer, if only with nothing


class OutageError(AExError):
    """AEx was not to be had for as long as the run could wait."""


class OutageGuard:
    """Qualifies addresses through outages: rows wait until AEx is back, for `patience` seconds, and are asked anew.

    Before AEx has answered anything at all, nothing is waited for: that is more likely a wrong base URL. `tell` gets a
    sentence before each wait.
    """

    def __init__(
        self,
        qualifier: Qualifier,
        *,
        patience: float = PATIENCE,
        tell: Callable[[str], None],
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._qualifier, self._patience, self._tell, self._first_wait = qualifier, patience, tell, first_wait
        self._looking = anyio.Lock()
        self._has_answered = False
        self._back_at = float("-inf")

    async def qualify(self, address: Address) -> Qualification:
        """Return what is known of an address.

        Raises `OutageError` if AEx does not come back, and what concerns all addresses: a refused token, a closed
        client.
        """
        blamed = False
        while True:
            try:
                return await self._qualifier.attempt(address)  # of a blank row, without an answer
            except DOWN as error:
                if await self._outlast(error):
                    blamed = False
                elif blamed:
                    return fail(address, str(error))
                else:
                    blamed = True  # AEx answers, but it may have come back only now: the row is asked for once more
                continue
            except FATAL:
                raise
            except AExError as error:
                self._has_answered = True
                return fail(address, str(error))

    async def _outlast(self, error: AExError) -> bool:
        """Return whether AEx was down, and is back; `False` if it was not, so that the row alone is to blame."""
        begun = anyio.current_time()
        async with self._looking:
            if self._back_at >= begun:  # another row has waited it out meanwhile
                return True
            if await self._answers():
                return False
            await self._wait(error)
            self._back_at = anyio.current_time()
            return True

    async def _wait(self, error: AExError) -> None:
        said = str(error).rstrip(".")
        if not (self._has_answered or self._qualifier.answered):
            raise OutageError(f"AEx cannot be asked: {said}")
        begun, wait = anyio.current_time(), self._first_wait
        while anyio.current_time() + wait - begun <= self._patience:
            self._tell(f"AEx is down ({said}): looking again in {wait:.0f} s")
            await anyio.sleep(wait)
            if await self._answers():
                return
            wait = min(2 * wait, LONGEST_WAIT)
        raise OutageError(f"AEx has been down for {anyio.current_time() - begun:.0f} s: {said}")

    async def _answers(self) -> bool:
        try:
            await self._qualifier.search(PROBE)
        except DOWN:
            return False
        except FATAL:
            raise
        except AExError:  # an answer all the same
            pass
        self._has_answered = True
        return True
