"""Order fibre through AEx from async Python.

>>> from aex_async import AsyncAExClient
>>> async def show(premise_id: str) -> None:
...     async with AsyncAExClient("TOKEN") as aex:
...         print(await aex.get_premise(premise_id))
"""

from typing import TYPE_CHECKING

from aex_async import errors, models
from aex_async._bulk.for_each import for_each
from aex_async._http.observing import Try
from aex_async._lazy import list_names, load_lazily
from aex_async._listing.listing import Listing, ListingOptions
from aex_async._version import __version__
from aex_async.client import PREPROD, PRODUCTION_US, PRODUCTION_ZA, AsyncAExClient
from aex_async.errors import AExError

if TYPE_CHECKING:
    from aex_async._codec import from_json, make_converter, to_json
    from aex_async.journal import OrderJournal
    from aex_async.models import (
        Attempt,
        AttemptState,
        Bulk,
        CreatedService,
        Customer,
        FullService,
        Lookup,
        NewCustomer,
        NewService,
        Order,
        Page,
        PlacedOrder,
        PredefinedPremise,
        Premise,
        Price,
        Product,
        Service,
        ServiceChange,
        WorkOrder,
    )
else:  # not everybody orders, nobody reads a row before there is a client, and a model is made when it is asked for
    __getattr__ = load_lazily(
        __name__,
        {
            **dict.fromkeys(("from_json", "make_converter", "to_json"), "aex_async._codec"),
            "OrderJournal": "aex_async.journal",
            **dict.fromkeys(models.__all__, "aex_async.models"),
        },
    )
    __dir__ = list_names(__name__)

__all__ = [
    "PREPROD",
    "PRODUCTION_US",
    "PRODUCTION_ZA",
    "AExError",
    "AsyncAExClient",
    "Attempt",
    "AttemptState",
    "Bulk",
    "CreatedService",
    "Customer",
    "FullService",
    "Listing",
    "ListingOptions",
    "Lookup",
    "NewCustomer",
    "NewService",
    "Order",
    "OrderJournal",
    "Page",
    "PlacedOrder",
    "PredefinedPremise",
    "Premise",
    "Price",
    "Product",
    "Service",
    "ServiceChange",
    "Try",
    "WorkOrder",
    "__version__",
    "errors",
    "for_each",
    "from_json",
    "make_converter",
    "models",
    "to_json",
]
