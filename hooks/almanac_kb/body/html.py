"""What stands in angle brackets: addresses, text, and HTML with Markdown in it, which Python-Markdown reads only where it is told to."""

import re
from collections.abc import Iterator

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text

OPENING = re.compile(
    r"^[ \t>]*<(details|div|section|article|aside|figure|center|main|header|footer|blockquote)\b([^<>\n]*)>[ \t]*"
    r"(?:(?:\n[ \t]*)?<summary>[^\n]{0,1000}</summary>[ \t]*)?\n[ \t>]*$",
    re.MULTILINE | re.IGNORECASE,
)
ANGLE = re.compile(
    r"<(?P<address>(?!(?i:https?|ftp|mailto):)[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\0]*)>"
    r"|<[\w.!#$%&'*+/=?^`{|}~:-]+[@:][^\s<>\0]*>"
    r"|(?<!\]\()(?<!\]: )(?P<literal><)(?=/?[A-Za-z])(?!/?[A-Za-z][A-Za-z0-9-]*+(?:[\s/>:]|\Z))"
)
"""An address of some other scheme, one that Python-Markdown knows, or what is neither a tag nor an address."""
STEERING = re.compile(r"[\\`*_~=^$\[\]&\"]")
CLOSING = "</{}>"


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with `markdown` in each opening tag that a blank line and Markdown follow, addresses as links, and `<` as text elsewhere."""
    if "<" not in text.markdown:
        return text
    text = text.edited(_angles(text, ledger))
    return text.edited(_edits(text.mask, ledger))


def shown(address: str) -> str:
    """An address as a link of HTML, in which no character is taken for Markdown."""
    plain = STEERING.sub(lambda each: f"&#{ord(each[0])};", address)
    return f'<a href="{plain}">{plain}</a>'


def _angles(text: Text, ledger: Ledger) -> Iterator[Edit]:
    for found in ANGLE.finditer(text.mask):
        if found["literal"]:
            ledger.count("literal tag")
            yield Edit(found.start(), found.end(), "&lt;")
        elif found["address"]:
            ledger.count("address")
            yield Edit(found.start(), found.end(), shown(found["address"]))


def _edits(mask: str, ledger: Ledger) -> Iterator[Edit]:
    last = {name: mask.casefold().rfind(CLOSING.format(name)) for name in {found[1].casefold() for found in OPENING.finditer(mask)}}
    for found in OPENING.finditer(mask):
        if "markdown" not in found[2].casefold() and last[found[1].casefold()] > found.end():
            ledger.count("HTML around Markdown")
            yield Edit(found.end(1), found.end(1), ' markdown="1"')
