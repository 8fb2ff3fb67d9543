"""Directives between colons (`:::note Title`), as Docusaurus, VitePress, Quarto and MyST write them."""

import re
from collections.abc import Iterator

from almanac_kb.body import arguments, tags
from almanac_kb.body.arguments import Arguments
from almanac_kb.body.box import CLOSE, OPEN
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text
from almanac_kb.core.diagnostics import quoted

LINE = re.compile(r"^[ \t>]*?(:{3,})[ \t]*([^\n]*?)[ \t]*$", re.MULTILINE)
OPENING = re.compile(r"\{?\.?(?:callout-)?([A-Za-z][\w-]*)\}?[ \t]*(?:\[([^\]]*)\])?[ \t]*(?:\{([^{}]*)\})?(.*)")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with each `:::name` outside code and its `:::` as the opening and the end of an admonition."""
    return text.edited(_edits(text, ledger)) if ":::" in text.markdown else text


def _edits(text: Text, ledger: Ledger) -> Iterator[Edit]:
    open_boxes: list[bool] = []
    for found in LINE.finditer(text.mask):
        if found[2] == "":
            known = open_boxes.pop() if open_boxes else False
            yield Edit(found.start(1), found.end(), CLOSE if known else "")
            continue
        opening = _opening(text.markdown[found.start(2) : found.end(2)])
        if opening:
            ledger.count("admonition")
        else:
            message = f"the directive {quoted(':::' + found[2])} is not known here; its inner text is shown"
            ledger.notice("unknown directive", text.position(found.start(1)), message, "write `:::note` or what it stood for")
        open_boxes.append(bool(opening))
        yield Edit(found.start(1), found.end(), OPEN + opening if opening else "")


def _opening(written: str) -> str:
    found = OPENING.match(written)
    if found is None:
        return ""
    given = arguments.read(found[3] or "")
    inner = re.search(r'title="([^"]*)"', written)
    title = found[2] or given.get("title") or (inner[1] if inner else found[4].strip(" {}"))
    block = tags.opening(found[1].casefold(), Arguments({"title": title}, ()))
    return block[1] if block else ""
