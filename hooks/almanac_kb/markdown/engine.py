"""The parser's loops, in place of markdown-it's: rules are tried only where they can start, and text nested too deep is not lost."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any, TypeVar

from markdown_it import MarkdownIt, rules_block, rules_inline
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import CELL, STARTS, WORDS, InlineState, position

Rule = TypeVar("Rule", bound=Callable[..., bool])
InlineRule = Callable[[StateInline, bool], bool]
BlockRule = Callable[[StateBlock, int, int, bool], bool]

DEPTH = 48
"""Most levels of nested blocks (a list counts twice) and of nested brackets; what is deeper is shown as text."""

BUILT_IN: dict[Callable[..., bool], str] = {
    rules_inline.newline: "\n",
    rules_inline.escape: "\\",
    rules_inline.backtick: "`",
    rules_inline.strikethrough.tokenize: "~",
    rules_inline.emphasis.tokenize: "*_",
    rules_inline.autolink: "<",
    rules_inline.html_inline: "<",
    rules_inline.entity: "&",
    rules_block.fence: "`~",
    rules_block.blockquote: ">",
    rules_block.hr: "*-_",
    rules_block.list_block: "*+-0123456789",
    rules_block.reference: "[",
    rules_block.html_block: "<",
    rules_block.heading: "#",
}
"""The characters at which markdown-it's rules start, for those that start at few."""

BLOCKS: tuple[tuple[str, BlockRule, str], ...] = (
    ("table", rules_block.table, "paragraph reference"),
    ("code", rules_block.code, ""),
    ("fence", rules_block.fence, "paragraph reference blockquote list"),
    ("blockquote", rules_block.blockquote, "paragraph reference blockquote list"),
    ("hr", rules_block.hr, "paragraph reference blockquote list"),
    ("list", rules_block.list_block, "paragraph reference blockquote"),
    ("reference", rules_block.reference, ""),
    ("html_block", rules_block.html_block, "paragraph reference blockquote"),
    ("heading", rules_block.heading, "paragraph reference blockquote"),
)
"""markdown-it's block rules in the order in which they are tried, with the blocks that each may interrupt; `_paragraph` is last."""


class InlineParser(ParserInline):
    """Parser of the text of paragraphs, headings and table cells."""

    def __init__(self) -> None:
        super().__init__()
        self.table: dict[str, tuple[InlineRule, ...]] = {}
        """Rules by the character they start at."""
        self.stops = self.terminator_re
        """The characters at which plain text ends; `terminator_re` also ends at `]`, for brackets are matched by skipping tokens."""

    def compile(self) -> None:
        """Indexes the rules by their first characters; called after the last rule is added and before the first parse."""
        plain = (rules_inline.text, rules_inline.linkify)
        active = [rule for rule in self.ruler.getRules("") if rule not in plain]
        stops = {character for rule in active for character in _starts(rule) or ""}
        if any(_starts(rule) is None for rule in active):
            stops |= {character for character in map(chr, range(128)) if self.terminator_re.match(character)}
        self.table = {stop: _for(active, stop) for stop in stops}
        words = {word for rule in active for word in getattr(rule, WORDS, ())}
        self.stops, self.terminator_re = _stops(stops, words), _stops(stops | {"]"}, words)

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """The tokens of a text."""
        if not self.stops.search(src):
            tokens += [Token("text", "", 0, content=src)] if src else []
            return tokens
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Pushes the tokens of the text from the state's position to its end."""
        table, search, src, end = self.table, self.stops.search, state.src, state.posMax
        limit = state.md.options["maxNesting"]
        while state.pos < end:
            start = state.pos
            rules = table.get(src[start])
            if rules is None:
                stop = search(src, start, end)
                state.pos = max(stop.start(), start + 1) if stop else end
                state.append_pending(src[start : state.pos])
                continue
            for rule in rules if state.level < limit else ():
                if rule(state, False):
                    break
            else:
                state.append_pending(src[start])
                state.pos = start + 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Moves the state's position past the token that starts there, without pushing it."""
        start = state.pos
        known = state.cache.get(start)
        if known is not None:
            state.pos = known
            return
        rules = self.table.get(state.src[start])
        if rules is None:
            stop = self.terminator_re.search(state.src, start, state.posMax)
            state.pos = max(stop.start(), start + 1) if stop else state.posMax
        else:
            state.level += 1
            for rule in rules if state.level <= state.md.options["maxNesting"] else ():
                if rule(state, True):
                    break
            else:
                state.pos = start + 1
            state.level -= 1
        state.cache[start] = state.pos


class _BlockRules(Ruler[BlockRule]):
    """Block rules; those that may interrupt another block are one combined rule, which tries those that start at the first character."""

    ending: Mapping[str, list[BlockRule]] = MappingProxyType({})

    def getRules(self, chainName: str = "") -> list[BlockRule]:  # noqa: N802, N803
        """The rules of a chain: all blocks (``), or what may interrupt a `paragraph`, `reference`, `blockquote` or `list`."""
        return self.ending.get(chainName) or super().getRules(chainName)


