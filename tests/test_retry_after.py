"""How long an answer asks to be left alone, in each form and under each name."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aex_async._http.retry_after import MILLISECONDS, RESETS, read_retry_after, read_wait

PURE = settings(max_examples=300, deadline=None, derandomize=True)

NOW = datetime(2024, 1, 1, tzinfo=UTC)
DATE = b"Mon, 01 Jan 2024 00:00:00 GMT"
HALF_A_MINUTE_LATER = b"Mon, 01 Jan 2024 00:00:30 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"0", 0.0),
        (b"120", 120.0),
        (b" 5 ", 5.0),
        (b"\t5", 5.0),
        (b"007", 7.0),
        (b"1.5", 1.5),
        (b"0.000000001", 1e-9),
        (b"999999999", 999999999.0),
        # Several lines that a proxy has put together (RFC 9110, 5.3)
        (b"5, 10", 10.0),
        (b"10,5", 10.0),
        (b"0.5 , 0", 0.5),
        (b"-1, 5, soon", 5.0),
        (b"1,000", 1.0),  # by the list's grammar two waits, of which neither is a thousand
        (b"1,5 s", 1.0),
        (b"5, Mon, 01 Jan 2024 00:00:30 GMT", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 GMT, 5", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 GMT, 45", 45.0),
        (b"Mon Jan  1 00:00:30 2024, 5, Mon, 01 Jan 2024 00:00:50 GMT", 50.0),
        (b"Monday, 01-Jan-24 00:00:10 GMT,Mon, 01 Jan 2024 00:00:30 GMT", 30.0),
        (b"1, 2, 3, 4, 5, 6, 7, 8, 9, 10", 8.0),
        (b"1," * 100_000, 1.0),
        (HALF_A_MINUTE_LATER, 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 -0000", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30", 30.0),
        (b"Mon, 01 Jan 2024 02:00:30 +0200", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 XYZ", 30.0),
        (b"Monday, 01-Jan-24 00:00:30 GMT", 30.0),
        (b"Mon Jan  1 00:00:30 2024", 30.0),
        # As servers, proxies and languages write it that do not keep to the letter of RFC 9110
        (b"Mon, 1 Jan 2024 00:00:30 GMT", 30.0),
        (b"mon, 01 jan 2024 00:00:30 gmt", 30.0),
        (b"MON, 01 JAN 2024 00:00:30 GMT", 30.0),
        (b"Mon,01 Jan 2024 00:00:30 GMT", 30.0),
        (b"01 Jan 2024 00:00:30 GMT", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 UTC", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 Z", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 +0000", 30.0),
        (b"Mon, 01 Jan 2024 00:00:30 +00:00", 30.0),
        (b"Mon, 01 Jan 2024 00:00 GMT", 0.0),
        (b"Mon, 01-Jan-24 00:00:30 GMT", 30.0),
        (b"Mon, 01-Jan-2024 00:00:30 GMT", 30.0),
        (b"Monday, 01-Jan-2024 00:00:30 GMT", 30.0),
        (b"Mon Jan 01 00:00:30 2024 GMT", 30.0),
        (b"Mon Jan 01 00:00:30 UTC 2024", 30.0),
        (b"Tue, 01 Jan 2024 00:00:30 GMT", 30.0),  # which was a Monday
        (b"Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        (b"Mon, 01 Jan 2024 00:00:30 GMT, Mon, 01 Jan 2024 00:00:10 GMT", 30.0),
        (b"Mon, 01 Jan 2024 00:00:10 GMT, Mon, 01 Jan 2024 00:00:30 GMT", 30.0),
        (b"Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        (b"Mon, 01 Jan 0001 00:00:00 +2359", 0.0),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", 251698233599.0),
        (b"Fri, 31 Dec 9999 23:59:59 -2359", 251698319939.0),
    ],
)
def test_a_wait_is_read_in_each_of_its_forms(value: bytes, seconds: float) -> None:
    assert read_retry_after(value, None, NOW) == seconds


@pytest.mark.fault("H18")
@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b" ",
        b"-1",
        b"-0",
        b"+5",
        b"inf",
        b"-inf",
        b"Infinity",
        b"nan",
        b"1e3",
        b"1e309",
        b"1_0",
        b"0x10",
        b",",
        b"-1, -2",
        b"1 2",
        b"[5]",
        b"5;",
        b"5 s",
        b"5s",
        b"5 seconds",
        b"PT5S",
        b"00:00:05",
        b'"5"',
        b"5\0",
        b".5",
        b"5.",
        b"1.2.3",
        b"9999999999",
        b"9" * 400,
        b"1." + b"9" * 400,
        "\uff15".encode(),
        "\u0665".encode(),
        b"\xb2",
        b"\xff\xfe",
        b"\xff" * 100_000,
        b"true",
        b"null",
        b"soon",
        b"GMT",
        b"-0000",
        b"Mon",
        b"Mon, 32 Jan 2024 00:00:30 GMT",
        b"Mon, 01 Foo 2024 00:00:30 GMT",
        b"Mon, 01 Jan 2024 25:61:61 GMT",
        b"Mon, 01 Jan 99999 00:00:30 GMT",
        b"Mon, 01 Jan 2024 00:00:30 +9999",
        b"Mon, 01 Jan 2024 00:00:30 -9999",
        b"Mon, 01 Jan 2024 00:00:30 +99999999999",
        b"Mon, 01 Jan 2024 " + b"0" * 5_000 + b":00:30 GMT",
        b"2024-01-01T00:00:30Z",
        b"2024-01-01 00:00:30 UTC",
        b"Mon, 01 Jan 2024 00:00:30.5 GMT",
        b"Mon, 01 Jan 2024 00:00:60 GMT",
        b"Mon, 01 Jan 2024 24:00:00 GMT",
        HALF_A_MINUTE_LATER + b" " + b"x" * 100,
        "Mon, 01 J\u00e4n 2024 00:00:30 GMT".encode(),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_wait_that_makes_no_sense_is_none(value: bytes | None) -> None:
    assert read_retry_after(value, DATE, NOW) is None


@pytest.mark.fault("H19")
@pytest.mark.parametrize("hours", [-24, -1, 0, 1, 24])
def test_a_date_counts_from_the_date_of_the_answer(hours: int) -> None:
    assert read_retry_after(HALF_A_MINUTE_LATER, DATE, NOW + timedelta(hours=hours)) == 30.0


@pytest.mark.parametrize("date", [None, b"", b"soon", b"\xff", b"x" * 10_000, b"Mon, 01 Jan 2024 00:00:00 +9999"])
def test_without_a_date_of_the_answer_our_clock_decides(date: bytes | None) -> None:
    clock = datetime(2024, 1, 1, 2, 0, 10, tzinfo=timezone(timedelta(hours=2)))
    assert read_retry_after(HALF_A_MINUTE_LATER, date, clock) == 20.0


@pytest.mark.parametrize(("size", "seconds"), [(64, 30.0), (65, None)])
def test_a_date_of_more_than_64_bytes_is_not_even_looked_at(size: int, seconds: float | None) -> None:
    assert read_retry_after(b"Mon Jan  1 00:00:30 2024 ".ljust(size, b"x"), DATE, NOW) == seconds


def test_seconds_have_no_use_for_a_clock() -> None:
    assert read_retry_after(b"7", b"\xff", NOW) == 7.0


_dates = st.one_of(
    st.binary(max_size=70),
    st.text(alphabet="Mon, 01Jan2024:+-GMTZ.eE", max_size=40).map(str.encode),
    st.from_regex(
        rb"[A-Z][a-z]{2}, [0-9]{1,4} (Jan|Feb|Foo) [0-9]{1,6} [0-9]{1,3}:[0-9]{1,3}(:[0-9]{1,3})? [+-]?[0-9A-Z]{0,6}"
    ),
)


@pytest.mark.fault("H18")
@given(_dates, st.none() | _dates)
@example(b"", b"")
@settings(PURE, max_examples=300)
def test_no_wait_makes_reading_raise_or_is_below_nought(value: bytes, date: bytes | None) -> None:
    seconds = read_retry_after(value, date, NOW)
    assert seconds is None or 0 <= seconds < 10**12


@pytest.mark.fault("X15")
@pytest.mark.parametrize(
    ("headers", "status", "seconds"),
    [
        ([(b"Retry-After", b"1"), (b"retry-after", b"120")], 429, 120.0),
        ([(b"Retry-After", b"soon"), (b"Retry-After", b"5")], 503, 5.0),
        ([(b"Retry-After", b"5, 10"), (b"Retry-After", b"7")], 503, 10.0),
        ([(b"Retry-After-Ms", b"1500")], 429, 1.5),
        ([(b"x-ms-retry-after-ms", b" 250 ")], 500, 0.25),
        ([(b"Retry-After-Ms", b"-1")], 429, None),
        ([(b"Retry-After", b"2"), (b"Retry-After-Ms", b"9000"), (b"X-RateLimit-Reset", b"3600")], 429, 2.0),
        ([(b"RateLimit-Reset", b"30")], 429, 30.0),
        ([(b"X-Rate-Limit-Reset", b"30.5")], 503, 30.5),
        ([(b"RateLimit-Reset", b"30")], 403, None),
        ([(b"X-RateLimit-Reset", b"1704067230")], 429, 30.0),
        ([(b"X-RateLimit-Reset", b"1704067230"), (b"Date", b"Mon, 01 Jan 2024 00:00:20 GMT")], 429, 10.0),
        ([(b"X-RateLimit-Reset", b"1704067230000")], 429, 30.0),
        ([(b"X-RateLimit-Reset", b"1004067230")], 429, 0.0),
        ([(b"X-RateLimit-Reset", b"2024-01-01")], 429, None),
        ([(b"X-RateLimit-Reset", b"9" * 14)], 429, None),
        ([(b"Content-Type", b"120")], 429, None),
        ([], 429, None),
    ],
)
def test_a_wait_may_go_by_other_names(headers: list[tuple[bytes, bytes]], status: int, seconds: float | None) -> None:
    assert read_wait(headers, status, NOW) == seconds


@pytest.mark.fault("X15")
@given(st.lists(st.tuples(st.sampled_from([b"Retry-After", *MILLISECONDS, *RESETS, b"Date"]), st.binary(max_size=20))))
@PURE
def test_no_headers_make_reading_a_wait_raise_or_be_below_nought(headers: list[tuple[bytes, bytes]]) -> None:
    seconds = read_wait(headers, 429, NOW)
    assert seconds is None or 0 <= seconds < 10**12
