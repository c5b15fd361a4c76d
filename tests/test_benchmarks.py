"""The benchmarks still work, and every side of them does the same work. How fast they are is not asked here."""

import json
import re
import sys
import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import pytest

from aex_async import AsyncAExClient
from aex_async._codec import Codec
from aex_async.models import Premise
from benchmarks import imports, report, watching
from benchmarks.__main__ import MEASUREMENTS, main
from benchmarks.calls import WIDE, look_up
from benchmarks.decoding import OURS, make_decoders
from benchmarks.lines import Line, Scale, Target, interleave
from benchmarks.listings import walk
from benchmarks.peers import TOKEN, Opener, find_peers, get_field
from benchmarks.rows import LISTINGS, Draw, Listing, Row, make_page, make_premise
from benchmarks.server import COUNT, serve
from tests import samples
from tests.sandbox.people import PREMISE_11

TINY = Scale(
    rounds=1,
    calls=4,
    tasks=3,
    calls_a_task=2,
    lookups=5,
    lookup_seconds=0.01,
    slow_rounds=1,
    pages=3,
    page_seconds=0.001,
    decodings=1,
    rows=300,
    few_rows=100,
    imports=1,
)
SAMPLES = {
    "customers": samples.CUSTOMER,
    "predefined premises": samples.PREDEFINED_PREMISES,
    "products": samples.PRODUCTS,
    "services": samples.CUSTOMER_SERVICES,
    "work orders": samples.WORK_ORDERS,
}

every_listing = pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)


@pytest.mark.parametrize("group", MEASUREMENTS)
def test_every_measurement_gives_its_lines(group: str) -> None:
    check_lines(MEASUREMENTS[group](TINY), group)


