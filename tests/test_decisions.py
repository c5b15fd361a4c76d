"""What an order has come to: every decision as a table."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from traceback import walk_tb
from typing import Any

import pytest
from attrs import evolve

from aex_async import Attempt, CreatedService, Customer, NewCustomer, NewService, Premise, Service, errors
from aex_async._arguments import SETTLE, may_be_host
from aex_async._http.false_success import read_refusal
from aex_async._http.responses import Answer, make_error
from aex_async._orders.candidates import (
    LookResult,
    ServiceMatch,
    choose_beside,
    choose_candidates,
    choose_foreign,
    choose_revived,
    choose_upgraded,
    is_active,
    judge_candidates,
    list_ended,
    list_lost,
    note_baseline,
)
from aex_async._orders.customers import check_person
from aex_async._orders.decisions import (
    LOOKS,
    SETTLING,
    LoneService,
    Sent,
    Verdict,
    draw_pauses,
    is_absence,
    is_hopeless,
    judge_attempt,
    judge_echo,
    judge_error,
    judge_repeat,
    left_to_settle,
    make_uncertain,
    may_resend,
    may_take_weak,
)
from aex_async.models import CustomerRef, PremiseRef, ServiceRef

UNSENT, CREATED, REJECTED, UNCERTAIN = Verdict.UNSENT, Verdict.CREATED, Verdict.REJECTED, Verdict.UNCERTAIN
NOW = datetime(2024, 10, 16, 13, 5, tzinfo=UTC)
ORDER = NewService(
    customer=Customer(
        id="C-1",
        first_name="Ann",
        last_name="Specimen",
        email="ann@example.com",
        username="ann",
        mobile_number="0005550142",
    ),
    premise_guid="G-1",
    product_id="P-1",
)
ATTEMPT = Attempt(reference="r", customer_id="C-1", premise_guid="G-1", product_id="P-1", started_at=NOW)
HERE, THERE, NOWHERE = "G-1", "G-2", None


def echo(customer: str | None = "C-1", guid: str | None = "G-1", service: str | None = "P-1") -> CreatedService:
    return CreatedService(
        customer=CustomerRef(id=customer) if customer else None,
        premise=PremiseRef(external_reference=guid),
        service=ServiceRef(service_id=service),
    )


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (echo(), CREATED),
        (echo(customer="c-1", guid="g-1"), CREATED),
        (echo(customer=None), CREATED),
        (echo(guid=None), CREATED),
        (CreatedService(), CREATED),
        (echo(service=None), CREATED),
        (echo(customer="C-2"), UNCERTAIN),
        (echo(guid="G-2"), UNCERTAIN),
        (echo(customer="C-2", guid=None), UNCERTAIN),
    ],
    ids=[
        "its own",
        "in lower case",
        "no customer",
        "no guid",
        "nothing",
        "no service",
        "customer",
        "guid",
        "only that",
    ],
)
def test_a_success_counts_unless_it_echoes_somebody_elses_order(told: CreatedService, verdict: Verdict) -> None:
    assert judge_echo(ORDER, told) is verdict


def respond(kind: type[errors.ResponseError], status: int, *messages: str) -> errors.ResponseError:
    return kind("", status=status, method="POST", path="/services/full", messages=messages)


def fail(kind: type[errors.RequestError], *, sent: bool) -> errors.RequestError:
    return kind("", method="POST", path="/services/full", attempts=1, sent=sent)


def surprise(status: int) -> errors.UnexpectedAnswerError:
    return errors.UnexpectedAnswerError("", method="POST", path="/services/full", status=status)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (surprise(201), CREATED),
        (surprise(299), CREATED),
        (fail(errors.ConnectionFailedError, sent=False), UNSENT),
        (fail(errors.ConnectionFailedError, sent=True), UNCERTAIN),
        (fail(errors.DeadlineError, sent=False), UNSENT),
        (fail(errors.DeadlineError, sent=True), UNCERTAIN),
        (errors.ClientClosedError("", sent=False), UNSENT),
        (errors.ClientClosedError("", sent=True), UNCERTAIN),
        (errors.UsageError(""), UNSENT),
        *((respond(errors.BadRequestError, status, "no"), REJECTED) for status in (400, 410, 413, 415, 422)),
        (respond(errors.AuthenticationError, 401, "Not Authenticated"), REJECTED),
        (respond(errors.ServiceRejectedError, 401, "Not Authenticated"), REJECTED),
        (respond(errors.ForbiddenError, 403, "no"), REJECTED),
        (respond(errors.NotFoundError, 404, "not found"), REJECTED),
        (respond(errors.BadRequestError, 400), UNCERTAIN),
        (respond(errors.AuthenticationError, 401), UNCERTAIN),
        (respond(errors.ForbiddenError, 403), UNCERTAIN),
        (respond(errors.BadRequestError, 408, "slow"), UNCERTAIN),
        (respond(errors.BadRequestError, 409, "conflict"), UNCERTAIN),
        (respond(errors.BadRequestError, 425, "early"), UNCERTAIN),
        (respond(errors.RateLimitedError, 429, "too many"), UNCERTAIN),
        *((respond(errors.RedirectError, status, "moved"), UNCERTAIN) for status in (301, 302, 303, 307, 308)),
        *((respond(errors.ServerError, status, "down"), UNCERTAIN) for status in (500, 501, 502, 503, 504, 507, 520)),
        (respond(errors.ResponseError, 600, "what"), UNCERTAIN),
        (respond(errors.ResponseError, 200, "Not Authenticated"), REJECTED),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, errors.ResponseError) else None,
)
def test_only_the_apis_own_refusal_rejects_and_only_proof_says_unsent(error: errors.AExError, verdict: Verdict) -> None:
    assert judge_error(error) is verdict


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b'{"error": "no"}', REJECTED),
        (b'{"errors": {"premise": ["is invalid"]}}', REJECTED),
        (b'{"error": ""}', UNCERTAIN),
        (b'{"errors": ["", " \\n"]}', UNCERTAIN),
        (b'{"code": 400, "error": false}', UNCERTAIN),
        (b'{"code": 400, "errors": [null, 0, {}], "full_errors": []}', UNCERTAIN),
        (b"", UNCERTAIN),
    ],
)
def test_a_body_that_says_nothing_refuses_no_order(body: bytes, verdict: Verdict) -> None:
    error = make_error(
        Answer(400, [], body), method="POST", path="/services/full", attempts=1, retry_after=None, secrets=()
    )
    assert judge_error(error) is verdict


@pytest.mark.fault("X5")
@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (b'{"error": "no"}', REJECTED),
        (b'{"code": 401, "errors": ["Not Authenticated"]}', REJECTED),
        (b'{"code": 1042, "errors": ["no"]}', REJECTED),
        (b'{"code": 500, "errors": ["boom"]}', UNCERTAIN),
        (b'{"error": {"code": 503, "message": "down"}}', UNCERTAIN),
        (b'{"code": 429, "errors": ["slow"]}', UNCERTAIN),
        (b'{"status": "409", "error": "again"}', UNCERTAIN),
        (b'{"customer": {"id": "C"}, "premise": {}, "service": {"service_id": "P"}, "errors": ["no"]}', UNCERTAIN),
        (b'{"success": false, "customer": {"id": "C"}, "code": 401, "message": "no"}', UNCERTAIN),
    ],
)
def test_x5_an_error_behind_a_success_says_what_it_would_say_by_itself(body: bytes, verdict: Verdict) -> None:
    answer = read_refusal(Answer(200, [], body))
    error = make_error(answer, method="POST", path="/services/full", attempts=1, retry_after=None, secrets=())
    assert judge_error(error) is verdict


@pytest.mark.fault("X5")
@pytest.mark.parametrize("beside", ["", ', "errors": []', ', "success": true', ', "code": 201', ', "status": "Active"'])
def test_x5_an_echo_beside_which_nothing_is_denied_is_a_success(beside: str) -> None:
    body = f'{{"customer": {{"id": "C"}}, "premise": {{"external_reference": "G"}}{beside}}}'.encode()
    assert read_refusal(Answer(201, [], body)).refusal is None


@pytest.mark.parametrize(
    "counts", ["", '"page": 1, ', '"count":100,"total":0,', '"page": 1, "count": 100, "total": 0, ']
)
def test_x5_an_error_beside_rows_is_seen_wherever_a_page_has_its_counts(counts: str) -> None:
    rows, refused = '"items": [{"id": "S-1"}]', '"errors": ["no"], "code": 404'
    for body in (f"{{{counts}{rows}, {refused}}}", f"{{{counts}{refused}, {rows}}}", f"{{{counts}{refused}}}"):
        assert read_refusal(Answer(200, [], body.encode())).refusal == 404
    assert read_refusal(Answer(200, [], f"{{{counts}{rows}}}".encode())).refusal is None


def test_a_service_that_another_order_has_is_no_look_that_found_nothing() -> None:
    there = LookResult(found=candidate("S-1", HERE))
    assert "it could be service S-1" in str(make_uncertain(ATTEMPT, Sent(UNCERTAIN), there, 0))


@pytest.mark.parametrize(
    ("second", "verdict"),
    [(CREATED, CREATED), (REJECTED, UNCERTAIN), (UNCERTAIN, UNCERTAIN), (UNSENT, UNCERTAIN)],
)
def test_a_second_sending_settles_the_first_only_by_success(second: Verdict, verdict: Verdict) -> None:
    assert judge_repeat(second) is verdict


@pytest.mark.parametrize(
    ("state", "verdict"), [("sending", UNCERTAIN), ("created", CREATED), ("confirmed", CREATED), ("rejected", REJECTED)]
)
def test_the_journal_knows_what_aex_said(state: str, verdict: Verdict) -> None:
    assert judge_attempt(attempt(state=state)) is verdict


def attempt(**facts: object) -> Attempt:
    given: dict[str, object] = {"reference": "r", "customer_id": "C-1", "premise_guid": "G-1", "product_id": "P-1"}
    return Attempt(**{**given, "started_at": NOW, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("service", "active"),
    [
        (Service(id="S"), True),
        (Service(id="S", cancelled=False), True),
        (Service(id="S", cancelled_date=NOW), True),
        (Service(id="S", cancelled=True), False),
        (Service(id="S", deleted_at=NOW), False),
        (Service(id="S", deleted_date=NOW), False),
        # What does not fit its field is kept in `extra`, and may mean an end.
        (Service(id="S", extra={"cancelled": "perhaps"}), None),
        (Service(id="S", extra={"deleted_at": "yesterday"}), None),
        (Service(id="S", extra={"deleted_date": "yesterday"}), None),
        (Service(id="S", extra={"deleted_date": None}), True),
    ],
    ids=[
        *("plain", "not cancelled", "dated only", "cancelled", "deleted at", "deleted date"),
        *("odd flag", "odd moment", "odd date", "no date"),
    ],
)
def test_a_service_stands_unless_cancelled_or_deleted(service: Service, active: bool | None) -> None:  # noqa: FBT001
    assert is_active(service) is active


SERVICES = [
    Service(id="OLD", product_id="P-1"),
    Service(id="NEW", product_id="p-1"),
    Service(id="GONE", product_id="P-1", cancelled=True),
    Service(id="OTHER", product_id="P-2"),
    Service(id="BLANK"),
]


@pytest.mark.fault("O11", "O13")
@pytest.mark.parametrize(
    ("sought", "chosen"),
    [
        (attempt(), ["OLD", "NEW", "GONE", "BLANK"]),
        (attempt(baseline=("old",)), ["NEW", "GONE", "BLANK"]),
        (attempt(baseline=("OLD", "NEW", "GONE")), ["BLANK"]),
        (attempt(product_id="P-3"), ["BLANK"]),
        (attempt(baseline=("GONE",), service_id="gone"), ["GONE"]),
        (attempt(service_id="S-9"), []),
    ],
    ids=["no baseline", "in other case", "nothing new", "other product", "its own, whatever became of it", "unseen"],
)
def test_candidates_are_new_and_of_the_product_if_their_rows_say_so(sought: Attempt, chosen: list[str]) -> None:
    assert [service.id for service in choose_candidates(SERVICES, sought)] == chosen


def test_services_of_other_products_are_looked_at_beside_those_of_the_order() -> None:
    others = [
        Service(id="S1", product_id="P-2"),
        Service(id="s-2", product_id="p-2"),
        Service(id="S3", product_id="P-3"),
    ]
    rows = [Service(id="S4", product_id="p-1"), Service(id="S5"), Service(id="S6", product_id=" "), *others]
    assert choose_beside(rows, ATTEMPT) == others
    assert choose_beside(rows, evolve(ATTEMPT, baseline=("s1", "{S-2}")), frozenset({"s3"})) == []
    assert choose_beside(rows, evolve(ATTEMPT, service_id="S1")) == []


@pytest.mark.fault("X28")
def test_of_other_customers_rows_only_new_ones_of_the_product_may_be_the_order() -> None:
    known = attempt(baseline=("OLD", "GONE"), ended=("GONE",), foreign=("{MET}",))
    rows = [
        Service(id=name, customer_id="C-2", product_id=product)
        for name, product in (("F1", "P-1"), ("F2", None), ("F3", "P-2"), ("met", "P-1"), ("old", "P-1"), ("F4", "P-1"))
    ]
    assert choose_foreign([*SERVICES, *rows], known, frozenset({"f4"})) == rows[:2]
    revived = Service(id="gone", customer_id="C-2", product_id="P-1")
    assert choose_foreign([revived, evolve(revived, cancelled=True)], known) == [revived]
    assert choose_foreign(rows, evolve(known, service_id="MET")) == [rows[3]]
    assert choose_candidates([*rows, *SERVICES], evolve(known, service_id="f1")) == []


@pytest.mark.fault("X28")
def test_services_are_lost_if_none_of_those_that_stood_is_listed() -> None:
    rows = [Service(id="s1"), Service(id="S2", customer_id="C-2")]
    for baseline, ended, lost in (
        ((), (), ()),
        (("S1", "S3"), (), ()),
        (("S3", "{S2}"), (), ()),
        (("S3", "S4"), (), ("S3", "S4")),
        (("S1", "S3"), ("{s1}",), ("S3",)),
        (("S3",), ("S3",), ()),
    ):
        assert list_lost(rows, attempt(baseline=baseline, ended=ended)) == lost


@pytest.mark.fault("X29")
def test_an_old_service_is_revived_that_had_ended_and_is_not_said_to_have_any_more() -> None:
    known = attempt(baseline=("OLD", "NEW", "GONE"), ended=("GONE", "{new}"))
    assert choose_revived(SERVICES, known) == [service for service in SERVICES if service.id == "NEW"]
    odd = Service(id="GONE", product_id="P-7", extra={"deleted_at": "?"})
    assert choose_revived([odd, evolve(odd, customer_id="C-2")], known) == [odd]
    assert choose_revived(SERVICES, evolve(known, service_id="NEW")) == []


@pytest.mark.fault("X29")
def test_what_an_earlier_attempt_of_the_same_order_was_is_revived_where_it_shows_and_stands() -> None:
    rows = [Service(id="S1"), Service(id="S2", cancelled=True), Service(id="OLD"), Service(id="S4"), Service(id="MET")]
    known = attempt(baseline=("OLD",), foreign=("met",))
    assert choose_revived(rows, known, frozenset({"s1", "s2", "old", "met"})) == rows[:1]


@pytest.mark.fault("X29")
def test_a_service_that_stood_before_and_is_of_the_product_now_may_have_been_upgraded_to_it() -> None:
    known = attempt(baseline=("S1", "S2", "S3", "S4", "S5"), ended=("S5",))
    rows = [
        Service(id="s1", product_id="p-1"),
        Service(id="S2", product_id="P-2"),
        Service(id="S3", product_id="P-1", cancelled=True),
        Service(id="S4", product_id="P-1", customer_id="C-2"),
        Service(id="S5", product_id="P-1"),
        Service(id="S6", product_id="P-1"),
    ]
    assert choose_upgraded(rows, known) == rows[:1]
    assert choose_upgraded(rows, evolve(known, service_id="S1")) == []


@pytest.mark.fault("X28")
def test_a_row_that_was_another_customers_before_the_order_is_no_proof_when_it_names_this_one() -> None:
    known = attempt(foreign=("F1",))
    own = Service(id="F1", product_id="P-1")
    assert choose_candidates([own], known) == []
    assert choose_foreign([own], known) == [own]
    assert note_baseline(attempt(), [Service(id="F2", customer_id="C-2", cancelled=True)]).ended == ("F2",)


def candidate(name: str, guid: str | None) -> ServiceMatch:
    """A candidate at a premise; `None` for a premise that does not say where it is, "" for none to be read."""
    premise = None if guid == "" else Premise(id=f"PR-{name}", external_reference=guid)
    return ServiceMatch(Service(id=name, product_id="P-1"), premise)


STANDS = candidate("S-1", HERE)


@pytest.mark.fault("X28", "X29")
@pytest.mark.parametrize(
    "other",
    [{"revived": (STANDS,)}, {"foreign": (STANDS,)}, {"ended": ("S-9",)}, {"lost": ("S-9",)}],
    ids=lambda other: next(iter(other)),
)
def test_a_service_without_its_premise_is_the_order_only_where_nothing_else_may_be(other: dict[str, Any]) -> None:
    alone = LookResult(weak=(candidate("S-2", ""),))
    assert may_take_weak(CREATED, alone, settled=True)
    assert not may_take_weak(CREATED, evolve(alone, **other), settled=True)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("aex.example", "AEX.example:0443", True),
        ("127.0.0.1:08443", "127.0.0.1:8443", True),
        ("", "aex.example", True),
        ("aex.example", "aex.example:8443", False),
        ("aex.example", "other.example", False),
    ],
)
def test_a_host_is_one_in_whichever_spelling_an_earlier_journal_has_it(one: str, other: str, *, meet: bool) -> None:
    assert may_be_host(one, other) is may_be_host(other, one) is meet


@pytest.mark.fault("X28", "X29")
def test_against_a_refusal_only_what_is_at_the_premise_for_certain_counts() -> None:
    for guid, refused, absence in ((HERE, True, False), ("", True, True), ("", False, False), (None, True, True)):
        match = candidate("S-1", guid)
        for shown in (LookResult(foreign=(match,)), LookResult(revived=(match,))):
            assert is_absence(shown, ATTEMPT, refused=refused) is absence
    assert is_absence(LookResult(), ATTEMPT, refused=False)


@pytest.mark.fault("O12", "O14")
@pytest.mark.parametrize(
    ("guids", "found", "rivals", "weak"),
    [
        ([], None, (), []),
        ([HERE], "S0", (), []),
        ([HERE.lower()], "S0", (), []),
        ([THERE], None, (), []),
        ([NOWHERE], None, (), ["S0"]),
        ([""], None, (), ["S0"]),
        ([" "], None, (), ["S0"]),
        (["{00000000-0000-0000-0000-000000000000}"], None, (), ["S0"]),
        ([THERE, HERE], "S1", (), []),
        ([NOWHERE, HERE, ""], "S1", (), []),
        ([THERE, NOWHERE], None, (), ["S1"]),
        ([HERE, HERE], None, ("S0", "S1"), []),
        ([NOWHERE, ""], None, (), ["S0", "S1"]),
        ([HERE, NOWHERE, HERE], None, ("S0", "S2"), []),
    ],
)
def test_a_strong_match_beats_weak_ones_and_two_of_them_are_rivals(
    guids: list[str | None], found: str | None, rivals: tuple[str, ...], weak: list[str]
) -> None:
    result = judge_candidates([candidate(f"S{number}", guid) for number, guid in enumerate(guids)], ATTEMPT)
    assert (result.found and result.found.service.id, result.rivals) == (found, rivals)
    assert [match.service.id for match in result.weak] == weak


GONE_HERE = ServiceMatch(Service(id="E", product_id="P-1", cancelled=True), Premise(id="PR", external_reference=HERE))
GONE_SOMEWHERE = ServiceMatch(Service(id="E", product_id="P-1", cancelled=True), None)


@pytest.mark.fault("O11")
@pytest.mark.parametrize("gone", [GONE_HERE, GONE_SOMEWHERE], ids=["here", "perhaps here"])
def test_a_service_that_has_ended_since_is_neither_the_order_nor_its_absence(gone: ServiceMatch) -> None:
    assert list_ended([gone.service, Service(id="S"), DOUBTFUL]) == ("E",)
    assert judge_candidates([gone], ATTEMPT) == LookResult(ended=("E",))
    here, somewhere = candidate("S0", HERE), candidate("S1", NOWHERE)
    assert judge_candidates([gone, here], ATTEMPT) == LookResult(found=here)
    assert judge_candidates([gone, somewhere], ATTEMPT) == LookResult(weak=(somewhere,), ended=("E",))
    assert judge_candidates([ServiceMatch(gone.service, candidate("S", THERE).premise)], ATTEMPT) == LookResult()
    assert judge_candidates([gone], attempt(service_id="E")) == LookResult(found=gone)


DOUBTFUL = Service(id="S", product_id="P-1", extra={"cancelled": "perhaps"})


@pytest.mark.fault("X7")
def test_x7_a_service_of_which_it_is_not_known_whether_it_stands_decides_nothing() -> None:
    assert is_active(DOUBTFUL) is None
    assert choose_candidates([DOUBTFUL], ATTEMPT) == [DOUBTFUL]
    here = ServiceMatch(DOUBTFUL, Premise(id="PR", external_reference=HERE))
    result = judge_candidates([here], ATTEMPT)
    assert result == LookResult(weak=(here,))
    assert not may_take_weak(UNCERTAIN, result, settled=True)


@pytest.mark.fault("X7")
@pytest.mark.parametrize("product_id", [None, "", " ", "{}", "00000000-0000-0000-0000-000000000000"])
def test_x7_a_service_that_does_not_say_of_which_product_it_is_is_no_absence_and_no_proof(
    product_id: str | None,
) -> None:
    blank = Service(id="S", product_id=product_id, extra={"product_id": {"id": "P-1"}})
    assert choose_candidates([blank], ATTEMPT) == [blank]
    here = ServiceMatch(blank, Premise(id="PR", external_reference=HERE))
    result = judge_candidates([here], ATTEMPT)
    assert result == LookResult(weak=(here,))
    assert not may_take_weak(CREATED, result, settled=True)


WEAK = LookResult(weak=(candidate("S0", NOWHERE),))
ENDED = LookResult(weak=WEAK.weak, ended=("S1",))
TWO = LookResult(weak=(candidate("S0", NOWHERE), candidate("S1", "")))


@pytest.mark.fault("O14")
@pytest.mark.parametrize(
    ("verdict", "result", "settled", "taken"),
    [
        (UNCERTAIN, WEAK, True, True),
        (CREATED, WEAK, True, True),
        (CREATED, WEAK, False, False),
        (REJECTED, WEAK, True, False),
        (CREATED, TWO, True, False),
        (CREATED, ENDED, True, False),
        (CREATED, LookResult(), True, False),
    ],
    ids=[
        "uncertain",
        "created",
        "too soon",
        "refused",
        "two",
        "beside one that has ended",
        "none",
    ],
)
def test_without_its_premise_a_service_is_taken_late_alone_and_not_against_aexs_word(
    verdict: Verdict,
    result: LookResult,
    settled: bool,  # noqa: FBT001 - a column
    taken: bool,  # noqa: FBT001 - a column
) -> None:
    assert may_take_weak(verdict, result, settled=settled) is taken


@pytest.mark.fault("O14")
@pytest.mark.parametrize(
    ("patience", "looks", "lasted"),
    [
        (60.0, [(0.0, WEAK), (29.0, WEAK)], False),
        (60.0, [(0.0, WEAK), (30.0, WEAK)], True),
        (300.0, [(0.0, WEAK), (30.0, WEAK)], True),
        (60.0, [(0.0, LookResult()), (15.0, WEAK), (30.0, WEAK)], False),
        (60.0, [(0.0, LookResult()), (15.0, WEAK), (45.0, WEAK)], True),
        (60.0, [(0.0, LookResult(weak=(candidate("S9", NOWHERE),))), (20.0, WEAK), (40.0, WEAK)], False),
        (60.0, [(0.0, WEAK), (20.0, TWO), (25.0, WEAK), (50.0, WEAK)], False),
        (4.0, [(0.0, WEAK), (1.5, WEAK)], False),
        (4.0, [(0.0, WEAK), (2.0, WEAK)], True),
        (0.0, [(0.0, WEAK)], False),
    ],
    ids=["too soon", "30 s", "patient", "late", "late and 30 s", "another", "two for a while", "short", "half", "once"],
)
def test_aex_has_time_to_show_a_premise_from_when_the_service_shows(
    patience: float,
    looks: list[tuple[float, LookResult]],
    lasted: bool,  # noqa: FBT001 - a column
) -> None:
    lone = LoneService(patience)
    assert [lone.has_lasted(result, begun) for begun, result in looks][-1] is lasted


def test_a_service_that_is_known_is_the_one_wherever_its_premise_is() -> None:
    moved = candidate("S", THERE)
    assert judge_candidates([moved], attempt(service_id="S")) == LookResult(found=moved)
    assert judge_candidates([], attempt(service_id="S")) == LookResult()


@pytest.mark.parametrize(
    ("verdict", "absences", "posts", "allowed"),
    [
        (UNCERTAIN, [0.0, 100.0, SETTLE], 1, True),
        (UNCERTAIN, [5.0, 100.0, SETTLE + 5.0, 300.0], 1, True),
        (UNCERTAIN, [0.0, 100.0, SETTLE - 0.1], 1, False),
        (UNCERTAIN, [SETTLE, SETTLE + 50.0, 2 * SETTLE - 0.1], 1, False),
        (UNCERTAIN, [0.0, SETTLE], 1, False),
        (UNCERTAIN, [], 1, False),
        (UNCERTAIN, [0.0, 100.0, SETTLE], 2, False),
        (CREATED, [0.0, 100.0, SETTLE], 1, False),
        (REJECTED, [0.0, 100.0, SETTLE], 1, False),
    ],
    ids=["just", "more", "too soon", "late and too soon", "too few", "none", "twice already", "created", "rejected"],
)
def test_an_order_is_sent_again_only_after_absence_is_proven(
    verdict: Verdict,
    absences: list[float],
    posts: int,
    allowed: bool,  # noqa: FBT001
) -> None:
    assert LOOKS == 3
    assert may_resend(verdict, absences, posts) is allowed


@pytest.mark.fault("X4", "X22")
@pytest.mark.parametrize(
    ("ago", "left"),
    [(0, SETTLING), (10, SETTLING - 10), (SETTLING, 0.0), (91 * 86400, 0.0), (-91 * 86400, SETTLING)],
    ids=["just now", "a while ago", "long enough ago", "months ago", "by a clock that was ahead"],
)
def test_a_refusal_of_an_earlier_call_is_looked_into_as_long_as_any_other(ago: float, left: float) -> None:
    refused = Sent(REJECTED, refused_at=datetime.now(UTC) - timedelta(seconds=ago))
    assert left - 1 < left_to_settle(refused) <= left


def test_an_attempt_that_nobody_refused_has_nothing_to_settle() -> None:
    assert left_to_settle(Sent(UNCERTAIN)) == 0


def answered(kind: type[errors.ResponseError], status: int) -> errors.ResponseError:
    return kind("no", status=status, method="GET", path="/customers/C-1/services")


BAD_TOKEN = answered(errors.AuthenticationError, 401)
NOT_THERE = answered(errors.NotFoundError, 404)
DOWN = answered(errors.ServerError, 500)


@pytest.mark.fault("X8")
@pytest.mark.parametrize(
    ("trouble", "last", "hopeless"),
    [
        (BAD_TOKEN, NOT_THERE, True),
        (BAD_TOKEN, DOWN, False),
        (DOWN, NOT_THERE, False),
        (None, NOT_THERE, False),
        (None, BAD_TOKEN, True),
        (DOWN, errors.ClientClosedError("closed"), True),
        (BAD_TOKEN, LookResult(), False),
    ],
    ids=["404 as 401", "down", "404", "404 of an earlier call's", "401", "closed", "nothing there"],
)
def test_looking_ends_early_only_where_the_token_or_the_client_is_of_no_more_use(
    trouble: errors.AExError | None,
    last: LookResult | errors.AExError,
    hopeless: bool,  # noqa: FBT001 - a column
) -> None:
    assert is_hopeless(Sent(UNCERTAIN, trouble), last) is hopeless


def test_pauses_grow_up_to_a_limit() -> None:
    pauses = list(islice(draw_pauses(), 8))
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]


WANTED = NewCustomer(
    first_name="Ann",
    last_name="van der  Specimen",
    email="ann@example.com",
    password="pw",
    mobile_number="082 000 4242",
)


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"first_name": "ANN", "last_name": " Van Der Specimen ", "mobile_number": "0820004242"},
        {"first_name": "", "mobile_number": "(082) 000-4242"},
    ],
    ids=["knows nothing", "other spelling", "other signs"],
)
def test_a_person_is_the_same_in_any_spelling(known: dict[str, str]) -> None:
    assert describe_conflict(known) is None


@pytest.mark.parametrize(
    ("known", "named"),
    [
        ({"first_name": "Anna"}, "first_name differ"),
        ({"last_name": "Example", "mobile_number": "0820004243"}, "last_name, mobile_number differ"),
        ({"mobile_number": "unknown"}, "mobile_number differ"),
    ],
)
def test_another_person_with_the_email_is_a_conflict_that_names_fields_alone(known: dict[str, str], named: str) -> None:
    shown = describe_conflict(known)
    assert shown is not None
    assert named in shown
    assert not [secret for secret in ("4242", "4243", "ann@", "pw") if secret in shown]


def describe_conflict(known: dict[str, str]) -> str | None:
    """Return what a crash reporter would show of a refused customer, `None` if it is not refused."""
    try:
        check_person(Customer(id="C", **known), WANTED)  # type: ignore[arg-type]
    except errors.OrderConflictError as error:
        frames = [frame.f_locals for frame, _ in walk_tb(error.__traceback__)]
        return f"{error} {frames[-1]}"
    return None
