"""Callouts of Obsidian and alerts of GitHub and DocFX (`> [!NOTE]- Title`) as the admonitions and details of Material."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from almanac_kb.core.messages import Messages
from almanac_kb.markdown import components
from almanac_kb.markdown.context import context
from almanac_kb.markdown.rules import at, line_text, text_block

FIRST_LINE = re.compile(r"\[!(?P<word>[A-Za-z][\w -]{0,60})(?:\|[^\]\n]{0,100})?\](?![(\[:])(?P<fold>[+-]?)[ \t]*(?P<title>.*)")
LAZY = -1
"""What markdown-it puts in place of the indentation of a line that continues a quote without `>`."""


@dataclass(frozen=True)
class Callout:
    """What the first line of a callout says."""

    name: str
    """Material's name of the admonition: `note`."""
    title: str
    """Title, as Markdown; where it has none, the author's word for the callout, in the language of the site."""
    fold: str = ""
    """`-` if it starts folded, `+` if it starts open and can be folded, empty if it cannot be folded."""


def rules(md: MarkdownIt) -> None:
    """Adds callouts to a parser; a second call changes nothing, so that several dialects can have them."""
    if "callout" not in md.block.ruler.get_all_rules():
        md.block.ruler.before("table", "callout", _first_line)
        md.core.ruler.after("block", "callouts", _containers)


def read(line: str, messages: Messages) -> Callout | None:
    """The callout that the first line of a quote starts, behind its `>`; None if the line starts none."""
    match = FIRST_LINE.fullmatch(line.strip())
    if match is None:
        return None
    title = match["title"].strip() or components.default_title(match["word"], messages)
    return Callout(components.admonition_name(match["word"]), title, match["fold"])


@at("[")
def _first_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads the first line of a quote, if it starts a callout: the quote becomes one, and the line its title."""
    if silent or not state.tokens or state.tokens[-1].type != "blockquote_open":
        return False
    callout = read(line_text(state, start), context(state.env).messages)
    if callout is None:
        return False
    context(state.env).count("callout")
    opening = state.tokens[-1]
    opening.type, opening.tag = "callout_open", "details" if callout.fold else "div"
    opening.attrs = {"class": callout.name} if callout.fold else {"class": f"admonition {callout.name}"}
    if callout.fold == "+":
        opening.attrSet("open", "open")
    name, tag = ("summary", "summary") if callout.fold else ("admonition_title", "p")
    text_block(state, name, tag, callout.title, start, attributes={} if callout.fold else {"class": "admonition-title"})
    _take_lazy_lines(state, start + 1, end)
    state.line = start + 1
    return True


def _take_lazy_lines(state: StateBlock, line: int, end: int) -> None:
    """Makes lines right below the title that lack `>` text of the callout, as they continue its first line."""
    while line < end and state.sCount[line] == LAZY:
        state.sCount[line] = state.blkIndent
        line += 1


def _containers(state: StateCore) -> None:
    """Gives the token that closes a callout the type and tag of the one that opens it."""
    opened: list[Token] = []
    for token in state.tokens:
        if token.type in {"blockquote_open", "callout_open"}:
            opened.append(token)
        elif token.type == "blockquote_close":
            opening = opened.pop()
            token.type, token.tag = opening.type.replace("_open", "_close"), opening.tag
