"""Settings of the documentation: pages in Markdown, the reference from the docstrings."""

from importlib import metadata

project = "Ekbom"
author = "The Ekbom project"
release = metadata.version("ekbom")
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Ekbom"
autodoc_typehints = "description"
autodoc_member_order = "bysource"
myst_heading_anchors = 3
nitpicky = False
