"""What the doctor makes of what it sees; without any I/O."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import frozen

from aex_async import PREPROD, PRODUCTION_US, PRODUCTION_ZA
from aex_async.cli.doctor.jwt import Claims, read_claims
from aex_async.cli.format import Result
from aex_async.cli.terminal_text import make_sentence
from aex_async.client import AsyncAExClient
from aex_async.errors import (
    AExError,
    AuthenticationError,
    ForbiddenError,
    NotFoundError,
    UsageError,
)

_SOON: Final = timedelta(days=14)
_LATE: Final = timedelta(seconds=10)
_NEW_ONE: Final = "Ask your SDM at AEx for a token, and set AEX_TOKEN."
_ANY: Final = "x"  # stands for a setting that is not what is looked at
_KNOWN: Final = (PREPROD, PRODUCTION_US, PRODUCTION_ZA)


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


def judge_token(token: str | None, now: datetime) -> list[Check]:
    """Return what is to be said of a token, and of the expiry that it names. No part of it is shown."""
    if not token:
        return [Check("token", "problem", "AEX_TOKEN is not set", _NEW_ONE)]
    if len(token) > 1 and token[0] == token[-1] and token[0] in "\"'":
        said = "AEX_TOKEN begins and ends with a quotation mark: a shell removes those, an .env file or Docker may not"
        return [Check("token", "problem", said, "Set it without the quotation marks.")]
    if said := _refuse(token, PREPROD, _ANY):
        return [Check("token", "problem", f"AEX_TOKEN cannot be used: {said}", "Set it again, as you were given it.")]
    return [Check("token", "ok", "AEX_TOKEN is well formed"), judge_expiry(read_claims(token), now)]


def judge_expiry(claims: Claims | None, now: datetime) -> Check:
    """Return whether a token is still good, if it says so."""
    if claims is None:
        return Check("expiry", "ok", "the token is no JWT, so it does not say until when it is good")
    by = f" (issued by {claims.issuer[:80]})" if claims.issuer else ""
    if claims.expiry is None:
        return Check("expiry", "ok", f"the token names no end{by}")
    day = claims.expiry.isoformat(timespec="seconds")
    if claims.expiry <= now:
        return Check("expiry", "problem", f"the token ended on {day}{by}", _NEW_ONE)
    if claims.expiry <= now + _SOON:
        return Check("expiry", "warning", f"the token ends on {day}{by}", "Ask your SDM at AEx for the next one.")
    return Check("expiry", "ok", f"the token is good until {day}{by}")


def judge_base_url(url: str | None) -> Check:
    """Return whether a base URL may be used, and whether it is a host of AEx that is known here."""
    if not url:
        return Check("base URL", "ok", f"none is set, so it is pre-production: {PREPROD}")
    if said := _refuse(_ANY, url, _ANY):
        return Check("base URL", "problem", said, "Correct --base-url or AEX_BASE_URL.")
    if url not in _KNOWN and not _is_here(url):
        said = (
            f"{url} is no host of AEx that is known here, and gets the token; another product also reads AEX_BASE_URL"
        )
        return Check("base URL", "warning", said, "Make sure that AEx gave you this host, or name it with --base-url.")
    return Check("base URL", "ok", url)


def _is_here(url: str) -> bool:
    """Whether a base URL is this machine's own: one that is served here, such as a sandbox."""
    return url.startswith("http://")  # which is refused for anything but loopback


def judge_cookie(cookie: str | None) -> Check:
    """Return whether the session cookie may be sent. A kept session can override the token."""
    if not cookie:
        return Check("cookie", "ok", "no session cookie is set, and none is needed")
    if said := _refuse(_ANY, PREPROD, cookie):
        return Check("cookie", "problem", said, "Unset AEX_SESSION_COOKIE.")
    return Check("cookie", "warning", "AEX_SESSION_COOKIE is set, and may override the token", "Unset it, if you can.")


def _refuse(token: str, url: str, cookie: str) -> str:
    """Return why no client can be built so, or nothing."""
    try:
        AsyncAExClient(token, base_url=url, session_cookie=cookie)
    except UsageError as error:
        return str(error)
    return ""


def judge_answer(error: AExError | None) -> Check:
    """Return what the answer to an authenticated listing says of the token.

    Only a listing tells: AEx may look for a record before it looks at the token, so that a read by id answers a bad one
    with 404 (field notes, "Errors").
    """
    if error is None:
        return Check("access", "ok", "AEx takes the token")
    if isinstance(error, AuthenticationError):
        return Check("access", "problem", "AEx refuses the token", "Check that it belongs to this base URL.")
    if isinstance(error, ForbiddenError):
        return Check("access", "warning", "AEx takes the token, but not for reading customers", "Ask AEx about it.")
    if isinstance(error, NotFoundError):
        said = "the host answers, but has no listing of customers, so it may be no AEx at all"
        return Check("access", "problem", said, "Check the base URL.")
    return Check("access", "problem", str(error), error.advice)


def judge_clock(date: str, now: datetime) -> Check:
    """Return how far this machine's clock is from the `Date` of AEx's answer."""
    theirs = _read_date(date)
    if theirs is None:
        return Check("clock", "warning", "the answer says no time to compare with")
    apart = now - theirs
    if abs(apart) <= _LATE:
        return Check("clock", "ok", "this machine and AEx agree on the time")
    way = "ahead of" if apart > _LATE else "behind"
    said = f"this machine's clock is {abs(apart).total_seconds():.0f} s {way} AEx's"
    return Check("clock", "warning", said, "Let the machine set its clock from the network.")


def _read_date(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
