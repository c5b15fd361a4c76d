"""`aex orders` shows what is not settled, looks again, and lets a person settle it."""

import json
import re
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

from aex_async import Attempt, OrderJournal
from aex_async.sandbox import Fault
from tests.cli.installed import AEX, Ended, ended, run, run_at_terminal, started
from tests.cli.ordering import FOR_THANDI, Shop, assert_silent
from tests.sandbox.people import POMPANO_9, POMPANO_11, PRODUCT, THANDI


def attempt(reference: str, *, premise_guid: str = POMPANO_11, state: str = "sending") -> Attempt:
    return Attempt(
        reference=reference,
        customer_id=THANDI,
        premise_guid=premise_guid,
        product_id=PRODUCT,
        state=state,
        started_at=datetime(2024, 10, 16, 13, 5, tzinfo=UTC),
    )


@pytest.fixture
def journal(shop: Shop) -> OrderJournal:
    shop.journal.parent.mkdir()
    return OrderJournal(shop.journal)


def test_an_order_that_shows_late_is_listed_and_then_found(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.late(300), method="POST", path="/services/full")
    assert shop.run("order", *FOR_THANDI, "--reference", "late-1", "--patience", "0").code == 3
    listed = shop.run("orders")
    assert re.findall(r"\S+(?: \S+)*", listed.out.splitlines()[2])[:6] == [
        "late-1",
        "sending",
        shop.url.removeprefix("http://"),
        THANDI,
        POMPANO_11,
        PRODUCT,
    ]
    still = shop.run("orders", "resume", "--patience", "0")
    later = "Later: aex orders resume late-1 (or aex orders dismiss, once AEx says what became of it)\n"
    assert (still.code, still.err) == (3, later)
    assert still.out.startswith("late-1  Do not order it again: order late-1: it may or may not exist")
    shop.clock.advance(400)
    assert shop.run("orders", "resume") == Ended(0, f"late-1  placed: service {shop.placed[0]}\n")
    assert shop.run("orders", "resume") == Ended(0, "No order is unresolved.\n")
    assert_silent(listed, shop.sandbox)


def test_a_narrow_terminal_breaks_no_id(shop: Shop, journal: OrderJournal) -> None:
    journal.begin(attempt("narrow"))
    end = run_at_terminal("orders", typed=(), **shop.settings, COLUMNS="80", NO_COLOR="1")
    assert f"customer id   {THANDI}\n" in end.out
    assert "started at    2024-10-16T13:05:00+00:00\n" in end.out


def test_a_conflict_is_listed_until_a_person_dismisses_it(shop: Shop, journal: OrderJournal) -> None:
    journal.begin(attempt("double"))
    journal.settle(attempt("double", state="conflict"))
    assert '"conflict"' in shop.run("orders", "--json").out
    assert shop.run("orders", "dismiss", "double", "--yes").code == 0
    assert shop.run("orders").out == "No order is unresolved.\n"


def test_several_end_with_the_code_that_needs_most_care(shop: Shop, journal: OrderJournal) -> None:
    first = shop.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_9, product_id=PRODUCT)
    shop.sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_9, product_id=PRODUCT)
    journal.begin(attempt("double", premise_guid=POMPANO_9))
    journal.begin(attempt("refused"))
    journal.settle(attempt("refused", state="rejected"))
    end = shop.run("orders", "resume", "double", "refused")
    assert (end.code, end.err) == (4, "")
    lines = sorted(end.out.splitlines())
    assert lines[0].startswith("double  Not ordered, a person must decide: order double may be any of")
    assert first in lines[0]
    assert lines[1] == "refused  Not ordered: order refused was not placed, and may be placed again."


def test_ctrl_c_leaves_what_is_unresolved(shop: Shop, journal: OrderJournal) -> None:
    journal.begin(attempt("waiting"))
    with started(AEX, "orders", "resume", "--base-url", shop.url, **shop.settings) as process:
        shop.wait_for("GET /customers/*/services")
        process.send_signal(signal.SIGINT)
        end = ended(process)
    words = f"Interrupted. What is unresolved stays so. Next: aex orders resume --base-url {shop.url}\n"
    assert end == Ended(130, "", words)
    assert shop.unresolved() == ["waiting"]


def test_dismissing_asks_first_and_then_lets_it_be_ordered(shop: Shop, journal: OrderJournal) -> None:
    journal.begin(attempt("gone"))
    no = run_at_terminal("orders", "dismiss", "gone", typed=[("[y/N]", "n\n")], **shop.settings)
    assert no.code == 1
    assert "Dismissed, it may be ordered again; if it exists and stays, there can be two." in no.out
    left = run_at_terminal("orders", "dismiss", "gone", typed=[("[y/N]", "\x04")], **shop.settings)
    assert left.code == 130
    assert shop.unresolved() == ["gone"]
    yes = run_at_terminal("orders", "dismiss", "gone", typed=[("[y/N]", "y\n")], **shop.settings)
    assert yes.code == 0
    assert "Order gone is dismissed: it may be ordered again." in yes.out
    assert shop.unresolved() == []
    assert json.loads(shop.run("order", *FOR_THANDI, "--reference", "gone", "--json").out)["created"]


