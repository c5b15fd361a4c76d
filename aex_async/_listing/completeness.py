"""When a listing has been seen whole, decided without trust in what the server says about it.

A walk is one round through the pages or several: a server without an order of its own shuffles its rows between two
requests, so that one round meets some rows twice and misses as many (field notes, "Lists"). How many rows there must
be is said by `total`, or else by the number of rows that a round was shown.
"""

from itertools import compress
from math import ceil
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import frozen

from aex_async._arguments import MAX_PAGE
from aex_async._listing.identity import HashSet, hash_rows
from aex_async.errors import PaginationError

T = TypeVar("T")

if TYPE_CHECKING:
    from aex_async._codec import Rows

DEFAULT_COUNT = 10  # ISP flow, steps 2 and 3: what a server gives that ignores the count asked for
USUAL_COUNTS = frozenset({DEFAULT_COUNT, 20, 25, 30, 50})  # what servers give at most, whatever is asked for
MAX_PAGES = 100_000  # in all rounds
MAX_ROUNDS = 25  # a round of a shuffled listing misses a third of what is missing: 16 do for a million rows
MAX_BARREN = 9  # rounds in a row without anything new: one missing row hides from nine with a chance of 0.005 %
SURE = 20  # rows shown again in the same order: fewer may lie so by chance, in a listing of very few rows
SURE_PAGES = 15  # likewise: two servers that take turns, each with an order of its own, show them so with 0.003 %
CIRCLE = 3  # pages in a row that repeat, in order, pages of before
MAX_STALE = 10  # pages in a row without anything new, where few had anything
FAR = 1000  # pages


@frozen
class Question:
    """A page to fetch for no rows, but to learn what a repeated page means.

    `idle` is one to learn nothing from: servers that take turns are then met in another turn.
    """

    page: int
    count: int
    far: bool = False
    idle: bool = False


class Round:
    """What one pass through the pages has shown."""

    def __init__(self, latest_total: int = 0) -> None:
        self.pages = 0
        self.shown = 0  # rows, repeats included
        self.due = 0  # rows that must be distinct ones if the server keeps an order
        self.pushed = 0  # rows that seem to have been shown again because others came before them
        self.twins = 0  # rows that are on one page twice, which is the server's own doing
        self.total: int | None = None  # at its beginning
        self.latest_total = latest_total  # of any round: rows may go between two of them, too
        self.varied = False  # not all of its pages have the same rows
        self.shrinks = False  # with the latest page
        self.shrank = False  # rows were deleted meanwhile, so that others moved up to pages already read
        self.stale = 0
        self.fresh = 0  # pages with something new
        self.previous: tuple[int, ...] = ()
        self.ragged = False  # a page with fewer rows than another was followed by more: it may be one with none at all
        self.empty = 0  # pages in a row
        self.digest = 0
        self._longest = 0  # page
        self._lag = self._in_step = 0
        self._last_at: dict[int, int] = {}

    def add(self, keys: tuple[int, ...], total: int | None, *, new: int, pushed: bool = True) -> None:
        """Take note of a page, whose first rows may have been pushed there from the one before it."""
        self.note_total(total, len(keys))
        self.varied = self.varied or (self.pages > 0 and set(keys) != set(self.previous))
        self._longest = max(self._longest, len(keys))
        self.ragged = self.ragged or self.empty > 0 or 0 < len(self.previous) < self._longest
        self.empty = 0
        self.pages += 1
        self.shown += len(keys)
        self.twins += len(keys) - len(set(keys))
        pushed_here = count_pushed(self.previous, keys) if pushed else 0
        self.pushed += pushed_here
        self.due += len(set(keys)) - pushed_here
        self.stale = 0 if new else self.stale + 1
        self.fresh += new > 0
        self.previous = keys
        page = hash(keys)
        self.digest = hash((self.digest, page))
        lag = self.pages - self._last_at.get(page, self.pages)
        self._in_step = self._in_step + 1 if lag == self._lag else 1
        self._lag = lag
        self._last_at[page] = self.pages

    def note_total(self, total: int | None, rows: int = 0) -> None:
        """Take note of how many rows there are, which counts where no page has any too.

        Behind the first page, a server that counts no more than this page has counts pages: it says nothing of others.
        """
        self.shrinks = total is not None and total < self.latest_total and (self.pages == 0 or total > rows)
        if total is not None:
            self.total = total if self.total is None else self.total
            self.shrank = self.shrank or self.shrinks
            self.latest_total = total

    @property
    def circles(self) -> bool:
        """Whether the last pages repeat, in order, pages of before."""
        return self._lag > 0 and self._in_step >= CIRCLE


