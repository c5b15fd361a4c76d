"""The journal of orders, in real files, by several processes."""

import gc
import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from aex_async import Attempt, OrderJournal, errors
from aex_async._journal.attempts import KEPT, OPEN
from aex_async._journal.live_senders import begin_work, end_work, limit_work
from aex_async._journal.schema import APPLICATION, is_current, upgrade
from aex_async.journal import Handover
from aex_async.models import AttemptState
from tests.chaos.kill import find_environment
from tests.sandbox.people import POMPANO_11

NOW = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
STATES = tuple(AttemptState)
AGAIN = tuple(state for state in AttemptState if state.may_repeat)


def attempt(reference: str = "r-1", premise: str = "G-1", **facts: object) -> Attempt:
    given: dict[str, object] = {"customer_id": "C-1", "product_id": "P-1", "started_at": NOW}
    return Attempt(reference=reference, premise_guid=premise, **{**given, **facts})  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.sqlite"


def test_a_file_that_another_process_has_brought_up_to_date_meanwhile_is_left_as_it_is(path: Path) -> None:
    OrderJournal(path).begin(attempt())
    with closing(sqlite3.connect(path)) as database:
        upgrade(database)
        assert is_current(database)
        assert database.execute("SELECT reference FROM attempts").fetchall() == [("r-1",)]


@pytest.fixture(params=["file", "memory"])
def journal(request: pytest.FixtureRequest, path: Path) -> OrderJournal:
    return OrderJournal(path if request.param == "file" else ":memory:")


