"""Texts of the server made fit to be shown: without secrets, addresses or control characters."""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

from aex_async._json import is_list, is_object
from aex_async._secret_names import MAX_NAME, OF_NAME, fold_name, is_value, names_secret, names_secret_value

# Patterns are text here: `re` compiles each at its first use, which most programs never come to, and keeps it.

PART = r"[^\s\"'<>:;,=()\[\]{}@]"
AT = r"(?:@|%40|\\u0040)"
# It begins where a word does, and gives nothing back: no text takes longer than its length.
EMAIL = rf"(?:(?<!{PART})|(?<=%40)|(?<=\\u0040))(?:(?!{AT}){PART})++{AT}{PART}++"
# A name, and what stands between it and its value: in JSON, also within a text of JSON, in what Ruby, PHP and Python
# show of an object, in an attribute of XML, in a form.
FIELD = (
    r"(?:\\{0,7}[\"']([\w .:-]{1,90})\\{0,7}[\"']\s{0,9}(?::|=>?)"
    r"|(?<![\w.:-])([\w.:-]{1,90})\s{0,9}=>?"
    r"|(?<![\w.:-])(\w{1,90}):(?=\s{0,9}\\{0,7}[\"'{\[]))\s{0,9}"
)
STRING = r"\"(?:[^\"\\]|\\[\s\S])*(?:\"|\\?\Z)"
SINGLE = r"'(?:[^'\\]|\\[\s\S])*(?:'|\\?\Z)"
ESCAPED = (
    r"(?P<slashes>\\{1,7})\"(?:(?!(?<!\\)(?P=slashes)\")[\s\S])*+(?:(?P=slashes)\")?"  # with more, it is the text's
)
VALUE = rf"{STRING}|{SINGLE}|{ESCAPED}|[^\s,}}\]&<>]+"
BRACKET = rf"{STRING}|[\[\]{{}}]"  # one in a string is none
ELEMENT = r"<([\w:.-]{1,90})(?:\s[^<>]{0,300})?(?<!/)>"
# Not a heading with what stands below it: "401 Authorization Required" names no value.
PAIR_OF_ELEMENTS = (
    r"(>\s{0,9}(?:<!\[CDATA\[)?([\w .:-]{1,90})(?:\]\]>)?\s{0,9}</(?!(?i:h[1-6]|title)\s*>)[^<>]{1,90}>"
    r"\s{0,9}<(?!/)[^<>]{1,90}>)(?!\s*<)[^<]+"
)
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
    text = hide_private_elements(text)
    shown, at = "", 0
    pairs = find_pairs(text)
    read_value = re.compile(VALUE).match
    knows_private = cache(is_private)
    for field in re.finditer(FIELD, text):
        if field.start() < at:
            continue
        while pairs and pairs[-1][1] <= field.start():
            pairs.pop()
        name = field[1] or field[2] or field[3]
        private = knows_private(name)
        if not (private or (pairs and is_value(name))):
            continue
        if (value := read_value(text, field.end())) and (private or pairs[-1][0] < value.end()):
            shown += text[at : field.end()] + '"[hidden]"'
            at = find_close(text, value.start()) if value[0][0] in "[{" else value.end()
    return shown + text[at:]


def is_private(name: str) -> bool:
    return names_secret(name) or re.search(PRIVATE_FIELD, name) is not None


def find_pairs(text: str) -> list[tuple[int, int]]:
    """Return where there are objects, or elements, of a secret's name and its value; the last comes first.

    In a value there may be brackets, too, so that one ends where the next begins.
    """
    read_value = re.compile(VALUE).match
    found: list[tuple[int, int]] = []
    for field in re.finditer(FIELD, text):
        if found and field.start() < found[-1][1]:
            continue
        if fold_name(field[1] or field[2] or field[3]) not in OF_NAME:
            continue
        begin, end = field.end(), field.end() + MAX_NAME
        if (value := read_value(text, begin, end)) is None:
            continue
        said = text[begin:end].partition("]")[0] if value[0][0] == "[" else value[0]  # a path of names
        if names_secret(said):
            after = [at for at in (text.find(bracket, value.end()) for bracket in "{<") if at >= 0]
            before = max(text.rfind(bracket, 0, field.start()) for bracket in "}>")
            found.append((before, min(after, default=len(text))))
    return found[::-1]


def hide_private_elements(text: str) -> str:
    """Return a text without what stands in the elements of XML that are called like a secret, or behind such a name."""
    knows_secret, knows_private = cache(names_secret), cache(is_private)
    text = re.sub(PAIR_OF_ELEMENTS, lambda pair: pair[1] + "[hidden]" if knows_secret(pair[2]) else pair[0], text)
    shown, at = "", 0
    for element in re.finditer(ELEMENT, text):
        if element.start() >= at and knows_private(element[1]):
            shown += text[at : element.end()] + "[hidden]"
            at = text.find(f"</{element[1]}", element.end())
            if at < 0:
                return shown
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
ON_PAGE = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
QUOTES_ON_PAGE: tuple[dict[int, str], ...] = (
    {},
    *({ord('"'): "&quot;", ord("'"): apostrophe} for apostrophe in ("&#x27;", "&#39;")),
)
MADE_SAFE = ("<>&", "<>&'", "<>&'+`")  # what JSON escapes for a page's sake: Rails and Go, PHP if asked, .NET


def spell(secret: str) -> set[str]:
    """Return the ways in which a server can repeat a text: in JSON, on a page, in a URL or a form."""
    if re.fullmatch(PLAIN, secret):
        return {secret}
    in_json = {json.dumps(secret, ensure_ascii=escaped)[1:-1] for escaped in (True, False)}
    in_json |= {text.replace("/", "\\/") for text in in_json}
    in_json |= {re.sub(f"[{chars}]", escape_for_page, text) for text in in_json for chars in MADE_SAFE}
    on_page = {secret.translate(ON_PAGE | quotes) for quotes in QUOTES_ON_PAGE}
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
            in_pair = names_secret_value(item)
            left += [
                (
                    private
                    or names_secret(str(name))
                    or bool(re.search(PRIVATE_NAME, str(name)))
                    or (in_pair and is_value(name)),
                    inner,
                )
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
