"""Targets in raw Markdown: where links, images, wikilinks and shortcodes name files, for functions that read or change a text unparsed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from almanac_kb.core.code_mask import masked

INLINE = re.compile(
    r"(?P<image>!\[[^\[\]\n]{0,500})?\]\(\s*+(?:<(?P<angled>[^<>\n]+)>|(?P<plain>(?:[^()\n<>]|\([^()\n]*\))++)"
    r"(?=[^\n]{0,300}\)|\n[ \t>]{0,12}[\"'(]))"
)
"""`[text](target "title")`; the target may have blanks and balanced parentheses, and the title may stand on the next line."""
DEFINITION = re.compile(
    r"^[ \t>]{0,12}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*(?:\r?\n[ \t>]{0,12})?(?:<(?P<angled>[^<>\n]+)>|(?P<plain>[^\s<>\0]++))"
    r"(?=[ \t]*(?:[\"'(][^\n]*)?\r?$)",
    re.MULTILINE,
)
"""`[label]: target`, also in a quotation; no footnote."""
ATTRIBUTE = re.compile(
    r"(?:<(?P<tag>[A-Za-z][\w-]*)[ \t][^<>\n]*?)?\b(?:href|src|poster|url)=(?:\"(?P<angled>[^\"\n]+)\"|'(?P<plain>[^'\n]+)')"
)
"""An attribute of HTML, or of a shortcode or component."""
REFERENCE = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"'](?P<angled>[^\"'\n]+)[\"']|\{%-?\s*link\s+(?P<plain>[^\s%]+)")
"""`{{< ref "target" >}}` of Hugo and `{% link target %}` of Jekyll."""
WIKILINK = re.compile(r"(?P<image>!?)\[\[(?P<plain>[^\[\]|#\n]{1,500})")
"""`[[target]]` and `![[target]]`, up to a part (`#part`) or label (`|label`)."""
TRAILING = re.compile(r"(?<![ \t\r])[ \t\r]++(?:[\"'=].*|\([^()\n]*\)[ \t]*)?\Z")
"""What may stand behind the target of a link: a title, or the size of an image (`=300x200`)."""
WHOLE_WIKILINK = re.compile(r"!?\[\[(?P<path>(?:[^\[\]|#]*/)?(?P<name>[^\[\]|#/]+?)(?:\.md)?)(?:#[^\[\]|]*)?(?:\|(?P<label>[^\[\]]*))?\]\]")


@dataclass(frozen=True)
class RawTarget:
    """A target as it stands in a text."""

    start: int
    """The offset of its first character."""
    written: str
    """The target, without title, size, part and label."""
    is_wikilink: bool
    """Whether it is that of a wikilink, which means a file by its name."""
    is_image: bool
    """Whether it is shown as an image or embedded: `![…](…)`, `![[…]]`, `<img>`."""

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.written)


@dataclass(frozen=True)
class Wikilink:
    """A text that consists of one wikilink."""

    path: str
    """Its target, without the part."""
    name: str
    """The file name in it, without `.md`."""
    label: str
    """The text that it shows; its file name where it names none."""


def raw_targets(text: str) -> Iterator[RawTarget]:
    """Every target in a text of Markdown, HTML, Obsidian, Hugo or Jekyll, grouped by syntax. Code, comments and scripts have none."""
    mask = masked(text, indented=True)
    for pattern in (INLINE, DEFINITION, ATTRIBUTE, REFERENCE, WIKILINK):
        for match in pattern.finditer(mask):
            yield _raw_target(match)


def _raw_target(match: re.Match[str]) -> RawTarget:
    group = "plain" if match["plain"] is not None else "angled"
    parts, written = match.groupdict(), match[group]
    if match.re is WIKILINK:
        written = written.rstrip("\\")
    elif match.re is INLINE and group == "plain":
        written = TRAILING.sub("", written)
    is_image = bool(parts.get("image")) or parts.get("tag") == "img"
    return RawTarget(match.start(group), written, match.re is WIKILINK, is_image)


def read_wikilink(text: str) -> Wikilink | None:
    """The wikilink that a text consists of; None for any other text."""
    match = WHOLE_WIKILINK.fullmatch(text)
    return Wikilink(match["path"], match["name"], match["label"] or match["name"]) if match else None
