"""Which of a customer's services is an order: a decision about one look, without any I/O."""

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from aex_async._arguments import fold_id, is_blank, same_id
from aex_async.models import Attempt, Premise, Service

ENDS = ("cancelled", "deleted_at", "deleted_date")


def is_active(service: Service) -> bool | None:
    """Whether a service stands, neither cancelled nor deleted; `None` if AEx says so in a form that is not known."""
    if service.cancelled or service.deleted_at is not None or service.deleted_date is not None:
        return False
    return None if any(service.extra.get(name) is not None for name in ENDS) else True


def choose_candidates(
    services: Iterable[Service], attempt: Attempt, taken: frozenset[str] = frozenset()
) -> list[Service]:
    """Return the services that could be the order's: of its product, new since its baseline, and nobody's yet.

    So could one that does not say whether it stands, or of which product it is, and one that has ended since: it is no
    absence, and no proof either. `taken` has those that the journal knows to be other orders', folded. Of an attempt
    whose service is known, that is the one, whatever became of it since.
    """
    if attempt.service_id is not None:
        return [service for service in list_own(services, attempt) if same_id(service.id, attempt.service_id)]
    return [service for service in choose_new(services, attempt, taken) if not is_of_another_product(service, attempt)]


def choose_beside(services: Iterable[Service], attempt: Attempt, taken: frozenset[str] = frozenset()) -> list[Service]:
    """Return the new services of other products that are nobody's yet: one at the order's premise could be the order.

    Products of AEx have parents (ISP flow, step 4), and nobody knows that a service is listed under the one that was
    ordered.
    """
    if attempt.service_id is not None:
        return []
    return [service for service in choose_new(services, attempt, taken) if is_of_another_product(service, attempt)]


def choose_foreign(services: Sequence[Service], attempt: Attempt, taken: frozenset[str] = frozenset()) -> list[Service]:
    """Return the rows of other customers that may be the order's all the same.

    AEx may have merged the customer into another, or have booked the order for one. A row with another customer's id
    never proves an order, for it may be an answer to somebody else's question, or a leak. But one that the listing did
    not show before, and that may be of the product, is no absence. Of an attempt whose service is known, that is the
    one.
    """
    foreign = [service for service in services if not is_of_customer(service, attempt.customer_id)]
    if attempt.service_id is not None:
        return [service for service in foreign if same_id(service.id, attempt.service_id)]
    before = fold_all(attempt.foreign)
    known = taken | before | fold_all(attempt.baseline)
    new = [service for service in foreign if fold_id(service.id) not in known]
    # One that was another customer's before the order, and is listed as this one's now, is no proof either.
    own = [service for service in list_own(services, attempt) if fold_id(service.id) in before]
    return [row for row in (*new, *own, *pick_revived(foreign, attempt)) if not is_of_another_product(row, attempt)]


def choose_revived(
    services: Iterable[Service], attempt: Attempt, settled: frozenset[str] = frozenset()
) -> list[Service]:
    """Return the old services that were no reason not to order, and may be one now: AEx may take up an old one.

    Those are services that had ended, of whatever product they are said to be, and stand again; and `settled` ones,
    which the journal knows from earlier attempts of the same order that count as not placed by now. Neither proves the
    order: a row can also be read from two copies of AEx's tables, of which one is behind, and then nothing was revived.
    """
    if attempt.service_id is not None:
        return []
    own = list_own(services, attempt)
    known = fold_all((*attempt.baseline, *attempt.foreign))
    shown = [row for row in own if fold_id(row.id) in settled - known and not is_of_another_product(row, attempt)]
    return [*pick_revived(own, attempt), *(row for row in shown if is_active(row) is not False)]


def choose_upgraded(services: Iterable[Service], attempt: Attempt) -> list[Service]:
    """Return the services of the product that stood before the order: elsewhere, or it would have been refused.

    One that is at the order's premise all the same was of another product then: AEx may have upgraded it in its place.
    """
    if attempt.service_id is not None:
        return []
    stood = fold_all(attempt.baseline) - fold_all(attempt.ended)
    old = (row for row in list_own(services, attempt) if fold_id(row.id) in stood)
    return [row for row in old if is_active(row) and same_id(row.product_id or "", attempt.product_id)]


def choose_new(services: Iterable[Service], attempt: Attempt, taken: frozenset[str]) -> list[Service]:
    known = taken | fold_all((*attempt.baseline, *attempt.foreign))
    return [service for service in list_own(services, attempt) if fold_id(service.id) not in known]


