"""Plain JSON to models and back: exactly, and keeping what no model knows.

::

    Codec           a client's: bytes to models and rows      (bodies)
      make_converter  cattrs, for users to extend             (converter)
        structuring     one value at a time, each problem told by its JSON path
        fast_path       a whole row at once, for our own models
          values          dates, money, texts
        unstructuring   models to plain JSON
"""

from cattrs import Converter

from aex_async._codec.bodies import Codec, Rows, describe_customer, describe_service
from aex_async._codec.converter import from_json, make_converter, to_json

__all__ = [
    "Codec",
    "Converter",
    "Rows",
    "describe_customer",
    "describe_service",
    "from_json",
    "make_converter",
    "to_json",
]
