"""Bytes to plain JSON and back: exactly, or not at all."""

import json
import time
from collections import OrderedDict
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aex_async._json import (
    MAX_DEPTH,
    Problems,
    encode,
    fingerprint,
    fit,
    is_list,
    is_object,
    make_reader,
    make_shape,
    parse,
    parse_exactly,
    soften,
    unpack,
)
from aex_async.errors import UsageError
from tests import samples

PURE = settings(max_examples=80, deadline=None, derandomize=True)


def _nest(depth: int, value: Any = "deep") -> Any:
    for _ in range(depth - (value == [])):
        value = [value]
    return value


CYCLE: list[Any] = []
CYCLE.append(CYCLE)

plain_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


# What is no JSON


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "], ids=["nothing", "a space", "blank lines"])
def test_an_empty_body_is_said_to_be_empty(body: bytes) -> None:
    assert parse(body) == parse_exactly(body) == Problems(["$: empty"])


@pytest.mark.fault("L2", "L3", "L4", "L5", "L7")
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"id": "canary"', id="truncated"),
        pytest.param(b'{"id": "canary', id="truncated text"),
        pytest.param(b'{"id": "canary"} {}', id="trailing object"),
        pytest.param(b'{"id": "canary"} canary', id="trailing words"),
        pytest.param(b'{"id": "canary"} // comment', id="comment at the end"),
        pytest.param(b'{"id": "canary" // comment\n}', id="comment inside"),
        pytest.param(b'/* comment */ {"id": "canary"}', id="comment at the start"),
        pytest.param(b'{"id": "canary",}', id="trailing comma"),
        pytest.param(b'{"page": 1 "count": 1}', id="missing comma"),
        pytest.param(b'{"items": [{"id": 1}}', id="missing bracket"),
        pytest.param(b"{'id': 'canary'}", id="single quotes"),
        pytest.param(b"{id: 1}", id="bare key"),
        pytest.param(b"{1: 2}", id="number as key"),
        pytest.param(b"<html>canary</html>", id="HTML"),
        pytest.param(b"tru", id="half a word"),
        pytest.param(b"True", id="Python's true"),
        pytest.param(b"undefined", id="undefined"),
        pytest.param(b"NaN", id="NaN"),
        pytest.param(b"Infinity", id="Infinity"),
        pytest.param(b"-Infinity", id="-Infinity"),
        pytest.param(b"[NaN]", id="NaN in a list"),
        pytest.param(b"1e999", id="1e999"),
        pytest.param(b"-1e400", id="-1e400"),
        pytest.param(b'{"unknown": 1e-99999999999999999999}', id="an exponent of twenty digits"),
        pytest.param(b"[0e99999999999999999999]", id="nought with such an exponent"),
        pytest.param(b"1E-99999", id="finer than any number"),
        pytest.param(b"0." + b"1" * 400, id="400-digit float"),
        pytest.param(b"1" * 4_301, id="4,301-digit int"),
        pytest.param(b"1" * 1_000_000, id="a million digits"),
        pytest.param(b"0123", id="leading zero"),
        pytest.param(b"+1", id="plus sign"),
        pytest.param(b".5", id="no whole part"),
        pytest.param(b"1.", id="no fraction"),
        pytest.param(b"0x10", id="hex"),
        pytest.param(b"1_000", id="underscore"),
        pytest.param("\uff15".encode(), id="full-width digit"),
        pytest.param(b"{}\xef\xbb\xbf", id="BOM at the end"),
        pytest.param(b"\xef\xbb\xbf\xef\xbb\xbf{}", id="two BOMs"),
        pytest.param('{"id": "canary"}'.encode("utf-16"), id="UTF-16"),
        pytest.param('{"id": "canary"}'.encode("utf-16-le"), id="UTF-16 without a BOM"),
        pytest.param('{"id": "canary"}'.encode("utf-32"), id="UTF-32"),
        pytest.param(b'"\xff"', id="invalid UTF-8"),
        pytest.param(b'"caf\xe9"', id="Latin-1"),
        pytest.param(b'"\xc0\xaf"', id="overlong"),
        pytest.param(b'"\xed\xa0\x80"', id="encoded surrogate"),
        pytest.param(b'"\\ud800"', id="lone high surrogate"),
        pytest.param(b'"\\udc00"', id="lone low surrogate"),
        pytest.param(b'{"\\ud800": 1}', id="lone surrogate as key"),
        pytest.param(b'"\x00"', id="bare NUL"),
        pytest.param(b'"a\nb"', id="bare line break"),
        pytest.param(b'"\\x41"', id="unknown escape"),
        pytest.param(b"[" * 2_000 + b"]" * 2_000, id="depth 2,000"),
        pytest.param(b'{"a":' * 2_000 + b"1" + b"}" * 2_000, id="objects to depth 2,000"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="depth 100,000"),
        pytest.param(b"[" * 5_000_000, id="depth 5,000,000"),
    ],
)
def test_what_is_not_json_is_one_problem_that_quotes_nothing(body: bytes) -> None:
    assert parse(body) == parse_exactly(body) == Problems(["$: not JSON"])


