"""Arguments: which pass, and which are refused before anything is sent."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async import Customer, Order, Premise
from aex_async._arguments import (
    MAX_COUNT,
    MAX_PAGE,
    check_attempts,
    check_base_url,
    check_degrees,
    check_email,
    check_id,
    check_into,
    check_limit,
    check_method,
    check_model,
    check_moment,
    check_params,
    check_path,
    check_q,
    check_seconds,
    check_text,
    check_wait,
    check_whole,
    encode_query,
    fold_case,
    fold_id,
    is_id,
    same_id,
)
from aex_async.errors import UsageError


class Float64(float):
    """A number as numpy gives it for a cell of a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"np.float64({float(self)!r})"


PURE = settings(max_examples=100, deadline=None, derandomize=True)

NOT_TEXT: list[Any] = [None, 5, 5.0, True, b"canary", PurePosixPath("canary"), ["canary"], {"canary": 1}, object()]
NOT_WHOLE: list[Any] = [None, True, 1.0, "1", "all", b"1", Decimal(1), Fraction(1), [], math.nan]

guid = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"


def refuses(check: Callable[..., object], *arguments: object) -> str:
    """Return what `check` says when it refuses, which it must, and which must not repeat what was given."""
    with pytest.raises(UsageError) as caught:
        check(*arguments)
    assert "canary" not in str(caught.value)
    return str(caught.value)


# Texts


@pytest.mark.parametrize("text", ["x", " x ", "a\nb", "caf\u00e9", "\U0001f600", "38 (Cottage), Railway Street", "%_"])
def test_text_passes_as_it_is(text: str) -> None:
    assert check_text(text, "q") == text


@pytest.mark.fault("M1")
@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u00a0", "\u2003"], ids=ascii)
def test_blank_text_is_refused(text: str) -> None:
    assert refuses(check_text, text, "q") == "q must not be blank"


@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_what_is_not_text_is_refused_by_the_name_of_its_type(value: object) -> None:
    assert refuses(check_text, value, "q") == f"q must be text, not {type(value).__name__}"


@pytest.mark.parametrize("text", ["canary\ud800", "\udfff", "\udcff canary"], ids=ascii)
def test_a_lone_surrogate_is_refused(text: str) -> None:
    assert "lone surrogate" in refuses(check_text, text, "q")


@pytest.mark.fault("M1")
@pytest.mark.parametrize("q", ["", " ", None, 5, b"canary"], ids=repr)
def test_a_search_for_nothing_would_find_everything(q: object) -> None:
    assert check_q("Railway Street") == "Railway Street"
    assert refuses(check_q, q).startswith("q must ")


# Ids


@pytest.mark.parametrize(
    "value",
    [guid, guid.lower(), guid.replace("-", ""), f"{{{guid}}}", "{4348}", "1616056", "x", "a_b", "-", "x" * 128],
)
def test_an_id_passes_as_aex_sent_it(value: str) -> None:
    assert is_id(value)
    assert check_id(value, "premise_id") == value


BAD_SEGMENTS = [
    "",
    " ",
    ".",
    "..",
    "...",
    "/",
    "//",
    "a/b",
    "a\\b",
    "../work-orders",
    "..%2fwork-orders",
    "%2e%2e",
    "%252e%252e",
    "a?b=c",
    "a#b",
    "a%20b",
    "a;b",
    "a b",
    " a",
    "a ",
    "a\n",
    "a\r\nHost: evil",
    "a\0",
    "a\tb",
    "a.json",
    "a.csv",
    "a:b",
    "a@b",
    "a&b",
    "a+b",
    "a,b",
    "a|b",
    "a'b",
    'a"b',
    "{B002A6B4",
    "B002A6B4}",
    "{}",
    "{{B002A6B4}}",
    "{B002A6B4}{B002A6B4}",
    "{a/b}",
    "http://evil.example",
    "//evil.example",
    "caf\u00e9",
    "\uff11",
    "\u0661",
    "\u2215",
    "\u212a",
    "\U0001f600",
    "a\u200b",
    "a\u202e",
    "\ud800",
]


