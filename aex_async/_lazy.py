"""Names of a package that are loaded when somebody first asks for them."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def load_lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package (PEP 562); `homes` says of each lazy name which module has it."""

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(homes[name]), name)
        setattr(sys.modules[package], name, found)  # from now on it is found without this
        return found

    return load


def list_names(package: str) -> Callable[[], list[str]]:
    """Return the `__dir__` of such a package: all that it exports, loaded or not."""

    def list_all() -> list[str]:
        module = sys.modules[package]
        return sorted({*vars(module), *module.__all__})

    return list_all
