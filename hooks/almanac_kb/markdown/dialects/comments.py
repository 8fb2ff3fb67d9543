"""Comments of Obsidian (`%%text%%`): within a line, over several lines, or over several blocks. They are not shown."""

import bisect
import re
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, line_offset, push, token_position

CLOSE = re.compile(r"(?<=[^\s%])%%(?!%)|(?:(?<=\s)|\A)%%(?![%\w])")
"""A `%%` that may end a comment; not one behind white space and before a word, as in `%%time and %%capture`."""
IN_HTML = re.compile(r"(?<![%\d])%%(?!%)(?:[^%]|%(?!%))*+%%")
LITERAL = re.compile(r"<(?:pre|script|style|textarea|!--)", re.IGNORECASE)
"""HTML whose content is no text of the article."""
NO_BREAK = re.compile(r"[^\n]")
NOT_BEFORE = re.compile(r"[%\d]")
ENDS = "ends of comments"
"""Key in the environment: the text searched last, and the range in it for which the next `CLOSE` is known."""
MARK = "comment_mark"
"""Type of the token for a `%%` without an end in its paragraph, until the core rule has searched the paragraphs below."""


def rules(md: MarkdownIt) -> None:
    """Adds comments to a parser."""
    md.block.ruler.before("table", "comment", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.inline.ruler.before("link", "comment", _inline)
    md.core.ruler.before("text_join", "comments", _across_paragraphs)


@at("%")
def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a comment that starts a line and ends in another; the text behind it is parsed."""
    begin = line_offset(state, start)
    if not _starts(state.src, begin) or state.is_code_block(start):
        return False
    close = _next_close(state.env, state.src, begin + 2)
    if close <= state.eMarks[start] or close > state.eMarks[end - 1]:
        return False
    line = bisect.bisect_right(state.bMarks, close, start, end) - 1
    if not silent:
        context(state.env).count("comment")
        after = close + 2
        if state.src[after : state.eMarks[line]].strip():
            blanks = len(state.src[after : state.eMarks[line]]) - len(state.src[after : state.eMarks[line]].lstrip())
            state.bMarks[line], state.tShift[line], state.sCount[line] = after, blanks, state.blkIndent
        else:
            line += 1
        state.line = line
    return True


@at("%")
def _inline(state: StateInline, silent: bool) -> bool:
    """Inline rule: a comment within a text. A `%%` without end becomes a token for `_across_paragraphs`."""
    start = state.pos
    if not _starts(state.src, start):
        return False
    close = _next_close(state.env, state.src, start + 2)
    if close + 2 > state.posMax:
        if silent or state.posMax < len(state.src):
            return False
        push(state, MARK, "", 0, start).content = "%%"
        state.pos += 2
        return True
    if not silent:
        context(state.env).count("comment")
        push(state, "comment", "", 0, start).meta["length"] = close + 2 - start
    state.pos = close + 2
    return True


def _starts(src: str, start: int) -> bool:
    """Whether the `%%` at `start` may start a comment: not within a longer run of signs, nor behind a digit, as in `50%%`."""
    before = src[start - 1 : start]
    return src.startswith("%%", start) and not src.startswith("%", start + 2) and not NOT_BEFORE.match(before)


def _next_close(env: Any, src: str, start: int) -> int:
    """Offset of the first `%%` from `start` on that may end a comment, or an offset past the text; no range is searched twice."""
    known, first, close = env.get(ENDS, ("", 0, 0))
    if known is not src or not first <= start <= close:
        match = CLOSE.search(src, start)
        first, close = start, match.start() if match else len(src) + 2
        env[ENDS] = (src, first, close)
    found: int = close
    return found


def _across_paragraphs(state: StateCore) -> None:
    """Core rule: removes comments in HTML, comments that end in a later sibling paragraph, and paragraphs left without text."""
    for token in state.tokens:
        if token.type == "html_block" and "%%" in token.content and not LITERAL.match(token.content.lstrip()):
            token.content, count = IN_HTML.subn("", token.content)
            context(state.env).counts["comment"] += count
    if any(child.type == MARK for token in state.tokens if token.type == "inline" for child in token.children or []):
        _remove_pairs(state)
    _clean(state)


def _remove_pairs(state: StateCore) -> None:
    opened: tuple[int, Token] | None = None
    hidden: list[tuple[int, int]] = []
    for index, token in enumerate(state.tokens):
        for child in list(token.children or []) if token.type == "inline" else []:
            if child.type != MARK:
                continue
            if opened and opened[0] < index and _are_siblings(state.tokens, opened[0], index) and _ends(token, child):
                _hide(state, opened, (index, child))
                hidden.append((opened[0] + 2, index - 1))
                opened = None
            else:
                opened = (index, child)
    for first, end in reversed(hidden):
        del state.tokens[first:end]
    for token in state.tokens:
        for child in token.children or [] if token.type == "inline" else []:
            child.type = "text" if child.type == MARK else child.type


def _ends(inline: Token, position: Token) -> bool:
    return bool(CLOSE.match(inline.content, position.meta["offset"]))


def _are_siblings(tokens: list[Token], first: int, last: int) -> bool:
    """Whether two inline tokens are the texts of blocks in the same container."""
    return tokens[first].level == tokens[last].level and all(token.level >= tokens[first].level - 1 for token in tokens[first:last])


def _hide(state: StateCore, opening: tuple[int, Token], closing: tuple[int, Token]) -> None:
    """Removes a comment's text from its first and last paragraph, and the diagnostics of what it contains."""
    shared = context(state.env)
    first, last = state.tokens[opening[0]], state.tokens[closing[0]]
    start = token_position(first, opening[1].meta["offset"], state.env)
    end = token_position(last, closing[1].meta["offset"], state.env)
    for diagnostics in (shared.diagnostics, shared.deferred):
        diagnostics[:] = [note for note in diagnostics if not start <= note.position <= end]
    opened, closed = first.children or [], last.children or []
    begin, after = opening[1].meta["offset"], closing[1].meta["offset"] + 2
    place = next(index for index, child in enumerate(opened) if child is opening[1])
    first.children = [*opened[:place], _comment(begin, len(first.content) - begin)]
    place = next(index for index, child in enumerate(closed) if child is closing[1])
    last.children = [_comment(0, after), *closed[place + 1 :]]
    shared.count("comment")


def _comment(offset: int, length: int) -> Token:
    return Token("comment", "", 0, meta={"offset": offset, "length": length})


def _clean(state: StateCore) -> None:
    """Removes the tokens and text of comments, and paragraphs left without text."""
    tokens: list[Token] = []
    skipped = False
    for token in state.tokens:
        if token.type == "inline" and "%%" in token.content and _without_comments(token, 0):
            blank = all(child.type in {"text", "softbreak"} and not child.content.strip() for child in token.children or [])
            if blank and tokens[-1].type == "paragraph_open":
                tokens.pop()
                skipped = True
                continue
        if skipped:
            skipped = False
            continue
        tokens.append(token)
    state.tokens = tokens


def _without_comments(token: Token, base: int) -> list[Token]:
    """Removes comments from the children of a token and blanks them in its content, which starts at `base`; returns the comments."""
    children = token.children or []
    comments = [child for child in children if child.type == "comment"]
    for child in children:
        if child.type == "image":
            comments += _without_comments(child, child.meta.get("offset", 0) + len("!["))
    parts, end = [], 0
    for comment in sorted(comments, key=lambda comment: int(comment.meta["offset"])):
        start = comment.meta["offset"] - base
        parts.append(token.content[end:start])
        end = start + comment.meta["length"]
        parts.append(NO_BREAK.sub(" ", token.content[start:end]))
    token.content = "".join((*parts, token.content[end:]))
    token.children = [child for child in children if child.type != "comment"]
    return comments
