"""Texts that are no JSON: which values stand in them under the names of secrets, and which words are about secrets.

A value can stand behind its name in a form, a log, a header, an element of XML, a database's complaint, or in what any
language shows of an object. Every pattern takes time that grows with the text alone.
"""

import re
from functools import cache
from typing import Any

from aex_async._secret_names import MAX_NAME, is_name, is_value, names_secret

# Patterns are text here: `re` compiles each at its first use, which most programs never come to, and keeps it.

HIDDEN = "[hidden]"
IN_QUOTES = f'"{HIDDEN}"'
MIN_SECRET = 4  # characters: less would blot out half of every message
PRIVATE_FIELD = r"(?i)session|cookie|pppoe|wifi|mobile|phone"  # beside what is called like a secret: sessionid, too


NAMES_OF_KEYS = r"(?i)(?:missing|unknown|unexpected|unrecognized|allowed|extra)[ _-]?keys"


def is_secrets(name: str) -> bool:
    """Whether a key is called like a secret, and not like a list of keys."""
    return names_secret(name) and re.fullmatch(NAMES_OF_KEYS, name) is None


def is_private(name: str) -> bool:
    return is_secrets(name) or re.search(PRIVATE_FIELD, name) is not None


# Names with their values

QUOTE = r"[bu]?[\"']"
STRING = r"[bu]?(?P<quote>[\"'])(?:[^\\\"']++|\\(?:[\s\S]|\Z)|(?!(?P=quote))[\"'])*+(?P=quote)?"
VALUE = rf"{STRING}|[\[{{(]|[^\s,}}\]&<>]+"
BRACKET = rf"{STRING}|[\[\](){{}}]"  # one in a string is none
LAST_WORD = r"(?=[^\s\"'()\[\]{}<>,;&|]+[ \t]{0,9}(?:[)\]}<>,;&|\r\n]|\Z))"  # what goes on is a sentence
NAME = r"[\w.:-]{1,90}"
TITLE = r"[\w .:$\[\]-]{1,90}"  # a name in quotes
HEADER = r"(?i:(?:proxy-|http_)?authorization|(?:set-|http_)?cookie)"
# What is said of a header, rather than its value: no scheme, but a word that begins a remark, or three plain ones.
SENTENCE = (
    r"(?!(?i:basic|bearer|digest|token|apikey|negotiate|ntlm|hmac|aws)\b)"
    r"(?:(?i:is|was|not|no|has|must|missing|required|invalid|expired|denied)(?=[\s.,!]|\Z)"
    r"|[A-Z]?[a-z]{0,14},? [a-z]{1,15},? [a-z]{1,15}(?=[\s.,!:;]|\Z))"
)
FIELD = "|".join(
    (
        # A header, a database's columns, a part of a form: their values go on to the end of the line.
        rf"(?P<header>(?<![A-Za-z]){HEADER})[:=]\s{{0,9}}+(?=[^\s\"'\[{{])(?!{SENTENCE})",
        r"\bKey \((?P<columns>[\w ,.]{1,90})\)=",
        rf"\bname=\"(?P<part>{TITLE})\"\r?\n\r?\n",
        # What stands before values of whichever names.
        (
            r"(?P<row>(?i:\b(?:rejected value(?= ?\[)|row contains(?= ?\()|values(?= ?\([^()\"'\d,]{0,300}+[\"'\d,])"
            r"|actual value was|input_value=|(?:param(?:eter)?s|bindings)\b:?(?=\s?[(\[]{1,2}[\"'\d]))))\s{0,9}"
        ),
        # A name in quotes, as in JSON and in what Python, PHP and Ruby show of an object; in a pair of Python's.
        (
            rf"{QUOTE}({TITLE})[\"']\]?\s{{0,9}}(?:=>?|:(?=\s{{0,9}}(?:{QUOTE}|[(\[{{]|{LAST_WORD})))\s{{0,9}}"
            r"(?:string\(\d{1,9}\) )?"
        ),
        rf"\({QUOTE}({TITLE})[\"'],\s{{0,9}}",
        # One without: in a form, an attribute, a log; in JavaScript, Ruby, Rust and Go; in YAML.
        rf"(?<![\w.:-])({NAME})\]?\s{{0,9}}=>?\s{{0,9}}",
        rf"(?<![\w.:-])(\w{{1,90}}):(?=[^\s/:]|\s{{0,9}}(?:{QUOTE}|[\[{{]|Some\())\s{{0,9}}(?:Some\()?",
        rf"(?<![^\n,;(|>])[ \t-]{{0,20}}(?P<first>{NAME}):[ \t]{{0,9}}{LAST_WORD}",
    )
)