def change(path: Path, statement: str, *values: object) -> None:
    """Change a journal behind its back."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement, values)
        database.commit()


# What it remembers


def test_an_attempt_comes_back_as_it_went_in(journal: OrderJournal) -> None:
    begun = attempt(baseline=("S-1", "S-2"), posts=2, service_id="S-3")
    assert journal.begin(begun) is begun
    assert journal.find("r-1") == begun
    assert journal.find("r-2") is None
    odd = attempt("r-2", "G-2", baseline=("S-1", "S-2"), ended=("S-1",), foreign=("F-1", "F-2"))
    journal.begin(odd)
    assert journal.find("r-2") == odd


def test_what_was_odd_about_a_baseline_costs_an_earlier_version_nothing(path: Path) -> None:
    journal = OrderJournal(path)
    journal.begin(attempt(baseline=("S-1", "S-2")))
    journal.begin(attempt("r-2", "G-2", baseline=("S-1", "S-2"), ended=("S-1",), foreign=("F-1",)))
    with closing(sqlite3.connect(path)) as database:
        written = dict(database.execute("SELECT reference, baseline FROM attempts").fetchall())
        assert database.execute("PRAGMA user_version").fetchone() == (3,)
    # A list is what it wrote itself, and of anything else it takes each part for the id of a service from before.
    assert json.loads(written["r-1"]) == ["S-1", "S-2"]
    assert sorted(json.loads(written["r-2"])) == ["F-1", "S-1", "S-2"]


def test_unresolved_are_the_open_ones_the_oldest_first(journal: OrderJournal) -> None:
    for number, state in enumerate(STATES):
        begun = attempt(f"r-{number}", f"G-{number}", started_at=NOW - timedelta(hours=number))
        journal.begin(begun)
        journal.settle(evolve(begun, state=state))
    assert [found.state for found in journal.unresolved()] == list(OPEN)[::-1]


@pytest.mark.parametrize("state", STATES)
def test_a_reference_is_used_again_only_after_what_was_not_placed(journal: OrderJournal, state: str) -> None:
    first = attempt(service_id="S-1" if state == "confirmed" else None)
    journal.begin(first)
    journal.settle(evolve(first, state=state))
    again = attempt(started_at=NOW + timedelta(hours=1), baseline=("S-1",))
    # What was refused must be looked for again, and is passed by whoever did.
    standing = None if state in AGAIN and state != "rejected" else journal.find("r-1")
    assert journal.find_standing(again) == standing
    begun = journal.begin(again, passed=[first] if state == "rejected" else [])
    assert (begun is again) is (state in AGAIN)
    assert journal.find("r-1") == (again if state in AGAIN else evolve(first, state=state))


@pytest.mark.parametrize("state", [*STATES, "confirmed since"])
def test_the_same_order_under_another_reference_waits_for_what_may_exist(journal: OrderJournal, state: str) -> None:
    first = attempt()
    journal.begin(first)
    service = "S-1" if state == "confirmed" else "S-9" if state == "confirmed since" else None
    journal.settle(evolve(first, state=state.split(maxsplit=1)[0], service_id=service))
    other = attempt("r-2", premise="g-1", baseline=("s-1", ""))
    assert (journal.find_standing(other) is None) is (state not in (*OPEN, "rejected"))
    if state == "rejected":
        assert journal.begin(other).reference == "r-1"
    standing = journal.begin(other, passed=[first] if state == "rejected" else [])
    assert (standing is other) is (state in (*AGAIN, "confirmed"))
    assert len(journal.unresolved()) == (1 if state in OPEN or standing is other else 0)


def test_a_reference_of_another_order_is_refused(journal: OrderJournal) -> None:
    journal.begin(attempt())
    for use in (journal.find_standing, journal.begin):
        with pytest.raises(errors.OrderConflictError, match="r-1 names another order") as caught:
            use(attempt(premise="G-2"))
        assert "a reference of its own" in caught.value.advice


def test_a_withdrawn_attempt_is_not_written(journal: OrderJournal) -> None:
    handover = Handover()
    assert not handover.withdraw()
    journal.begin(attempt(), handover=handover)
    assert journal.find("r-1") is None


def test_an_attempt_that_is_withdrawn_while_it_is_written_is_settled_as_unsent(journal: OrderJournal) -> None:
    class Late(Handover):
        def deliver(self) -> bool:
            self.withdraw()
            return super().deliver()

    journal.begin(attempt(), handover=Late())
    assert journal.find("r-1") == attempt(state="unsent")


def test_what_stands_in_the_way_is_not_settled_for_a_call_that_was_cancelled(journal: OrderJournal) -> None:
    """Where time stands still, as in tests of users, nothing else tells the two attempts apart."""
    journal.begin(attempt())
    withdrawn = Handover()
    withdrawn.withdraw()
    assert journal.begin(attempt(), handover=withdrawn) == attempt()
    assert journal.unresolved() == [attempt()]


def test_what_was_handed_over_is_for_the_call_to_settle() -> None:
    handover = Handover()
    assert handover.deliver()
    assert handover.withdraw()


# What becomes of it


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("after", STATES)
def test_what_was_seen_outweighs_what_is_written_and_what_is_settled_stays(
    journal: OrderJournal, before: str, after: str
) -> None:
    begun = attempt(state=before)
    journal.begin(begun)
    journal.settle(evolve(begun, state=after))
    known = journal.find("r-1")
    assert known is not None
    assert known.state == (after if before in OPEN or after in ("confirmed", "conflict") else before)


def test_settling_concerns_no_later_attempt_of_the_same_reference(journal: OrderJournal) -> None:
    first, second = attempt(), attempt(started_at=NOW + timedelta(seconds=1))
    journal.begin(first)
    journal.dismiss("r-1")
    journal.begin(second)
    journal.settle(evolve(first, state="rejected"))
    assert not journal.begin_again(evolve(first, posts=2))
    assert journal.find("r-1") == second


def test_an_open_attempt_begins_again_once(journal: OrderJournal) -> None:
    begun = attempt()
    assert not journal.begin_again(evolve(begun, posts=2))
    journal.begin(begun)
    assert journal.begin_again(evolve(begun, posts=2))
    assert not journal.begin_again(evolve(begun, posts=2))
    assert journal.find("r-1") == evolve(begun, posts=2)
    journal.settle(evolve(begun, state="created"))  # as who follows it knew it before
    assert journal.claim(evolve(begun, service_id="S-1"), weak=False)
    assert journal.find("r-1") == evolve(begun, posts=2, state="confirmed", service_id="S-1")


@pytest.mark.parametrize("state", [state for state in STATES if state not in OPEN])
def test_a_settled_attempt_does_not_begin_again(journal: OrderJournal, state: str) -> None:
    begun = attempt()
    journal.begin(begun)
    journal.settle(evolve(begun, state=state))
    assert not journal.begin_again(evolve(begun, posts=2))


@pytest.mark.parametrize("state", STATES)
def test_a_person_may_dismiss_anything_that_is_known(journal: OrderJournal, state: str) -> None:
    journal.begin(attempt(state=state))
    journal.dismiss("r-1")
    assert journal.find("r-1") == attempt(state="dismissed")
    with pytest.raises(errors.UsageError, match="no such reference"):
        journal.dismiss("r-2")


@pytest.mark.fault("R12")
def test_what_was_settled_long_ago_is_forgotten_and_what_is_open_never(path: Path) -> None:
    journal = OrderJournal(path)
    for number, state in enumerate(STATES):
        journal.begin(attempt(f"r-{number}", f"G-{number}", state=state))
    journal.begin(attempt("new", "G-new", state="confirmed"))
    change(path, "UPDATE attempts SET changed = ? WHERE reference = 'new'", KEPT + 100)  # so many writes later
    journal.begin(attempt("newest", "G-newest"))
    assert [journal.find(f"r-{number}") is None for number in range(len(STATES))] == [s not in OPEN for s in STATES]
    journal.begin(attempt("newer", "G-newer"))
    assert journal.find("new") is not None


@pytest.mark.fault("X22")
@pytest.mark.parametrize("days", [-400, 91, 400])
def test_x22_no_clock_makes_it_forget(path: Path, days: int) -> None:
    journal = OrderJournal(path)
    journal.begin(attempt(state="confirmed", service_id="S-1"))
    then = (datetime.now(UTC) - timedelta(days)).isoformat()
    change(path, "UPDATE attempts SET changed_at = ?, started_at = ?", then, then)
    for number in range(3):
        journal.begin(attempt(f"new-{number}", f"G-{number}"))
    known = journal.find("r-1")
    assert known is not None
    assert known.state == "confirmed"


# One service, one order


@pytest.mark.fault("X1")
def test_x1_a_service_belongs_to_one_reference_and_the_database_says_so(path: Path) -> None:
    journal = OrderJournal(path)
    one, other = attempt("r-1", service_id="{S-1}"), attempt("r-2", "G-2", service_id="s-1")
    for each in (one, other):
        journal.begin(evolve(each, service_id=None))
    assert journal.claim(one, weak=False)
    assert not journal.claim(other, weak=False)
    assert journal.claim(evolve(other, service_id="S-2"), weak=False)
    with pytest.raises(errors.OrderError, match=r"UNIQUE constraint failed: attempts\.service_key"):
        journal.settle(evolve(other, state="confirmed"))


@pytest.mark.fault("X1", "X3")
@pytest.mark.parametrize("facts", [{"customer_id": "C-2"}, {"product_id": "P-2"}, {"premise": "G-2"}], ids=str)
def test_x1_a_service_is_one_orders_wherever_it_is_listed(journal: OrderJournal, facts: dict[str, str]) -> None:
    one, other = attempt("r-1", service_id="S-1"), attempt("r-2", **{"service_id": "S-1", **facts})
    for each in (one, other):
        journal.begin(evolve(each, service_id=None))
    assert [journal.claim(each, weak=False) for each in (one, other)] == [True, False]
    assert [known.state.value for known in journal.history()] == ["confirmed", "sending"]


@pytest.mark.fault("O7", "X1")
@pytest.mark.parametrize("state", ["rejected", "dismissed"])
def test_what_was_given_up_gets_no_service_once_the_order_was_sent_anew(journal: OrderJournal, state: str) -> None:
    """The call that sent it first may still be looking; were the service its, the second would count as absent."""
    first, second = attempt("first"), attempt("second")
    journal.begin(first)
    journal.settle(evolve(first, state=state))
    assert journal.begin(second, passed=[first]) is second
    assert not journal.claim(evolve(first, service_id="S-1"), weak=False)
    assert journal.claim(evolve(second, service_id="S-1"), weak=False)
    assert journal.claim(evolve(first, service_id="S-2"), weak=False)  # nothing is open any more, and it was seen


@pytest.mark.fault("X1")
@pytest.mark.parametrize("state", STATES)
def test_x1_nothing_weak_is_proof_while_another_order_could_be_behind_it(journal: OrderJournal, state: str) -> None:
    own = attempt("own", service_id="S-9")
    journal.begin(evolve(own, service_id=None))
    other = attempt("other", "G-2")
    journal.begin(other)
    journal.settle(evolve(other, state=state, service_id="S-1" if state == "confirmed" else None))
    assert journal.find_rivals(own).any is (state != "unsent")
    assert journal.claim(own, weak=True) is (state == "unsent")
    assert journal.claim(own, weak=False)


@pytest.mark.fault("X1")
def test_x1_nothing_weak_is_proof_of_an_order_that_aex_has_refused(journal: OrderJournal) -> None:
    """Its own call may have been told so after another one, which follows it, had begun to look."""
    own = attempt("own", service_id="S-9")
    journal.begin(evolve(own, service_id=None))
    journal.settle(evolve(own, service_id=None, refused_at=datetime.now(UTC)))
    assert not journal.claim(own, weak=True)
    assert journal.claim(own, weak=False)


@pytest.mark.fault("X1")
def test_x1_what_was_settled_before_an_order_began_is_no_rival_of_it(journal: OrderJournal) -> None:
    before = attempt("before", "G-2")
    journal.begin(before)
    assert journal.claim(evolve(before, service_id="S-1"), weak=False)
    own = attempt("own", service_id="S-9")
    journal.begin(evolve(own, service_id=None))
    rivals = journal.find_rivals(own)
    assert (rivals.any, rivals.taken, rivals.elsewhere) == (False, frozenset({"s-1"}), frozenset({"s-1"}))
    assert journal.claim(own, weak=True)


@pytest.mark.fault("X1")
def test_x1_what_was_confirmed_since_an_order_began_is_a_rival_of_it(journal: OrderJournal) -> None:
    """Its confirmation may have been weak, and this order may be behind its service."""
    before, own = attempt("before", "G-2"), attempt("own", service_id="S-9")
    journal.begin(before)
    journal.begin(evolve(own, service_id=None))
    assert journal.claim(evolve(before, service_id="S-1"), weak=False)
    assert journal.find_rivals(own).any
    assert not journal.claim(own, weak=True)


@pytest.mark.parametrize(
    "facts", [{"premise": "g-1"}, {"product_id": "P-2"}, {"customer_id": "C-2"}, {"host": "elsewhere"}]
)
def test_the_same_order_and_orders_of_another_kind_are_no_rivals(journal: OrderJournal, facts: dict[str, str]) -> None:
    other = attempt("other", **{"premise": "G-2", "host": "here", "state": "rejected", **facts})
    own = attempt("own", host="here")
    assert journal.begin(other) is other
    assert journal.begin(own, passed=[other]) is own
    assert not journal.find_rivals(own).any


def test_what_the_customers_orders_of_other_products_have_is_taken_as_well(journal: OrderJournal) -> None:
    for facts in ({"product_id": "P-2"}, {"customer_id": "c-1", "product_id": "P-3"}, {"customer_id": "C-10"}):
        other = attempt(repr(facts), "G-2", **facts)
        journal.begin(other)
        assert journal.claim(evolve(other, service_id=f"S {facts.get('product_id')}"), weak=False)
    assert journal.find_rivals(attempt("own")).taken == {"s p-2", "s p-3"}


def test_an_attempt_of_another_journal_is_taken_in_unless_its_order_is_known(journal: OrderJournal) -> None:
    journal.begin(attempt("own"))
    journal.adopt(attempt("same order"))
    journal.adopt(attempt("other", "G-2"))
    assert (journal.find("same order"), journal.find("other")) == (None, attempt("other", "G-2"))
    assert journal.claim(attempt("own", service_id="S-1"), weak=False)
    journal.adopt(attempt("claims it", "G-3", service_id="s-1"))
    assert journal.find("claims it") is None
    journal.adopt(attempt("other", "G-4"))  # another order, which began here under this reference
    assert journal.find("other") == attempt("other", "G-2")


def test_an_attempt_of_another_journal_is_taken_in_beside_the_same_order_at_another_host(journal: OrderJournal) -> None:
    journal.begin(attempt("own", host="here"))
    journal.adopt(attempt("same order, there", host="there"))
    assert journal.find("same order, there") == attempt("same order, there", host="there")


# Who is at work


def test_what_a_live_call_places_just_now_is_not_unresolved_until_it_ends(path: Path) -> None:
    journal, sender = OrderJournal(path), begin_work()
    journal.begin(attempt(), sender=(sender, limit_work(60)))
    assert (journal.unresolved(), journal.unresolved(live=True)) == ([], [attempt()])
    end_work(sender)
    assert journal.unresolved() == [attempt()]


def test_whether_live_orders_are_listed_must_be_said_as_a_truth_value(journal: OrderJournal) -> None:
    with pytest.raises(errors.UsageError, match="live must be True or False"):
        journal.unresolved(live="no")  # type: ignore[arg-type]


def test_what_was_released_is_unresolved_for_everybody(path: Path) -> None:
    journal, sender = OrderJournal(path), begin_work()
    journal.begin(attempt(), sender=(sender, limit_work(60)))
    journal.release(attempt())
    assert journal.unresolved() == [attempt()]
    end_work(sender)


# Its end


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_a_closed_journal_is_of_no_more_use(kind: str, path: Path) -> None:
    with OrderJournal(path if kind == "file" else ":memory:") as journal:
        assert journal.begin(attempt()) == attempt()
    journal.close()
    for use in (journal.unresolved, lambda: journal.find("r-1"), lambda: journal.begin(attempt())):
        with pytest.raises(errors.OrderError, match=r"it is closed.*nothing was sent"):
            use()


def test_a_closed_journal_leaves_its_file_to_others(path: Path) -> None:
    first, second = OrderJournal(path), OrderJournal(path)
    first.begin(attempt())
    first.close()
    assert second.unresolved() == [attempt()]


def test_a_journal_in_memory_can_be_dropped_without_a_warning() -> None:
    """Python 3.13 and newer warn of a database that nobody closed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        OrderJournal(":memory:").begin(attempt())
        gc.collect()
    assert caught == []