@pytest.mark.parametrize(
    ("state", "known", "question"),
    [
        ("confirmed", "is placed, as service S-1.", "Are you sure that the service has ended? [y/N]"),
        ("conflict", "has led to more than one service.", "Have you settled which of them stays? [y/N]"),
    ],
)
def test_dismissing_asks_about_what_is_known_of_the_order(
    shop: Shop, journal: OrderJournal, state: str, known: str, question: str
) -> None:
    journal.begin(attempt("there"))
    journal.settle(evolve(attempt("there", state=state), service_id="S-1" if state == "confirmed" else None))
    no = run_at_terminal("orders", "dismiss", "there", typed=[("[y/N]", "n\n")], **shop.settings)
    told = " ".join(no.out.split())
    assert no.code == 1
    assert known in told
    assert question in told


def test_dismissing_without_a_terminal_takes_a_yes(shop: Shop, journal: OrderJournal) -> None:
    journal.begin(attempt("gone"))
    end = shop.run("orders", "dismiss", "gone")
    assert (end.code, end.out) == (2, "")
    assert "say --yes if you are sure" in end.err
    assert shop.run("orders", "dismiss", "gone", "--yes").code == 0
    end = shop.run("orders", "dismiss", "gone", "--yes")
    assert end == Ended(1, "", "Order gone is dismissed: there is nothing to dismiss.\n")


@pytest.mark.parametrize("state", ["confirmed", "rejected"])
def test_an_order_that_a_message_may_say_to_dismiss_can_be_dismissed(
    shop: Shop, journal: OrderJournal, state: str
) -> None:
    journal.begin(attempt("gone"))
    journal.settle(attempt("gone", state=state))
    assert shop.run("orders", "dismiss", "gone", "--yes").code == 0
    assert json.loads(shop.run("order", *FOR_THANDI, "--reference", "gone", "--json").out)["created"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "\udcff"), 2, "The journal has no order \\udcff. See aex orders --all."),
        (("resume", "nothing"), 2, "The journal has no order nothing. See aex orders --all."),
        (("--journal", "/nowhere/orders.sqlite"), 2, "There is no journal /nowhere/orders.sqlite."),
        (("--all", "resume"), 2, "Put the options behind the command: aex orders resume ..."),
        (("--journal", __file__), 1, f"The journal {__file__} cannot be used ("),
    ],
)
def test_what_cannot_be_is_one_sentence(shop: Shop, arguments: tuple[str, ...], code: int, words: str) -> None:
    end = shop.run("orders", *arguments)
    assert (end.code, end.out, end.err.count("\n")) == (code, "", 1)
    assert end.err.startswith(words)


def test_nothing_was_ever_ordered(tmp_path: Path) -> None:
    assert run("orders", XDG_DATA_HOME=str(tmp_path)) == Ended(0, "No order is unresolved.\n")
    assert run("orders", "resume", XDG_DATA_HOME=str(tmp_path)) == Ended(0, "No order is unresolved.\n")
    assert run("orders", "resume", "--json", XDG_DATA_HOME=str(tmp_path)) == Ended(0, "")


def test_programs_get_an_object_a_line(shop: Shop, journal: OrderJournal) -> None:
    journal.begin(attempt("listed"))
    [row] = map(json.loads, shop.run("orders", "--json").out.splitlines())
    assert (row["reference"], row["state"], row["started_at"]) == (
        "listed",
        "sending",
        "2024-10-16T13:05:00+00:00",
    )


# Tried out


def test_an_order_that_is_in_doubt_can_be_tried_out_in_a_sandbox(tmp_path: Path) -> None:
    shown = run("orders", "--sandbox", "--json", XDG_DATA_HOME=str(tmp_path))
    [listed] = map(json.loads, shown.out.splitlines())
    assert (shown.code, shown.err, listed["reference"], listed["state"]) == (3, "", "trial-1", "sending")
    found = run("orders", "resume", "--sandbox", XDG_DATA_HOME=str(tmp_path))
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("trial-1  placed: service ")
    dismissed = run("orders", "dismiss", "trial-1", "--yes", "--sandbox", XDG_DATA_HOME=str(tmp_path))
    assert dismissed == Ended(0, "Order trial-1 is dismissed: it may be ordered again.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_trial_has_a_journal_of_its_own(tmp_path: Path) -> None:
    end = run("orders", "resume", "--sandbox", "--journal", str(tmp_path / "j.sqlite"))
    assert end == Ended(2, "", "Nothing was sent: either --sandbox or --journal.\n")
