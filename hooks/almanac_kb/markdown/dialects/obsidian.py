"""Syntax of Obsidian, Logseq and Foam: comments, wikilinks, highlights, callouts, block ids, inline notes, hashtags."""

import bisect
import re
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown import components
from almanac_kb.markdown.components import text
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.dialects import wikilinks
from almanac_kb.markdown.link_index import HASHTAGS, Match, look_up, tag_page
from almanac_kb.markdown.link_targets import RESOLVED
from almanac_kb.markdown.notes import note_here
from almanac_kb.markdown.rules import at, line_offset, push, token_position

EQUALS = ord("=")
BLOCK_ID = re.compile(r"\^(?P<id>(?=[\w-]*[A-Za-z])[A-Za-z0-9-]{2,40})[ \t]*(?=\n|\Z)")
NOTE = re.compile(r"\^\[(?P<text>(?:[^\[\]\n]|\[\[[^\[\]\n]{1,300}\]\]|\[[^\[\]\n]{0,300}\]){2,2000}+)\]")
WORDS = re.compile(r"\S+\s+\S|[^\W\d_]{2,}[.!?]?\Z")
"""Text that makes `^[text]` a note and not a formula or pattern: several words, or one that consists of letters."""
BEFORE_NOTE = frozenset(".,:;!?)\"'’”*_ ")
HASHTAG = re.compile(r"#(?P<name>(?=[\w/-]*[^\W\d_])\w(?:[\w/-]{0,98}\w)?)(?![\w/-])")
BEFORE_HASHTAG = frozenset("(,;\"'*>")
WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
"""Characters of scripts that are written without spaces between words."""
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
    """Adds the dialect to a parser."""
    rules_comments(md)
    components.rules_callouts(md)
    wikilinks.rules(md)
    md.inline.ruler.before("link", "highlight", _highlight)
    md.inline.ruler2.before("emphasis", "highlight", _close_highlights)
    md.inline.ruler.before("link", "inline_note", _note)
    md.inline.ruler.before("link", "block_id", _block_id)
    md.inline.ruler.before("link", "hashtag", _hashtag)
    md.core.ruler.before("text_join", "obsidian", _finish)
    md.add_render_rule("block_id", lambda self, tokens, index, options, env: f'<span id="{tokens[index].meta["id"]}"></span>')


def hashtags(env: Mapping[str, Any]) -> tuple[tuple[str, Position], ...]:
    """The hashtags in a parsed text with their positions, on sites where they are tags; `env` is that of the parse."""
    return tuple(env.get(HASHTAGS, ()))


@at("=")
def _highlight(state: StateInline, silent: bool) -> bool:
    """Inline rule: `==text==`; equal signs between letters, as in `a==b`, are text."""
    start = state.pos
    if silent or not state.src.startswith("==", start):
        return False
    scanned = state.scanDelims(start, True)
    if scanned.length > 2:
        state.append_pending("=" * scanned.length)
        state.pos += scanned.length
        return True
    state.push("text", "", 0).content = "=="
    can_open = scanned.can_open and not _is_letter(state.src[start - 1 : start])
    can_close = scanned.can_close and not _is_letter(state.src[start + 2 : start + 3])
    if can_open or can_close:
        state.delimiters.append(Delimiter(EQUALS, 0, len(state.tokens) - 1, -1, can_open, can_close))
    state.pos += 2
    return True


def _is_letter(character: str) -> bool:
    return character.isalnum() and not WIDE.match(character)


def _close_highlights(state: StateInline) -> None:
    """Turns the pairs of `==` that markdown-it has matched into `<mark>`."""
    lists = [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)]
    for delimiters in lists:
        for opening in delimiters:
            if opening.marker == EQUALS and opening.end >= 0:
                for delimiter, name, nesting in ((opening, "mark_open", 1), (delimiters[opening.end], "mark_close", -1)):
                    token = state.tokens[delimiter.token]
                    token.type, token.tag, token.nesting, token.markup, token.content = name, "mark", nesting, "==", ""


@at("^")
def _note(state: StateInline, silent: bool) -> bool:
    """Inline rule: `text^[a note]`, a footnote written in place."""
    match = NOTE.match(state.src, state.pos, state.posMax)
    before = state.src[state.pos - 1 : state.pos]
    if match is None or not WORDS.search(match["text"]) or not (before.isalnum() or before in BEFORE_NOTE):
        return False
    if not silent:
        context(state.env).count("inline footnote")
        note_here(state, match["text"], state.pos)
    state.pos = match.end()
    return True


