"""Texts made fit to be shown."""

import html
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aex_async._http.redaction import find_secrets, hide_query, redact, spell
from aex_async._http.secret_fields import MIN_SECRET

PURE = settings(max_examples=100, deadline=None, derandomize=True)

TOKEN = "eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJhZXgtY29yZSJ9.c2lnbmF0dXJl-_x"


# What is hidden


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("jane@example.com", "[e-mail]"),
        ("mail to <jane.doe+x@example.co.za>, now", "mail to <[e-mail]>, now"),
        ("GET /customers?q=jane%40example.com", "GET /customers?q=[e-mail]"),
        (r'{"q": "jane\u0040example.com"}', r'{"q": "[e-mail]"}'),
        ("JANE%40EXAMPLE.COM", "[e-mail]"),
        ("j\u00e4ne@ex\u00e4mple.com", "[e-mail]"),
        ("a@b c@d", "[e-mail] [e-mail]"),
        ("user@host:8080", "[e-mail]:8080"),
    ],
)
def test_an_address_is_hidden(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {TOKEN}",
        f"bearer {TOKEN}",
        f"BEARER\t{TOKEN}",
        f"token {TOKEN}",
        f"({TOKEN})",
        f'{{"jwt": "{TOKEN}"}}',
        "Bearer c2lnbmF0dXJl",
    ],
)
def test_a_token_is_hidden(text: str) -> None:
    assert "[hidden]" in redact(text)
    assert "c2lnbmF0dXJl" not in redact(text)


@pytest.mark.parametrize(
    "number", ["0820004242", "+27820004242", "+27 82 000 4242", "082-000-4242", "(082) 000 4242", "27 (0)82 000-4242"]
)
def test_a_telephone_number_is_hidden(number: str) -> None:
    shown = redact(f"call {number} now")
    assert "[number]" in shown
    assert not any(part in shown for part in ("4242", "000", "082"))


@pytest.mark.parametrize(
    "text",
    [
        "no premise 12345678-1234-4123-8123-123456789012 there",
        "400 32504670-4444-4ABC-9123-12345678901F",
        "at 2026-11-28 10:41:30 and on 2026-11-28 or 28-11-2026 09:00",
        "2026-11-28T10:41:30Z",
    ],
)
def test_an_id_and_a_date_are_no_telephone_numbers(text: str) -> None:
    assert redact(text) == text
    assert redact(f"{text}, 0820004242") == f"{text}, [number]"


@pytest.mark.parametrize(
    "name",
    ["password", "pppoe_password", "wifi_password", "WIFI_PASSWORD", "pppoe_username", "wifi_username", "mobile_number",
     "phone", "telephone", "token", "access-token", "session", "_Ditty_session", "cookie", "client_secret",
     "password2", "wifi_password_5g", "2nd_token", "sessionid", "JSESSIONID", "authcookie"],
)  # fmt: skip
@pytest.mark.parametrize(
    "value",
    ['"canary"', '"can\\"ary canary"', '"', '"canary', '"the canary\\', '""', "42canary", "null", "true", '["canary"]',
     '[ "canary", {"of": "canary"} ]', '{"password": "canary"}', '{ "value" : "]}", "then": [], "or": "canary"}',
     '{"value": "canary", ', '[["a canary', "[", "{"],
)  # fmt: skip
@pytest.mark.parametrize("colon", [":", ": ", " :  ", ":\n"], ids=ascii)
def test_what_stands_under_a_private_name_is_hidden(name: str, value: str, colon: str) -> None:
    shown = redact(f'{{"id": 1, "{name}"{colon}{value}')
    assert "canary" not in shown
    assert shown == f'{{"id": 1, "{name}"{colon}"[hidden]"'


@pytest.mark.parametrize("value", ['"canary"', '["canary"]', '{"key": {"of": ["canary"]}}'])
def test_the_rest_of_an_object_stays_readable(value: str) -> None:
    text = f'{{"password": {value}, "city": "Durban", "token": 5, "count": 10}}'
    assert redact(text) == '{"password": "[hidden]", "city": "Durban", "token": "[hidden]", "count": 10}'


@pytest.mark.parametrize(
    "secret", ["hunter2!", 'pa"ss', "back\\slash", "p\u00e4ss", "tab\there", "\U0001f600\U0001f600", "a.*b"], ids=ascii
)
def test_a_known_secret_is_hidden_in_whichever_form_json_has(secret: str) -> None:
    for text in (secret, json.dumps([secret]), json.dumps([secret], ensure_ascii=False)):
        shown = redact(f"before {text} after", spell((secret,)))
        assert "[hidden]" in shown
        assert secret not in shown
        assert json.dumps(secret)[1:-1] not in shown


