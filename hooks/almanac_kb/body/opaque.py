"""Blocks whose content is no Markdown: code between fences, scripts, comments, `<pre>`, display mathematics; and where they end."""

import re
from dataclasses import dataclass

FENCE = re.compile(r"(`{3,}|~{3,})([^\n]*)")
TAG = re.compile(r"<(script|pre|style|textarea)(?=[\s>]|\Z)", re.IGNORECASE)
LIQUID = re.compile(r"\{%-?[ \t]*(highlight|codeblock)\b[^\n]*?%\}[ \t]*\Z")
HUGO = re.compile(r"\{\{[<%][ \t]*(?:highlight|mermaid)\b[^\n]*?[>%]\}\}[ \t]*\Z")
DECLARATION = re.compile(r"<![A-Za-z]")


@dataclass(frozen=True)
class Ending:
    """What ends a block."""

    pattern: re.Pattern[str]
    """Found in its last line."""
    code: bool = False
    """Whether it is code, whose last line stands for itself; otherwise the first line may be the last as well."""
    indent: int = 0
    """How many columns its lines may be indented without that being part of them."""
    blank: bool = False
    """Whether a blank line ends it as well."""

    def ends(self, rest: str) -> bool:
        """Whether the block ends with this line."""
        return bool(self.pattern.search(rest)) or (self.blank and not rest.strip())


COMMENT = Ending(re.compile("-->"))
INSTRUCTION = Ending(re.compile(r"\?>"))
CDATA = Ending(re.compile(r"\]\]>"))
ANGLE = Ending(re.compile(">"))
FORMULAS = (
    (re.compile(r"\$\$(?![^$]+\$\$[ \t]*[^\s])"), Ending(re.compile(r"\$\$[ \t]*\Z"), blank=True)),
    (re.compile(r"\\\[(?:[ \t]*\Z|[ \t]*\\[A-Za-z]|[^\]]*\\\][ \t]*\Z)"), Ending(re.compile(r"\\\][ \t]*\Z"), blank=True)),
    (re.compile(r"\\begin\{[a-z]+\*?\}"), Ending(re.compile(r"\\end\{[a-z]+\*?\}[ \t]*\Z"), blank=True)),
)
"""How the blocks of LaTeX start that `pymdownx.arithmatex` reads, and what ends each; `\\[ ] text` is none."""
END_LIQUID = Ending(re.compile(r"\A[ \t]*\{%-?[ \t]*end(?:highlight|codeblock)\b"), code=True)
END_HUGO = Ending(re.compile(r"\A[ \t]*\{\{[<%][ \t]*/[ \t]*(?:highlight|mermaid)\b"), code=True)


def fence(rest: str, indent: int) -> Ending | None:
    """What ends the block of code that the line opens, or None."""
    found = FENCE.match(rest)
    if found and not (found[1][0] == "`" and "`" in found[2]):
        return Ending(re.compile(rf"\A {{0,3}}{found[1][0]}{{{len(found[1])},}}[ \t]*\Z"), True, indent)
    if LIQUID.match(rest):
        return END_LIQUID
    return END_HUGO if HUGO.match(rest) else None


def start(rest: str) -> Ending | None:
    """What ends the opaque HTML or mathematics that the line opens, or None."""
    tag = TAG.match(rest)
    if tag:
        return Ending(re.compile(rf"</(?:{tag[1]})>", re.IGNORECASE))
    if rest.startswith(("$$", "\\[", "\\begin{")):
        return next((ending for opening, ending in FORMULAS if opening.match(rest)), None)
    if rest.startswith("<!--"):
        return COMMENT
    if rest.startswith("<?"):
        return INSTRUCTION
    if rest.startswith("<![CDATA["):
        return CDATA
    return ANGLE if DECLARATION.match(rest) else None


def whole(rest: str, ending: Ending) -> bool:
    """Whether the block that the line opens ends in that line too."""
    return bool(ending.pattern.search(rest, 4 if rest.startswith("<!--") else 2))
