"""Rules of the parser for tags: blocks, lines of text, HTML and the addresses of links, from what a dialect says that its tags mean."""

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from almanac_kb.core.diagnostics import Position
from almanac_kb.markdown import components
from almanac_kb.markdown.components import Title
from almanac_kb.markdown.constructs import context
from almanac_kb.markdown.links import Target, push_link
from almanac_kb.markdown.links import label_end as label_end_of
from almanac_kb.markdown.rules import at, children, line_offset, line_text, nested, position, push, text_block, token_position
from almanac_kb.markdown.tags import BLANK, Arguments, Family, Kind, Tag, TagIndex, tag_index

REPORTS = 100
"""How many tags of one construct a text is told of."""
DEPTH = 20
"""How many tags may stand around another one; the text of deeper ones is shown, without admonitions and tabs."""
DOCUMENT = "almanac.document_tags"
"""Key in the environment of a parse for the tags of the whole text."""
RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
BRACKET = re.compile(r"[\[\]<>]")
NEARBY = 2000
"""Characters of HTML in front of a tag that are searched for the table it stands in."""
STRING = re.compile(r"\{`([^`]*)`\}")
LITERAL = "literal"
"""In the meta of a token whose text is shown as it is, so that tags in it are text."""
TEMPLATE = r"(?:\{\{(?:(?!\}\}|\n).){0,300}+\}\}|\{%(?:(?!%\}|\n).){0,300}+%\})"
DESTINATION = re.compile(
    rf"\([ \t]*<?(?P<address>(?:{TEMPLATE}|[^\s<>(){{]|\{{){{1,500}}+)>?"
    r"(?:[ \t]+(?:\"(?P<title>[^\"]*)\"|'(?P<other>[^']*)'))?[ \t]*\)"
)
DEFINITION = re.compile(
    rf"\[(?P<label>[^\[\]]{{1,900}})\]:[ \t]*(?P<address>(?:{TEMPLATE}|[^\s{{]|\{{){{1,500}}+)[ \t]*(?:\"(?P<title>[^\"]*)\")?[ \t]*$"
)
FRAMES = frozenset({"tabs", "tabpane", "tabgroup", "codegroup", "code-group", "codetabs"})
"""What stands around tabs and shows nothing itself."""
TABS = frozenset({"tab", "tabitem", "tabpanel", "codetab"})
FOLDED = frozenset({"details", "expand", "spoiler", "collapse", "accordion", "accordionitem"})
"""Blocks that open when they are clicked."""
SORTED = frozenset({"notice", "alert", "admonition", "callout", "hint", "aside"})
"""Admonitions whose sort is an argument."""
PLAIN = frozenset({"code", "text"})
"""Kinds of blocks without a frame, whose tags must stand on lines of their own."""
CLOSERS = {
    "admonition": components.close_admonition,
    "details": components.close_details,
    "tab": components.close_tab,
    "frame": components.close_tab_frame,
}
NO_ADMONITION = frozenset({"check", "default", "primary", "secondary", "cite", "done"})


@dataclass(frozen=True)
class Block:
    """A block that a tag and its closing tag stand around."""

    kind: str
    """`admonition`, `details`, `tab`, `frame`, `code` for one that gives its title to the code in it, or `text` for its content alone."""
    sort: str = ""
    title: str = ""
    markdown: bool = False
    """Whether the title is Markdown."""


@dataclass(frozen=True)
class Meaning:
    """What a tag means: one of a block, code, inline tokens, an address or text; else nothing is shown in its place."""

    construct: str
    """Its name in the table of constructs."""
    message: str = ""
    """What its author is told, or nothing."""
    hint: str = "write what it stood for"
    block: Block | None = None
    code: str | None = None
    """Info string of the code that stands between the tag and its closing tag."""
    inline: tuple[Token, ...] = ()
    caption: str = ""
    """Markdown below a picture that stands alone on its line."""
    text: str = ""
    """What is shown, and what an address has there; with an admonition and no closing tag, the text of it."""
    address: str = ""
    """Where the text between a tag and its closing tag leads."""


