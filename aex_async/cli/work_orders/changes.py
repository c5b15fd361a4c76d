"""What became of work orders from one look to the next; without any I/O."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from attrs import field, frozen

from aex_async.cli.format import Result, describe
from aex_async.cli.terminal_text import label, show_value
from aex_async.models import WorkOrder

_BESIDE: Final = {"updated_at", "last_update_date", "status_id"}  # says nothing that another field does not

Event = Literal["seen", "new", "changed", "gone"]


@frozen
class Change:
    """What became of one work order: `fields` holds before and after of each field that changed."""

    event: Event
    order: WorkOrder
    fields: Mapping[str, tuple[Any, Any]] = field(factory=dict[str, tuple[Any, Any]])

    def describe(self, at: datetime, *, reveal: bool) -> Result:
        """Return it for programs."""
        changed = {name: {"before": before, "after": after} for name, (before, after) in self.fields.items()}
        seen = {"at": at.isoformat(timespec="seconds"), "event": self.event, "changed": changed}
        return {**seen, "work_order": describe(self.order, reveal=reveal)}

    def tell(self, at: datetime) -> str | None:
        """Return it for people; `None` if nothing changed that they would call a change."""
        fields = {name: values for name, values in self.fields.items() if name not in _BESIDE}
        if self.event == "changed" and not fields:
            return None
        name = self.order.reference or self.order.id
        shown = [f"{label(name)}: {_show(old)} -> {_show(new)}" for name, (old, new) in fields.items()]
        words = "; ".join(shown) or ", ".join(filter(None, (self.order.type, self.order.status)))
        return f"{at:%Y-%m-%d %H:%M:%S}  {_show(name)}  {self.event:<7}  {words}".rstrip()


def _show(value: object) -> str:
    return show_value(value).plain


def is_closed(order: WorkOrder) -> bool:
    """Whether nothing more will be done: statuses are an open set of phrases, so that only the dates tell."""
    return order.close_date is not None or order.completed_date is not None


def compare(before: Mapping[str, WorkOrder], now: Mapping[str, WorkOrder], *, reveal: bool = False) -> list[Change]:
    """Return what became of each order, by id, that is not as it was; secrets only count if they are revealed."""
    return [
        *(Change("new", order) for id_, order in now.items() if id_ not in before),
        *(
            Change("changed", order, fields)
            for id_, order in now.items()
            if id_ in before and (fields := _find_changes(before[id_], order, reveal=reveal))
        ),
        *(Change("gone", order) for id_, order in before.items() if id_ not in now),
    ]


def _find_changes(before: WorkOrder, now: WorkOrder, *, reveal: bool) -> dict[str, tuple[Any, Any]]:
    old, new = describe(before, reveal=reveal), describe(now, reveal=reveal)
    return {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}
