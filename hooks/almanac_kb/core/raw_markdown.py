"""Raw Markdown, for functions that read or change a text before or without parsing it: a mask over its code, and the targets in it.

The mask covers code and opaque HTML, so that nothing is found in them. Targets are what links, images, wikilinks and shortcodes name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*+(`{3,}+|~{3,}+)([^\n]*)")
RUN = re.compile(r"(?<!\\)`+")
OPAQUE = re.compile(r"<(?:!--|(script|pre|style|textarea)(?=[\s>]))", re.IGNORECASE)
CLOSING = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("script", "pre", "style", "textarea")} | {"": re.compile("-->")}
COVERED = re.compile(r"[^\n]+")
ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,9}[.)]|!!!|\?\?\?|===|:|\[\^[^\]]+\]:)(?:\s|$)")
"""First line of a block below which indented text is no code: list items, admonitions, tabs, definitions, footnotes."""
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


def masked(text: str, *, indented: bool = False) -> str:
    """The text with a NUL in place of each character of fenced code, code spans, comments, scripts and `<pre>`; its length is the same.

    With `indented`, code indented by four columns is masked too, as far as it can be told from text in lists.
    """
    found = _covered(text, _code(text)) if "`" in text or "~~~" in text else text
    found = _covered(found, _opaque(found)) if OPAQUE.search(found) else found
    return _covered(found, _indented(found)) if indented and ("    " in found or "\t" in found) else found


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each fenced block, from its first line to its last, and of each code span."""
    at = start = 0
    fence, opened = "", 0
    for line in text.splitlines(keepends=True):
        match = FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                yield opened, at + len(line)
                fence = ""
                start = at + len(line)
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            yield from _spans(text, start, at)
            fence, opened = match[1], at
        elif not line.strip():
            yield from _spans(text, start, at)
            start = at
        at += len(line)
    if fence:
        yield opened, at
    else:
        yield from _spans(text, start, at)


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of the code spans of the paragraph `text[start:end]`."""
    if text.find("`", start, end) < 0:
        return
    runs = [match.span() for match in RUN.finditer(text, start, end)]
    following: dict[int, int] = {}
    closing: list[int] = [0] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closing[index] = following.get(length, -1)
        following[length] = index
    index = 0
    while index < len(runs):
        if closing[index] < 0:
            index += 1
            continue
        yield runs[index][0], runs[closing[index]][1]
        index = closing[index] + 1


def _opaque(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of HTML comments and of elements whose content is no Markdown; those that are never closed are left out."""
    end = 0
    missing: set[str] = set()
    for match in OPAQUE.finditer(text):
        name = (match[1] or "").lower()
        if match.start() < end or name in missing:
            continue
        closing = CLOSING[name].search(text, match.end())
        if closing is None:
            missing.add(name)
            continue
        end = closing.end()
        yield match.start(), end


def _indented(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of lines indented by four columns, below a blank line and not below a list item or the like."""
    at, parent, after_blank, code = 0, "", True, False
    for line in text.splitlines(keepends=True):
        blank, deep = line.isspace(), line.startswith(("    ", "\t"))
        code = not blank and deep and (code or after_blank) and not ITEM.match(parent)
        if code:
            yield at, at + len(line)
        if not blank and not deep and line[0] != "\0":
            parent = line
        after_blank = blank
        at += len(line)


def _covered(text: str, spans: Iterator[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += text[at:start], COVERED.sub(_nul, text[start:end])
        at = end
    return "".join([*parts, text[at:]])


def _nul(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


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