# The file


@pytest.mark.fault("S17")
def test_the_file_is_for_its_owner_alone_and_nothing_else_is_left_in_the_folder(path: Path) -> None:
    OrderJournal(str(path)).begin(attempt())
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert repr(OrderJournal(path)) == f"OrderJournal({str(path)!r})"
    assert repr(OrderJournal(":memory:")) == "OrderJournal(':memory:')"
    assert (OrderJournal(path).durable, OrderJournal(":memory:").durable) == (True, False)


def test_the_path_stays_the_same_wherever_the_process_goes(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    journal = OrderJournal(path.name)
    monkeypatch.chdir("/")
    journal.begin(attempt())
    assert OrderJournal(path).find("r-1") == attempt()


@pytest.mark.fault("S17")
def test_it_holds_no_word_that_is_secret_or_personal(path: Path) -> None:
    journal = OrderJournal(path)
    journal.begin(attempt(customer_id="C-CANARY"))
    with closing(sqlite3.connect(path)) as database:
        names = {name for (name,) in database.execute("SELECT name FROM pragma_table_info('attempts')")}
    assert names == {
        "reference", "key", "state", "customer_id", "premise_guid", "product_id", "baseline", "posts", "service_id",
        "started_at", "changed_at", "host", "pair", "service_key", "refused_at", "begun", "changed", "sender",
        "sender_until",
    }  # fmt: skip
    assert b"C-CANARY" in path.read_bytes()


_EARLIER = """
CREATE TABLE attempts (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL, state TEXT NOT NULL, customer_id TEXT NOT NULL,
    premise_guid TEXT NOT NULL, product_id TEXT NOT NULL, baseline TEXT NOT NULL, posts INTEGER NOT NULL,
    service_id TEXT, started_at TEXT NOT NULL, changed_at TEXT NOT NULL{host}
);
CREATE UNIQUE INDEX one_open ON attempts (key{in_index}) WHERE state IN ('sending', 'created');
PRAGMA application_id = {application};
PRAGMA user_version = {version};
"""


def make_earlier(path: Path, version: int, *rows: tuple[str, str, str, str | None]) -> None:
    """Leave the file that an earlier version would have; of a row: reference, premise, state, service."""
    path.touch(0o600)
    columns = {1: ("", ""), 2: (", host TEXT NOT NULL DEFAULT ''", ", host")}[version]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            _EARLIER.format(host=columns[0], in_index=columns[1], version=version, application=APPLICATION)
        )
        for reference, premise, state, service in rows:
            facts = [reference, f"c-1 {premise} p-1", state, "C-1", premise, "P-1", "[]", 1, service]
            when = [NOW.isoformat()] * 2 + ["h"] * (version - 1)
            marks = ", ".join("?" * len(facts + when))
            database.execute(f"INSERT INTO attempts VALUES ({marks})", [*facts, *when])  # noqa: S608
        database.commit()


