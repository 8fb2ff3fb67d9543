"""Emoji by name (`:rocket:`), as GitHub has them, as the characters themselves; and icons of Material, which decorate and are left out."""

import re
from collections.abc import Iterator

from pymdownx import gemoji_db

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text

NAME = re.compile(r"(?<![\w:/]):([a-z0-9_+-]{1,60}):(?![\w:])(?:\{[^{}\n]{0,100}\}[ \t]?)?")
NAMED = re.compile(r":[a-z0-9_+-]{1,60}:")
"""Where there may be a name."""
ICON = re.compile(r"(?:material|octicons|fontawesome|simple)-")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with each name of an emoji outside code as that emoji; other words between colons are text."""
    return text.edited(_edits(text.mask, ledger)) if NAMED.search(text.markdown) else text


def _edits(mask: str, ledger: Ledger) -> Iterator[Edit]:
    for found in NAME.finditer(mask):
        name = f":{found[1]}:"
        known = gemoji_db.emoji.get(gemoji_db.aliases.get(name, name))
        if known and "unicode" in known:
            ledger.count("emoji")
            yield Edit(found.start(), found.end(1) + 1, "".join(chr(int(point, 16)) for point in known["unicode"].split("-")))
        elif ICON.match(found[1]):
            ledger.count("icon")
            yield Edit(found.start(), found.end(), "")
