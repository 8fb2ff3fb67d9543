"""Definition lists (`Term`, below it `:   Definition`), abbreviations (`*[HTML]: Hypertext`), and explanations of terms."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from almanac_kb.core.text import without_comments
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.excerpt import spoken
from almanac_kb.markdown.rules import at, children, line_text, text_block

TERMS = 20
"""Most terms of one definition."""
INDENT = 4
DEFINITION = re.compile(r":[ \t]+(?=\S)")
DEFINED = re.compile(r"^[ \t>]*:[ \t]+\S", re.MULTILINE)
BULLET = re.compile(r"[-*+][ \t]+(?=\S)")
ABBREVIATION = re.compile(r"\*\[(?P<short>[^\[\]\n]{1,200})\][ \t]?:[ \t]*(?P<title>.*)$")
COMMENT = re.compile(r"\[(?:comments?|[^\w\s\[\]]{0,3}|[ \t]*)\]:[ \t]*(?:<>|#)(?:[ \t]+(?P<text>(?P<sign>[(\"']?).*))?$", re.IGNORECASE)
CLOSING = {"(": ")", '"': '"', "'": "'"}
ABBREVIATIONS = "definitions.abbreviations"
HAS_DEFINITIONS = "definitions.has"
RAW = re.compile(r"<(?P<slash>/?)(?:a|abbr|code|kbd|pre)(?=[\s>])", re.IGNORECASE)
Range = tuple[int, int]
Explain = Callable[[re.Match[str]], str | None]
"""Returns the explanation of the term in a match, or None where it needs none."""


def rules(md: MarkdownIt) -> None:
    """Adds definition lists and abbreviations to a parser."""
    md.block.ruler.before("paragraph", "definition_list", _definition_list)
    md.block.ruler.before("paragraph", "abbreviation", _abbreviation, {"alt": ["paragraph", "reference"]})
    md.block.ruler.before("reference", "definition_comment", _comment, {"alt": ["paragraph"]})
    md.core.ruler.after("inline", "abbreviations", _explain_abbreviations)


def _ignored(_opening: Token, _term: str) -> None:
    """Callback that ignores a term."""


def definition_block(state: StateBlock, line: int, end: int) -> None:
    """Pushes a definition list made from lines with terms and list items with their definitions, the syntax of `/// definition`."""
    opening = state.push("dl_open", "dl", 1)
    opening.map = [line, end]
    while line < end:
        marker = BULLET.match(line_text(state, line)) if not state.isEmpty(line) else None
        if marker and state.sCount[line] - state.blkIndent < INDENT:
            after = _definition_end(state, line, end)
            _definition(state, (line, after), len(marker[0]), loose=_has_blank(state, line, after))
            line = after
        else:
            if not state.isEmpty(line):
                text_block(state, "dt", "dt", line_text(state, line).strip(), line)
            line += 1
    state.push("dl_close", "dl", -1)


def explained(tokens: Sequence[Token], pattern: re.Pattern[str], title: Explain, term: Callable[[Token, str], None] = _ignored) -> None:
    """Puts `<abbr title="…">` around matches of a pattern in the text of tokens, but not in headings, links, code and other terms.

    `term` is called with the opening token of each term in a definition list, and the term, in the order of the text.
    """
    for opening, token in pairwise((Token("", "", 0), *tokens)):
        if token.type != "inline" or not token.children:
            continue
        if opening.type == "dt_open":
            term(opening, spoken(token.children).strip())
        elif opening.type != "heading_open" and pattern.search(token.content):
            token.children = list(_explained(token.children, pattern, title))


def _explained(tokens: Sequence[Token], pattern: re.Pattern[str], title: Explain) -> Iterator[Token]:
    depth = 0
    run: list[Token] = []
    for token in tokens:
        if token.type in {"link_open", "link_close", "abbr_open", "abbr_close"}:
            depth += token.nesting
        elif token.type == "html_inline" and (raw := RAW.match(token.content)):
            depth = max(0, depth + (-1 if raw["slash"] else 1))
        if not depth and token.type in {"text", "softbreak"}:
            run.append(token)
            continue
        yield from _pieces(run, pattern, title)
        yield token
        run = []
    yield from _pieces(run, pattern, title)


def _pieces(run: Sequence[Token], pattern: re.Pattern[str], title: Explain) -> Iterator[Token]:
    """Text and line break tokens, with the terms in them that need it explained."""
    content = "".join("\n" if token.type == "softbreak" else token.content for token in run)
    matches = [(match, meaning) for match in pattern.finditer(content) if (meaning := title(match)) is not None]
    if not matches:
        yield from run
        return
    level, end = run[0].level, 0
    for match, meaning in matches:
        yield from _text(content[end : match.start()], level)
        yield Token("abbr_open", "abbr", 1, attrs={"title": meaning}, level=level)
        yield from _text(match[0], level + 1)
        yield Token("abbr_close", "abbr", -1, level=level)
        end = match.end()
    yield from _text(content[end:], level)


def _text(content: str, level: int) -> Iterator[Token]:
    for number, line in enumerate(content.split("\n")):
        if number:
            yield Token("softbreak", "br", 0, level=level)
        if line:
            yield Token("text", "", 0, content=line, level=level)


def _explain_abbreviations(state: StateCore) -> None:
    titles: Mapping[str, str] = state.env.get(ABBREVIATIONS, {})
    if titles:
        words = "|".join(re.escape(short) for short in sorted(titles, key=len, reverse=True))
        explained(state.tokens, re.compile(rf"(?<!\w)(?:{words})(?!\w)"), lambda match: titles[match[0]])


@at("*")
def _abbreviation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    match = ABBREVIATION.match(line_text(state, start).rstrip())
    if not match or state.is_code_block(start):
        return False
    if not silent:
        state.env.setdefault(ABBREVIATIONS, {})[match["short"].strip()] = without_comments(match["title"]).strip("\"' ")
        context(state.env).count("abbreviation")
        state.line = start + 1
    return True


@at("[")
def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: `[comment]: <> (text)` or `[//]: # (text)`, a comment written as a link definition, maybe over several lines."""
    match = COMMENT.match(line_text(state, start).rstrip())
    if not match or state.is_code_block(start):
        return False
    if not silent:
        context(state.env).count("comment")
        sign = CLOSING.get(match["sign"] or "", "")
        state.line = start + 1 if not sign or match["text"][1:].endswith(sign) else _comment_end(state, start + 1, end, sign)
    return True


