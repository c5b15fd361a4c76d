"""What a token says of itself, and what AEx says of it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import httpx
from attrs import define

from aex_async import PREPROD
from aex_async.cli.doctor.checks import ANY, Check, judge_clock, refuse
from aex_async.client import AsyncAExClient
from aex_async.errors import AExError, AuthenticationError, ForbiddenError, NotFoundError

SOON: Final = timedelta(days=14)
NEW_ONE: Final = "Ask your SDM at AEx for a token, and set AEX_TOKEN."
NOBODY: Final = "nobody@doctor.invalid"
"""An e-mail that no customer can have: whom the listing finds does not matter, nor that it is in AEx's logs."""


def judge_token(token: str | None, now: datetime) -> list[Check]:
    """Return what is to be said of a token, and of the expiry that it names. No part of it is shown."""
    if not token:
        return [Check("token", "problem", "AEX_TOKEN is not set", NEW_ONE)]
    if len(token) > 1 and token[0] == token[-1] and token[0] in "\"'":
        said = "AEX_TOKEN begins and ends with a quotation mark: a shell removes those, an .env file or Docker may not"
        return [Check("token", "problem", said, "Set it without the quotation marks.")]
    if said := refuse(token, PREPROD, ANY):
        return [Check("token", "problem", f"AEX_TOKEN cannot be used: {said}", "Set it again, as you were given it.")]
    return [Check("token", "ok", "AEX_TOKEN is well formed"), judge_expiry(read_claims(token), now)]


def judge_expiry(claims: dict[str, Any] | None, now: datetime) -> Check:
    """Return whether a token is still good, if it says so."""
    if claims is None:
        return Check("expiry", "ok", "the token is no JWT, so it does not say until when it is good")
    issuer, expiry = claims.get("iss"), read_moment(claims.get("exp"))
    by = f" (issued by {issuer[:80]})" if issuer and isinstance(issuer, str) else ""
    if expiry is None:
        return Check("expiry", "ok", f"the token names no end{by}")
    day = expiry.isoformat(timespec="seconds")
    if expiry <= now:
        return Check("expiry", "problem", f"the token ended on {day}{by}", NEW_ONE)
    if expiry <= now + SOON:
        return Check("expiry", "warning", f"the token ends on {day}{by}", "Ask your SDM at AEx for the next one.")
    return Check("expiry", "ok", f"the token is good until {day}{by}")


def read_claims(token: str) -> dict[str, Any] | None:
    """Return the claims of a JWT, or `None` if the token is something else. Nothing is verified."""
    parts = [read_part(part) for part in token.split(".")[:2]]
    if token.count(".") != 2 or None in parts:  # noqa: PLR2004 - header, claims, signature
        return None
    return parts[1]


def read_part(part: str) -> dict[str, Any] | None:
    """Return the object in one part of a JWT, or `None` if there is none."""
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):  # not base64, not UTF-8, not JSON, or nested to break the parser
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def read_moment(seconds: object) -> datetime | None:
    """Return the moment of a claim, or `None` for what no calendar has."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


@define
class Listening(httpx.AsyncBaseTransport):
    """A transport that remembers what time the last answer said it was."""

    inner: httpx.AsyncBaseTransport
    date: str | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and keep the date of its answer."""
        response = await self.inner.handle_async_request(request)
        self.date = response.headers.get("Date")
        return response

    async def aclose(self) -> None:
        """Close what it passes on to."""
        await self.inner.aclose()


async def probe_access(aex: AsyncAExClient, listening: Listening) -> list[Check]:
    """Return what AEx thinks of the token, and of our clock if it answered at all."""
    error = None
    try:
        await anext(aex.customers(NOBODY, count=1, limit=1), None)
    except AExError as raised:
        error = raised
    clock = [] if listening.date is None else [judge_clock(listening.date, datetime.now(UTC))]
    return [judge_answer(error), *clock]


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
