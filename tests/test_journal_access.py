"""The journal as one order uses it, which may be cancelled at any moment."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import anyio
import pytest
from anyio import to_thread

from aex_async import Attempt, OrderJournal
from aex_async._orders.journal_access import JournalAccess

ATTEMPT = Attempt(
    reference="r-1",
    customer_id="C-1",
    premise_guid="G-1",
    product_id="P-1",
    started_at=datetime(2026, 1, 2, tzinfo=UTC),
)


class SlowJournal(OrderJournal):
    """A journal of which a thread does not come back with what it has written until it is let."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.written = Event()
        self.let_go = Event()

    def begin(self, attempt: Attempt, **given: Any) -> Attempt:
        """Write an attempt down, and keep the thread."""
        begun = super().begin(attempt, **given)
        self.written.set()
        self.let_go.wait(10)
        return begun


@pytest.mark.fault("C2")
async def test_an_order_that_is_cancelled_between_the_journal_and_its_post_was_never_sent(tmp_path: Path) -> None:
    journal = SlowJournal(tmp_path / "orders.sqlite")
    access = JournalAccess(journal, "somebody", 60.0)
    async with anyio.create_task_group() as group:
        group.start_soon(access.begin, ATTEMPT, ())
        assert await to_thread.run_sync(journal.written.wait, 10)
        group.cancel_scope.cancel()
    journal.let_go.set()
    known = journal.find("r-1")
    assert known is not None
    assert (known.state.value, journal.unresolved(live=True)) == ("unsent", [])


@pytest.mark.fault("C17")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_order_that_ctrl_c_meets_between_the_journal_and_its_post_was_never_sent(
    tmp_path: Path, backend: str
) -> None:
    journal = SlowJournal(tmp_path / "orders.sqlite")

    def interrupt() -> None:
        assert journal.written.wait(10)
        os.kill(os.getpid(), signal.SIGINT)  # it meets the main task, which waits for the thread that writes

    thread = Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        anyio.run(JournalAccess(journal, "somebody", 60.0).begin, ATTEMPT, (), backend=backend)
    thread.join()
    journal.let_go.set()
    known = journal.find("r-1")
    assert known is not None
    assert (known.state.value, journal.unresolved(live=True)) == ("unsent", [])
