"""The American grammar: directions, the Postal Service's suffixes and unit words, states, numbered highways."""

import re
from typing import Final

from aex_async.qualify.matching.parsing.parts import Grammar, spread, spread_phrases

KINDS: Final = spread({
    "street": "st str strt streets", "avenue": "ave av aven avenu avn avnue", "road": "rd roads",
    "drive": "dr drv driv", "boulevard": "blvd boul boulv bvd", "lane": "ln", "court": "ct crt", "place": "pl plc",
    "circle": "cir circ crcl", "way": "wy", "terrace": "ter terr", "parkway": "pkwy pky parkwy pkway",
    "trail": "trl tr trails", "highway": "hwy hiway", "square": "sq sqr", "crescent": "cres crsent crsnt crscnt",
    "loop": "lp", "pike": "", "turnpike": "tpke trnpk", "expressway": "expy expwy", "freeway": "fwy frwy",
    "alley": "aly ally", "crossing": "xing crssng", "causeway": "cswy", "plaza": "plz plza", "cove": "cv", "row": "",
    "run": "", "path": "", "walk": "", "close": "cls", "mews": "", "concourse": "", "esplanade": "",
})  # fmt: skip
WEAK_KINDS: Final = spread({
    "park": "prk", "bend": "bnd", "point": "pt", "ridge": "rdg", "hill": "hl", "hills": "hls", "view": "vw",
    "glen": "gln", "grove": "grv", "landing": "lndg", "heights": "hts", "hollow": "holw", "gardens": "gdns",
    "estates": "ests", "manor": "mnr", "meadows": "mdws", "mill": "ml", "pass": "", "ford": "frd", "lake": "lk",
    "shore": "shr", "spring": "spg", "springs": "spgs", "station": "sta", "summit": "smt", "trace": "trce",
    "valley": "vly", "village": "vlg", "vista": "vis", "union": "un", "island": "is", "harbor": "hbr", "haven": "hvn",
    "fork": "frk", "field": "fld", "falls": "fls", "creek": "crk", "club": "clb", "center": "ctr centre",
    "canyon": "cyn", "bypass": "byp", "bridge": "brg", "branch": "br", "brook": "brk", "bluff": "blf",
    "extension": "ext", "oval": "", "mall": "", "spur": "", "route": "rte rt", "circus": "", "end": "", "rise": "",
    "lane": "la",
})  # fmt: skip
DIRECTIONS: Final = spread({
    "n": "north no", "s": "south so", "e": "east", "w": "west", "ne": "northeast", "nw": "northwest",
    "se": "southeast", "sw": "southwest",
})  # fmt: skip
UNITS: Final = spread({
    "unit": "unt", "apartment": "apt apartments flat door condo", "suite": "ste suit", "room": "rm",
    "shop": "store stall", "office": "ofc", "floor": "fl flr level", "penthouse": "ph", "lot": "", "space": "spc site",
    "trailer": "trlr", "slip": "", "cottage": "", "basement": "bsmt", "studio": "", "rear": "", "front": "frnt",
    "upper": "uppr", "lower": "lowr",
})  # fmt: skip
PROVINCES: Final = spread_phrases({
    "alabama": "al, ala", "alaska": "ak", "arizona": "az, ariz", "arkansas": "ar, ark",
    "california": "ca, calif, cal", "colorado": "co, colo", "connecticut": "ct, conn", "delaware": "de, del",
    "district of columbia": "dc, d c", "florida": "fl, fla", "georgia": "ga", "hawaii": "hi", "idaho": "id",
    "illinois": "il, ill", "indiana": "in, ind", "iowa": "ia", "kansas": "ks, kans", "kentucky": "ky",
    "louisiana": "la", "maine": "me", "maryland": "md", "massachusetts": "ma, mass", "michigan": "mi, mich",
    "minnesota": "mn, minn", "mississippi": "ms, miss", "missouri": "mo", "montana": "mt, mont",
    "nebraska": "ne, nebr, neb", "nevada": "nv, nev", "new hampshire": "nh", "new jersey": "nj", "new mexico": "nm",
    "new york": "ny", "north carolina": "nc", "north dakota": "nd", "ohio": "oh", "oklahoma": "ok, okla",
    "oregon": "or, ore", "pennsylvania": "pa, penn, penna", "rhode island": "ri", "south carolina": "sc",
    "south dakota": "sd", "tennessee": "tn, tenn", "texas": "tx, tex", "utah": "ut", "vermont": "vt",
    "virginia": "va", "washington": "wa, wash", "west virginia": "wv, w va", "wisconsin": "wi, wis, wisc",
    "wyoming": "wy, wyo", "puerto rico": "pr", "guam": "gu", "american samoa": "as", "virgin islands": "vi, usvi",
    "northern mariana islands": "mp",
})  # fmt: skip
COUNTRIES: Final = frozenset(tuple(name.split()) for name in (
    "us", "usa", "united states", "united states of america", "u s a", "u s"))  # fmt: skip
