"""What the rules of the parser share: where they start, positions of what they read, and Markdown inside their constructs.

A dialect is a module with `rules(md: MarkdownIt) -> None`, a plugin of markdown-it that adds rules and ways to render their tokens.
"""

import bisect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown.constructs import Located, context

Rule = TypeVar("Rule", bound=Callable[..., bool])
Plugin = Callable[[MarkdownIt], None]
"""A plugin of markdown-it: `rules` of a dialect."""

LINE_BREAK = re.compile(r"\n")
BAR = re.compile(r"(?<!\\)\|")
CELL = "cell"
"""In the meta of the inline token of a table cell: its number in the row, from zero, and the content of the first cell."""
STARTS = "starts"
"""Attribute of a rule: the characters it starts at."""
WORDS = "words"
"""Attribute of an inline rule: the words it starts at."""


def at(characters: str, *, words: Sequence[str] = ()) -> Callable[[Rule], Rule]:
    """Says at which characters a rule starts; the parser tries it nowhere else.

    An inline rule starts at one of these characters in the text, which ends the plain text before it; a block rule at a line whose
    first character behind its indentation is one of them. A rule without `at` is tried at every such place, which costs time.
    Letters are too frequent for that: an inline rule may start at whole `words` instead, `www.` and the like.
    """

    def decorate(rule: Rule) -> Rule:
        setattr(rule, STARTS, characters + "".join(word[0] for word in words))
        setattr(rule, WORDS, tuple(words))
        return rule

    return decorate


