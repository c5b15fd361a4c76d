"""The route that a path belongs to: its names kept, its ids and places left out."""

import re

_ROUTES = (
    ("customers", "{id}", "services"),
    ("services", "full"),
    ("services", "{id}", "full"),
    ("products", "availability", "{lat}", "{lon}"),
    *((name, "{id}") for name in ("customers", "premises", "services", "products", "work-orders")),
)
_BY_LENGTH = {size: [route for route in _ROUTES if len(route) == size] for size in map(len, _ROUTES)}
_NAME = re.compile(r"[a-z][a-z_-]{0,40}")


def find_route(path: str) -> str:
    """Return `/premises/{id}` for `/premises/B002…`: what may be shown anywhere, and counted."""
    parts = path.strip("/").split("/")
    for route in _BY_LENGTH.get(len(parts), ()):
        if all(name[0] == "{" or name == part for name, part in zip(route, parts, strict=True)):
            return "/" + "/".join(route)
    return "/" + "/".join([part if _NAME.fullmatch(part) else "{id}" for part in parts])
