"""The run: many addresses at a time, each result written down before the next one is told of."""

from collections.abc import Awaitable, Callable, Iterable, Iterator

from aex_async import for_each
from aex_async.qualify.journal import Journal
from aex_async.qualify.model import Address, Qualification, Watch

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