Reader = Callable[[Tag, Tag | None, TagIndex], Meaning | None]
"""What a tag of a dialect means; None for one that is text."""


def known_block(name: str, arguments: Arguments) -> Block | None:
    """The block that tags of this name make in the themes of Hugo, in Docusaurus, Starlight and GitBook; None for others."""
    title = arguments.get("title", "summary", "header", "label", "heading")
    if name in FRAMES:
        return Block("frame")
    if name in TABS:
        return Block("tab", title=title or arguments.get("name", "value", "tabname") or arguments.at(0) or "Tab")
    if name in FOLDED:
        return Block("details", "note", title or arguments.at(0) or "Details")
    if name in SORTED:
        given = arguments.get("type", "style", "color", "status", "kind", "context")
        first = arguments.at(0) if arguments.at(0).casefold() in components.KNOWN else "note"
        sort = given or first
        return Block("admonition", sort, title or " ".join(arguments.plain[1:]))
    if name in components.KNOWN and name not in NO_ADMONITION:
        return Block("admonition", name, title or " ".join(arguments.plain))
    return None


def rules(md: MarkdownIt, family: Family, reader: Reader) -> None:
    """Adds the rules of a family of tags to a parser."""
    name = family.value
    components.rules_components(md)

    @at("<{" if family is Family.COMPONENT else "{")
    def block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _block(state, start, end, silent, family, reader)

    @at("<{" if family is Family.COMPONENT else "{")
    def inline(state: StateInline, silent: bool) -> bool:
        return _inline(state, silent, family, reader)

    @at("[!")
    def link(state: StateInline, silent: bool) -> bool:
        return _link(state, silent, family, reader)

    @at("[")
    def definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _definition(state, start, silent, family, reader)

    def html(state: StateCore) -> None:
        _html(state, family, reader)

    if "tag_index" not in md.core.ruler.get_all_rules():
        md.core.ruler.before("block", "tag_index", _document)
        md.block.ruler.before("table", "comment_within_line", _split)
    md.block.ruler.before("fence", f"{name}_tag", block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.inline.ruler.before("link", f"{name}_tag", inline)
    md.core.ruler.after("inline", f"{name}_html", html)
    if family is not Family.COMPONENT:
        md.inline.ruler.before("link", f"{name}_link", link)
        md.block.ruler.before("reference", f"{name}_definition", definition)


def document(env: MutableMapping[str, Any]) -> TagIndex:
    """The tags of the whole text that is being parsed."""
    index: TagIndex = env[DOCUMENT]
    return index


def is_literal(env: MutableMapping[str, Any]) -> bool:
    """Whether the line of text that is being parsed shows tags as they are."""
    return bool(context(env).inline.meta.get(LITERAL))


def _document(state: StateCore) -> None:
    state.env[DOCUMENT] = tag_index(state.src, state.env)


def report(env: MutableMapping[str, Any], meaning: Meaning, place: Callable[[], Position]) -> None:
    """Counts a tag, and says what becomes of it; a text with very many of a kind is told of the first ones."""
    shared = context(env)
    if meaning.message and shared.counts[meaning.construct] < REPORTS:
        shared.notice(meaning.construct, place(), meaning.message, meaning.hint)
    elif meaning.construct:
        shared.count(meaning.construct)


def _block(state: StateBlock, start: int, end: int, silent: bool, family: Family, reader: Reader) -> bool:
    """Tags that stand at the start of a line, one behind the other, and what is left of the line behind them."""
    if state.is_code_block(start):
        return False
    index = tag_index(state.src, state.env)
    offset = line_offset(state, start)
    tag = index.by_start.get(offset)
    line = start
    while tag is not None and tag.family is family and tag.end <= state.eMarks[end - 1]:
        parse = _parse_of(state, index, tag, end, reader)
        if parse is None or (silent and not parse.interrupts):
            break
        if silent:
            return True
        offset = parse.run()
        line = index.line(offset)
        offset += len(state.src[offset : state.eMarks[line]]) - len(state.src[offset : state.eMarks[line]].lstrip())
        tag = index.by_start.get(offset)
    if offset == line_offset(state, start):
        return False
    if offset < state.eMarks[line]:
        _region(state, index, offset, state.eMarks[line])
    state.line = line + 1
    return True


@dataclass(frozen=True)
class _Parse:
    """How a tag at the start of a line is parsed."""

    run: Callable[[], int]
    """Pushes the tokens and gives the offset behind what was parsed."""
    interrupts: bool = False
    """Whether it ends a paragraph right above."""


def _parse_of(state: StateBlock, index: TagIndex, tag: Tag, end: int, reader: Reader) -> _Parse | None:
    """How the tag is parsed as a block; None where it is part of a line of text, or text itself."""
    alone = not state.src[tag.end : state.eMarks[index.line(tag.end)]].strip()
    if tag.kind is Kind.HIDDEN:
        crosses = bool(BLANK.search(state.src, tag.start, tag.end))
        return _Parse(lambda: _hide(state, tag), crosses) if crosses or alone else None
    if tag.kind is Kind.LITERAL:
        lines = not tag.written.partition("\n")[0].strip() and "\n" in tag.written
        return _Parse(lambda: _literal(state, index, tag), True) if lines else None
    if tag.kind is Kind.CLOSE:
        known = tag.family is not Family.COMPONENT or tag.name in document(state.env).components
        return _Parse(lambda: tag.end, tag.start in index.paired) if alone and known else None
    if tag.kind is Kind.ESCAPED:
        return None
    close = index.closing.get(tag.start)
    if close is not None and not _within(state, index, tag, close, end):
        close = None
    meaning = None if _is_text(tag, close, state.env) else reader(tag, close, document(state.env))
    if meaning is None:
        return None
    is_link = bool(meaning.address) and not (meaning.block and meaning.block.title)
    if close is not None and is_link and not BLANK.search(state.src, tag.end, close.start):
        inner = state.src[tag.end : close.start].strip()
        is_apart = alone and not state.src[state.bMarks[index.line(close.start)] : close.start].strip(" \t>")
        return _Parse(lambda: _linked(state, index, tag, close, meaning)) if is_apart and inner and not BRACKET.search(inner) else None
    if close is not None and meaning.code is not None:
        return _Parse(lambda: _code(state, index, tag, close, meaning), True)
    if close is not None and meaning.block is not None and index.depth < DEPTH and (alone or meaning.block.kind not in PLAIN):
        interrupts = meaning.block.kind not in PLAIN or index.line(close.start) > index.line(tag.start)
        return _Parse(lambda: _contain(state, index, tag, close, meaning), interrupts)
    if alone and (meaning.block is not None or not meaning.text):
        return _Parse(lambda: _alone(state, index, tag, meaning))
    return None


def _within(state: StateBlock, index: TagIndex, tag: Tag, close: Tag, end: int) -> bool:
    """Whether the closing tag stands in the same list item or quote as the opening one."""
    if close.end > state.eMarks[end - 1]:
        return False
    first, last = index.line(tag.start) + 1, index.line(close.start)
    columns, begin, outside = index.outdent
    if columns != state.blkIndent or not begin <= first <= outside:
        outside = next((line for line in range(first, end) if state.sCount[line] < state.blkIndent and not state.isEmpty(line)), end)
        index.outdent = state.blkIndent, first, outside
    return last < outside


def _is_text(tag: Tag, close: Tag | None, env: MutableMapping[str, Any]) -> bool:
    """Whether a component is none: `<Name>` that nothing closes and that no other place uses as a component."""
    if tag.family is not Family.COMPONENT or tag.kind is not Kind.OPEN or close is not None:
        return False
    return tag.name not in document(env).components


def _hide(state: StateBlock, tag: Tag) -> int:
    context(state.env).count("template comment")
    return tag.end


def _literal(state: StateBlock, index: TagIndex, tag: Tag) -> int:
    context(state.env).count("literal template")
    count = len(state.tokens)
    _region(state, index, tag.inner, tag.inner + len(tag.written), dedent=False)
    for token in state.tokens[count:]:
        token.meta[LITERAL] = True
    return tag.end


def _alone(state: StateBlock, index: TagIndex, tag: Tag, meaning: Meaning) -> int:
    report(state.env, meaning, lambda: position(state, tag.start))
    line = index.line(tag.start)
    if meaning.block is not None and meaning.text:
        title = Title(meaning.block.title or components.default_title(meaning.block.sort, context(state.env).messages), line)
        components.open_admonition(state, components.admonition_name(meaning.block.sort), title)
        text_block(state, "paragraph", "p", meaning.text, line)
        components.close_admonition(state)
    elif meaning.inline:
        caption = Title(meaning.caption, line) if meaning.caption else None
        if caption is not None:
            components.push_figure(state, meaning.inline, caption, line)
        else:
            state.push("paragraph_open", "p", 1).map = [line, line + 1]
            components.push_inline(state, meaning.inline, line)
            state.push("paragraph_close", "p", -1)
    return tag.end


def _code(state: StateBlock, index: TagIndex, tag: Tag, close: Tag, meaning: Meaning) -> int:
    report(state.env, meaning, lambda: position(state, tag.start))
    first, last = index.line(tag.end), index.line(close.start)
    whole = first < last and not (state.src[tag.end : state.eMarks[first]] + state.src[state.bMarks[last] : close.start]).strip(" \t>")
    if whole:
        content = state.getLines(first + 1, last, state.sCount[index.line(tag.start)], True)
    else:
        content = state.src[tag.end : close.start].strip("\n") + "\n"
    token = state.push("fence", "code", 0)
    token.info, token.markup, token.map = meaning.code or "", "```", [index.line(tag.start), last + 1]
    token.content = _code_text(content, tag.family)
    return close.end


def _code_text(content: str, family: Family) -> str:
    """The code between two tags without the signs that keep a template from being read in it."""
    if family is Family.LIQUID:
        return RAW.sub("", content)
    literal = STRING.fullmatch(content.strip()) if family is Family.COMPONENT else None
    return literal[1].strip("\n") + "\n" if literal else content


def _contain(state: StateBlock, index: TagIndex, tag: Tag, close: Tag, meaning: Meaning) -> int:
    """Pushes the block that a tag and its closing tag stand around."""
    report(state.env, meaning, lambda: position(state, tag.start))
    block = meaning.block or Block("text")
    line = index.line(tag.start)
    title = Title(block.title or components.default_title(block.sort, context(state.env).messages), line, block.markdown)
    opening = None
    if block.kind == "admonition":
        opening = components.open_admonition(state, components.admonition_name(block.sort), title)
    elif block.kind == "details":
        opening = components.open_details(state, components.admonition_name(block.sort), title)
    elif block.kind == "tab":
        opening = components.open_tab(state, title)
    elif block.kind == "frame":
        opening = components.open_tab_frame(state)
    if opening is not None:
        opening.map = [line, index.line(close.start) + 1]
    if block.kind == "text" and (block.title or meaning.address):
        _entitle(state, block.title or meaning.address, meaning.address, line)
    count = len(state.tokens)
    _region(state, index, tag.end, close.start, dedent=tag.family is not Family.LIQUID)
    if block.kind == "code" and block.title:
        _title_code(state.tokens[count:], block.title)
    if block.kind in CLOSERS:
        CLOSERS[block.kind](state)
    return close.end


def _linked(state: StateBlock, index: TagIndex, tag: Tag, close: Tag, meaning: Meaning) -> int:
    """The text between tags on lines of their own as a paragraph that leads somewhere."""
    report(state.env, meaning, lambda: position(state, tag.start))
    words = " ".join(state.src[tag.end : close.start].split())
    text_block(state, "paragraph", "p", f"[{words}](<{state.md.normalizeLink(meaning.address)}>)", index.line(tag.end))
    return close.end


def _entitle(state: StateBlock, title: str, address: str, line: int) -> None:
    """A paragraph with the title of a block that has no frame, which leads where the block leads."""
    strong = [Token("strong_open", "strong", 1), components.text(title), Token("strong_close", "strong", -1)]
    state.push("paragraph_open", "p", 1).map = [line, line + 1]
    components.push_inline(state, components.link(state.md.normalizeLink(address), strong) if address else strong, line)
    state.push("paragraph_close", "p", -1)


def _title_code(tokens: list[Token], title: str) -> None:
    """Gives the title to the first code among the tokens."""
    fence = next((token for token in tokens if token.type == "fence"), None)
    if fence is not None and '"' not in title:
        fence.info = f'{fence.info or "text"} title="{title}"'


def _region(state: StateBlock, index: TagIndex, begin: int, stop: int, *, dedent: bool = False) -> None:
    """Parses what stands between two offsets as Markdown; `dedent` takes off the indentation that all its lines have."""
    first, last = index.line(begin), index.line(stop)
    before = [(line, state.bMarks[line], state.eMarks[line], state.tShift[line], state.sCount[line]) for line in {first, last}]
    state.eMarks[last] = stop
    text = state.src[begin : state.eMarks[first]]
    state.bMarks[first], state.tShift[first], state.sCount[first] = begin, len(text) - len(text.lstrip()), state.blkIndent
    columns = [state.sCount[line] for line in range(first + 1, last + 1) if not state.isEmpty(line)] if dedent else []
    indent = max(0, min(columns, default=state.blkIndent) - state.blkIndent)
    state.sCount[first] += indent
    index.depth += 1
    children(state, first, last + 1, indent)
    index.depth -= 1
    for line, start, end, shift, count in before:
        state.bMarks[line], state.eMarks[line], state.tShift[line], state.sCount[line] = start, end, shift, count


def _split(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment that starts within a line and ends behind a blank line: what stands around it is parsed for itself."""
    index = tag_index(state.src, state.env)
    if silent or not index.crossing:
        return False
    tag = index.crossing[-1]
    line = index.line(tag.start)
    if not start <= line < end or any(state.isEmpty(each) for each in range(start, line)) or tag.end > state.eMarks[end - 1]:
        return False
    index.crossing.pop()
    _region_of_lines(state, start, line, tag.start)
    context(state.env).count("template comment")
    line = index.line(tag.end)
    if state.src[tag.end : state.eMarks[line]].strip():
        _region(state, index, tag.end, state.eMarks[line])
    state.line = line + 1
    return True


def _region_of_lines(state: StateBlock, first: int, last: int, stop: int) -> None:
    end, state.eMarks[last] = state.eMarks[last], stop
    children(state, first, last + 1)
    state.eMarks[last] = end


def _inline(state: StateInline, silent: bool, family: Family, reader: Reader) -> bool:
    """A tag within a line of text."""
    if is_literal(state.env):
        return False
    index = tag_index(state.src, state.env)
    tag = index.by_start.get(state.pos)
    if tag is None or tag.family is not family or tag.end > state.posMax:
        return False
    close = index.closing.get(tag.start)
    if close is not None and close.end > state.posMax:
        close = None
    meaning = _meaning_in_text(state, index, tag, close, reader)
    if meaning is None:
        if tag.family is not Family.COMPONENT:
            return False
        meaning = Meaning("literal tag", text=state.src[tag.start : tag.end])
    end = tag.end if close is None or (meaning.code is None and not meaning.address) else close.end
    if silent:
        state.pos = end
        return True
    report(state.env, meaning, lambda: position(state, tag.start))
    if tag.kind is Kind.LITERAL:
        _nested_literal(state, tag)
    elif meaning.code is not None and (close is not None or tag.kind is Kind.ESCAPED):
        token = push(state, "code_inline", "code", 0, tag.start)
        token.markup, token.content = "`", tag.written if close is None else state.src[tag.end : close.start]
    elif meaning.address and close is not None:
        start, stop = components.link(state.md.normalizeLink(meaning.address), [])
        components.push_all(state, [start])
        nested(state, tag.end, close.start)
        components.push_all(state, [stop])
    elif meaning.inline:
        components.push_all(state, meaning.inline)
        if meaning.caption:
            state.push("hardbreak", "br", 0)
            components.push_all(state, components.emphasis(meaning.caption))
    else:
        state.pending += meaning.text
    state.pos = end
    return True


def _meaning_in_text(state: StateInline, index: TagIndex, tag: Tag, close: Tag | None, reader: Reader) -> Meaning | None:
    """What a tag within a line of text means; None where it is text."""
    if tag.kind is Kind.HIDDEN:
        return Meaning("template comment")
    if tag.kind in (Kind.LITERAL, Kind.ESCAPED):
        return Meaning("literal template", code="")
    if tag.kind is Kind.CLOSE:
        known = tag.family is not Family.COMPONENT or tag.start in index.paired or tag.name in document(state.env).components
        return Meaning("") if known else None
    if _is_text(tag, close, state.env):
        return None
    meaning = reader(tag, close, document(state.env))
    if meaning is not None and meaning.block is not None and meaning.block.kind not in {*PLAIN, "frame"}:
        message = f"{meaning.construct} within a line of text are not laid out; only their text is shown"
        return Meaning(meaning.construct, message, "put the tag on a line of its own")
    return meaning


def _nested_literal(state: StateInline, tag: Tag) -> None:
    meta = context(state.env).inline.meta
    meta[LITERAL] = True
    nested(state, tag.inner, tag.inner + len(tag.written))
    del meta[LITERAL]


def _html(state: StateCore, family: Family, reader: Reader) -> None:
    """Tags in blocks of HTML and in the attributes of elements."""
    for token in state.tokens:
        if token.type == "html_block" and not token.meta.get(LITERAL):
            first = token.map[0] if token.map else 0
            token.content = _filled(token.content, state, family, reader, lambda text, at: _in_html(text, at, first))  # noqa: B023
        for child in token.children or ():
            if child.type == "html_inline" and "{" in child.content and not token.meta.get(LITERAL):
                offset = child.meta.get("offset", 0)
                child.content = _filled(
                    child.content,
                    state,
                    family,
                    reader,
                    lambda _, at: token_position(token, offset + at, state.env),  # noqa: B023
                )


def _in_html(text: str, offset: int, first: int) -> Position:
    return Position(first + text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _filled(text: str, state: StateCore, family: Family, reader: Reader, place: Callable[[str, int], Position]) -> str:
    """The text of HTML or of an address, with what the tags of a family in it stand for."""
    index = tag_index(text, state.env)
    parts: list[str] = []
    end = 0
    for tag in index.by_start.values():
        if tag.family is not family or tag.start < end:
            continue
        close = index.closing.get(tag.start)
        meaning = _meaning_in_html(tag, close, state.env, reader)
        if meaning is None:
            continue
        report(state.env, meaning, partial(place, text, tag.start))
        parts += text[end : tag.start], _written(text, tag, close, meaning, state)
        end = tag.end if meaning.code is None or close is None else close.end
    return "".join([*parts, text[end:]])


def _meaning_in_html(tag: Tag, close: Tag | None, env: MutableMapping[str, Any], reader: Reader) -> Meaning | None:
    if tag.kind is Kind.HIDDEN:
        return Meaning("template comment")
    if tag.kind in (Kind.LITERAL, Kind.ESCAPED):
        return Meaning("literal template", text=tag.written)
    if tag.kind is Kind.CLOSE:
        return Meaning("")
    if _is_text(tag, close, env):
        return Meaning("literal tag", text=f"<{tag.spelled}>")
    return reader(tag, close, document(env))


def _written(text: str, tag: Tag, close: Tag | None, meaning: Meaning, state: StateCore) -> str:
    """What stands for a tag in HTML."""
    if meaning.code is not None and close is not None:
        return f"<pre><code>{escape(text[tag.end : close.start])}</code></pre>"
    if meaning.inline:
        wrapper = Token("inline", "", 0, children=list(meaning.inline))
        html: str = state.md.renderer.render([wrapper], state.md.options, state.env)
    else:
        html = escape(meaning.text, quote=False)
    return f"<tr><td>{html}</td></tr>" if html and _is_between_rows(text[max(0, tag.start - NEARBY) : tag.start].lower()) else html


def _is_between_rows(before: str) -> bool:
    """Whether what follows some HTML stands in a table and in no cell of it."""
    is_in_table = before.rfind("<table") > before.rfind("</table")
    return is_in_table and max(before.rfind("<td"), before.rfind("<th>"), before.rfind("<th ")) <= max(
        before.rfind("</td"), before.rfind("</th"), before.rfind("</tr")
    )


def _address(written: str, env: MutableMapping[str, Any], family: Family, reader: Reader, place: Callable[[], Position]) -> str | None:
    """An address with what its tags stand for; None where it has no tag of the family."""
    index = tag_index(written, env)
    parts: list[str] = []
    end = 0
    for tag in index.by_start.values():
        meaning = reader(tag, None, document(env)) if tag.family is family and tag.kind in (Kind.OPEN, Kind.OUTPUT) else None
        if meaning is not None:
            report(env, meaning, place)
            parts += written[end : tag.start], meaning.text
            end = tag.end
    return "".join([*parts, written[end:]]) if end else None


def _link(state: StateInline, silent: bool, family: Family, reader: Reader) -> bool:
    """A link or an image whose address is a tag, as in `[text]({% link page.md %})`; blanks would end an address."""
    source, start = state.src, state.pos
    is_image = source.startswith("![", start)
    if max(state.html_terminator_last("{{"), state.html_terminator_last("{%")) < start or not (is_image or source[start] == "["):
        return False
    if is_literal(state.env):
        return False
    label = start + is_image
    label_end = label_end_of(state, label, links=is_image)
    match = DESTINATION.match(source, label_end + 1, state.posMax) if label_end >= 0 else None
    if match is None or not ("{{" in match["address"] or "{%" in match["address"]):
        return False
    address = _address(match["address"], state.env, family, reader, lambda: position(state, match.start("address")))
    if address is None:
        return False
    if not silent:
        target = Target(state.md.normalizeLink(address), match["title"] or match["other"] or "", match.end())
        push_link(state, start, (label + 1, label_end), target)
    state.pos = match.end()
    return True


def _definition(state: StateBlock, start: int, silent: bool, family: Family, reader: Reader) -> bool:
    """A definition of a link whose address is a tag: `[page]: {% link page.md %}`."""
    text = line_text(state, start)
    match = DEFINITION.match(text) if "{" in text and not state.is_code_block(start) else None
    if match is None or silent:
        return False
    address = _address(match["address"], state.env, family, reader, lambda: position(state, line_offset(state, start)))
    if address is None:
        return False
    label = normalizeReference(match["label"])
    definition = {"title": match["title"] or "", "href": state.md.normalizeLink(address), "map": [start, start + 1]}
    state.env.setdefault("references", {}).setdefault(label, definition)
    state.line = start + 1
    return True