def hide_fields(text: str) -> str:
    """Return a text without the values that stand behind a secret's name, or in an object that names one."""
    find_field, knows_private = re.compile(FIELD).search, cache(is_private)
    hidden: dict[int, int | None] = {}  # where a value begins, and ends if that is known
    named, values, at = False, list[int](), 0  # whether this object names a secret, and the values before its name
    while field := find_field(text, at):
        kind, name = field.lastgroup, field[field.lastindex or 0]
        if values and ("{" in text[at : field.start()] or "<" in text[at : field.start()]):
            values = []
        at = field.end()
        if is_name(name):
            named = names_secret(read_name(text, at))
            hidden |= dict.fromkeys(values if named else [])
            values = []
        private = kind == "row" or knows_private(name)
        if kind == "first" and is_remark(read_name(text, at)):
            private = False
        if private or (named and is_value(name)):
            begin, at = at, find_end(text, at, to_line_end=kind in ("header", "columns", "part"))
            hidden[begin] = at
        elif is_value(name):
            values.append(at)
    shown, at = "", 0
    for begin, known_end in sorted(hidden.items()):
        if begin >= at and (end := known_end or find_end(text, begin)) > begin:
            shown += text[at:begin] + IN_QUOTES
            at = end
    return shown + text[at:]


def read_name(text: str, at: int) -> str:
    """Return the name, or the list of names, that stands there as a value."""
    value = re.compile(VALUE).match(text, at, at + MAX_NAME)
    if value is None:
        return ""
    return text[at : at + MAX_NAME].partition("]")[0] if value[0] == "[" else value[0]


def find_end(text: str, at: int, *, to_line_end: bool = False) -> int:
    """Return where a value ends; of an object or a list all is private, whatever it is called."""
    if to_line_end:
        return min([end for end in (text.find(mark, at) for mark in "\n<") if end >= 0], default=len(text))
    value = re.compile(VALUE).match(text, at)
    if value is None or value[0] not in ("[", "{", "("):
        return value.end() if value else at
    depth = 0
    for bracket in re.compile(BRACKET).finditer(text, at):
        depth += (bracket[0] in "[{(") - (bracket[0] in "]})")
        if depth == 0:
            return bracket.end()
    return len(text)


def follows_name(items: list[Any], at: int) -> bool:
    """Whether what stands in a list is a secret by the name before it: `["psk", "..."]`, or one of raw headers."""
    name = items[at - 1] if at else None
    if not isinstance(name, str) or re.fullmatch(NAME, name) is None:
        return False
    if re.fullmatch(HEADER, name):
        return True
    named = (len(items) == 2 or "-" in name) and names_secret(name)  # noqa: PLR2004 - of many, words alone are no names
    said = items[at]
    return named and not (isinstance(said, str) and (" " in said or said.lower() in REMARKS))


# Elements of XML

ELEMENT = r"<([\w:.-]{1,90})(?:\s[^<>]{0,300})?(?<!/)>"
# Words between two tags. A heading with what stands below it is no pair: "401 Authorization Required" names no value.
NAME_ELEMENT = (
    r">\s{0,99}+(?:<!\[CDATA\[)?\s{0,9}+(\w[\w .:-]{0,89})(?:\]\]>)?\s{0,99}+</(?!(?i:h[1-6]|title)\s*>)[^<>]{1,90}>"
)
VALUE_ELEMENT = r"(?:\s{0,99}+<(?!/)[^<>]{1,90}>){1,3}((?:<!\[CDATA\[(?:(?!\]\]>)[\s\S])*|(?!\s*<)[^<]+))"


TAG = (
    r"<!\[CDATA\[(?:(?!\]\]>)[\s\S])*+(?:\]\]>|\Z)"
    r"|<(?P<end>/?)(?:[\w-]{1,90}:)?(?P<tag>[\w.-]{1,90})(?:\s[^<>]{0,300})?(?<!/)>"
)
ATTRIBUTE = r"([\w:.-]{1,90})\s{0,9}=\s{0,9}[\"']?([^\"'<>]{1,90})"
CDATA = r"<!\[CDATA\[|\]\]>"
OF_PAGES = r"(?i)a|body|div|form|h\d|html|img|input|link|main|meta|nav|section"  # their names are a page's own