def count_pushed(before: tuple[int, ...], keys: tuple[int, ...]) -> int:
    """Return how many rows at the head of a page are the last ones of the page before it.

    Rows inserted meanwhile push them there, which hides nothing. On pages of few rows it may be chance.
    """
    if len(keys) < DEFAULT_COUNT or keys[0] not in before:
        return 0
    tail = before[before.index(keys[0]) :]
    return len(tail) if tail == keys[: len(tail)] else 0


class Track(Generic[T]):
    """What the pages so far have taught about a listing, and what follows for the next."""

    def __init__(self, count: int, start_page: int) -> None:
        self.count = count
        self.start_page = start_page
        self.next = start_page
        self.ended = False
        self.question: Question | None = None
        self.error: PaginationError | None = None  # to be raised after the last row
        self._found = 0
        self._largest = 0
        self._total: int | None = None
        self._seen = HashSet()
        self._since = HashSet()  # of the rows met since some went: those given before may be gone, and prove nothing
        self._since_found = self._since_before = 0
        self._round = Round()
        self._last_round: Round | None = None
        self._longest = 0  # round, in pages
        self._most_due = 0  # in a round that is over
        self._found_before = 0
        self.rounds = 0  # that are over
        self._pages = self._barren = self._same = self._same_pages = self._same_rounds = 0
        self._disorder = self._mixed = self._shrank = False
        self._doubted: tuple[int, int | None] = (0, None)

    def choose_window(self, at_once: int, left: float) -> range:
        """Return the pages to fetch together, when `left` more rows are wanted.

        A `total` keeps the window from reaching past the end, and never ends the walk. The first window has none to go
        by: a listing shorter than it costs up to `at_once - 1` pages that are not there, a longer one no extra wait.
        """
        size = self._largest or self.count
        width = 1 if self._round.empty else at_once  # behind an empty page one more is looked at
        if self._total is not None:
            width = min(width, max(1, self._total // size + 2 - self.next))
        return range(self.next, self.next + max(1, min(width, ceil(min(left, width * size) / size))))

    def skip(self) -> None:
        """Take note of a page without rows, behind which others are known to come."""
        self._round.ragged = True

    def take(self, page: int, rows: "Rows[T]") -> list[T]:
        """Return the rows of `page` that are new, and find out what follows."""
        self._pages += 1
        if self._pages > MAX_PAGES:
            raise PaginationError(f"the listing did not end within {MAX_PAGES:,} pages", page=page)
        self.next = page + 1
        keys = hash_rows(rows.items)
        repeats = bool(keys) and set(keys) == set(self._round.previous)
        if keys and rows.page not in (None, page) and not repeats:
            raise PaginationError(
                f"page {page} was asked for, and the server says that it sent page {rows.page}: its rows are not used",
                page=page,
            )
        self._total = self._total if rows.total is None else rows.total
        if not keys:
            self._take_none(page, rows.total)
            return []
        if repeats and not self._has_all():
            self._doubted = (page, rows.total)
            self.question = Question(min(page + FAR, MAX_PAGE), self.count, far=True)
            return []
        return self._add(page, rows, keys, repeats=repeats)

    def _add(self, page: int, rows: "Rows[T]", keys: tuple[int, ...], *, repeats: bool) -> list[T]:
        new = list(compress(rows.items, self._seen.add(keys)))
        self._found += len(new)
        self._largest = max(self._largest, len(keys))
        if not repeats:
            self._round.add(keys, rows.total, new=len(new))
            self._note_shrink(keys)
        # Ten rows that the server counts as ten, or fifty, may also be its usual page, with the number of rows on it.
        may_be_full = len(keys) == self.count or (self._round.pages == 1 and len(keys) in USUAL_COUNTS)
        if rows.bare or (self._has_all() and not (new and may_be_full)):
            self._end_round(page)
        elif self._goes_on_for_ever():
            self.error = make_circle_error(page)
        return new

    def _note_shrink(self, keys: tuple[int, ...]) -> None:
        """Count anew once rows went: what was met before may be among them."""
        if self._round.shrinks:
            self._since, self._shrank = HashSet(), True
            self._since_found = self._since_before = 0
        if self._shrank:
            self._since_found += sum(self._since.add(keys))

    def _take_none(self, page: int, total: int | None) -> None:
        """Take a page without rows for the end, unless more are due: a server may filter rows after it has paged them.

        Then the next page is looked at, too, and no more of them: a total alone proves nothing.
        """
        this = self._round
        if total or not this.pages:  # behind the end, some servers count none
            this.note_total(total)
            self._note_shrink(())
        this.empty += 1
        missing = this.total is not None and self._count_before() + this.shown < min(this.total, this.latest_total)
        if this.empty == 1 and (this.ragged or missing):
            return
        self._end_round(page - this.empty + 1)

    def end_whole(self) -> bool:
        """End the round, if all rows that the server counts are here: the page asked for in doubt is none."""
        if not (self._round.pages and self._has_all()):
            return False
        self._end_round(self.next)
        return True

    def _has_all(self) -> bool:
        """Whether there are as many rows as the server counts. If there are more, it miscounts, and says nothing.

        Where rows went meanwhile, some of those found are no longer among those counted. And where a round had to have
        more rows than are counted, rows are repeated or the server counts too few: no page is left out for its word.
        """
        if self._total is None or self._shrank:
            return False
        if self._count_before() + max(self._most_due, self._round.due) > self._total:
            return False
        return self._count_before() + self._found + self._round.twins == self._total

    def _count_before(self) -> int:
        """Return how many rows the pages before the first one had, at most: a server may give fewer than asked."""
        return (self.start_page - 1) * self.count

    def _goes_on_for_ever(self) -> bool:
        """Whether only an end of its own making can end this round."""
        this = self._round
        if self.rounds:
            return this.pages > self._longest + MAX_STALE
        return this.circles or this.stale >= max(MAX_STALE, this.fresh)

    # What a page means that is the one before it again: the end, chance, or a server that ignores `page`

    def learn(self, question: Question, rows: "Rows[T]") -> None:
        """Learn from the answer to a question."""
        self.question = None
        if question.idle:
            return
        page, total = self._doubted
        keys, known = hash_rows(rows.items), self._round.previous
        if not question.far:
            self._judge_only_page(page, keys)
        elif set(keys) != set(known):  # pages past the end are other than this one, which is not past it
            # Either as many rows were inserted as a page has, or it is no order: another round tells.
            self._round.add(known, total, new=0, pushed=False)
            self._note_shrink(known)
            self.error = make_circle_error(page) if self._goes_on_for_ever() else None
        elif self._round.varied:
            self._end_round(page)  # the last page is repeated past the end
        elif self._is_one_of_many(known):
            self.error = make_circle_error(page)
        elif len(known) > self.count:
            self._end_round(page)  # nothing is paged at all
        else:
            self.question = ask_for_part(self.start_page, len(known))

    def _is_one_of_many(self, known: tuple[int, ...]) -> bool:
        """Whether an only page is known not to be all there is.

        Other rows came before in its place, from a server that takes turns with this one, or it is as long as a page
        is for a server that heeds neither `page` nor `count`.
        """
        others = self._found > len(set(known)) and len(known) == self._largest
        return others or self.count < len(known) == DEFAULT_COUNT

    def _judge_only_page(self, page: int, keys: tuple[int, ...]) -> None:
        """Judge by another part of the only page whether it is all there is."""
        known = self._round.previous
        if len(known) == 1:
            ignored = len(keys) > 1
        else:
            is_short = len(keys) == len(known) < min(self.count, DEFAULT_COUNT)  # and `count` is ignored too
            # Rows of the other half, whatever their order, are known. Unknown ones are another server's first.
            ignored = keys != () and (keys == known[: len(keys)] or not set(keys) <= set(known)) and not is_short
        if ignored:
            self.error = make_circle_error(page)
        else:
            self._end_round(page)

    # The end of a round

    def _end_round(self, page: int) -> None:
        """End the walk if it is whole, begin another round if that may help, and set `error` otherwise."""
        this, last = self._round, self._last_round
        self._mixed = self._mixed or self._found < this.due  # the same row twice in one round: nothing keeps an order
        self._disorder = self._disorder or this.shrank or self._mixed
        if self._disorder and this.total is None:
            this.due += this.pushed  # in no order, a row that comes first after it came last is chance
        self._most_due = max(self._most_due, this.due)
        again = last is not None and last.digest == this.digest
        self._same = self._same + this.shown if again else 0
        self._same_pages = self._same_pages + this.pages if again else 0
        self._same_rounds = self._same_rounds + 1 if again else 0
        calm = not this.shrank or (self._found == self._found_before and not self._mixed)
        met = self._since_found if self._shrank and not this.shrank else self._found
        if calm and met >= max(self._count_expected(), this.due):
            self.ended = True
        elif not self._disorder or (self._same >= SURE and not self._has_shown_all()):
            self.error = self._make_missing_error(page)
        elif self._same >= SURE and self._same_pages >= SURE_PAGES and self._same_rounds > 1:
            self.ended = True  # the server keeps an order, whoever's turn it is, in which rows are repeated
        else:
            self._begin_round()

    def _has_shown_all(self) -> bool:
        """Whether as many rows were shown, the repeated ones among them, as the server counts."""
        total = self._round.total
        return total is None or self._count_before() + self._round.shown >= total

    def _count_expected(self) -> int:
        """Return how many rows there were when the round began, of those from the first page on; 0 if nobody says.

        Rows inserted since then hide none in an order that is kept. In no order they may have come in place of others.
        """
        this = self._round
        if this.total is None:
            return 0
        total = max(this.total, this.latest_total) if self._disorder else this.total
        return total - this.twins - self._count_before()

    def _begin_round(self) -> None:
        found_any = self._found > self._found_before or self._since_found > self._since_before or self._same > 0
        self._barren = 0 if found_any else self._barren + 1
        self.rounds += 1
        if self._barren >= MAX_BARREN or self.rounds >= MAX_ROUNDS:
            self.error = self._make_missing_error(self.start_page)
            return
        self._longest = max(self._longest, self._round.pages)
        self._found_before, self._since_before = self._found, self._since_found
        self._last_round, self._round = self._round, Round(self._round.latest_total)
        self.next = self.start_page
        if self._same_rounds % 2:
            self.question = Question(self.start_page, self.count, idle=True)

    def _make_missing_error(self, page: int) -> PaginationError:
        this = self._round
        what = "counts" if this.total is not None and self._count_expected() >= this.due else "showed"
        where = f" from page {self.start_page} on" if self.start_page > 1 else ""
        walks = f" in {self.rounds} walks through its pages" if self.rounds > 1 else ""
        return PaginationError(
            f"the server {what} {max(self._count_expected(), this.due):,} rows{where}, "
            f"and only {self._found:,} different ones came{walks}: the listing is not whole",
            page=page,
        )


def ask_for_part(page: int, length: int) -> Question:
    """Return what tells an only page from any page of a server that ignores `page`: another part of it.

    It is the half of its rows from its middle on; of a single row it is two.
    """
    half = length // 2
    return Question(2 * page, half) if half else Question(page, 2)


def make_circle_error(page: int) -> PaginationError:
    return PaginationError(f"page {page} only repeats rows of earlier pages: the server goes in circles", page=page)
