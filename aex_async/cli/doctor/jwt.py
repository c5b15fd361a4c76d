"""What a token says of itself if it is a JWT: who issued it, and until when. Nothing is verified, nothing else read."""

import base64
import json
from datetime import UTC, datetime
from typing import Any, cast

from attrs import frozen


@frozen
class Claims:
    """The two claims that may be shown."""

    issuer: str | None
    expiry: datetime | None


def read_claims(token: str) -> Claims | None:
    """Return the claims of a JWT, or `None` if the token is something else."""
    parts = [_read_part(part) for part in token.split(".")[:2]]
    if token.count(".") != 2 or None in parts:  # noqa: PLR2004 - header, claims, signature
        return None
    claims = parts[1] or {}
    issuer = claims.get("iss")
    return Claims(issuer if isinstance(issuer, str) else None, _read_moment(claims.get("exp")))


def _read_part(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):  # not base64, not UTF-8, not JSON, or nested to break the parser
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _read_moment(seconds: object) -> datetime | None:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