def _comment_end(state: StateBlock, start: int, end: int, sign: str) -> int:
    """The line behind a comment that goes on from the line before `start` to one that `sign` ends; `start` where none does."""
    for line in range(start, end):
        if state.isEmpty(line) or state.sCount[line] < state.blkIndent:
            break
        if line_text(state, line).rstrip().endswith(sign):
            return line + 1
    return start


def _definition_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: terms, one per line, and their definitions; a blank line may be between."""
    if HAS_DEFINITIONS not in state.env:
        state.env[HAS_DEFINITIONS] = bool(DEFINED.search(state.src))
    if not state.env[HAS_DEFINITIONS]:
        return False
    terms = _terms(state, start, end)
    if terms is None or silent:
        return False
    opening = state.push("dl_open", "dl", 1)
    line = start
    while terms is not None:
        first, after = terms
        for term in range(first, after):
            text_block(state, "dt", "dt", line_text(state, term).strip(), term)
        line = _definitions(state, after, end)
        following = line
        while following < end and state.isEmpty(following):
            following += 1
        terms = _terms(state, following, end) if following < end else None
    state.push("dl_close", "dl", -1)
    opening.map = [start, line]
    context(state.env).count("definition list")
    state.line = line
    return True


def _definitions(state: StateBlock, line: int, end: int) -> int:
    """Pushes the definitions from `line` on; returns the line after them."""
    while True:
        following = line
        while following < end and state.isEmpty(following):
            following += 1
        marker = _marker(state, following) if following < end else None
        if not marker:
            return line
        after = _definition_end(state, following, end)
        _definition(state, (following, after), len(marker[0]), loose=following > line or _has_blank(state, following, after))
        line = after


def _definition(state: StateBlock, lines: Range, marker: int, *, loose: bool) -> None:
    """Pushes one definition, whose text starts `marker` characters into its first line."""
    first, after = lines
    filled = [state.sCount[line] - state.blkIndent for line in range(first + 1, after) if not state.isEmpty(line)]
    indent = min(INDENT, min(filled, default=INDENT))
    before = state.sCount[first], state.tShift[first]
    state.tShift[first] += marker
    state.sCount[first] = state.blkIndent + indent
    opening = state.push("dd_open", "dd", 1)
    opening.map = [first, after]
    count = len(state.tokens)
    children(state, first, after, indent)
    for token in state.tokens[count:]:
        if not loose and token.level == opening.level + 1 and token.type in {"paragraph_open", "paragraph_close"}:
            token.hidden = True
    state.push("dd_close", "dd", -1)
    state.sCount[first], state.tShift[first] = before


def _terms(state: StateBlock, line: int, end: int) -> Range | None:
    """First line and end of the terms above a definition; None where these lines are something else."""
    first = line
    while line < end and line - first <= TERMS and not state.isEmpty(line) and not _marker(state, line):
        if state.sCount[line] < state.blkIndent or state.is_code_block(line):
            return None
        line += 1
    after = line + 1 if line < end and state.isEmpty(line) else line
    if line == first or line - first > TERMS or after >= end or not _marker(state, after):
        return None
    return first, line


def _marker(state: StateBlock, line: int) -> re.Match[str] | None:
    """The match of the colon that starts a definition in a line; None where there is none."""
    if state.is_code_block(line) or state.sCount[line] < state.blkIndent or state.isEmpty(line):
        return None
    return DEFINITION.match(line_text(state, line))


def _definition_end(state: StateBlock, line: int, end: int) -> int:
    """The line after a definition: it includes all lines indented by two columns or more, and blank lines between them."""
    after = line = line + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent + 2):
        after = after if state.isEmpty(line) else line + 1
        line += 1
    return after


def _has_blank(state: StateBlock, line: int, end: int) -> bool:
    return any(state.isEmpty(place) for place in range(line, end))
