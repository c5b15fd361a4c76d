"""The South African grammar: two languages, townships, provinces, towns with two names."""

import re
from typing import Final

from aex_async.qualify.matching.parsing.parts import Grammar, spread, spread_phrases
from aex_async.qualify.matching.words import split, write_ordinal

KINDS: Final = spread({
    "street": "st str straat streets strat stree streeet steet stret strt",
    "road": "rd roads raod",
    "weg": "",  # a road; so is a pad, but Kloofweg and Kloofpad are two
    "pad": "",
    "avenue": "ave av aven laan avevue avenu avn",
    "drive": "dr drv rylaan dve",
    "crescent": "cres crs cr cresent singel crescen crsnt crecent crescant crsent",
    "close": "cl clo cls slot",
    "place": "pl plc plek",
    "lane": "ln laning steeg",
    "court": "ct crt hof",
    "boulevard": "blvd boul bvd",
    "square": "sq plein",
    "terrace": "ter terr terras",
    "highway": "hwy snelweg",
    "parade": "pde",
    "circle": "cir circ sirkel",
    "way": "wy",
    "walk": "wandel",
    "mews": "",
    "loop": "",
    "link": "",
    "alley": "gang",
    "freeway": "",
    "route": "roete",
})  # fmt: skip
WEAK_KINDS: Final = spread({
    "park": "", "view": "", "grove": "", "rise": "", "ridge": "", "hill": "", "gardens": "gdns", "heights": "hts",
    "corner": "hoek", "bend": "", "end": "", "row": "", "quay": "", "path": "", "avenue": "", "extension": "ext",
    "lane": "la",
})  # fmt: skip
UNITS: Final = spread({
    "unit": "u eenheid unt", "flat": "apartment apt apartement woonstel flt door deur", "room": "kamer rm",
    "shop": "winkel store kiosk", "office": "kantoor ofc", "suite": "ste", "floor": "level vloer flr",
    "villa": "", "cluster": "", "townhouse": "", "simplex": "", "duplex": "", "chalet": "", "loft": "", "stall": "",
    "house": "huis hse", "cottage": "kothuis", "flatlet": "", "penthouse": "", "studio": "", "garage": "",
})  # fmt: skip
PROVINCES: Final = spread_phrases({
    "gauteng": "gp, gt, gau, transvaal", "kwazulu natal": "kzn, kwazulunatal, natal, kn, kz natal, kwa zulu natal",
    "western cape": "wc, w cape, wes kaap, weskaap, westerncape", "eastern cape": "ec, e cape, oos kaap, ooskaap",
    "northern cape": "nc, n cape, noord kaap, noordkaap",
    "free state": "fs, freestate, vrystaat, orange free state, ofs", "limpopo": "lp, lim, northern province",
    "mpumalanga": "mp, mpl", "north west": "nw, northwest, noordwes, noord wes, nwp",
})  # fmt: skip
COUNTRIES: Final = frozenset(tuple(name.split()) for name in (
    "za", "rsa", "sa", "south africa", "suid afrika", "republic of south africa", "s africa"))  # fmt: skip