def test_where_opentelemetry_is_missing_altogether_only_its_own_lines_are(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module("opentelemetry")
    for name in [name for name in sys.modules if name.partition(".")[0] == "opentelemetry"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    lines = watching.measure(TINY)
    check_lines(lines, "watching")
    assert [line.note for line in lines] == ["", *["opentelemetry-sdk: not installed"] * 3]


def check_lines(lines: list[Line], group: str) -> None:
    """Check that lines say all that a line should."""
    assert lines
    for line in lines:
        assert (line.group, line.unit) == (group, "MB" if group == "memory" else "x")
        assert line.name
        assert line.bound
        assert bool(line.samples) != bool(line.note)
        assert line.unit == "MB" or all(sample > 0 for sample in line.samples)


@pytest.mark.parametrize("opener", find_peers().values(), ids=find_peers())
def test_every_peer_gets_the_premise_that_was_asked_for(opener: Opener) -> None:
    wanted = {**make_premise(Draw(1)), "id": PREMISE_11}
    names = ("id", "area_id", "latitude", "reference", "street_name", "status")

    async def fetch_one() -> None:
        async with opener(base_url, 2) as fetch:
            premise = await fetch(PREMISE_11)
            assert [get_field(premise, name) for name in names] == [wanted[name] for name in names]

    with serve() as base_url:
        anyio.run(fetch_one)


def test_what_is_measured_against_is_in_the_group_that_the_session_installs() -> None:
    groups = tomllib.loads(Path("pyproject.toml").read_text())["dependency-groups"]
    installed = {re.split(r"[^\w-]", requirement)[0] for requirement in groups["bench"]}
    assert {"openai", "openapi-python-client", "opentelemetry-sdk", "pydantic", "requests"} <= installed


def test_the_lines_name_peers_that_there_are() -> None:
    assert {"aex_async", "bare httpx"} <= set(find_peers())
    assert len({line[:2] for line in WIDE}) == len(WIDE)


def test_every_look_up_finds_what_it_asked_for() -> None:
    with serve() as base_url:
        assert anyio.run(look_up, base_url, TINY) == TINY.lookups


@pytest.mark.parametrize("q", ["3", "3-total"])
@pytest.mark.parametrize("at_once", [1, 10])
def test_a_listing_of_the_server_has_the_pages_it_says(q: str, at_once: int) -> None:
    async def count_rows() -> int:
        async with AsyncAExClient(TOKEN, base_url=base_url) as aex:
            return await walk(aex, q, at_once)

    with serve() as base_url:
        assert anyio.run(count_rows) == 3 * COUNT - 1


@every_listing
def test_the_rows_are_like_those_of_the_document(listing: Listing) -> None:
    sample: Any = json.loads(SAMPLES[listing.name])
    row = listing.make(Draw(7))
    assert list(row) == list(sample.get("items", [sample])[0])
    assert row != listing.make(Draw(8))


def test_the_premise_is_like_that_of_the_document() -> None:
    assert list(make_premise(Draw(1))) == list(json.loads(samples.PREMISE))


def show_price(price: Any) -> Any:
    return price.id, price.currency_code, price.tax, price.value, price.value_incl


def show(value: Any) -> Any:
    """Return a value as all decoders should have it: a date that was left as text is read, a price is its amounts."""
    if type(value) is tuple:
        return [show_price(price) for price in value]  # pyright: ignore[reportUnknownVariableType]
    with suppress(TypeError, ValueError):
        return datetime.fromisoformat(value[:-6] + value[-5:])
    return value


def add_unknown(make: Callable[[Draw], Row]) -> Callable[[Draw], Row]:
    """Return what makes rows with a key that no model has."""
    return lambda draw: {**make(draw), "unknown": 5}


@every_listing
def test_every_decoder_reads_the_same_rows(listing: Listing) -> None:
    body = make_page(listing.make, 5, total=5)
    ours: Any = Codec().read_rows(body, listing.model)
    assert len(ours.items) == 5
    for decode in make_decoders(listing).values():
        page = decode(body)
        assert page.total == 5
        for mine, other in zip(ours.items, page.items, strict=True):
            assert type(mine) is listing.model
            for name in listing.make(Draw(1)):
                assert show(getattr(mine, name)) == show(getattr(other, name))


@every_listing
def test_what_no_model_knows_is_kept(listing: Listing) -> None:
    body = make_page(add_unknown(listing.make), 3)
    decoders = make_decoders(listing)
    assert [row.extra for row in decoders[OURS](body).items] == [{"unknown": 5}] * 3
    keepers = [name for name in decoders if name == "pydantic"]
    assert [decoders[name](body).items[0].unknown for name in keepers] == [5] * len(keepers)


def test_both_sides_are_measured_in_every_round_and_neither_is_always_first() -> None:
    order: list[str] = []

    def measure(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = interleave(2, {name: partial(measure, name) for name in ("ours", "theirs")})
    assert order == ["ours", "theirs", "theirs", "ours"]
    assert found == {"ours": [1.0, 4.0], "theirs": [2.0, 3.0]}


LINES = [
    Line("calls", "as fast as hoped", Target(3, more=True), (2.0, 4.0, 5.0), "10 x"),
    Line("calls", "too slow", Target(1), (1.5,), "1 x"),
    Line("memory", "hardly any", Target(5), (0.1,), "0 MB", unit="MB"),
    Line("calls", "for what it is worth", None, (1.0,), "1 x"),
    Line("calls", "against nobody", Target(1), (), "1 x", note="nobody: not installed"),
]


def test_a_report_shows_every_line_with_what_missed(tmp_path: Path) -> None:
    written = report.write(LINES, tmp_path / "results")
    assert [path.name for path in written][:2] == ["results.md", "results.json"]
    assert all(path.stat().st_size for path in written)
    assert report.show_table(LINES) in written[0].read_text()
    table = [[cell.strip() for cell in row.split("|")[1:-1]] for row in report.show_table(LINES).splitlines()[2:]]
    assert table == [
        ["as fast as hoped", ">= 3 x", "4 x", "2 to 5", "met", "10 x"],
        ["too slow", "<= 1 x", "1.5 x", "1.5 to 1.5", "MISSED", "1 x"],
        ["hardly any", "<= 5 MB", "0.1 MB", "0.1 to 0.1", "met", "0 MB"],
        ["for what it is worth", "", "1 x", "1 to 1", "", "1 x"],
        ["against nobody", "<= 1 x", "", "", "nobody: not installed", "1 x"],
    ]
    shown = json.loads(written[1].read_text())
    assert [line["verdict"] for line in shown["lines"]] == ["met", "MISSED", "met", "", "not measured"]
    assert shown["place"]["httpx"]


@pytest.mark.parametrize(("line", "rating"), [(0, 4 / 3), (1, 1 / 1.5), (2, 10)])
def test_a_rating_of_more_than_one_is_better_than_the_target(line: int, rating: float) -> None:
    assert report.rate(LINES[line], LINES[line].measured or 0) == pytest.approx(rating)


def test_a_line_without_target_has_no_rating() -> None:
    with pytest.raises(ValueError, match="has no target"):
        report.rate(LINES[3], 1)


def test_the_command_measures_what_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["imports", "--quick", "--results", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "against its dependencies alone" in shown
    assert str(tmp_path / "results.json") in shown


def test_an_import_is_clocked_as_in_an_environment_with_nothing_but_our_dependencies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    clocked = "import httpx; assert not sys.dont_write_bytecode; assert 'pygments' not in sys.modules"
    assert imports.clock_import(clocked) > 0


def test_the_command_refuses_what_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["callz"])
    assert "no group is called callz" in capsys.readouterr().err


def test_a_premise_of_the_server_is_a_model() -> None:
    async def fetch() -> Premise:
        async with AsyncAExClient(TOKEN, base_url=base_url) as aex:
            return await aex.get_premise(PREMISE_11)

    with serve() as base_url:
        assert anyio.run(fetch).created_at is not None
