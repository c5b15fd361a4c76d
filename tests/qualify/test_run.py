"""Rows outlast an AEx that is down, and a row that fails alone is not mistaken for that."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

import pytest

from aex_async import AsyncAExClient, PredefinedPremise
from aex_async.errors import AuthenticationError
from aex_async.qualify import Address, Journal, OutageError, OutageGuard, Qualifier, QualifyCalls, run
from aex_async.sandbox import Fault, Sandbox
from aex_async.testing import virtual_time

SEARCH = "/predefined-premises"
DOWN = Fault.status(503, retry_after=0)


class Night:
    """A run over a sandbox, and what it said."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.said: list[str] = []

    @asynccontextmanager
    async def endure(self, patience: float = 60.0, first_wait: float = 0.02) -> AsyncGenerator[OutageGuard]:
        async with AsyncAExClient(self.sandbox.token, transport=self.sandbox.transport(), attempts=1) as aex:

            async def search(q: str) -> Sequence[PredefinedPremise]:
                return (await anext(aex.predefined_premises(q).by_page())).items

            qualifier = Qualifier(QualifyCalls(search, aex.available_products))
            yield OutageGuard(qualifier, patience=patience, tell=self.said.append, first_wait=first_wait)

    async def qualify(
        self, *texts: str, patience: float = 60.0, first_wait: float = 0.02, at_once: int = 1
    ) -> list[str]:
        """Return the outcomes of a run."""
        addresses = (Address(row=row, text=text) for row, text in enumerate(texts, 1))
        with Journal(None, {}) as journal:
            async with self.endure(patience, first_wait) as enduring:
                await run(addresses, enduring.qualify, journal, at_once=at_once, watch=lambda _: None)
            return [f"{result.outcome} {result.reason or ''}".strip() for result in journal.results()]


@pytest.mark.parametrize("at_once", [1, 4])
async def test_rows_wait_for_an_aex_that_is_down_and_none_of_them_fails(at_once: int) -> None:
    night = Night()
    night.sandbox.faults.add(DOWN, path=SEARCH, skip=10, times=6)
    texts = [f"nowhere {number}" for number in range(1, 41)]
    assert await night.qualify(*texts, at_once=at_once) == ["none"] * 40
    assert "looking again in 0 s" in night.said[0]
    assert "503" in night.said[0]


async def test_a_row_that_fails_alone_is_not_waited_for() -> None:
    night = Night()
    night.sandbox.faults.add(DOWN, path=f"{SEARCH}?q=poison", times=None)
    first, second = await night.qualify("poison", "nowhere")
    assert (first.startswith("failed "), "503" in first, second, night.said) == (True, True, "none", [])


@pytest.mark.parametrize("at_once", [1, 4])
async def test_rows_that_failed_while_aex_was_coming_back_are_asked_for_once_more(at_once: int) -> None:
    """The outage is over before anyone has looked whether there is one: no row is to blame for it."""
    night = Night()
    night.sandbox.faults.add(DOWN, path=SEARCH, skip=10, times=at_once)
    texts = [f"nowhere {number}" for number in range(1, 21)]
    assert await night.qualify(*texts, at_once=at_once) == ["none"] * 20


async def test_an_answer_that_is_no_outage_fails_its_row_alone() -> None:
    night = Night()
    night.sandbox.faults.add(Fault.status(403), path=SEARCH)
    outcomes = await night.qualify("a", "b")
    assert [outcome.split()[0] for outcome in outcomes] == ["failed", "none"]
    assert night.sandbox.received[f"GET {SEARCH}"] == 4  # three of them find out how AEx searches


async def test_any_answer_shows_that_aex_is_there() -> None:
    night = Night()
    night.sandbox.faults.add(DOWN, path=f"{SEARCH}?q=poison", times=None)
    night.sandbox.faults.add(Fault.status(404), path=f"{SEARCH}?q=Road")
    assert (await night.qualify("poison"))[0].startswith("failed ")


async def test_an_aex_that_has_never_answered_is_not_waited_for() -> None:
    night = Night()
    night.sandbox.faults.add(DOWN, times=None)
    with pytest.raises(OutageError, match=r"^AEx cannot be asked: .*503"):
        await night.qualify("a", "b", at_once=2)
    assert night.said == []


async def test_a_blank_row_is_no_answer_of_aex() -> None:
    night = Night()
    night.sandbox.faults.add(DOWN, times=None)
    with pytest.raises(OutageError, match=r"^AEx cannot be asked: .*503"):
        await night.qualify(" ", "a", patience=0.05)
    assert night.said == []


def test_patience_ends(anyio_backend: Literal["asyncio", "trio"]) -> None:
    @virtual_time(backend=anyio_backend)
    async def wait_in_vain() -> None:
        night = Night()
        night.sandbox.faults.add(DOWN, skip=1, times=None)
        with pytest.raises(OutageError, match=r"^AEx has been down for \d+ s: .*503"):
            await night.qualify("a", "b", patience=100, first_wait=20)
        assert len(night.said) == 2  # 20 s, then 40 s; 80 s more would be too long

    wait_in_vain()


async def test_a_token_that_is_refused_while_aex_comes_back_stops_the_run() -> None:
    night = Night()
    night.sandbox.faults.add(DOWN, path=SEARCH, skip=1, times=3)
    night.sandbox.faults.add(Fault.status(401), path=SEARCH, skip=1, times=None)
    with pytest.raises(AuthenticationError):
        await night.qualify("a", "b")
