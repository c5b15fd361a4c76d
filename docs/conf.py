"""How the site is built; `nox -s docs` does it."""

import re
import sys
from importlib.metadata import version as find_version
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))  # for command_pages

project = "aex_async"
author = "The aex_async maintainers"
copyright = "the aex_async maintainers"  # noqa: A001 - Sphinx's name
version = release = find_version("aex-async")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.intersphinx", "sphinx_copybutton", "command_pages"]
intersphinx_mapping: dict[str, tuple[str, None]] = {}  # other projects' inventories are not fetched while building
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
default_role = "code"  # a name in a docstring is code
smartquotes_action = "q"  # curly quotes, but two dashes stay what is typed: an option
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
autodoc_preserve_defaults = False
python_maximum_signature_line_length = 88  # beyond that, a parameter a line
exclude_patterns = ["_build", "reference/_commands.md"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_title = "aex_async"
html_extra_path = ["llms.txt"]
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp, .go"


def simplify(*event: Any) -> tuple[str | None, str | None]:
    """Write defaults as one would in Python, where Sphinx knows nothing but their `repr`."""
    *_, signature, returns = event
    if signature is not None:
        signature = re.sub(r"= (NOTHING|Ellipsis)\b", "= ...", signature)
        signature = re.sub(r"<built-in function (\w+)>", r"\1", signature)
    return signature, returns


def setup(app: Sphinx) -> None:
    """Have signatures simplified."""
    app.connect("autodoc-process-signature", simplify)