@at("^")
def _block_id(state: StateInline, silent: bool) -> bool:
    """Inline rule: ` ^k2` at the end of a line, an id of the block, to which links to `#^k2` lead."""
    match = BLOCK_ID.match(state.src, state.pos)
    if match is None or match.end() > state.posMax or (state.pos and not isWhiteSpace(ord(state.src[state.pos - 1]))):
        return False
    if not silent:
        context(state.env).count("block id")
        state.pending = state.pending.rstrip(" \t")
        push(state, "block_id", "", 0, state.pos).meta["id"] = f"^{match['id']}"
    state.pos = match.end()
    return True


@at("#")
def _hashtag(state: StateInline, silent: bool) -> bool:
    """Inline rule: `#backups` or `#health/ai`, on sites where such words are tags: a link to the page of the tag, if it has one."""
    before = state.src[state.pos - 1 : state.pos]
    if silent or state.linkLevel or not (not before or before.isspace() or before in BEFORE_HASHTAG):
        return False
    match = HASHTAG.match(state.src, state.pos, state.posMax)
    shared = context(state.env)
    if match is None or not look_up(HASHTAGS, shared.index, shared.lookups):
        return False
    token = push(state, "hashtag", "", 0, state.pos)
    token.content, token.meta["name"] = match[0], match["name"]
    state.pos = match.end()
    return True


def _finish(state: StateCore) -> None:
    """Core rule: gives ids to blocks and sizes to images, and turns hashtags into links or text; hashtags in headings are no tags."""
    tokens: list[Token] = []
    dropped = False
    for token in state.tokens:
        if dropped and token.type == "paragraph_close":
            dropped = False
            continue
        tokens.append(token)
        if token.type != "inline" or not token.children:
            continue
        in_heading = len(tokens) > 1 and tokens[-2].type == "heading_open"
        if any(child.type == "hashtag" for child in token.children):
            token.children = [each for child in token.children for each in _tagged(token, child, state, in_heading)]
        for child in token.children:
            if child.type == "image":
                _size_image(child)
        if token.children[-1].type == "block_id" and not in_heading:
            dropped = _name_block(tokens, token)
    state.tokens = tokens


def _tagged(inline: Token, child: Token, state: StateCore, in_heading: bool) -> list[Token]:
    if child.type != "hashtag":
        return [child]
    if in_heading:
        return [text(child.content)]
    shared, name = context(state.env), child.meta["name"]
    state.env.setdefault(HASHTAGS, []).append((name, token_position(inline, child.meta["offset"], state.env)))
    page = tag_page(name, shared.index, shared.lookups)
    if page is None:
        return [text(child.content)]
    shared.count("hashtag")
    opening = Token("link_open", "a", 1, attrs={"href": shared.link(page)}, meta={**child.meta, RESOLVED: Match(page)})
    return [opening, text(child.content), Token("link_close", "a", -1)]


def _size_image(image: Token) -> None:
    """Moves the size at the end of an image's description, as in `![a lamp|300x200](lamp.png)`, to its attributes."""
    last = image.children[-1] if image.children else None
    if last and last.type == "text" and "|" in last.content:
        size = wikilinks.size_of(last.content)
        image.attrs |= size
        last.content = last.content.rpartition("|")[0].rstrip() if size else last.content


def _name_block(tokens: list[Token], inline: Token) -> bool:
    """Moves the id at the end of a paragraph to its block, or, alone in its paragraph, to the block above; returns whether that went."""
    children = inline.children or []
    name, opening = children[-1].meta["id"], tokens[-2]
    if opening.type != "paragraph_open":
        return False
    if len(children) > 1:
        block = tokens[-3] if opening.hidden and len(tokens) > 2 and tokens[-3].type == "list_item_open" else opening
        if "id" not in block.attrs and not block.hidden:
            block.attrSet("id", name)
            children.pop()
        return False
    above = _block_above(tokens[:-2])
    if above is None or "id" in above.attrs:
        return False
    above.attrSet("id", name)
    del tokens[-2:]
    return True


def _block_above(tokens: list[Token]) -> Token | None:
    """The opening token of the block whose closing token is the last of the tokens."""
    if not tokens or tokens[-1].nesting != -1 or tokens[-1].type == "heading_close":
        return None
    level = tokens[-1].level
    return next((token for token in reversed(tokens) if token.nesting == 1 and token.level == level), None)


def rules_comments(md: MarkdownIt) -> None:
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
