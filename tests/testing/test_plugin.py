"""The plugin as another project's tests use it."""

import asyncio
import errno
import math
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aex_async import AsyncAExClient, NewCustomer, NewService, Order, errors
from aex_async.models import Customer
from aex_async.sandbox import Fault, Oddities, Sandbox
from aex_async.testing import (
    NetworkBlockedError,
    VirtualClock,
    assert_nothing_ordered,
    assert_ordered_once,
    assert_signed_up_once,
    virtual_time,
)
from aex_async.testing._fixtures import blocked
from tests.timing import unhindered

pytest_plugins = ["pytester"]

NEW_CUSTOMER = NewCustomer(
    first_name="Ann", last_name="Lee", email="ann@x.example", password="s3cret-word", mobile_number="0821234567"
)


async def make_order(client: AsyncAExClient, sandbox: Sandbox) -> Order:
    customer = await client.get_or_create_customer(NEW_CUSTOMER)
    row = sandbox.predefined_premises[0]
    return Order(customer=customer, premise_guid=row["guid"], product_id=sandbox.products_at(row["guid"])[0]["id"])


async def test_the_client_talks_to_the_sandbox(aex_client: AsyncAExClient, aex_sandbox: Sandbox) -> None:
    placed = await aex_client.place_order(await make_order(aex_client, aex_sandbox))
    assert assert_ordered_once(aex_sandbox, customer_id=placed.customer.id.lower()).id == placed.service.id
    assert assert_signed_up_once(aex_sandbox).id == placed.customer.id


def test_every_test_has_a_fresh_sandbox(aex_sandbox: Sandbox) -> None:
    assert_nothing_ordered(aex_sandbox)
    assert aex_sandbox.received.total() == 0


async def test_the_sandbox_is_served_over_real_http(aex_url: str, aex_sandbox: Sandbox) -> None:
    async with AsyncAExClient(aex_sandbox.token, base_url=aex_url) as client:
        await client.get_customer(aex_sandbox.customers[0]["id"])
    assert aex_sandbox.received["GET /customers/*"] == 1


@pytest.mark.aex(faults={"POST /services/full": "cut_after"})
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_lost_answer_with_all_its_patience_takes_no_time(
    aex_client: AsyncAExClient, aex_sandbox: Sandbox, backend: str
) -> None:
    async def lose_an_answer() -> None:
        order = await make_order(aex_client, aex_sandbox)
        placed = await aex_client.place_order(order, patience=60)
        assert not placed.created

    virtual_time(backend=backend)(lose_an_answer)()  # type: ignore[call-overload]
    assert_ordered_once(aex_sandbox)


@virtual_time
@pytest.mark.aex(faults={"POST /services/full": ("late", 30.0)}, oddities={"lag": 5.0})
async def test_a_late_write_is_waited_for_in_virtual_time(aex_client: AsyncAExClient, aex_sandbox: Sandbox) -> None:
    begun = unhindered()
    placed = await aex_client.place_order(await make_order(aex_client, aex_sandbox))
    assert assert_ordered_once(aex_sandbox).id == placed.service.id
    assert unhindered() - begun < 20


@virtual_time
async def test_a_deadline_is_not_skipped_to_while_a_thread_works_for_the_test() -> None:
    begun = time.monotonic()
    async with asyncio.timeout(60):
        await asyncio.to_thread(time.sleep, 0.05)
    assert time.monotonic() - begun > 0.04
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.sleep(7200), 3600)


