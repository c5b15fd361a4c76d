"""The id that somebody typed, or pasted with the page of a portal around it."""

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from aex_async._arguments import check_id
from aex_async.errors import UsageError

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BREAKS = re.compile(r"[/?&=#]")


def read_id(text: str) -> str:
    """Return an id as it is, or the one that an https URL names. The URL is never called, nor repeated."""
    if "://" not in text:
        return check_id(text, "it")
    found = _find_ids(_split(text))
    if len({guid.upper() for guid in found}) != 1:
        raise UsageError(f"the URL names {'several ids' if found else 'no id'}: give the one that is meant")
    return found[0]


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if parts.scheme != "https" or not parts.netloc:
        raise UsageError("a URL must begin with https:// and a host: give the id alone")
    return parts


def _find_ids(url: SplitResult) -> list[str]:
    """Return the last id of the path, the ids of the query, and the last one of the fragment."""
    query = [value for _, value in parse_qsl(url.query)]
    return [*_pick(url.path)[-1:], *(value for value in query if _GUID.fullmatch(value)), *_pick(url.fragment)[-1:]]


def _pick(text: str) -> list[str]:
    return [part for part in _BREAKS.split(unquote(text)) if _GUID.fullmatch(part)]