@pytest.mark.fault("S9")
@pytest.mark.fault("L3", "L5")
@pytest.mark.parametrize("body", [b"1" * 4_301, b"0." + b"1" * 400, b"[" * 100_000], ids=["int", "float", "depth"])
def test_a_hostile_body_is_refused_at_once(body: bytes) -> None:
    begun = time.process_time()
    parse_exactly(body)
    assert time.process_time() - begun < 0.05


@given(st.binary(max_size=64))
@example(b"\xef\xbb\xbf1")
@PURE
def test_parsing_never_raises(body: bytes) -> None:
    parsed = parse(body)
    assert isinstance(parsed, Problems) == isinstance(parse_exactly(body), Problems)


@given(st.text(alphabet='{}[]",:0123456789eE+-.truefalsn \\u', max_size=40))
@PURE
def test_what_parses_is_what_the_standard_library_reads(text: str) -> None:
    parsed = parse(text.encode())
    try:
        known = json.loads(text)
    except ValueError:
        assert isinstance(parsed, Problems)
    else:
        assert isinstance(parsed, Problems) or parsed == known


@pytest.mark.fault("L7")
@pytest.mark.parametrize("body", [b'{"id": "\xef\xbb\xbf"}', b"1", b"[0.5]"])
def test_a_byte_order_mark_before_json_says_nothing(body: bytes) -> None:
    assert parse(b"\xef\xbb\xbf" + body) == parse(body)
    assert parse_exactly(b"\xef\xbb\xbf" + body) == parse_exactly(body)
    assert parse(b"\xef\xbb\xbf") == Problems(["$: empty"])


# Numbers


@pytest.mark.fault("L14")
@pytest.mark.parametrize(
    ("body", "exact"),
    [
        (b"477.3913", "477.3913"),
        (b"549.0", "549.0"),
        (b"0.1", "0.1"),
        (b"-0.0", "-0.0"),
        (b"1E+2", "1E+2"),
        (b"1e-400", "1e-400"),
        (b"0.30000000000000000001", "0.30000000000000000001"),
        (b"12345678901234567890.12", "12345678901234567890.12"),
        (b"-1.7976931348623157e308", "-1.7976931348623157e308"),
    ],
)
def test_a_fraction_read_exactly_keeps_every_digit(body: bytes, exact: str) -> None:
    parsed = parse_exactly(body)
    assert type(parsed) is Decimal
    assert parsed.as_tuple() == Decimal(exact).as_tuple()


@pytest.mark.parametrize("body", [b"477.3913", b"0.1", b"-0.0", b"1E+2", b"1e22", b"-29.7872215658"])
def test_a_fraction_that_a_float_holds_is_a_float(body: bytes) -> None:
    parsed = parse(body)
    assert type(parsed) is float
    assert parsed == float(body)


@pytest.mark.parametrize(
    "body", [b"0.30000000000000000001", b"9007199254740993.0", b"1e-400", b"12345678901234.567891"]
)
def test_a_fraction_that_no_float_holds_stays_a_decimal(body: bytes) -> None:
    parsed = parse(body)
    assert type(parsed) is Decimal
    assert parsed == Decimal(body.decode())


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**400], ids=hex)
def test_a_whole_number_keeps_every_digit(number: int) -> None:
    parsed = parse(str(number).encode())
    assert type(parsed) is int
    assert parsed == number