class SlowThreads(ThreadPoolExecutor):
    """Threads that take a while to end."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is
        time.sleep(0.1)
        super().shutdown(wait, cancel_futures=cancel_futures)


def test_threads_may_end_later_than_their_test(recwarn: pytest.WarningsRecorder) -> None:
    """Python 3.12 and newer give them five minutes, which are not skipped."""

    async def work_in_a_thread() -> None:
        asyncio.get_running_loop().set_default_executor(SlowThreads(1))
        await asyncio.to_thread(time.sleep, 0)

    virtual_time(work_in_a_thread)()
    assert not recwarn.list


@pytest.mark.aex(oddities=["unordered", "clamp_pages"], faults={"/customers": Fault.status(503)})
@pytest.mark.aex(oddities="unordered")
def test_the_nearest_mark_decides(aex_sandbox: Sandbox) -> None:
    assert aex_sandbox.oddities.unordered
    assert not aex_sandbox.oddities.clamp_pages
    assert aex_sandbox.faults.pick("GET", "/customers?q=x").code == 503


@pytest.mark.aex(oddities=Oddities(max_count=7))
def test_oddities_may_also_be_said_whole(aex_sandbox: Sandbox) -> None:
    assert aex_sandbox.oddities.max_count == 7


def test_connections_that_are_no_business_of_ip_pass(
    aex_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert aex_sandbox.token
    monkeypatch.chdir(tmp_path)  # whose own name may be longer than the address of a socket
    with socket.socket(socket.AF_UNIX) as wire:
        assert wire.connect_ex("nobody") == errno.ENOENT


def test_the_clock_moves_installations_on(aex_clock: VirtualClock, aex_sandbox: Sandbox) -> None:
    before = aex_clock()
    aex_clock.advance(3600)
    assert aex_clock() >= before + 3600
    assert repr(aex_sandbox)
    for seconds in (-1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match=f"can only be moved forward, by a number of seconds, not by {seconds}"):
            aex_clock.advance(seconds)
    assert math.isfinite(aex_clock())


async def try_to_connect(url: str) -> None:
    async with AsyncAExClient("t", base_url=url, attempts=1) as client:
        with pytest.raises(errors.ConnectionFailedError):
            await client.get_customer("A")


async def test_a_connection_that_was_not_asked_for_is_refused_at_once_and_told_in_the_end() -> None:
    block = blocked(loopback=False)
    block.__enter__()
    await try_to_connect("http://127.0.0.1:9")
    await try_to_connect("http://[::1]:9")
    with pytest.raises(NetworkBlockedError, match=r"tried to connect to 127.0.0.1, ::1: use aex_client or aex_url"):
        block.__exit__(None, None, None)


@pytest.mark.parametrize("name", ["fno.example", b"fno.example"])
async def test_a_name_that_only_others_know_is_not_even_asked_for(name: str | bytes) -> None:
    block = blocked(loopback=True)
    block.__enter__()
    await try_to_connect("https://fno.example")
    for known in ("localhost", "127.0.0.1", "::1", None, socket.gethostname()):
        assert socket.getaddrinfo(known, 9)
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo(name, 9)
    with pytest.raises(NetworkBlockedError, match=r"tried to connect to fno.example: use aex_client"):
        block.__exit__(None, None, None)


def make_pair_over_loopback() -> tuple[socket.socket, socket.socket]:
    """Return what `socket.socketpair` does on Windows."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        return one, server.accept()[0]


def test_an_event_loop_may_begin_where_a_pair_of_sockets_is_made_over_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socketpair", make_pair_over_loopback)
    with blocked(loopback=False):
        for wire in socket.socketpair():
            wire.close()
    assert socket.socketpair is make_pair_over_loopback


def test_only_this_machine_may_be_reached_where_the_sandbox_is_served() -> None:
    block = blocked(loopback=True)
    block.__enter__()
    with socket.socket() as wire:
        assert wire.connect_ex(("127.0.0.1", 9)) == errno.ECONNREFUSED
        assert wire.connect_ex(("localhost", 9)) == errno.ECONNREFUSED
        with pytest.raises(NetworkBlockedError):
            wire.connect(("an-invalid-name", 80))
    with pytest.raises(NetworkBlockedError, match=r"to an-invalid-name: "):
        block.__exit__(None, None, None)


@pytest.mark.parametrize("before", [[], ["aex_sandbox"], ["aex_client"]])
def test_the_sandbox_can_also_be_served_in_the_middle_of_a_test(
    request: pytest.FixtureRequest, before: list[str]
) -> None:
    for name in before:
        request.getfixturevalue(name)
    url: str = request.getfixturevalue("aex_url")
    socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))).close()


@pytest.mark.aex_network
def test_it_can_be_served_where_everything_is_open(aex_url: str) -> None:
    socket.create_connection(("127.0.0.1", int(aex_url.rpartition(":")[2]))).close()


def test_virtual_time_says_so_of_a_test_that_is_not_async() -> None:
    def test_nothing() -> None:
        """Pass."""

    with pytest.raises(TypeError, match=r"virtual_time is for async tests, and .*test_nothing is none"):
        virtual_time(test_nothing)()  # type: ignore[arg-type]