class BlockParser(ParserBlock):
    """Parser of lines into blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.ruler = self._rules = _BlockRules()
        for name, rule, ends in BLOCKS:
            self.ruler.push(name, rule, {"alt": ends.split()})
        self.ruler.push("paragraph", _paragraph)
        self.ruler.disable("table")
        self.table: dict[str, tuple[BlockRule, ...]] = {}

    def compile(self) -> None:
        """Indexes the rules by their first characters; called after the last rule is added and before the first parse."""
        self.table = _table(self.ruler.getRules(""))
        chains = ("paragraph", "reference", "blockquote", "list")
        self._rules.ending = {chain: [_any_of(_table(self.ruler.getRules(chain)))] for chain in chains}

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Pushes the tokens of the lines from `startLine` to, but not including, `endLine`."""
        table, others = self.table, self.table[""]
        line, blank = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options["maxNesting"]:
                _too_deep(state, line, endLine)
                break
            rules = table.get(state.src[state.bMarks[line] + state.tShift[line]], others)
            for rule in rules:
                if rule(state, line, endLine, False):
                    break
            state.tight = not blank
            line = state.line
            if line - 1 < endLine and state.isEmpty(line - 1):
                blank = True
            if line < endLine and state.isEmpty(line):
                blank = True
                line += 1
                state.line = line


def inline(state: StateCore) -> None:
    """Core rule: parses the text of all inline tokens."""
    inline_tokens(state, state.tokens)


def inline_tokens(state: StateCore, tokens: Iterable[Token]) -> None:
    """Parses the text of inline tokens, and tells each state its position in the article."""
    shared, parse = context(state.env), state.md.inline.parse
    cell, first = -1, ""
    for token in tokens:
        if token.type == "inline":
            shared.inline = token
            if cell >= 0:
                first = first if cell else token.content
                token.meta[CELL] = (cell, first)
            if token.content or token.children is None:
                token.children = []
            parse(token.content, state.md, state.env, token.children)
        elif token.type in ("td_open", "th_open"):
            cell += 1
        elif token.type in ("tr_open", "tr_close"):
            cell = -1


def _stops(characters: Set[str], words: Set[str]) -> re.Pattern[str]:
    """A pattern that matches the characters at which a rule may start; letters only at the start of the given words."""
    single = "".join(sorted(characters - {word[0] for word in words}))
    ends = "".join(f"|(?={re.escape(word[1:])})(?<={re.escape(word[0])})" for word in sorted(words))
    begins = "".join(sorted({word[0] for word in words}))
    return re.compile(f"[{re.escape(single + begins)}](?:(?<![{re.escape(begins)}]){ends})" if words else f"[{re.escape(single)}]")


def _starts(rule: Callable[..., bool]) -> str | None:
    characters: str | None = getattr(rule, STARTS, BUILT_IN.get(rule))
    return characters


def _for(rules: Iterable[Rule], stop: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if (starts := _starts(rule)) is None or (stop and stop in starts))


def _table(rules: Sequence[BlockRule]) -> dict[str, tuple[BlockRule, ...]]:
    stops = {character for rule in rules for character in _starts(rule) or ""}
    return {stop: _for(rules, stop) for stop in stops | {""}}


def _any_of(table: Mapping[str, tuple[BlockRule, ...]]) -> BlockRule:
    others = table[""]

    def ends(state: StateBlock, line: int, end: int, silent: bool) -> bool:
        offset = state.bMarks[line] + state.tShift[line]
        rules = table.get(state.src[offset], others) if offset < state.eMarks[line] else others
        return any(rule(state, line, end, silent) for rule in rules)

    return ends


def _too_deep(state: StateBlock, line: int, end: int) -> None:
    """Pushes the lines as a paragraph, and reports a warning."""
    place = position(state, state.bMarks[line] + state.tShift[line])
    message = f"is nested deeper than {DEPTH} levels, and is shown as text"
    context(state.env).warn("nesting", place, message, "use fewer lists and quotes in each other")
    _push_paragraph(state, "paragraph", "p", line, end, end)


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a paragraph, or a setext heading (CommonMark 0.31, sections 4.3 and 4.8)."""
    (ends_paragraph,) = state.md.block.ruler.getRules("paragraph")
    src, begins, shifts, ends, counts, indent = state.src, state.bMarks, state.tShift, state.eMarks, state.sCount, state.blkIndent
    last, before, level, line = state.lineMax, state.parentType, 0, start + 1
    state.parentType = "paragraph"
    while line < last:
        offset = begins[line] + shifts[line]
        if offset >= ends[line]:
            break
        if counts[line] - indent <= 3 and counts[line] >= 0:
            character = src[offset]
            if character in "-=" and line < end and counts[line] >= indent and not src[offset : ends[line]].rstrip(" \t").strip(character):
                level = 1 if character == "=" else 2
                break
            if ends_paragraph(state, line, last, True):
                break
        line += 1
    state.parentType = before
    if level:
        _push_paragraph(state, "heading", f"h{level}", start, line, line + 1)
        state.tokens[-3].markup = state.tokens[-1].markup = "=" if level == 1 else "-"
    else:
        _push_paragraph(state, "paragraph", "p", start, line, line)
    return True


def _push_paragraph(state: StateBlock, name: str, tag: str, start: int, end: int, after: int) -> None:
    state.line = after
    state.push(f"{name}_open", tag, 1).map = [start, after]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = mdTrim(state.getLines(start, end, state.blkIndent, False)), [start, end], []
    state.push(f"{name}_close", tag, -1)
