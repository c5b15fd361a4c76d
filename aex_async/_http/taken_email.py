"""Whether the body of an error says that an e-mail is taken, in whichever form a framework says so.

The whole body is asked, not the texts of it that an error keeps. Where its words are not plainly these, nothing is read
into them: a customer who could not be signed up for another reason would be searched for in vain.
"""

import re
from typing import Any

from aex_async._json import is_list, is_object

STATUSES = (400, 409, 422)
"""The document's own, and those that frameworks have for it: a conflict, and data that does not hold."""

# Texts are compared as words in lower case, without addresses: "E-mail_address" is "e mail address". Patterns are text:
# `re` compiles each when the first such error comes.
ADDRESS = r"(?<!\S)[^\s@]*+@\S*"  # it begins where a word does, and gives nothing back
APART = r"[\W_]{1,99}"
TAKEN = (
    r"(?:(?:already|is|been|was) taken(?! (?:from|as|off|out)\b)|must be unique|not unique|duplicate"
    r"|already (?:been )?(?:taken|exists?|registered|used|in use|assigned|associated|linked|signed up|has an account)"
    r"|(?:taken|exists|registered|in use) already|(?:is|currently) in use|being used|been registered)\b"
)
CODE = r"(?:e ?mail )?(?:address )?(?:taken|unique|exists|in use)"
DOUBT = r"\b(?:if|whether|when|unless|no|not|never|any) (?:\w+ ){0,2}"

# A text that does not stand under the e-mail's name must speak of it itself.
EMAIL = r"e ?mail(?: address)?"
OWNER = r"(?:user|customer|account|person|contact|record)"
SPOKEN = (
    rf"(?P<doubt>{DOUBT})?\b(?:{EMAIL} (?:(?:is|has|was) )?{TAKEN}|(?:duplicate|taken) {EMAIL}\b"
    rf"|{OWNER}(?: \w+){{0,3}} {EMAIL} (?:already exists|exists already)\b)"
)

NAMING = frozenset(
    (
        *("field", "fieldname", "name", "param", "parameter", "property", "propertypath", "path", "attribute", "key"),
        *("source", "pointer", "loc", "location", "target", "element"),
    )
)
"""The keys under which an error among a list of them says which field it is about."""

NAMES = ("email", "emailaddress", "customeremail")


def says_taken(fault: Any) -> bool:
    """Whether the parsed body of an error plainly says that an e-mail is taken."""
    left: list[tuple[bool, Any]] = [(False, fault)]
    while left:
        about_email, item = left.pop()
        if is_object(item):
            about_email = about_email or any(names_email(item[name]) for name in item if fold(name) in NAMING)
            left += [(about_email or is_email(str(name)), value) for name, value in item.items()]
        elif is_list(item):
            left += [(about_email, value) for value in item]
        elif isinstance(item, str) and is_taken(item, about_email=about_email):
            return True
    return False


def is_taken(text: str, *, about_email: bool) -> bool:
    """Whether a text says so; `about_email` if it stands under the e-mail's name."""
    if not about_email and "mail" not in text.lower():  # as most texts are
        return False
    words = split_words(text)
    pattern = rf"(?P<doubt>{DOUBT})?\b{TAKEN}" if about_email else SPOKEN
    said = any(found["doubt"] is None for found in re.finditer(pattern, words))
    return said or bool(about_email and re.fullmatch(CODE, words))


def split_words(text: str) -> str:
    return re.sub(APART, " ", re.sub(ADDRESS, " ", text[:1000]).lower()).strip()


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