def test_all_known_secrets_are_hidden_wherever_they_stand() -> None:
    assert redact("one two one", frozenset(("one", "two"))) == "[hidden] [hidden] [hidden]"


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("abc/def", r"abc\/def"),  # PHP
        ("Tom&Jerry", r"Tom\u0026Jerry"),  # Rails, Go
        ("it's<5>", r"it\u0027s\u003c5\u003e"),
        ("a+b/c=<", r"a\u002Bb/c=\u003C"),  # .NET
        ("p\u00e4ss", r"p\u00E4ss"),
        ("a+b/c=", "a%2bb%2fc%3d"),
        ("Tom's", "Tom&#39;s"),
    ],
)
def test_a_known_secret_is_hidden_however_a_library_spells_it(secret: str, written: str) -> None:
    assert redact(f"before {written} after", spell([secret])) == "before [hidden] after"


def test_of_a_secret_that_begins_with_another_nothing_is_left() -> None:
    assert redact("token-1 token-10", spell(("token-1", "token-10"))) == "[hidden] [hidden]"


@pytest.mark.fault("S16")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\0b", r"a\x00b"),
        ("a\rb", r"a\rb"),
        ("a\tb", r"a\tb"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x7f\x85", r"\x7f\x85"),
        ("abc\u202edef", r"abc\u202edef"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("line\u2028break", r"line\u2028break"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
    ids=ascii,
)
def test_what_cannot_be_printed_is_escaped(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    ["", "is already taken", "not found", "line\nbreak", "38 (Cottage), Railway Street", "caf\u00e9 \U0001f600",
     "17 October 2024", "code 400", "5 @ 3", "@", "b002a6b4-beef", "1.5 < 2", '"token":'],
)  # fmt: skip
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


@pytest.mark.fault("X24")
@given(st.text(max_size=60), st.text(alphabet="xyz", min_size=4, max_size=8))
@PURE
def test_nothing_unprintable_and_no_known_secret_is_left(text: str, secret: str) -> None:
    shown = redact(text + secret + text, spell((secret,)))
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert secret not in shown


HUNDRED_KB = {
    "letters": "a",
    "at signs": "@",
    "a@": "a@",
    "half an at sign": "%4",
    "half an escape": "\\u004",
    "digits": "1",
    "digits and brackets": "1 (",
    "quotes": '"',
    "passwords": "password",
    "quoted passwords": '"password":"',
    "quoted dashes": '"' + "-" * 40 + "password" + "-" * 40,
    "private names": '"' + "wifi" * 20,
    "unfinished names": '"password"' + " " * 9,
    "escapes": '"token":"\\',
    "lines": '"token":"a\\\n',
    "lists": '"token":[',
    "lists of halves": '"token":["',
    "bearers": "bearer ",
    "bearers and spaces": "bearer" + " " * 20,
    "eyJ": "eyJ",
    "eyJ-": "eyJ-",
    "NULs": "\0",
    "full-width digits": "\uff11",
}


TWENTY_KB = {
    "names in quotes": '"a":',
    "names of values": '"value":1,',
    "names of names": '"name":"psk",',
    "pairs": '{"name":"psk","value":"x"},',
    "names alone": "a=",
    "symbols": "{a:'",
    "elements": "<psk>",
    "elements beside names": "<name>psk</name><a>x</a>",
    "elements with names": "<a name=psk id='key'>",
    "elements in elements": "<name><value>",
    "elements of two": "<a>psk</a><b>",
    "escaped quotes": '"psk":\\"\\',
    "backslashes": '"psk":' + "\\" * 60 + '"',
}
"""Of names that are all looked at; of no text are more than 8 KiB shown."""


@pytest.mark.fault("S19")
@pytest.mark.parametrize("piece", TWENTY_KB.values(), ids=TWENTY_KB)
def test_a_text_of_nothing_but_names_takes_no_longer_than_its_length(piece: str) -> None:
    text = (piece * (20_000 // len(piece) + 1))[:20_000]
    assert any(_time(text) < 0.2 for _ in range(5))


@pytest.mark.fault("S19")
@pytest.mark.parametrize("piece", HUNDRED_KB.values(), ids=HUNDRED_KB)
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    assert any(_time(text) < 0.2 for _ in range(5))


def _time(text: str) -> float:
    begun = time.process_time()
    assert redact(text) is not None
    return time.process_time() - begun


@pytest.mark.fault("S19")
@pytest.mark.parametrize("piece", ["a='b' c", "%2525252525", "&amp;amp;amp;"])
def test_json_in_a_text_takes_no_longer_than_any_other_text(piece: str) -> None:
    for length in (400_000, 5_000):
        nested = json.dumps([piece] * (length // len(piece)))
        assert any(_time(nested) < 0.2 for _ in range(5))


# Which texts of a request are secrets


def test_secrets_are_what_stands_under_private_names() -> None:
    body = {
        "customer": {"first_name": "Jane", "email": "jane@x.co", "password": "hunter2", "mobile_number": "0820004242"},
        "premise": {"external_reference": "G1"},
    }
    assert find_secrets(body) == ("0820004242", "jane@x.co", "hunter2")


def test_whatever_is_below_a_private_name_is_secret() -> None:
    assert set(find_secrets({"Wifi": {"any": ["one-one", {"x": "two-two"}]}, "x": ["three"]})) == {"one-one", "two-two"}


@pytest.mark.parametrize(
    "key", ["admin_pw", "wifiKey", "passphrase", "simPin", "psk", "auth-code", "sessionid", "authcookie"]
)
def test_whatever_is_called_like_a_secret_is_hidden_in_what_is_sent_and_in_what_comes_back(key: str) -> None:
    assert find_secrets({"router": {key: "canary"}}) == ("canary",)
    assert "canary" not in redact(json.dumps({"errors": {key: "canary"}}))


def test_of_numbers_only_a_telephones_and_what_is_called_like_a_secret_are_secrets() -> None:
    body = {"street_number": 1000, "wifi": {"number": 5000}, "mobile_number": 820004242, "pin": [4711]}
    assert find_secrets(body) == ("820004242", "4711")
    pairs = [{"name": "pin", "value": 4711}]
    assert find_secrets({"street_number": "1000A", "pairs": pairs}) == ("1000A", "4711")


def test_longer_secrets_come_first() -> None:
    assert find_secrets({"password": ["word", "word-and-more"]}) == ("word-and-more", "word")


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "text",
        [],
        {},
        {"city": "Durban"},
        {"password": None},
        {"password": 123},
        {"password": "abc"},
        {"password": True},
    ],
)
def test_where_nothing_is_private_nothing_is_secret(value: object) -> None:
    assert find_secrets(value) == ()


def test_a_secret_of_a_few_characters_would_blot_out_everything() -> None:
    assert find_secrets({"password": "x" * (MIN_SECRET - 1)}) == ()
    assert find_secrets({"password": "x" * MIN_SECRET}) == ("x" * MIN_SECRET,)


def test_secrets_are_found_at_any_depth() -> None:
    deep: object = {"password": "bottom"}
    for _ in range(5_000):
        deep = [deep]
    assert find_secrets(deep) == ("bottom",)


@pytest.mark.parametrize("secret", ['pass"word', "pass\\word", "p\u00e4ssword", "line\nbreak", 'p\u00e4ss"word'])
def test_a_secret_is_hidden_however_json_writes_it(secret: str) -> None:
    for text in (secret, json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
        assert redact(f"<{text}>", spell([secret])).replace('"', "") == "<[hidden]>"


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("/premises/P1", "/premises/P1"),
        ("/customers?q=jane", "/customers?q=[hidden]"),
        ("/customers?q=jane&count=100&page=2", "/customers?q=[hidden]&count=100&page=2"),
        ("/customers?discount=5&jane", "/customers?discount=[hidden]&jane=[hidden]"),
        ("/customers/jane@example.com/services", "/customers/[e-mail]/services"),
    ],
)
def test_of_a_target_only_its_path_and_its_paging_are_shown(target: str, shown: str) -> None:
    assert hide_query(target) == shown


def test_what_is_escaped_as_no_text_is_stays_as_it_is() -> None:
    assert redact(text := "50%ff off, %zz, &nothing; \\q \\u{ffffff} \\xz") == text


def test_a_secret_is_hidden_in_json_in_json_in_json_on_a_page_in_json() -> None:
    text = json.dumps({"psk": "canary", "city": "Durban"})
    for spell_again in (json.dumps, json.dumps, html.escape, json.dumps):
        text = spell_again(f"said {text}")
    shown = redact(text)
    assert "canary" not in shown
    assert "Durban" in shown


@pytest.mark.fault("S19")
def test_no_nested_text_of_json_ends_pythons_recursion() -> None:
    text = "canary"
    for _ in range(9):
        text = json.dumps(json.loads("[" * 90 + json.dumps(text) + "]" * 90))
    assert "canary" not in redact(json.dumps({"password": text, "deep": [text] * 2}), frozenset(["canary"]))
    rows = json.dumps([{"psk": "canary", "city": "Durban"}] * 300)
    assert "canary" not in redact(rows)
    assert "Durban" in redact(rows)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            '[{"value": "Durban"}, {"name": "psk", "value": "canary", "x',
            '[{"value": "Durban"}, {"name": "psk", "value": "[hidden]", "x',
        ),
        ("value=[password=canary] name=psk", 'value="[hidden]" name=psk'),
        ("what name=", "what name="),
        ("password=", "password="),
    ],
)
def test_a_value_belongs_to_the_name_that_stands_in_its_own_object(text: str, shown: str) -> None:
    assert redact(text) == shown
