"""Decisions: how long to wait, whether to try again, what success is."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async._http.retry_policy import (
    BASE_WAIT,
    BRIDGED,
    BUDGET,
    MAX_BACKOFF,
    MAX_QUIET,
    QUIETING,
    REPEATABLE,
    RETRY_COST,
    THROTTLED_COST,
    THROTTLES,
    CoolDown,
    Failure,
    RestartGuard,
    RetryBudget,
    draw_backoff,
    may_repeat,
    succeeded,
)

PURE = settings(max_examples=300, deadline=None, derandomize=True)


def draw_least() -> float:
    return 0.0


def draw_most() -> float:
    return 1.0


# Backoff


@pytest.mark.parametrize(
    ("attempt", "most"),
    [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (30, 8.0), (100, 8.0), (10**6, 8.0)],
)
def test_a_backoff_doubles_up_to_its_limit(attempt: int, most: float) -> None:
    assert draw_backoff(attempt, 10**6, draw_most) == most
    assert draw_backoff(attempt, 10**6, draw_least) == 0.0
    assert draw_backoff(attempt, float("inf"), draw_most) == most


@given(st.integers(1, 200), st.floats(0, 10**6), st.floats(0, 1))
@PURE
def test_a_backoff_is_never_longer_than_a_quarter_of_the_time_left(attempt: int, left: float, drawn: float) -> None:
    assert 0 <= draw_backoff(attempt, left, lambda: drawn) <= min(MAX_BACKOFF, left / 4)


def test_a_backoff_may_take_a_quarter_of_the_time_left() -> None:
    assert draw_backoff(5, 8.0, draw_most) == 2.0


def test_backoffs_are_spread_over_the_whole_range() -> None:
    rng = random.Random(1)  # noqa: S311 - jitter, no secret
    waits = [draw_backoff(3, 60, rng.random) for _ in range(1_000)]
    assert min(waits) < 0.05
    assert max(waits) > 1.95
    assert 0.9 < sum(waits) / len(waits) < 1.1


# The budget


def ask(budget: RetryBudget, *, throttled: bool, attempts: int = 3) -> int:
    """Return how many requests one call makes that never succeeds."""
    return 1 + sum(budget.spend(throttled=throttled) for _ in range(attempts - 1))


@pytest.mark.fault("H28")
def test_in_a_blackout_a_thousand_calls_cost_few_repeats() -> None:
    budget = RetryBudget()
    assert sum(ask(budget, throttled=False) for _ in range(1_000)) <= 1_050


@pytest.mark.parametrize("attempts", [3, 10, 100])
def test_more_attempts_do_not_make_a_blackout_dearer(attempts: int) -> None:
    budget = RetryBudget()
    requests = [ask(budget, throttled=False, attempts=attempts) for _ in range(1_000)]
    assert sum(requests) == 1_000 + 35
    assert requests[-900:] == [1] * 900


def test_a_throttling_server_gets_few_repeats_too() -> None:
    budget = RetryBudget()
    assert sum(ask(budget, throttled=True) for _ in range(1_000)) == 1_000 + 100


def test_a_refused_repeat_costs_nothing() -> None:
    budget = RetryBudget()
    ask(budget, throttled=False, attempts=1_000)
    left = budget.tokens
    assert THROTTLED_COST <= left < RETRY_COST
    assert not budget.spend(throttled=False)
    assert budget.tokens == left
    assert budget.spend(throttled=True)
    assert budget.tokens == left - THROTTLED_COST


def test_the_last_token_can_be_spent() -> None:
    budget = RetryBudget()
    assert ask(budget, throttled=True, attempts=1_000) == 1 + BUDGET // THROTTLED_COST
    assert budget.tokens == 0
    for _ in range(RETRY_COST - 1):
        budget.refill()
    assert not budget.spend(throttled=False)
    budget.refill()
    assert budget.spend(throttled=False)
    assert budget.tokens == 0


def test_success_refills_the_budget_and_never_beyond_its_size() -> None:
    budget = RetryBudget()
    budget.spend(throttled=True)
    for _ in range(THROTTLED_COST + 3):
        budget.refill()
    assert budget.tokens == BUDGET


def test_with_half_of_all_tries_failing_repeats_stay_bounded() -> None:
    rng = random.Random(2)  # noqa: S311 - a simulation
    budget = RetryBudget()
    requests = succeeded_calls = 0
    for _ in range(200):
        for _ in range(3):
            requests += 1
            if rng.random() < 0.5:
                succeeded_calls += 1
                budget.refill()
                break
            if not budget.spend(throttled=False):
                break
    assert requests / 200 <= 1.6
    assert succeeded_calls / 200 >= 0.5


# The cool-down


def test_at_first_nobody_waits() -> None:
    assert CoolDown().left(0.0, draw_most) == 0.0


def test_a_cool_down_ends_when_it_said() -> None:
    quiet = CoolDown()
    quiet.extend(100.0, 10.0)
    assert quiet.left(100.0, draw_least) == 10.0
    assert quiet.left(109.5, draw_least) == 0.5
    assert quiet.left(110.0, draw_most) == 0.0
    assert quiet.left(111.0, draw_most) == 0.0


@pytest.mark.parametrize(("wait", "spread"), [(0.1, BASE_WAIT), (2.0, 2.0), (60.0, MAX_BACKOFF)])
def test_after_a_cool_down_calls_come_back_one_after_another(wait: float, spread: float) -> None:
    quiet = CoolDown()
    quiet.extend(0.0, wait)
    assert quiet.left(0.0, draw_least) == wait
    assert quiet.left(0.0, draw_most) == pytest.approx(wait + spread)


def test_a_cool_down_is_only_ever_made_longer() -> None:
    quiet = CoolDown()
    quiet.extend(0.0, 10.0)
    quiet.extend(1.0, 2.0)
    assert quiet.left(1.0, draw_least) == 9.0
    quiet.extend(2.0, 20.0)
    assert quiet.left(2.0, draw_least) == 20.0


def test_a_wait_that_ends_at_the_same_moment_changes_nothing() -> None:
    quiet = CoolDown()
    quiet.extend(0.0, 8.0)
    quiet.extend(6.0, 2.0)
    assert quiet.left(6.0, draw_most) == 2.0 + 8.0


@pytest.mark.fault("H27")
def test_a_thousand_calls_do_not_come_back_at_once() -> None:
    rng = random.Random(3)  # noqa: S311 - a simulation
    quiet = CoolDown()
    quiet.extend(0.0, 4.0)
    seconds = [int(quiet.left(0.0, rng.random)) for _ in range(1_000)]
    counts = [seconds.count(second) for second in range(4, 8)]
    assert sum(counts) == 1_000
    assert max(counts) <= 2 * 1_000 / len(counts)


# What is success, and what may be tried again


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_succeeds_in_four_ways(method: str) -> None:
    assert [status for status in range(99, 1001) if succeeded(method, status)] == [200, 201, 202, 204]


def test_a_get_succeeds_in_one_way() -> None:
    assert [status for status in range(99, 1001) if succeeded("GET", status)] == [200]


@pytest.mark.fault("H14", "H16", "H21", "H22", "H23")
def test_these_statuses_may_pass_by_themselves() -> None:
    again = {408, 425, 429, 500, 502, 503, 504, 507, *range(520, 531)}
    assert {status for status in range(99, 1001) if may_repeat("GET", status)} == again == REPEATABLE
    assert THROTTLES < REPEATABLE


def test_these_statuses_ask_for_quiet() -> None:
    assert {429, 503} == THROTTLES
    assert {403, 413, 420, 509} == QUIETING - REPEATABLE


@pytest.mark.fault("H14", "H16", "H17", "H21", "H22")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_status_makes_a_write_be_sent_again(method: str) -> None:
    assert [status for status in range(99, 1001) if may_repeat(method, status)] == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("hopeless", [True, False])
def test_a_write_that_may_have_arrived_is_not_sent_again(method: str, *, sent: bool, hopeless: bool) -> None:
    failure = Failure("the connection was lost", sent=sent, hopeless=hopeless)
    assert may_repeat(method, failure) == (not hopeless and (method == "GET" or not sent))


def test_drawing_is_the_callers() -> None:
    draws: list[Callable[[], float]] = [draw_least, draw_most]
    assert [draw_backoff(1, 60, draw) for draw in draws] == [0.0, BASE_WAIT]


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_may_be_the_moments_fault_is_tried_once_more_and_no_further(method: str, *, sent: bool) -> None:
    doubtful = Failure("spoke something other than HTTP/1.1", sent=sent, doubtful=True)
    lost = Failure("the connection was lost", sent=sent)
    once_more = method == "GET" or not sent
    assert may_repeat(method, doubtful) == may_repeat(method, doubtful, 1) == once_more
    assert may_repeat(method, doubtful, 2) is False
    assert may_repeat(method, lost, 2) == once_more


def test_no_quiet_is_longer_than_the_longest_that_is_believed() -> None:
    cool_down = CoolDown()
    cool_down.extend(100.0, MAX_QUIET + 1)
    assert cool_down.until == 100.0 + MAX_QUIET


# A server that refuses connections while it restarts


def refuse(*times: float) -> RestartGuard:
    """Return a guard before which connections were refused at these times."""
    guard = RestartGuard()
    for time in times:
        guard.refuse(time)
    return guard


def test_nobody_waits_for_a_server_that_never_refused_or_is_back() -> None:
    guard = RestartGuard()
    assert not guard.is_bridged(0.0)
    assert guard.claim(0.0, 1) == 0.0
    guard.refuse(0.0)
    guard.end()
    assert not guard.is_bridged(0.0)
    assert guard.claim(0.0, 1) == 0.0


def test_a_restart_is_bridged_from_the_first_refusal_on_however_often_it_refuses_again() -> None:
    guard = refuse(10.0, 11.0, 12.0)
    assert guard.is_bridged(10.0 + BRIDGED - 0.001)
    assert not guard.is_bridged(10.0 + BRIDGED)
    assert guard.claim(10.0 + BRIDGED, 0) == 0.0


@pytest.mark.parametrize(
    ("refusals", "pause"),
    [
        ([10.0], 0.2),
        ([10.0, 10.2], 0.4),
        ([10.0, 10.2, 10.6], 0.5),
        ([10.0, 10.2, 10.6, 11.1], 0.5),
        ([10.0, 10.1], 0.1),  # a call that began before the pause says nothing new
    ],
)
def test_each_refusal_makes_the_next_pause_longer(refusals: list[float], pause: float) -> None:
    assert refuse(*refusals).claim(refusals[-1], 0) == pytest.approx(pause)


def test_calls_with_fewer_tries_behind_them_go_first() -> None:
    guard = refuse(10.0)
    assert [guard.claim(10.0, attempts) for attempts in (0, 1, 3)] == pytest.approx([0.2, 0.23, 0.29])


def test_while_one_call_tries_the_others_wait_another_pause() -> None:
    guard = refuse(10.0)
    assert guard.claim(10.2, 0) == 0.0
    assert guard.claim(10.2, 0) == pytest.approx(0.2)
    assert guard.claim(10.3, 0) == pytest.approx(0.1)
