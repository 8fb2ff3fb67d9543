"""Footnotes written where they belong (`^[text]`), as Obsidian and Pandoc have them, as footnotes of Markdown."""

import re
from collections.abc import Iterator

from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text

NOTE = re.compile(r"(?<=[\w.,;:!?)\"'’”*_ ])\^\[((?:[^\[\]\n]|\[\[[^\[\]\n]{1,300}\]\]|\[[^\[\]\n]{0,300}\]){4,2000}+)\]")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with a mark for each note, and the notes behind it."""
    return text.edited(_edits(text, ledger)) if "^[" in text.markdown else text


def _edits(text: Text, ledger: Ledger) -> Iterator[Edit]:
    diagnostics = []
    for number, found in enumerate(NOTE.finditer(text.mask), 1):
        ledger.count("inline footnote")
        diagnostics.append(f"[^inline-{number}]: {text.markdown[found.start(1) : found.end(1)]}")
        yield Edit(found.start(), found.end(), f"[^inline-{number}]")
    if diagnostics:
        yield Edit(len(text.markdown), len(text.markdown), "\n\n" + "\n".join(diagnostics))
