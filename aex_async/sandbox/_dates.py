"""The sandbox's own dates, which go on from one fixed moment as its clock does."""

from datetime import datetime, timedelta, timezone

from ._exchange import Row

_BEGINNING = datetime(2024, 10, 16, 13, 5, 30, tzinfo=timezone(timedelta(hours=2)))


def stamp(age: float) -> str:
    """Write the moment `age` seconds after the beginning of the sandbox's world, as most rows do."""
    return f"{_BEGINNING + timedelta(seconds=age):%Y-%m-%d %H:%M:%S %z}"


def day(age: float) -> str:
    """Write the day `age` seconds after the beginning as eight digits."""
    return f"{_BEGINNING + timedelta(seconds=age):%Y%m%d}"


def moment(text: str) -> datetime:
    """Read either of the API's two forms; without a zone it is South African time.

    Raises `ValueError` for anything else.
    """
    iso = text.replace(" ", "T", 1).replace(" ", "")
    if "T24" in iso:  # the next midnight for Python 3.14 and newer, no time at all for the others
        raise ValueError("a day ends before 24:00")
    read = datetime.fromisoformat(iso)
    return read if read.tzinfo else read.replace(tzinfo=_BEGINNING.tzinfo)


def is_newer(row: Row, than: datetime) -> bool:
    """Tell whether a row was updated, or has been in effect, since that moment."""
    return moment(row["updated_at"] if "updated_at" in row else row["effective_date"]) >= than
