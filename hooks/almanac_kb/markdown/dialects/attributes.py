"""Attribute lists of Python-Markdown, kramdown and Hugo, `{: .x }` and `{ .md-button #id title="x" }`, added to their element.

A list alone on a line belongs to the block above, or below a blank line to the block that follows. A list behind a link, an image, code
or emphasis belongs to that; at the end of a heading, a table cell or a term, it belongs to this block. `{word}` is text.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.rules import at, line_text

ITEM = r"(?:[.#][\w:.-]+|[A-Za-z_:@][\w:.@-]*=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'{}=]+))"
LIST = re.compile(rf"\{{(?P<colon>:?)[ \t]*(?P<items>{ITEM}(?:[ \t]+{ITEM})*)[ \t]*\}}")
ITEMS = re.compile(r"([.#])([\w:.-]+)|([A-Za-z_:@][\w:.@-]*)=(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s\"'{}=]+))")
LENGTH = 1000
"""Longest list, in characters."""
LIST_TYPE = "attribute_list"
SEEN = "attributes.seen"
ENDED = frozenset({"heading_open", "td_open", "th_open", "dt_open", "summary_open", "admonition_title_open", "figcaption_open"})
"""Blocks that take the attributes at the end of their text."""
HTML_END = re.compile(r"</([A-Za-z][A-Za-z0-9]*)\s*>")
BLOCK_HTML = "kramdown.parse_block_html"
"""Key in the environment: whether kramdown is told to read Markdown in blocks of HTML."""
NEARBY = 100
"""Tokens before a list that are searched for the start of the HTML element that it belongs to."""
LETTERS = frozenset({"text", "softbreak", "hardbreak", "html_inline", "text_special", LIST_TYPE})
"""Inline tokens that can't have attributes."""


