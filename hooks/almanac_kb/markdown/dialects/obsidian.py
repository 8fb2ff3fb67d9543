"""Syntax of Obsidian, Logseq and Foam: comments, wikilinks, highlights, callouts, block ids, inline notes, hashtags."""

import re
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown import components
from almanac_kb.markdown.components import text
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.dialects import comments, wikilinks
from almanac_kb.markdown.link_index import HASHTAGS, Match, look_up, tag_page
from almanac_kb.markdown.link_targets import MEANT
from almanac_kb.markdown.notes import note_here
from almanac_kb.markdown.rules import at, push, token_position

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


def rules(md: MarkdownIt) -> None:
    """Adds the dialect to a parser."""
    comments.rules(md)
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
    opening = Token("link_open", "a", 1, attrs={"href": shared.link(page)}, meta={**child.meta, MEANT: Match(page)})
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