@pytest.mark.parametrize("version", [1, 2])
def test_a_file_of_an_earlier_version_is_upgraded_once_and_loses_nothing(path: Path, version: int) -> None:
    make_earlier(
        path, version, *((f"r-{number}", f"G-{number}", state.value, None) for number, state in enumerate(STATES))
    )
    host = "h" if version > 1 else ""
    for journal in (OrderJournal(path), OrderJournal(path)):
        known = [journal.find(f"r-{number}") for number in range(len(STATES))]
        assert [(one.state, one.premise_guid, one.host) for one in known if one] == [
            (state, f"G-{number}", host) for number, state in enumerate(STATES)
        ]
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (3,)
    standing = OrderJournal(path).begin(attempt("r-9", "G-0", host=host or "new.example.com"))
    assert standing.reference == "r-0"  # it may have gone there


@pytest.mark.fault("X1")
def test_x1_orders_that_an_earlier_version_gave_one_service_are_open_again(path: Path) -> None:
    make_earlier(
        path,
        2,
        ("a", "G-1", "confirmed", "S-1"),
        ("b", "G-2", "confirmed", "s-1"),
        ("c", "G-3", "confirmed", "S-3"),
        ("d", "G-4", "dismissed", "S-1"),
        ("e", "{G-1}", "sending", None),
    )
    journal = OrderJournal(path)
    known = {name: journal.find(name) for name in "abcde"}
    assert {name: (one.state, one.service_id) for name, one in known.items() if one} == {
        "a": ("sending", None),
        "b": ("sending", None),
        "c": ("confirmed", "S-3"),
        "d": ("dismissed", None),
        "e": ("conflict", None),  # the same order as "a", in another spelling
    }


