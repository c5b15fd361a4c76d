"""Tests that freeze the time: freezegun puts its own classes and clocks under the standard library's names."""

import subprocess
import sys
from datetime import UTC, date, datetime
from typing import Any

import pytest
from freezegun import freeze_time

from aex_async import AsyncAExClient, NewCustomer, Order, Service, errors, make_converter, to_json
from aex_async.sandbox import Fault, Sandbox
from aex_async.testing import assert_nothing_ordered, virtual_time

ROW = {"id": "S", "created_at": "2024-10-08 13:19:29 +0200", "expiry_date": "2030-01-31"}
SERVICE = Service(
    id="S", created_at=datetime.fromisoformat("2024-10-08T13:19:29+02:00"), expiry_date=date.fromisoformat("2030-01-31")
)


def test_a_converter_made_while_the_time_is_frozen_knows_dates_and_stays_good_afterwards() -> None:
    with freeze_time("2026-01-01"):
        converter = make_converter()
        assert converter.structure(ROW, Service) == SERVICE
        plain = converter.unstructure(SERVICE)
        assert (plain["created_at"], plain["expiry_date"]) == ("2024-10-08T13:19:29+02:00", "2030-01-31")
        assert converter.unstructure(Service(id="S", created_at=datetime.now(UTC)))["created_at"] == (
            "2026-01-01T00:00:00+00:00"
        )
    service = converter.structure(ROW, Service)
    assert service == SERVICE
    assert type(service.created_at) is type(SERVICE.created_at)


def test_a_library_that_is_loaded_while_the_time_is_frozen_reads_and_writes_dates() -> None:
    script = f"""
from freezegun import freeze_time
with freeze_time("2026-01-01"):
    from aex_async import Service, from_json, to_json
    service = from_json({ROW!r}, Service)
    assert to_json(service)["created_at"] == "2024-10-08T13:19:29+02:00", service
assert from_json(to_json(service), Service) == service
"""
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_time_that_is_frozen_and_virtual_at_once_passes_all_the_same(backend: Any) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault.status(400), method="POST", path="/services/full")
    row = sandbox.predefined_premises[0]
    new = NewCustomer(first_name="A", last_name="B", email="a@x.co", password="canary", mobile_number="0821234567")

    @virtual_time(backend=backend)
    async def order() -> None:
        async with AsyncAExClient(sandbox.token, transport=sandbox.transport()) as aex:
            with pytest.raises(errors.BadRequestError):  # believed after 30 s, none of which anybody waits for
                await aex.place_order(
                    Order(customer=new, premise_guid=row["guid"], product_id=sandbox.products_at(row["guid"])[0]["id"])
                )

    with freeze_time("2026-01-01"):
        order()
    assert_nothing_ordered(sandbox)
    assert to_json(SERVICE)["expiry_date"] == "2030-01-31"


@pytest.mark.parametrize("platform", ["has clock_gettime", "lacks clock_gettime"])
def test_a_sandbox_that_is_served_while_the_time_stands_still_ends(platform: str) -> None:
    script = """
import sys, time
if sys.argv[1] == "lacks clock_gettime":  # as Windows does
    vars(time).pop("clock_gettime", None)
from freezegun import freeze_time
from aex_async.sandbox import Sandbox
from aex_async.sandbox.serving import serve_in_thread
with serve_in_thread(Sandbox()):
    with freeze_time("2026-01-01"):
        time.sleep(0.5)  # in which the server looks several times whether it is to end
with freeze_time("2026-01-01"), serve_in_thread(Sandbox()):
    pass
"""
    subprocess.run([sys.executable, "-c", script, platform], check=True, timeout=60)  # noqa: S603
