"""What AEx answered: a whole answer held in memory, what its headers say, and the error that it stands for."""

import json
import re
from itertools import islice
from typing import Any

from attrs import field, frozen

from aex_async import errors
from aex_async._arguments import is_id
from aex_async._http.redaction import escape, hide_known, redact, redact_json, spell
from aex_async._http.secret_fields import HIDDEN, follows_name, hide_elements, is_remark, is_secrets
from aex_async._http.taken_email import STATUSES, says_taken
from aex_async._json import is_list, is_object, parse
from aex_async._secret_names import is_echo, is_name, is_value, names_secret_value

SHOWN = 200  # characters of a body in a message
# Bytes, as Python holds them: errors are kept by the thousand
TOLD = 400  # of an error's texts in its message
KEPT = 400  # of a body in an error's `body`
ROOM = 1000  # of all texts of an error together
SMALLEST = 100  # that even the shortest text counts as: an object and its places cost as much
SEEN = 65_536  # bytes of a body that are looked at
MAX_FIELDS = 8
MORE = "... and more"

Fields = dict[str, tuple[str, ...]]


@frozen(eq=False)  # nothing compares two, and attrs would compile how at every import
class Answer:
    """One complete answer. `flaw` says why `body` is not all that was sent, if it is not.

    `refusal` is the status that the body of an error names under the status of a success.
    """

    status: int
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    body: bytes = field(repr=False)
    flaw: str | None = None
    refusal: int | None = field(default=None, repr=False)

    @property
    def means(self) -> int:
        """The status to go by."""
        return self.refusal or self.status

    def header(self, name: bytes) -> bytes | None:
        """Return the first header called `name`, which must be in lower case."""
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return None

    @property
    def ambiguous(self) -> bool:
        """Whether its end depends on who reads it: it gives a length, and comes in chunks."""
        return self.header(b"transfer-encoding") is not None and self.header(b"content-length") is not None


CLASSES: dict[int, type[errors.ResponseError]] = {
    401: errors.AuthenticationError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
    429: errors.RateLimitedError,
}
HUNDREDS: dict[int, type[errors.ResponseError]] = {
    3: errors.RedirectError,
    4: errors.BadRequestError,
    5: errors.ServerError,
}


