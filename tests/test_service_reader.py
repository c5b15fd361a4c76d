"""Looks at a customer's services, walk by walk."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import anyio
import pytest
from attrs import evolve

from aex_async import Attempt, Page, Premise, Service, errors
from aex_async._journal.attempts import Rivals
from aex_async._orders.candidates import LookResult, ServiceMatch
from aex_async._orders.service_reader import AT_ONCE, MAX_BEYOND, MIXED_WALKS, MOST_PREMISES, WALKS, ServiceReader

pytestmark = pytest.mark.anyio
MINE = [Service(id=f"S{number}", customer_id="c1") for number in range(3)]
SOMEBODYS = Service(id="F1", customer_id="C2")


class Listings:
    """A listing that is another one at each walk; the last one is repeated. An error stands for what it raises.

    What is `beyond` is on its second page and the following ones, a row each; behind them comes the last page again.
    """

    def __init__(
        self, *walks: Sequence[Service] | errors.AExError, beyond: Sequence[Service | errors.AExError] = ()
    ) -> None:
        self.walks = walks
        self.beyond = beyond
        self.shown: Sequence[Service] = ()
        self.walked = 0

    async def walk(self, customer_id: str, start_page: int) -> AsyncGenerator[Page[Service], None]:
        assert customer_id == "C1"
        yield Page(number=start_page, items=tuple(self._read(start_page)), total=len(MINE))

    def _read(self, number: int) -> Sequence[Service]:
        told: Service | errors.AExError | Sequence[Service]
        if number == 1:
            told = self.walks[min(self.walked, len(self.walks) - 1)]
            self.walked += 1
        else:
            told = self.beyond[min(number - 2, len(self.beyond) - 1)] if self.beyond else self.shown
        if isinstance(told, errors.AExError):
            raise told
        rows = [told] if isinstance(told, Service) else told
        if number == 1:
            self.shown = rows
        return rows


async def get_premise(premise_id: str) -> Premise:
    return Premise(id=premise_id, external_reference={"ELSEWHERE": "G2", "BLANK": " "}.get(premise_id, "G1"))


async def find_no_rivals(attempt: Attempt) -> Rivals:
    del attempt
    return Rivals(frozenset(), frozenset(), any=False)


def make_reader(listings: Listings) -> ServiceReader:
    return ServiceReader(listings.walk, get_premise, cast("Any", None))  # the token needs no check


async def read(listings: Listings) -> list[str]:
    return [row.id for row in await make_reader(listings).read_services("C1")]


async def test_a_whole_listing_is_walked_once() -> None:
    listings = Listings(MINE)
    assert (await read(listings), listings.walked) == (["S0", "S1", "S2"], 1)


@pytest.mark.fault("X1")
async def test_another_customer_s_row_makes_up_for_none_that_went_missing() -> None:
    # Two rows and a stranger's are as many as the server counts: the third is there all the same.
    listings = Listings([*MINE[:2], SOMEBODYS], MINE)
    assert (sorted(await read(listings)), listings.walked) == (["F1", "S0", "S1", "S2"], 2)


@pytest.mark.fault("X3")
@pytest.mark.parametrize("shown", [1, 2])
async def test_other_customers_rows_that_come_and_go_never_count_for_one_that_stays_missing(shown: int) -> None:
    strangers = [Service(id=f"F{number}", customer_id="C2") for number in range(WALKS)]
    listings = Listings(*([*MINE[:shown], stranger] for stranger in strangers))
    with pytest.raises(errors.PaginationError, match=f"has 3 services, of which only {shown} are listed"):
        await read(listings)
    assert listings.walked == WALKS


async def test_a_listing_that_always_shows_another_customer_s_row_can_still_be_read() -> None:
    listings = Listings([*MINE[:2], SOMEBODYS])  # which the server counts as well
    assert (await read(listings), listings.walked) == (["S0", "S1", "F1"], MIXED_WALKS)
    listings = Listings([*MINE, SOMEBODYS])
    assert (await read(listings), listings.walked) == (["S0", "S1", "S2", "F1"], 1)


@pytest.mark.fault("X3")
async def test_a_row_that_names_another_customer_in_one_walk_and_not_in_the_next_is_the_customers() -> None:
    listings = Listings([*MINE[:2], evolve(MINE[2], customer_id="C2")], MINE)
    assert (sorted(await read(listings)), listings.walked) == (["S0", "S1", "S2"], 2)


@pytest.mark.parametrize("blank", [None, "", " ", "00000000-0000-0000-0000-000000000000"])
async def test_a_row_that_names_no_customer_is_the_customer_s(blank: str | None) -> None:
    assert await read(Listings([*MINE[:2], Service(id="S2", customer_id=blank)])) == ["S0", "S1", "S2"]


def make_attempt() -> Attempt:
    return Attempt(
        reference="r-1",
        customer_id="C1",
        premise_guid="G1",
        product_id="P1",
        baseline=tuple(row.id for row in MINE),
        started_at=datetime.now(UTC),
    )


async def look(listings: Listings) -> LookResult | errors.AExError:
    return await make_reader(listings).look(make_attempt(), anyio.current_time() + 5, find_no_rivals)


@pytest.mark.fault("O10")
@pytest.mark.parametrize("more", [0, 1, 4])
async def test_no_absence_is_believed_before_every_page_behind_the_last_one_was_read(more: int) -> None:
    """A server that counts some rows too few, and has short pages, ends a walk before the order's own row."""
    late = Service(id="S3", customer_id="C1", product_id="P1", premise_id="PR")
    others = [Service(id=f"O{number}", customer_id="C1", product_id="P2") for number in range(more)]
    result = await look(Listings(MINE, beyond=[*others, late]))
    assert isinstance(result, LookResult)
    assert result.found is not None
    assert result.found.service == late


