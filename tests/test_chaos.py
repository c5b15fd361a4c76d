"""The simulation of many orders, a smaller one than `nox -s chaos` runs; and events in any order."""

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpx
import pytest
from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from aex_async import AsyncAExClient, Attempt, Customer, Order, OrderJournal, errors
from aex_async._arguments import SETTLE
from aex_async.sandbox import Fault, LedgerEntry, Oddities, Sandbox
from tests.chaos import __main__ as table
from tests.chaos import kill, sockets
from tests.chaos.adversary import Adversary, Fate, Reply, Temper
from tests.chaos.adverse_wire import AdverseTransport, serve_adversary
from tests.chaos.clocks import run
from tests.chaos.mishaps import DISTURBED, draw_write
from tests.chaos.policies import POLICIES
from tests.chaos.resend import measure
from tests.chaos.shared import Case, Outcome, SharedWorld, simulate_shared
from tests.chaos.simulation import agrees, simulate
from tests.sandbox.people import POMPANO_9, POMPANO_11, PRODUCT, THANDI
from tests.timing import Clock


@pytest.mark.parametrize("brought", [False, True], ids=["transport=", "http_client="])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_of_many_orders_none_is_placed_twice_lost_or_made_up(
    backend: str, scale: Callable[[int, int], int], *, brought: bool
) -> None:
    tally = simulate(scale(300, 3000), 3, backend, "place_order", brought=brought)
    assert (tally.orders, tally.wrong) == (scale(300, 3000), 0)
    assert min(tally.confirmed, tally.rejected, tally.uncertain, tally.killed, tally.resumed, tally.conflicts) > 0


@pytest.mark.parametrize(("policy", "harm"), [("single shot", "denied"), ("3 repeats", "duplicates")])
def test_what_people_write_does_harm_in_the_same_world(policy: str, harm: str) -> None:
    assert getattr(simulate(150, 3, "asyncio", policy), harm) > 15


def test_the_same_seed_gives_the_same_world() -> None:
    """The client's own waits between its tries are drawn from elsewhere, and this policy has none."""
    assert simulate(200, 4, "asyncio", "single shot") == simulate(200, 4, "asyncio", "single shot")
    assert simulate(200, 4, "asyncio", "single shot") != simulate(200, 5, "asyncio", "single shot")