def choose_error(status: int, fault: Any, path: str) -> type[errors.ResponseError]:
    """Return the class that an answer with this status and parsed body stands for; the body's `code` has no say."""
    # An order has no e-mail of its own: whatever is there already, it is none.
    if status in STATUSES and not path.startswith("/services") and says_taken(fault):
        return errors.EmailTakenError
    return CLASSES.get(status) or HUNDREDS.get(status // 100) or errors.ResponseError


def make_error(
    answer: Answer,
    *,
    method: str,
    path: str,
    attempts: int,
    retry_after: float | None,
    secrets: tuple[str, ...],
) -> errors.ResponseError:
    """Return the error that `answer` stands for, its texts redacted."""
    fault, known = parse(answer.body), spell(secrets)
    texts, fields = read_texts(fault, known)
    body = show_body(answer, fault, known)
    said = " ".join(("; ".join(texts) or body[:SHOWN]).split()) or "nothing"  # one line: it may go to a log
    told = shorten(said, TOLD)
    doubtful = answer.refusal is not None and method != "GET"
    error = choose_error(answer.means, fault, path)(
        f"{method} {path} answered {answer.status}: {told if told == said else told + '...'}"
        + (" (it may have taken effect: look before you repeat it)" if doubtful else ""),
        status=answer.status,
        code=read_code(fault) if answer.refusal in (None, 400) else answer.refusal,
        messages=texts,
        fields=fields,
        method=method,
        path=path,
        retry_after=retry_after,
        attempts=attempts,
        body=body,
    )
    return error.advise(errors.LOOK_FIRST) if doubtful else error


def read_text(body: bytes) -> str:
    """Return the text that a body holds in whatever encoding, for a secret is found in none that is not read.

    It is UTF-8, but for single bytes of Windows-1252 and for what an old page writes in two or four bytes a character.
    """
    # Of such a page a good half is NUL; a lone one, or a mark, makes none of a text.
    encoding = json.detect_encoding(body) if body.count(0) > len(body) / 3 else "utf-8"
    text = body.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "replace")
    return re.sub("[\udc80-\udcff]", lambda byte: bytes([ord(byte[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def show_body(answer: Answer, fault: Any, known: frozenset[str]) -> str:
    """Return the start of the body as redacted text, with a note if the whole could not be had."""
    if is_object(fault) or is_list(fault):
        text = redact_json(fault, known, KEPT)
    else:
        text = redact(read_text(answer.body[:SEEN]), known, cut=len(answer.body) >= SEEN)
    text = shorten(text, KEPT)
    return f"{text} [{answer.flaw}]".strip() if answer.flaw else text


MARKUP = r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)"  # compiled if a page comes, as few ever do


def quote_page(answer: Answer, secrets: tuple[str, ...]) -> str:
    """Return what a page of HTML says, redacted and short; of any other body nothing, for it could be a value."""
    if not answer.body.lstrip().startswith(b"<"):
        return ""
    known = spell(secrets)
    text = re.sub(MARKUP, " ", hide_elements(hide_known(read_text(answer.body[:SEEN]), known)))
    return " ".join(redact(text, known, cut=len(answer.body) >= SEEN).split())[:SHOWN]


def read_code(fault: Any) -> int | None:
    code = fault.get("code") if is_object(fault) else None
    return code if type(code) is int else None


def read_texts(fault: Any, known: frozenset[str]) -> tuple[tuple[str, ...], Fields]:
    """Return the texts of an error's body in whichever form it has, and the same by field.

    ISP flow, step 1, has a dict of lists beside `full_errors`, and a list; the field notes add a dict of texts
    and `{"error": text}`.
    """
    if not is_object(fault):
        return (), {}
    said: Any = fault.get("errors", fault.get("error"))
    by_field: Any = said if is_object(said) else {}
    room = ROOM // (4 * max(1, min(len(by_field), MAX_FIELDS)))  # each text stands among `messages`, too
    fields: Fields = {}
    for name, value in islice(by_field.items(), MAX_FIELDS):
        shown = show_text(name, known, room)
        said_of_it = flatten({name: value}, known, room)
        fields[shown] = (*fields.get(shown, ()), *said_of_it)  # several names can be shown alike
    texts = flatten(fault.get("full_errors"), known)
    if not texts:
        texts = tuple(f"{name} {text}" for name in fields for text in fields[name] if text != MORE)
        texts += (MORE,) if len(by_field) > MAX_FIELDS or any(MORE in each for each in fields.values()) else ()
    return texts or flatten(said, known), fields


def flatten(value: Any, known: frozenset[str], room: int = ROOM) -> tuple[str, ...]:
    """Return the texts in a value of whatever shape, as many as there is room for, without a secret's value.

    What stands under a secret's name, or beside it, is words about the secret; what is no words could be the secret
    itself, and so is what stands under the name of a value, and whatever a server repeats of a request.
    """
    found: list[str] = []
    left: list[tuple[Any, bool, bool]] = [(value, False, False)]
    while left:
        item, of_secret, sent = left.pop()
        if is_object(item):
            of_secret = of_secret or names_secret_value(item)
            left += reversed(
                [
                    (inner, is_secrets(name) or (of_secret and not is_name(name)), sent or is_echo(name))
                    for name, inner in item.items()
                    if not (of_secret and is_value(name))
                ]
            )
        elif is_list(item):
            for at in reversed(range(len(item))):
                inner, behind = item[at], follows_name(item, at)
                whole = behind and not (is_object(inner) or is_list(inner))
                left.append((HIDDEN if whole else inner, of_secret or behind, sent))
        elif item is not None:
            if room <= 0:
                return (*found, MORE)
            text = HIDDEN if of_secret and (sent or not is_remark(str(item))) else str(item)
            found.append(show_text(text, known, room, named=of_secret))
            room -= max(SMALLEST, len(found[-1]) * find_width(found[-1]))
    return tuple(found)


def show_text(text: str, known: frozenset[str], room: int, *, named: bool = False) -> str:
    """Return a text of the server's on one line, redacted, without its end if it is long."""
    shown = escape(re.sub(r"[\r\n]{1,999}", " ", redact(text, known, named=named)))
    short = shorten(shown, room)
    return shown if len(short) == len(shown) else f"{short}..."


def shorten(text: str, room: int) -> str:
    """Return the beginning of a text for which there is room."""
    return text[: room // find_width(text[:room])]


def find_width(text: str) -> int:
    """Return the bytes that a character of a text takes: Python holds all as wide as the widest, such as an emoji."""
    widest = "" if text.isascii() else max(text)
    return 1 if widest <= "\xff" else 2 if widest <= "\uffff" else 4


def read_new_id(answer: Answer) -> str | None:
    """Return the id that the answer to `POST /customers` names, if it does.

    The ISP flow has no body there. Field notes: the last segment of `Location` is the id; it is read, not followed.
    """
    parts = (answer.header(b"location") or b"").decode("ascii", "replace").rstrip("/").split("/")
    if len(parts) > 1 and parts[-2] == "customers" and is_id(parts[-1]):
        return parts[-1]
    body = parse(answer.body)
    named = body.get("id") if is_object(body) else None
    return named if is_id(named) else None
