"""The words of an address in one spelling, whatever its country, and how many slips lie between two of them."""

import re
import unicodedata
from typing import Final

_MARKS: Final = str.maketrans(
    {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "\u2013": "-", "\u2014": "-", "\u2011": "-", "&": " and "}
)
_LATIN: Final = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"})
"""Letters that are no other one with an accent."""
_SILENT: Final = re.compile("['\"`\u00b4\u2018\u2019\u201c\u201d]")
_SPACES: Final = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Characters that nobody sees: where a word may be broken, and what came along from a web page."""
_CORNER: Final = re.compile(r"\b(?:c/o|h/v|cnr|cn|crn|hv)\b")
_FORMS: Final = (
    (re.compile(r"(?<=\d)-(?=[1-9]/[2-9]\b|\d+(?:st|nd|rd|th|ste|de)\b)"), " "),  # 12-1/2, 19-3rd Avenue
    (re.compile(r"\b(\d+)(?:st|nd|rd|th|ste|de) (?:floor|flr|fl|vloer|level)\b"), r"floor \1"),
    (re.compile(r"\s*,(?= (?:jr|sr|junior|senior)\b)"), ""),  # Martin Luther King, Jr. Blvd
)
_FULL_STOP: Final = re.compile(r"(?<=[a-z]{5})\. +(?=\w)|(?<=[a-z]) +/ +(?=\w)")
"""What parts an address like a comma: the point behind a whole word, the stroke between spaces."""
_INITIALS: Final = re.compile(r"\b([a-z])\.\s?([a-z])\.(?![a-z])")
# A number keeps what is written onto it: 12a, 12-14, 12-a, 4b/12; a letter keeps a number: c-4, r28, unit2.
_TOKEN: Final = re.compile(
    r"[nsew]\d+[nsew]\d+|\d+[a-z]*(?:[-/]\d+[a-z]*)*(?:[-/][a-z](?![a-z0-9]))?|[a-z]-\d+[a-z]*|[a-z]+\d+[a-z]*|[a-z]+|#"
)
_GLUED: Final = re.compile(
    r"(unit|ext|extension|zone|phase|block|flat|apt|apartment|ste|suite|shop|office|room|no|section|erf|stand)(\d+[a-z]?)"
)
_SUFFIXES: Final = ("st", "nd", "rd", "th")
_ORDINAL: Final = re.compile(r"(\d+)(?:st|nd|rd|th|ste|de)")

_ONES: Final = {
    name: number
    for number, names in enumerate(
        ("first eerste", "second tweede", "third derde", "fourth vierde", "fifth vyfde", "sixth sesde",
         "seventh sewende", "eighth agtste agste", "ninth negende", "tenth tiende", "eleventh elfde",
         "twelfth twaalfde", "thirteenth dertiende", "fourteenth veertiende", "fifteenth vyftiende",
         "sixteenth sestiende", "seventeenth sewentiende", "eighteenth agtiende agttiende",
         "nineteenth negentiende", "twentieth twintigste"), start=1)
    for name in names.split()
} | {
    name: 10 * n
    for n, name in enumerate(("thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"),
                             start=3)
}  # fmt: skip
_SPELT: Final = {number: name for name, number in reversed(_ONES.items())}
_TENS: Final = {
    name: 10 * n
    for n, name in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2)
}


_FLOOR: Final = re.compile(rf"\b({'|'.join(_ONES)})(?= (?:floor|flr|fl|vloer|level)\b)")


def fold(text: str) -> str:
    """Return a text without case, accents, quotation marks and the points that shorten words."""
    plain = _SPACES.sub("", text).translate(_MARKS).casefold()
    if not plain.isascii():
        plain = "".join(char if char.isascii() else _spell_char(char) for char in plain.translate(_LATIN))
    if ". " in plain or " / " in plain:
        plain = _FULL_STOP.sub(", ", plain)
    plain = _CORNER.sub(" corner ", _SILENT.sub("", plain))
    plain = _INITIALS.sub(r"\1\2 ", plain).replace(".", " ")
    if " fl" in plain or " vloer" in plain or " level" in plain:
        plain = _FLOOR.sub(lambda ordinal: write_ordinal(_ONES[ordinal[1]]), plain)
    for pattern, form in _FORMS:
        plain = pattern.sub(form, plain)
    return plain


def _spell_char(char: str) -> str:
    """Return a character without accents; one that has no letter of ours by its code, and a small figure apart.

    What is dropped makes two addresses one: `12Ж` is not 12, nor is `12²` 122.
    """
    plain = [part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)]
    if unicodedata.category(char) == "No":
        return " " + "".join(plain).replace("\u2044", "/")  # the stroke of a third
    return "".join(map(_spell_letter, plain))


def _spell_letter(char: str) -> str:
    """Return a letter of another script as letters of ours, which no word has in this order."""
    if char.isascii() or unicodedata.category(char) not in {"Ll", "Lo"}:
        return char
    return "".join(chr(ord("a") + int(figure, 16)) for figure in f"{ord(char):x}")


def split(segment: str) -> list[str]:
    """Return the words of a folded text; ordinals become figures with their suffix, in either language."""
    words: list[str] = []
    for token in _TOKEN.findall(segment):
        if glued := _GLUED.fullmatch(token):
            words += glued.groups()
        elif ordinal := _ORDINAL.fullmatch(token):
            words.append(write_ordinal(int(ordinal[1])))
        elif token in _ONES:
            tens = _TENS[words.pop()] if words and words[-1] in _TENS else 0
            words.append(write_ordinal(tens + _ONES[token]))
        else:
            words.append(token.replace("-", "") if token[0].isalpha() else token)
    return words


def spell_ordinal(number: int) -> str:
    """Return an ordinal in letters, as far as streets are numbered so: `eighth`; nothing beyond the twentieth."""
    return _SPELT.get(number, "")


def write_ordinal(number: int) -> str:
    """Return an ordinal in figures: `8th`."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def is_numeral(word: str) -> bool:
    """Whether a word is figures, with a letter or a range at most: 12, 12a, 12-14; not 12th."""
    return word[:1].isdigit() and word[-2:] not in _SUFFIXES


def find_digits(text: str) -> set[str]:
    """Return the runs of figures in a text, without their leading zeros."""
    return {digits.lstrip("0") or "0" for digits in re.findall(r"\d+", text)}


SHORT, MIDDLE, LONG = 4, 7, 12
TOO_MANY: Final = 9


def allow_slips(length: int) -> int:
    """Return how many slips a text of so many letters may hold and still be itself."""
    return (length > SHORT) + (length > MIDDLE) + (length > LONG)


def count_slips(one: str, other: str) -> int:
    """Return how many letters are wrong, lacking, too many or exchanged with their neighbour; or `TOO_MANY`.

    The first letters must be the same, or one of the two must lack or add one there: who misspells a word rarely
    misses its beginning, and words that differ there are mostly two.
    """
    if one == other:
        return 0
    if len(one) == len(other) == SHORT and sorted(one) == sorted(other) and one[0] == other[0]:
        return 1  # Mian for Main: of four letters two may be exchanged, but none be another
    limit = allow_slips(max(len(one), len(other)))
    if abs(len(one) - len(other)) > limit or not one or not other:
        return TOO_MANY
    if one[0] != other[0] and one[:2] != other[1::-1] and one[1:4] != other[:3] and one[:3] != other[1:4]:
        return TOO_MANY
    slips = _measure(one, other)
    return slips if slips <= limit else TOO_MANY


def _measure(one: str, other: str) -> int:
    """Return the Damerau-Levenshtein distance, of adjacent exchanges."""
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