def hide_pairs(text: str) -> str:
    """Return a text of XML without the elements beside one that names a secret, on either side of it."""
    hidden: list[tuple[int, int]] = []
    # Of each element that is open: what it is called, where it begins, whether the last name in it is a secret's, and
    # the values in it before any name.
    opened: list[tuple[str, int]] = []
    named: list[bool | None] = [None]
    values: list[list[tuple[int, int]]] = [[]]
    for tag in re.finditer(TAG, text):
        if tag["tag"] and not tag["end"]:
            opened.append((tag["tag"], tag.end()))
            named.append(None)
            values.append([])
        elif tag["tag"] and opened and opened[-1][0] == tag["tag"]:
            name, begin = opened.pop()
            named.pop()
            values.pop()
            said = re.sub(CDATA, "", text[begin : min(tag.start(), begin + MAX_LINE)])
            if is_name(name):
                named[-1] = len(said) <= MAX_NAME and names_secret(said)
                hidden += values[-1] if named[-1] else []
                values[-1] = []
            elif named[-1] and (is_value(name) or not is_remark(said)):
                hidden.append((begin, tag.start()))
            elif named[-1] is None and is_value(name):
                values[-1].append((begin, tag.start()))
    hidden += [(begin, len(text)) for at, (_, begin) in enumerate(opened) if named[at]]
    shown, at = "", 0
    for begin, end in sorted(hidden):
        if begin >= at:
            shown += text[at:begin] + HIDDEN
            at = end
    return shown + text[at:]


def names_secret_inside(element: str) -> bool:
    """Whether an attribute of an element's tag names what stands in it, such as `<param name="psk">`."""
    return any(is_name(name) and names_secret(said) for name, said in re.findall(ATTRIBUTE, element))


def hide_elements(text: str) -> str:
    """Return a text without what stands in the elements of XML that are called like a secret, or behind such a name."""
    if "<" not in text:
        return text
    text = hide_pairs(text)
    knows_secret, knows_private = cache(names_secret), cache(is_private)
    read_value = re.compile(VALUE_ELEMENT).match
    shown, at = "", 0
    for name in re.finditer(NAME_ELEMENT, text):
        if name.start() >= at - 1 and knows_secret(name[1]) and (value := read_value(text, name.end())):
            shown += text[at : value.start(1)] + HIDDEN
            at = value.end()
    text, shown, at = shown + text[at:], "", 0
    for element in re.finditer(ELEMENT, text):
        if element.start() >= at and (
            knows_private(element[1])
            or ("=" in element[0] and not re.fullmatch(OF_PAGES, element[1]) and names_secret_inside(element[0]))
        ):
            shown += text[at : element.end()] + HIDDEN
            at = text.find(f"</{element[1]}", element.end())
            if at < 0:
                return shown
    return shown + text[at:]


# Words about a secret

QUOTED = r"(?<!\w)([\"'`])((?:(?!\1(?!\w))[^\n]){1,200})\1|(?<![\w.])\d{4,}(?![\w.]\w)"
WORDS = r"[A-Za-z_.$-]+|.{0,3}|.*\s.*"
SUBJECT = rf"[\"'`.$]([\w.$-]{{1,90}})|(?<![\w.-])([\w.-]{{1,90}}):\s|(?<![A-Za-z])({HEADER})\b"
MAX_LINE = 1000  # characters: what is longer is no sentence, nor is what has braces


def hide_quoted(text: str) -> str:
    """Return what is said of a secret without what could be the secret: what it quotes, but names, and numbers."""
    return re.sub(QUOTED, lambda quoted: quoted[0] if quoted[2] and names_secret(quoted[2]) else IN_QUOTES, text)


def hide_quoted_words(text: str) -> str:
    """Return a text whose lines that name a secret quote no word that could be the secret."""
    if "'" not in text and '"' not in text and "`" not in text:
        return text
    knows_secret = cache(names_secret)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        named = (next(filter(None, found.groups())) for found in re.finditer(SUBJECT, line[:MAX_LINE]))
        if len(line) <= MAX_LINE and "{" not in line and any(map(knows_secret, named)):
            lines[at] = re.sub(QUOTED, lambda word: word[0] if is_plain(word[2] or word[0]) else IN_QUOTES, line)
    return "\n".join(lines)


def is_plain(word: str) -> bool:
    """Whether a quoted word is a name, a type or several words, rather than a secret."""
    return re.fullmatch(WORDS, word) is not None or names_secret(word)


REMARKS = frozenset(
    (
        *("required", "missing", "blank", "empty", "invalid", "incorrect", "wrong", "weak", "short", "long", "expired"),
        *("revoked", "taken", "reused", "denied", "unauthorized", "malformed", "unknown", "null", "none", "hidden"),
    )
)
CODE = r"[A-Za-z]+(?:[_.][A-Za-z]+)+|(?:[A-Z][a-z]+){2,}|[A-Z]+"


def is_remark(text: str) -> bool:
    """Whether what is said of a secret is words about it, such as `is too short` or `too_short`, and not the secret."""
    words = text.strip(" .!\"'[]")
    return len(words) < MIN_SECRET or " " in words or words.lower() in REMARKS or re.fullmatch(CODE, words) is not None