def test_an_order_that_an_earlier_version_had_open_under_two_spellings_is_a_conflict(path: Path) -> None:
    guid = POMPANO_11
    make_earlier(path, 2, ("a", guid, "sending", None), ("b", f"{{{guid}}}", "created", None))
    journal = OrderJournal(path)
    assert [[one.reference for one in some] for some in (journal.unresolved(), journal.conflicts())] == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [("a", "a", True), ("a", "b", False), ("", "b", True), ("a", "", True)],
)
def test_an_order_stands_in_the_way_at_its_own_host_alone(
    journal: OrderJournal,
    one: str,
    other: str,
    meets: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    first = journal.begin(attempt("r-1", host=one))
    second = attempt("r-2", host=other)
    assert journal.begin(second) == (first if meets else second)
    assert len(journal.unresolved()) == 2 - meets
    renamed = attempt("r-1", host=other, started_at=NOW + timedelta(1))
    if meets:
        assert journal.find_standing(renamed) == first
    else:
        with pytest.raises(errors.OrderConflictError, match="r-1 names an order at another AEx, a: choose a new one"):
            journal.find_standing(renamed)


def test_conflicts_are_kept_apart_until_a_person_dismisses_them(journal: OrderJournal) -> None:
    journal.begin(attempt())
    assert journal.conflicts() == []
    journal.settle(attempt(state="conflict"))
    assert ([one.reference for one in journal.conflicts()], journal.unresolved()) == (["r-1"], [])
    journal.dismiss("r-1")
    assert journal.conflicts() == []


@pytest.mark.parametrize("other", [None, 3, b"x", "", "  "])
def test_a_path_must_be_one(other: object) -> None:
    with pytest.raises(errors.UsageError, match="a str or a Path"):
        OrderJournal(other)  # type: ignore[arg-type]


def make_link(path: Path) -> None:
    target = path.parent / "elsewhere"
    OrderJournal(target)
    path.symlink_to(target)


def make_dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


def make_readable(path: Path) -> None:
    OrderJournal(path)
    path.chmod(0o640)


def make_foreign(path: Path) -> None:
    path.touch(0o600)
    change(path, "CREATE TABLE theirs (x)")


def make_newer(path: Path) -> None:
    OrderJournal(path)
    change(path, "PRAGMA user_version = 4")


def make_garbage(path: Path) -> None:
    path.touch(0o600)
    path.write_bytes(b"not a database " * 1000)


def make_torn(path: Path) -> None:
    OrderJournal(path).begin(attempt())
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def make_broken_row(path: Path) -> None:
    OrderJournal(path).begin(attempt())
    change(path, "UPDATE attempts SET baseline = '{', started_at = 'yesterday'")


def make_folder(path: Path) -> None:
    path.mkdir()


def block_rollback(path: Path) -> None:
    OrderJournal(path)
    Path(f"{path}-journal").mkdir()


def remove_folder(path: Path) -> None:
    path.parent.rmdir()


@pytest.mark.fault("O17")
@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (make_link, "nobody else can read"),
        (make_dangling_link, "nobody else can read"),
        (make_readable, "nobody else can read"),
        (make_folder, "nobody else can read"),
        (make_foreign, "not a journal of orders"),
        (make_newer, "has version 4, and this library needs 3"),
        (make_garbage, "not a database"),
        (make_torn, "malformed"),
        (make_broken_row, "ValueError|JSONDecodeError"),
        (block_rollback, "unable to open|disk I/O"),
        (remove_folder, "No such file"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(path: Path, spoil: Callable[[Path], None], problem: str) -> None:
    spoil(path)
    with pytest.raises(errors.OrderError, match=problem) as caught:
        OrderJournal(path).begin(attempt())
    assert str(caught.value).endswith("; nothing was sent")


@pytest.mark.fault("O17")
@pytest.mark.parametrize("spoil", [Path.unlink, make_readable], ids=["removed", "opened to others"])
def test_a_file_that_is_spoilt_later_is_refused_then_and_not_made_anew(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    journal = OrderJournal(path)
    spoil(path)
    with pytest.raises(errors.OrderError, match="cannot be used"):
        journal.begin(attempt())
    assert not path.exists() or path.stat().st_mode & 0o777 == 0o640


@pytest.mark.fault("O17")
def test_a_file_that_a_newer_library_has_changed_since_is_left_to_it(path: Path) -> None:
    journal = OrderJournal(path)
    make_newer(path)
    for use in (partial(journal.begin, attempt()), partial(journal.find, "r-1"), journal.unresolved):
        with pytest.raises(errors.OrderError, match="has version 4, and this library needs 3"):
            use()
    change(path, "PRAGMA application_id = 1")
    with pytest.raises(errors.OrderError, match="it is no longer a journal of orders"):
        journal.unresolved()


def test_what_is_in_memory_can_fail_like_a_file() -> None:
    journal = OrderJournal(":memory:")
    with pytest.raises(errors.OrderError, match=r"memory: cannot be used \(\w+Error"):
        journal.find(object())  # type: ignore[arg-type]


# Other processes, and the end of this one


def run(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Run `code` in a process of its own."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=find_environment())  # noqa: S603


BEGIN = """
import sys
from datetime import UTC, datetime
from aex_async import Attempt, OrderJournal
journal = OrderJournal(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    attempt = Attempt(reference=f"{sys.argv[2]}-{number}", customer_id="C", premise_guid=f"G-{number}", product_id="P",
                      started_at=datetime.now(UTC))
    if journal.begin(attempt) is attempt:
        print(number)
"""


@pytest.mark.fault("C20")
def test_of_two_processes_exactly_one_begins_an_order(path: Path) -> None:
    rivals = [run(BEGIN, path, name) for name in "ab"]
    for rival in rivals:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "ready\n"
    begun = [int(number) for rival in rivals for number in _finish(rival)]
    assert sorted(begun) == list(range(40))
    assert len(OrderJournal(path).unresolved()) == 40


def _finish(process: "subprocess.Popen[str]") -> list[str]:
    told, _ = process.communicate("\n", timeout=120)
    return told.split()


BEGIN_AND_DIE = """
import os, signal, sys
from datetime import UTC, datetime
from aex_async import Attempt, OrderJournal
OrderJournal(sys.argv[1]).begin(
    Attempt(reference="r", customer_id="C", premise_guid="G", product_id="P", started_at=datetime.now(UTC)))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.fault("O16")
def test_what_was_begun_outlives_the_process(path: Path) -> None:
    process = run(BEGIN_AND_DIE, path)
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert [found.reference for found in OrderJournal(path).unresolved()] == ["r"]


FILL = """
import resource, signal, sys
from datetime import UTC, datetime
from aex_async import Attempt, OrderJournal, errors
journal = OrderJournal(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (45_000, resource.RLIM_INFINITY))
for number in range(10_000):
    try:
        journal.begin(Attempt(reference=f"r-{number}", customer_id="C", premise_guid=f"G-{number}", product_id="P",
                              started_at=datetime.now(UTC)))
    except errors.OrderError as error:
        print(number, error)
        break
"""


@pytest.mark.fault("O17")
def test_a_full_disk_is_an_error_and_what_was_there_stays(path: Path) -> None:
    process = run(FILL, path)
    told, _ = process.communicate(timeout=120)
    number, _, problem = told.partition(" ")
    assert "cannot be used" in problem
    assert len(OrderJournal(path).unresolved()) == int(number) > 10


def test_a_commit_waits_for_the_disk(path: Path) -> None:
    statements: list[str] = []
    journal = OrderJournal(path)
    with journal._file.transact() as database:  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        statements += [str(value) for value in database.execute("PRAGMA synchronous").fetchone()]
        statements += [str(value) for value in database.execute("PRAGMA journal_mode").fetchone()]
    assert statements == ["3", "delete"]


def test_a_commit_waits_for_readers_no_longer_than_the_writer_had_time(path: Path) -> None:
    """SQLite counts its patience anew for each statement: what the beginning has used up is not there for the end."""
    journal = OrderJournal(path)
    with closing(open_file(path)) as reader, closing(open_file(path)) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM attempts").fetchall()
        writer.execute("BEGIN IMMEDIATE")
        threading.Timer(4, writer.execute, ("ROLLBACK",)).start()
        begun = time.monotonic()
        with pytest.raises(errors.OrderError, match="stayed locked"):
            journal.begin(attempt(), until=begun + 4.5)
        assert time.monotonic() - begun < 7.5
    assert journal.history() == []


def open_file(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


@pytest.mark.fault("O17")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "lost"),
        ("baseline", "[1]"),
        ("baseline", "[" * 100_000),
        ("baseline", "5"),
        ("posts", "many"),
        ("posts", -1),
        ("customer_id", b"C"),
        ("service_id", b"S"),
        ("started_at", "2026-01-01"),
        ("refused_at", "2026-01-01T00:00:00"),
        ("refused_at", "yesterday"),
    ],
)
def test_a_row_that_no_journal_has_written_is_refused_and_nothing_else_is_raised(
    path: Path, column: str, value: object
) -> None:
    journal = OrderJournal(path)
    journal.begin(attempt())
    with closing(open_file(path)) as database:
        database.execute(f"UPDATE attempts SET {column} = ?", (value,))  # noqa: S608
    for read in (journal.history, partial(journal.find, "r-1"), partial(journal.dismiss, "r-1")):
        with pytest.raises(errors.OrderError, match="cannot be used"):
            read()


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"reference": 5}, "reference must be text, not int"),
        ({"baseline": ("S-1", None)}, "baseline must be text, not NoneType"),
        ({"service_id": b"S"}, "service_id must be text, not bytes"),
        ({"posts": "1"}, "posts must be a whole number"),
        ({"started_at": datetime(2026, 1, 1)}, "started_at must be an aware datetime"),  # noqa: DTZ001
        ({"refused_at": "2026-01-01"}, "refused_at must be an aware datetime"),
    ],
)
def test_an_attempt_that_no_journal_could_read_back_cannot_be_made(facts: dict[str, Any], problem: str) -> None:
    with pytest.raises(errors.UsageError, match=problem):
        evolve(attempt(), **facts)


def test_threads_take_turns(path: Path) -> None:
    journals = [OrderJournal(path), OrderJournal(path)]
    begun: list[bool] = []

    def begin(journal: OrderJournal, name: str) -> None:
        for number in range(10):
            own = attempt(f"{name}-{number}", f"G-{number}")
            begun.append(journal.begin(own) is own)

    threads = [threading.Thread(target=begin, args=(journals[n % 2], str(n))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), sum(begun)) == (60, 10)


def test_opening_a_journal_again_leaves_the_locks_of_others_alone(path: Path) -> None:
    """A file that is opened and closed beside SQLite would lose every lock that this process has on it."""
    journal = OrderJournal(path)
    other = threading.Thread(target=OrderJournal, args=(path,))
    with journal._file.transact():  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
        other.start()
        other.join(0.1)
        begun = subprocess.run([sys.executable, "-c", LOCK, path], capture_output=True, text=True, check=False)  # noqa: S603
    other.join()
    assert "database is locked" in begun.stderr


LOCK = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
