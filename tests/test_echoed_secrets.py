"""Bodies of errors that repeat a request's secrets, as frameworks, databases and proxies write them: none is shown."""

import html
import json
import pickle
import time
import traceback
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from aex_async import errors
from aex_async._http.redaction import redact, spell
from aex_async._http.responses import SEEN, Answer, make_error, quote_page

PURE = settings(max_examples=100, deadline=None, derandomize=True)
MARK = "c4n&ry'7x"


def refuse(body: str, secrets: tuple[str, ...] = (), status: int = 422) -> errors.ResponseError:
    """Return the error that such a body stands for."""
    answer = Answer(status, [], body.encode())
    return make_error(answer, method="POST", path="/customers", attempts=1, retry_after=None, secrets=secrets)


def show(error: errors.ResponseError) -> str:
    """Return all that a log or a crash reporter could make of an error."""
    try:
        raise error
    except errors.ResponseError as raised:
        report = traceback.TracebackException.from_exception(raised, capture_locals=True)
        parts = [str(raised), repr(raised), repr(vars(raised)), pickle.dumps(raised).decode("latin-1")]
        return "".join([*parts, *report.format_exception_only()])


JSON_ECHOES: dict[str, Any] = {
    # Met: pydantic 2.13, by itself and under FastAPI 0.165.
    "pydantic": {
        "detail": [
            {
                "type": "string_too_short",
                "loc": ["body", "customer", "password"],
                "msg": "String should have at least 50 characters",
                "input": MARK,
                "ctx": {"min_length": 50},
            }
        ]
    },
    "pydantic, a field missing": {
        "detail": [
            {
                "type": "missing",
                "loc": ["body", "zip"],
                "msg": "Field required",
                "input": {"password": MARK, "pin": 47110},
            }
        ]
    },
    # Met: Django REST framework 3.17, marshmallow 4, cerberus 1.3, voluptuous 0.16.
    "Django REST framework": {"password": [f'"{MARK}" is not a valid choice.']},
    "Django REST framework, nested": {"errors": {"customer": {"password": [f'"{MARK}" is not a valid choice.']}}},
    "voluptuous": {"error": f"not a valid value for dictionary value @ data['customer']['password']. Got \"{MARK}\""},
    # Met: jsonschema 4.26; documented: AJV, Joi, zod, express-validator, class-validator under NestJS, Mongoose.
    "jsonschema": {"errors": [{"path": ["password"], "message": f'"{MARK}" is too long', "instance": MARK}]},
    "AJV": {
        "errors": [{"instancePath": "/customer/password", "params": {"limit": 50}, "data": MARK, "message": "short"}]
    },
    "Joi": {
        "message": f'"password" with value "{MARK}" fails to match the required pattern',
        "details": [{"path": ["password"], "context": {"regex": {}, "value": MARK, "label": "password"}}],
        "_original": {"password": MARK},
    },
    "express-validator": {"errors": [{"type": "field", "value": MARK, "msg": "Invalid", "path": "password"}]},
    "class-validator": {
        "statusCode": 400,
        "message": [
            {"target": {"email": "x", "password": MARK}, "value": MARK, "property": "password", "children": []}
        ],
    },
    "Mongoose": {
        "errors": {
            "password": {
                "message": f"Path `password` (`{MARK}`) is shorter than the minimum allowed length (50).",
                "properties": {"type": "minlength", "path": "password", "value": MARK},
                "path": "password",
                "value": MARK,
            }
        },
        "message": f"Customer validation failed: password: Path `password` (`{MARK}`) is shorter than it may be",
    },
    # Documented: Spring, ASP.NET and FluentValidation, Laminas API Tools, JSON:API, Laravel.
    "Spring": {
        "status": 400,
        "errors": [
            {"arguments": [{"code": "password"}, 50], "field": "password", "rejectedValue": MARK, "code": "Size"}
        ],
    },
    "Spring, Jackson": {
        "message": f'Cannot deserialize value of type `int` from String "{MARK}": (through chain: C["password"])'
    },
    "ASP.NET": {"errors": {"Password": [f"The value '{MARK}' is not valid for Password."]}},
    "ASP.NET, its model's state": {
        "Password": {"rawValue": MARK, "attemptedValue": MARK, "errors": [{"errorMessage": "no"}]}
    },
    "FluentValidation": [
        {
            "propertyName": "Password",
            "attemptedValue": MARK,
            "formattedMessagePlaceholderValues": {"PropertyName": "Password", "PropertyValue": MARK},
        }
    ],
    "Laminas": {
        "validation_messages": {"password": {"notInArray": f"The input '{MARK}' was not found in the haystack"}}
    },
    "JSON:API": {"errors": [{"source": {"pointer": "/data/attributes/password"}, "meta": {"value": MARK}}]},
    "Laravel": {"message": "The given data was invalid.", "input": {"password": MARK, "_token": MARK}},
    "Laravel, a database's": {"message": f"too long for column 'password' (SQL: ... values (x, {MARK}))"},
    # Met: graphql-core 3.2; documented: Apollo.
    "GraphQL": {
        "errors": [
            {
                "message": f'Variable "$c" got invalid value "{MARK}" at "c.password"; Int cannot represent it',
                "extensions": {"argumentName": "password", "value": MARK, "variables": {"c": {"password": MARK}}},
            }
        ]
    },
    # In whichever envelope: a name and its value, what was sent, raw headers, a HAR.
    "an object": {"errors": {"password": {"value": MARK, "message": "is weak"}}},
    "an object in a list": {"errors": {"customer": [{"wifi": {"key": [{"rejectedValue": MARK}]}}]}},
    "one word": {"errors": {"password": [MARK]}},
    "a number": {"errors": {"pin": 47110}},
    "what was sent": {
        "error": {"message": "bad", "request": {"customer": {"password": [MARK], "pin": "secret words"}}}
    },
    "what was sent, as a text": {"error": {"message": "bad", "body": json.dumps({"customer": {"password": MARK}})}},
    "raw headers": {"rawHeaders": ["Host", "x", "Authorization", f"Basic {MARK}", "Cookie", f"a={MARK}"]},
    "headers in pairs": {"headers": [["x-api-key", MARK], ["host", "x"]]},
    "raw headers in an error": {"error": {"rawHeaders": ["Authorization", f"Basic {MARK}"]}},
    "raw headers with a key": {"error": {"rawHeaders": ["Host", "x", "X-Api-Key", MARK]}},
    "headers of what was sent": {
        "error": {"message": "bad", "request": {"headers": [["Proxy-Authorization", f"Basic {MARK}"]]}}
    },
    "a pair": {"errors": [["password", MARK]]},
    "a pair of a list": {"errors": [["password", [MARK]]]},
    "a HAR": {
        "request": {"headers": [{"name": "Cookie", "value": MARK}], "postData": {"text": f"a=1&password={quote(MARK)}"}}
    },
    "a value between": [{"name": "psk", "meta": {"name": "x", "of": [1]}, "value": MARK}],
}
TEXT_ECHOES = {
    # Met: Django 6.1's debug page, Werkzeug 3.1's, pydantic 2.13's and SQLAlchemy 2.1's own texts.
    "Django": '<td>password</td>\n                <td class="code"><pre>&#x27;MARK&#x27;</pre></td>\n           </tr>',
    "Django, its headers": "<td>HTTP_COOKIE</td>\n  <td class='code'><pre>&#x27;sid=MARK&#x27;</pre></td>",
    "Django, a form": "<QueryDict: {'password': ['MARK'], 'pin': ['47110']}>",
    "Werkzeug": "<p class='errormsg'>KeyError: {&#39;customer&#39;: {&#39;password&#39;: &#34;MARK&#34;}}</p>",
    "Werkzeug, a form": "ImmutableMultiDict([('password', 'MARK')])",
    "pydantic, its text": "customer.password\n  too short [type=x, input_value='MARK', input_type=str]",
    "SQLAlchemy": "(sqlite3.IntegrityError) UNIQUE constraint failed: c.email\n[SQL: INSERT INTO c VALUES (?, ?)]\n"
    "[parameters: ('x', 'MARK')]",
    "PostgreSQL": "DETAIL:  Failing row contains (1, x, MARK, null).",
    "PostgreSQL, a column": "DETAIL:  Key (tenant, password)=(1, MA)RK) already exists.",
    "MySQL": "Incorrect string value: 'MARK' for column 'password' at row 1",
    "Doctrine": 'while executing \'INSERT INTO c (a, b) VALUES (?, ?)\' with params ["x", "MARK"]',
    # Documented: of Spring, .NET, Java, Rust, Go, Ruby, PHP and Node.
    "Spring, a text": "Field error in object 'customer' on field 'password': rejected value [MARK]; codes [Size]",
    ".NET": "Parameter name: password\r\nActual value was MARK.",
    "Java": "Customer[email=x, password=MARK, pin=47110]",
    "Rust": 'Failed to deserialize the JSON body: password: invalid type: string "MARK", expected u32 at line 1',
    "Rust, an option": 'Customer { email: "x", pin: Some("MARK") }',
    "Go": "bad customer: {Email:x Password:MARK Pin:47110}",
    "PHP": 'array(1) {\n  ["password"]=>\n  string(14) "MARK"\n}',
    "PHP, print_r": "Array\n(\n    [password] => MARK\n)",
    "Ruby, Sinatra": '<tr><td>HTTP_AUTHORIZATION</td><td class="code"><div>"Bearer MARK"</div></td></tr>',
    "Node": "{ headers: { authorization: 'Basic MARK', cookie: 'a=MARK' } }",
    # Requests as they were sent, and settings.
    "a request": 'POST /x HTTP/1.1\r\nAuthorization: Digest x="MARK", y="MARK"\r\nCookie: a=MARK; b=MARK\r\n\r\n',
    "an answer": "Set-Cookie: sid=MARK; Path=/\nProxy-Authorization: Basic MARK\nX-Api-Key: MARK",
    "an environment": "HTTP_AUTHORIZATION=Basic MARK\nHTTP_COOKIE=a=1; b=MARK",
    "curl": "curl -H 'Authorization: Basic MARK' -d 'password=MARK'",
    "a form": "customer[password]=MARK&x=1",
    "a form, in parts": '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nMARK\r\n--b--',
    "JSON in a URL": "body=%7B%22password%22%3A%22MARK%22%7D",
    "JSON on a page": "<pre>{&quot;password&quot;: &quot;MARK&quot;, &quot;pin&quot;: 47110}</pre>",
    "JSON that is cut": '{"errors": [{"loc": ["body", "psk"], "ctx": {"of": [1]}, "input": "MARK", "msg',
    "JSON that is cut, its value first": '{"errors": [{"value": "MARK", "path": "psk", "msg',
    "YAML": "customer:\n  - password: MARK\n    pin: 47110",
    "YAML, a pair": "- name: psk\n  value: 'MARK'",
    "an ini file": "[pppoe]\npassword = MARK",
    "a list of properties": "<dict><key>password</key><string>MARK</string></dict>",
    "SOAP": "<soap:Fault><detail><ns1:Password Type='Text'>MARK</ns1:Password></detail></soap:Fault>",
    "SOAP, escaped": "<faultstring>Could not parse &lt;w:Password&gt;MARK&lt;/w:Password&gt;</faultstring>",
    "XML, CDATA": "<p><name>Wifi Password</name><value><![CDATA[MARK]]></value></p>",
}


