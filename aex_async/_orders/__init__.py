"""One order, placed once; loaded by the first call that has to do with orders, and with it SQLite."""

from typing import TYPE_CHECKING

from aex_async._lazy import load_lazily

if TYPE_CHECKING:
    from aex_async._journal.at_work import LONGEST, begin_work
    from aex_async._orders.customers import People, PrivateEmail, find_customer, get_or_create
    from aex_async._orders.flow import OrderCalls, Ordering
    from aex_async._orders.journal_access import JournalAccess
    from aex_async._orders.service_reader import ServiceReader
    from aex_async.journal import OrderJournal, check_journal
else:
    __getattr__ = load_lazily(
        __name__,
        {
            **dict.fromkeys(("LONGEST", "begin_work"), "aex_async._journal.at_work"),
            **dict.fromkeys(
                ("People", "PrivateEmail", "find_customer", "get_or_create"), "aex_async._orders.customers"
            ),
            **dict.fromkeys(("OrderCalls", "Ordering"), "aex_async._orders.flow"),
            "JournalAccess": "aex_async._orders.journal_access",
            "ServiceReader": "aex_async._orders.service_reader",
            **dict.fromkeys(("OrderJournal", "check_journal"), "aex_async.journal"),
        },
    )

__all__ = [
    "LONGEST",
    "JournalAccess",
    "OrderCalls",
    "OrderJournal",
    "Ordering",
    "People",
    "PrivateEmail",
    "ServiceReader",
    "begin_work",
    "check_journal",
    "find_customer",
    "get_or_create",
]