DIRECTIONS: Final = spread({
    "north": "noord nth n", "south": "suid sth s", "east": "oos e oost", "west": "wes w", "central": "sentraal",
})  # fmt: skip
_TOWNS: Final = {
    "pretoria": "tshwane pta",
    "portelizabeth": "gqeberha pe nelsonmandelabay",
    "grahamstown": "makhanda makanda",
    "polokwane": "pietersburg",
    "mbombela": "nelspruit",
    "emalahleni": "witbank",
    "kingwilliamstown": "qonce kwt",
    "eastlondon": "buffalocity",
    "uitenhage": "kariega",
    "mahikeng": "mafikeng mafeking",
    "mthatha": "umtata",
    "kwadukuza": "stanger",
    "potchefstroom": "tlokwe",
    "bloemfontein": "mangaung bloem bfn",
    "krugersdorp": "mogalecity mogale",
    "lephalale": "ellisras",
    "modimolle": "nylstroom",
    "mokopane": "potgietersrus",
    "belabela": "warmbaths warmbad",
    "louistrichardt": "makhado",
    "musina": "messina",
    "lichtenburg": "ditsobotla",
    "mashishing": "lydenburg",
    "emkhondo": "pietretief mkhondo",
    "komani": "queenstown",
    "maclear": "nqanqarhu",
    "aliwalnorth": "maletswai",
    "fortbeaufort": "kwamaqoma",
    "cradock": "nxuba",
    "somerseteast": "kwanojoli",
    "graaffreinet": "robertsobukwe",
    "capetown": "kaapstad cpt",
    "johannesburg": "joburg jhb egoli jozi",
    "durban": "ethekwini dbn",
    "pietermaritzburg": "msunduzi maritzburg pmb",
    "ladysmith": "emnambithi",
    "amanzimtoti": "toti",
    "vanderbijlpark": "vanderbylpark",
    "witsieshoek": "qwaqwa",
    "delmas": "botleng",
    "standerton": "lekwa",
    "ermelo": "msukaligwa",
}
# Suburbs with two names: a name of apartheid and the one before or after it, or one in each language. Whatever is not
# here is another suburb, though it shares the postal code. Written as `make_place` leaves them: without `district`.
_SUBURBS: Final = {
    "zonnebloem": "six ses",
    "sophiatown": "triomf",
    "bokaap": "malayquarter",
    "centurion": "verwoerdburg",
    "seapoint": "seepunt",
    "greenpoint": "groenpunt",
    "campsbay": "kampsbaai",
    "houtbay": "houtbaai",
    "gordonsbay": "gordonsbaai",
    "simonstown": "simonstad",
    "saltriver": "soutrivier",
    "mitchellsplain": "mitchellsplein",
    "observatory": "observatorium",
    "catomanor": "mkhumbane",
    "jeffreysbay": "jeffreysbaai",
    "mosselbay": "mosselbaai",
    "plettenbergbay": "plettenbergbaai plett",
    "stfrancisbay": "stfrancisbaai",
    "richardsbay": "richardsbaai",
    "saldanha": "saldanhabaai saldanhabay",
}
TOWNS: Final = spread(_TOWNS | _SUBURBS)
_METROS: Final = {
    "johannesburg": "sandton randburg roodepoort midrand soweto lenasia alexandra diepsloot",
    "pretoria": "centurion akasia soshanguve mamelodi atteridgeville garankuwa hammanskraal silverton pretorianorth",
    "capetown": "bellville parow goodwood milnerton durbanville brackenfell kraaifontein kuilsrivier mitchellsplain "
    "khayelitsha strand somersetwest muizenberg wynberg gugulethu",
    "durban": "pinetown westville queensburgh umhlanga chatsworth phoenix umlazi amanzimtoti hillcrest kwamashu inanda "
    "isipingo kloof verulam tongaat",
    "gqeberha": "despatch uitenhage",
}
METROS: Final = {town: TOWNS.get(metro, metro) for metro, towns in _METROS.items() for town in towns.split()}
NAMES: Final = spread({
    "saint": "sint st", "doctor": "dokter dr", "general": "generaal genl gen", "professor": "prof", "reverend": "rev",
    "advocate": "adv advokaat", "captain": "kaptein capt", "mount": "mt", "president": "pres", "and": "en",
    "commissioner": "kommissaris", "van": "v",
})  # fmt: skip
TRANSLATIONS: Final = spread({
    "church": "kerk", "main": "hoof", "school": "skool", "station": "stasie", "market": "mark", "north": "noord",
    "south": "suid", "east": "oos", "west": "wes", "long": "lang", "high": "hoog", "river": "rivier",
    "beach": "strand", "mill": "meul", "mountain": "berg", "new": "nuwe", "short": "kort", "bridge": "brug",
    "old": "ou", "garden": "tuin", "queen": "koningin", "king": "koning", "rose": "roos", "industrial": "nywerheid",
    "harbour": "hawe", "hospital": "hospitaal", "cemetery": "begraafplaas", "forest": "bos", "valley": "vallei",
    "water": "", "mine": "myn", "railway": "spoorweg", "middle": "middel", "cross": "kruis", "border": "",
    "boundary": "grens", "bishop": "biskop", "lake": "meer", "lower": "onder", "upper": "bo", "hill": "heuwel",
    "view": "uitsig", "town": "dorp", "park": "", "oak": "eike", "willow": "wilger", "pine": "den", "bird": "voel",
    "lion": "leeu", "eagle": "arend", "flower": "blom", "spring": "fontein", "post": "pos", "club": "klub",
    "union": "unie", "justice": "justisie", "government": "goewerment", "victory": "oorwinning", "fort": "",
    "sea": "see", "factory": "fabriek", "three": "drie", "two": "twee", "seven": "sewe", "rivers": "riviere",
    "gardens": "tuine", "cape": "kaap", "castle": "kasteel", "canal": "kanaal", "freedom": "vryheid",
    "republic": "republiek", "college": "kollege", "university": "universiteit", "airport": "lughawe",
    "green": "groen", "white": "wit", "black": "swart", "red": "rooi", "blue": "blou", "golden": "goue",
    "orange": "oranje", "star": "ster", "cosmos": "kosmos", "camellia": "kamelia", "hibiscus": "hibiskus",
})  # fmt: skip
PLACES: Final = spread({
    "extension": "ext x extention uitbreiding uitb exten exte", "section": "sec sect seksie",
    "location": "loc lokasie", "township": "twp", "village": "vill", "mount": "mt", "saint": "st", "zone": "sone",
    "phase": "fase ph", "block": "blok blk", "unit": "", "fort": "ft", "industrial": "ind", "heights": "hts",
    "gardens": "gdns", "and": "en", "central": "cbd sentrum", "site": "",
})  # fmt: skip
_COMPOUND: Final = re.compile(
    r"([a-z]{2,}?|\d+(?:st|nd|rd|th|ste|de))(straat|str|rylaan|laan|weg|singel|sirkel|plein|street|avenue)"
)
_HOLDINGS: Final = re.compile(r"\b(?:agricultural holdings|small ?holdings|landbou ?hoewes)\b")
_ORDINAL: Final = re.compile(r"(\d{1,2})e")
_EXTENSION: Final = re.compile(r"(x|ext)(\d+)")