@pytest.mark.fault("S1")
@pytest.mark.parametrize("body", JSON_ECHOES.values(), ids=JSON_ECHOES)
def test_a_secret_that_json_repeats_is_not_shown(body: Any) -> None:
    for written in (json.dumps(body), json.dumps(body, indent=2), json.dumps({"error": json.dumps(body)})):
        shown = show(refuse(written))
        assert not any(part in shown for part in ("c4n", "ry'7x", "47110", "secret words"))


@pytest.mark.fault("S1")
@pytest.mark.parametrize("body", TEXT_ECHOES.values(), ids=TEXT_ECHOES)
def test_a_secret_that_any_other_text_repeats_is_not_shown(body: str) -> None:
    plain = body.replace("MARK", "c4n-ry7x").replace("MA)RK", "c4n)ry7x")
    for written in (plain, json.dumps({"errors": [plain]})):
        shown = show(refuse(written))
        assert not any(part in shown for part in ("c4n", "ry7x", "7x", "47110"))


class Settings(BaseModel):
    """What a router is given."""

    psk: str = Field(min_length=50)


class SignUp(BaseModel):
    """What a customer signs up with."""

    password: str = Field(min_length=50)
    pin: str
    wifi: Settings
    zip: str


@pytest.mark.fault("S1")
async def test_a_secret_that_fastapi_really_repeats_is_not_shown() -> None:
    app = FastAPI()

    @app.post("/customers")
    def sign_up(customer: SignUp) -> None:  # pragma: no cover - it is never called
        del customer

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://aex.example") as client:
        answer = await client.post("/customers", json={"password": MARK, "pin": 47110, "wifi": {"psk": MARK}})
    assert answer.text.count(MARK) == 4
    assert "47110" in answer.text
    error = refuse(answer.text)
    assert "c4n" not in show(error)
    assert "47110" not in show(error)
    assert "String should have at least 50 characters" in error.body