@pytest.mark.fault("M3", "M4", "S4", "S7")
@pytest.mark.fault("M2")
@pytest.mark.parametrize("value", [*BAD_SEGMENTS, "x" * 129], ids=lambda value: ascii(value)[:20])
def test_what_could_be_more_than_one_segment_is_no_id(value: str) -> None:
    assert not is_id(value)
    assert refuses(check_id, value, "premise_id").startswith("premise_id must be an id of letters, digits and dashes")


@pytest.mark.fault("M5")
@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_an_id_must_be_text(value: object) -> None:
    assert not is_id(value)
    assert refuses(check_id, value, "premise_id").startswith("premise_id must be text, not ")


# E-mails


@pytest.mark.parametrize(
    "email", ["a@b", "jane.doe+fibre@example.co.za", "a_b%c@x", "o'brien@example.com", "\u00fc@\u00e4.example", "A@B"]
)
def test_one_address_passes(email: str) -> None:
    assert check_email(email) == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "canary",
        "@",
        "@canary",
        "canary@",
        "canary@b@c",
        "@@",
        " canary@b",
        "canary@b ",
        "can ary@b",
        "canary@b\r\nx",
        "canary@b\n",
        "canary\u2003@b",
        "canary@\ud800",
    ],
    ids=ascii,
)
def test_anything_but_one_address_is_refused(email: str) -> None:
    assert refuses(check_email, email).startswith("email ")


@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_an_address_must_be_text(value: object) -> None:
    assert refuses(check_email, value, "q").startswith("q must be text, not ")


# Paths


