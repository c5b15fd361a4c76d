"""Cases made up by schemathesis, answered by a sandbox over real HTTP."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aex_async.sandbox import Oddities, Sandbox
from aex_async.sandbox.serving import serve_in_thread

_CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
_ROOT = Path(__file__).parent.parent
_EXAMPLES = 150  # of an operation, in each phase of one run

READINGS: Mapping[str, Oddities] = {
    "the document's": Oddities(),
    "the other ones": Oddities(
        location_header=False,
        service_id_is_product_id=False,
        customers_answer="object",
        predefined_totals=True,
        customer_services_page_keys=True,
        service_is_premise=True,
        unordered=True,
        clamp_pages=True,
        login_redirect=True,
        lower_case_ids=True,
        code_mismatch=True,
        error_shape="texts",
        lag=1.0,
    ),
    "the rest": Oddities(customers_answer="list", ignore_page=True, ignore_count=True, error_shape="error"),
}
"""The sandboxes that the description must hold for."""


class ContradictionError(Exception):
    """The sandbox does not do what the description says."""


def meet_cases(oddities: Oddities, wanted: int, seed: int) -> int:
    """Let sandboxes answer at least so many cases, and return how many; raises `ContradictionError`."""
    met = 0
    while met < wanted:
        # One for each run: the e-mails of the last one would be taken.
        with serve_in_thread(Sandbox(oddities=oddities)) as url:
            met += _run(url, min(_EXAMPLES, wanted - met), seed, _list_exclusions(oddities))
        seed += 1
    return met


def _list_exclusions(oddities: Oddities) -> list[str]:
    """Return options that leave out what cannot hold: to schemathesis, nothing but 401 is an answer to no token."""
    return ["--exclude-checks=missing_required_header"] if oddities.login_redirect else []


def _run(url: str, examples: int, seed: int, options: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [
            *(sys.executable, "-m", "schemathesis.cli", f"--config-file={_CONFIGURATION}", "run"),
            *(f"{url}/_sandbox/openapi.json", f"--max-examples={examples}", f"--seed={seed}"),
            *(f"--report-json-path={report}", "--no-color", *options),
        ]
        environment = {**os.environ, "CONTRACT_URL": url, "CONTRACT_TOKEN": "sandbox-token", "PYTHONPATH": str(_ROOT)}
        run = subprocess.run(  # noqa: S603 - a tool of this session
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if run.returncode:
            raise ContradictionError(f"schemathesis objects:\n{run.stdout}\n{run.stderr}")
        return int(json.loads(report.read_text())["test_cases"]["generated"])