SENTENCES = [
    "Password must be at least 8 characters",
    "The password field is required.",
    "password: is too short (minimum is 8 characters)",
    "password: required",
    "Column 'password' cannot be null",
    'null value in column "password" violates not-null constraint',
    "Key (email)=(x) already exists.",
    "Duplicate entry 'x7' for key 'customers.username'",
    "The session has expired: sign in again",
    "Authorization header is missing",
    "Field validation for 'Password' failed on the 'min' tag",
    "json: cannot unmarshal string into Go struct field Customer.password of type int",
    "Missing key: customer",
    "invalid value 'b4' for status",
    "Authorization: the order was refused, as the customer has no credit",
    "Authorization: Required.",
    "Cookie: not needed",
    "Values (count) must be at most 100",
    "missing_keys: customer",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_about_a_secret_stays_readable(sentence: str) -> None:
    assert redact(sentence) == sentence
    assert refuse(json.dumps({"errors": [sentence]})).messages == (sentence,)


def test_what_is_said_of_a_secret_is_shown_under_its_name() -> None:
    for said in ("is too short", "too_short", "TooShort", "Required", "must have 8 characters, not `password`", 8):
        assert refuse(json.dumps({"errors": {"password": [said]}})).fields == {"password": (str(said),)}
    pair = {"field": "password", "message": "is too short", "code": "too_short", "value": MARK}
    assert refuse(json.dumps({"errors": [pair]})).messages == ("password", "is too short", "too_short")


def test_texts_of_which_one_speaks_of_a_secret_hide_no_other() -> None:
    for texts in (["password is too short", "email is already registered"], ["password", "is too short"]):
        error = refuse(json.dumps({"error": {"message": texts}}))
        assert error.fields == {"message": tuple(texts)}
        assert json.loads(error.body) == {"error": {"message": texts}}
    assert refuse(json.dumps({"errors": [["password", ["is too short"]]]})).messages == ("password", "is too short")


@pytest.mark.fault("S1")
@pytest.mark.parametrize("items", [["password", "SunshineCoast"], ["Host", "x", "X-Api-Key", "SunshineCoast"]])
def test_one_word_behind_the_name_of_a_secret_is_hidden_though_it_could_be_a_remark(items: list[str]) -> None:
    assert "Sunshine" not in show(refuse(json.dumps({"errors": [items]})))
    body = refuse(json.dumps({"errors": [["psk", {"value": "Sunshine", "old": "Sunshine"}]]})).body
    assert body == '{"errors": [["psk", "[hidden]"]]}'


@pytest.mark.parametrize("name", ["missing_keys", "unknown keys", "allowedKeys", "extra_keys"])
def test_a_list_of_keys_is_shown(name: str) -> None:
    error = refuse(json.dumps({"errors": {name: ["customer", "premise"]}}))
    assert error.fields == {name: ("customer", "premise")}
    assert "hidden" not in error.body


@pytest.mark.fault("S1")
@pytest.mark.parametrize(
    "value", ["Token abcdefgh was refused", "c4n-ry7x was refused", "SunshineCoast is it", "a=b c d"]
)
def test_a_header_is_hidden_whatever_is_said_behind_it(value: str) -> None:
    assert redact(f"Authorization: {value}") == 'Authorization: "[hidden]"'


# What is known to be one


SPELLINGS: dict[str, Callable[[str], str]] = {
    "Jinja": lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "XML": lambda text: html.escape(text).replace("&#x27;", "&apos;"),
    "Go": lambda text: html.escape(text).replace("+", "&#43;"),
    "every character": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "JSON, by code": lambda text: json.dumps(text)[1:-1].replace('\\"', "\\u0022").replace("'", "\\u0027"),
    "JSON, every character": lambda text: "".join(f"\\u{ord(char):04X}" for char in text),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[3:-3],
    "JSON on a page": lambda text: html.escape(json.dumps(text)[1:-1]),
    "JSON in JSON on a page": lambda text: html.escape(json.dumps(json.dumps(text))[3:-3]),
    "Python": lambda text: repr(text)[1:-1],
    "Ruby": lambda text: json.dumps(text, ensure_ascii=False)[1:-1].replace("#", "\\#"),
    "bytes": lambda text: "".join(f"\\x{byte:02X}" for byte in text.encode()),
    "bytes of Latin-1": lambda text: "".join(
        f"\\x{ord(c):02x}" if "\x80" <= c <= "\xff" else c for c in repr(text)[1:-1]
    ),
    "Rust": lambda text: "".join(c if c.isalnum() and c.isascii() else f"\\u{{{ord(c):x}}}" for c in text),
    "SQL": lambda text: text.replace("'", "''"),
    "a URL": lambda text: quote(text, safe=""),
    "a URL in small letters": lambda text: quote(text, safe="").lower(),
    "a URL, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "a form": lambda text: quote(text, safe=" ").replace(" ", "+"),
}


@pytest.mark.fault("S1")
@pytest.mark.parametrize("spell_it", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("secret", ["c'4 \"r<y>&/+%41", "p\u00e4ss\u20acw\u00f6rd", "back\\slash"], ids=ascii)
def test_a_known_secret_is_hidden_in_every_spelling(secret: str, spell_it: Callable[[str], str]) -> None:
    assert redact(f"before {spell_it(secret)} after", spell([secret])) == "before [hidden] after"


@pytest.mark.fault("S1")
@pytest.mark.parametrize("before", ["", "u:", "user:", "jane:"])
def test_a_known_secret_is_hidden_in_base64(before: str) -> None:
    code = b64encode(f"{before}correct?horse>battery".encode()).decode()
    for written in (code, code.replace("/", "_").replace("+", "-")):
        shown = redact(f"sent {written} there", spell(["correct?horse>battery"]))
        assert "[hidden]" in shown
        assert code[8:] not in shown
        assert len(shown) < len("sent  there[hidden]") + 10


@pytest.mark.fault("S1")
@pytest.mark.parametrize("at", [0, 390, 8180, 8190, 65_530])
def test_a_known_secret_that_is_cut_in_two_is_shown_in_no_part(at: int) -> None:
    filler = ("password=" + "x" * 300 + "&") * (at // 310) + "y" * (at % 310)
    secret = "tok-canary-1f4b"
    for text in (filler + secret * 2, f"<p>{filler}{secret}", json.dumps({"errors": [filler + secret]})):
        assert "tok" not in show(refuse(text, (secret,)))
    assert "tok" not in quote_page(Answer(200, [], f"<p>{filler}{secret}".encode()), (secret,))


@pytest.mark.fault("S1")
@pytest.mark.parametrize("spelling", ["XML", "JSON, by code", "a URL", "a URL, twice"])
def test_a_known_secret_that_is_cut_in_two_is_shown_in_no_spelling(spelling: str) -> None:
    secret, spell_it = "c4n&ry'7x-long-Secret!9", SPELLINGS[spelling]
    for at in range(8192 - 40, 8192):
        text = f"token={'x' * (at - 6 - 6)} sent {spell_it(secret)} there"
        assert "c4" not in refuse(text, (secret,)).body
        assert "c4" not in str(refuse(json.dumps({"error": text}), (secret,)))
    style = f"<style>{'a' * (SEEN - 60)}</style><p>bad token"
    for at in range(SEEN - 30, SEEN):
        page = style + " " * (at - len(style)) + spell_it(secret)
        assert "c4" not in quote_page(Answer(200, [], page.encode()), (secret,))
        assert "c4" not in refuse(page, (secret,)).body


@pytest.mark.fault("S1")
@pytest.mark.parametrize("echo", [4711, "4711", [4711], {"x": 4711.0}])
def test_a_known_secret_of_figures_is_hidden_as_a_number_too(echo: Any) -> None:
    error = refuse(json.dumps({"errors": {"code_of_door": echo}, "echo": echo}), ("4711",))
    assert "4711" not in show(error)


@pytest.mark.fault("X24")
@given(st.text(alphabet="ab4'\"\\/&%<+ \u00e4;#x", min_size=5, max_size=12))
@PURE
def test_no_known_secret_is_shown_that_json_a_page_or_a_url_repeats(secret: str) -> None:
    for written in (secret, json.dumps(secret), html.escape(secret), quote(secret), html.escape(json.dumps(secret))):
        shown = redact(f"({written})", spell([secret]))
        assert secret not in shown.replace("[hidden]", "")


@pytest.mark.fault("S19")
@pytest.mark.parametrize(
    "piece", ["&amp;", "%25", "\\u005c", "\\\\", "a: b\n", "('a', ", "Key (a)=(", "'a'b", "<td>a</td>"]
)
def test_a_body_of_nothing_but_escapes_takes_no_longer_than_its_length(piece: str) -> None:
    body = piece * (SEEN // len(piece))
    assert any(_time(body) < 0.5 for _ in range(5))


def _time(body: str) -> float:
    begun = time.process_time()
    assert refuse(body, (MARK, "x" * 600)).status == 422
    return time.process_time() - begun
