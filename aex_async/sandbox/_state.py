"""All that a sandbox holds at a moment: what was made up, and what was written since."""

import functools
import json
import random
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from attrs import asdict, define, evolve, field, frozen

from aex_async.sandbox._addresses import Area, Atlas, Place, atlas, guid, invent_place, predefined_row
from aex_async.sandbox._customers import Customers, passer_by
from aex_async.sandbox._exchange import Commit, Row
from aex_async.sandbox._fault_rules import read_chance
from aex_async.sandbox._installations import Installations
from aex_async.sandbox._listings import SEARCHES, Index
from aex_async.sandbox._oddities import Oddities
from aex_async.sandbox._products import OFFERED, PRODUCTS
from aex_async.sandbox._rows import CustomerRecord, last_moment

_DAY = 86_400.0
_HEIR = "B0A51C4E-6B1D-4C0F-9D3E-7A2F5C8E1B40"  # of a merger, where no other customer is known
_FOREIGN_NUMBER = 9_000_000
# Service, customer, address, product, seconds before the beginning: step 7 then "Check customer service".
_DOCUMENTED_SERVICES = (
    (
        "34A39B28-8547-4853-9CAC-56F168EDE9D2",
        "4348AEF7-AD89-4309-AC29-DCB621C308CF",
        "287C94C4-0196-4999-9348-15ACC0EE7A0A",
        "50726131-B525-4732-A2D5-0B3736CDFB69",
        8 * _DAY,
    ),
    (
        "533EE0A6-7279-415B-9ED1-191BC406AB9D",
        "8DC17240-9312-4EE0-A313-CF519657E2D3",
        "8C6F0A3B-72D5-4E19-9B48-D1E7A5C30F64",
        "AD0B8EFA-20ED-41E2-BFCF-D48761CA82F8",
        0.0,
    ),
)
# Service, its product until then, from then on, seconds before the beginning: two rows that share an id.
_CHANGES = (
    (
        "34A39B28-8547-4853-9CAC-56F168EDE9D2",
        "C567389A-2D36-4C29-AD46-0EC3D7A7D0EA",
        "D728F54D-5769-4833-B168-12B1E86D3CAF",
        3 * _DAY,
    ),
    (
        "34A39B28-8547-4853-9CAC-56F168EDE9D2",
        "D728F54D-5769-4833-B168-12B1E86D3CAF",
        "50726131-B525-4732-A2D5-0B3736CDFB69",
        1 * _DAY,
    ),
)


Actor: TypeAlias = Literal["client", "foreign"]
"""Who wrote: somebody through the API, or somebody else behind its back."""


@frozen(kw_only=True)
class LedgerEntry:
    """One write that took place; no secret, nothing about a person.

    `id` is the new customer's or service's. `at` is in seconds since the sandbox began.
    """

    kind: Literal["customer", "service"]
    id: str
    customer_id: str
    premise_guid: str | None = None
    product_id: str | None = None
    at: float = 0.0
    by: Actor = "client"


@functools.lru_cache(maxsize=4)
def _index(seed: int, more: int) -> Index:
    return Index(atlas(seed, more).places)


def _read_place(state: Mapping[str, Any], areas: Mapping[str, Area]) -> Place:
    return msgspec.convert({**state, "area": areas[state["area"]]}, Place)


