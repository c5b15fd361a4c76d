"""`--json` prints one shape for each command, and one for every failure; all of them are in `aex schemas`."""

import json
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from aex_async.cli.schemas import COMMANDS, make_schemas
from aex_async.sandbox import Fault
from tests.cli.installed import AEX, Ended, ended, run, started
from tests.cli.ordering import FOR_THANDI, THANDI_EMAIL, Shop
from tests.sandbox.people import (
    AMERICAN_PRODUCT,
    CONNECTED,
    OLD_SERVICE,
    POMPANO_9,
    POMPANO_11,
    PREMISE_9,
    PRODUCT,
    THANDI,
)

SCHEMAS = make_schemas()
OUTPUTS = {
    "customer": (THANDI_EMAIL,),
    "premises": ("Railway", "--limit", "3"),
    "products": ("-29.78", "30.98"),
    "premise": (PREMISE_9,),
    "service": (OLD_SERVICE,),
    "work-orders": (OLD_SERVICE,),
    "work-orders --watch": (OLD_SERVICE, "--until-closed"),
    "order": FOR_THANDI,
    "order --dry-run": FOR_THANDI,
    "orders": (),
    "orders show": ("trial-1",),
    "orders resume": (),
    "orders dismiss": ("trial-1", "--yes"),
    "qualify": ("addresses.txt", "-o", "results.csv"),
    "qualify --dry-run": ("addresses.txt", "-o", "results.csv"),
    "doctor": (),
    "demo": (),
}


def assert_valid(value: Any, shape: str) -> None:
    schema = {"$ref": f"#/$defs/{shape}", "$defs": SCHEMAS["$defs"]}
    validator: Any = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    validator.validate(value)


def read_error(end: Ended) -> dict[str, Any]:
    """Return the failure that a run printed last, which must have the shape of all."""
    failure: dict[str, dict[str, Any]] = json.loads(end.out.splitlines()[-1])
    assert_valid(failure, "error")
    assert failure["error"]["exit_code"] == end.code
    assert failure["error"]["message"] in end.err
    assert "Traceback" not in end.err
    return failure["error"]


def test_the_schemas_are_a_schema_and_every_command_has_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS)
    assert json.loads(run("schemas").out) == json.loads(json.dumps(SCHEMAS))
    assert set(OUTPUTS) == set(COMMANDS)


@pytest.mark.parametrize("command", OUTPUTS)
def test_what_a_command_prints_is_what_its_schema_says(command: str, tmp_path: Path) -> None:
    (tmp_path / "addresses.txt").write_text("38 David Rd (Cottage), Oaktree, Krugersdorp\nNowhere Lane\n")
    place: Sequence[str] = () if command == "demo" else ("--sandbox",)
    arguments = [
        str(tmp_path / told) if told in {"addresses.txt", "results.csv"} else told for told in OUTPUTS[command]
    ]
    end = run(*command.split(), *arguments, "--json", *place)
    lines = [json.loads(line) for line in end.out.splitlines()]
    assert lines
    for line in lines:
        assert_valid(line, COMMANDS[command][0])


FAILURES = [
    (("premise", "X-1"), 1, "NotFoundError"),
    (("customer", "nobody@example.com"), 1, "NotFoundError"),
    (("premise", "X-1", "--no-such"), 2, "UsageError"),
    (("products", "29,78", "30"), 2, "UsageError"),
    (("products", "-91", "0"), 2, "UsageError"),
    (("no-such-command",), 2, "UsageError"),
    (("premise",), 2, "UsageError"),
    (("premise", PREMISE_9, "--sandbox", "--base-url", "http://127.0.0.1:1"), 2, "UsageError"),
    (("orders", "show", "nobody"), 2, "UsageError"),
    (("orders", "--journal", "/nowhere/orders.sqlite"), 2, "UsageError"),
    (("orders", "dismiss", "nobody", "--yes"), 2, "UsageError"),
    (("order",), 2, "UsageError"),
    (("order", "--customer-id", CONNECTED, "--premise", POMPANO_9, "--product", PRODUCT), 4, "OrderConflictError"),
    (
        ("order", "--email", THANDI_EMAIL, "--premise", POMPANO_11, "--product", AMERICAN_PRODUCT, "--patience", "0"),
        1,
        "ServiceRejectedError",
    ),
    (("order", "--email", "example1@example.com", "--premise", POMPANO_11, "--product", PRODUCT), 1, "OrderError"),
    (("demo", "--q", "x"), 2, "UsageError"),
    (("work-orders", OLD_SERVICE, "--every", "10"), 2, "UsageError"),
    (("qualify", "/dev/null", "-o", "-"), 2, "UsageError"),
    (("qualify", "/dev/null", "-o", "/nowhere/results.csv"), 2, "UsageError"),
]


@pytest.mark.parametrize(("arguments", "code", "kind"), FAILURES)
def test_a_failure_is_one_shape(shop: Shop, arguments: tuple[str, ...], code: int, kind: str) -> None:
    changes = {"AEX_TOKEN": "", "AEX_BASE_URL": ""} if arguments[0] == "demo" else {}
    end = shop.run(*arguments, "--json", **changes)
    error = read_error(end)
    assert (end.code, error["kind"]) == (code, kind)


def test_an_order_that_may_exist_is_a_failure_that_names_it(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.late(300), method="POST", path="/services/full")
    end = shop.run("order", *FOR_THANDI, "--reference", "late-1", "--patience", "0", "--json")
    error = read_error(end)
    assert (end.code, error["kind"], error["order"]["reference"]) == (3, "OrderUncertainError", "late-1")
    assert error["advice"] == "Next: aex orders resume late-1"
    still = shop.run("orders", "resume", "--patience", "0", "--json")
    assert read_still(still)["order"]["customer_id"] == THANDI
    listed = shop.run("orders", "--json")
    assert listed.code == 3
    assert_valid(json.loads(listed.out), "order")


def read_still(end: Ended) -> dict[str, Any]:
    """Return the failure of an order that was looked for again, of which standard error names the way alone."""
    failure: dict[str, dict[str, Any]] = json.loads(end.out)
    assert_valid(failure, "error")
    assert end.err.startswith("Later: aex orders resume late-1 (or aex orders dismiss, ")
    return failure["error"]


def test_ctrl_c_is_a_failure_like_any_other(shop: Shop) -> None:
    shop.sandbox.faults.add(Fault.delay(60), method="GET")
    with started(AEX, "premise", PREMISE_9, "--json", **shop.settings) as process:
        shop.wait_for("GET /premises/*")
        process.send_signal(signal.SIGINT)
        end = ended(process)
    assert (end.code, read_error(end)["kind"]) == (130, "Interrupted")


def test_an_option_s_name_behind_two_dashes_is_a_value(shop: Shop) -> None:
    end = shop.run("premise", "--base-url", "nonsense", "--", "--json")
    assert (end.code, end.out) == (2, "")


def test_every_shape_is_in_the_documentation() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "reference" / "json.md").read_text()
    assert not [name for name in SCHEMAS["$defs"] if f"`{name}`" not in page and f'"{name}"' not in page]
