"""Formulas: `$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]` and `\\begin{…}`, rendered for the scripts that draw them (`arithmatex`)."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.markdown.rules import at, line_text, push

ENDS = "almanac_formulas"
"""Key in the environment of a parse: for each closing delimiter, the last line up to which none was found."""
OPENER = re.compile(r"\$\$|\\\[|\\begin\{([A-Za-z]{1,20}\*?)\}")
TO_DOLLAR = re.compile(r"(?:[^$\\]|\\.)*+\$", re.DOTALL)
BESIDE = re.compile(r"[A-Za-z0-9$\\]")
"""Characters on the outer side of a single dollar sign that show it belongs to no formula."""


def rules(md: MarkdownIt) -> None:
    """Adds formulas to a parser."""
    md.inline.ruler.before("escape", "math", _inline_math)
    md.block.ruler.before("fence", "math_block", _math_block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.add_render_rule("math_inline", _render_inline)
    md.add_render_rule("math_block", _render_block)


@at("$\\")
def _inline_math(state: StateInline, silent: bool) -> bool:
    src, start = state.src, state.pos
    if src[start] == "\\":
        return src.startswith("(", start + 1) and _parentheses(state, start, silent)
    if src.startswith("$$", start):
        end = src.find("$$", start + 2, state.posMax)
        return end > start + 2 and "`" not in src[start:end] and _push_formula(state, src[start + 2 : end], end + 2, silent, display=True)
    if start and BESIDE.match(src, start - 1):
        return False
    end = _dollar(src, start + 1, state.posMax)
    content = src[start + 1 : end]
    if end < 0 or not content or BESIDE.match(src, end + 1):
        return False
    if len(content) > 2 and content[0] == content[-1] == "`":
        content = content[1:-1]
    if content[0].isspace() or content[-1].isspace() or "`" in content:
        return False
    return _push_formula(state, content, end + 1, silent, display=False)


def _parentheses(state: StateInline, start: int, silent: bool) -> bool:
    """Inline rule: a formula between `\\(` and `\\)`; behind a letter those are escaped parentheses, as in `print\\(x\\)`."""
    src = state.src
    if (start and src[start - 1].isalnum()) or state.html_terminator_last("\\)") < start + 2:
        return False
    end = src.find("\\)", start + 2, state.posMax)
    return end > start + 2 and _push_formula(state, src[start + 2 : end], end + 2, silent, display=False)


def _dollar(src: str, start: int, maximum: int) -> int:
    """Offset of the next dollar sign that is not escaped, or -1."""
    match = TO_DOLLAR.match(src, start, maximum)
    return match.end() - 1 if match else -1


def _push_formula(state: StateInline, content: str, end: int, silent: bool, *, display: bool) -> bool:
    if not content.strip():
        return False
    if not silent:
        token = push(state, "math_inline", "span", 0, state.pos)
        token.content, token.meta["display"] = content, display
    state.pos = end
    return True


@at("$\\")
def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    text = line_text(state, start)
    opener = OPENER.match(text)
    if not opener:
        return False
    closer = "$$" if text[0] == "$" else f"\\end{{{opener[1]}}}" if opener[1] else "\\]"
    rest = text[opener.end() :].rstrip()
    if closer in rest:
        if not rest.endswith(closer) or rest.index(closer) != len(rest) - len(closer) or len(rest) == len(closer):
            return False
        last = start
    else:
        last = _last_line(state, start, end, closer)
        if last < 0:
            return False
    if silent:
        return True
    lines = [line_text(state, line).rstrip() for line in range(start, last + 1)]
    content = "\n".join(lines)
    token = state.push("math_block", "div", 0)
    token.content = content if opener[1] else content[opener.end() : len(content) - len(closer)].strip()
    token.map = [start, last + 1]
    state.line = last + 1
    return True


def _last_line(state: StateBlock, start: int, end: int, closer: str) -> int:
    """The line that ends with the closing delimiter, before any blank line, or -1; lines searched in vain are not searched again."""
    vain: dict[str, tuple[int, int]] = state.env.setdefault(ENDS, {})
    first, last = vain.get(closer, (0, -1))
    if first <= start <= last:
        return -1
    line = start + 1
    while line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        if line_text(state, line).rstrip().endswith(closer):
            return line
        line += 1
    vain[closer] = (start, line)
    return -1


def _render_inline(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    content = escape(token.content, quote=False)
    start, end = ("\\[", "\\]") if token.meta["display"] else ("\\(", "\\)")
    return f'<span class="arithmatex">{start}{content}{end}</span>'


def _render_block(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<div class="arithmatex">\\[\n{escape(tokens[index].content, quote=False)}\n\\]</div>\n'