@define
class State:
    """The state behind one sandbox; `now` returns the seconds since it began."""

    seed: int
    now: Callable[[], float]
    oddities: Oddities
    more_addresses: int = 0
    chance: random.Random = field(init=False)
    _ids: random.Random = field(init=False)
    customers: Customers = field(init=False)
    installations: Installations = field(init=False)
    ledger: list[LedgerEntry] = field(factory=list[LedgerEntry], init=False)
    _atlas: Atlas = field(init=False)
    _later_places: list[Place] = field(factory=list[Place], init=False)
    _born: dict[str, float] = field(factory=dict[str, float], init=False)
    _ordered: dict[str, float] = field(factory=dict[str, float], init=False)

    def __attrs_post_init__(self) -> None:
        # Apart from the ids, so that a shuffled listing does not change what a later order is called.
        self.chance = random.Random(f"chance of {self.seed}")  # noqa: S311 - made-up data, no secret
        self._ids = ids = random.Random(f"ids of {self.seed}")  # noqa: S311 - made-up data, no secret
        self._atlas = atlas(self.seed, self.more_addresses)
        self.customers = Customers(ids)
        self.installations = Installations(ids, self._atlas)
        for service_id, customer_id, premise_guid, product_id, age in _DOCUMENTED_SERVICES:
            place = self._atlas.by_guid[premise_guid]
            self.installations.connect(service_id, customer_id, place, product_id, -age)
        for service_id, before, product_id, age in _CHANGES:
            self.installations.change(service_id, service_id, before, product_id, -age)

    def renew_ids(self, mark: str) -> None:
        """Give what is written from now on ids that only states of this seed and this `mark` have."""
        self._ids.seed(f"ids of {self.seed} {mark}")

    def snapshot(self) -> Row:
        """Return all that has happened as plain JSON, without the seed and what follows from it."""
        return {
            "customers": self.customers.all(),
            "installations": self.installations.snapshot(),
            "ledger": [asdict(entry) for entry in self.ledger],
            "later_places": [{**asdict(place, recurse=False), "area": place.area.id} for place in self._later_places],
            "chance": self.chance.getstate(),
            "ids": self._ids.getstate(),
        }

    def restore(self, state: Row, now: float) -> None:
        """Go back to what `snapshot` returned at the time `now`, and list all of it once.

        What no snapshot has raises some error of Python's, here and not at a later request.
        """
        json.dumps(
            state, allow_nan=False
        )  # msgspec, which writes it below, refuses large numbers, and no infinite ones
        areas = {place.area.id: place.area for place in self._atlas.places}
        places = [_read_place(place, areas) for place in state["later_places"]]
        ledger = msgspec.convert(state["ledger"], list[LedgerEntry])
        self.chance.setstate(read_chance(state["chance"]))
        self._ids.setstate(read_chance(state["ids"]))
        self.customers.restore(state["customers"])
        self.installations.restore(state["installations"])
        self.ledger, self._later_places = ledger, places
        self._born = {entry.id: entry.at for entry in ledger}
        self._ordered = {self._premise_of(entry): entry.at for entry in ledger if entry.kind == "service"}
        self._try_out(now)

    def places(self) -> list[Place]:
        """Return every address, latest intruders first."""
        return [*self._later_places, *self._atlas.places]

    def search_places(self, query: str) -> list[Place]:
        """Return every address that a query finds, latest intruders first."""
        how = self.oddities.search
        matches = SEARCHES[how](query)
        later = [place for place in self._later_places if matches(place.full_text.casefold())]
        return [*later, *_index(self.seed, self.more_addresses).search(query, how)]

    def place(self, premise_guid: str) -> Place | None:
        """Return an address by its `guid`, ignoring case."""
        key = premise_guid.upper()
        return self._atlas.by_guid.get(key) or next((p for p in self._later_places if p.guid == key), None)

    def predefined_row(self, place: Place) -> Row:
        """Return an address with the premise it has by now."""
        return predefined_row(place, self.installations.premise_id_at(place))

    def caught_up(self, rows: list[Row], key: str = "id") -> list[Row]:
        """Return the rows that listings show already, given how they lag behind what `key` names."""
        if not self.oddities.lag:
            return rows
        latest = self.now() - self.oddities.lag
        return [row for row in rows if self._born.get(row[key], latest) <= latest]

    def hides(self, premise_id: str) -> bool:
        """Whether a premise cannot be read yet, so soon after it was ordered for."""
        ordered = self._ordered.get(premise_id.upper())
        return ordered is not None and self.now() < ordered + self.oddities.premise_lag

    def list_merged(self, customer_id: str) -> list[Row]:
        """Return a customer's services as they stand, what was ordered here as another customer's."""
        ordered = {entry.id for entry in self.ledger if entry.kind == "service" and entry.by == "client"}
        heir = next((row["id"] for row in self.customers.all() if row["id"] != customer_id), _HEIR)
        rows = self.installations.services_of(customer_id, self.now())
        return [{**row, "customer_id": heir} if row["id"] in ordered else row for row in rows]

    def pick_stranger(self, customer_id: str) -> str:
        """Return the id of any customer but this one; a made-up one if there is no other."""
        others: list[str] = [row["id"] for row in self.customers.all() if row["id"] != customer_id.upper()]
        return self.chance.choice(others or [guid(self.chance)])

    def plan_customer(self, customer: CustomerRecord) -> tuple[str, Commit]:
        """Return the id of a customer to be, with what makes it real; e-mail taken by then: nothing."""
        customer_id = self.customers.new_id()

        def commit(at: float) -> None:
            if not self.customers.is_taken(customer.email):
                self._enrol(customer_id, customer, at)

        return customer_id, commit

    def order_errors(self, customer_id: str, premise_guid: str, product_id: str) -> dict[str, list[str]]:
        """Return what is wrong with an order, by field; empty if it can be placed."""
        place = self.place(premise_guid)
        errors: dict[str, list[str]] = {}
        if self.customers.find(customer_id) is None:
            errors["customer.id"] = ["does not exist"]
        if place is None:
            errors["premise.external_reference"] = ["does not exist"]
        elif product_id.upper() not in OFFERED[place.area.id]:
            errors["service.product_id"] = ["is not available at this premise"]
        return errors

    def plan_order(
        self, customer_id: str, premise_guid: str, product_id: str, *, by: Actor = "client"
    ) -> tuple[str, Commit]:
        """Return the id of a service to be, with what makes it real.

        Raises `LookupError` for an order that `order_errors` objects to.
        """
        errors = self.order_errors(customer_id, premise_guid, product_id)
        place = self.place(premise_guid)
        if errors or place is None:
            raise LookupError(f"this cannot be ordered: {errors}")
        revived = self.oddities.revived_services and self.installations.find_ended(customer_id, place, product_id)
        upgraded = self.oddities.upgraded_services and self.installations.find_other(customer_id, place, product_id)
        entry = LedgerEntry(
            kind="service",
            id=revived or upgraded or self.installations.new_id(),
            customer_id=customer_id.upper(),
            premise_guid=place.guid,
            product_id=product_id.upper(),
            by=by,
        )
        return entry.id, lambda at: self._connect(evolve(entry, at=at), place)

    def place_foreign_order(self, customer_id: str, premise_guid: str, product_id: str) -> str:
        """Place an order that did not come through the API; return its service's id."""
        service_id, commit = self.plan_order(customer_id, premise_guid, product_id, by="foreign")
        commit(self.now())
        return service_id

    def intrude(self, path: str, rows: int) -> None:
        """Let somebody else add rows at the head of the listing with this path, where there is one."""
        for _ in range(rows):
            match path.strip("/").split("/"):
                case ["customers"]:
                    self._intrude_customer()
                case ["predefined-premises"]:
                    number = _FOREIGN_NUMBER + len(self._later_places)
                    self._later_places.insert(0, invent_place(self.chance, number))
                case ["customers", customer_id, "services"] if self.customers.find(customer_id):
                    self._intrude_service(customer_id)
                case _:
                    return

    def _intrude_customer(self) -> None:
        customer_id = self.customers.new_id()
        self._enrol(customer_id, passer_by(customer_id), self.now(), by="foreign")
        self.customers.move_to_head(customer_id)

    def _intrude_service(self, customer_id: str) -> None:
        place = self.chance.choice(self._atlas.places)
        product_id = self.chance.choice(OFFERED[place.area.id])
        self.installations.move_to_head(self.place_foreign_order(customer_id, place.guid, product_id))

    def _enrol(self, customer_id: str, customer: CustomerRecord, at: float, *, by: Actor = "client") -> None:
        self.customers.add(customer_id, customer, at)
        self._born[customer_id] = at
        entry = LedgerEntry(kind="customer", id=customer_id, customer_id=customer_id, at=at, by=by)
        self.ledger.append(entry)

    def _connect(self, entry: LedgerEntry, place: Place) -> None:
        if not self.installations.take_up(entry.id, str(entry.product_id)):
            self.installations.connect(entry.id, entry.customer_id, place, str(entry.product_id), entry.at)
        self._born[entry.id] = entry.at
        self._ordered[self._premise_of(entry)] = entry.at
        self.ledger.append(entry)

    def _premise_of(self, entry: LedgerEntry) -> str:
        service = self.installations.service(entry.id, entry.at) or {}
        return str(service["premise_id"])

    def _try_out(self, now: float) -> None:
        """Read everything once, in the ways that requests do."""
        services, changes = self.installations.services(now), self.installations.changes()
        for row in (*services, *changes, *self.installations.premises()):
            last_moment(row)
        connected = [
            (
                self.installations.service(row["id"], now),
                self.installations.premise(row["premise_id"]),
                self.installations.work_orders_of(row["id"], now),
                PRODUCTS[row["product_id"]],
            )
            for row in services
        ]
        listed = (
            self.customers.all(),
            [self.installations.services_of(row["id"], now) for row in self.customers.all()],
            self.installations.work_orders(now),
            {row["new_service_id"] for row in changes},
            [self.predefined_row(place) for place in self.places()],
        )
        msgspec.json.encode((services, connected, listed))
