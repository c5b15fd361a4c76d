"""The doctor reads a JWT without trusting it, and says what each thing it sees means."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aex_async.cli.doctor.checks import Check, judge_base_url, judge_clock, judge_cookie
from aex_async.cli.doctor.token_checks import judge_answer, judge_expiry, judge_token, read_claims
from aex_async.errors import AExError, AuthenticationError, DeadlineError, ForbiddenError, NotFoundError, ServerError

NOW = datetime(2024, 10, 16, 12, tzinfo=UTC)
HEADER = {"alg": "HS512"}
SECRET = "do-not-show"


def encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def make_jwt(**claims: object) -> str:
    return f"{encode(HEADER)}.{encode(claims)}.{SECRET}"


def test_only_issuer_and_expiry_are_shown() -> None:
    [_, check] = judge_token(make_jwt(iss="aex-core", exp=NOW.timestamp(), sub=SECRET), NOW)
    assert check.message == "the token ended on 2024-10-16T12:00:00+00:00 (issued by aex-core)"


@pytest.mark.parametrize("exp", [None, "1729080000", True, 1e300, float("nan"), 10**30, [1]], ids=repr)
def test_an_expiry_that_is_no_moment_is_none(exp: object) -> None:
    [_, check] = judge_token(make_jwt(exp=exp, iss=7), NOW)
    assert check.message == "the token names no end"


@pytest.mark.parametrize(
    "token",
    ["", "abc", "a.b", "a.b.c.d", "..", f"{encode(HEADER)}.{encode([1])}.x", f"{encode(HEADER)}.{'A' * 41}.x"],
)
def test_what_is_no_jwt_has_no_claims(token: str) -> None:
    assert read_claims(token) is None


def test_a_jwt_that_nests_without_end_is_none() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 200_000).decode()
    assert read_claims(f"{encode(HEADER)}.{deep}.x") is None


@pytest.mark.parametrize(
    ("token", "states", "words"),
    [
        (None, ["problem"], "AEX_TOKEN is not set"),
        ("Bearer do-not-show", ["problem"], "token must come without 'Bearer' before it"),
        (" do-not-show", ["problem"], "token begins or ends with white space"),
        (SECRET, ["ok", "ok"], "well formed"),
        (make_jwt(sub=SECRET), ["ok", "ok"], "well formed"),
    ],
)
def test_a_token_is_judged_and_not_shown(token: str | None, states: list[str], words: str) -> None:
    checks = judge_token(token, NOW)
    assert [check.state for check in checks] == states
    assert words in str(checks[0])
    assert SECRET not in "".join(map(str, checks))


@pytest.mark.parametrize(
    ("claims", "state", "words"),
    [
        (None, "ok", "no JWT"),
        ({"iss": "aex-core"}, "ok", "names no end (issued by aex-core)"),
        ({"exp": NOW.timestamp()}, "problem", "ended on 2024-10-16T12:00:00+00:00"),
        ({"exp": (NOW + timedelta(days=13)).timestamp()}, "warning", "ends on 2024-10-29"),
        (
            {"iss": "aex-core", "exp": (NOW + timedelta(days=15)).timestamp()},
            "ok",
            "good until 2024-10-31T12:00:00+00:00 (issued by",
        ),
    ],
    ids=["none", "endless", "ended", "soon", "good"],
)
def test_an_expiry_is_judged_by_the_time_that_is_left(claims: dict[str, Any] | None, state: str, words: str) -> None:
    check = judge_expiry(claims, NOW)
    assert (check.check, check.state) == ("expiry", state)
    assert words in check.message


@pytest.mark.parametrize(
    ("check", "state", "words"),
    [
        (judge_base_url(None), "ok", "pre-production"),
        (judge_base_url("https://fno.national-us.aex.systems"), "ok", "https://fno.national-us.aex.systems"),
        (judge_base_url("https://user:do-not-show@x.example.com/"), "problem", "a scheme and a host alone"),
        (judge_cookie(None), "ok", "none is needed"),
        (judge_cookie(SECRET), "warning", "may override the token"),
        (judge_cookie("do-not-show; x"), "problem", "session_cookie must be"),
    ],
    ids=["no-url", "url", "bad-url", "no-cookie", "cookie", "bad-cookie"],
)
def test_a_setting_is_judged_and_no_secret_shown(check: Check, state: str, words: str) -> None:
    assert (check.state, words in check.message, SECRET in str(check)) == (state, True, False)


def respond(kind: type[AuthenticationError | ForbiddenError | NotFoundError | ServerError], status: int) -> AExError:
    return kind("it said so.", status=status, method="GET", path="/premises/X")


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (None, "ok", "AEx takes the token"),
        (respond(NotFoundError, 404), "problem", "no listing of customers"),
        (respond(AuthenticationError, 401), "problem", "AEx refuses the token"),
        (respond(ForbiddenError, 403), "warning", "not for reading customers"),
        (respond(ServerError, 503), "problem", "it said so"),
        (DeadlineError("too late", method="GET", path="/", attempts=1, sent=True), "problem", "too late"),
    ],
    ids=["200", "404", "401", "403", "503", "late"],
)
def test_an_answer_tells_a_refused_token_from_any_other_trouble(error: AExError | None, state: str, words: str) -> None:
    check = judge_answer(error)
    assert (check.state, words in check.message) == (state, True)


@pytest.mark.parametrize(
    ("date", "state", "words"),
    [
        ("Wed, 16 Oct 2024 12:00:10 GMT", "ok", "agree"),
        ("Wed, 16 Oct 2024 12:00:11 -0000", "warning", "11 s behind AEx's"),
        ("Wed, 16 Oct 2024 11:59:00 GMT", "warning", "60 s ahead of AEx's"),
        ("yesterday", "warning", "no time to compare with"),
    ],
)
def test_a_clock_may_be_some_seconds_off(date: str, state: str, words: str) -> None:
    check = judge_clock(date, NOW)
    assert (check.state, words in check.message) == (state, True)


def test_a_finding_is_a_line_with_the_next_step() -> None:
    check = Check("port", "problem", "it is closed", "Open it.")
    assert str(check) == "problem  port         it is closed. Open it."
    assert check.describe() == {"check": "port", "state": "problem", "message": "it is closed", "advice": "Open it."}