_TOWNS: Final = {"newyork": "newyorkcity nyc manhattan", "losangeles": "la", "philadelphia": "philly phila",
                 "sanfrancisco": "sf", "washington": "washingtondc", "lasvegas": "vegas"}  # fmt: skip
TOWNS: Final = spread(_TOWNS)
NAMES: Final = spread({
    "saint": "st", "mount": "mt", "fort": "ft", "doctor": "dr", "junior": "jr", "martin": "", "mountain": "mtn",
    "point": "pt", "township": "twp",
})  # fmt: skip
PLACES: Final = spread({
    "saint": "st", "mount": "mt", "fort": "ft", "point": "pt", "heights": "hts", "springs": "spgs", "township": "twp",
    "village": "vlg", "city": "cty", "urb": "urbanizacion", "north": "n no", "south": "s so", "east": "e", "west": "w",
    "park": "pk", "beach": "bch", "woods": "wds", "wood": "wd", "gardens": "gdns", "lake": "lk", "hills": "hls",
    "valley": "vly",
    "island": "is", "port": "prt", "harbor": "hbr", "grove": "grv",
})  # fmt: skip
_CODES: Final = "|".join(
    code
    for names in PROVINCES
    for code in names
    if len(names) == 1 and len(code) == len("NY") and code not in DIRECTIONS
)
_HIGHWAYS: Final = (
    (re.compile(r"\b(?:us|u s) (?:highway|hwy|route|rte|rt)(?: no)? (\d+\w*)"), r"us highway \1"),
    (re.compile(r"\b(?:highway|hwy) us (\d+\w*)"), r"us highway \1"),
    (re.compile(r"\b(?:us|u s) (\d{1,3}[a-z]?)\b(?: (?:highway|hwy|route))?"), r"us highway \1"),
    (
        re.compile(
            rf"\b(?:(?:{_CODES}) )?(?:(?:state|st) (?:route|highway|rte|rt|hwy)|state (?:road|rd)|sr|sh) (\d+\w*)"
        ),
        r"state route \1",
    ),
    (
        re.compile(rf"^(\S+ |(?!fl ))(?:{_CODES}) (\d{{1,3}}[a-z]?)\b(?! (?:{'|'.join(KINDS)})\b)"),
        r"\1state route \2",
    ),  # `1450 NY-9`, or `1450, NY 9` as AEx has it; but FL 12 alone is a floor
    (
        re.compile(r"\b(?:(?:county|cnty|cty|co) (?:road|rd|highway|hwy|route|rte|rt)|cr) (\d+\w*|[a-z]{1,2})\b"),
        r"county road \1",
    ),
    (re.compile(r"\b(?:farm to market(?: road| rd)?|fm(?: road| rd)?) (\d+)(?: (?:road|rd))?\b"), r"fm \1"),
    (re.compile(r"^(\S+) (?:r[mr]|ranch(?: to market)?(?: road| rd)?) (\d{3,4})\b"), r"\1 ranch road \2"),
    (re.compile(r"\b(?:rural (?:route|rte|rt)|rfd|rr) (\d{1,2})\b"), r"rural route \1"),
    (
        re.compile(
            r"\b(farm|township|twp|forest|parish|private|reservation) (?:road|rd|highway|hwy|route|rte|rt) (\d+\w*)"
        ),
        r"\1 road \2",
    ),
    (re.compile(r"^(\S+ )?tr (\d+\w*)\b"), r"\1township road \2"),
    (re.compile(r"\b(?:interstate|i|ih) (\d+)"), r"interstate \1"),
    (re.compile(r"\bi(\d+)\b"), r"interstate \1"),
    (re.compile(r"\b(?:highway|hwy) (\d+\w*)"), r"highway \1"),
    (re.compile(r"\b(?:route|rte|rt) (\d+\w*)"), r"route \1"),
)
_LETTER: Final = re.compile(r"^([a-z]) (\d+[a-z]?)(?= calle\b)")
"""A block's letter before its number, as Puerto Rico has it: `B 12 Calle 7`."""
_HOUSE: Final = re.compile(r"^(?:house|hse)(?: (?:no|nr|number|#))? (?=\d)")
_NUMBERED: Final = re.compile(r"\b(cr|sr|rr|hwy|highway) (?:#|no) (\d)")
"""A road's number with a sign, which is no unit's: `CR #12`. `County Rd #4` may be either."""
_COUNTY: Final = re.compile(r"\b(?:county|cnty|cty|co) (?:road|rd)(?= (?:#|no)\b| #)")
_LETTERED: Final = re.compile(r"\bhwy(?= (?:[a-df-mo-rt-vx-z]|([a-z])\1)\b)")
"""Missouri's and Wisconsin's `Hwy K`."""
_GLUED_GRID: Final = re.compile(r"^(\d+)([nsew]) (\d+)([nsew])\b")
_KING: Final = re.compile(r"\b(?:mlk|(?:m|martin) ?(?:l|luther) king)\b(?: (?:jr|junior))?")
_PARTED_DIRECTION: Final = re.compile(rf"\b({'|'.join(KINDS)}) (north|south) (east|west)\b")
_PARTED_ORDINAL: Final = re.compile(r"\b(\d+) (nd|rd|th)\b(?= (?:st|street|ave|avenue|rd|road)\b)")


