"""What an order has come to: decisions about one order, without any I/O.

An order is sent at most once. What came back says one of four things, its `Verdict`; where it does not settle the
matter, the customer's services do, and only they.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum

from attrs import evolve, frozen

from aex_async import errors
from aex_async._arguments import SETTLE, may_be_host, same_id
from aex_async._http.redaction import escape
from aex_async._http.responses import show_text
from aex_async._orders.candidates import ENDS, LookResult, ServiceMatch, is_active
from aex_async.models import Attempt, AttemptState, CreatedService, NewService, Service

LOOKS = 3  # complete looks without a find, before an order may be sent again
SETTLING = 30.0  # seconds for AEx's own rows to catch up: with a refusal, or with a service whose premise is not there
LOOK = 5.0  # seconds that a look may take even if no patience is left
FIRST_PAUSE = 0.5  # seconds
MAX_PAUSE = 15.0
SHOWN = 40  # characters of a value that cannot be read
MAX_ID = 128  # characters that are shown of an id
DATE_LIKE = r"[\d :./,+TZ-]{1,40}"

UNSURE = (408, 409, 425, 429)  # they tell of the moment or of another request, and not of the order
SAYING_NOTHING = ("", "0", "False")  # among an error's messages: an empty text, or what stands for no error


class Verdict(Enum):
    """What the answer to an order's POST says about the order."""

    UNSENT = "it provably never left"
    CREATED = "AEx says it was created"
    REJECTED = "AEx refuses it"
    UNCERTAIN = "it may or may not exist"


@frozen
class Sent:
    """What sending an order came to, and the error that said so, if one did."""

    verdict: Verdict
    trouble: errors.AExError | None = None
    refused_at: datetime | None = None
    """When AEx refused it, if it is an earlier call's."""


def judge_echo(order: NewService, echo: CreatedService) -> Verdict:
    """Say what a complete success means: only an echo of this very order counts as its creation.

    An echo of somebody else's order may be an answer to somebody else.
    """
    customer = echo.customer.id if echo.customer else None
    guid = echo.premise.external_reference if echo.premise else None
    if differ(customer, order.customer.id) or differ(guid, order.premise_guid):
        return Verdict.UNCERTAIN
    return Verdict.CREATED


def differ(echoed: str | None, known: str) -> bool:
    return echoed is not None and not same_id(echoed, known)


def judge_error(error: errors.AExError) -> Verdict:
    """Say what the error of an order's POST means. Only AEx's own refusal is one; a proxy's is not AEx's."""
    if isinstance(error, errors.UnexpectedAnswerError):
        return Verdict.CREATED
    if isinstance(error, errors.RequestError | errors.ClientClosedError):
        return Verdict.UNCERTAIN if error.sent else Verdict.UNSENT
    if isinstance(error, errors.ResponseError):
        # A success whose body is an error's is a refusal as well; whether either holds is looked into.
        refused = error.status // 100 in (2, 4) and not (is_unsure(error) or isinstance(error, errors.ServerError))
        says = any(text.strip() not in SAYING_NOTHING for text in error.messages)
        return Verdict.REJECTED if refused and says else Verdict.UNCERTAIN
    return Verdict.UNSENT


