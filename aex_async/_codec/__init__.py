"""Plain JSON to models and back: exactly, and keeping what no model knows.

::

    Codec           a client's: bytes to models and rows      (bodies)
      make_converter  cattrs, for users to extend             (converter)
        hooks           which hook reads and writes which type
          structuring     one value at a time, each problem with its JSON path
            containers      lists, sets, tuples, mappings
            annotations     what a class says about its fields
          fast_path       a whole row at once, for our own models
          values          dates, money, texts
          unstructuring   models to plain JSON

They are loaded with the first client: cattrs takes as long to import as all of this package.
"""

from typing import TYPE_CHECKING

from aex_async._lazy import load_lazily

if TYPE_CHECKING:
    from cattrs import Converter

    from aex_async._codec.bodies import Codec, Rows, describe_customer, describe_service
    from aex_async._codec.converter import from_json, make_converter, to_json
else:
    __getattr__ = load_lazily(
        __name__,
        {
            **dict.fromkeys(("Codec", "Rows", "describe_customer", "describe_service"), "aex_async._codec.bodies"),
            "Converter": "cattrs",
            **dict.fromkeys(("from_json", "make_converter", "to_json"), "aex_async._codec.converter"),
        },
    )

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
