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
    "Django, a person's words": {"email": ["Customer with this Email address already exists."]},
    "Django REST framework": {"email": [{"message": "This field must be unique.", "code": "unique"}]},
    "allauth": {"email": ["A user is already registered with this e-mail address."]},
    "allauth, under no field": {"non_field_errors": ["A user is already registered with this e-mail address."]},
    "Rails, an exception": {
        "exception": "#<ActiveRecord::RecordInvalid: Validation failed: Email has already been taken>"
    },
    "Spring, a tutorial": {"message": "Error: Email is already in use!"},
    "Spring, an exception": {
        "status": 409,
        "error": "Conflict",
        "message": "Email already exists",
        "path": "/customers",
    },
    "Spring, a sentence": {"message": "There is already an account registered with that email"},
    "FastAPI Users": {"detail": "REGISTER_USER_ALREADY_EXISTS"},
    "FastAPI Users, another code": {"detail": {"code": "UPDATE_USER_EMAIL_ALREADY_EXISTS"}},
    "FastAPI, its template": {"detail": "The user with this email already exists in the system."},
    "Keycloak": {"errorMessage": "User exists with same email"},
    "Keycloak, its page": {"error": "Email already exists."},
    "Auth0": {"statusCode": 409, "error": "Conflict", "message": "The user already exists."},
    "Firebase": {
        "error": {
            "code": 400,
            "message": "EMAIL_EXISTS",
            "errors": [{"message": "EMAIL_EXISTS", "domain": "global", "reason": "invalid"}],
        }
    },
    "Firebase, its libraries": {"code": "auth/email-already-in-use"},
    "Firebase, a sentence": {"message": "The email address is already in use by another account."},
    "Supabase": {"code": 422, "error_code": "user_already_exists", "msg": "User already registered"},
    "Supabase, an administrator": {
        "code": 422,
        "error_code": "email_exists",
        "msg": "A user with this email address has already been registered",
    },
    "Cognito": {"__type": "UsernameExistsException", "message": "An account with the given email already exists."},
    "Strapi": {
        "error": {"status": 400, "name": "ApplicationError", "message": "Email is already taken", "details": {}}
    },
    "Directus": {
        "errors": [
            {
                "message": 'Value for field "email" in collection "customers" has to be unique.',
                "extensions": {"collection": "customers", "field": "email", "code": "RECORD_NOT_UNIQUE"},
            }
        ]
    },
    "PocketBase": {"data": {"email": {"code": "validation_not_unique", "message": "Value must be unique."}}},
    "Parse": {"code": 203, "error": "Account already exists for this email address."},
    "Appwrite": {"message": "A user with the same email already exists in the current project.", "code": 409},
    "Clerk": {
        "errors": [
            {
                "message": "That email address is taken. Please try another.",
                "code": "form_identifier_exists",
                "meta": {"param_name": "email_address"},
            }
        ]
    },
    "WooCommerce": {
        "code": "registration-error-email-exists",
        "message": "An account is already registered with your email address. <a href='#'>Please log in.</a>",
    },
    "WordPress": {"code": "existing_user_email", "message": "Sorry, that email address is already used!"},
    "Magento": {"message": "A customer with the same email address already exists in an associated website."},
    "Drupal": {"message": "The email address jane@example.com is already taken."},
    "Zendesk": {
        "details": {
            "email": [{"description": "Email: jane@example.com is already being used by another user"}],
        }
    },
    "Salesforce": [{"errorCode": "DUPLICATE_VALUE", "message": "duplicate value found: Email"}],
    "Mongoose": {"errors": {"email": {"kind": "unique", "message": "Error, expected `email` to be unique."}}},
    "Mongoose, its message alone": {"message": "Error, expected `email` to be unique. Value: `jane@example.com`"},
    "in use": {"message": "Email in use"},
    "being used": {"message": "This email address is already being used"},
    "another's": {"message": "This e-mail address belongs to another customer."},
    "used by another": {"email": "is used by another customer"},
    "exists already": {"error": "A customer exists already with this email"},
    "we have": {"error": "We already have a customer with that email address."},
    "an existing one": {"error": "There is an existing customer with this email"},
    "under its name, with the whole sentence": {"email": ["A customer with this e-mail exists in our system."]},
    **{
        f"a code, {code}": {"code": code}
        for code in (
            *(
                "EMAIL_TAKEN",
                "EMAIL_EXISTS",
                "EMAIL_IN_USE",
                "EMAIL_ALREADY_IN_USE",
                "ALREADY_REGISTERED",
                "emailTaken",
            ),
            *(
                "EmailAlreadyExists",
                "DuplicateEmail",
                "email-already-used",
                "DUPLICATE_EMAIL_ADDRESS",
                "EMAIL_NOT_UNIQUE",
            ),
            *("email.already.exists", "errors.email.taken", "CUSTOMER_ALREADY_EXISTS", "customerAlreadyRegistered"),
        )
    },
    "a code under its name": {"errors": {"email": ["ALREADY_REGISTERED"]}},
    "MySQL": {"error": "Duplicate entry 'jane@example.com' for key 'customers.email'"},
    "MySQL, Laravel's index": {
        "message": "SQLSTATE[23000]: Integrity constraint violation: 1062 Duplicate entry 'jane@example.com' for key "
        "'customers.customers_email_unique' (Connection: mysql, SQL: insert into `customers` (`email`) values (?))"
    },
    "MySQL, Workbench's index": {"error": "Duplicate entry 'jane@example.com' for key 'email_UNIQUE'"},
    "MariaDB": {"error": "(1062, \"Duplicate entry 'jane@example.com' for key 'email'\")"},
    "PostgreSQL": {"error": 'duplicate key value violates unique constraint "customers_email_key"'},
    "PostgreSQL, its detail": {
        "error": 'duplicate key value violates unique constraint "uk_6dotkott2k"\n'
        "DETAIL:  Key (email)=(jane@example.com) already exists."
    },
    "PostgreSQL, in lower case": {"error": "Key (lower(email::text))=(jane@example.com) already exists."},
    "PostgreSQL, Django's index": {
        "error": 'duplicate key value violates unique constraint "accounts_user_email_1c89df09_uniq"'
    },
    "SQLite": {"error": "UNIQUE constraint failed: customer.email"},
    "SQLite, of two columns": {"error": "UNIQUE constraint failed: customer.tenant_id, customer.email"},
    "SQLite, SQLAlchemy": {
        "detail": "(sqlite3.IntegrityError) UNIQUE constraint failed: customer.email\n[SQL: INSERT INTO customer]"
    },
    "Oracle": {"error": "ORA-00001: unique constraint (APP.CUSTOMERS_EMAIL_UK) violated"},
    "SQL Server": {
        "error": "Violation of UNIQUE KEY constraint 'UQ_Customers_Email'. Cannot insert duplicate key in object "
        "'dbo.Customers'. The duplicate key value is (jane@example.com)."
    },
    "SQL Server, an index": {
        "error": "Cannot insert duplicate key row in object 'dbo.Users' with unique index 'EmailIndex'. "
        "The duplicate key value is (jane@example.com)."
    },
    "MongoDB": {
        "message": 'E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "j@x.co" }'
    },
    "Prisma": {"message": "Unique constraint failed on the fields: (`email`)"},
    "Prisma, of two": {"message": "Unique constraint failed on the fields: (`tenantId`,`email`)"},
    "Prisma, an index": {"message": "Unique constraint failed on the constraint: `Customer_email_key`"},
    "MySQL, Django's table": {"error": "Duplicate entry 'j@x.co' for key 'accounts_user.email'"},
    "MySQL, Rails' index": {"error": "Duplicate entry 'j@x.co' for key 'users.index_users_on_email'"},
    "MySQL, a quote in the value": {"error": "Duplicate entry 'o''neil@x.co' for key 'idx_email'"},
    "PostgreSQL, Rails' index": {"error": 'duplicate key value violates unique constraint "index_users_on_email"'},
    "PostgreSQL, of an expression": {"error": "Key (lower((email)::text))=(jane@example.com) already exists."},
    "PostgreSQL, within a tenant": {"error": "Key (tenant_id, email)=(5, j@x.co) already exists."},
    "PostgreSQL, an index within a tenant": {"error": 'violates unique constraint "customers_tenant_id_email_key"'},
    "SQLite, of an expression": {"error": "UNIQUE constraint failed: index 'customers_lower_email'"},
    "Oracle, with its columns": {
        "error": "ORA-00001: unique constraint (APP.UK_EMAIL) violated on table APP.CUSTOMERS columns (EMAIL)"
    },
    **{
        f"an index, {index}": {"error": f'violates unique constraint "{index}"'}
        for index in (
            *("AK_Email", "uix_email", "uidx_email", "udx_email", "u_email", "customers_email_unq"),
            *("subscribers_email_key", "index_residents_on_email", "owners_email_key", "employees_email_key"),
            *("tenants_email_key", "customer_details_email_key"),
        )
    },
    "MongoDB, once": {"error": 'E11000 duplicate key error index: shop.users.$email_1 dup key: { : "j@x.co" }'},
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
    "either": {"error": {"message": "Email or Username are already taken"}},
    "either of an address's faults": {"email": {"message": "The email is invalid or already in use."}},
    "either, the other way round": {"email": ["is already in use or not allowed"]},
    "Keycloak, another field": {"errorMessage": "User exists with same username"},
    "Keycloak, either": {"errorMessage": "User exists with same username or email"},
    "Okta, another field": {"errorSummary": "login: An object with this field already exists in the organization"},
    "ASP.NET, another field": {"DuplicateUserName": ["Username 'jane@example.com' is already taken."]},
    "a user under another field": {"errors": {"username": ["user already exists"]}},
    "a user beside another field": {"message": "Customer already registered", "field": "mobile_number"},
    "another thing": {"message": "Service already exists"},
    "another thing of this e-mail's": {"message": "Mobile number already exists for this email"},
    "an order of this e-mail's": {"message": "An order already exists for a customer with this email"},
    "nobody": {"message": "No account exists with this email"},
    "nobody else": {"message": "There is no user with this email"},
    "a request": {"message": "Check that the email exists"},
    "nobody at all": {"message": "No user with this email exists"},
    "nobody, in short": {"error": "EMAIL_NOT_FOUND"},
    "a code of another kind": {"code": "EMAIL_INVALID"},
    "a code of another field": {"code": "MOBILE_ALREADY_EXISTS"},
    "already sent": {"message": "An email has already been sent"},
    "already verified": {"email": ["is already verified"]},
    "already confirmed": {"message": "Email is already confirmed"},
    "already logged in": {"message": "already logged in as jane@example.com"},
    "already expired": {"message": "The link in the e-mail has already been used"},
    "another e-mail": {"message": "Billing email is already in use"},
    "another e-mail's code": {"code": "RECOVERY_EMAIL_TAKEN"},
    "an e-mail's template": {"message": "Duplicate email template"},
    "a key that came twice": {"message": "Duplicate email field in the JSON"},
    "a use": {"message": "Email in use cases of marketing is not allowed"},
    "a list of the unwanted": {"message": "Email already exists in our blocklist"},
    "spam": {"email": ["is already registered as spam"]},
    "a domain": {"message": "The email domain is already in use"},
    "a server": {"message": "the mail server is in use"},
    "MySQL, another column": {"error": "Duplicate entry 'jane@example.com' for key 'customers.username'"},
    "MySQL, a value that is called so": {"error": "Duplicate entry 'email' for key 'customers.username'"},
    "PostgreSQL, another column": {
        "error": 'duplicate key value violates unique constraint "customers_username_key"\n'
        "DETAIL:  Key (username)=(jane@example.com) already exists."
    },
    "PostgreSQL, a table that is called so": {"error": 'violates unique constraint "email_templates_name_key"'},
    "PostgreSQL, another e-mail": {"error": 'violates unique constraint "customers_billing_email_key"'},
    "PostgreSQL, a foreign key": {
        "error": 'violates foreign key constraint "email_fkey"\nKey (email)=(j@x.co) is not present in table "users"'
    },
    "PostgreSQL, no value": {"error": 'null value in column "email" violates not-null constraint'},
    "SQLite, another column": {
        "detail": "UNIQUE constraint failed: customer.username [SQL: INSERT INTO customer (username, email)]"
    },
    "SQLite, no value": {"error": "NOT NULL constraint failed: customer.email"},
    "Oracle, another column": {"error": "ORA-00001: unique constraint (MAIL.CUSTOMERS_PHONE_UK) violated"},
    "SQL Server, no name": {
        "error": "Violation of UNIQUE KEY constraint 'UQ__Customer__A9D105'. The duplicate key value is (j@x.co)."
    },
    "MongoDB, another field": {
        "message": "E11000 duplicate key error collection: mail.users index: phone_1 dup key: { }"
    },
    "MySQL, another table": {"error": "Duplicate entry 'j@x.co' for key 'premises.email_idx'"},
    "MySQL, a table of letters": {"error": "Duplicate entry 'j@x.co' for key 'newsletter_readers.email'"},
    "PostgreSQL, an index of another table": {"error": 'violates unique constraint "customer_invitations_email_key"'},
    "PostgreSQL, an index of two columns": {"error": 'violates unique constraint "users_email_order_id_key"'},
    "PostgreSQL, another column within a tenant": {"error": "Key (tenant_id, username)=(5, j@x.co) already exists."},
    "SQLite, two other columns": {"error": "UNIQUE constraint failed: users.username, users.tenant"},
    "SQLite, one other column of two": {"error": "UNIQUE constraint failed: users.email, users.order_id"},
    "SQLite, another table": {"error": "UNIQUE constraint failed: mail_queue.email"},
    "SQLite, a table that is called so": {"error": "UNIQUE constraint failed: email.id"},
    "Oracle, another table": {"error": "ORA-00001: unique constraint (APP.ORDERS_EMAIL_UK) violated"},
    "SQL Server, another table": {
        "error": "Violation of UNIQUE KEY constraint 'UQ_Email'. Cannot insert duplicate key in object 'dbo.Services'."
    },
    "SQL Server, an index of another table": {
        "error": "Cannot insert duplicate key row in object 'dbo.Premises' with unique index 'EmailIndex'."
    },
    "MongoDB, another collection": {"error": "E11000 duplicate key error collection: shop.premises index: email_1 dup"},
    "Prisma, another of two": {"error": "Unique constraint failed on the fields: (`orderId`,`email`)"},
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
    assert (choose_error(status, TAKEN["the document"], "/customers") is errors.EmailTakenError) is taken