@pytest.mark.aex_network
async def test_a_marked_test_may_connect(aex_sandbox: Sandbox) -> None:
    async with AsyncAExClient(aex_sandbox.token, base_url="http://127.0.0.1:9", attempts=1) as client:
        with pytest.raises(errors.ConnectionFailedError):
            await client.get_customer("A")


def test_a_ledger_that_does_not_agree_fails_the_test(aex_sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="0 orders took effect, not one"):
        assert_ordered_once(aex_sandbox)
    with pytest.raises(AssertionError, match="0 customers were signed up"):
        assert_signed_up_once(aex_sandbox)
    foreign = Customer(id=aex_sandbox.customers[0]["id"])
    row = aex_sandbox.predefined_premises[0]
    product = aex_sandbox.products_at(row["guid"])[0]["id"]
    aex_sandbox.place_foreign_order(customer_id=foreign.id, premise_guid=row["guid"], product_id=product)
    assert_nothing_ordered(aex_sandbox)


@pytest.mark.aex(faults={"POST /services/full": Fault.late(900, outcome="answer")})
async def test_what_is_late_is_in_the_ledger_once_it_has_come(aex_client: AsyncAExClient, aex_sandbox: Sandbox) -> None:
    order = await make_order(aex_client, aex_sandbox)
    assert isinstance(order.customer, Customer)
    await aex_client.create_service(
        NewService(customer=order.customer, premise_guid=order.premise_guid, product_id=order.product_id)
    )
    assert_nothing_ordered(aex_sandbox)
    aex_sandbox.finish_writes()
    entry = assert_ordered_once(aex_sandbox)
    with pytest.raises(AssertionError, match=rf"0 orders took effect, not one, of these: \[.*{entry.id}"):
        assert_ordered_once(aex_sandbox, product_id="another")


@pytest.mark.parametrize("name", ["assert_ordered_once", "assert_signed_up_once"])
def test_a_ledger_is_read_where_python_leaves_out_assertions(name: str) -> None:
    code = f"from aex_async import sandbox, testing\ntesting.{name}(sandbox.Sandbox())"
    shown = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert re.search(r"AssertionError: 0 \w+ [a-z ]+, not one.*: \[\]\n$", shown.stderr)


TEMPLATE = """
import pytest
from aex_async.testing import assert_ordered_once, virtual_time
from aex_async import NewCustomer, Order

ANN = NewCustomer(first_name="Ann", last_name="Lee", email="ann@x.example", password="s", mobile_number="0821234567")

@virtual_time
@pytest.mark.aex(faults={"POST /services/full": "cut_after"})
async def test_a_lost_answer(aex_client, aex_sandbox):
    row = aex_sandbox.predefined_premises[0]
    product = aex_sandbox.products_at(row["guid"])[0]
    order = Order(customer=ANN, premise_guid=row["guid"], product_id=product["id"])
    placed = await aex_client.place_order(order)
    assert assert_ordered_once(aex_sandbox).id == placed.service.id

@pytest.mark.aex(faults={"POST /services/full": "no_such"})
def test_a_name_that_no_fault_has(aex_sandbox):
    pass
"""

MISTAKES = [
    ("oddities='unorderd'", "there is no oddity 'unorderd': one of location_header, "),
    ("oddities=['unordered', 'unorderd']", "there is no oddity 'unorderd': "),
    ("oddities={'max_count': '7'}", "the oddity 'max_count' is a whole number, not '7'"),
    ("oddities='max_count'", "the oddity 'max_count' is a whole number, not True"),
    ("oddities={'search': 'fuzy'}", "the oddity 'search' is 'fuzzy' or 'substring' or 'words', not 'fuzy'"),
    ("oddities=7", "oddities are 'unordered', a list of names, or {'max_count': 7}, not 7"),
    ("oddity='unordered'", "it takes oddities='unordered', a list of names, or {'max_count': 7} and faults={"),
    ("'unordered'", "not 'unordered'"),
    ("faults='cut_after'", "faults are a dict such as {'POST /services/full': 'cut_after'}, not 'cut_after'"),
    ("faults={'POST /services/full': 'cut_aftr'}", "there is no fault 'cut_aftr': one of delay, "),
    ("faults={'POST /services/full': None}", "a fault is its name, such as 'cut_after', or ('late', 5) with "),
    ("faults={'POST /services/full': ('late', 'soon')}", "the fault 'late' cannot be made like that: effect is "),
    ("faults={'POST /services/ful1': 'cut_after'}", "no request goes to 'POST /services/ful1': use one of POST"),
    ("faults={'GET /services/full/A': 'cut_after'}", "no request goes to 'GET /services/full/A': "),
    ("faults={'/services/A/full/B': 'cut_after'}", "no request goes to '/services/A/full/B': "),
    ("faults={'post /services/full': 'cut_after'}", "'post /services/full' must begin with one of GET, POST"),
]