def test_the_table_has_a_row_for_each_policy_and_fails_if_ours_does_harm(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table.main(["--orders", "30", "--seed", "5"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + 2 * len(POLICIES)
    assert {len(row) for row in rows} == {len(rows[0])}
    monkeypatch.setitem(POLICIES, "place_order", POLICIES["3 repeats"])
    assert table.main(["--orders", "200", "--backend", "asyncio"]) == 1


def test_the_table_of_second_sendings_has_a_row_for_each_delay(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main(["--orders", "2", "--resend"]) == 0
    rows = [row.split("|")[1:-1] for row in capsys.readouterr().out.splitlines()]
    assert [row[0].strip() for row in rows] == [
        "effect after", "never", "30 s", "120 s", "200 s", "239 s", "242 s", "300 s", "450 s",
    ]  # fmt: skip


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(("delay", "sent_twice", "duplicates"), [(None, 3, 0), (230.0, 0, 0), (300.0, 3, 3)])
def test_a_second_sending_duplicates_only_what_takes_longer_than_the_settle_time(
    backend: str, delay: float | None, sent_twice: int, duplicates: int
) -> None:
    seen = measure(delay, 3, backend)
    assert (seen.sent_twice, seen.duplicates) == (sent_twice, duplicates)


def test_half_of_the_writes_are_disturbed_and_a_refusal_is_never_followed_by_a_late_order() -> None:
    chance = Random(1)  # noqa: S311 - chance that comes back
    drawn = [draw_write(chance, lag=0.0) for _ in range(4000)]
    disturbed = [fault for fault in drawn if evolve(fault, pause=0.0) != Fault()]
    assert len(disturbed) / len(drawn) == pytest.approx(DISTURBED, abs=0.05)  # pyright: ignore[reportUnknownMemberType]
    assert {fault.effect for fault in disturbed if fault.code in (400, 401)} == {"never", "before"}


@pytest.mark.parametrize(
    ("state", "entries", "agreed"),
    [
        (None, 0, True),
        (None, 1, False),
        ("unsent", 1, False),
        ("rejected", 0, True),
        ("confirmed", 1, True),
        ("confirmed", 0, False),
        ("conflict", 2, True),
        ("conflict", 1, False),
        ("sending", 0, True),
        ("created", 1, False),
    ],
)
def test_the_judge_sees_where_journal_and_ledger_differ(
    state: str | None,
    entries: int,
    agreed: bool,  # noqa: FBT001 - a column
) -> None:
    told = Attempt(
        reference="r",
        customer_id="C",
        premise_guid="G",
        product_id="P",
        started_at=datetime.now(UTC),
        state=state or "sending",
        service_id="s-0",
    )
    ledger = [LedgerEntry(kind="service", id=f"S-{number}", customer_id="C") for number in range(entries)]
    assert agrees(told if state else None, ledger) is agreed


# An adversary


@pytest.mark.fault("X1", "X2", "X3", "X4", "X5", "X7")
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_adversary_makes_no_order_double_lost_or_anothers(backend: str, scale: Callable[[int, int], int]) -> None:
    outcome = simulate_shared(scale(60, 3000), 3, backend)
    assert (outcome.orders, outcome.wrong) == (scale(60, 3000), 0)
    # Of sixty orders, how many end how depends on which thread was slow: there may be no refused one.
    assert min(outcome.confirmed, outcome.told_failed + outcome.uncertain) > 0


class Hasty(Random):
    """Chance by which a caller tries again whenever he may, and lives for a second."""

    def random(self) -> float:
        return 0.0

    def uniform(self, a: float, b: float) -> float:
        return a + (b - a) / 100


@pytest.mark.parametrize(("refused", "told"), [(True, ["failed"] * 4), (False, ["killed"])])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_caller_tries_again_what_was_refused_for_as_long_as_he_lives(
    backend: str, *, refused: bool, told: list[str]
) -> None:
    async def answer(_: httpx.Request) -> httpx.Response:
        await anyio.sleep(0 if refused else 60)
        return httpx.Response(400, json={"code": 400, "errors": ["no"]})

    async def live() -> list[str]:
        case = Case(Order(customer=Customer(**Sandbox().customers[0]), premise_guid=POMPANO_9, product_id=PRODUCT))
        async with AsyncAExClient("T", transport=httpx.MockTransport(answer)) as aex:
            await SharedWorld("", 1).call(aex, case, Hasty())
        return case.told

    assert run(live, backend) == told


def test_the_table_of_the_adversary_has_a_row_for_each_event_loop(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main(["--orders", "20", "--adversary"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split("|")[2].strip() for row in rows] == ["backend", "asyncio", "trio"]


def test_an_outcome_with_any_harm_fails_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def simulate_harm(*_: object) -> Outcome:
        return Outcome(orders=1, shared=1)

    monkeypatch.setattr(table, "simulate_shared", simulate_harm)
    assert table.main(["--adversary", "--backend", "trio"]) == 1


# Real processes, really killed


CALM = Temper(
    page_size=100,
    totals="true",
    shuffled=False,
    row_lag=0.0,
    premise_lag=0.0,
    search_lag=0.0,
    strangers=0.0,
    foreign_rows=0.0,
    odd_rows=0.0,
    disturbed_writes=0.0,
    disturbed_reads=0.0,
    merged=0.0,
    revived=0.0,
)


@pytest.mark.fault("O16")
def test_processes_that_are_killed_on_sockets_and_start_again_place_every_order_once(tmp_path: Path) -> None:
    """With an adversary that means no ill: what `python -m tests.chaos.sockets` asks for takes ten minutes."""
    count = sockets.place_and_kill(6, 2, 1, tmp_path, longest=2.0, temper=CALM)
    # A kill between the journal and the POST leaves an order that is not there, and of which nobody can know it.
    assert (count.orders, count.kills, count.wrong, count.there) == (6, 2, 0, count.confirmed)
    assert (count.confirmed + count.uncertain, count.uncertain_there) == (6, 0)
    assert (count.unbegun, count.waited, count.uncertain <= count.kills) == (0, 0, True)
    # Whoever starts again orders the very same.
    assert sockets.draw_order(1, 1) == sockets.draw_order(1, 1) != sockets.draw_order(2, 1)


def test_the_experiment_on_sockets_says_what_it_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        sockets.main(["--help"])
    shown = capsys.readouterr().out
    assert all(f"--{name}" in shown for name in ("orders", "kills", "seed"))


def test_an_order_that_was_never_begun_counts_as_told_or_lost_and_one_that_was_as_uncertain(tmp_path: Path) -> None:
    adversary = Adversary(Random(1), CALM, lambda: 0.0, customers=1)  # noqa: S311 - chance that comes back
    journal = OrderJournal(":memory:")
    journal.begin(
        Attempt(reference="order-1", customer_id="C", premise_guid="G", product_id="P", started_at=datetime.now(UTC))
    )
    path = tmp_path / "orders.sqlite"
    assert sockets.read_told(path) == {}
    for number, told in ((0, "the listing\nis not whole"), (2, "no"), (2, "the journal stayed locked")):
        sockets.tell(str(path), number, told)
    refusals = sockets.read_told(path)
    assert refusals == {0: "the listing is not whole", 2: "the journal stayed locked"}
    count = sockets.judge(sockets.Count(orders=4), adversary, journal, refusals)
    assert (count.confirmed, count.refused, count.uncertain) == (0, 0, 1)
    assert (count.unbegun, count.waited, count.lost, count.wrong) == (2, 1, 1, 1)


@pytest.mark.parametrize("way", ["transport", "port"])
async def test_an_adversary_s_answers_come_as_it_means_them_to(way: str) -> None:
    fates: list[Fate] = ["answered", "cut", "silent", "refused"]
    replies = iter([Reply(200, b'{"id": "P1"}', fate=fate) for fate in fates])

    def answer(method: str, target: str, body: bytes) -> Reply:
        assert (method, target, body) == ("POST", "/x?a=1", b"{}")
        return next(replies)

    with serve_adversary(answer) as url:
        transport = AdverseTransport(answer) if way == "transport" else httpx.AsyncHTTPTransport()
        async with httpx.AsyncClient(transport=transport, base_url=url, timeout=httpx.Timeout(60, read=2)) as http:
            assert (await http.post("/x?a=1", content=b"{}")).json() == {"id": "P1"}
            for error in (httpx.RemoteProtocolError, httpx.ReadTimeout, httpx.NetworkError):
                with pytest.raises((error, httpx.RemoteProtocolError)):
                    await http.post("/x?a=1", content=b"{}")


def test_an_adversary_s_listings_change_their_order_if_it_means_them_to() -> None:
    adversary = Adversary(Random(1), evolve(CALM, shuffled=True), lambda: 0.0, customers=20)  # noqa: S311 - as above
    pages = [json.loads(adversary.answer("GET", "/customers?count=100", b"").body)["items"] for _ in range(2)]
    assert pages[0] != pages[1]
    assert sorted(row["id"] for row in pages[0]) == sorted(row["id"] for row in pages[1])


@pytest.mark.fault("X28", "X29")
def test_an_adversary_takes_up_what_was_cancelled_and_lists_it_as_another_customers_if_it_means_to() -> None:
    temper = evolve(CALM, merged=1.0, revived=1.0)
    adversary = Adversary(Random(1), temper, lambda: 1.0, customers=1)  # noqa: S311 - as above
    (customer_id,) = adversary.customers
    premise_guid, product_id = adversary.new_id(), adversary.new_id()
    adversary.have_past(customer_id, premise_guid, product_id)
    told = {
        "customer": {"id": customer_id},
        "premise": {"external_reference": premise_guid},
        "service": {"product_id": product_id},
    }
    shown: list[dict[str, Any]] = []
    for method, target in (("GET", f"/customers/{customer_id}/services"), ("POST", "/services/full")) * 2:
        reply = adversary.answer(method, target, json.dumps(told).encode())
        shown += json.loads(reply.body).get("items", [])[:1]
    assert shown[0]["id"] == shown[1]["id"] == adversary.ledger[0].service_id
    assert [row["cancelled"] for row in shown] == [True, False]
    assert [row["customer_id"] == customer_id for row in shown] == [True, False]
    assert len({entry.service_id for entry in adversary.ledger}) == 2  # the second order comes to a service of its own


def test_an_adversary_has_no_customer_twice_and_none_that_did_not_sign_up() -> None:
    adversary = Adversary(Random(1), CALM, lambda: 0.0, customers=1)  # noqa: S311 - chance that comes back
    taken = json.dumps({"customer": {"email": "PAT0@example.org"}}).encode()
    assert adversary.answer("POST", "/customers", taken).status == 400
    for path in ("/customers/NOBODY/services", "/customers/NOBODY", "/nowhere"):
        assert adversary.answer("GET", path, b"").status == 404


@pytest.mark.fault("O16")
def test_processes_that_are_killed_leave_no_order_twice_or_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert kill.main(["--kills", "15", "--seed", "2"]) == 0
    names, counts = (row.split("|")[1:-1] for row in capsys.readouterr().out.splitlines())
    told = {name.strip(): int(count) for name, count in zip(names, counts, strict=True)}
    assert (told["kills"], told["duplicates"], told["lost"]) == (15, 0, 0)
    assert told["confirmed"] > 0
    assert told["confirmed"] + told["unknown"] + told["never_sent"] == 15


# Any order of events

ORDERS = (POMPANO_11, POMPANO_9)
FAULTS = {
    "none": Fault(),
    "lost": Fault.cut_after(0),
    "in vain": Fault.cut_before(),
    "cut": Fault.cut_request(50),
    "reset": Fault.reset(100),
    "silence": Fault.silent(),
    "late": Fault.late(100),
    "very late": Fault.late(500),
    "created late": Fault(effect=90.0),
    "503": Fault.status(503, effect="before"),
    "503 in vain": Fault.status(503),
    "refused": Fault.status(400),
    "unauthorized": Fault.status(401),
    "unreachable": Fault.refuse(),
    "stranger": Fault.other_customer(),
}


class Orders(RuleBasedStateMachine):
    """Two orders, by any number of processes, with a journal and a clock in common."""

    @initialize(lag=st.sampled_from((0.0, 8.0)))
    def open(self, lag: float) -> None:
        self.clock = Clock()
        self.sandbox = Sandbox(clock=self.clock, oddities=Oddities(lag=lag))
        self.journal = OrderJournal(":memory:")

    @rule(
        guid=st.sampled_from(ORDERS),
        names=st.lists(st.sampled_from(sorted(FAULTS)), max_size=3),
        resend=st.booleans(),
        patience=st.sampled_from((0, 30, 300)),
    )
    def place(self, guid: str, names: list[str], *, resend: bool, patience: float) -> None:
        resend = resend and patience >= SETTLE and "very late" not in names  # which is what it cannot know
        posts = self.run(partial(self.place_one, guid, resend=resend, patience=patience), *names)
        assert posts <= 1 + resend

    @rule(guid=st.sampled_from(ORDERS), name=st.sampled_from(sorted(FAULTS)), lives=st.floats(0, 60))
    def place_and_be_killed(self, guid: str, name: str, lives: float) -> None:
        assert self.run(partial(self.place_one, guid, lives=lives), name, pause=lives / 2) <= 1

    @rule(guid=st.sampled_from(ORDERS), name=st.sampled_from(sorted(FAULTS)))
    def place_twice_at_once(self, guid: str, name: str) -> None:
        posts = self.run(partial(self.place_both, guid), name, pause=5)
        assert posts <= 1 or FAULTS[name].code in (400, 401)  # the second steps in for a first that was refused

    @rule(seconds=st.floats(1, 700))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def resume(self) -> None:
        assert self.run(self.resume_all) == 0

    def run(self, work: Callable[[AsyncAExClient], Coroutine[Any, Any, None]], *names: str, pause: float = 0.0) -> int:
        """Do something as a process of its own, with these faults for its writes; return how many arrived."""
        self.sandbox.faults.clear()
        for name in names:
            self.sandbox.faults.add(FAULTS[name].after(pause), method="POST")
        before = self.sandbox.received["POST /services/full"]

        async def live() -> None:
            async with AsyncAExClient(self.sandbox.token, transport=self.sandbox.transport()) as aex:
                await work(aex)

        run(live, "asyncio", self.clock)
        return self.sandbox.received["POST /services/full"] - before

    async def place_both(self, guid: str, aex: AsyncAExClient) -> None:
        async with anyio.create_task_group() as group:
            for _ in range(2):
                group.start_soon(partial(self.place_one, guid, aex))

    async def place_one(
        self,
        guid: str,
        aex: AsyncAExClient,
        *,
        resend: bool = False,
        patience: float = 30,
        lives: float = float("inf"),
    ) -> None:
        customer = await aex.get_customer(THANDI)
        order = Order(customer=customer, premise_guid=guid, product_id=PRODUCT, reference=guid)
        with anyio.move_on_after(lives):
            try:
                placed = await aex.place_order(order, journal=self.journal, resend=resend, patience=patience)
            except errors.OrderUncertainError:
                # What was refused once is looked for before it is sent again, for which no patience may be left.
                assert self.find_state(guid) in ("sending", "created", "confirmed", "rejected")
            except errors.AExError:
                assert self.find_state(guid) in ("unsent", "rejected")
            else:
                assert placed.service.id in self.find_services(guid)

    async def resume_all(self, aex: AsyncAExClient) -> None:
        for attempt in self.journal.unresolved():
            try:
                placed = await aex.resume_order(attempt, journal=self.journal, patience=0)
            except errors.OrderUncertainError:
                continue
            assert placed.service.id in self.find_services(attempt.premise_guid)

    def find_services(self, guid: str) -> list[str]:
        return [entry.id for entry in self.sandbox.ledger if entry.premise_guid == guid]

    def find_state(self, guid: str) -> str | None:
        known = self.journal.find(guid)
        return None if known is None else known.state

    @invariant()
    def no_order_is_there_twice(self) -> None:
        assert max(len(self.find_services(guid)) for guid in ORDERS) <= 1

    @invariant()
    def the_journal_never_says_what_the_ledger_denies(self) -> None:
        for guid in ORDERS:
            state, there = self.find_state(guid), self.find_services(guid)
            assert there or state != "confirmed"
            assert not there or state in ("sending", "created", "confirmed")

    def teardown(self) -> None:
        """Every order that is still open resumes to the truth, once the server has done all it ever will."""
        self.clock.now += 700
        self.run(self.resume_all)
        for guid in ORDERS:
            assert bool(self.find_services(guid)) is (self.find_state(guid) == "confirmed")


TestOrders = Orders.TestCase
TestOrders.settings = settings(
    max_examples=100, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
