"""A success that its own body denies: whoever stands before AEx can turn a refusal into one.

Taken for what its status says, it would be an order that was never created, or a customer without services.
"""

import re
from typing import Any

from attrs import evolve

from aex_async._http.responses import Answer
from aex_async._json import is_list, is_object, parse

SEEN = 65_536  # bytes at the beginning in which a body names its errors: a page of rows may be much longer
TAIL = 2048  # bytes at its end, behind the rows
REFUSED = 400  # what it counts as that says no better: refused data
IN_DOUBT = 500  # what it counts as that also repeats the order as created

# What this does not find is not parsed a second time. It is text, which `re` compiles at its first use, and keeps.
ERROR = (
    rb'(?i)"(?:(?:full_)?errors?"|fault"|(?:success|ok)"\s{0,3}:\s{0,3}false'
    rb'|(?:code|status)"\s{0,3}:\s{0,3}"?(?:[45][0-9]{2}|error|fail))'
)

# Most bodies are no errors, and all are looked at. How most begin: with a key, behind the counts of a page if they come
# first, and a value that is not empty.
match_beginning = re.compile(
    rb'\s{0,99}\[?\s{0,99}\{\s{0,99}(?:"(?:page|count|total)"\s{0,99}:\s{0,99}[0-9]{1,18}\s{0,99},\s{0,99}){0,3}'
    rb'"(\w{1,40})"\s{0,99}:\s{0,99}(?:"[^"]|\[\s{0,99}[^\s\]]|[1-9])'
).match

SAYING = ("errors", "error", "full_errors", "fault")
DENYING = ("success", "ok")
COUNTING = ("code", "status")
FAILED = ("error", "fail", "failed", "failure")
NOTES = frozenset(
    (
        *(*SAYING, *DENYING, *COUNTING),
        *("message", "messages", "detail", "details", "description", "error_description", "reason", "exception"),
        *("title", "type", "instance", "timestamp", "path", "method", "meta", "request_id", "trace_id"),
        *("page", "count", "total"),
    )
)
"""What stands beside an error and is no data: words about it, and the counts of an empty envelope."""
ECHO = frozenset(("customer", "premise", "service"))
"""What AEx repeats of an order (ISP flow, step 5)."""
NO_DATA = NOTES | ECHO


def read_refusal(answer: Answer) -> Answer:
    """Return a success whose body is an error's as the refusal that it is, and any other answer as it came."""
    if answer.status // 100 != 2 or not may_refuse(answer.body):  # noqa: PLR2004
        return answer
    body = parse(answer.body)
    if is_list(body) and len(body) == 1:
        body = body[0]
    if not is_object(body):
        return answer
    fault = {name.lower(): value for name, value in body.items()}
    if not is_refusal(fault):
        return answer
    return evolve(answer, refusal=IN_DOUBT if is_echo(fault) else find_status(fault) or REFUSED)


def may_refuse(body: bytes) -> bool:
    """Whether it is worth parsing a body to see whether it is an error's."""
    begun = match_beginning(body)
    name = begun[1].decode().lower() if begun else ""
    if name == "items":
        # Rows are data unless an error is said beside them: to look for two words through a page of a hundred rows
        # takes a fifth of what the pattern takes.
        seen = (body if len(body) <= SEEN + TAIL else body[:SEEN] + body[-TAIL:]).lower()
        if b"error" not in seen and b'fault"' not in seen:
            return False
    elif name and name not in NO_DATA:
        return False
    find_error = re.compile(ERROR).search
    return bool(find_error(body, 0, SEEN) or (len(body) > SEEN and find_error(body, len(body) - TAIL)))


def is_refusal(fault: dict[str, Any]) -> bool:
    """Whether an object, its keys in lower case, tells of an error and holds nothing else.

    Rows beside errors are no whole page: nobody knows what is missing. And an order that is repeated beside them is no
    more created than refused.
    """
    says = any(fault.get(name) for name in SAYING)
    denies = any(fault.get(name) is False for name in DENYING) or find_status(fault) is not None
    failed = any(str(fault.get(name)).lower() in FAILED for name in COUNTING)
    if not (says or denies or failed):
        return False
    known = NO_DATA if is_echo(fault) else NOTES
    return not any(value for name, value in fault.items() if name not in known and not (says and name == "items"))


def is_echo(fault: dict[str, Any]) -> bool:
    """Whether an object repeats an order."""
    return bool(fault.get("customer"))


def find_status(fault: dict[str, Any]) -> int | None:
    """Return the status of an error that an object names, itself or in the error that it holds."""
    inner = fault.get("error")
    for part in (fault, inner if is_object(inner) else {}):
        for name in COUNTING:
            number = read_number(part.get(name))
            if number is not None and 400 <= number < 600:  # noqa: PLR2004
                return number
    return None


def read_number(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch(r"[0-9]{3}", text, re.ASCII) else None
