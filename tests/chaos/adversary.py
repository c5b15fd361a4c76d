"""An AEx that means ill: it takes orders, and tells of them late, wrongly, in part, or in other people's names.

It shares no code and no decision with the client, and has a ledger of its own, by which the client is judged. What it
does to one order is drawn from chance; what it never does is stated in `Temper`: no client could live with more.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qs
from uuid import UUID

from attrs import define, field, frozen

Fate: TypeAlias = Literal["answered", "refused", "cut", "silent"]
Totals: TypeAlias = Literal["none", "true", "early", "late"]
Row: TypeAlias = dict[str, Any]

LATEST = 25.0  # seconds until a write takes effect, or shows
BEHIND = 5.0  # seconds that a late count is behind
NEVER = float("inf")
_ODD: tuple[Row, ...] = (
    {"cancelled_date": "2024-01-02"},
    {"status_id": "two", "level": {"deep": [1]}},
    {"start_date": "0000-00-00", "port_number": 7},
)


@frozen
class Temper:
    """How one world means ill."""

    page_size: int
    totals: Totals
    """What a listing counts: nothing, its rows, also those that it does not show yet, or only those of 5 s ago."""
    shuffled: bool
    row_lag: float
    """Seconds, at most, from a service's beginning until listings show it."""
    premise_lag: float
    """The same until its premise can be read; for ever with `NEVER`."""
    search_lag: float
    strangers: float
    """The share of orders during which somebody else orders the same product for the same customer elsewhere."""
    foreign_rows: float
    """The share of pages with a row of another customer's."""
    odd_rows: float
    """The share of services in whose rows an optional value has an unforeseen form."""
    disturbed_writes: float
    disturbed_reads: float
    merged: float
    """The share of orders that are listed as another customer's, to whom the one who ordered was merged."""
    revived: float
    """The share of orders of what the customer had there before, and cancelled: that is taken up under its old id."""


def draw_temper(chance: Random) -> Temper:
    """Draw a world. Where premises are never shown, nobody else orders: else no look could tell the orders apart."""
    blind = chance.random() < 0.1
    totals: Totals = chance.choice(("none", "true", "early", "late"))
    return Temper(
        page_size=chance.choice((3, 7, 100)),
        totals=totals,
        # Without a count, nothing would tell that rows changed places between two pages.
        shuffled=totals in ("true", "early") and chance.random() < 0.5,
        row_lag=chance.choice((0.0, 0.0, 2.0, 10.0, LATEST)),
        premise_lag=NEVER if blind else chance.choice((0.0, 1.0, 8.0, 20.0)),
        search_lag=chance.choice((0.0, 0.0, 3.0)),
        strangers=0.0 if blind else 0.08,
        foreign_rows=chance.choice((0.0, 0.2)),
        odd_rows=chance.choice((0.0, 0.3)),
        disturbed_writes=0.5,
        disturbed_reads=chance.choice((0.0, 0.05)),
        merged=chance.choice((0.0, 0.0, 0.1)),
        revived=chance.choice((0.0, 0.0, 0.2)),
    )


@define
class Entry:
    """One service that really exists, in the ledger."""

    service_id: str
    customer_id: str
    guid: str
    product_id: str
    by: Literal["client", "stranger"]
    at: float
    listed_at: float
    premise_id: str
    premise_at: float
    odd: Row = field(factory=dict[str, Any])
    listed_as: str | None = None
    """The customer whose it is by its row; `None` is the one who ordered it."""
    cancelled: bool = False