def test_a_mark_that_means_nothing_fails_its_test_and_says_why(pytester: pytest.Pytester) -> None:
    tests = [f"@pytest.mark.aex({mark})\ndef test_{n}(aex_sandbox): pass" for n, (mark, _) in enumerate(MISTAKES)]
    pytester.makepyfile("\n".join(["import pytest", *tests]))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly")
    result.assert_outcomes(errors=len(MISTAKES))
    said = [line for line in result.outlines if line.startswith("@pytest.mark.aex of test_")]
    assert len(said) == len(MISTAKES)
    for n, (_, words) in enumerate(MISTAKES):
        assert f"test_{n}: " in said[n]
        assert words in said[n]


IN_THE_LOOP_OF_THE_SESSION = """
import pytest
from aex_async.testing import virtual_time

@pytest.fixture(scope="session")
def anyio_backend():
    return "{backend}"

@pytest.fixture(scope="session")
async def something_for_the_whole_session(anyio_backend):
    yield 7

@pytest.mark.anyio
async def test_a_client(something_for_the_whole_session, aex_client):
    assert await aex_client.find_customer("nobody@x.example") is None

@virtual_time
@pytest.mark.aex(faults={{"GET /customers": ("status", 503)}})
async def test_its_patience(something_for_the_whole_session, aex_client):
    assert await aex_client.find_customer("nobody@x.example") is None

@virtual_time
async def test_what_fails(something_for_the_whole_session, aex_client):
    pytest.fail("as it should")
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_loop_that_a_fixture_keeps_for_the_whole_session_is_in_nobodys_way(
    pytester: pytest.Pytester, backend: str
) -> None:
    pytester.makepyfile(IN_THE_LOOP_OF_THE_SESSION.format(backend=backend))
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*as it should*"])


async def test_a_client_of_the_caller_may_outlive_what_a_sandbox_was_reset_from(aex_sandbox: Sandbox) -> None:
    async with AsyncAExClient(aex_sandbox.token, transport=aex_sandbox.transport()) as client:
        for _ in range(2):
            aex_sandbox.reset()
            placed = await client.place_order(await make_order(client, aex_sandbox))
            assert assert_ordered_once(aex_sandbox).id == placed.service.id


@pytest.mark.aex(faults={"/customers": Fault.status(503), "GET /premises/*/x": "refuse"})
class TestNearest:
    @pytest.mark.aex(
        faults={"/customers": "cut_before", "/cust": ("delay", 1), "GET /customers/A/services?page=2": ("late", 1)}
    )
    def test_of_two_marks_for_one_route_the_nearest_decides(self, aex_sandbox: Sandbox) -> None:
        assert aex_sandbox.faults.pick("GET", "/customers?q=x") == Fault.cut_before()
        assert aex_sandbox.faults.pick("GET", "/customers?q=x") == Fault.delay(1)


def test_another_projects_suite_has_the_fixtures_without_asking(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEMPLATE)
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-W", "error")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*there is no fault 'no_such': one of delay, *"])


def test_without_pytest_the_import_says_what_to_install() -> None:
    code = "import sys; sys.modules['pytest'] = None\nimport aex_async.testing"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    # Python 3.15 may guess at its end what else could have been meant.
    assert "\nModuleNotFoundError: aex_async.testing needs pytest: pip install 'aex-async[testing]'" in shown.stderr


def test_the_plugin_may_also_be_named_in_a_conftest(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["aex_async.testing"]')
    pytester.makepyfile("def test_it(aex_sandbox):\n    assert aex_sandbox.token")
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_plugin_brings_neither_client_nor_sandbox_to_a_run_that_has_no_use_for_them(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        "import sys\ndef test_it():\n    assert not {'aex_async.sandbox', 'starlette', 'uvicorn'} & set(sys.modules)"
    )
    pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=1)
