"""What AEx knows and what users hand it, as frozen attrs classes.

Fields carry the API's names, in the order of the document's samples. Only identity is required: the rest is `None`
where AEx sent null or nothing. Datetimes are aware, money is `Decimal`, ids and statuses are text as AEx sent it.
Unknown fields are kept in `extra`, and so is a value that does not fit its field: then the attribute is `None`, and
`misfits` names it. Secrets, e-mails and telephone numbers are left out of every `repr`.

Those of records are made when one is first asked for, or with the first client: attrs takes a millisecond for each.
What holds answers is here from the start: when they have come, the process may have no file left to load it from.
"""

from typing import TYPE_CHECKING

from aex_async._lazy import list_names, load_lazily
from aex_async.models.base import DateOrDatetime, Model, Scalar
from aex_async.models.results import Bulk, Lookup, Page

if TYPE_CHECKING:
    from aex_async.models.customers import Customer, NewCustomer
    from aex_async.models.orders import (
        Attempt,
        AttemptState,
        CreatedService,
        CustomerRef,
        NewService,
        Order,
        PlacedOrder,
        PremiseRef,
        ServiceRef,
    )
    from aex_async.models.places import PredefinedPremise, Premise, Price, Product
    from aex_async.models.services import FullService, Service, ServiceChange, WorkOrder
else:
    __getattr__ = load_lazily(
        __name__,
        {
            name: f"{__name__}.{module}"
            for module, names in {
                "customers": ("Customer", "NewCustomer"),
                "orders": (
                    *("Attempt", "AttemptState", "CreatedService", "CustomerRef", "NewService", "Order"),
                    *("PlacedOrder", "PremiseRef", "ServiceRef"),
                ),
                "places": ("PredefinedPremise", "Premise", "Price", "Product"),
                "services": ("FullService", "Service", "ServiceChange", "WorkOrder"),
            }.items()
            for name in names
        },
    )
    __dir__ = list_names(__name__)

__all__ = [
    "Attempt",
    "AttemptState",
    "Bulk",
    "CreatedService",
    "Customer",
    "CustomerRef",
    "DateOrDatetime",
    "FullService",
    "Lookup",
    "Model",
    "NewCustomer",
    "NewService",
    "Order",
    "Page",
    "PlacedOrder",
    "PredefinedPremise",
    "Premise",
    "PremiseRef",
    "Price",
    "Product",
    "Scalar",
    "Service",
    "ServiceChange",
    "ServiceRef",
    "WorkOrder",
]