class InlineState(StateInline):
    """State of the parse of one paragraph, heading or cell, which knows where its text stands in the article."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, out: list[Token]) -> None:
        super().__init__(src, md, env, out)
        self.labels: dict[int, tuple[int, bool]] = {}
        """Offsets of `[`: offset of its `]` (-1: none) and whether a link stands in between."""
        whole = context(env).inline.content
        self.base = 0 if whole is src else max(0, whole.find(src))
        """Offset of the text in the content of the inline token: above zero in the description of an image."""


class EmbeddedState(StateBlock):
    """State of the parse of a piece of the article that does not fill whole lines."""

    first_line = 0
    """Line of the article, from zero, in which the piece starts."""


def position(state: StateInline | StateBlock, offset: int) -> Position:
    """Line and column, both from one, in the text of the article, of an offset in the text that a rule is reading (`state.src`).

    In cells of tables, headings, lists, quotes and containers too. Where white space was rewritten, the column is that of the line's text.
    """
    if isinstance(state, StateBlock):
        line, column = state.src.count("\n", 0, offset), offset - state.src.rfind("\n", 0, offset) - 1
        if not isinstance(state, EmbeddedState):
            return Position(line + 1, column + 1)
        return _within(context(state.env).lines, state.first_line + line, state.src.split("\n")[line], column)
    return token_position(context(state.env).inline, offset + base(state), state.env)


def token_position(token: Token, offset: int, env: Any) -> Position:
    """Line and column of an offset in the content of an `inline` token; for core rules, which see tokens after the parse.

    Tokens of links, images, HTML and constructs have their offset in the content as `meta["offset"]`.
    """
    shared = context(env)
    first = token.map[0] if token.map else 0
    if CELL in token.meta:
        return _in_cell(shared.lines[first], first, token, offset)
    if shared.located is None or shared.located.token is not token:
        shared.located = Located(token, [0, *(match.end() for match in LINE_BREAK.finditer(token.content))])
    located = shared.located
    number = bisect.bisect_right(located.starts, offset) - 1
    if number not in located.columns:
        text = token.content[located.starts[number] :].partition("\n")[0]
        located.columns[number] = (len(text) - len(text.lstrip()), _within(shared.lines, first + number, text, 0).column)
    indent, column = located.columns[number]
    return Position(first + number + 1, column + max(0, offset - located.starts[number] - indent))


def children(state: StateBlock, first: int, end: int, indent: int = 0) -> None:
    """Parses the lines from `first` up to, and not including, `end` as Markdown; their tokens are pushed.

    `indent` columns are taken off, as those of a construct whose text is indented below its first line. Leaves `state.line` at `end`.
    """
    before = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType, state.blkIndent = end, "container", state.blkIndent + indent
    if first < end:
        state.md.block.tokenize(state, first, end)
    state.lineMax, state.parentType, state.blkIndent = before
    state.line = end


def container(
    state: StateBlock,
    name: str,
    tag: str,
    lines: tuple[int, int, int, int],
    *,
    indent: int = 0,
    attributes: Mapping[str, str] | None = None,
) -> Token:
    """Pushes tokens `name_open` and `name_close` of the tag around the children; gives the one that opens, to set more of it.

    `lines` are the first line of the construct, the first and the end of its children, and the line behind it, from zero, all but the
    first two exclusive; `state.line` becomes the last. To put tokens of a title in front of the children, use `push` and `children`.
    """
    start, first, end, after = lines
    opening = state.push(f"{name}_open", tag, 1)
    opening.attrs, opening.map = dict(attributes or {}), [start, after]
    children(state, first, end, indent)
    state.push(f"{name}_close", tag, -1)
    state.line = after
    return opening


def text_block(state: StateBlock, name: str, tag: str, text: str, line: int, *, attributes: Mapping[str, str] | None = None) -> Token:
    """Pushes `name_open`, an inline token with the text, which is parsed later, and `name_close`: a title, a summary, a caption."""
    opening = state.push(f"{name}_open", tag, 1)
    opening.attrs, opening.map = dict(attributes or {}), [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = text, [line, line + text.count("\n") + 1], []
    state.push(f"{name}_close", tag, -1)
    return opening


def embed(state: StateBlock, text: str, line: int) -> None:
    """Parses a text that fills no whole lines, such as what stands between two tags on one line, as Markdown; its tokens are pushed.

    `line` is the line of the article, from zero, in which the text starts. Leaves `state.line` as it is.
    """
    inner = EmbeddedState(text, state.md, state.env, state.tokens)
    outer = state.first_line if isinstance(state, EmbeddedState) else 0
    inner.first_line, inner.level = outer + line, state.level
    count = len(state.tokens)
    state.md.block.tokenize(inner, 0, inner.lineMax)
    for token in state.tokens[count:]:
        if token.map:
            token.map = [token.map[0] + line, token.map[1] + line]


def nested(state: StateInline, start: int, end: int) -> None:
    """Parses a part of the text an inline rule is reading as Markdown; its tokens are pushed. Sets `state.pos` to `end`."""
    maximum, state.pos, state.posMax = state.posMax, start, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end, maximum


def push(state: StateInline, name: str, tag: str, nesting: Any, offset: int) -> Token:
    """Pushes an inline token that knows its offset in the text, so that a later rule can name its position."""
    token = state.push(name, tag, nesting)
    token.meta["offset"] = offset + base(state)
    return token


def line_text(state: StateBlock, line: int) -> str:
    """The text of a line behind its indentation and what quotes and lists put in front."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def line_offset(state: StateBlock, line: int) -> int:
    """Offset in `state.src` at which the text of a line starts."""
    return state.bMarks[line] + state.tShift[line]


def base(state: StateInline) -> int:
    """Offset of the text that an inline rule is reading in the content of its inline token; zero but in descriptions of images."""
    return state.base if isinstance(state, InlineState) else 0


def _within(lines: list[str], number: int, text: str, column: int) -> Position:
    line, wanted = lines[min(number, len(lines) - 1)].rstrip(), text.strip()
    start = len(line) - len(wanted) if line.endswith(wanted) else max(0, line.rfind(wanted))
    return Position(number + 1, start + max(0, column - len(text) + len(text.lstrip())) + 1)


def _in_cell(line: str, number: int, token: Token, offset: int) -> Position:
    index, first = token.meta[CELL]
    bars = [match.start() for match in BAR.finditer(line)]
    start = line[: bars[0]] if bars else ""
    leading = not first or not start.rstrip().endswith(first)
    bar = index - (not leading)
    begin = bars[bar] + 1 if 0 <= bar < len(bars) else max(0, len(start.rstrip()) - len(first))
    begin += len(line[begin:]) - len(line[begin:].lstrip())
    for character in token.content[:offset]:
        begin += 2 if character == "|" and line.startswith("\\|", begin) else 1
    return Position(number + 1, begin + 1)
