"""Footnotes: `[^label]` in the text, `[^label]: text` anywhere; they are shown below the text, in the order of first reference."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position, quoted
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.engine import inline_tokens
from almanac_kb.markdown.rules import at, line_offset, line_text, position, push

NOTES = "almanac_notes"
"""Key in the environment of a parse: its footnotes."""
PREFIX = "almanac_notes_prefix"
"""Key in the environment: prefix of the ids of footnotes, for several texts on one page."""
BLANKS = re.compile(r"\s+")
INSIDE = "almanac_notes_open"
"""Key in the environment: number of footnote definitions around the text being parsed."""
LINK_DEFINITION = re.compile(r"\[[^\[\]^][^\[\]]{0,200}\]:[ \t]+\S")
HOLDERS = frozenset({"blockquote_open", "list_item_open", "bullet_list_open", "ordered_list_open"})
"""Blocks that may contain a definition and nothing else."""
EMPTIED = "emptied"
"""Key in the meta of such a block's token: its first child was a definition, or a block with nothing but one."""
LABEL = 200
"""Longest label, in characters."""


@dataclass
class Footnote:
    """A footnote and its references."""

    label: str
    position: Position
    tokens: list[Token] = field(default_factory=list)
    number: int = 0
    """Its number, from 1 in the order of first reference; 0 where nothing refers to it."""
    uses: int = 0
    anchor: str = ""
    """The part of its ids that names it."""
    lines: tuple[int, int] = (0, 0)
    """First line and end of its definition, from 0."""


def rules(md: MarkdownIt) -> None:
    """Adds footnotes to a parser."""
    md.block.ruler.before("reference", "note", _definition, {"alt": ["paragraph", "reference"]})
    md.block.ruler.before("reference", "note_end", _ends_note, {"alt": ["paragraph"]})
    md.inline.ruler.before("link", "note_reference", _reference)
    md.core.ruler.at("inline", _inline)
    md.add_render_rule("note_reference", _render_reference)
    md.add_render_rule("note_back", _render_back)
    md.add_render_rule("notes_open", lambda self, tokens, index, options, env: '<div class="footnote">\n<hr />\n<ol>\n')
    md.add_render_rule("notes_close", lambda self, tokens, index, options, env: "</ol>\n</div>\n")


def note_here(state: StateInline, text: str, offset: int) -> None:
    """Pushes a reference to a new footnote with this text, which is Markdown and starts at `offset`."""
    inline = context(state.env).inline
    line = (inline.map[0] if inline.map else 0) + state.src.count("\n", 0, offset)
    diagnostics = _notes(state.env)
    note = Footnote(f"inline-{len(diagnostics) + 1}", Position(line + 1))
    opening, closing = Token("paragraph_open", "p", 1, block=True), Token("paragraph_close", "p", -1, block=True)
    note.tokens = [opening, Token("inline", "", 0, map=[line, line + 1], content=text, block=True), closing]
    diagnostics[f"^{len(diagnostics)}"] = note
    _used(state.env).append(note)
    note.number = len(_used(state.env))
    push(state, "note_reference", "", 0, offset).meta["note"] = note


def defined(env: Any) -> tuple[tuple[int, int], ...]:
    """First line and end, from 0, of each footnote definition; `env` is that of a parse."""
    return tuple(note.lines for note in _notes(env).values() if note.lines[1])


def _notes(env: Any) -> dict[str, Footnote]:
    """The footnotes of a text by label, case-folded and with white space as one blank."""
    diagnostics: dict[str, Footnote] = env.setdefault(NOTES, {})
    return diagnostics


@at("[")
def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    text = line_text(state, start)
    if not text.startswith("[^") or state.is_code_block(start):
        return False
    stop = text.find("]:", 2, LABEL + 4)
    label = text[2:stop].strip() if stop > 0 else ""
    if not label or "[" in label or "]" in label:
        return False
    if silent:
        return True
    offset = line_offset(state, start)
    content = offset + stop + 2
    note = Footnote(label, position(state, offset))
    known = _notes(state.env).setdefault(normalizeReference(label), note)
    if known is not note:
        message = f"the footnote {quoted(label)} is defined again, and only its first text is shown"
        context(state.env).notice("footnote", note.position, message, "give it another label")
    opening = state.push("note_open", "li", 1)
    opening.meta["note"] = note
    before = state.bMarks[start], state.tShift[start], state.sCount[start], state.blkIndent, state.parentType
    written = state.src[content : state.eMarks[start]]
    state.bMarks[start], state.tShift[start] = content, len(written) - len(written.lstrip(" \t"))
    state.blkIndent += 4
    state.sCount[start], state.parentType = state.blkIndent, "footnote"
    state.env[INSIDE] = state.env.get(INSIDE, 0) + 1
    state.md.block.tokenize(state, start, end)
    state.env[INSIDE] -= 1
    state.bMarks[start], state.tShift[start], state.sCount[start], state.blkIndent, state.parentType = before
    opening.map = [start, state.line]
    note.lines = start, state.line
    state.push("note_close", "li", -1)
    return True


