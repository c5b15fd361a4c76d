"""The words of addresses in one spelling: case, accents, punctuation, abbreviations, English and Afrikaans."""

import re
import unicodedata
from typing import Final

STREET_TYPES: Final = {
    "street": ("st", "str", "straat", "streets"),
    "road": ("rd", "weg", "pad"),
    "avenue": ("ave", "av", "aven", "laan"),
    "drive": ("dr", "drv", "rylaan"),
    "crescent": ("cres", "crs", "cresent", "singel"),
    "close": ("cl", "clo"),
    "place": ("pl", "plc"),
    "lane": ("ln",),
    "court": ("ct", "crt"),
    "boulevard": ("blvd", "boul"),
    "square": ("sq", "plein"),
    "terrace": ("ter", "terr"),
    "highway": ("hwy",),
    "parade": ("pde",),
    "circle": ("cir", "circ"),
    "way": ("wy",),
}
UNIT_WORDS: Final = frozenset(
    {"unit", "flat", "apt", "apartment", "suite", "shop", "room", "number", "no", "nr", "#", "house"}
)
NUMBER_WORDS: Final = frozenset({"number", "no", "nr", "#", "house"})
NAMED_UNITS: Final = frozenset({"cottage", "flatlet", "penthouse"})
PROVINCES: Final = {
    "gauteng": ("gp", "gt"),
    "kwazulu natal": ("kzn", "kwazulunatal", "natal", "zulu natal"),
    "western cape": ("wc",),
    "eastern cape": ("ec",),
    "northern cape": (),
    "free state": ("fs", "freestate"),
    "limpopo": ("lp",),
    "mpumalanga": ("mp",),
    "north west": ("nw",),
    "south carolina": ("sc",),
    "texas": ("tx",),
}
COUNTRIES: Final = frozenset({"za", "rsa", "south africa", "suid afrika", "us", "usa", "united states"})

_WORDS = {
    "ext": "extension",
    "cnr": "corner",
    "crn": "corner",
    "mt": "mount",
    "nth": "north",
    "sth": "south",
    "&": "and",
    "ft": "fort",
    "1ste": "1st",
    "2de": "2nd",
    "3de": "3rd",
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th",
    "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th", "eleventh": "11th", "twelfth": "12th",
}  # fmt: skip
_TYPES = {word: name for name, words in STREET_TYPES.items() for word in (name, *words)}
_PROVINCES = {word: name for name, words in PROVINCES.items() for word in (name, *words)}
_COMPOUND = re.compile(r"([a-z]{3,})(straat|laan|weg|singel|rylaan)")
_TOKEN = re.compile(r"[0-9]+(?:[-/][0-9]+)*[a-z]*|[a-z]+|[&#/]")


def fold(text: str) -> str:
    """Return a text without case, accents and the points that shorten words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[.'\u2018\u2019`]", "", plain.replace("\u2013", "-"))


def split(segment: str) -> list[str]:
    """Return the words of a folded text, compounds apart: `kerkstraat` is `kerk straat`."""
    words: list[str] = []
    for word in _TOKEN.findall(segment):
        compound = _COMPOUND.fullmatch(word)
        words += compound.groups() if compound else (word,)
    return words


def spell(words: list[str]) -> list[str]:
    """Return words in one spelling. `st` is a street behind a name, and a saint before one; `dr` likewise."""
    return [_spell(word, words[index - 1] if index else "") for index, word in enumerate(words)]


def _spell(word: str, before: str) -> str:
    if word in ("st", "dr") and not (before.isalpha() or re.fullmatch(r"\d+(st|nd|rd|th)", before)):
        return {"st": "saint", "dr": "doctor"}[word]
    return _TYPES.get(word) or _WORDS.get(word, word)


def is_type(word: str) -> bool:
    """Whether a word, spelt out, is a kind of street."""
    return word in STREET_TYPES


def find_province(words: list[str]) -> str | None:
    """Return the province that words stand for."""
    return _PROVINCES.get(" ".join(words))


def is_country(words: list[str]) -> bool:
    """Whether words stand for a country."""
    return " ".join(words) in COUNTRIES