def test_an_order_has_no_email_that_can_be_taken() -> None:
    assert choose_error(409, TAKEN["the document"], "/services/full") is errors.BadRequestError


def test_what_an_error_keeps_no_room_for_is_judged_all_the_same() -> None:
    answer = Answer(400, [], json.dumps(TAKEN["the second text of the third field"]).encode())
    error = make_error(answer, method="POST", path="/customers", attempts=1, retry_after=None, secrets=())
    assert type(error) is errors.EmailTakenError


def test_a_long_body_is_judged_at_once() -> None:
    begun = time.perf_counter()
    assert not says_taken({"email": ["mail" * 250] * 60, "errors": ["a"] * 16_000})
    assert time.perf_counter() - begun < 5


@pytest.mark.fault("S19")
def test_of_a_refusal_behind_a_success_no_more_is_judged_than_of_an_error() -> None:
    for many in ([f"unique email {number}" for number in range(400_000)], dict.fromkeys(map(str, range(400_000)), "-")):
        begun = time.process_time()
        assert not says_taken({"errors": many})
        assert time.process_time() - begun < 3
    assert says_taken({"rows": ["x" * 900] * 90, "error": "email is already taken"})
    assert not says_taken({"errors": ["x" * 1000] * 90 + ["email is already taken"]})


async def test_somebody_who_was_signed_up_meanwhile_is_found_whichever_framework_says_so() -> None:
    async with open_shop() as shop:
        body = json.dumps(TAKEN["Laravel"])
        fault = Fault.status(422, body=body, content_type="application/json", effect="before")
        shop.sandbox.faults.add(fault, path="/customers", method="POST")
        customer = await shop.aex.get_or_create_customer(NEW)
        assert customer.id == shop.sandbox.ledger[0].id
