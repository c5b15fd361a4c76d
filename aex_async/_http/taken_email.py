"""Whether the body of an error says that an e-mail is taken, in whichever form a framework says so.

The whole body is asked, not the texts of it that an error keeps. Where its words are not plainly these, nothing is read
into them: a customer who could not be signed up for another reason would be searched for in vain.
"""

import re
from typing import Any

from aex_async._json import is_list, is_object

STATUSES = (400, 409, 422)
"""The document's own, and those that frameworks have for it: a conflict, and data that does not hold."""
SEEN = 1000  # characters of a text

# Texts are compared as words in lower case, without addresses: "E-mail_address" is "e mail address". Patterns are text:
# `re` compiles each when the first such error comes.
ADDRESS = r"(?<!\S)[^\s@]*+@\S*"  # it begins where a word does, and gives nothing back
HUMP = r"(?<=[a-z])(?=[A-Z])"  # of a code such as emailTaken
APART = r"[\W_]{1,99}"
USED = r"(?:taken|exists?|registered|used|in use|assigned|associated|linked|connected|signed up)"
TAKEN = (
    r"(?:(?:(?:must|should) be|(?:(?:has|needs|expected) )?to be|not) unique|duplicated?"
    rf"|already (?:(?:been|being) )?{USED}|already has an account|(?:is|was) taken"
    r"|(?:taken|exists|registered|in use) already|(?:is|currently) in use|being used|been (?:taken|registered)"
    r"|(?:used by|belongs to) (?:another|a different|someone))\b"
)
CODE = r"(?:e ?mail )?(?:address )?(?:taken|unique|exists|in use)"
# What makes it a mere possibility if it stands before these words, or another thing if it stands behind them.
DOUBT = r"\b(?:if|whether|when|unless|no|not|never|any|or|check|ensure|verify|sure) (?:\w+ ){0,2}"
BESIDE = r"(?! (?:(?:or|from|as|off|out|cases?)\b|(?:in|on|by) (?:\w+ ){0,2}(?:black|block|deny|ban|spam|suppress)))"

# A text that does not stand under the e-mail's name must speak of it itself.
EMAIL = r"e ?mail(?: address)?"
OTHER_EMAIL = r"(?:billing|invoice|backup|recovery|secondary|second|alternate|alternative|notification)"
NOT_THIS = rf"\b(?:{OTHER_EMAIL}|(?:in|by|from|via)(?: (?:the|this|that|an|our))?) "
OWNER = r"(?:user|customer|account|person|contact|record)"
WITH_EMAIL = (
    rf"(?:with|for|under|uses|using|has)(?: (?:this|that|the|an?|same|given|your|provided|specified)){{0,2}} {EMAIL}\b"
)
SPOKEN = (
    rf"{EMAIL} (?:(?:is|has|was|already) )?(?:{TAKEN}|(?:taken|exists|in use)\b){BESIDE}",
    (
        rf"(?:duplicated?|taken|non unique)(?: (?:value|record|found|for|of)){{0,3}} {EMAIL}\b"
        r"(?! (?:field|key|header|parameter|template))"
    ),
    rf"{OWNER}(?: \w+){{0,3}} {EMAIL} (?:already )?exists\b{BESIDE}",
    rf"{OWNER} (?:is |has )?(?:exists(?: already)?|already (?:been )?{USED}) {WITH_EMAIL}",
    (
        rf"(?:already|existing|another) (?:(?:exists|have|has|an?) ){{0,2}}{OWNER}"
        rf" (?:(?:is|already|registered|associated) ){{0,2}}{WITH_EMAIL}"
    ),
)
# Services that know their customers by the e-mail alone do not name it.
ALREADY = r"(?:(?:register|the|this|an?) )?(?:(?:user|customer) (?:is |has )?)?already (?:been )?registered"
KNOWN = rf"{ALREADY}|(?:(?:register|the|this|an?) )?(?:user|customer) already exists"

