"""A client that somebody else's generator makes of the description, and a walk of it."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any

from aex_async.sandbox import Oddities, Sandbox
from aex_async.sandbox.serving import serve_in_thread
from contract.validators import DESCRIPTION
from contract.walk import ADDRESS, PRODUCT

PACKAGE = "generated_aex"
TOKEN = "sandbox-token"  # noqa: S105 - the sandbox's, which is no secret


def walk_generated(readings: Mapping[str, Oddities]) -> None:
    """Generate a client, and walk every route of sandboxes with it; raises for what it cannot read."""
    with tempfile.TemporaryDirectory() as folder:
        _generate(Path(folder))
        sys.path.insert(0, folder)
        try:
            for oddities in readings.values():
                with serve_in_thread(Sandbox(oddities=oddities)) as url:
                    _walk(import_module(PACKAGE).AuthenticatedClient(base_url=url, token=TOKEN))
        finally:
            sys.path.remove(folder)


def _generate(folder: Path) -> None:
    settings = folder / "settings.yaml"
    settings.write_text(f"package_name_override: {PACKAGE}\npost_hooks: []\n")
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DESCRIPTION), "--meta", "none"),
        *("--config", str(settings), "--output-path", str(folder / PACKAGE), "--fail-on-warning"),
    ]
    subprocess.run(command, check=True)  # noqa: S603 - a tool of this session


def _walk(client: Any) -> None:
    models = import_module(f"{PACKAGE}.models")

    def ask(route: str, *arguments: str, group: str = "isp_flow", **options: Any) -> Any:
        call = import_module(f"{PACKAGE}.api.{group}.{route}").sync_detailed
        answer = call(*arguments, client=client, **options)
        if answer.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise ValueError(f"{route}: the generated client got {answer.status_code}: {answer.content!r}")
        return answer.parsed

    ann = {"first_name": "Ann", "last_name": "Lee", "password": "p", "mobile_number": "0005550142"}
    signed_up = models.CreateCustomerBody.from_dict({"customer": {**ann, "email": "ann.specimen@example.co.za"}})
    ask("create_customer", body=signed_up)
    found = ask("customers", q="pieter.voorbeeld2@example.co.za")
    rows: Any = getattr(found, "items", found)  # a page, a bare list, or one bare object, by the reading
    customer = ask("get_customer", rows.id if hasattr(rows, "email") else rows[0].id)
    house = next(row for row in ask("predefined_premises", q=ADDRESS).items if row.full_text.startswith(ADDRESS))
    offered = ask("available_products", str(house.latitude), str(house.longitude))
    product = next(each for each in offered.items if each.name == PRODUCT)
    order = {
        "customer": customer.to_dict(),
        "premise": {"external_reference": house.guid},
        "service": {"product_id": product.id},
    }
    ask("create_service", body=models.NewService.from_dict(order))
    service_id = ask("customer_services", customer.id).items[0].id
    ask("get_service", service_id)
    work_order = ask("work_orders", service=service_id).items[0]
    beside = "beside_the_document"
    whole = ask("get_full_service", service_id, group=beside).full_service
    ask("get_premise", whole.premise.id)
    ask("get_product", product.id, group=beside)
    ask("get_work_order", work_order.id, group=beside)
    for listing in ("premises", "services", "service_changes"):
        ask(listing, group=beside)
