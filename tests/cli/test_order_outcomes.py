"""What came of an order, where the journal or the error leaves doubt."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import typer

from aex_async import AsyncAExClient, Attempt, OrderJournal
from aex_async.cli.exit_codes import FAILED
from aex_async.cli.orders.flow import PlaceOrder
from aex_async.cli.orders.journals import JournalContext, find_default
from aex_async.cli.orders.outcomes import judge, sum_up, tell_interruption
from aex_async.cli.orders.request import CustomerById, OrderRequest
from aex_async.errors import AExError, OrderConflictError, OrderError
from tests.sandbox.people import POMPANO_11, PRODUCT, THANDI

WISH = OrderRequest(who=CustomerById(THANDI), premise_guid=POMPANO_11, product_id=PRODUCT, reference="mine")


class Silence(httpx.AsyncBaseTransport):
    """An AEx that never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return await asyncio.Future[httpx.Response]()


def test_a_client_s_own_limit_is_told_as_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aex = AsyncAExClient("token", timeout=0.05, attempts=1, transport=Silence())
    context = JournalContext(OrderJournal(tmp_path / "orders.sqlite"))
    ordering = PlaceOrder(aex, WISH, context, "host", patience=0, resend=False, timeout=60)
    with pytest.raises(typer.Exit) as left:
        asyncio.run(ordering.run(json=False))
    assert left.value.exit_code == FAILED
    assert "--timeout" not in capsys.readouterr().err


def attempt(state: str, reference: str = "mine") -> Attempt:
    return Attempt(
        reference=reference,
        customer_id=THANDI,
        premise_guid=POMPANO_11.lower(),
        product_id=PRODUCT,
        state=state,
        service_id="S1",
        started_at=datetime(2024, 10, 16, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (OrderError("the journal is gone"), "sending", 3),
        (OrderError("the journal is gone"), "confirmed", 3),
        (OrderError("refused"), "rejected", 1),
        (OrderConflictError("two"), "sending", 4),
    ],
)
def test_what_is_not_known_to_be_settled_may_exist(error: AExError, state: str, code: int) -> None:
    assert judge(error, attempt(state)) == code


def test_several_codes_sum_up_to_the_one_that_needs_most_care() -> None:
    assert [sum_up(codes) for codes in ([0, 1], [0, 4, 1], [4, 3, 0], [0])] == [1, 4, 3, 0]


def test_an_interruption_after_the_end_says_that_it_is_placed() -> None:
    said = tell_interruption(attempt("confirmed"))
    assert said == "Interrupted, but order mine is placed: service S1"


def test_the_same_order_is_found_under_another_reference() -> None:
    context = JournalContext(OrderJournal(":memory:"))
    assert context.find(WISH) is None
    context.journal.begin(attempt("sending", "theirs"))
    found = context.find(WISH)
    assert found is not None
    assert found.reference == "theirs"
    assert context.reread(attempt("created", "theirs")).state == "sending"


def test_a_journal_that_cannot_be_read_may_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "orders.sqlite"
    context = JournalContext(OrderJournal(path))
    path.write_bytes(b"broken" * 1000)
    found = context.find(WISH)
    assert found is not None
    assert (found.reference, found.state) == ("mine", "sending")
    assert context.reread(attempt("created")) == attempt("created")


def test_the_data_folder_is_the_user_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert find_default() == tmp_path / ".local" / "share" / "aex_async" / "orders.sqlite"
