"""How an answer is changed before it leaves."""

import re
from http import HTTPStatus

import msgspec
from attrs import evolve

from ._exchange import Request, Response
from ._faults import Fault

_GUID = re.compile(rb'"\{?[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}?"')
_IN_BRACES = re.compile(r"(?:\{|%7B)([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})(?:\}|%7D)", re.IGNORECASE)


def in_lower_case(response: Response) -> Response:
    """Print every GUID in the body in lower case."""
    return evolve(response, body=_GUID.sub(lambda match: match[0].lower(), response.body))


def in_braces(response: Response) -> Response:
    """Print every GUID in the body in braces."""
    return evolve(response, body=_GUID.sub(lambda match: b'"{' + match[0][1:-1] + b'}"', response.body))


def without_braces(request: Request) -> Request:
    """Read every GUID in braces as the GUID that it is."""
    return evolve(
        request,
        path=_IN_BRACES.sub(r"\1", request.path),
        query=_IN_BRACES.sub(r"\1", request.query),
        body=_IN_BRACES.sub(r"\1", request.body.decode(errors="surrogateescape")).encode(errors="surrogateescape"),
    )


def with_header(response: Response, header: tuple[bytes, bytes]) -> Response:
    """Add a header."""
    return Response(response.status, (*response.headers, header), response.body, response.commit)


def naming(response: Response, customer_id: str) -> Response:
    """Let the answer to an order name another customer; other answers stay as they are."""
    if response.status != HTTPStatus.CREATED or not response.body:
        return response
    order = msgspec.json.decode(response.body)
    order["customer"]["id"] = customer_id
    return evolve(response, body=msgspec.json.encode(order))


def replaced(response: Response, fault: Fault) -> Response:
    """Put the fault's own status, headers, body in place of the answer's, which writes what it wrote."""
    return evolve(
        response,
        status=fault.code or response.status,
        # Another status has headers of its own: the Location of a 201 would give it away.
        headers=fault.headers if fault.code else response.headers + fault.headers,
        body=response.body if fault.body is None else fault.body,
    )
