"""Helpers of parser rules: the characters at which a rule starts, positions in the article, and Markdown nested in constructs.

A dialect is a module with `rules(md: MarkdownIt) -> None`, a plugin of markdown-it that adds rules and the rendering of their tokens.
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
"""Key in the meta of a table cell's inline token: the cell's number in its row, from 0, and the content of the row's first cell."""
STARTS = "starts"
"""Attribute of a rule: the characters at which it starts."""
WORDS = "words"
"""Attribute of an inline rule: the words at which it starts."""


def at(characters: str, *, words: Sequence[str] = ()) -> Callable[[Rule], Rule]:
    """Decorator that declares the characters at which a rule starts; the parser tries it nowhere else.

    An inline rule starts at one of these characters, which also ends the plain text before it; a block rule starts at a line whose first
    character after its indentation is one of them. A rule without `at` is tried everywhere, which costs time. Letters are too frequent for
    that: an inline rule may start at whole `words` instead, such as `www.`.
    """

    def decorate(rule: Rule) -> Rule:
        setattr(rule, STARTS, characters + "".join(word[0] for word in words))
        setattr(rule, WORDS, tuple(words))
        return rule

    return decorate


class InlineState(StateInline):
    """State of the parse of one paragraph, heading or cell, with the position of its text in the article."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, out: list[Token]) -> None:
        super().__init__(src, md, env, out)
        self.labels: dict[int, tuple[int, bool]] = {}
        """Offsets of `[`: offset of its `]` (-1: none) and whether a link stands in between."""
        whole = context(env).inline.content
        self.base = 0 if whole is src else max(0, whole.find(src))
        """Offset of the text in the content of the inline token: above zero in the description of an image."""


class EmbeddedState(StateBlock):
    """State of the parse of a piece of the article that does not consist of whole lines."""

    first_line = 0
    """The line of the article, from 0, in which the piece starts."""


def position(state: StateInline | StateBlock, offset: int) -> Position:
    """The position in the article of an offset in `state.src`, the text that a rule is reading.

    Also in cells, headings, lists, quotes and containers. Where white space was rewritten, the column is that of the line's text.
    """
    if isinstance(state, StateBlock):
        line, column = state.src.count("\n", 0, offset), offset - state.src.rfind("\n", 0, offset) - 1
        if not isinstance(state, EmbeddedState):
            return Position(line + 1, column + 1)
        return _within(context(state.env).lines, state.first_line + line, state.src.split("\n")[line], column)
    return token_position(context(state.env).inline, offset + base(state), state.env)


def token_position(token: Token, offset: int, env: Any) -> Position:
    """The position in the article of an offset in an inline token's content; for core rules, which see the tokens after the parse.

    Tokens of links, images, HTML and constructs have their offset in the content in `meta["offset"]`.
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


def html_position(token: Token, env: Any, offset: int) -> Position:
    """The position in the article of an offset in an HTML block; in the HTML of a snippet, the line that inserts it."""
    first, end = token.map or (0, 1)
    line = first + token.content.count("\n", 0, offset)
    if line >= end:
        return Position(first + 1)
    start = token.content.rfind("\n", 0, offset) + 1
    text, written = token.content[start:].partition("\n")[0], context(env).lines[line]
    return Position(line + 1, max(0, len(written.rstrip()) - len(text.rstrip())) + offset - start + 1)


def children(state: StateBlock, first: int, end: int, indent: int = 0) -> None:
    """Parses the lines from `first` to, but not including, `end` as Markdown and pushes their tokens.

    `indent` columns are removed from each line, for constructs with an indented content. Sets `state.line` to `end`.
    """
    before = state.lineMax, state.parentType, state.blkIndent
    state.lineMax, state.parentType, state.blkIndent = end, "container", state.blkIndent + indent
    if first < end:
        state.md.block.tokenize(state, first, end)
    state.lineMax, state.parentType, state.blkIndent = before
    state.line = end


def text_block(state: StateBlock, name: str, tag: str, text: str, line: int, *, attributes: Mapping[str, str] | None = None) -> Token:
    """Pushes `name_open`, an inline token with the text, and `name_close`, for a title, summary or caption; the text is parsed later."""
    opening = state.push(f"{name}_open", tag, 1)
    opening.attrs, opening.map = dict(attributes or {}), [line, line + 1]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = text, [line, line + text.count("\n") + 1], []
    state.push(f"{name}_close", tag, -1)
    return opening


def push_html(state: StateBlock, html: str, line: int) -> None:
    """Pushes a line of HTML, which is rendered as it is."""
    token = state.push("html_block", "", 0)
    token.content, token.map = f"{html}\n", [line, line + 1]


def embed(state: StateBlock, text: str, line: int) -> None:
    """Parses a text that is no sequence of whole lines, such as that between two tags on a line, as Markdown, and pushes its tokens.

    `line` is the line of the article, from 0, in which the text starts. `state.line` is unchanged.
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
    """Parses a range of the text that an inline rule is reading as Markdown and pushes its tokens. Sets `state.pos` to `end`."""
    maximum, state.pos, state.posMax = state.posMax, start, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end, maximum


def push(state: StateInline, name: str, tag: str, nesting: Any, offset: int) -> Token:
    """Pushes an inline token with its offset in the text, by which later rules find its position."""
    token = state.push(name, tag, nesting)
    token.meta["offset"] = offset + base(state)
    return token


def line_text(state: StateBlock, line: int) -> str:
    """The text of a line without its indentation and the markers of quotes and lists."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def line_offset(state: StateBlock, line: int) -> int:
    """The offset in `state.src` at which the text of a line starts."""
    return state.bMarks[line] + state.tShift[line]


def base(state: StateInline) -> int:
    """The offset, in the content of its inline token, of the text that a rule is reading; 0 except in descriptions of images."""
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
