"""What says that an e-mail is taken, and what does not: bodies as frameworks send them."""

import json
import time
from typing import Any

import pytest

from aex_async import errors
from aex_async._http.responses import Answer, choose_error, make_error
from aex_async._http.taken_email import says_taken
from aex_async.sandbox import Fault
from tests.shop import NEW, open_shop

TAKEN: dict[str, Any] = {
    "the document": {"code": 400, "errors": {"email": ["is already taken"]}, "full_errors": ["email is already taken"]},
    "Ditty, a text": {"code": 400, "errors": {"email": "is already taken"}},
    "Ditty, a list": {"code": 400, "errors": ["email is already taken"]},
    "Ditty, one error": {"error": "email is already taken"},
    "full errors alone": {"full_errors": ["Email is already taken"]},
    "the second text of the third field": {
        "errors": {"first_name": ["is odd " * 60], "last_name": ["is odd " * 60], "email": ["no " * 90, "is taken"]}
    },
    "the ninth field": {"errors": {**{f"field{number}": ["no"] for number in range(8)}, "email": ["is taken"]}},
    "nested": {"errors": {"customer": {"email": {"0": "IS ALREADY TAKEN"}}}},
    "a name as in a form": {"errors": {"customer[email]": "has been taken"}},
    "Laravel": {
        "message": "The email has already been taken. (and 2 more errors)",
        "errors": {"email": ["The email has already been taken."]},
    },
    "Laravel, its message alone": {"message": "The email has already been taken."},
    "Rails": {"email": ["has already been taken"]},
    "Rails, details": {"errors": {"email": [{"error": "taken", "value": "jane@example.com"}]}},
    "Rails, a sentence": {"error": "Validation failed: Email has already been taken, Username can't be blank"},
    "JSON:API": {"errors": [{"source": {"pointer": "/data/attributes/email"}, "detail": "has already been taken"}]},
    "Django": {"email": ["user with this email already exists."]},
    "Django, with codes": {"email": [{"message": "This field has to be new.", "code": "unique"}]},
    "Yii": [{"field": "email", "message": 'Email "jane@example.com" has already been taken.'}],
    "FastAPI": {"detail": "Email already registered"},
    "FastAPI, validation": {
        "detail": [{"loc": ["body", "email"], "msg": "already in use", "input": "jane@example.com"}]
    },
    "Spring": {"errors": [{"field": "customer.email", "defaultMessage": "already exists", "code": "UniqueEmail"}]},
    "Symfony": {"violations": [{"propertyPath": "email", "message": "This value is already used."}]},
    "ASP.NET": {"errors": {"DuplicateEmail": ["Email 'jane@example.com' is already taken."]}},
    "Sequelize": {"errors": [{"path": "email", "message": "email must be unique"}]},
    "a code": {"code": "EMAIL_ALREADY_EXISTS"},
    "two words": {"error": "Duplicate e-mail"},
}
OTHER: dict[str, Any] = {
    "invalid": {"errors": {"email": ["is invalid"]}},
    "another field": {"errors": {"username": ["is already taken"]}, "email": "already-taken@example.com"},
    "another field of a list": {"errors": [{"field": "username", "message": "is taken", "rejectedValue": "email"}]},
    "another field in a text": {"errors": ["email is invalid, username has already been taken"]},
    "another field of a path": {"detail": [{"loc": ["body", "email", "host"], "msg": "is already taken"}]},
    "a name that has it": {"errors": {"email_template": ["is already taken"]}},
    "what was sent": {"detail": [{"loc": ["body", "email"], "msg": "is not valid", "input": "is taken@example.com"}]},
    "from somewhere": {"errors": {"email": ["is taken from a disposable provider"]}},
    "a denial": {"errors": {"email": ["is not already in use"]}},
    "a condition": {"message": "Invalid.", "hint": "If the email is already taken, sign in instead"},
    "a doubt": {"error": "could not tell whether the email is already taken"},
    "another language": {"errors": {"email": ["ist bereits vergeben"]}},
    "no names": {"detail": [{"loc": [], "source": None, "msg": "is already taken"}]},
    "nothing": None,
    "a number": {"email": 4},
}


@pytest.mark.fault("H13")
@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_an_email_is_taken_whichever_framework_says_so(body: Any) -> None:
    assert says_taken(body)


@pytest.mark.fault("H13")
@pytest.mark.parametrize("body", OTHER.values(), ids=OTHER)
def test_nothing_else_says_that_an_email_is_taken(body: Any) -> None:
    assert not says_taken(body)


@pytest.mark.parametrize(
    ("status", "taken"), [(400, True), (409, True), (422, True), (401, False), (404, False), (500, False)]
)
def test_only_a_refusal_of_the_data_is_about_a_taken_email(status: int, *, taken: bool) -> None:
    assert (choose_error(status, TAKEN["the document"]) is errors.EmailTakenError) is taken


def test_what_an_error_keeps_no_room_for_is_judged_all_the_same() -> None:
    answer = Answer(400, [], json.dumps(TAKEN["the second text of the third field"]).encode())
    error = make_error(answer, method="POST", path="/customers", attempts=1, retry_after=None, secrets=())
    assert type(error) is errors.EmailTakenError


def test_a_long_body_is_judged_at_once() -> None:
    begun = time.perf_counter()
    assert not says_taken({"email": ["mail" * 250] * 60, "errors": ["a"] * 16_000})
    assert time.perf_counter() - begun < 5


async def test_somebody_who_was_signed_up_meanwhile_is_found_whichever_framework_says_so() -> None:
    async with open_shop() as shop:
        body = json.dumps(TAKEN["Laravel"])
        fault = Fault.status(422, body=body, content_type="application/json", effect="before")
        shop.sandbox.faults.add(fault, path="/customers", method="POST")
        customer = await shop.aex.get_or_create_customer(NEW)
        assert customer.id == shop.sandbox.ledger[0].id
