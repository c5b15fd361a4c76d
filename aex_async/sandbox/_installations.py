"""The premises, services and work orders of a sandbox, as its clock moves them on."""

import random
from collections.abc import Iterable
from typing import Any

import msgspec
from attrs import define, field, fields_dict, frozen

from aex_async.sandbox._addresses import Atlas, Place, guid
from aex_async.sandbox._exchange import Row
from aex_async.sandbox._rows import (
    PROVISIONING_SECONDS,
    Link,
    change_row,
    premise_row,
    service_row,
    stamp,
    work_order_row,
)

_YEAR = 31_536_000.0
_TABLES = (
    "_premises",
    "_premise_ids",
    "_services",
    "_services_of",
    "_work_orders",
    "_work_order_of",
    "_placed",
    "_changes",
)


@frozen
class Stage:
    """One step of an installation, as work orders, services word it."""

    begins: float
    status: str
    status_id: str
    client_status: str
    comment: str
    service_status: str
    service_status_id: int
    live: bool = False


_STAGES = (
    Stage(
        0,
        "New Order",
        "34A8DC44-7B32-40FF-8F95-FA415BB8D82A",
        "Order in progress",
        "Work Order created on service creation.",
        "Pending",
        2,
    ),
    # Phrases vary in case (field notes, "Values").
    Stage(
        30,
        "ASSIGNED",
        "6F1C3B0E-58A7-4D92-9C64-2B7E0D5A8F13",
        "Order in progress",
        "Assigned to an installer.",
        "Pending",
        2,
    ),
    Stage(
        90,
        "In progress",
        "B92D7E45-0C16-4F38-A57B-9E3F1C6D2A80",
        "Installation in progress",
        "The installer is on site.",
        "Installing",
        3,
    ),
    Stage(
        PROVISIONING_SECONDS,
        "Completed",
        "D04E8A71-93B5-4C2F-8D16-7A5C0F3E9B62",
        "Completed",
        "Installation completed.",
        "Active",
        4,
        live=True,
    ),
)


