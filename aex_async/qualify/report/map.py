"""A plain map: north is up, a degree of longitude is as long as at the middle, a circle is the addresses of a spot."""

import math
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from aex_async.qualify.report.grid import GridCell, bin_cells
from aex_async.qualify.report.html import Markup, join, tag
from aex_async.qualify.report.numbers import find_step, find_ticks, show_count, show_degrees, show_share

WIDTH, HEIGHT, MARGIN = 360, 290, 24
KM_PER_DEGREE: Final = 111.32
SPOT: Final = 15.0  # the width of what becomes one circle
RADIUS_LEAST, RADIUS_MOST = 3.0, 11.0
SPAN_LEAST: Final = 0.004  # degrees: about 450 m
SHADES: Final = (
    ("none", "none can be ordered"),
    ("some", "under half"),
    ("most", "half and more"),
    ("all", "all can be ordered"),
)


@frozen
class MapFrame:
    """What a map shows, from the north-west corner; `scale` is in units of the drawing for a degree of latitude."""

    north: float
    west: float
    scale: float
    squeeze: float

    @property
    def south(self) -> float:
        """Its lower edge."""
        return self.north - (HEIGHT - MARGIN) / self.scale

    @property
    def east(self) -> float:
        """Its right edge."""
        return self.west + WIDTH / (self.scale * self.squeeze)

    def project(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Return where a point is in the drawing."""
        return (longitude - self.west) * self.scale * self.squeeze, (self.north - latitude) * self.scale

    def shows(self, cell: GridCell) -> bool:
        """Whether a cell is inside."""
        return self.south <= cell.latitude <= self.north and self.west <= cell.longitude <= self.east


def make_frame(cells: Iterable[GridCell]) -> MapFrame:
    """Return the frame around cells, which there must be."""
    points = [(cell.latitude, cell.longitude) for cell in cells]
    south, north = min(point[0] for point in points), max(point[0] for point in points)
    west, east = min(point[1] for point in points), max(point[1] for point in points)
    middle, centre = (south + north) / 2, (west + east) / 2
    squeeze = max(math.cos(math.radians(middle)), 0.01)
    high, wide = max(north - south, SPAN_LEAST), max((east - west) * squeeze, SPAN_LEAST)
    tall = HEIGHT - MARGIN
    scale = min((tall - 4 * RADIUS_MOST) / high, (WIDTH - 4 * RADIUS_MOST) / wide)
    return MapFrame(middle + tall / 2 / scale, centre - WIDTH / 2 / scale / squeeze, scale, squeeze)


def draw(cells: Sequence[GridCell], frame: MapFrame, label: str) -> Markup:
    """Return the map of cells, which are inside the frame. `label` is what it is called aloud."""
    size = SPOT / frame.scale
    spots = sorted(bin_cells(cells, size, size / frame.squeeze).values(), key=lambda spot: -spot.count)
    most = spots[0].count if spots else 1
    return tag(
        "svg",
        _draw_axes(frame),
        tag("g", *(_draw_spot(spot, frame, most) for spot in spots)),
        _draw_scale(frame),
        class_="map",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=label,
    )


def draw_legend() -> Markup:
    """Return what the shades mean."""
    return tag("ul", *(tag("li", _show_shade(shade), words) for shade, words in SHADES), class_="legend")


def _show_shade(shade: str) -> Markup:
    circle = tag("circle", cx=8, cy=8, r=6, class_=f"spot {shade}")
    return tag("svg", circle, viewBox="0 0 16 16", width=16, height=16, aria_hidden="true")


def _draw_spot(spot: GridCell, frame: MapFrame, most: int) -> Markup:
    x, y = frame.project(spot.latitude, spot.longitude)
    radius = max(RADIUS_LEAST, RADIUS_MOST * math.sqrt(spot.count / most))
    caption = f"{spot.name}: {show_count(spot.count)}, {show_share(spot.orderable, spot.count)} orderable"
    return tag("circle", tag("title", caption), cx=x, cy=y, r=radius, class_=f"spot {_choose_shade(spot)}")


def _choose_shade(spot: GridCell) -> str:
    if spot.orderable in (0, spot.count):
        return "all" if spot.orderable else "none"
    return "some" if 2 * spot.orderable < spot.count else "most"


def _draw_axes(frame: MapFrame) -> Markup:
    step = find_step(max(frame.north - frame.south, (frame.east - frame.west) * frame.squeeze), 5)
    tall, parts = HEIGHT - MARGIN, [tag("rect", width=WIDTH, height=HEIGHT - MARGIN, class_="ground")]
    for degrees in find_ticks(frame.south, frame.north, step):
        y = frame.project(degrees, 0)[1]
        parts.append(tag("path", d=f"M0 {y:.1f}H{WIDTH}", class_="grid"))
        if 14 < y < tall - 30:  # noqa: PLR2004 - clear of the edges and of the scale
            parts.append(tag("text", show_degrees(degrees, step, "N", "S"), x=4, y=y - 4))
    across = find_step(frame.east - frame.west, 4)
    for degrees in find_ticks(frame.west, frame.east, across):
        x = frame.project(0, degrees)[0]
        parts.append(tag("path", d=f"M{x:.1f} 0V{tall}", class_="grid"))
        if 40 < x < WIDTH - 40:  # noqa: PLR2004 - whole words only
            parts.append(tag("text", show_degrees(degrees, across, "E", "W"), x=x, y=HEIGHT - 9, text_anchor="middle"))
    return tag("g", *parts, class_="axes")


def _draw_scale(frame: MapFrame) -> Markup:
    """Draw a bar of a round number of kilometres, or metres."""
    per_km = frame.scale / KM_PER_DEGREE
    most = WIDTH / 3.5 / per_km
    power = 10.0 ** math.floor(math.log10(most))
    length = next(factor * power for factor in (5, 2, 1) if factor * power <= most)
    caption = f"{length:,.0f} km" if length >= 1 else f"{length * 1000:.0f} m"
    right, y = WIDTH - 12, HEIGHT - MARGIN - 12
    bar = tag("path", d=f"M{right - length * per_km:.1f} {y - 5}v5H{right}v-5", class_="scale")
    return join(bar, tag("text", caption, x=right, y=y - 9, text_anchor="end", class_="told"))