@pytest.mark.fault("O10")
async def test_a_new_service_at_another_premise_does_not_end_a_look_before_the_pages_behind_the_last_one() -> None:
    elsewhere = Service(id="S8", customer_id="C1", product_id="P1", premise_id="ELSEWHERE")
    late = Service(id="S9", customer_id="C1", product_id="P1", premise_id="PR")
    result = await look(Listings([*MINE, elsewhere], beyond=[late]))
    assert isinstance(result, LookResult)
    assert result.found is not None
    assert result.found.service == late
    assert await look(Listings([*MINE, elsewhere])) == LookResult()


@pytest.mark.fault("O14")
async def test_a_service_without_a_premise_is_not_the_only_one_before_the_pages_behind_the_last_one_were_read() -> None:
    here, there = (Service(id=name, customer_id="C1", product_id="P1", premise_id="BLANK") for name in ("S8", "S9"))
    blank = await get_premise("BLANK")
    one, two = ServiceMatch(here, blank), ServiceMatch(there, blank)
    assert await look(Listings([*MINE, here])) == LookResult(weak=(one,))
    assert await look(Listings([*MINE, here], beyond=[there])) == LookResult(weak=(one, two))


@pytest.mark.fault("O11")
async def test_a_service_alone_is_no_order_where_another_that_could_be_it_has_gone() -> None:
    one, two = (Service(id=name, customer_id="C1", product_id="P1", premise_id="BLANK") for name in "AB")
    reader = make_reader(Listings([*MINE, one, two], [*MINE, two]))
    for gone in ((), ("A",), ("A",)):
        result = await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)
        assert isinstance(result, LookResult)
        assert (result.weak[-1].service, result.ended) == (two, gone)


@pytest.mark.fault("O13")
async def test_a_baseline_has_what_is_behind_the_page_that_a_count_ends_on() -> None:
    old = [Service(id=f"O{number}", customer_id="C1") for number in range(3)]
    assert await read(Listings(MINE, beyond=[*old, SOMEBODYS])) == ["S0", "S1", "S2", "O0", "O1", "O2", "F1"]


def fail_with(status: int, kind: type[errors.ResponseError]) -> errors.ResponseError:
    return kind("no such page", status=status, method="GET", path="/customers/C1/services")


@pytest.mark.fault("X10")
@pytest.mark.parametrize("end", [fail_with(404, errors.NotFoundError), fail_with(400, errors.BadRequestError)])
async def test_a_server_may_call_a_page_behind_the_last_one_an_error(end: errors.AExError) -> None:
    assert await read(Listings(MINE, beyond=[end])) == ["S0", "S1", "S2"]
    assert await look(Listings(MINE, beyond=[end])) == LookResult()


