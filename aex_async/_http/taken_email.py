"""Whether the body of an error says that an e-mail is taken, in whichever form a framework says so.

The whole body is asked, not the texts of it that an error keeps. Where its words are not plainly these, nothing is read
into them: a customer who could not be signed up for another reason would be searched for in vain.
"""

import re
from itertools import islice
from typing import Any

from aex_async._json import is_list, is_object

STATUSES = (400, 409, 422)
"""The document's own, and those that frameworks have for it: a conflict, and data that does not hold."""
SEEN = 1000  # characters of a text
SEEN_OF_ALL = 65_536  # of all texts, and values of any kind: as long as the body of an error can be, unlike a success's

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

# What a database says of a row that is there already: it names an index, often its table, or the columns. That must be
# one of the e-mail alone, or within a tenant, among people: a premise or an invitation can have an e-mail, too. To be
# wrong costs little. What is taken for a taken e-mail and is none, is looked for, and a customer with another e-mail is
# never returned; what is not understood is raised as it came.
DATABASES = (
    # MySQL and MariaDB: "Duplicate entry '...' for key 'customers.email'", before 8.0.19 without the table
    r"duplicate entry .{0,500}\bfor key [\"'`]?(?:(?P<table>\w{1,99})\.)?(?P<index>\w{1,99})",
    # PostgreSQL: 'unique constraint "customers_email_key"'; its detail: "Key (email)=(...) already exists."
    r"unique constraint \"(?P<index>\w{1,99})\"",
    r"\bkey \((?P<columns>[^=]{1,200})\)=\(.{0,500}\) already exists",
    # SQLite: "UNIQUE constraint failed: customers.email", or "index 'customers_email'" if it is of an expression
    r"unique constraint failed: (?P<columns>\w{1,99}\.\w{1,99}(?:, \w{1,99}\.\w{1,99}){0,9})",
    r"unique constraint failed: index '(?P<index>\w{1,99})'",
    # Oracle: "ORA-00001: unique constraint (APP.CUSTOMERS_EMAIL_UK) violated", with its schema
    r"unique constraint \((?:\w{1,99}\.)?(?P<index>\w{1,99})\) violated",
    # SQL Server: of a constraint, and of an index
    r"unique key constraint '(?P<index>\w{1,99})'(?:.{1,99}in object '(?:\w{1,99}\.)?(?P<table>\w{1,99})')?",
    r"in object '(?:\w{1,99}\.)?(?P<table>\w{1,99})' with unique index '(?P<index>\w{1,99})'",
    # MongoDB: "collection: shop.users index: email_1", once "index: shop.users.$email_1"
    r"duplicate key error collection: (?:\w{1,99}\.)?(?P<table>\w{1,99}) index: (?P<index>\w{1,99})",
    r"duplicate key error index: (?:\w{1,99}\.)?(?P<table>\w{1,99})\.\$(?P<index>\w{1,99})",
    # Prisma: "Unique constraint failed on the fields: (`email`)", or "on the constraint: `Customer_email_key`"
    r"unique constraint failed on the fields: \((?P<columns>[^()]{1,200})\)",
    r"unique constraint failed on the constraint: `(?P<index>\w{1,99})`",
)
CAST = r"::[\w ]{1,30}|\blower\b|[()\"'`]"
PEOPLE = (
    r"(?:customer|user|account|client|contact|member|profile|login|person|people|identity|identitie|partie|party"
    r"|subscriber|resident|owner|employee|tenant)s?(?: details)?"
)
TENANT = r"(?:tenant|isp|provider|organi[sz]ation|org|company|realm|site)(?: id)?"
TABLE_OF_PEOPLE = rf"(?:\w+ )*{PEOPLE}"
COLUMN_OF_EMAIL = rf"(?:{PEOPLE} )?{EMAIL}(?: lower)?"
ABBREVIATION = r"key|unique|uniq|unq|un|u|ak|uk|uq|ux|uix|uidx|udx|idx|ix|index|constraint"
INDEX_OF_EMAIL = (
    rf"(?:(?:{ABBREVIATION}) )*(?:{TABLE_OF_PEOPLE} )?(?:on )?(?:{TENANT} (?:and )?)?(?:lower )?{EMAIL}"
    rf"(?: (?:and )?{TENANT})?(?: (?:lower|{ABBREVIATION}|\w*\d\w*))*"
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
    room = SEEN_OF_ALL
    for about, item in left:  # `None` where no field is named
        room -= 1 + (len(item[:SEEN]) if isinstance(item, str) else 0)
        if room < 0:
            break
        if is_object(item):
            named = [names_email(item[name]) for name in item if fold(name) in NAMING]
            told = about is True or any(named) if named else about
            inner = islice(item.items(), room)
            left += [(find_subject(name, about_email=told), value) for name, value in inner]
        elif is_list(item):
            left += [(about, value) for value in item[:room]]
        elif isinstance(item, str) and is_taken(item, about_email=about):
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
    lower = text.lower()
    if not ("unique" in lower or "duplicate" in lower or "already exists" in lower):
        return False
    return any(
        is_index_of_email(**found.groupdict())
        for pattern in DATABASES
        for found in re.finditer("(?is)" + pattern, text[:SEEN])
    )


def is_index_of_email(table: str | None = None, index: str = "email", columns: str = "") -> bool:
    """Whether an index is that of the e-mail, by what a database tells of it."""
    tables, names = [table] if table else [], list[str]()
    for column in columns.split(",") if columns else ():
        of, _, name = re.sub(CAST, "", column).strip().rpartition(".")
        tables += [of] if of else []
        names.append(split_words(name))
    rest = [name for name in names if not re.fullmatch(COLUMN_OF_EMAIL, name)]
    return (
        all(re.fullmatch(TABLE_OF_PEOPLE, split_words(name)) for name in tables)
        and len(rest) < max(1, len(names))
        and all(re.fullmatch(TENANT, name) for name in rest)
        and re.fullmatch(INDEX_OF_EMAIL, split_words(index)) is not None
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
