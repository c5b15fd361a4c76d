"""The parts of a run: sharing, rate, journal, files."""

import stat
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from aex_async.errors import AExError, UsageError
from aex_async.qualify import Candidate, Journal, JournalError, Offer, Qualification, Rate, run
from aex_async.qualify.calls import MAX_AGE, AsyncCache
from aex_async.qualify.model import Address

FAILED = Qualification(row=2, address="b", outcome="failed", reason="503", columns={"address": "b", "n": [1]})
DONE = Qualification(
    row=1,
    address="a",
    outcome="exact",
    match=Candidate(guid="G", full_text="A", latitude=1.5, longitude=2.5, score=1.0),
    offers=(Offer(id="1", speed_down=100, price_incl=Decimal("477.3913"), currency="ZAR"),),
    columns={"address": "a", "n": True},
)


# Sharing


class Slow:
    """A call that can be seen and made to fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: AExError | None = None

    async def __call__(self, key: int) -> int:
        self.asked += 1
        await anyio.sleep(0.01)
        if self.error is not None:
            raise self.error
        return key * 2


async def test_an_answer_is_kept_for_a_while_and_not_too_many_are() -> None:
    now, slow = [0.0], Slow()
    shared = AsyncCache(slow, 1, lambda: now[0])
    assert [await shared.ask(1), await shared.ask(1), slow.asked] == [2, 2, 1]
    now[0] = MAX_AGE
    assert [await shared.ask(1), slow.asked] == [2, 2]
    assert [await shared.ask(3), await shared.ask(1), slow.asked] == [6, 2, 4]


async def test_who_waits_for_a_call_shares_its_failure_which_is_not_kept() -> None:
    slow, said = Slow(), list[str]()
    shared = AsyncCache(slow, 9)
    slow.error = AExError("no")

    async def ask() -> None:
        try:
            await shared.ask(1)
        except AExError as error:
            said.append(str(error))

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        group.start_soon(ask)
    assert (said, slow.asked) == (["no", "no"], 1)
    slow.error = None
    assert await shared.ask(1) == 2


async def test_who_waits_for_a_call_that_is_cancelled_asks_anew() -> None:
    asked, got = list[int](), list[int]()

    async def call(key: int) -> int:
        asked.append(key)
        if len(asked) == 1:
            await anyio.sleep_forever()
        return key * 2

    shared = AsyncCache(call, 9)

    async def ask() -> None:
        got.append(await shared.ask(4))

    async with anyio.create_task_group() as others, anyio.create_task_group() as first:
        first.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        others.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        first.cancel_scope.cancel()
    assert (got, asked) == ([8], [4, 4])


# Rate


@pytest.mark.in_no_time
async def test_turns_come_at_the_rate_and_pauses_are_not_made_up_for() -> None:
    rate, began = Rate(100), anyio.current_time()
    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(rate.wait)
    assert anyio.current_time() - began > 0.045
    await anyio.sleep(0.05)
    began = anyio.current_time()
    for _ in range(4):
        await rate.wait()
    assert anyio.current_time() - began > 0.025


# The journal


def test_a_journal_keeps_results_and_belongs_to_one_run(tmp_path: Path) -> None:
    path = tmp_path / "r.csv.journal"
    with Journal(path, {"input": "x"}) as journal:
        journal.add(FAILED)
        journal.add(DONE)
        with pytest.raises(JournalError, match="another run is writing"):
            Journal(path, {"input": "x"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Journal(path, {"input": "x"}) as journal:
        assert list(journal.results()) == [DONE, FAILED]
        assert (journal.has(1), journal.has(3), journal.get(2), journal.get(3)) == (True, False, FAILED, None)
        assert (journal.count(), journal.count(1)) == ({"exact": 1, "failed": 1}, {"exact": 1})
        assert (journal.forget_failed(), journal.has(2)) == (1, False)
    with pytest.raises(UsageError, match="belongs to a run with another input"):
        Journal(path, {"input": "y"})
    with pytest.raises(JournalError, match="cannot be used"):
        journal.add(DONE)


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv.journal"
    path.write_text("mine, and long enough to be read as a header of something else" * 9)
    with pytest.raises(JournalError, match="not a database"):
        Journal(path, {})
    with pytest.raises(JournalError, match="cannot be used: Is a directory"):
        Journal(tmp_path, {})


async def test_a_run_does_what_is_left_and_writes_each_result_before_it_tells_of_it() -> None:
    seen = list[tuple[int, bool]]()

    async def qualify(address: Address) -> Qualification:
        await anyio.lowlevel.checkpoint()
        return Qualification(row=address.row, address=address.text, outcome="none")

    with Journal(None, {}) as journal:
        journal.add(DONE)
        addresses = (Address(row=row, text="x") for row in range(1, 5))
        await run(addresses, qualify, journal, at_once=2, watch=lambda r: seen.append((r.row, journal.has(r.row))))
        assert sorted(seen) == [(2, True), (3, True), (4, True)]
        assert journal.get(1) == DONE


async def test_a_journal_that_cannot_be_written_stops_the_run() -> None:
    async def qualify(address: Address) -> Qualification:
        await anyio.lowlevel.checkpoint()
        return Qualification(row=address.row, address=address.text, outcome="none")

    journal = Journal(None, {})
    addresses = (Address(row=row, text="x") for row in range(1, 5))
    with pytest.raises(JournalError, match=r"^the journal in the temporary folder cannot be used"):
        await run(addresses, qualify, journal, at_once=1, watch=lambda _: journal.close())
