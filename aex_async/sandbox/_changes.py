"""The rows of `GET /service-changes`."""

from aex_async.sandbox._calendar import stamp
from aex_async.sandbox._messages import Row
from aex_async.sandbox._products import CATALOGUE


def change_row(old_id: str, new_id: str, old_product_id: str, product_id: str, at: float) -> Row:
    """Return a change in the keys that published callers read.

    That `id` is the service which was there first is our reading: callers say only that rows may share it.
    """
    faster = CATALOGUE.by_id[product_id]["speed_down"] >= CATALOGUE.by_id[old_product_id]["speed_down"]
    return {
        "id": old_id,
        "new_service_id": new_id,
        "effective_date": stamp(at),
        "direction": "Upgrade" if faster else "Downgrade",
        "product_id": product_id,
    }