@pytest.mark.parametrize(
    "path",
    [
        "/premises",
        f"/premises/{guid}",
        "/products/availability/-29.7872215658/30.9834343322",
        "/a.b/~c_d/-",
        "/premises/%7B4348%7D",
        "/..a/b..",
    ],
)
def test_a_path_of_plain_segments_passes(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.fault("M4", "S3", "S7")
@pytest.mark.parametrize(
    "path",
    [
        "premises",
        "/",
        "//",
        "/premises/",
        "//evil.example/premises",
        "/premises//P1",
        "http://evil.example/premises",
        "https://evil.example",
        *(f"/premises/{segment}" for segment in BAD_SEGMENTS if segment not in ("a.json", "a.csv", "a/b")),
        "/./premises",
        "/premises/./P1",
        "/premises/%7B%2e%2e%7D",
        "/premises/%7Ba%2Fb%7D",
        "/premises/.",
        "/premises\n",
    ],
    ids=lambda path: ascii(path)[:40],
)
def test_a_path_that_a_server_could_read_otherwise_is_refused(path: str) -> None:
    assert "path must look like" in refuses(check_path, path)


@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_a_path_must_be_text(value: object) -> None:
    assert refuses(check_path, value) == f"path must be text, not {type(value).__name__}"


@given(st.text(alphabet="/.aA0%?#~-_ \\", max_size=12))
@PURE
def test_a_path_that_passes_reaches_the_wire_as_it_is(path: str) -> None:
    try:
        checked = check_path(path)
    except UsageError:
        return
    assert httpx.URL("https://fno.example" + checked).raw_path == path.encode()


# Numbers


@pytest.mark.parametrize("value", [1, 2, MAX_COUNT])
def test_a_whole_number_in_range_passes(value: int) -> None:
    assert check_whole(value, "count", 1, MAX_COUNT) == value


@pytest.mark.parametrize(
    "value", [0, -1, 101, 10**9, 2**63, -(10**5_000), 10**5_000], ids=lambda value: hex(value)[:20]
)
def test_a_whole_number_out_of_range_is_refused(value: int) -> None:
    assert refuses(check_whole, value, "count", 1, MAX_COUNT) == "count must be from 1 to 100"


@pytest.mark.parametrize("value", NOT_WHOLE, ids=repr)
def test_what_only_looks_like_a_whole_number_is_refused(value: object) -> None:
    assert refuses(check_whole, value, "page", 1, MAX_PAGE) == (
        f"page must be a whole number, not {type(value).__name__}"
    )


def test_a_limit_is_nothing_or_a_number_from_nought() -> None:
    assert [check_limit(limit) for limit in (None, 0, 1, 2**63 - 1)] == [None, 0, 1, 2**63 - 1]


@pytest.mark.parametrize("limit", [-1, 2**63, True, "5", 1.0, math.inf], ids=repr)
def test_no_other_limit_passes(limit: object) -> None:
    assert refuses(check_limit, limit).startswith("limit must be ")


def test_an_aware_datetime_goes_out_as_iso_8601() -> None:
    assert check_moment(datetime(2026, 1, 2, tzinfo=UTC), "x") == "2026-01-02T00:00:00+00:00"
    assert check_moment(None, "x") is None


@pytest.mark.parametrize("value", [datetime(2026, 1, 2), "2026-01-02", date(2026, 1, 2), 1.0])  # noqa: DTZ001 - naive
def test_nothing_else_is_a_moment(value: object) -> None:
    with pytest.raises(UsageError, match="updated_after must be an aware datetime"):
        check_moment(value, "updated_after")


def test_the_parameters_of_a_listing_are_not_those_of_its_walk() -> None:
    assert check_params({"q": "x"}) == {"q": "x"}
    assert check_params(None) == {}
    with pytest.raises(UsageError, match="count or page"):
        check_params({"page": 1, "count": 1})


@pytest.mark.parametrize("attempts", [1, 3, 100])
def test_a_get_may_be_tried_once_to_a_hundred_times(attempts: int) -> None:
    assert check_attempts(attempts) == attempts


@pytest.mark.parametrize("attempts", [0, -1, 101, True, None, 3.0, "3"], ids=repr)
def test_no_other_number_of_attempts_passes(attempts: object) -> None:
    assert refuses(check_attempts, attempts).startswith("attempts must be ")


@pytest.mark.parametrize(("value", "seconds"), [(None, None), (1, 1.0), (0.001, 0.001), (30.0, 30.0), (1e9, 1e9)])
def test_seconds_pass_as_a_float(value: float | None, seconds: float | None) -> None:
    checked = check_seconds(value, "timeout")
    assert (type(checked), checked) == (type(seconds), seconds)


@pytest.mark.fault("M8")
@pytest.mark.parametrize(
    "value",
    [0, 0.0, -0.0, -1, -0.001, math.nan, math.inf, -math.inf, 10**400, -(10**400)],
    ids=lambda value: repr(value)[:9],
)
def test_no_time_at_all_and_no_end_of_time_are_refused(value: float) -> None:
    assert refuses(check_seconds, value, "timeout") == "timeout must be more than 0 seconds; None is no limit"


@pytest.mark.fault("M8")
@pytest.mark.parametrize("value", [True, False, "30", b"30", Decimal(30), Fraction(30), [30], 30j], ids=repr)
def test_seconds_must_be_a_number(value: object) -> None:
    refusal = f"timeout must be seconds or None, not {type(value).__name__}"
    assert refuses(check_seconds, value, "timeout").removesuffix(": make it one with float()") == refusal


@pytest.mark.fault("M6")
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-29.7872215658, "-29.7872215658"),
        (1e-05, "0.00001"),
        (-1e-07, "-0.0000001"),
        (5e-324, "0." + "0" * 323 + "5"),
        (-0.0, "0.0"),
        (0, "0.0"),
        (90, "90.0"),
        (-90.0, "-90.0"),
        (Float64(-29.75), "-29.75"),
        (89.99999999999999, "89.99999999999999"),
    ],
)
def test_degrees_go_out_as_fixed_decimals(value: float, text: str) -> None:
    assert check_degrees(value, "latitude", 90) == text