def is_unsure(error: errors.ResponseError) -> bool:
    """Whether an answer tells of the moment or of another request, be it behind the status of a success."""
    return (error.code if error.status // 100 == 2 else error.status) in UNSURE  # noqa: PLR2004


def is_of_another_call(error: errors.AExError) -> bool:
    """Whether an error says by its route that it is none of an order's POST."""
    route = getattr(error, "method", None), getattr(error, "path", None)
    return route not in ((None, None), ("POST", "/services/full"))


def judge_repeat(verdict: Verdict) -> Verdict:
    """Say what a second sending means, given that nobody knows what became of the first: only a success settles it."""
    return verdict if verdict is Verdict.CREATED else Verdict.UNCERTAIN


def judge_attempt(attempt: Attempt) -> Verdict:
    """Say what the journal knows of an attempt that was begun and is not given up."""
    if attempt.state is AttemptState.REJECTED or attempt.refused_at is not None:
        return Verdict.REJECTED
    return Verdict.UNCERTAIN if attempt.state is AttemptState.SENDING else Verdict.CREATED


def may_take_weak(verdict: Verdict, result: LookResult, *, settled: bool) -> bool:
    """Whether the only new service of the product is taken for the order although its premise cannot be read.

    Not before AEx had time to show the premise, not where another may be it, one that has ended since, stands again or
    is listed as another customer's, not in a listing that may be somebody else's, and not against AEx's word that it
    refused. The journal has the last say: another order of the same customer and product may be behind it.
    """
    others = result.ended or result.revived or result.foreign or result.lost
    alone = len(result.weak) == 1 and not others and result.weak[0].is_sound
    return settled and verdict is not Verdict.REJECTED and alone


def is_absence(result: LookResult, attempt: Attempt, *, refused: bool) -> bool:
    """Whether a look has shown nothing that could be the order.

    Against AEx's word that it refused it, a stranger's row or an old service counts only at the order's premise for
    certain: else a listing that leaks would let no refusal be believed.
    """
    if refused:
        foreign, revived = (
            tuple(match for match in matches if match.fits(attempt.premise_guid))
            for matches in (result.foreign, result.revived)
        )
        result = evolve(result, foreign=foreign, revived=revived)
    return result == LookResult()


class LoneService:
    """The only service that could be the order and shows no premise, and since when it has been the only one.

    AEx may take a while to show where a service is. That time begins when the service shows: another's may show at any
    moment of a long look.
    """

    def __init__(self, patience: float) -> None:
        self._needed = min(SETTLING, patience / 2)
        self._service_id: str | None = None
        self._since = 0.0

    def has_lasted(self, result: LookResult, begun: float) -> bool:
        """Take note of a look that began then, and say whether AEx had its time, and this is not the first to show."""
        service_id = result.weak[0].service.id if len(result.weak) == 1 else None
        if service_id != self._service_id:
            self._service_id, self._since = service_id, begun
        return begun > self._since and begun - self._since >= self._needed


def may_resend(verdict: Verdict, absences: Sequence[float], posts: int) -> bool:
    """Whether absence is proven well enough to send an order a second and last time.

    `absences` has the moments at which the complete looks that found nothing began, since the order was sent. What AEx
    says it has created is never absent, however long it stays unseen.
    """
    proven = len(absences) >= LOOKS and absences[-1] - absences[0] >= SETTLE
    return verdict is Verdict.UNCERTAIN and posts == 1 and proven


# After these no later look by the same client sees more.
END_LOOKING = (errors.ClientClosedError, errors.AuthenticationError)


def left_to_settle(sent: Sent) -> float:
    """Return how many seconds more an earlier refusal is looked into: no more for a wall clock that was set back.

    One that was set ahead leaves the looks of the call that met the refusal, and one more.
    """
    if sent.refused_at is None:
        return 0.0
    return min(SETTLING, max(0.0, SETTLING - (datetime.now(UTC) - sent.refused_at).total_seconds()))


def is_hopeless(sent: Sent, last: LookResult | errors.AExError) -> bool:
    """Whether looking again would show no more: above all because AEx refuses the token.

    Where it reads before it authorizes, a listing below a customer is then 404 and not 401.
    """
    refused = isinstance(sent.trouble, errors.AuthenticationError) and isinstance(last, errors.NotFoundError)
    return refused or isinstance(last, END_LOOKING)


def check_host(attempt: Attempt, host: str) -> None:
    """Refuse to look for an order at another AEx than it was sent to."""
    if not may_be_host(attempt.host, host):
        raise errors.UsageError(
            f"order {attempt.reference} was sent to {attempt.host}, and this client asks {host}: give it that base_url"
        )


def check_known(attempt: Attempt, known: Attempt) -> None:
    """Refuse to go on with what the journal knows by an attempt's reference if that is another order."""
    ids = ("customer_id", "premise_guid", "product_id")
    if not all(same_id(getattr(attempt, name), getattr(known, name)) for name in ids):
        raise errors.UsageError(
            f"in this journal, {attempt.reference} names another order: give the journal that the attempt comes from"
        )


def draw_pauses() -> Iterator[float]:
    """Yield the seconds to wait between looks, growing."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(MAX_PAUSE, pause * 2)


# The error that an order ends in


def make_refusal(there: LookResult) -> errors.OrderConflictError:
    found = (there.found,) if there.found else there.weak
    if odd := [match.service for match in found if is_active(match.service) is None]:
        error = errors.OrderConflictError(
            f"service {', '.join(map(tell_end, odd))} is of this product and at that premise, or may be: nothing was "
            "ordered"
        )
        return error.advise(
            "Ask AEx whether it has ended. If so, have that value corrected, or give the client a converter that reads "
            "it; then order again."
        )
    services = there.rivals or tuple(match.service.id for match in found)
    return errors.OrderConflictError(
        f"the customer already has this product there, or at a premise that AEx does not show "
        f"(service {', '.join(services)}): "
        "nothing was ordered"
    )


def tell_end(service: Service) -> str:
    """Return a service with what AEx says of its end, which cannot be read."""
    said = {name: service.extra[name] for name in ENDS if service.extra.get(name) is not None}
    shown = (f"{name}: {show_value(value)}" for name, value in said.items())
    return f"{service.id}, whose end cannot be read ({', '.join(shown)}),"


def show_value(value: object) -> str:
    if not isinstance(value, str | int | float):
        return "no single value"
    # What looks like a date is shown as it is: redaction takes it for a telephone number.
    if re.fullmatch(DATE_LIKE, str(value)):
        return repr(value)
    return show_text(repr(value), frozenset(), SHOWN)


def make_foreign_refusal(there: ServiceMatch) -> errors.OrderConflictError:
    service = there.service
    error = errors.OrderConflictError(
        f"service {service.id}, of this product or of none, is at that premise, and the customer's listing has it as "
        f"another one's (customer {name_customer(service)}): nothing was ordered"
    )
    return error.advise(
        "Ask AEx whether it has merged the two customers: if so, the customer has the product there already; if not, "
        "the service must end first, or leave this customer's listing."
    )


def make_unplaced(attempt: Attempt) -> errors.OrderError:
    said = "not placed"
    if attempt.state is AttemptState.DISMISSED:
        said = "dismissed: a person settled it by other means, so it counts as one that was not placed"
    error = errors.OrderError(f"order {attempt.reference} was {said}, and may be placed again")
    return error.advise("Place it again if it is still wanted, corrected if AEx refused it.")


def make_uncertain(
    attempt: Attempt, sent: Sent, last: LookResult | errors.AExError, looks: int
) -> errors.OrderUncertainError:
    said = f"{sent.verdict.value} after {sent.trouble}" if sent.trouble else sent.verdict.value
    shown = describe_look(last, looks)
    if attempt.service_id is not None and isinstance(last, LookResult) and not (last.found or last.foreign):
        said = f"it was seen as service {attempt.service_id}"
        shown = "the customer's services lack it by now: if it has ended, dismiss the order"
    return errors.OrderUncertainError(f"order {attempt.reference}: {said}, and {shown}", attempt=attempt)


def describe_look(last: LookResult | errors.AExError, looks: int) -> str:
    if not isinstance(last, LookResult):
        return f"the last look failed: {last}"
    return next(describe_unclear(last), f"{looks} complete looks found nothing")


def describe_unclear(last: LookResult) -> Iterator[str]:
    """Yield what a look has shown that settles nothing, and what is to be done about it, the likeliest first."""
    if unclear := (last.found,) if last.found else last.weak:
        yield f"it could be service {name_all(unclear)}, which nothing tells from another order's"
    if last.revived:
        yield (
            f"service {name_all(last.revived)} is an old one that had ended, or was of another product, before the "
            "order: ask AEx whether it has become the order, then dismiss the order"
        )
    if last.foreign:
        services = ", ".join(f"{match.service.id} (customer {name_customer(match.service)})" for match in last.foreign)
        yield (
            f"service {services} may be the order, and is or was listed as another customer's: ask AEx whether it has "
            "merged the customer, or booked the order for another one, then dismiss the order"
        )
    if last.ended:
        services = ", ".join(last.ended)
        yield f"it could be service {services}, which was cancelled or deleted since: if it is, dismiss the order"
    if last.lost:
        services = ", ".join(last.lost)
        yield (
            f"none of the services that the customer had before is listed any more ({services}): ask AEx where they "
            "are, and whether the order is there, then dismiss the order"
        )
    if last.beside:
        services = ", ".join(last.beside)
        yield (
            f"service {services} is new, of another product and perhaps at its premise: ask AEx whether it is the "
            "order, then dismiss the order"
        )


def name_customer(service: Service) -> str:
    return escape(str(service.customer_id))[:MAX_ID]


def name_all(matches: Iterable[ServiceMatch]) -> str:
    return ", ".join(match.service.id for match in matches)