def test_a_fraction_may_be_just_so_long() -> None:
    longest = "0." + "1" * 62
    assert parse_exactly(longest.encode()) == Decimal(longest)
    assert isinstance(parse_exactly(longest.encode() + b"1"), Problems)


# Objects and texts


def test_the_last_of_equal_keys_wins() -> None:
    assert parse(b'{"name": "first", "name": "last"}') == {"name": "last"}


@pytest.mark.fault("L24")
@pytest.mark.parametrize("name", ["__class__", "__init__", "self", "_method", "constructor", "__proto__", "extra", ""])
def test_no_key_means_anything(name: str) -> None:
    assert parse(json.dumps({name: {name: 1}}).encode()) == {name: {name: 1}}


@pytest.mark.fault("L8")
@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb'"\u0000\u001b"', "\0\x1b"),
        (rb'"\u202e"', "\u202e"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        ('"\U0001f600"'.encode(), "\U0001f600"),
        (b'"' + b"x" * 1_000_000 + b'"', "x" * 1_000_000),
    ],
    ids=["control", "bidi", "escaped pair", "astral", "a megabyte"],
)
def test_a_text_is_kept_verbatim(body: bytes, text: str) -> None:
    assert parse(body) == text


@pytest.mark.fault("L9")
def test_two_hundred_thousand_keys_are_read_within_a_second() -> None:
    body = b"{" + b",".join(b'"%d":%d' % (n, n) for n in range(200_000)) + b"}"
    begun = time.process_time()
    assert len(parse(body)) == 200_000
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("value", "object_", "list_"),
    [
        ({}, True, False),
        (OrderedDict[str, Any](), False, False),
        ([], False, True),
        ((), False, False),
        ("", False, False),
    ],
    ids=["dict", "OrderedDict", "list", "tuple", "text"],
)
def test_only_a_dict_is_an_object_and_only_a_list_is_a_list(value: Any, *, object_: bool, list_: bool) -> None:
    assert (is_object(value), is_list(value)) == (object_, list_)


@given(plain_json)
@PURE
def test_softening_turns_exact_json_into_plain_json(value: Any) -> None:
    body = encode(value)
    assert repr(soften(parse_exactly(body))) == repr(parse(body))


def test_softening_leaves_what_no_float_holds() -> None:
    assert repr(soften([Decimal("0.10"), {"a": Decimal("0.30000000000000000001")}])) == (
        "[0.1, {'a': Decimal('0.30000000000000000001')}]"
    )


# Shapes


@pytest.mark.parametrize(("exact", "kind"), [(True, Decimal), (False, float)], ids=["exactly", "as floats"])
def test_a_reader_reads_fractions_one_way_and_doubts_what_is_no_json(*, exact: bool, kind: type) -> None:
    reader = make_reader(list[Any], exact=exact)
    assert [type(value) for value in reader(b"[0.5, 1]")] == [kind, int]
    assert reader(b"[0.5, 1") is None
    assert reader(b'{"a": 0.5}') is None


def test_an_object_fits_a_shape_in_every_type_or_not_at_all() -> None:
    shape = make_shape("Point", [("x", int), ("y", int | None, None)], closed=False)
    fitting = fit({"x": 1, "z": "more"}, shape)
    assert fitting is not None
    assert unpack(fitting) == (1, None)
    assert fit({"x": "1"}, shape) is None
    assert fit({"y": 1}, shape) is None


# Writing


@given(plain_json)
@PURE
def test_what_is_written_is_read_back(value: Any) -> None:
    assert parse(encode(value)) == value
    assert json.loads(encode(value)) == value


@pytest.mark.parametrize(
    ("value", "body"),
    [
        (None, b"null"),
        (True, b"true"),
        (2**64, b"18446744073709551616"),
        (Decimal("477.3913"), b"477.3913"),
        (Decimal("549.0"), b"549.0"),
        ((1, ["a", {"b": None}]), b'[1,["a",{"b":null}]]'),
        ("\u202e\U0001f600", '"\u202e\U0001f600"'.encode()),
    ],
    ids=["null", "true", "2**64", "money", "money with a nought", "nested", "unicode"],
)
def test_json_is_written_in_full_and_no_longer(value: Any, body: bytes) -> None:
    assert encode(value) == body