def test_a_wait_may_be_any_float() -> None:
    check_wait(Float64(0.5), "patience")
    check_wait(0, "patience")
    for value in (True, -1, math.nan, math.inf, 10**400, "30", None):
        assert refuses(check_wait, value, "patience").startswith("patience must be a number of seconds, 0 or more")


@given(st.floats(-180, 180))
@PURE
def test_degrees_lose_nothing_on_the_way(value: float) -> None:
    text = check_degrees(value, "longitude", 180)
    assert float(text) == value
    assert set(text) <= set("-.0123456789")
    assert check_path(f"/products/availability/{text}/0.0")


@pytest.mark.fault("M6")
@pytest.mark.parametrize(
    "value",
    [90.00000001, -91, 180, math.nan, math.inf, -math.inf, 1e308, 10**400, -(10**400)],
    ids=lambda value: repr(value)[:9],
)
def test_degrees_beyond_the_pole_are_refused(value: float) -> None:
    assert refuses(check_degrees, value, "latitude", 90) == "latitude must be from -90 to 90 degrees"


@pytest.mark.fault("M6")
@pytest.mark.parametrize("value", [None, True, "-29.78", b"1", Decimal("1.5"), Fraction(1, 2), [1.0], 1j], ids=repr)
def test_degrees_must_be_a_number(value: object) -> None:
    assert refuses(check_degrees, value, "latitude", 90).startswith("latitude must be degrees as a float, not ")


# Models, classes, methods


def test_a_model_must_be_of_its_class() -> None:
    premise = Premise(id="P1")
    assert check_model(premise, Premise, "premise") is premise


@pytest.mark.fault("M13")
@pytest.mark.parametrize(
    "value", [{"id": "canary"}, None, Premise(id="canary"), Customer, "canary"], ids=lambda v: type(v).__name__
)
def test_what_only_looks_like_a_model_is_refused(value: Any) -> None:
    kind = type(value).__name__
    assert refuses(check_model, value, Customer, "customer") == f"customer must be a Customer, not {kind}"
    assert refuses(check_model, value, Order, "order") == f"order must be an Order, not {kind}"


def test_an_attrs_class_or_nothing_can_be_read_into() -> None:
    assert check_into(Premise) is Premise
    assert check_into(None) is None


@pytest.mark.parametrize("cls", [dict, ..., "Premise", int], ids=repr)
def test_nothing_else_can_be_read_into(cls: Any) -> None:
    assert "into must be an attrs class" in refuses(check_into, cls)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_the_methods_of_the_api_pass(method: str) -> None:
    assert check_method(method, has_body=False) == method


@pytest.mark.parametrize(
    "method", ["get", "", "HEAD", "OPTIONS", "TRACE", "CONNECT", "GET\r\n", "GET /", None, b"GET", 5, []], ids=repr
)
def test_no_other_method_passes(method: object) -> None:
    with pytest.raises(UsageError, match=r"^method must be one of GET, POST, PUT, PATCH, DELETE$"):
        check_method(method, has_body=False)


def test_a_get_has_no_body() -> None:
    assert check_method("POST", has_body=True) == "POST"
    with pytest.raises(UsageError, match=r"a query goes into params="):
        check_method("GET", has_body=True)


# Queries


@pytest.mark.fault("S6")
@pytest.mark.parametrize(
    ("params", "query"),
    [
        (None, ""),
        ({}, ""),
        ({"q": "ann+fibre@x.co"}, "?q=ann%2Bfibre%40x.co"),
        ({"q": "38 (Cottage), Railway Street"}, "?q=38%20%28Cottage%29%2C%20Railway%20Street"),
        ({"q": "a&b=c#d?e/f;g"}, "?q=a%26b%3Dc%23d%3Fe%2Ff%3Bg"),
        ({"q": "100%"}, "?q=100%25"),
        ({"q": "a\r\nHost: evil"}, "?q=a%0D%0AHost%3A%20evil"),
        ({"q": "caf\u00e9"}, "?q=caf%C3%A9"),
        ({"q": "\x7f"}, "?q=%7F"),
        ({"count": 100, "page": 1}, "?count=100&page=1"),
        ({"least": -(2**63), "most": 2**63 - 1}, "?least=-9223372036854775808&most=9223372036854775807"),
        ({"a&b": "c"}, "?a%26b=c"),
        ({" x ": " y "}, "?%20x%20=%20y%20"),
    ],
)
def test_a_query_holds_each_value_as_one_value(params: dict[str, Any] | None, query: str) -> None:
    assert encode_query(params) == query