def rules(md: MarkdownIt) -> None:
    """Adds attribute lists to a parser."""
    md.block.ruler.before("paragraph", "attribute_line", _line, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.core.ruler.after("block", "attribute_lines", _resolve_lines)
    md.inline.ruler.push(LIST_TYPE, _inline)
    md.core.ruler.after("inline", "attribute_lists", _resolve_lists)


def read(text: str) -> list[tuple[str, str]]:
    """The items of an attribute list: `.` and a class, `#` and an id, or a name and a value."""
    return [(sign or name, own or double or single or bare) for sign, own, name, double, single, bare in ITEMS.findall(text)]


def add(token: Token, items: Iterable[tuple[str, str]]) -> None:
    """Adds attributes to a token: classes accumulate, of other attributes the last value counts."""
    for name, value in items:
        if name in {".", "class"}:
            token.attrJoin("class", value)
        else:
            token.attrSet("id" if name == "#" else name, value)


def sibling(tokens: Sequence[Token], index: int) -> int | None:
    """The index at which the sibling (block or inline element) that ends just before `index` starts; None where there is none."""
    depth = 0
    for place in range(index - 1, -1, -1):
        depth += tokens[place].nesting
        if depth > 0:
            return None
        if depth == 0:
            return place
    return None


@at("{")
def _line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    text = line_text(state, start).rstrip()
    match = LIST.fullmatch(text) if len(text) < LENGTH and not state.is_code_block(start) else None
    if not match:
        return False
    below = start > 0 and not state.isEmpty(start - 1)
    above = start + 1 < end and not state.isEmpty(start + 1)
    if not (match["colon"] or below or above):
        return False
    if silent:
        return True
    token = state.push("attribute_line", "", 0)
    token.map, token.hidden, token.meta = [start, start + 1], True, {"items": read(match["items"]), "below": below}
    state.env[SEEN] = True
    context(state.env).count("attribute list")
    state.line = start + 1
    return True


def _resolve_lines(state: StateCore) -> None:
    if not state.env.get(SEEN):
        return
    tokens: list[Token] = []
    waiting: list[tuple[str, str]] = []
    for token in state.tokens:
        if token.type == "attribute_line":
            above = sibling(tokens, len(tokens)) if token.meta["below"] else None
            if above is None:
                waiting += token.meta["items"]
            else:
                add(_holder(tokens, above), token.meta["items"])
            continue
        if waiting and token.nesting >= 0:
            add(token, waiting)
            waiting = []
        tokens.append(token)
    state.tokens = tokens


def _holder(tokens: Sequence[Token], index: int) -> Token:
    """The token that is rendered: a list item in place of its hidden paragraph, a table in place of its body."""
    token = tokens[index]
    return tokens[index - 1] if token.hidden and index and tokens[index - 1].type == "list_item_open" else token


@at("{")
def _inline(state: StateInline, silent: bool) -> bool:
    match = LIST.match(state.src, state.pos, min(state.posMax, state.pos + LENGTH))
    if not match or not state.pos:
        return False
    last = not state.src[match.end() : state.posMax].strip()
    before = state.src[state.pos - 1]
    if not (before.isspace() and last) and (state.pending or not state.tokens or before.isalnum()):
        return False
    if not silent:
        token = state.push(LIST_TYPE, "", 0)
        token.content, token.meta = match[0], {"items": read(match["items"]), "last": last}
        state.env[SEEN] = True
    state.pos = match.end()
    return True


def _resolve_lists(state: StateCore) -> None:
    if not state.env.get(SEEN):
        return
    for index, token in enumerate(state.tokens):
        if token.type == "inline" and token.children and any(child.type == LIST_TYPE for child in token.children):
            parent = _ended(state.tokens, index)
            token.children = _resolved(token.children, parent, state)


def _ended(tokens: Sequence[Token], index: int) -> Token | None:
    """The block that takes the attributes at the end of a text: a heading or the like, or a list item without blank lines; else None."""
    opening = tokens[index - 1] if index else None
    if opening is None or opening.type in ENDED:
        return opening
    return tokens[index - 2] if opening.hidden and index > 1 and tokens[index - 2].type == "list_item_open" else None


def _resolved(given: Sequence[Token], parent: Token | None, state: StateCore) -> list[Token]:
    tokens: list[Token] = []
    for token in given:
        if token.type == LIST_TYPE and _given_to_html(tokens, token):
            context(state.env).count("attribute list")
            continue
        target = _target(tokens, token, parent) if token.type == LIST_TYPE else None
        if target is not None:
            add(target, token.meta["items"])
            context(state.env).count("attribute list")
            if target is parent and tokens and tokens[-1].type == "text":
                tokens[-1].content = tokens[-1].content.rstrip()
            continue
        if token.type == LIST_TYPE:
            token.type = "text"
        tokens.append(token)
    return tokens


def _given_to_html(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a list stands right behind an element of HTML within a line, which then has its classes and other attributes."""
    closing = HTML_END.fullmatch(tokens[-1].content) if tokens and tokens[-1].type == "html_inline" else None
    if closing is None:
        return False
    opening = re.compile(rf"<{closing[1]}(?=[\s>])", re.IGNORECASE)
    start = next((each for each in reversed(tokens[-NEARBY:-1]) if each.type == "html_inline" and opening.match(each.content)), None)
    if start is None:
        return False
    holder = Token("", "", 1)
    add(holder, token.meta["items"])
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in holder.attrs.items() if f" {name}=" not in start.content)
    start.content = f"{start.content[:-1]}{written}>"
    return True


def _target(tokens: Sequence[Token], token: Token, parent: Token | None) -> Token | None:
    """The token that takes a list behind these inline tokens; empty text, which strong emphasis leaves, is skipped; None for none."""
    end = len(tokens)
    while end and tokens[end - 1].type == "text" and not tokens[end - 1].content:
        end -= 1
    if not end:
        return None
    before = tokens[end - 1]
    if before.type not in LETTERS and before.nesting <= 0:
        index = sibling(tokens, end)
        return tokens[index] if index is not None else None
    return parent if token.meta["last"] and before.type in LETTERS and before.content[-1:].isspace() else None