@pytest.mark.fault("O10")
async def test_a_look_is_not_complete_if_the_page_behind_the_last_one_fails_otherwise() -> None:
    for error in (fail_with(500, errors.ServerError), fail_with(408, errors.BadRequestError)):
        assert await look(Listings(MINE, beyond=[error])) is error


async def test_a_server_whose_pages_have_no_end_is_not_followed_for_ever() -> None:
    made_up = [Service(id=f"M{number}", customer_id="C1") for number in range(MAX_BEYOND + 1)]
    with pytest.raises(errors.PaginationError, match="go on for 100 pages behind those that are counted"):
        await read(Listings(MINE, beyond=made_up))
    assert len(await read(Listings(MINE, beyond=made_up[: MAX_BEYOND - 1]))) == 3 + MAX_BEYOND - 1


async def test_behind_the_last_page_nothing_new_is_absence() -> None:
    late = Service(id="S3", customer_id="C1", product_id="P1", premise_id="PR")
    assert await look(Listings(MINE)) == LookResult()
    assert await look(Listings(MINE, beyond=[evolve(late, customer_id="C2", product_id="P2")])) == LookResult()


STRANGE = Service(id="F9", customer_id="C2", product_id="P1", premise_id="PR", cancelled=False)
HERE = Premise(id="PR", external_reference="G1")


@pytest.mark.fault("X3", "X28")
@pytest.mark.parametrize(
    ("row", "premise"),
    [
        (STRANGE, HERE),
        (evolve(STRANGE, product_id=None), HERE),
        (evolve(STRANGE, premise_id="BLANK"), Premise(id="BLANK", external_reference=" ")),
        (evolve(STRANGE, premise_id=None), None),
        (evolve(STRANGE, cancelled=True), HERE),
    ],
    ids=["at the premise", "of no product", "at a premise that hides where it is", "at none", "ended since"],
)
async def test_a_stranger_that_may_be_the_order_is_no_absence_on_whichever_page_it_is(
    row: Service, premise: Premise | None
) -> None:
    shown = LookResult(foreign=(ServiceMatch(row, premise),))
    assert await look(Listings([*MINE, row])) == shown
    assert await look(Listings(MINE, beyond=[row])) == shown


@pytest.mark.fault("X3", "X28")
@pytest.mark.parametrize(
    "row", [evolve(STRANGE, premise_id="ELSEWHERE"), evolve(STRANGE, product_id="P2")], ids=["elsewhere", "another's"]
)
async def test_a_stranger_that_cannot_be_the_order_is_nobodys(row: Service) -> None:
    assert await look(Listings([*MINE, row])) == LookResult()


@pytest.mark.fault("X28")
async def test_a_stranger_before_an_order_whose_premise_cannot_be_read_is_in_nobodys_way() -> None:
    async def fail(premise_id: str) -> Premise:
        raise errors.ServerError("no", status=500, method="GET", path=f"/premises/{premise_id}")

    reader = ServiceReader(Listings().walk, fail, anyio.lowlevel.checkpoint)
    assert await reader.find_foreign([STRANGE], make_attempt(), frozenset()) is None
    reader = make_reader(Listings())
    assert await reader.find_foreign([STRANGE], make_attempt(), frozenset()) == ServiceMatch(STRANGE, HERE)
    for other in (evolve(STRANGE, cancelled=True), evolve(STRANGE, premise_id="ELSEWHERE")):
        assert await reader.find_foreign([other], make_attempt(), frozenset()) is None
    assert await reader.find_foreign([STRANGE], make_attempt(), frozenset({"f9"})) is None


async def test_a_listing_of_everybodys_services_is_not_asked_about_row_by_row_before_an_order() -> None:
    reader = make_reader(Listings())
    rows = [evolve(STRANGE, id=f"F{number}", premise_id=f"P{number}") for number in range(MOST_PREMISES + 1)]
    assert await reader.find_foreign(rows[1:], make_attempt(), frozenset()) is not None
    assert await reader.find_foreign(rows, make_attempt(), frozenset()) is None


