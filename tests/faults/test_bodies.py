"""What a body may hold, over real sockets: keys twice, odd encodings, too much of anything."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from aex_async import Customer, errors
from aex_async._codec import Codec, Rows
from aex_async._json import MAX_OBJECTS, MAX_VALUES, SMALL, Problems
from aex_async.models import Product, Service
from tests import samples
from tests.chaos.kill import ROOT, find_environment
from tests.hostile import HOSTILE
from tests.servers import answer, connect

PREMISE = answer(b'{"id": "P1"}')
MEBIBYTE = 2**20
TOO_DEEP = b'{"id": "P1", "unknown": ' + b"[" * 2_000 + b"]" * 2_000 + b"}"


@pytest.mark.fault("L2", "L3", "L4", "L5", "L7")
@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"id": "P1"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"id": "P\xff"}', id="not UTF-8"),
        pytest.param(b'{"id": "P\xc0\xaf"}', id="overlong"),
        pytest.param(b'{"id": "\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"id": "P1", "unknown": "\\udfff\\ud800"}', id="surrogates the wrong way round"),
        pytest.param(b'{"id": "P1", "latitude": NaN}', id="NaN"),
        pytest.param(b'{"id": "P1", "latitude": 1e999}', id="beyond every float"),
        pytest.param(b'{"id": "P1", "unknown": 1e-99999999999999999999}', id="finer than every number"),
        pytest.param(b'{"id": "P1", "unknown": ' + b"9" * 4_301 + b"}", id="4,301 digits"),
        pytest.param(TOO_DEEP, id="2,000 deep"),
        pytest.param(b'{"a":' * MAX_OBJECTS, id="20,000 deep"),
        pytest.param(b'{"id": "P1"} {"id": "P2"}', id="two bodies"),
        pytest.param(b'{"id": "P1" // of the premise\n}', id="comment"),
    ],
)
async def test_what_is_no_json_is_unexpected_and_the_connection_serves_on(body: bytes) -> None:
    async with connect(answer(body), PREMISE) as (aex, server):
        with pytest.raises(errors.UnexpectedAnswerError) as caught:
            await aex.get_premise("P1")
        (problem,) = caught.value.problems
        # How deep is too deep for the parser, or for the check of what it read, is each Python's own business.
        assert problem == "$: not JSON" or (body == TOO_DEEP and problem == "$: nested too deeply")
        assert (await aex.get_premise("P1")).id == "P1"
    assert server.connections == 1


CODEC = Codec()
read, read_rows = CODEC.read, CODEC.read_rows

TIMES = """
import sys, time
from aex_async import Customer
from aex_async._codec import Codec
from tests.hostile import HOSTILE
for name, body in HOSTILE.items():
    body = body[: int(sys.argv[1])]
    begun = time.process_time()
    found = Codec().read(body, Customer)
    print(name, bool(found), time.process_time() - begun, sep="|")
