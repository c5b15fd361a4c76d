"""New Relic's agent sees every try, and is given no secret by us."""

import ast
import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from typing import Any

import newrelic.agent
import pytest

from telemetry.findings import Road, judge
from telemetry.journey import SECRETS, travel

ROADS = [Road(brought, loop) for brought in (False, True) for loop in ("asyncio", "trio")]
OWN = {"http.url"}
"""What the agent records of a URL by itself: all but the query."""
SETTINGS = """
[newrelic]
app_name = journey
developer_mode = true
audit_log_file = {audit}
log_file = {log}
log_level = warning
"""


@contextmanager
def open_transaction(road: Road) -> Generator[None]:
    """Have what is called be part of one transaction, without which the agent records nothing."""
    with newrelic.agent.BackgroundTask(newrelic.agent.application(), name=str(road)):
        yield


@pytest.fixture(scope="module")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Road, int], str]:
    """Make all journeys, and return what AEx received of each and all that would have gone to New Relic."""
    folder = tmp_path_factory.mktemp("newrelic")
    settings, audit = folder / "newrelic.ini", folder / "audit.log"
    settings.write_text(SETTINGS.format(audit=audit, log=folder / "agent.log"))
    newrelic.agent.initialize(str(settings))
    newrelic.agent.register_application(timeout=10)
    received = {
        road: travel(brought=road.brought, loop=road.loop, within=partial(open_transaction, road)) for road in ROADS
    }
    newrelic.agent.shutdown_agent(timeout=30)
    return received, audit.read_text()


def read_spans(audit: str) -> list[dict[str, Any]]:
    """Return every span that the agent would have sent, its attributes among its fields."""
    [sent] = re.findall(r"^PARAMS: .*'method': 'span_event_data'.*?^DATA: (.*?)^=====", audit, re.DOTALL | re.MULTILINE)
    return [{**intrinsics, **users, **agents} for intrinsics, users, agents in ast.literal_eval(sent)[2]]


@pytest.mark.parametrize("road", ROADS, ids=str)
def test_new_relic_sees_every_try(road: Road, journeys: tuple[dict[Road, int], str]) -> None:
    received, audit = journeys
    spans = read_spans(audit)
    [root] = [span for span in spans if span.get("transaction.name", "").endswith(str(road))]
    tries = [span for span in spans if span["category"] == "http" and span["transactionId"] == root["transactionId"]]
    judge("New Relic", road, received[road] + road.refusals, tries, OWN)


def test_nothing_else_that_would_go_to_new_relic_has_a_secret(journeys: tuple[dict[Road, int], str]) -> None:
    assert not [secret for secret in SECRETS if secret in journeys[1]]
