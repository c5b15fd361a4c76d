"""Modules that are in use, changed where they are: what holds a function of theirs holds the changed one."""

import inspect
import sys
from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType, ModuleType
from typing import Any


def remake(module: ModuleType, code: CodeType, **names: object) -> ModuleType:
    """Return a module as `module` would be with this code; nothing else knows of it."""
    fresh = ModuleType(module.__name__)
    vars(fresh).update(names)
    exec(code, vars(fresh))  # noqa: S102 - the module's own code, with one mistake
    return fresh


def change(module: ModuleType, fresh: ModuleType, owner: str) -> None:
    """Make one function or constant of `module` what it is in `fresh`; `ValueError` if a function cannot be that."""
    new = find_owned(fresh, owner)
    old = find_owned(module, owner)
    if not isinstance(new, FunctionType):
        for user in list(sys.modules.values()):  # the tests too, which would import the changed one
            if vars(user).get(owner) is old:
                setattr(user, owner, new)
        return
    old.__code__ = new.__code__
    old.__defaults__ = new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def find_owned(module: ModuleType, owner: str) -> Any:
    """Return a function, from beneath its decorators, or a constant."""
    target: Any = module
    *classes, name = owner.split(".")
    for part in classes:
        target = getattr(target, part)
    return find_function(vars(target)[name])


def find_function(value: Any) -> Any:
    """Return the function beneath decorators of the standard library, or what else it is."""
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, cached_property):
        value = value.func
    return inspect.unwrap(value) if callable(value) or hasattr(value, "__wrapped__") else value


def find_relatives(module: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of the same package."""
    package = module.__name__.partition(".")[0]
    for name, relative in list(sys.modules.items()):
        if name.partition(".")[0] == package:
            yield relative


def forget(module: ModuleType) -> None:
    """Empty the caches of the package: they hold what was made without the change."""
    for relative in find_relatives(module):
        for value in list(vars(relative).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()
