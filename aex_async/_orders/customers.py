"""The customer of an order: found by e-mail, or signed up once.

AEx's search is for a part of any text and may lag behind a sign-up; an e-mail whose owner has another name is never
taken for the customer's.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable

import anyio
from attrs import field, frozen

from aex_async import errors
from aex_async._arguments import fold_case, fold_id, same_id
from aex_async._orders.decisions import SETTLING, draw_pauses, is_unsure
from aex_async.models import Customer, NewCustomer

MAY_HAVE_WORKED = (
    errors.EmailTakenError,
    errors.RequestError,
    errors.UnexpectedAnswerError,
    errors.ServerError,
    errors.RateLimitedError,
    errors.RedirectError,  # frameworks redirect to the page of what a POST has just made
)


@frozen
class People:
    """The calls of a client that are about customers."""

    search: Callable[[str], AsyncGenerator[Customer, None]]
    sign_up: Callable[[NewCustomer], Awaitable[str | None]]
    get: Callable[[str], Awaitable[Customer]]


@frozen
class PrivateEmail:
    """An e-mail that is looked for, kept out of every `repr`."""

    email: str = field(repr=False)

    def is_of(self, customer: Customer) -> bool:
        """Whether it is the customer's own: a search also finds those of whose data it is a part.

        Its case does not matter, but for ASCII alone: `straße@` and `strasse@` are two people.
        """
        return customer.email is not None and fold_case(customer.email) == fold_case(self.email)


async def find_customer(people: People, wanted: PrivateEmail) -> Customer | None:
    """Return the one customer who has an e-mail: AEx's search is for a part of any text, with wildcards.

    A row that comes twice can have its id in two spellings.
    """
    found = {fold_id(row.id): row async for row in people.search(wanted.email) if wanted.is_of(row)}
    matches = list(found.values())
    if len(matches) > 1:
        raise errors.OrderConflictError(
            f"AEx has {len(matches)} customers with exactly this e-mail ({', '.join(row.id for row in matches)}): "
            "choose one by its id"
        )
    return matches[0] if matches else None


async def get_or_create(people: People, new: NewCustomer) -> Customer:
    """Return the customer that `new` describes, signed up if need be: one search, one POST, and a search for it.

    Whom AEx says it signed up is searched for until it shows: a search may lag behind. Where that is not sure, one
    search must do, or an e-mail that another ISP has would be waited for each time.
    """
    wanted = PrivateEmail(new.email)
    found = await find_customer(people, wanted)
    trouble: errors.AExError | None = None
    if found is None:
        created: str | None = None
        try:
            created = await people.sign_up(new)
        except errors.AExError as error:
            if not may_be_signed_up(error):
                raise
            trouble = error  # somebody was first, or we were and do not know it
        found = await find_created(people, created, wanted, SETTLING if trouble is None else 0.0)
    if found is not None:
        check_person(found, new)  # signed up or not: an e-mail can be a family's, and the line must not go to another
        return found
    raise trouble or errors.UnexpectedAnswerError(
        "POST /customers succeeded, but no search finds the customer yet: search again",
        method="POST",
        path="/customers",
        status=201,
        problems=("$: the new customer is not found",),
    )


def may_be_signed_up(error: errors.AExError) -> bool:
    """Whether AEx may know the customer in spite of what came of a sign-up, or because of it."""
    if isinstance(error, MAY_HAVE_WORKED):
        return True
    # Whatever the body of a success says is wrong, such as the token, its status says that it worked.
    return isinstance(error, errors.ResponseError) and (is_unsure(error) or error.status // 100 == 2)  # noqa: PLR2004


async def find_created(
    people: People, customer_id: str | None, wanted: PrivateEmail, seconds: float
) -> Customer | None:
    """Return the customer who was signed up, by the id that AEx named or by e-mail, once one of the two shows it."""
    until = anyio.current_time() + seconds
    pauses = draw_pauses()
    while True:
        found = await read_created(people, customer_id, wanted) or await find_customer(people, wanted)
        left = until - anyio.current_time()
        if found is not None or left <= 0:
            return found
        await anyio.sleep(min(next(pauses), left))


async def read_created(people: People, customer_id: str | None, wanted: PrivateEmail) -> Customer | None:
    """Return the customer whom AEx says it signed up, if it is true: a search may lag behind."""
    if customer_id is None:
        return None
    try:
        named = await people.get(customer_id)
    except errors.AExError:
        return None
    return named if same_id(named.id, customer_id) and wanted.is_of(named) else None


def check_person(found: Customer, wanted: NewCustomer) -> None:
    """Refuse to take a customer for the wanted one whose name or number is another's."""
    other = [name for name, fold in PERSON.items() if is_other(getattr(found, name), getattr(wanted, name), fold)]
    if other:
        raise errors.OrderConflictError(
            f"AEx has this e-mail under somebody else: {', '.join(other)} differ. Find out whose it is before ordering"
        )


def is_other(found: str | None, meant: str, fold: Callable[[str], str]) -> bool:
    return fold(found or "") not in ("", fold(meant))


def fold_name(text: str) -> str:
    return " ".join(text.casefold().split())


def keep_digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit()) or fold_name(text)


PERSON = {"first_name": fold_name, "last_name": fold_name, "mobile_number": keep_digits}