@pytest.mark.fault("X29")
@pytest.mark.parametrize(
    ("premise_id", "more", "shown"),
    [
        ("NEAR", 0, True),
        ("ELSEWHERE", 0, False),
        ("NEAR", MOST_PREMISES, False),
    ],
    ids=["there", "elsewhere", "too many to ask about"],
)
async def test_an_old_service_that_is_of_the_product_by_now_is_no_absence_where_it_is_at_the_premise(
    premise_id: str, more: int, *, shown: bool
) -> None:
    old = evolve(MINE[0], product_id="P1", premise_id=premise_id)
    others = [evolve(old, id=f"O{number}", premise_id=f"P{number}") for number in range(more)]
    attempt = evolve(make_attempt(), baseline=(*make_attempt().baseline, *(row.id for row in others)))
    reader = make_reader(Listings([old, *MINE[1:], *others]))
    found = await reader.look(attempt, anyio.current_time() + 5, find_no_rivals)
    assert found == LookResult(revived=(ServiceMatch(old, await get_premise(premise_id)),) if shown else ())


@pytest.mark.fault("X29")
async def test_a_look_fails_that_cannot_tell_where_an_old_service_is_which_is_of_the_product_by_now() -> None:
    async def fail(premise_id: str) -> Premise:
        raise errors.ServerError("broken", status=500, method="GET", path=f"/premises/{premise_id}")

    old = evolve(MINE[0], product_id="P1", premise_id="NEAR")
    reader = ServiceReader(Listings([old, *MINE[1:]]).walk, fail, anyio.lowlevel.checkpoint)
    found = await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)
    assert isinstance(found, errors.ServerError)


async def test_a_page_behind_the_last_one_that_holds_less_than_is_counted_is_the_end() -> None:
    listings = Listings(MINE, beyond=[errors.PaginationError("rows are missing", page=2)])
    assert await look(listings) == LookResult()


async def test_a_walk_that_could_not_be_ended_is_made_up_for_by_the_next() -> None:
    listings = Listings(errors.PaginationError("rows are missing", page=2), MINE)
    assert (await read(listings), listings.walked) == (["S0", "S1", "S2"], 2)


async def test_a_customer_whose_services_are_not_found_is_not_found_if_the_token_is_good() -> None:
    checked: list[bool] = []

    async def check_token() -> None:
        checked.append(True)

    missing = errors.NotFoundError("no", status=404, method="GET", path="/customers/C1/services")
    with pytest.raises(errors.NotFoundError):
        await ServiceReader(Listings(missing).walk, get_premise, check_token).read_services("C1")
    assert checked == [True]


@pytest.mark.parametrize("kind", [errors.NotFoundError, errors.ForbiddenError])
async def test_a_premise_that_is_not_shown_leaves_open_where_the_service_is(kind: type[errors.ResponseError]) -> None:
    async def refuse(premise_id: str) -> Premise:
        raise kind("no", status=404, method="GET", path=f"/premises/{premise_id}")

    reader = ServiceReader(Listings().walk, refuse, anyio.lowlevel.checkpoint)
    service = Service(id="S9", customer_id="C1", product_id="P1", premise_id="B1")
    result = await reader.judge([service], make_attempt(), frozenset())
    assert result == LookResult(weak=(ServiceMatch(service, None),))


@pytest.mark.fault("X1")
async def test_a_premise_that_was_not_asked_for_says_nothing_of_where_the_service_is() -> None:
    async def mistake(premise_id: str) -> Premise:
        return Premise(id=f"not {premise_id}", external_reference="G1")

    late = Service(id="S3", customer_id="C1", product_id="P1", premise_id="PR")
    reader = ServiceReader(Listings([*MINE, late]).walk, mistake, anyio.lowlevel.checkpoint)
    result = await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)
    assert isinstance(result, errors.UnexpectedAnswerError)
    assert result.problems == ("$.id: another id",)


NEAR = Service(id="S3", customer_id="C1", product_id="P1", premise_id="NEAR", cancelled=False)
NEAR_TOO = evolve(NEAR, id="S5", premise_id="NEAR2")
BESIDE = evolve(NEAR, id="S4", premise_id="BAD")