"""


@pytest.fixture(scope="module")
def times(pytestconfig: pytest.Config) -> dict[str, tuple[str, float]]:
    """What became of each hostile body, and the seconds it took, in a process without a tracer that counts lines."""
    size = 2**24 if pytestconfig.getoption("full") else 2**20
    run = subprocess.run(  # noqa: S603 - a script of our own
        [sys.executable, "-c", TIMES, str(size)],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=find_environment(),
    )
    lines = [line.split("|") for line in run.stdout.splitlines()]
    return {name: (found, float(seconds)) for name, found, seconds in lines}


@pytest.mark.fault("L3", "L5", "L9", "L22")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_of_any_size_is_dealt_with_within_a_second(
    name: str, times: dict[str, tuple[str, float]]
) -> None:
    found, seconds = times[name]
    assert found == "True"
    assert seconds < 1


@pytest.mark.fault("L9")
def test_a_body_of_more_values_than_can_be_meant_is_not_read() -> None:
    most = b"[" + b"1," * (MAX_VALUES - 1) + b"1]"
    assert len(read(most, None)) == MAX_VALUES
    problem = Problems(["$: more than 200,000 values"])
    assert read(b"[1," + most[1:], None) == read_rows(b"[1," + most[1:], Customer) == problem


@pytest.mark.fault("L9", "L13")
def test_a_body_of_more_objects_than_can_be_meant_is_not_read() -> None:
    most = b"[{}" + b",{}" * (MAX_OBJECTS - 1) + b"]"
    assert len(read(most, None)) == MAX_OBJECTS
    problem = Problems(["$: more than 20,000 objects"])
    assert read(b"[{}," + most[1:], None) == read_rows(b"[{}," + most[1:], Customer) == problem


@pytest.mark.fault("L22")
def test_keys_made_to_collide_are_read_within_a_second() -> None:
    row: dict[str, Any] = {"id": "P1", **{f"{n:x}" * 8: n for n in range(50_000)}}
    body = json.dumps(row).encode()
    begun = time.process_time()
    customer = read(body, Customer)
    assert time.process_time() - begun < 1
    assert isinstance(customer, Customer)
    assert len(customer.extra) == 50_000


@pytest.mark.fault("L6")
@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "P1", "id": "P2"}',
        b'{"id": "P1", "x": {"id": 1, "id": 2, "y": {"id": 1}}}',
        b'{"items": [{"id": "P1"}], "items": []}',
        b'{"items": [{"id": "P1", "id": "P2"}]}',
        b'[{"id": "P1"}, {"id": "P2", "a": 1, "id": "P2"}]',
        b'{"items": [], "total": 3, "total": 0}',
    ],
)
def test_an_identity_or_a_listing_that_comes_twice_is_not_believed(body: bytes) -> None:
    name = next(name for name in ("total", "id", "items") if body.count(b'"%s"' % name.encode()) > 1)
    problem = Problems([f"$: the key {name!r} comes twice"])
    assert read(body, Customer) == read_rows(body, Customer) == read(body, None) == problem
    assert read_rows(body + b" " * SMALL, Customer) != problem  # of a large body, as of any other key, the last counts


@pytest.mark.fault("L6")
@pytest.mark.parametrize("twins", [rb'"\u0069d": "P1", "id": "P2"', rb'"id": "P1", "i\u0064": "P2"'])
def test_a_key_that_is_spelt_in_two_ways_comes_twice(twins: bytes) -> None:
    assert read(b"{%b}" % twins, Customer) == Problems(["$: the key 'id' comes twice"])


@pytest.mark.parametrize("body", [b'{"id": "items", "a": "items", "b": "id", "c": "id"}', b'{"id" "id"}'])
def test_a_text_that_is_like_a_key_is_none(body: bytes) -> None:
    assert isinstance(read(body, Customer), Customer) == (b"," in body)


@pytest.mark.parametrize("first", [b"A", b"\\u0041"], ids=["plain", "escaped"])
def test_of_other_keys_that_come_twice_the_last_counts(first: bytes) -> None:
    body = b'{"id": "P1", "first_name": "%b", "first_name": "B"}' % first
    assert read(body, Customer) == Customer(id="P1", first_name="B")


@pytest.mark.fault("L16")
@pytest.mark.parametrize("degrees", [b"90.5", b"-540", b"1e308"])
async def test_degrees_beyond_the_globe_are_what_aex_said(degrees: bytes) -> None:
    async with connect(answer(b'{"id": "P1", "latitude": %s}' % degrees)) as (aex, _):
        assert (await aex.get_premise("P1")).latitude == float(degrees)


@pytest.mark.fault("L17", "L18")
@pytest.mark.parametrize("total", ["null", '"1"', "-1", "0", "1.0", "1e3"])
async def test_a_total_of_no_use_ends_no_walk(total: str) -> None:
    body = b'{"items": [{"id": "A"}, {"id": "B"}], "total": %s}' % total.encode()
    async with connect(answer(body), answer(b'{"items": []}')) as (aex, _):
        assert [row.id async for row in aex.customers("x", count=2)] == ["A", "B"]


@pytest.mark.fault("L17")
async def test_a_customer_is_found_where_a_bare_one_stands_for_a_list() -> None:
    body = samples.CUSTOMER.replace('"email": "string"', '"email": "Ann@example.com"')
    async with connect(answer(body.encode())) as (aex, _):
        found = await aex.find_customer("ann@example.com")
    assert found is not None
    assert found.email == "Ann@example.com"


@pytest.mark.fault("L10", "L11")
def test_every_row_of_a_page_tells_its_own_problems() -> None:
    read_rows = Codec(strict=True).read_rows
    body = b'{"items": [{"id": "A", "pricing": [{"id": 5}]}, {}, {"id": null, "speed_up": "5"}]}'
    assert read_rows(body, Product) == Problems(
        [
            "$.items[0].pricing[0].id: expected text",
            "$.items[1].id: missing",
            "$.items[2].id: is null",
            "$.items[2].speed_up: expected a whole number",
        ]
    )


@pytest.mark.fault("L19")
def test_a_premise_among_services_is_a_problem_of_its_row() -> None:
    services = json.loads(samples.CUSTOMER_SERVICES)
    services["items"].append(json.loads(samples.PREMISE))
    assert read_rows(json.dumps(services).encode(), Service) == Problems(
        ["$.items[1]: expected a service, not a premise"]
    )


@pytest.mark.fault("L24")
def test_keys_with_a_meaning_for_python_do_nothing() -> None:
    names = ["__class__", "__dict__", "__init__", "self", "cls", "_method", "constructor", "extra", "__attrs_attrs__"]
    customer = read(json.dumps({"id": "C1", **dict.fromkeys(names, "x")}).encode(), Customer)
    assert type(customer) is Customer
    assert customer.extra == dict.fromkeys(names, "x")
    rows = read_rows(json.dumps({"items": [{"id": "C1", "__class__": 5}], "self": 1}).encode(), Customer)
    assert isinstance(rows, Rows)
    assert rows.items[0].extra == {"__class__": 5}