def list_own(services: Iterable[Service], attempt: Attempt) -> list[Service]:
    return [service for service in services if is_of_customer(service, attempt.customer_id)]


def is_of_customer(service: Service, customer_id: str) -> bool:
    """Whether a row is the customer's: in a customer's listing, one that names nobody is."""
    return is_blank(service.customer_id) or same_id(service.customer_id, customer_id)


def pick_revived(services: Iterable[Service], attempt: Attempt) -> list[Service]:
    ended = fold_all(attempt.ended)
    return [service for service in services if fold_id(service.id) in ended and is_active(service) is not False]


def fold_all(service_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(fold_id(service_id) for service_id in service_ids)


def is_of_another_product(service: Service, attempt: Attempt) -> bool:
    return not (is_blank(service.product_id) or same_id(service.product_id, attempt.product_id))


def list_ended(services: Iterable[Service]) -> tuple[str, ...]:
    """Return the services that have ended: before an order, they are no reason to refuse it."""
    return tuple(service.id for service in services if is_active(service) is False)


def list_lost(services: Iterable[Service], attempt: Attempt) -> tuple[str, ...]:
    """Return the services that stood before an order, if a listing lacks every one of them.

    Then it is perhaps no longer the customer's: AEx may have moved all that they had, and the order, to another.
    """
    ended, listed = fold_all(attempt.ended), fold_all(service.id for service in services)
    stood = tuple(service_id for service_id in attempt.baseline if fold_id(service_id) not in ended)
    return () if fold_all(stood) & listed else stood


def note_baseline(attempt: Attempt, services: Sequence[Service]) -> Attempt:
    """Return an attempt that knows what its customer's listing shows before it is sent.

    Of other customers' rows only those that could be taken for the order: a listing that leaks may have thousands.
    """
    own = list_own(services, attempt)
    foreign = choose_foreign(services, attempt)
    return evolve(
        attempt,
        baseline=tuple(service.id for service in own),
        ended=list_ended((*own, *foreign)),
        foreign=tuple(service.id for service in foreign),
    )


@frozen
class ServiceMatch:
    """A service that could be the order's, with its premise if AEx let it be read."""

    service: Service
    premise: Premise | None

    def fits(self, premise_guid: str) -> bool | None:
        """Whether it is at the premise that was ordered; `None` if that cannot be told."""
        guid = self.premise.external_reference if self.premise else None
        return None if is_blank(guid) else same_id(guid, premise_guid)

    @property
    def is_sound(self) -> bool:
        """Whether its row says all that a row can: that it stands, and of which product it is."""
        return bool(is_active(self.service)) and not is_blank(self.service.product_id)


@frozen
class LookResult:
    """What one complete look at a customer's services showed: nothing at all is absence.

    `found` is the one service at the order's premise, `rivals` are several. `weak` are those of which it cannot be told
    where they are, whether they stand, or of which product they are; they matter only while nothing is at the premise
    for certain. `ended` are those that could have been the order, and are cancelled, deleted or gone by now: then it
    was not refused, and to send it again would undo what somebody has done. `beside` are those of another product that
    are at the premise, or may be: no proof of the order, and no absence either. No more are `foreign`, the same of
    another customer's name. `revived` are old services there that had ended before the order, and stand again. `lost`
    are all services that the customer had, if none of them is listed any more.
    """

    found: ServiceMatch | None = None
    rivals: tuple[str, ...] = ()
    weak: tuple[ServiceMatch, ...] = ()
    ended: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    foreign: tuple[ServiceMatch, ...] = ()
    revived: tuple[ServiceMatch, ...] = ()
    lost: tuple[str, ...] = ()


def judge_candidates(candidates: Sequence[ServiceMatch], attempt: Attempt) -> LookResult:
    """Say which candidate is the order: the one at its premise, or perhaps one of which that cannot be told."""
    if attempt.service_id is not None:
        return LookResult(found=candidates[0]) if candidates else LookResult()
    near = [match for match in candidates if match.fits(attempt.premise_guid) is not False]
    ended = list_ended(match.service for match in near)
    standing = [match for match in near if match.service.id not in ended]
    here = [match for match in standing if match.fits(attempt.premise_guid)]
    strong = [match for match in here if match.is_sound]
    if len(strong) > 1:
        return LookResult(rivals=tuple(match.service.id for match in strong))
    if strong:
        return LookResult(found=strong[0])
    unknown = [match for match in standing if match not in here]
    return LookResult(weak=(*here, *unknown), ended=ended)