_DIVISION: Final = re.compile(r"(?<=[a-z] )(\d+) (?:j[pqrstu]|i[opqrst]|h[opqrstu]|k[pqrstu]|l[qrstu]|m[qrst])(?= |$)")
"""A farm's registration division behind its number, `475 JQ`, which most leave out."""
_FARMS: Final = frozenset({"farm", "plaas", "portion", "ptn", "gedeelte", "remainder", "restant"})
_NUMBERED: Final = re.compile(rf"^(\d+\w* )?({'|'.join(KINDS)}) (?:no|nr|nommer|number) (\d+)\b")
"""A street that has a number for a name: `5 Road No 3`."""


def rewrite(words: list[str]) -> list[str]:
    """Take compounds apart: `kerkstraat` is `kerk straat`, `x4` is `extension 4`."""
    apart: list[str] = []
    text = _HOLDINGS.sub("ah", " ".join(words))
    if not _FARMS.isdisjoint(words):
        text = _DIVISION.sub(r"\1", text)
    words = _NUMBERED.sub(r"\1\2 \3", text).split()
    for index, word in enumerate(words):
        if (ordinal := _ORDINAL.fullmatch(word)) and words[index + 1 : index + 2] and words[index + 1] in KINDS:
            apart.append(write_ordinal(int(ordinal[1])))  # `12e Laan`, which is not a house's number 12E
        elif (compound := _COMPOUND.fullmatch(word)) and word not in KINDS:
            apart += (*split(compound[1]), compound[2])
        elif extension := _EXTENSION.fullmatch(word):
            apart += ("extension", extension[2])
        else:
            apart.append(word)
    return apart


GRAMMAR: Final = Grammar(
    country="ZA",
    kinds=KINDS,
    weak_kinds=WEAK_KINDS,
    directions=DIRECTIONS,
    units=UNITS,
    provinces=PROVINCES,
    countries=COUNTRIES,
    towns=TOWNS,
    metros=METROS,
    names=NAMES,
    translations=TRANSLATIONS,
    places=PLACES | DIRECTIONS,
    postal=re.compile(r"\d{4}"),
    code_length=4,
    lost_noughts=2,
    direction_leads=False,
    rewrite=rewrite,
    twins=frozenset({frozenset({"weg", "road"}), frozenset({"pad", "road"}), frozenset({"pad", "path"})}),
)