@define
class Installations:
    """Who is connected where; rows are computed for the moment they are asked for, in seconds."""

    _ids: random.Random
    _atlas: Atlas
    _premises: dict[str, Row] = field(factory=dict[str, Row], init=False)
    _premise_ids: dict[str, str] = field(factory=dict[str, str], init=False)
    _services: dict[str, Row] = field(factory=dict[str, Row], init=False)
    _services_of: dict[str, list[str]] = field(factory=dict[str, list[str]], init=False)
    _work_orders: dict[str, Row] = field(factory=dict[str, Row], init=False)
    _work_order_of: dict[str, str] = field(factory=dict[str, str], init=False)
    _placed: dict[str, float] = field(factory=dict[str, float], init=False)
    _changes: list[Row] = field(factory=list[Row], init=False)

    def premise_id_at(self, place: Place) -> str | None:
        """Return the premise of an address; `None` or empty if there is none yet."""
        return self._premise_ids.get(place.guid, place.premise_id)

    def premise(self, premise_id: str) -> Row | None:
        """Return a premise, ignoring the id's case."""
        key = premise_id.upper()
        if key in self._premises:
            return self._premises[key]
        place = self._atlas.by_premise_id.get(key)
        return premise_row(key, place, None, -_YEAR) if place else None

    def premises(self) -> list[Row]:
        """Return every premise, those with a change since the beginning last."""
        untouched = (premise for premise in self._atlas.by_premise_id if premise not in self._premises)
        rows = (premise_row(key, self._atlas.by_premise_id[key], None, -_YEAR) for key in untouched)
        return [*rows, *self._premises.values()]

    def service(self, service_id: str, now: float) -> Row | None:
        """Return a service as it stands, ignoring the id's case."""
        row = self._services.get(service_id.upper())
        return row and progressed_service(row, self.stage(row["id"], now))

    def services(self, now: float) -> list[Row]:
        """Return every service as it stands."""
        return self._as_they_stand(self._services, now)

    def services_of(self, customer_id: str, now: float) -> list[Row]:
        """Return a customer's services as they stand."""
        return self._as_they_stand(self._services_of.get(customer_id, ()), now)

    def work_order(self, work_order_id: str, now: float) -> Row | None:
        """Return a work order as it stands, ignoring the id's case."""
        row = self._work_orders.get(work_order_id.upper())
        if row is None:
            return None
        service_id = row["service_id"]
        return progressed_work_order(row, self.stage(service_id, now), self._placed[service_id])

    def work_orders(self, now: float) -> list[Row]:
        """Return every work order as it stands."""
        return [row for key in self._work_orders if (row := self.work_order(key, now))]

    def work_orders_of(self, service_id: str, now: float) -> list[Row]:
        """Return the work orders of a service as they stand."""
        row = self.work_order(self._work_order_of.get(service_id.upper(), ""), now)
        return [row] if row else []

    def changes(self) -> list[Row]:
        """Return every change from one service to another, in the order in which they came."""
        return list(self._changes)

    def stage(self, service_id: str, now: float) -> Stage:
        """Return how far the installation of a service is."""
        return stage_at(now - self._placed[service_id])

    def new_id(self) -> str:
        """Return an id for a service to come."""
        return guid(self._ids)

    def connect(self, service_id: str, customer_id: str, place: Place, product_id: str, at: float) -> None:
        """Add a service at an address, with its premise where there is none yet, with its work order.

        Another product than the customer has there already is a change, too.
        """
        premise_id = self._occupy(place, customer_id, at)
        link = Link(service_id, customer_id, premise_id, product_id)
        first = next((row for row in self._running_at(link)), None)
        if first and first["product_id"] != product_id:
            self.change(first["id"], service_id, first["product_id"], product_id, at)
        self._services[service_id] = service_row(link, self._ids, at)
        self._services_of.setdefault(customer_id, []).append(service_id)
        self._placed[service_id] = at
        work_order = work_order_row(service_id, self._ids, at)
        self._work_orders[work_order["id"]] = work_order
        self._work_order_of[service_id] = work_order["id"]

    def change(self, old_id: str, new_id: str, old_product_id: str, product_id: str, at: float) -> None:
        """Note that a service is replaced by another, or by itself with another product."""
        self._changes.append(change_row(old_id, new_id, old_product_id, product_id, at))

    def move_to_head(self, service_id: str) -> None:
        """List this service before all others of its customer."""
        ids = self._services_of[self._services[service_id]["customer_id"]]
        ids.remove(service_id)
        ids.insert(0, service_id)

    def cancel(self, service_id: str, at: float) -> None:
        """Cancel a service as of a moment; raises `KeyError` for an id that no service has."""
        row = self._services[service_id.upper()]
        self._services[row["id"]] = {**row, "cancelled": True, "cancelled_date": stamp(at)}

    def find_ended(self, customer_id: str, place: Place, product_id: str) -> str | None:
        """Return the service of this product that the customer had at an address, and cancelled; `None` if none is."""
        same = (row for row in self._rows_at(customer_id, place) if row["product_id"] == product_id.upper())
        return next((row["id"] for row in same if row["cancelled"]), None)

    def find_other(self, customer_id: str, place: Place, product_id: str) -> str | None:
        """Return the service of another product that the customer has at an address; `None` if there is none."""
        others = (row for row in self._rows_at(customer_id, place) if row["product_id"] != product_id.upper())
        return next((row["id"] for row in others if not row["cancelled"]), None)

    def _rows_at(self, customer_id: str, place: Place) -> list[Row]:
        rows = [self._services[key] for key in self._services_of.get(customer_id.upper(), ())]
        return [row for row in rows if row["premise_id"] == self.premise_id_at(place)]

    def take_up(self, service_id: str, product_id: str) -> bool:
        """Let an old service stand, of this product; `False` if there is none."""
        row = self._services.get(service_id)
        if row is None:
            return False
        self._services[service_id] = {**row, "product_id": product_id, "cancelled": False, "cancelled_date": None}
        return True

    def snapshot(self) -> dict[str, Any]:
        """Return all of it as plain JSON."""
        return {name: getattr(self, name) for name in _TABLES}

    def restore(self, state: dict[str, Any]) -> None:
        """Be what `snapshot` returned; raises `msgspec.ValidationError` for tables of another kind."""
        kinds = fields_dict(Installations)
        for name in _TABLES:
            setattr(self, name, msgspec.convert(state[name], kinds[name].type))
        for table in (self._premises, self._services, self._work_orders):
            rows = list(table.values())
            table.clear()  # what a row says of its id counts: it is found by no other
            table.update((row["id"], row) for row in rows)

    def _occupy(self, place: Place, customer_id: str, at: float) -> str:
        premise_id = self.premise_id_at(place) or guid(self._ids)
        self._premise_ids[place.guid] = premise_id
        self._premises[premise_id] = premise_row(premise_id, place, customer_id, at)
        return premise_id

    def _running_at(self, link: Link) -> Iterable[Row]:
        rows = (self._services[key] for key in self._services_of.get(link.customer_id, ()))
        return (row for row in rows if row["premise_id"] == link.premise_id and not row["cancelled"])

    def _as_they_stand(self, service_ids: Iterable[str], now: float) -> list[Row]:
        return [progressed_service(self._services[key], self.stage(key, now)) for key in service_ids]


def stage_at(age: float) -> Stage:
    """Return the step that an order placed `age` seconds ago has reached."""
    return next(stage for stage in reversed(_STAGES) if stage.begins <= max(age, 0))


def progressed_service(row: Row, stage: Stage) -> Row:
    """Return a service as it stands; `updated_at` stays behind (field notes, "Values")."""
    live = stage.live
    return {
        **row,
        "provisioned": live,
        "on_network": live,
        "completed": live,
        "status_id": stage.service_status_id,
    }


def progressed_work_order(row: Row, stage: Stage, placed: float) -> Row:
    """Return a work order as it stands, `placed` seconds after the beginning."""
    done = stamp(placed + stage.begins) if stage.live else None
    return {
        **row,
        "completed_date": done,
        "close_date": done,
        "last_update_date": stamp(placed + stage.begins),
        "status_id": stage.status_id,
        "status": stage.status,
        "last_comment": stage.comment,
        "client_status": stage.client_status,
    }
