"""Texts of the server made fit to be shown: without secrets, addresses or control characters.

JSON is read, and written anew without what stands under a secret's name. In any other text, whatever looks like a name
with its value is looked for (`secret_fields`): first as it came, then with its escapes undone level by level, so that
no pattern has to know of more than one way to write a quote.
"""

import json
import re
import sys
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from aex_async._http.secret_fields import (
    HIDDEN,
    IN_QUOTES,
    MIN_SECRET,
    follows_name,
    hide_elements,
    hide_fields,
    hide_quoted,
    hide_quoted_words,
    is_private,
)
from aex_async._json import encoder, is_list, is_object, parse
from aex_async._secret_names import is_value, names_secret, names_secret_value

# Patterns are text here: `re` compiles each at its first use, which most programs never come to, and keeps it.

PART = r"[^\s\"'<>:;,=()\[\]{}@]"
AT = r"(?:@|%40)"
# It begins where a word does, and gives nothing back: no text takes longer than its length.
EMAIL = rf"(?:(?<!{PART})|(?<=%40))(?:(?!{AT}){PART})++{AT}{PART}++"
BEARER = r"(?i)(bearer\s{1,9})\S+|\beyJ[\w.-]{10,}"
UNUSUAL = r"[^ -~\n]{1,999}"
NOT_ONE_LINE = r"[^ -~]{1,999}"
GUID = r"(?<![\dA-Fa-f])[\dA-Fa-f]{8}(?:-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12}(?![\dA-Fa-f])"
DATE = r"(?<![\d+-])(?:(?:19|20)\d\d-[01]\d-[0-3]\d|[0-3]\d-[01]\d-(?:19|20)\d\d)(?: [0-2]\d(?=:))?(?![\d-])"
PHONE = rf"({GUID}|{DATE})|\+?\d(?:(?!{GUID}|{DATE})[\d ()-]){{7,18}}\d"  # the former two are none
SHORTEST = 9  # characters of what these patterns find
SEEN = 8192  # characters of a text
WRITTEN = 2048  # characters of JSON that stands in a text: an error keeps no more of one
MAX_BRACKETS = 200  # in a text that is JSON: it can hold another such text, and Python's recursion ends at 1,000
NOTHING: frozenset[str] = frozenset()


def redact(text: str, known: frozenset[str] = NOTHING, *, named: bool = False, cut: bool = False) -> str:
    """Return `text` with what is `known` and whatever looks like a secret replaced, and nothing unprintable.

    If it is `named`, it stands under a secret's name, or beside it: then what it quotes is replaced as well. If it is
    `cut`, its end can be half of what is `known`.
    """
    return re.sub(UNUSUAL, escape_unprintable, hide(text, known, named=named, cut=cut))


def redact_json(value: Any, known: frozenset[str], most: int) -> str:
    """Return a value as JSON that is redacted alike, or its beginning: `most` characters, or somewhat more."""
    return re.sub(UNUSUAL, escape_unprintable, write_beginning(value, known, most))


def hide(text: str, known: frozenset[str], *, named: bool = False, cut: bool = False) -> str:
    if len(text) < SHORTEST and text.isalnum():  # as most names and numbers are
        return hide_known(text, known)
    if len(text) <= SEEN and text.lstrip()[:1] in ("{", "[") and text.count("{") + text.count("[") <= MAX_BRACKETS:
        value = parse(text.encode(errors="replace"))
        if is_object(value) or is_list(value):
            return write_beginning(value, known, WRITTEN, named=named)
    text = hide_known(text, known)  # before the cut, which could show half of a secret
    cut, text = cut or len(text) > SEEN, text[:SEEN]
    longest = max(map(len, known), default=0)
    if named:
        text = hide_quoted(text)
    levels = MAX_LEVELS
    while True:
        text = hide_quoted_words(hide_fields(hide_elements(hide_known(text, known))))
        plain = unescape(text)
        if plain == text or levels == 0:
            break
        text, levels = plain, levels - 1
        known |= {form for form in map(unescape, known) if len(form) >= MIN_SECRET}
    if cut and longest:  # it can end with half of a secret whose escapes have only now been undone
        text = text[: -longest - MAX_ESCAPE]
    text = re.sub(BEARER, HIDDEN, text)
    text = re.sub(EMAIL, "[e-mail]", text)
    return re.sub(PHONE, lambda number: number[1] or "[number]", text)


