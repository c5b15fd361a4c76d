"""Texts of the server made fit to be shown: without secrets, addresses or control characters."""

import html
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

from aex_async._json import is_list, is_object
from aex_async._secret_names import names_secret

# Patterns are text here: `re` compiles each at its first use, which most programs never come to, and keeps it.

PART = r"[^\s\"'<>:;,=()\[\]{}@]"
AT = r"(?:@|%40|\\u0040)"
# It begins where a word does, and gives nothing back: no text takes longer than its length.
EMAIL = rf"(?:(?<!{PART})|(?<=%40)|(?<=\\u0040))(?:(?!{AT}){PART})++{AT}{PART}++"
FIELD = r"\"([\w-]{1,90})\"\s{0,9}:\s{0,9}"
STRING = r"\"(?:[^\"\\]|\\[\s\S])*(?:\"|\\?\Z)"
VALUE = rf"{STRING}|[^\s,}}\]]+"
BRACKET = rf"{STRING}|[\[\]{{}}]"  # one in a string is none
PRIVATE_FIELD = r"(?i)session|cookie|pppoe|wifi|mobile|phone"  # beside what is called like a secret: sessionid, too
BEARER = r"(?i)(bearer\s{1,9})\S+|\beyJ[\w.-]{10,}"
UNUSUAL = r"[^ -~\n]{1,999}"
NOT_ONE_LINE = r"[^ -~]{1,999}"
PHONE = r"\+?\d[\d ()-]{7,18}\d"


def redact(text: str, secrets: tuple[str, ...] = ()) -> str:
    """Return `text` with `secrets` and whatever looks like one replaced, and nothing unprintable."""
    # The longest first: of one that begins with another, the rest would be left.
    for written in sorted({each for secret in secrets for each in spell(secret)}, key=len, reverse=True):
        text = text.replace(written, "[hidden]")
    text = hide_private_fields(text)
    text = re.sub(BEARER, "[hidden]", text)
    text = re.sub(EMAIL, "[e-mail]", text)
    text = re.sub(PHONE, "[number]", text)
    return re.sub(UNUSUAL, escape_unprintable, text)


def hide_private_fields(text: str) -> str:
    shown, at = "", 0
    read_value = re.compile(VALUE).match
    for field in re.finditer(FIELD, text):
        if field.start() < at or not (names_secret(field[1]) or re.search(PRIVATE_FIELD, field[1])):
            continue
        if value := read_value(text, field.end()):
            shown += text[at : field.end()] + '"[hidden]"'
            at = find_close(text, field.end()) if value[0][0] in "[{" else value.end()
    return shown + text[at:]


def find_close(text: str, at: int) -> int:
    """Return where the object or list that opens there is closed: what is in it is private, whatever it is called."""
    depth = 0
    for bracket in re.compile(BRACKET).finditer(text, at):
        depth += (bracket[0] in "[{") - (bracket[0] in "]}")
        if depth == 0:
            return bracket.end()
    return len(text)


PLAIN = r"[0-9A-Za-z_.~-]*"  # what every way of writing leaves as it is
HEX = r"(?<=%)[0-9A-F]{2}|(?<=\\u)[0-9a-f]{4}"
MADE_SAFE = ("<>&", "<>&'", "<>&'+`")  # what JSON escapes for a page's sake: Rails and Go, PHP if asked, .NET


def spell(secret: str) -> set[str]:
    """Return the ways in which a server can repeat a text: in JSON, on a page, in a URL or a form."""
    if re.fullmatch(PLAIN, secret):
        return {secret}
    in_json = {json.dumps(secret, ensure_ascii=escaped)[1:-1] for escaped in (True, False)}
    in_json |= {text.replace("/", "\\/") for text in in_json}
    in_json |= {re.sub(f"[{chars}]", escape_for_page, text) for text in in_json for chars in MADE_SAFE}
    on_page = {html.escape(secret), html.escape(secret).replace("&#x27;", "&#39;"), html.escape(secret, quote=False)}
    in_url = {quote(secret, safe=""), quote_plus(secret), quote(secret)}
    spelt = {secret} | in_json | on_page | in_url
    return spelt | {re.sub(HEX, lambda found: found[0].swapcase(), text) for text in in_json | in_url}


def escape_for_page(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


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
MIN_SECRET = 4  # characters: less would blot out half of every message


def find_secrets(value: Any) -> tuple[str, ...]:
    """Return the texts in plain JSON that stand under a name of something private, the longest first."""
    found: set[str] = set()
    left: list[tuple[bool, Any]] = [(False, value)]
    while left:
        private, item = left.pop()
        if is_object(item):
            left += [
                (private or names_secret(str(name)) or bool(re.search(PRIVATE_NAME, str(name))), inner)
                for name, inner in item.items()
            ]
        elif is_list(item):
            left += [(private, inner) for inner in item]
        elif private and isinstance(item, str) and len(item) >= MIN_SECRET:
            found.add(item)
    return tuple(sorted(found, key=len, reverse=True))


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