# A database names the index that would have held two rows alike, or its columns.
INDEX = (
    r"(?is)(?:\bduplicate entry .{0,500}\bfor key|\bduplicate key .{0,200}?\bindex"
    r"|\bunique (?:key )?(?:constraint|index)(?: failed)?(?: on the \w+)?"
    r"|\bkey(?= \([^=]{1,99}\)=.{0,500}already exists))"
    r"[\s:(`\"'\[]{1,5}((?:lower\()?[\w.]{1,99}(?:[`\"]?, ?[`\"]?[\w.]{1,99}){0,9})"
)
OF_EMAIL = (
    rf"(?!.*{OTHER_EMAIL} )(?:\w+ )*{EMAIL}(?: (?:key|unique|uniq|un|uk|uq|ux|idx|ix|index|constraint|\w*\d\w*))*"
)

NAMING = frozenset(
    (
        *("field", "fieldname", "name", "param", "paramname", "parameter", "property", "propertypath", "path"),
        *("attribute", "key", "source", "pointer", "loc", "location", "target", "element"),
    )
)
"""The keys under which an error among a list of them says which field it is about."""

NAMES = ("email", "emailaddress", "customeremail")
SAYING = frozenset(
    (
        *("error", "errors", "fullerrors", "message", "messages", "msg", "code", "errorcode", "errormessage", "detail"),
        *("details", "description", "errordescription", "reason", "title", "type"),
    )
)
"""The keys under which an error tells what is the matter, and of no field."""


def says_taken(fault: Any) -> bool:
    """Whether the parsed body of an error plainly says that an e-mail is taken."""
    left: list[tuple[bool | None, Any]] = [(None, fault)]
    while left:
        about_email, item = left.pop()  # `None` where no field is named
        if is_object(item):
            if named := [names_email(item[name]) for name in item if fold(name) in NAMING]:
                about_email = about_email is True or any(named)
            left += [(find_subject(name, about_email=about_email), value) for name, value in item.items()]
        elif is_list(item):
            left += [(about_email, value) for value in item]
        elif isinstance(item, str) and is_taken(item, about_email=about_email):
            return True
    return False


def find_subject(name: Any, *, about_email: bool | None) -> bool | None:
    """Return whether what stands under a key is about the e-mail; around it, that is so far `about_email`."""
    if about_email or is_email(str(name)):
        return True
    return None if about_email is None and fold(name) in SAYING else False


def is_taken(text: str, *, about_email: bool | None) -> bool:
    """Whether a text says so; `about_email` if it stands under the e-mail's name, `None` if under no field's."""
    lower = text.lower()
    if not about_email and "mail" not in lower:  # as most texts are
        return about_email is None and "already" in lower and bool(re.fullmatch(KNOWN, split_words(text)))
    words = split_words(text)
    said = "|".join([*SPOKEN, TAKEN + BESIDE] if about_email else SPOKEN)
    plain = any(found[1] is None for found in re.finditer(rf"({DOUBT}|{NOT_THIS})?\b(?:{said})", words))
    return plain or bool(about_email and re.fullmatch(CODE, words)) or breaks_index(text)


def breaks_index(text: str) -> bool:
    """Whether a database says that a row with this e-mail is there."""
    return any(
        re.fullmatch(OF_EMAIL, split_words(name.rpartition(".")[2]))
        for found in re.finditer(INDEX, text[:SEEN])
        for name in found[1].split(",")
    )


def split_words(text: str) -> str:
    text = re.sub(HUMP, " ", re.sub(ADDRESS, " ", text[:SEEN]))
    return re.sub(APART, " ", text).lower().strip()


def names_email(value: Any) -> bool:
    """Whether what names a field names the e-mail: a name, a path of names, or an object with one of them."""
    if is_list(value):
        return bool(value) and names_email(value[-1])
    if is_object(value):
        return any(names_email(inner) for inner in value.values() if isinstance(inner, str))
    return isinstance(value, str) and is_email(value)


def is_email(name: str) -> bool:
    """Whether a name, or the last one of a path such as `/data/attributes/email`, is the e-mail's."""
    return fold(re.split(r"[./\[\]]", name.rstrip("]"))[-1]) in NAMES


def fold(name: Any) -> str:
    return re.sub(APART, "", str(name)[:100]).lower()