# What is known: the secrets of this very request

MAX_LEVELS = 4  # of escapes: JSON in JSON in JSON on a page in JSON
MAX_ESCAPE = 12  # characters of one
ESCAPE = (
    r"(?:\\u[0-9A-Fa-f]{4})+|\\[\"'/\\#]"  # of JSON, and of most languages; in Ruby a # too
    r"|(?:\\x[0-9A-Fa-f]{2})+|\\u\{[0-9A-Fa-f]{1,6}\}"  # of bytes, and of characters in Ruby, Rust and JavaScript
    r"|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});"  # of pages
    r"|(?:%[0-9A-Fa-f]{2})+"  # of URLs and forms
)


def hide_known(text: str, known: Iterable[str]) -> str:
    # The longest first: of one that begins with another, the rest would be left.
    for form in sorted([form for form in known if form in text], key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def spell(secrets: Collection[str]) -> frozenset[str]:
    """Return the forms in which a server can repeat a request's secrets, besides those that `unescape` undoes."""
    forms: set[str] = set()
    for secret in secrets:
        in_json = json.dumps(secret, ensure_ascii=False)[1:-1]
        forms |= {in_json, secret.replace(" ", "+"), secret.replace("'", "''"), *spell_in_base64(secret)}
    return frozenset(secrets).union(form for form in forms if len(form) >= MIN_SECRET)


def spell_in_base64(secret: str) -> Iterator[str]:
    """Yield what base64 makes of a secret, alone or amid a longer text such as `user:password`."""
    raw = secret.encode(errors="surrogatepass")
    for before in range(3):  # bytes before it that share its first character
        code = b64encode(bytes(before) + raw).decode()[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        yield from (code, code.replace("+", "-").replace("/", "_"))


def unescape(text: str) -> str:
    """Return a text with one level of its escapes undone."""
    return re.sub(ESCAPE, unescape_one, text)


def unescape_one(found: re.Match[str]) -> str:
    escape = found[0]
    if escape[0] == "&":
        return unescape_entity(escape)
    if escape[0] == "%" or escape[1] == "x":
        raw = bytes.fromhex(escape.replace("%", "").replace("\\x", ""))
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return escape if escape[0] == "%" else raw.decode("latin-1")
    if escape[:3] == "\\u{":
        code = int(escape[3:-1], 16)
        return chr(code) if code <= sys.maxunicode else escape
    return json.loads(f'"{escape}"') if escape[1] == "u" else escape[1:]


def unescape_entity(entity: str) -> str:
    from html import entities, unescape  # noqa: PLC0415 - it has a table of all entities, which most programs never need

    return unescape(entity) if entity[1] == "#" or entity[1:] in entities.html5 else entity


# JSON


def write_beginning(value: Any, known: frozenset[str], most: int, *, named: bool = False) -> str:
    pieces: list[str] = []
    for piece in write_json(value, known, named=named):
        pieces.append(piece)
        most -= len(piece)
        if most <= 0:
            break
    return "".join(pieces)


def write_json(value: Any, known: frozenset[str], *, named: bool = False) -> Iterator[str]:
    """Yield a value as JSON, redacted, piece by piece; `named` if an object around it names a secret."""
    if is_object(value):
        named = named or names_secret_value(value)
        yield "{"
        for number, (name, inner) in enumerate(value.items()):
            yield f"{', ' if number else ''}{write_text(name, known)}: "
            hidden = is_private(name) or (named and is_value(name))
            yield from (IN_QUOTES,) if hidden else write_json(inner, known, named=named)
        yield "}"
    elif is_list(value):
        yield "["
        for number, inner in enumerate(value):
            yield ", " if number else ""
            hidden = follows_name(value, number)
            yield from (IN_QUOTES,) if hidden else write_json(inner, known, named=named)
        yield "]"
    elif isinstance(value, str):
        yield write_text(value, known, named=named)
    else:
        plain = encoder.encode(value).decode()
        shown = hide(plain, known)
        yield plain if shown == plain else f'"{shown}"'


def write_text(text: str, known: frozenset[str], *, named: bool = False) -> str:
    return json.dumps(hide(text, known, named=named), ensure_ascii=False)


def escape(text: str) -> str:
    """Return `text` on one line that no terminal and no log takes for more than text."""
    return re.sub(NOT_ONE_LINE, escape_unprintable, text)


def escape_unprintable(found: re.Match[str]) -> str:
    return "".join([char if char.isprintable() else ascii(char)[1:-1] for char in found[0]])


PAGING = ("count=", "page=")


def hide_query(target: str) -> str:
    """Return a path with its query, without e-mails and without any value that could be a customer's."""
    path, mark, query = target.partition("?")
    parts = [part if part.startswith(PAGING) else f"{part.partition('=')[0]}=[hidden]" for part in query.split("&")]
    shown = "/".join([re.sub(EMAIL, "[e-mail]", segment) for segment in path.split("/")])
    return shown + (mark + "&".join(parts) if mark else "")


PRIVATE_NAME = r"(?i)session|cookie|pppoe|wifi|mobile|phone|number|e?mail|username"  # beside what names a secret
NAME_OF_FIGURES = r"(?i)mobile|phone"  # what is a whole number under other such names is a count, or a house's


def find_secrets(value: Any) -> tuple[str, ...]:
    """Return the texts and numbers in plain JSON that stand under a name of something private, the longest first."""
    found: set[str] = set()
    left: list[tuple[tuple[type, ...], Any]] = [((), value)]
    while left:
        kinds, item = left.pop()
        if is_object(item):
            in_pair = names_secret_value(item)
            left += [
                (max(kinds, find_kinds(str(name), in_pair=in_pair and is_value(name)), key=len), inner)
                for name, inner in item.items()
            ]
        elif is_list(item):
            left += [(kinds, inner) for inner in item]
        elif type(item) in kinds and len(str(item)) >= MIN_SECRET:
            found.add(str(item))
    return tuple(sorted(found, key=len, reverse=True))


def find_kinds(name: str, *, in_pair: bool) -> tuple[type, ...]:
    """Return the types of what is private under a name, or as the value of a pair that names a secret."""
    if in_pair or names_secret(name) or re.search(NAME_OF_FIGURES, name):
        return str, int
    return (str,) if re.search(PRIVATE_NAME, name) else ()


# A path without its ids and places

ROUTES = (
    ("customers", "{id}", "services"),
    ("services", "full"),
    ("services", "{id}", "full"),
    ("products", "availability", "{lat}", "{lon}"),
    *((name, "{id}") for name in ("customers", "premises", "services", "products", "work-orders")),
)
BY_START = {
    (len(route), route[0]): [
        ([(at, name) for at, name in enumerate(other) if at and name[0] != "{"], "/" + "/".join(other))
        for other in ROUTES
        if (len(other), other[0]) == (len(route), route[0])
    ]
    for route in ROUTES
}
"""By the number of segments and the first of them: the other fixed ones with their places, and the route's name."""
PLAIN_SEGMENT = r"[a-z][a-z_-]{0,40}"


def find_route(path: str) -> str:
    """Return `/premises/{id}` for `/premises/B002…`: what may be shown anywhere, and counted."""
    parts = path.strip("/").split("/")
    for fixed, route in BY_START.get((len(parts), parts[0]), ()):
        if not fixed or all(parts[at] == name for at, name in fixed):
            return route
    return "/" + "/".join([part if re.fullmatch(PLAIN_SEGMENT, part) else "{id}" for part in parts])