@pytest.mark.fault("X7", "O9")
@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([BESIDE, NEAR], LookResult(found=ServiceMatch(NEAR, Premise(id="NEAR", external_reference="G1")))),
        ([NEAR, BESIDE, NEAR_TOO], LookResult(rivals=("S3", "S5"))),
        ([BESIDE], None),
    ],
    ids=["beside the order", "beside two", "alone"],
)
async def test_a_premise_that_fails_is_no_matter_where_the_order_is_found_all_the_same(
    rows: list[Service], shown: LookResult | None
) -> None:
    async def fail(premise_id: str) -> Premise:
        if premise_id == "BAD":
            raise errors.ServerError("no", status=500, method="GET", path="/premises/BAD")
        return Premise(id=premise_id, external_reference="G1")

    reader = ServiceReader(Listings([*MINE, *rows]).walk, fail, anyio.lowlevel.checkpoint)
    result = await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)
    assert result == shown if shown else isinstance(result, errors.ServerError)


@pytest.mark.fault("O9")
async def test_an_order_whose_service_is_known_is_not_told_without_a_premise_that_only_failed() -> None:
    async def fail(premise_id: str) -> Premise:
        raise errors.ServerError("no", status=500, method="GET", path=f"/premises/{premise_id}")

    reader = ServiceReader(Listings([*MINE, NEAR]).walk, fail, anyio.lowlevel.checkpoint)
    known = evolve(make_attempt(), service_id="S3", state="confirmed")
    result = await reader.look(known, anyio.current_time() + 5, find_no_rivals)
    assert isinstance(result, errors.ServerError)


@pytest.mark.fault("O10")
async def test_a_premise_that_is_corrected_after_one_look_is_seen_by_the_next() -> None:
    """AEx may give a new premise a reference of its own before it takes the order's."""
    said = ["AUTO-1", "G1"]

    async def read_premise(premise_id: str) -> Premise:
        return Premise(id=premise_id, external_reference=said.pop(0))

    reader = ServiceReader(Listings([*MINE, NEAR]).walk, read_premise, anyio.lowlevel.checkpoint)
    looks = [await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals) for _ in range(2)]
    assert [isinstance(each, LookResult) and each.found is not None for each in looks] == [False, True]


async def test_the_premises_of_a_customer_with_many_services_are_read_some_at_a_time() -> None:
    under_way: list[int] = [0]

    async def read_slowly(premise_id: str) -> Premise:
        under_way.append(under_way[-1] + 1)
        await anyio.sleep(0.001)
        under_way.append(under_way[-1] - 1)
        return Premise(id=premise_id, external_reference="G2")

    reader = ServiceReader(Listings().walk, read_slowly, anyio.lowlevel.checkpoint)
    services = [evolve(NEAR, id=f"T{number}", premise_id=f"P{number // 2}") for number in range(200)]
    assert await reader.judge(services, make_attempt(), frozenset()) == LookResult()
    assert (max(under_way), len(under_way)) == (AT_ONCE, 1 + 2 * 100)  # two services can share a premise


@pytest.mark.parametrize(
    "end",
    [
        errors.AuthenticationError("no", status=401, method="GET", path="/premises/PR"),
        errors.ClientClosedError("closed", sent=False),
    ],
    ids=["the token is refused", "the client is closed"],
)
async def test_no_more_premises_are_read_once_none_can_be(end: errors.AExError) -> None:
    asked: list[str] = []

    async def fail(premise_id: str) -> Premise:
        asked.append(premise_id)
        await anyio.lowlevel.checkpoint()
        if len(asked) <= AT_ONCE:  # the others of those that are under way
            raise errors.ServerError("no", status=500, method="GET", path=f"/premises/{premise_id}")
        raise end

    reader = ServiceReader(Listings().walk, fail, anyio.lowlevel.checkpoint)
    services = [evolve(NEAR, id=f"T{number}", premise_id=f"P{number}") for number in range(200)]
    with pytest.raises(type(end)):
        await reader.judge(services, make_attempt(), frozenset())
    assert len(asked) <= 3 * AT_ONCE


async def test_where_a_premise_has_no_usable_id_nothing_is_asked() -> None:
    reader = ServiceReader(Listings().walk, cast("Any", None), anyio.lowlevel.checkpoint)
    services = [evolve(NEAR, premise_id=odd) for odd in (None, "", "a/b", "{", "P 1")]
    result = await reader.judge(services, make_attempt(), frozenset())
    assert [match.premise for match in result.weak] == [None] * 5


