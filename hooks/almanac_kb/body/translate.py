"""A body as its author wrote it, for any home, as the Markdown this site renders."""

from collections.abc import Mapping
from dataclasses import dataclass

from almanac_kb.body import (
    comments,
    directives,
    emoji,
    escapes,
    footnotes,
    hashtags,
    headings,
    html,
    jsx,
    layout,
    links,
    liquid,
    mathematics,
    shortcodes,
    wikilinks,
)
from almanac_kb.body.box import OPEN
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Text, given
from almanac_kb.body.vault import Vault
from almanac_kb.core.diagnostics import LocalDiagnostic

PASSES = (
    comments.translate,
    shortcodes.translate,
    liquid.translate,
    jsx.translate,
    directives.translate,
    footnotes.translate,
    wikilinks.translate,
    links.translate,
    html.translate,
    emoji.translate,
    hashtags.translate,
    mathematics.translate,
    headings.translate,
    escapes.translate,
    layout.translate,
)
"""What is done, in this order: what vanishes, what becomes other blocks, what becomes links, and the layout of the blocks."""


@dataclass(frozen=True)
class Translation:
    """A body that Python-Markdown reads as its author meant it."""

    markdown: str
    """The text, for the extensions of `extensions.py`."""
    diagnostics: tuple[LocalDiagnostic, ...]
    """What its author is told, in the order of the given text; marks are counted in it."""
    left: tuple[LocalDiagnostic, ...]
    """What is left as written and named by the inspection of the site, in the order of the given text."""
    counts: Mapping[str, int]
    """How often each kind of `kinds.py` was met."""
    lookups: frozenset[str]
    """What was asked of the vault, found or not: while it answers the same, the translation is the same."""
    text: Text
    """The text with where each of its characters came from."""

    @property
    def lines(self) -> tuple[int, ...]:
        """For each line of the translation, the line of the given text it came from, counted from one."""
        return self.text.lines()


def translate(markdown: str, vault: Vault) -> Translation:
    """The body of the article at `vault.here`, translated; code stays as it is, and nothing raises."""
    ledger = Ledger(vault)
    text = given(markdown)
    text = text.edited(comments.without(text.markdown, OPEN[0]))
    for each in PASSES:
        text = each(text, ledger)
    return Translation(
        text.markdown,
        tuple(sorted(ledger.diagnostics, key=lambda note: note.position)),
        tuple(sorted(ledger.left, key=lambda note: note.position)),
        dict(sorted(ledger.counts.items())),
        frozenset(ledger.lookups),
        text,
    )