names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12).filter(
    lambda text: text.strip()
)


@pytest.mark.fault("S6")
@given(st.dictionaries(names, names | st.integers(-(2**63), 2**63 - 1), max_size=5))
@PURE
def test_what_a_server_decodes_is_what_was_given(params: dict[str, str | int]) -> None:
    query = encode_query(params)
    assert query.isascii()
    assert parse_qsl(query.removeprefix("?"), strict_parsing=bool(params)) == [
        (name, str(value)) for name, value in params.items()
    ]


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "\n",
        None,
        True,
        1.5,
        b"canary",
        ["canary"],
        {"canary": 1},
        "canary\ud800",
        2**63,
        -(2**63) - 1,
        10**5_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_a_query_cannot_hold_is_refused(value: object) -> None:
    assert refuses(encode_query, {"q": value}).startswith("parameter 'q' ")


@pytest.mark.parametrize(
    "name", ["", " ", 5, None, True, b"canary", "canary\ud800", 10**5_000], ids=lambda n: type(n).__name__
)
def test_a_name_that_a_query_cannot_hold_is_refused(name: Any) -> None:
    assert refuses(encode_query, {name: "x"}).startswith("a parameter's name ")


# Base URLs


@pytest.mark.parametrize(
    "url",
    [
        "https://preprod.fno.dev.aex.systems",
        "https://fno.national-us.aex.systems",
        "https://PREPROD.fno.dev.aex.systems",
        "https://localhost",
        "https://a",
        "https://example.com:8443",
        "https://192.0.2.1",
        "https://[2001:db8::1]",
        "https://[2001:db8::1]:443",
        "https://xn--bcher-kva.example",
        "http://localhost",
        "http://localhost:8000",
        "http://127.0.0.1:65535",
        "http://127.1.2.3",
        "http://[::1]",
        "http://[::1]:8000",
    ],
)
def test_a_scheme_and_a_host_pass(url: str) -> None:
    assert check_base_url(url) == url
    assert str(httpx.URL(url).host)


@pytest.mark.fault("M7")
@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "preprod.fno.dev.aex.systems",
        "//preprod.fno.dev.aex.systems",
        "https:preprod",
        "https://",
        "https:///premises",
        "https://canary.example/",
        "https://canary.example/v1",
        "https://canary.example?x=1",
        "https://canary.example#x",
        "https://user@canary.example",
        "https://user:canary@example.com",
        "https://example.com@canary.example",
        "https://canary.example:0",
        "https://canary.example:65536",
        "https://canary.example:x",
        "https://canary.example:",
        "https://canary.example:-1",
        "https://canary.example:\uff14\uff14\uff13",
        " https://canary.example",
        "https://canary.example ",
        "https://canary.example\n",
        "https://canary.example\r\nHost: evil",
        "https://canary .example",
        "https://canary\\.example",
        "https://canary_a.example",
        "https://-canary.example",
        "https://canary.example-",
        "https://.canary.example",
        "https://canary.example.",
        "https://%63anary.example",
        "https://\u0430canary.example",
        "https://b\u00fccanary.example",
        "https://canary\u3002example",
        "https://[canary]",
        "https://[::1",
        "https://::1",
        "https://[:::]",
        "https://[1]",
        "https://[1.2.3.4]",
        "https://[fe80::1%25eth0]",
        "https://[]",
        "https://" + "a" * 254,
        "ftp://canary.example",
        "file:///etc/canary",
        "ws://canary.example",
        "javascript:canary",
        "data:,canary",
        "httpss://canary.example",
    ],
    ids=ascii,
)
def test_anything_else_is_no_base_url(url: str) -> None:
    assert refuses(check_base_url, url).startswith("base_url must be a scheme and a host alone")


