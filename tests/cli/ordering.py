"""An AEx to order from, and a command line that orders from it."""

import time
from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from aex_async import OrderJournal
from aex_async.sandbox import Sandbox
from aex_async.testing import VirtualClock
from tests.cli.installed import PATIENCE, Ended, run
from tests.sandbox.people import POMPANO_11, PRODUCT

THANDI_EMAIL = "thandi.example1@example.com"

WHAT = ("--premise", POMPANO_11, "--product", PRODUCT)
FOR_THANDI = ("--email", THANDI_EMAIL, *WHAT)
PASSWORD = "correct horse battery"
NEW = {
    "first_name": "Annabel",
    "last_name": "Specimen",
    "email": "annabel@example.co.za",
    "mobile_number": "0005550142",
}
FOR_NEW = (
    "--new-customer",
    *(part for name, value in NEW.items() for part in (f"--{name.replace('_', '-')}", value)),
    *WHAT,
)
ORDERING = "POST /services/full"


@frozen
class Shop:
    """A served sandbox, and a user of it with a data folder of their own."""

    sandbox: Sandbox
    clock: VirtualClock
    url: str
    data: Path

    @property
    def settings(self) -> dict[str, str]:
        return {"AEX_TOKEN": "sandbox-token", "AEX_BASE_URL": self.url, "XDG_DATA_HOME": str(self.data)}

    @property
    def journal(self) -> Path:
        return self.data / "aex_async" / "orders.sqlite"

    @property
    def placed(self) -> list[str]:
        """The services that were really ordered."""
        return [entry.id for entry in self.sandbox.ledger if entry.kind == "service"]

    def run(self, *arguments: str, **changes: str) -> Ended:
        return run(*arguments, **{**self.settings, **changes})

    def unresolved(self) -> list[str]:
        """The references in the journal that are not settled."""
        return [attempt.reference for attempt in OrderJournal(self.journal).unresolved()]

    def wait_for(self, route: str) -> None:
        wait_until(lambda: bool(self.sandbox.received[route]))


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)


def find_secrets(sandbox: Sandbox) -> list[str]:
    """Return everything in the sandbox that no output may show."""
    names = ("pppoe_username", "pppoe_password", "wifi_username", "wifi_password")
    people = [str(row[name]) for row in sandbox.customers for name in ("email", "mobile_number")]
    return [PASSWORD, *people, *(str(row[name]) for row in sandbox.services for name in names)]


def assert_silent(shown: Ended, sandbox: Sandbox) -> None:
    said = shown.out + shown.err
    assert not [secret for secret in find_secrets(sandbox) if secret in said]
    assert "Traceback" not in said