@frozen
class Reply:
    """What comes back, when, and over which connection."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    fate: Fate = "answered"
    after: float = 0.0


class Adversary:
    """The server. `now` returns seconds; `answer` takes a request in and returns what becomes of it."""

    def __init__(self, chance: Random, temper: Temper, now: Callable[[], float], customers: int) -> None:
        self.chance = chance
        self.temper = temper
        self.now = now
        self.ledger: list[Entry] = []
        self.posts: dict[str, int] = {}
        self._due: list[Entry] = []
        self._of: dict[str, list[Entry]] = {}
        self._premises: dict[str, Entry] = {}
        self._past: dict[tuple[str, str, str], Entry] = {}
        self.customers: dict[str, Row] = {}
        self._seen_at: dict[str, float] = {}
        for number in range(customers):
            self._enrol(
                {"first_name": "Pat", "last_name": f"Shared-{number}", "email": f"pat{number}@example.org"}, 0.0
            )

    # What it holds

    def new_id(self) -> str:
        """Return an id, in upper case as AEx prints them."""
        return str(UUID(int=self.chance.getrandbits(128), version=4)).upper()

    def settle(self) -> None:
        """Let those writes take effect whose time has come."""
        now = self.now()
        for entry in [entry for entry in self._due if entry.at <= now]:
            self._due.remove(entry)
            self.ledger.append(entry)
            self._of.setdefault(entry.customer_id, []).append(entry)
            self._premises[entry.premise_id] = entry

    def have_past(self, customer_id: str, guid: str, product_id: str) -> None:
        """Let a customer have had a product at a premise, and cancelled it, if that is to be taken up again."""
        if self.chance.random() < self.temper.revived:
            shown = NEVER if self.temper.premise_lag == NEVER else 0.0
            ids = self.new_id(), customer_id, guid.upper(), product_id.upper()
            past = Entry(*ids, "client", 0.0, 0.0, self.new_id(), shown, cancelled=True)
            self._past[past.customer_id, past.guid, past.product_id] = past
            self._of.setdefault(customer_id, []).append(past)
            self._premises[past.premise_id] = past

    def _enrol(self, told: Row, lag: float) -> str:
        customer_id = self.new_id()
        wanted = {"username": told["email"], "mobile_number": "0005550100"}
        self.customers[customer_id] = {"id": customer_id, **wanted, **told}
        self._seen_at[customer_id] = self.now() + lag
        return customer_id

    def _connect(
        self,
        customer_id: str,
        guid: str,
        product_id: str,
        by: Literal["client", "stranger"],
        *,
        after: float,
        lag: float,
    ) -> Entry:
        at = self.now() + after
        past = self._past.pop((customer_id, guid.upper(), product_id.upper()), None)
        merged = self.chance.random() < self.temper.merged and by == "client"
        entry = Entry(
            past.service_id if past else self.new_id(),
            customer_id,
            guid.upper(),
            product_id.upper(),
            by,
            at,
            at + lag,
            past.premise_id if past else self.new_id(),
            past.premise_at
            if past
            else at + (NEVER if self.temper.premise_lag == NEVER else self.chance.uniform(0, self.temper.premise_lag)),
            self.chance.choice(_ODD) if self.chance.random() < self.temper.odd_rows else {},
            listed_as=self.new_id() if merged else None,
        )
        self._due.append(entry)
        self.settle()
        return entry

    # Requests

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        """Take a request in."""
        self.settle()
        path, _, query = target.partition("?")
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        if method == "POST":
            told = json.loads(body)
            return self._sign_up(told["customer"]) if path == "/customers" else self._order(told)
        if self.chance.random() < self.temper.disturbed_reads:
            return self._disturb_read()
        return self._read(path, asked)

    def _disturb_read(self) -> Reply:
        return self.chance.choice(
            (
                Reply(500, b"Unknown Error"),
                Reply(502, b"<h1>Bad Gateway</h1>", (("Content-Type", "text/html"),)),
                Reply(503, b"{}", (("Retry-After", "1"),)),
                Reply(fate="cut"),
                Reply(fate="silent"),
                Reply(200, b'{"items": [', after=0.1),
                Reply(200, json.dumps({"id": self.new_id(), "external_reference": self.new_id()}).encode()),
                Reply(200, b'{"code": 401, "errors": ["Not Authenticated"]}'),
                Reply(404, b'{"code": 404, "errors": ["not found"]}'),
            )
        )

    def _read(self, path: str, asked: dict[str, str]) -> Reply:
        match path.strip("/").split("/"):
            case ["customers"]:
                wanted = asked.get("q", "").lower()
                now = self.now()
                rows = [
                    row
                    for key, row in self.customers.items()
                    if wanted in row["email"].lower() and self._seen_at[key] <= now
                ]
                return self._list(rows, len(rows), asked)
            case ["customers", customer_id]:
                return _tell(self.customers.get(customer_id.upper()))
            case ["customers", customer_id, "services"]:
                return self._list_services(customer_id.upper(), asked)
            case ["premises", premise_id]:
                return self._show_premise(premise_id.upper())
            case _:
                return _tell(None)

    def _show_premise(self, premise_id: str) -> Reply:
        entry = self._premises.get(premise_id)
        if entry is None or entry.premise_at > self.now():
            # Not there yet, or there without saying whose it is.
            half = entry is not None and int(entry.premise_id[0], 16) % 2
            return _tell({"id": premise_id, "external_reference": None} if half else None)
        return _tell({"id": premise_id, "external_reference": entry.guid.lower(), "suburb": "Newlands"})

    def _list_services(self, customer_id: str, asked: dict[str, str]) -> Reply:
        if customer_id not in self.customers:
            return _tell(None)
        now = self.now()
        # What was taken up again shows as it was until it shows as it is.
        mine = list(
            {entry.service_id: entry for entry in self._of.get(customer_id, []) if entry.listed_at <= now}.values()
        )
        rows = [_describe(entry) for entry in mine]
        if self.chance.random() < self.temper.foreign_rows and self.ledger:
            # Another customer's service, of the same product and perhaps at the very premise that was ordered.
            rows.append(_describe(self.chance.choice(self.ledger)))
        all_there = {entry.service_id for entry in self._of.get(customer_id, [])}
        early, late = len(all_there), sum(entry.listed_at <= now - BEHIND for entry in mine)
        return self._list(rows, {"early": early, "late": late}.get(self.temper.totals, len(rows)), asked)

    def _list(self, rows: list[Row], total: int, asked: dict[str, str]) -> Reply:
        if self.temper.shuffled:
            self.chance.shuffle(rows)
        size = min(self.temper.page_size, int(asked.get("count", "10")))
        first = (int(asked.get("page", "1")) - 1) * size
        page: Row = {"items": rows[first : first + size]}
        if self.temper.totals != "none":
            page["total"] = total
        return _tell(page)

    # Writes

    def _sign_up(self, told: Row) -> Reply:
        if any(row["email"].lower() == told["email"].lower() for row in self.customers.values()):
            return Reply(400, b'{"code": 400, "errors": {"email": ["is already taken"]}}')
        told = {name: value for name, value in told.items() if name != "password"}
        customer_id = self._enrol(told, self.chance.uniform(0, self.temper.search_lag))
        named = self.chance.random() < 0.7
        fate: Fate = "cut" if self.chance.random() < 0.1 else "answered"
        return Reply(201, b"", (("Location", f"https://aex/customers/{customer_id}"),) if named else (), fate)

    def _order(self, told: Row) -> Reply:
        customer_id, guid = told["customer"]["id"], told["premise"]["external_reference"]
        product_id = told["service"]["product_id"]
        self.posts[guid.upper()] = self.posts.get(guid.upper(), 0) + 1
        if self.chance.random() < self.temper.strangers:
            elsewhere = self.chance.uniform(0, 5)
            lag = self.chance.uniform(0, self.temper.row_lag)
            self._connect(customer_id, self.new_id(), product_id, "stranger", after=elsewhere, lag=lag)
        reply, after = self._draw_write(told)
        if after is not None:
            # A refusal shows within `LATEST` in all: nobody can wait for ever.
            most = LATEST - after if reply.status < 500 and reply.fate == "answered" else self.temper.row_lag
            lag = self.chance.uniform(0, max(0.0, min(most, self.temper.row_lag)))
            self._connect(customer_id, guid, product_id, "client", after=after, lag=lag)
        return reply

    def _draw_write(self, told: Row) -> tuple[Reply, float | None]:
        """Draw what is said of an order, and after how many seconds it takes effect, if ever."""
        chance = self.chance
        echo = {
            "customer": {"id": told["customer"]["id"]},
            "premise": {"external_reference": told["premise"]["external_reference"]},
            "service": {"service_id": told["service"]["product_id"]},
        }
        plain = Reply(201, json.dumps(echo).encode(), after=chance.uniform(0, 1))
        if chance.random() >= self.temper.disturbed_writes:
            return plain, 0.0
        after = chance.choice((0.0, 0.0, None, None, chance.uniform(0.005, 0.5), chance.uniform(0.005, LATEST)))
        foreign = {**echo, "customer": {"id": self.new_id()}}
        refusal = b'{"code": 401, "errors": ["Not Authenticated"]}'
        return chance.choice(
            (
                (plain, after),
                (Reply(201), 0.0 if after is None else after),
                (Reply(201, json.dumps(foreign).encode()), after),
                (Reply(200, refusal), after),
                (Reply(201, b'{"code": 400, "errors": {"premise": ["is invalid"]}}'), after),
                (Reply(400, b'{"code": 400, "errors": {"premise": ["is invalid"]}}'), after),
                (Reply(401, refusal), after),
                (Reply(422, b'{"errors": ["no"]}'), after),
                (Reply(409, b'{"errors": ["again"]}'), after),
                (Reply(429, b'{"errors": ["slow"]}', (("Retry-After", "1"),)), after),
                (Reply(500, b"Unknown Error"), after),
                (Reply(503, b"<h1>Down</h1>", (("Content-Type", "text/html"),)), after),
                (Reply(fate="cut", after=chance.uniform(0, 3)), after),
                (Reply(fate="silent"), after),
                (Reply(fate="refused"), None),
            )
        )


def _describe(entry: Entry) -> Row:
    """Return a service as a listing prints it."""
    return {
        "id": entry.service_id,
        "customer_id": entry.listed_as or entry.customer_id,
        "product_id": entry.product_id,
        "premise_id": entry.premise_id,
        "cancelled": entry.cancelled,
        "deleted_at": None,
        "created_at": "2024-10-16 13:05:30 UTC",
        **entry.odd,
    }


def _tell(row: Row | None) -> Reply:
    if row is None:
        return Reply(404, b'{"code": 404, "errors": ["not found"]}')
    return Reply(200, json.dumps(row).encode())


GUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