def rewrite(words: list[str]) -> list[str]:
    """Write numbered roads in one form: `us 93 hwy` is `us highway 93`, `sr 590` is `state route 590`."""
    text = _KING.sub("martin luther king junior", " ".join(words))
    if words[:1] in (["house"], ["hse"]):
        text = _HOUSE.sub("", text)
    if "#" in words or "no" in words:
        text = _NUMBERED.sub(r"\1 \2", _COUNTY.sub("county road", text))
    if "calle" in words:
        text = _LETTER.sub(r"\1\2", text)
    text = _GLUED_GRID.sub(r"\1 \2 \3 \4", text)
    if "hwy" in words:
        text = _LETTERED.sub("highway", text)
    text = _PARTED_ORDINAL.sub(r"\1\2", text)
    text = _PARTED_DIRECTION.sub(r"\1 \2\3", text)  # behind the street alone: `12 North East Street` is in East Street
    if not any(char.isdigit() for char in text) and "county" not in words and "cr" not in words:
        return text.split()
    for pattern, form in _HIGHWAYS:
        text, count = pattern.subn(form, text, count=1)
        if count:
            break
    return text.split()


GRAMMAR: Final = Grammar(
    country="US",
    kinds=KINDS,
    weak_kinds=WEAK_KINDS,
    directions=DIRECTIONS,
    units=UNITS,
    provinces=PROVINCES,
    countries=COUNTRIES,
    towns=TOWNS,
    names=NAMES,
    places=PLACES,
    postal=re.compile(r"\d{5}(?:-?\d{4})?"),
    code_length=5,
    lost_noughts=1,  # of two, Puerto Rico's, too little is left
    direction_leads=True,
    rewrite=rewrite,
)
