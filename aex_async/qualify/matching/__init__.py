"""Addresses as people and registers write them: taken apart, and held against what AEx knows."""

from aex_async.qualify.matching.parts import Country, Parts, Street, Unit
from aex_async.qualify.matching.reading import parse

__all__ = ["Country", "Parts", "Street", "Unit", "parse"]