@pytest.mark.fault("O12")
async def test_two_at_the_premise_are_two_whatever_is_behind_the_last_page() -> None:
    unreadable = errors.ServerError("no", status=500, method="GET", path="/customers/C1/services")
    rows = [evolve(NEAR, id=name, premise_id=f"P-{name}") for name in ("S7", "S8")]
    assert await look(Listings([*MINE, *rows], beyond=[unreadable])) == LookResult(rivals=("S7", "S8"))


ANOTHER = evolve(NEAR, id="S6", product_id="PARENT-OF-P1")


@pytest.mark.fault("O9", "O10")
@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([ANOTHER], LookResult(beside=("S6",))),
        ([evolve(ANOTHER, cancelled=True)], LookResult(beside=("S6",))),
        ([evolve(ANOTHER, premise_id="ELSEWHERE")], LookResult()),
        ([evolve(ANOTHER, premise_id="BLANK")], LookResult(beside=("S6",))),
        ([ANOTHER, NEAR], LookResult(found=ServiceMatch(NEAR, Premise(id="NEAR", external_reference="G1")))),
        (
            [ANOTHER, evolve(NEAR, premise_id=None)],
            LookResult(weak=(ServiceMatch(evolve(NEAR, premise_id=None), None),), beside=("S6",)),
        ),
    ],
    ids=[
        "at the premise",
        "cancelled since",
        "elsewhere",
        "where that is hidden",
        "beside the order",
        "beside a weak one",
    ],
)
async def test_a_new_service_that_may_be_at_the_premise_is_no_absence_whatever_its_product(
    rows: list[Service], shown: LookResult
) -> None:
    assert await look(Listings([*MINE, *rows])) == shown


@pytest.mark.fault("O9")
async def test_a_premise_that_fails_to_be_read_of_another_product_is_no_absence() -> None:
    async def fail(premise_id: str) -> Premise:
        raise errors.ServerError("no", status=500, method="GET", path=f"/premises/{premise_id}")

    reader = ServiceReader(Listings([*MINE, ANOTHER]).walk, fail, anyio.lowlevel.checkpoint)
    assert isinstance(await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals), errors.ServerError)


@pytest.mark.fault("O9", "O14")
async def test_a_premise_that_fails_to_be_read_of_another_product_hides_no_service_of_the_order() -> None:
    async def fail(premise_id: str) -> Premise:
        raise errors.ServerError("no", status=500, method="GET", path=f"/premises/{premise_id}")

    weak = evolve(NEAR, premise_id=None)
    reader = ServiceReader(Listings([*MINE, ANOTHER, weak]).walk, fail, anyio.lowlevel.checkpoint)
    result = await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)
    assert result == LookResult(weak=(ServiceMatch(weak, None),), beside=("S6",))


async def test_a_service_of_another_product_that_another_order_has_is_not_asked_about() -> None:
    async def find_it_taken(attempt: Attempt) -> Rivals:
        return evolve(await find_no_rivals(attempt), taken=frozenset({"s6"}))

    reader = make_reader(Listings([*MINE, ANOTHER]))
    assert await reader.look(make_attempt(), anyio.current_time() + 5, find_it_taken) == LookResult()


async def look_twice(reader: ServiceReader) -> LookResult | errors.AExError:
    await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)
    return await reader.look(make_attempt(), anyio.current_time() + 5, find_no_rivals)


@pytest.mark.fault("O14")
async def test_a_premise_that_says_nothing_yet_is_read_again_at_the_next_look() -> None:
    said = [" ", "G1"]

    async def say_more(premise_id: str) -> Premise:
        return Premise(id=premise_id, external_reference=said.pop(0))

    reader = ServiceReader(Listings([*MINE, NEAR]).walk, say_more, anyio.lowlevel.checkpoint)
    assert await look_twice(reader) == LookResult(found=ServiceMatch(NEAR, Premise(id="NEAR", external_reference="G1")))


@pytest.mark.fault("O12")
async def test_what_has_vanished_since_is_no_matter_beside_two_at_the_premise() -> None:
    vague = evolve(NEAR, id="S9", premise_id="BLANK")
    two = [evolve(NEAR, id=name, premise_id=f"P-{name}") for name in ("S7", "S8")]
    assert await look_twice(make_reader(Listings([*MINE, vague], [*MINE, *two]))) == LookResult(rivals=("S7", "S8"))