@pytest.mark.fault("S13")
@pytest.mark.parametrize(
    "url",
    [
        "http://canary.example",
        "http://preprod.fno.dev.aex.systems",
        "http://192.0.2.1",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://127.1",
        "http://2130706433",
        "http://127.0.0.1.canary.example",
        "http://localhost.canary.example",
        "http://[2001:db8::1]",
        "http://[::]",
        "HTTP://canary.example",
    ],
)
def test_plain_http_is_for_loopback_alone(url: str) -> None:
    assert refuses(check_base_url, url).startswith("base_url must begin with https://")


@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_a_base_url_must_be_text(value: object) -> None:
    assert refuses(check_base_url, value) == f"base_url must be text, not {type(value).__name__}"


# Ids that mean the same


GUID = "B002A6B4-6541-47A5-8438-BE8ACEAA6D82"


@pytest.mark.fault("L15")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (GUID, GUID),
        (GUID, GUID.lower()),
        (GUID, f"{{{GUID}}}"),
        (GUID, GUID.replace("-", "")),
        (f"{{{GUID.lower()}}}", GUID.replace("-", "")),
        ("{4348}", "4348"),
        ("A-1", "a-1"),
        ("straße", "STRAßE"),
    ],
)
def test_two_spellings_of_one_id_are_the_same(one: str, other: str) -> None:
    assert same_id(one, other)
    assert same_id(other, one)
    assert fold_id(one) == fold_id(other)


@pytest.mark.fault("L15")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (GUID, GUID[:-1] + "3"),
        (GUID, GUID[:-1]),
        (GUID, f"{{{GUID}"),
        (GUID, f" {GUID}"),
        ("A-1", "A1"),
        ("straße", "strasse"),
        ("K1", "\u212a1"),
        ("\u0131", "I"),
        ("{}", "-"),
        ("", ""),
        (None, None),
        (GUID, None),
        ("", None),
    ],
)
def test_two_ids_that_only_look_alike_are_not_the_same(one: str | None, other: str | None) -> None:
    assert not same_id(one, other)
    assert not same_id(other, one)


def test_case_is_folded_in_ascii_alone() -> None:
    assert fold_case("ANN@X.CO \u212aß\u0130") == "ann@x.co \u212aß\u0130"


@pytest.mark.parametrize("text", ["\0", "Main\0Road", "12\0"])
def test_a_nul_is_in_no_text_that_is_sent(text: str) -> None:
    checks: tuple[Callable[[str], str], ...] = (
        check_q,
        lambda q: check_text(q, "q"),
        lambda q: encode_query({"q": q}),
        lambda q: encode_query({q: "x"}),
    )
    for check in checks:
        with pytest.raises(UsageError, match="holds a NUL character"):
            check(text)


def test_a_number_that_is_none_of_pythons_own_is_refused_with_what_makes_one_of_it() -> None:
    # As NumPy has them.
    whole: Any = type("int64", (), {"__index__": int, "__float__": float})()
    fraction: Any = type("float32", (), {"__float__": float})()
    assert refuses(check_whole, whole, "limit", 0, 9) == (
        "limit must be a whole number, not int64: make it one with int()"
    )
    assert refuses(check_whole, fraction, "limit", 0, 9) == "limit must be a whole number, not float32"
    assert refuses(check_degrees, fraction, "latitude", 90) == (
        "latitude must be degrees as a float, not float32: make it one with float()"
    )
    assert refuses(encode_query, {"service": whole}) == (
        "parameter 'service' must be text or a whole number, not int64: make it one with int()"
    )
    assert refuses(encode_query, {"service": True}) == "parameter 'service' must be text, not bool"
