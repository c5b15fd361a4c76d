"""A page, read as a browser reads it: its elements, their texts, the rows of its tables."""

from collections.abc import Iterator
from html.parser import HTMLParser

from attrs import define, field

VOID = {"meta"}


@define
class Element:
    """One element: its name, attributes, and what is inside, in order."""

    name: str
    attributes: dict[str, str | None]
    content: list["Element | str"] = field(factory=list["Element | str"])

    @property
    def text(self) -> str:
        """All text inside, with one space between words."""
        return " ".join("".join(self.texts()).split())

    def texts(self) -> Iterator[str]:
        """Yield every text inside."""
        for part in self.content:
            yield from (part,) if isinstance(part, str) else (*part.texts(), " ")

    def find(self, name: str | None = None, **attributes: str) -> list["Element"]:
        """Return the elements inside, at any depth, that are called so and have these attributes."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.walk()
            if name in (None, element.name) and wanted.items() <= element.attributes.items()
        ]

    def walk(self) -> Iterator["Element"]:
        """Yield every element inside."""
        for part in self.content:
            if isinstance(part, Element):
                yield part
                yield from part.walk()

    def table(self, label: str) -> list[list[str]]:
        """Return the cells of a table, row by row, without its heads."""
        (found,) = self.find("table", aria_label=label)
        rows = [row for body in found.find("tbody") for row in body.find("tr")]
        return [[cell.text for cell in row.find() if cell.name in ("td", "th")] for row in rows]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs), "no attribute comes twice"
        self._open[-1].content.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag, "what is opened is closed in its order"

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)

    def end(self) -> Element:
        self.close()
        assert self._open == [self.root], "all that is opened is closed"
        return self.root


def read(page: str) -> Element:
    """Return a page as an element that has it all; assert that it is well formed."""
    reader = _Reader()
    reader.feed(page)
    return reader.end()
