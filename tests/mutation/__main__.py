"""`python -m tests.mutation _http.retry_policy`: how many mistakes in a module its tests notice."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.mutation.explained import list_unexplained
from tests.mutation.trials import Score, Trials

TESTS = Path(__file__).parent.parent
PROMISE = 0.9  # of the mistakes in a module are noticed; of the others each is explained

# The modules that decide, dotted beneath the package, and the tests that should notice a mistake in them.
SUITES: Mapping[str, tuple[str, ...]] = {
    "_http.retry_policy": ("test_retry_policy.py",),
    "_listing.completeness": ("test_listing_completeness.py", "test_listing.py"),
    "_listing.identity": ("test_listing_identity.py", "test_listing_completeness.py"),
    **dict.fromkeys(["_orders.candidates", "_orders.decisions"], ("test_decisions.py", "test_orders.py")),
    **dict.fromkeys(
        [
            f"_codec.{name}"
            for name in (
                *("annotations", "bodies", "containers", "converter", "fast_path", "hooks", "structuring"),
                *("unstructuring", "values"),
            )
        ],
        (
            *("test_codec.py", "test_converter.py", "test_own_types.py", "test_own_classes.py", "test_models.py"),
            *("test_payloads.py", "faults/test_bodies.py"),
        ),
    ),
    "_json": ("test_json.py", "test_codec.py", "faults/test_bodies.py"),
    "_http.pace": ("test_retry_policy.py", "test_calls.py", "test_quiet.py", "test_patience.py"),
    "_http.call_log": ("test_observing.py", "test_calls.py"),
    "_http.retry_after": ("test_retry_after.py", "test_quiet.py"),
    "_http.responses": ("test_responses.py", "test_calls.py", "faults/test_answers.py", "faults/test_http.py"),
    "_http.calls": (
        *("test_calls.py", "test_client.py", "test_bulk.py", "test_responses.py", "faults/test_connections.py"),
        *("faults/test_answers.py", "faults/test_cancellation.py"),
    ),
    "_http.lanes": (
        *("test_lane.py", "test_lanes.py", "test_calls.py", "test_client.py", "test_tls.py"),
        *("faults/test_connections.py", "faults/test_http.py"),
    ),
    **dict.fromkeys(
        ["_http.request", "_http.wire", "_http.body_limits"],
        (
            *("test_wire.py", "test_calls.py", "test_tls.py", "test_responses.py", "test_engines.py"),
            *("faults/test_connections.py", "faults/test_http.py", "faults/test_network.py", "faults/test_tls.py"),
        ),
    ),
    "_http.credentials": ("test_credentials.py", "test_client.py", "test_calls.py", "faults/test_secrets.py"),
    "_http.redaction": ("test_redaction.py", "test_observing.py", "test_responses.py", "faults/test_secrets.py"),
    "_http.call": ("test_calls.py", "test_responses.py", "faults/test_answers.py"),
    "_http.trust": ("test_trust.py", "test_tls.py", "test_engines.py"),
    "_http.proxy": ("test_trust.py", "test_proxies.py"),
    "_http.engines": (
        *("test_engines.py", "test_http_client.py", "test_interception.py", "test_client.py", "test_trust.py"),
        "test_proxies.py",
    ),
    **dict.fromkeys(
        ["_http.callers_pool", "_http.head_guard", "_http.guarded_stream"],
        ("test_http_client.py", "test_idle_connections.py", "faults/test_surplus.py", "faults/test_http.py"),
    ),
    "_http.http2": ("test_http2.py", "test_wire.py"),
    "_http.cookies": ("test_cookies.py", "test_http_client.py"),
    "_http.false_success": ("test_mistaken_answers.py", "test_quiet.py", "test_responses.py"),
    **dict.fromkeys(
        ["_http.aiohttp_connections", "_http.aiohttp_exchange", "aiohttp_transport"],
        (
            *("test_aiohttp_transport.py", "test_aiohttp_beginnings.py", "test_aiohttp_server.py", "test_patience.py"),
            *("faults/test_surplus.py", "faults/test_http.py"),
        ),
    ),
    "_http.observing": ("test_observing.py", "test_otel.py"),
    "_http.second_try": ("test_patience.py", "test_engines.py", "test_calls.py"),
    **dict.fromkeys(["_http.idle_connections", "_http.event_loop"], ("test_idle_connections.py",)),
    "_listing.listing": ("test_listing.py", "test_listing_completeness.py", "test_client.py"),
    "_bulk.outage": ("test_bulk.py",),
    "_orders.customers": ("test_order_customers.py",),
    **dict.fromkeys(
        ("_orders.journal_access", "_journal.live_senders", "_journal.attempts", "_journal.file", "_journal.schema"),
        ("test_journal.py", "test_orders.py", "test_orders_again.py", "test_decisions.py"),
    ),
    "_orders.service_reader": ("test_service_reader.py", "test_orders.py", "test_decisions.py"),
    **dict.fromkeys(
        ["_orders.flow", "_orders.repeated_looks", "_orders.order_calls"],
        ("test_orders.py", "test_orders_again.py", "test_orders_in_patience.py", "faults/test_order_outcomes.py"),
    ),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Try every mistake in the modules asked for; exit with 1 where fewer were noticed than promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="module", help=f"of {', '.join(SUITES)}; all without any")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--every", type=int, default=1, help="try every n-th mistake only")
    chosen = parser.parse_args(arguments)
    scores = {name: try_module(name, chosen.at_once, chosen.every) for name in chosen.modules or SUITES}
    sys.exit(not all(map(keeps_promise, scores.values())))


def try_module(name: str, at_once: int, every: int) -> Score:
    """Try the mistakes in one module, print what was missed and the share that was not, and return the score."""
    trials = Trials(f"aex_async.{name}", at_once, every)
    suite = [str(TESTS / path) for path in SUITES[name]]
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "not memory", *suite], plugins=[trials])
    tell_score(name, trials.score)
    return trials.score


def tell_score(name: str, score: Score) -> None:
    """Print what was missed, unless it is explained, and how many mistakes were noticed."""
    unexplained = list(list_unexplained(score.missed))
    for mistake in unexplained:
        sys.stdout.write(f"{name}:{mistake.line} {mistake.name}\n")
    noticed = score.made - len(score.missed)
    explained = len(score.missed) - len(unexplained)
    share = f"{noticed / score.made:.1%}"
    sys.stdout.write(f"{name}: {noticed} of {score.made} mistakes noticed ({share}), {explained} explained\n")
    sys.stdout.flush()


def keeps_promise(score: Score) -> bool:
    """Whether enough mistakes were noticed, and the others are explained."""
    enough = score.made - len(score.missed) >= PROMISE * score.made
    return enough and not list(list_unexplained(score.missed))


if __name__ == "__main__":
    main()
