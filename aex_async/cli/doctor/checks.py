"""What the doctor says of the settings, and of the clock; without any I/O."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import frozen

from aex_async import PREPROD, PRODUCTION_US, PRODUCTION_ZA
from aex_async.cli.console import make_sentence
from aex_async.cli.json_output import Result
from aex_async.client import AsyncAExClient
from aex_async.errors import UsageError

LATE: Final = timedelta(seconds=10)
KNOWN: Final = (PREPROD, PRODUCTION_US, PRODUCTION_ZA)
ANY: Final = "x"
"""Stands for a setting that is not what is looked at."""


@frozen
class Check:
    """One line of the doctor's: what was looked at, how it is, and what to do about it."""

    check: str
    state: str
    message: str
    advice: str = ""

    def describe(self) -> Result:
        """Return it for programs."""
        return {"check": self.check, "state": self.state, "message": self.message, "advice": self.advice or None}

    def __str__(self) -> str:
        return f"{self.state:<8} {self.check:<12} {make_sentence(self.message)} {self.advice}".rstrip()


def judge_base_url(url: str | None, *, given: bool = False) -> Check:
    """Return whether a base URL may be used, and whether it is a host of AEx that is known here.

    One is `given` on the command line, or else comes from the environment.
    """
    source = "--base-url" if given else "AEX_BASE_URL"
    if not url:
        return Check("base URL", "ok", f"none is set, so it is pre-production: {PREPROD}")
    if said := refuse(ANY, url, ANY):
        return Check("base URL", "problem", said, f"Correct {source}.")
    if url not in KNOWN and not is_here(url):
        also = "" if given else "; another product also reads AEX_BASE_URL"
        said = f"{url} is no host of AEx that is known here, and gets the token{also}"
        return Check("base URL", "warning", said, "Make sure that AEx gave you this host.")
    return Check("base URL", "ok", f"{url} from {source}")


def is_here(url: str) -> bool:
    """Whether a base URL is this machine's own: one that is served here, such as a sandbox."""
    return url.startswith("http://")  # which is refused for anything but loopback


def judge_cookie(cookie: str | None) -> Check:
    """Return whether the session cookie may be sent. A kept session can override the token."""
    if not cookie:
        return Check("cookie", "ok", "no session cookie is set, and none is needed")
    if said := refuse(ANY, PREPROD, cookie):
        return Check("cookie", "problem", said, "Unset AEX_SESSION_COOKIE.")
    return Check("cookie", "warning", "AEX_SESSION_COOKIE is set, and may override the token", "Unset it, if you can.")


def refuse(token: str, url: str, cookie: str) -> str:
    """Return why no client can be built so, or nothing."""
    try:
        AsyncAExClient(token, base_url=url, session_cookie=cookie)
    except UsageError as error:
        return str(error)
    return ""


def judge_clock(date: str, now: datetime) -> Check:
    """Return how far this machine's clock is from the `Date` of AEx's answer."""
    theirs = read_date(date)
    if theirs is None:
        return Check("clock", "warning", "the answer says no time to compare with")
    apart = now - theirs
    if abs(apart) <= LATE:
        return Check("clock", "ok", "this machine and AEx agree on the time")
    way = "ahead of" if apart > LATE else "behind"
    said = f"this machine's clock is {abs(apart).total_seconds():.0f} s {way} AEx's"
    return Check("clock", "warning", said, "Let the machine set its clock from the network.")


def read_date(date: str) -> datetime | None:
    """Return the moment that a `Date` header names, if it is one."""
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
