"""`aex work-orders --watch` shows what changes, bears what passes, and ends when it is told to."""

import json
import signal
from datetime import UTC, datetime

import anyio
import httpx
import pytest
from attrs import evolve

from aex_async import AsyncAExClient, errors
from aex_async.cli.work_orders import Change, WorkOrderList, WorkOrderWatch, compare, is_closed
from aex_async.models import WorkOrder
from aex_async.sandbox import Fault, Sandbox
from aex_async.testing import VirtualClock
from tests.cli.installed import AEX, ended, run, started
from tests.cli.ordering import FOR_THANDI, Shop
from tests.sandbox.people import OLD_SERVICE, POMPANO_11, PRODUCT, THANDI

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDER = WorkOrder(id="W1", reference="20260301-1", type="Installation", status="New Order")


# What changed


def test_what_is_new_changed_and_gone_is_told_apart() -> None:
    moved = evolve(ORDER, status="ASSIGNED", updated_at=NOON)
    assert compare({"w1": ORDER}, {"w1": ORDER}) == []
    assert compare({}, {"w1": ORDER}) == [Change("new", ORDER)]
    assert compare({"w1": ORDER}, {}) == [Change("gone", ORDER)]
    [change] = compare({"w1": ORDER}, {"w1": moved})
    assert change.fields == {"status": ("New Order", "ASSIGNED"), "updated_at": (None, NOON.isoformat())}
    assert change.tell(NOON) == "2026-03-01 12:00:00  20260301-1  changed  status: New Order -> ASSIGNED"


def test_people_are_not_told_of_a_new_time_stamp_alone(capsys: pytest.CaptureFixture[str]) -> None:
    [change] = compare({"w1": ORDER}, {"w1": evolve(ORDER, updated_at=NOON)})
    WorkOrderList("S1", json=False, reveal=False).show_changes([change, Change("gone", ORDER)])
    assert [line.split()[3] for line in capsys.readouterr().out.splitlines()] == ["gone"]
    assert change.describe(NOON, reveal=False)["changed"] == {"updated_at": {"before": None, "after": NOON.isoformat()}}


def test_an_order_without_a_reference_goes_by_its_id() -> None:
    assert Change("new", WorkOrder(id="W2")).tell(NOON) == "2026-03-01 12:00:00  W2  new"


def test_a_password_that_changes_shows_only_if_it_may() -> None:
    before, now = ({"w1": evolve(ORDER, extra={"wifi_password": secret})} for secret in ("one", "two"))
    assert compare(before, now) == []
    assert compare(before, now, reveal=True)[0].fields == {"wifi_password": ("one", "two")}


@pytest.mark.parametrize(
    ("order", "closed"),
    [
        (ORDER, False),
        (evolve(ORDER, status="Completed"), False),  # a phrase is no date
        (evolve(ORDER, close_date=NOON), True),
        (evolve(ORDER, completed_date=NOON), True),
    ],
)
def test_only_a_date_closes_an_order(order: WorkOrder, *, closed: bool) -> None:
    assert is_closed(order) is closed


# The watch


def watch(*, json: bool = False, until_closed: bool = True) -> tuple[Sandbox, VirtualClock, WorkOrderWatch]:
    clock = VirtualClock()
    sandbox = Sandbox(clock=clock)
    service = sandbox.place_foreign_order(customer_id=THANDI, premise_guid=POMPANO_11, product_id=PRODUCT)
    return (
        sandbox,
        clock,
        WorkOrderWatch(WorkOrderList(service, json=json, reveal=False), 0.01, until_closed=until_closed),
    )


async def test_a_look_that_fails_for_what_passes_is_made_again_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    sandbox, clock, watching = watch()
    aex = AsyncAExClient(sandbox.token, transport=sandbox.transport(), attempts=1)
    async with aex, anyio.create_task_group() as group:
        group.start_soon(watching.run, aex)
        await anyio.sleep(0.1)
        sandbox.faults.add(Fault.status(503, retry_after=0), times=3)
        while "Looking again in 0 s." not in capsys.readouterr().err:  # noqa: ASYNC110 - of another's output
            await anyio.sleep(0.01)
        clock.advance(200)
    assert "status: New Order -> Completed" in capsys.readouterr().out


