"""Relative links and pictures, however they were written, as links to the files below docs/."""

import re
from collections.abc import Iterator

from almanac_kb.body import outline, resolve
from almanac_kb.body.ledger import Ledger
from almanac_kb.body.text import Edit, Text
from almanac_kb.core.diagnostics import quoted

INLINE = re.compile(r"\]\([ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<plain>(?:[^()\n<>]|\([^()\n]*\))*+))(?=[^\n]{0,300}\))")
DEFINITION = re.compile(
    r"^[ \t>]{0,12}\[(?!\^)[^\]\n]{1,200}\]:[ \t]+(?:<(?P<angled>[^<>\n]*)>|(?P<plain>[^\s<>]++))(?=[ \t]*(?:[\"'(][^\n]*)?$)", re.MULTILINE
)
ATTRIBUTE = re.compile(r"<(?:a|img|source|video|audio)[ \t][^<>\n]*?\b(?:href|src)=(?:\"(?P<angled>[^\"\n<>]*)\"|'(?P<plain>[^'\n<>]*)')")
PATTERNS = (("](", INLINE), ("]:", DEFINITION), ("<", ATTRIBUTE))
"""Each with what stands in all that it finds."""
ALTERNATIVE = re.compile(r"!\[([^\[\]\n\0]{0,500}[*_][^\[\]\n\0]{0,500})\](?=\(|\[[^\]])")
"""What a picture shows, in words with marks."""
TITLE = re.compile(r"[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*')[ \t]*\Z")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
FRAGMENT = re.compile(r"(?=[#?])")


def translate(text: Text, ledger: Ledger) -> Text:
    """The text with each relative link outside code leading to the file it means; what is broken stays, and is told of."""
    edits = {edit.start: edit for position, pattern in PATTERNS if position in text.markdown for edit in _edits(text, pattern, ledger)}
    return text.edited([*edits.values(), *(_alternatives(text) if "![" in text.markdown else ())])


def _alternatives(text: Text) -> Iterator[Edit]:
    for found in ALTERNATIVE.finditer(text.mask):
        yield Edit(*found.span(1), outline.plain(found[1]))


def _edits(text: Text, pattern: re.Pattern[str], ledger: Ledger) -> Iterator[Edit]:
    for found in pattern.finditer(text.mask):
        group = "plain" if found["angled"] is None else "angled"
        start, end = found.span(group)
        written = TITLE.sub("", text.markdown[start:end]) if pattern is INLINE else text.markdown[start:end]
        if "\0" in found[group]:
            continue
        if "\\" in written and pattern is not ATTRIBUTE:
            yield Edit(start, start + len(written), ESCAPED.sub(_escaped, written))
        elif not resolve.is_elsewhere(written):
            yield from _edit(text, start, written, ledger)


def _edit(text: Text, start: int, written: str, ledger: Ledger) -> Iterator[Edit]:
    """What becomes of a link; one that leads nowhere is left as it is and named when the whole site is inspected."""
    path, *rest = FRAGMENT.split(written, maxsplit=1)
    hit = resolve.by_path(ledger, path)
    position = text.position(start)
    if hit is None:
        message = f"{quoted(written)} leads nowhere: there is no such article or file; the link stays as it is"
        ledger.leave("broken link", position, message, "write the path of a file")
        return
    address = resolve.relative(ledger.vault.here, hit.path) + "".join(rest).rstrip().replace(" ", "%20")
    if hit.slip:
        ledger.notice("repaired link", position, f"{quoted(written)} is written {hit.path}; the link is repaired", f"write {address}")
    if hit.rivals:
        message = f"{quoted(written)} may be {hit.path} or {', '.join(hit.rivals[:3])}; the first is taken"
        ledger.warn("ambiguous link", position, message, f"write {address}")
    if address != written:
        ledger.count("link")
        yield Edit(start, start + len(written), address)


def _escaped(found: re.Match[str]) -> str:
    """The character that a backslash keeps from ending an address."""
    return found[1] if found[1] not in "()<>" else f"%{ord(found[1]):02X}"
