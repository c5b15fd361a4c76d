"""Sentry sees every try, and is given no secret by us."""

import json
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from telemetry.findings import Road, judge
from telemetry.journey import SECRETS, travel

URLS = {"http.query"}
"""What its integration for httpx records of a URL by itself: the query."""

CAUGHT: list[dict[str, Any]] = []


class Catching(Transport):
    """Keeps what would go to Sentry."""

    def capture_envelope(self, envelope: Any) -> None:
        CAUGHT.extend(item.payload.json for item in envelope.items if item.payload.json)


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("brought", [False, True])
def test_sentry_sees_every_try(*, brought: bool, loop: str) -> None:
    CAUGHT.clear()
    sentry_sdk.get_isolation_scope().clear_breadcrumbs()
    sentry_sdk.init("http://key@127.0.0.1:1/1", traces_sample_rate=1.0, transport=Catching, send_default_pii=False)
    with sentry_sdk.start_transaction(name="journey"):
        received = travel(brought=brought, loop=loop)
        sentry_sdk.capture_message("the breadcrumbs so far")
    sentry_sdk.flush()
    spans = [span for event in CAUGHT for span in event.get("spans", []) if span["op"] == "http.client"]
    crumbs = [crumb for event in CAUGHT for crumb in (event.get("breadcrumbs") or {}).get("values", [])]
    road = Road(brought, loop)
    left = [crumb for crumb in crumbs if crumb["type"] == "http"]  # only of what was answered
    for what, made, records in (("spans", received + road.refusals, spans), ("breadcrumbs", received, left)):
        tries = [{**record.pop("data"), **record} for record in records]
        judge(f"Sentry, {what}", road, made, tries, URLS)
    assert not [secret for secret in SECRETS if secret in json.dumps([c for c in crumbs if c["type"] != "http"])]