async def test_a_first_look_may_fail_too(capsys: pytest.CaptureFixture[str]) -> None:
    sandbox, clock, watching = watch(json=True)
    sandbox.faults.add(Fault.status(503, retry_after=0), times=2)
    clock.advance(200)
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport(), attempts=1) as aex:
        await watching.run(aex)
    shown = capsys.readouterr()
    assert shown.err.count("Looking again in 0 s.\n") == 2
    assert [json.loads(line)["event"] for line in shown.out.splitlines()] == ["seen"]


@pytest.mark.in_no_time
async def test_a_wait_that_aex_names_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    sandbox, _, watching = watch()
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport(), attempts=1) as aex:
        with anyio.move_on_after(0.2):
            sandbox.faults.add(Fault.status(503, retry_after=77), skip=1)
            await watching.run(aex)
    said = capsys.readouterr().err
    assert said.endswith(" Looking again in 77 s.\n")
    assert "Run the same again" not in said  # it runs again by itself


async def test_a_token_that_is_refused_ends_the_watch() -> None:
    sandbox, _, watching = watch()
    sandbox.faults.add(Fault.status(401))
    async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
        with pytest.raises(errors.AuthenticationError):
            await watching.run(aex)


async def test_a_service_without_orders_is_watched_until_it_has_some() -> None:
    looks = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal looks
        is_first = request.url.params["page"] == "1"  # what follows sees to it that there is no more
        looks += is_first
        closed = {"id": "W1", "close_date": "2026-03-01 12:00:00 +0200"}
        return httpx.Response(200, json={"items": [closed] if looks > 2 and is_first else []})

    watching = WorkOrderWatch(WorkOrderList("S1", json=True, reveal=False), 0.01, until_closed=True)
    async with AsyncAExClient("token", transport=httpx.MockTransport(answer)) as aex:
        await watching.run(aex)
    assert looks == 3


# The installed command


def test_a_watch_shows_each_change_as_it_comes_and_ends_when_all_is_closed(shop: Shop) -> None:
    shop.run("order", *FOR_THANDI)
    arguments = ("work-orders", shop.placed[0], "--watch", "--until-closed", "--every", "2", "--json")
    with started(AEX, *arguments, **shop.settings) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        shop.clock.advance(200)
        end = ended(process)
    assert (first["event"], first["work_order"]["status"]) == ("seen", "New Order")
    [change] = map(json.loads, end.out.splitlines())
    assert (end.code, end.err, change["event"]) == (0, "", "changed")
    assert change["changed"]["status"] == {"before": "New Order", "after": "Completed"}


def test_a_watch_bears_a_first_look_that_fails(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.status(502), path="/work-orders", times=3)  # as often as a call is tried
    end = shop.run("work-orders", OLD_SERVICE, "--watch", "--until-closed", "--every", "2")
    assert (end.code, "Completed" in end.out) == (0, True)
    assert end.err.startswith("GET /work-orders answered 502")
    assert end.err.endswith(" Looking again in 4 s.\n")


def test_what_is_closed_already_is_shown_and_not_waited_for() -> None:
    end = run("work-orders", OLD_SERVICE, "--sandbox", "--watch", "--until-closed")
    assert (end.code, end.err) == (0, "")
    assert "Installation  Completed" in end.out


def test_ctrl_c_ends_a_watch(shop: Shop) -> None:
    with started(AEX, "work-orders", OLD_SERVICE, "--watch", **shop.settings) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("reference")
        process.send_signal(signal.SIGINT)
        assert ended(process).err == "Interrupted.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--until-closed",), "go with --watch"),
        (("--every", "10"), "go with --watch"),
        (("--watch", "--every", "0.1"), "must be 2 or more: AEx serves others too"),
        (("--watch", "--every", "nan"), "must be from 0 to 86400"),
    ],
)
def test_a_watch_that_cannot_be_meant_is_misuse(options: tuple[str, ...], words: str) -> None:
    end = run("work-orders", OLD_SERVICE, "--sandbox", *options)
    assert (end.code, end.out) == (2, "")
    assert words in " ".join(end.err.replace("│", " ").split())
