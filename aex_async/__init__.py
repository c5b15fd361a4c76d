"""Order fibre through AEx from async Python.

>>> from aex_async import AsyncAExClient
>>> async def show(premise_id: str) -> None:
...     async with AsyncAExClient("TOKEN") as aex:
...         print(await aex.get_premise(premise_id))
"""

from aex_async import errors, models
from aex_async._bulk.work import for_each
from aex_async._codec import from_json, make_converter, to_json
from aex_async._http.observing import Try
from aex_async._listing.listing import Listing, ListingOptions
from aex_async._version import __version__
from aex_async.client import PREPROD, PRODUCTION_US, PRODUCTION_ZA, AsyncAExClient
from aex_async.errors import AExError
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