@pytest.mark.fault("L23")
@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(float("nan"), r"\$ is not a finite number", id="NaN"),
        pytest.param(float("-inf"), r"\$ is not a finite number", id="infinity"),
        pytest.param(Decimal("NaN"), r"\$ is not a finite number", id="Decimal NaN"),
        pytest.param(Decimal("Infinity"), r"\$ is not a finite number", id="Decimal infinity"),
        pytest.param(Decimal("1e400"), r"\$ is not a finite number", id="Decimal beyond every float"),
        pytest.param(Decimal("sNaN"), "a number too large", id="signalling NaN"),
        pytest.param({"a": [{"b": float("nan")}]}, r"\$\.a\[0\]\.b is not a finite number", id="NaN deep down"),
        pytest.param([10**5_000], "a number too large", id="5,000-digit int"),
        pytest.param(_nest(3_000), "nested too deeply", id="depth 3,000"),
        pytest.param(CYCLE, "nested too deeply", id="itself inside itself"),
        pytest.param("canary\ud800", r"\$ holds a lone surrogate", id="lone surrogate"),
        pytest.param({"canary\ud800": 1}, r"\$ has a key that holds a lone surrogate", id="lone surrogate as key"),
        pytest.param({1: 2}, r"\$ has a key that is not plain text", id="number as key"),
        pytest.param({None: 2}, r"\$ has a key that is not plain text", id="None as key"),
        pytest.param({"a": b"canary"}, r"\$\.a is of type bytes", id="bytes"),
        pytest.param({"a": {"canary"}}, r"\$\.a is of type set", id="set"),
        pytest.param(("a", object()), r"\$\[1\] is of type object", id="object"),
        pytest.param(OrderedDict[str, Any](a=1), r"\$ is of type OrderedDict", id="OrderedDict"),
        pytest.param(1j, r"\$ is of type complex", id="complex"),
    ],
)
def test_what_json_cannot_carry_is_refused_and_not_repeated(value: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        encode(value)
    assert "canary" not in str(caught.value)


class Shout(str):
    """Text of a class of its own, which could write itself in any way."""

    __slots__ = ()


def test_text_of_another_class_is_refused() -> None:
    with pytest.raises(UsageError, match=r"\$\[0\] is not plain text"):
        encode([Shout("loud")])


@pytest.mark.parametrize("name", [name for name in vars(samples) if name.isupper()])
def test_every_sample_of_the_document_is_json(name: str) -> None:
    sample: str = getattr(samples, name)
    assert parse(sample.encode()) == json.loads(sample)


def test_what_is_nested_just_so_deeply_is_read() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) == _nest(MAX_DEPTH, [])
    assert parse(b"[1," * (MAX_DEPTH - 1) + b"[{}]" + b"]" * (MAX_DEPTH - 1)) == Problems(["$: not JSON"])


@pytest.mark.fault("L3")
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 498, 600, 990])
def test_what_is_nested_too_deeply_is_refused_whatever_the_parser_could_do(depth: int) -> None:
    assert parse(b"[" * depth + b"]" * depth) == Problems(["$: not JSON"])
    assert parse(b'{"a":' * depth + b"1" + b"}" * depth) == Problems(["$: not JSON"])


def test_what_is_wide_is_not_taken_for_deep() -> None:
    assert parse(b"[" + b"[{}]," * 600 + b"1]") == [*([[{}]] * 600), 1]


@pytest.mark.fault("L3")
def test_softening_counts_the_levels_itself() -> None:
    for deep, deeper in ((_nest(MAX_DEPTH), _nest(MAX_DEPTH + 1)), (_nest(MAX_DEPTH, []), _nest(MAX_DEPTH, {}))):
        assert soften(deep) == deep
        with pytest.raises(RecursionError):
            soften(deeper)


def _circle(name: str) -> list[Any]:
    circle: list[Any] = [name]
    circle.append(circle)
    return circle


@pytest.mark.parametrize("part", [{("a", 1): "x"}, "\ud800", _circle("x")], ids=["key", "half a character", "circle"])
def test_what_json_cannot_carry_has_a_fingerprint_as_well(part: Any) -> None:
    assert fingerprint({"part": part}) == fingerprint({"part": deepcopy(part)})
    assert fingerprint({"part": part}) != fingerprint({"part": part, "more": 1})