@at("[")
def _ends_note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Whether a line, right below the text of a footnote, defines a link (`[label]: target`) and so ends the footnote."""
    lazy = silent and state.env.get(INSIDE, 0) and state.sCount[start] < state.blkIndent
    return bool(lazy and LINK_DEFINITION.match(line_text(state, start)))


@at("[")
def _reference(state: StateInline, silent: bool) -> bool:
    start, src = state.pos, state.src
    if not src.startswith("[^", start) or NOTES not in state.env:
        return False
    end = src.find("]", start + 2, min(state.posMax, start + LABEL + 3))
    note = _notes(state.env).get(normalizeReference(src[start + 2 : end].strip())) if end > 0 else None
    if note is None:
        return False
    if not silent:
        if not note.number:
            _used(state.env).append(note)
            note.number = len(_used(state.env))
        push(state, "note_reference", "", 0, start).meta["note"] = note
    state.pos = end + 1
    return True


def _used(env: Any) -> list[Footnote]:
    """The footnotes that the text refers to, in the order of first reference."""
    used: list[Footnote] = env.setdefault(f"{NOTES}_used", [])
    return used


def _inline(state: StateCore) -> None:
    """Core rule: parses the text of all inline tokens, then that of the footnotes, which later rules find below the text."""
    if NOTES in state.env:
        _take_out(state)
    inline_tokens(state, state.tokens)
    if NOTES in state.env:
        _put_below(state)


def _take_out(state: StateCore) -> None:
    """Removes the definitions from the text, with the quotes, lists and list items that contain nothing else."""
    rest: list[Token] = []
    stack = [rest]
    for token in state.tokens:
        if token.type == "note_open":
            stack.append(token.meta["note"].tokens)
        elif token.type == "note_close":
            stack.pop()
            if stack[-1] and stack[-1][-1].type in HOLDERS:
                stack[-1][-1].meta[EMPTIED] = True
        elif token.nesting < 0 and stack[-1] and EMPTIED in stack[-1][-1].meta:
            stack[-1].pop()
            if stack[-1] and stack[-1][-1].type in HOLDERS:
                stack[-1][-1].meta[EMPTIED] = True
        else:
            stack[-1].append(token)
    state.tokens = rest


def _put_below(state: StateCore) -> None:
    """Puts the footnotes that are referred to below the text, and reports the others."""
    used = _used(state.env)
    for note in used:
        inline_tokens(state, note.tokens)
    for token in (*state.tokens, *(token for note in used for token in note.tokens)):
        if token.children and any(child.type == "note_reference" for child in token.children):
            token.children = _number_uses(token.children)
    anchors: set[str] = set()
    for note in used:
        anchor = state.env.get(PREFIX, "") + BLANKS.sub("-", note.label)
        note.anchor = f"{anchor}-{note.number}" if anchor in anchors else anchor
        anchors.add(note.anchor)
    if used:
        below = [token for note in used for token in _item(note)]
        state.tokens += [Token("notes_open", "div", 1, block=True), *below, Token("notes_close", "div", -1, block=True)]
    for note in _notes(state.env).values():
        if not note.number:
            message = f"nothing refers to the footnote {quoted(note.label)}, so it is not shown"
            context(state.env).notice("footnote", note.position, message, f"write [^{note.label}] where it belongs, or take it out")


def _number_uses(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with footnote references numbered; a reference in the text of a link is moved behind it, since links can't be nested."""
    numbered: list[Token] = []
    in_link: list[Token] = []
    links = 0
    for token in tokens:
        if token.type == "note_reference":
            token.meta["note"].uses += 1
            token.meta["use"] = token.meta["note"].uses
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        (in_link if links and token.type == "note_reference" else numbered).append(token)
        if not links and in_link:
            numbered += in_link
            in_link = []
    return numbered


def _item(note: Footnote) -> list[Token]:
    """The tokens of a footnote, whose last paragraph ends with links back to its references."""
    back = Token("note_back", "", 0, meta={"note": note})
    tokens = note.tokens
    if len(tokens) > 2 and tokens[-1].type == "paragraph_close" and tokens[-2].children is not None:
        tokens[-2].children.append(back)
    else:
        tokens = [*tokens, Token("paragraph_open", "p", 1, block=True), back, Token("paragraph_close", "p", -1, block=True)]
    opening, closing = Token("note_open", "li", 1, {"id": f"fn:{note.anchor}"}, block=True), Token("note_close", "li", -1, block=True)
    return [opening, *tokens, closing]


def _render_reference(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    note, use = tokens[index].meta["note"], tokens[index].meta["use"]
    anchor = escape(note.anchor)
    return f'<sup id="{_reference_id(anchor, use)}"><a class="footnote-ref" href="#fn:{anchor}">{note.number}</a></sup>'


def _render_back(self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    note = tokens[index].meta["note"]
    title = escape(context(env).messages.gettext("Jump back to footnote %(number)s in the text") % {"number": note.number})
    anchor = escape(note.anchor)
    links = (
        f'<a class="footnote-backref" href="#{_reference_id(anchor, use)}" title="{title}">&#8617;</a>' for use in range(1, note.uses + 1)
    )
    return "&#160;" + "".join(links)


def _reference_id(anchor: str, use: int) -> str:
    return f"fnref:{anchor}" if use == 1 else f"fnref{use}:{anchor}"
