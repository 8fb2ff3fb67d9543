"""The extensions of Python-Markdown that translated bodies are written for, and the options they need."""

from typing import Any

EXTENSIONS: dict[str, dict[str, Any]] = {
    "admonition": {},
    "attr_list": {},
    "def_list": {},
    "footnotes": {},
    "md_in_html": {},
    "tables": {},
    "toc": {},
    "pymdownx.details": {},
    "pymdownx.fancylists": {"additional_ordered_styles": []},
    "pymdownx.highlight": {"stripnl": False},
    "pymdownx.magiclink": {},
    "pymdownx.mark": {},
    "pymdownx.saneheaders": {},
    "pymdownx.superfences": {"preserve_tabs": True},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.tasklist": {"custom_checkbox": True},
    "pymdownx.tilde": {"subscript": False},
}
"""Options by extension. `toc` wants `slugify: pymdownx.slugs.slugify(case="lower")` besides, which makes ids as `anchor` does.

`fancylists` reads `1)`; `saneheaders` leaves `#word` alone; `tilde`, `magiclink`, `tasklist` and `mark` read `~~text~~`, bare addresses,
`[x]` and `==text==`; `superfences` reads fences in lists and quotes.
"""
