"""httpx's own log line for our requests, without what it must not say."""

import logging

from aex_async._http.redaction import hide_query
from aex_async._http.wire import Url


def _hide(record: logging.LogRecord) -> bool:
    """Replace our URLs in a record's arguments. The record of any other request stays as it is."""
    if isinstance(record.args, tuple) and any(isinstance(value, Url) for value in record.args):
        record.args = tuple(_show(value) if isinstance(value, Url) else value for value in record.args)
    return True


def _show(url: Url) -> str:
    return f"{url.origin}{hide_query(url.target)}"


def redact_httpx_log() -> None:
    """Have httpx's logger pass our records on without queries and e-mails; asked again, nothing is added."""
    logging.getLogger("httpx").addFilter(_hide)
