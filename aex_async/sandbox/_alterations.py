"""How an answer is changed before it leaves."""

import re
from http import HTTPStatus

import msgspec
from attrs import evolve

from ._faults import Fault
from ._messages import Reply

_GUID = re.compile(rb'"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"')


def in_lower_case(reply: Reply) -> Reply:
    """Print every GUID in the body in lower case."""
    return evolve(reply, body=_GUID.sub(lambda match: match[0].lower(), reply.body))


def with_header(reply: Reply, header: tuple[bytes, bytes]) -> Reply:
    """Add a header."""
    return Reply(reply.status, (*reply.headers, header), reply.body, reply.commit)


def naming(reply: Reply, customer_id: str) -> Reply:
    """Let the answer to an order name another customer; other answers stay as they are."""
    if reply.status != HTTPStatus.CREATED or not reply.body:
        return reply
    told = msgspec.json.decode(reply.body)
    told["customer"]["id"] = customer_id
    return evolve(reply, body=msgspec.json.encode(told))


def replaced(reply: Reply, fault: Fault) -> Reply:
    """Put the fault's own status, headers, body in place of the answer's, which writes what it wrote."""
    return evolve(
        reply,
        status=fault.code or reply.status,
        # Another status has headers of its own: the Location of a 201 would give it away.
        headers=fault.headers if fault.code else reply.headers + fault.headers,
        body=reply.body if fault.body is None else fault.body,
    )
